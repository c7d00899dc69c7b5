"""What is known of a person: kept as it is told, and kept to by the whole window."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.profile import LONGEST_WORDS, Profile, keep_profile, read_profile
from biofeedback.storage.database import Store
from biofeedback.ui.cautions import (
    FIRST_AID,
    CautionAnswer,
    standing_in_the_way,
    to_ask,
    to_tell,
    with_answers,
    with_written,
    without,
    written,
)
from biofeedback.ui.pages.profile import ProfilePage
from biofeedback.ui.parts.offered import offering
from biofeedback.ui.settings import Settings, keep_settings, read_settings
from biofeedback.ui.words import people as words
from biofeedback.ui.words.exercises import ABOUT_YOU, CONDITIONS, NOT_OFFERED, WRITTEN_DOWN
from protocols.library import find_exercise, load_library
from protocols.safety import CHECKS, Caution
from protocols.specification import Group
from tests.ui.conftest import AT_HOME, opened_in, wait_until
from tests.ui.pages.test_checkin import settled
from tests.ui.using import press, texts

TODAY = date(2026, 6, 1)
BOX, SLOW = find_exercise("box-breathing"), find_exercise("paced-breathing")


def opened(application: Application) -> ProfilePage:
    application.window.go("profile")
    settled(application)
    return application.window.rooms.profile


def told(folder: Path, person: str = "") -> Profile:
    with Store.open(folder) as store:
        return read_profile(store, person)


def test_each_answer_is_kept_at_once_also_when_the_window_is_closed_in_the_middle(
    qt: QApplication, tmp_path: Path
) -> None:
    with opened_in(tmp_path) as application:
        page = opened(application)
        assert ABOUT_YOU in texts(page)
        QTest.keyClicks(page.medication, "a beta blocker")
        page.notes.setFocus()
        QTest.keyClicks(page.notes, "likes the sea")
        QTest.keyClick(page.notes, Qt.Key.Key_Return)
        QTest.keyClicks(page.notes, "two stairs")
        press(page.conditions[Caution.HOLDS], "Yes")
        press(page.confirmed, "Yes")
        page.followed.open()
        press(page, "fatigue")
        page.offered.open()
        press(page, "Box breathing")
        application.window.close()
    kept = told(tmp_path)
    assert (kept.medication, kept.notes) == ("a beta blocker", "likes the sea\ntwo stairs")
    assert (kept.conditions, kept.symptoms, kept.nervous_system) == (("holds",), ("fatigue",), True)
    assert "box-breathing" not in kept.offered
    with opened_in(tmp_path, None) as application:
        page = opened(application)
        assert page.notes.toPlainText() == kept.notes
        assert page.conditions[Caution.HOLDS].value is True
        assert page.conditions[Caution.HEART].value is False
        assert "fatigue" in page.followed.handle.text()
        press(page.conditions[Caution.HOLDS], "No")
        page.offered.open()
        press(page, words.ALL_OFFERED)
        settled(application)
        assert told(tmp_path) == replace(kept, conditions=(), offered=())


def test_what_is_changed_elsewhere_stays_and_what_is_too_long_is_said(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path) as application:
        page = opened(application)
        with Store.open(tmp_path) as store:
            keep_profile(store, "", Profile(notes="from elsewhere", conditions=("heart",)))
        press(page.conditions[Caution.HOLDS], "Yes")
        settled(application)
        assert told(tmp_path) == Profile(notes="from elsewhere", conditions=("heart", "holds"))
        page.notes.setPlainText("n" * (LONGEST_WORDS + 1))
        settled(application)
        assert f"room for {LONGEST_WORDS} letters" in page._said.text()
        settled(application)
        assert page.notes.toPlainText() == "from elsewhere"


def test_what_is_written_down_is_not_asked_and_stands_in_the_way_with_where_it_comes_from(
    qt: QApplication, tmp_path: Path
) -> None:
    with Store.open(tmp_path) as store:
        keep_profile(store, "", Profile(conditions=("holds", "slow-breathing", "heart")))
    answers = with_answers((), {Caution.HOLDS: False, Caution.RED_FLAGS: False}, date.today())
    keep_settings(tmp_path, replace(AT_HOME, answers=answers))
    with opened_in(tmp_path, None) as application:
        window = application.window
        window.begin(BOX, {})
        page = window.rooms.threshold.page
        assert window.stack.currentWidget() is page
        seen = texts(page)
        assert f"{WRITTEN_DOWN}: {CONDITIONS[Caution.HOLDS]}." in seen
        assert CHECKS[Caution.HOLDS].advice in seen
        assert "Ask me again" not in seen
        press(page, ABOUT_YOU)
        assert window.shows("profile")

        window.begin(SLOW, {})
        assert CHECKS[Caution.SLOW_BREATHING].advice in texts(page), "told once"
        press(page, "Begin")
        assert window.on_session
        application.workshop.act("end")
        wait_until(lambda: not window.on_session)
        window.begin(SLOW, {})
        assert window.on_session, "and not again each time"
        application.workshop.act("end")
        wait_until(lambda: not window.on_session)

        window.go("exercises")
        listed = window.rooms.exercises
        row = next(each for each in listed.rows if each.exercise.id == BOX.id)
        assert row.rests
        listed._choose(row)
        settled(application)
        assert CONDITIONS[Caution.HOLDS] in texts(listed)
        assert listed.about.profile.isVisible()
        assert not listed.about.again.isVisible()
        window.go("settings")
        press(window.rooms.settings, "Ask the safety questions again")
        window.go("exercises")
        assert next(each for each in listed.rows if each.exercise.id == BOX.id).rests
    assert all(not answer.written for answer in read_settings(tmp_path).answers)


def test_a_wish_waits_until_it_is_known_what_is_written_down(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        keep_profile(store, "", Profile(conditions=("holds",)))
    keep_settings(tmp_path, AT_HOME)
    application = Application(tmp_path, speed=40.0)
    application.window.begin(BOX, {})
    application.window.show()
    wait_until(lambda: application.window.stack.currentWidget() is not application.window.start)
    assert application.window.stack.currentWidget() is application.window.rooms.threshold.page
    assert WRITTEN_DOWN in texts(application.window)
    application.close()


def test_only_what_is_offered_is_listed_and_the_hard_minute_always(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        keep_profile(store, "", Profile(offered=("body-scan", "an-own-one-that-is-gone")))
    with opened_in(tmp_path) as application:
        window = application.window
        assert window.start.card.exercise.id == "body-scan"
        assert "Quiet rest" not in texts(window.start)
        window.go("exercises")
        assert {row.exercise.id for row in window.rooms.exercises.rows} == {"body-scan", FIRST_AID}
        window.wishes.choose("quiet-rest")
        assert NOT_OFFERED in texts(window)
        with Store.open(tmp_path) as store:
            keep_profile(store, "", Profile())
        window.go("exercises")
        settled(application)
        assert len(window.rooms.exercises.rows) > len({"body-scan", FIRST_AID})
        assert {row.exercise.group for row in window.rooms.exercises.rows} == set(Group)


def test_offering_one_more_or_less() -> None:
    assert offering((), "abc", "b", on=False) == ("a", "c")
    assert offering(("a", "c"), "abc", "b", on=True) == ()
    assert offering(("a", "gone"), "abc", "b", on=True) == ("a", "gone", "b")
    with pytest.raises(ValueError, match="stays on offer"):
        offering(("a", "gone"), "abc", "a", on=False)


def test_what_is_written_down_counts_before_all_answers_and_is_kept_elsewhere(tmp_path: Path) -> None:
    no = with_answers((), dict.fromkeys(BOX.cautions, False), TODAY)
    both = with_written(no, ("holds", "slow-breathing"))
    assert standing_in_the_way(BOX, both) == (Caution.HOLDS,)
    assert standing_in_the_way(BOX, with_answers(both, {Caution.HOLDS: False}, TODAY)) == (Caution.HOLDS,)
    assert standing_in_the_way(BOX, without(both, tuple(Caution))) == (Caution.HOLDS,)
    assert with_written(both, ()) == no
    assert set(written(BOX, both)) == {Caution.HOLDS, Caution.SLOW_BREATHING}
    assert to_tell(BOX, both) == (Caution.SLOW_BREATHING,)
    assert not to_tell(BOX, with_answers(both, {Caution.SLOW_BREATHING: True}, TODAY))
    keep_settings(tmp_path, Settings(answers=both))
    assert read_settings(tmp_path).answers == no


@pytest.mark.parametrize("exercise", load_library(), ids=lambda e: e.id)
def test_nothing_that_is_written_down_is_asked(exercise: object) -> None:
    from protocols.specification import Exercise

    assert isinstance(exercise, Exercise)
    assert not to_ask(exercise, with_written((), tuple(Caution)), TODAY)
    assert CautionAnswer("heart", yes=True, day="", written=True) in with_written((), tuple(Caution))
