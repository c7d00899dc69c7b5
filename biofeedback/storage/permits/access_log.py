"""Who opened the data, whose they looked at, and what became of them: a log that cannot be edited unnoticed.

Each entry has a seal, the SHA-256 of what it says and of the seal before it; the first says something random. Number
and seal of the newest stand in a file beside the data, too, so that an end that was cut off is missed. Whom an entry
concerns is told by a random alias, which is forgotten with the person.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select

from biofeedback.storage import schema
from biofeedback.storage.access import Access
from biofeedback.storage.names import folded
from biofeedback.storage.permits.access_note import NOTE, Note, now_utc, read_note, write_note
from biofeedback.storage.permits.acts import Act

BEGUN, BROKEN = "begun", "broken"
HOME = "home"
"""In place of an alias: whoever is at home."""
_ROWS = select(schema.access_log).order_by(schema.access_log.c.n)
_Told = tuple[str, str, str | None, str]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry; `person` is None for nobody in particular and where the person is forgotten, who has an `alias`."""

    n: int
    at_utc: str
    who: str
    act: str
    person: str | None
    alias: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at all seals found: `faults` is empty where they hold, `newest` is the seal of the last entry."""

    n_entries: int
    newest: str
    faults: tuple[str, ...]


class AccessLog(Access):
    """The log of a data folder; `who` is at the data, empty where there are no users.

    An opening is written down with what is done next, or when the data are closed.
    """

    def __init__(self, engine: Engine, database: Path, who: str = "") -> None:
        super().__init__(engine, database)
        self.who = who
        self._opened = ""

    def open(self) -> None:
        """The data are open."""
        self._opened = now_utc()

    def note(self, act: Act, person: str | None = None, detail: str = "") -> None:
        """Write down what is about to be done, and to whose data; None for nobody's in particular.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        self._append([(now_utc(), act, person, detail)])

    def settle(self) -> None:
        """Write down that the data were opened, where nothing else was to be."""
        self._append([])

    def restart(self, act: Act, detail: str) -> None:
        """The data are others than before, as those of a backup are: the log goes on from where it ends here."""
        with self._reading() as connection:
            last = _last(connection)
        write_note(self._database.parent, Note(*last) if last else Note())
        self.note(act, None, detail)

    def entries(self) -> list[LogEntry]:
        """All entries, the oldest first."""
        aliases, persons = schema.aliases, schema.persons
        people = select(aliases.c.alias, persons.c.name).join_from(aliases, persons)
        with self._reading() as connection:
            named = {HOME: ""} | {row.alias: row.name for row in connection.execute(people)}
            return [
                LogEntry(row.n, row.at_utc, row.who, row.act, named.get(row.alias), row.alias, row.detail)
                for row in connection.execute(_ROWS)
            ]

    def verify(self, noted: str = "") -> Verdict:
        """Look at the seals of all entries, and at the note beside the data.

        Parameters
        ----------
        noted : str
            A seal that was written down elsewhere, which has to be among them; empty for none.
        """
        with self._reading() as connection:
            rows = connection.execute(_ROWS).all()
            misfit = _misfit(read_note(self._database.parent), connection)
        faults = [*_faults(rows), *([f"{misfit[:1].upper()}{misfit[1:]}."] if misfit else [])]
        if noted and noted.strip().lower() not in {row.seal for row in rows}:
            faults.append("The seal that was noted is not among the entries: some were removed or made anew.")
        return Verdict(len(rows), rows[-1].seal if rows else "", tuple(faults))

    def _append(self, told: list[_Told]) -> None:
        folder = self._database.parent
        opened, self._opened = self._opened, ""
        if not self._database.exists() or not (told or opened):
            return
        note = read_note(folder)
        if opened:
            told = [(opened, Act.OPEN, None, ""), *told]
            if note and note.n_wrong:
                told = [(note.wrong_utc, Act.WRONG, None, f"{note.n_wrong} in vain, the last then"), *told]
        with self._writing() as connection:
            if misfit := _misfit(note, connection):
                told = [(now_utc(), BROKEN, None, misfit), *told]
            n, seal = _last(connection) or _begin(connection)
            for at_utc, act, person, detail in told:
                alias = alias_of(connection, person)
                values = {"n": n + 1, "at_utc": at_utc, "who": self.who, "act": act, "alias": alias, "detail": detail}
                n, seal = n + 1, _sealed(seal, values)
                connection.execute(insert(schema.access_log).values(values | {"seal": seal}))
        n_wrong, wrong_utc = (note.n_wrong, note.wrong_utc) if note and not opened else (0, "")
        write_note(folder, Note(n, seal, n_wrong, wrong_utc))


def _last(connection: Connection) -> tuple[int, str] | None:
    log = schema.access_log.c
    row = connection.execute(select(log.n, log.seal).order_by(log.n.desc()).limit(1)).one_or_none()
    return (row.n, row.seal) if row else None


def _begin(connection: Connection) -> tuple[int, str]:
    values = {"n": 0, "at_utc": now_utc(), "who": "", "act": BEGUN, "alias": "", "detail": secrets.token_hex(32)}
    seal = _sealed("", values)
    connection.execute(insert(schema.access_log).values(values | {"seal": seal}))
    return 0, seal


def _misfit(note: Note | None, connection: Connection) -> str:
    """What is wrong between the log and the note beside it; empty where they fit."""
    last = _last(connection)
    if note is None or not note.seal:
        return f"{NOTE} was missing or damaged" if last else ""
    log = schema.access_log.c
    if connection.scalar(select(log.seal).where(log.n == note.n)) == note.seal:
        return ""
    held = f"ends with entry {last[0]}" if last else "is empty"
    if last is None or last[0] < note.n:
        return f"the log {held}, and had {note.n}: its end was cut off, or the data are an older copy"
    return f"entry {note.n} is another than it was: entries were made anew, or the data are another copy"


def _faults(rows: Sequence[Row[Any]]) -> Iterator[str]:
    """What the seals tell."""
    if rows and (rows[0].n, rows[0].act) != (0, BEGUN):
        yield f"The log begins with entry {rows[0].n}: what was before it was removed."
    elif rows and rows[0].seal != _sealed("", dict(rows[0]._mapping)):
        yield "Entry 0 was changed."
    for before, row in pairwise(rows):
        if row.n != before.n + 1:
            yield f"Between entry {before.n} and entry {row.n}, some were removed."
        elif row.seal != _sealed(before.seal, dict(row._mapping)):
            yield f"Entry {row.n} was changed or put in, or one before it removed."
        elif row.act == BROKEN:
            yield f"Entry {row.n}, {row.at_utc}: {row.detail}."


def _sealed(before: str, values: dict[str, Any]) -> str:
    told = [values[name] for name in ("n", "at_utc", "who", "act", "alias", "detail")]
    return hashlib.sha256(f"{before} {json.dumps(told)}".encode()).hexdigest()


def alias_of(connection: Connection, person: str | None) -> str:
    """By what a person is told in the log; empty for nobody in particular, or somebody who is not there."""
    aliases, persons = schema.aliases, schema.persons
    if not person:
        return "" if person is None else HOME
    key = connection.scalar(select(persons.c.person).where(persons.c.folded == folded(person)))
    if key is None:
        return ""
    found = connection.scalar(select(aliases.c.alias).where(aliases.c.person == key).limit(1))
    if found is None:
        found = secrets.token_hex(6)
        connection.execute(insert(aliases).values(alias=found, person=key))
    return str(found)
