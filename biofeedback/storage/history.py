"""Which sessions and people there are."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select

from biofeedback.storage import rows, schema
from biofeedback.storage.access import is_person
from biofeedback.storage.contents import Contents, damaged_session, unknown_session
from biofeedback.storage.deletion import DeletedSessions, delete_sessions
from biofeedback.storage.engine import DATABASE_ERRORS, empty_log, trouble_of
from biofeedback.storage.errors import StoreError
from biofeedback.storage.keeping.rotation import forget_backups
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.names import folded
from biofeedback.storage.records import AFTER, BEFORE, DONE, Rated, SessionRow, StoredSession
from biofeedback.storage.seals import RATINGS, SESSION, SETTINGS, is_sound, seal_of_rows, sound_rows, value_in

LAST = "last"
"""In place of an id: the session that began last."""

_LINE = tuple(schema.sessions.c[name] for name in SESSION.columns)
"""Columns of a line of history; the others are long, and wanted of one session at a time."""
_LONG = tuple(schema.sessions.c[name] for name in SETTINGS.columns)
_N_NAMED = 5
_N_ASKED = 1000
"""Among so many newest ids one that is nearly the same is looked for."""
_N_CLOSE, _CLOSE = 3, 0.5


class History(Contents):
    """Every method reads one state of the database and may be called from any thread.

    Methods that take a session id want a whole one and raise `StoreError` where there is none; `find` accepts the
    beginning of one. All raise `StoreError` where the database cannot be read.
    """

    def __init__(self, engine: Engine, database: Path, locks: SessionLocks) -> None:
        super().__init__(engine, database)
        self._locks = locks

    def sessions(self, person: str | None = None, since_utc: str = "", limit: int | None = None) -> list[SessionRow]:
        """All sessions, or those of a person, newest first; an unfinished one lasts until its last packet.

        Parameters
        ----------
        person : str or None
        since_utc : str
            ISO 8601 without an offset, a beginning is enough; only those that began then or later.
        limit : int or None
            At most so many, the newest.
        """
        query = _sessions(person).where(schema.sessions.c.started_utc >= since_utc).limit(limit)
        with self._reading() as connection:
            found = connection.execute(query).all()
        return self._session_rows(found)

    def find(self, prefix_or_id: str, person: str | None = None) -> SessionRow:
        """The session of that id, the only one whose id begins like that, or the ``last``; of a person, or of all.

        Raises
        ------
        StoreError
            If there is none or more than one.
        """
        wanted = prefix_or_id.strip()
        person = person if person is None else self.person(person)
        column = schema.sessions.c.session_id
        with self._reading() as connection:
            query = _sessions(person)
            query = query.limit(1) if wanted == LAST else query.where(func.substr(column, 1, len(wanted)) == wanted)
            found = connection.execute(query).all() if wanted else []
            if not found:
                raise _missing(wanted, person, list(connection.scalars(_sessions(person).with_only_columns(column))))
        exact = [row for row in found if row.session_id == wanted] or found
        if len(exact) > 1:
            named = ", ".join(row.session_id for row in exact[:_N_NAMED])
            more = ", ..." if len(exact) > _N_NAMED else ""
            raise StoreError(f"{len(exact)} sessions begin with {wanted!r}: {named}{more}. Type more of the id.")
        return self._session_rows(exact)[0]

    def session(self, session_id: str) -> StoredSession:
        """A session with all that it began with."""
        with self._reading() as connection:
            row = connection.execute(
                _sessions().add_columns(*_LONG).where(schema.sessions.c.session_id == session_id)
            ).one_or_none()
            if row is None:
                raise unknown_session(session_id)
            sound = is_sound(connection, SETTINGS, row.session, [row[-len(_LONG) :]])
        line = self._session_rows([row])[0]
        if line.damaged or not sound:
            raise damaged_session(session_id, ValueError("what it began with changed on the disk"))
        return StoredSession(rows.new_session_of(row), line, row.ended_utc, row.end_cause)

    def holds(self, session_id: str) -> bool:
        """Whether there is a session of exactly that id."""
        column = schema.sessions.c.session_id
        with self._reading() as connection:
            return connection.scalar(select(column).where(column == session_id)) is not None

    def persons(self) -> list[str]:
        """Names of everyone with a session or a ladder, in alphabetical order."""
        with self._reading() as connection:
            return list(connection.scalars(select(schema.persons.c.name).order_by(schema.persons.c.folded)))

    def find_person(self, name: str) -> str | None:
        """The name of a person as it was first written; None for somebody new, or no name."""
        with self._reading() as connection:
            return connection.scalar(select(schema.persons.c.name).where(schema.persons.c.folded == folded(name)))

    def person(self, name: str) -> str:
        """The name as it was first written of a person that is known; no name is known too.

        Raises
        ------
        StoreError
            If nobody has that name; close ones are named.
        """
        known = self.find_person(name)
        if known is not None or not folded(name):
            return known or ""
        by_folded = {folded(each): each for each in self.persons()}
        close = [by_folded[key] for key in get_close_matches(folded(name), by_folded, _N_CLOSE, _CLOSE)]
        meant = f"Did you mean {' or '.join(close)}?" if close else "`biofeedback people` lists everybody."
        raise StoreError(f"There is nobody called {name} in these data. {meant}")

    def delete(self, session_ids: Iterable[str]) -> DeletedSessions:
        """Delete sessions with everything that was recorded in them, so that it cannot be read from the file either.

        The room in the file is used again by what comes next.

        Raises
        ------
        StoreError
            If one of them is being recorded, or is not there. None is deleted then.
        """
        with self._writing() as connection:
            deleted = delete_sessions(connection, self._locks, session_ids)
        try:
            empty_log(self._engine)  # which holds the pages as they were
        except DATABASE_ERRORS as error:
            trouble = trouble_of(error, self._database, has_key=True)
            raise StoreError(f"Deleted, but not yet wiped from the file. {trouble.what}. {trouble.advice}.") from error
        n_backups = forget_backups(self._database.parent, deleted.first_utc) if deleted.session_ids else 0
        return replace(deleted, n_backups=n_backups)

    def rated(self, person: str) -> dict[str, Rated]:
        """Pain, tension and the like before and after each of a person's sessions, by its id; none without answers."""
        sessions, ratings = schema.sessions, schema.ratings
        query = (
            select(ratings, sessions.c.session_id)
            .join_from(ratings, sessions)
            .where(is_person(sessions.c.person, person))
        )
        told: dict[str, Rated] = {}
        with self._reading() as connection:
            for row in sound_rows(connection, RATINGS, connection.execute(query).all()):
                _, moment, question, value, session_id = row
                if moment not in (BEFORE, AFTER):
                    continue
                rated = told.setdefault(session_id, Rated({}, {}))
                (rated.before if moment == BEFORE else rated.after)[question] = value
        return told

    def _session_rows(self, found: list[Row[Any]] | Any) -> list[SessionRow]:
        running = self._locks.running(row.session_id for row in found if row.ended_utc is None)
        return [
            SessionRow(
                session_id=row.session_id,
                started_utc=row.started_utc,
                exercise=row.exercise,
                exercise_title=row.exercise_title,
                person=row.name or "",
                device=row.device,
                simulated=bool(row.simulated),
                duration_s=row.lasted_s,
                interrupted=row.ended_utc is None and row.session_id not in running,
                running=row.ended_utc is None and row.session_id in running,
                planned_s=None if row.planned_minutes is None else 60.0 * row.planned_minutes,
                broken_off=row.end_cause != DONE and row.session_id not in running,
                damaged=row.sealed != seal_of_rows([row[: len(_LINE)]]),
            )
            for row in found
        ]


