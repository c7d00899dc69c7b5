"""Recordings in files: every format, and what is told of a file that is none."""

import gzip
from collections.abc import Callable
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.exchange.packets import write_packet_file
from devices.gatt import decode_packet, encode_heart_rate
from devices.pmd import FrameReader
from devices.recordings import PACKETS_FIRST_LINE, Recording, read_recording, recording_of
from devices.samples import Contact, EcgFrame, Packet, PacketFormat
from devices.source import SourceError
from tests.recordings import FOLDER, recording

Write = Callable[..., Path]
HRM = "[Params]\nVersion=106\nInterval=238\n\n[Note]\n\n[HRData]\n812\n798\n803\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str, name: str = "rr.txt", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return to_file


def intervals_of(of: Recording) -> list[float]:
    return [rr_ms for packet in of.packets for rr_ms in decode_packet(packet).rr_ms]


def arrivals_of(of: Recording) -> list[float]:
    return [packet.received_s for packet in of.packets]


@pytest.mark.parametrize(
    "text",
    [
        "812\n798.5\n803\n",
        "812\r\n798.5\r\n803",
        "812 798.5 803",
        "\ufeff812\n798.5\n803\n",
        "# from a strap\n812\n\n798.5 # sighed\n803\n",
        "rr_ms\n812\n798.5\n803\n",
        "0.812\n0.7985\n0.803\n",
        "RR\n0.812\n0.7985\n0.803\n",
    ],
)
def test_intervals_as_text_arrive_one_after_the_other(write: Write, text: str) -> None:
    read = read_recording(write(text))
    assert intervals_of(read) == pytest.approx([812.0, 798.5, 803.0])
    assert arrivals_of(read) == pytest.approx([0.812, 1.6105, 2.4135])
    assert {packet.format for packet in read.packets} == {PacketFormat.RR_TEXT}


@pytest.mark.parametrize(
    "text",
    [
        "10.0,812\n11.5,798.5\n11.5,803\n",
        "10.0;812\n11.5;798.5\n11.5;803\n",
        "10.0\t812\n11.5\t798.5\n11.5\t803\n",
        "arrival_s,rr_ms\n10.0,812\n11.5,798.5\n11.5,803\n",
        '"received_s","rr_ms"\n10.0,812\n11.5,798.5\n11.5,803\n',
        "rr_ms;note;time_s\n812;a;10.0\n798.5;b;11.5\n803;c;11.5\n",
        "10.0,0.812\n11.5,0.7985\n11.5,0.803\n",
    ],
)
def test_a_table_keeps_the_arrivals_and_one_arrival_is_one_packet(write: Write, text: str) -> None:
    read = read_recording(write(text))
    assert intervals_of(read) == pytest.approx([812.0, 798.5, 803.0])
    assert arrivals_of(read) == pytest.approx([0.812, 2.312])


def test_a_table_without_arrivals_is_a_list_of_intervals(write: Write) -> None:
    read = read_recording(write("rr_ms,verdict\n812,1\n798,-1\n"))
    assert intervals_of(read) == [812.0, 798.0]
    assert arrivals_of(read) == pytest.approx([0.812, 1.61])


def test_a_polar_file_is_read_from_its_section(write: Write) -> None:
    read = read_recording(write(HRM, "a.hrm"))
    assert intervals_of(read) == [812.0, 798.0, 803.0]
    assert intervals_of(read_recording(write(HRM, "a.txt"))) == [812.0, 798.0, 803.0]
    assert intervals_of(read_recording(write(HRM + "\n[Trip]\n1\n", "a.hrm"))) == [812.0, 798.0, 803.0]


def test_a_polar_file_may_hold_notes_in_the_code_page_of_windows(write: Write) -> None:
    text = HRM.replace("[Note]\n", "[Note]\nmüde, 80 % Höhe\n")
    assert intervals_of(read_recording(write(text, "a.HRM", "cp1252"))) == [812.0, 798.0, 803.0]


def test_one_long_gap_does_not_turn_seconds_into_milliseconds(write: Write) -> None:
    assert intervals_of(read_recording(write("0.8\n0.9\n7.5\n0.8\n"))) == pytest.approx([800.0, 900.0, 7500.0, 800.0])


