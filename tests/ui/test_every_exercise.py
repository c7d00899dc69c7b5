"""Every exercise in the window: found, begun, shown as it asks, ended kindly."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from biofeedback.app import Application
from biofeedback.session.events import Ended
from biofeedback.storage.database import Store
from biofeedback.storage.faults import FAULTS
from biofeedback.ui.cautions import with_answers
from biofeedback.ui.messages import SummaryRead
from biofeedback.ui.parts.answers import RatingRow
from biofeedback.ui.parts.basics import Card
from biofeedback.ui.settings import keep_settings, read_settings
from biofeedback.ui.tasks.arithmetic import Arithmetic
from biofeedback.ui.tasks.writing import Writing
from biofeedback.ui.words import exercises as words
from biofeedback.ui.words.head import NEEDS_BAND
from protocols.library import find_exercise, load_library
from protocols.phases import Answering, Channel, Feedback, Show, Until
from protocols.safety import CHECKS, Caution
from protocols.specification import Exercise, Group
from tests.ui.conftest import AT_HOME, wait_until
from tests.ui.using import answer_checks, begin, buttons, end, press, texts
from tests.ui.words.test_words import FORBIDDEN, summary

LIBRARY = load_library()
FLARE = find_exercise("flare")
ACTIVITY = find_exercise("return-to-activity")
TODAY = datetime.now(UTC).date()
FOUND: dict[str, object] = {
    "kind": "resonance",
    "resonance_per_min": 5.42,
    "clear": True,
    "sure": "clear",
    "reason": "",
}


def showing(exercise: Exercise, show: Show, **changes: object) -> Exercise:
    """The same exercise, all of whose parts show something else."""
    phases = tuple(replace(phase, show=show, **changes) for phase in exercise.phases)  # type: ignore[arg-type]
    return replace(exercise, phases=phases)


def say_no_to_all(application: Application) -> None:
    window = application.window
    window.change_quietly(
        lambda settings: replace(settings, answers=with_answers((), dict.fromkeys(CHECKS, False), TODAY))
    )


# Finding one


def test_every_exercise_stands_in_the_list_and_can_be_begun(application: Application) -> None:
    window = application.window
    say_no_to_all(application)
    begun: list[str] = []
    window.rooms.threshold._begin = lambda exercise, _: begun.append(exercise.id)
    window.go("exercises")
    listed = [
        exercise for exercise in LIBRARY if exercise.id in {row.exercise.id for row in window.rooms.exercises.rows}
    ]
    assert all(exercise.group is Group.HEAD for exercise in LIBRARY if exercise not in listed), "these want a band"
    window.go("start")
    for exercise in listed:
        window.start.findChildren(Card)[-1].click()
        assert window.stack.currentWidget() is window.rooms.exercises
        cards = [b for b in window.rooms.exercises.findChildren(QPushButton) if b.accessibleDescription()]
        card = next(b for b in cards if b.accessibleName().startswith(f"{exercise.title}, "))
        card.setFocus()
        assert card.focusPolicy() & Qt.FocusPolicy.TabFocus
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
        assert exercise.title in texts(window.start)
        press(window.start, words.BEGIN)
    assert begun == [exercise.id for exercise in listed]
    assert read_settings(application._folder).exercise == listed[-1].id


def test_choices_are_offered_remembered_and_change_the_length(application: Application) -> None:
    window = application.window
    window.start.choose("muscle-relaxation")
    choice = find_exercise("muscle-relaxation").choices[0]
    handle = window.start.card._how.handle
    assert "bout 16 minutes" in handle.text()
    handle.click()
    press(window.start, choice.options[-1][1])
    assert "bout 16 minutes" not in handle.text()
    kept = read_settings(application._folder).picked
    assert kept == {f"muscle-relaxation.{choice.id}": choice.options[-1][0]}
    window.go("exercises")
    window.go("start")
    assert window.start.card._picks[choice.id].value == choice.options[-1][0]


def test_an_option_that_needs_a_band_says_so_on_the_card(application: Application) -> None:
    window = application.window
    window.start.choose("personal-trial")
    assert NEEDS_BAND not in texts(window.start)
    window.start.card._how.handle.click()
    press(window.start, find_exercise("personal-trial").choices[0].options[-1][1])
    assert NEEDS_BAND in texts(window.start)


def test_faults_of_own_files_are_one_quiet_line(qt: QApplication, tmp_path: Path) -> None:
    from biofeedback.storage.folder import own_exercises

    own = own_exercises(tmp_path)
    own.mkdir(parents=True)
    (own / "mine.toml").write_text("format = 2\n")
    keep_settings(tmp_path, AT_HOME)
    made = Application(tmp_path)
    made.window.resize(1280, 720)
    made.window.show()
    assert "One of your exercise files is left out" in texts(made.window.start)
    assert "mine.toml" in texts(made.window.start)
    made.close()
    made.window.hide()
    made.window.deleteLater()


# The safety questions


def test_safety_questions_come_once_and_a_no_leads_to_the_breath(application: Application) -> None:
    window = application.window
    press(window.start, words.BEGIN)
    assert window.stack.currentWidget() is window.rooms.threshold.page
    assert not window.rooms.threshold.page._go_on.isEnabled()
    answer_checks(application)
    wait_until(lambda: window.model and window.model.n_beats)
    end(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    window.go("start")
    press(window.start, words.BEGIN)
    assert window.stack.currentWidget() is window.rooms.session, "nothing is asked a second time"
    wait_until(lambda: window.model and window.model.n_beats)
    end(application)


def test_a_yes_that_stands_in_the_way_offers_others_and_can_be_taken_back(application: Application) -> None:
    window, page = application.window, application.window.rooms.threshold.page
    window.start.choose("somatic-tracking")
    press(window.start, words.BEGIN)
    answer_checks(application, words.YES)
    assert CHECKS[Caution.RED_FLAGS].advice in texts(page)
    assert not buttons(page, words.BEGIN)
    press(page, words.SOMETHING_ELSE)
    assert window.stack.currentWidget() is window.rooms.exercises
    window.go("start")
    assert words.NOT_NOW in texts(window.start), "something gentle is on the card instead"
    window.begin(find_exercise("somatic-tracking"), {})
    assert CHECKS[Caution.RED_FLAGS].advice in texts(page), "not begun the next time either"
    press(page, words.ASK_AGAIN)
    assert buttons(page, words.GO_ON)


def test_a_yes_that_does_not_stand_in_the_way_is_answered_with_advice(application: Application) -> None:
    window, page = application.window, application.window.rooms.threshold.page
    press(window.start, words.BEGIN)
    answer_checks(application, words.YES)
    assert CHECKS[Caution.SLOW_BREATHING].advice in texts(page)
    press(page, words.BEGIN)
    assert window.stack.currentWidget() is window.rooms.session
    wait_until(lambda: window.model and window.model.session_id)
    end(application)


def test_the_settings_can_forget_the_answers(application: Application) -> None:
    say_no_to_all(application)
    application.window.go("settings")
    press(application.window.rooms.settings, words.ASK_ALL_AGAIN)
    assert read_settings(application._folder).answers == ()
    application.window.go("start")
    press(application.window.start, words.BEGIN)
    assert application.window.stack.currentWidget() is application.window.rooms.threshold.page


def test_the_strong_moment_is_one_tap_away_on_the_start_page(application: Application) -> None:
    window = application.window
    press(window.start, FLARE.title)
    assert window.stack.currentWidget() is window.rooms.session
    assert read_settings(application._folder).exercise != FLARE.id, "the usual practice stays the usual one"
    wait_until(lambda: window.model and window.model.session_id)
    end(application)


# In a session


def test_a_quiet_part_has_words_alone(application: Application) -> None:
    page = application.window.rooms.session
    model = begin(application, FLARE)
    assert model.phase is not None
    assert model.phase.show is Show.QUIET
    for part in (page.orb, page.trace, page.ecg, page.score_line, page.numbers, page._progress, page._left):
        assert not part.isVisible()
    for key in (Qt.Key.Key_N, Qt.Key.Key_E):
        QTest.keyClick(page, key)
    assert not page.numbers.isVisible()
    assert not page.ecg.isVisible()
    shown = texts(page)
    assert model.state_line() in shown
    assert not any(letter.isdigit() for letter in shown)
    end(application)


def test_a_quiet_part_keeps_a_soft_breath_where_one_is_paced(application: Application) -> None:
    begin(
        application,
        showing(find_exercise("paced-breathing").choosing({"begin": "rest"}), Show.QUIET, feedback=Feedback.NONE),
        "breathe",
    )
    assert application.window.rooms.session.orb.isVisible()
    assert not application.window.rooms.session.trace.isVisible()
    end(application)


@pytest.mark.parametrize("show", [Show.WRITING, Show.ARITHMETIC, Show.COLOURS])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_a_task_has_the_screen_and_nothing_of_it_is_cut(
    application: Application, show: Show, size: tuple[int, int]
) -> None:
    window, page = application.window, application.window.rooms.session
    window.resize(*size)
    begin(application, showing(FLARE, show))
    assert page.desk.isVisible()
    assert page.desk.task is not None
    assert not page.orb.isVisible()
    assert not page.trace.isVisible()
    assert buttons(page, words.UNWELL), "always at hand"
    assert (window.width(), window.height()) == size
    for button in page.desk.findChildren(QPushButton):
        if button.isVisible():
            assert button.height() >= button.sizeHint().height() - 1
            inside = page.desk.rect().contains(button.mapTo(page.desk, button.rect().bottomRight()))
            assert inside, button.text()
    end(application)
    page.desk.drop()


def test_what_was_done_in_a_task_is_marked(application: Application) -> None:
    window, page = application.window, application.window.rooms.session
    exercise = find_exercise("stress-profile")
    model = begin(application, exercise, "arithmetic")
    wait_until(lambda: isinstance(page.desk.task, Arithmetic))
    assert page.desk.task is not None
    QTest.keyClicks(page.desk.task, "1009")
    QTest.keyClick(page.desk.task, Qt.Key.Key_Return)
    press(page, words.STOP_TASK)
    wait_until(lambda: model.phase is not None and model.phase.name != "arithmetic" and not page.desk.busy)
    end(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    application.close()
    with Store.open(application._folder) as store:
        markers = [marker.label for marker in store.markers(model.session_id)]
    assert markers == ["arithmetic: 1 answers, 1 right"]


def test_i_am_done_goes_on_by_button_and_by_key(application: Application) -> None:
    page = application.window.rooms.session
    model = begin(application, ACTIVITY, "prediction")
    assert not buttons(page, "Next part")
    assert model.left_line() == ""
    press(page, words.DONE)
    wait_until(lambda: model.phase is not None and model.phase.name == "movement")
    page.refresh()
    QTest.keyClick(page, Qt.Key.Key_Return)
    wait_until(lambda: model.phase is not None and model.phase.name == "outcome")
    end(application)


def test_enter_does_nothing_where_time_ends_the_part(application: Application) -> None:
    model = begin(application, FLARE)
    before = model.planned
    assert model.phase is not None
    assert model.phase.until is Until.TIME
    QTest.keyClick(application.window.rooms.session, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert model.planned is before
    end(application)


def test_questions_of_a_part_are_answered_with_one_tap_and_shown_beside_the_others(application: Application) -> None:
    window, page = application.window, application.window.rooms.session
    exercise = ACTIVITY
    begin(application, exercise, "prediction", {"pain": 2})
    assert [row.question for row in page.questions.rows] == ["pain", "fear"]
    press(page.questions.rows[0], "6")
    end(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    title = next(phase.title for phase in exercise.phases if phase.name == "prediction")
    assert f"2 before, 6 ({title})" in texts(window.rooms.after)
    asked = [row.question for row in window.rooms.after.findChildren(RatingRow) if row.isVisible()]
    assert asked == [rating.value for rating in exercise.ratings]


def test_the_picture_rests_where_the_answer_is_for_the_ear_or_rests(application: Application) -> None:
    paced = find_exercise("paced-breathing").choosing({"begin": "rest"})

    def answering(given: Answering) -> Exercise:
        return replace(paced, phases=tuple(replace(phase, answering=given) for phase in paced.phases))

    model = begin(application, answering(Answering(Channel.SOUND)), "breathe")
    assert model.answer().feedback is Feedback.NONE
    end(application)
    wait_until(lambda: application.window.stack.currentWidget() is application.window.rooms.after)
    model = begin(application, answering(Answering(Channel.BOTH, 0.5, 1000.0)), "breathe")
    wait_until(lambda: model.since_s > 1.0)
    assert model.answer().score.value is None
    assert model.answer_line() == words.PICTURE_RESTS
    end(application)


def test_silence_is_silence(application: Application) -> None:
    model = begin(application, find_exercise("emotional-awareness"), "notice")
    phase = model.phase
    assert phase is not None
    assert any(prompt.for_s for prompt in phase.prompts)
    wait_until(lambda: phase.prompt_at(model.since_s) is None)
    assert model.state_line() == ""
    end(application)


# Not feeling well


@pytest.mark.parametrize("by", ["key", "button"])
def test_who_feels_unwell_is_out_at_once_and_asked_nothing(application: Application, by: str) -> None:
    window = application.window
    begin(application, find_exercise("paced-breathing").choosing({"begin": "rest"}), "breathe", {"pain": 3})
    if by == "key":
        QTest.keyClick(window.rooms.session, Qt.Key.Key_D)
    else:
        press(window.rooms.session, words.UNWELL)
    assert window.stack.currentWidget() is window.rooms.unwell
    assert words.UNWELL_HELP in texts(window.rooms.unwell)
    wait_until(lambda: buttons(window.rooms.unwell, words.SEE_SESSION))
    assert window.stack.currentWidget() is window.rooms.unwell, "no other page comes by itself"
    model = window.model
    assert model is not None
    assert model.ended == Ended(model.ended.at_s, model.session_id, "unwell", failed=False, saved=True)
    press(window.rooms.unwell, words.SEE_SESSION)
    assert not [row for row in window.rooms.after.findChildren(RatingRow) if row.isVisible()]
    assert "Pain: 3 before" in texts(window.rooms.after)


def test_another_practice_can_be_begun_while_the_last_is_being_kept(application: Application) -> None:
    window = application.window
    begin(application, FLARE)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_D)
    press(window.rooms.unwell, words.REST_ENOUGH)
    begin(application, FLARE)
    assert window.stack.currentWidget() is window.rooms.session
    end(application)


# After


def test_what_was_written_is_asked_about_before_the_session_is_shown(application: Application) -> None:
    window, page = application.window, application.window.rooms.session
    begin(application, find_exercise("emotional-awareness"), "writing")
    task = page.desk.task
    assert isinstance(task, Writing)
    QTest.keyClicks(task.page, "dear sds, never again")
    assert window.stack.currentWidget() is page, "letters are letters here, not keys of the session"
    end(application)
    wait_until(lambda: buttons(page, words.LET_IT_GO) and page.desk.parting)
    assert window.stack.currentWidget() is page
    page.desk.apply(page._tokens, page._sizes, reduced_motion=True)
    press(page, words.LET_IT_GO)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    application.close()
    kept = [path for path in application._folder.rglob("*") if path.is_file()]
    assert kept
    assert not any(b"never again" in path.read_bytes() for path in kept)


def test_what_was_written_is_nowhere_where_the_window_fails_and_the_error_quotes_it(application: Application) -> None:
    window, page = application.window, application.window.rooms.session
    begin(application, find_exercise("emotional-awareness"), "writing")
    task = page.desk.task
    assert isinstance(task, Writing)
    text = "".join(("never", " ", "again"))  # what stands so in the program may be quoted in the log
    QTest.keyClicks(task.page, text)
    with application.faults.contained("a task"):
        raise RuntimeError(task.page.toPlainText())
    application.workshop.fail("Something in the window failed.")
    wait_until(lambda: window.model is not None and window.model.ended is not None)
    application.close()
    kept = {path.name: path.read_bytes() for path in application._folder.rglob("*") if path.is_file()}
    assert FAULTS in kept
    assert not any(text.encode() in content for content in kept.values())


@pytest.mark.parametrize(
    ("result", "words_of_it"),
    [
        (FOUND, "about 5.4"),
        (FOUND | {"sure": "fair"}, "seemed to answer most at about 5.4"),
        (FOUND | {"resonance_per_min": None, "clear": False, "reason": "Too few."}, "Too few. Six breaths"),
        ({"kind": "something new", "figure": 1.0}, ""),
        (None, ""),
    ],
)
def test_what_was_found_is_a_plain_sentence(
    application: Application, result: dict[str, object] | None, words_of_it: str
) -> None:
    window = application.window
    application.bridge.tell(SummaryRead(summary(2.0, 8.0, result=result), fresh=False))
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert words_of_it in window.rooms.after._result.text()
    assert window.rooms.after._result.isVisible() is bool(words_of_it)
    assert not FORBIDDEN.search(window.rooms.after._result.text())


def test_words_around_exercises_judge_nobody() -> None:
    said = [value for name, value in vars(words).items() if name.isupper() and isinstance(value, str)]
    assert len(said) > 40
    for text in said:
        assert not FORBIDDEN.search(text), text
