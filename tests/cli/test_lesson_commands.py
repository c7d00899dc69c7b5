"""The commands for lessons."""

import json

from protocols.lessons.library import read_lesson_file
from tests.cli.shell import Shell


def test_the_list_has_what_scripts_rely_on(shell: Shell) -> None:
    listed = json.loads(shell("lessons", "--json").out)
    assert len(listed) == 14
    assert {"id", "title", "minutes", "stage", "read"} <= set(listed[0])
    assert not any(each["read"] for each in listed)
    assert listed[0]["id"] in shell("lessons").out


def test_a_lesson_is_shown_with_question_and_sources(shell: Shell) -> None:
    said = shell("lessons", "show", "why-it-can-change")
    assert "One question to take along." in said.out
    assert "10.1001/jamapsychiatry.2021.2669" in said.out
    document = json.loads(shell("lessons", "show", "why-it-can-change", "--json").out)
    assert document["blocks"][0]["kind"] == "paragraph"
    assert document["sources"][0]["year"] == 2022


def test_a_lesson_is_copied_changed_and_found_in_its_place(shell: Shell) -> None:
    assert shell("lessons", "copy", "brain-training").status == 0
    path = shell.data / "lessons" / "brain-training.md"
    assert "is there already" in shell("lessons", "copy", "brain-training").sentence
    changed = path.read_text(encoding="utf-8").replace("Brain training, and what is known of it", "My words")
    path.write_text(changed, encoding="utf-8")
    assert read_lesson_file(path).title == "My words"
    assert "My words" in shell("lessons").out
    assert "takes the place" in shell("lessons", "check", path).err


def test_faults_are_told_by_line(shell: Shell) -> None:
    path = shell.data / "lessons" / "mine.md"
    path.parent.mkdir(parents=True)
    path.write_text("+++\nid = 4\n+++\nwords\n", encoding="utf-8")
    said = shell("lessons", "check", path, "--json")
    assert said.status == 1
    document = json.loads(said.out)
    assert not document["ok"]
    assert {"line": 2, "reason": "id must be text in quotes, not 4"} in document["faults"]
    listed = shell("lessons")
    assert listed.status == 0
    assert "mine.md, line 2" in listed.err


def test_no_such_lesson_is_one_sentence(shell: Shell) -> None:
    said = shell("lessons", "show", "brain-trainin")
    assert said.status == 1
    assert "Did you mean 'brain-training'?" in said.sentence


def test_a_lesson_is_marked_as_read_for_the_one_who_read_it(shell: Shell) -> None:
    shell("people", "add", "Ana")
    assert shell("lessons", "read", "pain-is-real", "--person", "Ana", "--json").document["read"] is True

    def read_by(*whose: str) -> list[str]:
        return [each["id"] for each in shell("lessons", *whose, "--json").document if each["read"]]

    assert read_by("--person", "ana") == ["pain-is-real"]
    assert read_by() == []
    shell("lessons", "read", "pain-is-real", "--again", "--person", "Ana")
    assert read_by("--person", "Ana") == []
    assert shell("lessons", "read", "pain-is-reel", "--person", "Ana").status == 1
    assert shell("lessons", "--person", "Bob").sentence.startswith("There is nobody")
