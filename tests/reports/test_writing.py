"""A report is whole: all that is known of a session, on pages that cut nothing off; the terminal says the same."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from biofeedback.analysis.figures.indices import Indices
from biofeedback.analysis.signal.band import Band
from biofeedback.reports.paper import painting
from biofeedback.reports.picture import paint_session_picture
from biofeedback.reports.tables import print_session
from biofeedback.reports.terminal import print_rows
from biofeedback.reports.writing import write_report
from biofeedback.session.account import SEE_SOMEONE
from biofeedback.session.method import method
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from biofeedback.theme import MORNING_PAPER
from protocols.library import find_exercise
from tests.session.stage import play

HISTORY = {"ln_rmssd": 3.2, "usual_ln_rmssd": 3.5, "z": 1.6, "n_baselines": 4.0}


@pytest.fixture(scope="module")
def irregular(tmp_path_factory: pytest.TempPathFactory) -> SessionSummary:
    """A session whose beats were too irregular to calculate with, of a person with a history."""
    with Store.open(tmp_path_factory.mktemp("data")) as store:
        whole = play(
            store, "sim:irregular?seed=2", find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(8)
        ).whole
    return replace(whole, history=HISTORY, scored_before="2026-01-03T10:00:00+00:00")


def page(summary: SessionSummary, folder: Path) -> str:
    out = folder / "report.html"
    write_report(summary, out, force=True)
    return out.read_text(encoding="utf-8")


def paper(summary: SessionSummary, folder: Path) -> PdfReader:
    out = folder / "report.pdf"
    write_report(summary, out, force=True)
    return PdfReader(out)


def n_pages(summary: SessionSummary, folder: Path) -> int:
    return len(paper(summary, folder).pages)


def test_a_report_tells_what_the_window_tells(irregular: SessionSummary, tmp_path: Path) -> None:
    told = page(irregular, tmp_path)
    assert told.count(SEE_SOMEONE) == 1
    assert "the rhythm was too irregular to calculate with" in told
    assert "somewhat higher than it usually is for you" in told
    assert "25 ms, usually 33 ms" in told
    assert "3 Jan 2026" in told
    assert "not told: the beats came too irregularly" in told


def test_in_plain_words_it_tells_what_matters_and_no_figures(irregular: SessionSummary, tmp_path: Path) -> None:
    out = tmp_path / "plain.html"
    rated = replace(irregular, ratings={"before": {"pain": 6}, "after": {"pain": 4}}, person="Ann")
    write_report(rated, out, plain=True)
    told = out.read_text(encoding="utf-8")
    for words in ("For Ann.", SEE_SOMEONE, "pain 4 of 10", "somewhat higher", "a pretended heart", "<svg"):
        assert words in told
    for words in ("<table", "RMSSD", "Methods.", irregular.device):
        assert words not in told


def test_a_report_ends_with_its_methods_and_their_fingerprint(irregular: SessionSummary, tmp_path: Path) -> None:
    told = page(irregular, tmp_path)
    assert told.index("</table>") < told.index("Methods.") < told.index(method()["parameters"])
    for name, version in method().items():
        assert version.replace("'", "&#39;") in told, name


def test_what_is_not_known_leaves_no_empty_line(irregular: SessionSummary, tmp_path: Path) -> None:
    plain = replace(irregular, history=None, scored_before="", advice="", irregular_percent=None)
    told = page(plain, tmp_path)
    assert "usually" not in told
    assert "doctor" not in told
    assert not re.search(r"<p[^>]*>\s*</p>", told)


def test_what_does_not_fit_goes_on_another_page(irregular: SessionSummary, tmp_path: Path) -> None:
    few = replace(irregular, phases=irregular.phases[:1], advice="", history=None, scored_before="")
    assert n_pages(few, tmp_path) <= n_pages(irregular, tmp_path)
    assert n_pages(irregular, tmp_path) == 2


def test_each_page_says_which_of_how_many_it_is(irregular: SessionSummary, tmp_path: Path) -> None:
    pages = paper(irregular, tmp_path).pages
    for number, each in enumerate(pages, 1):
        told = each.extract_text()
        assert told.endswith(f"{number} of {len(pages)}")
        assert irregular.session_id in told


def test_what_is_on_paper_can_be_searched_and_copied(irregular: SessionSummary, tmp_path: Path) -> None:
    letters = [chr(n) for n in (*range(0x21, 0x7F), *range(0xA1, 0x180), *range(0x410, 0x450)) if chr(n) != "\xad"]
    words = f"{' '.join(letters)} A\u0301 office flow 1/2 -1.4 \u2013 \u2014"
    few = replace(irregular, exercise_title="Seldom", advice=words)
    told = " ".join("".join(each.extract_text() for each in paper(few, tmp_path).pages).split())
    for sign in letters:
        assert sign in told, sign
    assert "office flow" in told
    assert "-1.4 \u2013 \u2014" in told
    assert told.count("Seldom") == 1, "no letter is painted twice"


def test_a_table_longer_than_a_page_goes_on_over_the_next(irregular: SessionSummary, tmp_path: Path) -> None:
    challenge = {"name": "c", "title": "A rather long name of a challenge", "reactivity_bpm": 12.0, "time_s": 40.0}
    points = [
        {"rate_per_min": 6.0, "amplitude_ms": 9.0, "lag_deg": 1.0, "steadiness": 1.0, "n_breaths": 7, "left_out": ""}
    ]
    few = replace(irregular, result={"kind": "recovery", "challenges": [challenge]})
    many = {"kind": "resonance", "resonance_per_min": None, "clear": False, "reason": "", "points": points * 200}
    assert n_pages(replace(irregular, result=many), tmp_path) >= n_pages(few, tmp_path) + 2


def test_the_terminal_says_the_same(
    irregular: SessionSummary, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    print_session(json.loads(json.dumps(irregular.as_json())))
    told = capsys.readouterr().out
    assert told.count(SEE_SOMEONE) == 1
    assert told.rstrip().endswith(SEE_SOMEONE), "last, and apart"
    for words in ("too irregular to calculate with", "somewhat higher", "25 ms, usually 33 ms", method()["parameters"]):
        assert words in told


def test_a_summary_of_an_older_version_can_still_be_printed(
    irregular: SessionSummary, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(json.dumps(irregular.as_json()))
    for key in ("irregular_percent", "advice", "history", "method", "baseline"):
        del document[key]
    del document["score"]["kind"]
    print_session(document)
    assert "Session" in capsys.readouterr().out


def test_what_an_exercise_found_is_told_on_paper_and_in_the_terminal(
    irregular: SessionSummary, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    found = {"kind": "resonance", "resonance_per_min": 5.4, "clear": True, "sure": "sure", "reason": ""}
    summary = replace(irregular, result=found)
    print_session(json.loads(json.dumps(summary.as_json())))
    words = "Your heart answered most at about 5.4 breaths a minute."
    assert words in capsys.readouterr().out
    assert words in page(summary, tmp_path)


def test_names_are_shown_as_they_were_given(
    irregular: SessionSummary, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    name = "[/i] :heart: <b>"
    summary = replace(irregular, exercise_title=name, phases=(replace(irregular.phases[0], name=name),))
    print_session(json.loads(json.dumps(summary.as_json())))
    assert name in capsys.readouterr().out
    assert "[/i] :heart: &lt;b&gt;" in page(summary, tmp_path)


def test_each_dash_has_its_reason_and_nothing_is_called_too_short_that_was_not(
    irregular: SessionSummary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_session(json.loads(json.dumps(irregular.as_json())))
    for told in (capsys.readouterr().out, page(irregular, tmp_path)):
        for phase in irregular.phases:
            assert phase.indices.withheld["rmssd_ms"] in told
        assert "everything but heart rate" in told
        assert "too little time" not in told


def test_powers_of_less_than_five_minutes_stand_with_their_bands(
    irregular: SessionSummary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    indices = Indices(200, 200, 0.0, 180.0, lf_ms2=400.0, hf_ms2=90.4, bands={"lf_ms2": Band(201.2, 1604.0)})
    summary = replace(irregular, phases=(replace(irregular.phases[0], indices=indices),))
    longer = replace(irregular, phases=(replace(irregular.phases[0], indices=replace(indices, duration_s=300.0)),))
    print_session(json.loads(json.dumps(summary.as_json())))
    for told in (capsys.readouterr().out, page(summary, tmp_path)):
        assert "400 (201 to 1604)" in told
    assert "400 (201" not in page(longer, tmp_path)


def test_nothing_that_people_write_commands_the_terminal_or_the_page(
    irregular: SessionSummary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "\x1b[31mRed\x9b2J \u202eturned <script>alert(1)</script>"
    challenge = {"name": name, "title": name, "reactivity_bpm": 12.0, "time_s": 40.0}
    summary = replace(
        irregular, exercise=name, exercise_title=name, person=name, device=name,
        phases=(replace(irregular.phases[0], name=name, title=name),),
        result={"kind": "recovery", "challenges": [challenge]},
    )  # fmt: skip
    print_session(json.loads(json.dumps(summary.as_json())))
    print_rows((name,), ((name,),))
    told = capsys.readouterr().out
    assert not {"\x1b", "\x9b", "\u202e"} & set(told)
    assert "<script>" not in page(summary, tmp_path)


def test_the_picture_shows_what_feedback_was_given_on(irregular: SessionSummary, tmp_path: Path) -> None:
    course = ((60.0, 0.4), (61.0, 0.6))
    for kind, words in (("smoothness", "How smooth the heart's wave was"), ("calm", "How calm the heart was")):
        told = page(replace(irregular, score=replace(irregular.score, kind=kind), course=course), tmp_path)
        assert words.replace("'", "&#39;") in told or words in told


@pytest.mark.parametrize("n_beats", [0, 1])
@pytest.mark.parametrize("n_told", [0, 1])
def test_what_stands_alone_in_the_picture_is_a_dot(irregular: SessionSummary, n_beats: int, n_told: int) -> None:
    kept = [beat for beat in irregular.beats if beat.kept]
    alone = replace(irregular, beats=tuple(kept[:n_beats]), course=((60.0, 0.4),)[:n_told])
    with painting():
        picture = QImage(640, 360, QImage.Format.Format_RGB32)
        picture.fill(QColor(MORNING_PAPER.background))
        painter = QPainter(picture)
        paint_session_picture(painter, QRectF(0, 0, 640, 360), alone, MORNING_PAPER, 14.0)
        painter.end()
    seen = Counter(picture.pixelColor(x, y).name() for x in range(640) for y in range(360))
    assert bool(seen[MORNING_PAPER.heart.lower()]) == bool(n_beats)
    assert bool(seen[MORNING_PAPER.calm.lower()]) == bool(n_told)
