"""From decoded packets to beats on one axis, each with its verdict: live, scored again, and of recordings."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import merge

from biofeedback.analysis.beats.axis import BeatAxis
from biofeedback.analysis.beats.beat import Beat, Gap, Verdict
from biofeedback.analysis.beats.contact import DISBELIEVED, ContactBit, Touch
from biofeedback.analysis.beats.units import Doubt, UnitCheck, in_unit
from biofeedback.analysis.beats.verdicts import Classifier
from biofeedback.analysis.ecg.witness import Agreement
from biofeedback.analysis.figures.respiration import ChestRate
from biofeedback.session.body import Body, stream_frames
from biofeedback.session.events import EcgCame, MovementSeen
from devices.gatt import MalformedPacketError, decode_packet
from devices.recordings import Recording
from devices.recordings.exported import JudgedInterval
from devices.samples import Contact, HeartRateSample, LinkChanged, LinkState, Packet, StrapIdentified, StreamFrame
from devices.source import SourceError

N_AFTER_CONTACT = 2
"""So many intervals after the skin contact returned are not to be trusted (science A1)."""

NO_BEATS = "no beats came"
LINK_LOST = "the link was lost"
REPEATED = (
    "Intervals came again that had been told before, as from a connection made twice or from the strap's memory. "
    "Each is counted once; told again: {n}."
)
CROWDED = (
    "For some time more intervals came than there was time for them, as when a strap tells beats again. "
    "They are not used. If this stays so, disconnect the strap from everything else and connect it anew."
)
CHANGED = (
    "More than one strap measured this session: {straps}. Straps may differ a little in what they tell; "
    "make sure that it was the same person who wore them."
)
SHORTEST_GAP_S = 0.1
"""Beats that come without contact begin anew each time, though no time is missing between them."""


class BeatJudge:
    """From decoded packets to beats on one axis, each with its verdict; frames of other streams have a say in it."""

    def __init__(self) -> None:
        self._axis = BeatAxis()
        self._classifier = Classifier()
        self._contact = ContactBit()
        self._units = UnitCheck()
        self._body = Body()
        self._gap_cause = NO_BEATS
        self._last: Beat | None = None
        self._rate_doubts: list[str] = []
        self._crowded = False
        self._met: StrapIdentified | None = None
        self._straps: list[StrapIdentified] = []
        self.touching = True

    def take(self, at_s: float, sample: HeartRateSample) -> tuple[list[Beat], list[Beat], list[Gap]]:
        """Take a decoded packet that arrived at `at_s` seconds of the session.

        Returns
        -------
        new, judged : list of Beat
            Beats now placed, and beats whose verdict is final.
        gaps : list of Gap
            Gaps that the new beats end.
        """
        self._body.catch_up(at_s)
        if self._met and sample.rr_ms:
            if not self._straps or _is_another(self._met, self._straps[-1]):
                self._straps.append(self._met)
            self._met = None
        new: list[Beat] = []
        judged: list[Beat] = []
        gaps: list[Gap] = []
        for touch in self._contact.take(
            at_s,
            sample.rr_ms,
            sample.rate_bpm,
            touching=sample.contact is not Contact.LOST,
        ):
            placed = self._place(touch)
            new += placed
            self._judge(placed, touch.rate_bpm, judged, gaps)
        return new, judged, gaps

    def _place(self, touch: Touch) -> list[Beat]:
        axis = self._axis
        self.touching = touch.touching
        if not touch.touching:
            self.lose("the strap lost contact")
            axis.distrust(N_AFTER_CONTACT)
        if not touch.rr_ms:
            return []
        placed = axis.place(touch.at_s, touch.rr_ms, touching=touch.touching)
        self._crowded = self._crowded or axis.crowded
        return placed

    def hear(self, at_s: float, frame: StreamFrame) -> EcgCame | MovementSeen | None:
        """Take a frame that arrived at `at_s` seconds of the session; what it brought, if it can be followed."""
        return self._body.hear(at_s, frame)

    def meet(self, strap: StrapIdentified) -> None:
        """A strap tells who it is; it counts once it told a beat."""
        self._met = strap

    def lose(self, cause: str) -> None:
        """The link or the contact is lost: what comes next does not follow on."""
        self._axis.broken()
        self._gap_cause = cause

    @property
    def unplaced(self) -> bool:
        """Whether the beats' place on the session's clock is not known closely."""
        return self._axis.phase_uncertain

    @property
    def chest_rate(self) -> ChestRate | None:
        """The breath of the last minute as the chest shows it, as far as heard."""
        return self._body.chest_rate

    @property
    def agreement(self) -> Agreement:
        """How far the strap's intervals and its electrocardiogram agreed up to now."""
        return self._body.agreement()

    @property
    def factor(self) -> float:
        """What intervals are to be multiplied with, where their unit is known to be wrong."""
        return self._axis.clock.factor

    @property
    def n_doubts(self) -> int:
        """How many kinds of doubt there are, for one look at each packet."""
        axis = self._axis
        of_intervals = (axis.n_repeated > 0) + self._crowded + (axis.clock.doubt is not None)
        return self._contact.disbelieved + of_intervals + len(self._rate_doubts) + len(self._straps[1:])

    @property
    def doubts(self) -> dict[str, str]:
        """What is doubted of the strap, by its kind: sentences for a person."""
        axis, clock, found = self._axis, self._axis.clock, {}
        if self._contact.disbelieved:
            found["contact"] = DISBELIEVED
        if axis.n_repeated:
            found["repeated"] = REPEATED.format(n=axis.n_repeated)
        if self._crowded:
            found["crowded"] = CROWDED
        if clock.doubt:
            found["unit"] = clock.sentence
        if len(self._straps) > 1:
            found[f"straps {len(self._straps)}"] = CHANGED.format(straps=", then ".join(s.name for s in self._straps))
        return found | {sentence: sentence for sentence in self._rate_doubts}

    def finish(self) -> tuple[list[Beat], list[Beat], list[Gap]]:
        """Judge what still waits; beats placed, judged, and gaps, as `take`."""
        self._body.catch_up(float("inf"))
        judged: list[Beat] = []
        gaps: list[Gap] = []
        new = [beat for touch in self._contact.finish() for beat in self._place(touch)] + self._axis.flush()
        self._judge(new, None, judged, gaps)
        return new, judged + [self._body.testify(beat) for beat in self._classifier.flush()], gaps

    def _judge(self, placed: list[Beat], rate_bpm: int | None, judged: list[Beat], gaps: list[Gap]) -> None:
        n_before = len(judged)
        for beat in placed:
            if self._last is not None and beat.segment != self._last.segment:
                gap = Gap(self._last.time_s, beat.time_s - beat.rr_ms / 1000.0, self._gap_cause)
                if gap.to_s - gap.from_s >= SHORTEST_GAP_S:
                    gaps.append(gap)
                self._gap_cause = NO_BEATS
            self._last = beat
            self._body.push(beat)
            judged += [self._body.testify(decided) for decided in self._classifier.push(beat, rate_bpm)]
        if rate_bpm:
            self._weigh_unit(judged[n_before:], rate_bpm)

    def _weigh_unit(self, judged: list[Beat], rate_bpm: int) -> None:
        clock = self._axis.clock
        for beat in judged:
            doubt = self._units.push(beat.rr_ms, rate_bpm, kept=beat.kept) if beat.rr_ms > 0 else None
            if doubt and (doubt.doubt is Doubt.RATE or not (clock.sound or clock.doubt)):
                self._rate_doubts.append(doubt.sentence)
        clock.rate_ratio = self._units.ratio


