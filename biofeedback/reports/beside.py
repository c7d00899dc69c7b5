"""Two sessions side by side, in words and figures: where their conditions differ, part by part, with the difference."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from biofeedback.reports.dates import local, told_day, told_time
from biofeedback.reports.figures import (
    ALL_FIGURES,
    Cell,
    Document,
    Labels,
    Row,
    figure,
    figure_rows,
    missing_lines,
    plainly,
)
from biofeedback.reports.noted_words import told_second
from biofeedback.reports.sentences import irregular_sentence, reason_afterwards
from biofeedback.reports.visible import apart, visible
from biofeedback.session.kept.beside import Beside
from biofeedback.session.summary import NOT_SCORED, PhaseSummary, SessionSummary
from devices.schemes import NO_STRAP

NAMES = ("A", "B")
HEADS = ("", *NAMES, "B less A")
OVERLAP, NO_BEATS = "bands overlap", "no beats came"
BREATH_CHANGES = "What the heart does changes with the breath alone."
ONE_ALONE = "Only in {}."
LAG_DEG, LAG_S, HALF_TURN_DEG = "lag_deg", "lag_s", 180.0
_SAME_LENGTH_S = 1.0
_WHOLE: Labels = (("n_beats", "beats", 0), ("artifact_percent", "not usable, %", 1), ("duration_s", "length, s", 0))
_SCORES: Labels = (("mean", "mean, 0 to 1", 2), ("rewarded_percent", "goal reached, % of the time", 0))


@dataclass(frozen=True, slots=True)
class Compared:
    """A part of both sessions, or of one alone.

    Attributes
    ----------
    title : str
    differs : tuple of str
        Where what was asked in it differs, in sentences.
    rows : tuple of Row
        A cell of the first session, one of the second, and one of the second less the first, where both are known.
    missing : tuple of str
        Why there are dashes.
    """

    title: str
    differs: tuple[str, ...]
    rows: tuple[Row, ...]
    missing: tuple[str, ...]


def named(beside: Beside) -> tuple[str, str]:
    """What each of the two is, in a few words."""
    if beside.recut:
        return f"{NAMES[0]}: as it was recorded", f"{NAMES[1]}: without what was left out"
    moments = [local(side.summary.started_utc) for side in beside.sides]
    told = [f"{told_day(moment)}, {told_time(moment)}" for moment in moments]
    first, second = (f"{name}: {when}" for name, when in zip(NAMES, told, strict=True))
    return first, second


def differing(beside: Beside) -> list[str]:
    """Where the conditions of the two differ, or forbid to rely on a difference, a sentence each."""
    a, b = (side.summary for side in beside.sides)
    if beside.recut:
        cut = "; ".join(
            f"{told_second(each.from_s)} to {told_second(each.to_s)} ({apart(each.reason)})" for each in b.excluded
        )
        return [f"The same session, in {NAMES[1]} without {cut}.", *_of_each(beside, _doubts)]
    told = [
        _other("exercise", a.exercise_title or a.exercise, b.exercise_title or b.exercise, a.exercise != b.exercise),
        *_other_course(beside),
        _other("strap", _worn(a), _worn(b), a.device.casefold() != b.device.casefold()),
        _other("measure of the feedback", a.score.kind, b.score.kind, bool(a.score.kind and b.score.kind)),
    ]
    groups = [side.in_group for side in beside.sides]
    if groups[0] != groups[1]:
        told.append(f"{NAMES[groups.index(True)]} was in a group.")
    if a.started_utc > b.started_utc:
        told.append(f"{NAMES[0]} is the later one.")
    return [*filter(None, told), *_of_each(beside, _kind), *_of_each(beside, _doubts)]


def _other(what: str, first: str, second: str, differ: bool) -> str:
    if not differ or first == second:
        return ""
    return f"Another {what}: {apart(visible(first)) or 'none'} in A, {apart(visible(second)) or 'none'} in B."


def _worn(summary: SessionSummary) -> str:
    return "" if summary.device == NO_STRAP else summary.device


def _other_course(beside: Beside) -> list[str]:
    """What differs where the exercise is called the same."""
    a, b = (side.summary for side in beside.sides)
    if a.exercise != b.exercise:
        return []
    told = []
    if beside.first.source != beside.second.source:
        told.append("The exercise was changed in between.")
    planned = (a.planned_s, b.planned_s)
    if planned[0] is not None and planned[1] is not None and abs(planned[0] - planned[1]) >= _SAME_LENGTH_S:
        told.append(f"Another length was planned: {planned[0] / 60:g} minutes in A, {planned[1] / 60:g} in B.")
    return told


def _of_each(beside: Beside, tell: Callable[[SessionSummary], list[str]]) -> list[str]:
    """Sentences of one alone, those of both once."""
    of_a, of_b = (tell(side.summary) for side in beside.sides)
    both = [each for each in of_a if each in of_b]
    told = [f"A and B: {each}" for each in both]
    told += [f"A: {each}" for each in of_a if each not in both]
    return [*told, *(f"B: {each}" for each in of_b if each not in both)]


def _kind(summary: SessionSummary) -> list[str]:
    kinds = (
        (summary.simulated, "a simulated person, not measured."),
        (summary.replayed, "a recording that was played again."),
        (summary.interrupted, "interrupted on the way."),
        (summary.broken_off and not summary.interrupted, "ended before the exercise was over."),
        (bool(summary.excluded), "some of it is left out of all figures."),
        (summary.eeg is not None, "a band was on the head."),
    )
    return [words for holds, words in kinds if holds]


def _doubts(summary: SessionSummary) -> list[str]:
    unscored = summary.advice if summary.advice == NOT_SCORED else ""
    told = (*summary.doubts, irregular_sentence(summary.irregular_percent), unscored)
    return [f"{plainly(each)}." for each in told if each]


def compared(beside: Beside, labels: Labels = ALL_FIGURES) -> list[Compared]:
    """The whole, then each part of either session, with a cell for each of the two."""
    return [_whole(beside), *(_part(beside, pair, labels) for pair in beside.pairs())]


def _part(beside: Beside, pair: tuple[PhaseSummary | None, PhaseSummary | None], labels: Labels) -> Compared:
    sides = [asdict(phase) if phase else None for phase in pair]
    both = [each for each in sides if each]
    rows = figure_rows(both, labels)
    missing = missing_lines([each | {"title": name} for each, name in _with_names(sides)], rows)
    titles = list(dict.fromkeys(str(each["title"] or each["name"]) for each in both))
    if len(both) == 1:
        at = sides.index(both[0])
        rows = [Row(row.key, row.label, (row.cells[0], Cell()) if at == 0 else (Cell(), row.cells[0])) for row in rows]
        differs = [ONE_ALONE.format(NAMES[at])]
    else:
        differs = [_other_pace(both), _other_role(both), _other_length(beside, pair)]
        missing += _untold(rows)
    return Compared(" / ".join(titles), tuple(filter(None, differs)), _with_difference(rows, labels), tuple(missing))


def _untold(rows: Sequence[Row]) -> list[str]:
    """What was measured or computed in one of the two alone."""
    told = []
    for name, at in zip(NAMES, (0, 1), strict=True):
        if labels := [row.label.partition(",")[0] for row in rows if not row.cells[at].text]:
            told.append(f"Not there in {name}: {', '.join(dict.fromkeys(labels))}.")
    return told


def _with_names(sides: Sequence[Document | None]) -> list[tuple[dict[str, Any], str]]:
    return [(dict(each), name) for each, name in zip(sides, NAMES, strict=True) if each]


def _other_pace(both: Sequence[Document]) -> str:
    paces = ["free" if not phase["asked"] else _paces(phase) for phase in both]
    if paces[0] == paces[1]:
        return ""
    return f"Another pace of the breath: {paces[0]} in A, {paces[1]} in B. {BREATH_CHANGES}"


def _paces(phase: Document) -> str:
    rates = [f"{each['rate_per_min']:.1f}" for each in phase["asked"]]
    if len(rates) > 2:
        return f"{rates[0]} to {rates[-1]} a minute in {len(rates)} steps"
    return f"{' and '.join(rates)} a minute"


def _other_role(both: Sequence[Document]) -> str:
    """Part of the conditions is what the part was for."""
    a, b = (phase["role"] for phase in both)
    return f"The part was for something else: {a} in A, {b} in B." if a != b else ""


def _other_length(beside: Beside, pair: tuple[PhaseSummary | None, PhaseSummary | None]) -> str:
    """Figures of a shorter stretch are of another kind, as those of slow waves."""
    lived = [phase.duration_s for phase in pair if phase]
    if beside.recut or max(lived) - min(lived) < max(_SAME_LENGTH_S, 0.1 * max(lived)):
        return ""
    return f"Another length: {lived[0]:.0f} s in A, {lived[1]:.0f} s in B."


def _whole(beside: Beside) -> Compared:
    summaries = [side.summary for side in beside.sides]
    rows = []
    for key, label, digits in _WHOLE:
        values = [getattr(summary, key) for summary in summaries]
        rows.append(Row(key, label, tuple(_plain_cell(value, digits, NO_BEATS) for value in values)))
    missing = []
    for kind in dict.fromkeys(summary.score.kind for summary in summaries if summary.score.kind):
        for key, label, digits in _SCORES:
            cells = tuple(
                _plain_cell(getattr(each.score, key), digits, reason_afterwards(each.score.reason))
                if each.score.kind == kind
                else Cell()
                for each in summaries
            )
            rows.append(Row(key, f"{kind}, {label}", cells))
    for name, summary in zip(NAMES, summaries, strict=True):
        if summary.artifact_percent is None:
            missing.append(f"Not given in {name}: not usable ({NO_BEATS}).")
        if summary.score.reason:
            missing.append(f"No score in {name}: {reason_afterwards(summary.score.reason)}.")
    return Compared("The whole session", (), _with_difference(rows, (*_WHOLE, *_SCORES)), tuple(missing))


def _plain_cell(value: float | None, digits: int, reason: str) -> Cell:
    return Cell(figure(value, digits), reason if value is None else "", value=value)


def _with_difference(rows: Sequence[Row], labels: Labels) -> tuple[Row, ...]:
    digits = {key: n for key, _, n in labels}
    between = {row.key: _difference(row, digits[row.key]) for row in rows}
    if any(row.key == LAG_DEG and abs(_apart(row) or 0.0) > HALF_TURN_DEG for row in rows):
        between[LAG_S] = Cell()  # the shorter way round is told in degrees; in seconds it depends on the pace
    return tuple(Row(row.key, row.label, (*row.cells, between[row.key])) for row in rows)


def _difference(row: Row, digits: int) -> Cell:
    """The second less the first where both are known, and whether their bands say that it may be none."""
    value = _apart(row)
    if value is None:
        return Cell()
    if row.key == LAG_DEG:
        value = (value + HALF_TURN_DEG) % (2.0 * HALF_TURN_DEG) - HALF_TURN_DEG
    told = f"{value:+.{digits}f}" if round(value, digits) else f"{0:.{digits}f}"
    return Cell(f"{told}, {OVERLAP}" if _overlap(*row.cells) else told, value=value)


def _apart(row: Row) -> float | None:
    first, second = row.cells
    return None if first.value is None or second.value is None else second.value - first.value


def _overlap(first: Cell, second: Cell) -> bool:
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return False
    return first.low <= second.high and second.low <= first.high


def as_json(beside: Beside) -> dict[str, Any]:
    """The keys that scripts rely on."""
    return {
        "recut": beside.recut,
        "person": beside.first.summary.person,
        "sessions": [
            {
                key: getattr(side.summary, key)
                for key in ("session_id", "started_utc", "exercise", "device", "simulated", "replayed", "duration_s")
            }
            | {"excluded": [asdict(each) for each in side.summary.excluded]}
            for side in beside.sides
        ],
        "differs": differing(beside),
        "parts": [
            {
                "title": part.title,
                "differs": list(part.differs),
                "figures": [_figure_json(row) for row in part.rows],
            }
            for part in compared(beside)
        ],
    }


def _figure_json(row: Row) -> dict[str, Any]:
    *sides, between = row.cells
    return {
        "key": row.key,
        "label": row.label,
        "values": [cell.value for cell in sides],
        "bands": [None if cell.low is None else [cell.low, cell.high] for cell in sides],
        "told": [cell.text for cell in sides],
        "withheld": [cell.reason for cell in sides],
        "difference": between.value,
        "bands_overlap": OVERLAP in between.text if between.value is not None else None,
    }
