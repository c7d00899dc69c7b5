"""A person is one however the name is typed."""

import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.names import LONGEST_NAME, folded, person_name
from tests.storage.examples import new_session, record_everything

SAME = [
    ("Ana", "ana", "ANA", " Ana ", "\uff21\uff4e\uff41", "Ana\u200d"),
    ("Ána", "A\u0301na", "ÁNA", "a\u0301NA"),
    ("Ana Maria", "ana   maria", "Ana\u00a0Maria", "ANA\tMARIA", "Ana\u3000Maria"),
    ("İpek", "ipek", "IPEK", "\u0131pek", "I\u0307pek"),
    ("Straße", "STRASSE", "strasse", "STRA\u1e9eE"),
    ("Νίκος", "ΝΊΚΟΣ", "νίκοσ"),
    ("O\u2019Brien-Ross", "o'brien-ross", "O\u02bcBrien\u2010Ross", "O\u00b4BRIEN\u2011ROSS"),
    ("\u0645\u06cc\u200c\u0646\u0627", "\u0645\u06cc\u0646\u0627"),
    ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u0937"),
    ("\U0001f469\u200d\U0001f52c", "\U0001f469\U0001f52c"),
    ("\u2764\ufe0f", "\u2764"),
    ("Ǆan", "ǆAN", "ǅan"),
    ("김서연", "\u1100\u1175\u11b7서연"),
]


def record(store: Store, session_id: str, person: str) -> None:
    recorder = store.recorder(new_session(session_id, person))
    record_everything(recorder)
    recorder.finish("2026-11-21T08:33:00Z", "done", None, "beats 1")


@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_one_person_however_the_name_is_typed(spellings: tuple[str, ...]) -> None:
    assert {folded(person_name(each)) for each in spellings} == {folded(spellings[0])}


def test_other_people_stay_others() -> None:
    keys = [folded(spellings[0]) for spellings in SAME]
    keys += map(folded, ["Anna", "An a", "Ane", "Аna"])  # the last with a Cyrillic letter
    assert all(a != b for a, b in combinations(keys, 2))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (" Ana \n", "Ana"), ("A\u0301na  B.", "Ána B."), ("\uff21", "\uff21"), ("", ""), (" ", ""),
        ("\u0645\u06cc\u200c\u0646\u0627", "\u0645\u06cc\u200c\u0646\u0627"), ("ana", "ana"), ("7", "7"),
    ],
)  # fmt: skip
def test_a_name_is_shown_as_it_was_written(typed: str, shown: str) -> None:
    assert person_name(typed) == shown


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Ana\u202eB", r"leave U\+202E out, right-to-left override"),
        ("Ana\x1b[2J", r"leave U\+001B out"),
        ("Ana\nB", r"leave U\+000A out"),
        ("\x1cAna", r"leave U\+001C out"),
        ("Ana\u2028B", r"leave U\+2028 out, line separator"),
        ("Ana\u200b", r"leave U\+200B out, zero width space"),
        ("An\u00ada", r"leave U\+00AD out, soft hyphen"),
        ("Ana\udcff", r"leave U\+DCFF out"),
        ("\u2066Ana\u2069", r"leave U\+2066 out"),
        ("\u3164", "needs a letter or a sign that can be seen"),
        ("\u0301", "needs a letter or a sign that can be seen"),
        ("a" * (LONGEST_NAME + 1), "at most 120 characters, not 121"),
    ],
)
def test_what_cannot_be_seen_is_no_part_of_a_name(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        person_name(typed)


@given(st.text(max_size=20))
def test_folding_takes_any_text_and_settles(text: str) -> None:
    key = folded(text)
    assert folded(key) == key
    assert folded(text.upper()) == folded(text.upper().casefold())
    assert folded(unicodedata.normalize("NFD", text)) == key
    try:
        assert folded(person_name(text)) == key
    except ValueError:
        return


def test_sessions_and_ladders_are_found_in_any_spelling(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        for i, name in enumerate(["Ana", "ana ", "ANA", "Ben", ""]):
            record(store, f"2026112{i}-0831-k3f9", name)
        store.ladders.add("aNa", "walk to the gate", 3)
        assert store.persons() == ["Ana", "Ben"]
        assert len(store.sessions("\uff41na")) == 3
        assert {row.person for row in store.sessions("ana")} == {"Ana"}
        assert [rung.text for rung in store.ladders.rungs("ANA")] == ["walk to the gate"]
        assert store.ladders.rungs("") == []
        assert store.person("aNA") == "Ana"
        assert store.person("") == ""
        assert store.find_person("Cleo") is None


@pytest.mark.parametrize(
    ("name", "told"),
    [("Anna", "nobody called Anna in these data. Did you mean Ana?"), ("Zoë", "lists everybody")],
)
def test_somebody_unknown_is_told_so(tmp_path: Path, name: str, told: str) -> None:
    with Store.open(tmp_path) as store:
        record(store, "20261121-0831-k3f9", "Ana")
        with pytest.raises(StoreError) as said:
            store.person(name)
    assert told in str(said.value)
