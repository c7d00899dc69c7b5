"""The heart's lag behind the pacer."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.breath.breathing_rate import rate_by_minute
from biofeedback.analysis.breath.phase import (
    BEATS_UNPLACED,
    NOT_STEADY,
    TOO_SHORT,
    LivePhase,
    PacerPhase,
    following,
    pacer_phase,
)
from biofeedback.analysis.breath.reading import BreathingRate
from biofeedback.analysis.breath.swing import Breaths
from biofeedback.bench.breathing import grid, paced
from devices.person import Traits
from tests.analysis.hearts import Floats, beats_of

Turned = Callable[[Floats], Floats]


def steady(per_min: float) -> Turned:
    return lambda at_s: at_s * per_min / 60


def lungs(cycles: Floats) -> Floats:
    """Full in the middle of each breath."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * cycles))


def answering(turned: Turned, lag_s: float, duration_s: float = 180, noise_ms: float = 0, seed: int = 0) -> Breaths:
    """A heart that is quickest so long after the lungs are full."""
    beats_s = beats_of(lambda at_s: 64 + 10 * (lungs(turned(at_s - lag_s)) - 0.5), duration_s)
    rr_ms = 1000 * np.diff(beats_s)
    cycles = turned(beats_s[1:] - rr_ms / 2000)
    return Breaths(beats_s[1:], rr_ms + np.random.default_rng(seed).normal(0, noise_ms, len(rr_ms)), cycles)


def whole(breaths: Breaths) -> PacerPhase:
    return pacer_phase([breaths], [lungs(breaths.cycles)])


def live(breaths: Breaths) -> Iterator[PacerPhase]:
    phase = LivePhase()
    volume = lungs(breaths.cycles)
    for beat in zip(breaths.time_s, breaths.rr_ms, breaths.cycles, volume, strict=True):
        yield phase.push(*(float(x) for x in beat))


def last(breaths: Breaths) -> PacerPhase:
    return list(live(breaths))[-1]


@pytest.mark.parametrize("lag_s", [-1.0, 0.0, 0.5, 2.0])
@pytest.mark.parametrize("per_min", [4.5, 6.0, 7.0, 12.0])
def test_the_lag_is_positive_where_the_heart_comes_after_the_lungs(per_min: float, lag_s: float) -> None:
    breaths = answering(steady(per_min), lag_s)
    found, now = whole(breaths), last(breaths)
    assert found.lag_s == pytest.approx(lag_s, abs=0.03)
    assert found.lag_deg == pytest.approx(lag_s * per_min * 6, abs=1.5)
    assert found.plv == pytest.approx(1.0, abs=0.01)
    assert now.lag_deg == pytest.approx(lag_s * per_min * 6, abs=5)
    assert now.plv == pytest.approx(1.0, abs=0.05)


def test_a_heart_against_the_lungs_lags_by_half_a_turn() -> None:
    found = whole(answering(steady(6.0), 5.0))
    assert found.lag_deg is not None
    assert abs(found.lag_deg) == pytest.approx(180, abs=2)


def test_a_pacer_that_slows_down_bit_by_bit_leaves_the_lag_where_it_is() -> None:
    breaths = answering(lambda at_s: 0.11 * at_s - 0.03 * at_s**2 / 600, 0.0, 300)
    assert whole(breaths).lag_deg == pytest.approx(0, abs=3)
    assert last(breaths).lag_deg == pytest.approx(0, abs=5)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**16))
def test_a_heart_that_knows_nothing_of_the_pacer_has_no_lag(seed: int) -> None:
    rr_ms = np.random.default_rng(seed).normal(900, 25, 90)
    time_s = np.cumsum(rr_ms) / 1000
    found = whole(Breaths(time_s, rr_ms, (time_s - rr_ms / 2000) * 0.1))
    assert found.lag_deg is None or (found.se_deg is not None and found.se_deg > 2)


def test_most_hearts_that_know_nothing_of_the_pacer_are_told_so() -> None:
    n_told = n_live = 0
    for seed in range(40):
        rr_ms = np.random.default_rng(seed).normal(900, 25, 110)
        time_s = np.cumsum(rr_ms) / 1000
        breaths = Breaths(time_s, rr_ms, (time_s - rr_ms / 2000) * 0.1)
        found, now = whole(breaths), last(breaths)
        assert found.lag_deg is not None or found.reason == NOT_STEADY
        n_told += found.lag_deg is not None
        n_live += now.lag_deg is not None
    assert n_told <= 4
    assert n_live <= 4


