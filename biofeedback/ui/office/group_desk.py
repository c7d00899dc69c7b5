"""A group run for its window, in the thread of devices and sessions."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from biofeedback.session.events import Event
from biofeedback.session.several.group import Group, Member, MemberSummary
from biofeedback.storage.database import Store
from biofeedback.ui.bridge import Bridge
from protocols.specification import Exercise

LONGEST_SAVING_S = 120.0
"""So long the sessions of a large group may take to be summed up and saved."""


@dataclass(frozen=True, slots=True)
class MemberTold:
    """An event of one member, by their number."""

    number: int
    event: Event


@dataclass(frozen=True, slots=True)
class RoomTold:
    """An event of the room."""

    event: Event


@dataclass(frozen=True, slots=True)
class GroupOver:
    """All sessions have ended; what came of each."""

    members: tuple[MemberSummary, ...]


class GroupDesk:
    """Takes calls from the window's thread, and tells through the bridge's signal.

    Attributes
    ----------
    group_id : str
        Empty until the group has begun.
    found : tuple of MemberSummary
        What came of each, once all sessions have ended.
    """

    def __init__(
        self, bridge: Bridge, store: Store, exercise: Exercise, members: Sequence[Member], *, in_step: bool
    ) -> None:
        self._bridge, self._store = bridge, store
        self._exercise, self._members, self._in_step = exercise, members, in_step
        self._group: Group | None = None
        self._running: asyncio.Task[list[MemberSummary]] | None = None
        self._saved = threading.Event()
        self.group_id = ""
        self.found: tuple[MemberSummary, ...] = ()

    def start(self) -> None:
        """Run the group to its end."""
        self._bridge.submit(self._run)

    def act(self, what: str) -> None:
        """Do "begin", "pause", "resume", "skip" or "end" to all."""
        self._bridge.submit(lambda: self._act(what))

    def leave(self, number: int) -> None:
        """End the session of one member; the others go on."""
        self._bridge.submit(lambda: self._leave(number))

    def stop_unwell(self, number: int, note: str) -> None:
        """The same because they do not feel well, with a note for their record."""
        self._bridge.submit(lambda: self._stop_unwell(number, note))

    def close(self) -> None:
        """End what still runs, wait until all of it is saved, and end the thread."""
        if not self._saved.is_set():
            self._bridge.submit(self._finish)
            self._saved.wait(LONGEST_SAVING_S)
            self._bridge.close(_nothing)

    async def _run(self) -> None:
        tell = self._bridge.tell
        self._group = group = Group(
            self._exercise,
            self._members,
            self._store,
            lambda number, event: tell(MemberTold(number, event)),
            in_step=self._in_step,
            tell_room=lambda event: tell(RoomTold(event)),
        )
        self.group_id = group.group_id
        self._running = asyncio.create_task(group.run())
        self.found = tuple(await self._running)
        tell(GroupOver(self.found))

    def _act(self, what: str) -> None:
        if group := self._group:
            acts = {
                "begin": group.begin,
                "pause": group.pause,
                "resume": group.resume,
                "skip": group.skip,
                "end": group.end,
            }
            acts[what]()

    def _leave(self, number: int) -> None:
        if self._group:
            self._group.leave(number)

    def _stop_unwell(self, number: int, note: str) -> None:
        if self._group:
            self._group.stop_unwell(number, note)

    async def _finish(self) -> None:
        try:
            if self._group and self._running:
                self._group.end()
                self.found = tuple(await self._running)
        finally:
            self._saved.set()


async def _nothing() -> None:
    """All was done before."""
