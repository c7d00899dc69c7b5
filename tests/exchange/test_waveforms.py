"""The electrocardiogram and the accelerometer of a session as tables."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from biofeedback.exchange.files import ExportError
from biofeedback.exchange.waveforms import N_ROWS, session_seconds, write_accelerometer, write_ecg
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.records import StoredEcg
from protocols.library import find_exercise
from tests.session.stage import play

Writer = Callable[[Store, str, Path], int]
TWO_MINUTES = find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(2)


def table(path: Path) -> tuple[str, np.ndarray]:
    header, *lines = path.read_text().splitlines()
    return header, np.array([[float(cell) for cell in line.split(",")] for line in lines])


def stored(clocks_s: list[float], received_s: list[float], streams: list[int]) -> StoredEcg:
    return StoredEcg(
        np.array([round(at_s * 1e9) for at_s in clocks_s], np.int64),
        np.array(received_s),
        np.array(streams, np.int64),
        np.zeros(len(clocks_s), np.int32),
    )


def test_every_sample_has_its_second_and_its_microvolts(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        summary = play(store, "sim:rest?pmd=1&seed=3", TWO_MINUTES).whole
        n_written = write_ecg(store, summary.session_id, tmp_path / "ecg.csv")
        microvolts = store.ecg(summary.session_id).microvolts
    header, rows = table(tmp_path / "ecg.csv")
    assert header == "time_s,ecg_uv"
    assert n_written == len(rows) == len(microvolts) > N_ROWS
    assert np.array_equal(rows[:, 1], microvolts)
    assert np.diff(rows[:, 0]) == pytest.approx(1 / 130.16, abs=1e-5)
    assert -1 < rows[0, 0] < rows[-1, 0] <= summary.duration_s


def test_the_beats_lie_where_the_electrocardiogram_has_its_peaks(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        summary = play(store, "sim:rest?pmd=1&seed=3", TWO_MINUTES).whole
        write_ecg(store, summary.session_id, tmp_path / "ecg.csv")
    _, rows = table(tmp_path / "ecg.csv")
    peaks_s = rows[rows[:, 1] > 0.7 * rows[:, 1].max(), 0]
    nearest = [int(np.argmin(np.abs(peaks_s - beat.time_s))) for beat in summary.beats[5:-5]]
    aside_s = peaks_s[nearest] - [beat.time_s for beat in summary.beats[5:-5]]
    assert np.max(np.abs(aside_s)) < 0.3
    rr_ms = [beat.rr_ms for beat in summary.beats[6:-5]]
    assert np.median(np.abs(1000 * np.diff(peaks_s[nearest]) - rr_ms)) < 10


def test_every_sample_of_the_accelerometer_has_its_three_axes(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        session_id = play(store, "sim:rest?pmd=1&seed=3", TWO_MINUTES).whole.session_id
        assert write_accelerometer(store, session_id, tmp_path / "acc.csv") == len(
            store.accelerometer(session_id).milli_g
        )
        milli_g = store.accelerometer(session_id).milli_g
    header, rows = table(tmp_path / "acc.csv")
    assert header == "time_s,x_mg,y_mg,z_mg"
    assert np.array_equal(rows[:, 1:], milli_g)
    assert np.sqrt((rows[:, 1:] ** 2).sum(axis=1)) == pytest.approx(1000, abs=20)


@pytest.mark.parametrize(("write", "what"), [(write_ecg, "electrocardiogram"), (write_accelerometer, "accelerometer")])
def test_a_session_without_it_says_so_and_writes_nothing(write: Writer, what: str, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        session_id = play(store, "sim:rest?seed=3", TWO_MINUTES).whole.session_id
        with pytest.raises(ExportError, match=f"has no {what}: the strap did not send one"):
            write(store, session_id, tmp_path / "none.csv")
        with pytest.raises(StoreError, match="no session"):
            write(store, "nobody", tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()


def test_the_frame_that_came_soonest_tells_where_the_clock_lies() -> None:
    samples = stored([100.0, 100.5, 101.0, 101.5], [7.0, 7.0, 7.6, 7.6], [0, 0, 0, 0])
    assert session_seconds(samples).tolist() == [6.1, 6.6, 7.1, 7.6]


def test_a_clock_that_was_set_between_two_streams_moves_neither() -> None:
    samples = stored([900.0, 900.5, 3.0, 3.5], [4.5, 4.5, 20.5, 20.5], [0, 0, 1, 1])
    assert session_seconds(samples).tolist() == [4.0, 4.5, 20.0, 20.5]
    assert session_seconds(stored([], [], [])).tolist() == []
