"""How the heart keeps time with the pacer: its lag behind the lungs asked for, and how steady that lag is.

0 degrees: heart rate rises and falls with the lung volume, as at the resonance rate (Vaschillo, Lehrer; science B5).
Positive: heart rate lags. Without a breath sensor this is the lag behind the pacer: of the person who follows it and of
the heart that follows the person, in one.
"""

import cmath
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from biofeedback.analysis.breath.reading import BreathingRate
from biofeedback.analysis.breath.swing import (
    N_BREATHS,
    N_BREATHS_MIN,
    Breaths,
    ComplexArray,
    fitted_waves,
)
from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray, resample

BAND_SHARE = 0.3
"""Half of the band around the pacer's rate, as a share of it, in which the lag is followed (science B5)."""
PLV_WINDOW_S, EDGE_S, PLV_LEAST_S = 60.0, 10.0, 30.0
LIVE_S = 15.0
"""Time constant of the live lag (science B5)."""
LEVEL_S = 30.0
"""Time constant of the mean that live values are taken from."""
PLV_LEAST = 0.6
"""Noise alone stays below this in 3 of 4 minutes and in 9 of 10 live ones (by simulation); the standard error holds
back most of the others."""
WIDEST_DEG = 20.0
"""A lag that could be off by more, 1 time in 20, is not told."""
N_GROUPS = 4
"""Standard errors come from groups of six breaths where there are so many, else of three."""
FOLLOWING_PER_MIN = 0.5
"""A breath so near the pacer's rate follows it (science C4)."""

BEAT_SE_S = 0.017
"""Beats are placed so closely (science A3, standard deviation)."""

NOT_STEADY = "The heart does not keep time with the pacer."
TOO_SHORT = "There are too few breaths in a row."
BEATS_UNPLACED = "The strap's beats cannot be placed in time closely enough."


@dataclass(frozen=True, slots=True)
class PacerPhase:
    """The heart's wave against the pacer's.

    Attributes
    ----------
    plv : float or None
        Phase-locking value over a minute, 0 to 1: how steady the lag is.
    lag_deg : float or None
        -180 to 180; None where it is not steady or not sure enough, and `reason` says so.
    lag_s : float or None
        The same in seconds at the pacer's rate.
    se_deg : float or None
        Standard error of the lag.
    n_groups : int
        Groups of breaths whose scatter gave the standard error; 0 in the live form, where it comes from the PLV.
    reason : str
    """

    plv: float | None = None
    lag_deg: float | None = None
    lag_s: float | None = None
    se_deg: float | None = None
    n_groups: int = 0
    reason: str = ""


def pacer_phase(
    breaths: Sequence[Breaths], volumes: Sequence[FloatArray], *, beats_unplaced: bool = False
) -> PacerPhase:
    """Lag of the heart behind the pacer over a whole stretch.

    Parameters
    ----------
    breaths : sequence of Breaths
        Stretches of beats without holes, with the pacer's breaths at the middle of each interval.
    volumes : sequence of ndarray, shape (n,)
        Lung volume that the pacer asks for at the same times, 0 to 1.
    beats_unplaced : bool
        Whether the beats' place on the pacer's clock is not known (science A3): the lag is then withheld.
    """
    plv = _locking(breaths)
    lags: list[complex] = []
    periods_s: list[float] = []
    for n_breaths in (N_BREATHS, N_BREATHS_MIN):
        if len(lags) < N_GROUPS:
            lags, periods_s = [], []
            for stretch, volume in zip(breaths, volumes, strict=True):
                waves = list(fitted_waves(stretch, n_breaths))
                if waves:
                    lungs = first_harmonic(stretch.cycles, volume)
                    lags += [complex(lungs * wave.harmonics[0].conjugate()) for wave in waves]
                    span_s = float(stretch.time_s[-1] - stretch.time_s[0])
                    periods_s.append(span_s / float(stretch.cycles[-1] - stretch.cycles[0]))
    if beats_unplaced:
        return PacerPhase(plv, reason=BEATS_UNPLACED)
    if plv is None or len(lags) < 2:
        return PacerPhase(plv, reason=TOO_SHORT)
    mean = sum(lags) / len(lags)
    if mean == 0:
        return PacerPhase(plv, reason=NOT_STEADY)
    across = [(lag * mean.conjugate() / abs(mean)).imag for lag in lags]
    variance = sum(x * x for x in across) / (len(lags) - 1)
    se_deg = math.degrees(math.sqrt(variance / len(lags)) / abs(mean))
    told = _told(cmath.phase(mean), sum(periods_s) / len(periods_s), plv, se_deg)
    return replace(told, n_groups=len(lags))


