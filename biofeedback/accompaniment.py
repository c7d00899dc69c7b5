"""The sound of a session: what the session tells becomes what the person hears, in the window and in the terminal.

Sound never stops a session. What goes wrong with it is told once, as a sentence, also what nobody foresaw.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from biofeedback.session.events import (
    Anchor,
    AnchorMoved,
    BeatsCame,
    Began,
    EegCame,
    Ended,
    Event,
    PhaseBegan,
    Quality,
    Relaid,
    SignalChanged,
    Steered,
    Suggested,
)
from biofeedback.session.steering import Prompt, SetSound
from biofeedback.sound.course import BETWEEN_HZ, Bell, Course, Scene
from biofeedback.sound.players import NoPlayerError, Player, make_player
from biofeedback.sound.prompts import Prompter
from biofeedback.sound.settings import SoundSettings
from biofeedback.sound.speech import LONGEST_S, Speaker, Voice, find_speaker
from biofeedback.storage.faults import FaultLog
from devices.clock import Clock
from protocols.breathing import BreathCurve, BreathPattern
from protocols.feedback import Score
from protocols.lessons.specification import Utterance
from protocols.phases import Channel
from protocols.timeline import PlannedPhase, Timeline

TICK_S = 0.25
SAMPLE_S, SAMPLE_LEAD_S, SAMPLE_BELL_S = 16.0, 2.0, 1.5
"""A bell and a breath and a half, at an easy pace."""
SAMPLE_BREATH = BreathPattern(6.0)
SAMPLE_CALM = 0.6
LONGEST_END_S = 15.0
AGAIN_S = 120.0
"""Of a signal that is lost again and again, a voice tells no more often than this."""

UNFORESEEN = "The program met an error of its own with the sound. Your session goes on, perhaps without it."


class Accompaniment:
    """Plays and speaks while sessions run; all methods are for the thread of the loop that runs them.

    Entered around each session, closed once at the end of the program.

    Parameters
    ----------
    clock : Clock
        The clock of the sessions.
    settings : SoundSettings or None
        None where no sound is wanted.
    told : callable
        Takes a sentence when there is trouble with the sound, and an empty one when it is over.
    faults : FaultLog
    player : callable, optional
        Makes the player or raises `NoPlayerError`; called beside the loop.
    speaker : callable, optional
        Finds the voice of this computer.
    """

    def __init__(
        self,
        clock: Clock,
        settings: SoundSettings | None,
        told: Callable[[str], None],
        faults: FaultLog,
        player: Callable[[Clock, SoundSettings], Player] = make_player,
        speaker: Callable[[], Speaker | None] = find_speaker,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._told = told
        self._faults = faults
        self._make_player = player
        self._find_speaker = speaker
        self._player: Player | None = None
        self._voice: Voice | None = None
        self._trouble = ""
        self._timeline: Timeline | None = None
        self._anchor = Anchor(0.0, 0.0, running=False)
        self._planned: PlannedPhase | None = None
        self._prompter: Prompter | None = None
        self._steered: SetSound | None = None
        self._said_lost_s = -AGAIN_S
        self._ticking: asyncio.Task[None] | None = None
        self._sampling: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def _at_most_silent(self) -> Iterator[None]:
        """No error in here ends more than the sound."""
        with self._faults.contained("sound") as caught:
            yield
        if caught.error is not None:
            self._tell(UNFORESEEN)

    # A session

    async def __aenter__(self) -> Self:
        await self.listen(on=False)
        with self._at_most_silent():
            await self._prepare()
        self._ticking = asyncio.create_task(self._tick())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._ticking is not None:
            await _cancel(self._ticking)
            self._ticking = None
        with self._at_most_silent():
            self._fade()

    def take(self, event: Event) -> None:
        """Let what the session tells be heard."""
        with self._at_most_silent():
            self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case Began():
                self._timeline, self._anchor = event.timeline, event.anchor
                self._prompter, self._steered = Prompter(event.timeline), None
                self._begin()
            case AnchorMoved():
                self._anchor = event.anchor
                self._follow()
                if not event.anchor.running and self._voice:
                    self._voice.stop()
            case Relaid():
                self._timeline = event.timeline
                if self._prompter:
                    self._prompter.follow(event.timeline)
                self._follow()
            case PhaseBegan():
                self._planned = event.planned
            case BeatsCame() if self._player and self._planned:
                if not self._planned.phase.feedback.of_head:
                    self._answer(self._planned, event.score)
            case EegCame() if self._player and self._planned and self._planned.phase.feedback.of_head:
                self._answer(self._planned, event.score)
            case Steered(order=SetSound() as order):
                self._steered = order
                if self._player and self._settings:
                    self._player.choose(self._as_steered(self._settings))
            case SignalChanged():
                self._tell_lost(event)
            case Suggested(words=said) | Steered(order=Prompt(words=said)) if self._anchor.running:
                self._say(said)
            case Ended():
                if event.failed:
                    self._say(event.cause)
                self._fade()
            case _:
                pass

    def leave(self) -> None:
        """The person leaves the session: say no more and fade out; what the session still tells is not heard."""
        with self._at_most_silent():
            if self._voice:
                self._voice.stop()
            self._fade()

    # What the person chooses

    async def choose(self, settings: SoundSettings | None) -> None:
        """Other settings from now on; None: no sound."""
        with self._at_most_silent():
            await self._choose(settings)

    async def _choose(self, settings: SoundSettings | None) -> None:
        before, self._settings = self._settings, settings
        if settings is None:
            if before and self._player:
                self._player.choose(replace(before, volume=0.0))
            self._hush()
            self._tell("")
            return
        await self._prepare()
        if self._player:
            self._player.choose(self._as_steered(settings))
        if self._voice and not settings.spoken:
            self._voice.stop()
        if before is None:
            self._begin()

    async def listen(self, *, on: bool, words: str = "") -> None:
        """Play a sample of what is chosen, with these words; or end it. Nothing where a session is on."""
        if self._sampling is not None:
            await _cancel(self._sampling)
            self._sampling = None
        if on and self._timeline is None:
            self._sampling = asyncio.create_task(self._sample(words))

    async def read_aloud(self, said: Sequence[Utterance], ended: Callable[[bool], None]) -> None:
        """Speak a text, whether or not sessions have a sound, until its end or `listen(on=False)`.

        `ended` is called then, with False where this computer has no voice. Nothing where a session is on.
        """
        await self.listen(on=False)
        if self._timeline is None:
            self._sampling = asyncio.create_task(self._read(said, ended))

    # The end of the program

    async def finish(self) -> None:
        """Wait until the last bell and the last word have faded."""
        for part in (self._voice, self._player):
            if part is not None:
                with self._at_most_silent():
                    await asyncio.to_thread(part.wait_until_quiet, LONGEST_END_S)

    async def close(self) -> None:
        """Be quiet quickly and end the threads."""
        await self.listen(on=False)
        for part in (self._voice, self._player):
            if part is not None:
                with self._at_most_silent():
                    await asyncio.to_thread(part.close)
        self._voice = self._player = None

    # Inside

    async def _prepare(self) -> None:
        settings = self._settings
        if settings is None:
            return
        if self._player is None:
            try:
                made = await asyncio.to_thread(self._make_player, self._clock, settings)
            except NoPlayerError as error:
                self._tell(str(error))
                return
            self._player = self._player or made
        if self._voice is None and settings.spoken and (speaker := self._find_speaker()):
            self._voice = Voice(speaker, self._speaking)

    def _speaking(self, speaking: bool) -> None:
        if self._player:
            self._player.step_back(speaking=speaking)

    def _course(self) -> Course | None:
        if self._timeline is None:
            return None
        anchor = self._anchor
        return Course(Scene.of(self._timeline), anchor.clock_s, anchor.elapsed_s, anchor.running)

    def _begin(self) -> None:
        course = self._course()
        if course and self._player and self._settings:
            self._player.choose(self._settings)
            self._player.begin(course)

    def _answer(self, planned: PlannedPhase, score: Score) -> None:
        since_s = self._anchor.elapsed_at(self._clock.now()) - planned.start_s
        if self._player:
            self._player.hear_calm(answer_by_sound(planned, since_s, score))

    def _follow(self) -> None:
        course = self._course()
        if course and self._player:
            self._player.follow(course)

    def _fade(self) -> None:
        self._timeline = self._planned = self._prompter = None
        if self._player:
            self._player.end()

    def _hush(self) -> None:
        if self._voice:
            self._voice.stop()
        if self._player:
            self._player.end()

    def _as_steered(self, settings: SoundSettings) -> SoundSettings:
        """The settings as somebody who accompanies the session changed them for now."""
        order = self._steered
        return replace(settings, volume=order.volume if order.on else 0.0) if order else settings

    def _say(self, words: str) -> None:
        settings = self._settings
        if self._voice and settings and settings.spoken:
            self._voice.say(words, self._as_steered(settings).volume)

    def _tell_lost(self, event: SignalChanged) -> None:
        lost = event.quality in (Quality.LOST, Quality.NO_CONTACT)
        if lost and event.words and self._anchor.running and event.at_s - self._said_lost_s >= AGAIN_S:
            self._said_lost_s = event.at_s
            self._say(event.words)

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._told(trouble)

    async def _tick(self) -> None:
        while True:
            with self._at_most_silent():
                self._look()
            await asyncio.sleep(TICK_S)

    def _look(self) -> None:
        """Say what is due, and tell what is wrong."""
        if self._prompter and self._anchor.running:
            words = self._prompter.due(self._anchor.elapsed_at(self._clock.now()))
            if words:
                self._say(words)
        if self._player and self._settings:
            self._tell(self._player.trouble)

    async def _read(self, said: Sequence[Utterance], ended: Callable[[bool], None]) -> None:
        spoken = False
        try:
            with self._at_most_silent():
                if self._voice is None and (speaker := self._find_speaker()):
                    self._voice = Voice(speaker, self._speaking)
                if spoken := self._voice is not None:
                    await self._read_by(self._voice, said)
        finally:
            ended(spoken)

    async def _read_by(self, voice: Voice, said: Sequence[Utterance]) -> None:
        try:
            for each in said:
                voice.say(each.text, (self._settings or SoundSettings()).volume)
                await asyncio.to_thread(voice.wait_until_quiet, LONGEST_S)
                await asyncio.sleep(each.pause_s)
        finally:
            voice.stop()

    async def _sample(self, words: str) -> None:
        with self._at_most_silent():
            await self._play_sample(words)

    async def _play_sample(self, words: str) -> None:
        await self._prepare()
        player = self._player
        if player is None or self._settings is None:
            return
        curve = BreathCurve.steady(SAMPLE_BREATH, SAMPLE_LEAD_S)
        scene = Scene(
            lambda s: curve.at(s) if s >= SAMPLE_LEAD_S else None, (Bell(SAMPLE_BELL_S, BETWEEN_HZ),), SAMPLE_S
        )
        try:
            player.choose(self._settings)
            player.begin(Course(scene, self._clock.now(), 0.0, running=True))
            player.hear_calm(SAMPLE_CALM)
            self._say(words)
            for _ in range(round(SAMPLE_S / TICK_S)):
                await asyncio.sleep(TICK_S)
                self._look()
        finally:
            self._hush()


def answer_by_sound(planned: PlannedPhase, since_s: float, score: Score) -> float | None:
    """How the heart answers, 0 to 1, where this part lets it be heard; None leaves the sound as it is."""
    return score.value if planned.phase.answering.by(Channel.SOUND, since_s) else None


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
