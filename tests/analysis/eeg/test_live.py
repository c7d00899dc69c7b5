"""Epochs twenty times a second, however the samples come, and rewards that one's own rest decides about."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.eeg.epochs import Epoch
from biofeedback.analysis.eeg.live import LEARN_S, LONGEST_HELD_S, LiveEeg, step_s
from biofeedback.analysis.eeg.reward import Reward, measures
from biofeedback.analysis.eeg.rhythms import BANDS
from protocols.neurofeedback import AIMS, HELD_SHARE, HOLD_S, LEAST_BASELINE_S, REWARDED_SHARE
from protocols.phases import Feedback

RATE_HZ = 128.0
N = 1000
MADE = np.random.default_rng(1).normal(0.0, 20.0, (2, N)) + 400.0
MOVED = np.random.default_rng(2).normal(1.0, 0.01, N)


def cut(at: list[int]) -> list[tuple[int, Epoch]]:
    live = LiveEeg(2, RATE_HZ)
    edges = [0, *sorted(at), N]
    return [
        each for first, last in pairwise(edges) for each in live.push(first, MADE[:, first:last], MOVED[first:last])
    ]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, N), max_size=20))
def test_epochs_are_the_same_to_the_bit_however_the_samples_come(at: list[int]) -> None:
    whole, parts = cut([]), cut(at)
    assert [end for end, _ in whole] == [end for end, _ in parts]
    n_step = round(step_s(RATE_HZ) * RATE_HZ)
    assert len(whole) == 1 + (N // n_step * n_step - 128) // n_step
    for (_, one), (_, other) in zip(whole, parts, strict=True):
        for name in Epoch.__slots__:
            assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_nothing_comes_before_the_mains_are_known() -> None:
    live, n_learn = LiveEeg(2, RATE_HZ), round(LEARN_S * RATE_HZ)
    assert not live.push(0, MADE[:, : n_learn - 1])
    assert live.mains_hz is None
    assert live.push(n_learn - 1, MADE[:, n_learn - 1 : n_learn])
    assert live.mains_hz in (50.0, 60.0)


def test_a_leap_is_a_loss_and_a_long_one_a_new_beginning() -> None:
    live = LiveEeg(2, RATE_HZ)
    live.push(0, MADE[:, :600])
    found = live.push(650, MADE[:, 600:800])
    assert live.n_lost == 50
    assert any(epoch.lost.all() for _, epoch in found)
    far = 850 + round(LONGEST_HELD_S * RATE_HZ) + 1
    assert not live.push(far, MADE[:, :100]), "it learns anew, instead of filling up hours"
    assert live.push(far + 100, MADE[:, 100:])
    assert not live.push(0, MADE[:, :100]), "a band that was begun anew"


@pytest.mark.parametrize("rate_hz", [50.0, 100_000.0])
def test_a_rate_that_cannot_be_followed_is_refused(rate_hz: float) -> None:
    with pytest.raises(ValueError, match="samples a second"):
        LiveEeg(2, rate_hz)


STEP_S = 0.05
N_REST = round(150.0 / STEP_S)


def bands_at_rest(seed: int, n: int = N_REST, n_electrodes: int = 2) -> np.ndarray:
    """Powers that go up and down as those of filters do."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((n + 20, len(BANDS), n_electrodes))
    slow = np.stack([noise[i : i + 20].mean(axis=0) for i in range(n)])
    return np.exp(4.0 * slow)


def rewarded(reward: Reward, feedback: Feedback, bands: np.ndarray) -> float:
    good = np.ones(bands.shape[2], bool)
    return float(np.mean([reward.take(measures(AIMS[feedback].conditions, each), good).reached for each in bands]))


def rested(feedback: Feedback, bands: np.ndarray, usable: np.ndarray | None = None) -> Reward:
    conditions = AIMS[feedback].conditions
    every = np.ones((len(bands), bands.shape[2]), bool) if usable is None else usable
    return Reward(conditions, np.stack([measures(conditions, each) for each in bands]), every, STEP_S)


@pytest.mark.parametrize("feedback", list(AIMS))
@pytest.mark.parametrize("seed", range(4))
def test_of_more_of_the_same_rest_about_five_in_eight_would_be_rewarded(feedback: Feedback, seed: int) -> None:
    rest = bands_at_rest(seed)
    reward = rested(feedback, rest)
    assert reward.expected_share == pytest.approx(REWARDED_SHARE, abs=0.01)
    assert rewarded(reward, feedback, rest) == pytest.approx(REWARDED_SHARE, abs=0.01)
    assert 0.5 <= rewarded(reward, feedback, bands_at_rest(seed + 100)) <= 0.75
    assert 0.0 < reward.ease <= 1.0


