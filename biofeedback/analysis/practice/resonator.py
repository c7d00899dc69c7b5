"""A heart's answer to slow breaths of several paces, laid beside those of resonators.

The answer behaves as a resonator of second order: largest at its own rate, ahead of the lungs below it and behind them
above it (Vaschillo and Lehrer; science B5, C2, C3). Size and lag of the waves are compared with those of every
resonator from 3.6 to 7.4 a minute, broad or sharp, whose lag changes as a resonator's does, in part or not at all,
which answers sooner or later, and warms up or tires.
"""

from dataclasses import dataclass

import numpy as np

from biofeedback.analysis.breath.swing import ComplexArray
from biofeedback.analysis.signal.spectrum import FloatArray

LEAST_REST = 1e-9
"""Share of the waves' power that no fit explains: nothing measured is exacter."""

RATES_PER_MIN = np.arange(3.6, 7.4001, 0.05)
_SHARPNESS = np.geomspace(0.8, 6.0, 8)
_LAG_SHARES = np.linspace(0.0, 1.0, 5)
_DELAYS_S = np.arange(-3.0, 3.001, 0.15)
_USUAL_DELAY_S, _DELAY_SPREAD_S, _DELAY_FREEDOM = 0.3, 0.6, 3.0
"""A person breathes a little behind the pacer; that the answer itself comes in time with the lungs is known only
roughly, so the expectation has the wide tails of Student's t."""
_GROWTHS, _GROWTH_SPREAD = np.array([-0.25, 0.0, 0.25]), 0.2
"""Logarithm by which the answer grows from the middle of the session to its end: people warm up to it, or tire."""


@dataclass(frozen=True, slots=True)
class Waves:
    """Waves of the heart against the lungs, each of a few breaths: sizes in ms, negative angles where it lags."""

    at_s: FloatArray
    rates: FloatArray
    sizes: ComplexArray


def likely_rates(waves: Waves) -> tuple[FloatArray, float]:
    """How likely each resonance rate is.

    Grids stand for what is not known, each point as likely as the next but for delay and growth; the size of the answer
    is fitted, that of the noise integrated out.

    Parameters
    ----------
    waves : Waves
        Of two paces or more.

    Returns
    -------
    likely : ndarray, shape of `RATES_PER_MIN`
        Probability of each rate; their sum is 1.
    odds : float
        Of a resonator against a heart whose answer is the same at every pace.
    """
    rates = waves.rates
    off = _SHARPNESS[:, None] * (rates / RATES_PER_MIN[:, None, None] - RATES_PER_MIN[:, None, None] / rates)
    shares = _LAG_SHARES[:, None, None, None]
    resonators = np.exp(-1j * shares * np.arctan(off)) / np.sqrt(1.0 + off**2)
    fits = _fits(resonators, waves)
    alike = _fits(np.ones(len(rates), dtype=complex), waves)
    top = float(max(fits.max(), alike.max()))
    weights = np.exp(fits - top)
    odds = float(weights.mean() / np.exp(alike - top).mean())
    by_rate = weights.sum(axis=(0, 1, 3, 4))
    return np.asarray(by_rate / by_rate.sum()), odds


def _fits(answers: ComplexArray, waves: Waves) -> FloatArray:
    """Logarithm of the likelihood of each answer (..., n waves) with each growth (first) and delay (last)."""
    in_time = waves.sizes * np.exp(2j * np.pi * np.outer(_DELAYS_S, waves.rates) / 60.0)
    apart = (_DELAYS_S - _USUAL_DELAY_S) / _DELAY_SPREAD_S
    expected = -(_DELAY_FREEDOM + 1.0) / 2.0 * np.log1p(apart**2 / _DELAY_FREEDOM)
    total = float(np.sum(np.abs(waves.sizes) ** 2))
    middle_s, half_s = (waves.at_s[-1] + waves.at_s[0]) / 2.0, (waves.at_s[-1] - waves.at_s[0]) / 2.0
    fits = []
    for growth in _GROWTHS:
        grown = np.exp(growth * (waves.at_s - middle_s) / half_s)
        matched = np.maximum(0.0, (answers.conj() @ (grown * in_time).T).real)
        power = (np.abs(answers) ** 2 @ grown**2)[..., None]
        rest = np.maximum(1.0 - matched**2 / (power * total), LEAST_REST)
        usual = expected - (growth / _GROWTH_SPREAD) ** 2 / 2.0
        fits.append(usual - (len(waves.rates) - 0.5) * np.log(rest))
    return np.array(fits)
