"""An emulated heart-rate strap: a GATT server on a virtual controller, and the faults that real straps show."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from bumble import att
from bumble.gatt import Characteristic, CharacteristicValue, Service

from biofeedback.bench.emulated.air import USUAL_RSSI_DBM, Air
from biofeedback.bench.emulated.peripheral import Peripheral
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


class Strap(Peripheral):
    """A strap in the air, as its settings say, with what may go wrong with it.

    Attributes
    ----------
    att_error : dict
        ATT error code that a read answers with, by characteristic.
    hanging : set
        Characteristics that never answer a read.
    battery_percent : int
        What the battery level reads.
    pmd : PmdService
        Its measurement service, which is not in the air where its settings name no streams.
    """

    def __init__(self, air: Air, settings: StrapSettings | None = None) -> None:
        self.settings = settings = settings or StrapSettings()
        super().__init__(
            air,
            settings.name,
            settings.address,
            settings.advertised,
            settings.rssi_dbm,
            settings.mtu,
            settings.advertising_ms,
        )
        self.att_error: dict[str, int] = {}
        self.hanging: set[str] = set()
        self.battery_percent = 87
        self._closed = asyncio.Event()
        self._beating: asyncio.Task[None] | None = None
        self.measurement: Characteristic[bytes] = Characteristic(HEART_RATE_MEASUREMENT, _P.NOTIFY, _A(0))
        self.battery = self._readable(BATTERY_LEVEL, _P.READ | _P.NOTIFY)
        self.pmd = PmdService(self.device, self.settings.streams, self.settings.pairing)
        self.offer(self._services())

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

    async def close(self) -> None:
        self._closed.set()
        self.pmd.end_all()
        await self.stop_beating()
        await super().close()

    def on_gone(self) -> None:
        self.pmd.end_all()

    async def notify(self, payload: bytes, characteristic: Characteristic[bytes] | None = None) -> None:
        """Send bytes as they are to whoever has subscribed, as a heart rate where nothing else is named."""
        await super().notify(payload, characteristic or self.measurement)

    async def notify_battery(self, percent: int) -> None:
        """Tell a new battery level."""
        self.battery_percent = percent
        await self.notify(bytes((percent,)), self.battery)

    def is_subscribed(self, characteristic: Characteristic[bytes] | None = None) -> bool:
        """Whether somebody wants the heart rate, or what another characteristic tells."""
        return super().is_subscribed(characteristic or self.measurement)

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
