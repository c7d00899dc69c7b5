"""The figures of a stretch of heartbeats."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from biofeedback.analysis.signal.band import Band

FEW_IN_A_ROW = "too few beats in a row"
NO_ORDER = "the rhythm is too irregular to calculate"
EXTRA_BEATS = "% of beats are extra beats"
UNUSABLE = "% of beats cannot be used"
"""Why figures of a stretch are withheld, or how the reason goes on after a number."""
CHEST, HEART = "chest", "heart"
"""Where a breathing rate comes from: measured by the accelerometer, or read from the heart's rhythm."""


@dataclass(frozen=True, slots=True)
class Indices:
    """Figures of a stretch of beats; None where one cannot be given, with the reason under `withheld`.

    The names carry the units. Bands: VLF 0.0033 to 0.04 Hz, LF to 0.15, HF to 0.40 (Task Force 1996).
    `smoothness` is the share of power in the highest peak, 0 to 1; `coherence_ratio` the published ratio
    (McCraty 2009); `swing_bpm` the mean peak-to-trough of heart rate a breath. `respiration_from` tells whether the
    breath was measured at the chest or read from the heart, `respiration_note` that the two differ; both may be empty.
    `bands` tell how sure powers are, by the names of the figures.
    """

    n_beats: int
    n_kept: int
    artifact_percent: float | None = None
    duration_s: float | None = None
    mean_rr_ms: float | None = None
    mean_hr_bpm: float | None = None
    sdnn_ms: float | None = None
    rmssd_ms: float | None = None
    pnn50_percent: float | None = None
    sd1_ms: float | None = None
    sd2_ms: float | None = None
    vlf_ms2: float | None = None
    lf_ms2: float | None = None
    hf_ms2: float | None = None
    lf_hf: float | None = None
    peak_hz: float | None = None
    smoothness: float | None = None
    coherence_ratio: float | None = None
    respiration_per_min: float | None = None
    swing_bpm: float | None = None
    respiration_from: str = ""
    respiration_note: str = ""
    withheld: dict[str, str] = field(default_factory=dict)
    bands: dict[str, Band] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LiveIndices:
    """Figures as they stand at a beat; None while there is too little to go by.

    Windows, minimum data and validity stand in `definitions.LIVE`. Figures of 64 s are taken anew every 1 to 2 s, the
    others with each beat.

    Attributes
    ----------
    synchrony : float or None
        How steadily the heart keeps time with the pacer: phase-locking value, 0 to 1.
    lag_deg, lag_s : float or None
        How far heart rate lags behind the lung volume that the pacer asks for.
    respiration_from, respiration_note : str
        As for `Indices`.
    bands : mapping of str to Band
        How sure each figure is, by its name; a figure may have no band yet.
    first_swing : Band or None
        Where the swing of the last two paced breaths is, beats a minute, while there is too little for the others.
    withheld : str
        Why figures are withheld though there is time enough, for a person; empty otherwise.
    irregular : bool
        Whether they are withheld because the rhythm is irregular.
    """

    at_s: float
    hr_bpm: float | None = None
    rmssd_ms: float | None = None
    swing_bpm: float | None = None
    respiration_per_min: float | None = None
    smoothness: float | None = None
    coherence_ratio: float | None = None
    peak_hz: float | None = None
    artifact_percent: float | None = None
    withheld: str = ""
    irregular: bool = False
    synchrony: float | None = None
    lag_deg: float | None = None
    lag_s: float | None = None
    respiration_from: str = ""
    respiration_note: str = ""
    bands: Mapping[str, Band] = field(default_factory=dict)
    first_swing: Band | None = None


OURS_OF = {
    "HRV_MeanNN": "mean_rr_ms",
    "HRV_SDNN": "sdnn_ms",
    "HRV_RMSSD": "rmssd_ms",
    "HRV_pNN50": "pnn50_percent",
    "HRV_VLF": "vlf_ms2",
    "HRV_LF": "lf_ms2",
    "HRV_HF": "hf_ms2",
    "HRV_LFHF": "lf_hf",
    "HRV_SD1": "sd1_ms",
    "HRV_SD2": "sd2_ms",
    "RSA_P2T_Mean": "swing_bpm",
}
"""neurokit2's names of figures, and ours of the same quantity, with which they are told or withheld."""
SAME_BEATS = "of the beats and differences that ours are of, version 2"
"""What ends the method of neurokit2's figures; those by an earlier version were partly of others."""
EARLIER_VERSION = "computed by an earlier version, partly of other beats"
NOT_COMPUTED = "neurokit2 could not compute it"


N_REFERENCE_LEAST = 20
"""neurokit2 is not asked about fewer beats."""


@dataclass(frozen=True, slots=True)
class ReferenceFigures:
    """neurokit2's figures by its names: intervals in ms, powers in ms^2, RSA_P2T_Mean in ms.

    It stands here because the process that asks must never import neurokit2, not even to take the answer.
    """

    method: str
    figures: dict[str, float]


def told_alike(
    theirs: Mapping[str, float], withheld: Mapping[str, str], missing: str = NOT_COMPUTED
) -> tuple[dict[str, float | None], dict[str, str]]:
    """neurokit2's figures where ours of the same quantity are given; else None, with our reason.

    Parameters
    ----------
    theirs : mapping of str to float
        By neurokit2's names.
    withheld : mapping of str to str
        Ours that are not given, and why.
    missing : str
        Why one is not there though ours is given.

    Returns
    -------
    figures : dict of str to float or None
    withheld : dict of str to str
    """
    why = {name: withheld.get(ours, "" if name in theirs else missing) for name, ours in OURS_OF.items()}
    return {name: None if why[name] else theirs[name] for name in OURS_OF}, {name: w for name, w in why.items() if w}
