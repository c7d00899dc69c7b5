"""Whole sessions played on a clock that jumps, with whatever a person does at a second of it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from biofeedback.session.events import Ended, Event
from biofeedback.session.kept.archive import read_summary, show
from biofeedback.session.preparation import Plan
from biofeedback.session.runner import SessionRunner
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from devices.gatt import MalformedPacketError, decode_packet, encode_heart_rate
from devices.samples import Contact, LinkChanged, LinkState, MalformedPacket, Packet, PacketFormat, Reading
from devices.source import Source, SourceInfo
from devices.uri import open_source
from protocols.library import find_exercise
from protocols.specification import Exercise
from tests.hand_clock import at_once

Act = tuple[float, Callable[[SessionRunner], None]]
_E = TypeVar("_E", bound=Event)
SLOW = find_exercise("paced-breathing").choosing({"begin": "rest"})
SHORT = SLOW.lasting(6)
"""Settle 20 s, baseline 60 s, breathe from 80 to 320 s, rest 40 s."""


@dataclass
class Played:
    """A session that is over: its summary and what it told."""

    summary: SessionSummary | None
    events: list[Event]

    def of(self, kind: type[_E]) -> list[_E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def ended(self) -> Ended:
        (ended,) = self.of(Ended)
        assert self.events[-1] is ended
        return ended

    @property
    def whole(self) -> SessionSummary:
        assert self.summary is not None
        return self.summary


def play(
    store: Store,
    source: Source | str,
    exercise: Exercise = SLOW,
    acts: Sequence[Act] = (),
    ratings: Mapping[str, int] | None = None,
    person: str = "",
    patience_s: float | None = None,
) -> Played:
    """Play a session to its end; each act happens at its second of the clock, which begins at 0."""
    opened = open_source(source) if isinstance(source, str) else source
    events: list[Event] = []

    async def work() -> SessionSummary | None:
        loop = asyncio.get_running_loop()
        plan = Plan(exercise, opened.info.uri, person, ratings or {}, patience_s)
        runner = SessionRunner(plan, opened, store, events.append)
        for at_s, act in acts:
            loop.call_at(at_s, act, runner)
        return await runner.run()

    return Played(at_once(work()), events)


def sample(at_s: float, *rr_ms: float, contact: Contact = Contact.GOOD) -> Reading:
    """A notification as it comes."""
    payload = encode_heart_rate(60, [round(rr * 1.024) for rr in rr_ms], contact)
    return decode_packet(Packet(at_s, PacketFormat.HEART_RATE_MEASUREMENT, payload))


def malformed(at_s: float, payload: bytes = b"\x10") -> Reading:
    packet = Packet(at_s, PacketFormat.HEART_RATE_MEASUREMENT, payload)
    try:
        decode_packet(packet)
    except MalformedPacketError as error:
        return MalformedPacket(packet, str(error))
    raise AssertionError(f"{payload.hex()} is in order")


class ScriptedStrap(Source):
    """Says what its script says, each line at its second; an exception is raised, a function is called."""

    def __init__(self, *script: tuple[float, Any]) -> None:
        self.info = SourceInfo("sim:scripted", "Scripted strap", simulated=True)
        self._script = script

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def readings(self) -> AsyncGenerator[Reading, None]:
        loop = asyncio.get_running_loop()
        yield LinkChanged(loop.time(), LinkState.CONNECTED)
        for at_s, said in self._script:
            await asyncio.sleep(max(0.0, at_s - loop.time()))
            if isinstance(said, Exception):
                raise said
            if callable(said):
                said(loop)
            elif said is not None:
                yield said


def beating(until_s: float, from_s: float = 1.0, rr_ms: float = 1000.0) -> list[tuple[float, Reading]]:
    """A beat a second; never the very same interval twice, as no heart does."""
    return [
        (from_s + i, sample(from_s + i, rr_ms + (8.0 if i % 2 else -8.0))) for i in range(int(until_s - from_s) + 1)
    ]


def same_again(store: Store, played: Played) -> None:
    """Scored again from its bytes, a session is what it was, to the bit."""
    session_id = played.whole.session_id
    saved = json.dumps(played.whole.as_json(), allow_nan=False, sort_keys=True)
    again = read_summary(store, session_id)
    assert json.dumps(again.as_json(), allow_nan=False, sort_keys=True) == saved
    assert json.dumps(show(store, session_id), sort_keys=True) == saved
    assert again.beats == played.whole.beats
    assert again.course == played.whole.course
    assert store.beats(session_id) == list(played.whole.beats)