def _sessions(person: str | None = None) -> Select[Any]:
    sessions, packets = schema.sessions, schema.packets
    last_packet_s = (
        select(packets.c.received_s)
        .where(packets.c.session == sessions.c.session)
        .order_by(packets.c.n.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            *_LINE,
            schema.seals.c.sum.label("sealed"),
            schema.persons.c.name,
            func.coalesce(sessions.c.duration_s, last_packet_s, 0.0).label("lasted_s"),
            value_in(sessions.c.settings, "$.minutes").label("planned_minutes"),
        )
        .join_from(sessions, schema.persons, isouter=True)
        .join(
            schema.seals,
            (schema.seals.c.owner == sessions.c.session) & (schema.seals.c.kind == SESSION.kind),
            isouter=True,
        )
        .order_by(sessions.c.started_utc.desc(), sessions.c.session.desc())
    )
    return query if person is None else query.where(is_person(sessions.c.person, person))


def _missing(wanted: str, person: str | None, ids: Sequence[str]) -> StoreError:
    """What to say of a session that is not there, with the one that may be meant."""
    of = f" of {person}" if person else ""
    if not ids:
        return StoreError(f"There is no session {wanted!r}: there are none{of} yet.")
    near = get_close_matches(wanted.lower(), ids[:_N_ASKED], 1, 0.75)
    meant = f" Did you mean {near[0]}?" if near else ""
    return StoreError(
        f"There is no session {wanted!r}{of}.{meant} The command `biofeedback sessions` lists those there are."
    )
