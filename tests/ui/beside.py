"""The windows that stand beside the person's, as a clinician and a group may meet them, to be looked at."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QMainWindow

from biofeedback.app import Application
from biofeedback.care.ahead import Ahead
from biofeedback.care.profile import Profile
from biofeedback.care.visit import Listed, Visit
from biofeedback.exchange.practice_file import Brought, Sender
from biofeedback.reports.batch import UNFORESEEN, Batch, Failed, Missing
from biofeedback.session.events import Ended, Quality
from biofeedback.session.kept.beside import Beside as Both
from biofeedback.session.kept.beside import Side
from biofeedback.session.pacing import PacerTrack
from biofeedback.session.several.tile import Tile
from biofeedback.session.summary import Excluded, SessionSummary
from biofeedback.storage.moving.taking_in import Conflict
from biofeedback.storage.moving.transfer import Taken
from biofeedback.storage.records import UNWELL, PersonRow, SessionRow
from biofeedback.ui.office.group import GroupModel, GroupWindow
from biofeedback.ui.office.log import Mark
from biofeedback.ui.office.review import Reviewed
from biofeedback.ui.office.shared_breath import SharedBreathWindow
from biofeedback.ui.office.window import OfficeWindow
from biofeedback.ui.words import paperwork as words
from devices.clock import Clock
from tests.ui import looking
from tests.ui.folded import Folded
from tests.ui.looking import answered
from tests.ui.plots.test_ecg_trace import heard
from tests.ui.words.test_words import summary

LONG = "Returning to an activity, one small step at a time"
SESSIONS = tuple(
    SessionRow(name, "2026-11-25T12:00:00+00:00", "return-to-activity", LONG, "", "sim:", True, 600.0, False, False)
    for name in ("a", "b")
)
VISIT = Visit(
    "Ana", SESSIONS, {"a": "Calmer than last week, and wants to go on."}, Ahead(None), ("PEG", "GAD-7"),
    Profile(notes="Comes on Thursdays.", conditions=("holds",)),
)  # fmt: skip
PEOPLE = [Listed(PersonRow(name, False, 3, None), due=name == "Ana", here=False) for name in ("Ana", "P-0042")]
SESSION = summary(2.0, 8.0, person="Ana", excluded=(Excluded(20.0, 40.0, "talked"),))
ENDED = Ended(60.0, "s", "done", failed=False, saved=True)
OTHER = summary(2.0, 6.0, person="Ana", session_id="other", exercise_title=LONG, exercise="other", device="ble:C4:43")
TILES = (
    Tile("P1", 64.0, Quality.GOOD, "Slow breathing"),
    Tile("Somebody with a name", None, Quality.LOST, "Slow breathing"),
    Tile("P3", 58.0, Quality.NO_CONTACT, ""),
    Tile("P4", ended=ENDED),
    Tile("P5", ended=replace(ENDED, saved=False)),
    Tile("P6", ended=replace(ENDED, cause=UNWELL)),
)


BROUGHT = Brought(
    "Ana", "Bruno", "2026-11-25T12:00:00+00:00", "KQAD-797Q-JPFB-34AD", Sender.CHANGED,
    Taken(3, 1, 12, 0, 2, [Conflict("check-in of 2026-11-20, pain", "7 here, 4 in the file")]),
)  # fmt: skip
BATCH = Batch(
    missing=[Missing("Ana", "questionnaire", "peg was offered by the plan and not filled in")],
    failed=[Failed("Somebody with a name", UNFORESEEN)],
)


def side(told: SessionSummary, source: str) -> Side:
    return Side(told, PacerTrack(), source, in_group=source == "two")


class Beside:
    """The office window, a group's and the breath of its room, with everything that each can show."""

    def __init__(self, shown: Application) -> None:
        self._shown = shown
        window, folded = shown.window, Folded()
        for _ in range(30):
            folded.beat()
        heard(8, folded)
        self.session = folded.model
        self.office = OfficeWindow(window, shown.workshop, shown._folder)
        self.group = GroupModel(Clock(0), [tile.called for tile in TILES], in_step=True)
        self.tiles = GroupWindow(
            window.settings, LONG, self.group, lambda what: None, lambda number: None, lambda number, note: None
        )
        self.breath = SharedBreathWindow(window.settings, folded.model)
        self.windows: tuple[QMainWindow, ...] = (self.office, self.tiles, self.breath)

    def close(self) -> None:
        for window in self.windows:
            window.hide()
            window.deleteLater()

    def walk(self, size: tuple[int, int]) -> Iterator[looking.Visit]:
        """Go through all that they show, dressed as the person's window is."""
        for window in (self.tiles, self.breath):
            window.settings = self._shown.window.settings
            window.resize(*size)
            window._apply()
        self.office.resize(*size)
        for each in self.windows:
            each.show()
        for name in ("nobody", "sheet", "running", "after", "review", "sides", "paperwork", "paperwork_asked"):
            getattr(self, f"_{name}")()
            looking.settle()
            yield f"office, {name}", self.office.centralWidget()
        yield from self._group()

    def _nobody(self) -> None:
        self.office._clear()
        self.office.people.show_people(PEOPLE, "Ana")
        self.office.say("A session is running. End it first: it belongs to the person it was begun with.")

    def _sheet(self) -> None:
        office = self.office
        office.say("")
        office.sheet.show_visit(VISIT, self._shown.window.whose.offered, self._shown.window.settings)
        office.centre.setCurrentWidget(office.sheet)

    def _running(self) -> None:
        office = self.office
        office._show_session(self.session)
        office.log.marks.append(Mark(10.0, "coughed"))
        office.told_log.appendPlainText("00:10 marker: coughed")
        office.instrument.refresh()
        office.controls.refresh()

    def _after(self) -> None:
        self.office.closing.show_summary(SESSION)
        self.office.closing.say("The report is in /home/ana/biofeedback/reports/session-2026-11-26.pdf")
        self.office.centre.setCurrentWidget(self.office.closing)

    def _review(self) -> None:
        self.office.review._show(Reviewed(SESSION, PacerTrack(), [("00:20", "sighed")]))
        self.office.centre.setCurrentWidget(self.office.review)

    def _sides(self) -> None:
        review = self.office.review
        review.sides._show(Both(side(SESSION, "one"), side(OTHER, "two"), recut=False))
        review.setCurrentWidget(review.sides)

    def _paperwork(self) -> None:
        office = self.office
        office.show_paperwork()
        answered(self._shown)
        paperwork = office.paperwork
        paperwork.show_person("Ana")
        paperwork.files.say(words.brought(BROUGHT, done=True))
        paperwork.batch._begin_with(["Ana", "Somebody with a name"])
        paperwork.batch._turn += 1
        paperwork.batch.missing.setText(words.batch_lines(BATCH))
        paperwork.overview.say(words.TABLE_WRITTEN.format(12, "/home/ana/overview-2026-11-26.csv"))

    def _paperwork_asked(self) -> None:
        paperwork = self.office.paperwork
        paperwork.batch.say(words.MADE.format(1, 2, "/home/ana/biofeedback/reports/2026-11-26"))
        paperwork.files.open(Path("/home/ana/a practice file with a rather long name.practice"))

    def _group(self) -> Iterator[looking.Visit]:
        page, group = self.tiles.page, self.group
        group.tiles = list(TILES)
        page.refresh()
        looking.settle()
        yield "group", page
        for name, number in (("group, asked", None), ("group, asked for one", 1)):
            page._ask(number)
            looking.settle()
            yield name, page
        page._answer(ends=False)
        self.breath.breath._write()
        looking.settle()
        yield "breath of the room", self.breath.breath
