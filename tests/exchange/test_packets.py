"""Raw packets and kept intervals as text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.exchange.files import ExportError
from biofeedback.exchange.intervals import write_plain_rr, write_rr
from biofeedback.exchange.packets import write_packet_file, write_packets
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from devices.recordings import read_recording
from devices.samples import STREAM_FORMATS, EcgFrame, LinkChanged, LinkState, Packet, PacketFormat
from devices.uri import open_source
from tests.hand_clock import heard_from, samples_in
from tests.storage.examples import SESSION_ID, beat, new_session, packet, record_everything

PACKETS = (
    Packet(0.1 + 0.2, PacketFormat.HEART_RATE_MEASUREMENT, bytes.fromhex("103c0004")),
    Packet(1.5, PacketFormat.RR_TEXT, b"812 799.5"),
)


def test_the_file_looks_as_it_is_described(tmp_path: Path) -> None:
    path = tmp_path / "session.csv"
    assert write_packet_file(path, PACKETS, {"session": "20261121-0831-k3f9", "note": " two\nlines "}) == 2
    assert path.read_bytes().decode() == (
        "# biofeedback packets 1\n"
        "# session: 20261121-0831-k3f9\n"
        "# note: two lines\n"
        "received_s,format,payload_hex\n"
        "0.30000000000000004,2a37,103c0004\n"
        "1.5,rr_ms,383132203739392e35\n"
    )


@given(
    st.lists(
        st.builds(
            Packet,
            st.floats(allow_nan=False, allow_infinity=False),
            st.sampled_from(PacketFormat),
            st.binary(max_size=30),
        ),
        min_size=1,
    ).map(lambda packets: sorted(packets, key=lambda packet: packet.received_s)),
    st.dictionaries(st.sampled_from(["session", "device", "note"]), st.text()),
)
def test_packets_are_replayed_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, packets: list[Packet], metadata: dict[str, str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "replayed.csv"
    # Only beats make a recording; what else was sent stands beside them
    beat = Packet(packets[-1].received_s, PacketFormat.RR_TEXT, b"800")
    write_packet_file(path, [*packets, beat], metadata, force=True)
    read = read_recording(path)
    streams = [packet for packet in packets if packet.format in STREAM_FORMATS]
    assert list(read.streams) == streams
    assert list(read.packets) == [*(packet for packet in packets if packet.format not in STREAM_FORMATS), beat]


@pytest.mark.parametrize(
    ("packets", "metadata", "named"),
    [
        ((Packet(float("nan"), PacketFormat.RR_TEXT, b"1"),), {}, "nan"),
        (PACKETS, {"a:b": "c"}, "a:b"),
        (PACKETS, {"a\nb": "c"}, "line end"),
    ],
)
def test_what_cannot_be_written_leaves_the_earlier_file(
    tmp_path: Path, packets: tuple[Packet, ...], metadata: dict[str, str], named: str
) -> None:
    path = tmp_path / "session.csv"
    path.write_text("earlier")
    with pytest.raises(ValueError, match=named):
        write_packet_file(path, packets, metadata, force=True)
    assert [found.read_text() for found in tmp_path.iterdir()] == ["earlier"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path / "missing" / "session.csv", "There is no folder .*missing. Nothing was written: make it first"),
        (tmp_path, "is a folder or a device. Nothing was written: name a file"),
        (tmp_path / ("x" * 300), "cannot be written .* Everything that was saved is kept. Choose another"),
    ):
        with pytest.raises(ExportError, match=words):
            write_packet_file(path, PACKETS, {})
    assert list(tmp_path.iterdir()) == []


def test_a_lost_link_stands_between_its_packets(tmp_path: Path) -> None:
    path = tmp_path / "session.csv"
    packets = [Packet(at_s, PacketFormat.RR_TEXT, b"800") for at_s in (1.0, 2.0, 9.0)]
    write_packet_file(path, packets, {"simulated": "yes"}, [0.5, 4.25])
    read = read_recording(path)
    assert (read.losses, read.simulated) == ((4.25,), True)
    heard = heard_from(open_source(f"replay:{path}"))
    states = [told.state for told in heard if isinstance(told, LinkChanged)]
    assert states == [LinkState.CONNECTED, LinkState.LOST, LinkState.ENDED]
    assert open_source(f"replay:{path}").info.simulated


def test_an_exported_session_is_replayed_with_its_electrocardiogram(tmp_path: Path) -> None:
    path = tmp_path / "session.csv"
    with Store.open(tmp_path / "data") as store:
        with store.recorder(new_session()) as recorder:
            record_everything(recorder)
        assert write_packets(store, SESSION_ID, path) == 8
        read, ecg = read_recording(path), store.ecg(SESSION_ID)
        assert list(read.packets) == list(store.packets(SESSION_ID))
        assert [*read.streams, *read.packets] == sorted(
            store.raw_packets(SESSION_ID), key=lambda sent: (sent.format not in STREAM_FORMATS, sent.received_s)
        )
    heard = heard_from(open_source(f"replay:{path}"))
    frames = [reading for reading in heard if isinstance(reading, EcgFrame)]
    assert [value for frame in frames for value in frame.microvolts] == ecg.microvolts.tolist()
    assert len(samples_in(heard)) == 2


def test_a_saved_session_is_exported_without_the_name_of_the_person(tmp_path: Path) -> None:
    path = tmp_path / "session.csv"
    with Store.open(tmp_path / "data") as store:
        with store.recorder(new_session(person="Ann Example")) as recorder:
            recorder.packet(packet(0.1, 900))
            recorder.flush()
            recorder.beats([beat(0), beat(1)])
        assert write_packets(store, SESSION_ID, path) == 1
        assert list(read_recording(path).packets) == list(store.packets(SESSION_ID))
        for write in (write_packets, write_rr, write_plain_rr):
            with pytest.raises(StoreError, match="There is no session"):
                write(store, "unknown", tmp_path / "unknown")
    assert "# started_utc: 2026-11-21T08:31:00Z\n# exercise: resonance\n# device: sim:rest?seed=7" in path.read_text()
    assert "Ann" not in path.read_text()
    assert not (tmp_path / "unknown").exists()
