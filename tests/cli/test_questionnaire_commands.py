"""The commands for questionnaires: the keys that scripts rely on, one sentence for a mistake, and nothing saved."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell

KEYS = {"id", "on", "score", "severity", "change", "minimal_difference", "changed"}


def test_the_list_is_a_list_of_objects(shell: Shell) -> None:
    listed = shell("questionnaire", "list", "--json").document
    assert [each["id"] for each in listed] == ["peg", "gad-7", "phq-8", "phq-4", "own-items"]
    assert [each["minimal_difference"] for each in listed] == [1, 4, None, None, None]
    assert "GAD-7" in shell("questionnaire", "list").out


def test_a_score_has_the_keys_that_scripts_rely_on(shell: Shell) -> None:
    document = shell("questionnaire", "score", "gad-7", "--answers", "1,2,3,1,1,1,1", "--json").document
    assert set(document) >= KEYS
    assert {key: document[key] for key in KEYS} == {
        "id": "gad-7", "on": None, "score": 10, "severity": "moderate", "change": None, "minimal_difference": 4,
        "changed": None,
    }  # fmt: skip
    assert document["withheld"] == {}
    compared = shell(
        "questionnaire", "score", "peg", "--answers", "5, 5, 6", "--earlier", "6,6,7", "--json"
    ).document  # fmt: skip
    assert (compared["change"], compared["changed"]) == (-1, True)
    assert not shell.data.exists(), "nothing is saved"


@pytest.mark.parametrize("answers", ["1,0,2,-", "1,0,2,"])
def test_what_was_left_out_withholds_the_score(shell: Shell, answers: str) -> None:
    said = shell("questionnaire", "score", "phq-4", "--answers", answers, "--json")
    assert said.status == 0
    assert (said.document["score"], said.document["n_missing"], said.document["severity"]) == (None, 1, None)
    assert "1 of the 4 questions has no answer" in said.document["withheld"]["score"]
    assert "no score" in shell("questionnaire", "score", "phq-4", "--answers", answers).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gad-7", "--answers", "1,2"), "--answers: GAD-7 has 7 questions, so it takes 7 answers, not 2."),
        (("gad-7", "--answers", ""), "--answers: GAD-7 has 7 questions, so it takes 7 answers, not 1."),
        (("peg", "--answers", "1,11,2"), "--answers: the answer to question 2 must be from 0 to 10, not 11."),
        (("peg", "--answers", "1,2.5,2"), "as in 1,0,2, and - for one left out, not '2.5'."),
        (("peg", "--answers", "1,-2,2"), "not '-2'."),
        (("peg", "--answers", "1,\u0663,2"), "not '\u0663'."),
        (("peg", "--answers", f"1,{'9' * 5000},2"), "write one number a question"),
        (("peg", "--answers", "1,2,3", "--earlier", "1"), "--earlier: PEG has 3 questions"),
    ],
)
def test_answers_that_cannot_be_understood_are_told(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    said = shell("questionnaire", "score", *arguments, "--json")
    assert said.status == 2
    assert words in said.sentence
    assert len(said.sentence) < 300


def test_a_questionnaire_that_is_not_there_is_told(shell: Shell) -> None:
    said = shell("questionnaire", "score", "phq-9", "--answers", "1", "--json")
    assert (said.status, "There is no questionnaire 'phq-9'." in said.sentence) == (1, True)


def test_a_file_is_shown_changed_checked_and_then_stands_in_the_list(shell: Shell) -> None:
    own = shell.data / "questionnaires"
    own.mkdir(parents=True)
    shown = shell("questionnaire", "show", "own-items").out
    mine = own / "mine.toml"
    mine.write_text(shown.replace('id = "own-items"', 'id = "mine"'), encoding="utf-8")
    checked = shell("questionnaire", "check", mine)
    assert (checked.status, checked.err) == (0, "")
    assert "6 questions" in checked.out
    assert "mine" in [each["id"] for each in shell("questionnaire", "list", "--json").document]
    mine.write_text(shown.replace("every_days = 7", "every_days = 0"), encoding="utf-8")
    document = shell("questionnaire", "check", mine, "--json").document
    assert not document["ok"]
    (fault,) = document["faults"]
    assert mine.read_text(encoding="utf-8").splitlines()[fault["line"] - 1] == "every_days = 0"
    assert "every_days must be" in shell("questionnaire", "list").err


def test_a_copy_with_the_same_id_and_version_is_warned_about(shell: Shell, tmp_path: Path) -> None:
    mine = tmp_path / "peg.toml"
    mine.write_text(shell("questionnaire", "show", "peg").out.replace("Think of", "Think about"), encoding="utf-8")
    notes = shell("questionnaire", "check", mine, "--json").document["notes"]
    assert len(notes) == 3
    assert "Give it another version" in notes[2]


def test_the_pattern_check_is_shown_and_checked_too(shell: Shell, tmp_path: Path) -> None:
    mine = tmp_path / "pattern.toml"
    mine.write_text(shell("questionnaire", "show", "pattern").out, encoding="utf-8")
    assert "21 warning signs" in shell("questionnaire", "check", mine).out
    assert shell("questionnaire", "show", "pattern", "--json").document["id"] == "pattern"


def test_what_is_filled_stands_in_the_history_with_its_change(shell: Shell) -> None:
    fill = ("questionnaire", "fill", "gad-7", "--answers")
    shell(*fill, "2,2,2,2,2,2,2", "--on", "2026-10-01")
    shell(*fill, "1,2,2,2,2,2,-", "--on", "2026-10-15")
    filled = shell(*fill, "1,1,1,2,1,2,2", "--on", "2026-11-01", "--json").document
    listed = shell("questionnaire", "history", "gad-7", "--json").document
    assert [(each["on"], each["score"], each["change"], each["changed"]) for each in listed] == [
        ("2026-10-01", 14, None, None), ("2026-10-15", None, None, None), ("2026-11-01", 10, -4, True),
    ]  # fmt: skip
    assert listed[-1] == {key: value for key, value in filled.items() if key != "version"}
    assert "1 of the 7 questions has no answer" in shell("questionnaire", "history", "gad-7").out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("fill", "gad-7", "--answers", "1,2"), 2, "takes 7 answers, not 2. Nothing was changed."),
        (("fill", "peg", "--answers", "1,2,3", "--on", "2999-01-01"), 2, "not a day that can be told of yet"),
        (("fill", "peg", "--answers", "1,2,3", "--on", "soon"), 2, "write a day such as"),
        (("fill", "peg", "--answers", "1,x,3"), 2, "write one number a question"),
        (("fill", "peg"), 2, "--answers"),
        (("history", "phq-9"), 1, "There is no questionnaire 'phq-9'."),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_is_kept(
    shell: Shell, arguments: tuple[str, ...], status: int, words: str
) -> None:
    said = shell("questionnaire", *arguments, "--json")
    assert (said.status, words in said.sentence) == (status, True)
    assert shell("questionnaire", "history", "peg", "--json").document == []


def test_own_items_stand_in_the_history_one_by_one(shell: Shell) -> None:
    assert "not filled yet" in shell("questionnaire", "history", "own-items").out
    shell("questionnaire", "fill", "own-items", "--answers", "1,2,3,4,5,-")
    assert "danger 1, safety 2" in shell("questionnaire", "history", "own-items").out
