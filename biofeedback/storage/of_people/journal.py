"""What people tell besides their sessions: check-ins, diary, answers, plans, evidence."""

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from biofeedback.storage import schema
from biofeedback.storage.access import Access, is_person, person_key
from biofeedback.storage.errors import StoreError
from biofeedback.storage.records import Entry, EntryKind
from biofeedback.storage.rows import storable
from biofeedback.storage.seals import ENTRIES, seal

_TOLD = tuple(schema.entries.c[name] for name in ("entry", "kind", "subject", "on_day", "told_utc", "document"))
_KINDS = {kind.value: kind for kind in EntryKind}


class Journal(Access):
    """Entries of each person, one thing told of a day each; the name of a person is empty for whoever is at home.

    All methods raise `StoreError` where the database cannot be read or written.
    """

    def entries(
        self,
        person: str,
        kind: EntryKind | None = None,
        subject: str | None = None,
        since: str = "",
        until: str = "9999",
    ) -> list[Entry]:
        """What a person told, by day and then in the order in which it was told, save what is damaged.

        Parameters
        ----------
        person : str
        kind, subject
            None for all.
        since, until : str
            First and last day, YYYY-MM-DD.
        """
        entries = schema.entries
        sealed = (schema.seals.c.owner == entries.c.entry) & (schema.seals.c.kind == ENTRIES.kind)
        query = (
            select(entries, schema.seals.c.sum)
            .join_from(entries, schema.seals, sealed, isouter=True)
            .where(is_person(entries.c.person, person), entries.c.on_day >= since, entries.c.on_day <= until)
            .order_by(entries.c.on_day, entries.c.entry)
        )
        if kind is not None:
            query = query.where(entries.c.kind == kind.value)
        if subject is not None:
            query = query.where(entries.c.subject == subject)
        with self._reading() as connection:
            found = connection.execute(query).all()
        # What changed on the disk is left out, and `History.damage` tells of it
        return [_entry(*(getattr(row, c.name) for c in _TOLD)) for row in found if row.sum == seal(*row[:-1])]

    def tellers(self, kind: EntryKind) -> frozenset[str]:
        """Names of all who told something of a kind; the empty one is that of whoever is at home."""
        entries, persons = schema.entries, schema.persons
        query = (
            select(persons.c.name)
            .select_from(entries)
            .join(persons, persons.c.person == entries.c.person, isouter=True)
            .where(entries.c.kind == kind.value)
            .distinct()
        )
        with self._reading() as connection:
            return frozenset(name or "" for name in connection.execute(query).scalars())

    def latest(self, person: str, kind: EntryKind, subject: str = "") -> Entry | None:
        """What was told last of something, by its day; None where nothing was."""
        found = self.entries(person, kind, subject)
        return found[-1] if found else None

    def add(
        self, person: str, kind: EntryKind, document: dict[str, Any], on: date | None = None, subject: str = ""
    ) -> Entry:
        """Keep something told of a day, today where none is named, beside what was told before.

        Raises
        ------
        ValueError
            If the document cannot be written as JSON.
        """
        values = told(kind, document, on, subject)
        with self._writing() as connection:
            return _added(connection, person, values)

    def put(
        self, person: str, kind: EntryKind, document: dict[str, Any], on: date | None = None, subject: str = ""
    ) -> Entry:
        """The same in place of what was told of the same subject and day.

        Raises
        ------
        ValueError
            As of `add`.
        """
        values = told(kind, document, on, subject)
        entries = schema.entries
        with self._writing() as connection:
            connection.execute(
                delete(entries).where(
                    entries.c.person.is_not_distinct_from(person_key(connection, person)),
                    entries.c.kind == values["kind"],
                    entries.c.subject == values["subject"],
                    entries.c.on_day == values["on_day"],
                )
            )
            return _added(connection, person, values)

    def change(self, number: int, document: dict[str, Any]) -> None:
        """Give an entry another document; its day stays.

        Raises
        ------
        StoreError
            If there is no such entry.
        ValueError
            As of `add`.
        """
        change = update(schema.entries).where(schema.entries.c.entry == number).values(document=_json(document))
        with self._writing() as connection:
            _checked(connection.execute(change).rowcount, number)

    def remove(self, number: int) -> None:
        """Forget an entry for good.

        Raises
        ------
        StoreError
            If there is no such entry.
        """
        with self._writing() as connection:
            _checked(
                connection.execute(delete(schema.entries).where(schema.entries.c.entry == number)).rowcount, number
            )


def _added(connection: Connection, person: str, values: dict[str, str]) -> Entry:
    put = insert(schema.entries).values(values | {"person": person_key(connection, person)})
    return _entry(*connection.execute(put.returning(*_TOLD)).one())


def told(kind: EntryKind, document: dict[str, Any], on: date | None = None, subject: str = "") -> dict[str, str]:
    """What a row has of something told of a day, today where none is named, save whose it is.

    Raises
    ------
    ValueError
        If the document cannot be written as JSON.
    """
    return {
        "kind": kind.value,
        "subject": storable(subject),
        "on_day": (on or date.today()).isoformat(),
        "told_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "document": _json(document),
    }


def _json(document: dict[str, Any]) -> str:
    return storable(json.dumps(document, allow_nan=False, ensure_ascii=False, separators=(",", ":")))


def _entry(number: int, kind: str, subject: str, on_day: str, told_utc: str, document: str) -> Entry:
    return Entry(number, _KINDS[kind], subject, on_day, told_utc, json.loads(document))


def _checked(n_changed: int, number: int) -> None:
    if n_changed == 0:
        raise StoreError(f"There is no entry {number} any more. Nothing was changed: look at the list again.")
