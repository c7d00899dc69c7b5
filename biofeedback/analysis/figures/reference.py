"""The same figures from neurokit2, an independent implementation: shown beside ours, never fed back.

Only calls whose results were checked are made, with the parameters that make them comparable (science B9).
neurokit2 takes seconds to import and tens of milliseconds a window: this module belongs in a process of its own.
"""

import warnings
from collections.abc import Sequence

import neurokit2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from biofeedback.analysis.figures.indices import ReferenceFigures

HR_RATE_HZ = 100
N_LEAST = 20
NOT_COMPUTABLE = (ArithmeticError, LookupError, TypeError, ValueError)
"""What neurokit2 raises on data that are too short or too flat for one of its steps."""

TIME_NAMES = ("HRV_MeanNN", "HRV_SDNN", "HRV_RMSSD", "HRV_pNN50")
FREQUENCY_NAMES = ("HRV_VLF", "HRV_LF", "HRV_HF", "HRV_LFHF")
METHOD = (
    f"neurokit2 {neurokit2.__version__}: hrv_time; hrv_frequency (Welch, 4 Hz, not normalised); "
    "SD1 and SD2; hrv_rsa peak-to-trough with breathing estimated from the heart rate"
)


def reference_figures(nn_ms: NDArray[np.float64], time_s: NDArray[np.float64]) -> ReferenceFigures | None:
    """neurokit2's figures of one window.

    Parameters
    ----------
    nn_ms, time_s : ndarray, shape (n,)
        Kept intervals and the times of the beats that end them.

    Returns
    -------
    ReferenceFigures or None
        None where there are too few beats.
    """
    if len(nn_ms) < N_LEAST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            figures = _time_and_frequency({"RRI": nn_ms, "RRI_Time": time_s}) | _poincare(nn_ms) | _rsa(nn_ms, time_s)
        except NOT_COMPUTABLE:
            return None
    return ReferenceFigures(METHOD, {name: value for name, value in figures.items() if np.isfinite(value)})


def _time_and_frequency(peaks: dict[str, NDArray[np.float64]]) -> dict[str, float]:
    time_domain = neurokit2.hrv_time(peaks)
    frequency_domain = neurokit2.hrv_frequency(peaks, normalize=False, interpolation_rate=4, psd_method="welch")
    table = pd.concat([time_domain, frequency_domain], axis=1)
    return {name: float(table[name].iloc[0]) for name in (*TIME_NAMES, *FREQUENCY_NAMES) if name in table}


def _poincare(nn_ms: NDArray[np.float64]) -> dict[str, float]:
    """Width and length of the Poincare plot, by the formulas of `hrv_nonlinear`, without its slow entropies."""
    before, after = nn_ms[:-1], nn_ms[1:]
    return {
        "HRV_SD1": float(np.std((before - after) / np.sqrt(2), ddof=1)),
        "HRV_SD2": float(np.std((before + after) / np.sqrt(2), ddof=1)),
    }


def _rsa(nn_ms: NDArray[np.float64], time_s: NDArray[np.float64]) -> dict[str, float]:
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


def time_domain(nn_ms: NDArray[np.float64], time_s: NDArray[np.float64]) -> dict[str, float]:
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
