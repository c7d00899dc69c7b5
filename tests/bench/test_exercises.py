"""What the measurement of exercises counts."""

from statistics import fmean

from biofeedback.bench.exercises import adapted, answered, calm_people


def test_a_large_effect_is_shown_and_none_seldom() -> None:
    assert all(answered(4, 12, 5.0, seed) <= 0.05 for seed in range(10))
    assert fmean(answered(4, 12, 0.0, seed) <= 0.05 for seed in range(100)) <= 0.1


def test_twenty_minutes_bring_a_start_that_is_off_nearer() -> None:
    errors = [abs(adapted(0.4 if seed % 2 else -0.4, 60.0, 15.0, seed)) for seed in range(6)]
    assert fmean(errors) < 0.35


def test_calm_people_differ() -> None:
    people = list(calm_people())
    assert len({traits for traits, _ in people}) == len(people)
    assert {pace for _, pace in people} == {4.5, 6.0, 6.5}
