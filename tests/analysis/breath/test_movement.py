"""Movement, posture and breath from the strap's accelerometer."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.breath.movement import (
    LEVEL_S,
    Movement,
    MovementDetector,
    breaths_per_min,
    with_movement,
)
from tests.analysis.waves import Floats, chest, followed, instants

RATE_HZ = 50.0
BEGIN_S = 4.0
"""The breath is known from here on."""


def shaken(time_s: Floats, from_s: float, to_s: float, height_mg: float = 150.0, hz: float = 3.0) -> Floats:
    """Accelerations (mg) of a movement, for each of three axes."""
    during = (time_s > from_s) & (time_s < to_s)
    return np.where(during, height_mg * np.sin(2.0 * math.pi * hz * time_s), 0.0)[:, None] * np.array([1.0, 0.5, 0.3])


@pytest.mark.parametrize(
    ("rate_hz", "per_min"),
    [
        *((25.0, each) for each in (4.0, 6.0, 12.0, 20.0, 30.0)),
        *((rate_hz, each) for rate_hz in (50.0, 200.0) for each in (4.0, 30.0)),
        (100.0, 12.0),
    ],
)
def test_the_breath_is_measured(rate_hz: float, per_min: float) -> None:
    time_s = instants(150, rate_hz)
    breaths = followed(time_s, chest(time_s, per_min), rate_hz).breaths
    assert breaths_per_min(breaths) == pytest.approx(per_min, abs=0.2)
    assert len(breaths) >= (150 - BEGIN_S) * per_min / 60.0 - 3
    for breath in breaths:
        assert breath.length_s == pytest.approx(60.0 / per_min, abs=max(0.3, 6.0 / per_min))
        assert breath.depth_mg == pytest.approx(20.0, rel=0.25)


@pytest.mark.parametrize("direction", [(1.0, 0.0, 0.1), (0.0, 1.0, 0.1), (0.5, -0.5, 1.0), (-0.8, 0.3, 0.2)])
def test_the_breath_may_tilt_any_way_and_rises_as_the_third_axis_does(direction: tuple[float, float, float]) -> None:
    time_s = instants(90, RATE_HZ)
    reading = followed(time_s, chest(time_s, 6.0, direction=direction), RATE_HZ)
    assert breaths_per_min(reading.breaths) == pytest.approx(6.0, abs=0.2)
    for breath in reading.breaths:
        assert abs((breath.end_s + 5.0) % 10.0 - 5.0) < 1.2
    wave = np.array([(point.time_s, point.height_mg) for point in reading.wave if point.time_s > 30.0])
    assert np.corrcoef(wave[:, 1], -np.cos(2.0 * math.pi * wave[:, 0] / 10.0))[0, 1] > 0.95


def test_a_deeper_breath_measures_deeper() -> None:
    time_s = instants(120, RATE_HZ)
    shallow, deep = chest(time_s, 6.0, 20.0), chest(time_s, 6.0, 60.0)
    breaths = followed(time_s, np.where((time_s < 60.0)[:, None], shallow, deep), RATE_HZ).breaths
    before = [breath.depth_mg for breath in breaths if breath.end_s < 60.0]
    after = [breath.depth_mg for breath in breaths if breath.end_s > 75.0]
    assert np.mean(after) == pytest.approx(3.0 * np.mean(before), rel=0.2)


def test_without_breath_there_is_none() -> None:
    time_s = instants(120, RATE_HZ)
    assert followed(time_s, chest(time_s, 6.0, 0.0), RATE_HZ).breaths == ()


@given(cuts=st.lists(st.integers(1, 300), min_size=1, max_size=8), rate_hz=st.sampled_from([25.0, 50.0, 52.0]))
def test_the_same_is_found_however_the_samples_are_cut(cuts: list[int], rate_hz: float) -> None:
    time_s = np.concatenate([instants(40.0, rate_hz), instants(30.0, rate_hz, from_s=43.0)])
    acceleration_mg = chest(time_s, 11.0) + shaken(time_s, 20.0, 22.0)
    whole = followed(time_s, acceleration_mg, rate_hz, [len(time_s)])
    assert whole.breaths
    assert followed(time_s, acceleration_mg, rate_hz, cuts) == whole


def test_a_movement_is_told_while_it_lasts() -> None:
    time_s = instants(60, RATE_HZ)
    movements = followed(time_s, chest(time_s, 12.0) + shaken(time_s, 30.0, 33.0), RATE_HZ).movements
    moving = [movement for movement in movements if movement.moving]
    assert 30.0 <= moving[0].to_s <= 30.6
    assert 32.9 <= moving[-1].to_s <= 33.0 + LEVEL_S + 0.3
    assert len(moving) >= 12
    assert movements[0].level_mg is None
    still = [movement.level_mg for movement in movements if movement.level_mg is not None and movement.to_s < 30.0]
    assert max(still) < 12.0


def test_no_breath_spans_a_movement_or_a_gap() -> None:
    time_s = instants(100, RATE_HZ)
    there = (time_s < 70.0) | (time_s > 72.0)
    acceleration_mg = chest(time_s, 12.0) + shaken(time_s, 30.0, 33.0)
    breaths = followed(time_s[there], acceleration_mg[there], RATE_HZ).breaths
    for begin_s, end_s in ((30.0, 34.0), (70.0, 72.0)):
        assert not [b for b in breaths if b.end_s > begin_s and b.end_s - b.length_s < end_s]
        assert [b for b in breaths if end_s < b.end_s < end_s + 20.0]


def test_another_posture_is_told_and_the_breath_found_anew() -> None:
    time_s = instants(120, RATE_HZ)
    upright, lying = chest(time_s, 6.0), chest(time_s, 6.0, direction=(0.0, 1.0, -0.2))
    lying = lying + np.array([0.0, -900.0, 700.0])
    share = np.clip((time_s - 60.0) / 1.5, 0.0, 1.0)[:, None]
    reading = followed(time_s, (1.0 - share) * upright + share * lying, RATE_HZ)
    turned = [movement.to_s for movement in reading.movements if movement.turned]
    assert turned
    assert 60.0 < turned[0] < 65.0
    assert not [b for b in reading.breaths if b.end_s > 60.0 and b.end_s - b.length_s < 61.5]
    assert breaths_per_min([b for b in reading.breaths if b.end_s > 80.0]) == pytest.approx(6.0, abs=0.3)
    wave = np.array([(point.time_s, point.height_mg) for point in reading.wave if 64.0 < point.time_s < 74.0])
    assert np.corrcoef(wave[:, 1], np.cos(2.0 * math.pi * wave[:, 0] / 10.0))[0, 1] > 0.9


def test_few_breaths_have_no_rate() -> None:
    time_s = instants(60, RATE_HZ)
    breaths = followed(time_s, chest(time_s, 12.0), RATE_HZ).breaths
    assert breaths_per_min(breaths[:2]) is None
    assert breaths_per_min(breaths[:3]) == pytest.approx(12.0, abs=0.5)


def test_a_doubtful_beat_tells_that_the_person_moved() -> None:
    movements = [Movement(10.0, 10.25, 90.0, True), Movement(10.25, 10.5, 4.0, False)]
    doubtful = Beat(3, 700.0, 900.0, 0, Verdict.LONG, "longer than its neighbours allow")
    assert "while moving" in with_movement(doubtful, movements, 10.8).reason
    assert with_movement(doubtful, movements, 12.0) == doubtful
    assert with_movement(doubtful, movements, None) == doubtful
    kept = replace(doubtful, verdict=Verdict.KEPT, reason="", nn_ms=900.0)
    assert with_movement(kept, movements, 10.8) == kept


@pytest.mark.parametrize("rate_hz", [0.0, 10.0, 1000.0, float("nan")])
def test_an_impossible_rate_is_refused(rate_hz: float) -> None:
    with pytest.raises(ValueError, match="Hz"):
        MovementDetector(rate_hz)


def test_bad_samples_are_refused() -> None:
    detector = MovementDetector(RATE_HZ)
    with pytest.raises(ValueError, match="shape"):
        detector.push(np.zeros(3), np.zeros((3, 2)))
    with pytest.raises(ValueError, match="finite"):
        detector.push(np.array([0.0]), np.array([[0.0, np.inf, 0.0]]))
