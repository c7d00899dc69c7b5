"""Paper: rich text laid out over pages of a PDF with a foot on each, and pictures as SVG."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from markupsafe import Markup
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgGenerator

from biofeedback.reports.documents import Document, Picture
from biofeedback.typeface import load_typeface

PDF_DPI = 150
HTML_DPI = 96
"""The unit of sizes in rich text."""
MARGIN_MM = 18.0
FOOT_POINTS = 7
LEAST_POINTS = 7.0
"""Where a report is longer than it may be, its type shrinks to this."""
FOOT_LINES = 2.5
PICTURE_SCALE = 2.0
"""Dots of a picture for one of the page: 300 an inch."""
PICTURE_SHAPE = 0.46
"""Height of a picture, of its width."""


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


def pdf_writer(buffer: QBuffer, title: str, size: QPageSize.PageSizeId = QPageSize.PageSizeId.A4) -> QPdfWriter:
    """A PDF with margins and the title of its document."""
    writer = QPdfWriter(buffer)
    writer.setResolution(PDF_DPI)
    writer.setTitle(title)
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    portrait = QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(QPageSize(size), portrait, margins, QPageLayout.Unit.Millimeter))
    return writer


def as_pdf(
    page: Callable[[int], str],
    told: Document,
    *,
    points: float,
    size: QPageSize.PageSizeId = QPageSize.PageSizeId.A4,
) -> bytes:
    """Rich text over as many pages as it takes.

    Parameters
    ----------
    page : callable
        The text, given the width of a picture in the units of rich text.
    told : Document
        With the title, the pictures, and the foot of every page.
    points : float
        Size of the type; smaller where the pages are more than they may be.
    size : QPageSize.PageSizeId
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_writer(buffer, told.title, size)
    width, height = float(writer.width()), float(writer.height())
    text_height = height - FOOT_LINES * FOOT_POINTS * PDF_DPI / 72.0
    document = QTextDocument()
    layout = document.documentLayout()
    if layout is not None:
        layout.setPaintDevice(writer)
    font = QFont(load_typeface())
    font.setPointSizeF(points)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setPageSize(QSizeF(width, text_height))
    picture_width = int(width * 0.47)
    for picture in told.pictures:
        document.addResource(
            QTextDocument.ResourceType.ImageResource, QUrl(picture.name), _image(picture, picture_width)
        )
    document.setHtml(page(round(picture_width * HTML_DPI / PDF_DPI)))
    _keep_headings(document, text_height)
    if document.pageCount() > told.most_pages and points > LEAST_POINTS:
        return as_pdf(page, told, points=points - 0.5, size=size)
    painter = QPainter(writer)
    for number in range(document.pageCount()):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0.0, -number * text_height)
        document.drawContents(painter, QRectF(0.0, number * text_height, width, text_height))
        painter.restore()
        _paint_foot(
            painter,
            QRectF(0.0, text_height, width, height - text_height),
            told.footer,
            number + 1,
            document.pageCount(),
        )
    painter.end()
    return bytes(content.data())


def as_svg(picture: Picture, size: QSize) -> Markup:
    """A picture within a page of HTML, with its words for those who do not see it."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    painter = QPainter(generator)
    painter.setFont(QFont(load_typeface()))
    picture.paint(painter, float(size.width()), float(size.height()))
    painter.end()
    text = bytes(content.data()).decode()
    drawing = text[text.index("<svg") :]
    begin = drawing.index(">") + 1
    # Qt leaves a title of its own and a profile that HTML does not know
    inside = drawing[begin:].replace("<title>Qt SVG Document</title>", "").replace("<desc>Generated with Qt</desc>", "")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width()} {size.height()}" role="img">'
    return Markup(head) + Markup("<title>{}</title>").format(picture.words) + Markup(inside)


def _image(picture: Picture, width: int) -> QImage:
    image = QImage(int(width * PICTURE_SCALE), int(width * PICTURE_SHAPE * PICTURE_SCALE), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(QFont(load_typeface()))
    picture.paint(painter, float(image.width()), float(image.height()))
    painter.end()
    return image


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


def _paint_foot(painter: QPainter, area: QRectF, foot: str, number: int, n_pages: int) -> None:
    font = QFont(load_typeface())
    font.setPointSize(FOOT_POINTS)
    painter.setFont(font)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, foot)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, f"{number} of {n_pages}")