def test_a_few_tiny_intervals_do_not_turn_milliseconds_into_seconds(write: Write) -> None:
    assert intervals_of(read_recording(write("800\n4\n900\n2\n850\n"))) == [800.0, 4.0, 900.0, 2.0, 850.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no heartbeats"),
        ("\n \n# nothing\n", "holds no heartbeats"),
        ("rr_ms\n", "holds no heartbeats"),
        ("rr_ms\n812\nabc\ndef\nghi\n", "line 2: there are no intervals|line 3: 'abc' is no number, nor are most"),
        ("2.0,812\n1.0,800\n", "line [12]: the time in 'column 1' lies before"),
        ("time_s,rr_ms\n2.0,812\n1.0,800\n", "line [23]: the time in 'time_s' lies before"),
        ("time_s,rate\n1.0,60\n", "line 1: no column is called rr_ms, among time_s, rate"),
        ("rr_ms\n66\n70\n69\n", "line 2: this file seems misread. '66' of 'rr_ms'"),
        ("rr_ms\n2900\n2910\n2905\n", "line 2: this file seems misread. '2900' of 'rr_ms'"),
        ("# exported\n\ntime_s,rate\n1.0,60\n", "line 3: no column is called rr_ms"),
    ],
)
def test_a_fault_is_told_with_file_and_line(write: Write, text: str, words: str) -> None:
    path = write(text)
    with pytest.raises(SourceError, match=words) as told:
        read_recording(path)
    assert str(path) in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HRM.replace("[HRData]", "[Nothing]"), r"a Polar HRM file has a section \[HRData\]"),
        (HRM.replace("238", "5"), "holds heart rate every 5 s, not beat by beat"),
        (HRM.replace("812\n798\n803\n", ""), "holds no heartbeats"),
    ],
)
def test_a_fault_of_a_polar_file_is_told(write: Write, text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_recording(write(text, "a.hrm"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x,2a37,10", "line 3: not a packet"),
        ("1.0,2a37", "line 3: not a packet"),
        ("1.0,2a38,10", "line 3: not a packet"),
        ("1.0,2a37,1", "line 3: not a packet"),
        ("1.0,2a37,zz", "line 3: not a packet"),
        ("nan,2a37,10480004", "line 3: 'nan' is not a number"),
        ("inf,2a37,10480004", "line 3: 'inf' is not a number"),
    ],
)
def test_a_fault_of_this_programs_own_file_is_told(write: Write, line: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_recording(write(f"{PACKETS_FIRST_LINE}\nreceived_s,format,payload_hex\n{line}\n"))


def test_packets_out_of_order_are_told(write: Write) -> None:
    with pytest.raises(SourceError, match=r"line 3: the arrival 1\.0 s lies before"):
        read_recording(write(f"{PACKETS_FIRST_LINE}\n2.0,2a37,10480004\n1.0,2a37,10480004\n"))


def test_what_is_no_readable_file_is_told(tmp_path: Path, write: Write) -> None:
    binary = tmp_path / "picture.png"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xd8\x00")
    for path, words in (
        (tmp_path / "missing.txt", r"There is no file .*missing\.txt\. Check the name"),
        (tmp_path, "is a folder. Name a recording file in it"),
        (binary, "picture.png is not a text file"),
    ):
        with pytest.raises(SourceError, match=words):
            read_recording(path)


interval_lists = st.lists(st.floats(300, 2000), min_size=1, max_size=40)


@pytest.mark.parametrize("spoilt", ["abc", "79x", "-798", "1e9", "inf", "1878949389"])
def test_one_spoilt_cell_is_one_beat_of_unknown_length(write: Write, spoilt: str) -> None:
    for text in (f"812\n{spoilt}\n803\n800\n", HRM.replace("798", spoilt).replace("803", "803\n800")):
        read = read_recording(write(text))
        assert intervals_of(read) == [812.0, 0.0, 803.0, 800.0]
        assert len(read.understood.spoilt_lines) == 1
        assert "no interval can be read there" in read.understood.doubts[0]


def test_padding_and_empty_cells_are_no_beats_and_are_counted(write: Write) -> None:
    read = read_recording(write("time_s,rr1,rr2,rr3\n1,812,0,\n2,798,803,65535\n3,,,\n4,810,nan,0\n"))
    assert intervals_of(read) == [812.0, 798.0, 803.0, 810.0]
    assert read.understood.padding == 3
    assert read.understood.rows_unused == {"no interval": 1}
    assert (read.understood.rows, read.understood.rows_used) == (4, 3)


def test_intervals_that_add_up_to_the_clock_in_1024ths_are_in_these(write: Write) -> None:
    rr_1024 = [900 + i * 37 % 80 for i in range(60)]
    ends = accumulate(rr_1024)
    read = read_recording(
        write("time_s,rr\n" + "".join(f"{e / 1024:.4f},{rr}\n" for e, rr in zip(ends, rr_1024, strict=True)))
    )
    assert intervals_of(read) == pytest.approx([rr / 1.024 for rr in rr_1024])
    assert read.understood.unit == "1/1024 s"
    assert "1/1024 s" in read.understood.doubts[0]


def test_a_bad_signal_is_not_called_misread(write: Write) -> None:
    bad = [230, 2400, 250, 800, 2900, 240, 760, 3100, 820, 210, 790, 2600] * 6
    assert intervals_of(read_recording(write("".join(f"{rr_ms}\n" for rr_ms in bad)))) == bad


def test_intervals_at_even_times_are_no_beats(write: Write) -> None:
    text = "time_s,rr_ms\n" + "".join(f"{i / 4},{800 + i % 9}\n" for i in range(60))
    with pytest.raises(SourceError, match="line 2: from here on there is an interval at even times"):
        read_recording(write(text))


def test_a_clock_that_leaps_costs_no_time_and_keeps_its_gap(write: Write) -> None:
    text = "timestamp_ns,rr_ms\n" + "".join(
        f"{BEGAN_NS + 800_000_000 * i + (i > 20) * 10**17},{800}\n" for i in range(40)
    )
    assert arrivals_of(read_recording(write(text)))[-1] == pytest.approx(1e8 + 32)


def test_times_of_beats_are_not_taken_for_intervals(write: Write) -> None:
    with pytest.raises(SourceError, match="its numbers only grow, as the times of beats do"):
        read_recording(write("".join(f"{800 * i + i % 7}\n" for i in range(1, 60))))
    assert len(intervals_of(read_recording(write("700\n710\n720\n")))) == 3


@given(interval_lists)
def test_intervals_are_read_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, rr_ms: list[float]) -> None:
    path = tmp_path_factory.getbasetemp() / "read_as_written.txt"
    path.write_text("\n".join(map(repr, rr_ms)))
    read = read_recording(path)
    assert intervals_of(read) == rr_ms
    assert arrivals_of(read) == pytest.approx([ms / 1000 for ms in accumulate(rr_ms)])


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(300, 2000)), min_size=1, max_size=40))
def test_a_table_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float]]
) -> None:
    arrivals = list(accumulate((wait for wait, _ in rows), initial=5.0))[1:]
    path = tmp_path_factory.getbasetemp() / "table_as_written.csv"
    path.write_text(
        "arrival_s,rr_ms\n" + "\n".join(f"{at!r},{rr!r}" for at, (_, rr) in zip(arrivals, rows, strict=True))
    )
    read = read_recording(path)
    assert intervals_of(read) == [rr for _, rr in rows]
    assert all(after > before for before, after in pairwise(arrivals_of(read)))


