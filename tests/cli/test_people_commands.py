"""People and their days from the command line: what a script needs, and what is refused."""

import json
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from biofeedback.care.forms import answer
from biofeedback.storage.database import Store
from biofeedback.ui.settings import PERSONS, Settings, keep_settings, read_settings
from protocols.questionnaires.library import find_questionnaire
from tests.cli.shell import Shell, a_session


def test_people_are_kept_and_found(shell: Shell) -> None:
    for name in ("Ana Lima", "P-017"):
        assert shell("people", "add", name).out == f"Added: {name}.\n"
    assert shell("people", "add", " ana  LIMA").sentence.startswith("There is Ana Lima already")
    listed = shell("people", "list", "ana", "--json").document
    assert listed == [{"person": "Ana Lima", "archived": False, "n_sessions": 0, "last_utc": None}]
    shell("people", "archive", "p-017")
    assert [row["person"] for row in shell("people", "--json").document] == ["Ana Lima"]
    assert [row["archived"] for row in shell("people", "list", "--archived", "--json").document] == [False, True]
    shell("people", "archive", "p-017", "--back")
    assert "P-017" in shell("people").out


def test_what_is_known_of_a_person_is_written_down_piece_by_piece(shell: Shell) -> None:
    shell("people", "add", "Ana")
    shell("people", "change", "Ana", "--medication", "propranolol", "--condition", "heart", "--symptom", "tinnitus")
    told = shell("people", "change", "ana", "--notes", "knee", "--offer", "flare", "--confirmed", "--json").document
    wanted = {
        "person": "Ana",
        "medication": "propranolol",
        "conditions": ["heart"],
        "symptoms": ["tinnitus"],
        "offered": ["flare"],
        "nervous_system": True,
    }
    assert told.items() >= wanted.items()
    assert shell("people", "change", "Ana", "--symptom", "", "--json").document["symptoms"] == []
    for wrong in (("--condition", "hearts"), ("--symptom", "pain")):
        said = shell("people", "change", "Ana", *wrong)
        assert said.status == 2
        assert said.sentence.endswith("Nothing was changed.")
    assert shell("people", "change", "Ana", "--offer", "flair").status != 0
    assert shell("people", "show", "Ana", "--json").document == shell("people", "show", "ANA", "--json").document


def test_choices_of_the_window_go_with_a_person(shell: Shell) -> None:
    shell("people", "add", "Ana")
    shell("people", "add", "Bob")
    keep_settings(shell.data, Settings(minutes=20.0), "Ana")
    keep_settings(shell.data, Settings(minutes=15.0), "Bob")
    shell("people", "rename", "Ana", "Anna")
    assert read_settings(shell.data, "anna").minutes == 20.0
    shell("people", "merge", "Anna", "Bob")
    assert read_settings(shell.data, "Anna").minutes == 20.0
    shell("people", "delete", "Anna", "--yes")
    assert json.loads((shell.data / "window.json").read_text())[PERSONS] == {}


def test_nobody_is_deleted_without_a_yes(shell: Shell) -> None:
    a_session(shell, "--person", "Ana")
    said = shell("people", "delete", "Ana")
    assert (said.status, said.sentence.startswith("Nothing was deleted.")) == (2, True)
    assert shell("sessions", "--json").document[0]["person"] == "Ana"
    gone = shell("people", "delete", "Ana", "--yes", "--json").document
    assert (gone["n_sessions"], gone["person"]) == (1, "Ana")
    assert "remains" in gone
    assert shell("sessions", "--json").document == []
    a_session(shell)
    shell("checkin", "--set", "pain=3")
    assert shell("people", "delete", "", "--yes", "--json").document["n_sessions"] == 1
    assert shell("diary", "--json").document == []


def test_all_of_a_person_is_in_one_file(shell: Shell, tmp_path: Path) -> None:
    session_id = a_session(shell, "--person", "Ana")["session_id"]
    shell("checkin", "--person", "Ana", "--set", "pain=3", "--note", "Grüße")
    shell("ladder", "add", "swim", "--distress", "3", "--person", "Ana")
    out = tmp_path / "ana.zip"
    assert shell("people", "export", "ana", "--out", str(out), "--json").document["n_sessions"] == 1
    with ZipFile(out) as archived:
        assert archived.testzip() is None
        names = set(archived.namelist())
        person = json.loads(archived.read("person.json"))
        summary = json.loads(archived.read(f"sessions/{session_id}/summary.json"))
    assert {f"sessions/{session_id}/{name}" for name in ("packets.csv", "rr.csv", "summary.json")} <= names
    assert "left-out.txt" not in names
    assert summary["session_id"] == session_id
    assert {entry["document"].get("words", entry["document"].get("value")) for entry in person["entries"]} == {
        3,
        "Grüße",
    }
    assert [rung["text"] for rung in person["ladder"]] == ["swim"]
    assert shell("people", "export", "Ana", "--out", str(out)).status == 1
    assert shell("people", "export", "Bob", "--out", str(tmp_path / "bob.zip")).sentence.startswith("There is nobody")
    assert not (tmp_path / "bob.zip").exists()