class LivePhase:
    """Follows the lag beat by beat: both waves turned back by the pacer's phase and smoothed alike, so that the
    smoothing delays neither against the other.
    """

    def __init__(self) -> None:
        self._steps: deque[tuple[float, complex]] = deque()
        self.gap()

    def gap(self) -> None:
        """What comes next does not follow on, or the pacer paused or changed its rate at once."""
        self._steps.clear()
        self._sum = 0j
        self._since_s: float | None = None
        self._levels: tuple[float, float] | None = None
        self._heart = self._lungs = self._product = 0j
        self._last_cycles = 0.0

    def push(self, time_s: float, rr_ms: float, cycles: float, volume: float) -> PacerPhase:
        """Take the interval that ended at `time_s`.

        Parameters
        ----------
        time_s, rr_ms : float
        cycles, volume : float
            The pacer at the middle of the interval: breaths completed, with their fraction, and lung volume.
        """
        rate_bpm, beat_s = 60000.0 / rr_ms, rr_ms / 1000.0
        if self._levels is None or self._since_s is None:
            self._levels, self._since_s, self._last_cycles = (rate_bpm, volume), time_s, cycles
            return PacerPhase(reason=TOO_SHORT)
        breath_s = beat_s / max(cycles - self._last_cycles, 1e-3)
        self._last_cycles = cycles
        heart, lungs = self._levels
        # a mean at first, then a mean that forgets
        new = max(1.0 - math.exp(-beat_s / LEVEL_S), beat_s / (time_s - self._since_s + beat_s))
        heart, lungs = heart + new * (rate_bpm - heart), lungs + new * (volume - lungs)
        self._levels = heart, lungs
        back = cmath.exp(-2j * math.pi * cycles)
        new = 1.0 - math.exp(-beat_s * 2.0 * math.pi * BAND_SHARE / breath_s)
        self._heart += new * ((rate_bpm - heart) * back - self._heart)
        self._lungs += new * ((volume - lungs) * back - self._lungs)
        step = self._lungs * self._heart.conjugate()
        self._product += (1.0 - math.exp(-beat_s / LIVE_S)) * (step - self._product)
        unit = step / abs(step) if step else 0j
        self._steps.append((time_s, unit))
        self._sum += unit
        while self._steps[0][0] <= time_s - PLV_WINDOW_S:
            self._sum -= self._steps.popleft()[1]
        held_s = time_s - self._since_s
        if held_s < PLV_LEAST_S:
            return PacerPhase(reason=TOO_SHORT)
        plv = min(1.0, abs(self._sum) / len(self._steps))
        spread = math.sqrt(max(0.0, -2.0 * math.log(max(plv, 1e-6))))
        n_independent = PLV_WINDOW_S * 2.0 * BAND_SHARE / breath_s
        se_deg = math.degrees(spread) / math.sqrt(max(1.0, n_independent))
        return _told(cmath.phase(self._product), breath_s, plv, se_deg)


@dataclass(frozen=True, slots=True)
class Following:
    """How well the breath keeps to the pacer's rate, as far as the heart shows it.

    Attributes
    ----------
    share : float
        Share of the told rates that are within 0.5 a minute of the pacer's, 0 to 1.
    told : float
        Share of the rates that could be told at all.
    """

    share: float
    told: float


