"""Exercise files: the library is in order, and every fault of a file is told with its line."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.feedback import smoothness_goal
from protocols.forms import ExerciseError, read_exercise
from protocols.library import find_exercise, load_library, load_shelf, read_exercise_file
from protocols.pacing_forms import check_rate
from protocols.phases import Feedback, Rating, Role
from protocols.tables import Fault

SOUND = """\
format = 1
id = "evening-breathing"
title = "Evening breathing"
purpose = "Ten slow minutes."
version = 2
ratings = ["pain"]
advice = \"\"\"Sit.
minutes = no key, but advice\"\"\"
evidence = ["Lehrer 2020"]

[[phases]]
name = "baseline"
title = "As you are"
role = "baseline"
minutes = 2

[[phases]]
name = "breathe"
title = "Slow breathing"
role = "practice"
minutes = 7
stretch = true
feedback = "smoothness"
pacing = { rate_per_min = 5.5, inhale = 4, exhale = 6 }
prompts = [
  { at_s = 0, every_s = 180, text = "Soft." },
  { at_s = 60, text = "Slow." },
]
"""


def faults_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ExerciseError) as told:
        read_exercise(text, "my.toml")
    assert str(told.value) == "\n".join(f"my.toml, line {f.line}: {f.reason}" for f in told.value.faults)
    return [(fault.line, fault.reason) for fault in told.value.faults]


def test_a_sound_file_is_read_whole() -> None:
    exercise = read_exercise(SOUND, "my.toml")
    baseline, breathe = exercise.phases
    assert (exercise.id, exercise.version, exercise.minutes) == ("evening-breathing", 2, 9.0)
    assert exercise.ratings == (Rating.PAIN,)
    assert exercise.source == SOUND
    assert (baseline.role, baseline.pacing, baseline.feedback, baseline.stretch) == (
        Role.BASELINE, None, Feedback.NONE, False,
    )  # fmt: skip
    assert breathe.pacing is not None
    assert (breathe.pacing.rate_per_min, breathe.pacing.inhale, breathe.pacing.exhale) == (5.5, 4.0, 6.0)
    assert breathe.feedback is Feedback.SMOOTHNESS
    assert [(p.at_s, p.every_s, p.text) for p in breathe.prompts] == [(0.0, 180.0, "Soft."), (60.0, None, "Slow.")]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("format = 1", "format = 3", 1, "later format than 2"),
        ("format = 1\n", "", 1, "format is missing"),
        ('"evening-breathing"', '"Evening Breathing"', 2, "small letters, digits and hyphens, not 'Evening Breathing'"),
        ('title = "Evening breathing"', "title = 3", 3, "title must be text in quotes, not 3"),
        ('purpose = "Ten slow minutes."', 'purpose = " "', 4, "purpose must be text in quotes"),
        ("version = 2", "version = 0", 5, "version must be a number from 1"),
        ("version = 2", "verison = 2", 5, "'verison' is not known here; known: .*version"),
        ('["pain"]', '["joy"]', 6, "a rating is one of pain, unpleasantness, .*, not 'joy'"),
        ('["pain"]', '"pain"', 6, "ratings must be a list"),
        ('["pain"]', '["pain", "pain"]', 6, "'pain' stands twice"),
        ('["Lehrer 2020"]', "[2020]", 9, "evidence must be a list of texts, not 2020"),
        ('role = "baseline"', 'role = "base"', 14, "role must be one of settle, baseline, practice, challenge"),
        ('role = "baseline"\n', "", 11, "role is missing"),
        ("minutes = 2", "minutes = 0", 15, "minutes must be a number from 0.05 to 180, not 0"),
        ("minutes = 2", 'minutes = "2"', 15, "minutes must be a number from 0.05 to 180, not '2'"),
        ("minutes = 2", "minutes = true", 15, "minutes must be a number from 0.05 to 180, not true"),
        ("minutes = 2", "minutes = nan", 15, "minutes must be a number from 0.05 to 180, not nan"),
        ("minutes = 7", "minutes = 181", 21, "minutes must be a number from 0.05 to 180, not 181"),
        ("stretch = true", "stretch = 1", 22, "stretch must be true or false, not 1"),
        ("stretch = true\n", "lengths = [5, 10]\n", 22, "'lengths' is not known here"),
        ("minutes = 2", "minutes = 2\nleast_minutes = 3", 16, "least_minutes must be at most minutes, 2"),
        ("minutes = 2", "minutes = 2\nprompts = [{ at_s = 120, text = 'x' }]", 16, "at 120 s the phase of 120 s is"),
        ("minutes = 2", "minutes = 2\nwhen = { hands = 'left' }", 16, "there is no choice 'hands'; known: none"),
        ("minutes = 2", "minutes = 2\nuntil = 'later'", 16, "until must be one of time, person, recovered, steady"),
        ("version = 2", "version = 2\ncautions = ['heights']", 6, "a caution is one of heart, slow-breathing"),
        ("version = 2", "version = 2\nlengths = [5, 500]", 6, "lengths must be numbers from 0.5 to 180, not 500"),
        ("version = 2", "version = 2\nfinds = 'recovery'", 6, "recovery needs a phase of each of the roles"),
        ("version = 2", "version = 2\nfinds = 'resonance'", 6, "resonance needs a phase whose pacing has steps"),
        ('"smoothness"', "{ measure = 'calm', shown_s = 9 }", 23, "shown_s and of_s go together"),
        ('"smoothness"', "{ measure = 'calm', shown_s = 9, of_s = 5 }", 23, "shown_s must be at most of_s, 5"),
        ('"smoothness"', "{ measure = 'calm', channel = 'smell' }", 23, "channel must be one of both, picture, sound"),
        ('"smoothness"', "'calm'\nshow = 'quiet'", 24, "a quiet screen has no picture of an answer"),
        ("rate_per_min = 5.5, inhale = 4", "steps = { rates_per_min = [6], each_s = 60 }, inhale = 4", 24, "at least"),
        ("rate_per_min = 5.5, inhale = 4", "slides = { from_per_min = 6, to_per_min = 5, breaths = 9 }, inhale = 4", 22,
         "stretch is left out where pacing has steps or slides"),
        ("rate_per_min = 5.5, inhale = 4, exhale = 6", "seconds = { inhale = 1, exhale = 2 }", 24, "that is 20"),
        ('"smoothness"', '"speed"', 23, "feedback must be one of none, smoothness, calm, alpha, .*, not 'speed'"),
        ("rate_per_min = 5.5", "rate_per_min = 55", 24, "rate_per_min must be a number from 3 to 10, not 55"),
        ("rate_per_min = 5.5", "rate_per_min = 5.55", 24, "goes in steps of 0.1 a minute, not 5.55"),
        ("rate_per_min = 5.5, ", "", 24, "rate_per_min is missing"),
        ("inhale = 4", "inhale = 0", 24, "inhale must be a number from 0.1 to 60, not 0"),
        ("inhale = 4", "inspire = 4", 24, "'inspire' is not known here; known: .*inhale"),
        ("{ rate_per_min = 5.5, inhale = 4, exhale = 6 }", "5.5", 24, "pacing must be a table"),
        ("at_s = 0", "at_s = -1", 26, "at_s must be a number from 0"),
        ('at_s = 60, text = "Slow."', "at_s = 60", 27, "text is missing"),
        ("at_s = 60", "at = 60", 27, "at must be a number from 0 to 1, not 60"),
        ('name = "breathe"', 'name = "baseline"', 18, "two phases are called 'baseline'"),
        ("version = 2", "version = 1.5", 5, "version must be a whole number, not 1.5"),
        ('title = "Evening breathing"', 'title = "Evening\\nbreathing"', 3, "title must be one line"),
        ('title = "Evening breathing"', 'title = "E\\u001b[2J"', 3, "title holds a character that cannot be shown"),
        ('title = "Evening breathing"', f'title = "{"x" * 999}"', 3, "at most 120 characters"),
        ("minutes = 7", f"minutes = {'9' * 5000}", 21, "too many digits"),
        ("minutes = 7", f"minutes = 0x{'f' * 9000}", 21, "not a number with so many digits"),
        ("minutes = 7", f"minutes = {'[' * 5000}{']' * 5000}", 21, "too many brackets inside each other"),
        ("minutes = 7", f"minutes{'.a' * 3000} = 1", 21, "a key has more than 20 parts"),
        ("minutes = 7", "minutes = 2024-01-01", 21, "not 2024-01-01"),
        ("minutes = 7", '"minutes" = 700', 21, "not 700"),
        ('"evening-breathing"', "\u201cevening\u201d", 2, "straight quotes"),
        ("rate_per_min = 5.5", 'rate = "fast"', 24, "rate must be \"resonance\", not 'fast'"),
        ("rate_per_min = 5.5", 'rate_per_min = 5.5, rate = "resonance"', 24, "rate_per_min and rate exclude"),
        ("rate_per_min = 5.5, inhale", "seconds = { inhale = 4, exhale = 6 }, inhale", 24, "seconds and inhale"),
        ("rate_per_min = 5.5, inhale = 4, exhale = 6", "rate_per_min = 3, inhale = 0.1, hold_full = 60", 24, "in w"),
        ("pacing = { rate_per_min = 5.5, inhale = 4, exhale = 6 }", "pacing.rate_per_min = 5.5\npacing.exhale = 99", 25,
         "exhale must be a number from 0.1 to 60, not 99"),
        ("rate_per_min = 5.5, inhale = 4", "steps = { rates_per_min = [6, 5, 6], each_s = 60 }, inhale = 4", 24,
         "6 stands twice"),
        ("rate_per_min = 5.5, inhale = 4, exhale = 6",
         "steps = { rates_per_min = [3, 4, 5, 6, 7, 8, 9], each_s = 1800 }", 24,
         "that takes 210 minutes; a phase has at most 180"),
        ("rate_per_min = 5.5, inhale = 4", "steps = 3, slides = 4, inhale = 4", 24, "steps and slides exclude"),
        ("every_s = 180", "every_s = 0.001", 26, "every_s must be a number from 1 to 10800"),
        ("at_s = 60", "at_s = 0", 27, "two prompts come at the same moment"),
        ("at_s = 60", "at = 1", 27, "at 1 the phase is over"),
        ('{ at_s = 60, text = "Slow." }', '"Slow."', 27, "prompts must be a table, not 'Slow.'"),
        ("minutes = 2", "minutes = 2\nuntil = 'recovered'", 16, "needs phases of the roles baseline"),
        ("stretch = true", "until = 'steady'", 22, "only a phase of the role baseline"),
        ("version = 2", "version = 2\nfinds = 'trial'", 6, "trial needs a choice with drawn = true"),
        ("version = 2", "version = 2\nlengths = [\n  5,\n  500,\n]", 8, "not 500"),
        ("minutes = 7", "minutes = ", 21, "not TOML"),
        ("version = 2", "version = 2\nversion = 3", 6, "not TOML"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    assert SOUND.count(old) == 1
    faults = faults_of(SOUND.replace(old, new))
    assert [at for at, told in faults if re.search(reason, told)] == [line], faults


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = SOUND.replace("version = 2", "version = 0").replace("minutes = 7", "minutes = 999").replace("inhale", "inn")
    assert [line for line, _ in faults_of(text)] == [5, 21, 24]


def test_tables_of_their_own_are_told_with_their_own_lines() -> None:
    text = SOUND[: SOUND.index("pacing =")] + (
        "[phases.pacing]\nrate_per_min = 5.5\ninhale = 99\n\n[[phases.prompts]]\ntext = 'a'\n\n"
        "[[phases.prompts]]\ntext = 1\nat = 0.5\n[[phases.notes]]\ntext = 'b'\n"
    )
    assert [line for line, _ in faults_of(text)] == [26, 32, 34]


def test_lists_written_in_one_line_are_told_with_that_line() -> None:
    one_line = '[{ at_s = 0, text = "a" }, { at_s = -1, text = "b" }]'
    text = SOUND[: SOUND.index("prompts =")] + f"prompts = {one_line}\n"
    assert [line for line, _ in faults_of(text)] == [25]


CHOICE = """\
[[choices]]
id = "hands"
title = "Which"
options = [{ id = "left", title = "Left" }, { id = "right", title = "Right" }]
"""


@pytest.mark.parametrize(
    ("choices", "when", "line", "reason"),
    [
        (CHOICE + CHOICE, "{ hands = 'left' }", 16, "two choices have the id 'hands'"),
        (CHOICE.replace('"right"', '"left"'), "{ hands = 'left' }", 14, "two options have the id 'left'"),
        (CHOICE.replace('"hands"', '"my hands"'), "{ 'my hands' = 'left' }", 12, "id is made of small letters"),
        (CHOICE + "drawn = true\n", "{ hands = 'left' }", 15, 'only an exercise with finds = "trial" draws lots'),
        (CHOICE, "{}", 11, "no phase depends on hands"),
        (CHOICE, "{ hands = [] }", 26, "hands must be an option in quotes, or a list of them"),
        (CHOICE, "{ hands = ['left', 'both'] }", 26, "hands has no option 'both'; known: left, right"),
    ],
)
def test_choices_that_lead_nowhere_are_told(choices: str, when: str, line: int, reason: str) -> None:
    text = SOUND.replace("[[phases]]", f"{choices}[[phases]]", 1).replace("stretch = true", f"when = {when}")
    faults = faults_of(text)
    assert [at for at, told in faults if reason in told] == [line], faults


def test_something_is_left_whatever_is_chosen() -> None:
    text = SOUND.replace("[[phases]]", f"{CHOICE}[[phases]]", 1)
    for role in ("baseline", "practice"):
        text = text.replace(f'role = "{role}"', f"role = '{role}'\nwhen = {{ hands = 'left' }}")
    assert faults_of(text) == [(15, "every phase depends on a choice: at least one must be without when")]


def test_one_bracket_too_few_is_told_so() -> None:
    text = SOUND[: SOUND.index('[[phases]]\nname = "breathe"')].replace("[[phases]]", "[phases]")
    assert faults_of(text) == [(11, "phases must be a list of tables: begin each with [[phases]], in two brackets")]


def test_a_text_left_open_is_told_where_it_begins() -> None:
    assert [line for line, _ in faults_of(SOUND.replace('but advice"""', "but advice"))] == [7]


