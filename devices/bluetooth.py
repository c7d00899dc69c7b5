"""Straps and bands in reach, one connection to one, and what errors mean. The only module that knows bleak.

What real systems do, and why some lines are as they are:

- BlueZ goes on notifying for a lost connection that was not let go, so that every packet comes twice after a
  reconnection (bleak issue 2002): a link is closed also after it was lost, and never used again.
- BlueZ offers two ways to subscribe. AcquireNotify, which would not come twice, crashes bluetoothd 5.82 when the
  link is lost while it is being disconnected (8 times of 8, StartNotify none): it is not used.
- Reading something that wants pairing may never come back: every operation has its time limit.
"""

import asyncio
import contextlib
import statistics
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.args.bluez import BlueZNotifyArgs
from bleak.args.winrt import WinRTClientArgs
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)
from bleak.uuids import normalize_uuid_16

from devices import bluetooth_advice as advice
from devices.bluetooth_advice import AdapterFault, BluetoothError, Kind, Trouble
from devices.bluetooth_settings import DEFAULTS, BluetoothSettings
from devices.told import told_text

MUSE_SERVICE = normalize_uuid_16(0xFE8D)
"""Assigned to Interaxon, whose headbands have it."""
HEART_RATE_SERVICE = normalize_uuid_16(0x180D)
HEART_RATE_MEASUREMENT = normalize_uuid_16(0x2A37)
BATTERY_SERVICE = normalize_uuid_16(0x180F)
BATTERY_LEVEL = normalize_uuid_16(0x2A19)
DEVICE_INFORMATION = normalize_uuid_16(0x180A)
MAKER, MODEL, FIRMWARE, SERIAL = (normalize_uuid_16(number) for number in (0x2A29, 0x2A24, 0x2A26, 0x2A25))

_N_STRENGTHS = 9
# What bleak and the systems under it raise, and what is raised here; EOFError comes from a D-Bus that ended
BLUETOOTH_ERRORS = (BleakError, TimeoutError, OSError, EOFError, BluetoothError)


@dataclass(frozen=True, slots=True)
class Backend:
    """Classes that take the place of bleak's own for this platform; None for bleak's."""

    scanner: type[BaseBleakScanner] | None = None
    client: type[BaseBleakClient] | None = None
    adapter: type[BaseBleakAdapter] | None = None


PLATFORM = Backend()


def _kind_of(name: str, services: Sequence[str]) -> Kind | None:
    """What advertises so; a headband may leave its service out, and is known by its name then."""
    if HEART_RATE_SERVICE in services:
        return Kind.STRAP
    return Kind.BAND if MUSE_SERVICE in services or name.lower().startswith("muse") else None


@dataclass(frozen=True, slots=True)
class FoundStrap:
    """A strap in reach, or a band for the head.

    Attributes
    ----------
    name : str
        The name that it advertises; empty where it has told none.
    address : str
        Its address (on macOS a UUID that is valid on that computer only).
    rssi_dbm : int or None
        Median strength of its last advertisements; None where it is connected to this computer already and
        therefore does not advertise.
    """

    name: str
    address: str
    rssi_dbm: int | None
    device: BLEDevice = field(repr=False, compare=False)
    kind: Kind = Kind.STRAP


@dataclass(frozen=True, slots=True)
class AdapterState:
    """Whether Bluetooth can be used, else what is wrong and what to do about it; `technical` is for who knows more."""

    usable: bool
    reason: str
    advice: str
    technical: str = ""


