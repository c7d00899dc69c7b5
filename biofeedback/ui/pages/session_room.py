"""The room of a session: where breath, wave, words and numbers stand, whatever the part and the size of the window."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout

from biofeedback.theme import Sizes, Tokens, softened, style_sheet
from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.model import SessionModel
from biofeedback.ui.parts.basics import Explained, Title, centred, label
from biofeedback.ui.parts.controls import Controls, Progress
from biofeedback.ui.parts.numbers_panel import NumbersPanel
from biofeedback.ui.parts.orb import Orb
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.questions import Questions
from biofeedback.ui.parts.ready_steps import ReadySteps
from biofeedback.ui.parts.score_line import ScoreLine
from biofeedback.ui.plots.ecg_trace import EcgTrace
from biofeedback.ui.plots.heart_trace import HeartTrace
from biofeedback.ui.scenes.choice import SCENES
from biofeedback.ui.scenes.dark import DARK
from biofeedback.ui.tasks.desk import Desk
from devices.preflight import Standing, at_hand
from protocols.phases import Show

WORDS_PX, ANSWER_PX = 80, 40
FILLED_WORDS_PX, VEIL_PX = 820, 48
"""Width of the words in a picture that has all the room, and what is left beside them."""
BREATH_LEAST_PX, TRACE_LEAST_PX, NUMBERS_LEAST_PX, LEVEL_LEAST_PX = 200, 100, 96, 280
"""Where the window is small or the type large, the numbers leave so much to the breath; the wave gives way to them."""
EVEN_SHARES = (1, 1)
PICTURE_SHARES = {"dawn": (3, 2), "tree": (3, 2), "shore": (3, 2), "dark": (1, 0)}
"""How picture and wave share the width."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """What the person acts upon."""

    desk: Desk
    questions: Questions
    asked: Questions
    done: QPushButton
    instead: QPushButton
    strong: QPushButton
    controls: Controls


class SessionRoom(Page):
    """Lays out what a session shows; what is written and done there is the page's.

    Parameters
    ----------
    furniture : Furniture
    picture : callable
        Gives the name of the picture that is chosen.
    """

    wide = True

    def __init__(self, tokens: Tokens, sizes: Sizes, furniture: Furniture, picture: Callable[[], str]) -> None:
        super().__init__()
        self._model: SessionModel | None = None
        self._tokens, self._sizes = tokens, sizes
        self._reduced_motion, self._picture, self._choose_picture = False, picture(), picture
        self._filled = self._words_inside = self._ecg_asked = False
        self._with_breath = True
        self.orb = Orb(tokens, sizes)
        self.trace = HeartTrace(tokens, sizes)
        self.orb.ticked.connect(self.trace.tick)
        self.orb.fitted.connect(self._level)
        self.ecg = EcgTrace(tokens, sizes)
        self.ecg.hide()
        self.steps = ReadySteps(tokens)
        self.steps.hide()
        self.orb.ticked.connect(self.ecg.tick)
        self._phase = Title()
        self._quality = Explained("muted")
        self._words = centred("prompt")
        self.score_line = ScoreLine(tokens, sizes)
        self._answer = centred("muted", Qt.AlignmentFlag.AlignTop)
        self.numbers = NumbersPanel()
        self.numbers.hide()
        self.desk, self.questions, self.asked = furniture.desk, furniture.questions, furniture.asked
        self.done, self._strong, self._controls = furniture.done, furniture.strong, furniture.controls
        self.instead = furniture.instead
        self.instead.hide()
        self.desk.hide()
        self.done.hide()
        self._left = label("", "muted")
        self._progress = Progress(tokens)
        self._lay_out()
        self._share_room()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._phase, 1)
        top.addWidget(self._controls)
        self._centre = centre = QGridLayout()
        centre.setHorizontalSpacing(48)
        self._orb_rows = 1
        centre.addWidget(self.orb, 0, 0)
        waves = QVBoxLayout()
        waves.setSpacing(16)
        waves.addWidget(self.trace, 1)
        waves.addWidget(self.ecg, 1)
        waves.addWidget(self.steps, 0, Qt.AlignmentFlag.AlignVCenter)
        centre.addLayout(waves, 0, 1)
        centre.addWidget(self.score_line, 1, 1)
        centre.addWidget(self._answer, 2, 1)
        centre.setRowStretch(0, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(32)
        bottom.addWidget(self._quality, 1)
        bottom.addWidget(self._left)
        bottom.addWidget(self._strong)  # far from the buttons that are pressed often
        self._column = layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addLayout(centre, 1)
        layout.addWidget(self.desk, 1)
        layout.addStretch(0)
        layout.addWidget(self.questions)
        layout.addWidget(self.asked)
        layout.addWidget(self._words)
        layout.addWidget(self.instead, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.done, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(0)
        layout.addWidget(self.numbers)
        layout.addLayout(bottom)
        layout.addWidget(self._progress)

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self._picture, self._sizes, self._reduced_motion = self._choose_picture(), sizes, still
        self._tokens = tokens = DARK if self._eyes_closed else tokens
        self.setStyleSheet(style_sheet(DARK, sizes, self.font().family()) if self._eyes_closed else "")
        self.trace.apply(tokens, sizes)
        self.ecg.apply(tokens, sizes)
        self.score_line.apply(tokens, sizes)
        self.steps.apply(tokens, sizes)
        self.desk.apply(tokens, sizes, reduced_motion=still)
        self._progress.apply(tokens)
        self.numbers.arrange()
        self._arrange()

    def _lay_words(self, *, inside: bool) -> None:
        """Let the words stand in the picture, or under it."""
        if inside == self._words_inside:
            return
        self._words_inside = inside
        self._words.setProperty("veil", inside)
        if inside:
            self._column.removeWidget(self._words)
            self._words.raise_()
        else:
            self._column.insertWidget(self._column.indexOf(self.instead), self._words)
            self._words.show()

    def _place_words(self) -> None:
        """At the top of a picture that has all the room."""
        if not self._words_inside:
            return
        widest = self._words.fontMetrics().horizontalAdvance(self._words.text()) + VEIL_PX
        width = min(self.orb.width() - VEIL_PX, self._sizes.px(FILLED_WORDS_PX), widest)
        orb, height = self.orb.geometry(), self._words.heightForWidth(width)
        self._words.setGeometry(orb.center().x() - width // 2, orb.top() + VEIL_PX // 2, width, height)
        self._words.setVisible(bool(self._words.text()))

    @property
    def filled(self) -> bool:
        """Whether the picture has all the room."""
        return self._filled

    @property
    def _eyes_closed(self) -> bool:
        return self._picture == "dark"

    @property
    def _show(self) -> Show:
        phase = self._model.phase if self._model else None
        return phase.show if phase else Show.WAVE

    @property
    def _bare(self) -> bool:
        """Whether there is nothing of heart or head to see: neither number nor meter nor trace."""
        unheard = self._model is None or not (self._model.heard or self._model.head.pieces)
        return self._filled or unheard or self._show is not Show.WAVE or self.desk.busy

    @property
    def _waveless(self) -> bool:
        """Whether there is nothing of the heart to see; a band alone has the line of its answer, and no more."""
        return self._bare or self._model is None or not self._model.heard

    def _arrange(self) -> None:
        """Show what belongs to the part, and nothing else."""
        quiet, busy = self._show is Show.QUIET and not self.desk.busy, self.desk.busy
        paced = self._model is not None and self._model.phase is not None and self._model.phase.pacing is not None
        with_breath = not busy and (not quiet or paced)
        self.orb.choose("circle" if quiet and not self._eyes_closed else self._picture)
        tokens = softened(self._tokens) if quiet else self._tokens
        self.orb.apply(tokens, self._sizes, reduced_motion=self._reduced_motion)
        awaited = self._model.awaited if self._model is not None else ()
        self.steps.setVisible(bool(awaited) and not self._filled and not self._eyes_closed)
        shares = (1, 0) if self._waveless and self.steps.isHidden() else PICTURE_SHARES.get(self._picture, EVEN_SHARES)
        for column in (0, 1):
            self._centre.setColumnStretch(column, shares[column])
        self.desk.setVisible(busy)
        self.orb.setVisible(with_breath)
        across = (0, 2) if self._waveless else (1, 1)
        for row, part in enumerate((self.score_line, self._answer), 1):
            self._centre.addWidget(part, row, across[0], 1, across[1])
            part.setVisible(not self._bare and not self._eyes_closed)
        scenery = self._picture in SCENES and not self._eyes_closed and not quiet and not busy
        self._lay_words(inside=self._filled and scenery)
        explains = bool(awaited) and at_hand(awaited).standing is Standing.FAILING
        self._words.setProperty("kind", "large" if quiet else "" if busy or explains else "prompt")
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)
        self._column.setStretch(self._column.indexOf(self._centre), int(with_breath))
        self._column.setStretchFactor(self.desk, int(busy))
        around = self._column.indexOf(self.questions) - 1, self._column.indexOf(self.done) + 1
        for space in around:  # with nothing else to see, the words stand in the middle
            self._column.setStretch(space, int(quiet and not with_breath))
        self._left.setVisible(not quiet and not self._filled)
        timeline = self._model.timeline if self._model else None
        strong = timeline is not None and timeline.exercise.id == FIRST_AID
        self._strong.setVisible(not self._filled and not strong)
        if self._waveless:
            self.numbers.hide()
        self._with_breath = with_breath
        self._share_room()

    def _share_room(self) -> None:
        """Leave so much room for words that the breath does not move when they come and go; then for numbers."""
        asked = not self.numbers.isHidden()
        with_waves = not self._eyes_closed and not self._waveless
        with_ecg = self._ecg_asked and with_waves
        self._answer.setMinimumHeight(self._sizes.px(ANSWER_PX))
        under_px = self.score_line.sizeHint().height() + self._sizes.px(ANSWER_PX)
        roomy = not asked and self._picture not in SCENES and self._height_left() - under_px >= LEVEL_LEAST_PX
        roomy = roomy or (self._waveless and not self._bare)  # the line is under it
        if self._orb_rows != (rows := 1 if roomy else 3):  # a circle that ends with the wave must not be small for it
            self._orb_rows = rows
            self._centre.addWidget(self.orb, 0, 0, rows, 1)
        self._words.setMinimumHeight(
            0 if asked or self._words_inside else self._sizes.px(ANSWER_PX if self.desk.busy else WORDS_PX)
        )
        if not asked:
            self.trace.setVisible(with_waves)
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
        self.trace.setVisible(room_px >= TRACE_LEAST_PX and with_waves)
        self.ecg.setVisible(with_ecg)

    def _level(self, inset_px: int) -> None:
        """The wave begins and ends where the circle does, where nothing else stands under it."""
        beside = self.ecg.isHidden() and self._orb_rows == 1
        self.trace.level(inset_px if beside else 0)

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
            if item is None or item.isEmpty():
                left_px += layout.spacing()
            elif item is not self._centre and item.widget() is not self.numbers:
                left_px -= item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
        return left_px

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
        self._place_words()