def test_a_day_is_told_and_read(shell: Shell) -> None:
    told = shell("checkin", "--on", "2026-11-20", "--set", "pain=4", "--set", "sleep=7", "--json").document
    assert (told["on"], told["pain"], told["sleep"], told["mood"], told["note"]) == ("2026-11-20", 4, 7, None, None)
    assert shell("checkin", "--on", "2026-11-20", "--set", "pain=", "--json").document["pain"] is None
    shell("diary", "add", "flare", "after the stairs", "--strength", "7", "--on", "2026-11-22")
    days = shell("diary", "--from", "2026-11-19", "--json").document
    assert [(day["on"], day["sleep"], len(day["lines"])) for day in days] == [
        ("2026-11-20", 7, 0),
        ("2026-11-22", None, 1),
    ]
    assert shell("diary", "--to", "2026-11-21", "--json").document == days[:1]
    assert "flare 7 of 10: after the stairs" in shell("diary").out
    assert "Nothing was told" in shell("diary", "--from", "2026-11-23").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("checkin", "--set", "pain"),
        ("checkin", "--set", "pain=eleven"),
        ("checkin", "--set", "pain=11"),
        ("checkin", "--set", "pain=nan"),
        ("checkin", "--set", "pian=4"),
        ("checkin", "--set", "pain=4", "--on", "yesterday"),
        ("checkin", "--set", "pain=4", "--on", "2999-01-01"),
        ("diary", "add", "flair", "x"),
        ("diary", "add", "note", ""),
        ("diary", "remove", "77"),
        ("diary", "--from", "x"),
        ("diary", "--from", "2026-11-22", "--to", "2026-11-21"),
    ],
)
def test_what_cannot_be_told_is_refused_and_nothing_is_kept(shell: Shell, arguments: tuple[str, ...]) -> None:
    said = shell(*arguments)
    assert said.status == 2
    assert said.sentence
    assert shell("diary", "--json").document == []


def test_what_is_not_finished_is_exported_as_a_draft_and_counts_nowhere(shell: Shell, tmp_path: Path) -> None:
    shell("questionnaire", "fill", "peg", "--answers", "1,2,3", "--on", "2026-01-02")
    shell("questionnaire", "pattern", "--answers", "chest=no")
    with Store.open(shell.data) as store:
        peg = find_questionnaire("peg")
        answer(store, "", peg, {peg.items[0].id: 9}, date(2026, 1, 9))
    out = tmp_path / "me.zip"
    assert shell("people", "export", "", "--out", str(out)).status == 0
    with ZipFile(out) as archived:
        document = json.loads(archived.read("person.json"))
    assert [entry["subject"] for entry in document["entries"] if entry["kind"] == "questionnaire"] == ["peg"]
    assert {draft["form"]: draft["document"]["answers"] for draft in document["drafts"]} == {
        "peg": {peg.items[0].id: 9},
        "pattern": {"chest": "no"},
    }
    assert len(shell("questionnaire", "history", "peg", "--json").document) == 1
    assert len(shell("trends", "--measure", "questionnaire:peg", "--json").document["points"]) == 1


def test_a_session_says_what_is_written_down_about_who_practises(shell: Shell) -> None:
    shell("people", "add", "Ana")
    shell("people", "change", "Ana", "--condition", "slow-breathing", "--offer", "quiet-rest")
    run = ("run", "paced-breathing", "--device", "sim:rest?seed=3", "--minutes", "3", "--speed", "0", "--json")
    said = shell(*run, "--person", "ANA")
    assert said.status == 0
    assert "Written down about you: Slow breathing only after asking a doctor." in said.err
    assert "not among the practices that are offered to ANA" in said.err
    said = shell(*run, "--person", "Ben")
    assert "ritten down" not in said.err


def test_what_is_known_of_two_who_are_one_is_joined(shell: Shell) -> None:
    for name, condition in (("Ana", "holds"), ("Bob", "heart")):
        shell("people", "add", name)
        shell("people", "change", name, "--condition", condition, "--notes", f"of {name}")
    assert shell("people", "merge", "Ana", "ANA").sentence.startswith("Ana and")
    assert shell("people", "show", "Ana", "--json").document["conditions"] == ["holds"]
    shell("people", "merge", "Bob", "Ana")
    told = shell("people", "show", "Bob", "--json").document
    assert set(told["conditions"]) == {"holds", "heart"}
    assert told["notes"] == "of Bob\nof Ana"
