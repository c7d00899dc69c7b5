"""A running session: source, exercise, analysis and recorder, held together."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from biofeedback.session.awaiting import Awaited
from biofeedback.session.closing import UNFORESEEN_AT_END, Closing, End, step
from biofeedback.session.events import (
    Began,
    Ended,
    Event,
    MarkerSet,
    Quality,
    ReferenceCame,
    StrapSaid,
    Suggested,
)
from biofeedback.session.guidance import SUGGESTIONS, Guidance, Guided
from biofeedback.session.hearing import Hearing
from biofeedback.session.passage import Passage
from biofeedback.session.pipeline import Pipeline
from biofeedback.session.practice import Practice
from biofeedback.session.preparation import Plan, prepare
from biofeedback.session.reference import LiveReference, ReferenceWorker
from biofeedback.session.steering import Order
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.recording.recorder import Recorder
from biofeedback.storage.records import (
    BEFORE,
    UNWELL,
    NewSession,
)
from devices.samples import (
    EegFrame,
    HeartRateSample,
    LinkChanged,
    LinkState,
    MalformedPacket,
    Reading,
    StrapOffered,
    StreamFrame,
)
from devices.source import Source, SourceError
from protocols.breathing import BreathPattern
from protocols.timeline import Timeline

SILENT_S = 5.0
"""A strap that says nothing for so long is said to be silent (it notifies about once a second)."""
TICK_S = 1.0

LOOKED_FOR_WORDS = "We are looking for your strap. Nothing has to wait for it."
SILENT_WORDS = "Nothing has come from the strap for a few seconds. Your breathing goes on."


class SessionRunner:
    """Runs one session on the running event loop.

    Practice time begins with the first beat, or without one where the plan is not to wait. All methods are for the
    loop's thread. Whatever error nobody foresaw, here, in the strap or in what listens, the session is ended and kept,
    and `run` returns.

    Parameters
    ----------
    plan : Plan
    source : Source
    store : Store
    emit : callable
        Takes each event; called in the loop's thread.
    reference : ReferenceWorker, optional
        Computes neurokit2's figures, live and at the end.

    Attributes
    ----------
    ended : Ended or None
        How it ended, also where nobody could be told.
    """

    def __init__(
        self,
        plan: Plan,
        source: Source,
        store: Store,
        emit: Callable[[Event], None],
        reference: ReferenceWorker | None = None,
    ) -> None:
        self._plan = plan
        self._source = source
        self._store = store
        self._emit = emit
        self._answers = {BEFORE: dict(plan.ratings)} if plan.ratings else {}
        self._hearing = Hearing(emit)
        self._guidance = Guidance()
        self._faults = store.faults
        self._reference = LiveReference(reference, self._hearing.account, self._faults) if reference else None
        self._end = End(store.faults)
        practice = Practice(Timeline.of(plan.exercise), 0.0)
        self._passage = Passage(practice, self._hearing, self._guidance, self._end, emit)
        self._session_id = ""
        self.ended: Ended | None = None
        self._new: NewSession | None = None
        self._last_packet_s = 0.0
        self._unreachable = ""

    async def run(self) -> SessionSummary | None:
        """Run to the end, save, and tell `Ended`.

        Returns
        -------
        SessionSummary or None
            None where no beat ever came, or what was kept cannot be read; `ended` tells.
        """
        self._loop = asyncio.get_running_loop()
        self._prepare()
        if self._end.at_clock_s is None:
            await self._practise()
        return await self._close()

    async def _practise(self) -> None:
        works = (self._listen(), self._tick(), self._end.come.wait())
        tasks = [asyncio.create_task(self._contained(work)) for work in works]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._reference:
                tasks += self._reference.tasks()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _contained(self, work: Coroutine[Any, Any, object]) -> None:
        with self._end.on_error("a session"):
            await work

    @step
    def _prepare(self) -> None:
        info = self._source.info
        self._prepared = prepared = prepare(self._store, self._plan, info)
        self._session_id = prepared.session_id
        self._hearing.pipeline = Pipeline(prepared.earlier.baselines)
        self._passage.practice = Practice(Timeline.of(prepared.exercise), self._now())
        self._last_packet_s = self._now()
        self._emit(Began(prepared.session_id, info, self._practice.timeline, self._practice.anchor))
        self._source.follow(
            lambda clock_s: self._practice.lung_volume(clock_s), lambda clock_s: self._practice.demand(clock_s)
        )
        self._asked_s = self._now()
        self._awaited = Awaited(self._asked_s)
        self._begin_unheard(self._asked_s)

    # What a person can do

    @step
    def pause(self) -> None:
        """Let practice time stand still; beats are still recorded."""
        if self._goes_on_until(clock_s := self._now()):
            self._passage.pause(clock_s)

    @step
    def resume(self) -> None:
        """Let practice time go on."""
        if self._goes_on_until(clock_s := self._now()):
            self._passage.resume(clock_s)

    @step
    def skip(self) -> None:
        """Go to the next phase now, or to the next pace of one that tries several; from the last one, end."""
        if self._goes_on_until(clock_s := self._now()) and self.begun:
            self._passage.skip(clock_s)

    @step
    def repace(self, pattern: BreathPattern) -> None:
        """Change the breath from now on, without a jump; paces that go by a schedule stay as they are."""
        goes_on = self._goes_on_until(clock_s := self._now())
        if goes_on and not (self._practice.begun and self._practice.current.phase.course.changes):
            self._passage.repace(clock_s, pattern)

    @step
    def steer(self, order: Order) -> None:
        """Change something of the exercise while it runs; before it has begun there is nothing to change."""
        if self._goes_on_until(clock_s := self._now()) and self.begun:
            self._passage.steer(clock_s, order)

    @step
    def mark(self, label: str, moment_s: float | None = None) -> None:
        """Set a marker, now or at an earlier second of the session."""
        if self._hearing.recorder:
            # One that comes while the end is being saved stands at the end
            now_s = self._practice.since(self._end.until(self._now()))
            at_s = now_s if moment_s is None else min(max(moment_s, 0.0), now_s)
            self._hearing.recorder.marker(at_s, label)
            self._emit(MarkerSet(at_s, label))

    @step
    def answer(self, question: str, value: int) -> None:
        """Answer a question asked in between, or else of the phase that is on; a second answer replaces the first."""
        if self._hearing.recorder:
            moment = self._passage.asked.get(question, self._practice.current.phase.name)
            self._answers.setdefault(moment, {})[question] = value
            self._hearing.recorder.rating(moment, question, value)

    def end(self) -> None:
        """End the session here; what was practised is kept."""
        self._end.call("stopped", self._now())

    def stop_unwell(self, note: str = "") -> None:
        """End the session because the person does not feel well, and note when, with the words of whoever saw it."""
        self._end.call(UNWELL, self._now())
        for label in filter(None, (UNWELL, note.strip())):
            self.mark(label)

    @step
    def take_strap(self, address: str) -> None:
        """Use another strap that was offered: the person says that they wear it."""
        self._source.take_instead(address)

    # What comes from the strap

    async def _listen(self) -> None:
        try:
            async with self._source as source, contextlib.aclosing(source.readings()) as readings:
                async for reading in readings:
                    self._hear(reading)
                    if self._end.at_clock_s is not None:
                        return
            self._end.call("recording ended", self._now())
        except SourceError as error:
            if self._plan.patience_s is None:
                self.fail(str(error))
            else:
                await self._go_on_unheard(str(error))
        except StoreError as error:
            self.fail(str(error))

    async def _go_on_unheard(self, why: str) -> None:
        """The strap cannot be reached any more; who was not to wait for it practises without."""
        now_s = self._now()
        self._unreachable = why
        self._hearing.take_news(LinkChanged(now_s, LinkState.LOST, why), self._practice.since(now_s))
        self._passage.turned.set()
        await self._end.come.wait()

    def _hear(self, reading: Reading) -> None:
        hearing = self._hearing
        if hearing.recorder is None:
            self._awaited.take(reading)
        if isinstance(reading, HeartRateSample):
            self._last_packet_s = reading.received_s
            if hearing.recorder is None and reading.rr_ms:
                self._start_heard(reading)
            if self._belongs(reading.received_s):
                hearing.take(reading)
                self._follow_heart(reading.received_s)
                if self._reference:
                    at_s, live = self._practice.since(reading.received_s), hearing.pipeline.indices
                    self._reference.ask(at_s, live, self._keep_reference)
        elif isinstance(reading, MalformedPacket):
            self._last_packet_s = reading.packet.received_s
            if self._belongs(reading.packet.received_s):
                hearing.keep_packet(reading.packet)
        elif isinstance(reading, StreamFrame):
            if self._belongs(reading.received_s):
                hearing.take_frame(reading)
        elif isinstance(reading, EegFrame):
            if self._belongs(reading.received_s):
                hearing.take_eeg(reading)
        elif isinstance(reading, StrapOffered):
            self._emit(StrapSaid(self._practice.since(reading.at_s), reading))
        else:
            hearing.take_news(reading, self._practice.since(reading.at_s))

    def _follow_heart(self, clock_s: float) -> None:
        """Do what the heart brings about."""
        practice, hearing = self._practice, self._hearing
        pipeline, at_s, running = hearing.pipeline, practice.since(clock_s), practice.anchor.running
        guided = self._guidance.take(
            at_s,
            hearing.account.beats,
            pipeline.indices,
            pipeline.pacer,
            running=running,
            measured_per_min=hearing.account.body.breathing_now(at_s),
        )
        if guided.sign and hearing.recorder:
            hearing.recorder.marker(at_s, guided.sign)
            self._emit(Suggested(at_s, SUGGESTIONS[guided.sign]))
        self._obey(guided, clock_s)

    def _obey(self, guided: Guided, clock_s: float) -> None:
        if guided.pattern:
            self._practice.plan_pace(clock_s, guided.pattern)
        if guided.ends:
            self._passage.skip(clock_s)

    def _belongs(self, received_s: float) -> bool:
        """Whether what arrived then is a part of the session: it has begun, and was not over before."""
        self._passage.advance(received_s)
        return self._hearing.recorder is not None and (
            self._end.at_clock_s is None or received_s <= self._end.at_clock_s
        )

    @step
    def _keep_reference(self, came: ReferenceCame) -> None:
        if self._hearing.recorder:
            self._hearing.recorder.reference(LiveReference.stored(came))
        self._emit(came)

    def _start_heard(self, sample: HeartRateSample) -> None:
        """The first beats: the session exists from the beat that begins the first interval."""
        ago_s = sum(sample.rr_ms) / 1000.0
        self._start(sample.received_s - ago_s, ago_s)

    def _begin_unheard(self, clock_s: float) -> None:
        """Begin without a beat, where there is to be none or enough has been waited for one."""
        patience_s = 0.0 if self._silent_source or self._unreachable else self._plan.patience_s
        if self._hearing.recorder is None and patience_s is not None and clock_s - self._asked_s >= patience_s:
            self._start(clock_s, 0.0).keep()
            if not self._silent_source:
                self._hearing.tell_quality(Quality.LOST, 0.0, self._unreachable or LOOKED_FOR_WORDS)

    @property
    def begun(self) -> bool:
        """Whether there is a session: beats came, or none were to be waited for."""
        return self._new is not None

    def _goes_on_until(self, clock_s: float) -> bool:
        """Whether there is something left to change: all that was due before has come, and the end was not among it."""
        self._passage.advance(clock_s)
        return self._end.at_clock_s is None

    @property
    def _silent_source(self) -> bool:
        return not self._source.info.strap

    def _start(self, started_clock_s: float, ago_s: float) -> Recorder:
        self._new = self._prepared.begun(self._plan, self._source.info, ago_s, started_clock_s)
        recorder = self._store.recorder(self._new, self._tell_trouble)
        self._hearing.begin(recorder, started_clock_s)
        self._begin_practice(recorder, started_clock_s)
        return recorder

    @step
    def _begin_practice(self, recorder: Recorder, started_clock_s: float) -> None:
        for question, value in self._plan.ratings.items():
            recorder.rating(BEFORE, question, value)
        if self._plan.sent_as:
            recorder.marker(0.0, f"sent to the network as {self._plan.sent_as}")
        self._set_out(started_clock_s)

    def _set_out(self, clock_s: float) -> None:
        self._passage.set_out(clock_s)

    def _tell_trouble(self, sentence: str) -> None:
        """Saving fails; the recorder tells so in its own thread."""
        self._loop.call_soon_threadsafe(self._say_trouble, sentence)

    @step
    def _say_trouble(self, sentence: str) -> None:
        self._hearing.tell_quality(self._hearing.quality, self._practice.since(self._now()), sentence)

    async def _tick(self) -> None:
        """Turn phases where no beat does, and notice silence."""
        loop = self._loop
        while self._end.at_clock_s is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(TICK_S, self._practice.due_s() - loop.time())) + 1e-6):
                    await self._passage.turned.wait()
            self._passage.turned.clear()
            self._begin_unheard(loop.time())
            if self._hearing.recorder is None and (awaited := self._awaited.told(loop.time())):
                self._emit(awaited)
            self._passage.advance(loop.time())
            if self._hearing.recorder and self._store.is_stopped_unwell(self._session_id):
                self.stop_unwell()
            silent = not self._silent_source and loop.time() - self._last_packet_s > SILENT_S
            if silent and self._hearing.recorder and self._hearing.quality is not Quality.LOST:
                self._hearing.tell_quality(Quality.LOST, self._practice.since(loop.time()), SILENT_WORDS)

    # The end

    def fail(self, sentence: str) -> None:
        """End the session here because of an error."""
        self._end.fail(sentence, self._now())

    async def _close(self) -> SessionSummary | None:
        recorder, new, practice = self._hearing.recorder, self._new, self._practice
        if recorder is None or new is None:
            self._tell_end(0.0, saved=False)
            return None
        end = self._end
        ended_s = end.until(self._now())
        closing = Closing(self._store, new, recorder, practice.since(ended_s))
        with end.on_error("ending a session", UNFORESEEN_AT_END):
            with end.on_error("judging the last beats", UNFORESEEN_AT_END):
                self._hearing.finish(closing.duration_s)
            self._passage.finish(ended_s)
        references = await self._reference.of_phases(practice.phases) if self._reference and end.whole else []
        summary = None
        with end.on_error("summing up", UNFORESEEN_AT_END):
            account = self._hearing.account
            # In a thread: others may be in the middle of a session on this loop
            summary = await asyncio.to_thread(
                closing.summed_up, account, practice.phases, self._answers, references, end.cause
            )
        saved = False
        with end.on_error("saving", UNFORESEEN_AT_END):
            try:
                saved = await closing.save(end.cause, summary if end.whole else None)
            except StoreError as error:
                end.cause, end.failed = str(error), True
        if saved and not end.whole:
            summary = await closing.read_back()
        self._tell_end(closing.duration_s, saved=saved)
        return summary if saved else None

    def _tell_end(self, at_s: float, *, saved: bool) -> None:
        self.ended = Ended(at_s, self._session_id, self._end.cause, self._end.failed, saved=saved)
        with self._faults.contained("telling of the end"):
            self._emit(self.ended)

    @property
    def _practice(self) -> Practice:
        return self._passage.practice

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
