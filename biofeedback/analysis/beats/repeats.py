"""Intervals that were told before: doubled notifications, history told again, a last value again and again.

A strap may replay its memory when the link comes back (science A3), a second subscription brings every notification
twice, and some straps tell their last packet for as long as they lie on the table. What is equal to what was heard, and
has no room in the time since then, cannot be a new beat.
"""

from collections import deque

N_HEARD = 16
"""A replay is looked for among so many intervals: a packet holds up to nine (science A1)."""
NO_ROOM_S = 0.05
"""A packet runs ahead of time by more than this where jitter does not explain it (science A3: 32 ms in 95 of 100)."""
CHANCE = 0.25
"""Nor by less than this share of an interval where it may be equal to an earlier one by chance: all packets so far may
have been late by as much."""
SILENCE_S, HOLE_S = 3.0, 1.0
"""After so long without a packet, of which a packet leaves so much without a beat, as after a lost link, history may be
told again."""
N_CERTAIN, N_CERTAIN_LAST = 3, 2
"""So many intervals in the order of those before are a replay; fewer where they are the very last ones. At the head of
the first packet of a link that was gone for a moment, before others, the very last one alone is: what a strap told
while the link went it tells again, and one of it may have been heard."""
MOMENT_S = 10.0
N_SAME = 3
"""A packet of several intervals that comes so often in a row is no longer news."""
FAR_AHEAD_S = 10.0
"""A packet that runs ahead of time by more is no history either: it is left to the time axis, and not remembered."""
N_UNSURE = 4
"""A packet that may have come twice is held with those after it, so many in all, until one of them tells."""
N_PAIRS, N_DOUBLED = 8, 3
"""Of so many packets so many came twice: then the others that do are no accident either."""

Told = tuple[float, tuple[float, ...]]
"""An arrival (s) and its intervals (ms)."""


