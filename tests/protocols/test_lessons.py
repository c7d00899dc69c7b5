"""Lessons: those that come with the program are in order and easy to read; every fault of a file has its line."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.sound.speech import LONGEST_S
from protocols.lessons.forms import LessonError, read_lesson
from protocols.lessons.library import find_lesson, lesson_ids, load_lesson_shelf, load_lessons
from protocols.lessons.specification import ASKED, WORDS_PER_MIN, Block, Kind, Lesson, Picture, Run
from protocols.library import load_library
from protocols.specification import Exercise
from protocols.tables import Fault
from tests.reading import GRADE_OF_TWELVE, grade, sentences, syllables

LESSONS = load_lessons()
SOUND = """\
+++
format = 1
id = "on-hope"
title = "On hope"
version = 1
minutes = 0.5
stage = 4
question = "What do I hope for?"
sources = [
  { authors = "Raja et al.", year = 2020, journal = "Pain 161:1976", doi = "10.1097/j.pain.0000000000001939" },
]
+++

## A word

Hope is *quiet* and **small**
at first. It may rest. It may come back, in its own time, when nobody looks for it. That is all there is to it.

- It needs no reason
- It needs little room
- It need not be shown to anybody, and it is not measured here
"""
SYLLABLES = {
    1: "pain make looked while don't days eyes breath through strength tired likes moved rings touch tried asks voice",
    2: "alarm little body quiet rested settled places lonely careful movement being trying doctor gentle "
    "harmless power going flower needed changes friendly isn't couldn't neighbour people touches",
    3: "area medicine family exercise medium radio hospital remember tomorrow",
    4: "operation ability stimulation population",
}


def told_of(text: str) -> tuple[tuple[Fault, ...], tuple[Block, ...]]:
    try:
        return (), read_lesson(text, "my.md").blocks
    except LessonError as error:
        return error.faults, ()


@pytest.mark.parametrize("count", SYLLABLES)
def test_syllables_are_counted_as_they_are_spoken(count: int) -> None:
    words = SYLLABLES[count].split()
    assert {word: syllables(word) for word in words} == dict.fromkeys(words, count)


def test_the_grade_is_that_of_the_formula() -> None:
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert grade(["Operation population ability.", "Stimulation."]) == pytest.approx(0.39 * 2 + 11.8 * 4 - 15.59)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_is_read_by_a_twelve_year_old(lesson: Lesson) -> None:
    texts = [lesson.title, *(block.text for block in lesson.blocks), lesson.question]
    assert grade(texts) <= GRADE_OF_TWELVE
    assert max(map(len, sentences("\n".join(texts)))) <= 20


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_is_two_minutes_and_promises_nothing(lesson: Lesson) -> None:
    text = " ".join(block.text for block in lesson.blocks).lower()
    assert 250 <= lesson.n_words <= 330
    assert lesson.sources
    assert lesson.exercise in {exercise.id for exercise in load_library()}
    for word in (
        "cure",
        "heals you",
        "guarantee",
        "diagnos",
        "all in your head",
        "damage to your",
        "should feel",
        "fail to",
    ):
        assert word not in text
    assert not re.search(r"(real|organ|recogn|sensit)iz|behavior|color|center|neighbor|practic(ed|ing)", text)


@pytest.mark.parametrize("exercise", load_library(), ids=lambda exercise: exercise.id)
def test_an_exercise_is_read_and_heard_by_a_twelve_year_old(exercise: Exercise) -> None:
    prompts = [prompt.text for phase in exercise.parts for prompt in phase.prompts]
    assert grade(prompts) <= GRADE_OF_TWELVE
    assert grade([exercise.purpose, exercise.advice]) <= GRADE_OF_TWELVE


def test_the_lessons_lead_through_the_five_stages_with_three_pictures() -> None:
    assert [lesson.stage for lesson in LESSONS] == sorted(lesson.stage for lesson in LESSONS)
    assert {lesson.stage for lesson in LESSONS} == {1, 2, 3, 4, 5}
    assert {lesson.picture for lesson in LESSONS} == {None, *Picture}
    assert len({lesson.id for lesson in LESSONS}) == len(LESSONS) == 14


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_is_spoken_whole_in_pieces_that_the_voice_can_say(lesson: Lesson) -> None:
    said = lesson.spoken()
    assert [each.text for each in said[1 : 1 + len(lesson.blocks)]] == [block.text for block in lesson.blocks]
    assert said[-2].text == ASKED
    assert said[-1].text == lesson.question
    assert all(60 * len(each.text.split()) / WORDS_PER_MIN < LONGEST_S for each in said)
    assert all(each.text[-1] in '.?!:"' for each in said)


def test_a_sound_file_is_read_whole() -> None:
    lesson = read_lesson(SOUND, "my.md")
    assert lesson.blocks == read_lesson(SOUND.replace("\n", "\r\n"), "my.md").blocks
    assert [block.kind for block in lesson.blocks] == [Kind.HEADING, Kind.PARAGRAPH, *3 * [Kind.ITEM]]
    assert lesson.blocks[1].runs[:5] == (
        Run("Hope is "),
        Run("quiet", is_emphasised=True),
        Run(" and "),
        Run("small", is_strong=True),
        Run(" "),
    )
    assert (lesson.stage, lesson.exercise, lesson.picture, lesson.sources[0].year) == (4, "", None, 2020)
    assert lesson.spoken()[1].text == "A word."


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("+++\nformat", "format", 1, "begins with a line +++"),
        ("stage = 4", "stage = 6", 7, "stage must be a number from 1 to 5, not 6"),
        ('title = "On hope"\n', "", 1, "title is missing"),
        ("minutes = 0.5", "minutes = 5", 6, "words take about 0."),
        ("stage = 4", 'stage = 4\npicture = "dragon"', 8, "picture must be one of alarm"),
        ("stage = 4", "stage = 4\nmood = 1", 8, "'mood' is not known here"),
        ("stage = 4", "stage = \u201c4\u201d", 7, "text stands in straight quotes"),
        ("10.1097/", "https://doi.org/10.1097/", 10, "without https"),
        ("year = 2020", "year = 20", 10, "year must be a number from"),
        ("## A word", "# A word", 14, "a heading begins with ##"),
        ("## A word", "> A word", 14, "quotations with > cannot be shown"),
        ("## A word", "[A word](http://a.b)", 14, "links cannot be shown"),
        ("## A word", "[a]: http://a.b", 14, "links cannot be shown"),
        ("## A word", "![A word](a.png)", 14, "pictures cannot be shown"),
        ("## A word", "<b>A word</b>", 14, "HTML cannot be shown"),
        ("## A word", "<script>", 14, "HTML cannot be shown"),
        ("## A word", "`A word`", 14, "code cannot be shown"),
        ("## A word", "1. A word", 14, "numbered lists cannot be shown"),
        ("## A word", "| A | word |\n|---|---|", 14, "tables cannot be shown"),
        ("at first", "at \x07first", 17, "a character here cannot be shown"),
        ("- It needs little room", "  - It needs little room", 20, "lists in lists cannot be shown"),
        ("It may rest.", "It may rest. " * 60, 16, "words in one paragraph"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in SOUND
    with pytest.raises(LessonError) as told:
        read_lesson(SOUND.replace(old, new, 1), "my.md")
    assert [fault.line for fault in told.value.faults if words in fault.reason] == [line], told.value
    assert str(told.value).startswith("my.md, line ")


def test_a_file_without_text_or_sources_is_told() -> None:
    with pytest.raises(LessonError, match="there is no text"):
        read_lesson(SOUND[: SOUND.rindex("+++") + 4], "my.md")
    with pytest.raises(LessonError, match="at least one source"):
        read_lesson(re.sub(r"(?s)sources = \[.*?\n\]", "sources = []", SOUND), "my.md")


@given(st.text(max_size=300), st.booleans())
def test_whatever_is_in_a_file_it_is_a_lesson_or_told(text: str, has_front: bool) -> None:
    whole = SOUND + text if has_front else text
    faults, blocks = told_of(whole)
    assert bool(faults) != bool(blocks)
    assert all(1 <= fault.line <= whole.count("\n") + 1 for fault in faults)


def test_lessons_are_known_by_the_names_of_their_files(tmp_path: Path) -> None:
    assert lesson_ids() == {lesson.id for lesson in LESSONS}
    (tmp_path / "any.md").write_text(LESSONS[0].source.replace(f'"{LESSONS[0].id}"', '"our-clinic"'), encoding="utf-8")
    (tmp_path / "faulty.md").write_text("nothing", encoding="utf-8")
    assert lesson_ids(tmp_path) == {"our-clinic", *(lesson.id for lesson in LESSONS)}


def test_own_lessons_take_their_place_and_faulty_ones_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(SOUND.replace("on-hope", "brain-training"), encoding="utf-8")
    (tmp_path / "b.md").write_text("no lesson", encoding="utf-8")
    (tmp_path / "c.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "d.md").write_text(SOUND.replace("on-hope", "brain-training"), encoding="utf-8")
    (tmp_path / "e.md").mkdir()
    (tmp_path / "f.md").write_text(SOUND, encoding="utf-8-sig")
    shelf = load_lesson_shelf(tmp_path)
    assert len(shelf.lessons) == len(LESSONS) + 1
    assert find_lesson("brain-training", tmp_path).title == "On hope"
    assert len(shelf.faults) == 4
    assert load_lesson_shelf(tmp_path / "nowhere").faults == ()


def test_a_lesson_that_is_missed_is_told_with_the_nearest() -> None:
    with pytest.raises(LessonError, match="Did you mean 'why-it-can-change'"):
        find_lesson("why-it-can-chang")
