"""What a band sent in a session, as a file that any reader of EDF knows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from biofeedback.exchange.brainwaves import read_recording, write_edf
from biofeedback.exchange.files import ExportError
from biofeedback.session.runner import SessionRunner
from biofeedback.storage.database import Store
from devices.eeg.edf import read_edf
from devices.eeg.frames import EegReader, frame_packet, start_packet
from devices.samples import EegDescription, EegFrame, Reading
from protocols.library import find_exercise
from tests.session.stage import SHORT, ScriptedStrap, play


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


BAND = "sim:head?rate=128&eyes=closed&seed=2&lost=6&every_s=20&for_s=4"


def test_samples_lie_where_they_were_taken_and_what_happened_stands_beside_them(store: Store, tmp_path: Path) -> None:
    acts = [(12.0, lambda runner: runner.mark("coughed")), (40.0, SessionRunner.end)]
    made = play(store, BAND, find_exercise("alpha-rest"), acts)
    session_id = made.whole.session_id
    kept = read_recording(store, session_id)
    out = tmp_path / "session.edf"
    assert "16 bits" in write_edf(store, session_id, out)
    told = read_edf(out, out.read_bytes())
    assert told.simulated
    assert told.channels == kept.channels
    n = told.samples_uv.shape[1]
    both = np.isfinite(told.samples_uv) & np.isfinite(kept.samples_uv[:, :n])
    steps_uv = np.ptp(kept.samples_uv[:, :n][both]) / 65535
    assert np.abs(told.samples_uv - kept.samples_uv[:, :n])[both].max() <= steps_uv
    assert np.array_equal(np.isfinite(told.samples_uv), np.isfinite(kept.samples_uv[:, :n])), "what was lost stays so"
    away = np.isnan(kept.samples_uv).all(axis=0)
    assert away[round(20.5 * 128) : round(23.5 * 128)].all()
    assert not away[(10 * 128) : (19 * 128)].all()
    texts = {annotation.text: annotation.at_s for annotation in told.annotations}
    assert texts["coughed"] == pytest.approx(12.0, abs=0.01)
    assert texts[find_exercise("alpha-rest").phases[0].title] == pytest.approx(0.0, abs=0.01)


def test_a_band_that_comes_back_without_its_accelerometer_leaves_nothing_out(store: Store) -> None:
    band = EegDescription("Three", ("O1", "O2"), 128.0, 0.1, n_axes=1, g_per_count=0.5)
    script: list[tuple[float, Reading]] = []
    for began_s, told in ((0.0, band), (20.0, replace(band, n_axes=0))):
        reader = EegReader()
        reader.started(start_packet(began_s, told))
        for n in range(150):
            counts = np.full((16, 2 + told.n_axes), 1 + n % 7)
            at_s = began_s + (n + 1) / 8.0
            script.append((at_s, reader.frame(frame_packet(at_s, 16 * n, counts))))
    worn = ScriptedStrap(*script)
    worn.info = replace(worn.info, strap=False)
    made = play(store, worn, SHORT, [(39.5, SessionRunner.end)])
    kept = read_recording(store, made.whole.session_id)
    assert np.isfinite(kept.samples_uv).all(axis=0).sum() >= 2 * 150 * 16 - 32
    assert made.whole.eeg is not None
    assert made.whole.eeg.received_s == 2 * 150 / 8.0


def test_a_session_without_a_band_says_so_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    made = play(store, "sim:", SHORT, [(10.0, SessionRunner.end)])
    with pytest.raises(ExportError, match="no band was on the head"):
        write_edf(store, made.whole.session_id, tmp_path / "none.edf")
    assert not list(tmp_path.glob("*.edf"))


BAND_OF_TWO = EegDescription("Two", ("O1", "O2"), 128.0, 0.1)


def sent(began_s: float, first_sample: int = 0) -> list[EegFrame]:
    """Ten seconds of a band whose counts are the seconds of the session, in tenths of a microvolt."""
    reader = EegReader()
    reader.started(start_packet(0.0, BAND_OF_TWO))
    frames = []
    for n in range(80):
        at_s = began_s + (n + 1) / 8.0
        frames.append(reader.frame(frame_packet(at_s, first_sample + 16 * n, np.full((16, 2), int(at_s)))))
    return frames


def heard(store: Store, frames: Sequence[EegFrame]) -> str:
    worn = ScriptedStrap(*((frame.received_s, frame) for frame in frames))
    worn.info = replace(worn.info, strap=False)
    ended_s = frames[-1].received_s + 0.5
    return play(store, worn, SHORT, [(ended_s, SessionRunner.end)]).whole.session_id


def test_numbers_that_begin_again_write_nothing_over_what_was_there(store: Store) -> None:
    first = sent(0.0)
    again = [replace(frame, started=first[0].started) for frame in sent(13.0)]
    kept = read_recording(store, heard(store, [*first, *again]))
    known = np.isfinite(kept.samples_uv[0])
    assert known.sum() >= 2 * 80 * 16 - 16
    told_s = np.flatnonzero(known) / 128.0
    assert np.abs(kept.samples_uv[0][known] / 0.1 - told_s).max() < 1.3


def test_a_frame_that_is_none_counts_as_lost_and_the_others_are_written(store: Store, tmp_path: Path) -> None:
    frames = sent(0.0)
    odd = frame_packet(frames[40].received_s, frames[40].first_sample, np.zeros((16, 3)))
    frames[40] = replace(frames[40], packet=odd)
    session_id = heard(store, frames)
    assert len(store.eeg_frames(session_id)) == 79
    assert np.isnan(read_recording(store, session_id).samples_uv).any(axis=0).sum() >= 16
    none = replace(frames[0].started, payload=b"\xee{}")
    session_id = heard(store, [replace(frame, started=none) for frame in frames])
    with pytest.raises(ExportError, match="no electroencephalogram"):
        write_edf(store, session_id, tmp_path / "none.edf")


def test_marks_of_any_words_come_back_as_one_line_and_coarse_steps_are_told(store: Store, tmp_path: Path) -> None:
    band = EegDescription("Two", ("O1", "O2"), 128.0, 100.0)
    reader = EegReader()
    reader.started(start_packet(0.0, band))
    script: list[tuple[float, Reading]] = []
    for n in range(80):
        counts = np.full((16, 2), n % 2)
        counts[:, 1] *= 1900
        script.append(((n + 1) / 8.0, reader.frame(frame_packet((n + 1) / 8.0, 16 * n, counts))))
    worn = ScriptedStrap(*script)
    worn.info = replace(worn.info, strap=False)
    marks = ("a\x14b\x15c\0d\ne", "é" * 200, "x")
    acts = [(3.0 + n, partial(SessionRunner.mark, label=mark)) for n, mark in enumerate(marks)]
    session_id = play(store, worn, SHORT, [*acts, (9.5, SessionRunner.end)]).whole.session_id
    out = tmp_path / "marks.edf"
    said = write_edf(store, session_id, out)
    assert "O2 2.9 µV" in said
    assert "O1" not in said
    texts = [annotation.text for annotation in read_edf(out, out.read_bytes()).annotations]
    assert "x" in texts
    assert any(text.split() == ["a", "b", "c", "d", "e"] for text in texts)
    assert any(set(text) == {"é", "."} or set(text) == {"é"} for text in texts)
