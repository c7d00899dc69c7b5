"""Practice time as it is lived: turned, changed, told and kept, each at its exact moment."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from biofeedback.session.closing import End, step
from biofeedback.session.events import AnchorMoved, Event, PhaseBegan, Relaid, Steered
from biofeedback.session.guidance import Guidance
from biofeedback.session.hearing import Hearing
from biofeedback.session.practice import Practice
from biofeedback.session.steering import LEAST_LEFT_S, Ask, Lengthen, Order, asked_at
from biofeedback.storage.records import DONE, StoredPhase, TimelineEvent, TimelineKind
from protocols.breathing import BreathPattern
from protocols.timeline import PlannedPhase


class Passage:
    """What happens to the practice time of a session; knows no strap and no waiting.

    Parameters
    ----------
    practice : Practice
    hearing : Hearing
        Keeps each turn with what was heard, and scores by it.
    guidance : Guidance
    end : End
        Called when the last phase is over.
    emit : callable
        Takes each event.

    Attributes
    ----------
    practice : Practice
    turned : Event
        Set where the moment of the next turn has changed.
    asked : dict
        Questions asked in between, each with the moment that its answer is kept under.
    """

    def __init__(
        self, practice: Practice, hearing: Hearing, guidance: Guidance, end: End, emit: Callable[[Event], None]
    ) -> None:
        self.practice = practice
        self.turned = asyncio.Event()
        self.asked: dict[str, str] = {}
        self._hearing = hearing
        self._guidance = guidance
        self._end = end
        self._emit = emit

    def set_out(self, clock_s: float) -> None:
        """Practice time begins here, with the first phase."""
        self.practice.start(clock_s)
        self.tell_anchor(TimelineKind.BEGAN)
        self._begin_phase(self.practice.current, clock_s)

    def pause(self, clock_s: float) -> None:
        if self.practice.anchor.running:
            self.practice.pause(clock_s)
            self.tell_anchor(TimelineKind.PAUSED)

    def resume(self, clock_s: float) -> None:
        if self.practice.begun and not self.practice.anchor.running:
            self.practice.resume(clock_s)
            self.tell_anchor(TimelineKind.RESUMED)

    def skip(self, clock_s: float) -> None:
        """Go to the next pace that the phase tries, or to the next phase; from the last one, end."""
        ends = self.practice.skip(clock_s)
        self.tell_anchor(TimelineKind.SKIPPED)
        if ends:
            self._turn(clock_s)

    def repace(self, clock_s: float, pattern: BreathPattern) -> None:
        """Another breath from here on."""
        practice = self.practice
        practice.repace(clock_s, pattern)
        self._note(TimelineKind.REPACED, clock_s, asdict(pattern))
        self._emit(Relaid(practice.since(clock_s), practice.timeline))

    def steer(self, clock_s: float, order: Order) -> None:
        """Do what somebody who accompanies the session wants changed, or tell why that cannot be."""
        practice = self.practice
        at_s = practice.since(clock_s)
        if isinstance(order, Lengthen):
            try:
                order = Lengthen(practice.lengthen(clock_s, order.by_s, LEAST_LEFT_S))
            except ValueError as error:
                self._emit(Steered(at_s, order, refused=str(error)))
                return
            self._emit(Relaid(at_s, practice.timeline))
            self.turned.set()
        elif isinstance(order, Ask):
            self.asked[order.question] = asked_at(at_s)
        self._note(order.kind, clock_s, asdict(order))
        self._emit(Steered(at_s, order))

    @step
    def advance(self, clock_s: float) -> None:
        """Take up the pace and turn the phases that are due by then, each at its exact moment."""
        while self._end.at_clock_s is None:
            due_s, pace_s = self.practice.due_s(), self.practice.pace_due_s()
            if min(due_s, pace_s) > clock_s:
                return
            if pace_s < due_s:
                self.repace(pace_s, self.practice.take_pace())
            else:
                self._turn(due_s)

    def finish(self, clock_s: float) -> None:
        """The phase that is on, and practice time, end here."""
        duration_s = self.practice.since(clock_s)
        if phases := self.practice.phases:
            self.practice.end(duration_s)
            if self._hearing.recorder:
                self._hearing.recorder.phase_ended(phases[-1].index, duration_s)
        self._note(TimelineKind.ENDED, clock_s, {})

    def _turn(self, clock_s: float) -> None:
        """From this phase to the next, or to the end."""
        following = self.practice.following
        if following is None:
            self._end.call(DONE, clock_s)
        else:
            self._begin_phase(following, clock_s)

    def _begin_phase(self, planned: PlannedPhase, clock_s: float) -> None:
        before = self.practice.phases[-1].index if self.practice.begun else None
        stored = self.practice.begin(planned, clock_s)
        if before is not None and self._hearing.recorder:
            self._hearing.recorder.phase_ended(before, stored.start_s)
        self.tell_phase(stored, clock_s)

    def tell_phase(self, stored: StoredPhase, clock_s: float) -> None:
        """A phase has begun."""
        planned = self.practice.current
        self._hearing.pipeline.begin(stored)
        self._note(TimelineKind.PHASE, clock_s, {"index": stored.index})
        self._guidance.begin(planned.phase, stored.start_s)
        if self._hearing.recorder:
            self._hearing.recorder.phase_began(stored)
        self._emit(PhaseBegan(stored.start_s, planned))

    def tell_anchor(self, kind: TimelineKind) -> None:
        """Practice time runs, or stands still, from another anchor."""
        anchor = self.practice.anchor
        self._note(kind, anchor.clock_s, {})
        self._emit(AnchorMoved(self.practice.since(anchor.clock_s), anchor))
        self.turned.set()

    def _note(self, kind: TimelineKind, clock_s: float, detail: dict[str, Any]) -> None:
        practice = self.practice
        event = TimelineEvent(practice.since(clock_s), kind, practice.anchor.elapsed_at(clock_s), detail)
        self._hearing.turn(event)
