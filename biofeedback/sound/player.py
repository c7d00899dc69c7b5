"""Plays the sound of sessions. Calls come from any thread and do not wait, but for `close`."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from biofeedback.sound.clock import SoundClock
from biofeedback.sound.course import Course, Moment, Scene
from biofeedback.sound.device import Output, OutputError
from biofeedback.sound.loops import RATE_HZ, Samples
from biofeedback.sound.settings import SoundSettings
from biofeedback.sound.synthesizer import Synthesizer
from devices.clock import Clock

END_FADE_S, QUICK_FADE_S = 5.0, 0.25
LOOK_EVERY_S, LOOK_CLOSELY_S = 0.25, 0.02
DEAF_AFTER_S = 1.5
"""A device that asks for nothing for so long is lost."""
TRY_AGAIN_S = (2.0, 5.0, 10.0, 30.0)
CLOSE_WITHIN_S = 1.0
JOIN_WITHIN_S = 5.0
LOST = (
    "The loudspeaker or headphones went away. The session goes on without sound, and the sound comes back when they do."
)

_NOTHING = Course(Scene(lambda _: None, (), 0.0), 0.0, 0.0, running=False)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be heard; replaced as a whole, so that the device's thread needs no lock to read it.

    Attributes
    ----------
    course : Course
    settings : SoundSettings
    calm : float or None
    speaking : bool
    fade_s : float or None
        None during a session; after it, the length of its last fade.
    """

    course: Course
    settings: SoundSettings
    calm: float | None = None
    speaking: bool = False
    fade_s: float | None = END_FADE_S


class Stream:
    """What one opened device is given: the sound of the moment at which each frame will be heard.

    Parameters
    ----------
    clock : Clock
    wishes : callable
        What is to be heard now; asked for each hop.
    queue_s : float
        The device's, from a request for frames until the first of them is heard.
    """

    def __init__(self, clock: Clock, wishes: Callable[[], Wishes], queue_s: float) -> None:
        self._clock = clock
        self._wishes = wishes
        self._sound_clock = SoundClock(RATE_HZ, queue_s)
        self._synthesizer = Synthesizer(self._moment)
        self.n_frames = 0

    @property
    def silent(self) -> bool:
        return self._synthesizer.silent

    def block(self, n_frames: int) -> Samples:
        """The next frames; called in the device's thread.

        Returns
        -------
        ndarray
            Shape (n_frames, 2), float32.
        """
        self._sound_clock.asked(self._clock.now(), self.n_frames)
        self.n_frames += n_frames
        return self._synthesizer.render(n_frames)

    def _moment(self, frame: int) -> Moment:
        wishes = self._wishes()
        course, settings = wishes.course, wishes.settings
        elapsed_s = course.elapsed_at(self._sound_clock.heard_s(frame) + settings.delay_s)
        return Moment(course.scene, elapsed_s, settings, course.running, wishes.calm, wishes.speaking, wishes.fade_s)


class Loudspeaker(Protocol):
    """A device that was opened: see `Output`."""

    @property
    def queue_s(self) -> float: ...

    def start(self, blocks: Callable[[int], Samples]) -> None: ...

    def close(self) -> None: ...


class SoundPlayer:
    """The sound of sessions, on the default loudspeaker.

    A thread of its own opens the device, watches it, opens it again when it was lost, and lets it go when all has
    faded. Where there is no device it is quiet, and `trouble` says so.

    Parameters
    ----------
    clock : Clock
        The clock that courses are tied to, at the speed of real time.
    settings : SoundSettings
    open_output : callable, optional
        Opens a device, or raises `OutputError`.
    """

    def __init__(self, clock: Clock, settings: SoundSettings, open_output: Callable[[], Loudspeaker] = Output) -> None:
        self._clock = clock
        self._open_output = open_output
        self._wishes = Wishes(_NOTHING, settings)
        self._changing = threading.Lock()
        self._stream: Stream | None = None
        self._output: Loudspeaker | None = None
        self._trouble = ""
        self._n_failures = 0
        self._due_s = 0.0
        self._n_seen, self._seen_s = 0, 0.0
        self._closing = False
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def trouble(self) -> str:
        """Why nothing can be heard, for a person; empty while all is well."""
        return self._trouble

    def begin(self, course: Course) -> None:
        """A session begins: open the device and fade in."""
        self._wish(course=course, calm=None, speaking=False, fade_s=None)
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep, name="sound", daemon=True)
            self._thread.start()
        self._woken.set()

    def follow(self, course: Course) -> None:
        """Practice time was paused, resumed or moved on, or the breath changed."""
        self._wish(course=course)

    def choose(self, settings: SoundSettings) -> None:
        """Other settings, from now on."""
        self._wish(settings=settings)

    def hear_calm(self, calm: float | None) -> None:
        """Calm, 0 to 1; None, while it is withheld, leaves the bed as it is."""
        self._wish(calm=calm)

    def step_back(self, *, speaking: bool) -> None:
        """Be softer while words are spoken."""
        self._wish(speaking=speaking)

    def end(self) -> None:
        """The session is over: fade out, then let the device go."""
        self._wish(fade_s=END_FADE_S)

    def close(self) -> None:
        """Fade out quickly, let the device go, and end the thread."""
        self._wish(fade_s=QUICK_FADE_S)
        self._closing = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join(JOIN_WITHIN_S)
            self._thread = None

    def _wish(self, **changes: Any) -> None:
        with self._changing:
            self._wishes = replace(self._wishes, **changes)

    # In the thread of its own

    def _keep(self) -> None:
        while not self._closing:
            idle = self._output is None and self._wishes.fade_s is not None
            self._woken.wait(None if idle else LOOK_EVERY_S)
            self._woken.clear()
            self.tend()
        until_s = self._clock.now() + CLOSE_WITHIN_S
        while self._output is not None and self._clock.now() < until_s:
            self._woken.wait(LOOK_CLOSELY_S)
            self.tend()
        self._let_go()

    def tend(self) -> None:
        """Open, watch or let go of the device, as is due; called a few times a second."""
        now_s = self._clock.now()
        wanted = self._wishes.fade_s is None
        if self._output is None:
            if wanted and now_s >= self._due_s:
                self._open(now_s)
        elif self._stream is not None:
            if not wanted and self._stream.silent:
                self._let_go()
            elif self._stream.n_frames != self._n_seen:
                self._n_seen, self._seen_s = self._stream.n_frames, now_s
                self._n_failures = 0
            elif now_s - self._seen_s > DEAF_AFTER_S:
                self._let_go()
                self._fail(LOST, now_s)

    def _open(self, now_s: float) -> None:
        try:
            self._output = self._open_output()
            self._stream = Stream(self._clock, lambda: self._wishes, self._output.queue_s)
            self._output.start(self._stream.block)
        except OutputError as error:
            self._let_go()
            self._fail(str(error), now_s)
            return
        self._n_seen, self._seen_s = 0, now_s
        self._trouble = ""

    def _fail(self, trouble: str, now_s: float) -> None:
        self._trouble = trouble
        self._due_s = now_s + TRY_AGAIN_S[min(self._n_failures, len(TRY_AGAIN_S) - 1)]
        self._n_failures += 1

    def _let_go(self) -> None:
        if self._output is not None:
            self._output.close()
        self._output = self._stream = None
