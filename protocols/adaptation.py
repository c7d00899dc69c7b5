"""A pace that moves gently to where the heart answers most, while a person practises (science C2, C4).

Near its top the answer is flat: 0.4 a minute beside it a heart swings only some 3 to 6 % less, no more than two minutes
differ by chance. So the pace goes a little to either side by turns, and all blocks together speak. For each rate that
could be the top, a resonator's curve is laid through the logarithms of the swings; the better it fits, with the noise
taken from the blocks themselves, the likelier that rate. What was known before counts too, so that without evidence the
pace stays where it was.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

BLOCK_S = 120.0
"""The pace changes no more often than every two minutes."""
REACH_PER_MIN = 0.5
"""No further from the rate that was found: no precision below that is claimed (science C2)."""
SLOWEST_PER_MIN, QUICKEST_PER_MIN = 4.5, 7.0
PROBE_PER_MIN = 0.2
STEP_PER_MIN = 0.1
"""The middle of the probes moves by so much at most after a block."""
MOVES_FROM_PER_MIN = 0.1
"""And only where the likely rate is further off than this."""
PRIOR_SD_PER_MIN = 0.3
"""How far off a rate that was found may be: mean errors are 0.12 to 0.24 (science C3)."""
SHARPNESS = 2.0
"""Of the resonator; measured ones are 1.5 to 3 (science C3)."""
NOISE, N_NOISE = 0.1, 4.0
"""Scatter of the logarithm of a block's swing to begin with, worth so many blocks [D]."""
GRID_PER_MIN = 0.05


@dataclass(frozen=True, slots=True)
class Block:
    """Two minutes at one pace.

    Attributes
    ----------
    rate_per_min : float
        Of the pacer.
    swing : float or None
        How far the heart swung with a breath, in any unit, the first 30 s left out (science C2); None where it could
        not be told or the breath did not follow.
    """

    rate_per_min: float
    swing: float | None


@dataclass(frozen=True, slots=True)
class Pace:
    """Where to breathe next.

    Attributes
    ----------
    rate_per_min : float
        For the next block.
    middle_per_min : float
        What the rate goes to either side of: the best guess, and the rate to keep for the next session.
    """

    rate_per_min: float
    middle_per_min: float


def pace_after(found_per_min: float, blocks: Sequence[Block]) -> Pace:
    """The pace of the next block, to be taken up where a breath begins.

    Parameters
    ----------
    found_per_min : float
        The rate that was found for the person.
    blocks : sequence of Block
        All blocks of this session up to now.

    Raises
    ------
    ValueError
        For a rate outside 4.5 to 7 a minute.
    """
    if not SLOWEST_PER_MIN <= found_per_min <= QUICKEST_PER_MIN:
        raise ValueError(f"found_per_min must be {SLOWEST_PER_MIN} to {QUICKEST_PER_MIN}, not {found_per_min}")
    low = max(SLOWEST_PER_MIN, found_per_min - REACH_PER_MIN)
    high = min(QUICKEST_PER_MIN, found_per_min + REACH_PER_MIN)
    middle = found_per_min
    for n in range(1, len(blocks) + 1):
        off = likely_rate(found_per_min, blocks[:n]) - middle
        if abs(off) > MOVES_FROM_PER_MIN:
            middle = min(high, max(low, middle + math.copysign(STEP_PER_MIN, off)))
    side = PROBE_PER_MIN if len(blocks) % 2 else -PROBE_PER_MIN
    return Pace(min(high, max(low, middle + side)), middle)


def likely_rate(found_per_min: float, blocks: Sequence[Block]) -> float:
    """Mean of the rates at which the heart may answer most, each by how likely it is.

    The answer at rate f of a resonator at r is 1 / sqrt(1 + Q^2 (f/r - r/f)^2); its size is free, and so is its noise,
    whose scale has an inverse gamma distribution to begin with (Gelman et al. 2013, Bayesian Data Analysis, 3rd ed.,
    ch. 14).

    Parameters
    ----------
    found_per_min : float
    blocks : sequence of Block
    """
    return _likely(found_per_min, tuple(blocks))


@lru_cache(maxsize=64)  # after each block, all before it are asked for again
def _likely(found_per_min: float, blocks: tuple[Block, ...]) -> float:
    told = [(block.rate_per_min, math.log(block.swing)) for block in blocks if block.swing]
    n_half = round(2.0 * REACH_PER_MIN / GRID_PER_MIN)
    rates = [found_per_min + GRID_PER_MIN * i for i in range(-n_half, n_half + 1)]
    weights = [_likelihood(told, rate, found_per_min) for rate in rates]
    return sum(rate * weight for rate, weight in zip(rates, weights, strict=True)) / sum(weights)


def _likelihood(told: Sequence[tuple[float, float]], top: float, found: float) -> float:
    prior = math.exp(-0.5 * ((top - found) / PRIOR_SD_PER_MIN) ** 2)
    if not told:
        return prior
    off = [size + 0.5 * math.log1p((SHARPNESS * (rate / top - top / rate)) ** 2) for rate, size in told]
    mean = sum(off) / len(off)
    misfit = sum((x - mean) ** 2 for x in off) / (N_NOISE * NOISE**2)
    return prior * math.exp(-0.5 * (N_NOISE + len(off) - 1) * math.log1p(misfit))
