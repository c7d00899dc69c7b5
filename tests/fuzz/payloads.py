"""Payloads that a strap, a bad radio, or a damaged recording may send."""

import struct
from collections.abc import Callable, Sequence
from random import Random

from devices.samples import PacketFormat

FRAMES = tuple(
    bytes.fromhex(frame)
    for frame in (
        "164e1b031203",  # contact, two intervals
        "103b5304",
        "10382d043500",  # an interval of 53/1024 s beside a usual one
        "0400",  # no contact, no rate
        "1028",  # intervals promised, none there
        "1843d0077203",  # energy
        "012c01",  # a rate of two bytes
        "1f2c01d00700040004",  # everything at once
        "f02a0004",  # reserved bits
    )
)
"""What real straps sent, and shapes that the flags allow."""

TEXTS = (b"812 798.5", b"0", b"600000", b"1000", b"00000.0000", b"1023.4375 1000.9765625", b".5 5.")
SPOILT = (*b"nan inf -1 1e5 1_0 0x10 . .. 1.2.3 600001 \xd9\xa1".split(), b"9" * 400, b"\n")
EDGES_1024 = (0, 1, 2, 53, 306, 307, 308, 1023, 1024, 1025, 2047, 2048, 2049, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)
LONGEST = 512
"""The most that one notification carries over Bluetooth Low Energy."""


def _cut(rng: Random, payload: bytes) -> bytes:
    return payload[: rng.randrange(len(payload) + 1)]


def _behead(rng: Random, payload: bytes) -> bytes:
    return payload[rng.randrange(len(payload) + 1) :]


def _lengthen(rng: Random, payload: bytes) -> bytes:
    return payload + rng.randbytes(rng.randrange(1, 20))


def _swell(rng: Random, payload: bytes) -> bytes:
    return payload[:2] + rng.randbytes(rng.randrange(LONGEST - 1))


def _flip(rng: Random, payload: bytes) -> bytes:
    changed = bytearray(payload)
    for _ in range(rng.randrange(1, 5) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _reflag(rng: Random, payload: bytes) -> bytes:
    return bytes((rng.randrange(256),)) + payload[1:]


def _repeat(rng: Random, payload: bytes) -> bytes:
    return (payload * rng.randrange(2, 60))[:LONGEST]


def _set_edges(rng: Random, payload: bytes) -> bytes:
    return payload[:2] + struct.pack("<4H", *rng.choices(EDGES_1024, k=4))


MUTATIONS: Sequence[Callable[[Random, bytes], bytes]] = (
    _cut,
    _behead,
    _lengthen,
    _swell,
    _flip,
    _reflag,
    _repeat,
    _set_edges,
)


def mutated(rng: Random, payload: bytes) -> bytes:
    """A payload changed once to three times."""
    for _ in range(rng.randrange(1, 4)):
        payload = rng.choice(MUTATIONS)(rng, payload)
    return payload


def heart_rate(rng: Random) -> bytes:
    """A payload of 0x2A37: arbitrary bytes, a frame, or a frame spoilt."""
    chance = rng.random()
    if chance < 0.2:
        return rng.randbytes(rng.choice((0, 1, 2, 3, 4, 5, 6, 8, 20, LONGEST, rng.randrange(LONGEST))))
    frame = rng.choice(FRAMES)
    return frame if chance < 0.25 else mutated(rng, frame)


def rr_text(rng: Random) -> bytes:
    """RR intervals as text: well formed, spoilt, or arbitrary bytes."""
    chance = rng.random()
    if chance < 0.1:
        return rng.randbytes(rng.randrange(40))
    if chance < 0.3:
        return bytes(rng.choices(b"0123456789. ", k=rng.randrange(60)))
    words = [rng.choice(SPOILT) if rng.random() < 0.1 else number(rng) for _ in range(rng.randrange(1, 12))]
    text = rng.choice((b" ", b" ", b"  ", b"\t", b", ")).join(words)
    return text if chance < 0.8 else mutated(rng, text)


def number(rng: Random) -> bytes:
    """A decimal: usual, at an edge, vanishingly small, or with far too many digits."""
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice(TEXTS)
    if kind == 1:
        return f"{rng.uniform(0, 600_000):.{rng.randrange(12)}f}".encode()
    if kind == 2:
        return b"0." + b"0" * rng.choice((5, 50, 300, 322, 323, 400)) + b"5"
    if kind == 3:
        return bytes(rng.choices(b"0123456789", k=rng.randrange(1, 30)))
    return f"{rng.uniform(250, 2100):.3f}".encode()


def payload_of(rng: Random) -> tuple[PacketFormat, bytes]:
    """A payload of either format, two of three in that of a strap."""
    if rng.random() < 2 / 3:
        return PacketFormat.HEART_RATE_MEASUREMENT, heart_rate(rng)
    return PacketFormat.RR_TEXT, rr_text(rng)
