"""Electrocardiograms and accelerations made for tests."""

import math
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.breath.movement import MovementDetector, MovementReading
from biofeedback.analysis.ecg.complexes import QrsComplex
from biofeedback.analysis.ecg.detector import EcgReading, QrsDetector

Floats = NDArray[np.float64]
ECG_HZ = 130.0

_NARROW = (
    (-0.16, 0.025, 80.0),
    (-0.03, 0.008, -80.0),
    (0.0, 0.010, 1000.0),
    (0.028, 0.010, -300.0),
    (0.25, 0.045, 200.0),
)
_WIDE = ((0.0, 0.028, 1000.0), (0.075, 0.030, -600.0), (0.32, 0.060, -250.0))
"""Waves of a heartbeat: when after R (s), how wide (s), how high (uV)."""


def instants(duration_s: float, rate_hz: float = ECG_HZ, from_s: float = 0.0) -> Floats:
    """The instants of evenly taken samples."""
    return from_s + np.arange(round(duration_s * rate_hz)) / rate_hz


def heart_trace(time_s: Floats, beats_s: Iterable[float], wide_s: Collection[float] = ()) -> Floats:
    """An electrocardiogram (uV) with R at given instants, those in `wide_s` as an extra beat has it."""
    trace = np.zeros(len(time_s))
    for beat_s in beats_s:
        for after_s, width_s, height_uv in _WIDE if beat_s in wide_s else _NARROW:
            trace += height_uv * np.exp(-0.5 * ((time_s - beat_s - after_s) / width_s) ** 2)
    return trace


def breathing_beats(
    duration_s: float, rr_ms: float = 850.0, swing_ms: float = 80.0, from_s: float = 0.4
) -> list[float]:
    """Instants of a heart that follows a breath of ten seconds."""
    beats_s = [from_s]
    while beats_s[-1] < duration_s:
        beats_s.append(beats_s[-1] + (rr_ms + swing_ms * math.sin(2.0 * math.pi * beats_s[-1] / 10.0)) / 1000.0)
    return beats_s[:-1]


def pieces(n: int, cuts: Sequence[int]) -> list[slice]:
    """A sequence of `n` cut after the given numbers of items, over and over."""
    places, k = [0], 0
    while places[-1] < n:
        places.append(min(n, places[-1] + cuts[k % len(cuts)]))
        k += 1
    return [slice(begin, end) for begin, end in pairwise(places)]


def detected(time_s: Floats, ecg_uv: Floats, rate_hz: float = ECG_HZ, cuts: Sequence[int] = (73,)) -> EcgReading:
    """What the detector finds in a whole electrocardiogram that comes in pieces."""
    detector = QrsDetector(rate_hz)
    readings = [detector.push(time_s[piece], ecg_uv[piece]) for piece in pieces(len(time_s), cuts)]
    readings.append(detector.finish())
    return EcgReading(
        tuple(found for reading in readings for found in reading.complexes),
        tuple(stretch for reading in readings for stretch in reading.marred),
    )


def followed(time_s: Floats, acceleration_mg: Floats, rate_hz: float, cuts: Sequence[int] = (36,)) -> MovementReading:
    """What the detector of movements finds in accelerations that come in pieces."""
    detector = MovementDetector(rate_hz)
    readings = [detector.push(time_s[piece], acceleration_mg[piece]) for piece in pieces(len(time_s), cuts)]
    return MovementReading(
        tuple(movement for reading in readings for movement in reading.movements),
        tuple(breath for reading in readings for breath in reading.breaths),
        tuple(tilt for reading in readings for tilt in reading.wave),
    )


def complexes_at(
    beats_s: Sequence[float], extra_s: Collection[float] = (), broken_s: Collection[float] = ()
) -> list[QrsComplex]:
    """Complexes as the detector would tell them; before those in `broken_s` the trace cannot be trusted."""
    found, before_s = [], None
    for beat_s in beats_s:
        rr_ms = None if before_s is None or beat_s in broken_s else (beat_s - before_s) * 1000.0
        is_extra = beat_s in extra_s
        found.append(QrsComplex(beat_s, rr_ms, 900.0, 95.0, 0.5 if is_extra else 0.99, True, is_extra))
        before_s = beat_s
    return found


def chest(
    time_s: Floats,
    breaths_per_min: float,
    depth_mg: float = 20.0,
    direction: tuple[float, float, float] = (0.0, 0.5, 1.0),
    seed: int = 1,
) -> Floats:
    """Accelerations (mg) of a chest that leans back a little, breathes, beats, and has a noisy sensor."""
    toward = np.array(direction) / np.linalg.norm(direction)
    height_mg = depth_mg / 2.0 * (1.0 - np.cos(2.0 * math.pi * breaths_per_min / 60.0 * time_s))
    noise = np.random.default_rng(seed).normal(0.0, 2.0, (len(time_s), 3))
    acceleration_mg = np.array([0.0, 955.0, 295.0]) + height_mg[:, None] * toward + noise
    since_beat_s = time_s % 0.95
    acceleration_mg[:, 2] += 8.0 * np.sin(2.0 * math.pi * 18.0 * since_beat_s) * np.exp(-since_beat_s / 0.08)
    return np.asarray(acceleration_mg)
