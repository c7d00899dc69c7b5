"""Whole sessions by ear: the sound keeps to the breath that is drawn, and words come when they are due."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from biofeedback.accompaniment import Accompaniment, answer_by_sound
from biofeedback.cli.terminal import run_session
from biofeedback.session.events import Event, Quality, SignalChanged
from biofeedback.session.preparation import Plan
from biofeedback.session.runner import SessionRunner
from biofeedback.sound.course import Course, Scene
from biofeedback.sound.device import Output
from biofeedback.sound.loops import RATE_HZ, Samples
from biofeedback.sound.player import SoundPlayer
from biofeedback.sound.players import NOT_REAL_TIME, NoPlayerError, make_player
from biofeedback.sound.playing import Playing, Wishes
from biofeedback.sound.settings import SoundSettings, Timbre
from biofeedback.sound.speech import Call, Speaker
from biofeedback.storage.database import Store
from biofeedback.storage.faults import FaultLog
from biofeedback.ui.model import SessionModel
from devices.clock import Clock
from devices.uri import open_source
from protocols.breathing import BreathPattern
from protocols.feedback import Score
from protocols.phases import Answering, Channel, Feedback, Phase, Prompt, Role
from protocols.specification import Exercise
from protocols.timeline import PlannedPhase
from tests.hand_clock import at_once
from tests.sound.listening import Floats, lag_s, strength

PERIOD = 2880
WINDOW_S = 0.05
EXERCISE = Exercise(
    "by-ear",
    "By ear",
    "To try it.",
    1,
    (
        Phase("settle", "Arriving", Role.SETTLE, 0.2, prompts=(Prompt(0.0, "Arrive."),)),
        Phase(
            "breathe",
            "Breathing",
            Role.PRACTICE,
            1.0,
            stretch=True,
            pacing=BreathPattern(6.0),
            feedback=Feedback.SMOOTHNESS,
            prompts=(Prompt(0.0, "Slowly."), Prompt(45.0, "Softly.")),
        ),
        Phase("rest", "Resting", Role.RECOVERY, 0.2, prompts=(Prompt(0.0, "Rest."),)),
    ),
)
TONES = SoundSettings(Timbre.TONES, 1.0, bed=False, bells=False, spoken=False)
Act = tuple[float, Callable[[SessionRunner, Accompaniment], Awaitable[None] | None]]


class HandPlayer:
    """Plays by the timers of the running loop, and notes what was to be seen at the same moments."""

    queue_s = 0.1

    def __init__(self, clock: Clock, settings: SoundSettings) -> None:
        self._clock = clock
        self.trouble = ""
        self.model = SessionModel(clock)
        self.calm: list[float | None] = []
        self.wishes = Wishes(Course(Scene(lambda _: None, (), 0.0), 0.0, 0.0, running=False), settings, fade_s=1.0)
        self._playing = Playing(clock, lambda: self.wishes, lambda quick: self)
        self._blocks: Callable[[int], Samples] | None = None
        self._next: asyncio.Handle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.heard: list[tuple[float, Samples]] = []
        self.seen: list[tuple[float, float]] = []

    # As a player

    def begin(self, course: Course) -> None:
        self._loop = asyncio.get_running_loop()
        self.wishes = replace(self.wishes, course=course, calm=None, speaking=False, fade_s=None)
        self._playing.tend()
        if self._next is None:
            self._next = self._loop.call_soon(self._ask)

    def follow(self, course: Course) -> None:
        self.wishes = replace(self.wishes, course=course)

    def choose(self, settings: SoundSettings) -> None:
        self.wishes = replace(self.wishes, settings=settings)

    def hear_calm(self, calm: float | None) -> None:
        self.calm.append(calm)
        self.wishes = replace(self.wishes, calm=calm)

    def step_back(self, *, speaking: bool) -> None:
        self.wishes = replace(self.wishes, speaking=speaking)

    def end(self) -> None:
        self.wishes = replace(self.wishes, fade_s=1.0)

    def wait_until_quiet(self, timeout_s: float) -> bool:
        return not self._playing.open

    def close(self) -> None:
        if self._next:
            self._next.cancel()

    # As its loudspeaker

    def start(self, blocks: Callable[[int], Samples]) -> None:
        self._blocks = blocks

    def _ask(self) -> None:
        assert self._blocks is not None
        assert self._loop is not None
        now_s = self._clock.now()
        self.heard.append((now_s + self.queue_s, self._blocks(PERIOD)))
        breath = self.model.breath()
        self.seen.append((now_s, breath.volume if breath else 0.0))
        self._next = self._loop.call_at(now_s + PERIOD / RATE_HZ, self._ask)

    # What there is to measure

    def strength_between(self, from_s: float, to_s: float) -> Floats:
        """Strength of the sound heard then, in windows of `WINDOW_S`."""
        first_s = self.heard[0][0]
        sound = np.concatenate([block for _, block in self.heard])
        begin, end = (round((s - first_s) * RATE_HZ) for s in (from_s, to_s))
        return strength(sound[begin:end], WINDOW_S)

    def lag_between(self, from_s: float, to_s: float) -> float:
        """How much later the sound moves than the picture."""
        heard = self.strength_between(from_s, to_s)
        at_s = from_s + (np.arange(len(heard)) + 0.5) * WINDOW_S
        times, volumes = zip(*self.seen, strict=True)
        return lag_s(heard, np.interp(at_s, times, volumes), WINDOW_S)


@dataclass
class Heard:
    player: HandPlayer
    said: list[tuple[float, str]]
    troubles: list[str]
    events: list[Event]
    ended_s: float


def hear(
    folder: Path, settings: SoundSettings | None, acts: Sequence[Act] = (), exercise: Exercise = EXERCISE
) -> Heard:
    """Play a session to its end, each act at its second of the clock, then three seconds more."""
    said: list[tuple[float, str]] = []
    troubles: list[str] = []
    events: list[Event] = []

    async def work() -> Heard:
        loop = asyncio.get_running_loop()
        clock: Clock = loop.clock  # type: ignore[attr-defined]
        player = HandPlayer(clock, settings or TONES)

        def call(words: str, _: float) -> Call:
            said.append((round(player.model.elapsed_s, 3), words))
            return Call(("no-such-program",))

        sound = Accompaniment(
            clock, settings, troubles.append, FaultLog(None), lambda *_: player, lambda: Speaker("noted", call)
        )

        def take(event: Event) -> None:
            events.append(event)
            player.model.take(event)
            sound.take(event)

        tasks: list[asyncio.Task[None]] = []

        def do(act: Callable[[SessionRunner, Accompaniment], Awaitable[None] | None]) -> None:
            if (awaitable := act(runner, sound)) is not None:
                tasks.append(asyncio.ensure_future(awaitable))

        with Store.open(folder) as store:
            runner = SessionRunner(Plan(exercise, "sim:rest?seed=5"), open_source("sim:rest?seed=5"), store, take)
            for at_s, act in acts:
                loop.call_at(at_s, do, act)
            async with sound:
                await runner.run()
        ended_s = clock.now()
        await asyncio.gather(*tasks)
        await asyncio.sleep(3.0)
        await sound.close()
        return Heard(player, said, troubles, events, ended_s)

    return at_once(work())


def test_a_session_is_heard_as_it_is_seen_through_pause_pace_skip_and_end(tmp_path: Path) -> None:
    heard = hear(
        tmp_path,
        TONES,
        (
            (32.0, lambda runner, _: runner.pause()),
            (36.0, lambda runner, _: runner.resume()),
            (50.0, lambda runner, _: runner.repace(BreathPattern(10.0))),
            (70.0, lambda runner, _: runner.skip()),
        ),
    )
    player = heard.player
    for from_s, to_s in ((14.0, 32.0), (39.0, 50.0), (51.0, 70.0)):
        assert abs(player.lag_between(from_s, to_s)) < 0.02
        assert player.strength_between(from_s, to_s).max() > 0.05
    assert player.strength_between(33.5, 36.0).max() == 0.0
    assert player.strength_between(73.0, heard.ended_s).max() == 0.0
    assert player.strength_between(heard.ended_s + 1.2, heard.ended_s + 2.9).max() == 0.0
    assert heard.troubles == []
    assert heard.said == []


def test_words_are_spoken_once_at_their_second_and_not_what_was_skipped(tmp_path: Path) -> None:
    spoken = replace(TONES, spoken=True, timbre=Timbre.NONE)
    heard = hear(
        tmp_path,
        spoken,
        (
            (5.0, lambda runner, _: runner.pause()),
            (9.0, lambda runner, _: runner.resume()),
            (30.0, lambda runner, _: runner.repace(BreathPattern(5.0))),
            (40.0, lambda runner, _: runner.skip()),
        ),
    )
    assert [words for _, words in heard.said] == ["Arrive.", "Slowly.", "Rest."]
    for (elapsed_s, _), due_s in zip(heard.said, (0.0, 12.0, 72.0), strict=True):
        assert due_s <= elapsed_s <= due_s + 1.5


def test_what_the_heart_answers_reaches_the_bed(tmp_path: Path) -> None:
    heard = hear(tmp_path, replace(TONES, timbre=Timbre.NONE), exercise=EXERCISE.lasting(2.5))
    scores = [calm for calm in heard.player.calm if calm is not None]
    assert scores
    assert all(0.0 <= calm <= 1.0 for calm in scores)


@pytest.mark.parametrize(
    ("answering", "heard"),
    [
        (Answering(Channel.BOTH), (0.6, 0.6)),
        (Answering(Channel.SOUND), (0.6, 0.6)),
        (Answering(Channel.PICTURE), (None, None)),
        (Answering(Channel.BOTH, shown_s=20.0, of_s=60.0), (0.6, None)),
    ],
)
def test_a_part_may_answer_by_picture_alone_or_for_a_while_only(
    answering: Answering, heard: tuple[float | None, float | None]
) -> None:
    phase = replace(EXERCISE.phases[1], answering=answering)
    planned = PlannedPhase(0, phase, 0.0, 60.0, None)
    assert (answer_by_sound(planned, 10.0, Score(0.6)), answer_by_sound(planned, 30.0, Score(0.6))) == heard


def test_sound_is_switched_off_and_on_in_a_session(tmp_path: Path) -> None:
    heard = hear(
        tmp_path,
        TONES,
        (
            (20.0, lambda _, sound: sound.choose(None)),
            (40.0, lambda _, sound: sound.choose(replace(TONES, volume=0.5))),
        ),
    )
    player = heard.player
    assert player.strength_between(14.0, 20.0).max() > 0.05
    assert player.strength_between(22.0, 40.0).max() == 0.0
    later = player.strength_between(46.0, 70.0)
    assert 0.01 < later.max() < player.strength_between(14.0, 20.0).max() / 2
    assert abs(player.lag_between(46.0, 70.0)) < 0.02


def test_without_sound_nothing_is_made_until_it_is_switched_on(tmp_path: Path) -> None:
    heard = hear(tmp_path, None, ((30.0, lambda _, sound: sound.choose(TONES)),))
    assert heard.player.heard[0][0] >= 30.0
    assert abs(heard.player.lag_between(36.0, 70.0)) < 0.02


def test_leaving_is_heard_at_once(tmp_path: Path) -> None:
    def leave(runner: SessionRunner, sound: Accompaniment) -> None:
        sound.leave()
        runner.end()

    heard = hear(tmp_path, TONES, ((30.0, leave),))
    assert heard.player.strength_between(31.5, 32.9).max() == 0.0


def test_a_signal_that_is_lost_is_said_but_not_again_and_again() -> None:
    said: list[str] = []

    async def work() -> None:
        clock: Clock = asyncio.get_running_loop().clock  # type: ignore[attr-defined]
        player = HandPlayer(clock, TONES)

        def call(words: str, _: float) -> Call:
            said.append(words)
            return Call(("no-such-program",))

        sound = Accompaniment(
            clock,
            replace(TONES, spoken=True),
            said.append,
            FaultLog(None),
            lambda *_: player,
            lambda: Speaker("noted", call),
        )
        async with sound:
            sound.take(SignalChanged(1.0, Quality.LOST, "Before anything."))
            sound._anchor = replace(sound._anchor, running=True)
            for at_s in (10.0, 20.0, 125.0, 140.0):
                sound.take(SignalChanged(at_s, Quality.LOST, f"Lost at {at_s:g}."))
                sound.take(SignalChanged(at_s + 1.0, Quality.GOOD))
        await sound.close()

    at_once(work())
    assert said == ["Lost at 10.", "Lost at 140."]


def test_a_session_goes_on_where_there_is_nothing_to_play_with(tmp_path: Path) -> None:
    troubles: list[str] = []

    def nothing(*_: object) -> HandPlayer:
        raise NoPlayerError("It is missing.")

    async def work() -> bool:
        clock: Clock = asyncio.get_running_loop().clock  # type: ignore[attr-defined]
        sound = Accompaniment(clock, TONES, troubles.append, FaultLog(None), nothing, lambda: None)
        with Store.open(tmp_path) as store:
            source = open_source("sim:rest?seed=5")
            async with sound:
                summary = await SessionRunner(Plan(EXERCISE, "sim:rest"), source, store, sound.take).run()
        await sound.close()
        return summary is not None

    assert at_once(work())
    assert troubles == ["It is missing."]


def test_a_sample_is_a_breath_with_words_and_ends_when_a_session_begins(tmp_path: Path) -> None:
    said: list[str] = []

    async def work() -> HandPlayer:
        clock: Clock = asyncio.get_running_loop().clock  # type: ignore[attr-defined]
        player = HandPlayer(clock, TONES)

        def call(words: str, _: float) -> Call:
            said.append(words)
            return Call(("no-such-program",))

        settings = replace(TONES, spoken=True)
        sound = Accompaniment(
            clock, settings, said.append, FaultLog(None), lambda *_: player, lambda: Speaker("noted", call)
        )
        await sound.listen(on=True, words="In and out.")
        await asyncio.sleep(10.0)
        assert player.wishes.fade_s is None
        await sound.listen(on=False)
        assert player.wishes.fade_s is not None
        await sound.listen(on=True, words="In and out.")
        await asyncio.sleep(30.0)
        assert player.wishes.fade_s is not None
        await sound.close()
        return player

    player = at_once(work())
    assert player.strength_between(4.0, 9.0).max() > 0.01
    assert said == ["In and out."] * 2


def test_a_session_in_the_terminal_is_played_in_real_time_to_its_last_fade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[tuple[str, Samples]] = []

    class Overheard(Output):
        def start(self, blocks: Callable[[int], Samples]) -> None:
            def listen(n_frames: int) -> Samples:
                played.append((threading.current_thread().name, blocks(n_frames)))
                return played[-1][1]

            super().start(listen)

    monkeypatch.setattr("biofeedback.sound.player.END_FADE_S", 0.5)
    monkeypatch.setattr(
        "biofeedback.cli.terminal.Accompaniment",
        partial(
            Accompaniment,
            player=lambda clock, settings: SoundPlayer(clock, settings, lambda quick: Overheard(soundless=True)),
            speaker=lambda: None,
        ),
    )
    with Store.open(tmp_path) as store:
        summary = run_session(
            Plan(EXERCISE.unanswered().lasting(0.05), "sim:rest?seed=5"),
            store,
            1.0,
            reference=False,
            quiet=True,
            sound=replace(TONES, bed=True, bells=True, timbre=Timbre.WAVES),
        )
    assert summary.duration_s == pytest.approx(3.0, abs=0.1)
    sound = np.concatenate([block for _, block in played])
    assert np.abs(sound).max() > 0.01
    assert not sound[-480:].any()
    assert len(sound) / RATE_HZ > 3.0
    assert not {"sound", "voice"} & {thread.name for thread in threading.enumerate()}


def test_a_session_in_the_terminal_says_why_it_is_silent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with Store.open(tmp_path) as store:
        run_session(Plan(EXERCISE, "sim:rest?seed=5"), store, 0.0, reference=False, sound=TONES)
    assert NOT_REAL_TIME in capsys.readouterr().err


@pytest.mark.parametrize("speed", [0.0, 10.0])
def test_a_clock_that_is_not_real_time_is_silent_and_says_so(speed: float) -> None:
    with pytest.raises(NoPlayerError, match=NOT_REAL_TIME):
        make_player(Clock(speed), TONES)
