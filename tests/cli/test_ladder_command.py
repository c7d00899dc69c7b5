"""The ladder from the terminal."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell


def put_on(shell: Shell, *steps: tuple[str, int], person: str = "") -> None:
    for text, distress in steps:
        said = shell("ladder", "add", text, "--distress", distress, "--person", person)
        assert (said.status, said.err) == (0, "")


def listed(shell: Shell, *arguments: str) -> list[tuple[int, str, float]]:
    document = shell("ladder", "--json", *arguments).document
    return [(rung["number"], rung["text"], rung["distress"]) for rung in document["rungs"]]


def test_a_ladder_is_made_changed_and_listed(shell: Shell) -> None:
    assert "ladder add" in shell("ladder").out
    put_on(shell, ("one flight of stairs", 6), ("bend [/b] forward", 4), ("stand up", 2))
    put_on(shell, ("swim", 3), person="Ann")
    assert listed(shell) == [(1, "stand up", 2), (2, "bend [/b] forward", 4), (3, "one flight of stairs", 6)]
    assert listed(shell, "--person", "Ann") == [(1, "swim", 3)]
    assert shell("ladder", "change", 2, "--text", "bend to a shoe", "--distress", 5).status == 0
    assert shell("ladder", "move", 3, 1).status == 0
    assert shell("ladder", "--person", "Ann", "remove", 1).status == 0
    assert listed(shell) == [(1, "one flight of stairs", 2), (2, "stand up", 2), (3, "bend to a shoe", 5)]
    assert listed(shell, "--person", "Ann") == []
    told = shell("ladder").out
    assert "bend to a shoe" in told
    assert "A good one to begin with could be: stand up." in told


def test_a_session_about_a_step_stands_beside_it(shell: Shell) -> None:
    put_on(shell, ("bend to a shoe", 4), person="Ann")
    run = ("run", "return-to-activity", "--device", "sim:calm?reactivity=20&seed=3", "--speed", "0", "--json")
    for activity in ("1", "Bend to a shoe"):
        result = shell(*run, "--activity", activity, "--person", "Ann").document["result"]
        assert result["activity"]["text"] == "bend to a shoe"
    assert shell(*run, "--person", "Ann").document["result"].keys() == {"kind", "challenges"}
    document = shell("ladder", "--person", "Ann", "--json").document
    (rung,) = document["rungs"]
    assert [each["rung"] for each in rung["experiences"]] == [rung["rung"]] * 2
    assert all(each["simulated"] and each["recovery_s"] for each in rung["experiences"])
    assert document["suggestion"].keys() == {"move", "because", "rung", "text"}
    assert "2 times" in shell("ladder", "--person", "Ann").out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["ladder", "remove", "2"], 1, "There is no step 2 on the ladder, which has 1"),
        (["ladder", "add", " ", "--distress", "3"], 2, "A step needs words"),
        (["run", "return-to-activity", "--device", "sim:", "--headless", "--activity", "9"], 2, "no step 9"),
        (["run", "return-to-activity", "--device", "sim:", "--headless", "--activity", ""], 2, "needs words"),
        (["run", "quiet-rest", "--device", "sim:", "--headless", "--activity", "1"], 2, "not about an activity"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(shell: Shell, arguments: list[str], status: int, words: str) -> None:
    put_on(shell, ("bend to a shoe", 4))
    said = shell(*arguments)
    assert said.status == status
    assert words in said.sentence


def test_a_full_ladder_says_so(shell: Shell, tmp_path: Path) -> None:
    put_on(shell, *((f"step {i}", i) for i in range(10)))
    said = shell("ladder", "add", "more", "--distress", "1", "--data", tmp_path / "data")
    assert (said.status, "room for 10" in said.sentence) == (1, True)


def test_a_step_of_the_same_words_is_refused_however_they_are_written(shell: Shell) -> None:
    put_on(shell, ("Bend to a sh\u00f6e", 4), ("swim", 6))
    for command in (
        ["add", "  bend to  a SHO\u0308E ", "--distress", "2"],
        ["change", "2", "--text", "bend TO a sh\u00f6e"],
    ):
        said = shell("ladder", *command)
        assert (said.status, "There is a step like this on the ladder already" in said.sentence) == (1, True)
    assert listed(shell) == [(1, "Bend to a sh\u00f6e", 4), (2, "swim", 6)]
    assert shell("ladder", "change", "1", "--text", "bend to a sh\u00f6e").status == 0
    put_on(shell, ("swim", 3), person="Ann")
    shell("ladder", "remove", "2")
    put_on(shell, ("SWIM", 2))


def test_what_is_brought_within_limits_is_said(shell: Shell) -> None:
    put_on(shell, ("stand up", 2), ("bend", 4), ("swim", 6))
    assert shell("ladder", "move", "1", "99").out == (
        "Moved: stand up, now number 3. There is no number 99: the ladder has 3. "
        "Its distress is 6 now, beside its neighbours, and was 2.\n"
    )
    said = shell("ladder", "--json", "move", "3", "3").document
    assert said["said"] == "Moved: stand up, now number 3."
    assert said["changed"] == said["rungs"][2]["rung"]
    assert shell("ladder", "add", "run", "--distress", "11").status == 2


@pytest.mark.parametrize(
    "command",
    [
        ("sessions",), ("sessions", "--json"), ("ladder",), ("ladder", "--json"), ("ladder", "remove", 1),
        ("ladder", "move", 1, 2), ("ladder", "change", 1, "--text", "x"),
    ],
)  # fmt: skip
def test_somebody_unknown_is_told_and_not_shown_as_empty(shell: Shell, command: tuple[object, ...]) -> None:
    put_on(shell, ("swim", 3), person="Ana")
    said = shell(*command, "--person", "Anna")
    assert said.status == 1
    assert said.sentence == "There is nobody called Anna in these data. Did you mean Ana?"
    assert listed(shell, "--person", "\uff21NA") == [(1, "swim", 3)]
