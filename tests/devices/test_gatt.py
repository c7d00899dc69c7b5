"""The decoders, on captured frames, every flag combination and arbitrary bytes."""

import json
import pickle
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.gatt import (
    PADDING_FROM,
    HeartRateMeasurement,
    MalformedPacketError,
    decode_heart_rate,
    decode_packet,
    decode_rr_text,
    encode_heart_rate,
)
from devices.samples import Contact, Packet, PacketFormat

FRAMES = Path(__file__).parents[3] / "shared/recordings/ble/ble_frames.json"
UINT16 = st.integers(0, 0xFFFF)


def captured_frames() -> list[dict[str, Any]]:
    if not FRAMES.exists():
        return []
    frames: list[dict[str, Any]] = json.loads(FRAMES.read_text())["heart_rate_measurement_2a37"]
    return frames


def contact_of(expected: dict[str, Any]) -> Contact:
    if not expected["contact_supported"]:
        return Contact.UNSUPPORTED
    return Contact.GOOD if expected["contact_detected"] else Contact.LOST


@pytest.mark.skipif(not FRAMES.exists(), reason="the captured frames are not at hand")
def test_captured_frames_decode_as_published() -> None:
    frames = captured_frames()
    assert len(frames) > 30
    for frame in frames:
        expected = frame["expected"]
        measured = decode_heart_rate(bytes.fromhex(frame["hex"]))
        assert measured == HeartRateMeasurement(
            expected["hr_bpm"], contact_of(expected), expected["energy_expended_kj"], tuple(expected["rr_1024"])
        ), frame["hex"]
        beats_ms = [rr_ms for rr_ms in expected["rr_ms"] if 0 < rr_ms < PADDING_FROM * 1000 / 1024]
        assert measured.rr_ms == pytest.approx(beats_ms, abs=0.0005)


# Frames that real straps sent, kept here so that they are tested wherever the recordings are not at hand
@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("164e1b031203", HeartRateMeasurement(78, Contact.GOOD, None, (795, 786))),
        ("103b5304", HeartRateMeasurement(59, Contact.UNSUPPORTED, None, (1107,))),
        ("10382d043500", HeartRateMeasurement(56, Contact.UNSUPPORTED, None, (1069, 53))),
        ("0400", HeartRateMeasurement(0, Contact.LOST, None, ())),
        ("1028", HeartRateMeasurement(40, Contact.UNSUPPORTED, None, ())),
        ("1843d0077203", HeartRateMeasurement(67, Contact.UNSUPPORTED, 2000, (882,))),
        ("012c01", HeartRateMeasurement(300, Contact.UNSUPPORTED, None, ())),
        ("0200", HeartRateMeasurement(0, Contact.UNSUPPORTED, None, ())),
        ("f02a0004", HeartRateMeasurement(42, Contact.UNSUPPORTED, None, (1024,))),
    ],
)
def test_known_frames(frame: str, expected: HeartRateMeasurement) -> None:
    assert decode_heart_rate(bytes.fromhex(frame)) == expected


def test_rr_in_milliseconds_is_exact() -> None:
    raw = tuple(range(7, PADDING_FROM, 7))
    measured = HeartRateMeasurement(60, Contact.GOOD, None, raw)
    assert [rr * 1024 for rr in measured.rr_ms] == [rr * 1000 for rr in raw]


@pytest.mark.parametrize("padding", [0, 0xFFFF, 0xFFFE, 0x8000, 0x7FFF])
def test_padding_is_no_interval_but_stays_in_what_was_sent(padding: int) -> None:
    payload = struct.pack("<BB4H", 0x16, 60, 1024, padding, 1000, padding)
    measured = decode_heart_rate(payload)
    assert measured.rr_ms == (1000.0, 976.5625)
    assert measured.rr_1024 == (1024, padding, 1000, padding)


@pytest.mark.parametrize("flags", range(32))
def test_every_flag_combination_with_up_to_twelve_intervals(flags: int) -> None:
    rate_bpm = 0x0141 if flags & 0x01 else 71
    head = bytes((flags,)) + (struct.pack("<H", rate_bpm) if flags & 0x01 else bytes((rate_bpm,)))
    head += struct.pack("<H", 513) if flags & 0x08 else b""
    contact = (Contact.UNSUPPORTED, Contact.UNSUPPORTED, Contact.LOST, Contact.GOOD)[flags >> 1 & 3]
    energy_kj = 513 if flags & 0x08 else None
    for n_rr in range(13):
        rr_1024 = tuple(700 + 11 * i for i in range(n_rr))
        payload = head + struct.pack(f"<{n_rr}H", *rr_1024)
        if not flags & 0x10 and n_rr:
            with pytest.raises(MalformedPacketError):
                decode_heart_rate(payload)
            continue
        measured = decode_heart_rate(payload)
        assert measured == HeartRateMeasurement(rate_bpm, contact, energy_kj, rr_1024)
        if flags & 0x10 and n_rr and (flags >> 1 & 3) != 1:
            assert encode_heart_rate(rate_bpm, rr_1024, contact, energy_kj) == payload
        for cut in range(len(payload) - 1, 0, -1):
            if cut < len(head) or (cut - len(head)) % 2:
                with pytest.raises(MalformedPacketError):
                    decode_heart_rate(payload[:cut])


