"""Words are spoken by a program of the system: one utterance at a time, stopped at once, never through a shell."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from biofeedback.sound.speech import Call, Speaker, Voice, find_speaker, plain

PATIENCE_S = 30.0
WRITES = "import sys; open(sys.argv[1], 'a', encoding='utf-8').write(sys.argv[2] + '|' + sys.stdin.read() + '\\n')"
HANGS = "import sys; open(sys.argv[1], 'w').close(); sys.stdin.read(); import threading; threading.Event().wait()"


class Said:
    """Notes when words begin and end."""

    def __init__(self) -> None:
        self.told: list[bool] = []
        self.begun = threading.Event()

    def __call__(self, speaking: bool) -> None:
        self.told.append(speaking)
        if speaking:
            self.begun.set()


def writing(path: Path) -> Speaker:
    """Writes what it is to say to a file."""
    return Speaker(
        "writing", lambda text, loudness: Call((sys.executable, "-c", WRITES, str(path), f"{loudness:.2f}"), text)
    )


def hanging(path: Path) -> Speaker:
    """Speaks for ever."""
    return Speaker("hanging", lambda text, _: Call((sys.executable, "-c", HANGS, str(path)), text))


@pytest.fixture
def voices() -> Iterator[list[Voice]]:
    opened: list[Voice] = []
    yield opened
    for voice in opened:
        voice.close()
    assert "voice" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(
    ("platform", "present", "name"),
    [
        ("darwin", {"say"}, "say"),
        ("win32", {"powershell"}, "powershell"),
        ("linux", {"espeak-ng", "spd-say"}, "espeak-ng"),
        ("linux", {"espeak"}, "espeak"),
        ("linux", {"spd-say"}, "spd-say"),
    ],
)
def test_the_voice_of_the_platform_is_found(platform: str, present: set[str], name: str) -> None:
    speaker = find_speaker(lambda wanted: f"/bin/{wanted}" if wanted in present else None, platform)
    assert speaker is not None
    assert speaker.name == name
    assert speaker.call("Breathe out.", 0.5).arguments[0] == f"/bin/{name}"


@pytest.mark.parametrize("platform", ["darwin", "win32", "linux"])
def test_where_there_is_no_voice_there_is_none(platform: str) -> None:
    assert find_speaker(lambda _: None, platform) is None


@pytest.mark.parametrize(
    ("platform", "name"), [("darwin", "say"), ("win32", "powershell"), ("linux", "espeak-ng"), ("linux", "spd-say")]
)
def test_words_are_never_options_nor_a_program(platform: str, name: str) -> None:
    speaker = find_speaker(lambda wanted: name if wanted == name else None, platform)
    assert speaker is not None
    words = "--help; $(reboot) 'quoted' \"twice\" `again`"
    call = speaker.call(words, 0.5)
    if name == "spd-say":
        assert call.arguments[-2:] == ("--", words)
    else:
        assert call.text.endswith(words)
        assert not any("reboot" in argument for argument in call.arguments)


@pytest.mark.parametrize(
    ("platform", "name"), [("darwin", "say"), ("win32", "powershell"), ("linux", "espeak-ng"), ("linux", "spd-say")]
)
def test_a_lower_volume_asks_for_a_softer_voice(platform: str, name: str) -> None:
    speaker = find_speaker(lambda wanted: name if wanted == name else None, platform)
    assert speaker is not None
    assert speaker.call("Rest.", 0.2) != speaker.call("Rest.", 0.9)


def test_commands_for_the_voice_itself_are_taken_out() -> None:
    assert plain("Breathe [[volm 1.0]] out.\n[[[[inpt PHON]]]]\x07") == "Breathe [volm 1.0] out. [inpt PHON]"


def test_words_reach_the_voice_as_they_are(tmp_path: Path, voices: list[Voice]) -> None:
    said = Said()
    voices.append(Voice(writing(tmp_path / "said"), said))
    voices[0].say("Laß los,  \n atme ‚leicht'.", volume=0.5)
    assert voices[0].wait_until_quiet(PATIENCE_S)
    assert (tmp_path / "said").read_text(encoding="utf-8") == "0.25|Laß los, atme ‚leicht'.\n"
    assert said.told == [True, False]


def test_new_words_take_the_place_of_those_being_spoken(tmp_path: Path, voices: list[Voice]) -> None:
    written = tmp_path / "said"
    speaker = Speaker(
        "both",
        lambda text, loudness: (hanging(tmp_path / "hangs") if text == "long" else writing(written)).call(
            text, loudness
        ),
    )
    said = Said()
    voices.append(Voice(speaker, said))
    voices[0].say("long", 1.0)
    assert said.begun.wait(PATIENCE_S)
    voices[0].say("short", 1.0)
    assert voices[0].wait_until_quiet(PATIENCE_S)
    assert written.read_text(encoding="utf-8") == "1.00|short\n"


def test_it_is_quiet_at_once_when_stopped_and_says_so_to_a_service_that_goes_on(
    tmp_path: Path, voices: list[Voice]
) -> None:
    hushed = tmp_path / "hushed"
    hush = (sys.executable, "-c", WRITES, str(hushed), "hush")
    said = Said()
    voices.append(Voice(Speaker("served", hanging(tmp_path / "hangs").call, hush), said))
    voices[0].say("for ever", 1.0)
    assert said.begun.wait(PATIENCE_S)
    voices[0].stop()
    assert voices[0].wait_until_quiet(PATIENCE_S)
    assert said.told == [True, False]
    assert hushed.exists()


def test_at_volume_0_nothing_is_said(tmp_path: Path, voices: list[Voice]) -> None:
    voices.append(Voice(writing(tmp_path / "said")))
    voices[0].say("Rest.", 0.0)
    assert voices[0].wait_until_quiet(PATIENCE_S)
    assert not (tmp_path / "said").exists()


def test_a_voice_that_has_gone_leaves_the_words_to_the_screen(tmp_path: Path, voices: list[Voice]) -> None:
    voices.append(Voice(Speaker("gone", lambda text, _: Call((str(tmp_path / "gone"),), text))))
    voices[0].say("Rest.", 1.0)
    assert voices[0].wait_until_quiet(PATIENCE_S)
