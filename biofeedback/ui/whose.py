"""Whose practice it is: the name on the pages, the settings, and what is written down about who practises."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.ui.cautions import FIRST_AID, with_written
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.person import PersonName
from biofeedback.ui.settings import Settings
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.care.profile import Profile
    from biofeedback.care.who import Who
    from biofeedback.ui.window import Window

OF_SESSIONS = ("after", "history", "report", "progress", "evidence", "course", "ladder")
"""Pages that tell of sessions; on others, what was begun goes on."""


class Whose:
    """Lets a window be that of one person at a time.

    Parameters
    ----------
    window : Window
    person : str
        Who practises; empty for whoever is at home.
    recall : callable
        Gives the settings of somebody by their name.

    Attributes
    ----------
    offered : sequence of Exercise
        Those of all exercises that are offered to who practises.
    """

    def __init__(self, window: "Window", person: str, recall: Callable[[str], Settings]) -> None:
        self._window, self._recall = window, recall
        self.person = person
        self.offered: Sequence[Exercise] = window.exercises
        self._among_others = False

    def change(self, who: "Who", because: str) -> None:
        """Somebody else practises from now on: nothing of another is to be seen or heard any more."""
        window = self._window
        window.settings = window.settings.of_another(self._recall(who.name))
        window.start.show_trouble("")
        window.start.forget()
        self.show(who)
        if not window.on_session:
            window.go("people" if because and (who.among_others or window.shows("people")) else "start")
        window.say(because)
        window.rooms.forget()
        if not window.on_session:
            window.rooms.session.show_model(None)
        if window.stack.currentWidget() is not window.start:  # it was refreshed as one came to it
            window.start.refresh(window.settings)

    def tell_moved(self) -> None:
        """A session is of somebody else than before: what tells of the sessions of who practises is made anew."""
        window = self._window
        if window.workshop is not None and not window.in_session:
            if window.stack.currentWidget() is window.start or any(map(window.shows, OF_SESSIONS)):
                window.go("start")
            window.rooms.forget()

    def ask(self) -> None:
        """Read anew what is written down: it may have been changed elsewhere."""
        if self._window.workshop is not None:
            from biofeedback.care.who import read_who

            self._window.workshop.ask(read_who, self.show)

    def show(self, who: "Who") -> None:
        """Say whose practice it is, quietly; nothing for whoever is at home."""
        self.person, self._among_others = who.name, who.among_others
        self.show_name()
        self.show_profile(who.profile)

    def show_name(self) -> None:
        """Say it on every page."""
        window = self._window
        shown = "" if window.door.locked else self.person
        window.setWindowTitle(f"Biofeedback \u2013 {shown}" if shown else "Biofeedback")
        for page in window.pages():
            if not (window.shows("after") and page is window.stack.currentWidget()):  # it tells of a session of its own
                self.name(page, self.person)

    def name(self, page: Page, name: str) -> None:
        """Say on a page whose it is; where there are several people, that leads to them."""
        name = "" if self._window.door.locked else name
        for shown in page.findChildren(PersonName):
            shown.show_name(name, among_others=self._among_others and not self._window.door.locked)

    def show_profile(self, profile: "Profile") -> None:
        """What is written down about who practises counts from now on: what is offered, and what needs care."""
        window, every = self._window, self._window.exercises
        offered = [each for each in every if each.id in profile.offered]
        always = [each for each in every if each.id == FIRST_AID and each not in offered]
        self.offered = [*offered, *always] if profile.offered and (offered or always) else every
        before = window.settings
        window.settings = replace(before, answers=with_written(before.answers, profile.conditions))
        window.offer(self.offered)
