"""Sessions are found, given to whose they are, and deleted."""

from tests.cli.shell import Shell, a_session

SHORT = ("--minutes", "0.5", "--speed", "0")


def test_sessions_are_found_by_last_by_person_by_day_and_by_nearly_their_id(shell: Shell) -> None:
    run = ("run", "quiet-rest", "--device", "sim:", *SHORT, "--json")
    first = shell(*run, "--person", "Ann").document["session_id"]
    second = shell(*run).document["session_id"]
    assert shell("show", "last", "--json").document["session_id"] == second
    assert shell("show", "last", "--person", "Ann", "--json").document["session_id"] == first
    assert [row["session_id"] for row in shell("sessions", "--limit", "1", "--json").document] == [second]
    day = first[:8]
    assert len(shell("sessions", "--since", day, "--json").document) == 2
    assert shell("sessions", "--since", "2999-01-01", "--json").document == []
    assert "no such sessions" in shell("sessions", "--since", "2999-01-01T10:00+02:00").out
    assert shell("sessions", "--since", "soon").status == shell("sessions", "--limit", "0").status == 2
    assert f"Did you mean {second}?" in shell("show", f"{second[:-1]}0").sentence


def test_a_session_with_the_wrong_person_is_moved_and_scored_again_the_same(shell: Shell) -> None:
    session_id = a_session(shell, "--person", "Ana")["session_id"]
    before = shell("show", session_id, "--json").document
    assert "nobody called Bob" in shell("sessions", "move", session_id, "--to", "Bob").sentence
    shell("people", "add", "Bob")
    assert "is now of Bob" in shell("sessions", "move", session_id, "--person", "ANA", "--to", "bob").out
    assert "of Bob already" in shell("sessions", "move", session_id, "--to", "Bob").sentence
    assert shell("show", session_id, "--json").document == before | {"person": "Bob"}
    assert shell("rescore", session_id, "--json").document == before | {"person": "Bob"}
    assert shell("sessions", "--person", "Ana", "--json").document == []
    assert "is now of whoever is at home" in shell("sessions", "move", session_id, "--to", "").out
    assert "of whoever is at home already" in shell("sessions", "move", session_id, "--to", "").sentence


def test_sessions_are_deleted_one_by_one_or_all_simulated_ones(shell: Shell) -> None:
    first = a_session(shell, "--person", "Ana")["session_id"]
    second, third = (a_session(shell)["session_id"] for _ in range(2))
    assert shell("sessions", "delete").status == shell("sessions", "delete", first, "--simulated").status == 2
    asked = shell("sessions", "delete", first)
    assert (asked.status, first in asked.sentence) == (2, True)
    assert "no session 'zz'" in shell("sessions", "delete", "zz", "--yes").sentence
    assert "no session" in shell("sessions", "delete", second, "--person", "Ana", "--yes").sentence
    assert shell("sessions", "delete", second, "--yes", "--json").document["session_ids"] == [second]
    assert {row["session_id"] for row in shell("sessions", "--json").document} == {first, third}
    assert "Ana" in shell("sessions", "delete", "--simulated", "--person", "ANA", "--yes").out
    assert [row["session_id"] for row in shell("sessions", "--json").document] == [third]
    assert shell("sessions", "delete", "--simulated", "--yes", "--json").document["session_ids"] == [third]
    assert shell("sessions", "delete", "--simulated", "--yes", "--json").document["session_ids"] == []
