"""The log of who did what, and a clinic: users, roles, and whose data each may see."""

import io
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from biofeedback.cli import lock
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.protection import key_file
from biofeedback.storage.protection.key_file import PASSPHRASE
from tests.cli.shell import Shell, a_session

OWNER, BEN, EVE = "correct horse", "battery staple", "seven winds blow"


@pytest.fixture(autouse=True)
def light_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_file, "MEMORY_KIB", 64)
    monkeypatch.setattr(key_file, "GOAL_S", 0.0)


@pytest.fixture
def clinic(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Ana and Bob have a session each; Ben sees Ana as a clinician, Eve as an assistant."""
    for name in ("Ana", "Bob"):
        shell("people", "add", name)
        a_session(shell, "--person", name)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{OWNER}\n{BEN}\n{EVE}\n"))
    assert shell("passphrase").status == 0
    be(monkeypatch, OWNER)
    assert shell("lock", "users", "add", "Ben").status == 0
    assert shell("lock", "users", "add", "Eve", "--role", "assistant", "--json").document["people"] == []
    for name in ("ben", "Eve"):
        assert shell("lock", "users", "assign", name, "ana", "--json").document["people"] == ["Ana"]
    return shell


def be(monkeypatch: pytest.MonkeyPatch, passphrase: str) -> None:
    lock.ask_once.cache_clear()
    monkeypatch.setenv(PASSPHRASE, passphrase)


def test_the_log_tells_what_was_done_and_that_it_was_edited(shell: Shell, tmp_path: Path) -> None:
    shell("people", "add", "Ana")
    session_id = a_session(shell, "--person", "Ana")["session_id"]
    shell("show", session_id)
    shell("report", session_id, "--out", str(tmp_path / "report.html"))
    shell("export", session_id, "--out", str(tmp_path / "packets.csv"))
    entries = shell("access-log", "--json").document
    told = [(entry["act"], entry["person"]) for entry in entries if entry["detail"] == session_id]
    assert told == [(act, "Ana") for act in ("practise", "read", "report", "export")]
    assert [entry["n"] for entry in entries] == list(range(len(entries)))
    assert "Ana" in shell("access-log").out
    verdict = shell("access-log", "--verify", "--json").document
    assert (verdict["ok"], verdict["faults"]) == (True, [])
    assert "cannot find" in shell("access-log", "--verify").out
    assert shell("access-log", "--noted", verdict["newest"]).status == 0
    assert shell("access-log", "--noted", "ab" * 32).status == 1
    shell("sessions", "delete", session_id, "--yes")
    shell("people", "delete", "Ana", "--yes")
    after = shell("access-log", "--json").document
    assert [entry["act"] for entry in after if entry["act"] == "delete"] == ["delete"] * 2
    assert not any(entry["person"] for entry in after)
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE)) as connection, connection:
        connection.execute("UPDATE access_log SET act = 'read' WHERE act = 'export'")
    edited = shell("access-log", "--verify", "--json")
    assert (edited.status, edited.document["ok"], len(edited.document["faults"])) == (1, False, 1)
    assert "not as it was written" in edited.err


def test_each_sees_those_assigned_and_what_is_refused_is_written_down(
    clinic: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    be(monkeypatch, OWNER)
    sessions = {row["person"]: row["session_id"] for row in clinic("sessions", "--json").document}
    assert set(sessions) == {"Ana", "Bob"}
    out = str(tmp_path / "out.html")
    be(monkeypatch, BEN)
    assert [row["person"] for row in clinic("people", "list", "--json").document] == ["Ana"]
    assert [row["session_id"] for row in clinic("sessions", "--json").document] == [sessions["Ana"]]
    for allowed in (("show", sessions["Ana"]), ("show", "last"), ("report", sessions["Ana"], "--out", out),
                    ("checkin", "--person", "Ana", "--set", "pain=3"), ("trends", "--person", "Ana")):  # fmt: skip
        assert clinic(*allowed).status == 0, allowed
    for refused in (
        ("show", sessions["Bob"]), ("report", sessions["Bob"], "--out", out), ("rescore", sessions["Bob"][:-1]),
        ("diary", "--person", "Bob"), ("trends", "--person", "Bob"), ("trends",), ("people", "show", "Bob"),
        ("checkin", "--person", "Bob", "--set", "pain=3"), ("people", "delete", "Ana", "--yes"),
        ("sessions", "delete", sessions["Ana"], "--yes"), ("people", "add", "Zoe"), ("lock", "users"),
        ("access-log",), ("lock", "users", "role", "Ben", "owner"), ("lock", "recovery-key"),
        ("lock", "users", "assign", "Ben", "Bob"), ("lock", "remove-passphrase", "--plain"),
        ("run", "paced-breathing", "--device", "sim:", "--speed", "0", "--headless", "--person", "Bob"),
        ("people", "export", "Bob", "--out", str(tmp_path / "bob.zip")),
    ):  # fmt: skip
        said = clinic(*refused)
        assert (said.status, said.out) == (1, ""), refused
        assert "Traceback" not in said.err
    be(monkeypatch, EVE)
    for refused in (("show", sessions["Ana"]), ("report", sessions["Ana"], "--out", out, "--force"),
                    ("export", sessions["Ana"], "--out", out, "--force"), ("diary", "--person", "Ana"),
                        ("trends", "--measure", "pain", "--person", "Ana")):  # fmt: skip
        assert "assistant" in clinic(*refused).err, refused
    assert clinic("checkin", "--person", "Ana", "--set", "pain=4").status == 0
    be(monkeypatch, OWNER)
    log = clinic("access-log", "--json").document
    refusals = [entry for entry in log if entry["act"] == "refused"]
    assert {entry["who"] for entry in refusals} == {"Ben", "Eve"}
    assert len(refusals) >= 15
    assert clinic("access-log", "--verify").status == 0


def test_users_have_passphrases_of_their_own(clinic: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    be(monkeypatch, BEN)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{EVE}\n"))
    assert "choose another" in clinic("passphrase").err
    monkeypatch.setattr("sys.stdin", io.StringIO("battery acid\n"))
    assert clinic("passphrase").status == 0
    assert clinic("people", "list").status == 1, "the old one is refused at once"
    be(monkeypatch, "battery acid")
    assert clinic("people", "list").status == 0
    be(monkeypatch, OWNER)
    assert "remove the users first" in clinic("lock", "remove-passphrase", "--plain").err
    assert {row["user"] for row in clinic("lock", "users", "list", "--json").document} == {"Ben", "Eve"}
    assert clinic("lock", "users", "role", "Eve", "owner", "--json").document["people"] is None
    assert clinic("lock", "users", "remove", "Ben").status == 0
    be(monkeypatch, "battery acid")
    assert clinic("people", "list").status == 1
    be(monkeypatch, EVE)
    assert len(clinic("people", "list", "--json").document) == 2
    assert clinic("lock", "users", "remove", "Nobody").status == 1
    assert clinic("lock", "users", "role", "Eve", "king").status == 2


def test_users_need_a_passphrase_first(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{BEN}\n"))
    assert "passphrase of your own first" in shell("lock", "users", "add", "Ben").sentence
    assert "no users" in shell("lock", "users").out
    assert shell("people", "add", "Ana").status == 0


def test_files_between_home_and_clinic_and_paperwork_are_of_those_assigned(
    clinic: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BIOFEEDBACK_FILE_PASSPHRASE", "four good words here")
    file = tmp_path / "ana.practice"
    be(monkeypatch, BEN)
    assert clinic("practice-file", "export", "--person", "Ana", "--out", file, "--quiet").status == 0
    assert clinic("practice-file", "import", file, "--person", "Ana", "--json").document["duplicates"] == 1
    assert "nobody called Bob" in clinic("practice-file", "import", file, "--person", "Bob").sentence
    made = clinic("batch-report", "--all", "--out", tmp_path / "r", "--format", "html", "--json").document["made"]
    assert [each["person"] for each in made] == ["Ana"]
    assert clinic("overview", "--out", tmp_path / "a.csv", "--json").document["n_people"] == 1
    be(monkeypatch, EVE)
    assert (
        "may not export data" in clinic("practice-file", "export", "--person", "Ana", "--out", tmp_path / "g").sentence
    )
    assert "may not export data" in clinic("overview", "--out", tmp_path / "b.csv").sentence
    failed = clinic("batch-report", "--all", "--out", tmp_path / "s", "--json").document["failed"]
    assert [(each["person"], "may not write reports" in each["why"]) for each in failed] == [("Ana", True)]
    assert not (tmp_path / "s").exists()
    be(monkeypatch, OWNER)
    told = [(entry["act"], entry["detail"]) for entry in clinic("access-log", "--json").document]
    assert ("export", "practice file") in told
    assert ("change", "practice file") in told


def test_who_may_not_read_is_told_that_something_differs_and_not_how(
    clinic: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BIOFEEDBACK_FILE_PASSPHRASE", "four good words here")
    at_home = ("--data", tmp_path / "home")
    for who, told in ((at_home, ("3", "4", "Swim alone")), ((), ("7", "8", "swim alone"))):
        be(monkeypatch, BEN if not who else "")
        if who:
            clinic("people", "add", "Ana", *who)
        clinic("checkin", "--person", "Ana", "--set", f"pain={told[0]}", "--on", "2026-11-20", *who)
        clinic("ladder", "add", told[2], "--distress", told[1], "--person", "Ana", *who)
    file = tmp_path / "ana.practice"
    be(monkeypatch, "")
    assert clinic("practice-file", "export", "--person", "Ana", "--out", file, *at_home).status == 0
    importing = ("practice-file", "import", file, "--person", "Ana", "--dry-run")
    be(monkeypatch, BEN)
    told_all = clinic(*importing).out
    assert all(each in told_all for each in ("7 is told here and 3 in the file", "8 here and 4", "swim alone"))
    be(monkeypatch, EVE)
    for how in ((), ("--json",)):
        said = clinic(*importing, *how)
        assert said.status == 0
        assert not any(each in said.out for each in ("7 is", "3 in the file", "8 here", "swim", "Swim"))
        for what in ("checkin pain, 2026-11-20", "step of the ladder"):
            assert what in said.out
    assert said.document["conflicts"][0] == {
        "what": "step of the ladder",
        "why": "it is told otherwise here; what is here stays",
    }


def test_who_may_not_read_is_told_what_they_say_and_nothing_from_before(
    clinic: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, day = ("--person", "Ana"), ("--on", "2026-11-20")
    be(monkeypatch, BEN)
    clinic("checkin", *ana, *day, "--set", "pain=7", "--note", "bad night")
    clinic("questionnaire", "fill", "peg", "--answers", "9,9,9", *ana, *day)
    line = clinic("diary", "add", "note", "about my brother", *ana, "--json").document["number"]
    sheet = clinic("evidence", "add", "walked to the lake", *ana, "--json").document["number"]
    be(monkeypatch, EVE)
    for refused in (("checkin", *ana, *day), ("questionnaire", "history", "peg", *ana)):
        said = clinic(*refused)
        assert (said.status, said.out) == (1, "")
        assert "may not read what was measured" in said.err
    said = clinic("checkin", *ana, *day, "--set", "sleep=2", "--json").document
    assert said.items() >= {"sleep": 2, "note": None}.items()
    assert "pain" not in said
    assert "bad night" not in clinic("checkin", *ana, *day, "--set", "sleep=2").out
    assert clinic("questionnaire", "fill", "peg", "--answers", "3,3,3", *ana, "--json").document["change"] is None
    assert "than" not in clinic("questionnaire", "fill", "peg", "--answers", "3,3,3", *ana).out
    assert clinic("diary", "remove", str(line), *ana).out == f"Taken out: [{line}]\n"
    assert clinic("evidence", "remove", str(sheet), *ana).out == f"Taken off: [{sheet}]\n"
    be(monkeypatch, BEN)
    assert (
        clinic("checkin", *ana, *day, "--json").document.items() >= {"pain": 7, "sleep": 2, "note": "bad night"}.items()
    )
    assert clinic("questionnaire", "fill", "peg", "--answers", "3,3,3", *ana, "--json").document["change"] == -6


def test_only_an_owner_makes_and_brings_back_backups_and_it_stands_in_the_log(
    clinic: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = str(tmp_path / "backup.zip")
    for word in (BEN, EVE):
        be(monkeypatch, word)
        said = clinic("backup", "--out", file)
        assert (said.status, Path(file).exists()) == (1, False)
        assert "may not make backups" in said.err
    be(monkeypatch, OWNER)
    assert clinic("backup", "--out", file).status == 0
    clinic("people", "add", "Zoe")
    elsewhere = str(tmp_path / "elsewhere")
    for word, data in ((BEN, ()), (EVE, ()), (BEN, ("--data", elsewhere))):
        be(monkeypatch, word)
        said = clinic("restore", file, *data)
        assert said.status == 1
        assert "may not restore backups" in said.err
    be(monkeypatch, "none of their words")
    assert clinic("restore", file).status == 1
    be(monkeypatch, OWNER)
    assert "Zoe" in clinic("people", "list").out
    assert clinic("restore", file).status == 0
    assert "Zoe" not in clinic("people", "list").out
    assert clinic("access-log", "--verify").status == 0, "an older copy that was put back by the program is none"
    log = clinic("access-log", "--json").document
    assert {"backup", "restore"} <= {entry["act"] for entry in log}
    assert clinic("lock", "users", "role", "Ben", "owner").status == 0
    be(monkeypatch, BEN)
    assert clinic("restore", file).status == 0
    assert clinic("lock", "users").status == 1, "in the backup Ben is a clinician still"
    be(monkeypatch, OWNER)
    assert ("Ben", "restore") in {(entry["who"], entry["act"]) for entry in clinic("access-log", "--json").document}
    assert clinic("access-log", "--verify").status == 0


def test_damaged_data_of_a_clinic_are_brought_back_by_the_owner(
    clinic: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, database = str(tmp_path / "backup.zip"), tmp_path / "data" / DATABASE
    be(monkeypatch, OWNER)
    assert clinic("backup", "--out", file).status == 0
    database.write_bytes(bytes(reversed(database.read_bytes())))
    be(monkeypatch, BEN)
    assert "first passphrase" in clinic("restore", file).err
    be(monkeypatch, OWNER)
    assert clinic("restore", file).status == 0
    assert "Ana" in clinic("people", "list").out


def test_the_programs_own_backup_is_made_whoever_practises(clinic: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    be(monkeypatch, EVE)
    shutil.rmtree(clinic.data / "backups", ignore_errors=True)
    a_session(clinic, "--person", "Ana")
    assert list((clinic.data / "backups").glob("*.zip"))


def test_who_may_not_read_is_told_no_figures_by_a_change(clinic: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    be(monkeypatch, EVE)
    for change in (
        ("exclude", "last", "--from", "1", "--to", "9", "--reason", "x"),
        ("exclude", "last", "--take-back", "1"),
    ):
        for how in ((), ("--json",)):
            refused = clinic(*change, *how)
            assert (refused.status, refused.out) == (1, "")
            assert "may not read what was measured" in refused.err
    refused = clinic("mark", "last", "--at", "5", "--label", "x")
    assert (refused.status, refused.out) == (1, "")
    be(monkeypatch, BEN)
    assert clinic("exclude", "last", "--json").document["excluded"] == []
    assert clinic("mark", "last", "--json").document["markers"] == []


def test_only_an_owner_changes_what_is_on_everybodys_reports(clinic: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    own = clinic.data / "templates"
    changes = (("letterhead", "set", "--name", "Practice"), ("letterhead", "templates"))
    for word in (BEN, EVE):
        be(monkeypatch, word)
        for change in changes:
            assert "may not change the letterhead or the templates of reports" in clinic(*change).sentence
    assert not own.exists()
    be(monkeypatch, OWNER)
    assert "no letterhead" in clinic("letterhead").out
    for change in changes:
        assert clinic(*change).status == 0
    assert own.exists()
    be(monkeypatch, BEN)
    assert clinic("letterhead").out == "Practice\n", "everybody may read it: it stands on what they write"
    be(monkeypatch, OWNER)
    told = [(entry["act"], entry["detail"]) for entry in clinic("access-log", "--json").document]
    assert [detail for act, detail in told if act == "paperwork"] == ["letterhead", "templates"]
    assert [detail for act, detail in told if act == "refused"] == ["paperwork letterhead", "paperwork templates"] * 2
