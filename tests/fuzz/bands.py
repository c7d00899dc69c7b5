"""Notifications of headbands as they should not come, of both forms, heard by what hears them in a session."""

import asyncio
from collections.abc import Callable
from random import Random

import numpy as np

from devices.clock import Clock
from devices.clock_loop import ClockLoop
from devices.eeg import athena, muse
from devices.eeg.muse_streams import AthenaStream, ElectrodeStream
from devices.samples import EegFrame
from tests.fuzz.payloads import mutated

A_CONNECTION = 5000
"""Notifications; then another begins, of the other form."""
WAITS_S = (0.0, 0.0, 0.001, 0.012, 0.012, 0.05, 1.0, 30.0, 1e5)
LARGEST = 1 << 15
"""No sample of 16 bits or fewer is beyond this."""

Hear = Callable[[bytes], None]


class Listener:
    """Keeps what asks for notifications, and checks what they are made into."""

    def __init__(self) -> None:
        self.hear: list[tuple[str, Hear]] = []
        self.n_frames = self._end = 0

    async def listen(self, uuid: str, hear: Hear) -> bool:
        """Whatever is asked for is there."""
        self.hear.append((uuid, hear))
        return True

    def take(self, frame: EegFrame) -> None:
        """Frames follow each other or begin anew, and hold what a band can send."""
        assert frame.first_sample >= self._end or frame.first_sample == 0, (frame.first_sample, self._end)
        assert frame.counts.shape == (len(frame.counts), len(frame.description.electrodes) + frame.description.n_axes)
        assert len(frame.counts) > 0
        assert np.abs(frame.counts).max() <= LARGEST
        self._end = frame.first_sample + len(frame.counts)
        self.n_frames += 1

    def take_charge(self, percent: int) -> None:
        """A charge is one."""
        assert 0 <= percent <= 100, percent


def notification(rng: Random, uuid: str, number: int) -> bytes:
    """What may come through a characteristic: as it should be, spoilt, or any bytes."""
    if rng.random() < 0.02:
        return rng.randbytes(rng.randrange(250))
    if uuid in muse.ALL_IN_ONE:
        payload = b"".join(_packet(rng, number) for _ in range(rng.choice((1, 1, 1, 2))))
    else:
        payload = (number % muse.NUMBERS).to_bytes(2) + rng.randbytes(18)
    return mutated(rng, payload) if rng.random() < 0.1 else payload


def _packet(rng: Random, number: int) -> bytes:
    tags = rng.choices((*athena.EEG, *athena.SIZES, 0x88, 7), k=rng.randrange(1, 6))
    parts = (bytes((tag, number % athena.NUMBERS, 0, 0, 0)) + rng.randbytes(athena.SIZES.get(tag, 9)) for tag in tags)
    body = bytes((number % athena.NUMBERS,)) + bytes(7) + b"".join(parts)
    return bytes((min(255, 1 + len(body)),)) + body


def fuzz_bands(seed: int, n_notifications: int, say: Callable[[str], object]) -> int:
    """Hear so many notifications; the number of frames that were made of them."""
    n_frames = 0
    clock = Clock(0)
    with asyncio.Runner(loop_factory=lambda: ClockLoop(clock)) as runner:
        for connection, begin in enumerate(range(0, n_notifications, A_CONNECTION)):
            n = min(A_CONNECTION, n_notifications - begin)
            n_frames += runner.run(_connection(clock, seed, connection, n, say))
    return n_frames


async def _connection(clock: Clock, seed: int, connection: int, n: int, say: Callable[[str], object]) -> int:
    rng, listener, number = Random(f"bands {seed} {connection}"), Listener(), 0
    form = (ElectrodeStream, AthenaStream)[connection % 2]
    await form("a band", listener.take, listener.take_charge).listen(listener.listen)
    for each in range(n):
        uuid, hear = listener.hear[each % len(listener.hear)] if rng.random() < 0.95 else rng.choice(listener.hear)
        number += each % len(listener.hear) == 0
        number = rng.randrange(muse.NUMBERS) if rng.random() < 0.002 else number
        clock.advance(rng.choice(WAITS_S) if rng.random() < 0.01 else 0.004)
        payload = notification(rng, uuid, number)
        try:
            hear(payload)
        except Exception:
            say(f"notification {each} of connection {connection} of seed {seed}: {uuid} {payload.hex()}")
            raise
    return listener.n_frames