@pytest.mark.parametrize("payload", [b"", b"\x16", b"\x01\x50", b"\x10\x48\x03", b"\xff" * 20, b"\x18\x48\x01"])
def test_malformed_payloads_carry_themselves(payload: bytes) -> None:
    with pytest.raises(MalformedPacketError) as caught:
        decode_heart_rate(payload)
    assert caught.value.payload == payload
    assert payload.hex() in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@given(st.binary(max_size=600))
def test_any_bytes_decode_or_are_malformed(payload: bytes) -> None:
    with suppress(MalformedPacketError):
        measured = decode_heart_rate(payload)
        assert 0 <= measured.rate_bpm <= 0xFFFF
        assert len(measured.rr_1024) <= len(payload) // 2


@given(UINT16, st.lists(UINT16, max_size=250), st.sampled_from(Contact), st.none() | UINT16)
def test_what_is_encoded_is_decoded(rate_bpm: int, rr: list[int], contact: Contact, energy_kj: int | None) -> None:
    payload = encode_heart_rate(rate_bpm, rr, contact, energy_kj)
    assert decode_heart_rate(payload) == HeartRateMeasurement(rate_bpm, contact, energy_kj, tuple(rr))


@pytest.mark.parametrize(
    ("rate_bpm", "rr_1024", "energy_kj", "named"),
    [(-1, (), None, "rate_bpm"), (65536, (), None, "rate_bpm"), (60, (65536,), None, "65536"), (60, (), -3, "-3")],
)
def test_encoding_clamps_nothing(rate_bpm: int, rr_1024: tuple[int, ...], energy_kj: int | None, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        encode_heart_rate(rate_bpm, rr_1024, Contact.GOOD, energy_kj)


def test_a_packet_with_rate_zero_has_no_rate() -> None:
    packet = Packet(12.5, PacketFormat.HEART_RATE_MEASUREMENT, bytes.fromhex("0400"))
    sample = decode_packet(packet)
    assert (sample.rate_bpm, sample.contact, sample.rr_ms) == (None, Contact.LOST, ())
    assert sample.packet is packet
    assert sample.received_s == 12.5


def test_a_packet_of_text() -> None:
    sample = decode_packet(Packet(1.0, PacketFormat.RR_TEXT, b"812 798.5"))
    assert sample.rr_ms == (812.0, 798.5)
    assert (sample.rate_bpm, sample.contact, sample.energy_kj) == (None, Contact.UNSUPPORTED, None)


@pytest.mark.parametrize(
    "payload",
    [b"", b"  ", b".", b"1.2.3", b"nan", b"inf", b"-812", b"+812", b"8e2", b"1_000", b"600001", b"9" * 500,
     b"812\n798", b"812,798", "８１２".encode(), b"\xff\xfe"],
)  # fmt: skip
def test_text_that_is_no_interval(payload: bytes) -> None:
    with pytest.raises(MalformedPacketError) as caught:
        decode_packet(Packet(0.0, PacketFormat.RR_TEXT, payload))
    assert caught.value.payload == payload


@given(st.binary(max_size=60) | st.text("0123456789. -e", max_size=30).map(str.encode))
def test_any_text_decodes_or_is_malformed(payload: bytes) -> None:
    with suppress(MalformedPacketError):
        rr_ms = decode_rr_text(payload)
        assert rr_ms
        assert all(0 <= rr <= 600_000 for rr in rr_ms)


def test_more_intervals_than_a_strap_can_have_measured_are_no_beats() -> None:
    packet = Packet(0.0, PacketFormat.HEART_RATE_MEASUREMENT, encode_heart_rate(72, (853,) * 250, Contact.GOOD))
    with pytest.raises(MalformedPacketError, match="250 intervals in one packet cannot be"):
        decode_packet(packet)
    nine = Packet(0.0, PacketFormat.HEART_RATE_MEASUREMENT, encode_heart_rate(20, (3072,) * 9, Contact.GOOD))
    assert len(decode_packet(nine).rr_ms) == 9
