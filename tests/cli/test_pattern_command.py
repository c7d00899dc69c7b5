"""The pattern check from the command line: warning signs first, each answer kept, and a page only at the end."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from biofeedback.care.forms import idents_of, reply
from biofeedback.care.pattern import Reply
from biofeedback.storage.database import Store
from protocols.questionnaires.library import load_shelf
from tests.cli.shell import Shell

CHECK = load_shelf().pattern
FLAGS = [flag.id for flag in CHECK.red_flags]
CALM = dict.fromkeys(FLAGS, "no")
WHOLE = {ident: "no" if ident in FLAGS else "yes" for ident in idents_of(CHECK)}


class Terminal(io.StringIO):
    """Somebody types."""

    def isatty(self) -> bool:
        return True


def asked(shell: Shell, **answers: str) -> dict[str, object]:
    told = shell("questionnaire", "pattern", "--json", "--answers", json.dumps(answers)).document
    assert isinstance(told, dict)
    return told


def test_a_script_goes_from_question_to_question_to_the_page(shell: Shell, tmp_path: Path) -> None:
    told = shell("questionnaire", "pattern", "--json", "--answers", f"{FLAGS[0]}=no").document
    for n in range(1, len(WHOLE)):
        assert told["next"]["id"] == list(WHOLE)[n]
        assert (told["stop"], told["page"]) == (None, None)
        told = asked(shell, **{list(WHOLE)[n]: WHOLE[list(WHOLE)[n]]})
    assert told["next"] is None
    assert told["page"]["title"] == CHECK.title
    for name in ("page.pdf", "page.html"):
        said = shell("questionnaire", "pattern", "--out", str(tmp_path / name), "--json")
        assert (said.status, said.document["out"]) == (0, str(tmp_path / name))
    paper = " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / "page.pdf").pages).split())
    assert CHECK.meaning in paper
    assert shell("questionnaire", "pattern", "--out", str(tmp_path / "page.pdf")).status == 1, "never over a file"


def test_patterns_are_not_taken_before_the_warning_signs(shell: Shell) -> None:
    sign = CHECK.signs[0].id
    told = asked(shell, **{sign: "yes"})
    assert (told["next"], told["replies"], told["not_kept"]) == (shell_next(FLAGS[0]), {}, [sign])
    told = asked(shell, **{sign: "yes"}, **CALM)
    assert told["replies"] == CALM | {sign: "yes"}
    assert told["not_kept"] == []


def shell_next(ident: str) -> dict[str, str]:
    flag = next(flag for flag in CHECK.red_flags if flag.id == ident)
    return {"id": ident, "question": flag.question, "before": CHECK.before_flags}


def test_a_warning_sign_stops_it_and_there_is_no_page(shell: Shell, tmp_path: Path) -> None:
    told = asked(shell, **{**WHOLE, FLAGS[0]: "unsure"})
    assert told["stop"]["urgency"] == "emergency"  # type: ignore[index]
    assert set(told["not_kept"]) == set(WHOLE) - {FLAGS[0]}  # type: ignore[arg-type]
    out = tmp_path / "page.html"
    said = shell("questionnaire", "pattern", "--out", str(out))
    assert (said.status, out.exists()) == (1, False)
    assert CHECK.stops["emergency"] in said.out  # type: ignore[index]
    assert "red-flags" in shell("people", "show", "", "--json").out
    assert asked(shell, **WHOLE)["page"], "answered anew with no, it goes on"


def test_in_a_terminal_it_asks_keeps_each_answer_and_goes_on_another_time(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("perhaps\nn\nNO\n q \n"))
    said = shell("questionnaire", "pattern")
    assert said.status == 0
    assert said.out.index(CHECK.before_flags) < said.out.index(CHECK.red_flags[0].question)
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert shell("questionnaire", "pattern").status == 0
    assert shell("questionnaire", "pattern", "--json").document["replies"] == dict.fromkeys(FLAGS[:2], "no")
    monkeypatch.setattr("sys.stdin", Terminal("no\n" * (len(WHOLE) - 2)))
    assert CHECK.without in shell("questionnaire", "pattern").out
    monkeypatch.setattr("sys.stdin", Terminal("q\n"))
    assert CHECK.before_flags in shell("questionnaire", "pattern", "--anew").out


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ("", "there is no question"),
        ("chests=no", "there is no question 'chests'"),
        ("chest", "answered with yes, no or unsure"),
        ("chest=perhaps", "answered with yes, no or unsure"),
        ('{"chest": 0}', "answered with yes, no or unsure"),
        ('{"chest": "no"', "write JSON"),
        ('{"chest": "no", "chest": "yes"}', "answered twice"),
        ("chest=yes,chest=no", "answered twice"),
        ("{" * 5000, "write JSON"),
    ],
)
def test_what_cannot_be_understood_changes_nothing(shell: Shell, answers: str, words: str) -> None:
    asked(shell, chest="no")
    said = shell("questionnaire", "pattern", "--answers", answers)
    assert (said.status, words in said.sentence) == (2, True)
    assert shell("questionnaire", "pattern", "--json").document["replies"] == {"chest": "no"}


def test_questions_that_are_left_make_no_page(shell: Shell, tmp_path: Path) -> None:
    asked(shell, **CALM)
    said = shell("questionnaire", "pattern", "--out", str(tmp_path / "x.html"))
    assert (said.status, "questions left" in said.err) == (1, True)
    assert shell("questionnaire", "pattern", "--out", str(tmp_path / "x.txt")).status == 2
    assert not list(tmp_path.glob("x.*"))


def test_a_page_has_the_day_of_its_answers(shell: Shell) -> None:
    earlier = date.today() - timedelta(9)
    with Store.open(shell.data) as store:
        reply(store, "", CHECK, {key: Reply(value) for key, value in WHOLE.items()}, earlier)
    assert f"Answers given on {earlier}" in shell("questionnaire", "pattern").out
    assert shell("questionnaire", "pattern", "--json").document["on"] == earlier.isoformat()
