"""The strap page: what is chosen, its pulse before a practice, and a session that is never held up by it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from biofeedback.app import Application
from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.messages import PulseFelt, ScanFailed, SeenStrap, StrapChecked
from biofeedback.ui.pages.strap import StrapPage
from biofeedback.ui.parts.strap_card import StrapCard
from biofeedback.ui.words import common
from biofeedback.ui.words import straps as words
from devices.bluetooth_advice import AdapterFault, adapter_trouble
from devices.preflight import Preflight, Step
from devices.samples import Contact, LinkChanged, LinkState
from devices.schemes import NO_STRAP
from protocols.library import find_exercise
from tests.session.stage import sample
from tests.ui.conftest import wait_until
from tests.ui.looking import settle
from tests.ui.using import begin, buttons, end, press, texts

REAL = "ble:AA:BB"


def choose(application: Application, uri: str, name: str = "") -> StrapPage:
    window = application.window
    window.go("strap")
    if uri != window.settings.device_uri:
        window.wishes.choose_strap(uri, name)
    settle()
    return window.rooms.strap


def card_of(page: StrapPage, uri: str) -> StrapCard:
    return page._cards[uri]


def test_the_pulse_of_the_chosen_heart_is_told_before_a_practice(application: Application) -> None:
    page = choose(application, "sim:")
    wait_until(lambda: "beats a minute" in page.pulse.words.text())
    assert page.pulse.words.text().startswith("A simulated heart: ")
    assert page.pulse.mark.isVisible()
    assert card_of(page, "sim:rest").isChecked()
    assert buttons(page, words.SIMULATED_CHOSEN)
    assert page.pulse.accessibleDescription()


def test_the_strap_is_let_go_of_when_the_page_is_left(application: Application) -> None:
    page = choose(application, "sim:")
    wait_until(lambda: "beats a minute" in page.pulse.words.text())
    task = application.workshop._pulse._task
    assert task is not None
    application.window.go("start")
    wait_until(task.done)
    assert application.workshop._pulse._task is None
    assert page.pulse.words.text() == ""


@pytest.mark.parametrize("felt", [True, False])
def test_a_session_begins_while_the_page_holds_the_strap(felt: bool, application: Application) -> None:
    page = choose(application, "sim:")
    if felt:
        wait_until(lambda: "beats a minute" in page.pulse.words.text())
    else:
        page._begin_pulse()
    model = begin(application, find_exercise("quiet-rest"))
    assert application.workshop._pulse._task is None
    wait_until(lambda: model.n_beats > 5)
    assert not page._pause.isActive()
    application.workshop.feel("sim:")  # as by a page that is late
    wait_until(lambda: model.n_beats > 12)
    assert application.workshop._pulse._task is None
    end(application)


def test_the_hard_minute_does_not_wait_for_the_page(application: Application) -> None:
    page = choose(application, "sim:")
    wait_until(lambda: "beats a minute" in page.pulse.words.text())
    QTest.keyClick(page, Qt.Key.Key_H)
    window = application.window
    wait_until(lambda: window.model is not None and window.model.planned is not None)
    assert window.practised == FIRST_AID
    end(application)


def test_only_the_chosen_strap_is_connected_to_and_only_after_a_pause(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    page = application.window.rooms.strap
    monkeypatch.setattr(page, "_feel", asked.append)
    monkeypatch.setattr(page, "_scan", lambda *, on: None)
    application.window.go("strap")
    page.show_straps([SeenStrap("Polar H10", "AA:BB", -50), SeenStrap("Another", "CC:DD", -70)])
    press(page, "Polar H10")
    assert set(asked) == {""}
    assert page._pause.isActive()
    page._pause.timeout.emit()
    assert asked[-1] == REAL
    application.window.go("start")
    assert asked[-1] == ""


def test_the_chosen_strap_is_marked_even_where_it_is_not_in_reach(application: Application) -> None:
    page = choose(application, REAL, "Polar H10")
    marked = [card for card in page.findChildren(StrapCard) if card.isChecked() and card.isVisible()]
    assert [card.text() for card in marked] == ["Polar H10"]
    assert words.CHOSEN in marked[0].accessibleName()
    page.show_straps([SeenStrap("Polar H10", "AA:BB", -50)])
    assert sum(card.text() == "Polar H10" for card in page._cards.values()) == 1
    assert card_of(page, REAL).isChecked()
    QTest.mouseClick(card_of(page, REAL), Qt.MouseButton.LeftButton)
    assert application.window.stack.currentWidget() is application.window.start


def checked(preflight: Preflight, now_s: float) -> StrapChecked:
    return StrapChecked(REAL, preflight.steps(now_s), preflight.notes, preflight.beat_age_s(now_s))


def test_no_pulse_is_told_where_none_is_felt(shown: Application) -> None:
    page = choose(shown, REAL, "Polar H10")
    page.leave()
    page.show_pulse(PulseFelt(REAL, 71, (845.0,)))
    assert page.pulse.words.text() == "Your heart: 71 beats a minute."
    page.show_pulse(PulseFelt(REAL, None, ()))
    assert page.pulse.words.text() == ""
    assert not page.pulse.mark.isVisible()
    page.show_pulse(PulseFelt(REAL, 71, ()))
    page.pulse._silence.timeout.emit()
    assert page.pulse.words.text() == ""
    page.show_pulse(PulseFelt("ble:OTHER", 60, (1000.0,)))
    assert "60" not in page.pulse.words.text()


def test_the_steps_before_a_practice_are_shown_as_they_come_with_one_line_on_what_to_do(shown: Application) -> None:
    page = choose(shown, REAL, "Polar H10")
    page.leave()
    preflight = Preflight(0.0)
    page.show_pulse(checked(preflight, 1.0))
    assert not page._wearing.isVisible()
    assert page.steps.lines[Step.FOUND].text() == "Looking for the strap."
    assert page.pulse.words.text() == "Looking for the strap."
    page.show_pulse(checked(preflight, 11.0))
    assert page.pulse.words.text() == preflight.steps(11.0)[0].sentence
    assert page.steps.lines[Step.FOUND].accessibleName() == "needs you: Looking for the strap."
    preflight.take(LinkChanged(12.0, LinkState.CONNECTED))
    preflight.take(sample(13.0, 900.0, 910.0))
    preflight.take(sample(14.0, contact=Contact.LOST))
    page.show_pulse(checked(preflight, 14.0))
    assert page.pulse.words.text().startswith("It does not feel your skin. Wet the electrodes")
    assert "No beat for" not in page.pulse.words.text()
    assert page.pulse.accessibleDescription() == page.pulse.words.text()
    preflight.take(sample(24.0, contact=Contact.LOST))
    page.show_pulse(checked(preflight, 24.0))
    assert page.pulse.words.text().endswith("No beat for 10 seconds.")
    assert page.steps.lines[Step.CONNECTED].accessibleName() == "done: It is connected."
    page.leave()
    assert not page.steps.isVisible()


def test_a_strap_that_is_ready_says_so(application: Application) -> None:
    page = choose(application, "sim:")
    wait_until(lambda: "You can start." in page.pulse.words.text())
    assert "beats a minute" in page.pulse.words.text()
    assert all(line.accessibleName().startswith("done: ") for line in page.steps.lines.values())


@pytest.mark.parametrize("fault", AdapterFault)
def test_bluetooth_that_cannot_be_used_is_said_in_plain_words(fault: AdapterFault, shown: Application) -> None:
    page = choose(shown, REAL, "Polar H10")
    shown.bridge.tell(ScanFailed(str(adapter_trouble(fault))))
    wait_until(lambda: words.NOT_NEEDED in texts(page))
    assert not page._pause.isActive()
    press(page, words.PRACTISE_WITHOUT)
    assert shown.window.stack.currentWidget() is shown.window.start
    assert shown.window.settings.device_uri == NO_STRAP
    assert buttons(shown.window.start, common.WITHOUT_STRAP)


def test_every_strap_has_its_name_and_whether_it_is_chosen(shown: Application) -> None:
    page = choose(shown, "sim:", "Simulated person")
    page.show_straps([SeenStrap("", "AA:BB", None)])
    for card in page.findChildren(StrapCard):
        assert card.text() in card.accessibleName()
        assert (words.CHOSEN in card.accessibleName()) == card.isChecked()
    assert all(button.accessibleName() for button in page.findChildren(QPushButton))
