"""A session seen again: its beats and its pacer, up to the moment that is looked at. Without Qt."""

from bisect import bisect_right
from typing import TYPE_CHECKING

from biofeedback.session.summary import PhaseSummary, SessionSummary
from biofeedback.ui.practice import clocked
from biofeedback.ui.session_state import TRACE_S, TracePoint

if TYPE_CHECKING:  # with it comes scipy, for which the first window does not wait
    from biofeedback.session.pacing import PacerTrack


class Replay:
    """Draws like a session that goes on, for its plot takes the same.

    Parameters
    ----------
    summary : SessionSummary
    pacer : PacerTrack

    Attributes
    ----------
    session_s : float
        The second of the session that is looked at.
    """

    def __init__(self, summary: SessionSummary, pacer: "PacerTrack") -> None:
        self._summary, self._pacer = summary, pacer
        self._points = [TracePoint(b.time_s, 60000.0 / b.rr_ms, b.kept, b.segment) for b in summary.beats]
        self._times = [point.at_s for point in self._points]
        self.session_s = 0.0

    @property
    def length_s(self) -> float:
        return self._summary.duration_s

    @property
    def n_beats(self) -> int:
        return bisect_right(self._times, self.session_s)

    def points(self) -> list[TracePoint]:
        """The beats of the minute before, and no later ones."""
        begin = bisect_right(self._times, self.session_s - TRACE_S)
        return self._points[begin : self.n_beats]

    def breath_volume_at(self, session_s: float) -> float | None:
        """How full the pacer asked the breath to be; None where it was free, while paused, and after the end."""
        place = self._pacer(session_s) if session_s <= self.length_s else None
        return place.volume if place else None

    @property
    def phase(self) -> PhaseSummary | None:
        """The part that was on."""
        begun = [phase for phase in self._summary.phases if phase.start_s <= self.session_s]
        return begun[-1] if begun else None

    def told(self) -> str:
        """The moment in words: when, which part, the newest trusted beat of the last seconds."""
        when = f"{clocked(self.session_s)} of {clocked(self.length_s)}"
        part = (self.phase.title or self.phase.name) if self.phase else ""
        beat = next((point for point in reversed(self.points()) if point.kept), None)
        fresh = beat is not None and self.session_s - beat.at_s < FRESH_S
        return ", ".join(filter(None, (when, part, f"heart {beat.bpm:.0f} a minute" if beat and fresh else "")))


FRESH_S = 5.0
"""A beat longer ago says nothing of this moment."""
