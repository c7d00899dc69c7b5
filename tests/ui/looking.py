"""Every page of the window as a person may meet it, to be looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget

from biofeedback.app import Application
from biofeedback.care.ahead import Ahead, Read
from biofeedback.care.plan import begin_course, keep_plan, read_plan, with_goals
from biofeedback.storage.database import Store
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.records import PersonRow, Rated, SessionRow
from biofeedback.theme import THEMES, Sizes
from biofeedback.ui.dressed import sizes_in
from biofeedback.ui.messages import HeadFelt, SeenBand, SeenStrap
from biofeedback.ui.parts.basics import Title
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.person import PersonName
from devices.preflight import Preflight, at_hand
from protocols.courses.library import find_course
from protocols.library import find_exercise, load_library
from protocols.safety import CHECKS
from tests.ui.conftest import wait_until

Visit = tuple[str, QWidget]
STRAPS = (SeenStrap("Polar H10 0A1B2C3D", "AA:BB", -55), SeenStrap("A strap with a rather long name", "CC:DD", -85))
BANDS = (SeenBand("eeg:muse?address=AA", "MuseS-AB12", -85), SeenBand("eeg:muse?address=BB", "A long name & more " * 3))
SESSIONS = [
    SessionRow(
        name, f"2026-11-{day:02d}T12:00:00+00:00", "return-to-activity",
        "Returning to an activity, one small step at a time", "", "sim:", simulated, 600.0, False, False,
    )
    for name, day, simulated in (("a", 25, False), ("b", 25, True), ("c", 24, False), ("d", 2, False))
]  # fmt: skip
SIZES = ((960, 640), (1280, 720), (1920, 1080), (2560, 1440))
SCALES_PERCENT = (100, 150, 175)
MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Look:
    """A window of a size, in a theme, with type of the size that was chosen."""

    size: tuple[int, int]
    scale_percent: int
    theme: str


def _looks() -> list[list[Look]]:
    """Every size of window with type of every size; where two sizes of type come out alike in one, once.

    Those with type of one size are together, for another one dresses every widget anew. Each theme is seen; no width or
    height depends on it.
    """
    alike: dict[Sizes, dict[tuple[int, int], int]] = {}
    for size in SIZES:
        for scale_percent in SCALES_PERCENT:  # in a large window type has grown to its largest already
            alike.setdefault(sizes_in(*size, scale_percent), {}).setdefault(size, scale_percent)
    themes = zip(alike.values(), cycle(THEMES), strict=False)
    return [[Look(*each, theme) for each in windows.items()] for windows, theme in themes]


LOOKS = _looks()


def look_like(application: Application, look: Look) -> None:
    """Dress the window once."""
    window = application.window
    window.change_quietly(lambda kept: replace(kept, theme=look.theme, scale_percent=look.scale_percent))
    window.resize(*look.size)
    window._apply()
    settle()


def walk(application: Application) -> Iterator[Visit]:
    """Go through every page but those of a session, with all that opens open."""
    window = application.window
    for name, prepared in {**_PAGES, **_QUESTIONS}.items():
        prepared(application)
        answered(application)
        settle()
        page = window.stack.currentWidget()
        assert page is not None
        for drawer in page.findChildren(Drawer):
            if drawer.isVisible():
                drawer.open()
        settle()
        yield name, page
        for drawer in page.findChildren(Drawer):
            drawer.open(opened=False)


def answered(application: Application) -> None:
    """Wait until all that the pages asked for is there: what comes later may move what is looked at."""
    done: list[bool] = []
    application.workshop.ask(lambda store, person: True, done.append)
    wait_until(lambda: done)


def settle() -> None:
    """Let Qt lay out until nothing has moved three times; what moves all the time is not waited for."""
    places: list[QRect] = []
    n_still = n_rounds = 0
    while n_still < 3 and n_rounds < MOST_ROUNDS:
        QApplication.processEvents()
        now = [each.geometry() for each in QApplication.allWidgets() if each.isVisible()]
        n_still = n_still + 1 if now == places else 0
        places, n_rounds = now, n_rounds + 1


def _start(application: Application) -> None:
    application.window.door.unlock(application.window.first)
    application.window.go("start")


def _locked(application: Application) -> None:
    application.window.door.lock("That is not the passphrase of these data. Try again, or use the recovery key.")


def _protection(application: Application) -> None:
    application.window.door.unlock(application.window.first)
    application.window.go("protection")
    application.window.rooms.protection.recovery.setText(DataKey.new().recovery)


def _about_movement(application: Application) -> None:
    application.window.go("start")
    application.window.start.choose("return-to-activity")


def _strap(application: Application) -> None:
    application.window.go("strap")
    page = application.window.rooms.strap
    page.show_straps(STRAPS)
    page.bands.show_bands(BANDS)
    page._show_steps(shown=True)
    page.steps.show_steps(Preflight(0.0).steps(11.0), ("Its battery is nearly empty (4 %): have a new one at hand.",))
    page.pulse.seek(at_hand(Preflight(0.0).steps(11.0)).sentence)


def _head(application: Application) -> None:
    window = application.window
    window.change_quietly(lambda kept: replace(kept, band_uri="sim:head?seed=9", band_name="A band with a long name"))
    window.go("start")
    page = window.rooms.head
    page.prepare(find_exercise("still-and-awake"), {})
    window.show_page(page)
    page.leave()
    names = ("Fp1", "Fp2", "TP9", "Cz", "O1", "O2", "An odd name that is long", "P3")
    reasons = ("", "", "filters settling", "electrode loose", "flat", "line noise", "", "clipped")
    page.show_felt(HeadFelt(page._uri, (), tuple(zip(names, reasons, strict=True)), True, 4))


def _no_band(application: Application) -> None:
    window = application.window
    window.change_quietly(lambda kept: replace(kept, band_uri="", band_name="", band_electrodes=()))
    window.rooms.head.prepare(find_exercise("alpha-rest"), {})
    window.show_page(window.rooms.head)


def _ladder(application: Application) -> None:
    window = application.window
    window.go("ladder")


def _people(application: Application) -> None:
    window = application.window
    window.go("people")
    rows = [
        PersonRow(name, archived, n, "2026-11-25T12:00:00+00:00" if n else None)
        for name, archived, n in (("Ana", False, 12), ("A person with a rather long name", True, 0), ("Ben", False, 1))
    ]
    wait_until(lambda: window.rooms.people.read)
    window.rooms.people.show_people("Ana", rows, "Ben")
    window.rooms.people.rename.click()
    window.rooms.people.everything.delete.click()


def _lessons(ident: str) -> Callable[[Application], None]:
    def prepare(application: Application) -> None:
        page = application.window.rooms.lessons
        page.lesson = None
        application.window.go("lessons")
        wait_until(lambda: page._shelf is not None)
        page.open(ident)

    return prepare


def _form(ident: str) -> Callable[[Application], None]:
    def prepare(application: Application) -> None:
        page = application.window.rooms.questionnaires
        application.window.go("start")
        page._forms = None
        application.window.go("questionnaires")
        wait_until(lambda: page._forms is not None)
        if ident == "pattern":
            page.open_pattern()
        elif ident:
            page.open(ident)

    return prepare


def _shown(name: str) -> Callable[[Application], None]:
    def prepare(application: Application) -> None:
        window = application.window
        window.show_page(window.welcome if name == "welcome" else window.rooms.named(name))

    return prepare


def _asks(application: Application) -> None:
    threshold = application.window.rooms.threshold
    threshold._ask(find_exercise("paced-breathing"), tuple(CHECKS))


def _advises(stops: bool) -> Callable[[Application], None]:
    cautions = tuple(each for each, check in CHECKS.items() if stops or not check.stops)
    return lambda application: application.window.rooms.threshold._advise(find_exercise("paced-breathing"), cautions)


def _history(application: Application) -> None:
    window = application.window
    window.show_page(window.rooms.history)
    window.rooms.history.show_rows(SESSIONS, {"a": Rated({"pain": 6, "tension": 4}, {"pain": 4, "tension": 4})})


def _first_steps(application: Application) -> None:
    window = application.window
    window.change_quietly(lambda settings: replace(settings, settled_in=False))
    window.go("start")
    window.start.show_ahead(Ahead(None, lesson=Read("pain-is-real", "Pain is real, and the brain makes it")))


def _in_course(name: str) -> Callable[[Application], None]:
    def prepare(application: Application) -> None:
        window, begun = application.window, []
        course = find_course("four-weeks", {each.id: each for each in load_library()})

        def begin(store: Store, person: str) -> None:
            if read_plan(store, person) is None:
                keep_plan(store, person, with_goals(begin_course(store, person, course), ["Walk to the lake and back"]))

        application.workshop.ask(begin, begun.append)
        wait_until(lambda: begun)
        window.start.ahead = None
        window.start.forget_choice()
        window.go("start")
        wait_until(lambda: window.start.ahead is not None)
        window.go(name)
        if name == "course":
            wait_until(lambda: window.rooms.course._begin_it is not None)

    return prepare


_PAGES: dict[str, Callable[[Application], None]] = {
    "start": _start,
    "start, first steps": _first_steps,
    "start, with a ladder": _about_movement,
    "exercises": lambda application: application.window.go("exercises"),
    "strap": _strap,
    "head": _head,
    "head, without a band": _no_band,
    "history": _history,
    "settings": lambda application: application.window.go("settings"),
    "backups": lambda application: application.window.go("backups"),
    "ladder": _ladder,
    "people": _people,
    "profile": lambda application: application.window.go("profile"),
    "bodymap": lambda application: application.window.go("bodymap"),
    "evidence": lambda application: application.window.go("evidence"),
    "progress": lambda application: application.window.go("progress"),
    "report": lambda application: application.window.go("report"),
    "diary": lambda application: application.window.go("diary"),
    "checkin": lambda application: application.window.go("checkin"),
    "course": lambda application: application.window.go("course"),
    "lessons": _lessons(""),
    "lesson": _lessons("back-to-movement"),
    "questionnaires": _form(""),
    "a question of numbers": _form("peg"),
    "a question of words": _form("phq-8"),
    "pattern check": _form("pattern"),
    "start, in a course": _in_course("start"),
    "course, begun": _in_course("course"),
    "locked": _locked,
    "protection": _protection,
    "welcome": _shown("welcome"),
    "unwell": _shown("unwell"),
}
_QUESTIONS: dict[str, Callable[[Application], None]] = {
    "questions": _asks,
    "advice": _advises(stops=False),
    "not this one": _advises(stops=True),
}


def fill_ladder(application: Application) -> None:
    """Steps for the ladder, one of them long."""
    window = application.window
    for text, distress in (
        ("Stand up from a chair, three times", 2),
        ("Walk to the corner shop and carry a small bag home, slowly and with a rest on the bench", 6),
    ):
        application.workshop.change_ladder(
            lambda ladders, text=text, distress=distress: ladders.add("", text, distress)
        )
    window.go("ladder")


# What is to be seen of words


def texts_of(page: QWidget) -> list[QLabel | QPushButton]:
    """All that carries words and is to be seen."""
    found = [*page.findChildren(QLabel), *page.findChildren(QPushButton)]
    return [each for each in found if each.isVisible() and each.text() and not each.visibleRegion().isEmpty()]


def extent(widget: QLabel | QPushButton) -> QRect:
    """What the words take up, from the upper left of the widget on."""
    metrics, room = widget.fontMetrics(), room_of(widget)
    if isinstance(widget, QLabel):
        flags = int(widget.alignment())
        if widget.wordWrap():
            flags |= Qt.TextFlag.TextWordWrap.value
        else:
            flags |= Qt.TextFlag.TextSingleLine.value
        return metrics.boundingRect(room, flags, widget.text())
    return metrics.boundingRect(room, Qt.AlignmentFlag.AlignCenter.value, widget.text())


def room_of(widget: QLabel | QPushButton) -> QRect:
    """What words may take up."""
    if isinstance(widget, QLabel):
        return widget.contentsRect()
    from PySide6.QtWidgets import QStyle, QStyleOptionButton

    option = QStyleOptionButton()
    widget.initStyleOption(option)
    room = widget.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, widget)
    if not widget.icon().isNull():
        room.setLeft(room.left() + widget.iconSize().width())
    return room


def cut(widget: QLabel | QPushButton) -> str:
    """What is wrong with the room of a text; empty where nothing is."""
    if isinstance(widget, Title | PersonName):  # which tell by dots that they are cut
        return ""
    taken, room = extent(widget), room_of(widget)
    if taken.width() > room.width() + 1:
        return f"'{widget.text()}' needs {taken.width()} px of width and has {room.width()}"
    if taken.height() > room.height() + 1:
        return f"'{widget.text()}' needs {taken.height()} px of height and has {room.height()}"
    return _outside(widget, taken)


def _outside(widget: QWidget, taken: QRect) -> str:
    """Whether words stick out of something that they are in; what scrolls is as large as it likes."""
    child, free, sideways = widget, False, False
    while (parent := child.parentWidget()) is not None and not parent.isWindow():
        if isinstance(around := parent.parentWidget(), QScrollArea):
            free = True
            sideways = sideways or around.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        there = QRect(widget.mapTo(parent, taken.topLeft()), taken.size())
        room = parent.rect()
        if not sideways and (there.left() < -1 or there.right() > room.right() + 1):
            return f"'{_text(widget)}' sticks out at the side of {type(parent).__name__}"
        if not free and (there.top() < -1 or there.bottom() > room.bottom() + 1):
            return f"'{_text(widget)}' sticks out of {type(parent).__name__}"
        child = parent
    return ""


def _text(widget: QWidget) -> str:
    return str(widget.text())  # type: ignore[attr-defined]


def overlaps(page: QWidget) -> list[str]:
    """Words that lie over other words."""
    places: list[tuple[str, QRect]] = []
    for widget in texts_of(page):
        seen = widget.visibleRegion().boundingRect().intersected(extent(widget).adjusted(1, 2, -1, -2))
        places.append((widget.text(), QRect(widget.mapTo(page, seen.topLeft()), seen.size())))
    return [
        f"'{text}' lies over '{other}'"
        for i, (text, place) in enumerate(places)
        for other, beside in places[i + 1 :]
        if place.intersects(beside)
    ]


def place_in(widget: QWidget, page: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def without_room(name: str, page: QWidget) -> list[str]:
    """Words of a page that are cut or lie over others."""
    cuts = [trouble for widget in texts_of(page) if (trouble := cut(widget))]
    return [f"{name}: {trouble}" for trouble in (*cuts, *overlaps(page))]
