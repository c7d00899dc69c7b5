"""What the strap says: recorded first, then judged, counted and told."""

import asyncio
from collections.abc import Callable

from biofeedback.session.account import Account
from biofeedback.session.events import BeatsCame, EegCame, Event, GapClosed, Quality, SignalChanged, StrapSaid
from biofeedback.session.pipeline import Passed, Pipeline
from biofeedback.session.strap_care import ContactCare
from biofeedback.storage.recording.recorder import Recorder
from biofeedback.storage.records import TimelineEvent
from devices.samples import (
    EegFrame,
    HeartRateSample,
    LinkChanged,
    LinkState,
    Packet,
    StrapIdentified,
    StrapNews,
    StreamFrame,
)


class Hearing:
    """Takes what belongs to a session, in order of arrival, on the running event loop.

    Parameters
    ----------
    emit : callable
        Takes each event.

    Attributes
    ----------
    pipeline : Pipeline
    account : Account
    recorder : Recorder or None
        None before the session has begun.
    quality : Quality
        As it was told last.
    """

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self.pipeline = Pipeline()
        self.account = Account()
        self.recorder: Recorder | None = None
        self.quality = Quality.WAITING
        self._started_clock_s = 0.0
        self._heard = False
        self._news_before: list[StrapNews] = []
        self._care = ContactCare()

    def begin(self, recorder: Recorder, started_clock_s: float) -> None:
        """The session begins: from here on all is recorded."""
        self.recorder, self._started_clock_s = recorder, started_clock_s
        for news in self._news_before:
            recorder.news(news)

    def take(self, sample: HeartRateSample) -> None:
        """Take a packet with beats."""
        self.keep_packet(sample.packet)
        # The recorder stores arrivals by the same subtraction, so that the same bits can be computed again
        at_s = sample.received_s - self._started_clock_s
        pipeline = self.pipeline
        passed = pipeline.take(at_s, sample)
        self._keep(passed, at_s)
        if passed.new or passed.judged:
            self.quality = pipeline.quality
            judged = tuple(judged.beat for judged in passed.judged)
            event = BeatsCame(
                at_s,
                passed.new,
                judged,
                pipeline.indices,
                pipeline.score,
                pipeline.quality,
                sample.received_s,
                pipeline.spectrum_now,
            )
            self._emit(event)
            self._note_latency(sample.received_s)
        needed = self._care.touched(at_s, touching=pipeline.touching)
        if needed or pipeline.quality is not self.quality:
            self.tell_quality(pipeline.quality, at_s, needed)

    def take_frame(self, frame: StreamFrame) -> None:
        """Take a frame of another stream."""
        self._heard = True
        if self.recorder:
            self.recorder.frame(frame)
        came = self.pipeline.hear(frame.received_s - self._started_clock_s, frame)
        self.account.hear(came)
        if came is not None:
            self._emit(came)

    def take_eeg(self, frame: EegFrame) -> None:
        """Take a frame of the band on the head."""
        if self.recorder:
            self.recorder.frame(frame)
        at_s, brain = frame.received_s - self._started_clock_s, self.pipeline.brain
        moments = brain.hear(at_s, frame)
        self.account.brain.add(at_s, frame, moments)
        self._emit(EegCame(at_s, frame.received_s, frame, moments, brain.score, brain.trouble))

    def keep_packet(self, packet: Packet) -> None:
        """Keep the bytes."""
        self._heard = True
        if self.recorder:
            self.recorder.packet(packet)

    def take_news(self, news: StrapNews, at_s: float) -> None:
        """Take news from the strap, also from before the first beat."""
        if isinstance(news, LinkChanged) and news.state is LinkState.LOST and self.recorder:
            if self._heard:
                self.pipeline.lose_link()
            self.tell_quality(Quality.LOST, at_s, news.detail)
        if isinstance(news, StrapIdentified):
            self.pipeline.meet(news)
        if self.recorder:
            self.recorder.news(news)
        else:
            self._news_before.append(news)
        self._emit(StrapSaid(at_s, news))

    def turn(self, event: TimelineEvent) -> None:
        """Practice time was begun, paused, resumed, moved on or ended, or the breath changed."""
        self.pipeline.turn(event)
        self.account.turn(event)
        if self.recorder:
            self.recorder.timeline_event(event)

    def tell_quality(self, quality: Quality, at_s: float, words: str = "") -> None:
        """The signal became better or worse, or there is something to say about it."""
        self.quality = quality
        self._emit(SignalChanged(at_s, quality, words))

    def finish(self, at_s: float) -> None:
        """Judge what still waits; the account is whole then."""
        self._keep(self.pipeline.finish(), at_s)
        self.account.close(self.pipeline)

    def _keep(self, passed: Passed, at_s: float) -> None:
        self.account.add(passed)
        if self.recorder:
            self.recorder.beats([judged.beat for judged in passed.judged])
            for judged in passed.judged:
                self.recorder.live(judged.indices, judged.score)
        for gap in passed.gaps:
            self._emit(GapClosed(gap))
        if passed.doubt:
            self.tell_quality(self.quality, at_s, passed.doubt)

    def _note_latency(self, received_s: float) -> None:
        loop = asyncio.get_running_loop()
        speed = getattr(getattr(loop, "clock", None), "speed", 1.0)
        if speed > 0:
            self.account.note_latency(1000.0 * (loop.time() - received_s) / speed)
