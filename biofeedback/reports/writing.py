"""A report of one session as a page to print or to send: PDF or HTML, each in one file."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, QSizeF
from PySide6.QtGui import QFont, QPainter, QPdfWriter, QTextDocument

from biofeedback.exchange.files import written_whole
from biofeedback.reports.dates import local, told_day, told_time
from biofeedback.reports.documents import NOT_A_DEVICE, Picture, Table, rendered
from biofeedback.reports.figures import figure, figure_rows, missing_lines
from biofeedback.reports.found import found_table
from biofeedback.reports.paper import as_svg, painting, pdf_writer
from biofeedback.reports.picture import paint_session_picture
from biofeedback.reports.sentences import (
    breath_sentence,
    ecg_sentence,
    feedback_sentence,
    history_figures,
    history_sentence,
    irregular_sentence,
    method_lines,
    no_feedback_sentence,
    recomputed_sentence,
    result_sentence,
)
from biofeedback.reports.session_words import ended_sentence, told_length
from biofeedback.session.summary import SessionSummary
from biofeedback.theme import MORNING_PAPER
from biofeedback.typeface import load_typeface

PICTURE = QSize(960, 440)
PICTURE_TEXT = 15.0
MOST_COLUMNS = 6
"""Parts of a session side by side; further ones follow below."""


def write_report(summary: SessionSummary, out: Path, form: str = "", *, force: bool = False) -> None:
    """Write a report.

    Parameters
    ----------
    summary : SessionSummary
    out : Path
    form : str
        ``pdf`` or ``html``; where it is left out, the ending of the file decides.
    force : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    ExportError
        If the file cannot be written; an earlier file of that name is kept.
    """
    with written_whole(out, force=force) as file:
        with painting():
            content = _pdf(summary) if (form or out.suffix.lower()[1:]) == "pdf" else _page(summary).encode()
        file.write(content)


def _facts(summary: SessionSummary) -> list[str]:
    began = local(summary.started_utc)
    when = f"{told_day(began.date())}, {told_time(began)}"
    kinds = (summary.simulated, "a simulated person"), (summary.replayed, "replayed")
    kind = ", ".join(word for holds, word in kinds if holds)
    length = told_length(summary.duration_s, summary.planned_s)
    person = f"{summary.person}, " if summary.person else ""
    unusable = figure(summary.artifact_percent, 1)
    irregular = irregular_sentence(summary.irregular_percent)
    score = summary.score
    facts = [
        f"{person}{when}, {length} minutes, {summary.device}{f' ({kind})' if kind else ''}.",
        f"{summary.n_beats} beats, {unusable} % not usable, {len(summary.gaps)} gaps. {irregular}".strip(),
        ecg_sentence(asdict(summary.ecg) if summary.ecg else None),
        feedback_sentence(score.kind, score.mean, score.scored_percent, score.rewarded_percent),
        no_feedback_sentence(score.reason),
        history_sentence(summary.history),
        result_sentence(summary.result),
        *summary.doubts,
    ]
    facts.append(ended_sentence(summary.interrupted, summary.broken_off))
    for moment, answers in summary.ratings.items():
        told = ", ".join(f"{question} {value} of 10" for question, value in answers.items())
        facts.append(f"{moment.capitalize()}: {told}.")
    facts.append(summary.advice)
    return [fact for fact in facts if fact]


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
        recomputed_sentence(summary.scored_before, summary.session_id),
        " ".join(["Methods.", *algorithms]),
        fingerprint,
        f"Session {summary.session_id}. {NOT_A_DEVICE}",
    )
    return [note for note in notes if note]


def _picture(summary: SessionSummary) -> Picture:
    def paint(painter: QPainter, width: float, height: float) -> None:
        paint_session_picture(painter, QRectF(0.0, 0.0, width, height), summary, MORNING_PAPER, PICTURE_TEXT)

    return Picture("session", "Heart rate and feedback over the session", paint)


def _page(summary: SessionSummary) -> str:
    tables, missing = _tables(summary)
    return rendered(
        "session.html",
        title=summary.exercise_title,
        facts=_facts(summary),
        picture=as_svg(_picture(summary), PICTURE),
        tables=tables,
        notes=_notes(summary, missing),
    )


def _pdf(summary: SessionSummary) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_writer(buffer, summary.exercise_title)
    painter = QPainter(writer)
    width = float(writer.width())
    head = rendered("paper.html", title=summary.exercise_title, lines=_facts(summary), tables=())
    y = _paint_html(painter, writer, head, 0.0, width, points=11)
    height = width * PICTURE.height() / PICTURE.width()
    paint_session_picture(painter, QRectF(0, y, width, height), summary, MORNING_PAPER, width / 64.0)
    y += height + width / 40.0
    tables, missing = _tables(summary)
    for table in tables:
        told = rendered("paper.html", title="", lines=(), tables=(table,))
        y = _paint_html(painter, writer, told, y, width, points=9) + width / 60.0
    notes = rendered("paper.html", title="", lines=_notes(summary, missing), tables=())
    _paint_html(painter, writer, notes, y, width, points=7)
    painter.end()
    return bytes(content.data())


def _paint_html(painter: QPainter, writer: QPdfWriter, text: str, y: float, width: float, *, points: int) -> float:
    """Paint rich text from `y` on, or on a new page where it does not fit, and on further ones; where it ends."""
    document = QTextDocument()
    layout = document.documentLayout()
    if layout is not None:
        layout.setPaintDevice(writer)
    font = QFont(load_typeface())
    font.setPointSize(points)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setHtml(text)
    page = float(writer.height())
    document.setPageSize(QSizeF(width, 1e6))
    document.setTextWidth(width)
    height = document.size().height()
    if y > 0.0 and y + height > page:
        writer.newPage()
        y = 0.0
    if height > page:  # cut between lines, a page after the other
        document.setPageSize(QSizeF(width, page))
    for number in range(document.pageCount()):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0.0, y - number * page)
        document.drawContents(painter, QRectF(0.0, number * page, width, page))
        painter.restore()
    return y + document.size().height() - (document.pageCount() - 1) * page + points
