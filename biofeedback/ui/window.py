"""The window: its pages, and what happens between them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QApplication

from biofeedback.ui.acts import Acts
from biofeedback.ui.calls import Workshop
from biofeedback.ui.door import Door
from biofeedback.ui.dressed import DressedWindow
from biofeedback.ui.pages.start import StartPage
from biofeedback.ui.pages.welcome import WelcomePage
from biofeedback.ui.parts.keys_card import KeysCard
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways
from biofeedback.ui.settings import Settings
from biofeedback.ui.whose import Whose
from biofeedback.ui.wishes import Wishes
from biofeedback.ui.words.keys import CHECKIN_KEY, COURSE_KEY, FIRST_AID_KEYS, LOCK_KEY
from devices.clock import Clock
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.care.ahead import Ahead
    from biofeedback.storage.protection.opening import Protection
    from biofeedback.ui.model import SessionModel
    from biofeedback.ui.rooms import Rooms

OWN_NAME = "hrv-biofeedback"
"""Of the streams by which a session is sent to the network."""
PATIENCE_S = 20.0
"""A strap is waited for so long; then the practice begins, and the strap joins in when it is there."""


class Window(DressedWindow):
    """Pages in a stack. Only the start page is made before the first paint.

    Parameters
    ----------
    exercises : sequence of Exercise
        Group by group.
    settings : Settings
    keep : callable
        Keeps changed settings, called with them and the name of who practises.
    recall : callable
        Gives the settings of somebody by their name.
    clock : Clock
        Of the sessions.
    faults : sequence of str
        Of the person's own exercise files.
    person : str
        Who practises; empty for whoever is at home.
    locked : bool
        Whether nothing is to be shown before the passphrase is told.

    Attributes
    ----------
    first_painted : Signal
        The window has been painted for the first time.
    office_asked : Signal
        The clinician's window is wanted.
    workshop : Workshop or None
        None until the window is complete.
    practised : str
        Id of the exercise begun last; empty before.
    unkept : bool
        Whether that was begun while the data were locked.
    """

    first_painted = Signal()
    office_asked = Signal()

    def __init__(
        self,
        exercises: Sequence[Exercise],
        settings: Settings,
        keep: Callable[[Settings, str], None],
        recall: Callable[[str], Settings],
        clock: Clock,
        faults: Sequence[str] = (),
        person: str = "",
        *,
        locked: bool = False,
    ) -> None:
        super().__init__(settings)
        self.door, self.acts, self.wishes = Door(self), Acts(self), Wishes(self)
        self.protection: Protection | None = None
        self.exercises = exercises
        self.whose = Whose(self, person, recall)
        self.folder: Path | None = None
        self.sound_trouble = ""
        self.unkept = False
        self._keep = keep
        self._may_begin = False
        self._wish: tuple[Exercise, Mapping[str, int]] | None = None
        self._clock = clock
        self.workshop: Workshop | None = None
        self._painted = False
        self.model: SessionModel | None = None
        self.rooms: Rooms
        self.ways = Ways(self.go, self.back, self.acts.begin_first_aid, self._toggle_keys)
        self._trail: list[str] = []
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask_ahead)
        self.practised = ""
        self.ahead: Ahead | None = None
        hour = datetime.now().astimezone().hour
        self.start = StartPage(exercises, settings, hour, self.begin, self.change_quietly, self.ways, faults)
        self.stack.addWidget(self.start)
        self.welcome = WelcomePage(self.tokens(), settings, self.change_quietly, self.ways)
        self.stack.addWidget(self.welcome)
        self.whose.show_name()
        self.first = self.start if settings.welcomed else self.welcome
        self.stack.setCurrentWidget(self.first)
        self.first.enter()
        if locked:
            self.door.lock("")
        QShortcut(QKeySequence(LOCK_KEY), self, self.door.lock_now)
        for keys in FIRST_AID_KEYS:
            QShortcut(QKeySequence(keys), self, self.acts.hear_first_aid)
        for key, name in ((CHECKIN_KEY, "checkin"), (COURSE_KEY, "course")):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(key), self.start, lambda name=name: self.go(name), context=context)
        self._keys = KeysCard(self)
        QShortcut(QKeySequence("?"), self, self._toggle_keys)
        QShortcut(QKeySequence("F11"), self, lambda: self.acts.do("full screen"))
        self.resize(1280, 720)
        self.setMinimumSize(960, 640)

    # Making

    def complete(self, workshop: Workshop) -> None:
        """Let the other pages be made, and make that of the session; called once the window is up."""
        from biofeedback.ui.rooms import Rooms

        self.workshop = workshop
        self.rooms = Rooms(self, workshop)
        self.rooms.session.show_model(None)  # so that the hard minute waits for nothing

    def take(self, page: Page) -> None:
        """A page was made: it gets its place and its look."""
        self.add(page)
        self.whose.name(page, self.whose.person)

    def settle(self) -> None:
        """Keep what was begun on any page, and do what could still have been undone."""
        for page in self.pages():
            page.settle()

    def let_begin(self) -> None:
        """It is known by now what is written down about who practises, or it cannot be: what was wished for begins."""
        self._may_begin = True
        if self._wish is not None:
            (exercise, ratings), self._wish = self._wish, None
            self.begin(exercise, ratings)

    def choose_person(self, name: str, because: str = "") -> None:
        """Let somebody else practise, once what was begun is kept for who practised until now.

        `because` is said then; where there are several people, one stays among them for it.
        """
        self.settle()
        if self.workshop is not None:
            self.rooms.forget()
            self.workshop.choose_person(name, because)

    def offer(self, exercises: Sequence[Exercise]) -> None:
        """Let these be offered, with what the settings say of them."""
        self.start.offer(exercises, self.settings)
        if self.workshop is not None and self.rooms.has("exercises"):
            self.rooms.exercises.offer(exercises, self.settings)
        self.refresh_settings()

    def ask_ahead(self) -> None:
        """Let the start page show what lies ahead today, once that is read; what the office asks for comes first."""
        self._asking.start()

    def _ask_ahead(self) -> None:
        if self.workshop is not None:
            from biofeedback.care.ahead import read_ahead

            self.workshop.ask(read_ahead, self._show_ahead, self.start.show_trouble)

    def _show_ahead(self, ahead: "Ahead") -> None:
        self.start.show_ahead(ahead)
        if self.settings.in_course != (ahead.today is not None):
            self.change_quietly(lambda settings: replace(settings, in_course=ahead.today is not None))

    def take_settings(self, settings: Settings) -> None:
        """The data are open, and with them what was chosen before; it is kept already."""
        if settings != self.settings:
            before, self.settings = self.settings, settings
            if settings.look != before.look:
                self._apply()
            self.start.refresh(settings)
            self.refresh_settings()

    def forget_way(self) -> None:
        """The start comes next, and no way leads back from it."""
        self._trail = []
        self.first = self.start

    def say(self, sentence: str) -> None:
        """Say something under the page; nothing of anybody while the data are locked."""
        super().say("" if self.door.locked else sentence)

    # Going about

    @property
    def on_session(self) -> bool:
        """Whether the page of the session is shown."""
        return self.shows("session")

    def shows(self, name: str) -> bool:
        """Whether a page is shown, by its name."""
        return (
            self.workshop is not None and self.rooms.has(name) and self.stack.currentWidget() is self.rooms.named(name)
        )

    @property
    def in_session(self) -> bool:
        """Whether a session is to be seen that has not ended."""
        return self.on_session and self.model is not None and self.model.ended is None

    def go(self, name: str, what: str = "") -> None:
        """Show a page by its name, and of what it has one thing by its id; while the data are locked, the door."""
        if self.workshop is None or self.door.locked:
            self.door.come_back()
            return
        self.say("")
        page = self.rooms.named(name)
        if name == "start":
            self.start.refresh(self.settings)
            self.ask_ahead()
            self.whose.ask()
            if self.rooms.has("head"):
                self.rooms.head.prepare(None, {})
        elif name == "exercises":
            self.rooms.exercises.refresh(self.settings)
            self.whose.ask()
        elif name == "strap":
            self.rooms.strap.show_chosen(self.settings.device_uri, self.settings.device_name)
            self.rooms.strap.show_band(self.settings.band_uri, self.settings.band_name)
        elif name == "history":
            self.workshop.read_history()
        elif name == "ladder":
            self.workshop.read_ladder()
        elif name == "people":
            self.settle()  # before anything becomes of whose it is
        self._follow(name)
        self.show_page(page)
        if what:
            page.turn_to(what)

    def _follow(self, name: str) -> None:
        """Remember the way, so that it can be gone back; the start and a session begin it anew."""
        if name in ("start", "session"):
            self._trail = []
        else:
            # Each page once, where it was come to last: from a session one gets back to the history it was opened from
            self._trail = [*(each for each in self._trail if each != name), name]

    def back(self) -> None:
        """One page back, at last to the start."""
        self._trail = self._trail[:-1]
        self.go(self._trail[-1] if self._trail else "start")

    def begin(self, exercise: Exercise, ratings: Mapping[str, int]) -> None:
        """Begin to practise with the strap that is chosen, after what is to be asked."""
        if self.workshop is None or not self._may_begin:
            self._wish = exercise, ratings
        else:
            self.rooms.threshold.step(exercise, ratings)

    def _toggle_keys(self) -> None:
        self._keys.toggle()

    def ratings_of(self, ident: str) -> Sequence[str]:
        """What an exercise asks before and after; nothing where it is not among those here."""
        return next((each.ratings for each in self.exercises if each.id == ident), ())

    def delete_session(self, session_id: str) -> None:
        """Delete the session that is shown, where it can be undone; no way leads back to it."""
        self._trail = [each for each in self._trail if each != "after"]
        self.go("history")
        self.rooms.history.delete(session_id)

    def begin_with(
        self,
        exercise: Exercise,
        device_uri: str,
        ratings: Mapping[str, int],
        *,
        at_once: bool = False,
        sent_as: str = "",
    ) -> None:
        """Begin to practise with a certain device: with its first beat or soon without one, or at once.

        It is sent to the network by the name that was asked for, or by its usual one where that is chosen.
        While the data are locked, it is practised without a strap, and nothing of it is kept.
        """
        if self.workshop is None:
            return
        from biofeedback.ui.model import SessionModel
        from biofeedback.ui.worn import has_strap

        self.start.show_trouble("")
        self.start.forget_choice()
        self.say("")
        self.practised = exercise.id
        self.ahead = self.start.ahead
        self.model = SessionModel(self._clock, with_strap=has_strap(device_uri))
        self.rooms.session.show_model(self.model)
        self.show_page(self.rooms.session)
        self.unkept = self.door.locked
        if self.unkept:
            self.workshop.start_unkept(exercise)
        else:
            patience_s = 0.0 if at_once else PATIENCE_S
            sent_as = sent_as or (OWN_NAME if self.settings.lsl_out else "")
            self.workshop.start_session(exercise, device_uri, ratings, patience_s, sent_as)

    # Remembering

    def _remember(self, settings: Settings) -> None:
        self.settings = settings
        self._keep(settings, self.whose.person)

    def change_quietly(self, change: Callable[[Settings], Settings]) -> None:
        """Remember what changes neither look nor sound."""
        self._remember(change(self.settings))
        self.refresh_settings()

    def tell_sound_trouble(self, sentence: str) -> None:
        """Say that there is trouble with the sound, in the session and beside its settings."""
        self.sound_trouble = sentence
        self.rooms.session.show_sound_trouble(sentence)
        if self.rooms.has("settings"):
            self.rooms.settings.sound.show_trouble(sentence)

    def refresh_settings(self) -> None:
        """Where there is a page of the settings by now, it shows them as they are."""
        if self.workshop is not None and self.rooms.has("settings"):
            self.rooms.settings.refresh(self.settings)

    def change_settings(self, settings: Settings) -> None:
        before = self.settings
        self._remember(settings)
        if self.workshop is not None and settings.sound_settings != before.sound_settings:
            self.workshop.choose_sound(settings.sound_settings)
        if settings.look != before.look:
            self._apply()

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = self.stack.currentWidget()
        if event.key() == Qt.Key.Key_Escape and page not in (self.start, self.welcome) and not self.on_session:
            self.back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settle()
        super().closeEvent(event)
        QApplication.quit()
