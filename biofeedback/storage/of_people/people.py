"""The people whose data these are: added, renamed, put aside, made one, forgotten."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, case, delete, func, insert, select, update

from biofeedback.storage import schema
from biofeedback.storage.access import Access
from biofeedback.storage.deletion import delete_rows_of, hanging_on, overwrite
from biofeedback.storage.engine import DATABASE_ERRORS, rewrite, trouble_of
from biofeedback.storage.errors import StoreError
from biofeedback.storage.keeping.rotation import forget_backups
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.names import folded, person_name
from biofeedback.storage.permits.access_log import HOME, alias_of
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.permits.guarded import Guarded
from biofeedback.storage.recording.rescue import forget
from biofeedback.storage.records import BEGUN_WITH, EntryKind, PersonRow
from biofeedback.storage.rows import json_of
from protocols.ladder import N_RUNGS_MOST, same_words

OF_A_DAY = (EntryKind.CHECKIN.value, EntryKind.QUESTIONNAIRE.value)
"""Of these a day has one of each subject."""
TAKEN_BACK = {"value": None}
"""An answer that was given and taken back."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became one: how many sessions and entries came over, and how many answers of the same day stand beside."""

    person: str
    n_sessions: int
    n_entries: int
    n_beside: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted for good; `n_backups` are the program's own that held it too, and were removed."""

    person: str
    n_sessions: int
    n_entries: int
    n_rungs: int
    n_backups: int = 0