def following(rates: Sequence[BreathingRate], pacer_per_min: Sequence[float]) -> Following | None:
    """How much of the time the breath kept to the pacer's rate.

    Parameters
    ----------
    rates : sequence of BreathingRate
        Of overlapping minutes, as by `rate_by_minute(..., every_s=10)`.
    pacer_per_min : sequence of float
        The pacer's rate in each.

    Returns
    -------
    Following or None
        None where no rate could be told.
    """
    off = [abs(r.per_min - p) for r, p in zip(rates, pacer_per_min, strict=True) if r.per_min is not None]
    if not off:
        return None
    return Following(sum(x <= FOLLOWING_PER_MIN for x in off) / len(off), len(off) / len(rates))


def first_harmonic(cycles: FloatArray, volume: FloatArray) -> complex:
    """Complex amplitude of a wave over the breath, by least squares with its second harmonic."""
    turn = 2.0 * np.pi * cycles
    columns = np.stack((np.ones_like(turn), np.cos(turn), np.sin(turn), np.cos(2.0 * turn), np.sin(2.0 * turn)))
    weights = np.linalg.lstsq(columns.T, volume, rcond=None)[0]
    return complex(weights[1], -weights[2])


def _told(lag: float, breath_s: float, plv: float, se_deg: float) -> PacerPhase:
    if plv < PLV_LEAST or 1.96 * se_deg > WIDEST_DEG:
        return PacerPhase(plv, reason=NOT_STEADY)
    se_deg = math.hypot(se_deg, 360.0 * BEAT_SE_S / breath_s)
    return PacerPhase(plv, math.degrees(lag), lag / (2.0 * math.pi) * breath_s, se_deg)


def _locking(breaths: Sequence[Breaths]) -> float | None:
    """Mean phase-locking value of minutes, the ends of each stretch left out; None where there is too little."""
    minutes: list[tuple[float, int]] = []
    n_minute, n_edge, n_least = (round(s * RATE_HZ) for s in (PLV_WINDOW_S, EDGE_S, PLV_LEAST_S))
    for stretch in breaths:
        steps = _units(stretch)[n_edge : -n_edge or None]
        n_parts = max(1, len(steps) // n_minute)
        for part in np.array_split(steps, n_parts):
            if len(part) >= n_least:
                minutes.append((float(abs(part.mean())), len(part)))
    if not minutes:
        return None
    return sum(plv * n for plv, n in minutes) / sum(n for _, n in minutes)


def _units(stretch: Breaths) -> ComplexArray:
    """Direction of the heart's wave against the pacer's breaths, four times a second."""
    if len(stretch.time_s) < 6:
        return np.zeros(0, dtype=complex)
    middle_s = stretch.time_s - stretch.rr_ms / 2000.0
    at_s = np.arange(middle_s[0], middle_s[-1], 1.0 / RATE_HZ)
    even = resample(middle_s, 60000.0 / stretch.rr_ms, at_s)
    turned = (even - even.mean()) * np.exp(-2j * np.pi * np.interp(at_s, middle_s, stretch.cycles))
    n, n_fft = len(even), 2 * len(even)
    per_s = float(stretch.cycles[-1] - stretch.cycles[0]) / float(middle_s[-1] - middle_s[0])
    # a night is long: nothing is kept for longer than it is needed
    del at_s, even
    transform = np.fft.fft(turned, n_fft)
    del turned
    off = np.abs(np.fft.fftfreq(n_fft, 1.0 / RATE_HZ)) / (BAND_SHARE * per_s)
    transform *= 0.5 + 0.5 * np.cos(np.pi * np.clip(2.0 * (off - 1.0), 0.0, 1.0))
    del off
    slow = np.fft.ifft(transform)[:n]
    del transform
    return np.asarray(slow / np.maximum(np.abs(slow), 1e-12))
