"""The clinician's page of a group: a tile a person, and what is done for all."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.session.kept.recut import LONGEST_WORDS
from biofeedback.session.several.group import NOT_ALL_SAVED
from biofeedback.session.several.tile import Tile
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.dressed import DressedWindow
from biofeedback.ui.messages import WorkFailed
from biofeedback.ui.model import SessionModel
from biofeedback.ui.office.group_desk import GroupOver, MemberTold, RoomTold
from biofeedback.ui.office.tiles import Tiles
from biofeedback.ui.parts.basics import Title, button, label, scrolling
from biofeedback.ui.parts.page import Page
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import group as words
from devices.clock import Clock

REFRESH_MS, SLICES = 32, 8
"""Every tile is looked at four times a second, an eighth of them at a time: a press never waits for all."""


class GroupModel:
    """A group as its window sees it; knows no Qt.

    Attributes
    ----------
    tiles : list of Tile
    room : SessionModel
        Practice time of the room; never begins where each goes in their own time.
    over : GroupOver or None
    """

    def __init__(self, clock: Clock, called: Sequence[str], *, in_step: bool) -> None:
        self.tiles = [Tile(name) for name in called]
        self.room = SessionModel(clock)
        self.in_step = in_step
        self.paused = self.ending = False
        self.over: GroupOver | None = None
        self.trouble = ""

    @property
    def begun(self) -> bool:
        return self.room.planned is not None if self.in_step else any(tile.phase for tile in self.tiles)

    def take(self, message: object) -> None:
        """Fold in what was told."""
        match message:
            case MemberTold(number=number, event=event):
                self.tiles[number] = self.tiles[number].after(event)
            case RoomTold(event=event):
                self.room.take(event)
            case GroupOver():
                self.over = message
            case WorkFailed(sentence=sentence):
                self.trouble = sentence
            case _:
                pass

    def heading(self) -> str:
        """The part that is on, and how much is left."""
        if not self.in_step:
            return words.APART
        room = self.room
        return (
            " \u00b7 ".join(filter(None, (room.phase.title, room.left_line()))) if room.phase and not room.ended else ""
        )

    def line(self) -> str:
        """What there is to say of the group as a whole."""
        if self.over:
            members = self.over.members
            n_saved, n_lost = sum(each.saved for each in members), sum(each.lost for each in members)
            if n_lost:
                return NOT_ALL_SAVED.format(n=n_lost, of=len(members))
            whole = n_saved == len(members)
            return words.OVER if whole else words.SOME_KEPT.format(n=n_saved, of=len(members))
        if self.trouble:
            return self.trouble
        if self.ending:
            return words.SAVING
        return "" if self.begun or not self.in_step else words.WAITING


class GroupPage(Page):
    """Shows a `GroupModel`.

    Parameters
    ----------
    title : str
        Of the exercise.
    act : callable
        Called with "begin", "pause", "resume", "skip" and "end", and with "breath" to show the breath of the room.
    leave : callable
        Ends the session of the member of a number.
    stop_unwell : callable
        The same because they do not feel well, with a note.
    """

    wide = True

    def __init__(
        self,
        tokens: Tokens,
        sizes: Sizes,
        title: str,
        model: GroupModel,
        act: Callable[[str], None],
        leave: Callable[[int], None],
        stop_unwell: Callable[[int, str], None],
    ) -> None:
        super().__init__()
        self._model, self._act, self._leave, self._stop_unwell = model, act, leave, stop_unwell
        self._asking = False
        self._leaving: int | None = None
        self._title, self._heading = Title(), label("", "muted")
        self._title.setText(title)
        self.tiles = Tiles(model.tiles, sizes, self._ask)
        self._line = label("", "muted", wrap=True)
        self.breath = button(words.SHOW_SHARED, "quiet", lambda: act("breath"), words.SHARED_TIP)
        self.begin = button(words.BEGIN, "", lambda: act("begin"))
        self.pause = button(words.PAUSE, "", self._toggle_pause, "Space")
        self.next = button(words.NEXT, "", lambda: act("skip"), "S")
        self.end = button(words.END, "", lambda: self._ask(None), "Escape")
        self.sure = self._confirmation()
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._heading)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._line, 2)
        row.addStretch(1)
        for made in (self.breath, self.begin, self.pause, self.next, self.end):
            row.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(scrolling(self.tiles, words.GROUP), 1)
        layout.addWidget(self.sure)
        layout.addLayout(row)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._next_slice)
        self._slice = 0
        self.refresh()

    def _confirmation(self) -> QWidget:
        made = QWidget()
        column, row = QVBoxLayout(made), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._sure = label(words.SURE, wrap=True)
        column.addWidget(self._sure)
        column.addLayout(row)
        self.note = QLineEdit()
        self.note.setMaxLength(LONGEST_WORDS)
        self.note.setPlaceholderText(words.NOTE)
        self.note.setAccessibleName(words.NOTE)
        self.keep_going = button(words.KEEP_GOING, "", lambda: self._answer(ends=False))
        self.unwell = button(words.UNWELL, "", self._end_unwell, words.UNWELL_TIP)
        self.end_here = button(words.END_HERE, "", lambda: self._answer(ends=True))
        row.addWidget(self.note, 3)
        for made_button in (self.keep_going, self.unwell, self.end_here):
            row.addWidget(made_button)
        row.addStretch(1)
        made.hide()
        return made

    def _ask(self, number: int | None) -> None:
        """Ask whether to end for the member of a number, or for all."""
        if self._model.over or self._model.ending:
            return
        self._asking, self._leaving = True, number
        alone = words.SURE if number is None else words.SURE_ALONE.format(self._model.tiles[number].called)
        self._sure.setText(alone)
        self.note.clear()
        for of_one in (self.note, self.unwell):
            of_one.setVisible(number is not None)
        self._show_room()
        self.keep_going.setFocus()

    def _answer(self, *, ends: bool) -> None:
        self._asking, leaving = False, self._leaving
        if ends and leaving is not None:
            self._leave(leaving)
        elif ends:
            self._model.ending = True
            self._act("end")
        self._show_room()

    def _end_unwell(self) -> None:
        number, self._asking = self._leaving, False
        if number is not None:
            self._stop_unwell(number, self.note.text())
        self.note.clear()
        self._show_room()

    def _toggle_pause(self) -> None:
        model = self._model
        model.paused = not model.paused
        self._act("pause" if model.paused else "resume")
        self._show_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = {
            Qt.Key.Key_Space: self.pause,
            Qt.Key.Key_S: self.next,
            Qt.Key.Key_U: self.unwell,
            Qt.Key.Key_Escape: self.keep_going if self._asking else self.end,
        }.get(Qt.Key(event.key()))
        if pressed is not None and pressed.isVisible():
            pressed.click()
        else:
            super().keyPressEvent(event)

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.tiles.fit(sizes)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _next_slice(self) -> None:
        self._slice = (self._slice + 1) % SLICES
        if self._slice == 0:
            self._show_room()
        self.tiles.show_tiles(self._model.tiles, slice(self._slice, None, SLICES))

    def refresh(self) -> None:
        """Show how things stand."""
        self._show_room()
        self.tiles.show_tiles(self._model.tiles)

    def _show_room(self) -> None:
        """What there is to say of all, and what can be done."""
        model = self._model
        asking = self._asking and not model.over
        going = not (model.over or model.ending or asking)
        if not asking:
            self.sure.hide()
        self.breath.setVisible(going and model.in_step)
        self.begin.setVisible(going and model.in_step and not model.begun)
        self.pause.setVisible(going and model.begun)
        self.next.setVisible(going and model.begun)
        self.end.setVisible(going)
        self.pause.setText(words.GO_ON if model.paused else words.PAUSE)
        self.sure.setVisible(asking)  # last, where all the room is free for it
        self._heading.setText(model.heading())
        self._line.setText("" if asking else model.line())
        self._line.setVisible(bool(self._line.text()))


class GroupWindow(DressedWindow):
    """The page of a group in a window of its own."""

    def __init__(
        self,
        settings: Settings,
        title: str,
        model: GroupModel,
        act: Callable[[str], None],
        leave: Callable[[int], None],
        stop_unwell: Callable[[int, str], None],
    ) -> None:
        super().__init__(settings)
        self.setWindowTitle(f"{words.GROUP} \u2013 {title}")
        self.page = GroupPage(*self.look, title, model, act, leave, stop_unwell)
        self.add(self.page)
