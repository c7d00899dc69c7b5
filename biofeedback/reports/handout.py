"""The page of the pattern check, to be printed or sent to a clinician: PDF or HTML, in one file."""

import html
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QFont, QTextDocument

from biofeedback.care.pattern import Page
from biofeedback.exchange.files import written_whole
from biofeedback.reports.documents import NOT_A_DEVICE
from biofeedback.reports.paper import pdf_writer
from biofeedback.typeface import load_typeface

POINTS = 10
STYLE = "body { font-family: system-ui, sans-serif; max-width: 720px; margin: 32px auto; padding: 0 16px; }"


def write_handout(page: Page, out: Path, *, force: bool = False) -> None:
    """Write the page as PDF where the name ends so, else as HTML.

    Raises
    ------
    ExportError
        If it cannot be written; an earlier file of that name is kept.
    """
    content = _pdf(page) if out.suffix.lower() == ".pdf" else _html(page).encode()
    with written_whole(out, force=force) as written:
        written.write(content)


def _html(page: Page) -> str:
    title = html.escape(page.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{_body(page)}</body></html>\n"
    )


def _body(page: Page) -> str:
    parts = [f"<h1>{html.escape(page.title)}</h1>"]
    for section in page.sections:
        lines = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in section.sentences)
        parts.append(f"<h3>{html.escape(section.heading)}</h3><ul>{lines}</ul>")
    return "".join(parts) + f"<p>{html.escape(NOT_A_DEVICE)}</p>"


def _pdf(page: Page) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_writer(buffer, page.title)
    document = QTextDocument()
    font = QFont(load_typeface())
    font.setPointSize(POINTS)
    document.setDefaultFont(font)
    document.setHtml(_body(page))
    document.print_(writer)
    return bytes(content.data())
