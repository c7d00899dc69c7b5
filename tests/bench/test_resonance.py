"""What the measurement of the resonance finder takes for the truth."""

import numpy as np
import pytest

from biofeedback.bench.resonance import FLAT, Kind, Session, outcome, parabola, simulated
from protocols.resonance import Order, sliding, stepped

SILENT = Kind(60.0, 0.001)


def swing_ms(session: Session, from_s: float, to_s: float) -> float:
    inside = (session.time_s > from_s) & (session.time_s < to_s)
    return float(np.ptp(session.rr_ms[inside]))


@pytest.mark.parametrize("low_pass", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_the_answer_is_largest_at_the_rate_that_is_said(low_pass: bool, seed: int) -> None:
    kind = Kind(60.0, 0.001, (3.0,), low_pass=low_pass)
    true = simulated(kind, stepped(), seed).resonance_per_min
    rates = (true + 0.5, true + 0.15, true, true - 0.15, true - 0.5)
    session = simulated(kind, stepped(Order.DESCENDING, rates_per_min=rates), seed)
    ends_s = np.cumsum([0.0, *(n * 60 / rate for rate, n in session.schedule.steps)])
    swings = [swing_ms(session, end_s - 60, end_s) for end_s in ends_s[1:]]
    assert int(np.argmax(swings)) == 2
    # the breath has harmonics, and beats miss the top
    assert swings[2] == pytest.approx(120, rel=0.1)


def test_noise_is_as_large_as_said() -> None:
    sessions = [simulated(Kind(0.001, 20.0), sliding(), seed) for seed in range(10)]
    assert np.mean([session.rr_ms.std() for session in sessions]) == pytest.approx(20, rel=0.05)


def test_the_same_seed_is_the_same_person() -> None:
    first, again, other = (simulated(FLAT, sliding(), seed) for seed in (1, 1, 2))
    assert np.array_equal(first.rr_ms, again.rr_ms)
    assert not np.array_equal(first.rr_ms[:100], other.rr_ms[:100])


def test_people_differ_in_resonance_over_the_range() -> None:
    rates = [simulated(FLAT, stepped(rates_per_min=(6, 5), step_s=20), seed).resonance_per_min for seed in range(60)]
    assert 4.6 <= min(rates) < 4.8
    assert 6.2 < max(rates) <= 6.4


def test_a_parabola_finds_a_silent_heart() -> None:
    for schedule in (stepped(), sliding()):
        sessions = [simulated(SILENT, schedule, seed) for seed in range(5)]
        off = [abs(parabola(session) - session.resonance_per_min) for session in sessions]
        assert np.median(off) < 0.1


def test_an_outcome_counts_every_person() -> None:
    got = outcome(SILENT, lambda seed: stepped(seed=seed), 6)
    assert (got.told, got.near, got.surely_wrong) == (100, 100, 0)
    assert len(got.errors) == len(got.parabola_errors) == 6