class Scanner:
    """Straps in reach, of any maker, as they come and change: an async context manager.

    Parameters
    ----------
    settings : BluetoothSettings
        Time limits.
    backend : Backend
        Classes in place of bleak's own.
    wanted : str, optional
        The address of one that is heard also where it advertises without a service, as some do.
    kinds : tuple of Kind
        What is looked for.

    Raises
    ------
    BluetoothError
        On entering, if Bluetooth cannot be used.
    """

    def __init__(
        self,
        settings: BluetoothSettings = DEFAULTS,
        backend: Backend = PLATFORM,
        wanted: str | None = None,
        kinds: tuple[Kind, ...] = (Kind.STRAP,),
    ) -> None:
        self._settings, self._backend = settings, backend
        self._wanted, self._kinds = wanted, kinds
        self._scanner: BleakScanner | None = None
        self._straps: dict[str, FoundStrap] = {}
        self._strengths_dbm: dict[str, deque[int]] = {}
        self._changed = asyncio.Event()

    @property
    def straps(self) -> tuple[FoundStrap, ...]:
        """The straps heard so far, the nearest first."""
        return tuple(sorted(self._straps.values(), key=_distance))

    async def __aenter__(self) -> Self:
        await self._ask_for_connected()
        services = None if self._wanted or Kind.BAND in self._kinds else [HEART_RATE_SERVICE]
        self._scanner = BleakScanner(self._on_advertisement, services, backend=self._backend.scanner)
        try:
            async with asyncio.timeout(self._settings.start_s):
                await self._scanner.start()
        except TimeoutError as error:
            raise BluetoothError(advice.adapter_trouble(AdapterFault.NO_ANSWER)) from error
        except OSError as error:
            fault = AdapterFault.DENIED_BY_SYSTEM if isinstance(error, PermissionError) else AdapterFault.NO_SERVICE
            raise BluetoothError(advice.adapter_trouble(fault)) from error
        except BLUETOOTH_ERRORS as error:
            raise BluetoothError(trouble_of(error)) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._scanner:
            with contextlib.suppress(*BLUETOOTH_ERRORS):
                async with asyncio.timeout(self._settings.disconnect_s):
                    await self._scanner.stop()

    async def changed(self) -> tuple[FoundStrap, ...]:
        """Wait until the list differs from when this was called last, and return it."""
        await self._changed.wait()
        self._changed.clear()
        return self.straps

    def look_again(self) -> None:
        """Let `changed` return now: what is wanted has changed."""
        self._changed.set()

    async def updates(self, every_s: float = 0.5) -> AsyncGenerator[tuple[FoundStrap, ...], None]:
        """Yield the list, the nearest first, whenever it has changed, but not more often than `every_s`."""
        while True:
            yield await self.changed()
            await asyncio.sleep(every_s)

    async def _ask_for_connected(self) -> None:
        # A strap that is connected already, as one is to BlueZ after a program crashed, does not advertise
        with contextlib.suppress(*BLUETOOTH_ERRORS, NotImplementedError):
            async with asyncio.timeout(self._settings.operation_s):
                adapter = await BleakAdapter.get(backend=self._backend.adapter)
                for kind in self._kinds:
                    service = HEART_RATE_SERVICE if kind is Kind.STRAP else MUSE_SERVICE
                    for device in await adapter.get_connected_devices([service]):
                        if device.address not in self._straps:
                            self._hear(device, device.name or "", None, kind)

    def _on_advertisement(self, device: BLEDevice, data: AdvertisementData) -> None:
        known = self._straps.get(device.address)
        name = data.local_name or device.name or (known.name if known else "")
        kind = _kind_of(name, data.service_uuids)
        if kind not in self._kinds:
            if device.address.upper() != self._wanted:
                return
            kind = self._kinds[0]
        strengths_dbm = self._strengths_dbm.setdefault(device.address, deque(maxlen=_N_STRENGTHS))
        if abs(data.rssi) < 127:  # 127 and -127 stand for "not known"
            strengths_dbm.append(data.rssi)
        self._hear(device, name, round(statistics.median(strengths_dbm)) if strengths_dbm else None, kind)

    def _hear(self, device: BLEDevice, name: str, rssi_dbm: int | None, kind: Kind) -> None:
        strap = FoundStrap(told_text(name), device.address, rssi_dbm, device, kind)
        if self._straps.get(device.address) != strap:
            self._changed.set()
        self._straps[device.address] = strap