@pytest.mark.parametrize(
    "harmless", ["x = '{[' # }", 'x = 1 # """ it\'s {', 'x = "a # b"', "x = [ # [\n ]", "x = '''{\n[[phases]]\n'''"]
)
def test_brackets_and_quotes_in_texts_and_remarks_move_no_line(harmless: str) -> None:
    text = SOUND.replace("version = 2", f"version = 2\n{harmless}").replace("at_s = 60", "at_s = -1")
    line = text.split("\n").index('  { at_s = -1, text = "Slow." },') + 1
    assert [at for at, told in faults_of(text) if told.startswith("at_s")] == [line]


def test_what_stands_in_a_long_text_is_no_key() -> None:
    text = SOUND.replace("version = 2\n", "").replace("[[phases]]", "version = 0\n\n[[phases]]", 1)
    text = text.replace("minutes = no key", "version = no key")
    assert [line for line, _ in faults_of(text)] == [10]


def test_a_file_without_phases_is_no_exercise() -> None:
    text = SOUND[: SOUND.index("[[phases]]")]
    assert [reason for _, reason in faults_of(text)] == ["an exercise has at least one [[phases]]"]


@pytest.mark.parametrize("text", ["", "phases = 3", "phases = [1]", "[phases]", "a = [", "\x00", 'id = "x'])
def test_nonsense_is_told_and_never_breaks(text: str) -> None:
    assert faults_of(text)


