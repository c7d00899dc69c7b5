"""My ladder, used as a person would use it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.storage.database import Store
from biofeedback.ui.pages.ladder import LadderPage
from biofeedback.ui.parts.ladder_rungs import RungButton
from biofeedback.ui.words import ladder as words
from protocols.ladder import N_RUNGS_MOST
from tests.ui.conftest import wait_until
from tests.ui.using import answer_checks, buttons, press, texts


def opened(application: Application) -> LadderPage:
    """The page, reached as a person reaches it."""
    window = application.window
    window.start.choose("return-to-activity")
    press(window.start, words.MY_LADDER)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.ladder and shown(window.rooms.ladder) is not None)
    return window.rooms.ladder


def shown(page: LadderPage) -> list[str] | None:
    """What each step says to those who listen; None before the ladder was read."""
    QApplication.processEvents()
    if page._climb is None:
        return None
    return [step.accessibleName() for step in page.findChildren(RungButton) if step.isVisible()]


def put_on(page: LadderPage, text: str, distress: int) -> None:
    n = len(shown(page) or [])
    press(page, words.ADD)
    QTest.keyClicks(page.editor.text, text)
    press(page.editor, str(distress))
    press(page.editor, words.KEEP)
    wait_until(lambda: len(shown(page) or []) == n + 1)


def test_only_a_return_to_activity_leads_to_the_ladder(application: Application) -> None:
    start = application.window.start
    start.choose("paced-breathing")
    assert not buttons(start, words.MY_LADDER)
    start.choose("return-to-activity")
    assert buttons(start, words.MY_LADDER)


def test_an_empty_ladder_offers_something_to_start_from(application: Application) -> None:
    page = opened(application)
    assert words.EMPTY_TITLE in texts(page)
    press(page, words.EXAMPLES[1])
    assert page.editor.text.text() == words.EXAMPLES[1]
    assert page.editor.text.hasFocus()
    (keep,) = buttons(page.editor, words.KEEP)
    assert not keep.isEnabled(), "how hard it seems only the person knows"
    press(page.editor, "4")
    QTest.keyClick(page.editor.text, Qt.Key.Key_Return)
    wait_until(lambda: shown(page))
    assert shown(page) == [f"{words.EXAMPLES[1]}, distress 4 of 10, not tried yet, one to begin with"]
    assert words.EMPTY_TITLE not in texts(page)


def test_steps_are_changed_and_taken_off(application: Application) -> None:
    page = opened(application)
    put_on(page, "one flight of stairs", 6)
    put_on(page, "stand up", 2)
    assert [name.split(",")[0] for name in shown(page) or []] == ["stand up", "one flight of stairs"]
    press(page, words.CHANGE)
    assert page.editor.text.text() == "stand up"
    press(page.editor, "8")
    press(page.editor, words.KEEP)
    wait_until(lambda: (shown(page) or [""])[-1].startswith("stand up, distress 8 of 10"))
    press(page, words.CHANGE)
    press(page.editor, words.TAKE_OFF)
    wait_until(lambda: len(shown(page) or []) == 1)


def test_escape_leads_from_a_step_to_the_ladder_and_from_there_to_the_start(application: Application) -> None:
    window, page = application.window, opened(application)
    press(page, words.ADD)
    QTest.keyClick(page.editor.text, Qt.Key.Key_Escape)
    assert page.editor.isHidden()
    assert window.stack.currentWidget() is page
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert window.stack.currentWidget() is window.start


def test_a_full_ladder_takes_no_more(application: Application) -> None:
    page = opened(application)
    application.workshop.change_ladder(
        lambda ladders: [ladders.add("", f"step {i}", i) for i in range(N_RUNGS_MOST)],
    )
    wait_until(lambda: len(shown(page) or []) == N_RUNGS_MOST)
    assert not buttons(page, words.ADD)[0].isEnabled()
    assert words.FULL in texts(page)
    application.workshop.change_ladder(lambda ladders: ladders.add("", "one more", 1))
    wait_until(lambda: "room for 10 steps" in texts(page))


def test_a_step_begins_the_exercise_and_how_it_went_stands_on_the_ladder(application: Application) -> None:
    window, page = application.window, opened(application)
    put_on(page, "bend to a shoe", 4)
    (step,) = page.findChildren(RungButton)
    assert step.hasFocus()
    QTest.keyClick(step, Qt.Key.Key_Return)
    answer_checks(application)
    wait_until(lambda: window.model is not None and window.model.n_beats > 1)
    model = window.model
    assert model is not None
    for question, phase in ((6, "prediction"), (None, "movement"), (3, "outcome"), (None, "recovery")):
        before = model.planned
        application.workshop.act("skip")
        wait_until(lambda before=before: model.planned is not before)  # type: ignore[misc]
        assert model.phase is not None
        assert model.phase.name == phase
        if question is not None:
            application.workshop.answer("fear", question)
        if phase == "movement":
            window.rooms.session.refresh()
            assert "Bend to a shoe" in texts(window.rooms.session)
    application.workshop.act("skip")
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert "There was less fear than you had expected: 3 instead of 6." in texts(window.rooms.after)
    press(window.rooms.after, "Done")
    opened(application)
    wait_until(lambda: "tried 1 time, fear expected 6, fear 3" in "".join(shown(page) or []))
    with Store.open(application._folder) as store:
        (tried,) = store.ladders.tries("")
    assert (tried.experience.expected_fear, tried.experience.fear, tried.simulated) == (6, 3, True)


def test_a_step_can_be_begun_whatever_stands_on_the_card_of_the_start(application: Application) -> None:
    window = application.window
    assert not window.start.card.exercise.takes_activity
    application.workshop.change_ladder(lambda ladders: ladders.add("", "Walk to the shop", 3))
    window.go("ladder")
    wait_until(lambda: window.rooms.ladder.findChildren(RungButton))
    window.rooms.ladder.findChildren(RungButton)[0].click()
    answer_checks(application)
    wait_until(lambda: window.model is not None and window.model.timeline is not None)
    assert window.model is not None
    assert window.model.timeline is not None
    assert window.model.timeline.exercise.activity is not None
    assert window.model.timeline.exercise.activity.text == "Walk to the shop"
