"""Several people at once from the command line: what a script is told, and what is refused before anything begins."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Pool, event

from biofeedback.cli import tiles
from biofeedback.storage.database import Store
from biofeedback.storage.recording import rescue
from tests.cli.shell import NoReference, Shell

START = ("group", "start", "paced-breathing", "--minutes", "3", "--speed", "0", "--headless")


@pytest.fixture(autouse=True)
def _no_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "ReferenceWorker", NoReference)


def test_a_group_is_one_document_and_a_session_each(shell: Shell) -> None:
    members = ("--member", "Ana=sim:", "--member", "Ben=sim:", "--member", "C=3=sim:dropout?every_s=60&for_s=10")
    said = shell(*START, *members, "--json")
    told = said.document
    assert (said.status, told["exercise"], told["in_step"]) == (0, "paced-breathing", True)
    assert [each["person"] for each in told["members"]] == ["Ana", "Ben", "C=3"]
    assert [each["device"] for each in told["members"]][:2] == ["sim:", "sim:?seed=2"]
    assert [each["ended"] for each in told["members"]] == ["done"] * 3
    assert [bool(each["gaps"]) for each in told["members"]] == [False, False, True]
    assert told["members"][0]["n_beats"] != told["members"][1]["n_beats"]
    keys = {"person", "device", "session_id", "n_beats", "artifact_percent", "gaps", "ended", "latency_ms"}
    assert all(set(each) == keys for each in told["members"])
    for each in told["members"]:
        session_id = each["session_id"]
        saved = shell("show", session_id, "--json").document
        assert (saved["n_beats"], saved["gaps"], saved["person"]) == (each["n_beats"], each["gaps"], each["person"])
        again = shell("rescore", session_id, "--json").document
        assert (again["phases"], again["score"], again["gaps"]) == (saved["phases"], saved["score"], saved["gaps"])
    assert "Slow breathing\n" in said.err
    assert said.err.count("Slow breathing") == 1
    assert "C=3: No beats are coming." in said.err


def test_each_wears_the_strap_that_was_given_to_them_once(shell: Shell) -> None:
    for name in ("Ana", "Lima, Ben"):
        shell("people", "add", name)
    assert "has no strap yet" in shell(*START, "--people", "Ana").sentence
    assert shell("people", "strap", "ana", "sim:calm?seed=3").out == "Ana wears sim:calm?seed=3.\n"
    also = shell("people", "strap", "Lima, Ben", "sim:calm?seed=3", "--json").document["also"]
    assert also == ["Ana"]
    assert "cannot wear the same strap" in shell(*START, "--people", "Ana", "--people", "Lima, Ben").sentence
    shell("people", "strap", "Lima, Ben", "sim:rest?seed=4")
    assert "stands twice" in shell(*START, "--people", "ana,Lima, Ben,Ana").sentence
    said = shell(*START, "--people", "Lima, Ben,ana", "--apart", "--codes", "--json")
    assert [each["person"] for each in said.document["members"]] == ["P1", "P2"]
    assert [each["device"] for each in said.document["members"]] == ["sim:rest?seed=4", "sim:calm?seed=3"]
    assert not any(name in said.out + said.err for name in ("Ana", "Ben"))
    assert shell("sessions", "--person", "Ana", "--json").document[0]["device"] == "sim:calm?seed=3"
    assert shell("people", "strap", "Ana", "").out == "Ana has no strap of their own any more.\n"


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([], "at least one member"),
        (["Ana=sim:", " ANA=sim:"], "stands twice"),
        (["=sim:"], "a name or a code"),
        (["Ana"], "write PERSON=DEVICE"),
        (["Ana=none:"], "wears a strap"),
        (["Ana=ble:", "Ben=sim:"], "may be anybody's"),
        (["Ana=ble:C4:43:1A:00:00:01", "Ben=ble:c4:43:1a:00:00:01"], "cannot wear the same strap"),
        (["Ana=sim:rest?seed=2", "Ben=sim:?seed=2"], "cannot wear the same strap"),
        (["Ana=ble:C4:43:1A:00:00:01"], "faster than its heart"),
    ],
)
def test_what_cannot_be_a_group_is_not_begun(members: list[str], why: str, shell: Shell) -> None:
    said = shell(*START, *(word for member in members for word in ("--member", member)))
    assert said.status == 2
    assert why in said.sentence
    assert shell("sessions", "--json").document == []


def test_a_device_that_is_none_and_lots_are_told(shell: Shell) -> None:
    assert "Did you mean 'sim:'?" in shell(*START, "--member", "Ana=simm:").sentence
    drawn = ("group", "start", "personal-trial", "--speed", "0", "--member", "Ana=sim:")
    assert "choose --apart" in shell(*drawn).sentence


def test_who_has_no_session_running_is_not_unwell_in_one(shell: Shell) -> None:
    shell(*START, "--member", "Ana=sim:", "--json")
    assert "No session of Ana is running. Nothing was changed." in shell("group", "unwell", "ana").sentence
    assert shell("group", "unwell", "Ana", "--note", "x" * 201).status == 2
    assert "Nobody" in shell("group", "unwell", "Cleo").sentence or shell("group", "unwell", "Cleo").status == 1


def test_one_of_a_running_group_is_noted_as_unwell_by_command(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, as from another terminal, while the group runs here."""
    asked: list[subprocess.Popen[str]] = []
    called = Store.is_stopped_unwell

    def ask(store: Store, session_id: str) -> bool:
        if not asked and session_id.endswith("-2"):
            command = [sys.executable, "-m", "biofeedback", "group", "unwell", "Ben", "--note", "pale", "--json"]
            asked.append(subprocess.Popen([*command, "--data", str(shell.data)], stdout=subprocess.PIPE, text=True))
        is_over = bool(asked) and asked[0].poll() is not None  # then the others need not go on any longer
        return is_over or called(store, session_id)

    monkeypatch.setattr(Store, "is_stopped_unwell", ask)
    members = ("--member", "Ana=sim:", "--member", "Ben=sim:")
    said = shell("group", "start", "paced-breathing", "--minutes", "20", "--speed", "10", *members, "--json")
    ana, ben = said.document["members"]
    assert asked[0].wait() == 0
    assert asked[0].stdout is not None
    with asked[0].stdout as out:
        assert json.loads(out.read())["session_id"] == ben["session_id"]
    assert ben["ended"] == "unwell"
    assert lasted_s(shell, ana) > lasted_s(shell, ben)
    noted = shell("mark", ben["session_id"], "--json").document["markers"]
    assert [mark["label"] for mark in noted] == ["unwell", "pale"]


