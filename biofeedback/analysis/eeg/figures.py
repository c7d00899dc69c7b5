"""The figures of a whole electroencephalogram, each right or withheld with its reason."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from biofeedback.analysis.eeg.alpha import Peak, Slope, peak_of, slope_of
from biofeedback.analysis.eeg.bands import delays_ms
from biofeedback.analysis.eeg.epochs import EPOCH_S, Epoch, EpochStream, mains_of
from biofeedback.analysis.eeg.filters import BROAD_HZ, Floats
from biofeedback.analysis.eeg.rhythms import ALPHA, BANDS
from biofeedback.analysis.eeg.spectrum import LONG_S, SHORT_S, Densities, band_power, densities
from biofeedback.analysis.eeg.verdicts import Reason, baseline_of, judge

METHOD = {
    "eeg_filters": "1; Butterworth of second order, 1 and 45 Hz, notch of Q 15, causal",
    "eeg_verdicts": "1; seconds of each channel",
    "eeg_bands": "1; Welch, Hann windows of 4 s of seconds that can be used, a second apart",
    "eeg_course": "1; shifted to zero, Butterworth of second order, squared, causal",
    "eeg_alpha": "1; centre of what stands above the slope, jackknife of 8 blocks",
    "eeg_alpha_ratio": "1; medians of windows of 2 s",
}
LEAST_WINDOWS = 15
"""Windows of four seconds; the power of a band of 3 Hz then scatters by about 14 % [D]."""
LEAST_WINDOWS_EACH = 8
"""Windows of closed and of open eyes that the ratio of alpha asks for [D]; its band tells what they are worth."""
UNKNOWN = "it is not known when the eyes were {}"
LEAST_RECORDED = 5
"""Seconds of a recording; the filters settle in the first two."""
MOST_LEFT_OUT = 0.3
"""A session with more artefacts than this is not counted (science C15)."""
N_PUSHED = 4096

Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class BandFigures:
    """Power of a band: in µV², of that of 1 to 45 Hz, and its standard error as a share of it."""

    power_uv2: float
    relative: float
    error_share: float


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """What one electrode shows; None where it is withheld, and then why.

    Attributes
    ----------
    name : str
    reasons : tuple of (Reason or None)
        Of each second.
    bands : mapping from str to BandFigures
    slope : Slope or None
    peak : Peak
    alpha_ratio, alpha_ratio_low, alpha_ratio_high : float or None
        Power of alpha with closed eyes by that with open ones, medians of windows; and its band of 95 %.
    course_uv2 : mapping from str to tuple of float
        Power of each band in each second, by the causal filters: late by `EegFigures.delay_ms`.
    withheld : mapping from str to str
    """

    name: str
    reasons: tuple[Reason | None, ...]
    bands: Mapping[str, BandFigures]
    slope: Slope | None
    peak: Peak
    alpha_ratio: float | None
    alpha_ratio_low: float | None
    alpha_ratio_high: float | None
    course_uv2: Mapping[str, tuple[float, ...]]
    withheld: Mapping[str, str]

    @property
    def kept_percent(self) -> float:
        return 100.0 * sum(reason is None for reason in self.reasons) / max(1, len(self.reasons))

    @property
    def left_out(self) -> dict[str, int]:
        """How many seconds were left out, by reason."""
        return dict(Counter(str(reason) for reason in self.reasons if reason is not None))


@dataclass(frozen=True, slots=True)
class EegFigures:
    """The figures of a recording."""

    channels: tuple[ChannelFigures, ...]
    mains_hz: float
    delay_ms: Mapping[str, float]


def epochs_of(samples_uv: Floats, rate_hz: float, mains_hz: float, movement_g: Floats | None = None) -> list[Epoch]:
    """The epochs of a recording, by the same way as those of one that is still going on."""
    stream = EpochStream(rate_hz, mains_hz, len(samples_uv))
    found: list[Epoch] = []
    for first in range(0, samples_uv.shape[1], N_PUSHED):
        part = slice(first, first + N_PUSHED)
        found += stream.push(samples_uv[:, part], None if movement_g is None else movement_g[part])
    return found


def eeg_figures(
    samples_uv: Floats,
    rate_hz: float,
    channels: Sequence[str],
    closed: Sequence[Stretch] = (),
    opened: Sequence[Stretch] = (),
    mains_hz: float | None = None,
    movement_g: Floats | None = None,
    *,
    uncorrected: bool = False,
) -> EegFigures:
    """Everything that is told of a recording.

    Parameters
    ----------
    samples_uv : array, shape (n_channels, n)
        NaN where a sample is missing.
    rate_hz : float
    channels : sequence of str
    closed, opened : sequence of (float, float)
        Seconds in which the eyes were closed, and open.
    mains_hz : float, optional
        50 or 60; else the one that the samples hold more of.
    movement_g : array, shape (n,), optional
        Length of the acceleration.
    uncorrected : bool
        Whether every second counts in the figures, whatever was found in it.

    Raises
    ------
    ValueError
        If the rate cannot be used, or the recording is shorter than a few seconds.
    """
    mains_hz = mains_hz or mains_of(samples_uv, rate_hz)
    epochs = epochs_of(samples_uv, rate_hz, mains_hz, movement_g)
    if len(epochs) < LEAST_RECORDED:
        raise ValueError(f"{samples_uv.shape[1] / rate_hz:.1f} s: a recording needs {LEAST_RECORDED} s at least")
    reasons = judge(epochs, baseline_of(epochs), channels)
    seconds = EPOCH_S * round(rate_hz * EPOCH_S) / rate_hz
    is_closed, is_open = (_within(len(epochs), seconds, stretches) for stretches in (closed, opened))
    figures = tuple(
        _channel(name, index, epochs, reasons[index], is_closed, is_open, rate_hz, mains_hz, uncorrected)
        for index, name in enumerate(channels)
    )
    return EegFigures(figures, mains_hz, delays_ms(rate_hz, mains_hz))


def _within(n: int, seconds: float, stretches: Sequence[Stretch]) -> np.ndarray:
    """Which epochs lie wholly in one of the stretches."""
    begins = np.arange(n) * seconds
    found = np.zeros(n, dtype=bool)
    for from_s, to_s in stretches:
        found |= (begins >= from_s - 1e-6) & (begins + seconds <= to_s + 1e-6)
    return found


def _channel(
    name: str,
    index: int,
    epochs: Sequence[Epoch],
    reasons: Sequence[Reason | None],
    is_closed: np.ndarray,
    is_open: np.ndarray,
    rate_hz: float,
    mains_hz: float,
    uncorrected: bool,
) -> ChannelFigures:
    usable = np.array([uncorrected or reason is None for reason in reasons])
    withheld: dict[str, str] = {}

    def of(part: np.ndarray, long_s: int) -> Densities:
        return densities(epochs, index, (usable & part).tolist(), rate_hz, mains_hz, long_s)

    whole = of(np.ones_like(usable), LONG_S)
    bands: dict[str, BandFigures] = {}
    slope = None
    if whole.n < LEAST_WINDOWS:
        why = f"fewer than {LEAST_WINDOWS} windows of {LONG_S} s can be used ({whole.n})"
        withheld |= {"bands": why, "aperiodic_exponent": why}
    else:
        bands, slope = dict(_bands(whole)), slope_of(whole.hz, whole.mean)
    peak, ratio, why = Peak(reason=UNKNOWN.format("closed")), None, ""
    if is_closed.any():
        peak = peak_of(of(is_closed, SHORT_S), of(is_open, SHORT_S))
    if peak.hz is None:
        withheld["individual_alpha_hz"] = peak.reason
    if is_closed.any() and is_open.any():
        ratio, why = _ratio(of(is_closed, SHORT_S), of(is_open, SHORT_S))
    if ratio is None:
        withheld["alpha_closed_open"] = why or UNKNOWN.format("open" if is_closed.any() else "closed")
    course = {band.name: tuple(epoch.band_uv2[i, index] for epoch in epochs) for i, band in enumerate(BANDS)}
    middle, low, high = ratio or (None, None, None)
    return ChannelFigures(name, tuple(reasons), bands, slope, peak, middle, low, high, course, withheld)


def _bands(whole: Densities) -> Iterator[tuple[str, BandFigures]]:
    total = float(band_power(whole.hz, whole.mean, BROAD_HZ))
    for band in BANDS:
        each = band_power(whole.hz, whole.uv2_per_hz, band)
        power = float(each.mean())
        error = float(each.std(ddof=1)) / math.sqrt(whole.n_apart) / power
        yield band.name, BandFigures(power, power / total, error)


def _ratio(closed: Densities, opened: Densities) -> tuple[tuple[float, float, float] | None, str]:
    """Median power of alpha with closed eyes by that with open ones, with its band of 95 %; or why there is none.

    The band is that of medians of logarithms, whose error is 1.2533 times that of a mean.
    """
    for word, part in (("closed", closed), ("open", opened)):
        if part.n < LEAST_WINDOWS_EACH:
            told = f"fewer than {LEAST_WINDOWS_EACH} windows of {SHORT_S} s with {word} eyes can be used ({part.n})"
            return None, told
    powers = [band_power(part.hz, part.uv2_per_hz, BANDS[ALPHA]) for part in (closed, opened)]
    ratio = math.log(float(np.median(powers[0])) / float(np.median(powers[1])))
    both = zip(powers, (closed, opened), strict=True)
    error = 1.2533 * math.sqrt(sum(float(np.log(each).var(ddof=1)) / part.n_apart for each, part in both))
    return (math.exp(ratio), math.exp(ratio - 1.96 * error), math.exp(ratio + 1.96 * error)), ""
