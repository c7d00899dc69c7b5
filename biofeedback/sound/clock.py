"""When a frame is heard: ties the device's count of frames to the program's clock."""

from collections import deque

SETTLING_S = 0.5
"""In this time a device has filled its queue."""
WINDOW_S = 0.5
DOUBT_S = 0.01
"""How late a request may come after the queue is empty before that is taken to be so."""


class SoundClock:
    """Follows a device that runs at its own speed, is late, or stalls; no clock of its own.

    A device asks for frames as its queue has room, sometimes late but never early. So the least of the differences
    between clock and count within half a second tells how the device runs, and late requests do no harm. What the
    device took at once when it began is the length of its queue: the first frame is heard as it begins.

    Parameters
    ----------
    rate_hz : float
        Frames a second, by the device's own word.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._began_s: float | None = None
        self._settled: float | None = None
        self._recent: deque[tuple[float, float]] = deque()
        self._shift_s = 0.0

    def asked(self, clock_s: float, n_given: int) -> None:
        """The device asks for more, after so many frames.

        Parameters
        ----------
        clock_s : float
            Now, on the clock.
        n_given : int
            Frames given to it so far.
        """
        difference_s = clock_s - n_given / self._rate_hz
        if self._began_s is None:
            self._began_s = clock_s
        if self._settled is not None:
            queue_s = self._began_s - self._settled
            if difference_s - self._least() > queue_s + DOUBT_S:
                # All was played before this request came: the next frame is heard at once
                self._recent.clear()
                difference_s -= queue_s
        self._recent.append((clock_s, difference_s))
        while self._recent[0][0] < clock_s - WINDOW_S:
            self._recent.popleft()
        if self._settled is not None:
            self._shift_s = self._least() - self._settled
        elif clock_s - self._began_s >= SETTLING_S:
            self._settled = self._least()

    def heard_s(self, frame: int) -> float:
        """When a frame is heard, on the clock.

        Raises
        ------
        ValueError
            If the device has not asked for anything yet.
        """
        if self._began_s is None:
            raise ValueError("the device has not begun")
        return self._began_s + frame / self._rate_hz + self._shift_s

    def _least(self) -> float:
        return min(difference_s for _, difference_s in self._recent)
