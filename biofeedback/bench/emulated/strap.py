"""An emulated heart-rate strap: a GATT server on a virtual controller, and the faults that real straps show."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from bumble import att, controller, data_types, hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.transport.common import Transport

from biofeedback.bench.emulated.air import USUAL_RSSI_DBM, Air
from biofeedback.bench.emulated.pmd import Pairing, PmdService
from devices.gatt import encode_heart_rate
from devices.pmd_control import Measurement
from devices.samples import Contact

HEART_RATE_SERVICE = "180D"
HEART_RATE_MEASUREMENT = "2A37"
BATTERY_LEVEL = "2A19"
MAKER, MODEL, SERIAL, FIRMWARE = "2A29", "2A24", "2A25", "2A26"
_P, _A = Characteristic.Properties, att.Attribute.Permissions


@dataclass(frozen=True, slots=True)
class StrapSettings:
    """What a strap is. It advertises every `advertising_ms`; `services` it advertises need not be those it has.

    With `streams` it has Polar's measurement service; `pairing` is what it refuses to an unpaired computer there.
    """

    name: str = "Polar H10 0A1B2C3D"
    address: str = "C4:43:1A:00:00:01"
    advertised: tuple[str, ...] = (HEART_RATE_SERVICE,)
    maker: str = "Polar Electro Oy"
    model: str = "H10"
    serial: str = "0A1B2C3D"
    firmware: str = "3.1.1"
    has_battery: bool = True
    has_heart_rate: bool = True
    streams: tuple[Measurement, ...] = ()
    pairing: Pairing = ""
    rssi_dbm: int = USUAL_RSSI_DBM
    mtu: int = 517
    advertising_ms: float = 20.0


class Strap:
    """A strap in the air, as its settings say, with what may go wrong with it.

    Attributes
    ----------
    att_error : dict
        ATT error code that a read answers with, by characteristic.
    hanging : set
        Characteristics that never answer a read.
    refusal : int
        HCI reason with which every connection fails to be established, as in bad reception; 0 for none.
    drop_after_s : float or None
        Lose each new connection so long after it was made.
    n_connections : int
        Connections made so far.
    battery_percent : int
        What the battery level reads.
    pmd : PmdService
        Its measurement service, which is not in the air where its settings name no streams.
    """

    def __init__(self, air: Air, settings: StrapSettings | None = None) -> None:
        self.settings = settings or StrapSettings()
        self.air = air
        self.address = hci.Address(self.settings.address)
        self.att_error: dict[str, int] = {}
        self.hanging: set[str] = set()
        self.refusal = 0
        self.drop_after_s: float | None = None
        self.n_connections = 0
        self.battery_percent = 87
        self._closed = asyncio.Event()
        self._beating: asyncio.Task[None] | None = None
        air.rssi_dbm[self.address] = self.settings.rssi_dbm
        self.controller = controller.Controller(self.settings.name, link=air)
        transport = Transport(self.controller, self.controller)
        configuration = DeviceConfiguration(
            name=self.settings.name,
            address=self.address,
            advertising_interval_min=self.settings.advertising_ms,
            advertising_interval_max=self.settings.advertising_ms,
        )
        self.device = Device.from_config_with_hci(configuration, transport.source, transport.sink)
        self.device.gatt_server.max_mtu = self.settings.mtu
        self.measurement: Characteristic[bytes] = Characteristic(HEART_RATE_MEASUREMENT, _P.NOTIFY, _A(0))
        self.battery = self._readable(BATTERY_LEVEL, _P.READ | _P.NOTIFY)
        self.pmd = PmdService(self.device, self.settings.streams, self.settings.pairing)
        self.device.add_services(self._services())
        self.device.advertising_data = bytes(
            AdvertisingData(
                [
                    data_types.Flags(AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE),
                    data_types.IncompleteListOf16BitServiceUUIDs([UUID(uuid) for uuid in self.settings.advertised]),
                    data_types.CompleteLocalName(self.settings.name),
                ]
            )
        )
        self.device.on("connection", self._on_connection)

    def _readable(self, uuid: str, properties: Characteristic.Properties = _P.READ) -> Characteristic[bytes]:
        async def read(_connection: att.Bearer) -> bytes:
            if uuid in self.hanging:
                await self._closed.wait()
            if code := self.att_error.get(uuid):
                raise att.ATT_Error(att.ErrorCode(code))
            return self._value(uuid)

        return Characteristic(uuid, properties, _A.READABLE, CharacteristicValue(read=read))

    def _value(self, uuid: str) -> bytes:
        if uuid == BATTERY_LEVEL:
            return bytes((self.battery_percent,))
        texts = {MAKER: "maker", MODEL: "model", SERIAL: "serial", FIRMWARE: "firmware"}
        return str(getattr(self.settings, texts[uuid])).encode()

    def _services(self) -> Iterable[Service]:
        if self.settings.has_heart_rate:
            yield Service(HEART_RATE_SERVICE, [self.measurement])
        yield Service("180A", [self._readable(uuid) for uuid in (MAKER, MODEL, SERIAL, FIRMWARE)])
        if self.settings.has_battery:
            yield Service("180F", [self.battery])
        if self.settings.streams:
            yield self.pmd.service

    async def start(self) -> None:
        """Switch on and advertise."""
        await self.device.power_on()
        await self.device.start_advertising(auto_restart=True)

    async def close(self) -> None:
        """Leave the air."""
        self._closed.set()
        self.pmd.end_all()
        await self.stop_beating()
        self.in_range()
        await self.switch_off()
        self.air.remove_controller(self.controller)
        self.controller.host = None

    def _on_connection(self, connection: Connection) -> None:
        self.n_connections += 1
        connection.on("disconnection", lambda _reason: self.pmd.end_all())
        loop = asyncio.get_running_loop()
        if self.refusal:
            # No packet gets through, and the central gives up after six connection intervals
            self.out_of_range()
            loop.call_later(0.1, self._fail_connection)
        if self.drop_after_s is not None:
            loop.call_later(self.drop_after_s, self.lose_link)

    def _fail_connection(self) -> None:
        self.lose_link(self.refusal)
        self.in_range()

    async def notify(self, payload: bytes, characteristic: Characteristic[bytes] | None = None) -> None:
        """Send bytes as they are to whoever has subscribed."""
        await self.device.notify_subscribers(characteristic or self.measurement, payload)

    async def notify_battery(self, percent: int) -> None:
        """Tell a new battery level."""
        self.battery_percent = percent
        await self.notify(bytes((percent,)), self.battery)

    def is_subscribed(self, characteristic: Characteristic[bytes] | None = None) -> bool:
        """Whether somebody wants the heart rate, or what another characteristic tells."""
        handle = (characteristic or self.measurement).handle
        return any(cccds.get(handle, b"\0")[0] & 1 for cccds in self.device.gatt_server.subscribers.values())

    def beat(
        self,
        every_s: float = 0.02,
        rr_1024: tuple[int, ...] = (853,),
        rate_bpm: int = 72,
        contact: Contact = Contact.GOOD,
    ) -> None:
        """Notify a heart rate again and again, from now on; told again, change to it."""
        payload = encode_heart_rate(rate_bpm, rr_1024, contact)
        if self._beating:
            self._beating.cancel()
        self._beating = asyncio.create_task(self._beat(payload, every_s))

    async def _beat(self, payload: bytes, every_s: float) -> None:
        while True:
            await self.notify(payload)
            await asyncio.sleep(every_s)

    async def stop_beating(self) -> None:
        """Fall silent, with the link as it is."""
        if self._beating:
            self._beating.cancel()
            await asyncio.wait({self._beating})
            self._beating = None

    async def disconnect(self, reason: hci.HCI_ErrorCode) -> None:
        """End every connection politely."""
        for connection in list(self.device.connections.values()):
            await self.device.disconnect(connection, reason)

    def lose_link(self, reason: int = hci.HCI_CONNECTION_TIMEOUT_ERROR) -> None:
        """Supervision timeout at both ends; the strap advertises again by itself."""
        self.air.drop(self.controller, {self.address}, reason)

    def out_of_range(self) -> None:
        """From now on all packets are lost both ways and nobody is told; `lose_link` is the supervision timeout."""
        self.air.muted.add(self.controller)

    def in_range(self) -> None:
        """Packets get through again."""
        self.air.muted.discard(self.controller)

    async def switch_off(self) -> None:
        """Taken off the chest: says goodbye, then silence."""
        await self.device.stop_advertising()
        await self.disconnect(hci.HCI_ErrorCode.REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF_ERROR)

    async def switch_on(self) -> None:
        """Put on again."""
        await self.device.start_advertising(auto_restart=True)
