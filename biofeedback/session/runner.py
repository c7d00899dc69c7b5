"""A running session: source, exercise, analysis and recorder, held together."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

from biofeedback.session.account import SUMMARY_VERSION, Account, sum_up
from biofeedback.session.events import (
    Anchor,
    AnchorMoved,
    BeatsCame,
    Began,
    Ended,
    Event,
    GapClosed,
    MarkerSet,
    PhaseBegan,
    Quality,
    ReferenceCame,
    Repaced,
    SignalChanged,
    StrapSaid,
)
from biofeedback.session.pipeline import LivedPhase, Passed, Pipeline
from biofeedback.session.reference import ReferenceWorker
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from biofeedback.storage.identity import new_session_id
from biofeedback.storage.recorder import Recorder
from biofeedback.storage.records import (
    NewSession,
    StoredPhase,
    StoredReference,
    StoreError,
    TimelineEvent,
    TimelineKind,
)
from devices.samples import HeartRateSample, LinkChanged, LinkState, MalformedPacket, Reading, StrapNews
from devices.source import Source, SourceError
from protocols.breathing import BreathPattern
from protocols.specification import Exercise
from protocols.timeline import PlannedPhase, Timeline

SILENT_S = 5.0
"""A strap that says nothing for so long is said to be silent (it notifies about once a second)."""
REFERENCE_EVERY_S, REFERENCE_WINDOW_S, REFERENCE_MIN_S = 5.0, 120.0, 30.0
TICK_S = 1.0

SILENT_WORDS = "Nothing has come from the strap for a few seconds. Your breathing goes on."


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session is to be: an exercise (already of the length and pace wanted), and who does it."""

    exercise: Exercise
    device_uri: str
    person: str = ""
    ratings: Mapping[str, int] = field(default_factory=dict)


