"""Which rung of the ladder is suggested next."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.ladder import Because, Experience, Ladder, Move, Rung, Suggestion, next_rung

CHAIR, BEND, STAIRS, GARDEN = (
    Rung("chair", "Stand up from a chair", 2),
    Rung("bend", "Bend to the shoes", 4),
    Rung("stairs", "One flight of stairs", 6),
    Rung("garden", "Ten minutes in the garden", 8),
)
LADDER = Ladder((GARDEN, BEND, CHAIR, STAIRS))


def did(
    rung: Rung,
    *fears: float | None,
    recovery_s: float | None = None,
    broken_off: bool = False,
    imagined: bool = False,
) -> list[Experience]:
    day = date(2025, 3, 1)
    told = {"recovery_s": recovery_s, "broken_off": broken_off, "imagined": imagined}
    return [
        Experience(rung.name, day + timedelta(i), fear=fear, **told)  # type: ignore[arg-type]
        for i, fear in enumerate(fears)
    ]


def test_rungs_stand_in_the_order_of_distress() -> None:
    assert LADDER.rungs == (CHAIR, BEND, STAIRS, GARDEN)


def test_it_begins_with_the_hardest_rung_of_four_at_most() -> None:
    assert next_rung(LADDER, []) == Suggestion(Move.BEGIN, Because.NOTHING_TRIED, BEND)
    assert next_rung(Ladder((GARDEN, STAIRS)), []).rung == STAIRS


def test_fear_halved_twice_in_a_row_asks_for_the_next_rung() -> None:
    done = did(BEND, 6, 3, 3)
    assert next_rung(LADDER, done) == Suggestion(Move.ASK, Because.FEAR_HALVED, STAIRS)
    assert next_rung(LADDER, done, agreed=True) == Suggestion(Move.UP, Because.FEAR_HALVED, STAIRS)
    assert next_rung(LADDER, done, agreed=False) == Suggestion(Move.REPEAT, Because.NOT_NOW, BEND)


@pytest.mark.parametrize("agreed", [None, True, False])
@pytest.mark.parametrize(
    ("fears", "because"),
    [
        ((6,), Because.NOT_YET),
        ((6, 3), Because.ONCE_MORE),
        ((6, 3, 4), Because.NOT_YET),
        ((6, 3, 4, 3), Because.ONCE_MORE),
    ],
)
def test_less_than_that_is_repeated(fears: tuple[float, ...], because: Because, agreed: bool | None) -> None:
    assert next_rung(LADDER, did(BEND, *fears), agreed) == Suggestion(Move.REPEAT, because, BEND)


def test_a_heart_that_comes_back_in_three_minutes_counts_as_well() -> None:
    assert next_rung(LADDER, did(BEND, 5, 5, recovery_s=180)).because is Because.HEART_CAME_BACK
    assert next_rung(LADDER, did(BEND, 5, 5, recovery_s=181)).move is Move.REPEAT
    assert next_rung(LADDER, did(BEND, None, None, recovery_s=60)).move is Move.ASK
    assert next_rung(LADDER, did(BEND, None, None)).because is Because.NOT_YET


def test_one_of_ten_need_not_be_halved() -> None:
    assert next_rung(LADDER, did(BEND, 1, 1)).move is Move.ASK


@pytest.mark.parametrize("recovery_s", [None, 30.0])
def test_too_much_fear_leads_a_step_down_whatever_the_heart_does(recovery_s: float | None) -> None:
    done = did(STAIRS, 8, recovery_s=recovery_s)
    assert next_rung(LADDER, done, agreed=True) == Suggestion(Move.DOWN, Because.TOO_FRIGHTENING, BEND)


def test_what_was_broken_off_leads_a_step_down() -> None:
    done = did(BEND, 2, 1, 1) + did(STAIRS, 2, broken_off=True, recovery_s=30)
    assert next_rung(LADDER, done, agreed=True) == Suggestion(Move.DOWN, Because.BROKEN_OFF, BEND)


def test_below_the_lowest_rung_a_smaller_one_is_looked_for() -> None:
    assert next_rung(LADDER, did(CHAIR, 9)) == Suggestion(Move.SMALLER, Because.TOO_FRIGHTENING, None)


def test_after_a_step_down_two_in_a_row_are_needed_again() -> None:
    done = did(BEND, 6, 3, 3) + did(STAIRS, 9) + did(BEND, 3)
    assert next_rung(LADDER, done).because is Because.ONCE_MORE
    assert next_rung(LADDER, [*done, *did(BEND, 3)]).move is Move.ASK


def test_two_safe_ones_on_different_rungs_are_not_in_a_row() -> None:
    done = did(BEND, 6, 3) + did(CHAIR, 1) + did(BEND, 3)
    assert next_rung(LADDER, done).because is Because.ONCE_MORE


def test_what_was_imagined_is_practice_but_leads_no_step_up() -> None:
    imagined = did(BEND, 6, 2, 2, imagined=True)
    assert next_rung(LADDER, imagined) == Suggestion(Move.REPEAT, Because.IMAGINED, BEND)
    assert next_rung(LADDER, [*imagined, *did(BEND, 3)]).because is Because.NOT_YET, "the first one done is the measure"
    assert next_rung(LADDER, did(BEND, 6, 3) + imagined + did(BEND, 3)).move is Move.ASK
    assert next_rung(LADDER, did(STAIRS, 9, imagined=True)).move is Move.DOWN


def test_on_the_top_rung_one_has_arrived() -> None:
    assert next_rung(LADDER, did(GARDEN, 4, 2, 2)) == Suggestion(Move.ARRIVED, Because.FEAR_HALVED, None)


def test_a_rung_taken_off_the_ladder_does_not_count() -> None:
    smaller = Ladder((CHAIR, BEND))
    assert next_rung(smaller, did(STAIRS, 9)).move is Move.BEGIN
    assert next_rung(smaller, did(BEND, 6, 3, 3) + did(STAIRS, 9)).move is Move.ARRIVED


FEAR = st.none() | st.integers(0, 10).map(float)
EXPERIENCES = st.lists(
    st.builds(
        Experience,
        st.sampled_from([rung.name for rung in LADDER.rungs]),
        st.just(date(2025, 3, 1)),
        FEAR,
        FEAR,
        FEAR,
        FEAR,
        st.none() | st.floats(0, 600),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
)


@given(EXPERIENCES, st.none() | st.booleans())
def test_up_is_one_rung_and_only_where_the_person_agreed_after_two_safe_ones(
    done: list[Experience], agreed: bool | None
) -> None:
    suggestion = next_rung(LADDER, done, agreed)
    assert (suggestion.rung is None) == (suggestion.move in (Move.SMALLER, Move.ARRIVED))
    if suggestion.move is Move.UP:
        assert agreed
        two = [experience for experience in done if not experience.imagined][-2:]
        assert two[0].rung == two[1].rung == done[-1].rung
        assert suggestion.rung == LADDER.beside(done[-1].rung, 1)
        assert not any(experience.broken_off or (experience.fear or 0) > 7 for experience in two)


@given(EXPERIENCES, st.none() | st.booleans(), FEAR)
def test_pain_decides_nothing(done: list[Experience], agreed: bool | None, pain: float | None) -> None:
    hurting = [replace(experience, expected_pain=pain, pain=pain) for experience in done]
    assert next_rung(LADDER, hurting, agreed) == next_rung(LADDER, done, agreed)


def test_ladders_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 10 rungs"):
        Ladder(())
    with pytest.raises(ValueError, match="one name"):
        Ladder((CHAIR, CHAIR))
    with pytest.raises(ValueError, match="distress"):
        Ladder((Rung("x", "x", 11),))
    with pytest.raises(ValueError, match="no rung is called x"):
        LADDER.beside("x", 1)
