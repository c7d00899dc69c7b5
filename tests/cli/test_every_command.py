"""What holds for every command: help, one JSON document, one sentence for a mistake, and nothing made by reading."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

import protocols
from biofeedback import __main__ as door
from biofeedback import __version__
from biofeedback.cli import history, main
from protocols.questionnaires.library import find_questionnaire
from tests.cli.shell import Shell, a_session

COURSES = str(Path(protocols.__file__).parent / "courses")
SHORT = ("--minutes", "0.5", "--speed", "0")
COMMANDS: dict[str, tuple[str, ...]] = {
    "checkin": ("checkin", "--set", "pain=4"),
    "diary": ("diary",),
    "diary add": ("diary", "add", "note", "a walk"),
    "diary remove": ("diary", "remove", "4"),
    "evidence": ("evidence",),
    "evidence add": ("evidence", "add", "no pain on the beach"),
    "evidence accept": ("evidence", "accept", "1"),
    "evidence refuse": ("evidence", "refuse", "1"),
    "evidence remove": ("evidence", "remove", "4"),
    "trends": ("trends", "--measure", "pain"),
    "demo": ("demo", "--headless", "--speed", "0"),
    "office": ("office",),
    "run": ("run", "quiet-rest", "--device", "sim:", *SHORT),
    "analyze": ("analyze", "last"),
    "sessions": ("sessions",),
    "show": ("show", "last"),
    "rescore": ("rescore", "last"),
    "mark": ("mark", "last", "--at", "5", "--label", "coughed"),
    "exclude": ("exclude", "last", "--from", "0:05", "--to", "0:10", "--reason", "coughing"),
    "compare": ("compare", "last"),
    "report": ("report", "last", "--out", "OUT/report.html"),
    "export": ("export", "last", "--out", "OUT/packets.csv"),
    "sound": ("sound", "quiet-rest", "--minutes", "0.1", "--out", "OUT/rest.wav"),
    "devices check": ("devices", "check", "sim:", "--speed", "0"),
    "devices": ("devices",),
    "exercises": ("exercises",),
    "exercises copy": ("exercises", "copy", "flare", "OUT/mine.toml"),
    "exercises check": ("exercises", "check", "OUT/mine.toml"),
    "ladder": ("ladder",),
    "ladder add": ("ladder", "add", "swim", "--distress", "3"),
    "ladder change": ("ladder", "change", "1", "--distress", "4"),
    "ladder move": ("ladder", "move", "1", "1"),
    "ladder remove": ("ladder", "remove", "1"),
    "lessons": ("lessons",),
    "lessons read": ("lessons", "read", "pain-is-real"),
    "lessons show": ("lessons", "show", "pain-is-real"),
    "lessons copy": ("lessons", "copy", "pain-is-real", "OUT/lesson.md"),
    "lessons check": ("lessons", "check", "OUT/lesson.md"),
    "plan courses": ("plan", "courses"),
    "plan show": ("plan", "show", "flares"),
    "plan check": ("plan", "check", "COURSES/flares.toml"),
    "plan set": ("plan", "set", "four-weeks"),
    "plan stage": ("plan", "stage", "2"),
    "plan week": ("plan", "week", "1"),
    "plan practice": ("plan", "practice", "quiet-rest", "--days", "4", "--minutes", "5"),
    "plan goal": ("plan", "goal", "dance again"),
    "plan": ("plan",),
    "plan-file": ("plan-file",),
    "plan-file export": ("plan-file", "export", "--out", "OUT/given.plan"),
    "plan-file import": ("plan-file", "import", "OUT/given.plan"),
    "practice-file": ("practice-file",),
    "practice-file export": ("practice-file", "export", "--out", "OUT/all.practice"),
    "practice-file import": ("practice-file", "import", "OUT/all.practice", "--dry-run"),
    "letterhead": ("letterhead",),
    "letterhead set": ("letterhead", "set", "--clinician", "Dr. Vogel"),
    "letterhead templates": ("letterhead", "templates"),
    "batch-report": ("batch-report", "--people", "Bob", "--out", "OUT/reports"),
    "overview": ("overview", "--out", "OUT/all.csv"),
    "people": ("people",),
    "people list": ("people", "list"),
    "people add": ("people", "add", "Ana"),
    "people show": ("people", "show", "Ana"),
    "people change": ("people", "change", "Ana", "--notes", "knee"),
    "group": ("group",),
    "group start": (
        "group",
        "start",
        "quiet-rest",
        "--member",
        "Ana=sim:",
        "--minutes",
        "2",
        "--headless",
        "--speed",
        "0",
    ),
    "group unwell": ("group", "unwell", "Ana"),
    "people rename": ("people", "rename", "Ana", "Anna"),
    "people archive": ("people", "archive", "Anna"),
    "people strap": ("people", "strap", "Bob", "sim:"),
    "people export": ("people", "export", "Anna", "--out", "OUT/anna.zip"),
    "sessions move": ("sessions", "move", "last", "--to", "Bob"),
    "people merge": ("people", "merge", "Anna", "Bob"),
    "people delete": ("people", "delete", "Anna", "--yes"),
    "questionnaire": ("questionnaire", "list"),
    "questionnaire list": ("questionnaire", "list"),
    "questionnaire show": ("questionnaire", "show", "gad-7"),
    "questionnaire check": ("questionnaire", "check", "OUT/gad-7.toml"),
    "questionnaire score": ("questionnaire", "score", "peg", "--answers", "1,2,3"),
    "questionnaire fill": ("questionnaire", "fill", "peg", "--answers", "1,2,3"),
    "questionnaire history": ("questionnaire", "history", "peg"),
    "questionnaire pattern": ("questionnaire", "pattern", "--answers", "chest=no"),
    "backup": ("backup", "--out", "OUT/backup.zip"),
    "restore": ("restore", "OUT/backup.zip"),
    "sessions delete": ("sessions", "delete", "--simulated", "--yes"),
    "lock": ("lock",),
    "lock status": ("lock", "status"),
    "lock set-passphrase": ("lock", "set-passphrase"),
    "lock remove-passphrase": ("lock", "remove-passphrase"),
    "lock recovery-key": ("lock", "recovery-key"),
    "lock forget": ("lock", "forget", "--yes"),
    "lock users": ("lock", "users"),
    "lock users list": ("lock", "users", "list"),
    "lock users add": ("lock", "users", "add", "Ben"),
    "lock users remove": ("lock", "users", "remove", "Ben"),
    "lock users role": ("lock", "users", "role", "Ben", "assistant"),
    "lock users assign": ("lock", "users", "assign", "Ben", "Bob"),
    "access-log": ("access-log",),
    "passphrase": ("passphrase",),
    "unlock": ("unlock",),
    "support-bundle": ("support-bundle", "--out", "OUT/bundle.zip"),
    "doctor": ("doctor",),
    "scan": ("scan", "--timeout", "0.5"),
    "bench": ("bench",),
}
"""Every command, in an order in which each finds what it needs."""
ELSEWHERE = ("scan", "bench", "office", "passphrase", "lock set-passphrase", "lock remove-passphrase",
             "lock recovery-key", "lock users add", "lock users remove", "lock users role",
             "lock users assign", "group unwell")  # fmt: skip
"""What asks the radio, takes minutes, opens a window, or wants a passphrase or a running group has its own tests."""
LISTS = (
    "devices",
    "plan courses",
    "sessions",
    "exercises",
    "people",
    "people list",
    "group",
    "diary",
    "access-log",
    "lock users",
    "lock users list",
    "lessons",
    "questionnaire",
    "questionnaire list",
    "questionnaire history",
)
MAPS = ("doctor",)
"""Their keys are names of things, so that there is no place for a version."""


def test_the_table_has_every_command() -> None:
    groups = {
        "devices": main.devices_app,
        "exercises": main.exercises_app,
        "ladder": main.ladder_app,
        "lessons": main.lessons_app,
        "letterhead": main.letterhead_app,
        "lock": main.lock_app,
        "lock users": main.users_app,
        "people": main.people_app,
        "group": main.group_app,
        "diary": main.diary_app,
        "evidence": main.evidence_app,
        "plan": main.plan_app,
        "plan-file": main.plan_file_app,
        "practice-file": main.practice_file_app,
        "questionnaire": main.questionnaire_app,
        "sessions": history.sessions_app,
    }
    registered = [each for each in main.app.registered_commands if each.callback]
    names = [each.name or each.callback.__name__ for each in registered]  # type: ignore[union-attr]
    for group, typed in groups.items():
        within = [each for each in typed.registered_commands if each.callback]
        names += [group, *(f"{group} {each.name or each.callback.__name__}" for each in within)]
    assert set(COMMANDS) == set(names)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_short_plain_and_asked_for_in_both_ways(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    said = shell(*command.split(), "-h")
    assert (said.status, said.err) == (0, "")
    assert said == shell(*command.split(), "--help")
    assert said.out.startswith(f"Usage: biofeedback {command}".rstrip())
    assert "--quiet" in said.out
    assert ("--json" in said.out) == bool(command)
    assert said.out.isascii()
    assert max(len(line) for line in said.out.splitlines()) <= 80


def test_every_command_gives_one_document_and_is_quiet(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIOFEEDBACK_FILE_PASSPHRASE", "four good words here")
    a_session(shell, "--person", "Bob")
    (tmp_path / "gad-7.toml").write_text(find_questionnaire("gad-7").source, encoding="utf-8")
    for on in ("2026-11-02", "2026-11-03"):
        shell("diary", "add", "flare", "came with stress", "--on", on)
    for name, arguments in COMMANDS.items():
        if name in ELSEWHERE:
            continue
        places = [argument.replace("OUT", str(tmp_path)).replace("COURSES", COURSES) for argument in arguments]
        said = shell(*places, "--json", "--quiet")
        assert (said.status, said.err) == (0, ""), name
        document = json.loads(said.out)
        assert isinstance(document, list) == (name in LISTS)
        assert name in (*LISTS, *MAPS) or document["version"] == __version__
        if "--out" in places:
            assert Path(document["out"]).stat().st_size > 0


@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_understood_is_told_in_one_sentence(shell: Shell, command: str) -> None:
    said = shell(*command.split(), "--no-such-option", "--json")
    assert said.status == 2
    assert said.sentence.endswith(f"See biofeedback {command} --help.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("sessions",),
        ("show", "last"),
        ("rescore", "last"),
        ("analyze", "last"),
        ("report", "last", "--out", "x.html"),
        ("export", "last", "--out", "x.csv"),
        ("sound", "flare", "--out", "x.wav"),
        ("exercises",),
        ("exercises", "check", "x.toml"),
        ("ladder",),
        ("lessons",),
        ("lessons", "show", "pain-is-real"),
        ("people",),
        ("overview", "--out", "x.csv"),
        ("batch-report", "--all", "--out", "reports"),
        ("letterhead",),
        ("practice-file", "export", "--out", "x.practice"),
        ("checkin",),
        ("diary",),
        ("questionnaire", "list"),
        ("questionnaire", "show", "peg"),
        ("questionnaire", "check", "x.toml"),
        ("questionnaire", "score", "peg", "--answers", "1,2,3"),
        ("questionnaire", "history", "peg"),
        ("questionnaire", "pattern"),
        ("lock",),
        ("lock", "recovery-key"),
        ("unlock",),
        ("support-bundle", "--out", "x.zip"),
        ("doctor",),
    ],
)
def test_reading_makes_nothing(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    for more in ([], ["--json"]):
        said = shell(*arguments, "--data", "mistyped", *more)
        assert said.status == 1
        assert said.sentence == "There is no folder mistyped. Nothing was made: check the name after --data."
        assert shell("--data", "mistyped", *arguments, *more) == said
    (tmp_path / "other").mkdir()
    if "--out" not in arguments or "--all" in arguments:
        shell(*arguments)
        shell(*arguments, "--data", "other")
    assert [path.name for path in tmp_path.rglob("*")] == ["other"]


def test_where_nothing_was_saved_yet_there_is_nothing_to_read(shell: Shell) -> None:
    assert shell("sessions", "--json").document == []
    assert "no sessions yet" in shell("sessions").out
    assert shell("ladder", "--json").document["rungs"] == []
    assert "there are none yet" in shell("show", "last").sentence
    assert shell("doctor", "--json").document["storage"]["level"] == "good"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exercizes",), "Did you mean 'exercises'?"),
        (("ladder", "ad"), "Did you mean 'add'?"),
        (("run", "flair", "--device", "sim:"), "Did you mean 'flare'?"),
        (("sound", "Box Breathing", "--out", "x.wav"), "Did you mean 'box-breathing'?"),
        (("run", "flare", "--device", "simm:rest"), "Did you mean 'sim:rest'?"),
        (("run", "flare", "--device", "calm"), "Did you mean 'sim:calm'?"),
        (("run", "flare", "--device", "sim:clam"), "Did you mean 'calm'?"),
        (("run", "flare", "--device", "sim:rest?resonanse=6"), "Did you mean 'resonance'?"),
        (("run", "flare", "--device", "replay:x.txt?sped=2"), "Did you mean 'speed'?"),
        (("bench", "--only", "verdict"), "Did you mean 'verdicts'?"),
    ],
)
def test_what_is_nearly_right_is_asked_about(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    assert words in shell(*arguments).sentence


def give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_standard_input_is_read_and_standard_output_written(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    give(monkeypatch, b"800\n" * 60)
    assert shell("analyze", "-", "--json").document["n_beats"] == 60
    give(monkeypatch, b"")
    assert shell("analyze", "-").sentence.startswith("Standard input holds no heartbeats")
    text = shell("exercises", "copy", "flare", "-").out
    give(monkeypatch, text.encode())
    assert shell("exercises", "check", "-").status == 0
    give(monkeypatch, b"format = 2")
    assert shell("exercises", "check", "-").err.startswith("Standard input, line 1: ")
    a_session(shell)
    assert shell("export", "last", "--out", tmp_path / "packets.csv").status == 0
    assert shell("export", "last", "--out", "-").out == (tmp_path / "packets.csv").read_text()
    assert shell("report", "last", "--out", "-").out.startswith("<!doctype html>")
    for command in (("export", "last"), ("report", "last"), ("sound", "flare")):
        assert "choose one of them" in shell(*command, "--out", "-", "--json").sentence


def test_the_version_is_told_and_a_shell_completes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell("--version").out == f"biofeedback {__version__}\n"
    monkeypatch.setenv(door.COMPLETION, "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "biofeedback ses")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert shell().out.split() == ["sessions"]


@pytest.mark.skipif(os.name != "posix", reason="there are no such files elsewhere")
def test_a_check_does_not_wait_for_what_never_ends(shell: Shell, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for path in (tmp_path / "pipe.toml", "/dev/zero"):
        assert "it is no file" in shell("exercises", "check", path).sentence
    deep = tmp_path / "deep.toml"
    deep.write_text(f"a{'.a' * 149_000} = 1")
    assert shell("exercises", "check", deep).sentence == f"{deep}, line 1: a key has more than 20 parts"
    (shell.data / "exercises").mkdir(parents=True)
    os.mkfifo(shell.data / "exercises" / "pipe.toml")
    assert "it is no file" in shell("exercises").err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
def test_output_that_cannot_be_written_is_told(shell: Shell) -> None:
    a_session(shell)
    for command in (("export", "last"), ("report", "last", "--format", "pdf"), ("export", "last", "--format", "rr")):
        assert "No space left on device" in shell(*command, "--out", "/dev/full").sentence
