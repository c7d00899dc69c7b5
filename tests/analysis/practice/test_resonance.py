"""The rate at which the heart answers most: found in people who have it, refused where it cannot be told."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.breath.breathing import Pacer, PacerPlace
from biofeedback.analysis.practice.resonance import (
    ALIKE,
    NO_ANSWER,
    NOT_FOLLOWED,
    SLOWER,
    TOO_FEW,
    UNCLEAR_BEATS,
    Confidence,
    Resonance,
    find_resonance,
    retest,
)
from biofeedback.bench.resonance import STRONG, WEAK, Kind, Session, found, outcome, simulated
from biofeedback.session.judging import BeatJudge
from devices.samples import HeartRateSample, LinkChanged, LinkState
from devices.simulated import SimulatedStrap, scenario_from
from protocols.breathing import BreathCurve
from protocols.resonance import Order, Schedule, quick, sliding, stepped
from tests.hand_clock import heard_from

SILENT = Kind(60.0, 0.5)
FROM_S = 20.0


def place_at(curve: BreathCurve, at_s: float) -> PacerPlace:
    breath = curve.at(at_s)
    within = breath.pattern.fraction_of(breath.stage, breath.progress)
    return PacerPlace(breath.n_breath + within, breath.volume, breath.pattern.rate_per_min)


def pacer_of(schedule: Schedule, from_s: float = 0.0) -> Pacer:
    """The pacer of a schedule; before and after it the breath is free."""
    curve = schedule.curve(from_s)
    return lambda at_s: place_at(curve, at_s) if from_s <= at_s < from_s + schedule.seconds else None


def find(session: Session, trusted: np.ndarray | None = None) -> Resonance:
    trusted = np.ones(len(session.time_s), dtype=bool) if trusted is None else trusted
    return find_resonance(session.time_s, session.rr_ms, trusted, pacer_of(session.schedule))


def through_a_strap(scenario: str, schedule: Schedule, seed: int = 1, **traits: float) -> Resonance:
    """A session with a simulated strap, its beats judged as they are in the program."""
    who, _ = scenario_from(scenario, {name: str(value) for name, value in traits.items()})
    curve, judge = schedule.curve(FROM_S), BeatJudge()
    beats = []
    strap = SimulatedStrap(who, seed)
    for heard in heard_from(strap, FROM_S + schedule.seconds, lambda t: curve.at(t).volume if t >= FROM_S else None):
        if isinstance(heard, LinkChanged) and heard.state is LinkState.LOST:
            judge.lose("link lost")
        elif isinstance(heard, HeartRateSample):
            beats += judge.take(heard.received_s, heard)[1]
    beats += judge.finish()[1]
    rows = np.array([(beat.time_s, beat.rr_ms, beat.kept) for beat in beats])
    return find_resonance(rows[:, 0], rows[:, 1], rows[:, 2] > 0, pacer_of(schedule, FROM_S))


@pytest.mark.parametrize("schedule", [stepped(seed=4), stepped(Order.DESCENDING), quick(seed=4), sliding()])
def test_a_heart_without_noise_is_found_closely(schedule: Schedule) -> None:
    for seed in range(4):
        session = simulated(SILENT, schedule, seed)
        result = find(session)
        assert result.frequency_per_min == pytest.approx(session.resonance_per_min, abs=0.1)
        assert (result.confidence, result.reason) == (Confidence.CLEAR, "")
        assert result.pace_per_min == result.frequency_per_min


def test_points_tell_size_and_lag_of_the_answer() -> None:
    session = simulated(replace(SILENT, q=(2.0,)), stepped(), 1)
    own = session.resonance_per_min
    points = find(session).points
    assert [point.rate_per_min for point in points] == pytest.approx([rate for rate, _ in session.schedule.steps])
    for point in points:
        off = 2.0 * (point.rate_per_min / own - own / point.rate_per_min)
        assert point.amplitude_ms == pytest.approx(60 / (1 + off**2) ** 0.5, rel=0.03)
        assert point.steadiness == pytest.approx(1, abs=0.01)
        assert 8 < point.n_breaths < 19
    lags = [point.lag_deg - np.degrees(np.arctan(2.0 * (point.rate_per_min / own - own / point.rate_per_min)))
            for point in points if point.lag_deg is not None]  # fmt: skip
    lag_s = [lag / 6 / point.rate_per_min for lag, point in zip(lags, points, strict=True)]
    assert np.ptp(lag_s) < 0.05
    assert 0 <= np.mean(lag_s) <= 0.85


def test_people_with_noise_are_found_better_than_by_a_parabola() -> None:
    got = outcome(STRONG, lambda seed: stepped(seed=seed), 24, first_seed=7000)
    assert got.near >= 95
    assert got.errors.mean() <= 0.12
    assert got.errors.mean() < got.parabola_errors.mean()
    weak = outcome(WEAK, lambda seed: stepped(seed=seed), 24, first_seed=7000)
    assert weak.surely_wrong == 0
    assert weak.errors.mean() <= 0.22


def test_the_interval_holds_the_rate_and_widens_with_noise() -> None:
    quiet, loud = find(simulated(Kind(60, 8), stepped(), 3)), find(simulated(Kind(60, 25), stepped(), 3))
    for result in (quiet, loud):
        assert result.low_per_min is not None
        assert result.high_per_min is not None
        assert result.frequency_per_min is not None
        assert result.low_per_min < result.frequency_per_min < result.high_per_min
    assert loud.se_per_min is not None
    assert quiet.se_per_min is not None
    assert loud.se_per_min > 1.5 * quiet.se_per_min


def test_warming_up_in_a_random_order_does_not_lead_away() -> None:
    got = outcome(replace(STRONG, warming_up=0.8), lambda seed: stepped(Order.RANDOM, seed), 20)
    assert got.near >= 90
    assert got.errors.mean() < 0.6 * got.parabola_errors.mean()


def test_where_the_heart_answers_all_paces_alike_there_is_no_rate() -> None:
    results = [find(simulated(Kind(40, 10, (0.3,)), stepped(seed=seed), seed)) for seed in range(8)]
    assert sum(result.clear for result in results) <= 1
    assert any(result.reason == ALIKE for result in results)
    for result in results:
        if not result.clear:
            assert (result.pace_per_min, result.low_per_min, result.high_per_min) == (6.0, None, None)
            assert result.reason


def test_a_heart_that_does_not_answer_has_no_rate() -> None:
    results = [find(simulated(Kind(0.01, 20), stepped(seed=seed), seed)) for seed in range(8)]
    assert not any(result.clear for result in results)
    assert {result.reason for result in results} & {NO_ANSWER, ALIKE, TOO_FEW}


def test_a_rate_slower_than_those_tried_is_not_told() -> None:
    result = through_a_strap("rest", stepped(seed=1), resonance=3.9, noise_ms=8)
    assert (result.frequency_per_min, result.reason) == (None, SLOWER)


def test_what_comes_before_a_pace_has_settled_does_not_count() -> None:
    schedule = stepped(seed=2)
    session = simulated(WEAK, schedule, 5)
    rng, rr_ms, begins_s = np.random.default_rng(1), session.rr_ms.copy(), 0.0
    for rate, n in schedule.steps:
        # where the half minute itself begins and ends depends on the intervals there
        early = (session.time_s > begins_s + 3.0) & (session.time_s < begins_s + 29.0)
        rr_ms[early] += rng.normal(0, 100, early.sum())
        begins_s += n * 60 / rate
    assert find(replace(session, rr_ms=rr_ms)) == find(session)


def test_rests_between_the_steps_do_not_count() -> None:
    first, second, third = (stepped(rates_per_min=(rate,)) for rate in (6.5, 5.5, 4.5))
    parts = [(0.0, first), (first.seconds + 60, second), (first.seconds + second.seconds + 120, third)]
    curves = [(from_s, from_s + part.seconds, part.curve(from_s)) for from_s, part in parts]

    def pacer(at_s: float) -> PacerPlace | None:
        return next((place_at(curve, at_s) for from_s, to_s, curve in curves if from_s <= at_s < to_s), None)

    def rr_at(at_s: float) -> float:
        if not any(pacer(at_s + off_s) for off_s in (-3.45, -0.45, 2.55)):
            return 1400.0
        place = pacer(at_s - 0.45)
        return 900.0 - 30.0 * np.cos(2 * np.pi * place.cycles) if place else 900.0

    beats_s = np.cumsum(np.full(800, 0.9))
    rr_ms = np.array([rr_at(at_s) for at_s in beats_s])
    result = find_resonance(beats_s, rr_ms, np.ones(800, dtype=bool), pacer)
    assert [point.rate_per_min for point in result.points] == pytest.approx([6.5, 5.5, 4.5])
    assert [point.amplitude_ms for point in result.points] == pytest.approx([30, 30, 30], rel=0.05)


def test_beats_that_are_not_trusted_are_not_looked_at() -> None:
    session = simulated(STRONG, stepped(seed=3), 8)
    trusted = np.ones(len(session.time_s), dtype=bool)
    trusted[::15] = False
    wild = session.rr_ms.copy()
    wild[::15] *= np.random.default_rng(2).uniform(0.6, 1.4, len(wild[::15]))
    result = find(replace(session, rr_ms=wild), trusted)
    assert result.frequency_per_min == pytest.approx(session.resonance_per_min, abs=0.3)
    kept = find(session, trusted)
    assert kept.frequency_per_min == pytest.approx(result.frequency_per_min, abs=0.01)


def test_a_pace_with_too_many_unclear_beats_is_left_out_and_too_few_give_no_rate() -> None:
    session = simulated(STRONG, stepped(seed=1), 9)
    ends_s = np.cumsum([n * 60 / rate for rate, n in session.schedule.steps])
    bad = np.arange(len(session.time_s)) % 3 == 0
    result = find(session, ~(bad & (session.time_s < ends_s[0])))
    assert [point.left_out for point in result.points] == [UNCLEAR_BEATS, "", "", "", ""]
    assert result.points[0].amplitude_ms is None
    assert result.frequency_per_min == pytest.approx(session.resonance_per_min, abs=0.5)
    result = find(session, ~(bad & (session.time_s < ends_s[2])))
    assert (result.frequency_per_min, result.reason, result.confidence) == (None, TOO_FEW, Confidence.NONE)
    assert sum(bool(point.left_out) for point in result.points) == 3


def test_paces_that_were_not_followed_are_left_out() -> None:
    result = through_a_strap("rest", stepped(seed=2), seed=2, following=0)
    assert {point.left_out for point in result.points} == {NOT_FOLLOWED}
    assert result.reason == TOO_FEW


@pytest.mark.parametrize("scenario", ["rest", "ectopic", "dropout", "off_body", "anxious"])
def test_through_a_strap_with_its_troubles(scenario: str) -> None:
    result = through_a_strap(scenario, stepped(seed=2), seed=2, resonance=5.4)
    assert result.frequency_per_min == pytest.approx(5.4, abs=0.5)


def test_an_irregular_rhythm_has_no_rate() -> None:
    assert not through_a_strap("irregular", quick()).clear


def test_missing_beats_do_not_begin_a_pace_anew() -> None:
    session = simulated(STRONG, stepped(seed=1), 4)
    whole = find(session)
    missing = np.abs(session.time_s % 180 - 120) < 8
    holed = replace(session, time_s=session.time_s[~missing], rr_ms=session.rr_ms[~missing])
    result = find(holed)
    assert result.frequency_per_min == pytest.approx(session.resonance_per_min, abs=0.4)
    assert [point.n_breaths for point in result.points] == pytest.approx(
        [point.n_breaths for point in whole.points], abs=1.5
    )


def test_a_slide_has_points_all_along() -> None:
    points = found(simulated(STRONG, sliding(), 2)).points
    assert 7 <= len(points) <= 10
    assert all(0.1 < a.rate_per_min - b.rate_per_min < 0.4 for a, b in pairwise(points))


def test_nothing_to_go_by() -> None:
    nothing = np.zeros(0)
    assert find_resonance(nothing, nothing, nothing.astype(bool), lambda _: None).reason == TOO_FEW
    beats_s = np.arange(1.0, 300.0)
    assert find_resonance(beats_s, np.full(299, 1000.0), beats_s > 0, lambda _: None).points == ()


def test_beats_that_do_not_fit_together_are_refused() -> None:
    three = np.array([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="as long as each other"):
        find_resonance(three, three[:2], three > 0, lambda _: None)
    with pytest.raises(ValueError, match="increase"):
        find_resonance(three[::-1], three, three > 0, lambda _: None)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 400), st.floats(0, 1))
def test_whatever_comes_there_is_a_rate_in_its_interval_or_a_reason(seed: int, sd_ms: float, share: float) -> None:
    rng = np.random.default_rng(seed)
    schedule = quick(seed=seed)
    rr_ms = np.clip(850 + rng.normal(0, sd_ms, 560), 300, 2000)
    time_s = np.cumsum(rr_ms) / 1000
    result = find_resonance(time_s, rr_ms, rng.random(560) < share, pacer_of(schedule))
    assert (result.frequency_per_min is None) == bool(result.reason) == (result.confidence is Confidence.NONE)
    assert 0 <= result.probability <= 1 + 1e-9
    assert result.odds >= 0
    if result.low_per_min is not None and result.high_per_min is not None:
        assert result.low_per_min <= result.pace_per_min <= result.high_per_min


def told(per_min: float, se_per_min: float) -> Resonance:
    return Resonance(per_min, per_min - 2 * se_per_min, per_min + 2 * se_per_min, se_per_min, Confidence.CLEAR)


def test_a_retest_pools_by_precision() -> None:
    pooled = retest(told(5.0, 0.1), [told(5.3, 0.2)])
    assert pooled.frequency_per_min == pytest.approx((5.0 / 0.01 + 5.3 / 0.04) / (1 / 0.01 + 1 / 0.04))
    assert pooled.change_per_min == pytest.approx(-0.3)
    assert (pooled.earlier_per_min, pooled.moved, pooled.n) == (pytest.approx(5.3), False, 2)


def test_a_rate_that_moved_is_told_apart_from_chance() -> None:
    assert retest(told(5.0, 0.1), [told(6.0, 0.1)]).moved
    assert not retest(told(5.0, 0.4), [told(6.0, 0.4)]).moved


def test_earlier_rates_that_scatter_make_a_change_less_sure() -> None:
    steady, wild = [told(6.0, 0.1)] * 3, [told(rate, 0.1) for rate in (5.4, 6.0, 6.6)]
    assert retest(told(5.5, 0.1), steady).moved
    assert not retest(told(5.5, 0.1), wild).moved


def test_sessions_without_a_rate_do_not_count() -> None:
    nothing = Resonance(reason=ALIKE)
    alone = retest(told(5.0, 0.1), [nothing])
    assert (alone.frequency_per_min, alone.moved, alone.n) == (pytest.approx(5.0), None, 1)
    before = retest(nothing, [told(5.0, 0.1), told(5.2, 0.1)])
    assert (before.frequency_per_min, before.moved, before.n) == (pytest.approx(5.1), None, 2)
    empty = retest(nothing, [])
    assert (empty.frequency_per_min, empty.se_per_min, empty.moved, empty.n) == (None, None, None, 0)
