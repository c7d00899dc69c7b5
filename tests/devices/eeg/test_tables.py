"""Tables of electrodes, and what tells them from tables of heartbeats."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from devices.eeg import EegRecording, read_eeg
from devices.source import SourceError
from tests.recordings import recording

PATH = Path("head.csv")


def read(text: str, rate_hz: float | None = None) -> EegRecording:
    told = read_eeg(PATH, text.encode(), rate_hz)
    assert told is not None
    return told


def table(heading: str, rows: list[tuple[object, ...]], delimiter: str = ",") -> str:
    return "\n".join([heading, *(delimiter.join(map(str, row)) for row in rows)])


@pytest.mark.parametrize("unit", ["s", "ms", ""])
def test_a_clock_tells_the_rate_and_a_gap_stays_a_gap(unit: str) -> None:
    scale = 1000.0 if unit == "ms" else 1.0
    rows = [(scale * (i / 250 + (0.2 if i >= 500 else 0.0)), i) for i in range(1000)]
    told = read(table(f"time{unit and '_' + unit},Cz", rows))
    assert told.rate_hz == 250.0
    assert told.samples_uv.shape == (1, 1050)
    assert np.flatnonzero(np.isnan(told.samples_uv[0])).tolist() == list(range(500, 550))
    assert "50 samples are missing" in told.doubts[0]


def test_a_counter_tells_what_is_missing() -> None:
    rows = [(i % 256, float(i)) for i in range(1000) if not 600 <= i < 604]
    told = read(table("counter;o1_uv", rows, ";"), 250.0)
    assert told.channels == ("o1",)
    assert np.flatnonzero(np.isnan(told.samples_uv[0])).tolist() == [600, 601, 602, 603]


def test_a_table_without_a_clock_asks_for_the_rate() -> None:
    with pytest.raises(SourceError, match=r"Name them: --rate 250"):
        read(table("time,Cz,Pz", [(i, i, i) for i in range(300)]))
    with pytest.raises(SourceError, match=r"its clock tells of 250 samples a second, not of 500"):
        read(table("time_s,Cz", [(i / 250, i) for i in range(300)]), 500.0)


def test_broken_cells_are_missing_samples_and_many_are_too_many() -> None:
    rows: list[tuple[object, ...]] = [(i / 250, i) for i in range(300)]
    rows[100] = (100 / 250, "oops")
    told = read(table("time_s,Cz", rows))
    assert np.flatnonzero(np.isnan(told.samples_uv[0])).tolist() == [100]
    with pytest.raises(SourceError, match="cannot be read as numbers"):
        read(table("time_s,Cz", [(i / 250, "x") for i in range(300)]))
    with pytest.raises(SourceError, match="go back"):
        read(table("time_s,Cz", [(-i / 250, 1) for i in range(300)]))
    with pytest.raises(SourceError, match="no samples"):
        read("time_s,Cz\n")


@pytest.mark.parametrize(
    "text", ["800\n810\n820", "time,rr_ms\n0,800\n1,810", "rr\n800", "", "t,hr\n1,60", "c3po\n800"]
)
def test_heartbeats_are_left_to_those_who_read_them(text: str) -> None:
    assert read_eeg(PATH, text.encode()) is None


def test_a_packed_table_is_read() -> None:
    text = table("time_s,Cz", [(i / 250, i) for i in range(300)])
    told = read_eeg(PATH, gzip.compress(text.encode()))
    assert told is not None
    assert told.samples_uv.shape == (1, 300)


@pytest.mark.parametrize(("name", "rate_hz", "n"), [("o1_a", 250.0, 1), ("crown_eyes_open", 256.0, 8)])
def test_recordings_of_real_people_are_read(name: str, rate_hz: float, n: int) -> None:
    path = recording(f"eeg/{name}.csv.gz")
    told = read_eeg(path, path.read_bytes(), rate_hz)
    assert told is not None
    assert len(told.channels) == n
    assert np.isfinite(told.samples_uv).all()
