"""Beats on one time axis: late and bunched notifications do not bend it, and a gap stays a gap.

A strap tells intervals, not times, and its notifications arrive up to a second after the beat. The intervals added up
are the strap's own clock; the least delayed arrivals tie it to ours (science A3).
"""

from collections import deque

from biofeedback.analysis.beats import Beat
from biofeedback.analysis.verdicts import SHORTEST_MS

LEAK_S_PER_S = 0.0002
"""The tie may drift upward this fast: it covers clocks that differ by 200 ppm."""
LATE_BEATS, LATE_S = 1.15, 0.25
"""A packet is late when its newest beat is older than so many intervals and seconds."""
N_LATE_PACKETS = 3
LATE_FOR_S = 1.5
"""So many late packets over so much time mean lost beats; a burst of bunched packets is over sooner."""


class BeatAxis:
    """Places RR intervals in time, packet by packet."""

    def __init__(self) -> None:
        self._strap_s = 0.0
        self._offset_s: float | None = None
        self._arrival_s = 0.0
        self._recent_ms: deque[float] = deque(maxlen=60)
        self._late: list[tuple[float, float, list[tuple[float, float]]]] = []
        self._broken = False
        self._last_s = float("-inf")
        self.segment = 0
        self._ordinal = 0

    def broken(self) -> None:
        """The link or the contact was lost: what comes next does not follow on what came before."""
        self._broken = True

    def place(self, arrival_s: float, rr_ms: tuple[float, ...]) -> list[Beat]:
        """The beats whose time is settled by this packet.

        Parameters
        ----------
        arrival_s : float
            Arrival of the packet, seconds of the session.
        rr_ms : tuple of float
            Its intervals, oldest first; at least one.

        Returns
        -------
        list of Beat
            Oldest first, verdict pending. Empty while a late packet may mean lost beats: they come with a later one.
        """
        if self._broken:
            beats = self._place_all(self._late) if self._late else []
            self._late = []
            self._broken = False
            self._begin_segment(arrival_s, sum(rr_ms) / 1000.0)
            return beats + self._take(arrival_s, rr_ms)
        return self._take(arrival_s, rr_ms)

    def flush(self) -> list[Beat]:
        """The beats still waiting, at the end of the session."""
        late, self._late = self._late, []
        return self._place_all(late)

    def _take(self, arrival_s: float, rr_ms: tuple[float, ...]) -> list[Beat]:
        timed = []
        for interval_ms in rr_ms:
            self._strap_s += interval_ms / 1000.0
            timed.append((self._strap_s, interval_ms))
        residual_s = arrival_s - self._strap_s
        if self._offset_s is None:
            self._offset_s = residual_s
        else:
            leaked = self._offset_s + LEAK_S_PER_S * (arrival_s - self._arrival_s)
            self._offset_s = min(leaked, residual_s)
        self._arrival_s = arrival_s
        self._recent_ms.extend(rr_ms)
        # at least what is possible, for a strap may send zeros
        typical_s = max(SHORTEST_MS, sorted(self._recent_ms)[len(self._recent_ms) // 2]) / 1000.0
        self._late.append((arrival_s, residual_s, timed))
        if residual_s - self._offset_s <= LATE_BEATS * typical_s + LATE_S:
            return self.flush()
        if len(self._late) >= N_LATE_PACKETS and arrival_s - self._late[0][0] >= LATE_FOR_S:
            return self._skip_lost(typical_s)
        return []

    def _skip_lost(self, typical_s: float) -> list[Beat]:
        """Beats were lost before the late packets: move the strap's clock on by whole beats."""
        offset_s = self._offset_s or 0.0
        behind_s = min(residual_s for _, residual_s, _ in self._late) - offset_s
        lost_s = max(1, round((behind_s - 0.25 * typical_s) / typical_s)) * typical_s
        self._strap_s += lost_s
        self._offset_s = min(offset_s, self._arrival_s - self._strap_s)
        self.segment += 1
        moved = [(at, residual, [(s + lost_s, rr) for s, rr in timed]) for at, residual, timed in self._late]
        self._late = []
        return self._place_all(moved)

    def _begin_segment(self, arrival_s: float, supplied_s: float) -> None:
        """The newest beat of the first packet is taken to have just happened; the envelope then settles."""
        self.segment += 1
        if self._offset_s is not None:
            self._strap_s = max(self._strap_s, arrival_s - self._offset_s - supplied_s)

    def _place_all(self, packets: list[tuple[float, float, list[tuple[float, float]]]]) -> list[Beat]:
        offset_s = self._offset_s or 0.0
        beats = []
        for _, _, timed in packets:
            for strap_s, rr_ms in timed:
                time_s = strap_s + offset_s
                if time_s <= self._last_s:
                    time_s = self._last_s + 0.001
                self._last_s = time_s
                beats.append(Beat(self._ordinal, time_s, rr_ms, self.segment))
                self._ordinal += 1
        return beats
