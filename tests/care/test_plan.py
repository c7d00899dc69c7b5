"""Weeks of a course, lived on a calendar that is turned by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from biofeedback.care.plan import (
    Plan,
    at_stage,
    at_week,
    begin_course,
    begun,
    keep_plan,
    read_history,
    read_plan,
    staying,
    with_goals,
    with_practices,
)
from biofeedback.care.profile import Profile
from biofeedback.care.today import Known, Today, done, today, week
from biofeedback.storage.database import Store
from biofeedback.storage.records import AFTER, Entry, EntryKind, SessionRow
from protocols.courses.library import load_shelf
from protocols.courses.specification import STAGES, Practice
from protocols.library import load_library
from tests.storage.conftest import store

__all__ = ["store"]

EXERCISES = {each.id: each for each in load_library()}
COURSES = {each.id: each for each in load_shelf(EXERCISES).courses}
FIRST = date(2026, 12, 21)
PLAN = begun(COURSES["four-weeks"], FIRST)
NOBODY = Known(exercises=EXERCISES, questionnaires=("peg", "own-items"), zone=UTC)


def practised(on: date, exercise: str = "paced-breathing", *, minutes: float = 10.0, hour: int = 9) -> SessionRow:
    began = datetime(on.year, on.month, on.day, hour, tzinfo=UTC).isoformat(timespec="seconds")
    title, lasted = EXERCISES[exercise].title, minutes * 60.0
    return SessionRow(f"{on}-{exercise}-{hour}", began, exercise, title, "", "ble:strap", False, lasted, False, False)


def told(kind: EntryKind, subject: str, on: date, **document: object) -> Entry:
    return Entry(1, kind, subject, on.isoformat(), f"{on}T20:00:00+00:00", document)


def card(on: date, plan: Plan = PLAN, **known: object) -> Today:
    return today(plan, replace(NOBODY, **known), on)  # type: ignore[arg-type]


def test_the_first_day_has_one_practice_and_says_why() -> None:
    first = card(FIRST)
    assert first.practice is not None
    assert (first.practice.exercise, first.practice.minutes, first.stage) == ("quiet-rest", 5.0, 1)
    assert first.because == (PLAN.weeks[0].about,)
    assert (first.questionnaire, first.checkin, first.lesson) == ("peg", False, None)
    assert card(FIRST, lessons=("pain-is-real",)).lesson == "pain-is-real"


def test_who_practised_is_offered_rest_or_a_lesson_and_nothing_else() -> None:
    after = card(FIRST, sessions=[practised(FIRST)], lessons=("alarm-that-learned",))
    assert (after.practice, after.lesson) == (None, "alarm-that-learned")
    assert "That is enough" in after.because[0]


def test_missing_days_are_never_spoken_of() -> None:
    lived = [card(FIRST + timedelta(days=i)) for i in range(60)]
    words = " ".join(sentence for each in lived for sentence in each.because).lower()
    assert not any(word in words for word in ("miss", "late", "behind", "should", "streak", "only"))
    assert [lived[i].week for i in (0, 6, 7, 13, 14, 20, 21, 27, 28, 59)] == [1, 1, 2, 2, 3, 3, 4, 4, 4, 4]
    assert all(each.practice for each in lived)


def test_a_week_that_is_done_leaves_its_other_days_free() -> None:
    lived = [practised(FIRST + timedelta(days=i), each) for i, each in enumerate(["quiet-rest", "paced-breathing"])]
    third = card(FIRST + timedelta(days=2), sessions=lived)
    assert third.practice is not None
    assert third.practice.exercise == "paced-breathing"
    lived += [practised(FIRST + timedelta(days=i), "body-scan") for i in (2, 3, 4)]
    assert card(FIRST + timedelta(days=5), sessions=lived).practice is None
    assert card(FIRST + timedelta(days=7), sessions=lived).practice


def test_the_gentle_thing_comes_first_in_a_flare_and_after_a_strong_rating() -> None:
    flare = told(EntryKind.DIARY, "flare", FIRST, words="out of nowhere")
    over = told(EntryKind.DIARY, "flare", FIRST, words="is over")
    strong = told(EntryKind.CHECKIN, "pain", FIRST - timedelta(days=2), value=8)
    easier = told(EntryKind.CHECKIN, "pain", FIRST - timedelta(days=1), value=7.9)
    fog = told(EntryKind.CHECKIN, "fog", FIRST, value=9)
    withdrawn = told(EntryKind.CHECKIN, "pain", FIRST, value=None)
    stress = told(EntryKind.CHECKIN, "stress", FIRST, value=10)

    def offered(*entries: Entry, **known: object) -> str:
        practice = card(FIRST, entries=entries, **known).practice
        return practice.exercise if practice else ""

    assert offered(flare) == offered(strong) == offered(strong, withdrawn) == "flare"
    assert offered(flare, over) == offered(strong, easier) == offered(stress) == offered(fog) == "quiet-rest"
    assert offered(fog, profile=Profile(symptoms=("fog",))) == "flare"
    assert card(FIRST + timedelta(days=1), entries=[flare]).because[0] == PLAN.weeks[0].about
    assert offered(flare, sessions=[practised(FIRST)]) == "quiet-rest"
    short = practised(FIRST - timedelta(days=1), minutes=0.3)
    rated = {short.session_id: {"before": {"pain": 4}, AFTER: {"pain": 9}}}
    assert offered(sessions=[short], ratings=rated) == "flare"
    assert offered(sessions=[replace(short, simulated=True)], ratings=rated) == "quiet-rest"
    assert offered(told(EntryKind.CHECKIN, "pain", FIRST - timedelta(days=7), value=9)) == "quiet-rest"


def test_what_a_condition_or_the_clinician_does_not_allow_has_something_in_its_place() -> None:
    later, lived = FIRST + timedelta(days=1), [practised(FIRST, "quiet-rest")]
    careful = card(later, sessions=lived, profile=Profile(conditions=("heart",)))
    assert careful.practice is not None
    assert careful.practice.exercise == "quiet-rest"
    assert "needs care" in careful.because[0]
    chosen = card(later, sessions=lived, profile=Profile(offered=("body-scan",)))
    assert chosen.practice is not None
    assert chosen.practice.exercise == "body-scan"
    assert "not among what was chosen" in chosen.because[0]
    for stage in STAGES:  # whatever is written down, nothing that it forbids is ever offered
        plan = at_stage(PLAN, stage, FIRST, COURSES.values())
        for condition in ("heart", "inward-attention", "emotions", "movement", "red-flags", "slow-breathing"):
            offer = card(FIRST, plan, profile=Profile(conditions=(condition,)), lessons=PLAN.weeks[0].lessons)
            assert offer.practice is not None
            assert condition not in [each.value for each in EXERCISES[offer.practice.exercise].cautions]
            assert condition != "red-flags" or offer.lesson is None
    gone = card(FIRST, exercises={"flare": EXERCISES["flare"]})
    assert (gone.practice, "not here any more" in gone.because[0]) == (None, True)


def test_slow_breathing_is_short_at_first() -> None:
    plan = at_week(PLAN, 2, FIRST)
    first = card(FIRST, plan)
    assert first.practice is not None
    assert (first.practice.exercise, first.practice.minutes) == ("paced-breathing", 5.0)
    assert "first 3 times" in first.because[1]
    used = [practised(FIRST - timedelta(days=i)) for i in (1, 2, 3)]
    later = card(FIRST, plan, sessions=used)
    assert later.practice is not None
    assert later.practice.minutes == 10.0
    assert card(FIRST, plan, sessions=[replace(each, simulated=True) for each in used]) == first


def test_the_person_stays_goes_back_and_walks_to_any_stage() -> None:
    later = FIRST + timedelta(days=9)
    kept = staying(PLAN, later)
    assert [kept.number_on(later + timedelta(days=i)) for i in (0, 6, 50)] == [2, 2, 2]
    assert staying(kept, later + timedelta(days=50), stays=False).number_on(later + timedelta(days=57)) == 3
    assert at_week(PLAN, 1, later).number_on(later) == 1
    with pytest.raises(ValueError, match="weeks 1 to 4"):
        at_week(PLAN, 5, later)
    assert at_stage(PLAN, 3, later).number_on(later) == 4
    assert at_stage(at_week(PLAN, 4, later), 1, later).number_on(later) == 1
    assert at_stage(PLAN, 2, later) == at_week(PLAN, 2, FIRST + timedelta(days=7))
    lent = at_stage(PLAN, 4, later, COURSES.values())
    assert (lent.week_on(later).stage, lent.by_hand) == (4, True)
    assert lent.week_on(later + timedelta(days=7)) == PLAN.weeks[1]
    for stage in (0, 6):
        with pytest.raises(ValueError, match="stages 1 to 5"):
            at_stage(PLAN, stage, later)


def test_goals_and_practices_are_changed_by_hand() -> None:
    plan = with_goals(PLAN, ["Dance  again", "dance again", "sleep"])
    assert plan.goals == ("Dance again", "sleep")
    for wrong in ([" "], ["x" * 201], [str(i) for i in range(6)]):
        with pytest.raises(ValueError, match=r"goal|room for"):
            with_goals(PLAN, wrong)
    other = with_practices(PLAN, (Practice("body-scan", 10.0, 7),), FIRST)
    assert other.by_hand
    assert other.weeks[1:] == PLAN.weeks[1:]
    with pytest.raises(ValueError, match="8 days do not fit"):
        with_practices(PLAN, (Practice("body-scan", 10.0, 7), Practice("quiet-rest", 5.0, 1)), FIRST)


def test_days_are_those_of_the_person() -> None:
    late = practised(FIRST, hour=23)
    tokyo = timezone(timedelta(hours=9))
    assert card(FIRST, sessions=[late]).practice is None
    assert card(FIRST, sessions=[late], zone=tokyo).practice
    assert card(FIRST + timedelta(days=1), sessions=[late], zone=tokyo).practice is None
    (day,) = [each for each in week(PLAN, replace(NOBODY, sessions=[late], zone=tokyo), FIRST) if each.minutes]
    assert day.on == FIRST + timedelta(days=1)


def test_a_week_over_the_new_year_is_shown_whole_and_simulated_people_are_left_out() -> None:
    rows = [practised(date(2026, 12, 31)), practised(date(2026, 12, 31), hour=18), practised(date(2027, 1, 2))]
    rows.append(replace(practised(date(2027, 1, 1)), simulated=True))
    rows.append(replace(practised(date(2027, 1, 1)), device="replay:x.txt"))
    days = week(PLAN, replace(NOBODY, sessions=rows), date(2027, 1, 1))
    assert [each.on for each in days] == [date(2026, 12, 28) + timedelta(days=i) for i in range(7)]
    assert [each.minutes for each in days] == [0, 0, 0, 20, 0, 10, 0]
    assert days[3].exercises == (EXERCISES["paced-breathing"].title,)
    assert week(None, NOBODY, FIRST)[-1].on == FIRST
    assert card(date(2027, 1, 4)).week == 3


def test_a_clock_set_back_breaks_nothing() -> None:
    earlier = FIRST - timedelta(days=30)
    assert card(earlier, sessions=[practised(FIRST)]).week == 1
    assert earlier in [each.on for each in week(PLAN, NOBODY, earlier)]
    assert done([replace(PLAN, changed_on=FIRST)], NOBODY, FIRST, earlier).days_planned == 0


def test_what_was_done_is_told_over_changes_of_the_plan() -> None:
    change = FIRST + timedelta(days=14)
    other = replace(begun(COURSES["back-to-movement"], change), changed_on=change)
    history = [replace(PLAN, changed_on=FIRST), other]
    rows = [practised(FIRST + timedelta(days=i)) for i in (0, 1, 2, 15)] + [practised(FIRST, hour=20)]
    known = replace(NOBODY, sessions=rows, entries=[told(EntryKind.LESSON, "pain-is-real", FIRST)])
    told_of = done(history, known, FIRST, FIRST + timedelta(days=21))
    assert (told_of.days_practised, told_of.days_planned, told_of.minutes, told_of.lessons) == (4, 14, 50.0, 1)
    assert done(history, known, FIRST, FIRST).days_planned == 1
    assert done([], known, FIRST, change).days_planned == 0


def test_questions_come_one_at_a_time() -> None:
    filled = told(EntryKind.QUESTIONNAIRE, "peg", FIRST)
    asked = told(EntryKind.CHECKIN, "pain", FIRST, value=3)
    assert card(FIRST, entries=[filled]).questionnaire == "own-items"
    assert card(FIRST + timedelta(days=3)).checkin
    assert card(FIRST + timedelta(days=3)).questionnaire is None
    assert not card(FIRST, entries=[asked]).checkin
    monday = FIRST + timedelta(days=7)
    sunday = told(EntryKind.QUESTIONNAIRE, "peg", FIRST + timedelta(days=6))
    assert (card(monday).questionnaire, card(monday, entries=[sunday]).questionnaire) == ("peg", None)


def test_a_plan_is_kept_with_its_history_whatever_the_clock_says(store: Store) -> None:
    assert read_plan(store, "Ana") is None
    store.journal.add("Ana", EntryKind.PLAN, {"course": "spoilt", "weeks": 3}, FIRST)
    assert read_plan(store, "Ana") is None
    first = begin_course(store, "Ana", COURSES["four-weeks"], FIRST)
    assert read_plan(store, "ANA") == first
    keep_plan(store, "Ana", with_goals(first, ["dance"]), FIRST + timedelta(days=400))
    back = begin_course(store, "Ana", COURSES["flares"], FIRST - timedelta(days=1))
    assert read_plan(store, "Ana") == back
    assert back.goals == ("dance",)
    assert [each.course for each in read_history(store, "Ana")] == ["four-weeks", "four-weeks", "flares"]
    assert read_plan(store, "") is None
