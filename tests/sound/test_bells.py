"""Bells ring at their times, once, softly."""

import numpy as np
import pytest

from biofeedback.sound import loops
from biofeedback.sound.course import BETWEEN_HZ, END_HZ, Bell, Moment, Scene
from biofeedback.sound.loops import RATE_HZ, Samples
from biofeedback.sound.settings import SoundSettings, Timbre
from protocols.library import load_library
from protocols.timeline import Timeline
from tests.sound.listening import free, heard, strength, told

BELLS_ONLY = SoundSettings(Timbre.NONE, 1.0, bed=False, bells=True)


def strikes_s(sound: Samples, pitch_hz: float) -> list[float]:
    """When bells begin: where the sound is most like one that begins there."""
    bell = loops.bell(pitch_hz).astype(float)
    size = 1 << int(np.ceil(np.log2(len(sound) + len(bell))))
    alike = np.fft.irfft(np.fft.rfft(sound[:, 0], size) * np.conj(np.fft.rfft(bell, size)), size)[: len(sound)]
    alike /= np.sum(bell**2)
    found: list[float] = []
    while alike.max() > 0.5 * 0.14:
        at = int(np.argmax(alike))
        found.append(at / RATE_HZ)
        alike[max(0, at - 2 * RATE_HZ) : at + 2 * RATE_HZ] = 0.0
    return sorted(found)


@pytest.mark.parametrize("at_s", [5.0, 5.0137, 7.77, 8.999])
def test_a_bell_rings_at_its_time(at_s: float) -> None:
    found = strikes_s(heard(free((Bell(at_s, 440.0),)), BELLS_ONLY, 17.0), 440.0)
    assert found == pytest.approx([at_s], abs=0.001)


def test_bells_stand_between_the_phases_and_at_the_end() -> None:
    exercise = next(e for e in load_library() if e.id == "paced-breathing")
    timeline = Timeline.of(exercise.lasting(5))
    bells = Scene.of(timeline).bells
    assert [bell.at_s for bell in bells] == [planned.end_s for planned in timeline.phases]
    assert [bell.pitch_hz for bell in bells[-2:]] == [BETWEEN_HZ, END_HZ]


def test_a_bell_is_soft_from_its_first_moment() -> None:
    sound = heard(free((Bell(5.0, 440.0),)), BELLS_ONLY, 14.0)
    levels = strength(sound, 0.01)
    assert np.diff(levels).max() < 0.02
    loudest_s = 0.01 * int(np.argmax(levels))
    assert 5.08 < loudest_s < 5.5
    assert np.abs(sound).max() < 0.15
    assert not sound[round(12.5 * RATE_HZ) :].any()


def test_a_phase_that_is_skipped_rings_once_and_those_passed_by_do_not() -> None:
    scene = free((Bell(100.0, 440.0), Bell(200.0, 440.0)))
    sound = told(16.0, lambda s: Moment(scene, s if s < 5.0 else 195.05 + s, BELLS_ONLY))
    assert strikes_s(sound, 440.0) == pytest.approx([5.0], abs=0.02)


def test_a_clock_that_trembles_rings_no_bell_twice() -> None:
    scene = free((Bell(6.0, 440.0),))
    sound = told(14.0, lambda s: Moment(scene, s + 0.03 * float(np.sin(40.0 * s)), BELLS_ONLY))
    assert len(strikes_s(sound, 440.0)) == 1


def test_no_bell_rings_where_none_is_wanted() -> None:
    silent = SoundSettings(Timbre.NONE, 1.0, bed=False, bells=False)
    assert not heard(free((Bell(4.0, 440.0),)), silent, 8.0).any()
