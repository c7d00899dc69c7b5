"""How the tree of a scene is grown: branches that fork, and leaves in clumps at their ends."""

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

LIMBS = ((-0.98, 0.22, 0.024), (-0.48, 0.25, 0.031), (-0.04, 0.26, 0.036), (0.44, 0.25, 0.031), (0.94, 0.22, 0.024))
"""Lean from upright in radians, length and thickness of the branches at the fork of the trunk."""
N_FORKS = 6
SHRINK, THIN = 0.80, 0.66
"""Length and thickness of a branch beside those of the branch it comes from."""
LEAVES_FROM = 1
N_LEAVES = 32
"""From so many forks on there are leaves at a branch's end, and how many."""
CLUMP = 0.085
"""How far leaves lie from it."""
WIDTH, LOWEST = 1.36, 0.17
"""Width of the crown, and where its leaves begin, in heights of the crown."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A piece of wood, bent towards `bend`; places in heights of the crown, from the fork of the trunk, y upwards."""

    begin: tuple[float, float]
    bend: tuple[float, float]
    end: tuple[float, float]
    thickness: float
    forks: int
    front: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf.

    Attributes
    ----------
    at : tuple of float
        Place, as of a `Branch`.
    turn_rad : float
    size : float
    lit : float
        How much light falls on it, 0 to 1.
    late : float
        How clear it has to be before it is there, 0 to 1.
    front : bool
        On the near side of the crown.
    """

    at: tuple[float, float]
    turn_rad: float
    size: float
    lit: float
    late: float
    front: bool


@cache
def grow(seed: int) -> tuple[tuple[Branch, ...], tuple[Leaf, ...]]:
    """A tree of a seed; grown once, whatever the sizes and colours that it is painted in."""
    rng = np.random.default_rng(seed)
    branches: list[Branch] = []
    for turn, length, thickness in LIMBS:
        _fork(rng, branches, (0.0, -0.03), 0.0, turn, length, thickness, 0, front=bool(rng.random() < 0.6))
    branches = _pruned(_fitted(branches))
    leaves = [leaf for branch in branches if branch.forks >= LEAVES_FROM for leaf in _clump(rng, branch)]
    # the lit ones lie over those in shade
    leaves.sort(key=lambda leaf: leaf.lit + 0.3 * leaf.late)
    return tuple(branches), tuple(leaves)


def _fitted(branches: list[Branch]) -> list[Branch]:
    """The same with the height and the width that they are to have."""
    tall = (1.0 - CLUMP) / max(branch.end[1] for branch in branches)
    ends = [branch.end[0] for branch in branches]
    wide = (WIDTH - 2.0 * CLUMP) / (max(ends) - min(ends))

    def fitted(at: tuple[float, float]) -> tuple[float, float]:
        return wide * at[0], tall * at[1]

    return [
        replace(branch, begin=fitted(branch.begin), bend=fitted(branch.bend), end=fitted(branch.end))
        for branch in branches
    ]


def _pruned(branches: list[Branch]) -> list[Branch]:
    """The same without twigs that hang low, and without what grows from them."""
    kept: list[Branch] = []
    for branch in branches:
        grown_on = not branch.forks or any(other.end == branch.begin for other in kept)
        if grown_on and (branch.forks < 2 or branch.end[1] > LOWEST):
            kept.append(branch)
    return kept


def _fork(
    rng: np.random.Generator,
    branches: list[Branch],
    begin: tuple[float, float],
    from_turn: float,
    turn: float,
    length: float,
    thickness: float,
    forks: int,
    *,
    front: bool,
) -> None:
    """Grow a branch that leans by `turn` from upright out of one by `from_turn`, and what forks from it."""
    end = begin[0] + length * math.sin(turn), begin[1] + length * math.cos(turn)
    between = (turn + from_turn) / 2.0
    bend = begin[0] + 0.5 * length * math.sin(between), begin[1] + 0.5 * length * math.cos(between)
    branches.append(Branch(begin, bend, end, thickness, forks, front))
    if forks == N_FORKS - 1:
        return
    spread = 0.40 + 0.06 * forks
    for side in (-1.0, 1.0):
        if forks > 2 and rng.random() < 0.12:
            continue
        onward = 0.92 * turn + side * spread * rng.uniform(0.55, 1.15)
        grown = length * SHRINK * rng.uniform(0.85, 1.12)
        _fork(rng, branches, end, turn, onward, grown, thickness * THIN, forks + 1, front=front ^ (rng.random() < 0.25))


def _clump(rng: np.random.Generator, branch: Branch) -> list[Leaf]:
    """Leaves around a branch's end; those towards the light of the clump and of the crown are lit."""
    leaves = []
    of_branch = rng.normal(0.0, 0.08)
    for _ in range(N_LEAVES):
        far, round_rad = CLUMP * math.sqrt(rng.random()), rng.uniform(0.0, 2.0 * math.pi)
        off = 1.15 * far * math.cos(round_rad), 0.75 * far * math.sin(round_rad)
        at = branch.end[0] + off[0], branch.end[1] + off[1]
        if at[1] < LOWEST - 0.06 * rng.random():
            continue
        within = (off[1] - 0.5 * off[0]) / CLUMP
        of_crown = 2.0 * at[1] - 1.1 - 0.7 * at[0]
        lit = 0.46 + of_branch + 0.26 * within + 0.26 * of_crown + rng.normal(0.0, 0.07)
        late = 0.7 * rng.random() + 0.3 * far / CLUMP
        size = rng.uniform(0.010, 0.0165)
        leaves.append(Leaf(at, rng.uniform(0.0, math.pi), size, min(max(lit, 0.0), 1.0), late, branch.front))
    return leaves
