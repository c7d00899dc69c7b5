"""Profile, check-in and diary: what is told is kept as it was told, and nothing else is let in."""

from datetime import date, timedelta

import pytest

from biofeedback.care.checkin import keep_day, questions_of, read_day, read_days
from biofeedback.care.diary import About, read_lines, write
from biofeedback.care.profile import N_SYMPTOMS_MOST, Profile, keep_profile, read_profile
from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind
from tests.storage.conftest import store

__all__ = ["store"]

DAY = date(2026, 11, 25)


def test_a_profile_is_kept_for_each_person(store: Store) -> None:
    assert read_profile(store, "") == Profile()
    told = Profile("knee\n  first ", "propranolol", ("heart",), ("flare",), ("Tinnitus", "tinnitus ", "fog"), True)
    kept = keep_profile(store, "Ana", told)
    assert kept.notes == "knee\nfirst"
    assert kept.symptoms == ("Tinnitus", "fog")
    assert read_profile(store, "ANA") == kept
    assert read_profile(store, "") == Profile()
    keep_profile(store, "Ana", Profile())
    assert read_profile(store, "Ana") == Profile()
    assert len(store.journal.entries("Ana", EntryKind.PROFILE)) == 1


def test_a_spoilt_profile_counts_as_not_told(store: Store) -> None:
    store.journal.put("", EntryKind.PROFILE, {"notes": 3, "symptoms": ["itch", 5], "offered": None, "later": 1}, DAY)
    assert read_profile(store, "") == Profile(symptoms=("itch",))


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (Profile(conditions=("hearts",)), "no condition 'hearts'"),
        (Profile(symptoms=("",)), "needs a name"),
        (Profile(symptoms=("Pain",)), "asked of everybody"),
        (Profile(symptoms=("note",)), "asked of everybody"),
        (Profile(symptoms=tuple(f"s{n}" for n in range(N_SYMPTOMS_MOST + 1))), "at most"),
        (Profile(notes="a" * 2001), "room for 2000"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(store: Store, profile: Profile, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        keep_profile(store, "", profile)
    assert read_profile(store, "") == Profile()


def test_each_answer_of_a_day_is_kept_and_can_be_changed_and_taken_back(store: Store) -> None:
    keep_day(store, "", DAY, {"pain": 4, "sleep": 0, "mood": 6.5}, "rain\u202e")
    day = keep_day(store, "", DAY, {"Pain": 3, "mood": None})
    assert (day.answers, day.note) == ({"pain": 3, "sleep": 0}, "rain")
    assert read_day(store, "", DAY) == day
    assert day.as_told(("pain", "mood")) == {"on": "2026-11-25", "pain": 3, "mood": None, "sleep": 0, "note": "rain"}
    assert read_days(store, "Ana") == []
    keep_day(store, "", DAY, {"pain": None, "sleep": None}, "")
    assert read_days(store, "") == []


def test_a_symptom_is_asked_like_pain_and_its_past_stays_when_it_is_asked_no_more(store: Store) -> None:
    keep_profile(store, "", Profile(symptoms=("tinnitus",)))
    assert [each.name for each in questions_of(store, "")][-1] == "tinnitus"
    keep_day(store, "", DAY, {"TINNITUS": 7})
    keep_profile(store, "", Profile())
    assert read_day(store, "", DAY).answers == {"tinnitus": 7}
    with pytest.raises(ValueError, match="is not asked"):
        keep_day(store, "", DAY, {"tinnitus": 5})


@pytest.mark.parametrize(
    ("on", "answers"),
    [
        (DAY, {"pain": 11}),
        (DAY, {"pain": -1}),
        (DAY, {"pain": float("nan")}),
        (DAY, {"sleep": 3, "joy": 3}),
        (date.today() + timedelta(days=2), {"pain": 3}),
        (date(1899, 12, 31), {"pain": 3}),
    ],
)
def test_what_cannot_be_told_is_refused_whole(store: Store, on: date, answers: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"told|not asked"):
        keep_day(store, "", on, answers)
    assert read_days(store, "") == []


def test_the_diary_keeps_lines_in_the_order_of_their_days(store: Store) -> None:
    write(store, "", About.TREATMENT, " rTMS,  3rd \u200d session", DAY)
    flare = write(store, "", About.FLARE, "", DAY - timedelta(days=1), 8)
    lines = read_lines(store, "")
    assert [(line.on, line.about, line.strength) for line in lines] == [
        ("2026-11-24", "flare", 8),
        ("2026-11-25", "treatment", None),
    ]
    assert lines[1].words == "rTMS, 3rd \u200d session"
    store.journal.remove(flare.number)
    assert len(read_lines(store, "")) == 1
    assert read_lines(store, "", until=DAY - timedelta(days=1)) == []
    for words, strength in (("", None), ("x", 11), ("y" * 2001, None)):
        with pytest.raises(ValueError, match=r"word|told|room"):
            write(store, "", About.NOTE, words, DAY, strength)
