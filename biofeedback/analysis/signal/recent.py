"""The newest values of a course, side by side in arrays that grow at one end and are forgotten at the other."""

from collections.abc import Sequence

import numpy as np

from biofeedback.analysis.signal.spectrum import FloatArray

_CAPACITY = 1024


class Recent:
    """Values that belong together, the first of them a time that increases.

    Parameters
    ----------
    n_values : int
        So many at each time, the time itself among them.
    """

    def __init__(self, n_values: int) -> None:
        self._columns = np.empty((n_values, _CAPACITY))
        self._rows = list(self._columns)
        self._first = self._after = 0

    def __len__(self) -> int:
        return self._after - self._first

    @property
    def columns(self) -> FloatArray:
        """The values, oldest first: a view, shape (n_values, n), that holds until the next push."""
        return self._columns[:, self._first : self._after]

    def push(self, values: Sequence[float]) -> None:
        """Take the next values."""
        if self._after == self._columns.shape[1]:
            self._make_room()
        after = self._after
        for row, value in zip(self._rows, values, strict=True):
            row[after] = value
        self._after = after + 1

    def forget(self, until_s: float) -> None:
        """Forget what is no later than a time, but for the last one of it."""
        times = self._columns[0]
        while self._first + 1 < self._after and times[self._first + 1] <= until_s:
            self._first += 1

    def clear(self) -> None:
        """Forget all."""
        self._first = self._after = 0

    def _make_room(self) -> None:
        kept = self.columns
        if kept.shape[1] > self._columns.shape[1] // 2:
            self._columns = np.concatenate((kept, np.empty_like(kept)), axis=1)
            self._rows = list(self._columns)
        else:
            self._columns[:, : kept.shape[1]] = kept.copy()
        self._first, self._after = 0, kept.shape[1]
