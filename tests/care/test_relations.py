"""Relations between a person's days: told where they are, and not where they are not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.bench.relations import NAMES, NULL, Kind, person, told_falsely, told_truly
from biofeedback.care.departures import FloatArray, departures
from biofeedback.care.relation_words import sentence
from biofeedback.care.relations import HARDLY_CHANGED, LEAST_DAYS, Daily, Relation, relations


def daily(name: str, value: FloatArray, *, symptom: bool = False, first: int = 0) -> Daily:
    return Daily(name, first + np.arange(len(value)), value, symptom)


def pair(n: int, lag: int = 0, seed: int = 3) -> list[Daily]:
    """Sleep, and pain that is lower on so many days after better sleep."""
    sleep, noise = np.random.default_rng(seed).normal(size=(2, n + 4))
    pain = -0.9 * np.roll(sleep, lag) + 0.4 * noise
    return [daily("pain", pain[2:-2], symptom=True), daily("sleep", sleep[2:-2])]


def only(found: tuple[Relation, ...], lag: int) -> Relation:
    return next(each for each in found if each.lag_days == lag)


@pytest.mark.parametrize("lag", [0, 1, -1])
def test_a_clear_relation_is_told_on_its_day_alone(lag: int) -> None:
    found = relations(pair(60, lag))
    assert [each.lag_days for each in found if each.told] == [lag]
    told = only(found, lag)
    assert (told.a, told.b, told.n_days, told.not_enough) == ("sleep", "pain", 60 - abs(lag), 0)
    assert told.effect is not None
    assert told.low is not None
    assert told.high is not None
    assert told.low < told.effect < told.high < 0
    assert told.p is not None
    assert 1 / 62 <= told.p <= 0.05


def test_two_series_alone_know_no_chance_smaller_than_their_shifts() -> None:
    told = only(relations(pair(LEAST_DAYS)), 0)
    assert told.told
    assert told.p == pytest.approx(1 / (LEAST_DAYS + 2))


def test_days_that_are_missing_are_said_for_each_pair() -> None:
    found = relations(pair(20))
    assert [each.not_enough for each in found] == [8, 9, 9]
    assert all(each.effect is None and each.p is None and not each.told for each in found)


def test_missing_days_are_not_filled() -> None:
    pain, sleep = pair(60)
    odd = replace(sleep, day=sleep.day[1::2], value=sleep.value[1::2])
    assert only(relations([pain, odd]), 0).n_days == 30
    apart = replace(sleep, day=sleep.day + 60)
    assert [each.n_days for each in relations([pain, apart])] == [0, 0, 1]


def test_nothing_at_all_is_no_fault() -> None:
    empty = Daily("sleep", np.array([], dtype=int), np.array([]))
    assert relations([]) == ()
    assert [each.not_enough for each in relations([pair(40)[0], empty])] == [LEAST_DAYS] * 3


def test_what_hardly_changes_is_said() -> None:
    pain = pair(60)[0]
    steps = np.where(np.arange(60) % 6 < 5, 3.0, 4.0)
    rare = np.where(np.arange(60) == 30, 9.0, 3.0)
    found = relations([pain, daily("stress", rare), daily("mood", steps)])
    by_name = {each.a: each for each in found if each.lag_days == 0 and each.b == "pain"}
    assert by_name["stress"].effect is None
    assert by_name["stress"].not_enough > 0 or by_name["stress"].withheld
    assert by_name["mood"].effect is not None


@pytest.mark.parametrize("value", [np.arange(60.0), 60.0 + np.arange(60) % 7, np.arange(60) % 7 + 0.1 * np.arange(60)])
def test_what_moves_with_time_or_the_week_alone_is_said(value: FloatArray) -> None:
    found = relations([daily("pain", value, symptom=True), daily("sleep", value[::-1]), daily("mood", 2.0 * value)])
    assert {each.withheld for each in found} == {HARDLY_CHANGED}


def test_symptoms_are_not_set_beside_each_other() -> None:
    pain = pair(60)[0]
    assert relations([pain, replace(pain, name="unpleasantness")]) == ()


def test_the_first_day_of_the_calendar_does_not_matter() -> None:
    here, later = (relations([replace(each, day=each.day + off) for each in pair(60)]) for off in (0, 7 * 105189))
    assert here == later


def test_a_scale_turned_round_turns_the_effect_round() -> None:
    pain, sleep = pair(60)
    here, turned = (
        only(relations([pain, each]), 0) for each in (sleep, replace(sleep, value=10.0 - 3.0 * sleep.value))
    )
    assert here.effect is not None
    assert turned.effect == pytest.approx(-here.effect)
    assert turned.p == pytest.approx(here.p)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=30, max_size=45), min_size=2, max_size=4),
    st.integers(0, 3),
)
def test_whatever_is_told_comes_out_whole(answers: list[list[int | None]], n_symptoms: int) -> None:
    series = []
    for place, given_answers in enumerate(answers):
        told = [(day, value) for day, value in enumerate(given_answers) if value is not None]
        day, value = np.array([d for d, _ in told], dtype=int), np.array([v for _, v in told], dtype=float)
        series.append(Daily(str(place), day, value, symptom=place < n_symptoms))
    for each in relations(series):
        if each.effect is None:
            assert each.not_enough > 0 or each.withheld
            assert (each.low, each.high, each.p, each.told) == (None, None, None, False)
        else:
            assert each.low is not None
            assert each.high is not None
            assert each.p is not None
            assert -1 <= each.low <= each.effect <= each.high <= 1
            assert 0 < each.p <= 1
            assert each.n_days >= LEAST_DAYS


@pytest.mark.parametrize(
    "fault", [{"day": np.array([1, 1])}, {"day": np.array([2, 1])}, {"value": np.array([1.0, np.nan])}]
)
def test_days_that_cannot_be(fault: dict[str, FloatArray]) -> None:
    good = Daily("pain", np.array([1, 2]), np.array([3.0, 4.0]))
    with pytest.raises(ValueError, match="of pain"):
        replace(good, **fault)


def test_a_series_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        relations([*pair(30), pair(30)[0]])


def test_drift_week_and_memory_are_expected_and_not_new() -> None:
    day = np.delete(np.arange(120), [5, 6, 7, 50, 51])
    rng = np.random.default_rng(1)
    walk = np.cumsum(rng.normal(size=120))[day]
    plain = departures(day, walk)
    moved = departures(day, walk + 0.2 * day + 10.0 * np.isin(day % 7, (5, 6)))
    assert plain is not None
    assert moved is not None
    assert np.corrcoef(plain.new, moved.new)[0, 1] > 0.9
    assert abs(np.corrcoef(plain.new[1:], plain.new[:-1])[0, 1]) < 0.2


@pytest.mark.parametrize("name", NULL)
def test_hardly_anybody_is_told_of_what_is_not_there(name: str) -> None:
    """A few people of each kind; the measurement `relations` takes hundreds."""
    assert sum(told_falsely(NULL[name], 60, seed) for seed in range(12)) <= 3


def test_most_are_told_of_what_is_there() -> None:
    assert sum(told_truly(Kind(), 90, seed).told for seed in range(12)) >= 9


def test_the_simulated_are_related_as_said() -> None:
    pain, sleep, *_ = person(Kind(), 20000, 1, (1, 0))
    after, before, *_ = person(Kind(), 20000, 1, (1, 1))
    assert np.corrcoef(pain.value, sleep.value)[0, 1] == pytest.approx(0.5, abs=0.03)
    assert np.corrcoef(after.value[1:], before.value[:-1])[0, 1] == pytest.approx(0.5, abs=0.03)
    apart = person(Kind(), 20000, 1)
    assert [each.name for each in apart] == list(NAMES)
    assert abs(np.corrcoef(apart[0].value, apart[1].value)[0, 1]) < 0.05


TOLD = Relation("sleep", "pain", 0, 60, -0.6, -0.7, -0.4, 0.01, told=True)


WHICH_FIRST = " That they go together does not tell which comes first."
WHICH_BROUGHT = " That one came before does not tell that it brought the other."
MORE_ITCH = "On days when stress was higher, my {odd} itch was often stronger."
NOT_TOLD = "So far, sleep and pain cannot be told from chance. "
NOT_NONE = "That does not show that they have nothing to do with each other."
MISSING = "Good company and pain: not enough days yet. Still needed, with both told: 1 day."


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (TOLD, "On days when you slept better, pain was often lower." + WHICH_FIRST),
        (replace(TOLD, lag_days=1), "The day after you slept better, pain was often lower." + WHICH_BROUGHT),
        (replace(TOLD, lag_days=-1), "The day after pain was higher, you often slept worse." + WHICH_BROUGHT),
        (replace(TOLD, a="stress", b="my {odd} itch", effect=0.5), MORE_ITCH + WHICH_FIRST),
        (Relation("contact", "pain", 0, 27, not_enough=1), MISSING),
        (replace(TOLD, told=False), NOT_TOLD + NOT_NONE),
    ],
)
def test_one_plain_sentence(relation: Relation, words: str) -> None:
    assert sentence(relation) == words


def test_no_word_says_that_one_brings_the_other() -> None:
    for relation in (replace(TOLD, a=a, b=b, lag_days=lag) for a in NAMES for b in NAMES for lag in (-1, 0, 1)):
        said = sentence(relation).replace("does not tell that it brought", "")
        assert not any(word in said for word in ("because", "cause", "makes", "made", "leads", "helps", "brought"))
