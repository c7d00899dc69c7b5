"""What the person told, as a report of a period tells it to a clinician: questionnaires, places, steps, evidence..."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from PySide6.QtCore import QRectF

from biofeedback.care.body_map import Mark, spread
from biofeedback.care.diary import About, read_lines
from biofeedback.care.drafts import is_draft
from biofeedback.care.evidence import OWN
from biofeedback.care.filled import Filled, read_filled
from biofeedback.care.measures import day_of
from biofeedback.reports.body_picture import SHAPE, paint_drawing
from biofeedback.reports.dates import told_day
from biofeedback.reports.documents import Picture, Section, Table
from biofeedback.reports.figures import DASH, figure
from biofeedback.reports.lines import MOST_LINES, counted, number, shortened
from biofeedback.reports.period import Period
from biofeedback.reports.questionnaire_sentences import change_sentence
from biofeedback.reports.visible import apart
from biofeedback.storage.database import Store
from biofeedback.storage.folder import own_questionnaires
from biofeedback.storage.records import EntryKind
from biofeedback.theme import MORNING_PAPER
from protocols.questionnaires.library import load_shelf
from protocols.questionnaires.specification import Questionnaire

PAINTED = "Painted by the person: the darker, the stronger; slanting lines where harmless touch hurts."


def questionnaires_section(store: Store, period: Period) -> Section | None:
    """Scores with their change; what is not finished is none of them, and what has no file any more is named."""
    rows: list[tuple[str, ...]] = []
    notes = []
    shelf = load_shelf(own_questionnaires(store.folder)).questionnaires
    for each in shelf:
        filled = read_filled(store, period.person, each, period.since, period.until)
        shown = filled if len(filled) <= 3 else [filled[0], *filled[-2:]]
        rows += (_filled_row(each, one) for one in shown)
        if len(filled) > len(shown):
            notes.append(f"{apart(each.title)}: {len(filled) - len(shown)} more in between.")
        if filled and not each.validated:
            notes.append(f"{apart(each.title)}: these questions are not validated.")
    notes += _without_file(store, period, {each.id for each in shelf})
    if not rows and not notes:
        return None
    tables = [Table(("", "on", "score", "change from the time before"), rows, words=True)] if rows else []
    return Section("Questionnaires", tables=tables, notes=notes)


def _without_file(store: Store, period: Period, known: set[str]) -> Iterator[str]:
    span = period.since.isoformat(), period.until.isoformat()
    told = store.journal.entries(period.person, EntryKind.QUESTIONNAIRE, None, *span)
    days = Counter(entry.subject for entry in told if not is_draft(entry) and entry.subject not in known)
    for name, n_days in days.items():
        yield (
            f"{apart(name)} was answered on {counted(n_days, 'day')}. Its file is not here any more, or has faults, so "
            "the scores are not shown; the answers are kept."
        )


def _filled_row(questionnaire: Questionnaire, filled: Filled) -> tuple[str, ...]:
    scored = filled.scored
    if scored.score is None:
        score = f"{DASH} {scored.withheld}"
    else:
        low, high = questionnaire.score_range
        score = f"{number(scored.score)} ({low:g} to {high:g}){f', {scored.severity}' if scored.severity else ''}"
    score += "".join(
        f"; {part.title} {figure(part.score, 0)}{f' (mark {part.mark})' if part.mark is not None else ''}"
        for part in scored.subscales
    )
    changed = change_sentence(questionnaire, filled.change, filled.earlier_on)
    return questionnaire.title, told_day(filled.on), score, changed or DASH


def body_section(period: Period) -> Section | None:
    """The first and the last drawing of where it hurts, and how far they reach."""
    if not period.drawings:
        return Section("Where it hurts", notes=period.spoilt) if period.spoilt else None
    rows = []
    for on, marks in _first_and_last(period):
        found = spread(marks)
        strong = DASH if found.mean_strength is None else f"{found.mean_strength:.1f}"
        cells = f"{found.area_percent:.1f}", f"{found.touch_percent:.1f}", str(found.n_places), strong
        rows.append((told_day(date.fromisoformat(on)), *cells))
    heads = ("", "share of the body, %", "where touch hurts, %", "places", "mean strength, 0 to 10")
    which = f": first and last of {len(period.drawings)} drawings" if len(rows) > 1 else ""
    return Section(f"Where it hurts{which}", (), body_pictures(period), [Table(heads, rows)], [PAINTED, *period.spoilt])


def body_pictures(period: Period) -> list[Picture]:
    """The first and the last drawing, side by side; one where there is no other."""
    return [_body_picture(on, marks) for on, marks in _first_and_last(period)]


def _first_and_last(period: Period) -> list[tuple[str, tuple[Mark, ...]]]:
    drawings = list(period.drawings.items())
    return [*drawings[:1], *drawings[1:][-1:]]


def _body_picture(on: str, marks: tuple[Mark, ...]) -> Picture:
    day = told_day(date.fromisoformat(on))
    found = spread(marks)

    def paint(painter: Any, width: float, height: float) -> None:
        paint_drawing(painter, QRectF(0.0, 0.0, width, height), day, marks, MORNING_PAPER)

    words = f"Where it hurts on {day}: {found.area_percent:.1f} % of the body, in {counted(found.n_places, 'place')}."
    return Picture(f"body-{on}", words, paint, SHAPE)


def evidence_section(period: Period) -> Section | None:
    """The sheet of the period: the person's own words first, then what they accepted."""
    if not period.evidence:
        return None
    own = [line for line in period.evidence if line.kind == OWN]
    accepted = [line for line in period.evidence if line.kind != OWN]
    lines = [f"{told_day(date.fromisoformat(line.on))}: {shortened(line.words)}" for line in own[:MOST_LINES]]
    lines += [f"Found and accepted: {shortened(line.words)}" for line in accepted[:MOST_LINES]]
    more = len(period.evidence) - len(lines)
    notes = [f"{counted(more, 'earlier line')} not listed."] if more else []
    if accepted:
        notes.append("Found and accepted: offered by the program from the data, and taken in by the person.")
    return Section("Evidence that the person gathered", lines, notes=notes)


