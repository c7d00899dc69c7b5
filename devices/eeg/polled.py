"""A band behind a library that blocks: opened in a thread, asked for samples, and opened anew when it ends."""

import asyncio
import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from devices.eeg.frames import EegReader, counts_of, frame_packet, start_packet
from devices.eeg.recording import Floats
from devices.samples import BandChanged, BandIdentified, EegDescription, EegFrame, LinkState, Reading
from devices.source import Band, Played, SourceInfo

CHUNK_S = 0.04
"""Samples are asked for so often, and a frame holds no more of them."""
SILENT_S, REOPEN_S = 5.0, 10.0
"""Without samples for so long it is said; and then it is opened anew."""
RETRY_S = (1.0, 2.0, 3.0)
GAP_S = 0.25
"""Two samples that are further apart than this, beside their usual distance, have lost some between them."""
MOST_LOST = 1 << 32
"""No clock tells of more."""


class FeedError(Exception):
    """The band cannot be opened, or has ended. The message is a sentence for a person."""


class Feed(ABC):
    """An open band.

    Attributes
    ----------
    description : EegDescription
    doubts : str
        What is not known of it, in sentences.
    """

    description: EegDescription
    doubts: str = ""

    @abstractmethod
    def take(self) -> "Taken":
        """What has come since the last time; does not wait.

        Raises
        ------
        FeedError
            If the band has ended.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Samples that came.

    Attributes
    ----------
    microvolts : array, shape (n, n_electrodes)
    steps : array of int, shape (n,)
        How many samples each is further than the one before it: 1 where none was lost.
    """

    microvolts: Floats
    steps: NDArray[np.int64]


def steps_by_time(at_s: Floats, before_s: float | None, rate_hz: float) -> NDArray[np.int64]:
    """How many samples each is further than the one before, as their times tell; a clock that jitters tells nothing."""
    if not len(at_s):
        return np.zeros(0, np.int64)
    apart_s = np.diff(at_s, prepend=at_s[0] - 1.0 / rate_hz if before_s is None else before_s)
    lost = apart_s > GAP_S + 1.0 / rate_hz
    return np.where(lost, np.clip(np.rint(apart_s * rate_hz), 1, MOST_LOST), 1).astype(np.int64)


def steps_by_number(numbers: Floats, before: float | None, n_numbers: int) -> NDArray[np.int64]:
    """The same, as numbers tell that begin again after so many: of a loss of as many or more, the rest."""
    steps = np.mod(np.diff(numbers, prepend=numbers[:1] - 1 if before is None else before), n_numbers)
    return np.where(steps == 0, n_numbers, steps).astype(np.int64)


class _Opening:
    """Opens a feed in a thread; whoever leaves meanwhile leaves no open feed behind."""

    def __init__(self, open_feed: Callable[[], Feed]) -> None:
        self._open_feed = open_feed
        self._lock = threading.Lock()
        self._left = False
        self._feed: Feed | None = None

    def open(self) -> Feed:
        feed = self._open_feed()
        with self._lock:
            self._feed = feed
            if not self._left:
                return feed
        self.leave()
        raise FeedError("It was left before it was open.")

    def leave(self) -> None:
        with self._lock:
            self._left, feed, self._feed = True, self._feed, None
        if feed:
            feed.close()


class PolledBand(Played, Band):
    """A band that is asked for samples.

    It never gives up: what goes wrong is told with when it is tried again. Its readings end when it is closed.

    Parameters
    ----------
    info : SourceInfo
    open_feed : callable
        Opens it; may block, and raises `FeedError`.
    """

    def __init__(self, info: SourceInfo, open_feed: Callable[[], Feed]) -> None:
        self.info = info
        self._open_feed = open_feed
        self._closed = asyncio.Event()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()

    async def readings(self) -> AsyncGenerator[Reading, None]:
        now = asyncio.get_running_loop().time
        n_failures, was_there = 0, False
        while not self._closed.is_set():
            yield BandChanged(now(), LinkState.SEARCHING, f"Looking for {self.info.name}.")
            opening = _Opening(self._open_feed)
            trouble = "Nothing comes from the band any more. See that it is switched on and sends."
            try:
                feed = await asyncio.to_thread(opening.open)
                was_there = True
                async with contextlib.aclosing(self._heard(feed)) as heard:
                    async for reading in heard:
                        n_failures = 0 if isinstance(reading, EegFrame) else n_failures
                        yield reading
            except FeedError as error:
                trouble = str(error)
            finally:
                await asyncio.to_thread(opening.leave)
            if self._closed.is_set():
                return
            wait_s = RETRY_S[min(n_failures, len(RETRY_S) - 1)]
            n_failures += 1
            yield BandChanged(now(), LinkState.LOST if was_there else LinkState.SEARCHING, trouble, wait_s)
            await self._pause(wait_s)

    async def _heard(self, feed: Feed) -> AsyncGenerator[Reading, None]:
        """What an open feed says, until it has been silent for too long."""
        now = asyncio.get_running_loop().time
        yield BandChanged(now(), LinkState.CONNECTED, feed.doubts)
        yield BandIdentified(now(), feed.description.device)
        stream, last_s, is_silent = _Stream(feed), now(), False
        while now() - last_s < REOPEN_S and not self._closed.is_set():
            frames = stream.frames(now())
            if frames:
                last_s = now()
            was_silent, is_silent = is_silent, now() - last_s > SILENT_S
            if is_silent is not was_silent:
                said = (
                    f"Nothing has come from the band for {SILENT_S:g} s." if is_silent else "The band is sending again."
                )
                yield BandChanged(now(), LinkState.CONNECTED, said)
            for frame in frames:
                yield frame
            await self._pause(CHUNK_S)

    async def _pause(self, for_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self._closed.wait()


class _Stream:
    """The frames of an open feed."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._reader: EegReader | None = None
        self._next = 0
        self._most = max(1, round(CHUNK_S * feed.description.rate_hz))

    def frames(self, at_s: float) -> Sequence[Reading]:
        """What has come, in frames of samples one after another; what is no number was lost."""
        taken = self._feed.take()
        if not len(taken.steps):
            return ()
        described = self._feed.description
        if self._reader is None:
            self._reader = EegReader()
            self._reader.started(start_packet(at_s, described))
            taken.steps[0] = 1
        numbers = self._next + np.cumsum(taken.steps) - 1
        self._next = int(numbers[-1]) + 1
        there = np.isfinite(taken.microvolts).all(axis=1)
        numbers, samples = numbers[there], taken.microvolts[there]
        apart = np.flatnonzero(np.diff(numbers) != 1) + 1
        made = []
        for of_run, run in zip(np.split(numbers, apart), np.split(samples, apart), strict=True):
            for begin in range(0, len(run), self._most):
                counts = counts_of(run[begin : begin + self._most], described.microvolts_per_count)
                made.append(self._reader.frame(frame_packet(at_s, int(of_run[begin]), counts)))
        return made
