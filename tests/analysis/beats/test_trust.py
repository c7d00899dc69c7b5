"""When figures are withheld, live, beat by beat."""

import math
import random
from collections.abc import Callable

import numpy as np
import pytest

from biofeedback.analysis.beats.trust import (
    HOP,
    IRREGULAR,
    N_QUALITY,
    RhythmWatch,
    Trust,
    irregular_share,
)
from biofeedback.analysis.figures.streaming import LiveAnalysis
from tests.analysis.hearts import beats_of, kept, recorded, swinging

VARIABILITY = ("rmssd_ms", "swing_bpm", "respiration_per_min", "smoothness", "coherence_ratio", "peak_hz")


def without_order(n: int, rng: random.Random) -> list[float]:
    return [min(1500.0, max(350.0, 750.0 * rng.gauss(1.0, 0.2))) for _ in range(n)]


def every_other_early(n: int, rng: random.Random) -> list[float]:
    return [(550.0 if i % 2 else 950.0) + rng.gauss(0, 20) for i in range(n)]


def every_third_early(n: int, rng: random.Random) -> list[float]:
    return [(800.0, 550.0, 1050.0)[i % 3] + rng.gauss(0, 20) for i in range(n)]


def every_fourth_early(n: int, rng: random.Random) -> list[float]:
    return [(800.0, 800.0, 550.0, 1050.0)[i % 4] + rng.gauss(0, 20) for i in range(n)]


@pytest.mark.parametrize("rhythm", [without_order, every_other_early, every_third_early, every_fourth_early])
def test_a_rhythm_out_of_order_is_refused(rhythm: Callable[[int, random.Random], list[float]]) -> None:
    beats = kept(rhythm(600, random.Random(3)))
    live = LiveAnalysis()
    shown = [live.push(beat) for beat in beats][200:]
    assert all(indices.withheld for indices in shown)
    assert {getattr(indices, name) for indices in shown for name in VARIABILITY} == {None}
    assert {indices.withheld for indices in shown if indices.irregular} == {IRREGULAR}
    assert irregular_share(beats) > 0.5


@pytest.mark.parametrize(("swing_bpm", "per_min"), [(20, 15), (30, 10), (40, 6), (45, 5), (12, 18)])
def test_a_breath_that_moves_the_heart_far_is_no_disorder(swing_bpm: float, per_min: float) -> None:
    rr_ms = 1000 * np.diff(beats_of(swinging(66, swing_bpm, per_min), 400))
    noisy = rr_ms + np.random.default_rng(5).normal(0, 12, len(rr_ms))
    assert irregular_share(kept(list(noisy))) == 0.0


def test_a_few_missed_beats_are_no_disorder() -> None:
    rr_ms = list(1000 * np.diff(beats_of(swinging(66, 6, 14), 500)))
    for place in range(60, len(rr_ms) - 20, 40):
        rr_ms[place : place + 2] = [rr_ms[place] + rr_ms[place + 1]]
    assert irregular_share(kept(rr_ms)) == 0.0


def test_two_early_beats_close_together_are_no_disorder() -> None:
    rr_ms = list(1000 * np.diff(beats_of(swinging(66, 8, 14), 600)))
    for place in range(60, len(rr_ms) - 20, 64):
        for early in (place, place + 10):
            rr_ms[early] -= 300.0
            rr_ms[early + 1] += 300.0
    assert irregular_share(kept(rr_ms)) == 0.0


def test_disorder_is_told_after_three_windows_and_forgotten_after_it() -> None:
    rng = random.Random(1)
    calm = list(1000 * np.diff(beats_of(swinging(66, 6, 14), 300)))
    watch = RhythmWatch()
    flags = [watch.push(beat) for beat in kept([*calm[:100], *without_order(300, rng), *calm])]
    first = flags.index(True)
    assert 100 + N_QUALITY <= first <= 100 + N_QUALITY + 3 * HOP
    assert not any(flags[400 + N_QUALITY + HOP :])


def test_one_window_of_disorder_is_not_enough() -> None:
    calm = list(1000 * np.diff(beats_of(swinging(66, 6, 14), 300)))
    assert irregular_share(kept([*calm[:100], *without_order(30, random.Random(1)), *calm])) == 0.0


def test_more_than_three_early_beats_in_a_minute_withhold_everything() -> None:
    def with_early(n: int) -> list[float]:
        rr_ms = [900.0 + 20.0 * math.sin(i / 2.0) for i in range(70)]
        for k in range(n):
            rr_ms[20 + 12 * k] -= 280.0
            rr_ms[21 + 12 * k] += 280.0
        return rr_ms

    def irregular(n: int) -> bool:
        trust, told, axis_s = Trust(), False, 0.0
        for beat in kept(with_early(n)):
            axis_s += beat.rr_ms / 1000.0
            trust.push(beat, axis_s)
            told = told or trust.irregular
        return told

    assert not irregular(3)
    assert irregular(4)


def test_a_heart_with_a_third_of_early_beats_gets_hardly_a_figure() -> None:
    live = LiveAnalysis()
    shown = [live.push(beat) for beat in recorded("polar_h10_pvc/h10_rr_ms.txt")][N_QUALITY:]
    given = [sum(getattr(indices, name) is not None for name in VARIABILITY) for indices in shown]
    assert sum(n > 0 for n in given) / len(given) < 0.1


@pytest.mark.parametrize(
    "name", ["rr/vu_ecg_sitting.txt", "rr/physio1_nk_rr.txt", "rr/hrv_rest_rri.txt", "rr/dhyb_h10_slow.txt"]
)
def test_no_usual_heart_is_called_irregular(name: str) -> None:
    assert irregular_share(recorded(name)) == 0.0
