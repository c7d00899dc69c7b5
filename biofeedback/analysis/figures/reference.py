"""The same figures from neurokit2, an independent implementation: shown beside ours, never fed back.

Only calls whose results were checked are made, with the parameters that make them comparable (science B9).
neurokit2 takes seconds to import and tens of milliseconds a window: this module belongs in a process of its own.
"""

import contextlib
import warnings
from collections.abc import Callable, Sequence

import neurokit2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from biofeedback.analysis.figures.indices import N_REFERENCE_LEAST, SAME_BEATS, ReferenceFigures
from biofeedback.analysis.figures.stretch import Usable, follow_on, whole_stretches
from biofeedback.analysis.signal.stretches import Stretch, stretches

Floats = NDArray[np.float64]

HR_RATE_HZ = 100
APART_S = 1.0
"""Beats that do not follow each other are told to neurokit2 as so much further apart."""
NOT_COMPUTABLE = (ArithmeticError, LookupError, TypeError, ValueError)
"""What neurokit2 raises on data that are too short or too flat for one of its steps."""

TIME_NAMES = ("HRV_MeanNN", "HRV_SDNN", "HRV_RMSSD", "HRV_pNN50")
FREQUENCY_NAMES = ("HRV_VLF", "HRV_LF", "HRV_HF", "HRV_LFHF")
METHOD = (
    f"neurokit2 {neurokit2.__version__}: hrv_time; hrv_frequency (Welch, 4 Hz, not normalised); "
    f"SD1 and SD2; hrv_rsa peak-to-trough with breathing estimated from the heart rate; {SAME_BEATS}"
)


def reference_figures(of: Usable) -> ReferenceFigures | None:
    """neurokit2's figures of one window.

    Parameters
    ----------
    of : Usable
        The beats and differences that ours are of.

    Returns
    -------
    ReferenceFigures or None
        None where there are too few beats.
    """
    if len(of.steady) < N_REFERENCE_LEAST:
        return None
    used_ms, steady_ms = (np.array([beat.rr_ms for beat in beats]) for beats in (of.used, of.steady))
    follows = np.array(follow_on(of.steady), dtype=bool)
    rows = whole_stretches(list(stretches(of.steady)))
    parts: tuple[Callable[[], dict[str, float]], ...] = (
        lambda: {"HRV_MeanNN": time_domain(used_ms, np.cumsum(used_ms) / 1000.0)["HRV_MeanNN"]},
        lambda: _differences(steady_ms, follows),
        lambda: _poincare(steady_ms, follows),
        lambda: _mean_of_rows(_frequency, rows),
        lambda: _mean_of_rows(_rsa, rows),
    )
    figures: dict[str, float] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for compute in parts:
            with contextlib.suppress(*NOT_COMPUTABLE):
                figures |= compute()
    return ReferenceFigures(METHOD, {name: value for name, value in figures.items() if np.isfinite(value)})


def _differences(nn_ms: Floats, follows: NDArray[np.bool_]) -> dict[str, float]:
    """neurokit2 takes a difference where the times of two beats are as far apart as the interval, to 10 ms."""
    apart_s = np.concatenate(([0.0], np.where(follows, 0.0, APART_S)))
    found = time_domain(nn_ms, np.cumsum(nn_ms) / 1000.0 + np.cumsum(apart_s))
    return {name: found[name] for name in ("HRV_SDNN", "HRV_RMSSD", "HRV_pNN50")}


def _mean_of_rows(compute: Callable[[Floats, Floats], dict[str, float]], rows: Sequence[Stretch]) -> dict[str, float]:
    """Figures of several rows of beats, each counted by its length."""
    found = [compute(row.time_s, row.rr_ms) for row in rows]
    names = set.intersection(*map(set, found)) if found else set()
    weights = [row.span_s for row in rows]
    return {name: float(np.average([figures[name] for figures in found], weights=weights)) for name in sorted(names)}


def _frequency(time_s: Floats, nn_ms: Floats) -> dict[str, float]:
    peaks = {"RRI": nn_ms, "RRI_Time": time_s}
    table = neurokit2.hrv_frequency(peaks, normalize=False, interpolation_rate=4, psd_method="welch")
    return {name: float(table[name].iloc[0]) for name in FREQUENCY_NAMES if name in table}


def _poincare(nn_ms: Floats, follows: NDArray[np.bool_]) -> dict[str, float]:
    """Width and length of the Poincare plot, by the formulas of `hrv_nonlinear`, without its slow entropies."""
    before, after = nn_ms[:-1][follows], nn_ms[1:][follows]
    return {
        "HRV_SD1": float(np.std((before - after) / np.sqrt(2), ddof=1)),
        "HRV_SD2": float(np.std((before + after) / np.sqrt(2), ddof=1)),
    }


def _rsa(time_s: Floats, nn_ms: Floats) -> dict[str, float]:
    """Peak-to-trough respiratory sinus arrhythmia."""
    n = int((time_s[-1] - time_s[0]) * HR_RATE_HZ)
    at_s = time_s[0] + np.arange(n) / HR_RATE_HZ
    rate_bpm = np.interp(at_s, time_s, 60000.0 / nn_ms)
    breath = neurokit2.signal_filter(rate_bpm, HR_RATE_HZ, lowcut=0.05, highcut=0.5, order=2)
    peaks = np.round((time_s - time_s[0]) * HR_RATE_HZ).astype(int)
    peaks = peaks[peaks < n]
    try:
        troughs_and_peaks = neurokit2.rsp_peaks(breath, sampling_rate=HR_RATE_HZ, method="scipy")[0]
        phase = neurokit2.rsp_phase(troughs_and_peaks, desired_length=n)
        signals = pd.DataFrame({"ECG_Rate": rate_bpm})
        respiration = pd.concat([pd.DataFrame({"RSP_Clean": breath}), troughs_and_peaks, phase], axis=1)
        rsa = neurokit2.hrv_rsa(signals, respiration, {"ECG_R_Peaks": peaks}, HR_RATE_HZ, continuous=False)
    except NOT_COMPUTABLE:
        return {}
    return {name: float(rsa[name]) for name in ("RSA_P2T_Mean",) if name in rsa}


def time_domain(nn_ms: Floats, time_s: Floats) -> dict[str, float]:
    """neurokit2's `hrv_time` of intervals and the times of the beats that end them, by its own names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = neurokit2.hrv_time({"RRI": nn_ms, "RRI_Time": time_s})
    return {name: float(table[name].iloc[0]) for name in (*TIME_NAMES, "HRV_SDSD")}


def kubios_correction(rr_ms: Sequence[float]) -> tuple[list[bool], list[float]]:
    """The artefact correction of Lipponen and Tarvainen (2019) as neurokit2 has it, over a whole recording.

    Parameters
    ----------
    rr_ms : sequence of float
        Raw intervals.

    Returns
    -------
    flagged : list of bool
        For each interval, whether the first pass finds it; with `iterative` only the last pass is told.
    corrected_ms : list of float
        The intervals after all passes, beats inserted and taken out.
    """
    beats_ms = np.concatenate(([0.0], np.cumsum(rr_ms))).round().astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, _ = neurokit2.signal_fixpeaks(beats_ms, sampling_rate=1000, iterative=False, method="Kubios")
        _, corrected = neurokit2.signal_fixpeaks(beats_ms, sampling_rate=1000, iterative=True, method="Kubios")
    places = {int(i) - 1 for kind in ("ectopic", "missed", "extra", "longshort") for i in found[kind]}
    return [i in places for i in range(len(rr_ms))], [float(step) for step in np.diff(corrected)]
