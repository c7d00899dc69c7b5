"""The session: the breath, the heart's wave, one line of words."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens, softened, style_sheet
from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.model import SessionModel
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import Explained, Title, button, centred, label
from biofeedback.ui.parts.controls import Controls, Progress
from biofeedback.ui.parts.numbers_panel import NumbersPanel
from biofeedback.ui.parts.orb import Orb
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.questions import Questions
from biofeedback.ui.parts.score_line import ScoreLine
from biofeedback.ui.parts.top_bar import strong_button
from biofeedback.ui.plots.ecg_trace import EcgTrace
from biofeedback.ui.plots.heart_trace import HeartTrace
from biofeedback.ui.scenes.choice import SCENES
from biofeedback.ui.scenes.dark import DARK
from biofeedback.ui.tasks.desk import Desk
from biofeedback.ui.words import common as words
from biofeedback.ui.words import exercises as exercise_words
from protocols.phases import Show, Until

WORDS_EVERY, WORDS_AT = 15, 7
"""The words are written at every fifteenth frame of the breath, not at one in which the wave moves on."""
REFRESH_MS = 250
"""The same where no breath is to be seen."""
WORDS_PX, ANSWER_PX = 80, 40
FILLED_WORDS_PX, VEIL_PX, WAY_BACK_S = 820, 48, 8.0
"""Width of the words in a picture that has all the room; the way back is said for so long."""
BREATH_LEAST_PX, TRACE_LEAST_PX, NUMBERS_LEAST_PX, LEVEL_LEAST_PX = 200, 100, 96, 280
"""Where the window is small or the type large, the numbers leave so much to the breath; the wave gives way to them."""


EVEN_SHARES = (1, 1)
PICTURE_SHARES = {"dawn": (3, 2), "tree": (3, 2), "shore": (3, 2), "dark": (1, 0)}
"""How picture and wave share the width."""


class SessionPage(Page):
    """Shows a `SessionModel`.

    Parameters
    ----------
    act : callable
        Called with "pause", "resume", "skip", "end", "unwell", "mark", "sound", "louder", "softer",
        "picture", "fill", "strong".
    answer : callable
        Called with a question of the part and its answer.
    note : callable
        Called with what was done in a task, for the record.
    picture : callable
        Gives the name of the picture that is chosen.
    """

    wide = True

    def __init__(
        self,
        tokens: Tokens,
        sizes: Sizes,
        act: Callable[[str], None],
        answer: Callable[[str, int], None] = lambda question, value: None,
        note: Callable[[str], None] = lambda told: None,
        picture: Callable[[], str] = lambda: "circle",
    ) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words.SESSION)
        self._act = act
        self._model: SessionModel | None = None
        self._part: int | None = None
        self._tokens, self._sizes = tokens, sizes
        self._reduced_motion, self._picture, self._choose_picture = False, picture(), picture
        self._filled = self._way_back_told = self._words_inside = False
        self._way_back_until_s = 0.0
        self.orb = Orb(tokens, sizes)
        self.trace = HeartTrace(tokens, sizes)
        self.orb.ticked.connect(self.trace.tick)
        self.orb.fitted.connect(self._level)
        self.ecg = EcgTrace(tokens, sizes)
        self.ecg.hide()
        self.orb.ticked.connect(self.ecg.tick)
        self._ecg_asked = self._heard = self._was_paused = False
        self._phase = Title()
        self._quality = Explained("muted")
        self._words = centred("prompt")
        self.score_line = ScoreLine(tokens, sizes)
        self._answer = centred("muted", Qt.AlignmentFlag.AlignTop)
        self.numbers = NumbersPanel()
        self.numbers.hide()
        self.desk = Desk(tokens, sizes, note)
        self.desk.stopped.connect(lambda: self._act("skip"))
        self.desk.cleared.connect(self._arrange)
        self.desk.hide()
        self.questions = Questions(answer)
        self.done = button(exercise_words.DONE, "", self._leave_part, "Enter, S")
        self.done.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.done.hide()
        self._left = label("", "muted")
        self._strong = strong_button(lambda: self._act("strong"), "flush")
        self._strong.setProperty("snug", True)  # the line of words is no higher for it
        self._strong.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._progress = Progress(tokens)
        self._controls = Controls(self._leave, self._toggle_pause, self._leave_part, self._take_focus)
        self._lay_out()
        self._share_room()
        self._n_ticks = 0
        self._sound_trouble = ""
        self.orb.ticked.connect(self._tick)
        self._slowly = QTimer(self)
        self._slowly.setInterval(REFRESH_MS)
        self._slowly.timeout.connect(self.refresh)

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
        layout.addWidget(self._words)
        layout.addWidget(self.done, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(0)
        layout.addWidget(self.numbers)
        layout.addLayout(bottom)
        layout.addWidget(self._progress)

    def leave(self) -> None:
        """Other pages have no picture to fill the screen."""
        if self._filled:
            self._act("fill")

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self._picture, self._sizes, self._reduced_motion = self._choose_picture(), sizes, still
        self._tokens = tokens = DARK if self._eyes_closed else tokens
        self.setStyleSheet(style_sheet(DARK, sizes, self.font().family()) if self._eyes_closed else "")
        self.trace.apply(tokens, sizes)
        self.ecg.apply(tokens, sizes)
        self.score_line.apply(tokens, sizes)
        self.desk.apply(tokens, sizes, reduced_motion=still)
        self._progress.apply(tokens)
        self.numbers.arrange()
        self._arrange()

    def fill(self, *, filled: bool) -> None:
        """Let the picture have all the room, with the words in it, or show everything again; the way back said once."""
        if filled == self._filled:
            return
        self._filled = filled
        if filled and not self._way_back_told and self._model is not None:
            self._way_back_told, self._way_back_until_s = True, self._model.session_s + WAY_BACK_S
        self._quality.setVisible(not filled)
        if not filled:
            self._way_back_until_s = 0.0
        self._arrange()
        self.refresh()

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
            self._column.insertWidget(self._column.indexOf(self.done), self._words)
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

    # What the part wants on the screen

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
        """Whether there is nothing of the heart to see: neither number nor meter nor trace."""
        unheard = self._model is None or not self._model.heard
        return self._filled or unheard or self._show is not Show.WAVE or self.desk.busy

    def _follow_part(self, model: SessionModel) -> None:
        """Another part has begun."""
        index = model.planned.index if model.planned else None
        if index == self._part or model.phase is None:
            return
        self._part = index
        announce(self, words.part_begins(model.phase.title, model.state_line()))
        self.desk.turn(model.phase.show)
        self.questions.ask(model.phase.asks, reduced_motion=self._reduced_motion)
        self._arrange()
        if not self._controls.asking:
            self._take_focus()

    def _follow_pause(self, model: SessionModel) -> None:
        """Say aloud that it rests, and that it goes on."""
        if model.paused == self._was_paused:
            return
        self._was_paused = model.paused
        line = model.state_line()
        announce(self, line if model.paused else words.part_begins(f"{words.GOING_ON}. {model.title}", line))

    def _arrange(self) -> None:
        """Show what belongs to the part, and nothing else."""
        quiet, busy = self._show is Show.QUIET and not self.desk.busy, self.desk.busy
        paced = self._model is not None and self._model.phase is not None and self._model.phase.pacing is not None
        with_breath = not busy and (not quiet or paced)
        self.orb.choose("circle" if quiet and not self._eyes_closed else self._picture)
        tokens = softened(self._tokens) if quiet else self._tokens
        self.orb.apply(tokens, self._sizes, reduced_motion=self._reduced_motion)
        shares = (1, 0) if self._bare else PICTURE_SHARES.get(self._picture, EVEN_SHARES)
        for column in (0, 1):
            self._centre.setColumnStretch(column, shares[column])
        self.desk.setVisible(busy)
        self.orb.setVisible(with_breath)
        for part in (self.score_line, self._answer):
            part.setVisible(not self._bare and not self._eyes_closed)
        scenery = self._picture in SCENES and not self._eyes_closed and not quiet and not busy
        self._lay_words(inside=self._filled and scenery)
        self._words.setProperty("kind", "large" if quiet else "" if busy else "prompt")
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
        if self._bare:
            self.numbers.hide()
        if with_breath or not self.isVisible():
            self._slowly.stop()
        else:
            self._slowly.start()
        self._share_room()

    def _share_room(self) -> None:
        """Leave so much room for words that the breath does not move when they come and go; then for numbers."""
        asked = not self.numbers.isHidden()
        with_waves = not self._eyes_closed and not self._bare
        with_ecg = self._ecg_asked and with_waves
        self._answer.setMinimumHeight(self._sizes.px(ANSWER_PX))
        under_px = self.score_line.sizeHint().height() + self._sizes.px(ANSWER_PX)
        roomy = not asked and self._picture not in SCENES and self._height_left() - under_px >= LEVEL_LEAST_PX
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

    def show_model(self, model: SessionModel | None) -> None:
        """Show another session, or none."""
        self._model, self._part, self._heard, self._was_paused = model, None, False, False
        self.desk.drop()
        self.questions.ask((), reduced_motion=True)
        self.orb.show_model(model)
        self.trace.show_model(model)
        self.ecg.show_model(model)
        self.score_line.show_model(model)
        self.numbers.show_model(model)
        self._controls.forget_end()
        self._arrange()
        self.refresh()

    def show_sound_trouble(self, sentence: str) -> None:
        """Say quietly that there is trouble with the sound; what it is stands behind the key and in the settings."""
        self._sound_trouble = sentence.split(". ")[0]
        self.refresh()

    def when_free(self, then: Callable[[], None]) -> None:
        """The session is over: do something once the person has nothing left to decide here."""
        self.desk.when_free(then)
        self._arrange()

    def beats_came(self) -> None:
        """New beats are in the model: draw them now."""
        if not self._heard:
            self._heard = True
            self._arrange()
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
        self._follow_part(model)
        self._follow_pause(model)
        self._phase.setText(model.title)
        paces = model.planned is not None and model.planned.step_at(model.elapsed_s) is not None
        _set(self._words, words.WAY_BACK if model.session_s < self._way_back_until_s else model.state_line())
        if not self._bare:
            _set(self._answer, model.answer_line())
            self.score_line.refresh()
        if not self.numbers.isHidden():
            self.numbers.refresh()
            self._share_room()
        self._tell_signal(model)
        _set(self._left, model.left_line())
        by_person = model.phase is not None and model.phase.until is Until.PERSON
        self.done.setVisible(by_person and not self.desk.parting)
        self._controls.show_state(paused=model.paused, with_next=not by_person, paces=paces)
        self._progress.setVisible(self._show is not Show.QUIET and not by_person)
        self._progress.show_share(model.progress())
        self._place_words()

    def _tell_signal(self, model: SessionModel) -> None:
        """A few words; all there is to say behind a key, or for the pointer that rests on them."""
        short = [model.signal_line(bare=self._bare), words.SOUND_TROUBLE if self._sound_trouble else ""]
        sentences = (short[0], model.newest_line(), self._sound_trouble)
        self._quality.tell(
            ". ".join(filter(None, short)), " ".join(f"{each.rstrip('.')}." for each in sentences if each)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
        self._place_words()

    def showEvent(self, event: QShowEvent) -> None:
        self._take_focus()
        super().showEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        self._slowly.stop()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space:
                self._toggle_pause()
            case Qt.Key.Key_Escape if self._filled:
                self._act("fill")
            case Qt.Key.Key_Escape:
                (self._controls.forget_end if self._controls.asking else self._controls.ask_end)()
            case Qt.Key.Key_S:
                self._leave_part()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.done.isVisible():
                self._leave_part()
            case Qt.Key.Key_D:
                self._leave("unwell")
            case Qt.Key.Key_M:
                self._act("mark")
            case Qt.Key.Key_E if not self._bare:
                self._toggle_ecg()
            case Qt.Key.Key_I:
                self._quality.explain()
            case Qt.Key.Key_V:
                self._act("picture")
            case Qt.Key.Key_F:
                self._act("fill")
            case Qt.Key.Key_Q:
                self._act("sound")
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._act("louder")
            case Qt.Key.Key_Minus:
                self._act("softer")
            case Qt.Key.Key_N if not self._bare:
                self.numbers.setVisible(self.numbers.isHidden())
                self.numbers.refresh()
                self._share_room()
            case _:
                super().keyPressEvent(event)

    def _toggle_ecg(self) -> None:
        """Show the electrocardiogram, or put it away; where there is no room for both, the numbers go."""
        self._ecg_asked = not self._ecg_asked
        self._share_room()
        with_waves = not self._eyes_closed and not self._bare
        if self._ecg_asked and with_waves and self.ecg.isHidden():
            self.numbers.hide()
            self._share_room()
        self.ecg.refresh()

    def _toggle_pause(self) -> None:
        if self._model is not None:
            pausing = not self._model.paused
            self._act("pause" if pausing else "resume")
            self.desk.rest(resting=pausing)
            if pausing:
                self.setFocus()
            else:
                self._take_focus()

    def _leave_part(self) -> None:
        """Go on to the next part, once nothing is left to decide in this one."""
        if self.desk.ask_to_leave():
            self._act("skip")
        else:
            self.refresh()

    def _leave(self, what: str) -> None:
        """The person ends the session; who feels unwell is asked nothing more."""
        self.desk.finish()
        if what == "unwell":
            self.desk.drop()
        self._arrange()
        self._act(what)

    def _take_focus(self) -> None:
        if self.desk.busy:
            self.desk.focus()
        else:
            self.setFocus()


def _set(target: QWidget, text: str) -> None:
    if target.text() != text:  # type: ignore[attr-defined]
        target.setText(text)  # type: ignore[attr-defined]
