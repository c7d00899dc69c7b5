"""What the accelerometer of a headband says, put beside the samples of its electrodes."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WAITED = 252
"""Samples of the electrodes, about a second: so long an accelerometer is waited for."""
SILENT = 10 * WAITED
"""One that has been heard may be silent for so long; after that nothing is told of movement."""
HELD = 4
"""Samples for which each of its own stands: it has 52 a second."""


@dataclass(slots=True)
class Movement:
    """Axes behind the electrodes, as channels of their own.

    Attributes
    ----------
    is_asked : bool
        Whether there is an accelerometer that was asked for.
    """

    is_asked: bool = False
    _axes: NDArray[np.int32] | None = field(default=None, init=False)
    _n_since: int = field(default=0, init=False)

    def take(self, axes: NDArray[np.int32]) -> None:
        """Take samples of the accelerometer, shape (n, 3), oldest first."""
        self._axes, self._n_since = axes, 0

    def beside(self, counts: NDArray[np.int32]) -> NDArray[np.int32] | None:
        """Samples of the electrodes, shape (n, n_electrodes), with the axes behind them where they are told.

        None at the beginning, as long as an accelerometer is waited for: it comes at once where it comes at all.
        """
        self._n_since += len(counts)
        if self._axes is None:
            return None if self.is_asked and self._n_since <= WAITED else counts
        if self._n_since > SILENT:
            return counts
        now = self._axes[: max(1, len(counts) // HELD)]
        self._axes = self._axes[min(len(now), len(self._axes) - 1) :]
        return np.column_stack([counts, now[np.arange(len(counts)) * len(now) // len(counts)]])
