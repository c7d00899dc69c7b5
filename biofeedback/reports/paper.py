"""Paper: a report laid out over pages of a PDF with a foot on each, or as HTML with its pictures drawn as SVG."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPyTextObject,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgGenerator

from biofeedback.exchange.files import written_whole
from biofeedback.reports.documents import Document, Picture, page_of
from biofeedback.reports.house import PLAIN, House
from biofeedback.reports.visible import visible
from biofeedback.typeface import load_typeface

PDF_DPI = 150
MARGIN_MM = 18.0
FOOT_POINTS = 7
LEAST_POINTS = 7.0
"""Where a report is longer than it may be, its type shrinks to this."""
FOOT_LINES = 2.5
HALF = 0.47
"""Width of one of two pictures side by side, of the width of the page."""
SVG_WIDTHS = {True: 960, False: 600}
"""Units that a picture is wide, as wide as the page or half of it."""


def write_document(
    document: Document,
    out: Path,
    form: str = "",
    *,
    letter: bool = False,
    force: bool = False,
    house: House = PLAIN,
) -> None:
    """Write a report as one file.

    Parameters
    ----------
    document : Document
    out : Path
    form : str
        ``pdf`` or ``html``; where it is left out, PDF where the name of the file ends so, else HTML.
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
    with painting():  # before there is a file: of a program that is killed while it draws nothing is left
        if (form or out.suffix.lower()[1:]) == "pdf":
            content = as_pdf(document, QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4, house)
        else:
            drawn = {picture.name: as_svg(picture) for picture in document.pictures}
            content = page_of(document, drawn, house).encode()
    with written_whole(out, force=force) as file:
        file.write(content)


@contextmanager
def painting() -> Iterator[None]:
    """Qt paints text only where an application is: the window's, or one without a screen for as long as it takes."""
    own = QGuiApplication(["biofeedback", "-platform", "offscreen"]) if QGuiApplication.instance() is None else None
    try:
        load_typeface()
        yield
    finally:
        if own is not None:
            own.shutdown()


def as_pdf(told: Document, size: QPageSize.PageSizeId = QPageSize.PageSizeId.A4, house: House = PLAIN) -> bytes:
    """A report over as many pages as it takes, its type smaller where they are more than they may be."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _pdf_writer(buffer, told.title, size)
    width, height = float(writer.width()), float(writer.height())
    page = QSizeF(width, height - FOOT_LINES * FOOT_POINTS * PDF_DPI / 72.0)
    points = told.points
    html = page_of(told, None, house)
    document, pictures = _laid_out(told, html, writer, page, points)
    while told.most_pages and document.pageCount() > told.most_pages and points > LEAST_POINTS:
        points -= 0.5
        document, pictures = _laid_out(told, html, writer, page, points)
    n_pages = document.pageCount()
    with QPainter(writer) as painter:
        for number in range(n_pages):
            if number:
                writer.newPage()
            painter.save()
            painter.translate(0.0, -number * page.height())
            document.drawContents(painter, QRectF(0.0, number * page.height(), width, page.height()))
            pictures.paint(painter)
            painter.restore()
            foot = QRectF(0.0, page.height(), width, height - page.height())
            _paint_foot(painter, foot, told.footer, f"{number + 1} of {n_pages}")
    return bytes(content.data())


def as_svg(picture: Picture) -> Markup:
    """A picture within a page of HTML, with its words for those who do not see it."""
    width = SVG_WIDTHS[picture.whole]
    size = QSize(width, round(width * picture.shape))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    with QPainter(generator) as painter:
        painter.setFont(QFont(load_typeface()))
        picture.paint(painter, float(size.width()), float(size.height()))
    text = bytes(content.data()).decode()
    drawing = text[text.index("<svg") :]
    begin = drawing.index(">") + 1
    # Qt leaves a title of its own and a profile that HTML does not know
    inside = drawing[begin:].replace("<title>Qt SVG Document</title>", "").replace("<desc>Generated with Qt</desc>", "")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width()} {size.height()}" role="img">'
    return Markup(head) + Markup("<title>{}</title>").format(visible(picture.words)) + Markup(inside)


class _Pictures(QPyTextObject):
    """Makes room for the pictures of a document in its text, to be painted there as lines and letters, not as dots."""

    def __init__(self, document: QTextDocument, told: Document, width: float) -> None:
        super().__init__(document)
        self._pictures = {picture.name: picture for picture in told.pictures}
        self._width = width
        self._met: list[tuple[Picture, QRectF]] = []

    def intrinsicSize(self, document: QTextDocument, at: int, form: QTextFormat) -> QSizeF:
        picture = self._pictures[form.toImageFormat().name()]
        width = self._width * (1.0 if picture.whole else HALF)
        return QSizeF(width, width * picture.shape)

    # An error that leaves what Qt calls while it paints would end the program, so painting waits
    def drawObject(
        self, painter: QPainter, area: QRectF | QRect, document: QTextDocument, at: int, form: QTextFormat
    ) -> None:
        self._met.append((self._pictures[form.toImageFormat().name()], QRectF(area)))

    def paint(self, painter: QPainter) -> None:
        """Paint what was met since the last time."""
        for picture, area in self._met:
            painter.save()
            painter.translate(area.topLeft())
            painter.setFont(QFont(load_typeface()))
            picture.paint(painter, area.width(), area.height())
            painter.restore()
        self._met.clear()


def _pdf_writer(buffer: QBuffer, title: str, size: QPageSize.PageSizeId) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(PDF_DPI)
    writer.setTitle(visible(title))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    portrait = QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(QPageSize(size), portrait, margins, QPageLayout.Unit.Millimeter))
    return writer


def _laid_out(
    told: Document, html: str, writer: QPdfWriter, page: QSizeF, points: float
) -> tuple[QTextDocument, _Pictures]:
    document = QTextDocument()
    pictures = _Pictures(document, told, page.width())
    layout = document.documentLayout()
    layout.setPaintDevice(writer)
    layout.registerHandler(QTextFormat.ObjectTypes.ImageObject.value, pictures)
    font = QFont(load_typeface())
    font.setPointSizeF(points)
    document.setDefaultFont(font)
    # Qt paints each letter of a face twice that is bolder than ours are: whoever searches would find it twice
    document.setDefaultStyleSheet((files("biofeedback.reports") / "templates" / "paper.css").read_text("utf-8"))
    document.setDocumentMargin(0)
    document.setPageSize(page)
    document.setHtml(html)
    _keep_headings(document, page.height())
    return document, pictures


def _keep_headings(document: QTextDocument, page: float) -> None:
    """A heading goes on the page of what it stands over; moving one may move the next, so one after the other."""
    layout = document.documentLayout()
    block: QTextBlock = document.begin()
    while layout is not None and block.isValid():
        after = block.next()
        if block.blockFormat().headingLevel() == 2 and after.isValid():
            bottom = layout.blockBoundingRect(after).bottom()
            if int(layout.blockBoundingRect(block).top() // page) != int((bottom - 1.0) // page):
                form = block.blockFormat()
                form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                QTextCursor(block).setBlockFormat(form)
        block = after


def _paint_foot(painter: QPainter, area: QRectF, foot: str, number: str) -> None:
    font = QFont(load_typeface())
    font.setPointSize(FOOT_POINTS)
    painter.setFont(font)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, foot)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, number)
