"""Encryption from the command line, and what is told to those who mend the program."""

import io
import json
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.faults import FAULTS, FaultLog
from biofeedback.storage.protection import key_file
from biofeedback.storage.protection.key_file import PASSPHRASE
from biofeedback.ui.settings import Settings, keep_settings
from tests.cli.shell import Shell, a_session
from tests.storage.keychains import MemoryKeychain, using

WORD, OTHER, NAME, NOTE = "correct horse", "battery staple", "Zebediah Quill", "the left knee after the stairs"


@pytest.fixture(autouse=True)
def light_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_file, "MEMORY_KIB", 64)
    monkeypatch.setattr(key_file, "GOAL_S", 0.0)


def answer(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))


def test_a_passphrase_is_set_changed_used_and_removed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("people", "add", NAME)
    state = shell("lock", "--json").document
    assert (state["encrypted"], state["by"], state["keychain"]) == (False, None, False)
    assert "not encrypted" in shell("lock", "status").out
    answer(monkeypatch, "short")
    assert shell("lock", "set-passphrase").status == 2
    answer(monkeypatch, WORD)
    paper = shell("passphrase", "--json").document["recovery_key"]
    assert shell("lock", "--json").document["by"] == "passphrase"
    refused = shell("people", "list", "--json")
    assert (refused.status, refused.out) == (1, "")
    assert "locked with a passphrase" in refused.sentence
    for wrong in (f"{WORD} ", "wrong horse", paper[:-1] + "0"):
        monkeypatch.setenv(PASSPHRASE, wrong)
        assert shell("people", "list").status == 1
    for right in (WORD, paper):
        monkeypatch.setenv(PASSPHRASE, right)
        assert shell("people", "list", "--json").document[0]["person"] == NAME
        assert shell("unlock", "--json").document["by"] == "passphrase"
    assert shell("lock", "recovery-key").out == f"{paper}\n"
    answer(monkeypatch, OTHER)
    assert shell("lock", "set-passphrase", "--json").document["recovery_key"] == paper
    monkeypatch.setenv(PASSPHRASE, WORD)
    assert shell("people", "list").status == 1
    monkeypatch.setenv(PASSPHRASE, OTHER)
    assert "--plain" in shell("lock", "remove-passphrase").sentence
    assert "not encrypted" in shell("lock", "remove-passphrase", "--plain").out
    monkeypatch.delenv(PASSPHRASE)
    assert shell("people", "list", "--json").document[0]["person"] == NAME
    assert "not encrypted" in shell("lock", "recovery-key").sentence
    assert "did not have the key" in shell("lock", "forget").out, "nothing is said of a recovery key that there is not"


def test_with_a_keychain_nobody_is_asked_for_anything(shell: Shell) -> None:
    shell("people", "add", NAME)
    with using(MemoryKeychain()):
        said = shell("people", "list")
        assert NAME in said.out
        assert "encrypted from now on" in said.err
        assert shell("lock", "--json").document["by"] == "keychain"
        assert "NO" not in shell("doctor").out.partition("encryption")[0].splitlines()[-1]
        assert shell("doctor", "--json").document["encryption"]["ok"]
        paper = shell("lock", "recovery-key").out
        assert shell("lock", "forget").status == 2
        assert shell("lock", "forget", "--yes", "--json").document["forgotten"]
        assert "recovery key" in shell("people", "list").sentence
        assert len(paper.strip().split("-")) == 14


