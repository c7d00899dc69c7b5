"""The sound keeps to the pacer's clock within 20 ms, however the device runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.sound.clock import SoundClock
from biofeedback.sound.course import Course
from biofeedback.sound.loops import RATE_HZ
from biofeedback.sound.playing import Stream, Wishes
from biofeedback.sound.settings import SoundSettings, Timbre
from devices.clock import Clock
from tests.sound.hand_loudspeaker import PERIOD, HandLoudspeaker
from tests.sound.listening import clicks, lag_s, only, paced, strength

NEAR_S = 0.02


class Watched:
    """A sound clock behind a loudspeaker played by hand; tells how far off each block was."""

    def __init__(self, faster: float) -> None:
        self.clock = Clock(0)
        self.loudspeaker = HandLoudspeaker(self.clock, faster)
        self._sound_clock = SoundClock(RATE_HZ, self.loudspeaker.queue_s)
        self._told_s: list[float] = []
        self.loudspeaker.start(self._block)

    def _block(self, n_frames: int) -> np.ndarray:  # type: ignore[type-arg]
        n_given = len(self._told_s) * PERIOD
        self._sound_clock.asked(self.clock.now(), n_given)
        self._told_s.append(self._sound_clock.heard_s(n_given))
        return np.empty((n_frames, 2), np.float32)

    def errors_s(self) -> np.ndarray:  # type: ignore[type-arg]
        return np.array(self._told_s) - np.array(self.loudspeaker.heard_at_s)


@given(st.floats(-0.005, 0.005), st.lists(st.floats(0.0, 0.09), min_size=10, max_size=200))
def test_a_device_that_drifts_and_asks_late_is_followed(faster: float, late_s: list[float]) -> None:
    watched = Watched(faster)
    for i, by_s in enumerate(late_s):
        watched.loudspeaker.ask(by_s if i % 4 else 0.0)
    assert np.abs(watched.errors_s()).max() < NEAR_S


@given(st.floats(-0.001, 0.001), st.floats(0.0, 3.0), st.booleans())
def test_after_a_stall_the_clock_is_found_again_within_half_a_second(
    faster: float, stall_s: float, runs_dry: bool
) -> None:
    watched = Watched(faster)
    watched.loudspeaker.play(3.0)
    if runs_dry:
        watched.loudspeaker.ask(stall_s)
    else:
        watched.loudspeaker.stall(stall_s)
    n_before = len(watched.errors_s())
    watched.loudspeaker.play(3.0)
    assert np.abs(watched.errors_s()[: n_before - 1]).max() < NEAR_S
    assert np.abs(watched.errors_s()[n_before + 10 :]).max() < NEAR_S


def test_nothing_is_known_before_the_device_asks() -> None:
    with pytest.raises(ValueError, match="frame 5"):
        SoundClock(RATE_HZ, 0.1).heard_s(5)


def played(faster: float, settings: SoundSettings) -> HandLoudspeaker:
    """Two minutes of slow breaths on a loudspeaker that drifts, is late, runs dry and stalls."""
    clock = Clock(0)
    clock.advance(1000.0)
    loudspeaker = HandLoudspeaker(clock, faster)
    wishes = Wishes(Course(paced(), 1000.0, 0.0, running=True), settings)
    loudspeaker.start(Stream(clock, lambda: wishes, loudspeaker.queue_s).block)
    loudspeaker.play(25.0)
    for i in range(500):
        loudspeaker.ask(0.08 if i % 3 else 0.0)
    loudspeaker.ask(0.7)
    loudspeaker.play(10.0)
    loudspeaker.stall(0.4)
    loudspeaker.play(50.0)
    return loudspeaker


@pytest.mark.parametrize("faster", [-0.002, 0.0, 0.002])
def test_what_is_heard_keeps_to_the_breath_on_a_device_that_drifts_and_stalls(faster: float) -> None:
    loudspeaker = played(faster, only(Timbre.TONES))
    n_last = round(40.0 / 0.06)
    levels = np.concatenate([strength(block, 0.06) for block in loudspeaker.played[-n_last:]])
    middles_s = np.array(loudspeaker.heard_at_s[-n_last:]) + 0.03 - 1000.0
    breaths = [paced().breath_at(at_s) for at_s in middles_s]
    wanted = np.array([breath.volume for breath in breaths if breath])
    assert abs(lag_s(levels, wanted, 0.06)) < NEAR_S
    by_count_s = len(loudspeaker.played) * PERIOD / RATE_HZ
    assert middles_s[-1] - by_count_s > 0.5, "counting samples alone would be far off here"


def test_finding_the_clock_again_makes_no_click() -> None:
    loudspeaker = played(0.002, SoundSettings(Timbre.TONES, 1.0))
    assert np.diff(loudspeaker.heard_at_s).max() > 0.4
    sound = loudspeaker.sound[50 * RATE_HZ : 75 * RATE_HZ]
    assert clicks(sound) < 1e-4


def test_headphones_that_are_late_are_given_the_sound_earlier() -> None:
    def levels(delay_s: float) -> np.ndarray:  # type: ignore[type-arg]
        settings = SoundSettings(Timbre.TONES, 1.0, bed=False, delay_s=delay_s)
        clock = Clock(0)
        loudspeaker = HandLoudspeaker(clock)
        wishes = Wishes(Course(paced(), 0.0, 0.0, running=True), settings)
        loudspeaker.start(Stream(clock, lambda: wishes, loudspeaker.queue_s).block)
        loudspeaker.play(40.0)
        return strength(loudspeaker.sound, 0.02)[300:]

    assert lag_s(levels(0.2), levels(0.0), 0.02) == pytest.approx(-0.2, abs=0.01)
