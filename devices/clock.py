"""The program's clock: monotonic seconds that may run faster, or as fast as the work allows."""

import time


class Clock:
    """Monotonic seconds, safe to read from any thread.

    Parameters
    ----------
    speed : float
        Seconds of this clock per real second; 0 for a clock that stands still until it is advanced.

    Raises
    ------
    ValueError
        If the speed is negative or infinite.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not 0 <= speed < float("inf"):
            raise ValueError(f"speed must be a number of 0 or more, not {speed}")
        self.speed = speed
        # perf_counter, for time.monotonic moves in steps of 16 ms on Windows before Python 3.13
        self._started_s = time.perf_counter() if speed else 0.0
        self._advanced_s = 0.0

    def now(self) -> float:
        """Seconds since some fixed moment."""
        if not self.speed:
            return self._advanced_s
        return self._started_s + (time.perf_counter() - self._started_s) * self.speed + self._advanced_s

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self._advanced_s += seconds