def _distance(strap: FoundStrap) -> tuple[bool, int, str]:
    return strap.rssi_dbm is None, -(strap.rssi_dbm or 0), strap.address


async def scan(
    timeout_s: float, settings: BluetoothSettings = DEFAULTS, backend: Backend = PLATFORM
) -> tuple[FoundStrap, ...]:
    """Listen for so many seconds and return the straps and bands in reach, the nearest first.

    Raises
    ------
    BluetoothError
        If Bluetooth cannot be used.
    """
    async with Scanner(settings, backend, kinds=tuple(Kind)) as scanner:
        await asyncio.sleep(timeout_s)
        return scanner.straps


async def adapter_state(settings: BluetoothSettings = DEFAULTS, backend: Backend = PLATFORM) -> AdapterState:
    """Whether Bluetooth can be used: scans for a moment, for asking alone does not show what is forbidden."""
    try:
        async with Scanner(settings, backend):
            return AdapterState(True, "Bluetooth is ready.", "")
    except BluetoothError as error:
        return AdapterState(False, error.trouble.what, error.trouble.do, error.trouble.technical)


_PAIRING_CODES = (
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHORIZATION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION_KEY_SIZE,
)
_DBUS_TROUBLES = {
    "org.bluez.Error.NotReady": advice.adapter_trouble(AdapterFault.POWERED_OFF),
    "org.bluez.Error.NotAuthorized": advice.WANTS_PAIRING,
    "org.bluez.Error.AuthenticationFailed": advice.WANTS_PAIRING,
    "org.bluez.Error.InProgress": advice.BUSY,
    "org.freedesktop.DBus.Error.AccessDenied": advice.adapter_trouble(AdapterFault.DENIED_BY_SYSTEM),
    "org.freedesktop.DBus.Error.NameHasNoOwner": advice.adapter_trouble(AdapterFault.NO_SERVICE),
    "org.freedesktop.DBus.Error.NoReply": advice.adapter_trouble(AdapterFault.NO_ANSWER),
    "org.freedesktop.DBus.Error.ServiceUnknown": advice.adapter_trouble(AdapterFault.NO_SERVICE),
}
_TROUBLES: tuple[tuple[tuple[type[BaseException], ...], Trouble], ...] = (
    ((BleakDeviceNotFoundError,), advice.ABSENT),
    ((BleakCharacteristicNotFoundError,), advice.NOT_A_STRAP),
    ((TimeoutError,), advice.NO_ANSWER),
)


def trouble_of(error: BaseException) -> Trouble:
    """The group that an error of bleak, or of a system under it, belongs to."""
    match error:
        case BluetoothError():
            return error.trouble
        case BleakBluetoothNotAvailableError():
            return advice.adapter_trouble(AdapterFault[error.reason.name])
        case BleakDBusError() if error.dbus_error in _DBUS_TROUBLES:
            return _DBUS_TROUBLES[error.dbus_error]
        case BleakGATTProtocolError() if error.code in _PAIRING_CODES:
            return advice.WANTS_PAIRING
    for kinds, trouble in _TROUBLES:
        if isinstance(error, kinds):
            return trouble
    # bleak's words for a device that BlueZ has forgotten meanwhile
    return advice.ABSENT if "not found" in str(error) else advice.BROKEN_OFF


