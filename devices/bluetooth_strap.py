"""A strap over Bluetooth Low Energy as a source."""

import asyncio
import contextlib
import re
from collections.abc import Iterable
from types import TracebackType

from devices import bluetooth_advice as advice
from devices.bluetooth import (
    BATTERY_LEVEL,
    BATTERY_SERVICE,
    BLUETOOTH_ERRORS,
    DEVICE_INFORMATION,
    FIRMWARE,
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
    MAKER,
    MODEL,
    PLATFORM,
    SERIAL,
    Backend,
    FoundStrap,
    Link,
    Scanner,
)
from devices.bluetooth_advice import BluetoothError, Kind
from devices.bluetooth_settings import DEFAULTS, BluetoothSettings
from devices.bluetooth_source import BluetoothSource, checked_address
from devices.bluetooth_streams import StrapStreams
from devices.gatt import MalformedPacketError, decode_packet
from devices.samples import (
    BatteryRead,
    Contact,
    HeartRateSample,
    LinkChanged,
    LinkState,
    MalformedPacket,
    Packet,
    PacketFormat,
    RRSupport,
    StrapIdentified,
    StrapOffered,
)
from devices.source import SourceInfo
from devices.told import told_text

_NUMBERED = re.compile(r"(?=[^ ]*[0-9])[0-9A-F]{4,}$", re.IGNORECASE)
"""A name that ends in a number of its own, as "Polar H10 0A1B2C3D" does and "HRM-Dual" does not."""


