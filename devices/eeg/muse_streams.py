"""What a Muse headband sends over one connection, in either of its forms, made into frames."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial

import numpy as np

from devices.bluetooth import BLUETOOTH_ERRORS
from devices.eeg import athena, muse
from devices.eeg.assembly import Assembled, Assembly, AthenaAssembly
from devices.eeg.frames import EegReader, frame_packet, start_packet
from devices.gatt import MalformedPacketError
from devices.samples import EegDescription, EegFrame

Listen = Callable[[str, Callable[[bytes], None]], Awaitable[bool]]
"""Asks a characteristic for notifications; whether it is offered."""


class MuseStream(ABC):
    """The frames of one connection; a packet that cannot be read is lost, as one that never came.

    Parameters
    ----------
    name : str
    tell : callable
        Is called with each frame.
    tell_charge : callable
        Is called with the charge in percent.

    Attributes
    ----------
    commands : tuple of str
        What makes the band send, in order.
    pause_s : float
        Between two of them.
    is_strange : bool
        Whether something has come, and nothing of it could be read yet.
    """

    commands: tuple[str, ...]
    pause_s: float
    uv_per_count: float
    is_strange = False

    def __init__(self, name: str, tell: Callable[[EegFrame], None], tell_charge: Callable[[int], None]) -> None:
        self._name, self._tell, self._tell_charge = name, tell, tell_charge
        self._reader = EegReader()

    @abstractmethod
    async def listen(self, listen: Listen) -> None:
        """Ask for all that is read."""

    def _tell_whole(self, whole: Assembled, at_s: float) -> None:
        if whole.first_sample == 0:
            self._reader.started(start_packet(at_s, self._described(whole.n_axes)))
        self._tell(self._reader.frame(frame_packet(at_s, whole.first_sample, whole.counts)))

    def _described(self, n_axes: int) -> EegDescription:
        return EegDescription(
            self._name,
            tuple(muse.ELECTRODES),
            muse.RATE_HZ,
            self.uv_per_count,
            muse.REFERENCE,
            n_axes=n_axes,
            g_per_count=muse.G_PER_COUNT,
        )


class ElectrodeStream(MuseStream):
    """Of a band of 2016, a Muse 2 or a Muse S, each electrode of which has a characteristic."""

    commands = muse.HALT, muse.PRESET, muse.STATUS, muse.GO
    pause_s = 0.0
    uv_per_count = muse.UV_PER_COUNT

    async def listen(self, listen: Listen) -> None:
        self._assembly = Assembly(len(muse.ELECTRODES))
        with contextlib.suppress(*BLUETOOTH_ERRORS):
            await listen(muse.TELEMETRY, self._hear_charge)
        with contextlib.suppress(*BLUETOOTH_ERRORS):
            self._assembly.movement.is_asked = await listen(muse.ACCELEROMETER, self._hear_movement)
        for electrode, uuid in enumerate(muse.ELECTRODES.values()):
            await listen(uuid, partial(self._hear, electrode))

    def _hear_charge(self, value: bytes) -> None:
        with contextlib.suppress(MalformedPacketError):
            self._tell_charge(muse.decode_charge(value))

    def _hear_movement(self, value: bytes) -> None:
        with contextlib.suppress(MalformedPacketError):
            self._assembly.movement.take(muse.decode_accelerometer(value))

    def _hear(self, electrode: int, value: bytes) -> None:
        at_s = asyncio.get_running_loop().time()
        with contextlib.suppress(MalformedPacketError):
            number, counts = muse.decode_electrode(value)
            if whole := self._assembly.take(electrode, number, counts, at_s):
                self._tell_whole(whole, at_s)


class AthenaStream(MuseStream):
    """Of a Muse S Athena, which sends everything through the same characteristics.

    It is asked for what the others are asked for, four electrodes and no light; whatever else it answers with is read
    as far as it has electrodes.
    """

    commands = athena.VERSION, muse.STATUS, muse.HALT, muse.PRESET, athena.GO, athena.GO, athena.QUICKLY
    pause_s = athena.PAUSE_S
    uv_per_count = athena.UV_PER_COUNT
    _was_read = False

    async def listen(self, listen: Listen) -> None:
        self._assembly = AthenaAssembly()
        self._assembly.movement.is_asked = True
        for uuid in muse.ALL_IN_ONE:
            await listen(uuid, self._hear)

    def _hear(self, value: bytes) -> None:
        at_s = asyncio.get_running_loop().time()
        runs: list[Assembled] = []
        for part in athena.parts_of(value):
            if part.tag == athena.MOTION:
                self._assembly.movement.take(athena.decode_motion(part))
            elif part.tag in athena.CHARGES:
                with contextlib.suppress(MalformedPacketError):
                    self._tell_charge(athena.decode_charge(part))
            elif part.tag in athena.EEG and (whole := self._assembly.take(part, at_s)):
                runs[-1:] = _joined(runs[-1:], whole)
        self._was_read = self._was_read or bool(runs)
        self.is_strange = not self._was_read
        for run in runs:
            self._tell_whole(run, at_s)


def _joined(last: list[Assembled], whole: Assembled) -> list[Assembled]:
    """Frames of one notification that follow each other without a leap become one."""
    for before in last:
        if whole.first_sample == before.first_sample + len(before.counts) and whole.n_axes == before.n_axes:
            return [Assembled(before.first_sample, np.vstack([before.counts, whole.counts]), whole.n_axes)]
    return [*last, whole]