class People(Access):
    """Everybody with a name. Whoever is at home without one has no row here.

    All methods raise `StoreError` where the database cannot be read or written, and where a person is unknown.
    """

    def __init__(
        self,
        engine: Engine,
        database: Path,
        locks: SessionLocks,
        settle: Callable[[], None],
        deleted: Callable[[], None],
        guard: Guarded,
    ) -> None:
        super().__init__(engine, database)
        self._locks = locks
        self._settle = settle
        self._deleted = deleted
        self._guard = guard

    def list(self, typed: str = "", *, archived: bool = False) -> list[PersonRow]:
        """Those whose name has what was typed in it, in any spelling, by name; all where nothing was typed.

        Parameters
        ----------
        typed : str
        archived : bool
            Whether those who were put aside are among them.
        """
        persons, sessions = schema.persons, schema.sessions
        real = case((sessions.c.simulated == 0, sessions.c.session))
        began = case((sessions.c.simulated == 0, sessions.c.started_utc))
        query = (
            select(
                persons.c.name,
                persons.c.archived,
                func.count(real).label("n_sessions"),
                func.max(began).label("last_utc"),
            )
            .join_from(persons, sessions, isouter=True)
            .where(func.instr(persons.c.folded, folded(typed)) > 0, persons.c.archived <= int(archived))
            .group_by(persons.c.person)
            .order_by(persons.c.folded)
        )
        user = self._guard.user
        with self._reading() as connection:
            return [
                PersonRow(row.name, bool(row.archived), row.n_sessions, row.last_utc)
                for row in connection.execute(query)
                if user is None or user.sees(row.name)
            ]

    def number(self, person: str) -> int:
        """A person's own number for good; 0 for whoever is at home."""
        if not folded(person):
            return 0
        with self._reading() as connection:
            return int(_known(connection, person).person)

    def add(self, name: str) -> str:
        """The name under which somebody new is kept.

        Raises
        ------
        ValueError
            If it is no name.
        StoreError
            If there is somebody of that name, in any spelling.
        """
        kept = _checked_name(name)
        self._guard.permit(Act.PEOPLE, None, "add")
        with self._writing() as connection:
            _check_free(connection, kept)
            connection.execute(insert(schema.persons).values(name=kept, folded=folded(kept), archived=0))
        return kept

    def rename(self, person: str, name: str) -> str:
        """Give a person another name, or the same in another spelling; everything stays with them.

        Raises
        ------
        ValueError, StoreError
            As of `add`.
        """
        kept = _checked_name(name)
        self._guard.permit(Act.PEOPLE, person, "rename")
        with self._writing() as connection:
            row = _known(connection, person)
            if folded(kept) != row.folded:
                _check_free(connection, kept)
            connection.execute(_row_of(row.person).values(name=kept, folded=folded(kept)))
        return kept

    def archive(self, person: str, *, archived: bool = True) -> None:
        """Put a person aside, or take them back: they are not offered, and nothing of theirs is lost."""
        self._guard.permit(Act.PEOPLE, person, "put aside" if archived else "take back")
        with self._writing() as connection:
            connection.execute(_row_of(_known(connection, person).person).values(archived=int(archived)))

    def merge(self, person: str, other: str, joined: Iterable[dict[str, str]] = ()) -> Merged:
        """Give everything of another to a person; the other's name is gone then.

        Where both told something of the same day, what the other told stands in the diary of that day. Steps of the
        other's ladder for which there is no room are off the ladder, and kept.

        Parameters
        ----------
        person, other : str
        joined : iterable of dict
            Rows of `journal.told` that hold for who they are together, written as they become one or not at all; a
            profile stands in place of those of both.

        Raises
        ------
        StoreError
            If they are the same, or one of them is practising.
        """
        self._guard.permit(Act.PEOPLE, other, "join")
        with self._writing() as connection:
            kept, gone = _known(connection, person), _known(connection, other)
            if kept.person == gone.person:
                raise StoreError(f"{kept.name} and {other} are the same person. Nothing was changed.")
            self._check_at_rest(connection, kept, gone)
            n_beside = _put_beside(connection, kept.person, gone)
            _join_ladders(connection, kept.person, gone.person)
            moved = {
                table.name: connection.execute(
                    update(table).where(table.c.person == gone.person).values(person=kept.person)
                ).rowcount
                for table in (schema.sessions, schema.entries, schema.aliases, schema.assigned)
            }
            for values in joined:
                _put_joined(connection, kept.person, values)
            connection.execute(delete(schema.persons).where(schema.persons.c.person == gone.person))
        return Merged(kept.name, moved["sessions"], moved["entries"], n_beside)

    def hand_over(self, session_id: str, person: str) -> str:
        """Give a session that was begun with the wrong person to the right one, with what was written of it.

        The comment goes along, and what was taken from it into the evidence sheet. What was recorded stays as it is;
        the settings keep with whom it was begun, for what was known of them is not known of the right one.

        Parameters
        ----------
        session_id, person : str
            The empty name is that of whoever is at home.

        Returns
        -------
        str
            Whose it was; empty for whoever is at home.

        Raises
        ------
        StoreError
            If there is no such session or nobody of that name, if it is theirs already, or is being recorded.
        """
        sessions, persons, entries = schema.sessions, schema.persons, schema.entries
        self._settle()
        with self._reading() as connection:
            to = _known(connection, person) if folded(person) else None
            query = select(sessions.c.person, persons.c.name).join_from(sessions, persons, isouter=True)
            row = connection.execute(query.where(sessions.c.session_id == session_id)).one_or_none()
        key, name = (to.person, to.name) if to else (None, "")
        if row is None:
            raise StoreError(f"There is no session {session_id!r}. Nothing was changed.")
        if row.person == key:
            whose = f"of {name}" if name else "of whoever is at home"
            raise StoreError(f"Session {session_id} is {whose} already. Nothing was changed.")
        for each in (row.name or "", name):
            self._guard.permit(Act.CHANGE, each, f"whose session {session_id} is")
        with self._writing() as connection:
            if self._locks.running([session_id]):
                raise StoreError(
                    f"Session {session_id} is being recorded. Nothing was changed: end it first, then try again."
                )
            its = sessions.c.session_id == session_id
            kept = _settings(connection.execute(select(sessions.c.settings).where(its)).scalar_one(), session_id)
            # By alias: elsewhere, where it may be taken in, the same number is that of somebody else
            if kept.setdefault(BEGUN_WITH, alias_of(connection, row.name or "")) in _aliases(connection, key):
                del kept[BEGUN_WITH]  # it is with whom it was begun again, whatever was corrected in between
            connection.execute(update(sessions).where(its).values(person=key, settings=json_of(kept)))
            told = (entries.c.kind == EntryKind.COMMENT.value) & (entries.c.subject == session_id)
            found = (entries.c.kind == EntryKind.EVIDENCE.value) & entries.c.subject.endswith(f":{session_id}")
            connection.execute(update(entries).where(told | found).values(person=key))
        return row.name or ""

    def delete(self, person: str) -> Deleted:
        """Delete a person and everything that was recorded of them, so that it cannot be read from the file either.

        The empty name is that of whoever is at home.

        Raises
        ------
        StoreError
            If the person is practising. Nothing is deleted then.
        """
        self._guard.permit(Act.DELETE, person, "everything")
        sessions = schema.sessions
        self._settle()
        with self._writing() as connection:
            overwrite(connection)
            row = _known(connection, person) if folded(person) else None
            key = row.person if row else None
            self._check_at_rest(connection, row)
            theirs = connection.scalars(
                select(sessions.c.session_id).where(sessions.c.person.is_not_distinct_from(key))
            ).all()
            delete_rows_of(connection, sessions.c.person.is_not_distinct_from(key))
            n_gone = {
                table.name: connection.execute(delete(table).where(table.c.person.is_not_distinct_from(key))).rowcount
                for table in hanging_on(schema.persons)
            }
            connection.execute(delete(schema.persons).where(schema.persons.c.person == key))
        forget(self._database.parent, theirs)
        self._deleted()
        self._wipe()
        n_backups = forget_backups(self._database.parent)
        return Deleted(row.name if row else "", n_gone["sessions"], n_gone["entries"], n_gone["rungs"], n_backups)

    def _check_at_rest(self, connection: Connection, *people: Row[Any] | None) -> None:
        sessions = schema.sessions
        for row in people:
            owner = sessions.c.person.is_not_distinct_from(row.person if row else None)
            unended = select(sessions.c.session_id).where(owner, sessions.c.ended_utc.is_(None))
            if self._locks.running(connection.scalars(unended)):
                whose = f"A session of {row.name}" if row else "A session"
                raise StoreError(f"{whose} is being recorded. Nothing was changed: end it first, then try again.")

    def _wipe(self) -> None:
        """Make the file as small as what is in it, and begin its log anew, which holds the pages as they were."""
        try:
            rewrite(self._engine)
        except DATABASE_ERRORS as error:
            trouble = trouble_of(error, self._database, has_key=True)
            raise StoreError(f"Deleted, but not yet wiped from the file. {trouble.what}. {trouble.advice}.") from error


