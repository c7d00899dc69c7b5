"""The page of the pattern check, to be printed or sent to a clinician: PDF or HTML, in one file."""

from pathlib import Path

from biofeedback.care.pattern import Page
from biofeedback.reports.documents import Document, Section
from biofeedback.reports.paper import write_document

POINTS = 10.0
MOST_PAGES = 2


def write_handout(page: Page, out: Path, form: str = "", *, force: bool = False) -> None:
    """Write the page as PDF where the name ends so, else as HTML; `form` is ``pdf`` or ``html`` whatever the name.

    Raises
    ------
    ExportError
        If it cannot be written; an earlier file of that name is kept.
    """
    sections = [Section(section.heading, section.sentences) for section in page.sections]
    write_document(Document(page.title, (), sections, MOST_PAGES, POINTS), out, form, force=force)
