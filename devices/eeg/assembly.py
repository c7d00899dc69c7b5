"""Packets of single electrodes put together to frames of all of them, and what was lost counted."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from devices.eeg.muse import N_AXES, N_SAMPLES, NUMBERS, RATE_HZ

PATIENCE = round(RATE_HZ / N_SAMPLES)
"""Packets, about a second: so long an accelerometer is waited for, and packets that may still become whole."""
SILENT = 10 * PATIENCE
"""An accelerometer that has been heard may be silent for so long; after that nothing is told of movement."""
CLOCK_MARGIN_S = 2.0
"""Numbers that leap further than the time that has passed, by more than this, began anew."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """Samples of all electrodes.

    Attributes
    ----------
    first_sample : int
        Since the stream began; 0 where it begins with these.
    counts : ndarray of int32, shape (12, n_electrodes + n_axes)
    n_axes : int
        Of the accelerometer, behind the electrodes; the same for the whole stream.
    """

    first_sample: int
    counts: NDArray[np.int32]
    n_axes: int


@dataclass(slots=True)
class Assembly:
    """Frames of a connection.

    A number for which a packet of one electrode is missing is lost for all: what is there of it could not be told from
    what is not. Packets of an electrode come in order, so that it is known to be lost as soon as a later one is whole.

    Parameters
    ----------
    n_electrodes : int
    moves : bool
        Whether an accelerometer was asked for.
    """

    n_electrodes: int
    moves: bool = False
    _waiting: dict[int, dict[int, NDArray[np.int32]]] = field(default_factory=dict, init=False)
    _last: tuple[int, float] | None = field(default=None, init=False)
    _first_sample: int = field(default=0, init=False)
    _n_axes: int = field(default=0, init=False)
    _movement: NDArray[np.int32] | None = field(default=None, init=False)
    _n_since_movement: int = field(default=0, init=False)

    def move(self, counts: NDArray[np.int32]) -> None:
        """Take a packet of the accelerometer, shape (3, 3)."""
        self._movement, self._n_since_movement = counts, 0

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
        self._n_since_movement += 1
        if self.moves and self._movement is None and self._n_since_movement <= PATIENCE:
            return None  # it begins with the accelerometer, which comes at once where it comes at all
        n_axes = N_AXES if self._movement is not None and self._n_since_movement <= SILENT else 0
        if self._last and n_axes == self._n_axes:
            step = (number - self._last[0]) % NUMBERS
            goes_on = step * N_SAMPLES / RATE_HZ <= at_s - self._last[1] + CLOCK_MARGIN_S
            self._first_sample = self._first_sample + step * N_SAMPLES if goes_on else 0
        else:
            self._first_sample = 0
        self._n_axes, self._last = n_axes, (number, at_s)
        if n_axes and self._movement is not None:
            held = np.repeat(self._movement, N_SAMPLES // len(self._movement), axis=0)
            self._movement = self._movement[-1:] if len(self._movement) > 1 else self._movement
            counts = np.column_stack([counts, held])
        return Assembled(self._first_sample, counts, n_axes)