class Link:
    """One connection to a strap or a band. It is used once: every attempt makes a new one."""

    def __init__(self, strap: FoundStrap, settings: BluetoothSettings, backend: Backend) -> None:
        self._settings = settings
        self.gone = asyncio.Event()
        self.is_open = True
        self.last_data_s = asyncio.get_running_loop().time()
        self.streaming = asyncio.Event()  # from the first heart rate on
        self.is_silent = False
        self._is_stuck = False
        self._client = BleakClient(
            strap.device,
            lambda _client: self.gone.set(),
            timeout=settings.connect_s,
            # Reconnecting is unreliable with the services that Windows remembers (bleak issues 1940 and 2017)
            winrt=WinRTClientArgs(use_cached_services=False),
            backend=backend.client,
        )

    async def open(self, service_uuid: str, uuid: str) -> None:
        """Connect, and see that there is what is wanted."""
        async with asyncio.timeout(self._settings.connect_s + self._settings.disconnect_s):
            await self._client.connect()
        if not self.characteristic(service_uuid, uuid):
            raise BluetoothError(advice.NOT_A_STRAP)

    async def close(self) -> None:
        """Let go of the connection, also of one that was lost."""
        self.is_open = False
        with contextlib.suppress(*BLUETOOTH_ERRORS):
            async with asyncio.timeout(self._settings.disconnect_s):
                await self._client.disconnect()

    def characteristic(self, service_uuid: str, uuid: str) -> BleakGATTCharacteristic | None:
        """The first such characteristic of the first such service."""
        for service in self._client.services:
            if service.uuid == service_uuid and (found := service.get_characteristic(uuid)):
                return found
        return None

    async def read(self, service_uuid: str, uuid: str) -> bytes | None:
        """Read a value; None where it is not offered, refused, or does not come in time.

        After a read that did not come none is tried again, for it stands in the way of the next ones.
        """
        characteristic = self.characteristic(service_uuid, uuid)
        if self._is_stuck or not characteristic or "read" not in characteristic.properties:
            return None
        try:
            return await self.fetch(service_uuid, uuid)
        except BLUETOOTH_ERRORS as error:
            if self.gone.is_set():
                raise
            self._is_stuck = isinstance(error, TimeoutError)
            return None

    async def fetch(self, service_uuid: str, uuid: str) -> bytes:
        """Read a value that is offered, or raise why it does not come."""
        async with asyncio.timeout(self._settings.operation_s):
            return bytes(await self._client.read_gatt_char(self._offered(service_uuid, uuid)))

    async def write(self, service_uuid: str, uuid: str, value: bytes) -> None:
        """Write a value, and see that it arrived where the characteristic answers at all."""
        found = self._offered(service_uuid, uuid)
        async with asyncio.timeout(self._settings.operation_s):
            await self._client.write_gatt_char(found, value, response="write" in found.properties)

    async def pair(self) -> None:
        """Pair with the strap, if the system can do that for a program; whether it helped shows in what comes next."""
        try:
            async with asyncio.timeout(self._settings.pair_s):
                await self._client.pair()
        except (*BLUETOOTH_ERRORS, NotImplementedError):
            if self.gone.is_set():
                raise

    def _offered(self, service_uuid: str, uuid: str) -> BleakGATTCharacteristic:
        if not (found := self.characteristic(service_uuid, uuid)):
            raise BleakCharacteristicNotFoundError(uuid)
        return found

    async def subscribe(self, service_uuid: str, uuid: str, heard: Callable[[bytes], None]) -> bool:
        """Ask for notifications; whether they are offered. A link that was closed passes nothing on."""
        characteristic = self.characteristic(service_uuid, uuid)
        if not characteristic or not {"notify", "indicate"} & set(characteristic.properties):
            return False

        def pass_on(_characteristic: BleakGATTCharacteristic, value: bytearray) -> None:
            if self.is_open:
                heard(bytes(value))

        async with asyncio.timeout(self._settings.operation_s):
            await self._start_notify(characteristic, pass_on)
        return True

    async def _start_notify(
        self, characteristic: BleakGATTCharacteristic, pass_on: Callable[[BleakGATTCharacteristic, bytearray], None]
    ) -> None:
        try:
            await self._client.start_notify(characteristic, pass_on, bluez=BlueZNotifyArgs(use_start_notify=True))
        except ValueError:
            # macOS may remember the subscription of the connection before (bleak issue 1969)
            await self._client.stop_notify(characteristic)
            await self._client.start_notify(characteristic, pass_on)
