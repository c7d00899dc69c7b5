"""From decoded packets to judged beats, live figures and score: the same steps live and when scored again.

Everything is decided by the times of packets, beats and phases, never by when the work was done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import merge

from biofeedback.analysis.beats.axis import BeatAxis
from biofeedback.analysis.beats.beat import Beat, Gap, Verdict
from biofeedback.analysis.beats.units import UnitCheck
from biofeedback.analysis.beats.verdicts import Classifier
from biofeedback.analysis.ecg.witness import Agreement
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.figures.streaming import LiveAnalysis
from biofeedback.session.body import Body, stream_frames
from biofeedback.session.events import EcgCame, MovementSeen, Quality
from biofeedback.session.pacing import PacerTrack
from biofeedback.session.scoring import BEGINNING, LivedPhase, Scorer
from biofeedback.storage.records import StoredPhase, TimelineEvent, TimelineKind
from devices.gatt import MalformedPacketError, decode_packet
from devices.recordings import Recording
from devices.recordings.exported import JudgedInterval
from devices.samples import Contact, HeartRateSample, LinkChanged, LinkState, Packet, StreamFrame
from devices.source import SourceError
from protocols.feedback import Baseline, Score

N_AFTER_CONTACT = 2
"""So many intervals after the skin contact returned are not to be trusted (science A1)."""
FAIR_PERCENT, POOR_PERCENT = 2.0, 10.0

NO_BEATS = "no beats came"
LINK_LOST = "the link was lost"
SHORTEST_GAP_S = 0.1
"""Beats that come without contact begin anew each time, though no time is missing between them."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What one packet brought: new beats, earlier ones now judged, gaps closed, a doubt about the strap in words."""

    new: tuple[Beat, ...] = ()
    judged: tuple["Judged", ...] = ()
    gaps: tuple[Gap, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A beat with its final verdict, and the figures as they stand with it."""

    beat: Beat
    indices: LiveIndices
    score: Score


class BeatJudge:
    """From decoded packets to beats on one axis, each with its verdict; frames of other streams have a say in it."""

    def __init__(self) -> None:
        self._axis = BeatAxis()
        self._classifier = Classifier()
        self._body = Body()
        self._n_distrusted = 0
        self._gap_cause = NO_BEATS
        self._last: Beat | None = None

    def take(self, at_s: float, sample: HeartRateSample) -> tuple[list[Beat], list[Beat], list[Gap]]:
        """Take a decoded packet that arrived at `at_s` seconds of the session.

        Returns
        -------
        new, judged : list of Beat
            Beats now placed, verdict pending, and beats whose verdict is final.
        gaps : list of Gap
            Gaps that the new beats end.
        """
        self._body.catch_up(at_s)
        touching = sample.contact is not Contact.LOST
        if not touching:
            self.lose("the strap lost contact")
            self._n_distrusted = N_AFTER_CONTACT
        if not sample.rr_ms:
            return [], [], []
        n_replayed = self._axis.n_replayed
        placed = self._axis.place(at_s, sample.rr_ms)
        n_new = len(sample.rr_ms) - (self._axis.n_replayed - n_replayed) if placed else 0
        n_distrusted = min(n_new, self._n_distrusted if touching else n_new)
        first = len(placed) - n_new
        for i in range(first, first + n_distrusted):
            placed[i] = replace(placed[i], verdict=Verdict.OFF_BODY)
        if touching:
            self._n_distrusted -= n_distrusted
        return placed, *self._judge(placed)

    def hear(self, at_s: float, frame: StreamFrame) -> EcgCame | MovementSeen | None:
        """Take a frame that arrived at `at_s` seconds of the session; what it brought, if it can be followed."""
        return self._body.hear(at_s, frame)

    def lose(self, cause: str) -> None:
        """The link or the contact is lost: what comes next does not follow on."""
        self._axis.broken()
        self._gap_cause = cause

    @property
    def unplaced(self) -> bool:
        """Whether the beats' place on the session's clock is not known closely."""
        return self._axis.phase_uncertain

    @property
    def agreement(self) -> Agreement:
        """How far the strap's intervals and its electrocardiogram agreed up to now."""
        return self._body.agreement()

    def finish(self) -> tuple[list[Beat], list[Gap]]:
        """Judge what still waits."""
        self._body.catch_up(float("inf"))
        judged, gaps = self._judge(self._axis.flush())
        return judged + [self._body.testify(beat) for beat in self._classifier.flush()], gaps

    def _judge(self, placed: list[Beat]) -> tuple[list[Beat], list[Gap]]:
        judged: list[Beat] = []
        gaps: list[Gap] = []
        for beat in placed:
            if self._last is not None and beat.segment != self._last.segment:
                gap = Gap(self._last.time_s, beat.time_s - beat.rr_ms / 1000.0, self._gap_cause)
                if gap.to_s - gap.from_s >= SHORTEST_GAP_S:
                    gaps.append(gap)
                self._gap_cause = NO_BEATS
            self._last = beat
            self._body.push(beat)
            judged += [self._body.testify(decided) for decided in self._classifier.push(beat)]
        return judged, gaps


class Pipeline:
    """The whole way of a beat: judged, and the live figures and the score as they stand with it.

    Parameters
    ----------
    earlier : sequence of Baseline
        The person at rest in the sessions before.
    """

    def __init__(self, earlier: Sequence[Baseline] = ()) -> None:
        self.scorer = Scorer(earlier)
        self.pacer = PacerTrack()
        self._judge = BeatJudge()
        self._live = LiveAnalysis()
        self._units = UnitCheck()
        self.indices = LiveIndices(0.0)
        self.score = Score(reason=BEGINNING)
        self.quality = Quality.WAITING

    def begin(self, phase: StoredPhase) -> None:
        """A phase of the exercise begins."""
        self.scorer.begin(LivedPhase.of(phase))
        self.pacer.begin(phase)

    def turn(self, event: TimelineEvent) -> None:
        """Practice time was begun, paused, resumed or moved on, or the breath changed."""
        self.pacer.turn(event)
        if event.kind is TimelineKind.PAUSED:
            self.scorer.pause(event.at_s)
        elif event.kind is TimelineKind.RESUMED:
            self.scorer.resume(event.at_s)

    def take(self, at_s: float, sample: HeartRateSample) -> Passed:
        """Take a decoded packet that arrived at `at_s` seconds of the session."""
        new, judged, gaps = self._judge.take(at_s, sample)
        passed = Passed(tuple(new), self._figure(judged), tuple(gaps), self._doubt(sample, judged))
        if sample.contact is Contact.LOST:
            self.quality = Quality.NO_CONTACT
        elif new:
            percent = self.indices.artifact_percent or 0.0
            self.quality = (
                Quality.POOR if percent > POOR_PERCENT else Quality.FAIR if percent > FAIR_PERCENT else Quality.GOOD
            )
        return passed

    def hear(self, at_s: float, frame: StreamFrame) -> EcgCame | MovementSeen | None:
        """Take a frame that arrived at `at_s` seconds of the session; what it brought, if it can be followed."""
        return self._judge.hear(at_s, frame)

    def _doubt(self, sample: HeartRateSample, judged: list[Beat]) -> str:
        if self.indices.irregular:  # a rate that counts extra beats is no measure of the intervals kept beside them
            return ""
        doubts = [self._units.push(beat.rr_ms, sample.rate_bpm or None) for beat in judged if beat.kept]
        return next((doubt.sentence for doubt in doubts if doubt), "")

    def lose_link(self) -> None:
        """The link is lost."""
        self._judge.lose(LINK_LOST)
        self.quality = Quality.LOST

    @property
    def unplaced(self) -> bool:
        """Whether beats cannot be placed closely enough on the session's clock to tell a lag behind the pacer."""
        return self._judge.unplaced

    @property
    def agreement(self) -> Agreement:
        """How far the strap's intervals and its electrocardiogram agreed up to now."""
        return self._judge.agreement

    def finish(self) -> Passed:
        """Judge what still waits."""
        judged, gaps = self._judge.finish()
        return Passed((), self._figure(judged), tuple(gaps))

    def _figure(self, judged: list[Beat]) -> tuple[Judged, ...]:
        done = []
        for beat in judged:
            place = self.pacer(beat.time_s - beat.rr_ms / 2000.0)
            self.indices = self._live.push(beat, place, unplaced=place is not None and self.unplaced)
            self.score = self.scorer.score(self.indices)
            done.append(Judged(beat, self.indices, self.score))
        return tuple(done)


def judged_beats(heard: Iterable[Packet | StreamFrame | LinkChanged]) -> list[Beat]:
    """The beats of a recording with their verdicts.

    Parameters
    ----------
    heard : iterable of Packet, StreamFrame or LinkChanged
        Packets with beats, frames of other streams, and losses of the link, in order of arrival, with arrivals in
        seconds from the start; malformed packets are passed over.
    """
    judge = BeatJudge()
    beats: list[Beat] = []
    for item in heard:
        if isinstance(item, LinkChanged):
            judge.lose(LINK_LOST)
        elif isinstance(item, StreamFrame):
            judge.hear(item.received_s, item)
        elif sample := decoded(item):
            beats += judge.take(item.received_s, sample)[1]
    return beats + judge.finish()[0]


def recorded_beats(recording: Recording) -> list[Beat]:
    """The beats of a recording file with their verdicts: those that it tells, else judged, its streams heard too.

    Raises
    ------
    SourceError
        If the file tells a verdict that is not known.
    """
    if recording.judged:
        return [_told(recording, number, each) for number, each in enumerate(recording.judged)]
    losses = [LinkChanged(at_s, LinkState.LOST) for at_s in recording.losses]
    heard: Iterable[Packet | StreamFrame | LinkChanged] = merge(
        losses, recording.packets, stream_frames(recording.streams), key=arrived_s
    )
    return judged_beats(heard)


def arrived_s(came: Packet | StreamFrame | LinkChanged) -> float:
    """When something came."""
    return came.at_s if isinstance(came, LinkChanged) else came.received_s


def _told(recording: Recording, ordinal: int, each: JudgedInterval) -> Beat:
    try:
        verdict = Verdict(each.verdict)
    except ValueError:
        raise SourceError(
            f"{recording.path}: '{each.verdict[:40]}' at {each.time_s:g} s is no verdict. "
            f"Known: {', '.join(known for known in Verdict)}."
        ) from None
    kept = verdict is Verdict.KEPT
    return Beat(ordinal, each.time_s, each.rr_ms, each.segment, verdict, "", each.rr_ms if kept else None)


def decoded(packet: Packet) -> HeartRateSample | None:
    """What a packet says; None for a malformed one."""
    try:
        return decode_packet(packet)
    except MalformedPacketError:
        return None
