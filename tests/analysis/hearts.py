"""Heartbeats made for tests, and recordings as judged beats."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.beats.verdicts import Classifier
from biofeedback.session.judging import judged_beats
from devices.recordings import read_recording
from tests.recordings import recording

Floats = NDArray[np.float64]
STEP_S = 0.002


def beats_of(rate_bpm: Callable[[Floats], Floats], duration_s: float) -> Floats:
    """Times (s) of the beats of a heart whose rate is a function of time."""
    at_s = np.arange(0, duration_s + 3, STEP_S)
    phase = np.concatenate(([0.0], np.cumsum(rate_bpm(at_s)[:-1]) * STEP_S / 60))
    times = np.interp(np.arange(int(phase[-1])), phase, at_s)
    return times[times <= duration_s]


def swinging(hr_bpm: float, swing_bpm: float, breaths_per_min: float, phase: float = 0.0) -> Callable[[Floats], Floats]:
    """A heart rate that rises and falls with the breath."""
    return lambda at_s: hr_bpm + swing_bpm / 2 * np.sin(2 * math.pi * breaths_per_min / 60 * at_s + phase)


def as_beats(rr_ms: Sequence[float], segment: int = 0, first: int = 0, from_s: float = 0.0) -> list[Beat]:
    """Intervals as beats that wait for their verdict."""
    times = from_s + np.cumsum(rr_ms) / 1000
    return [
        Beat(first + i, float(time_s), float(rr), segment)
        for i, (time_s, rr) in enumerate(zip(times, rr_ms, strict=True))
    ]


def judged(beats: Sequence[Beat]) -> list[Beat]:
    """The same beats with their verdicts."""
    classifier = Classifier()
    return [done for beat in beats for done in classifier.push(beat)] + classifier.flush()


def kept(rr_ms: Sequence[float]) -> list[Beat]:
    return judged(as_beats(rr_ms))


def recorded(name: str) -> list[Beat]:
    """A shared recording, judged."""
    return judged_beats(read_recording(recording(name)).packets)


def intervals(name: str) -> Floats:
    """The intervals (ms) of a shared recording as they came."""
    return np.array([beat.rr_ms for beat in recorded(name)])
