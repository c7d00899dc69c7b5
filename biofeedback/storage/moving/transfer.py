"""A person's practice as plain documents, to be given to another installation, and taken in there as a whole."""

import base64
import binascii
import json
import math
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import REAL, Connection, Engine, Integer, LargeBinary, Table, insert, select

from biofeedback.storage import rows, schema
from biofeedback.storage.access import Access, is_person, person_key
from biofeedback.storage.deletion import hanging_on
from biofeedback.storage.errors import StoreError
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.moving.identity import checked_session_id
from biofeedback.storage.moving.taking_in import OTHERWISE, Conflict, EntriesHere, join_rungs
from biofeedback.storage.of_people.journal import told
from biofeedback.storage.of_people.ladders import experience_of
from biofeedback.storage.packed.blocks import decode_block
from biofeedback.storage.packed.packing import pack_rows
from biofeedback.storage.packed.streams import PACKED, rows_of
from biofeedback.storage.records import EntryKind

RECORDED = [table for table in hanging_on(schema.sessions) if table is not schema.packed]
"""Tables of a session; what is packed stands among the rows of its own table."""
ADDED_LATER = (schema.results, schema.ratings, schema.markers)
"""What may come to a session after it ended; the rest is what makes it the same."""
_OWN = ("session", "person")
"""Columns that mean something in one database only."""
_LARGEST = 1 << 63
LONGEST_TIME = 40

Document = dict[str, Any]
"""A session for JSON: `session`, a value a column, and `tables`, each a list a column; bytes in base 64."""
_Values = dict[str, Any]
Rows = list[dict[str, Any]]
_Content = dict[Table, Rows]


@dataclass(slots=True)
class Taken:
    """What came of taking in: how many sessions, entries and steps of the ladder are new, or were here already."""

    new_sessions: int = 0
    duplicates: int = 0
    new_entries: int = 0
    duplicate_entries: int = 0
    new_rungs: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


class Transfer(Access):
    """Gives and takes what was recorded of a person; all methods raise `StoreError` where the data cannot be used."""

    kept = "What was there is kept as it was; nothing was taken in"

    def __init__(self, engine: Engine, database: Path, locks: SessionLocks) -> None:
        super().__init__(engine, database)
        self._locks = locks

    def session(self, session_id: str) -> Document:
        """A session as a document; what is damaged or was deleted meanwhile raises."""
        sessions = schema.sessions
        with self._reading() as connection:
            found = connection.execute(select(sessions).where(sessions.c.session_id == session_id)).one_or_none()
            if found is None:
                raise StoreError(f"Session {session_id} was deleted meanwhile.")
            try:
                return _document(connection, found._mapping)
            except ValueError as error:
                raise StoreError(f"What was recorded of session {session_id} is damaged ({error}).") from error

    def rungs(self, person: str) -> list[dict[str, Any]]:
        """The steps of a ladder, those that were taken off too."""
        rungs = schema.rungs
        query = select(rungs.c.text, rungs.c.distress, rungs.c.archived).where(is_person(rungs.c.person, person))
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(query.order_by(rungs.c.position, rungs.c.rung)).mappings()]

    @contextmanager
    def taking(self, person: str, *, really: bool = True, values: bool = True) -> Iterator["Taking"]:
        """Take in for a person, all or nothing; nothing where it is only to be told what would come of it.

        Without `values`, it is told of what differs, and not how.
        """
        with self._writing() as connection:
            yield Taking(connection, self._locks, person, values=values)
            if not really:
                connection.rollback()


