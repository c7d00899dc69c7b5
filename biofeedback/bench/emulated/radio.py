"""A Bluetooth adapter for bleak whose host is bumble: real HCI, L2CAP, ATT and GATT in one process."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bleak.uuids import normalize_uuid_str
from bumble import att, core, hci
from bumble.core import AdvertisingData
from bumble.device import Advertisement, Connection, Device, DeviceConfiguration, Peer
from bumble.gatt import GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR
from bumble.gatt_client import Client
from bumble.host import Host
from bumble.transport.common import Transport

from biofeedback.bench.emulated.air import Air, CentralController
from devices.bluetooth import Backend

_Answer = TypeVar("_Answer")
_SERVICE_LISTS = (
    AdvertisingData.Type.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)
GOING = (
    BleakBluetoothNotAvailableReason.POWERED_OFF,
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH,
    BleakBluetoothNotAvailableReason.UNKNOWN,
)
"""As what an adapter is missed that went for a while."""


def _uuid(uuid: core.UUID) -> str:
    return normalize_uuid_str(uuid.to_hex_str("-"))


# bumble 0.0.236 gives an answer to whatever waits: to a sender that was cancelled a moment ago, which is an error, or
# to the sender of the next command, which takes it for its own. The next two pass it over.


class CentralHost(Host):
    """A host that hears the answer to a command only while its sender waits for it."""

    def on_command_processed(self, event: hci.HCI_Command_Complete_Event[Any] | hci.HCI_Command_Status_Event) -> None:
        command, response = self.pending_command, self.pending_response
        if command and response and not response.done() and command.op_code == event.command_opcode:
            super().on_command_processed(event)


class CentralClient(Client):
    """A GATT client that hears the answer to a request only while its sender waits for it."""

    def on_gatt_pdu(self, att_pdu: att.ATT_PDU) -> None:
        is_awaited = self.pending_response and not self.pending_response.done()
        if is_awaited or att_pdu.op_code not in att.ATT_RESPONSES:
            super().on_gatt_pdu(att_pdu)


class Radio:
    """The adapter of this computer: one bumble central on its own virtual controller.

    Attributes
    ----------
    backend : Backend
        The classes to give to bleak.
    fault : BleakBluetoothNotAvailableReason or None
        Why scanning and connecting are refused; None where the adapter works.
    can_pair : bool
        Whether the system pairs when a program asks for it.
    held : set of str
        Addresses of straps that the system reports as connected without the program having asked.
    """

    def __init__(self, air: Air, mtu: int = 517) -> None:
        self.air, self.mtu = air, mtu
        self.fault: BleakBluetoothNotAvailableReason | None = None
        self.held: set[str] = set()
        self.can_pair = False
        self.connecting = asyncio.Lock()  # an adapter makes one connection at a time; systems queue them
        self.controller = CentralController("central", air)
        transport = Transport(self.controller, self.controller)
        self.device = Device(
            config=DeviceConfiguration(name="central", address=hci.Address("F0:F1:F2:F3:F4:F5")),
            host=CentralHost(transport.source, transport.sink),
        )
        self.seen: dict[str, hci.Address] = {}
        self.scanners: list[BumbleScanner] = []
        self.backend = Backend(
            scanner=type("Scanner", (BumbleScanner,), {"radio": self}),
            client=type("Client", (BumbleClient,), {"radio": self}),
            adapter=type("Adapter", (BumbleAdapter,), {"radio": self}),
        )
        self.device.on("advertisement", self._on_advertisement)

    async def start(self) -> None:
        """Power on."""
        await self.device.power_on()

    async def close(self) -> None:
        """End every link and leave the air."""
        await self.switch_off()
        await self.device.power_off()
        self.air.remove_controller(self.controller)

    def check(self) -> None:
        """Refuse as a system does whose adapter cannot be used."""
        if self.fault:
            raise BleakBluetoothNotAvailableError("Bluetooth cannot be used.", self.fault)

    async def switch_off(
        self, fault: BleakBluetoothNotAvailableReason = BleakBluetoothNotAvailableReason.POWERED_OFF
    ) -> None:
        """The adapter goes: every link ends, and scanning and connecting are refused."""
        self.fault = fault
        for connection in list(self.device.connections.values()):
            with contextlib.suppress(core.BaseBumbleError, asyncio.CancelledError):
                await self.device.disconnect(connection, hci.HCI_ErrorCode(0x15))

    def switch_on(self) -> None:
        """The adapter is back."""
        self.fault = None

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        self.seen[advertisement.address.to_string(False)] = advertisement.address
        for scanner in list(self.scanners):
            scanner.on_advertisement(advertisement)


class BumbleAdapter(BaseBleakAdapter):
    """What the system tells of straps that are connected already."""

    radio: ClassVar[Radio]

    @classmethod
    async def get(cls, **_kwargs: Any) -> "BumbleAdapter":
        cls.radio.check()
        return cls()

    async def get_connected_devices(self, service_uuids: frozenset[str]) -> list[BLEDevice]:
        return [BLEDevice(address, "held", self.radio.seen.get(address)) for address in sorted(self.radio.held)]


class BumbleScanner(BaseBleakScanner):
    """bleak's scanner over the radio."""

    radio: ClassVar[Radio]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        _scanning_mode: str = "active",
        **_kwargs: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.radio.check()
        self.seen_devices = {}
        self.radio.scanners.append(self)
        if len(self.radio.scanners) == 1:
            await self.radio.device.start_scanning(legacy=True)

    async def stop(self) -> None:
        if self in self.radio.scanners:
            self.radio.scanners.remove(self)
            if not self.radio.scanners:
                await self.radio.device.stop_scanning(legacy=True)

    def on_advertisement(self, advertisement: Advertisement) -> None:
        """Pass an advertisement on to bleak, where it carries a service that is looked for."""
        data = advertisement.data
        listed = [uuids for kind in _SERVICE_LISTS for uuids in data.get_all(kind) if isinstance(uuids, list)]
        uuids = [_uuid(uuid) for each in listed for uuid in each]
        if not self.is_allowed_uuid(uuids):
            return
        name = data.get(AdvertisingData.Type.COMPLETE_LOCAL_NAME)
        told = AdvertisementData(name, {}, {}, uuids, None, advertisement.rssi, (advertisement,))
        address = advertisement.address.to_string(False)
        device = self.create_or_update_device(address, address, name, advertisement.address, told)
        self.call_detection_callbacks(device, told)


