"""Frames and the control point of Polar's measurement service, from captured bytes and from any bytes at all."""

import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.gatt import MalformedPacketError, decode_packet
from devices.pmd import (
    COMPRESSED,
    ECG_BITS,
    ECG_RATE_HZ,
    HEADER,
    FrameReader,
    encode_accelerometer,
    encode_ecg,
    sample_times_ns,
    start_packet,
)
from devices.pmd_control import (
    Answer,
    Measurement,
    Operation,
    Setting,
    Status,
    choose_settings,
    decode_answer,
    decode_features,
    decode_settings,
    decode_start,
    decode_stopped,
    encode_answer,
    encode_command,
    encode_settings,
    encode_start,
    words_of,
)
from devices.samples import AccelerometerFrame, EcgFrame, Packet, PacketFormat

NANOSECONDS = st.integers(0, 2**64 - 1)
BYTES = st.binary(max_size=60)

# Polar_Measurement_Data_Specification.pdf
H10_FEATURES = bytes.fromhex("0F05000000000000000000000000000000")
H10_ECG_SETTINGS = bytes.fromhex("F0010000000001820001010E00")
H10_START_ECG = bytes.fromhex("02000001820001010E00")
H10_ECG_STARTED = bytes.fromhex("F00200000000")
H10_ECG_FRAME = bytes.fromhex("00EA1CACCC99435208006800005800004600003D0000320000260000160000040000")
VERITY_STARTED = bytes.fromhex("F002020000050140DA7F39")
# EcgDataTest and AccDataTest of polar-ble-sdk
SDK_ECG_FRAME = bytes.fromhex("000094357700000000000280FF028000")
SDK_ACCELEROMETER_FRAME = bytes.fromhex("020094357700000000" + "01" + "F7FFFFFFE703" + "F8FFFEFFE503")
SDK_COMPRESSED_FRAME = bytes.fromhex("026500000000000000" + "81" + "F1FF1400F003" + "0601" + "7B0F08")


def reader_of(measurement: Measurement, *, rate_hz: int = 130, answer: bytes = b"") -> FrameReader:
    """A reader of a stream that was started, with these bytes at the end of the answer."""
    command = encode_command(Operation.START, measurement, {Setting.RATE_HZ: rate_hz})
    started = encode_start(command, encode_answer(Operation.START, measurement, parameters=answer))
    reader = FrameReader()
    reader.started(Packet(0.0, PacketFormat.PMD_START, started))
    return reader


def frame_of(payload: bytes) -> Packet:
    return Packet(1.5, PacketFormat.PMD_FRAME, payload)


def ecg_of(payload: bytes) -> EcgFrame:
    frame = reader_of(Measurement.ECG).frame(frame_of(payload))
    assert isinstance(frame, EcgFrame)
    return frame


def accelerometer_of(payload: bytes, answer: bytes = b"") -> AccelerometerFrame:
    frame = reader_of(Measurement.ACCELEROMETER, answer=answer).frame(frame_of(payload))
    assert isinstance(frame, AccelerometerFrame)
    return frame


def compressed(first: list[int], blocks: list[tuple[int, list[list[int]]]]) -> bytes:
    """The content of a compressed frame, bit by bit."""
    content = struct.pack("<3h", *first)
    for width, differences in blocks:
        bits = "".join(
            format(number & (1 << width) - 1, f"0{width}b")[::-1] for sample in differences for number in sample
        )
        content += bytes((width, len(differences)))
        content += bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))
    return content


def test_an_electrocardiogram_of_a_polar_h10() -> None:
    frame = ecg_of(H10_ECG_FRAME)
    assert frame.microvolts.tolist() == [104, 88, 70, 61, 50, 38, 22, 4]
    assert frame.strap_ns == 599616028236586218
    assert (frame.received_s, frame.rate_hz, frame.packet.payload) == (1.5, 130, H10_ECG_FRAME)
    assert frame.microvolts.dtype == np.int32
    assert not frame.microvolts.flags.writeable


