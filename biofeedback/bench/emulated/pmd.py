"""Polar's measurement service on an emulated strap: an electrocardiogram and an accelerometer, and their faults."""

import asyncio
from collections.abc import Callable
from typing import Literal

import numpy as np
from bumble import att
from bumble.core import UUID
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service

from devices.pmd import ECG_BITS, ECG_RATE_HZ, N_AXES, N_ECG_SAMPLES, encode_accelerometer, encode_ecg
from devices.pmd_control import (
    PMD_CONTROL,
    PMD_DATA,
    PMD_SERVICE,
    Measurement,
    Operation,
    Setting,
    Settings,
    Status,
    encode_answer,
    encode_settings,
)

Pairing = Literal["", "read", "write"]

OFFERED: dict[int, Settings] = {
    Measurement.ECG: {Setting.RATE_HZ: (ECG_RATE_HZ,), Setting.RESOLUTION_BITS: (ECG_BITS,)},
    Measurement.ACCELEROMETER: {
        Setting.RATE_HZ: (25, 50, 100, 200),
        Setting.RESOLUTION_BITS: (16,),
        Setting.RANGE: (2, 4, 8),
    },
}
CLOCK_NS = 599_616_000_000_000_000
LEAST_MTU = 232
NEVER = -1
_P, _A = Characteristic.Properties, att.Attribute.Permissions


class PmdService:
    """The service of one strap. It answers as a Polar H10 does, unless it is told otherwise.

    Attributes
    ----------
    n_reads : int
        How often the control point was read.
    commands : list of bytes
        What was written to the control point.
    statuses : dict
        What to answer the next times, in this order, by operation and measurement; `NEVER` for no answer at all.
    running : dict
        The streams that run, by number.
    on_start : callable or None
        Called before a start is answered.
    every_s : float
        How often a stream that runs sends a frame.
    unasked : list of bytes
        What is told by the control point along with the next answer, before it.
    """

    def __init__(self, device: Device, offered: tuple[Measurement, ...], pairing: Pairing = "") -> None:
        self._device, self._offered, self._pairing = device, offered, pairing
        self.n_reads = 0
        self.commands: list[bytes] = []
        self.statuses: dict[tuple[int, int], list[int]] = {}
        self.running: dict[int, asyncio.Task[None]] = {}
        self.on_start: Callable[[], None] | None = None
        self.every_s = 0.02
        self.unasked: list[bytes] = []
        self._answers: set[asyncio.Task[None]] = set()
        permissions = _A.READABLE | _A.WRITEABLE
        if pairing == "read":
            permissions |= _A.READ_REQUIRES_ENCRYPTION | _A.WRITE_REQUIRES_ENCRYPTION
        value: CharacteristicValue[bytes] = CharacteristicValue(read=self._read, write=self._write)
        self.control: Characteristic[bytes] = Characteristic(
            PMD_CONTROL, _P.READ | _P.WRITE | _P.INDICATE, permissions, value
        )
        self.data: Characteristic[bytes] = Characteristic(PMD_DATA, _P.NOTIFY, _A(0))
        self.service = Service(UUID(PMD_SERVICE), [self.control, self.data])

    def started(self) -> list[int]:
        """The streams that somebody asked to start, in order."""
        return [command[1] for command in self.commands if command[0] == Operation.START]

    def stopped(self) -> list[int]:
        """The streams that somebody asked to stop, in order."""
        return [command[1] for command in self.commands if command[0] == Operation.STOP]

    def end(self, measurement: int) -> None:
        """End a stream without a word."""
        if task := self.running.pop(measurement, None):
            task.cancel()

    def end_all(self) -> None:
        """The link is gone, and with it every stream."""
        for measurement in tuple(self.running):
            self.end(measurement)
        for task in self._answers:
            task.cancel()

    async def tell(self, value: bytes) -> None:
        """Tell something by the control point."""
        await self._device.indicate_subscribers(self.control, value)

    async def send(self, payload: bytes) -> None:
        """Send a frame as it is."""
        await self._device.notify_subscribers(self.data, payload)

    def start(self, measurement: int) -> None:
        """Let a stream run."""
        self.running[measurement] = asyncio.create_task(self._stream(measurement))

    async def _read(self, _connection: att.Bearer) -> bytes:
        self.n_reads += 1
        return bytes((0x0F, sum(1 << measurement for measurement in self._offered))) + bytes(15)

    async def _write(self, connection: att.Bearer, value: bytes) -> None:
        if self._pairing == "write" and isinstance(connection, Connection) and not connection.is_encrypted:
            raise att.ATT_Error(att.ErrorCode.INSUFFICIENT_AUTHENTICATION)
        self.commands.append(bytes(value))
        operation, measurement = value[0], value[1]
        if operation == Operation.START and self.on_start:
            self.on_start()
        planned = self.statuses.get((operation, measurement))
        status = planned.pop(0) if planned else self._status(operation, measurement, connection)
        if status != NEVER:
            task = asyncio.create_task(self._answer(operation, measurement, status))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    def _status(self, operation: int, measurement: int, connection: att.Bearer) -> int:
        if measurement not in self._offered:
            return Status.NOT_SUPPORTED
        if operation == Operation.START and measurement in self.running:
            return Status.ALREADY_IN_STATE
        if operation == Operation.START and connection.att_mtu < LEAST_MTU and measurement == Measurement.ECG:
            return Status.INVALID_MTU
        return Status.SUCCESS

    async def _answer(self, operation: int, measurement: int, status: int) -> None:
        parameters = b""
        while self.unasked:
            await self.tell(self.unasked.pop(0))
        if status == Status.SUCCESS:
            if operation == Operation.SETTINGS:
                parameters = encode_settings(OFFERED[measurement])
            elif operation == Operation.START:
                parameters = b"\0"
            else:
                self.end(measurement)
        await self.tell(encode_answer(operation, measurement, status, parameters))
        if (operation, status) == (Operation.START, Status.SUCCESS):
            self.start(measurement)

    async def _stream(self, measurement: int) -> None:
        strap_ns = CLOCK_NS
        while True:
            if measurement == Measurement.ECG:
                strap_ns += N_ECG_SAMPLES * 1_000_000_000 // ECG_RATE_HZ
                await self.send(encode_ecg(strap_ns, 37 * np.arange(N_ECG_SAMPLES) % 1500 - 300))
            else:
                strap_ns += 36 * 1_000_000_000 // 25
                await self.send(encode_accelerometer(strap_ns, np.arange(36 * N_AXES).reshape(-1, N_AXES)))
            await asyncio.sleep(self.every_s)
