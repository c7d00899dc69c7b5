"""What is measured of a rendered sound, and the scenes that are rendered."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from biofeedback.sound.course import Bell, Moment, Scene
from biofeedback.sound.loops import RATE_HZ, Samples
from biofeedback.sound.settings import SoundSettings, Timbre
from biofeedback.sound.synthesizer import Synthesizer
from protocols.breathing import Breath, BreathCurve, BreathPattern

HIGHEST_HZ = 8000.0
"""Nothing that is rendered on purpose lies above this; a click does."""

Floats = NDArray[np.float64]


def paced(rate_per_min: float = 6.0, bells: tuple[Bell, ...] = (), end_s: float = 1e9) -> Scene:
    return Scene(BreathCurve.steady(BreathPattern(rate_per_min)).at, bells, end_s)


def free(bells: tuple[Bell, ...] = (), end_s: float = 1e9) -> Scene:
    """No breath to follow."""

    def nothing(_: float) -> Breath | None:
        return None

    return Scene(nothing, bells, end_s)


def only(timbre: Timbre, volume: float = 1.0) -> SoundSettings:
    return SoundSettings(timbre, volume, bed=False, bells=False)


def heard(scene: Scene, settings: SoundSettings, seconds: float, calm: float | None = None) -> Samples:
    """The sound of a scene from its beginning."""
    return told(seconds, lambda s: Moment(scene, s, settings, calm=calm))


def told(seconds: float, moment_at: Callable[[float], Moment]) -> Samples:
    """The sound of moments, each told by the second of the sound."""
    return Synthesizer(lambda frame: moment_at(frame / RATE_HZ)).render(round(seconds * RATE_HZ))


def elapsed(moment: Moment, elapsed_s: float) -> Moment:
    return replace(moment, elapsed_s=elapsed_s)


def strength(sound: Samples, window_s: float = 0.05) -> Floats:
    """Root mean square of windows one after the other, both sides together."""
    n = round(window_s * RATE_HZ)
    windows = sound[: len(sound) // n * n].astype(float).reshape(-1, n * 2)
    return np.sqrt(np.mean(windows**2, axis=1))


def decibels(value: float) -> float:
    """Of full scale."""
    return 20.0 * float(np.log10(max(value, 1e-12)))


def centroid_hz(sound: Samples) -> float:
    """Where the middle of the spectrum lies, weighted by power: the measure of brightness."""
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    return float(np.sum(hz * power) / np.sum(power))


def pitch_hz(sound: Samples) -> float:
    """The strongest frequency."""
    power = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound)), 8 * len(sound)))
    return float(np.argmax(power) * RATE_HZ / (8 * len(sound)))


def clicks(sound: Samples) -> float:
    """The largest sample of what lies above `HIGHEST_HZ`; the ends are left out."""
    spectrum = np.fft.rfft(sound, axis=0)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum *= np.clip((hz - HIGHEST_HZ) / 1000.0, 0.0, 1.0)[:, None]
    return float(np.abs(np.fft.irfft(spectrum, len(sound), axis=0)[960:-960]).max())


def lag_s(values: Floats, wanted: Floats, step_s: float) -> float:
    """How much later one curve moves than another, by the shift at which they agree best."""
    shifts = np.arange(-0.4, 0.4, 0.002)
    at_s = np.arange(len(values)) * step_s
    inner = slice(round(0.5 / step_s), -round(0.5 / step_s))
    likeness = [np.corrcoef(values[inner], np.interp(at_s[inner] - s, at_s, wanted))[0, 1] for s in shifts]
    best = int(np.argmax(likeness))
    near = slice(best - 20, best + 21)
    bend, slope, _ = np.polyfit(shifts[near], np.asarray(likeness)[near], 2)
    return float(-slope / (2 * bend))
