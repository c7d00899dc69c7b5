"""A Muse headband over Bluetooth Low Energy as a source."""

import asyncio
import contextlib
from functools import partial

from devices import bluetooth_advice as advice
from devices.bluetooth import BLUETOOTH_ERRORS, MUSE_SERVICE, PLATFORM, Backend, FoundStrap, Link, Scanner
from devices.bluetooth_advice import BluetoothError, Kind
from devices.bluetooth_settings import DEFAULTS, BluetoothSettings
from devices.bluetooth_source import BluetoothSource, checked_address
from devices.eeg import muse
from devices.eeg.muse_streams import AthenaStream, ElectrodeStream, MuseStream
from devices.samples import BandChanged, BandIdentified, EegFrame, LinkState
from devices.source import Band, SourceInfo


class MuseBand(BluetoothSource, Band):
    """A Muse headband (2016, Muse 2, Muse S or Muse S Athena).

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
        stream = self._stream_of(link, name)
        self._was_connected, self._name, self._address = True, name, found.address.upper()
        self._set_info(name)
        self._tell(LinkState.CONNECTED, f"Connected to {name}.")
        self._identify(self._percent)
        await self._start(link, stream)
        try:
            await self._watch(link)
        except BluetoothError:
            if stream.is_strange:
                raise BluetoothError(advice.OTHER_FORM) from None
            raise

    def _stream_of(self, link: Link, name: str) -> MuseStream:
        """The form in which this band sends, by what it offers."""
        if link.characteristic(MUSE_SERVICE, muse.ALL_IN_ONE[0]):
            made: type[MuseStream] = AthenaStream
        elif link.characteristic(MUSE_SERVICE, muse.ELECTRODES["TP9"]):
            made = ElectrodeStream
        else:
            raise BluetoothError(advice.NOT_A_STRAP)
        return made(name, lambda frame: self._hear(link, frame), self._identify)

    async def _start(self, link: Link, stream: MuseStream) -> None:
        """Ask for everything, and let it stream."""
        listen = partial(link.subscribe, MUSE_SERVICE)
        replies = muse.Replies()
        await listen(muse.CONTROL, lambda value: self._hear_replies(replies.take(value)))
        await stream.listen(listen)
        link.last_data_s = self._now_s()
        for command in stream.commands:
            await link.write(MUSE_SERVICE, muse.CONTROL, muse.encode_command(command))
            await asyncio.sleep(stream.pause_s)

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

    def _identify(self, percent: int | None) -> None:
        if percent is None or percent != self._percent:
            self._percent = percent
            self._readings.put_nowait(BandIdentified(self._now_s(), self._name, self._address or "", percent))

    def _tell(self, state: LinkState, detail: str, retry_in_s: float | None = None) -> None:
        self._readings.put_nowait(BandChanged(self._now_s(), state, detail, retry_in_s))
