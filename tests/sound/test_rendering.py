"""A whole exercise rendered: to be measured, or kept as a file."""

import wave
from pathlib import Path

import numpy as np

from biofeedback.sound.loops import RATE_HZ
from biofeedback.sound.rendering import in_16_bits, render, render_to_wav
from biofeedback.sound.settings import SoundSettings, Timbre
from protocols.library import load_library
from protocols.timeline import Timeline

SHORT = Timeline.of(next(e for e in load_library() if e.id == "paced-breathing").unanswered().lasting(0.5))
SETTINGS = SoundSettings(Timbre.BREATH, 0.8)


def test_a_whole_exercise_is_rendered_with_the_ringing_of_its_last_bell_and_ends_in_silence() -> None:
    sound = render(SHORT, None, SETTINGS, lambda _: 0.5)
    assert sound[round(SHORT.total_s * RATE_HZ) : round((SHORT.total_s + 3.0) * RATE_HZ)].any()
    assert len(sound) > SHORT.total_s * RATE_HZ
    assert not sound[-100:].any()


def test_a_part_is_the_beginning_of_the_whole() -> None:
    np.testing.assert_array_equal(render(SHORT, 3.3, SETTINGS), render(SHORT, None, SETTINGS)[: round(3.3 * RATE_HZ)])


def test_the_file_holds_the_samples_in_16_bits(tmp_path: Path) -> None:
    path = tmp_path / "breath.wav"
    with path.open("wb") as file:
        render_to_wav(file, SHORT, 12.5, SETTINGS)
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE_HZ, 2, 2)
        kept = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)
    np.testing.assert_array_equal(kept, in_16_bits(render(SHORT, 12.5, SETTINGS)))
    assert np.abs(kept.astype(int)).max() <= SETTINGS.ceiling * 32767


def test_the_same_exercise_sounds_the_same_every_time() -> None:
    np.testing.assert_array_equal(render(SHORT, 5.0, SETTINGS), render(SHORT, 5.0, SETTINGS))
