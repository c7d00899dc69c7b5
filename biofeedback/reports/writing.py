"""A report of one session as a page to print or to send: PDF or HTML, each in one file."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from biofeedback.reports.dates import local, told_day, told_time
from biofeedback.reports.documents import NOT_A_DEVICE, Document, Picture, Section, Table
from biofeedback.reports.figures import figure_rows, missing_lines
from biofeedback.reports.found import found_table
from biofeedback.reports.house import PLAIN, House
from biofeedback.reports.noted_words import excluded_sentences
from biofeedback.reports.paper import write_document
from biofeedback.reports.picture import paint_session_picture, picture_name
from biofeedback.reports.sentences import (
    beats_sentence,
    breath_sentence,
    ecg_sentence,
    eeg_sentence,
    feedback_sentence,
    history_figures,
    history_sentence,
    irregular_sentence,
    lateness_sentence,
    method_lines,
    no_feedback_sentence,
    recomputed_sentence,
    result_sentence,
)
from biofeedback.reports.session_words import ended_sentence, told_length
from biofeedback.reports.visible import apart
from biofeedback.session.summary import SessionSummary
from biofeedback.theme import MORNING_PAPER

SHAPE, TEXT = 0.46, 1.0 / 64.0
"""Height of the picture and of its type, of its width."""
PLAIN_POINTS = 11.0
MOST_COLUMNS = 6
"""Parts of a session side by side; further ones follow below."""


def write_report(
    summary: SessionSummary,
    out: Path,
    form: str = "",
    noted: Sequence[tuple[str, str]] = (),
    *,
    plain: bool = False,
    letter: bool = False,
    force: bool = False,
    house: House = PLAIN,
) -> None:
    """Write a report.

    Parameters
    ----------
    summary : SessionSummary
    out : Path
    form : str
        ``pdf`` or ``html``; where it is left out, the ending of the file decides.
    noted : sequence of (when, what)
        What happened on the way, for the record.
    plain : bool
        For the person: what is told and the picture, without tables and methods.
    letter : bool
        On the paper of North America instead of A4.
    force : bool
        Whether a file that is there may be replaced.
    house : House
        Letterhead and templates.

    Raises
    ------
    ExportError
        If the file cannot be written; an earlier file of that name is kept.
    """
    document = plain_document(summary) if plain else session_document(summary, noted)
    write_document(document, out, form, letter=letter, force=force, house=house)


def session_document(summary: SessionSummary, noted: Sequence[tuple[str, str]] = ()) -> Document:
    """The report for the medical record; `noted` is what happened on the way, when and what."""
    tables, missing = _tables(summary)
    if noted:
        tables.append(Table(["On the way", ""], [list(row) for row in noted]))
    section = Section("", (), [_picture(summary)], tables, _notes(summary, missing))
    footer = f"Session {summary.session_id}. {NOT_A_DEVICE}"
    return Document(summary.exercise_title, _facts(summary), [section], footer=footer)


def plain_document(summary: SessionSummary) -> Document:
    """The report for the person."""
    section = Section("", (), [_picture(summary)])
    return Document(summary.exercise_title, _plain_facts(summary), [section], points=PLAIN_POINTS)


def _facts(summary: SessionSummary) -> list[str]:
    pretended = "a simulated person" if summary.n_beats or not summary.eeg else "a simulated head"
    kinds = (summary.simulated, pretended), (summary.replayed, "replayed")
    kind = ", ".join(word for holds, word in kinds if holds)
    person = f"{apart(summary.person)}, " if summary.person else ""
    irregular = irregular_sentence(summary.irregular_percent)
    score = summary.score
    facts = (
        f"{person}{_when(summary)}, {apart(summary.device)}{f' ({kind})' if kind else ''}.",
        f"{beats_sentence(asdict(replace(summary, beats=(), course=())))} {irregular}".strip(),
        ecg_sentence(asdict(summary.ecg) if summary.ecg else None),
        eeg_sentence(asdict(summary.eeg) if summary.eeg else None),
        feedback_sentence(score.kind, score.mean, score.scored_percent, score.rewarded_percent),
        *_findings(summary),
    )
    return [fact for fact in facts if fact]


def _plain_facts(summary: SessionSummary) -> list[str]:
    """What the person wants to know: when, what was found, how it felt; figures that need explaining are left out."""
    hello = f"For {apart(summary.person)}. " if summary.person else ""
    facts = (
        f"{hello}{_when(summary)}.",
        f"This was a pretended {'heart' if summary.n_beats else 'head'}, not your own." if summary.simulated else "",
        "This was played from a recording." if summary.replayed else "",
        irregular_sentence(summary.irregular_percent),
        *_findings(summary),
    )
    return [fact for fact in facts if fact]


def _when(summary: SessionSummary) -> str:
    began = local(summary.started_utc)
    length = told_length(summary.duration_s, summary.planned_s)
    return f"{told_day(began.date())}, {told_time(began)}, {length} minutes"


def _findings(summary: SessionSummary) -> Iterator[str]:
    """What both kinds of report tell: what was found, what is doubtful, how it ended and felt, and any advice."""
    yield no_feedback_sentence(summary.score.reason)
    yield history_sentence(summary.history)
    yield result_sentence(summary.result)
    yield from summary.doubts
    yield from excluded_sentences(summary.excluded)
    yield ended_sentence(summary.interrupted, summary.broken_off)
    for moment, answers in summary.ratings.items():
        told = ", ".join(f"{apart(question)} {value} of 10" for question, value in answers.items())
        yield f"{moment.capitalize()}: {told}."
    yield summary.advice


def _tables(summary: SessionSummary) -> tuple[list[Table], list[str]]:
    """The figures of all parts, then what the exercise found part by part; and why there are dashes."""
    phases = _documents(summary)
    rows = figure_rows(phases)
    tables = []
    for first in range(0, len(phases), MOST_COLUMNS):
        here = slice(first, first + MOST_COLUMNS)
        heads = ["", *(phase["title"] or phase["name"] for phase in phases[here])]
        tables.append(Table(heads, [[row.label, *(cell.text for cell in row.cells[here])] for row in rows]))
    lines = missing_lines(phases, rows)
    if found := found_table(summary.result):
        tables.append(Table(found.headings, found.rows))
        lines += found.notes
    return tables, lines


def _documents(summary: SessionSummary) -> list[dict[str, Any]]:
    return [asdict(phase) for phase in summary.phases]


def _notes(summary: SessionSummary, missing: Sequence[str]) -> list[str]:
    """What stands small at the end: what to know of the figures, how they were computed, and what this is not."""
    *algorithms, fingerprint = method_lines(summary.method) or [""]
    notes = (
        *missing,
        breath_sentence(
            (phase.title or phase.name, phase.indices.respiration_from, phase.indices.respiration_note)
            for phase in summary.phases
        ),
        history_figures(summary.history),
        lateness_sentence(summary.beat_age_ms, summary.latency_ms),
        recomputed_sentence(summary.scored_before, summary.session_id),
        " ".join(["Methods.", *algorithms]),
        fingerprint,
    )
    return [note for note in notes if note]


def _picture(summary: SessionSummary) -> Picture:
    def paint(painter: QPainter, width: float, height: float) -> None:
        area = QRectF(0.0, 0.0, width, height)
        paint_session_picture(painter, area, summary, MORNING_PAPER, width * TEXT)

    return Picture("session", picture_name(summary), paint, SHAPE, whole=True)