def _aliases(connection: Connection, person: int | None) -> Sequence[str]:
    """All that a person has, or had before they became one with another."""
    if person is None:
        return [HOME]
    return connection.scalars(select(schema.aliases.c.alias).where(schema.aliases.c.person == person)).all()


def _settings(text: str, session_id: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise StoreError(f"Session {session_id} is damaged. Nothing was changed.") from error
    return found


def _checked_name(name: str) -> str:
    kept = person_name(name)
    if not kept:
        raise ValueError("a person needs a name, or a code in place of one")
    return kept


def _check_free(connection: Connection, name: str) -> None:
    persons = schema.persons
    found = connection.execute(select(persons).where(persons.c.folded == folded(name))).one_or_none()
    if found is not None:
        aside = ", who was put aside" if found.archived else ""
        raise StoreError(
            f"There is {found.name} already{aside}. Nothing was changed: two people need two names, such as one with "
            "a number or a year of birth."
        )


def _known(connection: Connection, name: str) -> Row[Any]:
    persons = schema.persons
    found = connection.execute(select(persons).where(persons.c.folded == folded(name))).one_or_none()
    if found is None:
        raise StoreError(f"There is nobody called {name} in these data. Nothing was changed.")
    return found


def _row_of(person: int) -> Any:
    return update(schema.persons).where(schema.persons.c.person == person)


def _put_beside(connection: Connection, kept: int, gone: Row[Any]) -> int:
    """What both told of the same day: the other's becomes a line in the diary, whole beside its words.

    An answer that was taken back gives way, and what both told alike stands once.
    """
    entries = schema.entries
    there = {
        (row.kind, row.subject, row.on_day): row
        for row in connection.execute(select(entries).where(entries.c.person == kept, entries.c.kind.in_(OF_A_DAY)))
    }
    theirs = select(entries).where(entries.c.person == gone.person, entries.c.kind.in_(OF_A_DAY))
    n_beside = 0
    for row in connection.execute(theirs).all():
        ours = there.get((row.kind, row.subject, row.on_day))
        if ours is None:
            continue
        told = json.loads(row.document)
        if told in (json.loads(ours.document), TAKEN_BACK):
            connection.execute(delete(entries).where(entries.c.entry == row.entry))
        elif json.loads(ours.document) == TAKEN_BACK:
            connection.execute(delete(entries).where(entries.c.entry == ours.entry))
        else:
            words = f"{row.subject.partition('/')[0]}: {_in_words(told)} (told as {gone.name})"
            document = json.dumps({"words": words, "was": row.kind, "told": told}, ensure_ascii=False)
            values = {"kind": EntryKind.DIARY.value, "subject": "", "document": document}
            connection.execute(update(entries).where(entries.c.entry == row.entry).values(values))
            n_beside += 1
    return n_beside


def _put_joined(connection: Connection, kept: int, values: dict[str, str]) -> None:
    entries = schema.entries
    if values["kind"] == EntryKind.PROFILE.value:
        connection.execute(delete(entries).where(entries.c.person == kept, entries.c.kind == values["kind"]))
    connection.execute(insert(entries).values(values | {"person": kept}))


def _in_words(told: dict[str, Any]) -> str:
    """An answer as a person reads it: a number, a note, or the answers of a form."""
    answers = told.get("answers")
    if isinstance(answers, dict):
        return ", ".join(f"{name} {'left out' if value is None else value}" for name, value in answers.items())
    return str(told.get("value", told.get("words", "")))


def _join_ladders(connection: Connection, kept: int, gone: int) -> None:
    rungs = schema.rungs
    on = list(connection.execute(select(rungs).where(rungs.c.person == kept, rungs.c.archived == 0)))
    words, n_on = {same_words(row.text) for row in on}, len(on)
    for row in connection.execute(select(rungs).where(rungs.c.person == gone).order_by(rungs.c.position)).all():
        has_room = not row.archived and same_words(row.text) not in words and n_on < N_RUNGS_MOST
        n_on += has_room
        values = {"person": kept, "archived": int(not has_room)}
        connection.execute(update(rungs).where(rungs.c.rung == row.rung).values(values))
