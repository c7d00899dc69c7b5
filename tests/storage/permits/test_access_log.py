"""The log of who opened the data: what is in it, and that it cannot be edited unnoticed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.permits.access_note import NOTE, count_wrong
from biofeedback.storage.permits.acts import Act

NAME = "Zebediah Quillfeather"
COLUMNS = ("at_utc", "who", "act", "alias", "detail", "seal")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Store.open(tmp_path) as store:
        store.people.add(NAME)
        for n in range(5):
            store.permit(Act.READ, NAME, f"session-{n}")
    return tmp_path


def edit(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def faults(folder: Path, noted: str = "") -> tuple[str, ...]:
    with Store.open(folder) as store:
        return store.log.verify(noted).faults


def test_what_is_done_stands_in_the_log_with_whose_data_it_was(folder: Path) -> None:
    with Store.open(folder) as store:
        entries = store.log.entries()
        verdict = store.log.verify(store.log.verify().newest)
    assert [entry.act for entry in entries] == ["begun", "open", "people", *["read"] * 5]
    assert {entry.person for entry in entries[3:]} == {NAME}
    assert entries[1].person is None
    assert [entry.n for entry in entries] == list(range(8))
    assert verdict.faults == ()


def test_an_opening_alone_is_written_down_when_the_data_are_closed(tmp_path: Path) -> None:
    for _ in range(3):
        Store.open(tmp_path).close()
    Store.read(tmp_path / "nowhere").close()
    assert not (tmp_path / "nowhere").exists()
    with Store.open(tmp_path) as store:
        assert [entry.act for entry in store.log.entries()] == ["begun", *["open"] * 3]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("n", [0, 1, 4, 7])
def test_an_entry_that_was_changed_is_found(folder: Path, n: int, column: str) -> None:
    edit(folder, f"UPDATE access_log SET {column} = 'x' WHERE n = {n}")
    assert faults(folder)


@pytest.mark.parametrize(
    "statements",
    [
        ("DELETE FROM access_log WHERE n = 3",),
        ("DELETE FROM access_log WHERE n = 0",),
        ("DELETE FROM access_log WHERE n = 3", "UPDATE access_log SET n = n - 1 WHERE n > 3"),
        ("DELETE FROM access_log WHERE n > 5",),
        ("DELETE FROM access_log WHERE n = 7",),
        ("DELETE FROM access_log",),
        ("INSERT INTO access_log SELECT 8, at_utc, who, act, alias, detail, seal FROM access_log WHERE n = 7",),
        ("UPDATE access_log SET n = -n WHERE n > 2", "UPDATE access_log SET n = 1 - n WHERE n < 0",
         "INSERT INTO access_log SELECT 3, at_utc, who, act, alias, detail, seal FROM access_log WHERE n = 2"),
    ],
)  # fmt: skip
def test_what_was_removed_or_put_in_is_found_also_once_more_was_written(
    folder: Path, statements: tuple[str, ...]
) -> None:
    edit(folder, *statements)
    assert faults(folder)
    for _ in range(3):
        with Store.open(folder) as store:
            store.permit(Act.READ, NAME)
    assert faults(folder)


@pytest.mark.parametrize(
    "spoil", [Path.unlink, lambda path: path.write_text("{}"), lambda path: path.write_bytes(b"\0")]
)
def test_a_note_beside_that_is_gone_is_told(folder: Path, spoil: Callable[[Path], object]) -> None:
    spoil(folder / NOTE)
    assert "missing or damaged" in "".join(faults(folder))
    Store.open(folder).close()
    assert "missing or damaged" in "".join(faults(folder))


def test_a_log_made_anew_from_the_beginning_lacks_the_seal_that_was_noted(folder: Path) -> None:
    with Store.open(folder) as store:
        noted = store.log.verify().newest
    edit(folder, "DELETE FROM access_log")
    (folder / NOTE).unlink()
    Store.open(folder).close()
    assert faults(folder) == ()
    assert "noted" in "".join(faults(folder, noted))


def test_who_is_forgotten_is_so_in_the_log_too(folder: Path) -> None:
    with Store.open(folder) as store:
        before = store.log.entries()
        store.people.delete(NAME)
        after = store.log.entries()
        assert store.log.verify().faults == ()
    alias = before[-1].alias
    assert after[-1].act == Act.DELETE
    assert {entry.alias for entry in after if entry.act != Act.OPEN} == {"", alias}
    assert {entry.person for entry in after} == {None}
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert NAME.encode() not in kept
    assert NAME.casefold().encode() not in kept


def test_a_new_name_and_a_joined_person_are_told_by_the_name_they_have(folder: Path) -> None:
    with Store.open(folder) as store:
        store.people.add("Ann")
        store.permit(Act.READ, "Ann")
        store.people.rename(NAME, "Zeb")
        store.people.merge("Ann", "Zeb")
        assert {entry.person for entry in store.log.entries() if entry.act == Act.READ} == {"Ann"}
        assert store.log.verify().faults == ()


def test_words_that_did_not_open_the_data_are_counted(folder: Path) -> None:
    for _ in range(3):
        count_wrong(folder)
    Store.open(folder).close()
    with Store.open(folder) as store:
        wrong, opened = store.log.entries()[-2:]
        assert (wrong.act, opened.act) == (Act.WRONG, Act.OPEN)
        assert wrong.detail.startswith("3 ")
        assert store.log.verify().faults == ()


def test_two_windows_write_one_log(folder: Path) -> None:
    with Store.open(folder) as one, Store.open(folder) as other:
        for _ in range(4):
            one.permit(Act.READ, NAME)
            other.permit(Act.EXPORT, NAME)
        assert one.log.verify() == other.log.verify()
        assert one.log.verify().faults == ()


def test_data_that_were_put_back_go_on_from_where_their_log_ends(folder: Path) -> None:
    with Store.open(folder) as store:
        older = [entry.n for entry in store.log.entries()][-3]
    edit(folder, f"DELETE FROM access_log WHERE n > {older}")
    with Store.open(folder) as store:
        store.log.restart(Act.RESTORE, "from a backup")
        assert store.log.verify().faults == ()
        assert store.log.entries()[-1].act == Act.RESTORE