@pytest.mark.parametrize("feedback", AIMS)
def test_an_electrode_that_conducts_better_or_dries_changes_nothing(feedback: Feedback) -> None:
    rest = bands_at_rest(1)
    reward = rested(feedback, rest)
    before = rewarded(reward, feedback, rest)
    for power in (0.25, 4.0):
        assert rewarded(reward, feedback, power * rest) == pytest.approx(before, abs=2e-3)


def test_a_reward_takes_all_conditions_for_a_quarter_of_a_second() -> None:
    reward = rested(Feedback.SMR, bands_at_rest(2))
    names = [band.name for band in BANDS]
    good = np.ones(2, bool)
    best, tense = np.ones((len(BANDS), 2)), np.ones((len(BANDS), 2))
    best[names.index("smr")], best[names.index("theta")], best[names.index("high_beta")] = 50.0, 0.02, 0.02
    tense[:] = best
    tense[names.index("high_beta")] = 50.0
    conditions = AIMS[Feedback.SMR].conditions
    n_hold = round(HOLD_S / STEP_S)
    answers = [reward.take(measures(conditions, best), good).reached for _ in range(n_hold)]
    assert answers == [False] * (n_hold - 1) + [True]
    assert not reward.take(measures(conditions, tense), good).reached
    assert reward.take(measures(conditions, tense), good).place == 1.0, "what is shown is the first condition"
    assert not reward.take(measures(conditions, best), good).reached
    reward.interrupt()
    assert not any(reward.take(measures(conditions, best), good).reached for _ in range(n_hold - 1))


def test_a_replayed_reward_comes_no_sooner_after_what_could_not_be_used_than_ones_own() -> None:
    rest = bands_at_rest(3)
    reward = rested(Feedback.ALPHA_REPLAYED, rest)
    now = measures(AIMS[Feedback.ALPHA_REPLAYED].conditions, rest[0])
    n_hold = round(HOLD_S / STEP_S)

    def shown(n: int) -> list[bool]:
        found = []
        for _ in range(n):
            reward.take(now, np.ones(2, bool))
            found.append(reward.replay().reached)
        return found

    whole = shown(len(rest))
    broken = []
    while len(broken) < len(rest):
        reward.interrupt()
        broken += shown(100)
    for n, (there, then) in enumerate(zip(broken, whole, strict=True)):
        assert there == (then and n % 100 >= n_hold - 1)


def test_a_goal_that_somebody_chose_changes_what_has_to_be_high_and_nothing_of_what_has_to_stay_low() -> None:
    reward = rested(Feedback.SMR, bands_at_rest(2))
    names, good = [band.name for band in BANDS], np.ones(2, bool)
    calm, tense = np.ones((len(BANDS), 2)), np.ones((len(BANDS), 2))
    calm[names.index("theta")] = calm[names.index("high_beta")] = 0.02
    tense[names.index("smr")] = tense[names.index("high_beta")] = 50.0
    conditions = AIMS[Feedback.SMR].conditions
    n_hold = round(HOLD_S / STEP_S)
    place = reward.take(measures(conditions, calm), good).place
    reward.interrupt()
    for goal, reached in ((place, True), (min(1.0, place + 0.05), place == 1.0)):
        assert [reward.take(measures(conditions, calm), good, goal).reached for _ in range(n_hold)][-1] is reached
    assert not any(reward.take(measures(conditions, tense), good, 0.0).reached for _ in range(2 * n_hold))


def test_an_electrode_without_rest_is_never_used_and_too_little_rest_is_refused() -> None:
    bands = bands_at_rest(3)
    usable = np.ones((N_REST, 2), bool)
    usable[:, 1] = False
    reward = rested(Feedback.ALPHA, bands, usable)
    assert reward.usable(np.array([True, True])).tolist() == [True, False]
    n_little = round(LEAST_BASELINE_S / STEP_S) - 1
    with pytest.raises(ValueError, match="are needed"):
        rested(Feedback.ALPHA, bands[:n_little])


def test_shares_are_those_of_the_literature() -> None:
    for aim in AIMS.values():
        assert [each.share for each in aim.conditions] == [REWARDED_SHARE, *[HELD_SHARE] * (len(aim.conditions) - 1)]
