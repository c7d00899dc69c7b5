"""Questionnaire files: what comes with the program is in order, and every fault is told with its line."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.questionnaires.forms import QuestionnaireError, read_questionnaire
from protocols.questionnaires.library import (
    find_questionnaire,
    load_library,
    load_shelf,
    read_questionnaire_file,
)
from protocols.questionnaires.pattern import is_pattern, read_pattern
from protocols.questionnaires.specification import Answer, Scoring
from protocols.tables import Fault

SOUND = """\
format = 1
id = "rest"
title = "Rest"
about = "How rested one is."
version = 2
instruction = "Think of today."
looks_back_days = 1
every_days = 7
scoring = "sum"
answers = [
  { value = 0, text = "No" },
  { value = 1, text = "A little" },
  { value = 2, text = "Yes" },
]
difference = { points = 2, source = "Ours" }
validated = true
licence = "Free."
after = "Thank you."
sources = ["Ours"]

[[items]]
id = "sleep"
text = "Did you sleep?"

[[items]]
id = "pause"
text = "Did you pause?"

[[bands]]
from = 0
name = "little"
words = "Little rest."

[[bands]]
from = 3
name = "much"
words = "Much rest."

[[subscales]]
id = "night"
title = "Night"
items = ["sleep"]
mark = 2
"""
PATTERN = load_shelf().pattern.source


def faults_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(QuestionnaireError) as told:
        read_questionnaire(text, "my.toml")
    assert str(told.value) == "\n".join(f"my.toml, line {f.line}: {f.reason}" for f in told.value.faults)
    return [(fault.line, fault.reason) for fault in told.value.faults]


def test_a_sound_file_is_read_whole() -> None:
    read = read_questionnaire(SOUND, "my.toml")
    assert (read.id, read.version, read.every_days, read.scoring) == ("rest", 2, 7, Scoring.SUM)
    assert read.answers[1] == Answer(1, "A little")
    assert [item.id for item in read.items] == ["sleep", "pause"]
    assert [(band.least, band.name) for band in read.bands] == [(0.0, "little"), (3.0, "much")]
    assert (read.subscales[0].items, read.subscales[0].mark) == (("sleep",), 2)
    assert (read.difference.points, read.score_range, read.source) == (2.0, (0, 4), SOUND)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("format = 1", "format = 2", 1, "later format than 1"),
        ('id = "rest"', 'id = "Rest"', 2, "small letters, digits and hyphens"),
        ('title = "Rest"', "title = 3", 3, "title must be text in quotes, not 3"),
        ("version = 2", "verison = 2", 5, "'verison' is not known here"),
        ("looks_back_days = 1", "looks_back_days = 400", 7, "from 0 to 366, not 400"),
        ("every_days = 7", "every_days = 0", 8, "every_days must be a number from 1 to 366, not 0"),
        ("every_days = 7", "every_days = 1.5", 8, "must be a whole number, not 1.5"),
        ('scoring = "sum"', 'scoring = "total"', 9, "scoring must be one of sum, mean, each, not 'total'"),
        ("value = 1,", "value = -1,", 12, "value must be a number from 0 to 100, not -1"),
        ("value = 2,", "value = 1,", 13, "from the lowest value to the highest: 1 comes late"),
        ("points = 2, ", "", 15, "points is missing"),
        ("points = 2", "points = 5", 15, "a score can change by 4 at most, never by 5"),
        ("points = 2", "points = 0", 15, "points must be a number from 0.01"),
        ("points = 2", 'none = "Nobody knows"', 15, "'source' is not known here"),
        ('{ points = 2, source = "Ours" }', "2", 15, "difference must be a table"),
        ("validated = true", 'validated = "yes"', 16, "validated must be true or false"),
        ('sources = ["Ours"]\n', "", 16, "what is validated has sources"),
        ('id = "pause"', 'id = "sleep"', 26, "two items have the id 'sleep'"),
        ('text = "Did you pause?"\n', "", 25, "text is missing"),
        ('text = "Did you pause?"', 'text = "Did you pause?"\nlowest = "No"', 28, "'lowest' is not known here"),
        ("from = 0", "from = 1", 30, "the first band begins with the lowest score, 0, not 1"),
        ("from = 3", "from = 0", 35, "bands stand from the lowest to the highest"),
        ("from = 3", "from = 5", 35, "the highest score is 4; a band from 5 is never reached"),
        ("from = 3\n", "", 34, "from is missing"),
        ('words = "Much rest."', 'words = " "', 37, "words must be text in quotes"),
        ('items = ["sleep"]', 'items = ["dream"]', 42, "there is no item 'dream'; known: sleep, pause"),
        ('items = ["sleep"]', 'items = ["sleep", "sleep"]', 42, "'sleep' stands twice"),
        ('items = ["sleep"]', "items = []", 39, "a subscale has items"),
        ("mark = 2", "mark = 3", 43, "its highest sum is 2; 3 is never reached"),
        ("mark = 2", "mark = 1.5", 43, "mark must be a whole number"),
        ('after = "Thank you."', 'after = "Thank you."\nin_place_of = ["rest"]', 19, "names other questionnaires"),
        ('scoring = "sum"', 'scoring = "each"', 29, "bands need a score"),
        ('"Did you sleep?"', '"Did you sleep?', 23, "not TOML"),
        ("value = 2,", f"value = {'9' * 5000},", 13, "too many digits"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    assert SOUND.count(old) == 1
    faults = faults_of(SOUND.replace(old, new))
    assert [at for at, told in faults if re.search(reason, told)] == [line], faults


@pytest.mark.parametrize(
    ("scale", "reason"),
    [
        ("{ from = 0, to = 0 }", "to must be from 1 to 20 more than from"),
        ("{ from = 0, to = 50 }", "to must be from 1 to 20 more than from"),
        ("{ from = 0, till = 10 }", "to is missing"),
        ("{ from = 0, to = 'ten' }", "to must be a number from 0 to 100, not 'ten'"),
        ("10", "scale must be a table, not 10"),
    ],
)
def test_each_fault_of_a_scale_is_told_with_its_line(scale: str, reason: str) -> None:
    text = SOUND[: SOUND.index("answers")] + f"scale = {scale}\n" + SOUND[SOUND.index("difference") :]
    text = text.replace('?"', '?"\nlowest = "No"\nhighest = "Yes"')
    assert (10, reason) in faults_of(text)


@pytest.mark.parametrize("text", ["", "scale = { from = 0, to = 10 }\nanswers = []\n"])
def test_answers_are_words_or_a_scale_and_not_both(text: str) -> None:
    assert any("the answers are either answers" in reason for _, reason in faults_of(text))


def test_without_questions_nothing_is_asked() -> None:
    text = SOUND[: SOUND.index("[[items]]")] + SOUND[SOUND.index("[[bands]]") : SOUND.index("[[subscales]]")]
    assert faults_of(text) == [(1, "a questionnaire has at least one [[items]]")]


@given(st.permutations(range(4)), st.permutations(range(10)))
def test_the_order_of_the_file_does_not_matter_but_for_the_questions(tables: list[int], keys: list[int]) -> None:
    head, *rest = SOUND.split("\n[[")
    start, answers = head.split("answers = [")
    listed, end = answers.split("]\n", 1)
    lines = [*start.strip().splitlines(), *end.strip().splitlines()]
    lines = [lines[i] for i in keys] + lines[len(keys) :]
    parts = [f"\n[[{part}" for part in rest]
    questions, others = parts[:2], parts[2:]
    subscale, bands = others[2:], others[:2]
    laid = [questions[0], questions[1], *bands, *subscale] if tables[0] < 2 else [*subscale, *bands, *questions]
    text = "\n".join([*lines, f"answers = [{listed}]", *laid])
    read, plain = read_questionnaire(text, "my.toml"), read_questionnaire(SOUND, "my.toml")
    for name in ("id", "items", "bands", "subscales", "answers", "difference", "scoring", "sources"):
        assert getattr(read, name) == getattr(plain, name)


@given(st.text(max_size=60), st.integers(0, len(SOUND)), st.integers(0, 40))
def test_whatever_stands_in_a_file_is_read_or_told(noise: str, at: int, gone: int) -> None:
    text = SOUND[:at] + noise + SOUND[at + gone :]
    faults: tuple[Fault, ...] = ()
    try:
        read_questionnaire(text, "my.toml")
    except QuestionnaireError as error:
        faults = error.faults
    assert all(1 <= fault.line <= text.count("\n") + 1 for fault in faults)


def test_those_of_the_program_are_in_order_and_say_who_may_use_them() -> None:
    library = load_library()
    assert [each.id for each in library] == ["peg", "gad-7", "phq-8", "phq-4", "own-items"]
    for each in library:
        assert each.licence
        assert each.validated == bool(each.sources)
        assert each.difference.source
        assert each.notes
        for other in each.in_place_of:
            assert other in [found.id for found in library]


def test_the_own_items_say_that_they_are_not_validated() -> None:
    own = find_questionnaire("own-items")
    assert (own.validated, own.scoring, own.difference.points) == (False, Scoring.EACH, None)
    assert any("Not validated" in note for note in own.notes)


def test_own_files_take_the_place_of_those_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(SOUND.replace('"rest"', '"peg"'))
    (tmp_path / "twice.toml").write_text(SOUND.replace('"rest"', '"peg"'))
    (tmp_path / "new.toml").write_text(SOUND)
    (tmp_path / "broken.toml").write_text(SOUND.replace("version = 2", "version = 0"))
    (tmp_path / ".hidden.toml").write_text("nonsense")
    shelf = load_shelf(tmp_path)
    assert [each.id for each in shelf.questionnaires] == ["peg", "gad-7", "phq-8", "phq-4", "own-items", "rest"]
    assert shelf.questionnaires[0].title == "Rest"
    assert [fault.split("/")[-1] for fault in shelf.faults] == [
        "broken.toml, line 5: version must be a number from 1 to 1e+06, not 0",
        "twice.toml is left out: mine.toml has the id 'peg' too.",
    ]
    assert shelf.pattern.source == PATTERN


def test_an_own_pattern_check_takes_the_place_of_the_programs_only_where_it_is_in_order(tmp_path: Path) -> None:
    own = tmp_path / "pattern.toml"
    own.write_text(PATTERN.replace("every_days = 28", "every_days = 14"), encoding="utf-8")
    assert load_shelf(tmp_path).pattern.every_days == 14
    own.write_text(PATTERN.replace("every_days = 28", "every_days = 0"), encoding="utf-8")
    shelf = load_shelf(tmp_path)
    assert shelf.pattern.every_days == 28
    assert ["every_days must be" in fault for fault in shelf.faults] == [True]


def test_what_cannot_be_found_or_read_is_told(tmp_path: Path) -> None:
    for name, words in (
        ("gad7", "Did you mean 'gad-7'"),
        (str(tmp_path / "none.toml"), "There is no file"),
        ("x" * 5000, "There is no questionnaire"),
    ):
        with pytest.raises(QuestionnaireError, match=words):
            find_questionnaire(name)
    (tmp_path / "latin.toml").write_bytes(b"title = '\xe9'")
    with pytest.raises(QuestionnaireError, match="not a text file in UTF-8"):
        read_questionnaire_file(tmp_path / "latin.toml")
    with pytest.raises(QuestionnaireError, match="far too long for a questionnaire"):
        read_questionnaire("#" * 300_001, "my.toml")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id = "weight"', 'id = "chest"', "two questions have the id 'chest'"),
        ('id = "moves"', 'id = "chest"', "two questions have the id 'chest'"),
        ('urgency = "soon"', 'urgency = "emergency"', "red_flags of each kind are needed; there is none of soon"),
        ('group = "context"', 'group = "triggered"', "signs of each kind are needed; there is none of context"),
        ('"functional"\nquestion = "Did it begin without', '"triggered"\nquestion = "Did it begin without',
         "signs stand in this order: functional, inconsistent, triggered, context"),
        ("[bodily]", "[body]", "bodily is missing"),
        ("soon = ", "later = ", "soon is missing"),
        ("every_days = 28", "every_days = 0", "every_days must be a number from 1"),
        ('told = "It moves from place to place."\n', "", "told is missing"),
    ],
)  # fmt: skip
def test_each_fault_of_a_pattern_check_is_told(old: str, new: str, reason: str) -> None:
    assert old in PATTERN
    with pytest.raises(QuestionnaireError) as told:
        read_pattern(PATTERN.replace(old, new), "pattern.toml")
    assert reason in [fault.reason[: len(reason)] for fault in told.value.faults]
    assert all(fault.line >= 1 for fault in told.value.faults)


def test_the_two_kinds_of_file_are_told_apart() -> None:
    assert is_pattern(PATTERN, "x")
    assert not is_pattern(SOUND, "x")