def test_three_bytes_are_a_signed_number() -> None:
    frame = ecg_of(SDK_ECG_FRAME)
    assert frame.microvolts.tolist() == [-32766, 32770]
    assert frame.strap_ns == 2_000_000_000


def test_an_accelerometer_of_two_bytes() -> None:
    frame = accelerometer_of(SDK_ACCELEROMETER_FRAME)
    assert frame.milli_g.tolist() == [[-9, -1, 999], [-8, -2, 997]]
    assert frame.strap_ns == 2_000_000_000
    assert not frame.milli_g.flags.writeable


@pytest.mark.parametrize(("frame_type", "content"), [(0, "F6016F"), (2, "F6FFFF0100006F0000")])
def test_an_accelerometer_of_one_and_three_bytes(frame_type: int, content: str) -> None:
    payload = HEADER.pack(Measurement.ACCELEROMETER, 5, frame_type) + bytes.fromhex(content)
    assert accelerometer_of(payload).milli_g.tolist() == [[-10, 1, 111]]


def test_a_compressed_accelerometer_in_thousandths_of_gravity() -> None:
    assert accelerometer_of(SDK_COMPRESSED_FRAME).milli_g.tolist() == [[-15, 20, 1008], [-20, 17, 1008]]


def test_a_compressed_accelerometer_in_gravity_needs_the_unit_that_the_strap_told_at_the_start() -> None:
    payload = HEADER.pack(Measurement.ACCELEROMETER, 5, COMPRESSED) + compressed([1905, 27376, -29282], [])
    told = VERITY_STARTED[5:]
    assert accelerometer_of(payload, told).milli_g == pytest.approx(np.array([[464.8, 6679.7, -7144.8]]), abs=0.1)
    with pytest.raises(MalformedPacketError, match="without its unit"):
        accelerometer_of(payload)


@given(
    st.lists(st.integers(-(2**15), 2**15 - 1), min_size=3, max_size=3),
    st.lists(
        st.integers(1, 32).flatmap(
            lambda width: st.tuples(
                st.just(width),
                st.lists(
                    st.lists(st.integers(-(1 << width - 1), (1 << width - 1) - 1), min_size=3, max_size=3), max_size=9
                ),
            )
        ),
        max_size=4,
    ),
)
def test_whatever_was_compressed_comes_back(first: list[int], blocks: list[tuple[int, list[list[int]]]]) -> None:
    samples = [np.array(first)]
    for _, differences in blocks:
        for difference in differences:
            samples.append(samples[-1] + difference)
    payload = HEADER.pack(Measurement.ACCELEROMETER, 5, COMPRESSED | 1) + compressed(first, blocks)
    assert accelerometer_of(payload).milli_g.tolist() == np.array(samples).tolist()


@given(NANOSECONDS, st.lists(st.integers(-(2**23), 2**23 - 1), min_size=1, max_size=80))
def test_an_electrocardiogram_comes_back(strap_ns: int, microvolts: list[int]) -> None:
    payload = encode_ecg(strap_ns, np.array(microvolts))
    frame = ecg_of(payload)
    assert (frame.strap_ns, frame.microvolts.tolist()) == (strap_ns, microvolts)
    assert len(payload) == 10 + 3 * len(microvolts)


@given(NANOSECONDS, st.lists(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=3, max_size=3), min_size=1))
def test_an_accelerometer_comes_back(strap_ns: int, milli_g: list[list[int]]) -> None:
    frame = accelerometer_of(encode_accelerometer(strap_ns, np.array(milli_g)))
    assert (frame.strap_ns, frame.milli_g.tolist()) == (strap_ns, milli_g)


@given(st.sampled_from(Measurement), st.integers(0, 255), st.integers(0, 255), BYTES, st.sampled_from([b"", b"any"]))
def test_any_bytes_are_a_frame_or_malformed(
    measurement: Measurement, kind: int, frame_type: int, content: bytes, instead: bytes
) -> None:
    reader = reader_of(measurement, answer=VERITY_STARTED[5:])
    packet = frame_of((instead and content) or HEADER.pack(kind % 4, 7, frame_type) + content)
    try:
        frame = reader.frame(packet)
    except MalformedPacketError:
        return
    values = frame.microvolts if isinstance(frame, EcgFrame) else frame.milli_g
    assert len(values)
    assert np.isfinite(values).all()


