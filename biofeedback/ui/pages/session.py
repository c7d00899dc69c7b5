"""The session: the breath, the heart's wave, one line of words."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.model import SessionModel
from biofeedback.ui.pages.session_room import Furniture, SessionRoom
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button
from biofeedback.ui.parts.controls import Controls
from biofeedback.ui.parts.questions import Questions
from biofeedback.ui.parts.top_bar import strong_button
from biofeedback.ui.tasks.desk import Desk
from biofeedback.ui.words import common as words
from biofeedback.ui.words import exercises as exercise_words
from devices.preflight import Standing, at_hand
from protocols.phases import Show, Until

WORDS_EVERY, WORDS_AT = 15, 7
"""The words are written at every fifteenth frame of the breath, not at one in which the wave moves on."""
REFRESH_MS = 250
"""The same where no breath is to be seen."""
WAY_BACK_S = 8.0
"""The way back from a picture that has all the room is said for so long."""


class SessionPage(SessionRoom):
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
    take_strap : callable
        Called with the address of another strap that the person says they wear.
    """

    def __init__(
        self,
        tokens: Tokens,
        sizes: Sizes,
        act: Callable[[str], None],
        answer: Callable[[str, int], None] = lambda question, value: None,
        note: Callable[[str], None] = lambda told: None,
        picture: Callable[[], str] = lambda: "circle",
        take_strap: Callable[[str], None] = lambda address: None,
    ) -> None:
        self._act, self._take_strap, self._answer_question = act, take_strap, answer
        strong = strong_button(lambda: act("strong"), "flush")
        strong.setProperty("snug", True)  # the line of words is no higher for it
        furniture = Furniture(
            Desk(tokens, sizes, note),
            Questions(answer),
            Questions(self._answer_asked),
            button(exercise_words.DONE, "", self._leave_part, "Enter, S"),
            button("", "", self._take_instead),
            strong,
            Controls(self._leave, self._toggle_pause, self._leave_part, self._take_focus),
        )
        super().__init__(tokens, sizes, furniture, picture)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words.SESSION)
        self._part: int | None = None
        self._asked = ""
        self._awaits: Standing | None = None
        self._way_back_told = self._heard = self._head_heard = self._was_paused = False
        self._way_back_until_s = 0.0
        self.desk.stopped.connect(lambda: self._act("skip"))
        self.desk.cleared.connect(self._arrange)
        for pressed in (self.done, self.instead, self._strong):
            pressed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._sound_trouble = ""
        self._sent = self._sent_means = ""
        self.orb.ticked.connect(self._tick)
        self._slowly = QTimer(self)
        self._slowly.setInterval(REFRESH_MS)
        self._slowly.timeout.connect(self.refresh)

    def leave(self) -> None:
        """Other pages have no picture to fill the screen."""
        if self._filled:
            self._act("fill")

    def fill(self, *, filled: bool) -> None:
        """Let the picture have all the room, with the words in it, or show everything again; the way back said once."""
        if filled == self._filled:
            return
        self._filled = filled
        if filled and not self._way_back_told and self._model is not None:
            self._way_back_told, self._way_back_until_s = True, self._model.session_s + WAY_BACK_S
        self._quality.setVisible(not filled or bool(self._sent))
        if not filled:
            self._way_back_until_s = 0.0
        self._arrange()
        self.refresh()

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

    def _ask(self, question: str) -> None:
        """A question asked in between is to be seen until it is answered, or its time is over."""
        if question == self._asked:
            return
        self._asked = question
        self.asked.ask([question] if question else (), reduced_motion=self._reduced_motion)
        if question:
            announce(self, exercise_words.scale(question).name)

    def _answer_asked(self, question: str, value: int) -> None:
        self._answer_question(question, value)
        if self._model is not None:
            self._model.answered(question)
        self._take_focus()

    def _follow_strap(self, model: SessionModel) -> None:
        """How far the strap is while it is waited for; said aloud where that changes."""
        awaits = at_hand(model.awaited).standing if model.awaited else None
        if awaits is not self._awaits:
            self._awaits = awaits
            self._arrange()
        self.instead.setVisible(model.offered is not None)
        if model.offered is not None:
            self.instead.setText(words.use_instead(model.offered.name))
            self.instead.setAccessibleName(self.instead.text())
            announce(self, model.state_line())
        if model.awaited:
            self.steps.show_steps(model.awaited)
            announce(self, model.state_line())

    def _take_instead(self) -> None:
        model = self._model
        if model is not None and model.offered is not None:
            self._take_strap(model.offered.address)
            model.offered = None
            self.refresh()

    def _follow_pause(self, model: SessionModel) -> None:
        """Say aloud that it rests, and that it goes on."""
        if model.paused == self._was_paused:
            return
        self._was_paused = model.paused
        line = model.state_line()
        announce(self, line if model.paused else words.part_begins(f"{words.GOING_ON}. {model.title}", line))

    def _arrange(self) -> None:
        super()._arrange()
        if self._with_breath or not self.isVisible():
            self._slowly.stop()
        else:
            self._slowly.start()

    def show_model(self, model: SessionModel | None) -> None:
        """Show another session, or none."""
        self._model, self._part = model, None
        self._ask("")
        self._heard = self._head_heard = self._was_paused = False
        self._awaits = None
        self.desk.drop()
        self.questions.ask((), reduced_motion=True)
        self.orb.show_model(model)
        self.trace.show_model(model)
        self.ecg.show_model(model)
        self.score_line.show_model(model)
        self.numbers.show_model(model)
        self._controls.forget_end()
        self._arrange()
        if model is None:  # nothing of the one before is left
            for told in (self._phase, self._words, self._answer, self._left):
                told.setText("")
            self._quality.tell("", "")
            announce(self, "")
        self.refresh()

    def show_sound_trouble(self, sentence: str) -> None:
        """Say quietly that there is trouble with the sound; what it is stands behind the key and in the settings."""
        self._sound_trouble = sentence.split(". ")[0]
        self.refresh()

    def show_sent(self, short: str, sentence: str) -> None:
        """Say as long as the session lasts that it is sent to the network, or that it cannot be; empty: neither."""
        self._sent, self._sent_means = short, sentence
        self._quality.setVisible(not self._filled or bool(short))
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
        self.orb.beside(self.trace.refresh)

    def head_came(self) -> None:
        """New samples of the band are in the model: show its answer now."""
        if not self._head_heard:
            self._head_heard = True
            self._arrange()
        if not self._bare:
            self.score_line.refresh()

    def _tick(self, number: int) -> None:
        if number % WORDS_EVERY == WORDS_AT:
            self.refresh()

    def refresh(self) -> None:
        """Write the words as they stand."""
        model = self._model
        if model is None:
            return
        self._follow_part(model)
        self._ask(model.asked)
        self._follow_pause(model)
        self._follow_strap(model)
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
        sound = words.SOUND_TROUBLE if self._sound_trouble else ""
        short = [self._sent, model.signal_line(bare=self._waveless), sound]
        sentences = (self._sent_means, short[1], model.newest_line(), self._sound_trouble)
        self._quality.tell(
            ". ".join(filter(None, short)), " ".join(f"{each.rstrip('.')}." for each in sentences if each)
        )

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
            case Qt.Key.Key_E if not self._waveless:
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
            case Qt.Key.Key_N if not self._waveless:
                self.numbers.setVisible(self.numbers.isHidden())
                self.numbers.refresh()
                self._share_room()
            case _:
                super().keyPressEvent(event)

    def _toggle_ecg(self) -> None:
        """Show the electrocardiogram, or put it away; where there is no room for both, the numbers go."""
        self._ecg_asked = not self._ecg_asked
        self._share_room()
        with_waves = not self._eyes_closed and not self._waveless
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
