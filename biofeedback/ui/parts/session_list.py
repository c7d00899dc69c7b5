"""The sessions by week and day, in a list of which only what is to be seen is painted."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.icons import ICON_PX, icon
from biofeedback.ui.parts.session_lines import KEY, SECOND, SESSION, Index, SessionLines, week_key
from biofeedback.ui.practice import Practised, Week
from biofeedback.ui.words import history as words

FIRST_PX, SECOND_PX = 18, 15
PAD_PX, BETWEEN_PX, INDENT_PX, CARET_PX, RADIUS_PX = 10, 6, 20, 28, 12
OPENED, CLOSED = "caret-down", "caret-right"
DELETING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class SessionList(QTreeView):
    """Weeks with days with sessions; the newest week is open at first.

    Parameters
    ----------
    tokens : Tokens
    sizes : Sizes
    chosen, deleted : callable
        Called with a session.
    moved : callable
        Called when another line is the current one.
    """

    def __init__(
        self,
        tokens: Tokens,
        sizes: Sizes,
        chosen: Callable[[Practised], None],
        deleted: Callable[[Practised], None],
        moved: Callable[[], None],
    ) -> None:
        super().__init__()
        self._chosen, self._deleted, self._moved = chosen, deleted, moved
        self.lines = SessionLines(self)
        self._paints = _Lines(self)
        self._opened: set[str] = set()
        self._closed: set[str] = set()
        self.setModel(self.lines)
        self.setItemDelegate(self._paints)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(words.SESSIONS)
        self.setAccessibleDescription(words.SESSIONS_KEYS)
        self.clicked.connect(self._choose)
        self.selectionModel().currentChanged.connect(lambda *_: self._moved())
        self.expanded.connect(self._note_opened)
        self.collapsed.connect(self._note_closed)
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._paints.apply(tokens, sizes)
        self.setIndentation(sizes.px(INDENT_PX))
        self.scheduleDelayedItemsLayout()

    @property
    def current(self) -> Practised | None:
        """The session on whose line the keyboard is."""
        found: Practised | None = self.currentIndex().data(SESSION)
        return found

    def show_weeks(self, weeks: Sequence[Week]) -> None:
        """Show other sessions; what was open stays open, and the keyboard where it was, or near."""
        key, scrolled = self.currentIndex().data(KEY), self.verticalScrollBar().value()
        before = self.lines.sessions
        if not before and weeks:
            self._opened = {week_key(weeks[0])}
        self.lines.show_weeks(weeks)
        for week in filter(self._opened.__contains__, map(week_key, weeks)):
            self.setExpanded(self.lines.of(week), True)
        self.setCurrentIndex(self._near(key, before.index(key) if key in before else 0))
        self.verticalScrollBar().setValue(scrolled)
        self._moved()

    def _near(self, key: str | None, place: int) -> QModelIndex:
        """The line of that key; else the session that took its place, as far as it is to be seen; else the first."""
        sessions = self.lines.sessions
        listed = (self.lines.of(each) for each in [key, *sessions[place:], *reversed(sessions[:place])])
        first = self.lines.index(0, 0)
        return next((line for line in listed if line.isValid() and self._is_open(line)), first)

    def _is_open(self, line: Index) -> bool:
        """Whether the week of a line is open; of a week itself, that it is there."""
        week = line.parent()
        while week.parent().isValid():
            week = week.parent()
        return not week.isValid() or week.data(KEY) in self._opened

    def _note_opened(self, index: QModelIndex) -> None:
        """A week opens with its days, but those that were closed since."""
        of = str(index.data(KEY))
        self._opened.add(of)
        self._closed.discard(of)
        if not index.parent().isValid():
            for row in range(self.lines.rowCount(index)):
                day = self.lines.index(row, 0, index)
                self.setExpanded(day, day.data(KEY) not in self._closed)

    def _note_closed(self, index: QModelIndex) -> None:
        self._opened.discard(index.data(KEY))
        self._closed.add(index.data(KEY))

    def _choose(self, index: QModelIndex) -> None:
        session: Practised | None = index.data(SESSION)
        if session is not None:
            self._chosen(session)
        else:
            self.setExpanded(index, not self.isExpanded(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in CHOOSING and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        elif event.key() in DELETING and (session := self.current) is not None:
            self._deleted(session)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # which leads one page back
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """The lines have their own sign for what opens."""


class _Lines(QStyledItemDelegate):
    """Paints a line of the list, as high as its words need."""

    def __init__(self, view: SessionList) -> None:
        super().__init__(view)
        self._view = view

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self._first, self._second = QFont(self._view.font()), QFont(self._view.font())
        self._first.setPixelSize(sizes.px(FIRST_PX))
        self._second.setPixelSize(sizes.px(SECOND_PX))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width() - self._view.indentation() * (_depth(index) + 1)
        first, second = self.places(QRect(0, 0, width, 0), index)
        return QSize(width, max(first.bottom(), second.bottom()) + PAD_PX + BETWEEN_PX)

    def places(self, line: QRect, index: Index) -> tuple[QRect, QRect]:
        """Where the two texts of a line stand."""
        opens = index.data(SESSION) is None
        left = line.left() + (self._sizes.px(CARET_PX) if opens else 2 * PAD_PX)
        width = max(1, line.right() - left - PAD_PX - BETWEEN_PX)
        first = _wrapped(self._first, QRect(left, line.top() + PAD_PX, width, 0), index.data())
        second = _wrapped(self._second, QRect(left, first.bottom() + 2, width, 0), index.data(SECOND))
        return first, second

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line: QRect = option.rect
        state: QStyle.StateFlag = option.state
        card = QRectF(line).adjusted(1, 1, -1 - BETWEEN_PX, -1 - BETWEEN_PX)
        at_it = index == self._view.currentIndex() and self._view.hasFocus()
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        edge = self._tokens.breath if at_it else self._tokens.hairline if over else ""
        painter.setPen(QPen(QColor(edge), 2.0) if edge else Qt.PenStyle.NoPen)
        is_session = index.data(SESSION) is not None
        painter.setBrush(QColor(self._tokens.surface if is_session else self._tokens.background))
        painter.drawRoundedRect(card, RADIUS_PX, RADIUS_PX)
        first, second = self.places(line, index)
        if not is_session:
            px = self._sizes.px(ICON_PX)
            sign = icon(OPENED if self._view.isExpanded(index) else CLOSED, self._tokens.muted, px)
            sign.paint(painter, QRect(line.left() + 4, first.top() + (first.height() - px) // 2, px, px))
        painter.setFont(self._first)
        painter.setPen(QColor(self._tokens.text))
        painter.drawText(first, _flags(self._first, first.width(), index.data()), index.data())
        painter.setFont(self._second)
        painter.setPen(QColor(self._tokens.muted))
        painter.drawText(second, _flags(self._second, second.width(), index.data(SECOND)), index.data(SECOND))
        painter.restore()


def _wrapped(font: QFont, at: QRect, text: str) -> QRect:
    """The room that a text takes from a place on, in lines of that width."""
    if not text:
        return QRect(at.left(), at.top(), at.width(), 0)
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(text) <= at.width():
        return QRect(at.left(), at.top(), at.width(), metrics.lineSpacing() + 1)
    tall = QRect(at.left(), at.top(), at.width(), 1 << 20)
    lines = metrics.boundingRect(tall, _flags(font, at.width(), text), text)
    return QRect(at.left(), at.top(), at.width(), lines.height())


def _flags(font: QFont, width: int, text: str) -> int:
    """Lines end between words; where one word alone is too long for a line, anywhere."""
    metrics = QFontMetrics(font)
    fits = all(metrics.horizontalAdvance(word) <= width for word in text.split())
    return Qt.TextFlag.TextWordWrap.value if fits else Qt.TextFlag.TextWrapAnywhere.value


def _depth(index: Index) -> int:
    parent, depth = index.parent(), 0
    while parent.isValid():
        parent, depth = parent.parent(), depth + 1
    return depth
