"""Keeps a device playing what is wished for: opens it, watches it, lets it go. No thread and no waiting of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from biofeedback.sound.clock import SoundClock
from biofeedback.sound.course import Course, Moment
from biofeedback.sound.device import OutputError
from biofeedback.sound.loops import RATE_HZ, Samples
from biofeedback.sound.settings import SoundSettings
from biofeedback.sound.synthesizer import Synthesizer
from devices.clock import Clock

SILENT_FOR_S = 0.15
DEAF_AFTER_S = 1.5
"""A device that asks for nothing for so long is lost."""
TRY_AGAIN_S = (2.0, 5.0, 10.0, 30.0)
LOST = (
    "The loudspeaker or headphones went away. The session goes on without sound, and the sound comes back when they do."
)


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
    fade_s: float | None = None


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
        self._queue_s = queue_s
        self._n_silent = 0
        self.n_frames = 0

    @property
    def over(self) -> bool:
        """True once all has faded, and what the device still had queued was heard."""
        return self._n_silent > (self._queue_s + SILENT_FOR_S) * RATE_HZ

    def block(self, n_frames: int) -> Samples:
        """The next frames; called in the device's thread.

        Returns
        -------
        ndarray
            Shape (n_frames, 2), float32.
        """
        self._sound_clock.asked(self._clock.now(), self.n_frames)
        self.n_frames += n_frames
        samples = self._synthesizer.render(n_frames)
        self._n_silent = self._n_silent + n_frames if self._synthesizer.silent else 0
        return samples

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


class Playing:
    """One device after the other, playing what is wished for. Where there is none it is quiet, and says so.

    Parameters
    ----------
    clock : Clock
    wishes : callable
        What is to be heard now.
    open_output : callable
        Opens a device, or raises `OutputError`; takes whether what it asks for is to be heard soon.
    """

    def __init__(self, clock: Clock, wishes: Callable[[], Wishes], open_output: Callable[[bool], Loudspeaker]) -> None:
        self._clock = clock
        self._wishes = wishes
        self._open_output = open_output
        self._stream: Stream | None = None
        self._output: Loudspeaker | None = None
        self.trouble = ""
        self._n_failures = 0
        self._due_s = float("-inf")
        self._n_seen, self._seen_s = 0, 0.0

    @property
    def open(self) -> bool:
        """Whether a device is open."""
        return self._output is not None

    def tend(self) -> None:
        """Do what is due: open, watch, or let go of the device. To be called a few times a second."""
        now_s = self._clock.now()
        wanted = self._wishes().fade_s is None
        if self._output is None or self._stream is None:
            if wanted and now_s >= self._due_s:
                self._open(now_s)
        elif not wanted and self._stream.over:
            self.let_go()
        elif self._stream.n_frames != self._n_seen:
            self._n_seen, self._seen_s = self._stream.n_frames, now_s
            self._n_failures = 0
        elif now_s - self._seen_s > DEAF_AFTER_S:
            self.let_go()
            self._fail(LOST, now_s)

    def let_go(self) -> None:
        """Close the device, if one is open."""
        if self._output is not None:
            self._output.close()
        self._output = self._stream = None

    def _open(self, now_s: float) -> None:
        try:
            self._output = self._open_output(self._wishes().course.scene.quick)
            self._stream = Stream(self._clock, self._wishes, self._output.queue_s)
            self._output.start(self._stream.block)
        except OutputError as error:
            self.let_go()
            self._fail(str(error), now_s)
            return
        self._n_seen, self._seen_s = 0, now_s
        self.trouble = ""

    def _fail(self, trouble: str, now_s: float) -> None:
        self.trouble = trouble
        self._due_s = now_s + TRY_AGAIN_S[min(self._n_failures, len(TRY_AGAIN_S) - 1)]
        self._n_failures += 1
