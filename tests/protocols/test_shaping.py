"""The mark of the calm score: it comes to the person, slowly, and asks for no effort."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.shaping import BLOCK_S, DWELL_S, LIMIT_SD, STEP_SD, MovingMark


def lived(mean_sd: float, spread_sd: float, seed: int, seconds: int = 1200) -> list[float]:
    """Calm that wavers around a mean with a memory of 20 s."""
    rng, value, keep = random.Random(seed), 0.0, math.exp(-1 / 20)
    course = []
    for _ in range(seconds):
        value = keep * value + math.sqrt(1 - keep * keep) * rng.gauss(0, spread_sd)
        course.append(mean_sd + value)
    return course


@pytest.mark.parametrize("mean_sd", [-1.2, -0.5, 0.0, 0.6])
def test_most_of_the_time_is_rewarded_wherever_a_person_is(mean_sd: float) -> None:
    shares = []
    for seed in range(20):
        mark = MovingMark(-0.3)
        rewarded = [mark.take(float(at_s), calm) for at_s, calm in enumerate(lived(mean_sd, 0.5, seed))]
        shares.append(sum(rewarded[400:]) / len(rewarded[400:]))
    assert 0.60 < sum(shares) / len(shares) < 0.80


@given(st.lists(st.floats(-6, 6), min_size=10, max_size=600), st.floats(-3, 3))
def test_the_mark_moves_between_blocks_only_by_a_step_and_within_its_limits(course: list[float], start: float) -> None:
    mark = MovingMark(start)
    before, moved_s = mark.value_sd, []
    for at_s, calm in enumerate(course):
        mark.take(float(at_s), calm)
        if mark.value_sd != before:
            assert abs(mark.value_sd - before) <= STEP_SD + 1e-12
            moved_s.append(at_s)
            before = mark.value_sd
        assert abs(mark.value_sd) <= LIMIT_SD
    assert all(at_s % BLOCK_S == 0 for at_s in moved_s)


def test_staying_as_one_was_keeps_the_reward() -> None:
    """However well somebody does, the mark rises no further than to where more than half of that lies above it."""
    for seed in range(20):
        mark, course = MovingMark(-1.5), lived(0.8, 0.4, seed)
        for at_s, calm in enumerate(course):
            before = mark.value_sd
            mark.take(float(at_s), calm)
            if mark.value_sd > before:
                latest = course[at_s - int(2 * BLOCK_S) : at_s]
                assert sum(value >= mark.value_sd for value in latest) / len(latest) >= 0.54


def test_a_moment_changes_nothing() -> None:
    mark = MovingMark(0.0)
    assert not any(mark.take(at_s, 1.0) for at_s in (0.0, 1.0, 2.0))
    assert mark.take(DWELL_S, 1.0)
    assert all(mark.take(at_s, -1.0) for at_s in (4.0, 5.0, 6.0))
    assert not mark.take(7.0, -1.0)


def test_a_little_below_is_not_below() -> None:
    mark = MovingMark(0.0)
    for at_s in range(5):
        mark.take(float(at_s), 1.0)
    assert all(mark.take(float(at_s), -0.1) for at_s in range(5, 50))


def test_a_block_of_little_signal_moves_nothing() -> None:
    mark = MovingMark(0.0)
    for block in range(5):
        for at_s in range(10):
            mark.take(block * BLOCK_S + at_s, -3.0)
    assert mark.value_sd == 0.0
