"""The one interface that every strap and every band offers, real or not."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from types import TracebackType
from typing import Self

from devices.samples import Reading

LungVolume = Callable[[float], float | None]
"""Lung volume that the pacer asks for (0 empty, 1 full) at a time of the clock in seconds; None: breathe freely."""

Demand = Callable[[float], float]
"""How demanding the exercise is at a time of the clock in seconds, 0 to 1."""


def undemanding(_: float) -> float:
    """Nothing is asked of the person."""
    return 0.0


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source before it is opened.

    Attributes
    ----------
    uri : str
        The device URI, complete enough to open the same source again.
    name : str
        A name for people.
    simulated : bool
        True where the beats come from a model.
    strap : bool
        False where there is none: a band on the head alone, or nothing at all.
    """

    uri: str
    name: str
    simulated: bool
    strap: bool = True


class SourceError(Exception):
    """A source cannot be opened or read. The message says what happened and what to do about it."""


def did_you_mean(name: str, known: Iterable[str], form: str = "{}") -> str:
    """A question, with a blank before it, where a name is nearly a known one; else nothing.

    Parameters
    ----------
    name : str
    known : iterable of str
    form : str
        How the known one is written, ``{}`` in its place.
    """
    near = get_close_matches(name.lower(), list(known), 1)
    return f" Did you mean '{form.format(near[0])}'?" if near else ""


class Source(ABC):
    """A strap or a band: an async context manager that yields readings.

    Entering it starts the stream and returns at once; connecting, waiting and trying again are told as
    readings. Iteration ends when the source has no more to give (a recording) and raises `SourceError`
    where it never can (no adapter). Arrival times are seconds of the running loop's clock (`loop.time()`).
    """

    info: SourceInfo

    @abstractmethod
    async def __aenter__(self) -> Self: ...

    @abstractmethod
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @abstractmethod
    def readings(self) -> AsyncGenerator[Reading, None]:
        """Yield what the strap says, in order of arrival."""

    def take_instead(self, address: str) -> None:  # noqa: B027
        """Use a strap that was told as `StrapOffered` in place of the one before: the person says that they wear it."""

    def leave_to_others(self, uris: Iterable[str]) -> None:  # noqa: B027
        """Never take one of these straps in place of the own one: they are worn by others."""

    def follow(self, lung_volume: LungVolume, demand: Demand = undemanding) -> None:  # noqa: B027
        """Hear what the exercise asks for. A real person watches the screen; a simulated one listens here."""


class Band(Source):
    """A band on the head.

    Its readings are `BandChanged`, which comes first, `BandIdentified` and `EegFrame`, each frame with how its stream
    was started; `LinkChanged` and the like are a strap's. After a loss of the link the stream starts anew.
    """


class Played(Source):
    """A source without a device: its time begins when it is entered."""

    async def __aenter__(self) -> Self:
        self._started_s = asyncio.get_running_loop().time()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None
