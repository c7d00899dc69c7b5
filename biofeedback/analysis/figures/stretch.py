"""The figures of a stretch of beats as a whole: for phases of a session and for recordings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from biofeedback.analysis.beats import verdicts
from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.beats.trust import (
    ARTIFACT_SHARE_ALL,
    ARTIFACT_SHARE_SPECTRAL,
    ECTOPIC_SHARE,
    ONE_SIDED,
    Disorder,
    fault_share,
    was_heard,
)
from biofeedback.analysis.breath.breathing import Pacer, breathing
from biofeedback.analysis.figures.definitions import LEAST_S
from biofeedback.analysis.figures.indices import (
    EXTRA_BEATS,
    FEW_IN_A_ROW,
    HEART,
    NO_ORDER,
    UNUSABLE,
    Indices,
)
from biofeedback.analysis.signal import spectrum, uncertainty
from biofeedback.analysis.signal.band import Band
from biofeedback.analysis.signal.spectrum import FloatArray
from biofeedback.analysis.signal.stretches import Stretch, stretches

HOP_S = 8.0
N_SPECTRUM_MIN, SPECTRUM_MIN_S = 20, 5.0
"""Fewer beats, or 20 that no heart could beat in so short a time, have no spectrum."""
TOLERANCE = 0.95
"""A recording meant to last so long may fall short by a few beats."""

BANDS_HZ = {"vlf_ms2": spectrum.VLF_HZ, "lf_ms2": spectrum.LF_HZ, "hf_ms2": spectrum.HF_HZ}

ONE_SIDED_REASON = "many beats cannot be used, and they are not like the others"
SPECTRAL = ("vlf_ms2", "lf_ms2", "hf_ms2", "lf_hf", "peak_hz", "smoothness", "coherence_ratio")
VARIABILITY = (
    "sdnn_ms",
    "rmssd_ms",
    "pnn50_percent",
    "sd1_ms",
    "sd2_ms",
    "respiration_per_min",
    "swing_bpm",
    *SPECTRAL,
)

METHOD = {
    "verdicts": verdicts.VERSION,
    "time_domain": "kept intervals, differences of adjacent ones only; SDNN with n - 1",
    "frequency_domain": f"{spectrum.RECIPE}, Welch 300 s, half overlap; peak within 0.04-0.26 Hz; version 2",
    "coherence_ratio": f"median of 64 s windows; {spectrum.COHERENCE_VARIANT}; version 2",
    "smoothness": "mean of 64 s windows; power within 0.015 Hz of the peak over 0.0033-0.4 Hz; version 2",
    "respiration": "hidden Markov model over spectra of the slope of RR, no breath a state; only where sure; version 3",
    "swing": "three harmonics of heart rate a breath, noise taken off; withheld where lost in it; version 2",
    "phase": "first harmonic of heart rate against the pacer's lung volume, version 1",
}


def figures(
    beats: Sequence[Beat],
    *,
    uncorrected: bool = False,
    pacer: Pacer | None = None,
    disorder: Disorder | None = None,
) -> Indices:
    """All figures of a stretch of judged beats.

    Parameters
    ----------
    beats : sequence of Beat
        In order.
    uncorrected : bool
        Take every interval as it came, whatever its verdict, and withhold nothing for artefacts. One of 0 ms, which
        some straps send, is no interval and is left out.
    pacer : callable, optional
        The pacer that was followed.
    disorder : Disorder, optional
        Where a longer time around the stretch had no order: a short one does not tell by itself. Left out, it has to.

    Notes
    -----
    A rhythm without order in up to 10 % of the beats is left out of the variability; more withholds it (science A5).

    Returns
    -------
    Indices
        What cannot be given is None, with the reason in `withheld`.
    """
    n_kept = sum(beat.kept for beat in beats)
    of = usable(beats, uncorrected=uncorrected, disorder=disorder)
    if not of.used:
        return _none_used(beats, n_kept)
    in_a_row = list(stretches(of.steady))
    found: dict[str, float] = {
        "artifact_percent": 100.0 * (1.0 - n_kept / len(beats)),
        "duration_s": _duration_s(beats),
    }
    of_used_ms = sum([beat.rr_ms for beat in of.used]) / len(of.used)
    mean_ms = of_used_ms if uncorrected else _mean_ms(of.used, beats, of.irregular)
    if mean_ms is not None:
        found |= {"mean_rr_ms": mean_ms, "mean_hr_bpm": 60000.0 / mean_ms}
    breaths, reasons = breathing(in_a_row, pacer)
    powers, bands = _frequency_domain(in_a_row)
    found |= _time_domain(of.steady) | powers | breaths
    withheld = _not_found(found, in_a_row, reasons) | of.withheld
    if mean_ms is None:
        withheld |= dict.fromkeys(("mean_rr_ms", "mean_hr_bpm"), ONE_SIDED_REASON)
    given: dict[str, Any] = {name: value for name, value in found.items() if name not in withheld}
    if "respiration_per_min" in given:
        given["respiration_from"] = HEART
    sure = {name: band for name, band in bands.items() if name in given}
    return Indices(len(beats), n_kept, withheld=withheld, bands=sure, **given)


@dataclass(frozen=True, slots=True)
class Usable:
    """What of a stretch is calculated with.

    Attributes
    ----------
    used : list of Beat
        For the mean: those kept.
    steady : list of Beat
        For everything else: without a rhythm that had no order for a little while.
    withheld : dict of str to str
        Figures that cannot be given of them, however they are computed, and why.
    irregular : bool
        Whether the rhythm had no order, also where that was noticed only later.
    """

    used: list[Beat]
    steady: list[Beat]
    withheld: dict[str, str]
    irregular: bool = False


def usable(beats: Sequence[Beat], *, uncorrected: bool = False, disorder: Disorder | None = None) -> Usable:
    """What of a stretch can be calculated with; parameters as those of `figures`."""
    # Known to be no signal only once it had lasted: the first of it were kept
    no_signal_ms = {beat.rr_ms for beat in beats if beat.verdict is Verdict.FILL}
    used = [b for b in beats if (b.kept and b.rr_ms not in no_signal_ms) or (uncorrected and b.rr_ms > 0)]
    if uncorrected:
        disorder = Disorder()
    elif disorder is None:
        disorder = Disorder.of(beats)
    too_irregular = sum(beat.ordinal in disorder.noticed for beat in beats) > ARTIFACT_SHARE_ALL * len(beats)
    steady = [beat for beat in used if beat.ordinal not in disorder.lasting]
    if too_irregular or not steady:
        too_irregular, steady = bool(used), used
    steady_s = sum([beat.rr_ms for beat in steady]) / 1000.0
    withheld = {
        name: f"needs {least_s:.0f} s of beats, has {steady_s:.0f} s"
        for name, least_s in LEAST_S.items()
        if steady_s < least_s * TOLERANCE
    }
    if not uncorrected:
        withheld |= _untrusted(beats, irregular=too_irregular)
    lasting = sum(beat.ordinal in disorder.lasting for beat in beats) > ARTIFACT_SHARE_ALL * len(beats)
    return Usable(used, steady, withheld, too_irregular or lasting)


def follow_on(beats: Sequence[Beat]) -> list[bool]:
    """For each beat but the first whether it follows the one before it, so that their difference counts."""
    return [b.ordinal == a.ordinal + 1 and b.segment == a.segment for a, b in pairwise(beats)]


def whole_stretches(in_a_row: Sequence[Stretch]) -> list[Stretch]:
    """Those that a spectrum is taken of: as long as a segment of it, else the longest one; none below 20 beats."""
    long_enough = [s for s in in_a_row if len(s.time_s) >= N_SPECTRUM_MIN and s.span_s >= spectrum.SEGMENT_S]
    longest = max(in_a_row, key=lambda s: s.span_s, default=None)
    if long_enough or longest is None or len(longest.time_s) < N_SPECTRUM_MIN or longest.span_s < SPECTRUM_MIN_S:
        return long_enough
    return [longest]


def _mean_ms(used: Sequence[Beat], beats: Sequence[Beat], no_order: bool) -> float | None:
    """The mean interval; None where many are rejected that are unlike the others.

    In a rhythm without order, or with many extra beats, it is that of all beats that were heard: which of them are kept
    is an accident there.
    """
    kept_ms = [beat.rr_ms for beat in used]
    mean_ms = sum(kept_ms) / len(kept_ms)
    heard_ms = [beat.rr_ms for beat in beats if was_heard(beat)]
    if not heard_ms:
        return None
    heard_mean_ms = sum(heard_ms) / len(heard_ms)
    if len(kept_ms) >= (1.0 - ARTIFACT_SHARE_ALL) * len(heard_ms):
        return mean_ms
    if no_order or _ectopic_share(beats) > 2 * ECTOPIC_SHARE:
        return heard_mean_ms
    return mean_ms if abs(mean_ms / heard_mean_ms - 1.0) <= ONE_SIDED else None


def _ectopic_share(beats: Sequence[Beat]) -> float:
    return sum(beat.verdict is Verdict.ECTOPIC for beat in beats) / max(len(beats), 1)


def _duration_s(beats: Sequence[Beat]) -> float:
    return beats[-1].time_s - beats[0].time_s + beats[0].rr_ms / 1000.0


def _none_used(beats: Sequence[Beat], n_kept: int) -> Indices:
    """What is known of a stretch without a single beat to calculate with."""
    reason = "there are no beats that can be used"
    withheld = dict.fromkeys(("mean_rr_ms", "mean_hr_bpm", *VARIABILITY), reason)
    if beats:
        return Indices(len(beats), n_kept, 100.0, _duration_s(beats), withheld=withheld)
    return Indices(0, 0, withheld=withheld | dict.fromkeys(("artifact_percent", "duration_s"), "no beats came"))


def _time_domain(used: Sequence[Beat]) -> dict[str, float]:
    rr_ms = np.array([beat.rr_ms for beat in used])
    steps = np.diff(rr_ms)[np.array(follow_on(used), dtype=bool)]
    if len(steps) < 2:
        return {}
    sdnn = float(rr_ms.std(ddof=1))
    sd1 = float(steps.std(ddof=1)) / 2**0.5
    return {
        "sdnn_ms": sdnn,
        "rmssd_ms": float(np.sqrt(np.mean(steps * steps))),
        "pnn50_percent": 100.0 * float(np.mean(np.abs(steps) > 50.0)),
        "sd1_ms": sd1,
        "sd2_ms": max(0.0, 2.0 * sdnn**2 - sd1**2) ** 0.5,
    }


def _frequency_domain(in_a_row: Sequence[Stretch]) -> tuple[dict[str, float], dict[str, Band]]:
    """Powers, peak, smoothness and coherence ratio, and how sure the powers are."""
    whole = whole_stretches(in_a_row)
    if not whole:
        return {}, {}
    even = [
        spectrum.resample(s.time_s, s.rr_ms, np.arange(s.time_s[0], s.time_s[-1], 1.0 / spectrum.RATE_HZ))
        for s in whole
    ]
    spectra = [spectrum.welch(samples) for samples in even]
    weights = [len(samples) for samples in even]
    mean = spectrum.Spectrum(np.average([s.density for s in spectra], axis=0, weights=weights), spectra[0].step_hz)
    found = dict(zip(BANDS_HZ, mean.bands_ms2(*BANDS_HZ.values()), strict=True))
    if found["hf_ms2"] > 0:
        found["lf_hf"] = found["lf_ms2"] / found["hf_ms2"]
    wave = spectrum.rhythm(mean)
    if wave:
        found["peak_hz"] = wave.peak_hz
    sure = uncertainty.power_bands(mean, found, BANDS_HZ, [len(samples) / spectrum.RATE_HZ for samples in even])
    return found | _smoothness(even), sure


def _smoothness(even: Sequence[FloatArray]) -> dict[str, float]:
    """Mean smoothness and median coherence ratio of windows of 64 s, one every 8 s."""
    n, hop = int(spectrum.LIVE_S * spectrum.RATE_HZ), int(HOP_S * spectrum.RATE_HZ)
    waves = [
        wave
        for samples in even
        for i in range(0, len(samples) - n + 1, hop)
        if (wave := spectrum.rhythm(spectrum.live_spectrum(samples[i : i + n])))
    ]
    if not waves:
        return {}
    return {
        "smoothness": sum(wave.smoothness for wave in waves) / len(waves),
        "coherence_ratio": median(wave.coherence_ratio for wave in waves),
    }


def _not_found(found: Mapping[str, float], in_a_row: Sequence[Stretch], reasons: Mapping[str, str]) -> dict[str, str]:
    """Why figures could not be computed, however well the beats can be trusted."""
    longest_s = max((stretch.span_s for stretch in in_a_row), default=0.0)
    broken = f"needs {spectrum.LIVE_S:.0f} s of beats in a row, has {longest_s:.0f} s"
    still = "the beats do not vary" if whole_stretches(in_a_row) else FEW_IN_A_ROW
    why = dict.fromkeys(VARIABILITY, FEW_IN_A_ROW) | dict.fromkeys(("lf_hf", "peak_hz"), still)
    why |= dict.fromkeys(("smoothness", "coherence_ratio"), broken if longest_s < spectrum.LIVE_S else still)
    why |= reasons
    return {name: why[name] for name in VARIABILITY if name not in found}


def _untrusted(beats: Sequence[Beat], *, irregular: bool) -> dict[str, str]:
    """Which figures cannot be given because of the signal, and why (science A5)."""
    faults = fault_share(beats)
    ectopic = _ectopic_share(beats)
    if ectopic > 2 * ECTOPIC_SHARE:
        return dict.fromkeys(VARIABILITY, f"{50 * ectopic:.1f} {EXTRA_BEATS} (limit 5 %)")
    if faults > ARTIFACT_SHARE_ALL:
        return dict.fromkeys(VARIABILITY, f"{100 * faults:.1f} {UNUSABLE} (limit 10 %)")
    if irregular:
        return dict.fromkeys(VARIABILITY, NO_ORDER)
    if faults > ARTIFACT_SHARE_SPECTRAL:
        return dict.fromkeys(SPECTRAL, f"{100 * faults:.1f} {UNUSABLE} (limit 5 %)")
    return {}
