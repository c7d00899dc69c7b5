"""A pace that moves to where the heart answers most."""

import math
import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.adaptation import Block, Pace, likely_rate, pace_after

RATE = st.floats(4.5, 7.0)
BLOCKS = st.lists(st.builds(Block, st.floats(4.0, 7.5), st.none() | st.floats(0, 60)), max_size=15)


def answer(top: float, sharpness: float = 2.0) -> Callable[[float], float]:
    return lambda rate: 10 / math.hypot(1, sharpness * (rate / top - top / rate))


def session(found: float, swing_of: Callable[[float], float | None], n_blocks: int = 10) -> tuple[Pace, list[Block]]:
    blocks: list[Block] = []
    for _ in range(n_blocks):
        rate = pace_after(found, blocks).rate_per_min
        blocks.append(Block(rate, swing_of(rate)))
    return pace_after(found, blocks), blocks


@pytest.mark.parametrize("off", [-0.4, -0.2, 0.0, 0.2, 0.4])
@pytest.mark.parametrize("sharpness", [1.5, 2.0, 3.0])
def test_without_noise_the_top_is_found_or_come_near(off: float, sharpness: float) -> None:
    pace, _ = session(5.6 + off, answer(5.6, sharpness))
    assert abs(pace.middle_per_min - 5.6) <= max(0.2, abs(off) - 0.1) + 1e-9


@given(RATE, BLOCKS)
def test_the_pace_stays_near_what_was_found_whatever_happens(found: float, blocks: list[Block]) -> None:
    pace = pace_after(found, blocks)
    for rate in (pace.rate_per_min, pace.middle_per_min):
        assert max(4.5, found - 0.5) <= rate <= min(7.0, found + 0.5)
    assert abs(pace.rate_per_min - pace.middle_per_min) <= 0.2 + 1e-9


@given(RATE, BLOCKS)
def test_the_middle_moves_by_a_tenth_at_most(found: float, blocks: list[Block]) -> None:
    middles = [pace_after(found, blocks[:n]).middle_per_min for n in range(len(blocks) + 1)]
    assert middles[0] == found
    assert all(abs(b - a) <= 0.1 + 1e-9 for a, b in pairwise(middles))


@given(RATE, st.integers(0, 12))
def test_blocks_that_tell_nothing_leave_the_middle_where_it_was(found: float, n: int) -> None:
    assert pace_after(found, [Block(found, None)] * n).middle_per_min == found


@given(RATE, BLOCKS, st.floats(0.01, 100))
def test_the_unit_of_the_swing_does_not_count(found: float, blocks: list[Block], factor: float) -> None:
    other = [Block(block.rate_per_min, block.swing and block.swing * factor) for block in blocks]
    assert likely_rate(found, other) == pytest.approx(likely_rate(found, blocks), abs=1e-6)


def test_the_pace_goes_to_either_side_by_turns() -> None:
    _, blocks = session(5.6, answer(5.6), 6)
    assert [block.rate_per_min for block in blocks] == pytest.approx([5.4, 5.8] * 3)


def noisy(curve: Callable[[float], float], logs: Iterator[float]) -> Callable[[float], float]:
    return lambda rate: curve(rate) * math.exp(next(logs))


@pytest.mark.parametrize(("noise", "drift"), [(0.05, 0.0), (0.1, 0.0), (0.05, 0.3), (0.05, -0.3)])
def test_with_noise_and_drift_a_start_that_is_off_comes_nearer(noise: float, drift: float) -> None:
    """Errors in the mean over many people; one who is right at the start is led no further off than a fifth."""
    for off, most in ((0.0, 0.2), (0.2, 0.2), (0.4, 0.36)):
        errors = []
        for seed in range(60):
            rng = random.Random(seed)
            top, side = rng.uniform(5.0, 6.4), rng.choice((-1, 1))
            curve = answer(top, rng.uniform(1.5, 3))
            swings = (rng.gauss(0, noise) + drift * n / 10 for n in range(10))
            errors.append(abs(session(top + side * off, noisy(curve, swings))[0].middle_per_min - top))
        assert fmean(errors) <= most


@pytest.mark.parametrize("found", [4.4, 7.1, math.nan])
def test_a_rate_out_of_bounds_is_refused(found: float) -> None:
    with pytest.raises(ValueError, match=r"4\.5 to 7"):
        pace_after(found, [])
