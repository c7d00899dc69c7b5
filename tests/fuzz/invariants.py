"""What must hold whatever comes."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from math import isfinite
from typing import Any

import numpy as np

from biofeedback.analysis.beats.beat import Beat, Gap, Verdict
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.session.pipeline import Passed, Pipeline
from biofeedback.storage.records import StoredPhase, TimelineEvent, TimelineKind
from devices.gatt import PADDING_FROM, MalformedPacketError, decode_heart_rate, decode_packet, encode_heart_rate
from devices.samples import HeartRateSample, Packet, PacketFormat
from protocols.feedback import Score
from protocols.phases import Feedback, Role
from tests.fuzz.streams import Event, Happening, Step

RANGES = {
    "artifact_percent": (0.0, 100.0),
    "hr_bpm": (30.0, 200.0),  # of intervals from 300 to 2000 ms
    "rmssd_ms": (0.0, 1700.0),
    "swing_bpm": (0.0, 170.0),
    "respiration_per_min": (0.0, 200.0),
    "smoothness": (0.0, 1.0),
    "coherence_ratio": (0.0, float("inf")),
    "synchrony": (0.0, 1.0),
    "lag_deg": (-360.0, 360.0),
    "peak_hz": (0.0395, 0.2605),  # 0.04 to 0.26, and the half bin that lies between two
}
MOST_PIECES = 200_000
"""Numbers and objects that a pipeline may hold on to, however long it runs: its longest window by beats is 60 s, and
the closest that beats are placed is 1 ms. A real session holds some 3,000."""
PIECES_AN_EVENT = 50
ROUNDING = 1e-9
PHASES = tuple(
    StoredPhase(number, role, role, role, feedback, pacing, start_s, None)
    for number, (role, feedback, pacing, start_s) in enumerate(
        (
            (Role.SETTLE, Feedback.NONE, None, 0.0),
            (Role.BASELINE, Feedback.NONE, None, 20.0),
            (Role.PRACTICE, Feedback.CALM, None, 260.0),
            (Role.PRACTICE, Feedback.SMOOTHNESS, {"rate_per_min": 6.0}, 420.0),
        )
    )
)
PACES = ({"rate_per_min": 6.5}, {"rate_per_min": 20.0}, {"rate_per_min": 3.0, "hold_full": 4.0})


def check_packet(packet: Packet) -> HeartRateSample | None:
    """Decode a packet; None where it is malformed, which must be told in words."""
    try:
        sample = decode_packet(packet)
    except MalformedPacketError as error:
        told = error
    else:
        _check_sample(sample, packet)
        return sample
    assert told.payload == packet.payload, told
    check_told(told)
    return None


def check_told(told: MalformedPacketError) -> None:
    """A refusal says what is wrong."""
    assert told.reason, told
    assert told.reason in str(told), told


def _check_sample(sample: HeartRateSample, packet: Packet) -> None:
    assert sample.packet is packet
    assert all(isfinite(rr_ms) and rr_ms >= 0.0 for rr_ms in sample.rr_ms), sample.rr_ms
    if packet.format is PacketFormat.HEART_RATE_MEASUREMENT:
        measured = decode_heart_rate(packet.payload)
        size = 2 + (packet.payload[0] & 1) + 2 * (measured.energy_kj is not None) + 2 * len(measured.rr_1024)
        assert size == len(packet.payload), "every byte belongs to a field"
        again = encode_heart_rate(measured.rate_bpm, measured.rr_1024, measured.contact, measured.energy_kj)
        assert decode_heart_rate(again) == measured
        assert [rr_ms * 1024 for rr_ms in sample.rr_ms] == [
            rr * 1000 for rr in measured.rr_1024 if 0 < rr < PADDING_FROM
        ]
        assert sample.rate_bpm == (measured.rate_bpm or None)
    else:
        assert len(sample.rr_ms) == len(packet.payload.split())


class WatchedPipeline:
    """A pipeline under which every promise is checked at every step."""

    def __init__(self) -> None:
        self.pipeline = Pipeline()
        self.pipeline.turn(TimelineEvent(0.0, TimelineKind.BEGAN, 0.0))
        self._phases = deque(PHASES)
        self.n_beats = 0
        self.n_judged = 0
        self._n_events = 0
        self._turned_s, self._elapsed_s, self._running = 0.0, 0.0, True
        self._waiting: deque[Beat] = deque()
        self._placed_s = self._judged_s = self._gap_s = float("-inf")

    def take(self, step: Step) -> None:
        """Take a packet or an event."""
        at_s = step.at_s if isinstance(step, Event) else step.received_s
        while self._phases and self._phases[0].start_s <= at_s:
            self.pipeline.begin(self._phases.popleft())
        if isinstance(step, Event):
            self._happen(step)
        elif sample := check_packet(step):
            self.n_beats += len(sample.rr_ms)
            self._check(self.pipeline.take(step.received_s, sample))

    def finish(self) -> None:
        """The session ends."""
        self._check(self.pipeline.finish())
        n_repeated = self.pipeline._judge._axis.n_repeated
        told = f"{self.n_beats} intervals came, {n_repeated} of them again, {self.n_judged} were judged"
        assert self.n_judged == self.n_beats - n_repeated, told
        assert not self._waiting, self._waiting
        self.check_size()

    def check_size(self) -> None:
        """The pipeline holds on to the latest beats only, and to what the person did."""
        held = count_pieces(self.pipeline)
        assert held < MOST_PIECES + PIECES_AN_EVENT * self._n_events, f"{held} pieces after {self.n_beats} beats"

    def _happen(self, event: Event) -> None:
        at_s, self._n_events = event.at_s, self._n_events + 1
        # from the latest turn on, as the session does it, so that rounding never takes practice time back
        elapsed_s = self._elapsed_s + (at_s - self._turned_s if self._running else 0.0)
        match event.what:
            case Happening.LINK_LOST:
                self.pipeline.lose_link()
            case Happening.PAUSED | Happening.RESUMED if self._running is (event.what is Happening.PAUSED):
                self._turned_s, self._elapsed_s, self._running = at_s, elapsed_s, not self._running
                kind = TimelineKind.RESUMED if self._running else TimelineKind.PAUSED
                self.pipeline.turn(TimelineEvent(at_s, kind, elapsed_s))
            case Happening.REPACED:
                pace = PACES[self._n_events % len(PACES)]
                self.pipeline.turn(TimelineEvent(at_s, TimelineKind.REPACED, elapsed_s, pace))

    def _check(self, passed: Passed) -> None:
        for beat in passed.new:
            assert beat.verdict in (Verdict.PENDING, Verdict.OFF_BODY, Verdict.CROWDED), beat
            assert isfinite(beat.time_s), beat
            assert beat.time_s > self._placed_s, (beat, self._placed_s)
            self._placed_s = beat.time_s
            self._waiting.append(beat)
        for judged in passed.judged:
            self._check_verdict(judged.beat)
            check_indices(judged.indices, judged.beat.time_s)
            check_score(judged.score)
        for gap in passed.gaps:
            self._check_gap(gap)
        check_indices(self.pipeline.indices, self.pipeline.indices.at_s)

    def _check_verdict(self, beat: Beat) -> None:
        assert beat.ordinal == self.n_judged, beat
        self.n_judged += 1
        assert beat.verdict is not Verdict.PENDING, beat
        assert bool(beat.reason) is not beat.kept, beat
        assert beat.time_s > self._judged_s, (beat, self._judged_s)
        self._judged_s = beat.time_s
        if self._waiting:  # beats that only the end settles are judged without having been told as new
            placed = self._waiting.popleft()
            same = (placed.ordinal, placed.time_s, placed.rr_ms, placed.segment)
            assert (beat.ordinal, beat.time_s, beat.rr_ms, beat.segment) == same, (placed, beat)
        if beat.kept:
            assert 300.0 <= beat.rr_ms <= 2000.0, beat
            assert beat.nn_ms == beat.rr_ms, beat
        if beat.nn_ms is not None:
            assert isfinite(beat.nn_ms), beat
            assert beat.nn_ms > 0, beat

    def _check_gap(self, gap: Gap) -> None:
        assert isfinite(gap.from_s), gap
        assert isfinite(gap.to_s), gap
        assert self._gap_s <= gap.from_s < gap.to_s, (self._gap_s, gap)
        assert gap.cause, gap
        self._gap_s = gap.to_s


def check_indices(indices: LiveIndices, at_s: float) -> None:
    """Figures are finite and lie where they can; None stands for unknown."""
    assert indices.at_s == at_s, indices
    for number in numbers_in(indices):
        assert isfinite(number), indices
    for name, (low, high) in RANGES.items():
        value = getattr(indices, name)
        assert value is None or low - ROUNDING <= value <= high + ROUNDING, (name, value)
    for name, band in indices.bands.items():
        check_band(getattr(indices, name), band.low, band.high)


def check_band(value: float | None, low: float, high: float) -> None:
    """A band lies around its value."""
    assert value is not None
    rounding = ROUNDING * max(abs(low), abs(high))
    assert low - rounding <= value <= high + rounding, (low, value, high)


def check_score(score: Score) -> None:
    """A score lies from 0 to 1, or says why there is none."""
    assert (score.value is None) is bool(score.reason), score
    for number in numbers_in(score):
        assert isfinite(number), score
    for shown in (score.value, score.goal, score.low, score.high):
        assert shown is None or 0.0 <= shown <= 1.0 + ROUNDING, score
    if score.low is not None and score.high is not None:
        check_band(score.value, score.low, score.high)


def numbers_in(message: object) -> Iterator[float]:
    """Every number of a message, also of messages in it."""
    if isinstance(message, int | float) and not isinstance(message, bool):
        yield message
    elif is_dataclass(message):
        for field in fields(message):
            yield from numbers_in(getattr(message, field.name))
    elif isinstance(message, tuple):
        for value in message:
            yield from numbers_in(value)
    elif isinstance(message, Mapping):
        for value in message.values():
            yield from numbers_in(value)


def count_pieces(root: object) -> int:
    """How many objects and array elements can be reached from here, each counted once."""
    seen: set[int] = set()
    waiting: list[Any] = [root]
    n = 0
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, type | Enum):
            continue
        seen.add(id(found))
        n += found.size if isinstance(found, np.ndarray) else 1
        waiting += _held_by(found)
    return n


def _held_by(holder: Any) -> Iterable[Any]:
    if isinstance(holder, Mapping):
        return [*holder, *holder.values()]
    if isinstance(holder, list | tuple | set | frozenset | deque):
        return holder
    names = [name for kind in type(holder).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*getattr(holder, "__dict__", {}).values(), *(getattr(holder, name, None) for name in names)]