@given(st.text(max_size=60), st.integers(0, len(SOUND)))
def test_no_slip_of_the_pen_breaks_the_reader(slip: str, at: int) -> None:
    text = SOUND[:at] + slip + SOUND[at:]
    faults: tuple[Fault, ...] = ()
    try:
        read_exercise(text, "my.toml")
    except ExerciseError as error:
        faults = error.faults
    assert all(1 <= fault.line <= text.count("\n") + 1 for fault in faults)


def test_the_library_is_valid_and_its_names_are_unique() -> None:
    library = load_library()
    assert {"paced-breathing", "quiet-rest"} <= {exercise.id for exercise in library}
    assert len({exercise.id for exercise in library}) == len(library)
    for exercise in library:
        assert exercise.advice
        assert exercise.evidence
        assert find_exercise(exercise.id) == exercise
        assert read_exercise(exercise.source, exercise.id) == exercise


def test_slow_breathing_has_a_baseline_before_and_a_rest_after() -> None:
    roles = [phase.role for phase in find_exercise("paced-breathing").choosing({"begin": "rest"})]
    assert roles == [Role.SETTLE, Role.BASELINE, Role.PRACTICE, Role.RECOVERY]


def test_slow_breathing_begins_with_the_first_breath_and_its_mark_does_not_need_a_rest() -> None:
    for minutes in (None, *find_exercise("paced-breathing").lengths):
        exercise = find_exercise("paced-breathing")
        first = (exercise.lasting(minutes) if minutes else exercise).phases[0]
        assert (first.role, first.pacing is not None) == (Role.PRACTICE, True)
    assert smoothness_goal(None) == pytest.approx(0.53)


