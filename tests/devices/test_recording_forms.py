"""The same heart written in the forms of many programs: read as the same intervals, or refused with a line."""

import csv
import io
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.gatt import decode_packet
from devices.recordings import Recording, recording_of
from devices.source import SourceError

MANY = int(os.environ.get("MANY", "100"))
FILE = Path("heart.csv")
BEGAN = datetime(2026, 3, 31, 23, 59, 50, 250_000, UTC)  # midnight passes soon
EPOCH_S = BEGAN.timestamp()

CLOCKS = {
    "time_s": lambda s: s,
    "Time [s]": lambda s: s,
    "elapsed (ms)": lambda s: round(1000 * s),
    "timestamp": lambda s: round(EPOCH_S + s, 3),
    "timestamp_ms": lambda s: round(1000 * (EPOCH_S + s)),
    "unix time (us)": lambda s: round(1e6 * (EPOCH_S + s)),
    "timestamp_ns": lambda s: 1_775_000_000_000_000_000 + round(1e9 * s),
    "Phone timestamp": lambda s: (BEGAN + timedelta(seconds=s)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3],
    "Datum": lambda s: (BEGAN + timedelta(seconds=s)).strftime("%d.%m.%Y %H:%M:%S,%f")[:-3],
    "Date Time": lambda s: (BEGAN + timedelta(seconds=s)).strftime("%m/%d/%Y %I:%M:%S %p"),
    "date": lambda s: (BEGAN + timedelta(seconds=s)).strftime("%Y-%m-%d %H:%M:%S +0000"),
    "clock": lambda s: (BEGAN + timedelta(seconds=s)).strftime("%H:%M:%S.%f")[:-3],
}
UNITS = {"ms": 1.0, "s": 1000.0, "us": 0.001}
NAMES = ("rr", "RR", "RR-interval", "RRI", "R-R", "IBI", "PP-interval", "rr interval", "Interbeat interval")
FORMS = ("{} [{}]", "{} ({})", "{}_{}", "{}/{}", "{} {}", "{}")
EXTRAS = {
    "HR [bpm]": lambda i, rr: round(60_000 / rr),
    "Beat no": lambda i, rr: i + 1,
    "artefact": lambda i, rr: i % 7 == 3,
    "note": lambda i, rr: "ok",
    "ecg_uv": lambda i, rr: (37 * i) % 100 + 400,
    "corrected RR (ms)": lambda i, rr: round(rr) + (i % 5 == 2),
    "error estimate [ms]": lambda i, rr: 5,
    "empty": lambda i, rr: "",
    "RR artefact": lambda i, rr: 0,
}


@st.composite
def hearts(draw: st.DrawFn, least: int = 3) -> list[int]:
    """Intervals in whole milliseconds, as smooth as those of a heart."""
    rr_ms = draw(st.integers(450, 1300))
    series = [rr_ms]
    for step in draw(st.lists(st.integers(-70, 70), min_size=least - 1, max_size=40)):
        rr_ms = min(1500, max(400, rr_ms + step))
        series.append(rr_ms)
    return series


@dataclass(frozen=True)
class Form:
    """How a table is written."""

    delimiter: str
    decimal: str
    unit: str
    heading: str
    clock: str | None
    from_start: bool
    extras: tuple[str, ...]
    place: int
    titles: tuple[str, ...]
    encoding: str
    line_end: str
    declared: bool
    quoted: bool
    with_headings: bool = True