class Taking:
    """One taking in; what cannot be what it says raises `ValueError`, and nothing of it stays then."""

    def __init__(self, connection: Connection, locks: SessionLocks, person: str, *, values: bool) -> None:
        self._connection = connection
        self._values = values
        self._locks = locks
        self._key = person_key(connection, person)
        self.taken = Taken()
        self._brought: list[str] = []

    def session(self, document: Mapping[str, Any]) -> None:
        """Take in a session; the same one is passed over, and one of the same id that differs is told and not taken."""
        values, content = _checked(document)
        sessions, session_id = schema.sessions, values["session_id"]
        query = select(sessions).where(sessions.c.session_id == session_id)
        here = self._connection.execute(query).one_or_none()
        if here is None:
            self._put(values, content)
            self.taken.new_sessions += 1
            self._brought.append(session_id)
        elif here.person != self._key:
            raise StoreError(
                f"Session {session_id} of the file is here already as that of somebody else, so the file is hardly of "
                "this person. Nothing was taken in: choose the right person."
            )
        elif self._locks.running([session_id]):
            self._conflict(f"session {session_id}", "it is being recorded here; the file's was not taken")
        else:
            try:
                ours = _checked(_document(self._connection, here._mapping))
            except ValueError as error:
                how = f" ({error})" if self._values else ""
                damaged = f"it is damaged here{how}; the file's was not taken"
                self._conflict(f"session {session_id}", f"{damaged}: delete it here, then take the file in again")
            else:
                self._compare(here.session, *ours, values, content)

    def entries(self, every: Iterable[Mapping[str, Any]]) -> None:
        """Take in what was told of days."""
        n_new, n_same, conflicts = EntriesHere(self._connection, self._key, self._values).take(every)
        self.taken.new_entries += n_new
        self.taken.duplicate_entries += n_same
        self.taken.conflicts += conflicts

    def rungs(self, every: Iterable[Mapping[str, Any]]) -> None:
        """Take in steps of the ladder."""
        n_new, conflicts = join_rungs(self._connection, self._key, every, shows=self._values)
        self.taken.new_rungs += n_new
        self.taken.conflicts += conflicts

    def told(self, every: Iterable[Mapping[str, str]]) -> None:
        """Put in rows of `journal.told`."""
        values = [{**each, "person": self._key} for each in every]
        self._connection.execute(insert(schema.entries), values)

    def sender(self, public_key: str, document: Mapping[str, Any]) -> None:
        """Remember who signed what was taken in, and which sessions came with it; nothing where that is known."""
        new = told(EntryKind.SENDER, {**document, "sessions": self._brought}, subject=public_key)
        entries = schema.entries
        known = select(entries.c.entry).where(
            entries.c.person.is_not_distinct_from(self._key),
            entries.c.kind == new["kind"],
            entries.c.subject == public_key,
        )
        if self._brought or self._connection.execute(known).first() is None:
            self._connection.execute(insert(entries).values({**new, "person": self._key}))

    def _put(self, values: _Values, content: _Content) -> None:
        sessions = schema.sessions
        put = insert(sessions).values({**values, "person": self._key}).returning(sessions.c.session)
        key = self._connection.execute(put).scalar_one()
        over = values["ended_utc"] is not None
        for table, found in content.items():
            if found and not (over and table in PACKED):
                self._connection.execute(insert(table), [{**row, "session": key} for row in found])
        if over:
            packed = pack_rows({table: [tuple(row.values()) for row in content[table]] for table in PACKED})
            self._connection.execute(insert(schema.packed).values(session=key, content=packed))

    def _compare(self, key: int, ours: _Values, ours_content: _Content, values: _Values, content: _Content) -> None:
        session_id = values["session_id"]
        if ours != values or any(
            ours_content[table] != content[table] for table in RECORDED if table not in ADDED_LATER
        ):
            self._conflict(f"session {session_id}", "what was recorded differs; the file's was not taken")
            return
        self.taken.duplicates += 1
        self._join_marks(key, ours_content[schema.markers], content[schema.markers])
        self._join_ratings(key, session_id, ours_content[schema.ratings], content[schema.ratings])
        if _left_out(ours_content) != _left_out(content):
            why = "other stretches are left out of its figures in the file; what is here stays"
            self._conflict(f"session {session_id}", why)

    def _join_marks(self, key: int, ours: Rows, theirs: Rows) -> None:
        """Put in marks that were set later."""
        here = {(row["at_s"], row["label"]) for row in ours}
        new = [row for row in theirs if (row["at_s"], row["label"]) not in here]
        first = 1 + max((row["n"] for row in ours), default=-1)
        if new:
            values = [row | {"session": key, "n": n} for n, row in enumerate(new, first)]
            self._connection.execute(insert(schema.markers), values)

    def _join_ratings(self, key: int, session_id: str, ours: Rows, theirs: Rows) -> None:
        """Put in answers that were given later."""
        answers = {(row["moment"], row["question"]): row["value"] for row in ours}
        for row in theirs:
            moment, question, value = row["moment"], row["question"], row["value"]
            answer = answers.get((moment, question))
            if answer is None:
                self._connection.execute(insert(schema.ratings).values(row | {"session": key}))
            elif answer != value:
                what = f"session {session_id}, {question} {moment}"
                why = f"{answer} is told here and {value} in the file; what is here stays"
                self._conflict(what, why if self._values else OTHERWISE)

    def _conflict(self, what: str, why: str) -> None:
        self.taken.conflicts.append(Conflict(what, why))


