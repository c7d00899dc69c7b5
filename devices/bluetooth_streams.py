"""The streams of a Polar strap beside the heart rate, over one connection after the other.

What real straps do, and why some lines are as they are:

- The heart rate comes first: nothing is asked for before its first packet, and whatever fails here ends here.
- The value of the control point is also told as a notification when somebody reads it (BlueZ); it is no answer.
- A stream that was left running, by a program that crashed or at a phone, is refused as running already. Its settings
  are not known then: it is stopped and started anew.
- New firmware of the Polar H10 wants to be paired, and says so when it is read, subscribed to or written to, with an
  error or by not answering at all (bleak issue 1943).
- Some connections break as soon as the streams start (bleakheart issue 5). A strap that does so again and again keeps
  its heart rate and is not asked for more.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from devices import bluetooth_advice as advice
from devices.bluetooth import BLUETOOTH_ERRORS, Link, trouble_of
from devices.bluetooth_settings import BluetoothSettings
from devices.gatt import MalformedPacketError
from devices.pmd import FrameReader
from devices.pmd_control import (
    PMD_CONTROL,
    PMD_DATA,
    PMD_SERVICE,
    Answer,
    Measurement,
    Operation,
    Setting,
    Status,
    choose_settings,
    decode_answer,
    decode_features,
    decode_settings,
    decode_stopped,
    encode_answer,
    encode_command,
    encode_start,
    words_of,
)
from devices.samples import MalformedPacket, Packet, PacketFormat, Reading, StreamsChanged

_FINAL = (Status.INVALID_OPERATION, Status.INVALID_MEASUREMENT, Status.NOT_SUPPORTED, Status.INVALID_MTU)
_MOST_BREAKS = 3
_MOST_RESTARTS = 5
_NAMES = {Measurement.ECG: "electrocardiogram", Measurement.ACCELEROMETER: "accelerometer"}
_WITHOUT = "Everything else works without it."
WANTS_PAIRING = (
    "The strap shows its electrocardiogram only to a computer that it is paired with. "
    f"{_WITHOUT} To see it, pair the strap in the Bluetooth settings of this computer."
)
BREAKS_OFF = f"The connection breaks whenever the strap is asked for its electrocardiogram. {_WITHOUT}"
NO_ANSWER = f"The strap does not answer when it is asked for its electrocardiogram. {_WITHOUT}"


class StrapStreams:
    """Starts the electrocardiogram and the accelerometer of a strap, where it has them, and keeps them running.

    Whatever cannot be had is told once, as `StreamsChanged`; no error leaves this class.

    Parameters
    ----------
    settings : BluetoothSettings
        Intervals and time limits.
    tell : callable
        Takes the readings.
    """

    def __init__(self, settings: BluetoothSettings, tell: Callable[[Reading], None]) -> None:
        self._settings, self._tell = settings, tell
        self._given_up = self._tried_to_pair = False
        self._n_breaks = 0
        self._told: set[str] = set()
        self._begin()

    def _begin(self) -> None:
        self._reader = FrameReader()
        self._heard_s: dict[Measurement, float] = {}  # by running stream, when it was started or heard last
        self._command, self._parameters = b"", b""
        self._answered: asyncio.Future[Answer] | None = None
        self._were = (False, False)
        self._ended = asyncio.Event()

    async def run(self, link: Link) -> None:
        """Start the streams once the heart rate comes, and keep them running for as long as the link lasts."""
        self._begin()
        await link.streaming.wait()
        if self._given_up or not link.characteristic(PMD_SERVICE, PMD_CONTROL):
            return
        if self._n_breaks >= _MOST_BREAKS:
            self._give_up(BREAKS_OFF)
            return
        self._n_breaks += 1
        try:
            await self._set_up(link)
            await self._keep_running(link)
        except MalformedPacketError:
            self._give_up(NO_ANSWER)
        except BLUETOOTH_ERRORS as error:
            if self._is_sound(link):
                self._give_up(WANTS_PAIRING if trouble_of(error) is advice.WANTS_PAIRING else NO_ANSWER)

    async def stop(self, link: Link) -> None:
        """End the streams politely, where somebody is there to hear it."""
        if link.gone.is_set() or link.is_silent:
            return
        with contextlib.suppress(*BLUETOOTH_ERRORS):
            async with asyncio.timeout(self._settings.stream_stop_s):
                while self._heard_s:
                    await self._ask(link, Operation.STOP, self._heard_s.popitem()[0])

    def _is_sound(self, link: Link) -> bool:
        """Whether the heart rate goes on, so that what fails is not the link."""
        return not link.gone.is_set() and link.last_data_s + self._settings.operation_s > self._now_s()

    async def _set_up(self, link: Link) -> None:
        """Start what the strap offers, pairing with it once where that is in the way."""
        try:
            await self._open_and_start(link)
            return
        except BLUETOOTH_ERRORS as error:
            may_want_it = isinstance(error, TimeoutError) or trouble_of(error) is advice.WANTS_PAIRING
            if not may_want_it or self._tried_to_pair or not self._is_sound(link):
                raise
        self._tried_to_pair = True
        await link.pair()
        await self._open_and_start(link)

    async def _open_and_start(self, link: Link) -> None:
        offered = decode_features(await link.fetch(PMD_SERVICE, PMD_CONTROL))
        await link.subscribe(PMD_SERVICE, PMD_CONTROL, self._hear_control)
        await link.subscribe(PMD_SERVICE, PMD_DATA, self._hear_data)
        for measurement in sorted(offered):
            await self._start(link, measurement)

    async def _start(self, link: Link, measurement: Measurement) -> None:
        """Start a stream, again where that may help; tell it where the strap refuses."""
        self._heard_s.pop(measurement, None)
        for wait_s in (*self._settings.stream_retry_s, None):
            try:
                status = await self._try_to_start(link, measurement)
            except TimeoutError:
                if wait_s is None:
                    raise
            else:
                if status == Status.SUCCESS:
                    return
                if wait_s is None or status in _FINAL:
                    self._tell_streams(
                        f"The strap does not give its {_NAMES[measurement]}: {words_of(status)}. {_WITHOUT}"
                    )
                    return
                if status == Status.ALREADY_IN_STATE:
                    await self._ask(link, Operation.STOP, measurement)
            await asyncio.sleep(wait_s)

    async def _try_to_start(self, link: Link, measurement: Measurement) -> int:
        answer = await self._ask(link, Operation.SETTINGS, measurement)
        if answer.status != Status.SUCCESS:
            return answer.status
        chosen = choose_settings(measurement, decode_settings(answer.parameters))
        return (await self._ask(link, Operation.START, measurement, chosen)).status

    async def _keep_running(self, link: Link) -> None:
        """Start streams again that the strap ended, or that fell silent while the heart rate goes on."""
        n_restarts = 0
        while self._heard_s:
            try:
                async with asyncio.timeout(self._settings.stream_silent_s):
                    await self._ended.wait()
                self._ended.clear()
            except TimeoutError:
                self._n_breaks = 0
            silent_s = self._now_s() - self._settings.stream_silent_s
            for measurement in [each for each, heard_s in self._heard_s.items() if heard_s <= silent_s]:
                n_restarts += 1
                if n_restarts > _MOST_RESTARTS:
                    del self._heard_s[measurement]
                    self._tell_streams(f"The strap's {_NAMES[measurement]} has ended. {_WITHOUT}")
                elif self._is_sound(link):
                    await self._start(link, measurement)

    async def _ask(
        self, link: Link, operation: Operation, measurement: Measurement, chosen: Mapping[Setting, int] | None = None
    ) -> Answer:
        self._command, self._parameters = encode_command(operation, measurement, chosen), b""
        # Made before the command is written, for the answer may come before the write is confirmed
        self._answered = asyncio.get_running_loop().create_future()
        await link.write(PMD_SERVICE, PMD_CONTROL, self._command)
        async with asyncio.timeout(self._settings.operation_s):
            return await self._answered

    def _hear_control(self, value: bytes) -> None:
        for measurement in decode_stopped(value) & self._heard_s.keys():
            self._heard_s[measurement] = float("-inf")
            self._ended.set()
        try:
            answer = decode_answer(value)
        except MalformedPacketError:
            return
        if not answer or not self._answered or self._answered.done():
            return
        if (answer.operation, answer.measurement) != tuple(self._command[:2]):
            return  # late, to a command that was given up
        self._parameters += answer.parameters
        if answer.more:
            return
        whole = Answer(answer.operation, answer.measurement, answer.status, False, self._parameters)
        try:
            self._note_start(whole)
            self._answered.set_result(whole)
        except MalformedPacketError as error:
            self._answered.set_exception(error)

    def _note_start(self, answer: Answer) -> None:
        # At once, for the first frame may come before whoever waits for the answer is awake again
        if (answer.operation, answer.status) == (Operation.START, Status.SUCCESS):
            told = encode_answer(answer.operation, answer.measurement, answer.status, answer.parameters)
            packet = Packet(self._now_s(), PacketFormat.PMD_START, encode_start(self._command, told))
            self._heard_s[self._reader.started(packet).measurement] = packet.received_s
            self._tell_streams()

    def _hear_data(self, value: bytes) -> None:
        packet = Packet(self._now_s(), PacketFormat.PMD_FRAME, value)
        running = [measurement for measurement in self._heard_s if value[:1] == bytes((measurement,))]
        if not running:
            return  # left over from a stream whose settings are not known, so that it cannot be read
        self._heard_s[running[0]] = packet.received_s
        try:
            self._tell(self._reader.frame(packet))
        except MalformedPacketError as error:
            self._tell(MalformedPacket(packet, str(error)))

    def _give_up(self, detail: str) -> None:
        self._given_up = True
        self._heard_s.clear()
        self._tell_streams(detail)

    def _tell_streams(self, detail: str = "") -> None:
        new = "" if detail in self._told else detail
        self._told.add(detail)
        now = Measurement.ECG in self._heard_s, Measurement.ACCELEROMETER in self._heard_s
        if new or now != self._were:
            self._were = now
            self._tell(StreamsChanged(self._now_s(), *now, new))

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
