"""Whether what is stored is sound: what the database tells of itself, and whether each value is as it was written."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from biofeedback.storage import schema
from biofeedback.storage.engine import DATABASE_ERRORS, connect, reading, trouble_of
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.seals import ENTRIES, OF_SESSIONS, SESSION, SETTINGS, unsound

_N_NAMED = 3
_OF_SESSIONS = (*OF_SESSIONS, SESSION, SETTINGS)


@dataclass(frozen=True, slots=True)
class Damage:
    """What is not as it was written; empty where all is well.

    Attributes
    ----------
    session_ids : tuple of str
        Sessions of which something changed. What changed is withheld wherever it would be told.
    n_entries, n_others : int
        What was told of days, left out where days are told; names and steps of ladders, which are shown as they are.
    faults : tuple of str
        Of the file itself.
    """

    session_ids: tuple[str, ...] = ()
    n_entries: int = 0
    n_others: int = 0
    faults: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.session_ids or self.n_entries or self.n_others or self.faults)

    @property
    def sentence(self) -> str:
        """What there is to say of it, and what to do; empty where all is well."""
        if not self:
            return ""
        ids = self.session_ids
        named = f"{', '.join(ids[:_N_NAMED])}{', ...' if len(ids) > _N_NAMED else ''}"
        parts = [
            f"{len(ids)} session{'s' * (len(ids) > 1)} ({named})" if ids else "",
            _counted(self.n_entries, "answer of a day", "answers of days"),
            _counted(self.n_others, "name or step of a ladder", "names or steps of ladders"),
            f"the file itself ({self.faults[0]})" if self.faults else "",
        ]
        return (
            f"The disk changed something that was stored: {'; '.join(filter(None, parts))}. What can no longer be "
            "trusted is left out, and the rest is as it was. A backup may have it whole: make a copy of the folder of "
            "the data, then use `biofeedback restore FILE`."
        )


def damage_of(engine: Engine, database: Path, key: DataKey | None) -> Damage:
    """Go through everything that is stored.

    Parameters
    ----------
    engine : Engine
        With the database open.
    database : Path
    key : DataKey or None
    """
    faults: list[str] = []
    found = []
    try:
        with closing(connect(database, key)) as connection:
            faults = faults_in(connection, key)
        with reading(engine) as connection:
            found = unsound(connection)
            named = select(schema.sessions.c.session, schema.sessions.c.session_id)
            ids = {row.session: row.session_id for row in connection.execute(named)}
    except DATABASE_ERRORS as error:
        return Damage(faults=(*faults, trouble_of(error, database, has_key=True).what))
    sessions = dict.fromkeys(ids.get(owner, "one that is not there") for of, owner in found if of in _OF_SESSIONS)
    n_entries = sum(of is ENTRIES for of, _ in found)
    n_others = sum(of is not ENTRIES and of not in _OF_SESSIONS for of, _ in found)
    return Damage(tuple(sessions), n_entries, n_others, tuple(faults))


def _counted(n: int, one: str, more: str) -> str:
    return f"{n} {one if n == 1 else more}" if n else ""


def faults_in(connection: Any, key: DataKey | None) -> list[str]:
    """What is wrong in a database, as it tells it itself; nothing where all is well.

    Parameters
    ----------
    connection
        Of the driver, as of `engine.connect`.
    key : DataKey or None
        Each page of an encrypted database has a check sum of its own.
    """
    told = [line for (line,) in connection.execute("PRAGMA integrity_check(5)").fetchall() if line != "ok"]
    if key is not None:
        told += [line for (line,) in connection.execute("PRAGMA cipher_integrity_check").fetchall()]
    return [" ".join(line.split()) for line in told]
