"""An emulated Muse S Athena: the packets that it sends, and the faults of its firmware."""

import asyncio
from collections.abc import Iterable, Sequence

import numpy as np
from bumble.gatt import Characteristic
from numpy.typing import NDArray

from biofeedback.bench.emulated.air import Air
from biofeedback.bench.emulated.band import BandSettings, MuseHeadband
from devices.eeg import athena, muse

CLOCK = bytes.fromhex("00bb42d5899301")
"""As a real one told it."""
N_PARTS = 5
"""With samples, in a packet."""


def encode_part(tag: int, number: int, data: bytes) -> bytes:
    """A part of a packet."""
    return bytes([tag, number % athena.NUMBERS, 0, 0, 0]) + data


def encode_packet(number: int, parts: Sequence[bytes]) -> bytes:
    """A packet of parts, at most 246 bytes of them."""
    body = bytes([number % athena.NUMBERS]) + CLOCK + b"".join(parts)
    return bytes([1 + len(body)]) + body


def encode_eeg(tag: int, number: int, counts: NDArray[np.integer]) -> bytes:
    """A part with samples around zero, shape (n_samples, n_channels)."""
    packed = 0
    for i, count in enumerate(counts.ravel().tolist()):
        packed |= (count + athena.ZERO) << athena.BITS * i
    return encode_part(tag, number, packed.to_bytes(athena.SIZES[tag], "little"))


def encode_motion(number: int, axes: NDArray[np.integer]) -> bytes:
    """A part with samples of the accelerometer, shape (3, 3), and a gyroscope that stands still."""
    return encode_part(athena.MOTION, number, np.hstack([axes, np.zeros((3, 3))]).astype("<i2").tobytes())


def encode_charge(percent: float, tag: int = athena.CHARGES[0]) -> bytes:
    """A part with the charge, as that firmware tells it that uses the tag."""
    size = athena.SIZES.get(tag, 200)
    return encode_part(tag, 0, round(percent * athena.CHARGE_UNITS).to_bytes(2, "little").ljust(size, b"\0"))


class AthenaHeadband(MuseHeadband):
    """A Muse S Athena in the air; its samples are those of the other bands, `lost` has numbers of packets and 0."""

    go = athena.GO

    def __init__(self, air: Air, settings: BandSettings) -> None:
        self.data = self._notified(muse.ALL_IN_ONE[0])
        super().__init__(air, settings)

    def _characteristics(self) -> Iterable[Characteristic[bytes]]:
        yield self.control
        yield self.data

    async def send(self) -> None:
        """The next packet: some parts with samples, and the accelerometer."""
        tag, first = self.settings.tag, N_PARTS * self.number
        parts = [encode_motion(self.number, np.tile([0, 0, 16384], (3, 1)))] if self.settings.has_accelerometer else []
        if tag in athena.EEG:
            n_channels = athena.EEG[tag]
            n_samples = 16 // n_channels
            for number in range(first, first + N_PARTS):
                n = np.arange(n_samples)[:, None] + n_samples * number
                parts.append(encode_eeg(tag, number, (n + 100 * np.arange(n_channels)) % 2000 - 1000))
        else:
            parts.append(encode_part(tag, first, bytes(athena.SIZES.get(tag, 60))))
        if (self.number, 0) not in self.lost:
            await self.notify(encode_packet(self.number, parts), self.data)
        self.number += 1

    async def tell_charge(self, percent: int) -> None:
        await self.notify(encode_packet(self.number, [encode_charge(percent)]), self.data)

    async def _stream(self) -> None:
        while True:
            await self.send()
            await asyncio.sleep(self.settings.every_s)