class SessionRunner:
    """Runs one session on the running event loop.

    Practice time begins with the first beat. All methods are for the loop's thread.

    Parameters
    ----------
    plan : Plan
    source : Source
    store : Store
    emit : callable
        Takes each event; called in the loop's thread.
    reference : ReferenceWorker, optional
        Computes neurokit2's figures, live and at the end.
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
        self._reference = reference
        self._timeline = Timeline.of(plan.exercise)
        self._pipeline = Pipeline()
        self._account = Account()
        self._recorder: Recorder | None = None
        self._new: NewSession | None = None
        self._anchor = Anchor(0.0, 0.0, running=False)
        self._phases: list[StoredPhase] = []
        self._news_before: list[StrapNews] = []
        self._quality = Quality.WAITING
        self._last_packet_s = 0.0
        self._next_reference_s = REFERENCE_MIN_S
        self._asking: asyncio.Task[None] | None = None
        self._ended_s: float | None = None
        self._cause = ""
        self._failed = False

    async def run(self) -> SessionSummary | None:
        """Run to the end, save, and tell `Ended`.

        Returns
        -------
        SessionSummary or None
            None where no beat ever came.
        """
        loop = self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._turned = asyncio.Event()
        self._session_id = new_session_id(_utc_now())
        self._anchor = Anchor(loop.time(), 0.0, running=False)
        self._last_packet_s = loop.time()
        self._emit(Began(self._session_id, self._source.info, self._timeline, self._anchor))
        self._source.follow(self._lung_volume)
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tick())]
        try:
            over = asyncio.create_task(self._over.wait())
            await asyncio.wait([over, *tasks], return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            for task in [*tasks, *([self._asking] if self._asking else [])]:
                task.cancel()
            await asyncio.gather(*tasks, *([self._asking] if self._asking else []), return_exceptions=True)
        return await self._close()

    # What a person can do

    def pause(self) -> None:
        """Let practice time stand still; beats are still recorded."""
        if self._anchor.running and self._recorder:
            clock_s = self._now()
            self._account.pauses.append((self._since(clock_s), float("inf")))
            self._pipeline.scorer.pause(self._since(clock_s))
            self._move_anchor(TimelineKind.PAUSED, clock_s, self._anchor.elapsed_at(clock_s), running=False)

    def resume(self) -> None:
        """Let practice time go on."""
        if not self._anchor.running and self._recorder:
            clock_s = self._now()
            begin_s, _ = self._account.pauses[-1]
            self._account.pauses[-1] = (begin_s, self._since(clock_s))
            self._pipeline.scorer.resume(self._since(clock_s))
            self._move_anchor(TimelineKind.RESUMED, clock_s, self._anchor.elapsed_s, running=True)

    def skip(self) -> None:
        """Go to the next phase now; from the last one, end."""
        if not self._recorder:
            return
        clock_s = self._now()
        planned = self._planned(self._anchor.elapsed_at(clock_s))
        running = self._anchor.running
        self._move_anchor(TimelineKind.SKIPPED, clock_s, planned.end_s, running=running)
        if planned.index + 1 < len(self._timeline.phases):
            self._begin_phase(self._timeline.phases[planned.index + 1], clock_s)
        else:
            self._end("done", clock_s)

    def repace(self, pattern: BreathPattern) -> None:
        """Change the breath from now on, without a jump."""
        clock_s = self._now()
        elapsed_s = self._anchor.elapsed_at(clock_s)
        self._timeline = self._timeline.repaced(elapsed_s, pattern)
        self._note(TimelineKind.REPACED, self._since(clock_s), elapsed_s, asdict(pattern))
        self._emit(Repaced(self._since(clock_s), self._timeline))

    def mark(self, label: str) -> None:
        """Set a marker."""
        if self._recorder:
            at_s = self._since(self._now())
            self._recorder.marker(at_s, label)
            self._emit(MarkerSet(at_s, label))

    def end(self) -> None:
        """End the session here; what was practised is kept."""
        self._end("stopped", self._now())

    # What comes from the strap

    async def _listen(self) -> None:
        try:
            async with self._source as source, contextlib.aclosing(source.readings()) as readings:
                async for reading in readings:
                    self._hear(reading)
                    if self._ended_s is not None:
                        return
            self._end("recording ended", self._now())
        except SourceError as error:
            self._fail(str(error))

    def _hear(self, reading: Reading) -> None:
        if isinstance(reading, HeartRateSample):
            self._last_packet_s = reading.received_s
            self._take(reading)
        elif isinstance(reading, MalformedPacket):
            self._last_packet_s = reading.packet.received_s
            if self._recorder:
                self._recorder.packet(reading.packet)
        else:
            self._hear_news(reading)

    def _take(self, sample: HeartRateSample) -> None:
        if self._recorder is None:
            if not sample.rr_ms:
                return
            self._start(sample)
        recorder, new = self._recorder, self._new
        if recorder is None or new is None:
            return
        recorder.packet(sample.packet)
        self._advance(sample.received_s)
        if self._ended_s is not None and sample.received_s > self._ended_s:
            return
        at_s = sample.received_s - new.started_clock_s
        passed = self._pipeline.take(at_s, sample)
        self._keep(passed)
        pipeline = self._pipeline
        if passed.new or passed.judged:
            self._quality = pipeline.quality
            judged = tuple(judged.beat for judged in passed.judged)
            event = BeatsCame(
                at_s, passed.new, judged, pipeline.indices, pipeline.score, pipeline.quality, sample.received_s
            )
            self._emit(event)
            self._note_latency(sample.received_s)
        elif pipeline.quality is not self._quality:
            self._tell_quality(pipeline.quality, at_s)
        self._ask_reference(at_s)

    def _keep(self, passed: Passed) -> None:
        self._account.add(passed)
        if self._recorder:
            self._recorder.beats([judged.beat for judged in passed.judged])
            for judged in passed.judged:
                self._recorder.live(judged.indices, judged.score)
        for gap in passed.gaps:
            self._emit(GapClosed(gap))

    def _note_latency(self, received_s: float) -> None:
        speed = getattr(getattr(asyncio.get_running_loop(), "clock", None), "speed", 1.0)
        if speed > 0:
            self._account.note_latency(1000.0 * (self._now() - received_s) / speed)

    def _hear_news(self, news: StrapNews) -> None:
        at_s = self._since(news.at_s)
        if isinstance(news, LinkChanged) and news.state is LinkState.LOST and self._recorder:
            self._pipeline.lose_link()
            self._tell_quality(Quality.LOST, at_s, news.detail)
        if self._recorder:
            self._recorder.news(news)
        else:
            self._news_before.append(news)
        self._emit(StrapSaid(at_s, news))

    def _tell_quality(self, quality: Quality, at_s: float, words: str = "") -> None:
        self._quality = quality
        self._emit(SignalChanged(at_s, quality, words))

    def _start(self, sample: HeartRateSample) -> None:
        """The first beats: the session exists from the beat that begins the first interval."""
        ago_s = sum(sample.rr_ms) / 1000.0
        started_clock_s = sample.received_s - ago_s
        exercise = self._plan.exercise
        info = self._source.info
        self._new = NewSession(
            session_id=self._session_id,
            person=self._plan.person,
            exercise=exercise.id,
            exercise_title=exercise.title,
            exercise_source=exercise.source,
            settings={
                "version": exercise.version,
                "minutes": exercise.minutes,
                "pacing": asdict(exercise.pacing) if exercise.pacing else None,
            },
            device=info.uri,
            simulated=info.simulated,
            started_utc=(datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat(timespec="seconds"),
            started_clock_s=started_clock_s,
        )
        self._recorder = self._store.recorder(self._new, self._tell_trouble)
        for news in self._news_before:
            self._recorder.news(news)
        for question, value in self._plan.ratings.items():
            self._recorder.rating("before", question, value)
        self._move_anchor(TimelineKind.BEGAN, started_clock_s, 0.0, running=True)
        self._begin_phase(self._timeline.phases[0], started_clock_s)

    def _tell_trouble(self, sentence: str) -> None:
        """Saving fails; the recorder tells so in its own thread."""
        self._loop.call_soon_threadsafe(lambda: self._tell_quality(self._quality, self._since(self._now()), sentence))

    # Practice time

    async def _tick(self) -> None:
        """Turn phases where no beat does, and notice silence."""
        loop = asyncio.get_running_loop()
        while self._ended_s is None:
            wait_s = TICK_S
            if self._anchor.running:
                elapsed_s = self._anchor.elapsed_at(loop.time())
                wait_s = min(wait_s, max(0.0, self._planned(elapsed_s).end_s - elapsed_s))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s + 1e-6):
                    await self._turned.wait()
            self._turned.clear()
            self._advance(loop.time())
            silent = loop.time() - self._last_packet_s > SILENT_S
            if silent and self._recorder and self._quality is not Quality.LOST:
                self._tell_quality(Quality.LOST, self._since(loop.time()), SILENT_WORDS)

    def _advance(self, clock_s: float) -> None:
        """Begin the phases that are due by then, each at its exact moment."""
        while self._anchor.running and self._phases and self._ended_s is None:
            current = self._timeline.phases[self._phases[-1].index]
            due_s = self._anchor.clock_s + (current.end_s - self._anchor.elapsed_s)
            if due_s > clock_s:
                return
            if current.index + 1 == len(self._timeline.phases):
                self._end("done", due_s)
            else:
                self._begin_phase(self._timeline.phases[current.index + 1], due_s)

    def _planned(self, elapsed_s: float) -> PlannedPhase:
        return self._timeline.phases[self._phases[-1].index] if self._phases else self._timeline.phase_at(elapsed_s)

    def _begin_phase(self, planned: PlannedPhase, clock_s: float) -> None:
        at_s = self._since(clock_s)
        self._end_phase(at_s)
        phase = planned.phase
        pacing = asdict(phase.pacing) if phase.pacing else None
        stored = StoredPhase(planned.index, phase.name, phase.title, phase.role, phase.feedback, pacing, at_s, None)
        self._phases.append(stored)
        self._pipeline.scorer.begin(LivedPhase(at_s, phase.role, phase.feedback, phase.pacing is not None))
        if self._recorder:
            self._recorder.phase_began(stored)
        self._emit(PhaseBegan(at_s, planned))

    def _end_phase(self, at_s: float) -> None:
        if self._phases and self._phases[-1].end_s is None:
            self._phases[-1] = replace(self._phases[-1], end_s=at_s)
            if self._recorder:
                self._recorder.phase_ended(self._phases[-1].index, at_s)

    def _move_anchor(self, kind: TimelineKind, clock_s: float, elapsed_s: float, *, running: bool) -> None:
        self._anchor = Anchor(clock_s, elapsed_s, running)
        self._note(kind, self._since(clock_s), elapsed_s, {})
        self._emit(AnchorMoved(self._since(clock_s), self._anchor))
        self._turned.set()

    def _note(self, kind: TimelineKind, at_s: float, elapsed_s: float, detail: dict[str, float]) -> None:
        if self._recorder:
            self._recorder.timeline_event(TimelineEvent(at_s, kind, elapsed_s, detail))

    def _lung_volume(self, clock_s: float) -> float | None:
        anchor = self._anchor
        breath = self._timeline.breath_at(anchor.elapsed_at(clock_s)) if anchor.running else None
        return breath.volume if breath else None

    # neurokit2

    def _ask_reference(self, at_s: float) -> None:
        """Ask for the figures of the latest window, one question at a time."""
        due = at_s >= self._next_reference_s and (self._asking is None or self._asking.done())
        if self._reference is None or not self._reference.live or not due:
            return
        self._next_reference_s = at_s + REFERENCE_EVERY_S
        self._asking = asyncio.create_task(self._answer_reference(self._reference, at_s))

    async def _answer_reference(self, reference: ReferenceWorker, at_s: float) -> None:
        beats = [beat for beat in self._account.beats[-300:] if beat.time_s > at_s - REFERENCE_WINDOW_S]
        answer = await reference.figures(beats)
        if answer:
            stored = StoredReference(at_s, REFERENCE_WINDOW_S, answer.method, dict(answer.figures))
            if self._recorder:
                self._recorder.reference(stored)
            self._emit(ReferenceCame(at_s, REFERENCE_WINDOW_S, answer.method, answer.figures))

    async def _final_references(self) -> list[StoredReference]:
        stored: list[StoredReference] = []
        for phase in self._phases if self._reference else ():
            end_s = phase.end_s if phase.end_s is not None else phase.start_s
            answer = await self._reference.figures(self._account.in_practice(phase.start_s, end_s))  # type: ignore[union-attr]
            if answer:
                stored.append(StoredReference(end_s, end_s - phase.start_s, answer.method, dict(answer.figures)))
        return stored

    # The end

    def _end(self, cause: str, clock_s: float) -> None:
        if self._ended_s is None:
            self._ended_s, self._cause = clock_s, cause
            self._over.set()
            self._turned.set()

    def _fail(self, sentence: str) -> None:
        self._failed = True
        self._end(sentence, self._now())

    async def _close(self) -> SessionSummary | None:
        ended_s = self._ended_s if self._ended_s is not None else self._now()
        recorder, new = self._recorder, self._new
        if recorder is None or new is None:
            self._emit(Ended(self._session_id, self._cause, self._failed, saved=False))
            return None
        duration_s = self._since(ended_s)
        self._keep(self._pipeline.finish())
        if self._account.pauses and self._account.pauses[-1][1] == float("inf"):
            self._account.pauses[-1] = (self._account.pauses[-1][0], duration_s)
        self._end_phase(duration_s)
        self._note(TimelineKind.ENDED, duration_s, self._anchor.elapsed_at(ended_s), {})
        references = await self._final_references()
        for stored in references:
            recorder.reference(stored)
        ratings = {"before": dict(self._plan.ratings)} if self._plan.ratings else {}
        summary = sum_up(new, self._account, self._phases, duration_s, ratings, references)
        try:
            await asyncio.to_thread(
                recorder.finish, _utc_now(), self._cause, summary.as_json(), SUMMARY_VERSION, duration_s=duration_s
            )
        except StoreError as error:
            self._cause, self._failed = str(error), True
        await asyncio.to_thread(recorder.close)
        self._emit(Ended(self._session_id, self._cause, self._failed, saved=True))
        return summary

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _since(self, clock_s: float) -> float:
        """Seconds of the session; 0 before it began."""
        return max(0.0, clock_s - self._new.started_clock_s) if self._new else 0.0


def _utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