class Repeats:
    """Leaves out of the packets of one strap what it told before.

    Attributes
    ----------
    n_repeated : int
        Intervals left out.
    """

    def __init__(self) -> None:
        self.n_repeated = 0
        self._heard: deque[float] = deque(maxlen=N_HEARD)
        self._broken = False
        self._last: tuple[float, ...] = ()
        self._arrival_s = 0.0
        self._n_same = 1
        self._twins: deque[bool] = deque(maxlen=N_PAIRS)
        self._past: tuple[float, ...] = ()
        self._next: list[int] = []
        self._n_matched = 0
        self._held: list[Told] = []
        self._unsure: list[Told] = []

    def broken(self) -> None:
        """The link or the contact was lost: history may be told again."""
        self._broken = True

    def fresh(self, arrival_s: float, rr_ms: tuple[float, ...], ahead_s: float, *, tied: bool = True) -> list[Told]:
        """What is new in a packet, and in earlier ones that could not be told from a replay until now.

        Parameters
        ----------
        arrival_s : float
        rr_ms : tuple of float
            At least one interval.
        ahead_s : float
            How far the intervals reach beyond the time in which they came.
        tied : bool
            Whether that is sure. At the beginning of a link all packets may have been late by part of an interval: then
            a packet like the one before it is the same only if it came sooner than any beat could.
        """
        if not self._unsure:
            return self._sifted(arrival_s, rr_ms, ahead_s, tied=tied)
        with_all_s = ahead_s + sum(sum(told) for _, told in self._unsure) / 1000.0
        twice = with_all_s > NO_ROOM_S
        soon = not self._broken and arrival_s - self._arrival_s <= SILENCE_S
        if soon and not twice and len(self._unsure) < N_UNSURE:
            self._unsure.append((arrival_s, rr_ms))
            self._n_same = self._n_same + 1 if rr_ms == self._last else 1
            self._arrival_s, self._last = arrival_s, rr_ms
            return []
        left_out_s = sum(self._unsure[0][1]) / 1000.0 if twice else 0.0
        earlier = self.settled(twice=twice)
        return earlier + self._sifted(arrival_s, rr_ms, with_all_s - left_out_s, tied=tied)

    def settled(self, *, twice: bool = False) -> list[Told]:
        """What was held as its first packet may have come twice: without that where it did.

        Where every packet comes twice, one of the next few has no room beside what came too often; a beat that was
        equal to the one before by chance, and came with it because both were late, had its time.
        """
        unsure, self._unsure = self._unsure, []
        if unsure and twice:
            self.n_repeated += len(unsure.pop(0)[1])
            self._twins[-1] = True
        return [told for packet in unsure for told in self._news(*packet)]

    def _sifted(self, arrival_s: float, rr_ms: tuple[float, ...], ahead_s: float, *, tied: bool) -> list[Told]:
        if ahead_s > FAR_AHEAD_S:
            return [(arrival_s, rr_ms)]
        wait_s = arrival_s - self._arrival_s
        sure = tied or wait_s < sum(rr_ms) / 2000.0
        no_room = ahead_s > max(NO_ROOM_S, (CHANCE if tied else 1.0) * rr_ms[-1] / 1000.0)
        relinked = self._broken and wait_s < MOMENT_S
        silent = self._broken or (wait_s > SILENCE_S and ahead_s < -HOLE_S)
        self._broken = False
        self._arrival_s = arrival_s
        same = rr_ms == self._last
        self._n_same = self._n_same + 1 if same else 1
        if not (same or silent or self._next or no_room):
            return self._news(arrival_s, rr_ms)
        if sure and self._is_twin(rr_ms, ahead_s, wait_s, same=same, no_room=no_room):
            self.n_repeated += len(rr_ms)
            return []
        if ahead_s > (0.25 if tied else 0.45) * sum(rr_ms) / 1000.0:
            rr_ms = self._halved(rr_ms)
        earlier: list[Told] = []
        if not (silent or self._next or no_room):
            if wait_s < sum(rr_ms) / 2000.0:
                self._unsure = [(arrival_s, rr_ms)]
                return []
            return self._news(arrival_s, rr_ms)
        if silent or not self._next:
            earlier = self.flush()
            self._past, self._n_matched = tuple(self._heard), 0
            if len(set(self._past)) < 2:  # no evidence of anything
                return earlier + self._news(arrival_s, rr_ms)
            self._next = list(range(len(self._past)))
        return earlier + self._followed(arrival_s, rr_ms, relinked=relinked)

    def flush(self) -> list[Told]:
        """The packets still held, as far as they are new."""
        replay, held = self._is_replay(), self._held
        self._held, self._next = [], []
        last = self.settled()
        if replay:
            self.n_repeated += sum(len(rr_ms) for _, rr_ms in held)
            return last
        return [told for packet in held for told in self._news(*packet)] + last

    def _news(self, arrival_s: float, rr_ms: tuple[float, ...]) -> list[Told]:
        self._heard.extend(rr_ms)
        self._last = rr_ms
        self._twins.append(False)
        return [(arrival_s, rr_ms)]

    def _is_twin(self, rr_ms: tuple[float, ...], ahead_s: float, wait_s: float, *, same: bool, no_room: bool) -> bool:
        """Whether the whole packet came before and has no room now."""
        if same and self._twins:
            doubled = sum(self._twins) >= N_DOUBLED and wait_s < sum(rr_ms) / 2000.0
            stuck = self._n_same >= N_SAME and len(set(rr_ms)) > 1 and abs(ahead_s) > NO_ROOM_S
            sooner = ahead_s > NO_ROOM_S and wait_s < sum(rr_ms) / 2000.0
            if no_room or sooner or doubled or stuck:
                self._twins[-1] = True
                return True
        heard, n = tuple(self._heard), len(rr_ms)
        return ahead_s > sum(rr_ms) / 2000.0 and any(heard[i : i + n] == rr_ms for i in range(len(heard) - n + 1))

    def _halved(self, rr_ms: tuple[float, ...]) -> tuple[float, ...]:
        """Once each, where every interval, or the packet as a whole, is told twice within it."""
        half = len(rr_ms) // 2
        for once, again in ((rr_ms[:half], rr_ms[half:]), (rr_ms[::2], rr_ms[1::2])):
            if once == again:
                self.n_repeated += half
                return once
        return rr_ms

    def _followed(self, arrival_s: float, rr_ms: tuple[float, ...], *, relinked: bool) -> list[Told]:
        """Follow what may be a replay interval by interval, and hold it until that is certain."""
        n_again = 0
        while n_again < len(rr_ms):
            interval_ms = rr_ms[n_again]
            following = [at + 1 for at in self._next if at < len(self._past) and self._past[at] == interval_ms]
            if not following:
                break
            self._next = following
            n_again += 1
        self._n_matched += n_again
        if n_again == len(rr_ms) and (self._n_matched < N_CERTAIN or self._is_replay()):
            self._held.append((arrival_s, rr_ms))
            return []
        last_alone = relinked and n_again == 1 and len(self._past) in self._next and self._past[-1] != self._past[-2]
        if last_alone or self._is_replay():
            self.n_repeated += n_again
            rr_ms = rr_ms[n_again:]
        return self.flush() + self._news(arrival_s, rr_ms)

    def _is_replay(self) -> bool:
        """Whether what was followed is certain; intervals that are all the same are no evidence."""
        if not self._next:
            return False
        to_the_last = len(self._past) in self._next
        end = len(self._past) if to_the_last else self._next[0]
        enough = N_CERTAIN_LAST if to_the_last else N_CERTAIN
        return self._n_matched >= enough and len(set(self._past[end - self._n_matched : end])) > 1
