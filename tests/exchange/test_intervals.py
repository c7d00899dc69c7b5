"""A session as a table of its intervals: nothing is joined, and it gives the figures of the session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from biofeedback.analysis.figures.stretch import figures
from biofeedback.exchange.files import ExportError
from biofeedback.exchange.intervals import write_plain_rr, write_rr
from biofeedback.exchange.packets import write_packets
from biofeedback.session.judging import judge_recording
from biofeedback.session.kept import archive
from biofeedback.session.preparation import Plan
from biofeedback.session.runner import SessionRunner
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from devices.recordings import read_recording
from devices.recordings.exported import RR_COLUMNS, as_heard
from devices.source import SourceError
from devices.uri import open_source
from tests.hand_clock import at_once
from tests.session.stage import SLOW
from tests.storage.examples import SESSION_ID, new_session, packet


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


def practised(store: Store, device: str, minutes: float = 2) -> SessionSummary:
    runner = SessionRunner(Plan(SLOW.lasting(minutes), device), open_source(device), store, lambda _: None)
    summary = at_once(runner.run())
    assert summary is not None
    return summary


@pytest.mark.parametrize(
    "device",
    [
        "sim:rest?seed=4",
        "sim:dropout?every_s=40&for_s=8&seed=5",
        "sim:ectopic?per_min=3&seed=6",
    ],
)
def test_the_table_and_the_packets_give_the_figures_of_the_session(store: Store, tmp_path: Path, device: str) -> None:
    summary = practised(store, device)
    table, packets = tmp_path / "rr.csv", tmp_path / "packets.csv"
    assert write_rr(store, summary.session_id, table) == ""
    write_packets(store, summary.session_id, packets)
    ours = figures(archive.judge_session(store, summary.session_id).beats)
    for path in (table, packets):
        recording = read_recording(path)
        assert figures(judge_recording(recording).beats) == ours
        assert recording.simulated
    rows = [line.split(",") for line in table.read_text().splitlines() if not line.startswith("#")]
    assert rows[0] == list(RR_COLUMNS)
    assert sum(not rr for _, rr, *_ in rows[1:]) == len({beat.segment for beat in summary.beats}) - 1
    assert {phase for *_, phase in rows[1:]} == {phase.name for phase in summary.phases}


@pytest.mark.parametrize("device", ["sim:rest?seed=4", "sim:dropout?every_s=40&for_s=8&seed=5"])
def test_a_replayed_table_gives_the_figures_again_and_stays_simulated(
    store: Store, tmp_path: Path, device: str
) -> None:
    first = practised(store, device)
    ours = figures(first.beats)
    before = first
    for n, write in enumerate((write_rr, write_packets, write_rr)):
        path = tmp_path / f"{n}.csv"
        write(store, before.session_id, path)
        again = practised(store, f"replay:{path}", 3)
        assert again.simulated
        assert store.session(again.session_id).row.simulated
        assert [beat.rr_ms for beat in again.beats] == [beat.rr_ms for beat in first.beats]
        assert [beat.verdict for beat in again.beats] == [beat.verdict for beat in first.beats]
        assert len(again.gaps) == len(first.gaps)
        theirs = figures(again.beats)
        for key in ("rmssd_ms", "sdnn_ms", "mean_rr_ms", "n_kept"):
            assert getattr(theirs, key) == getattr(ours, key)
        before = again


def test_the_beats_without_contact_are_not_replayed_as_beats(tmp_path: Path) -> None:
    path = tmp_path / "rr.csv"
    path.write_text(
        "time_s,rr_ms,verdict,phase\n1.0,800.0,kept,rest\n1.8,800.0,off_body,rest\n2.6,800.0,kept,rest\n"
        "2.6,,gap,rest\n9.0,800.0,kept,\n9.8,800.0,kept,\n"
    )
    packets, losses = as_heard(read_recording(path).judged)
    assert [packet.received_s for packet in packets] == pytest.approx([0.8, 2.4, 8.8, 9.6])
    assert losses == pytest.approx((1.6, 5.6))
    assert [beat.segment for beat in judge_recording(read_recording(path)).beats] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1.0,800", "line 2: expected"),
        ("x,800,kept,", "line 2: not a judged interval"),
        ("1.0,,kept,", "line 2: not a judged interval"),
        ("1.0,-800,kept,", "line 2: not a judged interval"),
        ("1.0,800,fine,", "'fine' at 1 s is no verdict"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "rr.csv"
    path.write_text(f"time_s,rr_ms,verdict,phase\n{row}\n")
    with pytest.raises(SourceError, match=words):
        judge_recording(read_recording(path))


def test_plain_intervals_say_what_they_leave_out(store: Store, tmp_path: Path) -> None:
    summary = practised(store, "sim:ectopic?per_min=3&seed=6")
    path = tmp_path / "rr.txt"
    told = write_plain_rr(store, summary.session_id, path)
    kept = [beat.rr_ms for beat in summary.beats if beat.kept]
    assert [float(line) for line in path.read_text().splitlines()] == kept
    assert f"{len(summary.beats) - len(kept)} beats are left out" in told
    assert "simulated" in told
    assert "--format rr" in told


def test_a_session_without_a_kept_beat_has_no_plain_intervals(store: Store, tmp_path: Path) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(2.5, 2500))
        recorder.flush()
        with pytest.raises(ExportError, match=r"No beat .* Export its packets instead"):
            write_plain_rr(store, SESSION_ID, tmp_path / "rr.txt")
        write_rr(store, SESSION_ID, tmp_path / "rr.csv")
    assert [path.name for path in tmp_path.glob("rr*")] == ["rr.csv"]
    assert "2.5,2441.40625,gap," in (tmp_path / "rr.csv").read_text()