def _is_another(strap: StrapIdentified, before: StrapIdentified) -> bool:
    """By their serial numbers where both tell one, else by the names that they advertise."""
    if strap.serial and before.serial:
        return strap.serial != before.serial
    return strap.name != before.name


@dataclass(frozen=True, slots=True)
class Recorded:
    """The beats of a recording with their verdicts, and what is doubted of the strap, in sentences."""

    beats: list[Beat]
    doubts: tuple[str, ...]


def judge(heard: Iterable[Packet | StreamFrame | LinkChanged | StrapIdentified]) -> Recorded:
    """Judge a recording.

    Parameters
    ----------
    heard : iterable of Packet, StreamFrame, LinkChanged or StrapIdentified
        Packets with beats, frames of other streams, losses of the link, and straps that tell who they are, in order of
        arrival, with arrivals in seconds from the start; malformed packets are passed over.
    """
    judge = BeatJudge()
    beats: list[Beat] = []
    for item in heard:
        if isinstance(item, LinkChanged):
            judge.lose(LINK_LOST)
        elif isinstance(item, StrapIdentified):
            judge.meet(item)
        elif isinstance(item, StreamFrame):
            judge.hear(item.received_s, item)
        elif sample := decoded(item):
            beats += judge.take(item.received_s, sample)[1]
    beats += judge.finish()[1]
    if judge.factor != 1.0:
        beats = [in_unit(beat, judge.factor) for beat in beats]
    return Recorded(beats, tuple(judge.doubts.values()))


def judged_beats(heard: Iterable[Packet | StreamFrame | LinkChanged]) -> list[Beat]:
    """The beats of a recording with their verdicts, as `judge` tells them."""
    return judge(heard).beats


def judge_recording(recording: Recording) -> Recorded:
    """The beats of a recording file with their verdicts: those that it tells, else judged, its streams heard too.

    Raises
    ------
    SourceError
        If the file tells a verdict that is not known.
    """
    if recording.judged:
        return Recorded([_told(recording, number, each) for number, each in enumerate(recording.judged)], ())
    losses = [LinkChanged(at_s, LinkState.LOST) for at_s in recording.losses]
    heard: Iterable[Packet | StreamFrame | LinkChanged] = merge(
        losses, recording.packets, stream_frames(recording.streams), key=arrived_s
    )
    return judge(heard)


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
