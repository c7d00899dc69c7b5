"""Several people at once: each a strap, a session and a record of their own, on one event loop."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from biofeedback.session.closing import UNFORESEEN
from biofeedback.session.events import AnchorMoved, Began, Ended, Event, PhaseBegan, Relaid
from biofeedback.session.kept.recut import mark
from biofeedback.session.preparation import OfGroup, Plan
from biofeedback.session.reference import ReferenceWorker
from biofeedback.session.runner import SessionRunner
from biofeedback.session.several.in_step import InStepRunner
from biofeedback.session.several.room import Room
from biofeedback.session.summary import UNKNOWN_QUANTILES, SessionSummary
from biofeedback.storage.database import Store
from biofeedback.storage.moving.identity import new_session_id
from biofeedback.storage.names import folded
from biofeedback.storage.records import DONE, UNWELL, TimelineKind
from devices.schemes import NO_STRAP
from devices.source import Source, SourceInfo
from protocols.breathing import BreathPattern
from protocols.pacing_forms import SAFE_RATE_PER_MIN
from protocols.specification import Exercise

PATIENCE_S = 20.0
"""Once somebody is heard, the others are waited for so long before the exercise begins; who comes later joins in."""
TICK_S = 1.0
NEVER_HEARD = "No beat came, so nothing was saved."
NOT_ALL_SAVED = "The sessions of {n} of {of} could not be saved whole. What became of each stands with their name."


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a group, and the strap that is theirs."""

    person: str
    source: Source


@dataclass(frozen=True, slots=True)
class MemberSummary:
    """What came of one of a group.

    `summary` is None where there is none to show; `session_id` is empty where there is no session. `ended` is as the
    cause in `Ended`, or says that no beat came. `saved` is False where not all of it is in the data; of a session that
    began, `ended` then tells where the rest is.
    """

    person: str
    device: str
    session_id: str
    ended: str
    failed: bool
    summary: SessionSummary | None
    saved: bool

    @property
    def lost(self) -> bool:
        """Whether the data have less of a session than there was."""
        return bool(self.session_id) and not self.saved

    def as_json(self) -> dict[str, Any]:
        """The keys that scripts rely on."""
        told = self.summary.as_json() if self.summary else {}
        unknown = bool(self.session_id)
        return {
            "person": self.person,
            "device": self.device,
            "session_id": self.session_id or None,
            "n_beats": told.get("n_beats", None if unknown else 0),
            "artifact_percent": told.get("artifact_percent"),
            "gaps": told.get("gaps", None if unknown else []),
            "ended": self.ended,
            "latency_ms": told.get("latency_ms", UNKNOWN_QUANTILES),
        }


