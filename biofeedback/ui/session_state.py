"""A running session as the window knows it: events folded into a state."""

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.session.events import (
    NO_RR,
    Anchor,
    AnchorMoved,
    BeatsCame,
    Began,
    EcgCame,
    EegCame,
    Ended,
    Event,
    PhaseBegan,
    Quality,
    ReferenceCame,
    Relaid,
    SignalChanged,
    Steered,
    StrapAwaited,
    StrapSaid,
    Suggested,
)
from biofeedback.session.steering import Ask, Prompt
from biofeedback.session.strap_care import LOW_PERCENT
from biofeedback.ui.ecg_model import EcgModel
from biofeedback.ui.head_model import HeadModel
from devices.clock import Clock
from devices.preflight import Checked
from devices.samples import (
    BandChanged,
    BandIdentified,
    BatteryRead,
    LinkChanged,
    LinkState,
    RRSupport,
    StrapOffered,
    StreamsChanged,
)
from devices.schemes import NO_STRAP
from protocols.breathing import Breath
from protocols.feedback import Score
from protocols.phases import Phase
from protocols.timeline import PlannedPhase, Timeline

if TYPE_CHECKING:  # with it comes numpy
    from biofeedback.analysis.signal.spectrum import Spectrum

TRACE_S = 60.0
N_TRACE = 400
SINK_S = 1.5
ASKED_S = 60.0
"""A question asked in between goes away unanswered after so long."""


@dataclass(frozen=True, slots=True)
class TracePoint:
    """A beat to draw: second of the session, beats a minute, whether it is trusted, its segment and its verdict."""

    at_s: float
    bpm: float
    kept: bool
    segment: int
    verdict: Verdict = Verdict.KEPT