def _document(connection: Connection, found: Mapping[Any, Any]) -> Document:
    """A session as it is in the database.

    Raises
    ------
    ValueError
        If what is packed is damaged.
    """
    session = {name: value for name, value in found.items() if name not in _OWN}
    tables = {}
    for table in RECORDED:
        names = _names(table)
        values = [[getattr(row, name) for name in names] for row in rows_of(connection, table, found["session"])]
        if table is schema.results:
            at = names.index("document")
            values = [[*row[:at], _without_name(row[at]), *row[at + 1 :]] for row in values]
        if values:
            columns = zip(*values, strict=True)
            tables[table.name] = {
                name: [_plain(each) for each in column] for name, column in zip(names, columns, strict=True)
            }
    return {"session": session, "tables": tables}


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name not in _OWN]


def _checked(document: Mapping[str, Any]) -> tuple[_Values, _Content]:
    """A session and the rows of its tables, each value of the kind of its column and each row a record.

    Raises
    ------
    ValueError
        If they are not.
    """
    try:
        session, tables = document["session"], document["tables"]
        (values,) = _rows(schema.sessions, {name: [value] for name, value in session.items()})
        unknown = set(tables) - {table.name for table in RECORDED}
        if unknown:
            raise ValueError(f"a part that is not known, {min(unknown)}")
        content = {table: _rows(table, tables.get(table.name, {})) for table in RECORDED}
        for result in content[schema.results]:
            result["document"] = _without_name(result["document"])
        _check_session(values)
        for table, check in _RECORDS.items():
            row = namedtuple("row", _names(table))  # type: ignore[misc]
            for each in content[table]:
                check(row(**each))
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error) as error:
        raise ValueError(f"no session ({type(error).__name__})") from error
    return values, content


def _rows(table: Table, given: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """Rows of columns of values."""
    columns = [column for column in table.columns if column.name not in _OWN]
    if unknown := set(given) - {column.name for column in columns}:
        raise ValueError(f"a part that is not known, {min(unknown)}")
    n_rows = max(map(len, given.values()), default=0)
    found = {}
    for column in columns:
        values = given.get(column.name)
        if values is None and column.nullable:  # of a file of before there was this column
            values = [None] * n_rows
        if not isinstance(values, list):
            if n_rows == 0:
                return []
            raise ValueError(f"{table.name} without {column.name}")
        found[column.name] = [
            None if value is None and column.nullable else _value(column.type, value) for value in values
        ]
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def _value(kind: Any, value: Any) -> Any:
    if isinstance(kind, Integer):
        if type(value) is not int or not -_LARGEST <= value < _LARGEST:
            raise ValueError(f"no whole number, {value!r:.20}")
        return value
    if isinstance(kind, REAL):
        if type(value) not in (int, float) or not math.isfinite(value):
            raise ValueError(f"no number, {value!r:.20}")
        return float(value)
    if not isinstance(value, str):
        raise ValueError(f"no text, {value!r:.20}")
    return base64.b64decode(value, validate=True) if isinstance(kind, LargeBinary) else rows.storable(value)


def _check_session(values: Mapping[str, Any]) -> None:
    checked_session_id(values["session_id"])
    for name in ("started_utc", "ended_utc"):
        if values[name] is not None and len(values[name]) > LONGEST_TIME:
            raise ValueError(f"{name} is no time")
        datetime.fromisoformat(values[name] or values["started_utc"])
    settings = _object(values["settings"])
    minutes = settings.get("minutes")
    if minutes is not None and (type(minutes) not in (int, float) or not 0 <= minutes < _LARGEST):
        raise ValueError("minutes are no number")
    if values["ended_utc"] is not None and not 0 <= (values["duration_s"] or 0.0) < _LARGEST:
        raise ValueError("it lasted no time")


def _object(text: str) -> dict[str, Any]:
    found = rows.strict_json(text)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _check_result(row: Any) -> None:
    result = _object(row.document).get("result")
    if isinstance(result, dict) and result.get("activity") is not None:
        experience_of(result["activity"], date.min)


def _left_out(content: _Content) -> list[Any]:
    """The stretches that are left out of the newest figures."""
    newest = max(content[schema.results], key=lambda row: row["n"], default=None)
    return list(_object(newest["document"]).get("excluded", ())) if newest else []


def _without_name(document: str) -> str:
    """Figures without the name that the person had when they were computed: in another profile it is another one."""
    told = {key: value for key, value in _object(document).items() if key != "person"}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _check_rating(row: Any) -> None:
    rows.rating_values(row.moment, row.question, row.value)


_RECORDS: dict[Table, Callable[[Any], object]] = {
    schema.phases: rows.phase_of,
    schema.packets: rows.packet_of,
    schema.streams: rows.start_of,
    schema.blocks: lambda row: decode_block(row.frames),
    schema.beats: rows.beat_of,
    schema.live: rows.live_of,
    schema.timeline_events: rows.timeline_event_of,
    schema.news: rows.news_of,
    schema.reference_figures: rows.reference_of,
    schema.results: _check_result,
    schema.ratings: _check_rating,
}
