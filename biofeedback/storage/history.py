"""What was recorded, read back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Row, Select, Table, func, insert, select

from biofeedback.analysis.beats.beat import Beat
from biofeedback.storage import rows, schema
from biofeedback.storage.access import Access, is_person
from biofeedback.storage.blocks import decode_block
from biofeedback.storage.deletion import DeletedSessions, delete_sessions
from biofeedback.storage.engine import DATABASE_ERRORS, empty_log, trouble_of
from biofeedback.storage.errors import StoreError
from biofeedback.storage.keeping.rotation import forget_backups
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.names import folded
from biofeedback.storage.records import (
    AFTER,
    BEFORE,
    DONE,
    Rated,
    SessionRow,
    StoredAccelerometer,
    StoredEcg,
    StoredLive,
    StoredMarker,
    StoredPhase,
    StoredReference,
    StoredResult,
    StoredSession,
    TimelineEvent,
)
from biofeedback.storage.seals import RATINGS, SESSION, SETTINGS, is_sound, seal_of_rows, sound_rows, value_in
from biofeedback.storage.streams import rows_of
from devices.pmd import N_AXES, FrameReader, sample_times_ns
from devices.samples import STREAM_FORMATS, AccelerometerFrame, EcgFrame, Packet, StrapNews, StreamFrame

_Record = TypeVar("_Record")

LAST = "last"
"""In place of an id: the session that began last."""

_LINE = tuple(schema.sessions.c[name] for name in SESSION.columns)
"""Columns of a line of history; the others are long, and wanted of one session at a time."""
_LONG = tuple(schema.sessions.c[name] for name in SETTINGS.columns)
_N_NAMED = 5
_N_ASKED = 1000
"""Among so many newest ids one that is nearly the same is looked for."""
_N_CLOSE, _CLOSE = 3, 0.5


class History(Access):
    """Every method reads one state of the database and may be called from any thread.

    Methods that take a session id want a whole one and raise `StoreError` where there is none; `find` accepts the
    beginning of one. All raise `StoreError` where the database cannot be read.
    """

    kept = "The session is kept as it was; this change is not"

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
                raise _unknown(session_id)
            sound = is_sound(connection, SETTINGS, row.session, [row[-len(_LONG) :]])
        line = self._session_rows([row])[0]
        if line.damaged or not sound:
            raise _damaged(session_id, ValueError("what it began with changed on the disk"))
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

    def packets(self, session_id: str) -> Iterator[Packet]:
        """The raw packets with beats in order of arrival, `received_s` in seconds of the session."""
        kept = self._stream(session_id, schema.packets, rows.packet_of)
        return (packet for packet in kept if packet.format not in STREAM_FORMATS)

    def raw_packets(self, session_id: str) -> list[Packet]:
        """All that the strap sent, frames and starts of streams included, in order of arrival."""
        streams = self._frame_packets(session_id)
        starts = [started for started, _ in streams]
        frames = [packet for _, packets in streams for packet in packets]
        kept = self._stream(session_id, schema.packets, rows.packet_of)
        # The sort is stable: a start stands before a frame that came at once
        return sorted([*starts, *frames, *kept], key=lambda packet: packet.received_s)

    def frames(self, session_id: str) -> list[StreamFrame]:
        """The frames of the strap's streams in order of arrival, `received_s` in seconds of the session."""
        frames = [frame for stream in self._decoded(session_id) for frame in stream]
        return sorted(frames, key=lambda frame: frame.received_s)

    def ecg(self, session_id: str) -> StoredEcg:
        """The electrocardiogram; without a sample where there is none."""
        streams = [[frame for frame in stream if isinstance(frame, EcgFrame)] for stream in self._decoded(session_id)]
        values = [frame.microvolts for stream in streams for frame in stream]
        return StoredEcg(*_sampled(streams, values), np.concatenate([np.zeros(0, np.int32), *values]))

    def accelerometer(self, session_id: str) -> StoredAccelerometer:
        """The accelerometer; without a sample where there is none."""
        streams = [
            [frame for frame in stream if isinstance(frame, AccelerometerFrame)] for stream in self._decoded(session_id)
        ]
        values = [frame.milli_g for stream in streams for frame in stream]
        return StoredAccelerometer(*_sampled(streams, values), np.concatenate([np.zeros((0, N_AXES)), *values]))

    def beats(self, session_id: str) -> list[Beat]:
        """The beats that were judged."""
        return self._stream(session_id, schema.beats, rows.beat_of)

    def live(self, session_id: str) -> list[StoredLive]:
        """What stood on the screen, beat by beat."""
        return self._stream(session_id, schema.live, rows.live_of)

    def phases(self, session_id: str) -> list[StoredPhase]:
        """The phases that began, in the order of the exercise."""
        return self._stream(session_id, schema.phases, rows.phase_of)

    def timeline_events(self, session_id: str) -> list[TimelineEvent]:
        """The turns of practice time."""
        return self._stream(session_id, schema.timeline_events, rows.timeline_event_of)

    def markers(self, session_id: str) -> list[StoredMarker]:
        """The marks that were set."""
        return self._stream(session_id, schema.markers, rows.marker_of)

    def news(self, session_id: str) -> list[StrapNews]:
        """News from the strap, `at_s` in seconds of the session."""
        return self._stream(session_id, schema.news, rows.news_of)

    def references(self, session_id: str) -> list[StoredReference]:
        """Figures of independent implementations."""
        return self._stream(session_id, schema.reference_figures, rows.reference_of)

    def results(self, session_id: str) -> list[StoredResult]:
        """The results beside each other, oldest first."""
        return self._stream(session_id, schema.results, rows.result_of)

    def latest_result(self, session_id: str) -> StoredResult | None:
        """The result that was added last; None where there is none, as in an interrupted session."""
        results = self.results(session_id)
        return results[-1] if results else None

    def ratings(self, session_id: str) -> dict[str, dict[str, int]]:
        """By moment, ``before``, those of phases, ``after``: a map from question to answer; none without answers."""
        answers: dict[str, dict[str, int]] = {}
        with self._reading() as connection:
            key = _key(connection, session_id)
            try:
                for row in rows_of(connection, schema.ratings, key):
                    answers.setdefault(row.moment, {})[row.question] = row.value
            except ValueError as error:
                raise _damaged(session_id, error) from error
        return dict(sorted(answers.items(), key=lambda item: (item[0] != BEFORE) + (item[0] == AFTER)))

    def add_rating(self, session_id: str, when: str, question: str, value: int) -> None:
        """Keep an answer given after the end; a second one to the same question replaces the first.

        Raises
        ------
        ValueError
            If the value is not a whole number from 0 to 10.
        """
        values = rows.rating_values(when, question, value)
        with self._writing() as connection:
            values["session"] = _key(connection, session_id)
            connection.execute(insert(schema.ratings).prefix_with("OR REPLACE").values(values))

    def add_result(self, session_id: str, result: StoredResult, n_before: int | None = None) -> None:
        """Keep a result beside the earlier ones, which stay as they are.

        Raises
        ------
        StoreError
            If there are no longer `n_before` of them: it was made from others than stand here now.
        """
        with self._writing() as connection:
            key = _key(connection, session_id)
            numbers = schema.results.c.n
            found = select(func.max(numbers), func.count()).where(schema.results.c.session == key)
            last, n_found = connection.execute(found).one()
            if n_before not in (None, n_found):
                raise StoreError(
                    f"The figures of session {session_id} were changed by somebody else meanwhile. Nothing was changed "
                    "now: look at them, and do it once more."
                )
            # 0 is the recorder's own, also where an interrupted session never got it
            values = rows.result_values(1 if last is None else last + 1, result)
            connection.execute(insert(schema.results).values(values | {"session": key}))

    def add_marker(self, session_id: str, marker: StoredMarker) -> None:
        """Keep a mark that was set after the end."""
        with self._writing() as connection:
            key = _key(connection, session_id)
            numbers = schema.markers.c.n
            last = connection.execute(select(func.max(numbers)).where(schema.markers.c.session == key)).scalar()
            values = rows.marker_values(0 if last is None else last + 1, marker.at_s, marker.label)
            connection.execute(insert(schema.markers).values(values | {"session": key}))

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

    def _frame_packets(self, session_id: str) -> list[tuple[Packet, list[Packet]]]:
        """How each stream was started, and its frames."""
        with self._reading() as connection:
            key = _key(connection, session_id)
            packets: dict[int, list[Packet]] = {}
            try:
                for row in rows_of(connection, schema.blocks, key):
                    packets.setdefault(row.stream, []).extend(decode_block(row.frames))
                starts = list(rows_of(connection, schema.streams, key))
            except ValueError as error:
                raise StoreError(
                    f"The electrocardiogram or accelerometer of session {session_id} is damaged ({error}). "
                    "Its beats are not. Restore a backup of the data to have it back."
                ) from error
        return [(rows.start_of(row), packets.get(row.n, [])) for row in starts]

    def _decoded(self, session_id: str) -> Iterator[list[StreamFrame]]:
        """The frames of each stream."""
        for started, packets in self._frame_packets(session_id):
            reader = FrameReader()
            reader.started(started)
            yield [reader.frame(packet) for packet in packets]

    def _stream(self, session_id: str, table: Table, record: Callable[[Row[Any]], _Record]) -> list[_Record]:
        with self._reading() as connection:
            try:
                return [record(row) for row in rows_of(connection, table, _key(connection, session_id))]
            except ValueError as error:
                raise _damaged(session_id, error) from error

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