def test_another_rate_than_the_pacers_is_not_steady() -> None:
    beats = answering(steady(7.3), 0.0)
    elsewhere = Breaths(beats.time_s, beats.rr_ms, (beats.time_s - beats.rr_ms / 2000) * 0.1)
    assert whole(elsewhere).reason == NOT_STEADY
    assert last(elsewhere).reason == NOT_STEADY


def test_beats_without_a_place_in_time_have_no_lag() -> None:
    breaths = answering(steady(6.0), 0.0)
    found = pacer_phase([breaths], [lungs(breaths.cycles)], beats_unplaced=True)
    assert (found.lag_deg, found.lag_s, found.reason) == (None, None, BEATS_UNPLACED)
    assert found.plv == pytest.approx(1.0, abs=0.01)


def test_too_few_breaths_have_no_lag() -> None:
    breaths = answering(steady(6.0), 0.0, 25)
    assert whole(breaths).reason == TOO_SHORT
    assert last(breaths).reason == TOO_SHORT
    assert pacer_phase([], []).reason == TOO_SHORT


def test_after_a_gap_the_live_lag_begins_anew() -> None:
    phase, breaths = LivePhase(), answering(steady(6.0), 0.0)
    beats = list(zip(*(x.tolist() for x in (breaths.time_s, breaths.rr_ms, breaths.cycles)), strict=True))
    for time_s, rr_ms, cycles in beats:
        phase.push(time_s, rr_ms, cycles, float(lungs(np.array(cycles))))
    phase.gap()
    again = [phase.push(t + 300, rr, c, float(lungs(np.array(c)))) for t, rr, c in beats]
    assert again[5].reason == TOO_SHORT
    first = list(live(breaths))
    assert again[-1].lag_deg == pytest.approx(first[-1].lag_deg)


def test_noise_makes_the_lag_less_sure() -> None:
    quiet, loud = (whole(answering(steady(6.0), 0.5, 300, noise_ms, 1)) for noise_ms in (5, 40))
    assert quiet.se_deg is not None
    assert loud.se_deg is None or loud.se_deg > 2 * quiet.se_deg
    assert quiet.plv is not None
    assert loud.plv is not None
    assert loud.plv < quiet.plv


def test_simulated_people_lag_as_their_heart_is_made_to() -> None:
    off = []
    for person in grid(hr=(50, 85), amplitude_ms=(60, 150), resonance=(4.5, 6.5), per_min=(5, 6.5), noise_ms=(10,)):
        found = pacer_phase([person.breaths], [person.volume])
        assert found.lag_deg is not None
        off.append(abs(found.lag_deg - person.lag_deg))
    assert max(off) <= 10
    assert np.median(off) <= 3


@pytest.mark.parametrize("follows", [True, False])
def test_following_the_pacer_is_told_from_the_hearts_rate(follows: bool) -> None:
    person = paced(Traits(amplitude_ms=80, noise_ms=10), 6.0 if follows else 10.0, 3)
    rates = rate_by_minute([(person.time_s, person.rr_ms)], every_s=10.0)
    found = following(rates, [6.0] * len(rates))
    assert found is not None
    assert found.share == pytest.approx(1.0 if follows else 0.0)
    assert found.told > 0.9


def test_rates_that_are_not_told_count_neither_way() -> None:
    rates = [BreathingRate(60.0, 6.2, 0.1, 1.0), BreathingRate(70.0), BreathingRate(80.0, 7.0, 0.1, 1.0)]
    found = following(rates, [6.0, 6.0, 6.0])
    assert found is not None
    assert (found.share, found.told) == (0.5, pytest.approx(2 / 3))
    assert following(rates[1:2], [6.0]) is None


@given(st.lists(st.tuples(st.floats(300, 2000), st.floats(0.01, 0.5), st.floats(0, 1)), max_size=80))
def test_whatever_comes_the_live_lag_is_an_angle_or_a_reason(beats: list[tuple[float, float, float]]) -> None:
    phase, time_s, cycles = LivePhase(), 0.0, 0.0
    for rr_ms, further, volume in beats:
        time_s, cycles = time_s + rr_ms / 1000, cycles + further
        found = phase.push(time_s, rr_ms, cycles, volume)
        assert (found.lag_deg is None) == bool(found.reason)
        assert found.lag_deg is None or -180 <= found.lag_deg <= 180
        assert found.plv is None or (0 <= found.plv <= 1 and math.isfinite(found.plv))
