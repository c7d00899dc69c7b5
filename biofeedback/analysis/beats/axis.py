"""Beats on one time axis: late and bunched notifications do not bend it, and a gap stays a gap.

A strap tells intervals, not times, and its notifications arrive up to a second after the beat. The intervals added up
are the strap's own clock; the least delayed arrivals tie it to ours (science A3).
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.beats.repeats import Repeats
from biofeedback.analysis.beats.shapes import LONGEST_MS, SHORTEST_MS
from biofeedback.analysis.beats.units import ClockCheck

LEAK_S_PER_S = 0.0002
"""The tie may drift upward this fast: it covers clocks that differ by 200 ppm."""
LATE_BEATS, LATE_S = 1.15, 0.25
"""A packet is late when its newest beat is older than so many intervals and seconds."""
N_LATE_PACKETS = 3
NEVER_LATE_S = LATE_BEATS * SHORTEST_MS / 1000.0 + LATE_S
"""Not even for the quickest heart."""
LATE_FOR_S = 1.5
"""So many late packets over so much time mean lost beats; a burst of bunched packets is over sooner."""
SETTLE_S = 10.0
"""After a link came up its first packets may have been late by so much, and time is lost as the others come in step."""
CROWDED_S, ROOMY_S, CROWDING_LEAK = 3.0, 1.0, 0.05
"""Beats are too many for their time once the intervals have run ahead of it by so much, until it is less than that
again; what 5 % more time would hold is forgiven, a wrong unit (2.4 %) among it. So are the intervals of one packet
that runs ahead by as much, or by more than the first packets of a link may have been late."""
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
        self._late: list[_Placing] = []
        self._ages_s: deque[float] = deque()
        self._ages_sorted_s: list[float] = []
        self._broken = False
        self._last_s = float("-inf")
        self._repeats = Repeats()
        self._clock = ClockCheck()
        self._settled_s = 0.0
        self._crowding_s = 0.0
        self._n_distrusted = 0
        self.crowded = False
        self.segment = 0
        self._ordinal = 0

    @property
    def n_repeated(self) -> int:
        """Intervals that were told before and are left out."""
        return self._repeats.n_repeated

    @property
    def clock(self) -> ClockCheck:
        """What the arrivals tell of the unit of the intervals."""
        return self._clock

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
        self._repeats.broken()

    def distrust(self, n_intervals: int) -> None:
        """The next intervals, so many, are not to be trusted."""
        self._n_distrusted = n_intervals

    def place(self, arrival_s: float, rr_ms: tuple[float, ...], *, touching: bool = True) -> list[Beat]:
        """The beats whose time is settled by this packet.

        Parameters
        ----------
        arrival_s : float
            Arrival of the packet, seconds of the session.
        rr_ms : tuple of float
            Its intervals, oldest first; at least one.
        touching : bool
            Whether the strap had contact with the skin.

        Returns
        -------
        list of Beat
            Oldest first, verdict pending, or what time and contact alone tell. Empty while a late packet may mean lost
            beats, or one like those before a replay: they come with a later one. Intervals that were told before are
            left out and counted in `n_repeated`.
        """
        beats = [beat for told in self._repeats.settled() for beat in self._take(*told)] if self._broken else []
        room_s = arrival_s - self._strap_s - self._offset_s if self._offset_s is not None else float("inf")
        ahead_s = sum(rr_ms) * self._clock.factor / 1000.0 - room_s
        tied = arrival_s > self._settled_s
        for at_s, fresh_ms in self._repeats.fresh(arrival_s, rr_ms, ahead_s, tied=tied):
            if self._broken:
                beats += self._place_late()
                self._begin_link(at_s, sum(fresh_ms) / 1000.0)
            beats += self._take(at_s, fresh_ms, touching=touching)
        return beats

    def flush(self) -> list[Beat]:
        """The beats still waiting, at the end of the session."""
        held = [beat for told in self._repeats.flush() for beat in self._take(*told)]
        return held + self._place_late()

    def _typical_s(self) -> float:
        # at least what is possible, for a strap may send zeros
        return max(SHORTEST_MS, sorted(self._recent_ms)[len(self._recent_ms) // 2]) / 1000.0

    def _take(self, arrival_s: float, rr_ms: tuple[float, ...], *, touching: bool = True) -> list[Beat]:
        offset_s = self._offset_s
        supplied_s = sum(rr_ms) / 1000.0
        factor = self._clock.push(arrival_s, supplied_s)
        room_s = arrival_s - self._strap_s - offset_s if offset_s is not None else supplied_s
        at_once = supplied_s * factor - room_s > (CROWDED_S if arrival_s > self._settled_s else SETTLE_S)
        timed = []
        for interval_ms in rr_ms:
            advance_s = interval_ms * factor / 1000.0
            if interval_ms > LONGEST_MS and offset_s is not None:  # a spoilt value moves no clock
                advance_s = min(advance_s, max(0.0, arrival_s - self._strap_s - offset_s))
            self._strap_s += advance_s
            timed.append((self._strap_s, interval_ms, self._word(touching=touching, at_once=at_once)))
        residual_s = arrival_s - self._strap_s
        if offset_s is None:
            self._offset_s, self._settled_s = residual_s, arrival_s + SETTLE_S
        else:
            leaked_s = offset_s + LEAK_S_PER_S * (arrival_s - self._arrival_s)
            self._note_crowding(arrival_s, leaked_s - residual_s)
            self._offset_s = min(leaked_s, residual_s)
        self._arrival_s = arrival_s
        self._recent_ms.extend(rr_ms)
        age_s = residual_s - self._offset_s
        self._note_age(age_s)
        if age_s <= NEVER_LATE_S and not self._late:
            return self._placed(timed, self._offset_s)
        self._late.append(_Placing(arrival_s, residual_s, timed))
        if age_s <= NEVER_LATE_S:
            return self._place_late()
        typical_s = self._typical_s()
        if age_s <= LATE_BEATS * typical_s + LATE_S:
            return self._place_late()
        if len(self._late) >= N_LATE_PACKETS and arrival_s - self._late[0].arrival_s >= LATE_FOR_S:
            return self._skip_lost(typical_s)
        return []

    def _word(self, *, touching: bool, at_once: bool) -> Verdict:
        """What time and contact alone tell of the next interval."""
        if not touching:
            return Verdict.OFF_BODY
        if self._n_distrusted:
            self._n_distrusted -= 1
            return Verdict.OFF_BODY
        return Verdict.CROWDED if self.crowded or at_once else Verdict.PENDING

    def _note_crowding(self, arrival_s: float, ahead_s: float) -> None:
        """Learn how far the intervals run ahead of the time in which they come, again and again."""
        level_s = max(0.0, self._crowding_s - CROWDING_LEAK * (arrival_s - self._arrival_s))
        if ahead_s > 0.0 and arrival_s > self._settled_s:
            level_s += ahead_s
        self._crowding_s = min(level_s, CROWDED_S + ROOMY_S)
        self.crowded = level_s > (ROOMY_S if self.crowded else CROWDED_S)

    def _note_age(self, age_s: float) -> None:
        if len(self._ages_s) == N_SWEEP:
            del self._ages_sorted_s[bisect_left(self._ages_sorted_s, self._ages_s.popleft())]
        self._ages_s.append(age_s)
        insort(self._ages_sorted_s, age_s)

    def _skip_lost(self, typical_s: float) -> list[Beat]:
        """Beats were lost before the late packets: move the strap's clock on by whole beats."""
        offset_s = self._offset_s or 0.0
        behind_s = min(packet.residual_s for packet in self._late) - offset_s
        lost_s = max(1, round((behind_s - 0.25 * typical_s) / typical_s)) * typical_s
        self._strap_s += lost_s
        self._offset_s = min(offset_s, self._arrival_s - self._strap_s)
        self.segment += 1
        return self._place_late(lost_s)

    def _begin_link(self, arrival_s: float, supplied_s: float) -> None:
        """The newest beat of the first packet is taken to have just happened; the envelope then settles."""
        self._broken = False
        self._ages_s.clear()
        self._ages_sorted_s.clear()
        self._clock.broken()
        self.segment += 1
        self._settled_s = arrival_s + SETTLE_S
        if self._offset_s is not None:
            self._strap_s = max(self._strap_s, arrival_s - self._offset_s - supplied_s)

    def _place_late(self, moved_s: float = 0.0) -> list[Beat]:
        """The beats of the packets that waited, their strap's clock moved on by so much."""
        late, self._late = self._late, []
        shift_s = (self._offset_s or 0.0) + moved_s
        return [beat for packet in late for beat in self._placed(packet.timed, shift_s)]

    def _placed(self, timed: list["_Timed"], shift_s: float) -> list[Beat]:
        beats = []
        for strap_s, rr_ms, verdict in timed:
            time_s = strap_s + shift_s
            if time_s <= self._last_s:
                time_s = self._last_s + 0.001
            self._last_s = time_s
            beats.append(Beat(self._ordinal, time_s, rr_ms, self.segment, verdict))
            self._ordinal += 1
        return beats


_Timed = tuple[float, float, Verdict]
"""Where a beat ends on the strap's clock, its interval, and a first word."""


@dataclass(slots=True)
class _Placing:
    """A packet whose beats are not placed yet."""

    arrival_s: float
    residual_s: float
    timed: list[_Timed]
