"""What cannot be done: the exit status, and one plain sentence each."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell

RUN = ("run", "paced-breathing", "--device", "sim:", "--headless")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*RUN, "--minutes", "0"), "--minutes must be more than 0"),
        ((*RUN, "--minutes", "-3"), "--minutes must be more than 0"),
        ((*RUN, "--minutes", "nan"), "--minutes must be more than 0"),
        ((*RUN, "--minutes", "1441"), "at most 1440, not 1441"),
        ((*RUN, "--rate", "2.9"), "--rate: the breathing rate must be from 3 to 10 a minute, not 2.9"),
        ((*RUN, "--rate", "nan"), "--rate: the breathing rate must be from 3 to 10"),
        ((*RUN, "--rate", "5.55"), "--rate: the breathing rate goes in steps of 0.1"),
        ((*RUN, "--ratio", "4"), "--ratio 4: write IN:OUT"),
        ((*RUN, "--ratio", "four:six"), "write IN:OUT"),
        ((*RUN, "--ratio", "0:6"), "write IN:OUT"),
        ((*RUN, "--ratio", "4:6:8"), "write IN:OUT"),
        ((*RUN, "--ratio", "4:0:6:0:1"), "write IN:OUT"),
        ((*RUN, "--ratio", "nan:6"), "write IN:OUT"),
        ((*RUN, "--person", "x" * 121), "--person: a name has at most 120 characters, not 121"),
        ((*RUN, "--minutes", "1"), "--minutes: paced-breathing takes at least 1.2 minutes"),
        ((*RUN, "--person", "Ann\u202eBob"), "leave U+202E out, right-to-left override"),
        ((*RUN, "--person", "Ann\nBob"), "leave U+000A out"),
        (("run", "personal-trial", "--device", "sim:", "--choose", "breath=slow"), "draws lots for breath"),
        ((*RUN, "--ratio", ""), "write IN:OUT"),
        ((*RUN, "--ratio", "1:1000"), "--ratio 1:1000: breathing in would take 0.01 s"),
        (("run", "quiet-rest", "--device", "sim:", "--rate", "6"), "quiet-rest has no breath that could be paced"),
        (("run", "paced-breathing", "--device", "ble:", "--speed", "2"), "cannot run faster than its heart"),
        ((*RUN, "--speed", "inf"), "--speed must be a number of 0 or more, not inf"),
        (("demo", "--headless", "--speed", "inf"), "--speed must be a number of 0 or more, not inf"),
        (("report", "x", "--out", "report.doc"), "a report ends in .pdf or .html"),
        (("export", "x", "--format", "fit", "--out", "x"), "--format fit: choose packets, rr, rr-plain, ecg, acc, edf"),
        (("bench", "--only", "luck"), "Not a measurement: luck. Known: "),
        (("bench", "--only", "verdicts", "--recordings", "nowhere"), "There is no folder nowhere."),
        (("bench", "--only", "verdicts", "--runs", "3"), "--runs is for these, by --only: faults, "),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    said = shell(*arguments)
    assert said.status == 2
    assert words in said.sentence
    assert not list(shell.data.glob("*.db*"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("dance",),
        ("run",),
        ("run", "paced-breathing"),
        (*RUN, "--speed", "-1"),
        (*RUN, "--speed", "nan"),
        (*RUN, "--rate", "x"),
        ("show",),
        ("--no",),
    ],
)
def test_what_the_command_line_itself_refuses_ends_with_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    said = shell(*arguments)
    assert said.status == 2
    assert said.out == ""
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "no-such", "--device", "sim:"), "There is no exercise 'no-such'. Choose one of: "),
        (("run", "no-such.toml", "--device", "sim:"), "There is no file no-such.toml"),
        (("run", "paced-breathing", "--device", "usb:1"), "'usb:1' is not a device. Use sim:"),
        (("run", "paced-breathing", "--device", "sim:nobody"), "There is no simulated person called 'nobody'"),
        (("run", "paced-breathing", "--device", "sim:rest?hr=7"), "hr=7: must be from 30 to 180"),
        (("run", "paced-breathing", "--device", "ble:xyz"), "'ble:xyz' is not a device"),
        (("run", "paced-breathing", "--device", "replay:no.txt"), "There is no file no.txt"),
        (("run", "paced-breathing", "--device", "replay:no.txt?speed=-1"), "speed=-1: must be a number of 0 or more"),
        (("analyze", "no-such.txt"), "There is no file no-such.txt"),
        (("analyze", "~nobody-of-that-name/rr.txt"), "There is no file ~nobody-of-that-name/rr.txt"),
        (("analyze", "x" * 300), "no session"),
        (("analyze", "."), "is a folder. Name a recording file in it"),
        (("analyze", "20000101-0000-none"), "no session"),
        (("show", "none"), "no session"),
        (("rescore", "none"), "no session"),
        (("report", "none", "--out", "x.html"), "no session"),
        (("export", "none", "--out", "x.csv"), "no session"),
        (("exercises", "check", "no.toml"), "There is no file no.toml"),
        (("exercises", "check", "."), "cannot be read"),
    ],
)
def test_work_that_fails_ends_with_1_and_a_sentence(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    has_json = arguments[0] in ("run", "analyze", "show", "rescore")
    for more in ([], ["--json"]) if has_json else ([],):
        said = shell(*arguments, *more)
        assert said.status == 1
        assert words in said.sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("66\n70\n69\n", "line 1: this file seems misread"),
        ("", "holds no heartbeats"),
        ("0\n0\n0\n", "line 1: this file seems misread"),
        ("time_s,rate\n1.0,60\n", "line 1: no column is called rr_ms"),
    ],
)
@pytest.mark.parametrize("command", ["run", "analyze"])
def test_a_faulty_recording_is_told_with_its_line(
    shell: Shell, tmp_path: Path, text: str, words: str, command: str
) -> None:
    path = tmp_path / "rr.txt"
    path.write_text(text)
    arguments = ["analyze", path] if command == "analyze" else ["run", "quiet-rest", "--device", f"replay:{path}"]
    said = shell(*arguments)
    assert said.status == 1
    assert words in said.sentence
    assert str(path) in said.sentence
