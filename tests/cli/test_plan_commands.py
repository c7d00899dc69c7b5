"""The course of a person from the command line."""

from pathlib import Path

from tests.cli.shell import Shell


def test_a_course_is_begun_walked_and_changed(shell: Shell) -> None:
    shell("people", "add", "Ana")
    assert shell("plan", "--person", "Ana", "--json").document["stage"] is None
    begun = shell("plan", "set", "four-weeks", "--person", "ana", "--json").document
    assert (begun["person"], begun["stage"], begun["today"]["practice"]["exercise"]) == ("Ana", 1, "quiet-rest")
    assert [each["now"] for each in begun["weeks"]] == [True, False, False, False]
    assert begun["done"]["days_practised"] == 0
    assert len(begun["days"]) == 7
    assert shell("plan", "stage", "2", "--person", "Ana", "--json").document["today"]["week"] == 2
    assert shell("plan", "week", "--stay", "--person", "Ana", "--json").document["stays"] is True
    changed = ("plan", "practice", "body-scan", "--days", "1", "--minutes", "10", "--person", "Ana", "--json")
    assert shell(*changed).document["weeks"][1]["practices"][-1]["exercise"] == "body-scan"
    assert shell("plan", "goal", "dance again", "--person", "Ana", "--json").document["goals"] == ["dance again"]
    assert shell("plan", "set", "flares", "--person", "Ana", "--json").document["goals"] == ["dance again"]
    assert shell("plan", "goal", "Dance again", "--remove", "--person", "Ana", "--json").document["goals"] == []
    assert "When flares come: week 1 of 3, lower the alarm" in shell("plan", "--person", "Ana").out
    assert shell("plan", "--json").document["today"] is None


def test_what_cannot_be_is_refused_and_nothing_changed(shell: Shell, tmp_path: Path) -> None:
    assert "There is no plan yet" in shell("plan", "stage", "2").sentence
    assert "There is no plan yet" in shell("plan").out
    shell("plan", "set", "four-weeks")
    before = shell("plan", "--json").document
    for wrong, words in {
        ("stage", "6"): "stages 1 to 5",
        ("week", "9"): "weeks 1 to 4",
        ("week",): "Name a week",
        ("goal", " "): "needs a word",
        ("goal", "swim", "--remove"): "no such goal",
        ("practice", "body-scan", "--days", "6"): "do not fit into a week",
        ("practice", "paced-breathing", "--days", "1", "--minutes", "1"): "takes at least",
        ("practice", "flare", "--days", "1", "--minutes", "20"): "length of its own",
    }.items():
        said = shell("plan", *wrong)
        assert (said.status, words in said.sentence) == (2, True), wrong
    assert "Did you mean 'flares'" in shell("plan", "set", "flare").sentence
    assert shell("plan", "--json").document == before
    file = tmp_path / "mine.toml"
    file.write_text(shell("plan", "show", "flares").out.replace("quiet-rest", "quiet-pest"), encoding="utf-8")
    faults = shell("plan", "check", file, "--json")
    assert faults.status == 1
    assert shell("plan", "set", file).status == 1
    assert shell("plan", "--json").document == before


def test_a_course_that_was_copied_and_changed_is_begun(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    text = shell("plan", "show", "flares").out.replace('"flares"', '"for-ana"').replace("When flares come", "For Ana")
    file.write_text(text, encoding="utf-8")
    assert "is in order: For Ana, 3 weeks" in shell("plan", "check", file).out
    assert shell("plan", "set", file, "--json").document["title"] == "For Ana"
    file.unlink()
    assert shell("plan", "--json").document["course"] == "for-ana"


def test_a_course_of_ones_own_may_hold_lessons_of_ones_own(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    text = shell("plan", "show", "four-weeks").out.replace('"four-weeks"', '"for-ana"')
    file.write_text(text.replace('lessons = ["pain-is-real"', 'lessons = ["our-clinic"'), encoding="utf-8")
    assert "there is no lesson our-clinic here" in shell("plan", "check", file).err
    own = shell.data / "lessons"
    own.mkdir(parents=True, exist_ok=True)
    lesson = own / "any-name.md"
    shell("lessons", "copy", "pain-is-real", lesson, "--force")
    lesson.write_text(lesson.read_text("utf-8").replace('"pain-is-real"', '"our-clinic"'), "utf-8")
    assert "no lesson" not in shell("plan", "check", file).err
    assert shell("plan", "set", file, "--json").document["today"]["lesson"] == "our-clinic"