def ladder_section(store: Store, period: Period) -> Section | None:
    """The last steps, with what was expected and what came."""
    tries = [
        each
        for each in store.ladders.tries(period.person)
        if period.since <= each.experience.on <= period.until and each.session_id in period.rows
    ]
    if not tries:
        return None
    rows = []
    for each in tries[-MOST_LINES:]:
        seen = each.experience
        how = "stopped" if seen.broken_off else "imagined" if seen.imagined else "done"
        pairs = (
            f"{figure(before, 0)} / {figure(after, 0)}"
            for before, after in ((seen.expected_fear, seen.fear), (seen.expected_pain, seen.pain))
        )
        rows.append((told_day(seen.on), shortened(each.text), how, *pairs))
    heads = ("", "step", "how", "fear expected / met", "pain expected / met")
    more = len(tries) - len(rows)
    notes = [f"{counted(more, 'earlier step')} not listed."] if more > 0 else []
    return Section("Steps of the ladder", tables=[Table(heads, rows, words=True)], notes=notes)


def adverse_section(store: Store, period: Period) -> Section:
    """Sessions that were ended unwell, and flares."""
    lines = [
        f"{told_day(day_of(each))}: {shortened(each.exercise_title)}, ended because they felt unwell."
        for each in period.unwell
    ]
    flares = [
        each for each in read_lines(store, period.person, period.since, period.until) if each.about == About.FLARE
    ]
    lines += [
        f"{told_day(date.fromisoformat(each.on))}: flare"
        f"{'' if each.strength is None else f', {each.strength} of 10'}{': ' if each.words else '.'}"
        f"{shortened(each.words)}"
        for each in flares
    ]
    more = max(len(lines) - MOST_LINES, 0)
    notes = [f"{len(period.unwell)} sessions ended unwell and {len(flares)} flare notes in all."] if more else []
    return Section("Unwell, and flares", lines[-MOST_LINES:] or ["Nothing was told."], notes=notes)
