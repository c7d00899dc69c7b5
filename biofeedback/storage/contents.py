"""What was recorded in a session, read back, and what is added to it after its end."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, Table, func, insert, select

from biofeedback.analysis.beats.beat import Beat
from biofeedback.storage import rows, schema
from biofeedback.storage.access import Access
from biofeedback.storage.errors import StoreError
from biofeedback.storage.packed.blocks import decode_block
from biofeedback.storage.packed.streams import rows_of
from biofeedback.storage.records import (
    AFTER,
    BEFORE,
    StoredAccelerometer,
    StoredEcg,
    StoredLive,
    StoredMarker,
    StoredPhase,
    StoredReference,
    StoredResult,
    TimelineEvent,
    TimelineKind,
)
from devices.eeg.frames import EegReader
from devices.gatt import MalformedPacketError
from devices.pmd import N_AXES, FrameReader, sample_times_ns
from devices.samples import (
    STREAM_FORMATS,
    AccelerometerFrame,
    EcgFrame,
    EegFrame,
    Packet,
    PacketFormat,
    StrapNews,
    StreamFrame,
)

_Record = TypeVar("_Record")
_Frame = TypeVar("_Frame", covariant=True)


class _Reader(Protocol[_Frame]):
    def started(self, packet: Packet) -> object: ...

    def frame(self, packet: Packet) -> _Frame: ...


class Contents(Access):
    """Takes whole ids; all methods raise `StoreError` for an unknown one, and where the database cannot be used."""

    kept = "The session is kept as it was; this change is not"

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

    def eeg_frames(self, session_id: str) -> list[EegFrame]:
        """The frames of the band on the head in order of arrival, `received_s` in seconds of the session."""
        frames: list[EegFrame] = []
        for started, packets in self._frame_packets(session_id):
            if started.format is PacketFormat.EEG_START:
                frames += _readable(EegReader(), started, packets)
        return frames

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
        return [turn for turn in self.turns(session_id) if turn.kind is not TimelineKind.PHASE]

    def turns(self, session_id: str) -> list[TimelineEvent]:
        """The same with the beginnings of phases, all in the order in which they came."""
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
                raise damaged_session(session_id, error) from error
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
                    f"What came beside the beats in session {session_id} from strap or band is damaged ({error}). "
                    "Its beats are not. Restore a backup of the data to have it back."
                ) from error
        return [(rows.start_of(row), packets.get(row.n, [])) for row in starts]

    def _decoded(self, session_id: str) -> Iterator[list[StreamFrame]]:
        """The frames of each stream of the strap."""
        for started, packets in self._frame_packets(session_id):
            if started.format is PacketFormat.PMD_START:
                yield _readable(FrameReader(), started, packets)

    def _stream(self, session_id: str, table: Table, record: Callable[[Row[Any]], _Record]) -> list[_Record]:
        with self._reading() as connection:
            try:
                return [record(row) for row in rows_of(connection, table, _key(connection, session_id))]
            except ValueError as error:
                raise damaged_session(session_id, error) from error


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


def damaged_session(session_id: str, error: ValueError) -> StoreError:
    return StoreError(
        f"What was recorded of session {session_id} is damaged ({error}). The others are not. "
        "Restore a backup of the data to have it back."
    )


def _key(connection: Connection, session_id: str) -> int:
    found = connection.execute(select(schema.sessions.c.session).where(schema.sessions.c.session_id == session_id))
    key: int | None = found.scalar_one_or_none()
    if key is None:
        raise unknown_session(session_id)
    return key


def unknown_session(session_id: str) -> StoreError:
    return StoreError(f"There is no session {session_id!r}. The command `biofeedback sessions` lists those there are.")


def _readable(reader: _Reader[_Frame], started: Packet, packets: Sequence[Packet]) -> list[_Frame]:
    """The frames of a stream that can be read; a session that came in a file may hold others, which count as lost."""
    found = []
    with contextlib.suppress(MalformedPacketError):
        reader.started(started)
        for packet in packets:
            with contextlib.suppress(MalformedPacketError):
                found.append(reader.frame(packet))
    return found
