"""An electroencephalogram as it comes: twenty times a second what the second before shows, and whether it counts."""

from collections.abc import Sequence

import numpy as np

from biofeedback.analysis.eeg.epochs import EPOCH_S, Epoch, EpochStream, mains_of
from biofeedback.analysis.eeg.filters import Floats
from biofeedback.analysis.eeg.verdicts import N_SETTLE, Judge, Reason, baseline_of, no_baseline

STEP_S = 0.05
"""Beside the filters' own delay, and that of the link, an answer comes no later than feedback allows."""
N_SETTLE_STEPS = round(N_SETTLE * EPOCH_S / STEP_S)
LEARN_S = 4.0
"""Of so much the mains are told from each other. The filters settle meanwhile, so that nothing is lost by it."""
LONGEST_HELD_S = 10.0
"""A longer loss begins anew instead of being filled up."""


def step_s(rate_hz: float) -> float:
    """How far apart epochs are: whole samples."""
    return round(STEP_S * rate_hz) / rate_hz


class LiveEeg:
    """Samples in, epochs out, some twenty in a second, each of the second before it.

    The same epochs come however the samples are cut.

    Parameters
    ----------
    n_channels : int
    rate_hz : float

    Attributes
    ----------
    mains_hz : float or None
    n_lost : int
        Samples that never came.
    n_begun : int
        How often it has begun, at first and after what could not be filled up; the filters settle each time.

    Raises
    ------
    ValueError
        If the rate cannot be used.
    """

    def __init__(self, n_channels: int, rate_hz: float) -> None:
        self._n_step = EpochStream(rate_hz, 50.0, n_channels, STEP_S).n_step  # which says what is wrong with the rate
        self._n_channels, self._rate_hz = n_channels, rate_hz
        self._next: int | None = None
        self._begun_at = 0
        self._stream: EpochStream | None = None
        self._waiting = np.zeros((n_channels + 1, 0))
        self.mains_hz: float | None = None
        self.n_lost = self.n_begun = 0

    def push(self, first_sample: int, samples_uv: Floats, movement_g: Floats | None = None) -> list[tuple[int, Epoch]]:
        """Take the next samples.

        Parameters
        ----------
        first_sample : int
            The number of the first; one that leaps tells of samples lost, one that is lower of a band begun anew.
        samples_uv : array, shape (n_channels, n)
        movement_g : array, shape (n,), optional
            Length of the acceleration.

        Returns
        -------
        list of (int, Epoch)
            Each epoch with the number of the sample after its last.
        """
        n_lost = 0 if self._next is None else first_sample - self._next
        self._next = first_sample + samples_uv.shape[1]
        if n_lost > 0:
            self.n_lost += n_lost
        if n_lost < 0 or n_lost > LONGEST_HELD_S * self._rate_hz:
            self._stream, self._waiting, n_lost = None, self._waiting[:, :0], 0
        movement = np.full(samples_uv.shape[1], np.nan) if movement_g is None else movement_g
        samples = np.vstack([samples_uv, movement])
        if n_lost:
            samples = np.concatenate([np.full((len(samples), n_lost), np.nan), samples], axis=1)
            first_sample -= n_lost
        if not self._waiting.shape[1] and self._stream is None:
            self._begun_at = first_sample
        self._waiting = np.concatenate([self._waiting, samples], axis=1)
        n_ready = self._waiting.shape[1] // self._n_step * self._n_step
        if self._stream is None:
            self._learn()
        if self._stream is None or not n_ready:
            return []
        # Whole steps at a time: no epoch comes sooner from fewer samples, and each call of a filter has its price
        ready, self._waiting = self._waiting[:, :n_ready], self._waiting[:, n_ready:]
        found = self._stream.push(ready[:-1], ready[-1])
        end = self._begun_at + self._stream.n_epoch
        return [(end + epoch.index * self._n_step, epoch) for epoch in found]

    def _learn(self) -> None:
        """Begin once there are enough samples to know the mains."""
        n_learn = round(LEARN_S * self._rate_hz)
        if self._waiting.shape[1] < n_learn:
            return
        if self.mains_hz is None:
            self.mains_hz = mains_of(self._waiting[:-1, :n_learn], self._rate_hz)
        self._stream = EpochStream(self._rate_hz, self.mains_hz, self._n_channels, STEP_S)
        self.n_begun += 1


class Verdicts:
    """Says of each epoch on each channel why it cannot be used, at first by what is so for everybody.

    Parameters
    ----------
    channels : sequence of str
    """

    def __init__(self, channels: Sequence[str]) -> None:
        self._channels = tuple(channels)
        self._baseline = no_baseline(len(channels))
        self._judge = Judge(channels, N_SETTLE_STEPS)

    def judge(self, epoch: Epoch) -> list[Reason | None]:
        """The reason of each channel; None where it can be used."""
        return self._judge.judge(epoch, self._baseline)

    def settle(self) -> None:
        """The filters begin anew."""
        self._judge = Judge(self._channels, N_SETTLE_STEPS)

    def learn(self, epochs: Sequence[Epoch]) -> list[list[Reason | None]]:
        """Judge by what is usual in these epochs from now on; the reasons of these themselves, by epoch."""
        self._baseline = baseline_of(epochs)
        again = Judge(self._channels, N_SETTLE_STEPS)
        return [again.judge(epoch, self._baseline) for epoch in epochs]
