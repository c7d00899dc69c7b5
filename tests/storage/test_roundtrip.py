"""Whatever is recorded comes back, to the same bits, however the writing is cut."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.storage.database import Store
from biofeedback.storage.recording.recorder import Recorder
from biofeedback.storage.records import (
    StoredLive,
    StoredMarker,
    StoredPhase,
    StoredReference,
    TimelineEvent,
    TimelineKind,
)
from devices.pmd import HEADER
from devices.pmd_control import Measurement, Operation, Setting, encode_answer, encode_command, encode_start
from devices.samples import (
    STREAM_FORMATS,
    AccelerometerFrame,
    BatteryRead,
    EcgFrame,
    LinkChanged,
    LinkState,
    Packet,
    PacketFormat,
    RRSupport,
    StrapIdentified,
    StreamFrame,
    StreamsChanged,
)
from protocols.feedback import Score
from tests.storage.examples import CLOCK_S, frame_of, new_session

# SQLite keeps no negative zero (https://sqlite.org/datatype3.html, section 3: integral reals are stored as integers)
FLOATS = st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0)
SECONDS = st.floats(0, 1e6).map(lambda value: value + 0.0)
FIGURES = st.none() | FLOATS
TEXT = st.text(max_size=20)

PACKETS = st.builds(Packet, SECONDS, st.sampled_from(PacketFormat), st.binary(max_size=30))
FACTOR = b"\x05\x01\x40\xda\x7f\x39"


def _start(measurement: Measurement, received_s: float) -> Packet:
    command = encode_command(Operation.START, measurement, {Setting.RATE_HZ: 100})
    answer = encode_answer(Operation.START, measurement, parameters=FACTOR)
    return Packet(received_s, PacketFormat.PMD_START, encode_start(command, answer))


def _frames(measurement: Measurement, frame_type: int, n_bytes: int, most: int = 5) -> st.SearchStrategy[StreamFrame]:
    return st.builds(
        lambda received_s, started_s, strap_ns, samples: frame_of(
            HEADER.pack(measurement, strap_ns, frame_type) + b"".join(samples),
            received_s,
            _start(measurement, started_s),
        ),
        SECONDS,
        st.sampled_from([0.0, 1.0]),
        st.integers(0, 2**64 - 1),
        st.lists(st.binary(min_size=n_bytes, max_size=n_bytes), min_size=1, max_size=most),
    )


FRAMES = st.one_of(
    _frames(Measurement.ECG, 0, 3),
    _frames(Measurement.ACCELEROMETER, 0, 3),
    _frames(Measurement.ACCELEROMETER, 1, 6),
    _frames(Measurement.ACCELEROMETER, 2, 9),
    _frames(Measurement.ACCELEROMETER, 0x80, 6, most=1),
    _frames(Measurement.ACCELEROMETER, 0x81, 6, most=1),
)
BEATS = st.lists(
    st.builds(Beat, st.just(0), FLOATS, FLOATS, st.integers(0, 999), st.sampled_from(Verdict), TEXT, FIGURES)
)
LIVE = st.builds(
    StoredLive,
    st.builds(LiveIndices, SECONDS, FIGURES, FIGURES, FIGURES, FIGURES, FIGURES, FIGURES, FIGURES, FIGURES, TEXT),
    st.builds(Score, FIGURES, FIGURES, TEXT),
)
PHASES = st.builds(
    StoredPhase, st.integers(0, 3), TEXT, TEXT, TEXT, TEXT, st.none() | st.dictionaries(TEXT, FLOATS), SECONDS, FIGURES
)
EVENTS = st.builds(
    TimelineEvent, SECONDS, st.sampled_from(TimelineKind), SECONDS, st.dictionaries(TEXT, FLOATS | TEXT | st.booleans())
)
MARKERS = st.builds(StoredMarker, SECONDS, TEXT)
NEWS = st.one_of(
    st.builds(LinkChanged, SECONDS, st.sampled_from(LinkState), TEXT, FIGURES),
    st.builds(BatteryRead, SECONDS, st.integers(0, 100)),
    st.builds(StrapIdentified, SECONDS, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT),
    st.builds(RRSupport, SECONDS, st.booleans()),
    st.builds(StreamsChanged, SECONDS, st.booleans(), st.booleans(), TEXT),
)
REFERENCES = st.builds(StoredReference, SECONDS, SECONDS, TEXT, st.dictionaries(TEXT, FLOATS))
FLUSH = st.just(None)

NUMBERS = count()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("roundtrip")) as opened:
        yield opened


def _record(recorder: Recorder, said: object) -> None:
    match said:
        case Packet() as packet:
            recorder.packet(packet)
        case EcgFrame() | AccelerometerFrame() as frame:
            recorder.frame(frame)
        case StoredLive(indices, score):
            recorder.live(indices, score)
        case StoredPhase() as phase:
            recorder.phase_began(phase)
        case TimelineEvent() as event:
            recorder.timeline_event(event)
        case StoredMarker(at_s, label):
            recorder.marker(at_s, label)
        case StoredReference() as reference:
            recorder.reference(reference)
        case LinkChanged() | BatteryRead() | StrapIdentified() | RRSupport() | StreamsChanged() as news:
            recorder.news(news)
        case _:
            recorder.flush()


def _stored(packet: Packet) -> Packet:
    return replace(packet, received_s=packet.received_s - CLOCK_S)


def _check_frames(kept: Store, name: str, said: list[object]) -> None:
    frames = [one for one in said if isinstance(one, StreamFrame)]
    read = kept.frames(name)
    for kind in (EcgFrame, AccelerometerFrame):
        given_frames = sorted((frame for frame in frames if isinstance(frame, kind)), key=lambda f: f.received_s)
        read_frames = [frame for frame in read if isinstance(frame, kind)]
        by_bytes = sorted((_stored(frame.packet).payload, frame.received_s - CLOCK_S) for frame in given_frames)
        assert sorted((frame.packet.payload, frame.received_s) for frame in read_frames) == by_bytes
        assert [frame.received_s for frame in read_frames] == [frame.received_s - CLOCK_S for frame in given_frames]
    raw = kept.raw_packets(name)
    assert [packet.received_s for packet in raw] == sorted(packet.received_s for packet in raw)
    for sent in [one for one in said if isinstance(one, Packet)] + [frame.packet for frame in frames]:
        assert _stored(sent) in raw
    assert {frame.started.payload for frame in read} == {frame.started.payload for frame in frames}
    assert len(kept.ecg(name).microvolts) == sum(len(f.microvolts) for f in frames if isinstance(f, EcgFrame))


@given(
    st.lists(st.one_of(PACKETS, FRAMES, BEATS, LIVE, PHASES, EVENTS, MARKERS, NEWS, REFERENCES, FLUSH), max_size=30),
)
def test_whatever_is_recorded_comes_back(kept: Store, said: list[object]) -> None:
    name = f"s{next(NUMBERS)}"
    beats = [Beat(0, 0.0, 900.0, 0)]
    with kept.recorder(new_session(name)) as recorder:
        recorder.beats(beats)
        for one in said:
            if isinstance(one, list):
                numbered = [
                    Beat(len(beats) + i, b.time_s, b.rr_ms, b.segment, b.verdict, b.reason, b.nn_ms)
                    for i, b in enumerate(one)
                ]
                beats.extend(numbered)
                recorder.beats(numbered)
            else:
                _record(recorder, one)

    def of(kind: type) -> list[object]:
        return [one for one in said if isinstance(one, kind)]

    assert kept.beats(name) == beats
    packets = [one for one in said if isinstance(one, Packet) and one.format not in STREAM_FORMATS]
    assert list(kept.packets(name)) == [_stored(packet) for packet in packets]
    _check_frames(kept, name, said)
    assert kept.live(name) == of(StoredLive)
    assert kept.turns(name) == of(TimelineEvent)
    assert kept.markers(name) == of(StoredMarker)
    assert kept.references(name) == of(StoredReference)
    by_index = {one.index: one for one in said if isinstance(one, StoredPhase)}
    assert kept.phases(name) == [by_index[index] for index in sorted(by_index)]
    told = LinkChanged | BatteryRead | StrapIdentified | RRSupport | StreamsChanged
    news = [one for one in said if isinstance(one, told)]
    assert kept.news(name) == [replace(one, at_s=one.at_s - CLOCK_S) for one in news]


@given(st.lists(st.tuples(SECONDS, FLOATS, FLOATS), min_size=1, max_size=40))
def test_floats_keep_their_bits(kept: Store, numbers: list[tuple[float, float, float]]) -> None:
    name = f"f{next(NUMBERS)}"
    with kept.recorder(new_session(name)) as recorder:
        for n, (received_s, rr_ms, nn_ms) in enumerate(numbers):
            recorder.packet(Packet(received_s, PacketFormat.RR_TEXT, b"900"))
            recorder.beats([Beat(n, received_s, rr_ms, 0, Verdict.KEPT, "", nn_ms)])
    given_bits = [struct.pack("<dddd", t - CLOCK_S, t, rr, nn) for t, rr, nn in numbers]
    read_bits = [
        struct.pack("<dddd", packet.received_s, beat.time_s, beat.rr_ms, beat.nn_ms)
        for packet, beat in zip(kept.packets(name), kept.beats(name), strict=True)
    ]
    assert read_bits == given_bits
