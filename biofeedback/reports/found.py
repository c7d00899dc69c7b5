"""What an exercise found, part by part: a table with the reason for each dash."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from biofeedback.reports.figures import DASH, Cell, Document, Labels, Row, figure, missing_lines, plainly

ResultTable = Callable[[Document], "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """What an exercise found, as a table with what is to be known of it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def found_table(result: Document | None) -> Found | None:
    """The parts of a result; None where it has none, and for a kind not known here.

    Parameters
    ----------
    result : mapping or None
        `result` of a summary.
    """
    made: dict[str, ResultTable] = {"resonance": _resonance, "recovery": _recovery, "transfer": _transfer}
    found = made[result["kind"]](result) if result and result.get("kind") in made else None
    return found if found and found.rows else None


def _resonance(result: Document) -> Found:
    rows = tuple(
        (
            f"{point['rate_per_min']:.1f}",
            figure(point["amplitude_ms"], 1),
            figure(point["lag_deg"], 0),
            figure(point["steadiness"], 2),
            f"{point['n_breaths']:.0f}",
            point["left_out"],
        )
        for point in result.get("points", ())
    )
    notes = []
    rate, low, high = (result.get(f"{name}_per_min") for name in ("resonance", "low", "high"))
    if rate is not None and low is not None and high is not None:
        notes.append(
            f"Found: {rate:.1f} a minute, 9 times in 10 between {low:.1f} and {high:.1f}; "
            f"{100 * result['confidence']:.0f} % likely to be within half a breath of it."
        )
    elif result.get("reason"):
        notes.append(f"No rate was found: {plainly(result['reason'])}.")
    heads = ("pace, breaths a minute", "half swing, ms", "lag, degrees", "steadiness", "breaths", "left out because")
    return Found(heads, rows, tuple(notes))


RECOVERY: Labels = (
    ("reactivity_bpm", "rise above the rest, beats a minute", 1),
    ("peak_bpm", "highest, beats a minute", 1),
    ("after_60_s_bpm", "down after 60 s, beats a minute", 1),
    ("time_s", "back at rest after, s", 0),
    ("percent", "come back, %", 0),
    ("rise_bpm_per_min", "rise in the first minute, beats a minute", 1),
    ("fall_bpm_per_min", "change in the minute after, beats a minute", 1),
    ("baseline_rmssd_ms", "RMSSD at rest, ms", 1),
    ("challenge_rmssd_ms", "RMSSD in it, ms", 1),
    ("recovery_rmssd_ms", "RMSSD after it, ms", 1),
)
TRANSFER: Labels = (
    ("kept", "kept without help, 0 to 1", 2),
    ("pace", "pace kept, share of the minutes", 2),
    ("smoothness", "smoothness kept, 0 to 1", 2),
    ("swing", "swing kept, 0 to 1", 2),
)


def _recovery(result: Document) -> Found:
    return _with_reasons([(str(c.get("title") or c["name"]), c) for c in result["challenges"]], RECOVERY)


def _transfer(result: Document) -> Found:
    return _with_reasons([("", result)], TRANSFER)


def _with_reasons(columns: Sequence[tuple[str, Document]], labels: Labels) -> Found:
    rows = [(label, *(figure(of.get(key), digits) for _, of in columns)) for key, label, digits in labels]
    notes = []
    for title, of in columns:
        withheld = {key: reason for key, reason in of.get("withheld", {}).items() if of.get(key) is None}
        missing = [Row(key, label, (Cell(DASH, withheld.get(key, "")),)) for key, label, _ in labels]
        notes += missing_lines([{"title": title}], missing)
    return Found(("", *(title for title, _ in columns)), tuple(rows), tuple(notes))
