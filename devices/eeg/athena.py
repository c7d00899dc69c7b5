"""What a Muse S Athena (2025) says over Bluetooth: everything through one or two characteristics, part after part.

The maker publishes none of it. The form is the one that MuseAthenaDataformatParser (A. Szakal), OpenMuse
(D. Makowski) and BrainFlow found and agree about, and that packets captured from two firmwares (in the tests of
OpenMuse) follow: the numbers of their parts run on without a leap, and their accelerometer shows 1 g at rest.

A notification holds packets. A packet begins with its length, a number of one byte that counts packets, and seven
bytes of a clock that the firmwares keep differently. Then come parts: a tag, a number of one byte that counts the
parts of this tag, three bytes that are not understood, and the data, as many as the tag tells (`SIZES`). All numbers
are little-endian, and samples are packed from the lowest bit on. Light through the skin (optics) is not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.eeg.muse import ELECTRODES, N_AXES
from devices.gatt import MalformedPacketError

N_BEFORE_PARTS, N_BEFORE_DATA = 9, 5
SHORTEST = N_BEFORE_PARTS + N_BEFORE_DATA
NUMBERS = 1 << 8
"""Of packets, and of parts; then they begin again."""

EEG = {0x11: 4, 0x12: 8}
"""Channels of each tag: the electrodes, and behind them four inputs that are not worn."""
MOTION = 0x47
CHARGES = (0x98, 0x88)
REFERENCE_AND_GROUND = 0x53
SIZES = {0x11: 28, 0x12: 28, 0x34: 30, 0x35: 40, 0x36: 40, MOTION: 36, REFERENCE_AND_GROUND: 24, 0x98: 20}
"""Bytes of data by tag. One that does not stand here, as 0x88 of newer firmware, is taken to fill its packet."""

MOST_PARTS = (255 - N_BEFORE_PARTS) // (N_BEFORE_DATA + SIZES[0x11])
"""With samples of electrodes, that go into a packet."""

BITS, ZERO = 14, 1 << 13
UV_PER_COUNT = 1450 / 16383
"""14 bits over 1.45 mV; without a signal they stand in the middle."""
G_PER_COUNT = 1.0 / 16384
CHARGE_UNITS = 256.0
"""Of a percent. BrainFlow takes 512; a capture of OpenMuse whose band told 58.27 % in words has 58.27 by 256."""

VERSION, GO, QUICKLY = "v6", "dc001", "L1"
"""Asked first; begins to stream, and is told twice; sends each packet as soon as it is full."""
PAUSE_S = 0.2
"""Between two commands, which the band else may miss."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a packet.

    Attributes
    ----------
    tag, number : int
    packet : int
        The number of its packet.
    data : bytes
    """

    tag: int
    number: int
    packet: int
    data: bytes


def parts_of(payload: bytes) -> Iterator[Part]:
    """The parts of all packets of a notification, in order; what is cut short is left out."""
    while len(payload) >= SHORTEST and SHORTEST <= payload[0] <= len(payload):
        packet, payload = payload[: payload[0]], payload[payload[0] :]
        rest = packet[N_BEFORE_PARTS:]
        while len(rest) >= N_BEFORE_DATA:
            size = SIZES.get(rest[0], len(rest) - N_BEFORE_DATA)
            if len(rest) < N_BEFORE_DATA + size:
                break
            yield Part(rest[0], rest[1], packet[1], rest[N_BEFORE_DATA : N_BEFORE_DATA + size])
            rest = rest[N_BEFORE_DATA + size :]


def decode_eeg(part: Part) -> NDArray[np.int32]:
    """The samples of a part of `EEG` around zero, shape (n_samples, n_electrodes), oldest first.

    Four samples of four channels, or two of eight.
    """
    bits = np.unpackbits(np.frombuffer(part.data, np.uint8), bitorder="little").reshape(-1, BITS)
    counts = bits.astype(np.int32) @ (1 << np.arange(BITS, dtype=np.int32))
    return counts.reshape(-1, EEG[part.tag])[:, : len(ELECTRODES)] - ZERO


def decode_motion(part: Part) -> NDArray[np.int32]:
    """Three samples of the axes of the accelerometer, shape (3, 3), oldest first; the gyroscope is left aside."""
    return np.frombuffer(part.data, "<i2").reshape(-1, 2 * N_AXES)[:, :N_AXES].astype(np.int32)


def decode_charge(part: Part) -> int:
    """The charge in percent that a part of `CHARGES` tells.

    Raises
    ------
    MalformedPacketError
        If it is cut short, or tells of more than there can be.
    """
    percent = round(int.from_bytes(part.data[:2], "little") / CHARGE_UNITS)
    if len(part.data) < 2 or percent > 100:
        raise MalformedPacketError(f"a charge of {percent} %", part.data)
    return percent
