"""A session of a group that goes through one exercise together: its practice time is that of the room."""

from collections.abc import Callable

from biofeedback.session.closing import step
from biofeedback.session.events import Event, Relaid, Steered
from biofeedback.session.guidance import Guided
from biofeedback.session.preparation import Plan
from biofeedback.session.reference import ReferenceWorker
from biofeedback.session.runner import SessionRunner
from biofeedback.session.several.room import Room
from biofeedback.session.steering import Lengthen, Order
from biofeedback.storage.database import Store
from biofeedback.storage.records import DONE, TimelineKind
from devices.samples import HeartRateSample
from devices.source import Source
from protocols.breathing import BreathPattern

OF_THE_ROOM = (
    "In a group in step a part lasts as long for one as for all, so nothing was changed. Pause, go on, the next part "
    "and another pace are for everybody together."
)


class InStepRunner(SessionRunner):
    """Runs a session whose practice time is that of a room, whenever its strap comes, goes and comes back.

    It begins with the first interval that lies in the room's time, at the practice time that the room has then. What
    the heart would bring about by itself (a phase that ends, a pace that moves) is left to the room.

    Parameters
    ----------
    plan, source, store, emit, reference
        As of `SessionRunner`.
    room : Room
    tell_heard : callable
        Told when the first beats come, also those before the room begins.

    Attributes
    ----------
    heard : bool
        Whether beats came.
    """

    def __init__(
        self,
        plan: Plan,
        source: Source,
        store: Store,
        emit: Callable[[Event], None],
        reference: ReferenceWorker | None,
        room: Room,
        tell_heard: Callable[[], None],
    ) -> None:
        super().__init__(plan, source, store, emit, reference)
        self._room = room
        self._tell_heard = tell_heard
        self.heard = False

    @step
    def turn_with_room(self, kind: TimelineKind, clock_s: float) -> None:
        """Practice time of the room was paused, resumed or moved on."""
        if self._goes_on_until(clock_s) and self.begun:
            self._practice.anchor = self._room.practice.anchor
            self._passage.tell_anchor(kind)
            self._passage.advance(clock_s)

    @step
    def repace_with_room(self, pattern: BreathPattern, clock_s: float) -> None:
        """The breath of the room changed."""
        if self._goes_on_until(clock_s) and self.begun:
            self._passage.repace(clock_s, pattern)

    @step
    def steer(self, order: Order) -> None:
        """Practice time is the room's: nobody's is changed alone. Goal, feedback, words and sound are their own."""
        if isinstance(order, Lengthen) and self.begun:
            self._emit(Steered(self._practice.since(self._now()), order, refused=OF_THE_ROOM))
        else:
            super().steer(order)

    @step
    def end_with_room(self, clock_s: float) -> None:
        """The exercise is over for everybody, also for who was never heard."""
        self._passage.advance(clock_s)
        self._end.call(DONE, clock_s)

    def _start_heard(self, sample: HeartRateSample) -> None:
        if not self.heard:
            self.heard = True
            self._tell_heard()
        if self._room.admits(sample.received_s - sum(sample.rr_ms) / 1000.0):
            super()._start_heard(sample)

    def _set_out(self, clock_s: float) -> None:
        practice, room = self._practice, self._room.practice
        repaced = practice.timeline != room.timeline
        stored = practice.join(room, clock_s)
        self._passage.tell_anchor(TimelineKind.BEGAN)
        if repaced:
            self._emit(Relaid(0.0, practice.timeline))
        self._passage.tell_phase(stored, clock_s)
        if not practice.anchor.running:
            self._passage.tell_anchor(TimelineKind.PAUSED)

    def _obey(self, guided: Guided, clock_s: float) -> None:
        """One practice time for all: what one heart asks for changes nothing."""
