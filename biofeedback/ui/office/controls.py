"""What the clinician changes of a running session: each becomes an order, and is told once it has happened."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from biofeedback.reports.noted_words import told_second
from biofeedback.session.steering import (
    LONGEST_PROMPT,
    Ask,
    Lengthen,
    LetFeedback,
    Prompt,
    SetGoal,
    SetSound,
)
from biofeedback.ui.calls import Workshop
from biofeedback.ui.model import SessionModel
from biofeedback.ui.office.log import OfficeLog, pattern_of
from biofeedback.ui.office.picker import menu_button
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import office as words
from biofeedback.ui.words.exercises import scale
from protocols.breathing import BreathPattern

PACE_STEP, SLOWEST, FASTEST = 0.5, 3.0, 15.0
GOAL_STEP, FIRST_GOAL = 0.05, 0.5
VOLUME_STEP = 0.1
MINUTE_S = 60.0
LONGEST_MARK = 200
VALUE_PX = 34


class Controls(QWidget):
    """Rows of buttons; nothing here knows whether an order was followed, the log does.

    Parameters
    ----------
    workshop : Workshop
        Takes the orders.
    act : callable
        Called with "pause", "resume", "skip", "end".
    sound : callable
        Gives whether sound is on, and how loud, as it was chosen for the session.
    """

    def __init__(self, workshop: Workshop, act: Callable[[str], None], sound: Callable[[], tuple[bool, float]]) -> None:
        super().__init__()
        self._workshop, self._act, self._chosen_sound = workshop, act, sound
        self._model: SessionModel | None = None
        self._log = OfficeLog()
        self._pattern: BreathPattern | None = None
        self._goal: float | None = None
        self._sound = SetSound(on=True, volume=1.0)
        self._mark_s: float | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.pausing, self.skip = _button(words.PAUSE, self.toggle_pause), _button(words.NEXT_PART, self.next_part)
        self.end = _button(words.END, self.ask_end)
        self._row("", self.pausing, self.skip, self.end)
        self.longer = _button(words.LONGER, lambda: self.lengthen(MINUTE_S))
        self.shorter = _button(words.SHORTER, lambda: self.lengthen(-MINUTE_S))
        self._row("", self.longer, self.shorter)
        self.slower, self.faster = (
            _button("\u2212", lambda: self.change_pace(-1), words.SLOWER),
            _button("+", lambda: self.change_pace(1), words.FASTER),
        )
        self._pace = label("", "figure")
        self._row(words.PACE, self.slower, self._pace, self.faster)
        self.ratio = Choices(words.RATIOS, None, words.RATIO)
        self.ratio.when_chosen(self._choose_ratio)
        self._row(words.RATIO, self.ratio)
        self.goal_down = _button("\u2212", lambda: self.move_goal(-1), words.LOWER)
        self.goal_up = _button("+", lambda: self.move_goal(1), words.HIGHER)
        self._told_goal = label("", "figure")
        self.own = _button(words.OWN_GOAL, lambda: self._workshop.steer(SetGoal(None)), words.OWN_GOAL_MEANING)
        self._row(words.GOAL, self.goal_down, self._told_goal, self.goal_up, self.own)
        self.feedback = Choices(((words.ON, True), (words.OFF, False)), True, words.FEEDBACK)
        self.feedback.when_chosen(lambda given: self._workshop.steer(LetFeedback(given is True)))
        self._row(words.FEEDBACK, self.feedback)
        self.sound = Choices(((words.ON, True), (words.OFF, False)), True, words.SOUND)
        self.sound.when_chosen(lambda on: self._steer_sound(replace(self._sound, on=on is True)))
        self.softer = _button("\u2212", lambda: self._louder(-1), words.SOFTER)
        self.louder = _button("+", lambda: self._louder(1), words.LOUDER)
        self._volume = label("", "figure")
        self._row(words.SOUND, self.sound, self.softer, self._volume, self.louder)
        self.said = QLineEdit()
        self.said.setMaxLength(LONGEST_PROMPT)
        self.said.setPlaceholderText(words.SAY_HINT)
        self.said.setAccessibleName(words.SAY_HINT)
        self.said.returnPressed.connect(lambda: self.say(self.said.text()))
        ready = menu_button(words.SAY, [(each, each) for each in words.PROMPTS], lambda said: self.say(str(said)))
        asks = [(scale(each).name, each) for each in words.ASKED]
        self.ask = menu_button(words.ASK, asks, lambda question: self._workshop.steer(Ask(str(question))))
        self._row("", ready, self.ask)
        self._column.addWidget(self.said)
        self.marker = QLineEdit()
        self.marker.setMaxLength(LONGEST_MARK)
        self.marker.setPlaceholderText(words.MARK_HINT)
        self.marker.setAccessibleName(words.MARK)
        self.marker.editingFinished.connect(self._keep_mark)
        self.marked = _button(words.MARK, self.mark)
        self._row("", self.marked)
        self._column.addWidget(self.marker)
        self._column.addStretch()
        self._orders: tuple[QWidget, ...] = (
            *(self.pausing, self.skip, self.longer, self.shorter, self.goal_down, self.goal_up, self.own),
            *(
                self.feedback,
                self.sound,
                self.softer,
                self.louder,
                ready,
                self.ask,
                self.said,
                self.marked,
                self.marker,
            ),
        )
        self.show_session(None, self._log)

    def _row(self, title: str, *parts: QWidget) -> None:
        row = QWidget()
        if title:
            across = QHBoxLayout(row)
            across.setContentsMargins(0, 0, 0, 0)
            across.setSpacing(6)
            across.addWidget(label(title, "muted"))
            across.addStretch()
            for part in parts:
                if isinstance(part, QLabel):  # what is beside it stays where it is
                    part.setAlignment(Qt.AlignmentFlag.AlignCenter)
                    part.setMinimumWidth(VALUE_PX)
                across.addWidget(part)
        else:
            flow = Flow(row, 6)
            for part in parts:
                flow.addWidget(part)
        self._column.addWidget(row)

    def show_session(self, model: SessionModel | None, log: OfficeLog) -> None:
        """Steer another session, or none."""
        self._model, self._log = model, log
        self._goal = self._pattern = self._mark_s = None
        on, volume = self._chosen_sound()
        self._sound = SetSound(on=on, volume=volume)
        self.end.setText(words.END)
        self.said.clear()
        self.marker.clear()
        self.refresh()

    def take(self, order: object) -> None:
        """An order was followed: what is shown is what holds."""
        match order:
            case SetGoal(goal=goal):
                self._goal = goal
            case SetSound():
                self._sound = order
            case _:
                pass
        self.refresh()

    def refresh(self) -> None:
        """Show what holds, and let only that be pressed which can be done."""
        model = self._model
        runs = model is not None and model.started and model.ended is None
        for part in self._orders:
            part.setEnabled(runs)
        self.end.setEnabled(model is not None and model.ended is None)
        self.pausing.setText(words.GO_ON if model is not None and model.paused else words.PAUSE)
        self._follow_pace(model if runs else None)
        goal = self._goal if self._goal is not None else self._own_goal
        self._told_goal.setText(f"{goal:.2f}" if goal is not None else "")
        self.feedback.choose(self._log.on)
        self.sound.choose(self._sound.on)
        self._volume.setText(f"{100 * self._sound.volume:.0f} %")

    @property
    def _own_goal(self) -> float | None:
        return self._model.score.goal if self._model is not None else None

    def _follow_pace(self, model: SessionModel | None) -> None:
        found = pattern_of(model) if model is not None else None
        fixed = model is not None and model.phase is not None and bool(model.phase.course.changes)
        self._pattern = None if fixed else found
        for part in (self.slower, self.faster, self.ratio):
            part.setEnabled(self._pattern is not None)
        shown = f"{found.rate_per_min:g} /min" if found else ""
        self._pace.setText(shown)
        self._pace.setToolTip(words.FIXED_PACE if fixed else "" if found or model is None else words.NO_PACE)
        if found is not None:
            share = found.inhale / (found.inhale + found.exhale)
            near = next((value for _, value in words.RATIOS if abs(value[0] / sum(value) - share) < 1e-6), None)
            self.ratio.choose(near) if near is not None else self.ratio.choose_none()

    # What is done

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self._runs and self._model is not None:
            self._act("resume" if self._model.paused else "pause")

    def next_part(self) -> None:
        """Go to the next part."""
        if self._runs:
            self._act("skip")

    def lengthen(self, by_s: float) -> None:
        """Let the part that is on last so much longer, or shorter."""
        if self._runs:
            self._workshop.steer(Lengthen(by_s))

    def change_pace(self, steps: int) -> None:
        """So many steps faster, or slower."""
        pattern = self._pattern
        if pattern is not None:
            rate = min(max(pattern.rate_per_min + steps * PACE_STEP, SLOWEST), FASTEST)
            if rate != pattern.rate_per_min:
                self._workshop.repace(replace(pattern, rate_per_min=rate))

    def _choose_ratio(self, value: object) -> None:
        if self._pattern is not None and isinstance(value, tuple):
            inhale, exhale = value
            self._workshop.repace(replace(self._pattern, inhale=inhale, exhale=exhale))

    def move_goal(self, steps: int) -> None:
        """So many steps higher, or lower."""
        if self._runs:
            goal = self._goal if self._goal is not None else self._own_goal
            goal = FIRST_GOAL if goal is None else goal
            self._workshop.steer(SetGoal(round(min(max(goal + steps * GOAL_STEP, 0.0), 1.0), 2)))

    def _louder(self, steps: int) -> None:
        volume = round(min(max(self._sound.volume + steps * VOLUME_STEP, 0.0), 1.0), 2)
        self._steer_sound(replace(self._sound, volume=volume))

    def _steer_sound(self, order: SetSound) -> None:
        if self._runs:
            self._workshop.steer(order)

    def say(self, said: str) -> None:
        """Say something to the person."""
        if self._runs and said.strip():
            self._workshop.steer(Prompt(said.strip()))
            self.said.clear()

    def ask_end(self) -> None:
        """End the session; asked once before."""
        if self._model is None or self._model.ended is not None:
            return
        if self.end.text() == words.END:
            self.end.setText(words.END_SURE)
        else:
            self.end.setText(words.END)
            self._keep_mark()
            self._act("end")

    def mark(self) -> None:
        """Mark this moment, and let a note be typed; it is kept with Enter, or when the field is left."""
        if self._runs and self._model is not None:
            if self._mark_s is not None:
                self._keep_mark()
            self._mark_s = self._model.session_s
            self.marker.setFocus()

    def _keep_mark(self) -> None:
        at_s, self._mark_s = self._mark_s, None
        note = self.marker.text().strip()
        self.marker.clear()
        if self._runs and (at_s is not None or note):
            self._workshop.mark(note or words.MARKED, at_s)

    def unkept_note(self) -> str:
        """A note to a marker that was still being typed when the session ended; it is forgotten here."""
        at_s, self._mark_s, note = self._mark_s, None, self.marker.text().strip()
        self.marker.clear()
        return f"{told_second(at_s)} {note}" if note and at_s is not None else note

    @property
    def _runs(self) -> bool:
        return self._model is not None and self._model.started and self._model.ended is None


def _button(text: str, pressed: Callable[[], None], tip: str = "") -> QPushButton:
    made = button(text, "choice", pressed, tip)
    made.setCheckable(False)
    made.setAccessibleName(tip or text)
    return made
