"""What each figure is: its unit, its window and least data, live and of a stretch, and where it holds."""

from dataclasses import dataclass

from biofeedback.analysis.signal import spectrum

LEAST_S = {
    "rmssd_ms": 30.0,
    "pnn50_percent": 30.0,
    "sd1_ms": 30.0,
    "sdnn_ms": 60.0,
    "sd2_ms": 60.0,
    "hf_ms2": 60.0,
    "peak_hz": 60.0,
    "smoothness": spectrum.LIVE_S,
    "coherence_ratio": spectrum.LIVE_S,
    "lf_ms2": 120.0,
    "vlf_ms2": 300.0,
    "lf_hf": 300.0,
}
"""Kept intervals of a stretch must add up to this for the figure to be given (science B1, B3)."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure in words.

    Attributes
    ----------
    title, unit : str
    live : str
        Window and least data as it follows the heart; empty where it is not given live.
    stretch : str
        Least data for a phase or a recording, whose whole length is the window.
    holds : str
        Where it can be compared and where not.
    """

    title: str
    unit: str
    live: str
    stretch: str
    holds: str


def _of(key: str, title: str, unit: str, holds: str, live: str = "", stretch: str = "") -> tuple[str, Definition]:
    return key, Definition(title, unit, live, stretch or f"at least {LEAST_S[key]:.0f} s", holds)


_SLOW = "falls with slow breathing by arithmetic alone: compare it only at the same breathing pace"
_WAVE = f"last {spectrum.LIVE_S:.0f} s without a hole of more than 5 s"
_BREATHS = "at least 3 breaths"

DEFINITIONS = dict(
    (
        _of("mean_hr_bpm", "heart rate", "beats a minute", "anywhere", "last 10 s; 5 beats", "1 beat"),
        _of("mean_rr_ms", "mean RR", "ms", "anywhere", stretch="1 beat"),
        _of("sdnn_ms", "SDNN", "ms", "grows with the length: never compare different lengths"),
        _of("rmssd_ms", "RMSSD", "ms", _SLOW, "last 60 s; 20 differences over 30 s"),
        _of("pnn50_percent", "pNN50", "%", f"{_SLOW}; says little in older people"),
        _of("sd1_ms", "SD1", "ms", "RMSSD in another form"),
        _of("sd2_ms", "SD2", "ms", "grows with the length, as SDNN does"),
        _of("vlf_ms2", "VLF", "ms\u00b2", "of little meaning below hours"),
        _of("lf_ms2", "LF", "ms\u00b2", "not a measure of sympathetic tone; in slow breathing it is the breath"),
        _of("hf_ms2", "HF", "ms\u00b2", "only for breathing between 9 and 24 a minute"),
        _of("lf_hf", "LF/HF", "", "no balance of anything; large in slow breathing by construction"),
        _of("peak_hz", "peak", "Hz", "where one wave stands out", f"{_WAVE}; smoothness of at least 0.4"),
        _of("smoothness", "smoothness", "0 to 1", "the same window only; steady pace or rest, not both", _WAVE),
        _of("coherence_ratio", "coherence ratio", "", "never between programs: their variants differ", _WAVE),
        _of(
            "respiration_per_min",
            "breaths",
            "a minute",
            "measured at the chest, else read from the heart where sure; a breath it does not answer is not seen",
            "last 60 s; 3 breaths",
            _BREATHS,
        ),
        _of("swing_bpm", "swing a breath", "beats a minute", "at the same pace", "last 3 breaths", _BREATHS),
    )
)
"""By the keys of the summaries; the live heart rate goes under that of a stretch."""
