"""When a frame is heard: ties the device's count of frames to the program's clock."""

from collections import deque

WINDOW_S = 0.5
DOUBT_S = 0.01
"""How much later than an empty queue allows a request may come before the queue is taken to have run dry."""


class SoundClock:
    """Follows a device that runs at its own speed, is late, or stalls; no clock of its own.

    A device asks for frames as its queue has room, sometimes late but never early. So the least of the differences
    between clock and count within half a second tells how the device runs, and late requests do no harm.

    Parameters
    ----------
    rate_hz : float
        Frames a second, by the device's own word.
    queue_s : float
        From the request for a frame until it is heard, where the request is not late.
    """

    def __init__(self, rate_hz: float, queue_s: float) -> None:
        self._rate_hz = rate_hz
        self._queue_s = queue_s
        self._recent: deque[tuple[float, float]] = deque()

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
        if self._recent and difference_s - self._least() > self._queue_s + DOUBT_S:
            # All was played before this request came: the device begins anew
            self._recent.clear()
        self._recent.append((clock_s, difference_s))
        while self._recent[0][0] < clock_s - WINDOW_S:
            self._recent.popleft()

    def heard_s(self, frame: int) -> float:
        """When a frame is heard, on the clock.

        Raises
        ------
        ValueError
            If the device has not asked for anything yet.
        """
        if not self._recent:
            raise ValueError(f"frame {frame} is not heard before the device has begun")
        return self._least() + self._queue_s + frame / self._rate_hz

    def _least(self) -> float:
        return min(difference_s for _, difference_s in self._recent)
