"""The first beats of a segment are judged by those that follow."""

import numpy as np
import pytest

from biofeedback.analysis.beats.beat import Verdict
from biofeedback.analysis.beats.openings import n_wrong_at_first
from tests.analysis.hearts import as_beats, beats_of, judged, swinging


def resting(n: int, seed: int = 0) -> list[float]:
    rng = np.random.default_rng(seed)
    return [880 + 35 * np.sin(0.55 * i) + rng.normal(0, 12) for i in range(n)]


WRONG = ([500.0], [500.0, 500.0], [500.0, 500.0, 500.0], [700.0, 690.0], [1300.0], [1250.0, 1300.0], [1760.0, 1770.0])


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("seed", range(3))
def test_wrong_beats_at_the_start_and_after_a_gap_are_marked_and_no_others(wrong: list[float], seed: int) -> None:
    before, after = resting(40, seed), resting(40, seed + 10)
    beats = as_beats(wrong + before) + as_beats(wrong + after, segment=1, first=40 + len(wrong), from_s=60)
    flagged = [beat.ordinal for beat in judged(beats) if not beat.kept]
    n = len(wrong)
    assert flagged == [*range(n), *range(40 + n, 40 + 2 * n)]


@pytest.mark.parametrize("swing_bpm", [10, 25, 40])
@pytest.mark.parametrize("breaths_per_min", [4, 6, 9])
def test_a_heart_that_swings_may_begin_anywhere(swing_bpm: float, breaths_per_min: float) -> None:
    rr_ms = list(1000 * np.diff(beats_of(swinging(45 + swing_bpm / 2, swing_bpm, breaths_per_min), 120)))
    for first in range(40):
        assert n_wrong_at_first(rr_ms[first : first + 9], None, None) == 0


@pytest.mark.parametrize(
    ("earlier_ms", "told_bpm", "n"), [(900.0, 66, 2), (900.0, None, 2), (520.0, 66, 0), (900.0, 118, 0), (None, 66, 0)]
)
def test_a_short_segment_is_judged_by_the_one_before_and_the_straps_own_rate(
    earlier_ms: float | None, told_bpm: float | None, n: int
) -> None:
    assert n_wrong_at_first([500.0, 510.0], earlier_ms, told_bpm) == n


def test_one_value_that_comes_more_slowly_than_it_lasts_is_a_fill_value_over_segments() -> None:
    beats = [beat for i in range(30) for beat in as_beats([852.0] * 3, segment=i, first=3 * i, from_s=3.0 * i)]
    found = [beat.verdict for beat in judged(beats)]
    assert found[-50:] == [Verdict.FILL] * 50


def test_four_wrong_beats_at_the_beginning_are_all_marked() -> None:
    assert n_wrong_at_first([400, 410, 390, 405, 860, 905, 880, 850, 890, 910], 880, 68) == 4


def test_a_long_first_beat_is_marked_though_it_is_nearly_as_long_as_a_missed_one() -> None:
    assert n_wrong_at_first([1300, 925, 911, 848, 830, 889, 917], 880, 68) == 1