class SessionState:
    """State of one session; knows no Qt.

    Parameters
    ----------
    clock : Clock
        The clock that practice time is tied to.
    with_strap : bool
        Whether heartbeats are waited for.
    """

    def __init__(self, clock: Clock, *, with_strap: bool = True) -> None:
        self._clock, self._with_strap = clock, with_strap
        self.session_id = ""
        self.source_name = ""
        self.without_strap = self.band_alone = self.heard = False
        self.simulated = False
        self.timeline: Timeline | None = None
        self.anchor = Anchor(0.0, 0.0, running=False)
        self.planned: PlannedPhase | None = None
        self.quality = Quality.WAITING
        self.indices = LiveIndices(0.0)
        self.score = Score()
        self.reference: ReferenceCame | None = None
        self.spectrum: Spectrum | None = None
        self._asked, self._asked_clock_s = "", 0.0
        self.battery_percent: int | None = None
        self.ended: Ended | None = None
        self.awaited: tuple[Checked, ...] = ()
        self.offered: StrapOffered | None = None
        self.n_beats = 0
        self.ecg = EcgModel()
        self.head = HeadModel()
        self._started_clock_s: float | None = None
        self._newest_clock_s: float | None = None
        self._words = self._suggested = ""
        self._suggested_clock_s = 0.0
        self._part_s = 0.0
        self._told = Score()
        self._points: deque[TracePoint] = deque(maxlen=N_TRACE)
        self._pending: deque[Beat] = deque(maxlen=N_TRACE)

    def take(self, event: Event) -> None:
        """Fold in the next event."""
        match event:
            case Began():
                self.session_id, self.timeline, self.anchor = event.session_id, event.timeline, event.anchor
                self.source_name, self.simulated = event.source.name, event.source.simulated
                self.without_strap = not event.source.strap
                self.band_alone = self.without_strap and event.source.uri != NO_STRAP
            case AnchorMoved():
                self.anchor = event.anchor
                if self._started_clock_s is None:
                    self._started_clock_s = event.anchor.clock_s - event.at_s
                    self.awaited = ()
            case PhaseBegan():
                self.planned, self._part_s = event.planned, event.at_s
                self.score = self._told = Score()
            case Relaid():
                self.timeline = event.timeline
            case BeatsCame():
                self._take_beats(event)
            case SignalChanged():
                self.quality, self._words = event.quality, event.words
            case StrapSaid():
                self._take_news(event)
            case EcgCame():
                self.heard = True
                self.ecg.take(event)
            case EegCame():
                self.head.take(event)
                if event.at_s >= self._part_s and self.phase and self.phase.feedback.of_head:
                    self._take_score(event.score)
            case StrapAwaited():
                self.awaited = event.steps
            case Suggested(words=said) | Steered(order=Prompt(words=said)):
                self._suggested, self._suggested_clock_s = said, self._clock.now()
            case Steered(order=Ask(question=question), refused=""):
                self._asked, self._asked_clock_s = question, self._clock.now()
            case ReferenceCame():
                self.reference = event
            case Ended():
                self.ended = event
            case _:
                pass

    def _take_beats(self, event: BeatsCame) -> None:
        self.heard, self.offered = True, None
        self.indices, self.quality, self.spectrum = event.indices, event.quality, event.spectrum
        if event.indices.at_s >= self._part_s and not (self.phase and self.phase.feedback.of_head):
            self._take_score(event.score)
        self._newest_clock_s = event.arrived_clock_s
        self._words = ""
        self.n_beats += len(event.new)
        self._pending.extend(event.new)
        for beat in event.judged:
            while self._pending and self._pending[0].ordinal <= beat.ordinal:
                self._pending.popleft()
            self._points.append(_point(beat))

    def _take_score(self, score: Score) -> None:
        self.score = score
        if score.value is not None:
            self._told = score

    def _take_news(self, event: StrapSaid) -> None:
        match event.news:
            case LinkChanged(state=state, detail=detail):
                self._words = detail or self._words
                if state in (LinkState.CONNECTING, LinkState.CONNECTED):
                    self.offered = None
            case StrapOffered() as offered:
                self.offered = offered
            case BatteryRead(percent=percent):
                self.battery_percent = percent
            case StreamsChanged() as changed:
                self.heard = True
                self.ecg.hear(changed)
            case BandChanged() | BandIdentified() as of_band:
                self.head.hear(of_band)
            case RRSupport(present=False):
                self._words = NO_RR

    @property
    def elapsed_s(self) -> float:
        """Practice time now."""
        total_s = self.timeline.total_s if self.timeline else 0.0
        return min(self.anchor.elapsed_at(self._clock.now()), total_s)

    @property
    def phase(self) -> Phase | None:
        """The part that is on."""
        return self.planned.phase if self.planned else None

    @property
    def since_s(self) -> float:
        """Practice time since the part began."""
        return max(0.0, self.elapsed_s - self.planned.start_s) if self.planned else 0.0

    @property
    def session_s(self) -> float:
        """Seconds of the session now."""
        return self._clock.now() - self._started_clock_s if self._started_clock_s is not None else 0.0

    @property
    def asked(self) -> str:
        """The question asked in between that is still open; empty for none."""
        return self._asked if self._clock.now() - self._asked_clock_s < ASKED_S else ""

    def answered(self, question: str) -> None:
        """A question was answered, and is asked no more."""
        if question == self._asked:
            self._asked = ""

    @property
    def started(self) -> bool:
        """Whether practice has begun."""
        return self._started_clock_s is not None

    @property
    def battery_low(self) -> bool:
        return self.battery_percent is not None and self.battery_percent <= LOW_PERCENT

    @property
    def paused(self) -> bool:
        return self._started_clock_s is not None and not self.anchor.running

    def breath(self) -> Breath | None:
        """The breath to follow now; None where it is free."""
        if self.timeline is None or self._started_clock_s is None:
            return None
        return self.timeline.breath_at(self.elapsed_s)

    def volume(self) -> float:
        """Lung volume to show now, 0 to 1; where pacing has just ended it sinks to rest within seconds."""
        breath = self.breath()
        if breath:
            return breath.volume
        if self.timeline is None or self.planned is None or self.planned.start_s <= 0:
            return 0.0
        before = self.timeline.breath_at(self.planned.start_s - 1e-6)
        since_s = max(0.0, self.elapsed_s - self.planned.start_s)
        return before.volume * math.exp(-since_s / SINK_S) if before else 0.0

    def breath_volume_at(self, session_s: float) -> float | None:
        """Lung volume that the pacer asked for, or will ask for, at a second of the session."""
        if self.timeline is None or self._started_clock_s is None or not self.anchor.running:
            return None
        elapsed_s = self.anchor.elapsed_at(self._started_clock_s + session_s)
        breath = self.timeline.breath_at(elapsed_s) if elapsed_s >= 0 else None
        return breath.volume if breath else None

    def points(self) -> list[TracePoint]:
        """The beats to draw, oldest first; those still without verdict at the end."""
        return [*self._points, *(_point(beat) for beat in self._pending)]

    def progress(self) -> float:
        """How much of the practice is done, 0 to 1."""
        return self.elapsed_s / self.timeline.total_s if self.timeline else 0.0

    def left_s(self) -> float:
        return self.timeline.total_s - self.elapsed_s if self.timeline else 0.0

    def newest_age_s(self) -> float | None:
        return self._clock.now() - self._newest_clock_s if self._newest_clock_s is not None else None

    @property
    def _unheard(self) -> bool:
        """Whether practice began without the strap and nothing has come from it yet: the exercise has the words."""
        return not self.heard and self._started_clock_s is not None

    @property
    def _hears_answer(self) -> bool:
        """Whether what the part answers to is heard: the band, or the strap."""
        if not (self.phase and self.phase.feedback.of_head):
            return self._hears
        return self.head.heard(self._clock.now()) and (self._hears or not self.phase.feedback.of_heart)

    @property
    def _hears(self) -> bool:
        return self.quality not in (Quality.LOST, Quality.NO_CONTACT)


def _point(beat: Beat) -> TracePoint:
    kept = beat.kept or beat.verdict is Verdict.PENDING
    return TracePoint(beat.time_s, 60000.0 / max(beat.rr_ms, 250.0), kept, beat.segment, beat.verdict)