@given(
    st.lists(
        st.tuples(st.floats(0, 1e5), st.integers(30, 200), st.lists(st.integers(0, 0xFFFF), max_size=4)),
        min_size=1,
        max_size=20,
    )
)
def test_packets_come_back_from_this_programs_own_file_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, int, list[int]]]
) -> None:
    packets = tuple(
        Packet(at_s, PacketFormat.HEART_RATE_MEASUREMENT, encode_heart_rate(rate, rr, Contact.GOOD))
        for at_s, rate, rr in sorted(rows, key=lambda row: row[0])
    )
    path = tmp_path_factory.getbasetemp() / "own_packets.csv"
    path.unlink(missing_ok=True)
    write_packet_file(path, packets, {"session": "x", "note": "received_s, ünd"})
    assert read_recording(path).packets == packets


BEGAN_NS = 1_714_920_600_000_000_000


def ecg_table(n: int = 200, gap_behind: int = -1, rr: dict[int, str] | None = None) -> str:
    """A table of a trace at 125 Hz, with intervals on some lines."""
    lines = ["time,ecg,hr,rr"]
    for i in range(n):
        at_ns = BEGAN_NS + 8_000_000 * i + (10**9 if 0 <= gap_behind < i else 0)
        lines.append(
            f"{at_ns},{(i % 50 - 20) / 1000},,{(rr if rr is not None else {100: '640', 199: '800'}).get(i, '')}"
        )
    return "\n".join(lines) + "\n"


def frames_of(of: Recording) -> list[EcgFrame]:
    reader = FrameReader()
    reader.started(of.streams[0])
    frames = [reader.frame(packet) for packet in of.streams[1:]]
    return [frame for frame in frames if isinstance(frame, EcgFrame)]


def test_an_electrocardiogram_is_read_as_frames_beside_its_intervals(write: Write) -> None:
    read = read_recording(write(ecg_table(), "ecg.csv"))
    frames = frames_of(read)
    assert [len(frame.microvolts) for frame in frames] == [73, 73, 54]
    assert [value for frame in frames for value in frame.microvolts] == [i % 50 - 20 for i in range(200)]
    assert [frame.strap_ns - 1_714_920_600_000_000_000 for frame in frames] == [8_000_000 * i for i in (72, 145, 199)]
    assert arrivals_of(read) == pytest.approx([0.8, 1.592])
    assert intervals_of(read) == [640.0, 800.0]
    assert frames[0].received_s == pytest.approx(0.576)
    assert {frame.rate_hz for frame in frames} == {125}