def test_the_doctor_says_where_data_are_not_encrypted_and_does_not_open_what_is_locked(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("people", "add", NAME)
    told = shell("doctor", "--json").document["encryption"]
    assert (told["ok"], told["level"]) == (False, "note")
    assert "set-passphrase" in told["detail"]
    answer(monkeypatch, WORD)
    shell("passphrase")
    told = shell("doctor", "--json").document
    assert told["encryption"]["ok"]
    assert "was not looked into" in told["storage"]["detail"]


def test_after_a_session_a_report_and_an_export_no_known_plain_text_lies_in_the_data(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(PASSPHRASE, WORD)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    session = a_session(shell, "--person", NAME, device="sim:rest?seed=3")["session_id"]
    shell("people", "change", NAME, "--notes", NOTE)
    shell("checkin", "--person", NAME, "--set", "pain=7", "--set", f"note={NOTE}")
    assert shell("report", session, "--out", tmp_path / "report.pdf").status == 0
    assert shell("export", session, "--format", "rr", "--out", tmp_path / "beats.txt").status == 0, "exports are plain"
    with FaultLog(shell.data).contained("a crash made on purpose"):
        raise ValueError(f"{NAME}: {NOTE}")
    with Store.open(shell.data) as store:
        runs = [packet.payload for packet in store.raw_packets(session) if len(packet.payload) > 5]
    assert runs
    lies = b"".join(path.read_bytes() for path in (*shell.data.rglob("*"), *scratch.rglob("*")) if path.is_file())
    for known in (NAME.encode(), NAME.casefold().encode(), NOTE.encode(), session.encode(), b"paced-breathing", *runs):
        assert known not in lies, known
    names = [path.name for path in shell.data.rglob("*")]
    assert not any(NAME.split()[0].casefold() in name.casefold() for name in names)


def test_a_bundle_for_support_holds_nothing_of_anybody(shell: Shell, tmp_path: Path) -> None:
    strap = "ble:C4:DE:E2:0A:1B:2C"
    session = a_session(shell, "--person", NAME)["session_id"]
    shell("people", "change", NAME, "--notes", NOTE)
    keep_settings(shell.data, Settings(device_uri=strap, device_name=f"Strap of {NAME}"), NAME)
    with FaultLog(shell.data).contained("painting"):
        raise ValueError(f"{NAME} {strap} 853 871 866")
    log = shell.data / FAULTS
    log.write_text(
        log.read_text() + f"2026-11-20T08:00:00+00:00 saving {NAME}\n  care/diary.py:12 in keep\n"
        f"KeyError: {NOTE}\n\n{NAME}\n"
    )  # fmt: skip, as an earlier version wrote it
    out = tmp_path / "bundle.zip"
    assert shell("support-bundle", "--out", out, "--json").document["files"] == ["about.json", FAULTS]
    with ZipFile(out) as bundle:
        content = "\n".join(bundle.read(name).decode() for name in bundle.namelist())
    for known in (*NAME.split(), "knee", strap, strap[4:], "853", session, str(shell.data), str(Path.home()) + "/"):
        assert known not in content, known
    assert "care/diary.py:12 in keep" in content
    assert "KeyError" in content
    assert json.loads(ZipFile(out).read("about.json"))["checks"]["encryption"] == "note"


def test_an_encrypted_database_is_no_database_to_other_programs(shell: Shell) -> None:
    with using(MemoryKeychain()):
        shell("people", "add", NAME)
    with pytest.raises(sqlite3.DatabaseError), sqlite3.connect(shell.data / "biofeedback.sqlite") as connection:
        connection.execute("SELECT * FROM persons")
    connection.close()


def test_forgetting_says_that_older_copies_cannot_be_read(shell: Shell) -> None:
    with using(MemoryKeychain()):
        first = a_session(shell, "--person", NAME)["session_id"]
        old = shell("lock", "recovery-key", "--json").document["recovery_key"]
        assert shell("sessions", "delete", first, "--yes", "--json").document["erased"] is True
        assert "--new" in shell("lock", "recovery-key").err
        new = shell("lock", "recovery-key", "--new", "--json").document["recovery_key"]
        assert new != old
        assert shell("lock", "recovery-key").out == f"{new}\n"
        with Store.open(shell.data):
            said = shell("people", "delete", NAME, "--yes")
            assert "not yet, for another window has the data open" in said.out
        assert "The data have another key" in _deleted(shell)
    shell("--data", str(shell.data.parent / "plain"), "people", "add", NAME)
    plain = shell("--data", str(shell.data.parent / "plain"), "people", "delete", NAME, "--yes", "--json")
    assert plain.document["erased"] is None


def _deleted(shell: Shell) -> str:
    shell("people", "add", NAME)
    return shell("people", "delete", NAME, "--yes").out
