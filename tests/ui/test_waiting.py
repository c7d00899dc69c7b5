"""A practice that waits for its first beat shows how far the strap is: one line that matters, the steps beside it."""

from dataclasses import replace
from itertools import chain

import pytest

from biofeedback.app import Application
from biofeedback.session.events import AnchorMoved, StrapAwaited, StrapSaid
from biofeedback.ui.model import SessionModel
from biofeedback.ui.words import common as words
from devices.clock import Clock
from devices.preflight import Preflight, Step
from devices.samples import Contact, LinkChanged, LinkState, StrapOffered
from tests.session.stage import sample
from tests.ui.looking import LOOKS, look_like, settle, without_room
from tests.ui.using import press


def off_the_skin() -> StrapAwaited:
    preflight = Preflight(0.0)
    preflight.take(LinkChanged(1.0, LinkState.CONNECTED))
    preflight.take(sample(2.0, contact=Contact.LOST))
    return StrapAwaited(4.0, preflight.steps(4.0))


def waiting(shown: Application) -> SessionModel:
    window = shown.window
    window.model = model = SessionModel(Clock())
    window.rooms.session.show_model(model)
    window.show_page(window.rooms.session)
    settle()
    return model


def test_what_is_waited_for_is_shown_and_said(shown: Application) -> None:
    model, page = waiting(shown), shown.window.rooms.session
    assert model.state_line() == words.READY
    assert not page.steps.isVisible()
    model.take(StrapAwaited(3.0, Preflight(0.0).steps(3.0)))
    page.refresh()
    assert page.steps.isVisible()
    assert page._words.text() == "Looking for the strap."
    told = off_the_skin()
    model.take(told)
    page.refresh()
    assert page._words.text() == told.steps[2].sentence == page.accessibleDescription()
    assert page.steps.lines[Step.ON_THE_SKIN].text() == "It does not feel your skin."
    model.take(AnchorMoved(0.0, replace(model.anchor, running=True)))
    page.refresh()
    assert not page.steps.isVisible()


def test_every_step_that_fails_has_its_room(shown: Application) -> None:
    model, page = waiting(shown), shown.window.rooms.session
    found: list[str] = []
    for look in chain.from_iterable(LOOKS):
        look_like(shown, look)
        for told in (off_the_skin(), StrapAwaited(11.0, Preflight(0.0).steps(11.0))):
            model.take(told)
            page.refresh()
            settle()
            found += without_room(f"{look}", page)
    assert not found, "\n".join(found)


def test_since_when_there_is_no_beat_is_told_in_steps_that_let_the_words_rest() -> None:
    told = [words.beats_gone(age_s) for age_s in (None, 0.4, 4.9, 5.0, 9.9, 25.0, 61.0, 119.0, 125.0, 3600.0)]
    assert told == [
        "",
        "",
        "",
        "No beat for 5 seconds.",
        "No beat for 5 seconds.",
        "No beat for 20 seconds.",
        "No beat for a minute.",
        "No beat for a minute.",
        "No beat for 2 minutes.",
        "No beat for 60 minutes.",
    ]


def test_another_strap_is_used_by_one_press_and_only_while_it_is_offered(
    shown: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    model, page = waiting(shown), shown.window.rooms.session
    monkeypatch.setattr(page, "_take_strap", taken.append)
    model.take(AnchorMoved(0.0, replace(model.anchor, running=True)))
    model.take(StrapSaid(9.0, StrapOffered(9.0, "Polar H10 B3B3B3B3", "AA:BB")))
    page.refresh()
    assert "Polar H10 B3B3B3B3 is near" in page._words.text()
    assert page.accessibleDescription() == page._words.text()
    press(page, words.use_instead("Polar H10 B3B3B3B3"))
    assert taken == ["AA:BB"]
    assert not page.instead.isVisible()
    for back in (LinkChanged(10.0, LinkState.CONNECTING), LinkChanged(11.0, LinkState.CONNECTED)):
        model.take(StrapSaid(9.0, StrapOffered(9.0, "Polar H10 B3B3B3B3", "AA:BB")))
        page.refresh()
        assert page.instead.isVisible()
        model.take(StrapSaid(10.0, back))
        page.refresh()
        assert not page.instead.isVisible()
        assert "is near" not in page._words.text()


def test_the_question_for_another_strap_has_its_room(shown: Application) -> None:
    model, page = waiting(shown), shown.window.rooms.session
    model.take(AnchorMoved(0.0, replace(model.anchor, running=True)))
    model.take(StrapSaid(9.0, StrapOffered(9.0, "A strap with a rather long name 0123456789", "AA:BB")))
    page.refresh()
    found: list[str] = []
    for look in chain.from_iterable(LOOKS):
        look_like(shown, look)
        found += without_room(f"{look}", page)
    assert not found, "\n".join(found)
