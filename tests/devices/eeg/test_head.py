"""The simulated head: the same for the same seed, with a truth that can be held against it."""

import numpy as np
import pytest

from devices.eeg.head import CHANNELS, Head, head_of, is_head, simulate
from devices.source import SourceError


def test_the_same_seed_is_the_same_head_and_another_another() -> None:
    one, same, other = (simulate(Head(seed=seed, minutes=0.5)) for seed in (1, 1, 2))
    assert np.array_equal(one.recording.samples_uv, same.recording.samples_uv, equal_nan=True)
    assert not np.array_equal(one.brain_uv, other.brain_uv)


def test_alpha_rises_with_closed_eyes_where_it_is_said_to() -> None:
    head = simulate(Head(minutes=2.0, alpha_hz=9.0))
    hz = np.fft.rfftfreq(60 * 250, 1 / 250)
    opened, closed = (np.abs(np.fft.rfft(part)) ** 2 for part in np.split(head.brain_uv[CHANNELS.index("O1")], 2))
    near = np.abs(hz - 9.0) < 1.0
    assert closed[near].sum() / opened[near].sum() > 3.0
    assert head.recording.stretches(closed=True) == ((60.0, 120.0),)


def test_troubles_are_where_they_are_told() -> None:
    head = simulate(Head(seed=4, minutes=2.0, lost=3.0, moves=3.0))
    kinds = {trouble.kind for trouble in head.troubles}
    assert kinds == {"blink", "muscle", "movement", "lost", "loose"}
    for trouble in head.troubles:
        part = slice(round(trouble.from_s * 250), round(trouble.to_s * 250))
        if trouble.kind == "lost":
            assert np.isnan(head.recording.samples_uv[:, part]).mean() > 0.9


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("sim:head?alfa_hz=9", "no 'alfa_hz'. Did you mean 'alpha_hz'"),
        ("sim:head?seed=x", "seed=x: must be a whole number"),
        ("sim:head?seed=1.5", "must be a whole number"),
        ("sim:head?minutes=1e9", "must be a number from 0.5 to 60"),
        ("sim:head?alpha_hz=nan", "must be a number"),
        ("sim:head?mains=55", "must be 50 or 60"),
        ("sim:head?seed=1&seed=2", "stands twice"),
        ("sim:head?seed", "parameters are written"),
    ],
)
def test_a_slip_is_told(source: str, sentence: str) -> None:
    assert is_head(source)
    with pytest.raises(SourceError) as told:
        head_of(source)
    assert sentence in str(told.value)


def test_a_uri_makes_a_head() -> None:
    assert head_of("sim:head") == Head()
    assert head_of("sim:head?seed=3&alpha_hz=9.4&mains=60") == Head(seed=3, alpha_hz=9.4, mains=60.0)
