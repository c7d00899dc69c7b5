"""The figures of a session in rows and columns, each missing one with its reason: in the window, on paper, as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from biofeedback.analysis.figures.definitions import DEFINITIONS
from biofeedback.analysis.figures.indices import EARLIER_VERSION, OURS_OF, told_alike

Document = Mapping[str, Any]
Labels = Sequence[tuple[str, str, int]]
"""Key, name with unit, and digits."""

DASH = "\u2013"
_DIGITS = {"vlf_ms2": 0, "lf_ms2": 0, "hf_ms2": 0, "lf_hf": 2, "peak_hz": 3, "smoothness": 2, "coherence_ratio": 2}

FIGURES: Labels = (
    ("n_beats", "beats", 0),
    ("artifact_percent", "not usable, %", 1),
    ("duration_s", "length, s", 0),
    *(
        (key, ", ".join(filter(None, (definition.title, definition.unit))), _DIGITS.get(key, 1))
        for key, definition in DEFINITIONS.items()
    ),
)

PACER_FIGURES: Labels = (
    ("asked", "breaths asked for, a minute", 1),
    ("synchrony", "heart in time with the guide, 0 to 1", 2),
    ("lag_deg", "heart behind the guide, degrees", 0),
    ("lag_s", "heart behind the guide, s", 1),
    ("followed_percent", "guide followed, % of the time told", 0),
)
"""What was asked of the breath, and how breath and heart answered."""

REFERENCE_FIGURES: Labels = (
    ("HRV_SDNN", "SDNN by neurokit2, ms", 1),
    ("HRV_RMSSD", "RMSSD by neurokit2, ms", 1),
    ("HRV_LF", "LF by neurokit2, ms\u00b2", 0),
    ("HRV_HF", "HF by neurokit2, ms\u00b2", 0),
    ("RSA_P2T_Mean", "RSA peak to trough by neurokit2, ms", 0),
)
"""The same stretch as an independent implementation sees it; its breathing is estimated from the heart rate."""

MOVEMENT_FIGURES: Labels = (
    ("breaths_per_min", "breaths measured at the chest, a minute", 1),
    ("moving_percent", "moving, % of the time", 0),
)
"""What the strap's accelerometer told."""

EEG_FIGURES: Labels = (
    ("kept_percent", "head usable, % of the time", 0),
    ("rewarded_percent", "mark reached, % of the time answered", 0),
    ("theta", "theta, \u00b5V\u00b2", 1),
    ("alpha", "alpha, \u00b5V\u00b2", 1),
    ("smr", "SMR, \u00b5V\u00b2", 1),
    ("beta", "beta, \u00b5V\u00b2", 1),
    ("high_beta", "high beta, \u00b5V\u00b2", 1),
)
"""What the band on the head told, of the electrodes that the answer came from."""

