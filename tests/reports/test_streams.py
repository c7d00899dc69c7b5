"""What is said of a strap's electrocardiogram and accelerometer, alike in the terminal and on paper."""

from pathlib import Path

import pytest

from biofeedback.reports.figures import MOVEMENT_FIGURES
from biofeedback.reports.sentences import ecg_sentence
from biofeedback.reports.tables import print_session
from biofeedback.reports.writing import write_report
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from protocols.library import find_exercise
from tests.session.stage import play

SHORT = find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(4)
CHEST = "breaths measured at the chest"


def summary_of(uri: str, folder: Path) -> SessionSummary:
    with Store.open(folder / "data") as store:
        return play(store, uri, SHORT).whole


def test_the_agreement_is_said_in_beats_and_only_where_some_were_compared() -> None:
    ecg = {"n_compared": 230, "n_agreed": 228}
    assert ecg_sentence(ecg) == "The strap's own ECG agreed with 228 of 230 beats."
    assert ecg_sentence({"n_compared": 0, "n_agreed": 0}) == ecg_sentence(None) == ""


def test_a_session_with_streams_tells_of_them_on_paper_and_in_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = summary_of("sim:rest?pmd=1&seed=3", tmp_path)
    assert summary.ecg is not None
    said = f"The strap's own ECG agreed with {summary.ecg.n_agreed} of {summary.ecg.n_compared} beats."
    write_report(summary, tmp_path / "report.html")
    paper = (tmp_path / "report.html").read_text(encoding="utf-8").replace("&#39;", "'")
    print_session(summary.as_json())
    terminal = capsys.readouterr().out
    for told in (paper, terminal):
        assert said in told
        assert all(name in told for _, name, _ in MOVEMENT_FIGURES)
    row = next(line for line in terminal.splitlines() if CHEST in line)
    assert "6.0" in row


def test_a_session_without_them_says_nothing_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = summary_of("sim:rest?seed=3", tmp_path)
    write_report(summary, tmp_path / "report.html")
    print_session(summary.as_json())
    for told in ((tmp_path / "report.html").read_text(encoding="utf-8"), capsys.readouterr().out):
        assert "ECG agreed" not in told
        assert CHEST not in told