class BluetoothStrap(BluetoothSource):
    """A strap over Bluetooth Low Energy, of any maker that offers the Heart Rate service.

    It keeps to its strap, also where that comes back under another address, as a name with its number tells. Any other
    may be somebody else's: the only one that has come into reach since is told as `StrapOffered`, and taken once
    `take_instead` says so.
    A strap that has an electrocardiogram or an accelerometer sends them too, from some time after its first heart rate.

    Parameters
    ----------
    strap : str or FoundStrap, optional
        An address, or a strap from a `Scanner`, which is connected to without another search. Without it, the
        nearest strap.
    settings : BluetoothSettings
        Intervals and time limits.
    backend : Backend
        Classes in place of bleak's own.

    Raises
    ------
    ValueError
        If the address is none.
    """

    def __init__(
        self,
        strap: str | FoundStrap | None = None,
        settings: BluetoothSettings = DEFAULTS,
        backend: Backend = PLATFORM,
    ) -> None:
        super().__init__(Kind.STRAP, settings, backend)
        self._given = strap if isinstance(strap, FoundStrap) else None
        self._address = strap.address.upper() if isinstance(strap, FoundStrap) else checked_address(strap, Kind.STRAP)
        name = self._given.name if self._given else ""
        self.info = SourceInfo(f"ble:{self._address or ''}", name or "Heart-rate strap", simulated=False)
        self._identity: StrapIdentified | None = None
        self._rr_present: bool | None = None
        self._rr_timer: asyncio.TimerHandle | None = None
        self._streams = StrapStreams(settings, self._readings.put_nowait)
        self._neighbours: set[str] = set()
        self._n_missed = 0
        self._offered = self._accepted = ""
        self._scanner: Scanner | None = None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await super().__aexit__(kind, error, trace)
        finally:
            if self._rr_timer:
                self._rr_timer.cancel()

    def take_instead(self, address: str) -> None:
        """Use another strap, that was offered, in place of the one before."""
        if address == self._offered:
            self._accepted = address
            if self._scanner:
                self._scanner.look_again()

    def leave_to_others(self, uris: Iterable[str]) -> None:
        self._neighbours |= {uri.partition(":")[2].upper() for uri in uris}

    async def _part(self, link: Link) -> None:
        await self._streams.stop(link)

    async def _stream_from(self, strap: FoundStrap) -> None:
        name = strap.name or strap.address
        if self._was_connected and self._address != strap.address.upper():
            self._tell(LinkState.CONNECTING, advice.taken_instead(self.info.name, name))
            self._forget()
        self._address = strap.address.upper()
        self.info = SourceInfo(f"ble:{strap.address}", name, simulated=False)
        self._tell(LinkState.CONNECTING, f"Connecting to {name}.")
        self._link = link = Link(strap, self._settings, self._backend)
        await link.open(HEART_RATE_SERVICE, HEART_RATE_MEASUREMENT)
        self._was_connected, self._n_missed, self._offered, self._accepted = True, 0, "", ""
        self._tell(LinkState.CONNECTED, f"Connected to {name}.")
        if not self._identity:
            await self._identify(strap, link)
        await self._subscribe(link)
        streams = asyncio.create_task(self._streams.run(link), name=f"streams of {self.info.uri}")
        try:
            await self._watch(link)
        finally:
            streams.cancel()
            await asyncio.wait({streams}, timeout=self._settings.stream_stop_s)

    async def _search(self) -> FoundStrap:
        if self._given:
            given, self._given = self._given, None
            return given
        async with Scanner(self._settings, self._backend, self._address) as scanner:
            self._scanner = scanner
            self._tell(LinkState.SEARCHING, f"Looking for {self.info.name if self._was_connected else 'a strap'}.")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.seek_s if self._was_connected else self._settings.search_s):
                    while True:
                        heard = await scanner.changed()
                        if self._address and (found := self._wanted(heard)):
                            return found
                        if not self._address and heard[0].rssi_dbm is not None:
                            break
                        if self._again(heard):
                            break
                        self._offer(heard)
            if scanner.straps and (not self._address or self._again(scanner.straps)):
                await asyncio.sleep(self._settings.again_s if self._address else self._settings.nearest_s)
                if found := self._wanted(scanner.straps) or self._again(scanner.straps):
                    return found
            others = tuple(strap.name or strap.address for strap in scanner.straps)
            if not self._was_connected:  # what was there before it belongs to others
                self._neighbours |= {strap.address for strap in scanner.straps}
        self._n_missed += 1
        raise BluetoothError(advice.missing_strap(self._address, others) if self._address else advice.ABSENT)

    def _wanted(self, heard: tuple[FoundStrap, ...]) -> FoundStrap | None:
        """The strap that is wanted, or was said yes to, if it is among them; the nearest where none is named."""
        wanted = (self._address, self._accepted.upper()) if self._address else ()
        found = next((strap for strap in heard if not wanted or strap.address.upper() in wanted), None)
        if found:  # straps that are there beside it belong to others
            self._neighbours |= {strap.address for strap in heard} - {found.address}
        return found

    def _newcomers(self, heard: tuple[FoundStrap, ...]) -> list[FoundStrap]:
        """Those that were not in reach beside the strap that was connected, nor before it."""
        return [strap for strap in heard if strap.address not in self._neighbours] if self._was_connected else []

    def _again(self, heard: tuple[FoundStrap, ...]) -> FoundStrap | None:
        """The strap that was connected, under another address: its name has a number that no other strap has."""
        same = [strap for strap in self._newcomers(heard) if strap.name == self.info.name]
        return same[0] if len(same) == 1 and _NUMBERED.search(self.info.name) else None

    def _offer(self, heard: tuple[FoundStrap, ...]) -> None:
        """Tell of the only other strap that has come into reach, once the own one was looked for in vain."""
        new = self._newcomers(heard)
        if self._n_missed and len(new) == 1 and new[0].address != self._offered:
            self._offered, name = new[0].address, new[0].name or new[0].address
            self._tell(LinkState.SEARCHING, advice.offered(self.info.name, name))
            self._readings.put_nowait(StrapOffered(self._now_s(), name, new[0].address))

    def _forget(self) -> None:
        """What was learnt of the strap before says nothing of the next one."""
        self._identity, self._rr_present = None, None
        if self._rr_timer:
            self._rr_timer.cancel()
            self._rr_timer = None

    async def _identify(self, strap: FoundStrap, link: Link) -> None:
        texts = []
        for uuid in (MAKER, MODEL, FIRMWARE, SERIAL):
            value = await link.read(DEVICE_INFORMATION, uuid)
            texts.append(told_text((value or b"").decode("utf-8", "replace")))
        name = strap.name or " ".join(texts[:2]).strip() or strap.address
        self._identity = StrapIdentified(self._now_s(), name, strap.address, *texts)
        self._readings.put_nowait(self._identity)

    async def _subscribe(self, link: Link) -> None:
        self._hear_battery(await link.read(BATTERY_SERVICE, BATTERY_LEVEL) or b"")
        link.last_data_s = self._now_s()
        await link.subscribe(HEART_RATE_SERVICE, HEART_RATE_MEASUREMENT, lambda value: self._hear(link, value))
        with contextlib.suppress(*BLUETOOTH_ERRORS):
            await link.subscribe(BATTERY_SERVICE, BATTERY_LEVEL, self._hear_battery)

    def _hear(self, link: Link, payload: bytes) -> None:
        # First of all the time, for whatever comes before it makes every beat late
        packet = Packet(self._now_s(), PacketFormat.HEART_RATE_MEASUREMENT, payload)
        try:
            reading: HeartRateSample | MalformedPacket = decode_packet(packet)
        except MalformedPacketError as error:
            reading = MalformedPacket(packet, str(error))
        self._came(link, packet.received_s)
        self._readings.put_nowait(reading)
        if isinstance(reading, HeartRateSample) and not self._rr_present:
            self._judge_rr(reading)

    def _judge_rr(self, sample: HeartRateSample) -> None:
        if sample.rr_ms:
            if self._rr_timer:
                self._rr_timer.cancel()
            self._tell_rr(present=True)
        elif not self._rr_timer and sample.rate_bpm and sample.contact is not Contact.LOST:
            loop = asyncio.get_running_loop()
            self._rr_timer = loop.call_later(self._settings.rr_support_s, lambda: self._tell_rr(present=False))

    def _tell_rr(self, *, present: bool) -> None:
        self._rr_present = present
        self._readings.put_nowait(RRSupport(self._now_s(), present))

    def _hear_battery(self, value: bytes) -> None:
        if len(value) == 1 and value[0] <= 100:
            self._readings.put_nowait(BatteryRead(self._now_s(), value[0]))

    def _tell(self, state: LinkState, detail: str, retry_in_s: float | None = None) -> None:
        self._readings.put_nowait(LinkChanged(self._now_s(), state, detail, retry_in_s))
