"""Sessions that no body and no strap should send, but some will: steps made from a seed."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from math import sin
from random import Random

from devices.samples import Contact, Packet, PacketFormat
from tests.fuzz.payloads import EDGES_1024, mutated, number


class Happening(Enum):
    """What may happen in a session beside packets."""

    LINK_LOST = auto()
    PAUSED = auto()
    RESUMED = auto()
    REPACED = auto()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is no packet."""

    at_s: float
    what: Happening


Step = Packet | Event
RR1024 = Callable[[Random, int], int]
"""The next interval in 1/1024 s, from its number."""

_LIMITS = (306, 307, 308, 2047, 2048, 2049)  # 300 ms lies between the second and the third, 2000 ms is the fifth

INTERVALS: dict[str, RR1024] = {
    "zeros": lambda rng, n: 0,
    "longest": lambda rng, n: 0xFFFF,
    "constant": lambda rng, n: 853,
    "alternating": lambda rng, n: (0, 0xFFFF)[n % 2],
    "limits": lambda rng, n: rng.choice(_LIMITS),
    "least and most": lambda rng, n: (308, 2048)[n % 2],
    "edges": lambda rng, n: rng.choice(EDGES_1024),
    "anything": lambda rng, n: rng.randrange(0x10000),
    "plausible": lambda rng, n: rng.randrange(300, 2060),
    "breathing": lambda rng, n: int(870 + 120 * sin(n * 0.6) + rng.gauss(0, 12)),
    "resting": lambda rng, n: int(870 + 40 * sin(n * 1.3) + rng.gauss(0, 15)),
    "large breaths": lambda rng, n: int(1100 + 600 * sin(n * 0.5)),
    "bigeminy": lambda rng, n: (600, 1250)[n % 2] + rng.randrange(-30, 31),
    "doubled now and then": lambda rng, n: 850 * rng.choice((1,) * 12 + (2, 3)) + rng.randrange(20),
    "halved now and then": lambda rng, n: rng.choice((850,) * 12 + (425, 212, 30)),
    "zeros now and then": lambda rng, n: rng.choice((850, 860, 870, 0)),
    "ramp": lambda rng, n: n * 37 % 0x10000,
    "tiny": lambda rng, n: rng.randrange(4),
}

CONTACTS: dict[str, Callable[[Random, int], Contact]] = {
    "good": lambda rng, n: Contact.GOOD,
    "not told": lambda rng, n: Contact.UNSUPPORTED,
    "flipping": lambda rng, n: (Contact.GOOD, Contact.LOST)[n % 2],
    "lost in between": lambda rng, n: Contact.LOST if n % 40 > 30 else Contact.GOOD,
    "anything": lambda rng, n: rng.choice(tuple(Contact)),
    "lost": lambda rng, n: Contact.LOST,
}

# How long after the packet before one comes, given the seconds of beats that it brings
WAITS: dict[str, Callable[[Random, int, float], float]] = {
    "on time": lambda rng, n, beats_s: beats_s,
    "late by up to a second": lambda rng, n, beats_s: max(0.0, beats_s + rng.uniform(-0.5, 0.5)),
    "bunched": lambda rng, n, beats_s: 0.0 if n % 8 else 8 * beats_s,
    "every second": lambda rng, n, beats_s: 1.0,
    "all at once": lambda rng, n, beats_s: 0.0,
    "slow strap": lambda rng, n, beats_s: beats_s * 1.3,
    "fast strap": lambda rng, n, beats_s: beats_s * 0.7,
    "gaps": lambda rng, n, beats_s: beats_s + rng.choice((0.0,) * 30 + (1.5, 4.0, 30.0, 900.0, 1e5)),
    "a hair": lambda rng, n, beats_s: rng.choice((0.0, 5e-324, 1e-12, 1e-6)),
    "exactly at the limits": lambda rng, n, beats_s: rng.choice((0.0, 0.25, 0.5, 0.75, 1.5)),
}


