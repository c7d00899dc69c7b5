"""The band before a practice: what it says, and when the practice can begin."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.app import Application
from biofeedback.session.head.head_check import HeadCheck
from biofeedback.ui.messages import HeadFelt
from biofeedback.ui.pages.head import HeadPage
from biofeedback.ui.words import head as words
from devices.samples import BandChanged, LinkState
from devices.schemes import NO_STRAP
from protocols.library import find_exercise
from tests.ui.conftest import wait_until
from tests.ui.heads import felt
from tests.ui.looking import settle
from tests.ui.using import answer_checks, buttons, end, press, texts

HAND = "sim:head?seed=77"
ALL_GOOD = dict.fromkeys(("Fp1", "Cz", "O1", "O2"), "")


@pytest.fixture
def before(shown: Application, monkeypatch: pytest.MonkeyPatch) -> HeadPage:
    """The page before a practice, with a band that says what a test lets it say."""
    monkeypatch.setattr(shown.window.rooms.head, "_feel", lambda uri: None)
    return come(shown, "alpha-rest")


def come(shown: Application, exercise: str, band: str = HAND, strap: str = NO_STRAP) -> HeadPage:
    window = shown.window
    window.change_quietly(
        lambda kept: replace(kept, device_uri=strap, device_name="", band_uri=band, band_name="", band_electrodes=())
    )
    window.go("start")
    window.wishes.begin_asked(find_exercise(exercise), {})
    settle()
    return window.rooms.head


def hear(page: HeadPage, electrodes: Mapping[str, str]) -> str:
    page.show_felt(felt(HAND, electrodes))
    return page.said.text()


def begins(page: HeadPage) -> str:
    """By which button the practice begins."""
    return "".join(text for text in (words.BEGIN, words.BEGIN_ANYWAY) if buttons(page, text))


@pytest.mark.parametrize(
    ("exercise", "band", "strap", "said", "leads"),
    [
        ("alpha-rest", "", NO_STRAP, words.NEEDS_BAND, words.CHOOSE_BAND),
        ("heart-and-head", "", "sim:", words.NEEDS_BAND, words.CHOOSE_BAND),
        ("heart-and-head", HAND, NO_STRAP, words.NEEDS_STRAP, words.CHOOSE_STRAP),
    ],
)
def test_what_is_not_chosen_is_said_kindly_with_other_ways(
    exercise: str, band: str, strap: str, said: str, leads: str, before: HeadPage, shown: Application
) -> None:
    page = come(shown, exercise, band, strap)
    assert said in texts(page)
    assert words.OTHERS_ARE_HERE in texts(page)
    assert begins(page) == ""
    press(page, leads)
    assert shown.window.stack.currentWidget() is shown.window.rooms.strap
    QTest.keyClick(shown.window, Qt.Key.Key_Escape)
    assert shown.window.stack.currentWidget() is page
    assert said in texts(page)


def test_a_band_that_sits_well_lets_begin(before: HeadPage) -> None:
    assert begins(before) == words.BEGIN_ANYWAY
    assert hear(before, ALL_GOOD) == words.READY
    assert begins(before) == words.BEGIN
    assert words.IS_SIMULATED in texts(before)
    assert "Good: Fp1, Cz, O1, O2" in before.picture.accessibleName()


@pytest.mark.parametrize(
    ("reasons", "said", "way"),
    [
        ({"Fp1": "electrode loose"}, words.GOOD_ENOUGH, words.BEGIN),
        ({"O1": "flat"}, words.GOOD_ENOUGH, words.BEGIN),
        ({"O1": "flat", "O2": "line noise"}, words.NOT_YET, words.BEGIN_ANYWAY),
        ({"O1": "filters settling"}, words.NOT_YET, words.BEGIN_ANYWAY),
        (dict.fromkeys(ALL_GOOD, "flat"), words.NOT_YET, words.BEGIN_ANYWAY),
        ({"O1": "blink", "O2": "muscle"}, words.READY, words.BEGIN),
    ],
)
def test_good_enough_is_what_the_answer_can_come_from(
    reasons: Mapping[str, str], said: str, way: str, before: HeadPage
) -> None:
    assert hear(before, {**ALL_GOOD, **reasons}) == said
    assert begins(before) == way


def test_each_failing_electrode_comes_with_what_to_do(before: HeadPage) -> None:
    hear(before, {"O1": "flat", "O2": "electrode loose", "Pz": "line noise", "Cz": "clipped", "P3": ""})
    told = texts(before)
    for line in ("No signal: O1", "Loose: O2, Cz", "Line noise: Pz", "Good: P3", *words.DO.values()):
        assert (line in told) == (line != words.DO[words.Sitting.SETTLING])


def test_wrong_places_are_told_before_it_begins_and_remembered(before: HeadPage, shown: Application) -> None:
    page = come(shown, "still-and-awake")
    muse = ("TP9", "AF7", "AF8", "TP10")
    assert hear(page, dict.fromkeys(muse, "")) == words.NEEDS_PLACE.format("at C4, Cz or C3")
    assert begins(page) == words.BEGIN_ANYWAY
    window = shown.window
    assert window.settings.band_electrodes == muse
    window.go("exercises")
    rows = {row.exercise.id: row for row in window.rooms.exercises.rows}
    window.rooms.exercises._come_to(rows["still-and-awake"])
    assert "This band has none there" in texts(window.rooms.exercises)
    window.rooms.exercises._come_to(rows["alpha-rest"])
    assert "This band has none there" not in texts(window.rooms.exercises)
    window.rooms.exercises.about.open()
    assert all(line in texts(window.rooms.exercises.about) for line in words.LIMITS)
    window.rooms.exercises.about.open(opened=False)


@pytest.mark.parametrize(
    "names",
    [
        ("O1",),
        ("EXG Channel 1",),
        tuple(f"O{n}" if n < 3 else f"X{n}" for n in range(1, 65)),
        ("\u202eO1\n", "", "O1 " * 200, "Pz"),
    ],
)
def test_one_electrode_many_and_odd_names_are_shown(names: tuple[str, ...], before: HeadPage) -> None:
    said = hear(before, dict.fromkeys(names, ""))
    assert said in (words.READY, words.NEEDS_PLACE.format("at the back of the head or behind the ears"))
    assert not any(len(line) > 400 or "\u202e" in line for line in texts(before).splitlines())
    before.grab()


def test_what_another_band_told_is_passed_over(before: HeadPage) -> None:
    said = before.said.text()
    before.show_felt(felt("sim:head?seed=1", ALL_GOOD))
    assert before.said.text() == said


def test_a_band_that_is_not_found_says_what_to_do(before: HeadPage) -> None:
    check = HeadCheck(0.0)
    before.show_felt(HeadFelt(HAND, check.steps(0.0), (), simulated=False, battery_percent=None))
    assert before.said.text() == "Looking for the band."
    before.show_felt(HeadFelt(HAND, check.steps(20.0), (), simulated=False, battery_percent=5))
    assert "Switch it on" in before.said.text()
    assert words.LOW_BATTERY.format(5) in texts(before)
    check.take(BandChanged(20.0, LinkState.LOST, "The headband is gone."))
    before.show_felt(HeadFelt(HAND, check.steps(40.0), (), simulated=False, battery_percent=None))
    assert before.said.text() == "The headband is gone."


def test_it_is_only_looked_at_where_no_practice_waits(shown: Application, before: HeadPage) -> None:
    window = shown.window
    window.go("start")
    window.go("strap")
    window.rooms.strap.bands.open()
    settle()
    press(window.rooms.strap, words.SEE_HOW)
    assert hear(before, ALL_GOOD) == words.READY
    assert begins(before) == ""
    window.rooms.strap.bands.open(opened=False)


def test_a_band_is_chosen_by_one_press_and_put_away_by_another(shown: Application) -> None:
    window = shown.window
    window.go("strap")
    bands = window.rooms.strap.bands
    bands.open()
    settle()
    press(bands, "Simulated head")
    assert (window.settings.band_uri, window.settings.band_name) == ("sim:head", "Simulated head")
    assert bands.cards["sim:head"].isChecked()
    press(bands, "Muse headband, the nearest")
    assert window.settings.band_electrodes == ("TP9", "AF7", "AF8", "TP10")
    press(bands, words.NO_BAND)
    assert window.settings.band_uri == ""
    assert not buttons(bands, words.SEE_HOW)
    bands.open(opened=False)


def test_from_the_choice_to_the_page_after(application: Application) -> None:
    window = application.window
    window.change_quietly(lambda kept: replace(kept, device_uri=NO_STRAP, device_name="", band_uri="sim:head"))
    window.begin(find_exercise("still-and-awake"), {})
    answer_checks(application)
    page = window.rooms.head
    assert window.stack.currentWidget() is page
    wait_until(lambda: "Cz" in page.picture.accessibleName())
    press(page, begins(page))
    model = window.model
    assert model is not None
    wait_until(lambda: model.phase is not None and model.head.n_came > 50)
    for name in ("baseline", "first"):
        application.workshop.act("skip")
        wait_until(lambda name=name: model.phase is not None and model.phase.name == name)  # type: ignore[misc]
        n_before = model.head.n_came
        wait_until(lambda n_before=n_before: model.head.n_came > n_before + 40)  # type: ignore[misc]
    window.rooms.session.refresh()
    room = window.rooms.session
    assert room.score_line.isVisible()
    assert not room.trace.isVisible()
    end(application)
    wait_until(lambda: window.shows("after"))
    after = window.rooms.after
    assert "No beats" not in texts(after)
    assert after.picture.isVisible()
    after._show_figures()
    settle()
    told = texts(after)
    assert "Head usable" in told
    assert "8 electrodes" in told
    assert [word for word in ("Heart rate", "RMSSD", "Beats") if word in told] == []
