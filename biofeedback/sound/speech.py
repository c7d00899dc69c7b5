"""Spoken prompts, by the operating system's own voice. Text is always there as well; a voice may be missing."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from biofeedback.sound.settings import ceiling

LONGEST_S = 60.0
"""No utterance lasts longer: a voice that hangs is ended."""
HUSHED_WITHIN_S = 3.0
CLOSE_WITHIN_S = 5.0
WORDS_PER_MIN = 140
_WINDOWS = (
    "[Console]::InputEncoding = [System.Text.Encoding]::UTF8; Add-Type -AssemblyName System.Speech; "
    "$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer; $voice.Rate = -2; $voice.Volume = {percent}; "
    "$voice.Speak([Console]::In.ReadToEnd())"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A program to run, without a shell: its arguments, and what it reads from its standard input."""

    arguments: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A program of the operating system that speaks.

    Attributes
    ----------
    name : str
    call : callable
        What to run for words and a loudness of 0 to 1.
    hush : tuple of str
        A command to run as well when it is to be quiet at once; empty where ending the program is enough.
    """

    name: str
    call: Callable[[str, float], Call]
    hush: tuple[str, ...] = ()


def find_speaker(which: Callable[[str], str | None] = shutil.which, platform: str = sys.platform) -> Speaker | None:
    """The voice of this system; None where it has none."""
    makers: Mapping[str, Callable[[str, str], Speaker]] = {
        "darwin": {"say": _say},
        "win32": {"powershell": _powershell},
    }.get(platform, {"espeak-ng": _espeak, "espeak": _espeak, "spd-say": _speech_dispatcher})
    for name, make in makers.items():
        path = which(name)
        if path:
            return make(name, path)
    return None


def _espeak(name: str, path: str) -> Speaker:
    rate = str(WORDS_PER_MIN)
    return Speaker(
        name, lambda words, loudness: Call((path, "--stdin", "-s", rate, "-a", str(round(100 * loudness))), words)
    )


def _speech_dispatcher(name: str, path: str) -> Speaker:
    # Its standard input would be searched for commands, so the words are an argument, after the end of the options
    def call(words: str, loudness: float) -> Call:
        return Call((path, "--wait", "--rate", "-20", "--volume", str(round(100 * loudness - 100)), "--", words))

    return Speaker(name, call, hush=(path, "--cancel"))


def _say(name: str, path: str) -> Speaker:
    def call(words: str, loudness: float) -> Call:
        return Call((path, "-r", str(WORDS_PER_MIN), "-f", "-"), f"[[volm {loudness:.2f}]] {words}")

    return Speaker(name, call)


def _powershell(name: str, path: str) -> Speaker:
    def call(words: str, loudness: float) -> Call:
        script = _WINDOWS.format(percent=round(100 * loudness))
        return Call((path, "-NoProfile", "-NonInteractive", "-Command", script), words)

    return Speaker(name, call)


def plain(text: str) -> str:
    """Words without line breaks, control characters and the double brackets in which voices take commands."""
    words = "".join(letter if letter.isprintable() else " " for letter in text)
    while "[[" in words or "]]" in words:
        words = words.replace("[[", "[").replace("]]", "]")
    return " ".join(words.split())


class Voice:
    """Speaks one utterance at a time, in a thread of its own; a new one takes the place of the one before.

    Parameters
    ----------
    speaker : Speaker
    told : callable, optional
        Called with True when words begin and False when they end, in the thread of its own.
    """

    def __init__(self, speaker: Speaker, told: Callable[[bool], None] = lambda _: None) -> None:
        self._speaker = speaker
        self._told = told
        self._changed = threading.Condition()
        self._wanted: Call | None = None
        self._process: subprocess.Popen[str] | None = None
        self._speaking = self._closed = False
        self._thread = threading.Thread(target=self._keep, name="voice", daemon=True)
        self._thread.start()

    def say(self, text: str, volume: float) -> None:
        """Begin to say something; returns at once.

        Parameters
        ----------
        text : str
        volume : float
            0 to 1, the same as that of the sound.
        """
        words = plain(text)
        if words and volume > 0.0:
            self._want(self._speaker.call(words, ceiling(volume)))
        else:
            self.stop()

    def stop(self) -> None:
        """Be quiet at once."""
        self._want(None)

    def close(self) -> None:
        """Be quiet and end the thread."""
        with self._changed:
            self._closed = True
        self._want(None)
        self._thread.join(CLOSE_WITHIN_S)

    def wait_until_quiet(self, timeout_s: float) -> bool:
        """Wait until nothing is being said, nor about to be; False if that takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._wanted is None and not self._speaking, timeout_s)

    def _want(self, call: Call | None) -> None:
        with self._changed:
            self._wanted = call
            if self._process is not None:
                self._process.kill()
            self._changed.notify_all()

    # In the thread of its own

    def _keep(self) -> None:
        while (call := self._next()) is not None:
            self._told(True)
            self._speak(call)
            self._told(False)
            with self._changed:
                self._speaking = False
                self._changed.notify_all()

    def _next(self) -> Call | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._wanted is not None)
            if self._closed:
                return None
            self._speaking = True
            return self._wanted

    def _speak(self, call: Call) -> None:
        process = _run(call)
        if process is None:
            self._done(call)
            return
        with self._changed:
            self._process = process
            if self._wanted is not call:
                process.kill()
        _wait(process, call.text, LONGEST_S)
        cut_off = not self._done(call)
        hushing = _run(Call(self._speaker.hush)) if cut_off and self._speaker.hush else None
        if hushing is not None:
            _wait(hushing, "", HUSHED_WITHIN_S)

    def _done(self, call: Call) -> bool:
        """Whether it was said to its end."""
        with self._changed:
            self._process = None
            if self._wanted is not call:
                return False
            self._wanted = None
            return True


def _run(call: Call) -> subprocess.Popen[str] | None:
    """Start a program; None where it has gone since it was found, and the words are left to the screen."""
    try:
        return subprocess.Popen(
            call.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            # Windows would show a console for a moment
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return None


def _wait(process: subprocess.Popen[str], text: str, longest_s: float) -> None:
    """Let a program read its text and end; one that takes too long is ended."""
    try:
        process.communicate(text, timeout=longest_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