@given(BYTES)
def test_any_bytes_are_an_answer_or_malformed(value: bytes) -> None:
    for payload in (value, b"\xf0\x02" + value):
        for decode in (decode_features, decode_answer, decode_stopped, decode_settings, decode_start):
            with suppress(MalformedPacketError):
                decode(payload)


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_any_bytes_are_the_start_of_a_stream_or_malformed(command: bytes, answer: bytes) -> None:
    payload = encode_start(b"\x02\x02\x00\x01\x34\x00" + command, b"\xf0\x02\x02\x00" + answer)
    try:
        start = decode_start(payload)
    except MalformedPacketError:
        return
    assert start.measurement is Measurement.ACCELEROMETER
    assert start.rate_hz > 0


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "more than 10 bytes"),
        (H10_ECG_FRAME[:10], "more than 10 bytes"),
        (H10_ECG_FRAME[:-1], "cut short"),
        (b"\x01" + H10_ECG_FRAME[1:], "stream 1"),
        (H10_ECG_FRAME[:9] + b"\x01" + H10_ECG_FRAME[10:], "unknown frame type"),
        (SDK_COMPRESSED_FRAME, "stream 2"),
    ],
)
def test_a_malformed_electrocardiogram_is_named(payload: bytes, reason: str) -> None:
    with pytest.raises(MalformedPacketError, match=reason):
        ecg_of(payload)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (SDK_COMPRESSED_FRAME[:15], "first sample"),
        (SDK_COMPRESSED_FRAME[:17], "no length"),
        (SDK_COMPRESSED_FRAME[:-1], "cut short"),
        (SDK_COMPRESSED_FRAME[:16] + b"\x00\x01", "impossible width"),
        (SDK_COMPRESSED_FRAME[:16] + b"\x21\x00", "impossible width"),
        (SDK_COMPRESSED_FRAME[:9] + b"\x82" + SDK_COMPRESSED_FRAME[10:], "unknown frame type"),
        (SDK_ACCELEROMETER_FRAME[:9] + b"\x03" + SDK_ACCELEROMETER_FRAME[10:], "unknown frame type"),
        (SDK_ACCELEROMETER_FRAME[:-1], "cut short"),
    ],
)
def test_a_malformed_accelerometer_is_named(payload: bytes, reason: str) -> None:
    with pytest.raises(MalformedPacketError, match=reason):
        accelerometer_of(payload)


@pytest.mark.parametrize("form", [PacketFormat.PMD_FRAME, PacketFormat.PMD_START])
def test_a_stream_holds_no_heartbeats(form: PacketFormat) -> None:
    with pytest.raises(MalformedPacketError, match="no heartbeats"):
        decode_packet(Packet(0.0, form, b"800 812"))


def test_the_control_point_of_a_polar_h10() -> None:
    assert decode_features(H10_FEATURES) == {Measurement.ECG, Measurement.ACCELEROMETER}
    answer = decode_answer(H10_ECG_SETTINGS)
    assert answer == Answer(Operation.SETTINGS, Measurement.ECG, Status.SUCCESS, False, H10_ECG_SETTINGS[5:])
    offered = decode_settings(answer.parameters)
    assert offered == {Setting.RATE_HZ: (ECG_RATE_HZ,), Setting.RESOLUTION_BITS: (ECG_BITS,)}
    chosen = choose_settings(Measurement.ECG, offered)
    assert encode_command(Operation.START, Measurement.ECG, chosen) == H10_START_ECG
    start = decode_start(encode_start(H10_START_ECG, H10_ECG_STARTED))
    assert (start.measurement, start.rate_hz, start.factor) == (Measurement.ECG, ECG_RATE_HZ, None)
    made = start_packet(2.0, Measurement.ECG, ECG_RATE_HZ, ECG_BITS)
    assert made == Packet(2.0, PacketFormat.PMD_START, encode_start(H10_START_ECG, H10_ECG_STARTED))


