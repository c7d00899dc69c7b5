"""The pulse in words, and a small mark that beats with it."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QPointF, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import label
from biofeedback.ui.words import straps as words

MARK_PX, REST, SWELL_MS = 28, 0.62, 450
MOST_WAITING = 4
"""Beats that wait for their turn; a strap tells a few at once."""
SILENT_MS = 5000
"""Without news for so long, no pulse is told any more (a strap tells of it about once a second)."""


class PulseMark(QWidget):
    """A dot that swells with each beat, softly; it stays as it is where motion is not wanted."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens, self._still, self._size = tokens, False, REST
        self._waiting: deque[int] = deque(maxlen=MOST_WAITING)
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._beat)
        self._swell = QVariantAnimation(self)
        self._swell.setDuration(SWELL_MS)
        self._swell.setKeyValues([(0.0, REST), (0.3, 1.0), (1.0, REST)])
        self._swell.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._swell.valueChanged.connect(self._show_size)
        self.apply(tokens, Sizes(), still=False)

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool) -> None:
        self._tokens, self._still = tokens, still
        self.setFixedSize(sizes.px(MARK_PX), sizes.px(MARK_PX))
        self.update()

    def take(self, rr_ms: Sequence[float]) -> None:
        """Beats came, each so long after the one before."""
        if self._still:
            return
        self._waiting.extend(round(each) for each in rr_ms)
        if self._waiting and not self._next.isActive():
            self._beat()

    def rest(self) -> None:
        """No more beats."""
        self._waiting.clear()
        self._next.stop()

    def _beat(self) -> None:
        if self._waiting:
            self._next.start(self._waiting.popleft())
            self._swell.start()

    def _show_size(self, size: float) -> None:
        self._size = size
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._tokens.heart))
            radius = 0.5 * self.width() * self._size
            painter.drawEllipse(QPointF(self.width() / 2.0, self.height() / 2.0), radius, radius)


class PulseLine(QWidget):
    """The mark and its words.

    Attributes
    ----------
    words : QLabel
    """

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.mark = PulseMark(tokens)
        self.words = label("", wrap=True)
        self._silence = QTimer(self, singleShot=True, interval=SILENT_MS)
        self._silence.timeout.connect(self._forget)
        self._pulse = self._standing = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.mark)
        row.addWidget(self.words, 1)
        row.addStretch()
        self.rest()

    def feel(self, bpm: int | None, rr_ms: Sequence[float], *, simulated: bool) -> None:
        """The strap told of the pulse; None where it feels none."""
        if bpm is None:
            self._forget()
            return
        self._silence.start()
        first = self.mark.isHidden()
        self.mark.show()
        self.mark.take(rr_ms)
        self._pulse = words.pulse(bpm, simulated=simulated)
        self._write(aloud=first)

    def seek(self, sentence: str) -> None:
        """Say how the strap stands and what to do, after the pulse where there is one."""
        changed, self._standing = sentence != self._standing, sentence
        self._write(aloud=changed)

    def rest(self) -> None:
        """Nobody asks for the pulse."""
        self._standing = ""
        self._forget()

    def _forget(self) -> None:
        self._silence.stop()
        self.mark.rest()
        self.mark.hide()
        self._pulse = ""
        self._write(aloud=False)

    def _write(self, *, aloud: bool) -> None:
        self.words.setText(f"{self._pulse} {self._standing}".strip())
        if aloud:
            announce(self, self.words.text())