N_HEALTHY = 650


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What a strap does for a while. `spoilt` and `eventful` are shares of the packets, `most` the intervals of one."""

    interval: RR1024
    contact: Callable[[Random, int], Contact]
    wait_s: Callable[[Random, int, float], float]
    as_text: bool = False
    most: int = 1
    spoilt: float = 0.0
    eventful: float = 0.0

    @classmethod
    def any(cls, rng: Random) -> "_Stretch":
        return cls(
            rng.choice(list(INTERVALS.values())),
            rng.choice(list(CONTACTS.values())),
            rng.choice(list(WAITS.values())),
            as_text=rng.random() < 0.2,
            most=rng.choice((1, 1, 1, 2, 9, 60)),
            spoilt=rng.choice((0.0, 0.0, 0.02, 0.3)),
            eventful=rng.choice((0.0, 0.0, 0.01, 0.2)),
        )


HEALTHY = tuple(_Stretch(INTERVALS[name], CONTACTS["good"], WAITS["on time"]) for name in ("resting", "breathing"))


def stream(seed: int, number_of: int, longest: int = 3000) -> Iterator[Step]:
    """The steps of one session, the same for the same numbers.

    Parameters
    ----------
    seed, number_of : int
        Which session. One of three begins well, so that there is a baseline to compare with.
    longest : int
        At most so many packets; most sessions are far shorter.
    """
    rng = Random(f"{seed}/{number_of}")
    n_packets = int(longest ** rng.random())
    begins_well = rng.random() < 1 / 3
    at_s, n = 0.0 if begins_well else rng.choice((0.0, 0.0, 0.3, 1e6)), 0
    while n < n_packets:
        now = rng.choice(HEALTHY) if begins_well and n < N_HEALTHY else _Stretch.any(rng)
        for _ in range(rng.randrange(1, 400)):
            rr_1024 = [min(0xFFFF, max(0, now.interval(rng, n + i))) for i in range(rng.randrange(now.most + 1) or 1)]
            at_s += now.wait_s(rng, n, sum(rr_1024) / 1024)
            if rng.random() < now.eventful:
                yield Event(at_s, rng.choice(list(Happening)))
            yield _packet(rng, at_s, rr_1024, now, n)
            n += 1
            if n == n_packets:
                return


def _packet(rng: Random, at_s: float, rr_1024: list[int], now: _Stretch, n: int) -> Packet:
    if now.as_text:
        words = [number(rng) if rng.random() < now.spoilt else b"%r" % (rr * 1000 / 1024) for rr in rr_1024]
        return Packet(at_s, PacketFormat.RR_TEXT, b" ".join(words))
    flags = 0x10 | {Contact.UNSUPPORTED: 0, Contact.LOST: 4, Contact.GOOD: 6}[now.contact(rng, n)]
    payload = bytes((flags, rng.choice((0, 70)))) + struct.pack(f"<{len(rr_1024)}H", *rr_1024)
    if rng.random() < now.spoilt:
        payload = mutated(rng, payload)
    return Packet(at_s, PacketFormat.HEART_RATE_MEASUREMENT, payload)


WAITS_S = (0.0, 1e-9, 0.05, 0.25, 0.5, 0.8, 0.9, 1.0, 1.1, 1.5, 2.0, 4.0, 10.0, 70.0, 1000.0, 1e6)
REPEATS = (1, 2, 8, 64)
MOST_BYTES = 2500
"""Longer sessions would bring few of them in a given time."""


def stream_of(data: bytes) -> Iterator[Step]:
    """A session from any bytes: a head, a length, and a payload for each packet, some of them repeated."""
    at_s, at, n_bytes = 0.0, 0, 0
    while at + 1 < len(data) and n_bytes < MOST_BYTES:
        head, size = data[at], data[at + 1]
        wait_s, kind, n_times = WAITS_S[head & 15], head >> 4 & 3, REPEATS[head >> 6]
        at += 2
        if kind == 3:
            at_s += wait_s
            yield Event(at_s, tuple(Happening)[size % len(Happening)])
            continue
        payload = data[at : at + size]
        at += size
        n_times = min(n_times, 1 + MOST_BYTES // max(1, size))
        n_bytes += size * n_times
        form = PacketFormat.RR_TEXT if kind == 2 else PacketFormat.HEART_RATE_MEASUREMENT
        for _ in range(n_times):
            at_s += wait_s
            yield Packet(at_s, form, payload)