def test_the_accelerometer_is_started_slow_and_fine() -> None:
    offered = {
        Setting.RATE_HZ: (25, 50, 100, 200),
        Setting.RESOLUTION_BITS: (16,),
        Setting.RANGE: (8, 2, 4),
        Setting.CHANNELS: (3,),
        Setting.FACTOR: (1,),
    }
    assert decode_settings(encode_settings(offered)) == offered
    assert choose_settings(Measurement.ACCELEROMETER, offered) == {
        Setting.RATE_HZ: 25,
        Setting.RESOLUTION_BITS: 16,
        Setting.RANGE: 2,
        Setting.CHANNELS: 3,
    }


def test_the_unit_is_told_with_the_answer_to_the_start() -> None:
    command = encode_command(Operation.START, Measurement.ACCELEROMETER, {Setting.RATE_HZ: 52})
    start = decode_start(encode_start(command, VERITY_STARTED))
    assert start.rate_hz == 52
    assert start.factor == pytest.approx(2.44e-4, rel=1e-3)


@pytest.mark.parametrize(
    ("command", "answer", "reason"),
    [
        ("0300", "F0030000", "not a command"),
        ("0201000182 00", "F002010000", "not a command"),
        ("0200000182 00", "", "no answer"),
        ("0200000182 00", "F002020000", "no answer"),
        ("0200000182 00", "F0020006", "was not started"),
        ("0200", "F002000000", "no rate"),
        ("02000001 0000", "F002000000", "no rate"),
        ("0202000134 00", "F002020000 0501 00000000", "cannot be worth"),
        ("0202000134 00", "F002020000 0501 0000C07F", "cannot be worth"),
        ("0202000134 00", "F002020000 0701 00", "unknown"),
    ],
)
def test_what_starts_no_stream_is_named(command: str, answer: str, reason: str) -> None:
    with pytest.raises(MalformedPacketError, match=reason):
        decode_start(encode_start(bytes.fromhex(command), bytes.fromhex(answer)))


def test_what_else_the_control_point_tells() -> None:
    assert decode_answer(H10_FEATURES) is None, "it is told also when somebody reads it"
    assert decode_answer(b"") is None
    assert decode_stopped(b"\x01\x00\x09") == {Measurement.ECG}
    assert decode_stopped(H10_ECG_STARTED) == frozenset()
    assert words_of(Status.INVALID_MTU) == "the packets of this connection are too small"
    assert words_of(77) == "error 77"
    assert {words_of(status) for status in Status} == {words_of(int(status)) for status in Status}


def test_samples_lie_evenly_between_the_frames() -> None:
    times_ns = sample_times_ns(np.array([1_000, 2_000, 3_000, 4_000]), np.array([4, 4, 4, 5]), 4e6)
    assert np.diff(times_ns).tolist() == [250] * 11 + [200] * 5
    assert times_ns[[3, 7, 11, 16]].tolist() == [1_000, 2_000, 3_000, 4_000]


def test_a_lost_frame_leaves_a_gap_and_moves_no_sample() -> None:
    all_ns = np.arange(1, 7) * 1_010
    n_samples = np.full(6, 10)
    whole_ns = sample_times_ns(all_ns, n_samples, 1e7)
    kept = [0, 1, 2, 4, 5]
    with_gap_ns = sample_times_ns(all_ns[kept], n_samples[kept], 1e7)
    assert with_gap_ns.tolist() == whole_ns.reshape(6, 10)[kept].ravel().tolist()
    assert np.diff(with_gap_ns).max() == 11 * 101


def test_a_single_frame_goes_by_the_rate_that_the_strap_names() -> None:
    assert sample_times_ns(np.array([10**9]), np.array([3]), 10.0).tolist() == [8 * 10**8, 9 * 10**8, 10**9]
    assert sample_times_ns(np.zeros(0, np.int64), np.zeros(0, np.int64), 10.0).tolist() == []
