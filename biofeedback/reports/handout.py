"""The page of the pattern check, to be printed or sent to a clinician: PDF or HTML, in one file."""

from functools import partial
from pathlib import Path

from biofeedback.care.pattern import Page
from biofeedback.exchange.files import written_whole
from biofeedback.reports.documents import Document, Section, page_of
from biofeedback.reports.paper import as_pdf, painting

POINTS = 10.0
MOST_PAGES = 2


def write_handout(page: Page, out: Path, *, force: bool = False) -> None:
    """Write the page as PDF where the name ends so, else as HTML.

    Raises
    ------
    ExportError
        If it cannot be written; an earlier file of that name is kept.
    """
    sections = [Section(section.heading, section.sentences) for section in page.sections]
    document = Document(page.title, (), sections, MOST_PAGES)
    with written_whole(out, force=force) as written, painting():
        if out.suffix.lower() == ".pdf":
            written.write(as_pdf(partial(page_of, document), document, points=POINTS))
        else:
            written.write(page_of(document, drawn={}).encode())
