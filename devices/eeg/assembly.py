"""Packets of a headband put together to frames of all electrodes, and what was lost counted."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from devices.eeg import athena
from devices.eeg.movement import Movement
from devices.eeg.muse import N_SAMPLES, NUMBERS, RATE_HZ

PATIENCE = round(RATE_HZ / N_SAMPLES)
"""Packets, about a second, that may still become whole."""
CLOCK_MARGIN_S = 2.0
"""Numbers that leap further than the time that has passed, by more than this, began anew."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """Samples of all electrodes.

    Attributes
    ----------
    first_sample : int
        Since the stream began; 0 where it begins with these.
    counts : ndarray of int32, shape (n_samples, n_electrodes + n_axes)
    n_axes : int
        Of the accelerometer, behind the electrodes; the same for the whole stream.
    """

    first_sample: int
    counts: NDArray[np.int32]
    n_axes: int


@dataclass(slots=True)
class Assembly:
    """Frames of a connection with a band of which each electrode sends packets of its own.

    A number for which a packet of one electrode is missing is lost for all: what is there of it could not be told from
    what is not. Packets of an electrode come in order, so that it is known to be lost as soon as a later one is whole.

    Parameters
    ----------
    n_electrodes : int
    movement : Movement
    """

    n_electrodes: int
    movement: Movement = field(default_factory=Movement)
    _waiting: dict[int, dict[int, NDArray[np.int32]]] = field(default_factory=dict, init=False)
    _last: tuple[int, float] | None = field(default=None, init=False)
    _first_sample: int = field(default=0, init=False)
    _n_axes: int = field(default=0, init=False)

    def take(self, electrode: int, number: int, counts: NDArray[np.int32], at_s: float) -> Assembled | None:
        """Take a packet of an electrode that arrived at a time in seconds; the frame that it makes whole."""
        if self._last and (self._last[0] - number) % NUMBERS < PATIENCE:
            return None  # told twice, or left over of a number that another packet is missing of
        waiting = self._waiting.setdefault(number, {})
        waiting[electrode] = counts
        if len(waiting) < self.n_electrodes:
            while len(self._waiting) > PATIENCE:
                del self._waiting[next(iter(self._waiting))]
            return None
        self._waiting = {
            other: packets for other, packets in self._waiting.items() if 0 < (other - number) % NUMBERS < NUMBERS // 2
        }
        return self._whole(number, np.column_stack([waiting[each] for each in range(self.n_electrodes)]), at_s)

    def _whole(self, number: int, counts: NDArray[np.int32], at_s: float) -> Assembled | None:
        moved = self.movement.beside(counts)
        if moved is None:
            return None
        n_axes = moved.shape[1] - self.n_electrodes
        if self._last and n_axes == self._n_axes:
            step = (number - self._last[0]) % NUMBERS
            goes_on = step * N_SAMPLES / RATE_HZ <= at_s - self._last[1] + CLOCK_MARGIN_S
            self._first_sample = self._first_sample + step * N_SAMPLES if goes_on else 0
        else:
            self._first_sample = 0
        self._n_axes, self._last = n_axes, (number, at_s)
        return Assembled(self._first_sample, moved, n_axes)


@dataclass(slots=True)
class AthenaAssembly:
    """Frames of a connection with a Muse S Athena, whose parts hold all electrodes.

    Numbers of parts begin again after 2 or 4 s. How often they did between two is what comes nearest to the time that
    has passed, and never more than fits into the packets between, which are counted too: one that is late is no loss.
    """

    movement: Movement = field(default_factory=Movement)
    _last: tuple[athena.Part, float] | None = field(default=None, init=False)
    _next_sample: int = field(default=0, init=False)
    _n_axes: int = field(default=0, init=False)

    def take(self, part: athena.Part, at_s: float) -> Assembled | None:
        """Take a part with samples that arrived at a time in seconds; the frame that it makes."""
        counts = athena.decode_eeg(part)
        n_samples, n_electrodes = counts.shape
        step = self._step(part, at_s, n_samples)
        if step is not None and step <= 0:
            return None  # told twice, or late
        moved = self.movement.beside(counts)
        if moved is None:
            return None
        n_axes = moved.shape[1] - n_electrodes
        goes_on = step is not None and n_axes == self._n_axes
        first_sample = self._next_sample + (step - 1) * n_samples if step is not None and goes_on else 0
        self._next_sample = first_sample + n_samples
        self._n_axes, self._last = n_axes, (part, at_s)
        return Assembled(first_sample, moved, n_axes)

    def _step(self, part: athena.Part, at_s: float, n_samples: int) -> int | None:
        """How many parts this is further than the last one; None where it begins anew."""
        if self._last is None or self._last[0].tag != part.tag:
            return None
        before, before_s = self._last
        step = (part.number - before.number) % athena.NUMBERS
        likely = (at_s - before_s) * RATE_HZ / n_samples
        most = athena.MOST_PARTS * ((part.packet - before.packet) % athena.NUMBERS + 1)
        turns = min(round((likely - step) / athena.NUMBERS), (most - step) // athena.NUMBERS)
        return step + athena.NUMBERS * turns
