"""An emulated Muse headband: what it streams when it is told to, and the faults that real ones show."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from bumble import att
from bumble.gatt import Characteristic, CharacteristicValue, Service

from biofeedback.bench.emulated.air import USUAL_RSSI_DBM, Air
from biofeedback.bench.emulated.peripheral import Peripheral
from devices.eeg import muse

MUSE_SERVICE = "FE8D"
PIECE = 19
"""Letters of an answer that go into one packet."""
_P, _A = Characteristic.Properties, att.Attribute.Permissions


@dataclass(frozen=True, slots=True)
class BandSettings:
    """What a headband is; `every_s` is how often it sends a packet of each electrode.

    A Muse S Athena (`is_athena`) sends its samples with `tag`, whatever it is asked for.
    """

    name: str = "Muse-1A2B"
    address: str = "00:55:DA:B0:00:01"
    advertised: tuple[str, ...] = (MUSE_SERVICE,)
    rssi_dbm: int = USUAL_RSSI_DBM
    has_accelerometer: bool = True
    is_athena: bool = False
    tag: int = 0x11
    every_s: float = 0.01


class MuseHeadband(Peripheral):
    """A headband in the air. Sample `n` of electrode `e` is `n + 100 e`, modulo 2000, less 1000, in counts.

    Attributes
    ----------
    commands : list of str
        What it was told.
    number : int
        Of the next packets.
    lost : set of (int, int)
        Numbers and electrodes whose packets never arrive.
    percent : int
        Its charge.
    """

    go = muse.GO

    def __init__(self, air: Air, settings: BandSettings | None = None) -> None:
        self.settings = settings = settings or BandSettings()
        super().__init__(air, settings.name, settings.address, settings.advertised, settings.rssi_dbm)
        self.commands: list[str] = []
        self.number = 0
        self.lost: set[tuple[int, int]] = set()
        self.percent = 64
        self._streaming: asyncio.Task[None] | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self._answering = asyncio.Lock()
        told: CharacteristicValue[bytes] = CharacteristicValue(write=self._obey)
        writable = _P.WRITE_WITHOUT_RESPONSE | _P.NOTIFY
        self.control: Characteristic[bytes] = Characteristic(muse.CONTROL, writable, _A.WRITEABLE, told)
        self.electrodes = [self._notified(uuid) for uuid in muse.ELECTRODES.values()]
        self.accelerometer = self._notified(muse.ACCELEROMETER)
        self.telemetry = self._notified(muse.TELEMETRY)
        self.offer([Service(MUSE_SERVICE, list(self._characteristics()))])

    @staticmethod
    def _notified(uuid: str) -> Characteristic[bytes]:
        return Characteristic(uuid, _P.NOTIFY, _A(0))

    def _characteristics(self) -> Iterable[Characteristic[bytes]]:
        yield self.control
        yield from self.electrodes
        yield self.telemetry
        if self.settings.has_accelerometer:
            yield self.accelerometer

    async def close(self) -> None:
        self.stop()
        for task in self._answers:
            task.cancel()
        await super().close()

    def on_gone(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop streaming."""
        if self._streaming:
            self._streaming.cancel()
            self._streaming = None

    async def send(self) -> None:
        """The next packet of each electrode, in the order in which a band sends them."""
        n = np.arange(muse.N_SAMPLES) + muse.N_SAMPLES * self.number
        for electrode in (3, 2, 0, 1):
            if (self.number, electrode) not in self.lost:
                counts = (n + 100 * electrode) % 2000 - 1000
                await self.notify(muse.encode_electrode(self.number, counts), self.electrodes[electrode])
        self.number += 1

    async def tell_charge(self, percent: int) -> None:
        """Tell the charge by telemetry."""
        await self.notify(muse.encode_charge(0, percent), self.telemetry)

    async def _obey(self, _connection: att.Bearer, value: bytes) -> None:
        command = value[1:-1].decode("ascii")
        self.commands.append(command)
        if command == muse.HALT:
            self.stop()
        elif command == self.go and self._streaming is None:
            self._streaming = asyncio.create_task(self._stream())
        task = asyncio.create_task(self._answer(command))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, command: str) -> None:
        told = f'{{"hn":"{self.settings.name}","sn":"0001-ABCD-1A2B","bp":{self.percent}.00,"ps":33,"rc":0}}'
        reply = told if command == muse.STATUS else '{"rc":0}'
        async with self._answering:
            for begin in range(0, len(reply), PIECE):
                piece = reply[begin : begin + PIECE].encode()
                await self.notify(bytes([len(piece)]) + piece.ljust(PIECE, b"\0"), self.control)

    async def _stream(self) -> None:
        while True:
            if self.settings.has_accelerometer:
                axes = np.tile([0, 0, 16384], (muse.N_ACCELERATIONS, 1))
                await self.notify(muse.encode_accelerometer(self.number, axes), self.accelerometer)
            await self.send()
            await asyncio.sleep(self.settings.every_s)