def test_an_exercise_is_found_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(SOUND, encoding="utf-8")
    assert find_exercise(str(path)).id == "evening-breathing"
    assert read_exercise_file(path).source == SOUND


@pytest.mark.parametrize("name", ["no-such", "x" * 300, "~nobody-of-that-name/x", ""])
def test_an_exercise_that_is_not_there_is_told_with_those_that_are(name: str) -> None:
    with pytest.raises(ExerciseError, match=r"There is no exercise .*Choose one of: .*paced-breathing"):
        find_exercise(name)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("title = 'müde'".encode("latin-1"))
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    for path, words in (
        (tmp_path / "missing.toml", "There is no file .*missing.toml"),
        (latin, "is not a text file in UTF-8"),
        (folder, "cannot be read"),
    ):
        with pytest.raises(ExerciseError, match=words):
            find_exercise(str(path))


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert read_exercise_file(path).id == "evening-breathing"


@pytest.mark.parametrize("rate_per_min", [3.0, 3.1, 4.5, 5.6, 6.7, 10.0])
def test_a_rate_that_can_be_chosen(rate_per_min: float) -> None:
    assert check_rate(rate_per_min) is None


@pytest.mark.parametrize("rate_per_min", [2.9, 10.1, 5.55, float("nan"), -6.0])
def test_a_rate_that_cannot(rate_per_min: float) -> None:
    assert f"not {rate_per_min:g}" in str(check_rate(rate_per_min))


def test_a_file_far_too_long_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    path.write_text(f"# {'x' * 400_000}\n{SOUND}")
    with pytest.raises(ExerciseError, match="far too long for an exercise"):
        read_exercise_file(path)


def test_two_files_with_one_id_are_told_and_the_first_stands(tmp_path: Path) -> None:
    for name, title in (("a", "First"), ("b", "Second"), (".c", "Hidden")):
        (tmp_path / f"{name}.toml").write_text(SOUND.replace("Evening breathing", title))
    shelf = load_shelf(tmp_path)
    assert [e.title for e in shelf.exercises if e.id == "evening-breathing"] == ["First"]
    assert shelf.faults == (f"{tmp_path / 'b.toml'} is left out: a.toml has the id 'evening-breathing' too.",)


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path == tmp_path:
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    shelf = load_shelf(tmp_path)
    assert shelf.faults == (f"Your own exercises in {tmp_path} cannot be read: Permission denied.",)
    assert shelf.exercises == load_library()
