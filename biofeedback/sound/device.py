"""The loudspeaker: the only importer of miniaudio."""

import sys
from collections.abc import Callable, Generator
from pathlib import Path

import miniaudio

from biofeedback.sound.loops import RATE_HZ, Samples
from biofeedback.sound.synthesizer import N_CHANNELS

PERIOD_MS, N_PERIODS = 60, 2
"""Long enough to bridge the pauses that painting and other threads make."""
QUICK_PERIOD_MS = 20
"""Where the head is answered, which comes too late otherwise; little is painted beside it."""
QUEUE_PERIODS = {"PulseAudio": 0.75, "Core Audio": 1.0}
"""From a request to its sound, in periods. PulseAudio: measured. Other services fill all their periods first."""

NO_OUTPUT = (
    "No loudspeaker or headphones were found, so the sound is off; all else works. "
    "Connect one, or choose one in the sound settings of your computer."
)


class OutputError(Exception):
    """No sound can be played. The message says why and what to do."""


class Output:
    """The default loudspeaker, or headphones, while it is open.

    Parameters
    ----------
    quick : bool
        Whether what is asked for is to be heard soon.
    soundless : bool
        Plays into nothing, in real time: for tests.

    Raises
    ------
    OutputError
        If there is none, or it cannot be opened.
    """

    def __init__(self, quick: bool = False, *, soundless: bool = False) -> None:
        self._period_ms = QUICK_PERIOD_MS if quick else PERIOD_MS
        backends = [miniaudio.Backend.NULL] if soundless else _backends()
        if not backends:
            raise OutputError(NO_OUTPUT)
        try:
            self._device = miniaudio.PlaybackDevice(
                miniaudio.SampleFormat.FLOAT32,
                N_CHANNELS,
                RATE_HZ,
                self._period_ms,
                callback_periods=N_PERIODS,
                backends=backends,
                app_name="Biofeedback",
            )
        except miniaudio.MiniaudioError as error:
            raise OutputError(NO_OUTPUT) from error

    @property
    def name(self) -> str:
        """What plays, by the name of the system's service."""
        return str(self._device.backend)

    @property
    def queue_s(self) -> float:
        """From a request for frames until the first of them is heard."""
        return QUEUE_PERIODS.get(self.name, N_PERIODS) * self._period_ms / 1000.0

    def start(self, blocks: Callable[[int], Samples]) -> None:
        """Begin to play.

        Parameters
        ----------
        blocks : callable
            Called with a number of frames in the device's own thread; gives samples of shape (frames, 2), -1 to 1.

        Raises
        ------
        OutputError
            If the device does not begin.
        """
        feeding = _feed(blocks)
        next(feeding)
        try:
            self._device.start(feeding)
        except miniaudio.MiniaudioError as error:
            raise OutputError(NO_OUTPUT) from error

    def close(self) -> None:
        """Stop at once, and wait until the device asks no more."""
        self._device.close()


def _feed(blocks: Callable[[int], Samples]) -> Generator[bytes, int, None]:
    n_frames = yield b""
    while True:
        n_frames = yield blocks(n_frames).tobytes()


def _backends() -> list[miniaudio.Backend]:
    """The sound services worth asking here, the preferred one first."""
    kinds = miniaudio.Backend
    if sys.platform == "win32":
        return [kinds.WASAPI, kinds.DSOUND, kinds.WINMM]
    if sys.platform == "darwin":
        return [kinds.COREAUDIO]
    # Asked where there is no card, ALSA fills the standard error with messages of its own
    cards = any(Path("/dev/snd").glob("pcm*p"))
    return [kinds.PULSEAUDIO, kinds.ALSA] if cards else [kinds.PULSEAUDIO]


def output_name() -> str:
    """The service that plays sound here; opens it for a moment, without a sound.

    Raises
    ------
    OutputError
        If there is none.
    """
    output = Output()
    output.close()
    return output.name
