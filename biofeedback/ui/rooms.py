"""The pages besides the first two: each is made when it is first asked for, and loads what it needs then."""

from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from biofeedback.ui.parts.page import Page

if TYPE_CHECKING:
    from biofeedback.ui.calls import Workshop
    from biofeedback.ui.pages.after import AfterPage
    from biofeedback.ui.pages.backups import BackupsPage
    from biofeedback.ui.pages.bodymap import BodyMapPage
    from biofeedback.ui.pages.checkin import CheckinPage
    from biofeedback.ui.pages.course import CoursePage
    from biofeedback.ui.pages.diary import DiaryPage
    from biofeedback.ui.pages.evidence import EvidencePage
    from biofeedback.ui.pages.exercises import ExercisesPage
    from biofeedback.ui.pages.head import HeadPage
    from biofeedback.ui.pages.history import HistoryPage
    from biofeedback.ui.pages.ladder import LadderPage
    from biofeedback.ui.pages.lessons import LessonsPage
    from biofeedback.ui.pages.people import PeoplePage
    from biofeedback.ui.pages.profile import ProfilePage
    from biofeedback.ui.pages.progress import ProgressPage
    from biofeedback.ui.pages.protection import ProtectionPage
    from biofeedback.ui.pages.questionnaires import QuestionnairesPage
    from biofeedback.ui.pages.report import ReportPage
    from biofeedback.ui.pages.session import SessionPage
    from biofeedback.ui.pages.settings import SettingsPage
    from biofeedback.ui.pages.strap import StrapPage
    from biofeedback.ui.pages.unwell import UnwellPage
    from biofeedback.ui.threshold import Threshold
from biofeedback.ui.window import Window

Made = TypeVar("Made", bound=Page)
OF_NOBODY = ("session", "settings", "backups", "strap", "head", "unwell", "people")
"""Pages that tell nothing of a person, or are told themselves when another practises."""


