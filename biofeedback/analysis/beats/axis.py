"""Beats on one time axis: late and bunched notifications do not bend it, and a gap stays a gap.

A strap tells intervals, not times, and its notifications arrive up to a second after the beat. The intervals added up
are the strap's own clock; the least delayed arrivals tie it to ours (science A3).
"""

from bisect import bisect_left, insort
from collections import deque

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.beats.shapes import SHORTEST_MS

LEAK_S_PER_S = 0.0002
"""The tie may drift upward this fast: it covers clocks that differ by 200 ppm."""
LATE_BEATS, LATE_S = 1.15, 0.25
"""A packet is late when its newest beat is older than so many intervals and seconds."""
N_LATE_PACKETS = 3
NEVER_LATE_S = LATE_BEATS * SHORTEST_MS / 1000.0 + LATE_S
"""Not even for the quickest heart."""
LATE_FOR_S = 1.5
"""So many late packets over so much time mean lost beats; a burst of bunched packets is over sooner."""
N_REPLAYED = 3
"""So many intervals that are exactly the last ones before them are not beats but a packet told again."""
N_SWEEP, N_SWEEP_MIN = 120, 40
SWEEP_LEAST, SWEEP_EDGE = 0.5, 0.10
"""Beats and packets in step: the age of the newest beat sweeps less than this share of an interval, stalls aside."""


class BeatAxis:
    """Places RR intervals in time, packet by packet."""

    def __init__(self) -> None:
        self._strap_s = 0.0
        self._offset_s: float | None = None
        self._arrival_s = 0.0
        self._recent_ms: deque[float] = deque(maxlen=60)
        self._late: list[tuple[float, float, list[tuple[float, float]]]] = []
        self._ages_s: deque[float] = deque()
        self._ages_sorted_s: list[float] = []
        self._broken = False
        self._last_s = float("-inf")
        self.segment = 0
        self.n_replayed = 0
        self._ordinal = 0

    @property
    def phase_uncertain(self) -> bool:
        """Whether the beats may all be early or late by one and the same part of an interval.

        The age of the newest beat in a packet sweeps from nothing to a whole interval, and its least tells the tie of
        the strap's clock to ours. A heart in step with the packets shows one age only (science A3). Intervals, and all
        that is calculated from them, do not depend on it. True until enough has been seen since the link came up.
        """
        ages_s = self._ages_sorted_s
        if len(ages_s) < N_SWEEP_MIN:
            return True
        edge = int(SWEEP_EDGE * len(ages_s))
        return ages_s[-1 - edge] - ages_s[edge] < SWEEP_LEAST * self._typical_s()

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
            Intervals that a strap tells again after a lost link are left out and counted in `n_replayed`.
        """
        n_replayed = self._count_replayed(arrival_s, rr_ms)
        self.n_replayed += n_replayed
        rr_ms = rr_ms[n_replayed:]
        if not rr_ms:
            return []
        if self._broken:
            beats = self._place_all(self._late) if self._late else []
            self._late = []
            self._broken = False
            self._ages_s.clear()
            self._ages_sorted_s.clear()
            self._begin_segment(arrival_s, sum(rr_ms) / 1000.0)
            return beats + self._take(arrival_s, rr_ms)
        return self._take(arrival_s, rr_ms)

    def flush(self) -> list[Beat]:
        """The beats still waiting, at the end of the session."""
        late, self._late = self._late, []
        return self._place_all(late)

    def _count_replayed(self, arrival_s: float, rr_ms: tuple[float, ...]) -> int:
        """How many of the first intervals are the last ones that came, told again.

        Without a broken link the packet would then hold beats that have not happened yet. After one, time says nothing,
        and intervals that are all the same are no evidence.
        """
        for n in range(min(len(rr_ms), len(self._recent_ms)), N_REPLAYED - 1, -1):
            again = rr_ms[:n]
            if again != tuple(self._recent_ms)[-n:]:
                continue
            ahead_s = self._strap_s + sum(rr_ms) / 1000.0 + (self._offset_s or 0.0) - arrival_s
            if ahead_s > sum(again) / 2000.0 > 0.0 or (self._broken and len(set(again)) > 1):
                return n
        return 0

    def _typical_s(self) -> float:
        # at least what is possible, for a strap may send zeros
        return max(SHORTEST_MS, sorted(self._recent_ms)[len(self._recent_ms) // 2]) / 1000.0

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
        self._note_age(residual_s - self._offset_s)
        self._late.append((arrival_s, residual_s, timed))
        age_s = residual_s - self._offset_s
        if age_s <= NEVER_LATE_S:
            return self.flush()
        typical_s = self._typical_s()
        if age_s <= LATE_BEATS * typical_s + LATE_S:
            return self.flush()
        if len(self._late) >= N_LATE_PACKETS and arrival_s - self._late[0][0] >= LATE_FOR_S:
            return self._skip_lost(typical_s)
        return []

    def _note_age(self, age_s: float) -> None:
        if len(self._ages_s) == N_SWEEP:
            del self._ages_sorted_s[bisect_left(self._ages_sorted_s, self._ages_s.popleft())]
        self._ages_s.append(age_s)
        insort(self._ages_sorted_s, age_s)

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