class Group:
    """Runs a session for each of several people on the running event loop.

    In step, one exercise with one pacer goes on for all of them: it begins once everybody is heard, or some time after
    the first one is. Apart, each begins with their own first beat, at their own pace. Whatever happens to one session
    or strap changes that one only. All methods are for the loop's thread.

    Parameters
    ----------
    exercise : Exercise
        Of the length and pace wanted.
    members : sequence of Member
    store : Store
    emit : callable
        Takes the number of a member, from 0 on, and an event of theirs.
    in_step : bool
    reference : ReferenceWorker, optional
        Computes neurokit2's figures.
    tell_room : callable, optional
        Takes the events of the room, in step: its practice time as that of a session in which no heart is heard.

    Attributes
    ----------
    group_id : str
    room : Room or None
        None apart.

    Raises
    ------
    ValueError
        If a person stands twice or has no name, or the exercise cannot be done in step.
    """

    def __init__(
        self,
        exercise: Exercise,
        members: Sequence[Member],
        store: Store,
        emit: Callable[[int, Event], None],
        *,
        in_step: bool = True,
        reference: ReferenceWorker | None = None,
        tell_room: Callable[[Event], None] = lambda event: None,
    ) -> None:
        check_people([member.person for member in members])
        self.group_id = new_session_id(datetime.now(UTC).isoformat(timespec="seconds"))
        if in_step:
            check_in_step(exercise)
            exercise = exercise.at_resonance(SAFE_RATE_PER_MIN).ordered(crc32(self.group_id.encode()))
        self.exercise = exercise
        self.members = members
        self.room = Room(exercise) if in_step else None
        self._tell_room = tell_room
        self._told_index = -1
        self._is_over = self._paused = False
        self._store, self._faults = store, store.faults
        self._changed = asyncio.Event()
        self._first_heard_s: float | None = None
        self._runners = [self._runner(number, member, store, emit, reference) for number, member in enumerate(members)]

    def _runner(
        self,
        number: int,
        member: Member,
        store: Store,
        emit: Callable[[int, Event], None],
        reference: ReferenceWorker | None,
    ) -> SessionRunner:
        def tell(event: Event) -> None:
            emit(number, event)
            if self._paused and isinstance(event, PhaseBegan):  # who begins while all are paused waits with them
                asyncio.get_running_loop().call_soon(self._wait_with_the_others, number)

        of_group = OfGroup(self.group_id, number + 1, len(self.members), in_step=self.room is not None)
        plan = Plan(self.exercise, member.source.info.uri, member.person, of_group=of_group)
        if self.room:
            return InStepRunner(plan, member.source, store, tell, reference, self.room, self._hear)
        return SessionRunner(plan, member.source, store, tell, reference)

    async def run(self) -> list[MemberSummary]:
        """Run until every session has ended; what came of each."""
        tasks = [asyncio.create_task(runner.run()) for runner in self._runners]
        for task in tasks:
            task.add_done_callback(lambda _: self._changed.set())
        keeping = asyncio.create_task(self._keep())
        try:
            await asyncio.wait([*tasks, keeping], return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in (keeping, *tasks):
                task.cancel()
            await asyncio.gather(keeping, *tasks, return_exceptions=True)
        return [
            _summary_of(member, runner, task.result())
            for member, runner, task in zip(self.members, self._runners, tasks, strict=True)
        ]

    def _wait_with_the_others(self, number: int) -> None:
        if self._paused:
            self._runners[number].pause()

    async def _keep(self) -> None:
        """Keep what they have in common; an error in it that nobody foresaw ends every session, and each is kept."""
        with self._faults.contained("a group") as caught:
            await (self._keep_time(self.room) if self.room else self._wait_for_those_who_began())
        if caught.error is not None:
            for runner in self._runners:
                runner.fail(UNFORESEEN)
            with self._faults.contained("telling the room of its end"):
                self._tell_over(UNFORESEEN)

    # What is done for all

    def pause(self) -> None:
        """Let practice time stand still for everybody; beats are still recorded."""
        if self.room is None:
            self._paused = True
            for runner in self._runners:
                runner.pause()
        elif self.room.practice.anchor.running:
            self._turn(self.room.pause, TimelineKind.PAUSED)

    def resume(self) -> None:
        """Let practice time go on."""
        if self.room is None:
            self._paused = False
            for runner in self._runners:
                runner.resume()
        elif self.room.begun and not self.room.practice.anchor.running:
            self._turn(self.room.resume, TimelineKind.RESUMED)

    def skip(self) -> None:
        """Go to the next phase, or to the next pace of one that tries several; from the last one, end."""
        if self.room is None:
            for runner in self._runners:
                runner.skip()
        elif self.room.begun:
            self._turn(self.room.skip, TimelineKind.SKIPPED)

    def repace(self, pattern: BreathPattern) -> None:
        """Change the breath of everybody from now on, without a jump."""
        clock_s = self._now()
        if self.room is None:
            for runner in self._runners:
                runner.repace(pattern)
        elif self.room.begun:
            self.room.repace(clock_s, pattern)
            for runner in self._in_step():
                runner.repace_with_room(pattern, clock_s)
            self._tell_phase(self.room)
            self._tell_room(Relaid(self.room.practice.since(clock_s), self.room.practice.timeline))

    def begin(self) -> None:
        """Begin now, whoever is heard; who comes later joins in."""
        if self.room and not self.room.begun:
            self._begin(self.room)

    def end(self) -> None:
        """End every session here; what was practised is kept."""
        for runner in self._runners:
            runner.end()
        self._tell_over("stopped")

    def leave(self, number: int) -> None:
        """End the session of one member; the others go on."""
        self._runners[number].end()

    def stop_unwell(self, number: int, note: str = "") -> None:
        """The same because they do not feel well, noted in their record alone, also where it has just ended."""
        runner = self._runners[number]
        if runner.ended is None:
            runner.stop_unwell(note)
        elif runner.ended.saved:
            with self._faults.contained("a note to a session that has ended"), contextlib.suppress(ValueError):
                for label in filter(None, (UNWELL, note.strip())):
                    mark(self._store, runner.ended.session_id, runner.ended.at_s, label)

    def _turn(self, turn: Callable[[float], None], kind: TimelineKind) -> None:
        clock_s = self._now()
        turn(clock_s)
        for runner in self._in_step():
            runner.turn_with_room(kind, clock_s)
        if self.room:
            self._tell_anchor(self.room)
            self._tell_phase(self.room)
        self._changed.set()

    def _in_step(self) -> list[InStepRunner]:
        return [runner for runner in self._runners if isinstance(runner, InStepRunner)]

    # Time of the room

    def _hear(self) -> None:
        if self._first_heard_s is None:
            self._first_heard_s = self._now()
        self._changed.set()

    def _begin(self, room: Room) -> None:
        room.begin(self._now())
        self._tell_anchor(room)
        self._tell_phase(room)
        self._changed.set()

    def _tell_anchor(self, room: Room) -> None:
        anchor = room.practice.anchor
        self._tell_room(AnchorMoved(room.practice.since(anchor.clock_s), anchor))

    def _tell_over(self, cause: str) -> None:
        if (room := self.room) and not self._is_over:
            self._is_over = True
            at_s = room.practice.since(self._now() if room.over_s is None else room.over_s)
            self._tell_room(Ended(at_s, self.group_id, cause, failed=False, saved=False))

    def _tell_phase(self, room: Room) -> None:
        """Tell the phase that is on, once."""
        if room.begun and self._told_index != room.practice.current.index:
            self._told_index = room.practice.current.index
            self._tell_room(PhaseBegan(room.practice.phases[-1].start_s, room.practice.current))

    async def _keep_time(self, room: Room) -> None:
        """Begin, turn and end the exercise of the room."""
        nobody = SourceInfo(NO_STRAP, "", simulated=False)
        self._tell_room(Began(self.group_id, nobody, room.practice.timeline, room.practice.anchor))
        while room.over_s is None:
            wait_s = max(0.0, min(TICK_S, room.due_s() - self._now()))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s + 1e-6):
                    await self._changed.wait()
            self._changed.clear()
            if not room.begun and self._is_complete():
                self._begin(room)
            room.advance(self._now())
            self._tell_phase(room)
            if all(runner.ended for runner in self._runners):
                self._tell_over("stopped")
                return
        self._tell_over(DONE)
        for runner in self._in_step():
            runner.end_with_room(room.over_s)

    def _is_complete(self) -> bool:
        """Whether everybody is heard who still can be, or the others were waited for long enough."""
        if self._first_heard_s is None:
            return False
        waited_for = [runner for runner in self._in_step() if not (runner.heard or runner.ended)]
        return not waited_for or self._now() - self._first_heard_s >= PATIENCE_S

    async def _wait_for_those_who_began(self) -> None:
        """Once all who began have ended, nobody is waited for any more."""
        while not all(runner.ended for runner in self._runners):
            await self._changed.wait()
            self._changed.clear()
            begun = [runner for runner in self._runners if runner.begun]
            if begun and all(runner.ended for runner in begun):
                self.end()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def check_in_step(exercise: Exercise) -> None:
    """Whether an exercise can be done by several people in step.

    Raises
    ------
    ValueError
        If it is another one for each of them.
    """
    if exercise.lots:
        raise ValueError(f"in {exercise.id} lots are drawn for each person, so it cannot be done in step")


def check_people(people: Sequence[str]) -> None:
    """Whether these can be a group.

    Raises
    ------
    ValueError
        If a person stands twice or has no name, or there is nobody.
    """
    if not people:
        raise ValueError("a group has at least one member")
    seen: set[str] = set()
    for person in people:
        if not person:
            raise ValueError("everybody in a group has a name or a code")
        if folded(person) in seen:
            raise ValueError(f"{person} stands twice")
        seen.add(folded(person))


def _summary_of(member: Member, runner: SessionRunner, summary: SessionSummary | None) -> MemberSummary:
    ended = runner.ended
    saved, failed = bool(ended and ended.saved), bool(ended and ended.failed)
    cause = ended.cause if ended and (saved or failed) else NEVER_HEARD
    kept_as = ended.session_id if ended and (saved or runner.begun) else ""
    return MemberSummary(member.person, member.source.info.uri, kept_as, cause, failed, summary, saved)
