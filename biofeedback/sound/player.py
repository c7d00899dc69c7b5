"""Plays the sound of sessions. Calls come from any thread and do not wait, but for `wait_until_quiet` and `close`."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from biofeedback.sound.course import Course, Scene
from biofeedback.sound.device import Output
from biofeedback.sound.playing import Loudspeaker, Playing, Wishes
from biofeedback.sound.settings import SoundSettings
from devices.clock import Clock

END_FADE_S, QUICK_FADE_S = 5.0, 0.25
LOOK_EVERY_S, LOOK_CLOSELY_S = 0.25, 0.02
CLOSE_WITHIN_S = 1.0
JOIN_WITHIN_S = 5.0

_NOTHING = Course(Scene(lambda _: None, (), 0.0), 0.0, 0.0, running=False)


class SoundPlayer:
    """The sound of sessions, on the default loudspeaker.

    A thread of its own opens the device, watches it, opens it again when it was lost, and lets it go when all has
    faded. It does not wait for anything else.

    Parameters
    ----------
    clock : Clock
        The clock that courses are tied to, at the speed of real time.
    settings : SoundSettings
    open_output : callable, optional
        Opens a device, or raises `OutputError`; takes whether what it asks for is to be heard soon.
    """

    def __init__(
        self, clock: Clock, settings: SoundSettings, open_output: Callable[[bool], Loudspeaker] = Output
    ) -> None:
        self._wishes = Wishes(_NOTHING, settings, fade_s=END_FADE_S)
        self._changing = threading.Lock()
        self._playing = Playing(clock, lambda: self._wishes, open_output)
        self._closing = False
        self._woken, self._quiet = threading.Event(), threading.Event()
        self._quiet.set()
        self._thread: threading.Thread | None = None

    @property
    def trouble(self) -> str:
        """Why nothing can be heard, for a person; empty while all is well."""
        return self._playing.trouble

    def begin(self, course: Course) -> None:
        """A session begins: open the device and fade in."""
        with self._changing:
            self._wishes = replace(self._wishes, course=course, calm=None, speaking=False, fade_s=None)
            self._quiet.clear()
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
        self._woken.set()

    def wait_until_quiet(self, timeout_s: float) -> bool:
        """After `end`, wait until all has faded and the device is let go; False if that takes too long."""
        return self._quiet.wait(timeout_s)

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
            idle = not self._playing.open and self._wishes.fade_s is not None
            self._woken.wait(None if idle else LOOK_EVERY_S)
            self._woken.clear()
            self._playing.tend()
            self._tell_quiet()
        self._woken.clear()
        n_looks = round(CLOSE_WITHIN_S / LOOK_CLOSELY_S)
        while self._playing.open and n_looks:
            self._woken.wait(LOOK_CLOSELY_S)
            self._playing.tend()
            n_looks -= 1
        self._playing.let_go()
        self._quiet.set()

    def _tell_quiet(self) -> None:
        with self._changing:
            if self._wishes.fade_s is not None and not self._playing.open:
                self._quiet.set()
