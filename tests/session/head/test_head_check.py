"""Whether a band is ready, step by step."""

import numpy as np

from biofeedback.session.head.head_check import HeadCheck, HeadStep
from devices.eeg.frames import EegReader, frame_packet, start_packet
from devices.preflight import Standing
from devices.samples import BandChanged, EegDescription, EegFrame, LinkState, Reading, arrived_s
from devices.uri import open_source
from tests.hand_clock import heard_from


def head(parameters: str = "", until_s: float = 30.0) -> list[Reading]:
    """What a simulated head says; a strap beside it beats the time."""
    heard = heard_from(open_source(f"sim:head?{parameters} + sim:rest"), until_s)
    return [reading for reading in heard if isinstance(reading, EegFrame | BandChanged)]


def standings(check: HeadCheck, now_s: float) -> list[Standing]:
    return [step.standing for step in check.steps(now_s)]


def test_steps_are_done_one_after_another() -> None:
    check = HeadCheck(0.0)
    assert standings(check, 0.0) == [Standing.NOW, Standing.LATER, Standing.LATER]
    seen = []
    for reading in head("lost=0", 20):
        check.take(reading)
        now = standings(check, arrived_s(reading))
        if not seen or seen[-1] != now:
            seen.append(now)
    done, now, later = Standing.DONE, Standing.NOW, Standing.LATER
    assert seen == [[done, now, later], [done, done, now], [done] * 3]
    assert check.ready
    assert set(check.electrodes().values()) == {""}


def test_an_electrode_that_is_loose_is_named_with_what_to_do() -> None:
    check = HeadCheck(0.0)
    heard = head("minutes=0.5&loose=60&lost=0", 29)
    for reading in heard:
        check.take(reading)
    assert not check.ready
    bad = {name: why for name, why in check.electrodes().items() if why}
    assert list(bad) == ["O2"]
    told = check.steps(arrived_s(heard[-1]) + 2.0)[-1]
    assert told.step is HeadStep.ELECTRODES
    assert "Push hair away" in told.do


def test_jaw_and_blinks_say_nothing_against_an_electrode() -> None:
    check = HeadCheck(0.0)
    for reading in head("muscles=20&blinks=40&moves=0&loose=0&lost=0&seed=2", 40):
        check.take(reading)
    assert set(check.electrodes().values()) == {""}


def test_silence_and_a_lost_link_begin_it_anew() -> None:
    check = HeadCheck(0.0)
    heard = head("lost=0", 20)
    for reading in heard:
        check.take(reading)
    last_s = arrived_s(heard[-1])
    assert check.ready
    assert standings(check, last_s + 6.0)[1] is Standing.NOW
    told = check.steps(last_s + 30.0)[1]
    assert (told.standing, bool(told.do)) == (Standing.FAILING, True)
    check.take(BandChanged(last_s + 31.0, LinkState.LOST, "The headband is gone. Look for it."))
    told = check.steps(last_s + 31.5)[0]
    assert (told.standing, told.words) == (Standing.FAILING, "The headband is gone. Look for it.")


def test_what_cannot_be_followed_or_lies_nobody_knows_where_is_said() -> None:
    check, reader = HeadCheck(0.0), EegReader()
    check.take(BandChanged(0.0, LinkState.CONNECTED))
    reader.started(start_packet(0.0, EegDescription("A stream", ("Channel 1", "Cz"), 60.0, 0.1)))
    check.take(reader.frame(frame_packet(0.1, 0, np.zeros((6, 2), np.int32))))
    assert "This band cannot be followed" in check.steps(0.2)[-1].words
    assert check.notes == ["Not known where on the head, so that no practice is given on it: Channel 1."]
