"""Ladders back to activity: the rungs of each person, and what was tried of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from biofeedback.storage import schema
from biofeedback.storage.access import Access, is_person, person_key
from biofeedback.storage.errors import StoreError
from biofeedback.storage.records import EntryKind, StoredTry
from biofeedback.storage.rows import document_of, storable
from biofeedback.storage.seals import RESULTS, sound_rows, value_in
from protocols.ladder import LONGEST_TEXT, N_RUNGS_MOST, Experience, Rung, same_words

LEAST_DISTRESS, MOST_DISTRESS = 0, 10


class Ladders(Access):
    """The name of a person is empty for whoever is at home. What is taken off a ladder is kept, but not shown.

    All methods raise `StoreError` where the database cannot be read or written.
    """

    def rungs(self, person: str) -> list[Rung]:
        """The rungs of a person, from easy to hard."""
        with self._reading() as connection:
            found = connection.execute(_rungs_of(person)).all()
        return [_rung(row) for row in found]

    def add(self, person: str, text: str, distress: int) -> Rung:
        """Put a rung on a ladder, after those of the same distress; one that was taken off comes back with its past.

        Raises
        ------
        ValueError
            If the words are none, or too many, or the distress is not a whole number from 0 to 10.
        StoreError
            If the ladder is full, or has a rung of these words.
        """
        words, expected = checked_text(text), checked_distress(distress)
        with self._writing() as connection:
            rows = connection.execute(_rungs_of(person)).all()
            if len(rows) >= N_RUNGS_MOST:
                raise StoreError(
                    f"A ladder has room for {N_RUNGS_MOST} steps. Nothing was changed: take one off before you add one."
                )
            _check_new(rows, words)
            values = {"position": _position_after(rows), "text": words, "distress": expected, "archived": 0}
            rungs, owner = schema.rungs, person_key(connection, person)
            taken_off = connection.execute(
                select(rungs).where(rungs.c.person.is_not_distinct_from(owner), rungs.c.archived == 1)
            )
            before = next((row for row in taken_off if same_words(row.text) == same_words(words)), None)
            put = (
                insert(rungs).values(person=owner)
                if before is None
                else update(rungs).where(rungs.c.rung == before.rung)
            )
            key = connection.execute(put.values(values).returning(rungs.c.rung)).scalar_one()
        return Rung(str(key), words, float(expected))

    def change(self, rung: str, text: str | None = None, distress: int | None = None) -> None:
        """Give a rung other words, or another distress; what was tried of it stays with it.

        Raises
        ------
        ValueError
            As of `add`.
        StoreError
            If there is no such rung, or another one has these words.
        """
        values: dict[str, Any] = {}
        if text is not None:
            values["text"] = checked_text(text)
        if distress is not None:
            values["distress"] = checked_distress(distress)
        self._update(rung, values)

    def move(self, rung: str, to: int) -> None:
        """Put a rung into another place of its ladder, 0 the easiest.

        Where it stands between others, its distress is brought between theirs.

        Raises
        ------
        StoreError
            If there is no such rung.
        """
        with self._writing() as connection:
            rows = list(connection.execute(_rungs_beside(connection, rung)).all())
            moved = next(row for row in rows if str(row.rung) == rung)
            rows.remove(moved)
            rows.insert(max(0, min(to, len(rows))), moved)
            at = rows.index(moved)
            low = rows[at - 1].distress if at > 0 else LEAST_DISTRESS
            high = rows[at + 1].distress if at + 1 < len(rows) else MOST_DISTRESS
            for position, row in enumerate(rows):
                values = {"position": position, "distress": row.distress}
                if row is moved:
                    values["distress"] = max(low, min(high, row.distress))
                connection.execute(update(schema.rungs).where(schema.rungs.c.rung == row.rung).values(values))

    def remove(self, rung: str) -> None:
        """Take a rung off its ladder; what was tried of it stays in the history.

        Raises
        ------
        StoreError
            If there is no such rung.
        """
        self._update(rung, {"archived": 1})

    def tries(self, person: str) -> list[StoredTry]:
        """What a person tried of any ladder, oldest first, as the latest results of their sessions tell."""
        sessions, results = schema.sessions, schema.results
        others = results.alias()
        latest = select(func.max(others.c.n)).where(others.c.session == sessions.c.session).scalar_subquery()
        activity = value_in(results.c.document, "$.result.activity")
        query: Select[Any] = (
            select(
                sessions.c.session_id,
                sessions.c.started_utc,
                sessions.c.simulated,
                activity.label("activity"),
                sessions.c.session,
            )
            .join_from(sessions, results)
            .where(is_person(sessions.c.person, person), results.c.n == latest, activity.is_not(None))
            .order_by(sessions.c.started_utc, sessions.c.session)
        )
        with self._reading() as connection:
            found = connection.execute(query).all()
            whole = select(results).where(results.c.session.in_([row.session for row in found]))
            sound = {row.session for row in sound_rows(connection, RESULTS, connection.execute(whole))}
            brought = _brought(connection, person) if found else frozenset()
            rungs = schema.rungs
            named = connection.execute(select(rungs).where(is_person(rungs.c.person, person))).all() if brought else ()
            by_words = {same_words(row.text): str(row.rung) for row in named}
        return [_try(row, by_words if row.session_id in brought else None) for row in found if row.session in sound]

    def _update(self, rung: str, values: dict[str, Any]) -> None:
        with self._writing() as connection:
            beside = connection.execute(_rungs_beside(connection, rung)).all()
            if "text" in values:
                _check_new([row for row in beside if str(row.rung) != rung], values["text"])
            if values:
                connection.execute(update(schema.rungs).where(schema.rungs.c.rung == int(rung)).values(values))


def _rungs_of(person: str) -> Select[Any]:
    """The rungs of a person, by name."""
    return _in_order(select(schema.rungs).where(is_person(schema.rungs.c.person, person)))


def _rungs_beside(connection: Connection, rung: str) -> Select[Any]:
    """The rungs of the ladder that a rung is on."""
    rungs = schema.rungs
    key = int(rung) if rung.isdecimal() else -1
    found = connection.execute(select(rungs).where(rungs.c.rung == key, rungs.c.archived == 0)).one_or_none()
    if found is None:
        raise StoreError("That step is no longer on the ladder. Nothing was changed. Look at the ladder again.")
    return _in_order(select(rungs).where(rungs.c.person.is_not_distinct_from(found.person)))


def _check_new(rows: Sequence[Row[Any]], words: str) -> None:
    for row in rows:
        if same_words(row.text) == same_words(words):
            raise StoreError(
                f"There is a step like this on the ladder already: {row.text} ({row.distress:g} of 10). "
                "Nothing was changed."
            )


def _in_order(query: Select[Any]) -> Select[Any]:
    rungs = schema.rungs
    return query.where(rungs.c.archived == 0).order_by(rungs.c.distress, rungs.c.position, rungs.c.rung)


def _position_after(rows: Sequence[Row[Any]]) -> int:
    return 1 + max((int(row.position) for row in rows), default=-1)


def _rung(row: Row[Any]) -> Rung:
    return Rung(str(row.rung), row.text, float(row.distress))


def _brought(connection: Connection, person: str) -> frozenset[str]:
    """The sessions of a person that came in files of another computer."""
    entries = schema.entries
    query = select(entries.c.document).where(
        is_person(entries.c.person, person), entries.c.kind == EntryKind.SENDER.value
    )
    return frozenset(each for told in connection.scalars(query) for each in document_of(told).get("sessions", ()))


def _try(row: Row[Any], by_words: Mapping[str, str] | None) -> StoredTry:
    """A try; where the session came from another computer, the step's number is one of there, and its words count."""
    told = json.loads(row.activity)
    on = datetime.fromisoformat(row.started_utc).astimezone().date()
    experience = experience_of(told, on)
    if by_words is not None:
        experience = replace(experience, rung=by_words.get(same_words(told["text"]), ""))
    return StoredTry(row.session_id, bool(row.simulated), told["text"], experience)


def experience_of(told: Mapping[str, Any], on: date) -> Experience:
    """What happened with an activity on a day, as it stands among the figures of a session.

    Raises
    ------
    KeyError, TypeError
        If it is none.
    """
    same_words(told["text"])
    return Experience(
        rung=told["rung"],
        on=on,
        expected_pain=told["expected_pain"],
        pain=told["pain"],
        expected_fear=told["expected_fear"],
        fear=told["fear"],
        recovery_s=told["recovery_s"],
        broken_off=told["broken_off"],
        imagined=told["imagined"],
    )


def checked_text(text: str) -> str:
    """The words of a step, with single spaces.

    Raises
    ------
    ValueError
        If they are none, or too many.
    """
    words = " ".join(storable(text).split())
    if not 0 < len(words) <= LONGEST_TEXT:
        raise ValueError(f"a step needs words, at most {LONGEST_TEXT} letters, not {len(words)}")
    return words


def checked_distress(distress: int) -> int:
    """The same distress.

    Raises
    ------
    ValueError
        If it is not a whole number from 0 to 10.
    """
    if distress not in range(LEAST_DISTRESS, MOST_DISTRESS + 1):
        raise ValueError(f"distress must be a whole number from 0 to 10, not {distress}")
    return distress
