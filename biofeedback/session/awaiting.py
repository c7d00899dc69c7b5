"""The strap while a practice waits for its first beat: how far it is, so that the person sees what is waited for."""

from biofeedback.session.events import StrapAwaited
from devices.preflight import Preflight
from devices.samples import Reading

SHOWN_AFTER_S = 3.0
"""A strap that sits well is there sooner, and nothing has to be said of it."""


class Awaited:
    """Follows the strap until the first beat.

    Parameters
    ----------
    begun_s : float
        When the waiting began, on the clock of the readings.
    """

    def __init__(self, begun_s: float) -> None:
        self._begun_s = begun_s
        self._preflight = Preflight(begun_s)

    def take(self, reading: Reading) -> None:
        """Take what the strap says, in order of arrival."""
        self._preflight.take(reading)

    def told(self, now_s: float) -> StrapAwaited | None:
        """How the strap stands now; None as long as nothing needs to be said."""
        if now_s - self._begun_s < SHOWN_AFTER_S:
            return None
        return StrapAwaited(now_s - self._begun_s, self._preflight.steps(now_s))
