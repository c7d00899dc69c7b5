"""The sound follows breath and calm, never clicks, never startles, and is never louder than it was set."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.sound.course import Bell, Moment
from biofeedback.sound.loops import RATE_HZ, Samples
from biofeedback.sound.settings import SoundSettings, Timbre
from biofeedback.sound.synthesizer import FADE_IN_S, Synthesizer
from tests.sound.listening import (
    centroid_hz,
    clicks,
    decibels,
    elapsed,
    free,
    heard,
    lag_s,
    only,
    paced,
    pitch_hz,
    strength,
    told,
)

LEADING = (Timbre.TONES, Timbre.BREATH, Timbre.WAVES)
CLICK = 1e-4
"""80 dB below full scale."""


def around(sound: Samples, at_s: float, half_s: float = 0.1) -> Samples:
    return sound[round((at_s - half_s) * RATE_HZ) : round((at_s + half_s) * RATE_HZ)]


@given(st.sampled_from(Timbre), st.lists(st.integers(1, 5000), min_size=1, max_size=30))
def test_the_samples_are_the_same_however_the_blocks_are_cut(timbre: Timbre, cuts: list[int]) -> None:
    scene = paced(12.0, (Bell(0.4, 440.0),))

    def listen(frame: int) -> Moment:
        return Moment(scene, frame / RATE_HZ, SoundSettings(timbre, 0.8), calm=frame / RATE_HZ)

    whole = Synthesizer(listen).render(sum(cuts))
    cut = Synthesizer(listen)
    np.testing.assert_array_equal(np.concatenate([cut.render(n) for n in cuts]), whole)


@pytest.mark.parametrize("timbre", LEADING)
@pytest.mark.parametrize("rate_per_min", [4.5, 6.0, 10.0])
def test_the_strength_of_the_sound_follows_the_lungs(timbre: Timbre, rate_per_min: float) -> None:
    scene, from_s, step_s = paced(rate_per_min), 4.0, 0.05
    values = strength(heard(scene, only(timbre), 44.0)[round(from_s * RATE_HZ) :], step_s)
    breaths = [scene.breath_at(from_s + step_s * (i + 0.5)) for i in range(len(values))]
    wanted = np.array([breath.volume for breath in breaths if breath])
    assert np.corrcoef(values, wanted)[0, 1] > 0.95
    assert abs(lag_s(values, wanted, step_s)) < 0.02


def test_the_tone_rises_by_a_fifth_with_the_breath_and_grows_brighter() -> None:
    sound = heard(paced(6.0), only(Timbre.TONES), 22.0)
    empty, half, full, sinking = (around(sound, at_s) for at_s in (10.1, 12.0, 14.0, 17.0))
    assert pitch_hz(empty) == pytest.approx(220.0, abs=1.5)
    assert pitch_hz(full) == pytest.approx(329.6, abs=1.5)
    assert pitch_hz(empty) < pitch_hz(half) < pitch_hz(full) > pitch_hz(sinking)
    assert centroid_hz(empty) / pitch_hz(empty) < centroid_hz(full) / pitch_hz(full)


@pytest.mark.parametrize("timbre", [Timbre.BREATH, Timbre.WAVES])
def test_breath_and_waves_grow_brighter_with_the_lungs(timbre: Timbre) -> None:
    sound = heard(paced(6.0), only(timbre), 20.0)
    assert centroid_hz(around(sound, 11.0, 0.3)) < centroid_hz(around(sound, 13.8, 0.3))


def test_breathing_in_sounds_brighter_than_breathing_out_at_the_same_volume() -> None:
    sound = heard(paced(6.0), only(Timbre.BREATH), 40.0)
    inward = np.mean([centroid_hz(around(sound, 12.0 + 10 * i, 0.3)) for i in range(3)])
    outward = np.mean([centroid_hz(around(sound, 17.0 + 10 * i, 0.3)) for i in range(3)])
    assert inward > 1.1 * outward


def test_the_bed_grows_brighter_with_calm_at_the_same_strength() -> None:
    settings = replace(only(Timbre.NONE), bed=True)
    beds = [heard(free(), settings, 20.0, calm)[14 * RATE_HZ :] for calm in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    brightness = [centroid_hz(bed) for bed in beds]
    assert all(later > 1.04 * sooner for sooner, later in pairwise(brightness))
    assert brightness[-1] > 2.5 * brightness[0]
    levels = [decibels(float(strength(bed, 1.0).mean())) for bed in beds]
    assert max(levels) - min(levels) < 1.0


def test_the_bed_stays_as_it_is_while_calm_is_unknown() -> None:
    settings = replace(only(Timbre.NONE), bed=True)

    def bed(calm_later: float | None) -> Samples:
        return told(30.0, lambda s: Moment(free(), s, settings, calm=0.9 if s < 12.0 else calm_later))

    np.testing.assert_array_equal(bed(None), bed(0.9))
    assert centroid_hz(bed(0.0)[25 * RATE_HZ :]) < centroid_hz(bed(None)[25 * RATE_HZ :])


@given(st.sampled_from(Timbre), st.floats(0, 1), st.booleans(), st.floats(0, 1), st.floats(3, 30))
def test_no_sample_is_above_the_volume_that_was_set(
    timbre: Timbre, volume: float, bed: bool, calm: float, rate: float
) -> None:
    settings = SoundSettings(timbre, volume, bed=bed)
    sound = heard(paced(rate, (Bell(2.0, 440.0), Bell(2.1, 329.6))), settings, 4.0, calm)
    assert np.abs(sound).max() <= settings.ceiling + 1e-7
    assert settings.ceiling <= volume


def test_not_even_a_peal_of_bells_is_above_the_volume_and_it_is_bent_without_a_click() -> None:
    peal = tuple(Bell(4.0 + 0.01 * i, 440.0 + i) for i in range(40))
    settings = SoundSettings(Timbre.WAVES, 0.5)
    sound = heard(paced(6.0, peal), settings, 8.0)
    assert 0.9 * settings.ceiling < np.abs(sound).max() <= settings.ceiling
    assert clicks(sound) < 10 * CLICK


@pytest.mark.parametrize("timbre", Timbre)
def test_the_mean_is_that_of_speech_in_a_film_at_full_volume_and_no_more(timbre: Timbre) -> None:
    scene = paced(6.0, (Bell(60.0, 440.0),))
    sound = heard(scene, SoundSettings(timbre, 1.0), 68.0, calm=0.7)[8 * RATE_HZ :]
    level = decibels(float(np.sqrt(np.mean(sound.astype(float) ** 2))))
    assert -30.0 < level < -18.0


def test_half_the_slider_is_a_quarter_of_the_samples() -> None:
    full, half = (heard(paced(), only(Timbre.TONES, volume), 5.0) for volume in (1.0, 0.5))
    np.testing.assert_allclose(half, full / 4, atol=1e-6)


@pytest.mark.parametrize(
    "settings",
    [SoundSettings(volume=0.0), SoundSettings(Timbre.NONE, 1.0, bed=False, bells=False)],
    ids=["volume 0", "nothing chosen"],
)
def test_silence_is_silence(settings: SoundSettings) -> None:
    assert not heard(paced(6.0, (Bell(2.0, 440.0),)), settings, 6.0, calm=0.5).any()


def restless(seconds: float) -> Moment:
    """Everything that can be changed in a session, one thing after the other."""
    scene = paced(6.0, (Bell(9.0, 440.0), Bell(20.0, 329.6)))
    now = Moment(scene, seconds, SoundSettings(Timbre.TONES, 1.0), calm=0.2)
    changes: list[tuple[float, dict[str, object]]] = [
        (4.0, {"settings": SoundSettings(Timbre.TONES, 0.2)}),
        (5.0, {"settings": SoundSettings(Timbre.TONES, 0.9)}),
        (7.0, {"settings": SoundSettings(Timbre.BREATH, 0.9), "calm": 1.0}),
        (8.0, {"settings": SoundSettings(Timbre.WAVES, 0.9, bed=False), "calm": None}),
        (10.0, {"speaking": True}),
        (11.0, {"running": False, "elapsed_s": 11.0}),
        (13.0, {"running": True, "elapsed_s": seconds - 2.0}),
        (14.0, {"elapsed_s": seconds + 3.0, "speaking": False}),
        (15.0, {"elapsed_s": seconds + 3.0 + 0.02 * float(np.sin(7.0 * seconds))}),
        (17.0, {"elapsed_s": seconds - 2.0, "settings": SoundSettings(Timbre.TONES, 0.9)}),
        (22.0, {"fade_s": 0.25}),
    ]
    for from_s, change in changes:
        if seconds > from_s:
            now = replace(now, **change)  # type: ignore[arg-type]
    return now


def test_nothing_that_changes_makes_a_click() -> None:
    sound = told(24.0, restless)
    assert clicks(sound) < CLICK
    spoilt = sound.copy()
    spoilt[10 * RATE_HZ :] += 0.003
    assert clicks(spoilt) > 5 * CLICK


def test_nothing_that_changes_startles() -> None:
    rises = np.diff(strength(told(24.0, restless), 0.05))
    assert rises.max() < 0.05


def test_it_begins_and_ends_with_fades_of_seconds() -> None:
    scene = paced()
    sound = told(16.0, lambda s: Moment(scene, s, only(Timbre.TONES), fade_s=5.0 if s > 10.0 else None))
    levels = strength(sound, 0.02)
    assert levels[0] < 1e-4
    assert levels[:5].max() < 0.01
    assert levels[round(FADE_IN_S / 0.02)] > 10 * levels[round(0.3 / 0.02)]
    assert levels[round(14.5 / 0.02)] < levels[round(10.5 / 0.02)] / 5
    assert not sound[round(15.1 * RATE_HZ) :].any()


def test_a_pause_fades_and_going_on_takes_the_breath_up_where_it_was() -> None:
    scene = paced()

    def moment_at(s: float) -> Moment:
        now = Moment(scene, s, only(Timbre.TONES))
        if s < 12.0:
            return now
        return replace(elapsed(now, 12.0), running=False) if s < 15.0 else elapsed(now, s - 3.0)

    sound = told(24.0, moment_at)
    assert not around(sound, 14.5).any()
    assert pitch_hz(around(sound, 17.0)) == pytest.approx(329.6, abs=2.0)


def test_the_first_breath_is_whole_for_the_pacer_is_there_before_it() -> None:
    curve, begins_s = paced(), 6.0
    scene = replace(curve, breath_at=lambda s: curve.breath_at(s - begins_s) if s >= begins_s else None)
    sound = heard(scene, only(Timbre.TONES), 12.0)
    assert not sound[: round(4.4 * RATE_HZ)].any()
    assert pitch_hz(around(sound, begins_s - 0.2)) == pytest.approx(220.0, abs=1.0)
    first = strength(around(sound, begins_s + 2.0)).mean()
    later = strength(around(heard(curve, only(Timbre.TONES), 14.0), 12.0)).mean()
    assert first == pytest.approx(later, rel=0.02)


def test_where_the_breath_is_free_nothing_leads_it() -> None:
    assert not heard(free(), only(Timbre.TONES), 5.0).any()


def test_while_words_are_spoken_the_sound_steps_back() -> None:
    sound = told(40.0, lambda s: Moment(paced(), s, only(Timbre.WAVES), speaking=s > 20.0))
    before, under = strength(sound[10 * RATE_HZ : 20 * RATE_HZ], 1.0), strength(sound[30 * RATE_HZ :], 1.0)
    assert under.mean() == pytest.approx(0.4 * before.mean(), rel=0.1)
