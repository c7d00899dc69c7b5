"""The people of a clinic in the window: found, chosen, and kept in order, and nothing of the last one is left."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton

from biofeedback.app import Application
from biofeedback.care.diary import About, write
from biofeedback.care.profile import Profile, keep_profile, read_profile
from biofeedback.care.who import join_people
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import SETTINGS
from biofeedback.ui.cautions import CautionAnswer
from biofeedback.ui.pages.people import PeoplePage
from biofeedback.ui.settings import Settings, forget_person, keep_settings, move_person, read_settings
from biofeedback.ui.words import people as words
from protocols.library import find_exercise
from tests.storage.examples import new_session, record_everything
from tests.ui.conftest import AT_HOME, opened_in, wait_until
from tests.ui.looking import cut, texts_of
from tests.ui.pages.test_checkin import settled
from tests.ui.using import begin, buttons, end, listed, press, texts

STILL = replace(AT_HOME, reduced_motion=True)


@contextmanager
def clinic(folder: Path, *names: str) -> Iterator[Application]:
    """The window of a clinic with these people."""
    with Store.open(folder) as store:
        for name in names:
            store.people.add(name)
    with opened_in(folder, STILL) as application:
        application.window.activateWindow()
        yield application


def opened(application: Application) -> PeoplePage:
    page = application.window.rooms.people
    application.window.go("people")
    wait_until(lambda: page.read)
    return page


def record(store: Store, person: str) -> None:
    with store.recorder(replace(new_session(session_id="s1", person=person), simulated=False)) as recorder:
        record_everything(recorder)


def choose(application: Application, name: str) -> None:
    """Choose somebody by keyboard alone."""
    page = opened(application)
    page.typed.setFocus()
    QTest.keyClicks(page.typed, name)
    QTest.keyClick(page.typed, Qt.Key.Key_Return)
    wait_until(lambda: application.window.whose.person == name and application.window.stack.currentWidget() is not page)
    settled(application)


def names(page: PeoplePage) -> list[str]:
    return [row.person for row in page.people.shown]


def everything_seen(application: Application) -> str:
    """All words on all pages that there are, seen or not."""
    window = application.window
    labels = "\n".join(each.text() for each in (*window.findChildren(QLabel), *window.findChildren(QPushButton)))
    return labels + "\n".join(each.toPlainText() for each in window.findChildren(QPlainTextEdit))


def kept(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    return found


def test_somebody_alone_never_meets_the_list(qt: QApplication, tmp_path: Path) -> None:
    with clinic(tmp_path) as application:
        window = application.window
        settled(application)
        assert not buttons(window.start, words.CHOOSE_WHO)
        window.go("settings")
        press(window.rooms.settings, words.SEVERAL)
        page = window.rooms.people
        wait_until(lambda: page.read)
        assert words.NOBODY_YET in texts(page)
        QTest.keyClicks(page.typed, "Ana")
        press(page, words.ADD)
        wait_until(lambda: "Ana" in names(page))
        assert page.people.current is not None
        assert page.people.current.person == "Ana"
        assert "Ana was added." in texts(page)
        window.go("start")
        settled(application)
        press(window.start, words.CHOOSE_WHO)
        assert window.shows("people")


def test_hundreds_are_found_by_typing_and_chosen_by_keyboard(qt: QApplication, tmp_path: Path) -> None:
    with clinic(tmp_path, *(f"P-{i:03d}" for i in range(150)), "Straße", "Ana Lima") as application:
        page = opened(application)
        assert page.people.shown[0].person == ""
        assert len(names(page)) == 153
        QTest.keyClicks(page.typed, "STRASSE")
        assert names(page) == ["Straße"]
        page.typed.clear()
        QTest.keyClicks(page.typed, "p-01")
        QTest.keyClick(page.typed, Qt.Key.Key_Down)
        assert page.people.hasFocus()
        QTest.keyClick(page.people, Qt.Key.Key_Down)
        QTest.keyClick(page.people, Qt.Key.Key_Return)
        wait_until(lambda: application.window.whose.person == "P-011")
        assert application.window.windowTitle().endswith("P-011")
        assert application.window.stack.currentWidget() is application.window.start
        opened(application)
        QTest.keyClicks(page.typed, "nobody of that name")
        QTest.keyClick(page.typed, Qt.Key.Key_Return)
        assert words.NOT_FOUND in texts(page)
        assert application.window.whose.person == "P-011"
        QTest.keyClick(page.typed, Qt.Key.Key_Escape)
        assert application.window.stack.currentWidget() is application.window.start


def test_all_that_is_a_persons_own_follows_and_nothing_of_another_is_left(qt: QApplication, tmp_path: Path) -> None:
    own = Settings(exercise="body-scan", minutes=20.0, favourites=("body-scan",))
    answers = (CautionAnswer("holds", True, "2026-11-25"),)
    keep_settings(tmp_path, replace(own, answers=answers, device_uri="sim:"), "Ana")
    secrets = ("a flare at the market", "works at the harbour", "walk to the lighthouse")
    with Store.open(tmp_path) as store:
        store.people.add("Ana")
        write(store, "Ana", About.NOTE, secrets[0], date.today())
        keep_profile(store, "Ana", Profile(notes=secrets[1], symptoms=("humming",)))
        store.ladders.add("Ana", secrets[2], 3)
        record(store, "Ana")
    with clinic(tmp_path, "Ben") as application:
        window = application.window
        choose(application, "Ana")
        assert (window.settings.exercise, window.settings.minutes) == ("body-scan", 20.0)
        assert window.settings.answers == answers
        for page in ("diary", "profile", "checkin", "ladder", "history", "progress", "course", "exercises", "evidence"):
            window.go(page)
            settled(application)
        wait_until(lambda: listed(window.rooms.history))
        wait_until(lambda: secrets[2] in everything_seen(application))
        seen = everything_seen(application)
        assert all(secret in seen for secret in (*secrets, "humming"))
        choose(application, "Ben")
        QApplication.processEvents()
        seen = everything_seen(application)
        assert not [secret for secret in (*secrets, "humming", "Ana") if secret in seen]
        assert window.settings.exercise == Settings().exercise
        assert window.settings.answers == ()
        window.go("history")
        settled(application)
        assert listed(window.rooms.history) == []
        window.change_quietly(lambda settings: replace(settings, minutes=10.0))
    assert read_settings(tmp_path, "Ana").minutes == 20.0
    assert read_settings(tmp_path, "Ben").minutes == 10.0


def test_what_was_begun_is_kept_for_who_began_it(qt: QApplication, tmp_path: Path) -> None:
    with clinic(tmp_path, "Ana", "Ben") as application:
        choose(application, "Ana")
        application.window.go("diary")
        settled(application)
        QTest.keyClicks(application.window.rooms.diary.text, "half a line")
        choose(application, "Ben")
    with Store.open(tmp_path) as store:
        (line,) = store.journal.entries("Ana")
        assert line.document["words"] == "half a line"
        assert not store.journal.entries("Ben")


def test_a_session_stays_whose_it_is_and_the_page_after_it_says_so(qt: QApplication, tmp_path: Path) -> None:
    with clinic(tmp_path, "Ana", "Ben") as application:
        window = application.window
        choose(application, "Ana")
        begin(application, find_exercise("quiet-rest"))
        window.go("start")  # as after a while in which nothing answered
        choose(application, "Ben")
        end(application)
        wait_until(lambda: window.shows("after"))
        (shown,) = [each for each in window.rooms.after.findChildren(QPushButton) if each.toolTip() == "Ana"]
        assert shown.isVisible()
        assert window.whose.person == "Ben"
        window.go("history")
        settled(application)
        assert listed(window.rooms.history) == []
    with Store.open(tmp_path) as store:
        assert [row.person for row in store.sessions()] == ["Ana"]


def test_people_are_renamed_put_aside_and_made_one(qt: QApplication, tmp_path: Path) -> None:
    keep_settings(tmp_path, Settings(minutes=20.0), "Ana")
    with Store.open(tmp_path) as store:
        for name in ("Ana", "Anna L."):
            store.people.add(name)
        keep_profile(store, "Ana", Profile(notes="one", conditions=("heart",)))
        keep_profile(store, "Anna L.", Profile(notes="two", conditions=("holds",)))
        record(store, "Anna L.")
    with clinic(tmp_path, "Ben") as application:
        window = application.window
        choose(application, "Ana")
        page = opened(application)
        press(page, words.RENAME)
        page.deed.line.setText("BEN")
        press(page, words.KEEP_NAME)
        settled(application)
        assert "There is Ben already" in texts(page)
        press(page, words.RENAME)
        page.deed.line.setText("Anna")
        press(page, words.KEEP_NAME)
        wait_until(lambda: window.whose.person == "Anna")
        assert window.settings.minutes == 20.0
        wait_until(lambda: page.read)
        assert window.shows("people")

        QTest.keyClicks(page.typed, "Ben")
        press(page, words.PUT_ASIDE)
        wait_until(lambda: words.PUT_AWAY.format("Ben") in texts(page))
        settled(application)
        page.aside.setChecked(False)
        page._find()
        assert "Ben" not in names(page)
        press(page, words.ASIDE_TOO)
        assert "Ben" in names(page)

        QTest.keyClicks(page.typed, "anna")
        press(page, words.JOIN)
        QTest.keyClicks(page.typed, "anna")
        QTest.keyClick(page.typed, Qt.Key.Key_Return)  # itself: nothing but the question again
        assert words.ask_who_else("Anna") in texts(page)
        page.typed.clear()
        QTest.keyClicks(page.typed, "anna l")
        QTest.keyClick(page.typed, Qt.Key.Key_Return)
        assert "1 session" in texts(page.deed)
        press(page, words.LEAVE)
        assert not page.deed.isVisible()
        page._join("Anna", "Anna L.")
        wait_until(lambda: "Anna L. is Anna now: 1 session came over." in texts(window))
    with Store.open(tmp_path) as store:
        assert [row.person for row in store.sessions()] == ["Anna"]
        profile = read_profile(store, "Anna")
        assert profile.conditions == ("heart", "holds")
        assert profile.notes == "one\ntwo"
    assert list(kept(tmp_path)["persons"]) == ["anna"]  # type: ignore[call-overload]


def test_everything_is_saved_and_deleted_for_good(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        record(store, "Ana")
        write(store, "", About.NOTE, "at home", date.today())
    with clinic(tmp_path / "data", "Ben") as application:
        window, out = application.window, tmp_path / "ana.zip"
        choose(application, "Ana")
        window.change_quietly(lambda settings: replace(settings, minutes=10.0))
        page = opened(application)
        page.everything.save_copy(out)
        wait_until(lambda: words.saved(str(out), 1) in texts(page))
        with ZipFile(out) as archive:
            assert "sessions/s1/summary.json" in archive.namelist()
        page.everything.save_copy(tmp_path / "data" / "biofeedback.sqlite")
        settled(application)
        assert "belongs to the program" in texts(page)

        press(page, words.DELETE_ALL)
        assert not page.everything.deed.do.isEnabled()
        page.everything.deed.line.setText("Ben")
        assert not page.everything.deed.do.isEnabled()
        page.everything.deed.line.setText(" ANA ")
        press(page, words.DELETE_FOR_GOOD)
        wait_until(lambda: window.whose.person == "")
        wait_until(lambda: page.read)
        assert words.REMAINS in texts(window)
        assert "Ana" not in names(page)
        assert window.shows("people")

        QTest.keyClick(page.typed, Qt.Key.Key_Down)
        press(page, words.DELETE_ALL)
        page.everything.deed.line.setText(words.EVERYTHING)
        press(page, words.DELETE_FOR_GOOD)
        wait_until(lambda: "The practice without a name was deleted" in texts(window))
    with Store.open(tmp_path / "data") as store:
        assert store.sessions() == []
        assert store.persons() == ["Ben"]
        assert not store.journal.entries("")
    assert kept(tmp_path / "data")["persons"] == {}


@pytest.mark.parametrize("renamed", ["", "Anna"])
def test_somebody_deleted_or_renamed_elsewhere_is_not_made_again(
    renamed: str, qt: QApplication, tmp_path: Path
) -> None:
    with clinic(tmp_path, "Ana", "Ben") as application:
        window = application.window
        choose(application, "Ana")
        window.go("checkin")
        settled(application)
        with Store.open(tmp_path) as store:
            store.people.rename("Ana", renamed) if renamed else store.people.delete("Ana")
            forget_person(tmp_path, "Ana")
        window.change_quietly(lambda settings: replace(settings, minutes=10.0))
        QTest.keyClick(window.rooms.checkin.rows["pain"]._buttons[0], Qt.Key.Key_4)
        wait_until(lambda: window.whose.person == "")
        assert words.not_there("Ana") in texts(window)
        assert window.shows("people")
        wait_until(lambda: window.rooms.people.read)
        assert "Ana" not in names(window.rooms.people)

        choose(application, "Ben")
        with Store.open(tmp_path) as store:
            store.people.delete("Ben")
        window.begin_with(find_exercise("quiet-rest"), "sim:", {})
        wait_until(lambda: window.whose.person == "")
        assert words.not_there_to_practise("Ben") in texts(window)
        assert not window.on_session
    with Store.open(tmp_path) as store:
        assert store.persons() == ([renamed] if renamed else [])
        assert store.sessions() == []
    assert kept(tmp_path)["persons"] == {}


def test_the_hard_minute_begins_whoever_is_gone(qt: QApplication, tmp_path: Path) -> None:
    with clinic(tmp_path, "Ana", "Ben") as application:
        window = application.window
        choose(application, "Ana")
        with Store.open(tmp_path) as store:
            store.people.delete("Ana")
        window.acts.begin_first_aid()
        wait_until(lambda: window.model is not None and window.model.session_id)
        assert window.on_session
        end(application)
    with Store.open(tmp_path) as store:
        assert store.persons() == ["Ben"]


def test_two_windows_have_each_their_person(qt: QApplication, tmp_path: Path) -> None:
    with clinic(tmp_path, "Ana", "Ben") as one, opened_in(tmp_path, None) as other:
        choose(one, "Ana")
        choose(other, "Ben")
        one.window.change_quietly(lambda settings: replace(settings, minutes=10.0))
        other.window.change_quietly(lambda settings: replace(settings, minutes=15.0))
        opened(other)
        press(other.window.rooms.people, words.RENAME)
        other.window.rooms.people.deed.line.setText("Benno")
        press(other.window.rooms.people, words.KEEP_NAME)
        wait_until(lambda: other.window.whose.person == "Benno")
        one.window.go("diary")
        settled(one)
        assert one.window.whose.person == "Ana"
    assert read_settings(tmp_path, "Ana").minutes == 10.0
    assert read_settings(tmp_path, "Benno").minutes == 15.0


@pytest.mark.parametrize("refused", ["Ana", "\uff21NA", " ana ", "\u202eana", "\u200d"])
def test_names_that_are_taken_or_are_none_are_refused_with_a_sentence(
    refused: str, qt: QApplication, tmp_path: Path
) -> None:
    with clinic(tmp_path, "Ana") as application:
        page = opened(application)
        page.typed.setText(refused)
        page._add()
        settled(application)
        settled(application)
        assert "already" in texts(page) or "name" in page._said.text()
    with Store.open(tmp_path) as store:
        assert store.persons() == ["Ana"]


def test_any_name_has_its_room_and_is_shown_as_it_is(qt: QApplication, tmp_path: Path) -> None:
    odd = ("M" * 120, "<b>Ana</b> & {Co}")
    with clinic(tmp_path, *odd) as application:
        application.window.resize(960, 640)
        for name in odd:
            choose(application, name)
            page = opened(application)
            QApplication.processEvents()
            assert page.width() <= 960
            assert not [trouble for each in texts_of(page) if (trouble := cut(each))]
            press(page, words.RENAME)
            page.deed.line.setText(f"{name[:50]} 2")
            press(page, words.KEEP_NAME)
            wait_until(lambda name=name: application.window.whose.person == f"{name[:50]} 2")  # type: ignore[misc]
            application.window.go("profile")
            settled(application)
            assert application.window.rooms.profile.width() <= 960
    with Store.open(tmp_path) as store:
        assert set(store.persons()) == {f"{name[:50]} 2" for name in odd}


def test_a_yes_to_a_caution_is_not_lost_when_two_become_one(tmp_path: Path) -> None:
    yes, no = CautionAnswer("holds", True, "2026-11-01"), CautionAnswer("holds", False, "2026-11-20")
    keep_settings(tmp_path, Settings(answers=(yes,)), "Ana")
    keep_settings(tmp_path, Settings(answers=(no, replace(no, caution="heart")), minutes=10.0), "Ben")
    move_person(tmp_path, "Ana", "Ben")
    ben = read_settings(tmp_path, "Ben")
    assert ben.minutes == 10.0
    assert set(ben.answers) == {yes, replace(no, caution="heart")}
    assert read_settings(tmp_path, "Ana") == Settings()


def test_who_cannot_be_made_one_stay_as_they_were(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.people.add("Ana")
        keep_profile(store, "Ana", Profile(notes="n" * 1500))
        store.people.add("Ben")
        keep_profile(store, "Ben", Profile(notes="m" * 1500))
        with pytest.raises(ValueError, match="there is room for"):
            join_people(store, "Ana", "Ben")
        with pytest.raises(StoreError, match="the same person"):
            join_people(store, "Ana", "ANA")
        with pytest.raises(StoreError, match="nobody called"):
            join_people(store, "Ana", "Carla")
        assert store.persons() == ["Ana", "Ben"]
        assert read_profile(store, "Ana").notes == "n" * 1500
