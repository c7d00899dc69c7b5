"""Frames of a band, written and read."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.storage.packed.blocks import decode_block, encode_block
from devices.eeg.frames import EEG, EegReader, counts_of, frame_packet, start_packet
from devices.eeg.head import head_of, simulate
from devices.gatt import MalformedPacketError
from devices.pmd import HEADER
from devices.samples import EegDescription, Packet, PacketFormat

BAND = EegDescription("A band", ("TP9", "AF7", "Ä"), 256.0, 0.48828125, "Fpz")
WHOLE = st.integers(-(2**31), 2**31 - 1)


@given(st.lists(st.lists(st.tuples(WHOLE, WHOLE, WHOLE), min_size=1, max_size=9), min_size=1, max_size=5))
def test_any_counts_come_back_to_the_bit_also_through_a_block(frames: list[list[tuple[int, int, int]]]) -> None:
    reader = EegReader()
    assert reader.started(start_packet(0.0, BAND)) == BAND
    packets = [frame_packet(float(n), n * 2**40, np.array(counts)) for n, counts in enumerate(frames)]
    assert decode_block(encode_block(packets)) == packets
    for n, (packet, counts) in enumerate(zip(packets, frames, strict=True)):
        frame = reader.frame(packet)
        assert (frame.first_sample, frame.counts.tolist()) == (n * 2**40, [list(sample) for sample in counts])


def test_a_frame_tells_microvolts_by_electrode() -> None:
    reader = EegReader()
    reader.started(start_packet(0.0, BAND))
    frame = reader.frame(frame_packet(1.0, 7, np.array([[2, -4, 0], [1, 1, 1]])))
    assert frame.microvolts.tolist() == [[0.9765625, 0.48828125], [-1.953125, 0.48828125], [0.0, 0.48828125]]
    assert counts_of(frame.microvolts.T, BAND.microvolts_per_count).tolist() == frame.counts.tolist()


def test_a_band_that_moves_tells_it_beside_its_electrodes() -> None:
    moving = replace(BAND, n_axes=3, g_per_count=0.5)
    reader = EegReader()
    assert reader.started(start_packet(0.0, moving)) == moving
    packet = frame_packet(1.0, 0, np.array([[2, -4, 0, 2, 0, 0], [1, 1, 1, 0, 6, 8]]))
    frame = reader.frame(packet)
    assert frame.microvolts.tolist() == [[0.9765625, 0.48828125], [-1.953125, 0.48828125], [0.0, 0.48828125]]
    assert frame.movement_g is not None
    assert frame.movement_g.tolist() == [1.0, 5.0]
    assert decode_block(encode_block([packet])) == [packet]
    reader.started(start_packet(0.0, BAND))
    assert reader.frame(frame_packet(1.0, 0, np.zeros((1, 3)))).movement_g is None


def test_a_start_of_before_the_accelerometer_was_told_is_read() -> None:
    told = {name: value for name, value in asdict(BAND).items() if name not in ("n_axes", "g_per_count")}
    assert EegReader().started(Packet(0.0, PacketFormat.EEG_START, bytes([EEG]) + json.dumps(told).encode())) == BAND


def started(**changed: object) -> Packet:
    told = bytes([EEG]) + json.dumps(asdict(BAND) | changed).encode()
    return Packet(0.0, PacketFormat.EEG_START, told)


@pytest.mark.parametrize(
    "start",
    [
        replace(started(), payload=b""),
        replace(started(), payload=bytes([EEG]) + b"[" * 100_000),
        replace(started(), payload=bytes([EEG]) + b"[]"),
        started(electrodes="Cz"),
        started(electrodes=[]),
        started(electrodes=["x"] * 129),
        started(rate_hz=0),
        started(rate_hz=float("nan")),
        started(microvolts_per_count=-1),
        started(microvolts_per_count=float("inf")),
        started(n_axes=4),
        started(n_axes=float("inf")),
        started(g_per_count=0),
    ],
    ids=lambda packet: repr(packet.payload[:12]),
)  # fmt: skip
def test_a_start_that_tells_what_cannot_be_is_malformed(start: Packet) -> None:
    with pytest.raises(MalformedPacketError):
        EegReader().started(start)


def test_names_of_electrodes_are_made_harmless_and_each_stands_for_one() -> None:
    names = ["\x1b[31mO1\n", "\u202eO2", "O1", "O1", "x" * 300, "x" * 300]
    found = EegReader().started(started(electrodes=names, device="A\rband", reference="\0"))
    assert found.electrodes[2:4] == ("O1", "O1 (2)")
    assert len(set(found.electrodes)) == len(names)
    assert all(name.isprintable() and len(name) < 80 for name in (*found.electrodes, found.device, found.reference))


@given(st.binary(max_size=40))
def test_no_bytes_are_read_as_what_they_are_not(payload: bytes) -> None:
    reader = EegReader()
    reader.started(start_packet(0.0, BAND))
    try:
        frame = reader.frame(Packet(0.0, PacketFormat.EEG_FRAME, payload))
    except MalformedPacketError:
        return
    assert (payload[0], frame.counts.shape[1]) == (EEG, 3)
    assert frame.counts.size


def test_a_frame_before_its_start_is_malformed() -> None:
    with pytest.raises(MalformedPacketError, match="not started"):
        EegReader().frame(frame_packet(0.0, 0, np.zeros((1, 3))))


def test_samples_take_at_most_sixty_percent_of_their_24_bits() -> None:
    """Of an amplifier of 24 bits of 0.0223 uV, in which most of the last bits are noise."""
    head = simulate(head_of("sim:head?minutes=0.5&seed=3"))
    counts = counts_of(np.nan_to_num(head.recording.samples_uv.T), 0.02235)
    packets = [frame_packet(n / 10, n, counts[n : n + 25]) for n in range(0, len(counts) - 25, 25)]
    size = sum(len(encode_block(packets[n : n + 96])) for n in range(0, len(packets), 96))
    held = sum(len(packet.payload) - HEADER.size for packet in packets) * 3 // 4
    assert size <= 0.6 * held