def _sampled(
    streams: Sequence[Sequence[StreamFrame]], values: Sequence[NDArray[Any]]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """For each sample the strap's clock, the arrival, and the number of its stream."""
    counts = np.array([len(of_frame) for of_frame in values], np.int64)
    clocks_ns, begin = [np.zeros(0, np.int64)], 0
    for stream in streams:
        end = begin + len(stream)
        if stream:
            strap_ns = np.array([frame.strap_ns for frame in stream], np.uint64).view(np.int64)
            clocks_ns.append(sample_times_ns(strap_ns, counts[begin:end], stream[0].rate_hz))
        begin = end
    received_s = np.array([frame.received_s for stream in streams for frame in stream], np.float64)
    numbers = np.array([number for number, stream in enumerate(streams) for _ in stream], np.int64)
    return np.concatenate(clocks_ns), np.repeat(received_s, counts), np.repeat(numbers, counts)


def _damaged(session_id: str, error: ValueError) -> StoreError:
    return StoreError(
        f"What was recorded of session {session_id} is damaged ({error}). The others are not. "
        "Restore a backup of the data to have it back."
    )


def _key(connection: Connection, session_id: str) -> int:
    found = connection.execute(select(schema.sessions.c.session).where(schema.sessions.c.session_id == session_id))
    key: int | None = found.scalar_one_or_none()
    if key is None:
        raise _unknown(session_id)
    return key


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


def _unknown(session_id: str) -> StoreError:
    return StoreError(f"There is no session {session_id!r}. The command `biofeedback sessions` lists those there are.")