@st.composite
def forms(draw: st.DrawFn) -> Form:
    delimiter, decimal = draw(
        st.sampled_from(
            [
                (",", "."),
                (";", "."),
                (";", ","),
                ("\t", "."),
                ("\t", ","),
                ("|", "."),
                (", ", "."),
                (" ", "."),
                (" ", ","),
            ]
        )
    )
    unit = draw(st.sampled_from(sorted(UNITS)))
    blank = "_" if delimiter == " " else " "
    extras = draw(st.lists(st.sampled_from(sorted(EXTRAS)), unique=True, max_size=3))
    if delimiter == " ":  # then no cell may hold a blank or nothing, and no heading a blank
        extras = [name for name in extras if name in ("artefact", "ecg_uv", "note")]
    return Form(
        delimiter=delimiter,
        decimal=decimal,
        unit=unit,
        heading=draw(st.sampled_from(FORMS)).format(draw(st.sampled_from(NAMES)), unit).replace(" ", blank),
        clock=draw(
            st.none() | st.sampled_from(sorted(CLOCKS) if delimiter != " " else ["time_s", "timestamp_ms", "clock"])
        ),
        from_start=draw(st.booleans()),
        extras=tuple(extras),
        place=draw(st.integers(0, 4)),
        titles=tuple(
            draw(
                st.lists(
                    st.sampled_from(["Heart rate recording", "# RR of a strap", "Name: M\u00fcller", "Age: 52", ""]),
                    max_size=3,
                )
            )
        ),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"])),
        line_end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        declared=draw(st.booleans()) and len(delimiter.strip(" ")) == 1,
        quoted=delimiter != " " and draw(st.booleans()),
    )


def shown(value: object, decimal: str) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", decimal)
    return str(value)


def written(rr_ms: list[int], form: Form) -> bytes:
    """The series in that form."""
    ends = list(accumulate(rr_ms))
    columns: list[tuple[str, list[object]]] = []
    if form.clock:
        told = [(0 if i == 0 else ends[i - 1]) if form.from_start else end for i, end in enumerate(ends)]
        columns.append((form.clock, [CLOCKS[form.clock](ms / 1000) for ms in told]))
    for name in form.extras:
        columns.append((name, [EXTRAS[name](i, rr) for i, rr in enumerate(rr_ms)]))
    columns.insert(min(form.place, len(columns)), (form.heading, [rr / UNITS[form.unit] for rr in rr_ms]))
    out = io.StringIO()
    if form.declared:
        out.write(f"sep={form.delimiter}\n")
    for title in form.titles:
        out.write(title + "\n")
    quoting = csv.QUOTE_ALL if form.quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=form.delimiter[0], quoting=quoting, lineterminator="\n")
    rows = [[name for name, _ in columns]] * form.with_headings
    rows += [[shown(values[i], form.decimal) for _, values in columns] for i in range(len(rr_ms))]
    writer.writerows([[cell if j == 0 else form.delimiter[1:] + cell for j, cell in enumerate(row)] for row in rows])
    return out.getvalue().replace("\n", form.line_end).encode(form.encoding)


def intervals_of(of: Recording) -> list[float]:
    return [rr_ms for packet in of.packets for rr_ms in decode_packet(packet).rr_ms]


@settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hearts(), forms())
def test_a_table_with_headings_is_read_as_it_was_meant(rr_ms: list[int], form: Form) -> None:
    read = recording_of(FILE, written(rr_ms, form))
    assert intervals_of(read) == pytest.approx(rr_ms)
    assert read.understood.unit == form.unit
    assert read.understood.rows_used == len(rr_ms)
    if form.clock and len(rr_ms) > 8:
        assert read.understood.clock == form.clock
        assert read.packets[-1].received_s == pytest.approx(sum(rr_ms) / 1000, abs=2.0)


@settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hearts(least=10), forms())
def test_a_table_without_headings_is_read_as_it_was_meant_or_refused_with_a_line(rr_ms: list[int], form: Form) -> None:
    bare = replace(form, with_headings=False, titles=(), declared=False)
    read = read_or_refused(written(rr_ms, bare))
    if isinstance(read, str):
        assert "line " in read
    else:
        assert intervals_of(read) == pytest.approx(rr_ms, abs=1.01 if "corrected RR (ms)" in form.extras else 1e-3)


