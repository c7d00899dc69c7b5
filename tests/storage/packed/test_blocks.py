"""Frames in blocks: any come back to the bit, real ones take little."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.packed.blocks import MOST_FRAMES, decode_block, encode_block, kind_of
from biofeedback.storage.recording.writer import Pace
from devices.pmd import HEADER, FrameReader, encode_ecg, sample_layout
from devices.pmd_control import Measurement
from devices.recordings import read_recording
from devices.samples import AccelerometerFrame, EcgFrame, Packet, PacketFormat, StreamFrame
from devices.uri import open_source
from tests.hand_clock import heard_from
from tests.recordings import recording
from tests.storage.examples import CLOCK_S, FRAMES, SESSION_ID, STARTS, ecg_frame, frame_of, new_session, packet

MOST_BYTES_A_SAMPLE = 1.5
ARRIVALS = st.floats(allow_nan=False, allow_infinity=False)
CLOCKS = st.integers(0, 2**64 - 1)
KINDS = [
    (Measurement.ECG, 0),
    (Measurement.ACCELEROMETER, 0),
    (Measurement.ACCELEROMETER, 1),
    (Measurement.ACCELEROMETER, 2),
]


def packets_of(kind: tuple[int, int]) -> st.SearchStrategy[list[Packet]]:
    """Frames of one kind with any content."""
    layout = sample_layout(HEADER.pack(kind[0], 0, kind[1]))
    size = layout[0] * layout[1] if layout else 1
    content = st.integers(1, 90).flatmap(lambda n: st.binary(min_size=n * size, max_size=n * size))
    packets = st.builds(
        lambda received_s, strap_ns, samples: Packet(
            received_s, PacketFormat.PMD_FRAME, HEADER.pack(kind[0], strap_ns, kind[1]) + samples
        ),
        ARRIVALS,
        CLOCKS,
        content,
    )
    return st.lists(packets, min_size=1, max_size=6)


@given(
    st.sampled_from([*KINDS, (Measurement.ACCELEROMETER, 0x80), (Measurement.ACCELEROMETER, 0x81), (9, 7)]).flatmap(
        packets_of
    )
)
def test_any_frames_come_back_to_the_bit(packets: list[Packet]) -> None:
    assert decode_block(encode_block(packets)) == packets


@given(st.lists(st.lists(st.integers(-(2**23), 2**23 - 1), min_size=1, max_size=80), min_size=1, max_size=5))
def test_any_microvolts_come_back(frames: list[list[int]]) -> None:
    packets = [
        Packet(0.1 + n, PacketFormat.PMD_FRAME, encode_ecg(n * 561_538_461, np.array(microvolts)))
        for n, microvolts in enumerate(frames)
    ]
    assert decode_block(encode_block(packets)) == packets


def test_a_damaged_block_is_a_value_error() -> None:
    block = encode_block([frame.packet for frame in FRAMES if isinstance(frame, EcgFrame)])
    for end in range(len(block)):
        with pytest.raises(ValueError, match=r"block of frames|run of numbers|buffer"):
            decode_block(block[:end])
    with pytest.raises(ValueError, match="unknown version 9"):
        decode_block(b"\x09" + block[1:])


def simulated(kind: type[StreamFrame]) -> list[Packet]:
    heard = heard_from(open_source("sim:rest?seed=3&pmd=1&moves=1"), 600.0)
    return [reading.packet for reading in heard if isinstance(reading, kind)]


def real_ecg() -> list[Packet]:
    streams = read_recording(recording("polar_h10_pvc/polar_h10.csv.gz")).streams
    return [packet for packet in streams if packet.format is PacketFormat.PMD_FRAME]


def noisy_ecg() -> list[Packet]:
    """With as much noise as tense muscles make."""
    reader, noise = FrameReader(), np.random.default_rng(1)
    reader.started(STARTS[Measurement.ECG])
    noisy = []
    for clean in simulated(EcgFrame):
        frame = reader.frame(clean)
        assert isinstance(frame, EcgFrame)
        microvolts = frame.microvolts + np.round(noise.normal(0.0, 60.0, len(frame.microvolts))).astype(int)
        noisy.append(Packet(clean.received_s, clean.format, encode_ecg(frame.strap_ns, microvolts)))
    return noisy


def recorded(folder: Path, packets: Sequence[Packet], started: Packet) -> tuple[int, list[Packet]]:
    """The size of a database with these frames, each written as soon as it comes, and what is read from it."""
    with Store.open(folder) as store:
        with store.recorder(new_session(), pace=Pace(0.0)) as recorder:
            recorder.packet(packet(0.0, 900))
            for sent in packets:
                recorder.frame(frame_of(sent.payload, sent.received_s, started))
                recorder.flush()
        read = [found for found in store.raw_packets(SESSION_ID) if found.format is PacketFormat.PMD_FRAME]
    assert not list(folder.glob(f"{DATABASE}-*")), "the log is part of the database by now"
    return (folder / DATABASE).stat().st_size, read


@pytest.mark.parametrize(
    "source", [lambda: simulated(EcgFrame), noisy_ecg, real_ecg], ids=["simulated", "noisy", "real"]
)
def test_an_electrocardiogram_takes_at_most_one_and_a_half_bytes_a_sample_on_the_disk(
    tmp_path: Path, source: Callable[[], list[Packet]]
) -> None:
    packets = source()
    n_samples = sum(len(sent.payload) - HEADER.size for sent in packets) // 3
    assert n_samples > 70_000
    empty, _ = recorded(tmp_path / "empty", packets[:1], STARTS[Measurement.ECG])
    full, read = recorded(tmp_path / "full", packets, STARTS[Measurement.ECG])
    assert (full - empty) / n_samples < MOST_BYTES_A_SAMPLE
    assert [(found.received_s, found.payload) for found in read] == [
        (sent.received_s - CLOCK_S, sent.payload) for sent in packets
    ]


def test_an_accelerometer_takes_less_than_a_byte_a_number() -> None:
    packets = simulated(AccelerometerFrame)
    n_numbers = sum(len(sent.payload) - HEADER.size for sent in packets) // 2
    blocks = [encode_block(packets[i : i + MOST_FRAMES]) for i in range(0, len(packets), MOST_FRAMES)]
    assert sum(map(len, blocks)) / n_numbers < 1.0


def test_the_samples_of_a_session_come_with_their_times(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(1.0, 900))
        for frame in FRAMES:
            recorder.frame(frame)
    ecg = store.ecg(SESSION_ID)
    assert ecg.microvolts.tolist() == [5, -7, 1200, 1100, 4, 3]
    assert np.diff(ecg.strap_ns).tolist() == [7_682_816] * 5
    assert ecg.strap_ns[2] == 10**9
    assert ecg.received_s.tolist() == [1.5] * 3 + [2.0] * 3
    assert ecg.stream.tolist() == [0] * 6
    tilt = store.accelerometer(SESSION_ID)
    assert tilt.milli_g.tolist() == [[1, -999, 30], [2, -998, 31]]
    assert tilt.strap_ns.tolist() == [9 * 10**8 - 4 * 10**7, 9 * 10**8]
    assert tilt.received_s.tolist() == [1.625] * 2
    assert [frame.received_s for frame in store.frames(SESSION_ID)] == [1.5, 1.625, 2.0]
    assert [sent.format.value for sent in store.raw_packets(SESSION_ID)] == [
        "pmd_start",
        "pmd_start",
        "2a37",
        "pmd",
        "pmd",
        "pmd",
    ]


def test_a_session_without_streams_has_no_samples(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(1.0, 900))
    ecg, tilt = store.ecg(SESSION_ID), store.accelerometer(SESSION_ID)
    assert ecg.strap_ns.shape == ecg.received_s.shape == ecg.stream.shape == ecg.microvolts.shape == (0,)
    assert tilt.milli_g.shape == (0, 3)
    assert store.frames(SESSION_ID) == []


def test_a_stream_that_was_started_again_is_told_apart(store: Store) -> None:
    again = Packet(CLOCK_S + 9.0, PacketFormat.PMD_START, STARTS[Measurement.ECG].payload)
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(1.0, 900))
        recorder.frame(ecg_frame(1.5, 10**9, 1, 2))
        recorder.frame(frame_of(encode_ecg(5 * 10**8, np.array([3, 4])), CLOCK_S + 10.0, again))
    ecg = store.ecg(SESSION_ID)
    assert ecg.stream.tolist() == [0, 0, 1, 1]
    assert ecg.microvolts.tolist() == [1, 2, 3, 4]
    assert [frame.started.received_s for frame in store.frames(SESSION_ID)] == [0.75, 9.0]


def test_more_frames_than_a_block_holds_and_frames_of_another_kind_share_a_stream(store: Store) -> None:
    started = STARTS[Measurement.ACCELEROMETER]
    payloads = [HEADER.pack(Measurement.ACCELEROMETER, n, 1) + bytes((n % 256, 0) * 3) for n in range(MOST_FRAMES + 3)]
    payloads[5] = HEADER.pack(Measurement.ACCELEROMETER, 5, 0x81) + bytes(range(6))
    payloads[9] = HEADER.pack(Measurement.ACCELEROMETER, 9, 0) + b"\x01\x02\x03"
    assert len({kind_of(payload) for payload in payloads}) == 3
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(1.0, 900))
        for n, payload in enumerate(payloads):
            recorder.frame(frame_of(payload, CLOCK_S + n, started))
            if n % 7 == 0:
                recorder.flush()
    read = [sent.payload for sent in store.raw_packets(SESSION_ID) if sent.format is PacketFormat.PMD_FRAME]
    assert read == payloads


def test_malformed_frames_are_kept_among_the_raw_packets_and_are_no_heartbeats(store: Store) -> None:
    malformed = Packet(CLOCK_S + 2.0, PacketFormat.PMD_FRAME, b"\x00\x01")
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(1.0, 900))
        recorder.packet(malformed)
        recorder.packet(packet(3.0, 900))
    assert [sent.received_s for sent in store.packets(SESSION_ID)] == [1.0, 3.0]
    assert [sent.payload for sent in store.raw_packets(SESSION_ID)][1] == malformed.payload


def test_a_damaged_database_is_told_in_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(1.0, 900))
        monkeypatch.setattr("biofeedback.storage.rows.encode_block", lambda _packets: b"\x09\x00\x00\x00\x00")
        recorder.frame(FRAMES[0])
    with pytest.raises(StoreError, match=r"is damaged .*Its beats are not"):
        store.ecg(SESSION_ID)
    assert len(list(store.packets(SESSION_ID))) == 1
