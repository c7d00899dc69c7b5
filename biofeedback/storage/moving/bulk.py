"""People with all that was recorded of them, in one transaction: for a store that is made up."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, insert, literal, select

from biofeedback.storage import schema
from biofeedback.storage.access import person_key
from biofeedback.storage.deletion import hanging_on
from biofeedback.storage.engine import open_engine, writing
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.records import EntryKind

COPIED = [table for table in hanging_on(schema.sessions) if table not in (schema.results, schema.ratings)]


@dataclass(frozen=True, slots=True)
class MadeSession:
    """A session made after one that was recorded, at another time.

    Attributes
    ----------
    like : str
        Id of the recorded one: exercise, settings and length are its own.
    session_id, started_utc, device : str
    document : dict
        Its figures.
    ratings : map from moment to a map from question to answer
    whole : bool
        Whether packets, beats and all else that was recorded are copied, too.
    """

    like: str
    session_id: str
    started_utc: str
    device: str
    document: dict[str, Any]
    ratings: Mapping[str, Mapping[str, int]]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class MadeEntry:
    """Something told of a day, at its end."""

    kind: EntryKind
    subject: str
    on: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MadePerson:
    """A person, by their name, with sessions and entries in their order."""

    name: str
    sessions: Sequence[MadeSession] = ()
    entries: Sequence[MadeEntry] = ()


def write_in_bulk(folder: Path, people: Iterable[MadePerson]) -> None:
    """Write people into a data folder that is open in this process; all or none.

    Raises
    ------
    KeyError
        If a session was made after one that is not there.
    """
    engine = open_engine(folder / DATABASE)
    try:
        with writing(engine) as connection:
            recorded = {row.session_id: row for row in connection.execute(select(schema.sessions))}
            for person in people:
                key = person_key(connection, person.name)
                _write_sessions(connection, key, person.sessions, recorded)
                _write_entries(connection, key, person.entries)
    finally:
        engine.dispose()


def _write_sessions(
    connection: Connection, person: int | None, made: Sequence[MadeSession], recorded: Mapping[str, Row[Any]]
) -> None:
    first = 1 + (connection.scalar(select(func.max(schema.sessions.c.session))) or 0)
    written: dict[str, list[dict[str, Any]]] = {"sessions": [], "results": [], "ratings": []}
    for key, each in enumerate(made, first):
        like = recorded[each.like]._asdict()
        ended = datetime.fromisoformat(each.started_utc) + timedelta(seconds=like["duration_s"])
        own = {"session": key, "session_id": each.session_id, "person": person, "device": each.device, "simulated": 0}
        times = {"started_utc": each.started_utc, "ended_utc": ended.isoformat(timespec="seconds")}
        written["sessions"].append(like | own | times)
        document = json.dumps(each.document, allow_nan=False, separators=(",", ":"))
        result = {"session": key, "n": 0, "computed_utc": times["ended_utc"], "method": "made up"}
        written["results"].append(result | {"document": document})
        written["ratings"] += [
            {"session": key, "moment": moment, "question": question, "value": value}
            for moment, answers in each.ratings.items()
            for question, value in answers.items()
        ]
    for name, values in written.items():
        if values:
            connection.execute(insert(schema.metadata.tables[name]), values)
    for key, each in enumerate(made, first):
        if each.whole:
            _copy(connection, recorded[each.like].session, key)


def _copy(connection: Connection, from_key: int, to_key: int) -> None:
    for table in COPIED:
        others = [column for column in table.columns if column.name != "session"]
        rows = select(literal(to_key), *others).where(table.c.session == from_key)
        connection.execute(insert(table).from_select([table.c.session, *others], rows))


def _write_entries(connection: Connection, person: int | None, made: Sequence[MadeEntry]) -> None:
    values = [
        {
            "person": person,
            "kind": each.kind.value,
            "subject": each.subject,
            "on_day": each.on,
            "told_utc": f"{each.on}T20:00:00+00:00",
            "document": json.dumps(each.document, ensure_ascii=False, separators=(",", ":")),
        }
        for each in made
    ]
    if values:
        connection.execute(insert(schema.entries), values)
