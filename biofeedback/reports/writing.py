"""A report of one session as a page to print or to send: PDF or HTML, each in one file."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

from biofeedback.session.summary import SessionSummary

PICTURE_PX = QSize(960, 420)
PDF_DPI = 150
NOT_A_DEVICE = "Not a medical device. Does not diagnose or treat. Do not change medication or delay care because of it."


class ReportError(Exception):
    """A report cannot be written. The message says what happened and what to do."""


def write_report(summary: SessionSummary, out: Path) -> None:
    """Write a report; the ending of the file decides on PDF or HTML.

    Raises
    ------
    ReportError
        If the file cannot be written; an earlier file of that name is kept.
    """
    application = QGuiApplication.instance() or QGuiApplication(["biofeedback", "-platform", "offscreen"])
    try:
        with out.open("ab"):
            pass
        if out.suffix.lower() == ".pdf":
            _write_pdf(summary, out)
        else:
            out.write_text(_page(summary, _svg(summary)), encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{out} cannot be written: {error.strerror}. Choose another file or folder.") from error
    finally:
        del application
