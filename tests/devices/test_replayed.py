"""A recording played as a strap."""

from pathlib import Path

import numpy as np
import pytest

from biofeedback.exchange.packets import write_packet_file
from devices.pmd import encode_accelerometer, encode_ecg, start_packet
from devices.pmd_control import Measurement
from devices.recordings import PACKETS_FIRST_LINE
from devices.samples import (
    AccelerometerFrame,
    EcgFrame,
    HeartRateSample,
    LinkChanged,
    LinkState,
    MalformedPacket,
    Packet,
    PacketFormat,
    RRSupport,
    StrapIdentified,
    StreamsChanged,
)
from devices.uri import open_source
from tests.hand_clock import heard_from, samples_in
from tests.recordings import recording


def test_intervals_arrive_with_the_beats_that_end_them(tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("800\n900\n1000.5\n")
    heard = heard_from(open_source(f"replay:{path}"))
    samples = samples_in(heard)
    assert [sample.received_s for sample in samples] == pytest.approx([0.8, 1.7, 2.7005])
    assert [sample.rr_ms for sample in samples] == [(800.0,), (900.0,), (1000.5,)]
    assert isinstance(heard[1], StrapIdentified)
    assert [reading.present for reading in heard if isinstance(reading, RRSupport)] == [True]


def test_it_ends_with_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("800\n900\n")
    last = heard_from(open_source(f"replay:{path}"))[-1]
    assert isinstance(last, LinkChanged)
    assert last.state is LinkState.ENDED
    assert "ended" in last.detail
    assert last.at_s == pytest.approx(1.7)


def test_a_malformed_packet_is_handed_on_and_the_rest_follows(tmp_path: Path) -> None:
    path = tmp_path / "packets.csv"
    path.write_text(f"{PACKETS_FIRST_LINE}\nreceived_s,format,payload_hex\n1.0,2a37,10\n2.0,2a37,10480004\n")
    heard = heard_from(open_source(f"replay:{path}"))
    (malformed,) = (reading for reading in heard if isinstance(reading, MalformedPacket))
    assert malformed.packet.payload == b"\x10"
    assert malformed.packet.received_s == pytest.approx(1.0)
    assert [sample.rr_ms for sample in samples_in(heard)] == [(1000.0,)]


def test_a_real_strap_is_replayed_with_its_own_timing() -> None:
    path = recording("rr/dhyb_h10_slow_arrivals.csv")
    table = [[float(cell) for cell in line.split(",")] for line in path.read_text().splitlines()]
    samples = samples_in(heard_from(open_source(f"replay:{path}")))
    heard = [(sample.received_s, rr_ms) for sample in samples for rr_ms in sample.rr_ms]
    assert [rr_ms for _, rr_ms in heard] == [rr_ms for _, rr_ms in table]
    offset_s = heard[0][0] - table[0][0]
    assert [at_s - offset_s for at_s, _ in heard] == pytest.approx([at_s for at_s, _ in table])


def test_what_is_replayed_is_not_called_simulated(tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("800\n")
    source = open_source(f"replay:{path}?speed=0")
    assert not source.info.simulated
    assert open_source(source.info.uri).info == source.info
    assert all(isinstance(s, HeartRateSample) and s.rate_bpm is None for s in samples_in(heard_from(source)))


def test_streams_are_played_between_the_beats_and_what_is_malformed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    ecg = start_packet(0.5, Measurement.ECG, 130, 14)
    tilt = start_packet(2.5, Measurement.ACCELEROMETER, 25, 16)
    packets = [
        Packet(0.25, PacketFormat.PMD_FRAME, encode_ecg(1, np.array([1]))),
        ecg,
        Packet(1.0, PacketFormat.RR_TEXT, b"800"),
        Packet(1.5, PacketFormat.PMD_FRAME, encode_ecg(7, np.array([3, -4]))),
        Packet(2.0, PacketFormat.RR_TEXT, b"810"),
        tilt,
        Packet(3.0, PacketFormat.PMD_FRAME, encode_accelerometer(9, np.array([[1, 2, 3]]))),
        Packet(3.5, PacketFormat.PMD_START, b"\x02"),
    ]
    write_packet_file(path, packets, {})
    heard = heard_from(open_source(f"replay:{path}"))
    kinds = [type(reading) for reading in heard[2:-1]]
    assert kinds == [
        MalformedPacket,
        StreamsChanged,
        HeartRateSample,
        RRSupport,
        EcgFrame,
        HeartRateSample,
        StreamsChanged,
        AccelerometerFrame,
        MalformedPacket,
    ]
    assert [(news.ecg, news.accelerometer) for news in heard if isinstance(news, StreamsChanged)] == [
        (True, False),
        (True, True),
    ]