def test_a_first_interval_that_began_before_the_electrocardiogram_begins_the_recording(write: Write) -> None:
    read = read_recording(write(ecg_table(rr={10: "900", 100: "750"}), "ecg.csv"))
    assert arrivals_of(read) == pytest.approx([0.9, 0.9 + 0.72])
    assert read.streams[0].received_s == pytest.approx(0.82)


def test_no_frame_spans_a_gap_of_the_electrocardiogram(write: Write) -> None:
    frames = frames_of(read_recording(write(ecg_table(gap_behind=99), "ecg.csv")))
    assert [len(frame.microvolts) for frame in frames] == [73, 27, 73, 27]


def test_a_recording_may_be_packed(tmp_path: Path, write: Write) -> None:
    packed = tmp_path / "ecg.csv.gz"
    packed.write_bytes(gzip.compress(ecg_table().encode()))
    plain = read_recording(write(ecg_table(), "ecg.csv"))
    assert (read_recording(packed).packets, read_recording(packed).streams) == (plain.packets, plain.streams)
    for damaged in (packed.read_bytes()[:-9], packed.read_bytes()[:40], packed.read_bytes()[:3] + b"\xff" * 60):
        packed.write_bytes(damaged)
        with pytest.raises(SourceError, match=r"ecg\.csv\.gz is damaged"):
            read_recording(packed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((",,640", ",,"), "line 201|holds no heartbeats"),
        ((",,640", ","), "line 102: expected time, ecg, hr, rr"),
        (("0.0,", "x,"), "line 22: 'x' is not a number"),
        (("0.0,", "nan,"), "line 22: 'nan' is not a number"),
        (("0.0,", "9000,"), "line 22: no electrocardiogram has 9000 mV"),
        ((f"{BEGAN_NS + 8_000_000},", f"{BEGAN_NS},"), "line 3: the time 1714920600000000000 does not lie after"),
        ((",,640", ",,66"), "line 102: this file seems misread"),
    ],
)
def test_a_fault_of_an_electrocardiogram_is_told(write: Write, change: tuple[str, str], words: str) -> None:
    text = ecg_table(rr={100: "640"}).replace(*change)
    with pytest.raises(SourceError, match=words):
        read_recording(write(text, "ecg.csv"))


@pytest.mark.parametrize("ns_of_unit", [1, 1_000, 1_000_000, 1_000_000_000])
def test_the_clock_of_an_electrocardiogram_may_be_in_any_unit(write: Write, ns_of_unit: int) -> None:
    rows = [line.split(",") for line in ecg_table().splitlines()]
    text = "\n".join(
        ",".join(rows[:1][0] if i == 0 else [repr((int(row[0]) - BEGAN_NS) / ns_of_unit), *row[1:]])
        for i, row in enumerate(rows)
    )
    read = read_recording(write(text, "ecg.csv"))
    assert arrivals_of(read) == pytest.approx([0.8, 1.592])
    assert {frame.rate_hz for frame in frames_of(read)} == {125}


def test_the_electrocardiogram_of_a_real_strap_has_the_intervals_of_the_strap() -> None:
    read = read_recording(recording("polar_h10_pvc/polar_h10.csv.gz"))
    told = recording("polar_h10_pvc/h10_rr_ms.txt").read_text().split()
    assert intervals_of(read) == [float(rr_ms) for rr_ms in told]
    microvolts = [value for frame in frames_of(read) for value in frame.microvolts]
    assert len(microvolts) == 78_096
    assert microvolts[:4] == [-98, -84, -72, -89]


def test_every_shared_recording_can_be_read() -> None:
    recording("README.md")
    paths = [*FOLDER.glob("rr/*"), *FOLDER.glob("exercise/*.hrm"), *FOLDER.glob("welltory/*.txt")]
    paths += FOLDER.glob("polar_h10_pvc/h10_rr*")
    assert len(paths) > 15
    for path in paths:
        intervals = intervals_of(read_recording(path))
        assert len(intervals) > 50, path
        assert 400 < sum(intervals) / len(intervals) < 1300, path


@pytest.mark.parametrize("text", ["800\n" * 1_000_001, "800 " * 1_250_001, "\n" * 1_000_001 + "800\n"])
def test_a_text_of_more_lines_than_a_recording_has_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="too large"):
        recording_of(tmp_path / "long.txt", gzip.compress(text.encode(), 1))
