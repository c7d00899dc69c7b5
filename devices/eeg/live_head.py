"""A simulated head without end, sample after sample: the same rhythms and the same trouble as in its recordings."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from devices.eeg.head import (
    OPEN_SHARE,
    Head,
    Trouble,
    blink,
    hanging,
    hum,
    of_last,
    per_minute,
    rhythms,
    wandering,
)
from devices.eeg.recording import Floats

BLOCK_S, FADE_S = 16, 1
"""So much is drawn at a time; it fades into the next, so that the power of every rhythm stays as it is."""
LONGEST_S = 4.0
"""Whatever spoils a recording is over by then, and so never crosses into the next block."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Some samples.

    Attributes
    ----------
    recorded_uv, brain_uv : array, shape (n_channels, n)
        What the band measures, and what the brain alone gives.
    movement_g : array, shape (n,)
    lost : array of bool, shape (n,)
        Which never arrive.
    """

    recorded_uv: Floats
    brain_uv: Floats
    movement_g: Floats
    lost: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


@dataclass(frozen=True, slots=True)
class _Block:
    at_s: Floats
    spoilt: Floats
    brain: Floats
    alpha: Floats
    movement: Floats
    lost: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    hears_nothing: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


class LiveHead:
    """A head that goes on; the same seed, and the same calm asked for, give the same samples.

    Parameters
    ----------
    head : Head

    Attributes
    ----------
    troubles : list of Trouble
        What spoils the samples up to the end of the block at hand, in seconds since the start.
    """

    def __init__(self, head: Head) -> None:
        self.head = head
        self.troubles: list[Trouble] = []
        self._rng = np.random.default_rng([head.seed, 1])
        n_channels = len(head.electrodes)
        self._n_block = round(BLOCK_S * head.rate)
        self._n_fade = round(FADE_S * head.rate)
        self._level_uv = self._rng.uniform(-2000.0, 2000.0, (n_channels, 1))
        self._hum_share = self._rng.uniform(0.5, 1.0, (n_channels, 1))
        self._loose_s = float(self._rng.uniform(0.55, 0.75)) * head.minutes * 60.0
        self._blocks = self._without_end()
        self._block = next(self._blocks)
        self._n = 0

    def take(self, n: int, calm: float = 0.0) -> Heard:
        """The next samples, while the person is so calm (0 to 1)."""
        parts = []
        while n:
            if self._n == self._n_block:
                self._block, self._n = next(self._blocks), 0
            end = min(self._n + n, self._n_block)
            parts.append(self._cut(slice(self._n, end), calm))
            n, self._n = n - (end - self._n), end
        if len(parts) == 1:
            return parts[0]
        return Heard(
            np.concatenate([part.recorded_uv for part in parts], axis=1),
            np.concatenate([part.brain_uv for part in parts], axis=1),
            np.concatenate([part.movement_g for part in parts]),
            np.concatenate([part.lost for part in parts]),
        )

    def _cut(self, part: slice, calm: float) -> Heard:
        head, block = self.head, self._block
        rise = OPEN_SHARE + (1.0 - OPEN_SHARE) * head.closed(block.at_s[part])
        alpha = np.outer(head.weights[0], block.alpha[part] * rise * head.alpha_uv * (1.0 + head.calming * calm))
        brain = block.brain[:, part] + alpha
        recorded = block.spoilt[:, part] + brain
        deaf = block.hears_nothing[part]
        recorded[-1, deaf] = block.spoilt[-1, part][deaf]
        return Heard(recorded, brain, block.movement[part], block.lost[part])

    def _without_end(self) -> Iterator[_Block]:
        n, n_fade = self._n_block, self._n_fade
        turn = (np.arange(n_fade) + 0.5) / n_fade * (math.pi / 2.0)
        tail: tuple[Floats, ...] | None = None
        first = 0
        while True:
            drawn = rhythms(self.head, self._rng, n + n_fade)
            rhythm = tuple(each[..., :n].copy() for each in drawn)
            if tail is not None:
                for each, before in zip(rhythm, tail, strict=True):
                    each[..., :n_fade] = np.sin(turn) * each[..., :n_fade] + np.cos(turn) * before
            tail = tuple(each[..., n:] for each in drawn)
            yield self._spoilt(first, *rhythm)
            first += n

    def _spoilt(self, first: int, background: Floats, alpha: Floats, smr: Floats) -> _Block:
        head, rng, n = self.head, self._rng, self._n_block
        since_s = np.arange(n) / head.rate
        at_s = (first + np.arange(n)) / head.rate
        drift = self._level_uv + wandering(head, rng, background.shape)
        self._level_uv = drift[:, -1:]
        spoilt = drift + hum(head, at_s) * self._hum_share
        movement = 1.0 + 0.004 * rng.standard_normal(n)
        troubles = []
        for kind, per_min in per_minute(head):
            earliest_s = 0.0 if first else LONGEST_S
            moments_s = rng.uniform(earliest_s, BLOCK_S - LONGEST_S, rng.poisson(per_min * BLOCK_S / 60.0))
            for begin_s in np.sort(moments_s):
                if kind is blink and head.closed(at_s[[int(begin_s * head.rate)]])[0]:
                    continue
                troubles.append(kind(head, rng, since_s, float(begin_s), spoilt, movement))
        lost = np.zeros(n, dtype=bool)
        for trouble in troubles:
            if trouble.kind == "lost":
                lost |= (since_s >= trouble.from_s) & (since_s < trouble.to_s)
        loose = self._hang(at_s, spoilt)
        begin_s = first / head.rate
        self.troubles += [replace(each, from_s=each.from_s + begin_s, to_s=each.to_s + begin_s) for each in troubles]
        brain = background + np.outer(head.weights[1], smr * head.smr_uv)
        return _Block(at_s, spoilt, brain, alpha, movement, lost, loose)

    def _hang(self, at_s: Floats, spoilt: Floats) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """The last electrode hangs in the air for some seconds of each time that the eyes were open and closed."""
        head = self.head
        since_s = at_s % (head.minutes * 60.0)
        loose = (since_s >= self._loose_s) & (since_s < self._loose_s + head.loose)
        if loose.any():
            spoilt[-1, loose] = hanging(head, self._rng, at_s[loose], float(self._level_uv[-1, 0]))
            from_s, to_s = at_s[loose][[0, -1]]
            self.troubles.append(Trouble("loose", float(from_s), float(to_s), of_last(len(spoilt))))
        return np.asarray(loose)