class Rooms:
    """Makes the pages of a window.

    Parameters
    ----------
    window : Window
        Takes each page into its stack, and does what is pressed there.
    workshop : Workshop
    """

    def __init__(self, window: "Window", workshop: "Workshop") -> None:
        self._window, self._workshop = window, workshop
        self._ways = window.ways
        self._left: list[Page] = []

    def named(self, name: str) -> Page:
        """A page by the name by which others lead to it."""
        page: Page = self._window.start if name == "start" else getattr(self, name)
        return page

    def has(self, name: str) -> bool:
        """Whether a page was made by now."""
        return name in vars(self)

    def forget(self) -> None:
        """Somebody else practises: what tells of a person is made anew when it is next asked for."""
        shown = self._window.stack.currentWidget()
        for name in [name for name in vars(self) if not name.startswith("_") and name not in OF_NOBODY]:
            made = vars(self)[name]
            page = made.page if name == "threshold" else made
            if page is not shown:
                del vars(self)[name]
                self._window.stack.removeWidget(page)
                page.setParent(None)
                self._left.append(page)
        left = tuple(self._left)  # until all that they asked for is answered
        self._workshop.ask(lambda store, person: None, lambda _: self._delete(left))

    def _delete(self, left: tuple[Page, ...]) -> None:
        for page in left:
            if page in self._left:
                self._left.remove(page)
                page.deleteLater()

    def _take(self, page: Made) -> Made:
        self._window.take(page)
        return page

    def tell_folder(self, page: "SettingsPage") -> None:
        """Let the settings say where the data are and how they are protected, where that is known by now."""
        folder, protection = self._window.folder, self._window.protection
        if folder is not None and protection is not None:
            page.show_folder(folder, protection.sentence)

    @cached_property
    def session(self) -> "SessionPage":
        from biofeedback.ui.pages.session import SessionPage

        window, workshop = self._window, self._workshop
        return self._take(
            SessionPage(
                *window.look,
                window.acts.do,
                workshop.answer,
                workshop.mark,
                lambda: window.settings.picture,
                workshop.take_strap,
            )
        )

    @cached_property
    def after(self) -> "AfterPage":
        from biofeedback.ui.pages.after import AfterPage

        window = self._window
        return self._take(AfterPage(*window.look, self._workshop.rate, self._ways, window.delete_session))

    @cached_property
    def backups(self) -> "BackupsPage":
        from biofeedback.ui.pages.backups import BackupsPage

        return self._take(BackupsPage(self._workshop.ask, self._ways))

    @cached_property
    def bodymap(self) -> "BodyMapPage":
        from biofeedback.ui.pages.bodymap import BodyMapPage

        return self._take(BodyMapPage(*self._window.look, self._workshop.ask, self._ways))

    @cached_property
    def checkin(self) -> "CheckinPage":
        from biofeedback.ui.pages.checkin import CheckinPage

        return self._take(CheckinPage(self._workshop.ask, self._ways))

    @cached_property
    def course(self) -> "CoursePage":
        from biofeedback.ui.pages.course import CoursePage

        return self._take(CoursePage(self._workshop.ask, self._ways))

    @cached_property
    def diary(self) -> "DiaryPage":
        from biofeedback.ui.pages.diary import DiaryPage

        return self._take(DiaryPage(self._workshop.ask, self._ways))

    @cached_property
    def evidence(self) -> "EvidencePage":
        from biofeedback.ui.pages.evidence import EvidencePage

        return self._take(EvidencePage(self._workshop.ask, self._ways))

    @cached_property
    def exercises(self) -> "ExercisesPage":
        from biofeedback.ui.pages.exercises import ExercisesPage

        window = self._window
        return self._take(
            ExercisesPage(
                window.whose.offered, window.settings, window.wishes.choose, window.change_quietly, self._ways
            )
        )

    @cached_property
    def head(self) -> "HeadPage":
        from biofeedback.ui.pages.head import HeadPage

        window = self._window
        return self._take(
            HeadPage(
                window.tokens(),
                lambda: window.settings,
                window.wishes.begin_worn,
                self._workshop.feel,
                window.wishes.know_electrodes,
                self._ways,
            )
        )

    @cached_property
    def history(self) -> "HistoryPage":
        from biofeedback.ui.pages.history import HistoryPage

        workshop = self._workshop
        return self._take(HistoryPage(*self._window.look, workshop.read_session, workshop.delete_sessions, self._ways))

    @cached_property
    def ladder(self) -> "LadderPage":
        from biofeedback.ui.pages.ladder import LadderPage

        window = self._window
        return self._take(
            LadderPage(*window.look, self._workshop.change_ladder, window.wishes.climb, self._ways, window.whose.person)
        )

    @cached_property
    def lessons(self) -> "LessonsPage":
        from biofeedback.ui.pages.lessons import LessonsPage

        window = self._window
        return self._take(LessonsPage(*window.look, self._workshop, window.wishes.choose, self._ways))

    @cached_property
    def people(self) -> "PeoplePage":
        from biofeedback.ui.pages.people import PeoplePage

        window = self._window
        return self._take(PeoplePage(self._workshop.ask, window.choose_person, self._ways))

    @cached_property
    def profile(self) -> "ProfilePage":
        from biofeedback.ui.pages.profile import ProfilePage

        window = self._window
        return self._take(
            ProfilePage(
                window.exercises, self._workshop.ask, window.whose.show_profile, window.choose_person, self._ways
            )
        )

    @cached_property
    def progress(self) -> "ProgressPage":
        from biofeedback.ui.pages.progress import ProgressPage

        workshop = self._workshop
        return self._take(ProgressPage(*self._window.look, workshop.ask, workshop.read_session, self._ways))

    @cached_property
    def protection(self) -> "ProtectionPage":
        from biofeedback.ui.pages.protection import ProtectionPage

        workshop, window = self._workshop, self._window
        return self._take(
            ProtectionPage(
                workshop.ask,
                workshop.set_passphrase,
                workshop.remove_passphrase,
                window.door.lock_now,
                window.door.lock_after,
                window.settings.lock_after_min,
                self._ways,
            )
        )

    @cached_property
    def questionnaires(self) -> "QuestionnairesPage":
        from biofeedback.ui.pages.questionnaires import QuestionnairesPage

        return self._take(QuestionnairesPage(self._workshop.ask, self._ways))

    @cached_property
    def report(self) -> "ReportPage":
        from biofeedback.ui.pages.report import ReportPage

        return self._take(ReportPage(self._workshop.ask, self._ways))

    @cached_property
    def settings(self) -> "SettingsPage":
        from biofeedback.ui.pages.settings import SettingsPage

        window = self._window
        page = SettingsPage(
            window.settings, window.change_settings, self._ways, self._workshop.listen, window.office_asked.emit
        )
        self.tell_folder(page)
        page.sound.show_trouble(window.sound_trouble)
        return self._take(page)

    @cached_property
    def strap(self) -> "StrapPage":
        from biofeedback.ui.pages.strap import StrapPage

        window, workshop = self._window, self._workshop
        return self._take(
            StrapPage(
                window.tokens(),
                window.wishes.choose_strap,
                window.wishes.choose_band,
                workshop.scan,
                workshop.feel,
                workshop.look_for_streams,
                self._ways,
            )
        )

    @cached_property
    def threshold(self) -> "Threshold":
        from biofeedback.ui.threshold import Threshold

        window = self._window
        made = Threshold(
            lambda: window.settings,
            window.change_quietly,
            window.wishes.begin_asked,
            window.show_page,
            self._ways,
            _today,
        )
        self._take(made.page)
        return made

    @cached_property
    def unwell(self) -> "UnwellPage":
        from biofeedback.ui.pages.unwell import UnwellPage

        return self._take(UnwellPage(self._window.go))


def _today() -> date:
    return datetime.now().astimezone().date()
