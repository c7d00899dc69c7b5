"""The breathing rate carried along in time: how likely each rate is, and that no breath shows at all.

A breath changes its rate little by little, or, seldom, all at once; and now and then the heart does not show it. Beside
the rates stands one more state, that of no breath to be seen: without it the largest chance peak would pass for one.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.breath.evidence import RATES_PER_MIN, WINDOW_S, Even, Evidence, strengths
from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray

STEP_S = 5.0
WEIGHT = 0.3
"""Windows of a minute, 5 s apart, are nearly the same data: each counts so much, a minute of them for 3.6."""
CHANCE = 1.3
"""A rate that stands out no more than this, in units of the noise, speaks against a breath there."""
WANDER = 0.02
"""Usual change of the breathing rate in 5 s, as a share of it."""
JUMP = 0.015
"""Probability in 5 s that the breath turns to any other rate, or comes in sight or out of it."""
UNSEEN = 0.5
"""Probability that the heart shows no breath, before anything is known of it."""
N_STEPS_MOST = 24
"""After two minutes without a figure the breath may have gone anywhere."""

N_STATES = len(RATES_PER_MIN) + 1
"""The rates, and last the state that no breath is seen."""


def likelihood(window: Evidence, n_steps: float = 1.0) -> FloatArray:
    """How well each state explains a window, relative to that of no breath, for so many times 5 s of new beats."""
    likely = np.ones(N_STATES)
    likely[:-1] = _likely(window.strength, n_steps)
    return likely


def _likely(strength: FloatArray, n_steps: float) -> FloatArray:
    return np.asarray(((1.0 + strength) / (1.0 + CHANCE)) ** (WEIGHT * n_steps))


def begun(window: Evidence) -> FloatArray:
    """Probability of each state after the first window, all of which is new."""
    return _normal(_before() * likelihood(window, window.n / RATE_HZ / STEP_S))


def moved_on(likely: FloatArray, window: Evidence, n_steps: int) -> FloatArray:
    """Probability of each state so many times 5 s later, with the window that ends then."""
    return _normal(moved(likely, n_steps) * likelihood(window, n_steps))


def moved(likely: FloatArray, n_steps: int) -> FloatArray:
    """Probability of each state so many times 5 s later, when nothing was seen since."""
    return np.asarray(likely @ _moving(min(n_steps, N_STEPS_MOST)))


def smoothed(even: Even) -> tuple[FloatArray, NDArray[np.float32]]:
    """Probability of each state every 5 s, given all of a stretch: forward and backward through time.

    Returns
    -------
    at_s : ndarray, shape (n,)
    likely : ndarray, shape (n, 112)
    """
    n, n_window = len(even.rr_ms), round(WINDOW_S * RATE_HZ)
    middles = np.arange(STEP_S / 2, n / RATE_HZ, STEP_S)
    firsts = np.clip(np.round(middles * RATE_HZ).astype(int) - n_window // 2, 0, max(0, n - n_window))
    # a night has thousands of windows: nothing more of each is kept, in half of the room
    evidence = np.ones((len(middles), N_STATES), dtype=np.float32)
    for number, strength in strengths(even.rr_ms, firsts, n_window):
        evidence[number, :-1] = _likely(strength, 1.0)
    return even.begin_s + middles, _both_ways(evidence)


def _both_ways(evidence: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probability of each state at each step, given how well it explains the window of every step.

    One loop goes forward from the first step and backward from the last at the same time.
    """
    from_both_ends = np.stack((evidence, evidence[::-1]), axis=1)
    once = _moving(1)
    halves = np.stack((once, once.T)).reshape(2, N_STATES, 2, -1).transpose(0, 2, 1, 3).copy()
    both = np.ones_like(evidence)
    state = from_both_ends[0] * np.stack((_before(), np.ones(N_STATES)))
    state /= np.add.reduce(state, axis=1, keepdims=True)
    both[0] *= state[0]
    for i in range(1, len(evidence)):
        state = (state[:, np.newaxis, np.newaxis] @ halves).reshape(2, N_STATES)
        both[-1 - i] *= state[1]
        state *= from_both_ends[i]
        state /= np.add.reduce(state, axis=1, keepdims=True)
        both[i] *= state[0]
    both /= both.sum(axis=1, keepdims=True)
    return both


@cache
def _before() -> FloatArray:
    likely = np.full(N_STATES, (1.0 - UNSEEN) / (N_STATES - 1))
    likely[-1] = UNSEEN
    return likely


@cache
def _moving(n_steps: int) -> FloatArray:
    """Probability of each state (column) so many times 5 s after another (row)."""
    once = np.zeros((N_STATES, N_STATES))
    once[:-1, :-1] = _wandering()
    once[-1, -1] = 1.0
    once = (1.0 - JUMP) * once + JUMP * _before()
    return np.asarray(np.linalg.matrix_power(once, n_steps))


@cache
def _wandering() -> FloatArray:
    """Probability of each rate (column) 5 s after another (row), where the breath does not turn."""
    apart = (RATES_PER_MIN[:, None] - RATES_PER_MIN[None, :]) / (WANDER * RATES_PER_MIN[:, None])
    near = np.exp(-np.minimum(apart**2, 80.0) / 2)  # smaller ones are slow to calculate with
    return np.asarray(near / near.sum(axis=1, keepdims=True))


def _normal(likely: FloatArray) -> FloatArray:
    return np.asarray(likely / np.add.reduce(likely))