CELLS = st.text(max_size=8) | st.sampled_from(
    [
        *("812", "0.812", "0,812", "1.234,5", "1e300", "-5", "0", "65535", "nan", "", " ", "x", '"', "'", "#", "\x00"),
        *("rr_ms", "time_s", "RR [s]", "812 798", "1775000000000", "2026-04-01", "09:00:00", "12:00", "9" * 400),
    ]
)


@settings(max_examples=MANY, deadline=None)
@given(
    st.lists(st.lists(CELLS, max_size=6), max_size=30), st.sampled_from(",;\t| "), st.sampled_from(["utf-8", "utf-16"])
)
def test_any_table_is_read_or_refused_in_words(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    text = "\n".join(delimiter.join(row) for row in rows)
    check(text.encode(encoding, "surrogatepass"))


@settings(max_examples=MANY, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    check(content)


def read_or_refused(content: bytes) -> Recording | str:
    try:
        return recording_of(FILE, content)
    except SourceError as refused:
        return str(refused)


def check(content: bytes) -> None:
    read = read_or_refused(content)
    if isinstance(read, str):
        assert read.startswith(str(FILE))
        assert "\n" not in read
        return
    assert all(0 <= rr_ms <= 600_000 for rr_ms in intervals_of(read))
    arrivals = [packet.received_s for packet in read.packets]
    assert arrivals == sorted(arrivals)
    assert all(map(isfinite, arrivals))


RR_MS = [877, 929, 924, 903, 892, 905, 897, 842, 829, 840, 874, 883] * 3
ENDS_MS = list(accumulate(RR_MS))
FOUND = {
    "an array": "[" + ", ".join(map(str, RR_MS)) + "]",
    "one line": ";".join(map(str, RR_MS)),
    "several in a cell": "time,hr,rr\n"
    + "".join(f"{ENDS_MS[i + 1] / 1000},68,{RR_MS[i]};{RR_MS[i + 1]}\n" for i in range(0, len(RR_MS), 2)),
    "all in one cell": f'measured,HR,RR\n2026-04-01 09:00:00,68,"{" ".join(map(str, RR_MS))}"\n',
    "a report with units below the headings": "A report\nName:,x.txt\nDate,01/04/2026\n\nTime,RR interval\n(s),(s)\n"
    + "".join(f"{end / 1000},{rr / 1000}\n" for end, rr in zip(ENDS_MS, RR_MS, strict=True)),
    "beats with their labels": "".join(f"{end / 1000} {rr / 1000} N\n" for end, rr in zip(ENDS_MS, RR_MS, strict=True)),
    "headings with blanks in columns set apart by blanks": "Time [s] RR [ms]\n"
    + "".join(f"{end / 1000} {rr}\n" for end, rr in zip(ENDS_MS, RR_MS, strict=True)),
    "days of a spreadsheet": "Time;RR\n"
    + "".join(f"{46113.375 + end / 86_400_000:.9f};{rr}\n" for end, rr in zip(ENDS_MS, RR_MS, strict=True)),
    "breaths are called RR too": "HR,RR,IBI\n" + "".join(f"68,14,{rr}\n" for rr in RR_MS),
    "a third interval that never comes": "time_s,rr_1,rr_2,rr_3\n"
    + "".join(f"{ENDS_MS[i + 1] / 1000},{RR_MS[i]},{RR_MS[i + 1]},0\n" for i in range(0, len(RR_MS), 2)),
    "spoilt times": "time_s,rr\n"
    + "".join(f"{'x' if i == 9 else 99_999 if i == 4 else ENDS_MS[i] / 1000},{rr}\n" for i, rr in enumerate(RR_MS)),
    "words behind the data": "rr_ms\n" + "".join(f"{rr}\n" for rr in RR_MS) + "\nend of file\n",
    "a tail of zeros": "".join(f"{rr}\n" for rr in RR_MS) + "\0" * 4096,
}


@pytest.mark.parametrize("form", FOUND)
def test_forms_that_programs_write(form: str) -> None:
    assert intervals_of(recording_of(FILE, FOUND[form].encode())) == pytest.approx(RR_MS)


def test_a_row_that_was_cut_wrongly_is_one_spoilt_beat() -> None:
    rows = [f"{end / 1000},{rr}" for end, rr in zip(ENDS_MS, RR_MS, strict=True)]
    rows[8] = rows[8].replace(".", ",")
    read = recording_of(FILE, "\n".join(["time_s,rr_ms", *rows]).encode())
    assert intervals_of(read) == [0.0 if i == 8 else rr for i, rr in enumerate(RR_MS)]


def test_raw_intervals_are_taken_before_corrected_ones_and_that_is_said() -> None:
    text = "no,corrected RR ms,RR ms\n" + "".join(f"{i},{rr + i % 3},{rr}\n" for i, rr in enumerate(RR_MS))
    read = recording_of(FILE, text.encode())
    assert intervals_of(read) == RR_MS
    assert "the raw one, 'RR ms', is used, not corrected RR ms" in read.understood.doubts[0]


def test_empty_cells_never_shift_the_others() -> None:
    text = "time_s,rr_ms,ecg_uv\n" + "".join(
        f"{ENDS_MS[i] / 1000},{'' if i % 5 == 0 else rr},{420 + i}\n" for i, rr in enumerate(RR_MS)
    )
    read = recording_of(FILE, text.encode())
    there = [rr for i, rr in enumerate(RR_MS) if i % 5]
    assert intervals_of(read) == there
    assert read.packets[-1].received_s == pytest.approx(sum(there) / 1000)
    assert "taken as neighbours" in read.understood.doubts[0]


STEADY = [877, 929, 924, 903, 892, 905, 897, 842, 829, 840] * 3
STEADY_ENDS_MS = list(accumulate(STEADY))


def intervals_read(text: str) -> list[float]:
    packets = recording_of(FILE, text.encode()).packets
    return [round(rr, 3) for packet in packets for rr in decode_packet(packet).rr_ms]


@pytest.mark.parametrize("error", ["#VALUE!", "#DIV/0!", "#WERT!", "#REF!"])
def test_an_error_of_a_spreadsheet_is_a_spoilt_beat_and_no_remark(error: str) -> None:
    cells = [str(rr) if i != 15 else error for i, rr in enumerate(STEADY)]
    recording = recording_of(FILE, "\n".join(cells).encode())
    assert recording.understood.spoilt_lines == (16,)
    table = "t\trr_ms\tq\n" + "".join(f"{end}\t{cell}\t1\n" for end, cell in zip(STEADY_ENDS_MS, cells, strict=True))
    assert recording_of(FILE, table.encode()).understood.spoilt_lines == (17,)


@pytest.mark.parametrize(
    "text",
    [
        "n,rr\n" + "".join(f"{i},{a};{b}\n" for i, (a, b) in enumerate(zip(STEADY[::2], STEADY[1::2], strict=True))),
        "Quality;RR\n" + "".join(f"9{i % 10} %;{rr}\n" for i, rr in enumerate(STEADY)),
        "time,rr\n" + "".join(f"{end} ms,{rr} ms\n" for end, rr in zip(STEADY_ENDS_MS, STEADY, strict=True)),
        "time_ms,rr_ms\n" + "".join(f"{end},{rr}\n" * 2 for end, rr in zip(STEADY_ENDS_MS, STEADY, strict=True)),
        "".join(f"{rr} # good\n" for rr in STEADY),
    ],
    ids=["two a cell", "percent before", "units in cells", "rows twice", "remark behind"],
)
def test_every_interval_is_read_once(text: str) -> None:
    assert intervals_read(text) == STEADY


def test_a_second_recording_in_a_file_is_named_by_its_line() -> None:
    rows = "".join(f"{end},{rr}\n" for end, rr in zip(STEADY_ENDS_MS, STEADY, strict=True))
    with pytest.raises(SourceError, match=f"line {len(STEADY) + 2}: .* another begins there"):
        recording_of(FILE, f"time_ms,rr_ms\n{rows}{rows}".encode())