def lasted_s(shell: Shell, member: dict[str, Any]) -> float:
    """How long the session of a member lasted."""
    lasted: float = shell("show", member["session_id"], "--json").document["duration_s"]
    return lasted


@pytest.fixture
def full_disk(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database takes no page more than it has."""

    def limit(connection: Any, *_: object) -> None:
        file = connection.execute("PRAGMA database_list").fetchone()[2]
        if Path(file).parent == shell.data:
            connection.execute("PRAGMA max_page_count = 1").close()

    monkeypatch.setattr(rescue, "places", lambda folder: (tmp_path / "elsewhere",))
    shell("people", "add", "Ana")
    event.listen(Pool, "checkout", limit)
    yield
    event.remove(Pool, "checkout", limit)


@pytest.mark.usefixtures("full_disk")
def test_what_a_full_disk_did_not_take_is_told_and_fails(shell: Shell) -> None:
    said = shell(*START, "--member", "Ana=sim:", "--member", "Ben=sim:", "--json")
    assert said.status == 1
    for each in said.document["members"]:
        assert (each["n_beats"], each["artifact_percent"], each["gaps"]) == (None, None, None)
        assert f"biofeedback.rescue-{each['session_id']}.db" in each["ended"]
    assert said.err.count("The sessions of 2 of 2 could not be saved whole.") == 1
