"""The session: the breath, the heart's wave, one line of words."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens, style_sheet
from biofeedback.ui import words
from biofeedback.ui.model import SessionModel
from biofeedback.ui.numbers_panel import NumbersPanel
from biofeedback.ui.orb import Orb
from biofeedback.ui.parts import button, label
from biofeedback.ui.plots.ecg_trace import EcgTrace
from biofeedback.ui.plots.heart_trace import HeartTrace
from biofeedback.ui.scenes.dark import DARK
from biofeedback.ui.score_line import ScoreLine

WORDS_EVERY, WORDS_AT = 15, 7
"""The words are written at every fifteenth frame of the breath, not at one in which the wave moves on."""
PAUSE, GO_ON = "Pause", "Go on"
WORDS_PX, ANSWER_PX = 80, 40
BREATH_LEAST_PX, TRACE_LEAST_PX, NUMBERS_LEAST_PX = 200, 100, 96
"""Where the window is small or the type large, the numbers leave so much to the breath; the wave gives way to them."""


EVEN_SHARES = (1, 1)
PICTURE_SHARES = {"dawn": (3, 2), "tree": (3, 2), "shore": (3, 2), "dark": (1, 0)}
"""How picture and wave share the width."""


class SessionPage(QWidget):
    """Shows a `SessionModel`.

    Parameters
    ----------
    act : callable
        Called with "pause", "resume", "skip", "end", "mark", "full screen", "sound", "louder", "softer",
        "picture".
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, act: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._act = act
        self._model: SessionModel | None = None
        self._eyes_closed = False
        self.orb = Orb(tokens, sizes)
        self.trace = HeartTrace(tokens, sizes)
        self.orb.ticked.connect(self.trace.tick)
        self.ecg = EcgTrace(tokens, sizes)
        self.ecg.hide()
        self.orb.ticked.connect(self.ecg.tick)
        self._ecg_asked = False
        self._phase = label("", "title")
        self._quality = label("", "muted", wrap=True)
        self._words = label("", "prompt", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.score_line = ScoreLine(tokens, sizes)
        self._answer = label("", "muted", wrap=True)
        self._answer.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.numbers = NumbersPanel()
        self.numbers.hide()
        self._left = label("", "muted")
        self._progress = Progress(tokens)
        self._pause = button(PAUSE, "quiet", self._toggle_pause, "Space")
        self._controls = QWidget()
        self._confirm = QWidget()
        self._sizes = sizes
        self._lay_out()
        self._share_room()
        self._n_ticks = 0
        self._sound_trouble = ""
        self.orb.ticked.connect(self._tick)

    def _lay_out(self) -> None:
        controls = QHBoxLayout(self._controls)
        controls.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self._pause,
            button("Next part", "quiet", lambda: self._act("skip"), "S"),
            button("End", "quiet", self._ask_end, "Escape"),
        ):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            controls.addWidget(widget)
        confirm = QHBoxLayout(self._confirm)
        confirm.setContentsMargins(0, 0, 0, 0)
        confirm.addWidget(label("End here? What you did is kept."))
        self._keep_going = button("Keep going", "choice", self._forget_end)
        self._keep_going.setCheckable(False)
        confirm.addWidget(self._keep_going)
        end_here = button("End here", "choice", lambda: self._act("end"))
        end_here.setCheckable(False)
        confirm.addWidget(end_here)
        self._confirm.hide()
        top = QHBoxLayout()
        top.addWidget(self._phase)
        top.addStretch()
        top.addWidget(self._confirm)
        top.addWidget(self._controls)
        self._centre = centre = QGridLayout()
        centre.setHorizontalSpacing(48)
        centre.addWidget(self.orb, 0, 0, 3, 1)
        waves = QVBoxLayout()
        waves.setSpacing(16)
        waves.addWidget(self.trace, 1)
        waves.addWidget(self.ecg, 1)
        centre.addLayout(waves, 0, 1)
        centre.addWidget(self.score_line, 1, 1)
        centre.addWidget(self._answer, 2, 1)
        centre.setColumnStretch(0, 1)
        centre.setColumnStretch(1, 1)
        centre.setRowStretch(0, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(32)
        bottom.addWidget(self._quality, 1)
        bottom.addWidget(self._left)
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addLayout(centre, 1)
        layout.addWidget(self._words)
        layout.addWidget(self.numbers)
        layout.addLayout(bottom)
        layout.addWidget(self._progress)

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool, picture: str = "circle") -> None:
        self._eyes_closed = picture == "dark"
        if self._eyes_closed:
            tokens = DARK
        self.setStyleSheet(style_sheet(DARK, sizes, self.font().family()) if self._eyes_closed else "")
        self.orb.choose(picture)
        share = PICTURE_SHARES.get(picture, EVEN_SHARES)
        for column in (0, 1):
            self._centre.setColumnStretch(column, share[column])
        for part in (self.score_line, self._answer):
            part.setVisible(not self._eyes_closed)
        self.orb.apply(tokens, sizes, reduced_motion=reduced_motion)
        self.trace.apply(tokens, sizes)
        self.ecg.apply(tokens, sizes)
        self.score_line.apply(tokens, sizes)
        self._progress.apply(tokens)
        self._sizes = sizes
        self.numbers.arrange()
        self._share_room()

    def _share_room(self) -> None:
        """Leave so much room for words that the breath does not move when they come and go; then for numbers."""
        asked = not self.numbers.isHidden()
        with_ecg = self._ecg_asked and not self._eyes_closed
        self._answer.setMinimumHeight(self._sizes.px(ANSWER_PX))
        self._words.setMinimumHeight(0 if asked else self._sizes.px(WORDS_PX))
        if not asked:
            self.trace.setVisible(not self._eyes_closed)
            self.ecg.setVisible(with_ecg)
            return
        left_px = self._height_left()
        answer_px = self._answer.heightForWidth(self._answer.width())
        under_px = self.score_line.height() + max(answer_px, self._answer.minimumHeight())
        under_px += 2 * self._centre.verticalSpacing()
        ecg_px = self.ecg.minimumHeight() + self._centre.verticalSpacing()
        with_ecg = with_ecg and left_px - under_px - ecg_px >= NUMBERS_LEAST_PX
        under_px += ecg_px if with_ecg else 0
        self.numbers.limit(max(NUMBERS_LEAST_PX, left_px - max(BREATH_LEAST_PX, under_px)))
        room_px = left_px - self.numbers.height() - under_px
        self.trace.setVisible(room_px >= TRACE_LEAST_PX and not self._eyes_closed)
        self.ecg.setVisible(with_ecg)

    def _height_left(self) -> int:
        """What breath, wave and numbers have between them."""
        layout = self.layout()
        if layout is None:
            return 0
        margins, width = layout.contentsMargins(), self.contentsRect().width()
        width -= margins.left() + margins.right()
        left_px = self.height() - margins.top() - margins.bottom() - layout.spacing() * (layout.count() - 1)
        for i in range(layout.count()):
            item = layout.itemAt(i)
            if item is not None and item is not self._centre and item.widget() is not self.numbers:
                left_px -= item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
        return left_px

    def show_model(self, model: SessionModel | None) -> None:
        """Show another session, or none."""
        self._model = model
        self.orb.show_model(model)
        self.trace.show_model(model)
        self.ecg.show_model(model)
        self.score_line.show_model(model)
        self.numbers.show_model(model)
        self._forget_end()
        self.refresh()

    def show_sound_trouble(self, sentence: str) -> None:
        """Say quietly what is wrong with the sound; what to do about it stands in the settings."""
        self._sound_trouble = f". {sentence.split('. ')[0].rstrip('.')}." if sentence else ""
        self.refresh()

    def beats_came(self) -> None:
        """New beats are in the model: draw them now."""
        self.trace.refresh()

    def _tick(self) -> None:
        self._n_ticks += 1
        if self._n_ticks % WORDS_EVERY == WORDS_AT:
            self.refresh()

    def refresh(self) -> None:
        """Write the words as they stand."""
        model = self._model
        if model is None:
            return
        self._phase.setText(model.planned.phase.title if model.planned else model.source_name)
        _set(self._words, model.state_line())
        _set(self._answer, model.answer_line())
        self.score_line.refresh()
        if not self.numbers.isHidden():
            self.numbers.refresh()
            self._share_room()
        simulated = "Simulated person. " if model.simulated else ""
        quality = words.QUALITY[model.quality].split(".")[0]
        age = words.newest_beat(model.newest_age_s())
        low = f" {words.LOW_BATTERY}" if model.battery_low else ""
        state = f"{simulated}{quality}{', ' + age if age else ''}{low}"
        _set(self._quality, f"{state.rstrip('.')}{self._sound_trouble}" if self._sound_trouble else state)
        _set(self._left, words.minutes_left(model.left_s()) if model.planned else "")
        self._pause.setText(GO_ON if model.paused else PAUSE)
        self._progress.show_share(model.progress())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def showEvent(self, event: QShowEvent) -> None:
        self.setFocus()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space:
                self._toggle_pause()
            case Qt.Key.Key_Escape:
                (self._forget_end if self._confirm.isVisible() else self._ask_end)()
            case Qt.Key.Key_S:
                self._act("skip")
            case Qt.Key.Key_M:
                self._act("mark")
            case Qt.Key.Key_E:
                self._toggle_ecg()
            case Qt.Key.Key_V:
                self._act("picture")
            case Qt.Key.Key_F:
                self._act("full screen")
            case Qt.Key.Key_Q:
                self._act("sound")
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._act("louder")
            case Qt.Key.Key_Minus:
                self._act("softer")
            case Qt.Key.Key_N:
                self.numbers.setVisible(self.numbers.isHidden())
                self.numbers.refresh()
                self._share_room()
            case _:
                super().keyPressEvent(event)

    def _toggle_ecg(self) -> None:
        """Show the electrocardiogram, or put it away; where there is no room for both, the numbers go."""
        self._ecg_asked = not self._ecg_asked
        self._share_room()
        if self._ecg_asked and self.ecg.isHidden():
            self.numbers.hide()
            self._share_room()
        self.ecg.refresh()

    def _toggle_pause(self) -> None:
        if self._model is not None:
            self._act("resume" if self._model.paused else "pause")

    def _ask_end(self) -> None:
        self._controls.hide()
        self._confirm.show()
        self._keep_going.setFocus()

    def _forget_end(self) -> None:
        self._confirm.hide()
        self._controls.show()
        self.setFocus()


class Progress(QWidget):
    """A thin line that fills."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._share = 0.0
        self._tokens = tokens
        self.setFixedHeight(3)
        self.setAccessibleName("Progress")

    def apply(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.update()

    def show_share(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._tokens.hairline))
        painter.fillRect(0, 0, round(self.width() * self._share), self.height(), QColor(self._tokens.breath))
        painter.end()


def _set(target: QWidget, text: str) -> None:
    if target.text() != text:  # type: ignore[attr-defined]
        target.setText(text)  # type: ignore[attr-defined]