ALL_FIGURES = (*FIGURES, *PACER_FIGURES, *MOVEMENT_FIGURES, *EEG_FIGURES, *REFERENCE_FIGURES)
BAND_BELOW_S = 300.0
"""Powers of a shorter stretch stand with their bands."""
BANDED = ("vlf_ms2", "lf_ms2", "hf_ms2", "lf_hf")
MOST_PACES = 6
"""More changes of the pace than this are told as a range."""
NOT_SEEN = "the heart does not show the breath"
EVERYTHING = "everything but heart rate"
_UNTRUSTED = frozenset(DEFINITIONS) - {"mean_hr_bpm", "mean_rr_ms"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is written; a dash with its reason, or nothing where there was nothing to tell.

    `value` is what is written where that is one number, `low` and `high` its band where it has one.
    """

    text: str = ""
    reason: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A figure over several parts of a session."""

    key: str
    label: str
    cells: tuple[Cell, ...]


def figure(value: float | None, digits: int) -> str:
    """A figure for people; a dash where there is none."""
    return DASH if value is None else f"{value:.{digits}f}"


def figure_rows(phases: Sequence[Document], labels: Labels = ALL_FIGURES) -> list[Row]:
    """The rows of a table with a column a part of a session; those with nothing to tell are left out.

    Parameters
    ----------
    phases : sequence of mapping
        As in the document of a summary.
    labels : sequence
        Which figures.
    """
    head_alone = any(phase.get("eeg") for phase in phases) and not any(p["indices"]["n_beats"] for p in phases)
    of_phases = [_cells(phase, labels, with_heart=not head_alone) for phase in phases]
    rows = [Row(key, label, tuple(cells.get(key, Cell()) for cells in of_phases)) for key, label, _ in labels]
    return [row for row in rows if any(cell.text for cell in row.cells)]


def missing_lines(phases: Sequence[Document], rows: Sequence[Row]) -> list[str]:
    """Why there are dashes, a line a part of the session; parts with the same reasons share one."""
    told: dict[str, list[str]] = {}
    titles = _told_apart([str(phase.get("title") or phase.get("name", "")) for phase in phases])
    for column, title in enumerate(titles):
        reasons: dict[str, list[Row]] = {}
        ours = {row.key: row.cells[column].reason for row in rows}
        for row in rows:
            reason = row.cells[column].reason
            if reason and ours.get(OURS_OF.get(row.key, "")) != reason:
                reasons.setdefault(reason, []).append(row)
        if reasons:
            line = "; ".join(f"{_names(missing, rows)} ({plainly(reason)})" for reason, missing in reasons.items())
            told.setdefault(line, []).append(title)
    return [f"Not given{_in(titles)}: {line}." for line, titles in told.items()]


def _told_apart(titles: Sequence[str]) -> list[str]:
    """Titles with the number of the part where another part has the same."""
    return [f"{title} (part {n})" if titles.count(title) > 1 else title for n, title in enumerate(titles, 1)]


def _names(missing: Sequence[Row], rows: Sequence[Row]) -> str:
    keys = {row.key for row in missing}
    shown = _UNTRUSTED & {row.key for row in rows}
    others = [row.label.partition(",")[0] for row in missing]
    if len(shown) > 1 and shown <= keys:
        return EVERYTHING
    return ", ".join(dict.fromkeys(others))


def plainly(reason: str) -> str:
    """A reason within a line."""
    reason = reason.strip().rstrip(".")
    return reason if reason[:2].isupper() else f"{reason[:1].lower()}{reason[1:]}"


def _in(titles: Sequence[str]) -> str:
    named = [title for title in titles if title]
    return f" in {', '.join(named)}" if named else ""


def _cells(phase: Document, labels: Labels, *, with_heart: bool) -> dict[str, Cell]:
    digits = {key: n for key, _, n in labels}
    indices = phase["indices"]
    withheld, bands = indices["withheld"], indices.get("bands") or {}
    short = (indices.get("duration_s") or 0.0) < BAND_BELOW_S

    def cell(key: str, value: float | None, reason: str) -> Cell:
        if value is None:
            return Cell(DASH, reason)
        band = bands.get(key) if short and key in BANDED else None
        if not band:
            return Cell(figure(value, digits[key]), value=value)
        low, high = band["low"], band["high"]
        told = f"{figure(value, digits[key])} ({figure(low, digits[key])} to {figure(high, digits[key])})"
        return Cell(told, value=value, low=low, high=high)

    if with_heart:
        ours: Told = {key: (indices.get(key), withheld.get(key, "")) for key, *_ in FIGURES}
    else:
        ours = {"duration_s": (phase["end_s"] - phase["start_s"], "")}
    found = {key: cell(key, *told) for key, told in ours.items() if key in digits}
    for part in (_of_pacer, _of_chest, _of_head, _of_neurokit2):
        found |= {key: cell(key, *told) for key, told in part(phase).items() if key in digits}
    if asked := phase.get("asked"):
        found["asked"] = Cell(_paces([pace["rate_per_min"] for pace in asked]))
    return found


Told = dict[str, tuple[float | None, str]]


def _of_pacer(phase: Document) -> Told:
    pacer = phase.get("pacer")
    if not pacer:
        return {}
    reason = pacer["reason"]
    told = {key: (pacer[key], reason) for key in ("synchrony", "lag_deg", "lag_s")}
    missing = reason if pacer["synchrony"] is None else NOT_SEEN
    return told | {"followed_percent": (pacer["followed_percent"], missing)}


def _of_chest(phase: Document) -> Told:
    movement = phase.get("movement")
    if not movement:
        return {}
    withheld = movement.get("withheld", {})
    return {key: (movement[key], withheld.get(key, "fewer than 3 breaths")) for key, *_ in MOVEMENT_FIGURES}


def _of_head(phase: Document) -> Told:
    eeg = phase.get("eeg")
    if not eeg:
        return {}
    why = eeg["withheld"].get("bands_uv2", "")
    told: Told = {key: (value, why) for key, value in eeg["bands_uv2"].items()}
    told["kept_percent"] = eeg["kept_percent"], ""
    if eeg["rewarded_percent"] is not None:
        told["rewarded_percent"] = eeg["rewarded_percent"], ""
    return told


def _of_neurokit2(phase: Document) -> Told:
    reference, why = phase.get("reference"), phase.get("reference_withheld")
    if not reference:
        return {}
    if why is None:  # saved by an earlier version, which withheld nothing, and took some differences for others
        reference, why = told_alike({}, phase["indices"]["withheld"], EARLIER_VERSION)
    return {key: (reference.get(key), why.get(key, "")) for key in OURS_OF}


def _paces(rates: Sequence[float]) -> str:
    told = [f"{rate:.1f}" for rate in rates]
    if len(set(told)) > MOST_PACES:
        for way, ordered in (("falling", sorted(rates, reverse=True)), ("rising", sorted(rates))):
            if list(rates) == ordered:
                return f"{told[0]} to {told[-1]}, {way}"
        return f"{min(rates):.1f} to {max(rates):.1f}, changing"
    return ", ".join(told[i] for i in range(len(told)) if i == 0 or told[i] != told[i - 1])
