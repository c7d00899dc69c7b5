"""Sound by command: kept as a file, or on and off in a session."""

import wave
from pathlib import Path

import numpy as np
import pytest

from biofeedback.sound.settings import SoundSettings, Timbre
from biofeedback.ui.settings import Settings, keep_settings
from tests.cli.shell import Shell


def test_the_sound_of_an_exercise_is_kept_as_a_file(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "breath.wav"
    said = shell(
        "sound", "paced-breathing", "--out", out, "--minutes", "0.2", "--timbre", "waves", "--volume", "0.5", "--no-bed"
    )
    assert (said.status, said.out, said.err.strip()) == (0, "", f"Wrote {out}.")
    with wave.open(str(out)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 48000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert len(samples) / 2 / 48000 == pytest.approx(12.0 + 8.0)
    assert 0.01 < np.abs(samples).max() / 32767 <= 0.25


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("sound", "paced-breathing", "--out", "breath.mp3"), 2, "--out breath.mp3: the file ends in .wav."),
        (("sound", "paced-breathing", "--out", "x.wav", "--minutes", "600"), 2, "at most 6 hours"),
        (("sound", "no-such-exercise", "--out", "x.wav"), 1, "no-such-exercise"),
        (("sound", "paced-breathing", "--out", "missing/x.wav", "--minutes", "0.2"), 1, "There is no folder missing"),
        (("run", "paced-breathing", "--device", "sim:", "--sound", "--speed", "0"), 2, "leave --speed or --sound out"),
        (("demo", "--headless", "--sound", "--speed", "10"), 2, "leave --speed or --sound out"),
    ],
)
def test_what_cannot_be_heard_is_said(shell: Shell, arguments: tuple[str, ...], status: int, sentence: str) -> None:
    said = shell(*arguments)
    assert said.status == status
    assert sentence in said.sentence


@pytest.mark.parametrize(
    ("option", "heard"), [(["--sound"], SoundSettings(Timbre.WAVES, 0.4)), (["--no-sound"], None), ([], None)]
)
def test_the_terminal_plays_what_is_set_only_where_it_is_asked_to(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, option: list[str], heard: SoundSettings | None
) -> None:
    asked: list[object] = []

    class Stopped(BaseException):
        """Here the session would begin."""

    def run_session(*_: object, quiet: bool, sound: SoundSettings | None) -> None:
        asked.append(sound)
        raise Stopped

    shell.data.mkdir()
    keep_settings(shell.data, Settings(sound=False, timbre="waves", volume_percent=40))
    monkeypatch.setattr("biofeedback.cli.terminal.run_session", run_session)
    with pytest.raises(Stopped):
        shell("demo", "--headless", *option)
    assert asked == [heard]
