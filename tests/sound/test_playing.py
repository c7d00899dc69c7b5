"""A device that is not there, goes away and comes back never stops a session; nothing is cut off."""

from dataclasses import replace

import numpy as np
import pytest

from biofeedback.sound.course import Course
from biofeedback.sound.device import NO_OUTPUT, OutputError
from biofeedback.sound.loops import RATE_HZ
from biofeedback.sound.playing import LOST, Playing, Wishes
from biofeedback.sound.settings import SoundSettings, Timbre
from devices.clock import Clock
from tests.sound.hand_loudspeaker import HandLoudspeaker
from tests.sound.listening import only, paced, pitch_hz


class Room:
    """Loudspeakers that come and go around one `Playing`."""

    def __init__(self, settings: SoundSettings = only(Timbre.TONES)) -> None:  # noqa: B008
        self.clock = Clock(0)
        self.there = True
        self.opened: list[HandLoudspeaker] = []
        self.n_tries = 0
        self.wishes = Wishes(Course(paced(), 0.0, 0.0, running=True), settings)
        self.playing = Playing(self.clock, lambda: self.wishes, self.open)

    def open(self, quick: bool) -> HandLoudspeaker:
        self.n_tries += 1
        if not self.there:
            raise OutputError(NO_OUTPUT)
        self.opened.append(HandLoudspeaker(self.clock))
        return self.opened[-1]

    def go_on(self, seconds: float) -> None:
        """Play what is open, or let time pass."""
        until_s = self.clock.now() + seconds
        while self.clock.now() < until_s - 1e-9:
            self.playing.tend()
            if self.playing.open and self.there:
                self.opened[-1].play(0.24)
            else:
                self.clock.advance(0.25)


def test_without_a_device_it_is_quiet_says_so_and_tries_again_less_and_less_often() -> None:
    room = Room()
    room.there = False
    room.go_on(1.0)
    assert room.playing.trouble == NO_OUTPUT
    assert room.n_tries == 1
    room.go_on(60.0)
    assert 4 <= room.n_tries <= 6
    room.there = True
    room.go_on(31.0)
    assert room.playing.open
    assert room.playing.trouble == ""


def test_a_device_that_was_lost_is_told_and_comes_back_where_the_breath_is() -> None:
    room = Room()
    room.go_on(8.0)
    room.there = False
    room.go_on(2.5)
    assert room.opened[0].closed
    assert room.playing.trouble == LOST
    room.there = True
    room.go_on(20.0)
    assert room.playing.trouble == ""
    again = room.opened[-1]
    assert again is not room.opened[0]
    at_s = np.array(again.heard_at_s)
    full = int(np.argmin(np.abs(at_s - 24.0)))
    assert pitch_hz(np.concatenate(again.played[full - 2 : full + 2])) == pytest.approx(329.6, abs=2.0)


def test_at_the_end_it_fades_is_heard_to_its_end_and_lets_the_device_go() -> None:
    room = Room()
    room.go_on(12.0)
    room.wishes = replace(room.wishes, fade_s=0.25)
    room.go_on(3.0)
    loudspeaker = room.opened[0]
    assert loudspeaker.closed
    assert not room.playing.open
    queued = round(loudspeaker.queue_s * RATE_HZ)
    assert not loudspeaker.sound[-queued:].any()
    assert room.n_tries == 1


def test_another_session_opens_the_device_again() -> None:
    room = Room()
    room.go_on(4.0)
    room.wishes = replace(room.wishes, fade_s=0.25)
    room.go_on(3.0)
    room.wishes = replace(room.wishes, fade_s=None)
    room.go_on(1.0)
    assert len(room.opened) == 2
    assert room.playing.open


def test_what_is_wished_is_heard_within_the_queue_and_a_hop() -> None:
    room = Room()
    room.go_on(14.0)
    loudspeaker = room.opened[0]
    n_before = len(loudspeaker.sound)
    room.wishes = replace(room.wishes, settings=only(Timbre.TONES, 0.0))
    room.go_on(1.0)
    after = loudspeaker.sound[n_before:]
    assert not after[round(0.18 * RATE_HZ) :].any()
