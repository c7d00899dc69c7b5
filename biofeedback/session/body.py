"""What the strap's electrocardiogram and accelerometer tell, and what they change about the verdict of a beat."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.breath.movement import RATES_HZ as ACCELEROMETER_RATES_HZ
from biofeedback.analysis.breath.movement import MeasuredBreath, Movement, MovementDetector, with_movement
from biofeedback.analysis.ecg.complexes import QrsComplex
from biofeedback.analysis.ecg.detector import RATES_HZ as ECG_RATES_HZ
from biofeedback.analysis.ecg.detector import QrsDetector
from biofeedback.analysis.ecg.witness import Agreement, Witness, with_evidence
from biofeedback.analysis.figures.respiration import ChestRate, chest_rate
from biofeedback.session.events import EcgCame, MovementSeen, SeenBeat
from devices.gatt import MalformedPacketError
from devices.pmd import LOST_SHARE, FrameReader
from devices.samples import AccelerometerFrame, EcgFrame, Packet, PacketFormat, StreamFrame

Floats = NDArray[np.float64]

N_MOVEMENTS = 400
"""The latest 100 s of the accelerometer: longer than a beat waits for its verdict."""
N_BREATHS, CHEST_S, STALE_S = 64, 60.0, 10.0
"""The breath of the chest is of the last minute; after so long without a frame nothing is known of it."""
N_SEEN = 60
"""So many judged beats wait to be told with the next piece of the electrocardiogram."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a frame that arrived at `at_s` brought; it counts from then on."""

    at_s: float
    complexes: tuple[QrsComplex, ...] = ()
    movements: tuple[Movement, ...] = ()
    breaths: tuple[MeasuredBreath, ...] = ()


