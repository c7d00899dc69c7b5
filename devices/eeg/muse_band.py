"""A Muse headband over Bluetooth Low Energy as a source."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial

from devices import bluetooth_advice as advice
from devices.bluetooth import BLUETOOTH_ERRORS, MUSE_SERVICE, PLATFORM, Backend, FoundStrap, Link, Scanner
from devices.bluetooth_advice import BluetoothError, Kind
from devices.bluetooth_settings import DEFAULTS, BluetoothSettings
from devices.bluetooth_source import BluetoothSource, checked_address
from devices.eeg import muse
from devices.eeg.assembly import Assembly
from devices.eeg.frames import EegReader, frame_packet, start_packet
from devices.gatt import MalformedPacketError
from devices.samples import BandChanged, BandIdentified, EegDescription, EegFrame, LinkState
from devices.source import Band, SourceInfo


class _Stream:
    """The frames of one connection; a packet that cannot be read is lost, as one that never came."""

    def __init__(self, name: str, tell: Callable[[EegFrame], None]) -> None:
        self.assembly = Assembly(len(muse.ELECTRODES))
        self._name, self._tell = name, tell
        self._reader = EegReader()

    def move(self, value: bytes) -> None:
        with contextlib.suppress(MalformedPacketError):
            self.assembly.move(muse.decode_accelerometer(value))

    def take(self, electrode: int, value: bytes) -> None:
        at_s = asyncio.get_running_loop().time()
        try:
            number, counts = muse.decode_electrode(value)
        except MalformedPacketError:
            return
        whole = self.assembly.take(electrode, number, counts, at_s)
        if whole is None:
            return
        if whole.first_sample == 0:
            self._reader.started(start_packet(at_s, self._described(whole.n_axes)))
        self._tell(self._reader.frame(frame_packet(at_s, whole.first_sample, whole.counts)))

    def _described(self, n_axes: int) -> EegDescription:
        return EegDescription(
            self._name,
            tuple(muse.ELECTRODES),
            muse.RATE_HZ,
            muse.UV_PER_COUNT,
            muse.REFERENCE,
            n_axes=n_axes,
            g_per_count=muse.G_PER_COUNT,
        )


class MuseBand(BluetoothSource, Band):
    """A Muse headband (2016, Muse 2 or Muse S).

    It keeps to its band by the address. Each connection begins a stream anew.

    Parameters
    ----------
    address : str, optional
        Without it, the nearest headband.
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
        self, address: str | None = None, settings: BluetoothSettings = DEFAULTS, backend: Backend = PLATFORM
    ) -> None:
        super().__init__(Kind.BAND, settings, backend)
        self._address = checked_address(address, Kind.BAND)
        self._name = ""
        self._percent: int | None = None
        self._set_info("Muse headband")

    def _set_info(self, name: str) -> None:
        of_it = f"?address={self._address}" if self._address else ""
        self.info = SourceInfo(f"eeg:muse{of_it}", name, simulated=False, strap=False)

    async def _search(self) -> FoundStrap:
        async with Scanner(self._settings, self._backend, self._address, (Kind.BAND,)) as scanner:
            self._tell(LinkState.SEARCHING, f"Looking for {self._name or 'a headband'}.")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.seek_s if self._was_connected else self._settings.search_s):
                    while not self._wanted(await scanner.changed()):
                        pass
            if scanner.straps and not self._address:
                await asyncio.sleep(self._settings.nearest_s)
            if found := self._wanted(scanner.straps):
                return found
        if self._address:
            raise BluetoothError(advice.missing_band(self._address))
        raise BluetoothError(advice.ABSENT)

    def _wanted(self, heard: tuple[FoundStrap, ...]) -> FoundStrap | None:
        return next((band for band in heard if self._address in (None, band.address.upper())), None)

    async def _stream_from(self, found: FoundStrap) -> None:
        name = found.name or found.address
        self._tell(LinkState.CONNECTING, f"Connecting to {name}.")
        self._link = link = Link(found, self._settings, self._backend)
        await link.open(MUSE_SERVICE, muse.CONTROL)
        if not link.characteristic(MUSE_SERVICE, muse.ELECTRODES["TP9"]):
            athena = link.characteristic(MUSE_SERVICE, muse.OTHER_FORM)
            raise BluetoothError(advice.OTHER_FORM if athena else advice.NOT_A_STRAP)
        self._was_connected, self._name, self._address = True, name, found.address.upper()
        self._set_info(name)
        self._tell(LinkState.CONNECTED, f"Connected to {name}.")
        self._identify(self._percent)
        await self._start(link)
        await self._watch(link)

    async def _start(self, link: Link) -> None:
        """Ask for everything, and let it stream."""
        listen = partial(link.subscribe, MUSE_SERVICE)
        replies = muse.Replies()
        await listen(muse.CONTROL, lambda value: self._hear_replies(replies.take(value)))
        with contextlib.suppress(*BLUETOOTH_ERRORS):
            await listen(muse.TELEMETRY, self._hear_charge)
        stream = _Stream(self._name, lambda frame: self._hear(link, frame))
        with contextlib.suppress(*BLUETOOTH_ERRORS):
            stream.assembly.moves = await listen(muse.ACCELEROMETER, stream.move)
        for electrode, uuid in enumerate(muse.ELECTRODES.values()):
            await listen(uuid, partial(stream.take, electrode))
        link.last_data_s = self._now_s()
        for command in (muse.HALT, muse.PRESET, muse.STATUS, muse.GO):
            await link.write(MUSE_SERVICE, muse.CONTROL, muse.encode_command(command))

    async def _part(self, link: Link) -> None:
        with contextlib.suppress(*BLUETOOTH_ERRORS):
            async with asyncio.timeout(self._settings.stream_stop_s):
                await link.write(MUSE_SERVICE, muse.CONTROL, muse.encode_command(muse.HALT))

    def _hear(self, link: Link, frame: EegFrame) -> None:
        self._came(link, frame.received_s)
        self._readings.put_nowait(frame)

    def _hear_replies(self, replies: list[dict[str, object]]) -> None:
        for reply in replies:
            percent = reply.get("bp")
            if isinstance(percent, int | float) and 0 <= percent <= 100:
                self._identify(round(percent))

    def _hear_charge(self, value: bytes) -> None:
        with contextlib.suppress(MalformedPacketError):
            self._identify(muse.decode_charge(value))

    def _identify(self, percent: int | None) -> None:
        if percent is None or percent != self._percent:
            self._percent = percent
            self._readings.put_nowait(BandIdentified(self._now_s(), self._name, self._address or "", percent))

    def _tell(self, state: LinkState, detail: str, retry_in_s: float | None = None) -> None:
        self._readings.put_nowait(BandChanged(self._now_s(), state, detail, retry_in_s))
