"""Keeping a running session, as it happens, without holding it up."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock
from sqlalchemy import Connection, Engine, Table, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, ProgrammingError, SQLAlchemyError

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.storage import rows, schema
from biofeedback.storage.access import person_key
from biofeedback.storage.engine import Trouble, identity_of, trouble_of, writing
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.packed.blocks import MOST_FRAMES, kind_of
from biofeedback.storage.packed.streams import pack
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.recording.rescue import UPSERTS, parting, put_by, saved_rows
from biofeedback.storage.recording.writer import UNFORESEEN, Batch, Pace, Saved, Writer, halves
from biofeedback.storage.records import (
    NewSession,
    StoredPhase,
    StoredReference,
    StoredResult,
    TimelineEvent,
)
from devices.gatt import MalformedPacketError, decode_packet
from devices.samples import EegFrame, Packet, StrapNews, StreamFrame
from protocols.feedback import Score

_ROWS_AT_FAULT = (DataError, IntegrityError, InterfaceError, ProgrammingError)
"""Errors of the database that lie in what is written, not in the disk."""


@dataclass(slots=True)
class _OpenBlock:
    """The frames of a stream that are written together, so far."""

    started: Packet
    stream: int
    n: int
    kind: tuple[int, int]
    packets: list[Packet] = field(default_factory=list)


class Recorder:
    """Writes one session in a thread of its own.

    A call costs microseconds and is made from one thread at a time. Nothing is written before the first packet with a
    beat; then the session and all that was said before are written at once. From there on a row is on the disk a
    quarter of a second after it was given, if the disk can take it. While the disk cannot, rows are kept in memory
    and tried again.

    Times of packets and news are given on the clock of the source and stored relative to the start of the session, by
    one subtraction: ``received_s - started_clock_s``. Whoever needs the same bits later subtracts the same way. All
    other times are seconds of the session already.

    Parameters
    ----------
    engine : Engine
    database : Path
        For messages.
    locks : SessionLocks
    new : NewSession
    faults : FaultLog
    on_trouble : callable, optional
        Told a sentence when saving begins to fail. Called in the recorder's thread.
    on_recovery : callable, optional
        Called in the recorder's thread when everything is saved after all.
    pace : Pace, optional
    key : DataKey, optional
        Of the data, for what has to be put elsewhere at the end.

    Attributes
    ----------
    parting : str
        Once closed: what became of what could not be saved, in a sentence; empty where all was saved.

    Raises
    ------
    StoreError
        If the session is being recorded already.
    """

    def __init__(
        self,
        engine: Engine,
        database: Path,
        locks: SessionLocks,
        new: NewSession,
        faults: FaultLog,
        on_trouble: Callable[[str], None] | None = None,
        on_recovery: Callable[[], None] | None = None,
        pace: Pace | None = None,
        key: DataKey | None = None,
    ) -> None:
        self.session_id = new.session_id
        self._engine = engine
        self._database = database
        self._locks = locks
        self._key = key
        self._new = new
        self._session_values = rows.session_values(new)
        self._on_trouble = on_trouble
        self._on_recovery = on_recovery
        self._numbers = dict.fromkeys(UPSERTS, 0)
        self._phases: dict[int, StoredPhase] = {}
        self._blocks: dict[type[StreamFrame | EegFrame], _OpenBlock] = {}
        self._last_packet_s = 0.0
        self._session_key: int | None = None
        self._faults = faults
        self._identity = identity_of(database)
        self._lock: FileLock | None = locks.take(new.session_id)
        self.parting = ""
        self._writer = Writer(f"recorder {new.session_id}", self._save, self._tell, pace or Pace(), faults)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_kept(self) -> bool:
        """Whether a beat came, or `keep` said so; else nothing of the session stays."""
        return self._writer.released

    @property
    def n_unsaved(self) -> int:
        """Rows that are in memory only."""
        return self._writer.n_unsaved

    def keep(self) -> None:
        """Keep the session from here on, though no beat has come."""
        self._put(schema.timeline_events, [], release=True)

    def packet(self, packet: Packet) -> None:
        """Keep the bytes of a packet with beats, or of a malformed one of any kind."""
        values = rows.packet_values(self._next(schema.packets), packet, self._new.started_clock_s)
        self._last_packet_s = values["received_s"]
        self._put(schema.packets, [values], release=not self.is_kept and _carries_beats(packet))

    def frame(self, frame: StreamFrame | EegFrame) -> None:
        """Keep the bytes of a frame, and once those that its stream was started with."""
        kind = kind_of(frame.packet.payload)
        block = self._blocks.get(type(frame))
        if block is None or block.started != frame.started:
            stream = self._next(schema.streams)
            started = rows.arrived(frame.started, self._new.started_clock_s)
            self._put(schema.streams, [rows.stream_values(stream, started)])
            block = self._blocks[type(frame)] = _OpenBlock(frame.started, stream, 0, kind)
        elif block.kind != kind or len(block.packets) == MOST_FRAMES:
            block = self._blocks[type(frame)] = _OpenBlock(frame.started, block.stream, block.n + 1, kind)
        block.packets.append(rows.arrived(frame.packet, self._new.started_clock_s))
        self._put(schema.blocks, [rows.block_values(block.stream, block.n, tuple(block.packets))])

    def beats(self, judged: Iterable[Beat]) -> None:
        """Keep beats whose verdict is final; a beat given again replaces the earlier one."""
        if values := [rows.beat_values(beat) for beat in judged]:
            self._put(schema.beats, values, release=True)

    def live(self, indices: LiveIndices, score: Score) -> None:
        """Keep what the person is shown."""
        self._put(schema.live, [rows.live_values(self._next(schema.live), indices, score)])

    def phase_began(self, phase: StoredPhase) -> None:
        """Keep a phase; one with the same index replaces the earlier one."""
        self._put(schema.phases, [rows.phase_values(phase)])
        self._phases[phase.index] = phase

    def phase_ended(self, index: int, end_s: float) -> None:
        """Keep the end of a phase.

        Raises
        ------
        ValueError
            If no phase of that index began.
        """
        if index not in self._phases:
            raise ValueError(f"no phase with index {index} began")
        self.phase_began(replace(self._phases[index], end_s=end_s))

    def timeline_event(self, event: TimelineEvent) -> None:
        """Keep a turn of practice time."""
        self._put(schema.timeline_events, [rows.timeline_values(self._next(schema.timeline_events), event)])

    def marker(self, at_s: float, label: str) -> None:
        """Keep a mark."""
        self._put(schema.markers, [rows.marker_values(self._next(schema.markers), at_s, label)])

    def news(self, news: StrapNews) -> None:
        """Keep news from the strap, its time on the clock of the source."""
        self._put(schema.news, [rows.news_values(self._next(schema.news), news, self._new.started_clock_s)])

    def rating(self, when: str, question: str, value: int) -> None:
        """Keep an answer: ``before``, ``after``, or that of a phase by its name; a second one replaces the first.

        Raises
        ------
        ValueError
            If the value is not a whole number from 0 to 10.
        """
        self._put(schema.ratings, [rows.rating_values(when, question, value)])

    def reference(self, reference: StoredReference) -> None:
        """Keep the figures of an independent implementation."""
        number = self._next(schema.reference_figures)
        self._put(schema.reference_figures, [rows.reference_values(number, reference)])

    def flush(self) -> bool:
        """Try now to write what is there, and wait for it; True where nothing is left in memory."""
        return self._writer.flush()

    def finish(
        self,
        ended_utc: str,
        cause: str,
        result_document: dict[str, Any] | None,
        method: str,
        *,
        duration_s: float | None = None,
    ) -> bool:
        """End the session and wait until all of it is on the disk.

        Parameters
        ----------
        ended_utc : str
        cause : str
        result_document : dict or None
            The summary as JSON; None where there is none.
        method : str
            Name and version of what made the summary.
        duration_s : float, optional
            Else the `duration_s` of the document, else the last packet.

        Returns
        -------
        bool
            False where nothing is kept, because no beat ever came and it was not to be kept without.

        Raises
        ------
        StoreError
            If the disk does not take it. The rest of the session stays in memory and is tried again until `close`;
            `finish` may be called again.
        """
        if not self.is_kept:
            self.discard()
            return False
        if duration_s is None:
            told = (result_document or {}).get("duration_s")
            duration_s = float(told) if told is not None else self._last_packet_s
        if result_document is not None:
            # Number 0 always: a second call replaces the result of the first
            values = rows.result_values(0, StoredResult(ended_utc, method, result_document))
            self._put(schema.results, [values])
        self._put(schema.sessions, [{"ended_utc": ended_utc, "end_cause": cause, "duration_s": duration_s}])
        if not self.flush():
            trouble = self._writer.trouble or Trouble("The recorder has stopped", "Start the program again")
            raise StoreError(
                f"{trouble.what}. {trouble.kept} and the rest waits in memory, as long as the program "
                f"runs; what is left then goes into a rescue file for the next start. {trouble.advice}, then try again."
            )
        self._pack()
        return True

    def _pack(self) -> None:
        """Make the session smaller; where that cannot be, it stays as it was recorded."""
        if self._session_key is not None:
            with self._faults.contained("packing"), contextlib.suppress(SQLAlchemyError):
                pack(self._engine, self._session_key)

    def discard(self) -> None:
        """Drop a session in which no beat came.

        Raises
        ------
        StoreError
            If there are beats.
        """
        if not self._writer.drop():
            raise StoreError(f"Session {self.session_id} holds beats and is kept. End it instead.")

    def close(self) -> None:
        """Write what is left, end the thread and release the session.

        What cannot be written is put into a rescue file, which the next start takes in; `n_unsaved` tells how much,
        and `parting` says what became of it.
        """
        left = self._writer.close()
        if self._lock is not None:
            if left:
                self._rescue(left)
            self._locks.release(self._lock)
            self._lock = None

    def _rescue(self, left: Batch) -> None:
        gone = identity_of(self._database) != self._identity
        trouble = self._writer.trouble or UNFORESEEN
        put: Path | None = None
        saved: Batch | None = {}
        with self._faults.contained("rescuing"):
            if gone and self._session_key is not None:
                saved = saved_rows(self._engine, self.session_id)
            folder, person = self._database.parent, self._new.person
            put = put_by(folder, self._key, self._session_values, person, left, saved or {})
        self.parting = parting(trouble, put, gone=gone, whole=saved is not None)

    def _next(self, table: Table) -> int:
        number = self._numbers[table]
        self._numbers[table] = number + 1
        return number

    def _put(self, table: Table, values: list[rows.Values], *, release: bool = False) -> None:
        if not self._writer.put(table, values, release=release):
            raise StoreError(f"Session {self.session_id} is closed: nothing more can be recorded in it.")

    def _tell(self, trouble: Trouble | None) -> None:
        if trouble is None:
            if self._on_recovery is not None:
                self._on_recovery()
        elif self._on_trouble is not None:
            self._on_trouble(
                f"{trouble.what}. What is not saved yet is kept in memory and the session goes on. "
                f"{trouble.advice}: saving is tried again every few seconds."
            )

    def _save(self, batch: Batch) -> Saved:
        """Save a batch; where an error that nobody foresaw lies in some of its rows, all the others."""
        with self._faults.contained("recording") as caught:
            trouble = self._write(batch)
        if caught.error is None:
            return Saved(batch, trouble) if trouble else Saved()
        parts = halves(batch)
        if not parts:
            return Saved(batch, UNFORESEEN)
        saved = [self._save(part) for part in parts]
        left: Batch = {}
        for table, rest in ((table, rest) for part in saved for table, rest in part.left.items()):
            left.setdefault(table, []).extend(rest)
        return Saved(left, next((part.trouble for part in saved if part.trouble), None))

    def _write(self, batch: Batch) -> Trouble | None:
        """Write a batch as a whole or not at all."""
        identity = identity_of(self._database)
        if identity is None or identity != self._identity:
            return Trouble(
                f"{self._database} was moved or removed while the program ran",
                "Put it back where it was",
                "What was saved before is in it",
            )
        try:
            with writing(self._engine) as connection:
                key = self._session_key if self._session_key is not None else self._begin(connection)
                for table, values in batch.items():
                    if table is schema.sessions:
                        connection.execute(update(table).where(table.c.session == key).values(values[-1]))
                        continue
                    written = rows.coded_blocks(values) if table is schema.blocks else values
                    for row in written:
                        row["session"] = key
                    connection.execute(UPSERTS[table], written)
        except _ROWS_AT_FAULT:
            raise
        except SQLAlchemyError as error:
            return trouble_of(error, self._database, has_key=True)
        self._session_key = key
        return None

    def _begin(self, connection: Connection) -> int:
        person = person_key(connection, self._new.person)
        connection.execute(insert(schema.sessions).values(self._session_values | {"person": person}))
        column = schema.sessions.c.session_id
        key: int = connection.execute(select(schema.sessions.c.session).where(column == self.session_id)).scalar_one()
        return key


def _carries_beats(packet: Packet) -> bool:
    try:
        return bool(decode_packet(packet).rr_ms)
    except MalformedPacketError:
        return False