class Body:
    """The streams of a strap beside its beats, and their word on each beat.

    Nothing is made for a stream before its first frame, and without one every beat stays as it was judged. A packet is
    judged with the frames that arrived before it; one that arrived in the same instant is heard after it, so that
    nothing depends on which of the two was taken first.
    """

    def __init__(self) -> None:
        self._witness = Witness()
        self._clocks: dict[tuple[type[StreamFrame], int], _SampleClock] = {}
        self._qrs: tuple[int, QrsDetector] | None = None
        self._chest: tuple[int, MovementDetector] | None = None
        self._waiting: deque[_Heard] = deque()
        self._breaths: deque[MeasuredBreath] = deque(maxlen=N_BREATHS)
        self._now_s = self._chest_heard_s = self._chest_s = float("-inf")
        self._movements: deque[Movement] = deque(maxlen=N_MOVEMENTS)
        self._seen: deque[SeenBeat] = deque(maxlen=N_SEEN)

    def hear(self, at_s: float, frame: StreamFrame) -> EcgCame | MovementSeen | None:
        """Take a frame that arrived at `at_s` seconds of the session, no earlier than those before it.

        Returns
        -------
        EcgCame, MovementSeen or None
            What it brought; None for a rate of samples that cannot be followed.
        """
        self.catch_up(at_s)
        if isinstance(frame, EcgFrame):
            return self._hear_ecg(at_s, frame)
        return self._hear_chest(at_s, frame)

    def catch_up(self, before_s: float) -> None:
        """Let what arrived before an instant count for the verdicts from now on."""
        while self._waiting and self._waiting[0].at_s < before_s:
            heard = self._waiting.popleft()
            self._witness.hear(heard.complexes)
            self._movements.extend(heard.movements)
            self._breaths.extend(heard.breaths)
            if heard.movements:
                self._chest_heard_s, self._chest_s = heard.at_s, heard.movements[-1].to_s
        if before_s < float("inf"):
            self._now_s = before_s

    def push(self, beat: Beat) -> None:
        """Take a beat that was placed."""
        self._witness.push(beat)

    def testify(self, beat: Beat) -> Beat:
        """A beat that was judged, with what the streams change about it; once for each beat, in order."""
        if self._qrs is None and self._chest is None:
            self._witness.n_asked += 1
            return beat
        evidence = self._witness.testify(beat.ordinal)
        judged = with_movement(with_evidence(beat, evidence), self._movements, evidence.strap_s)
        if evidence.strap_s is not None:
            self._seen.append(SeenBeat(evidence.strap_s, judged.verdict))
        return judged

    @property
    def chest_rate(self) -> ChestRate | None:
        """The breath of the last minute as the chest shows it, from the frames that count by now."""
        if self._now_s - self._chest_heard_s > STALE_S:
            return None
        since_s = self._chest_s - CHEST_S
        lately = [breath for breath in self._breaths if breath.end_s - breath.length_s >= since_s]
        return chest_rate(lately, CHEST_S)

    def agreement(self) -> Agreement:
        """How far the strap's intervals and its electrocardiogram agreed up to now."""
        return self._witness.agreement()

    def _hear_ecg(self, at_s: float, frame: EcgFrame) -> EcgCame | None:
        if self._qrs is None or self._qrs[0] != frame.rate_hz:
            if not ECG_RATES_HZ[0] <= frame.rate_hz <= ECG_RATES_HZ[1]:
                return None
            self._qrs = frame.rate_hz, QrsDetector(frame.rate_hz)
        time_s = self._times_s(frame, len(frame.microvolts))
        reading = self._qrs[1].push(time_s, frame.microvolts.astype(np.float64))
        self._waiting.append(_Heard(at_s, complexes=reading.complexes))
        seen = tuple(self._seen)
        self._seen.clear()
        return EcgCame(
            at_s,
            frame.rate_hz,
            time_s,
            frame.microvolts,
            reading.complexes,
            reading.marred,
            self._witness.n_compared,
            self._witness.n_agreed,
            seen,
        )

    def _hear_chest(self, at_s: float, frame: AccelerometerFrame) -> MovementSeen | None:
        if self._chest is None or self._chest[0] != frame.rate_hz:
            if not ACCELEROMETER_RATES_HZ[0] <= frame.rate_hz <= ACCELEROMETER_RATES_HZ[1]:
                return None
            self._chest = frame.rate_hz, MovementDetector(frame.rate_hz)
        time_s = self._times_s(frame, len(frame.milli_g))
        reading = self._chest[1].push(time_s, frame.milli_g)
        self._waiting.append(_Heard(at_s, movements=reading.movements, breaths=reading.breaths))
        return MovementSeen(at_s, float(time_s[-1]), reading.movements, reading.breaths, reading.wave)

    def _times_s(self, frame: StreamFrame, n_samples: int) -> Floats:
        return self._clocks.setdefault((type(frame), frame.rate_hz), _SampleClock()).times_s(frame, n_samples)


class _SampleClock:
    """Tells when the samples of one frame after the other were taken, each frame when it comes.

    Where frames follow each other it says what `sample_times_ns` says of all at once. Where a frame was lost, or none
    is before, the samples lie as far apart as they did last, since what will be usual is not known yet.
    """

    def __init__(self) -> None:
        self._before_ns: int | None = None
        self._usual_ns: float | None = None

    def times_s(self, frame: StreamFrame, n_samples: int) -> Floats:
        nominal_ns = 1e9 / frame.rate_hz
        step_ns = nominal_ns if self._usual_ns is None else self._usual_ns
        if self._before_ns is not None:
            told_ns = (frame.strap_ns - self._before_ns) / n_samples
            if abs(told_ns - nominal_ns) <= LOST_SHARE * nominal_ns:
                step_ns = self._usual_ns = told_ns
        self._before_ns = frame.strap_ns
        n_after: Floats = np.arange(n_samples - 1, -1, -1, dtype=np.float64)
        time_s: Floats = frame.strap_ns / 1e9 - n_after * (step_ns / 1e9)
        time_s.flags.writeable = False
        return time_s


def stream_frames(packets: Iterable[Packet]) -> Iterator[StreamFrame]:
    """The frames among the packets of streams, in their order; malformed ones are passed over."""
    reader = FrameReader()
    for packet in packets:
        try:
            if packet.format is PacketFormat.PMD_START:
                reader.started(packet)
            else:
                yield reader.frame(packet)
        except MalformedPacketError:
            continue