class BumbleClient(BaseBleakClient):
    """bleak's client over the radio."""

    radio: ClassVar[Radio]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        services: set[str] | None = None,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout, **kwargs)
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._gone: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def name(self) -> str:
        return self.address.replace(":", "-")

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    @property
    def mtu_size(self) -> int:
        return self._connection.att_mtu if self._connection else 23

    async def connect(self, pair: bool, **_kwargs: Any) -> None:
        self.radio.check()
        if self._connection:
            raise BleakError("Client is already connected")
        address = self.radio.seen.get(self.address)
        if not address:
            raise BleakDeviceNotFoundError(self.address, f"Device with address {self.address} was not found.")
        told, self._disconnected_callback = self._disconnected_callback, None
        try:
            async with asyncio.timeout(self._timeout):
                await self._connect(address)
        except core.BaseBumbleError as error:
            raise BleakError(f"failed to connect: {error!r}") from error
        finally:
            if self.services is None:
                pending = self.radio.controller.pending_le_connection
                if pending and pending.peer_address == address:
                    await self.radio.device.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
                await self.disconnect()
            # A connection that was never handed out is lost without a word
            self._disconnected_callback = told

    async def _connect(self, address: hci.Address) -> None:
        device = self.radio.device
        async with self.radio.connecting:
            connection = await device.connect(address, timeout=None)
        connection.gatt_client = CentralClient(connection)
        self._connection, self._peer = connection, Peer(connection)
        self._gone = asyncio.get_running_loop().create_future()
        connection.on("disconnection", self._on_disconnection)
        if device.lookup_connection(connection.handle) is not connection:
            self._on_disconnection(hci.HCI_CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR)
        self.services = await self._ask(self._discover(self._peer))

    def _on_disconnection(self, reason: int) -> None:
        self._gone.set_result(reason)
        self._connection = self._peer = self.services = None
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._connection:
            with contextlib.suppress(core.BaseBumbleError):
                await self._connection.disconnect()

    async def pair(self, *_args: Any, **_kwargs: Any) -> None:
        if not self.radio.can_pair or not self._connection:
            raise NotImplementedError("this system pairs by itself, or not at all")
        await self._ask(self._connection.pair())

    async def unpair(self) -> None:
        raise NotImplementedError("the emulated radio does not pair")

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        await peer.request_mtu(self.radio.mtu)
        found = BleakGATTServiceCollection()
        for service_proxy in await peer.discover_services():
            service = BleakGATTService(service_proxy, service_proxy.handle, _uuid(service_proxy.uuid))
            found.add_service(service)
            for proxy in await service_proxy.discover_characteristics():
                characteristic = BleakGATTCharacteristic(
                    proxy,
                    proxy.handle - 1,
                    _uuid(proxy.uuid),
                    list(gatt_char_props_to_strs(proxy.properties)),
                    lambda: self.mtu_size - 3,
                    service,
                )
                found.add_characteristic(characteristic)
                for descriptor in await proxy.discover_descriptors():
                    found.add_descriptor(
                        BleakGATTDescriptor(descriptor, descriptor.handle, _uuid(descriptor.type), characteristic)
                    )
        return found

    def _connected_peer(self) -> Peer:
        if not self._peer:
            raise BleakError("Not connected")
        return self._peer

    async def _ask(self, request: Awaitable[_Answer]) -> _Answer:
        """Await an answer unless the link goes first.

        bumble cancels its requests on disconnection, which is not enough: `asyncio.wait_for` of Python 3.11 may
        swallow the cancellation, and the next request then waits for 30 s.
        """
        task = asyncio.ensure_future(request)
        try:
            if not self._gone.done():
                ends: set[asyncio.Future[Any]] = {task, self._gone}
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if self._gone.done() and (task.cancelled() or not task.done()):
                raise BleakError(f"Not connected: link lost, reason 0x{self._gone.result():02x}")
            return await task
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(int(error.error_code)) from error
        except core.BaseBumbleError as error:
            raise BleakError(repr(error)) from error
        finally:
            task.cancel()

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_kwargs: Any
    ) -> bytearray:
        return bytearray(await self._ask(self._connected_peer().read_value(characteristic.obj)))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_kwargs: Any
    ) -> bytearray:
        return bytearray(await self._ask(self._connected_peer().read_value(descriptor.obj)))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool) -> None:
        await self._ask(self._connected_peer().write_value(characteristic.obj, bytes(data), with_response=response))

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        await self._ask(self._connected_peer().write_value(descriptor.obj, bytes(data), with_response=True))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_kwargs: Any
    ) -> None:
        peer = self._connected_peer()
        if not characteristic.obj.get_descriptor(GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR):
            raise BleakError(f"characteristic {characteristic.uuid} does not support notifications")
        await self._ask(peer.subscribe(characteristic.obj, lambda value: callback(bytearray(value))))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        await self._ask(self._connected_peer().unsubscribe(characteristic.obj))
