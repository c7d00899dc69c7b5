"""The card of reports: what is chosen is written, a file that is there is asked about, and what goes wrong is said."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback.care.checkin import keep_day
from biofeedback.reports.wanted import About
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.theme import MORNING_PAPER, Sizes, style_sheet
from biofeedback.typeface import load_typeface
from biofeedback.ui.parts.report_card import ReportCard
from biofeedback.ui.words import report as words
from tests.reports.weeks import FIRST, keep_session
from tests.ui.using import buttons, press, texts


class Desk:
    """A card, whose reports are written in a thread as in the window, and the file that is chosen next."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self.out = store, folder / "mine"
        self.named: list[str] = []
        self.card = ReportCard(self._ask, self._choose)
        self.card.show()

    def _choose(self, name: str) -> Path:
        self.named.append(name)
        return self.out

    def _ask(
        self, work: Callable[[Store, str], Any], then: Callable[[Any], None], refused: Callable[[str], None] | None
    ) -> None:
        told: list[Callable[[], None]] = []

        def write() -> None:
            try:
                found = work(self._store, "")
                told.append(lambda: then(found))
            except (StoreError, ValueError) as error:
                sentence = str(error)
                assert refused is not None
                told.append(lambda: refused(sentence))

        thread = Thread(target=write)
        thread.start()
        thread.join()
        told[0]()


@pytest.fixture
def desk(qt: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "data") as store:
        made = Desk(store, tmp_path)
        yield made
        made.card.close()
        made.card.deleteLater()


@pytest.mark.parametrize("about", [text for text, _ in words.ABOUTS])
@pytest.mark.parametrize("reader", [text for text, _ in words.READERS])
def test_each_report_is_written_as_it_is_chosen(desk: Desk, about: str, reader: str) -> None:
    keep_day(desk._store, "", FIRST, {"pain": 3})
    for form in words.FORMS:
        for text in (about, reader, form[0]):
            press(desk.card, text)
        press(desk.card, words.SAVE)
    told = desk.out.with_name("mine.html").read_text(encoding="utf-8")
    title = "Your practice" if reader == "For me" else "Breathing and relaxation practice"
    assert f"<h1>{title}</h1>" in told
    assert title in PdfReader(desk.out.with_name("mine.pdf")).pages[0].extract_text()
    assert ("1 Jun 2026" in told) == (about == "The whole course")
    assert texts(desk.card).endswith(words.SAVED.format(desk.out.with_name("mine.html")))
    assert all("Ann" not in name for name in desk.named)


def test_a_practice_is_offered_where_there_is_one(desk: Desk) -> None:
    assert not buttons(desk.card, words.THIS_SESSION[0])
    assert desk.card.wanted.about is About.WEEKS
    session_id = keep_session(desk._store, "", FIRST)
    desk.card.show_session(session_id)
    assert desk.card.wanted.session_id == session_id
    press(desk.card, words.SAVE)
    assert "Paced breathing" in PdfReader(desk.out.with_name("mine.pdf")).pages[0].extract_text()
    desk.card.show_session("")
    assert desk.card.wanted.about is About.WEEKS
    assert not desk.card.wanted.session_id


def test_a_file_that_is_there_is_asked_about(desk: Desk, tmp_path: Path) -> None:
    desk.out = tmp_path / "letter.pdf"
    desk.out.write_bytes(b"mine")
    press(desk.card, words.SAVE)
    assert words.THERE.format("letter.pdf") in texts(desk.card)
    assert desk.out.read_bytes() == b"mine"
    old, desk.out = desk.out, tmp_path / "other.pdf"
    press(desk.card, words.OTHER)
    assert (old.read_bytes(), desk.out.exists()) == (b"mine", True)
    assert not buttons(desk.card, words.REPLACE)
    desk.out = old
    press(desk.card, words.SAVE)
    press(desk.card, words.REPLACE)
    assert old.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("name", "why"), [("nowhere/x.pdf", "There is no folder"), ("x" * 300, "cannot be written")])
def test_what_cannot_be_written_is_said_and_can_be_tried_again(desk: Desk, tmp_path: Path, name: str, why: str) -> None:
    desk.out = tmp_path / name
    press(desk.card, words.SAVE)
    assert why in texts(desk.card)
    desk.out = tmp_path / "good.pdf"
    press(desk.card, words.SAVE)
    assert desk.out.exists()
    assert why not in texts(desk.card)


def test_whoever_wants_no_file_any_longer_has_none(desk: Desk, tmp_path: Path) -> None:
    desk.card._choose_file = lambda _: None
    press(desk.card, words.SAVE)
    assert not list(tmp_path.glob("*.pdf"))
    assert desk.card.save.isEnabled()


@pytest.mark.parametrize(("width", "scale"), [(440, 100), (640, 175), (900, 100)])
def test_all_words_have_room(qt: QApplication, tmp_path: Path, width: int, scale: int) -> None:
    card = ReportCard(lambda *_: None, lambda _: None, "a")
    card.setStyleSheet(style_sheet(MORNING_PAPER, Sizes(scale), load_typeface()))
    card.resize(width, card.heightForWidth(width))
    card.show()
    QApplication.processEvents()
    for child in card.findChildren(QWidget):
        if child.isVisible() and child.minimumSizeHint().isValid():
            assert child.width() >= child.minimumSizeHint().width(), child.accessibleName()
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert child.accessibleName()
    card.close()
