"""The fault bench in its quick form: every fault once, with another seed than the measurement's first."""

import pytest

pytest.importorskip("bumble")

from biofeedback.bench.faults import play
from biofeedback.bench.faulty import FAULTS


@pytest.mark.parametrize("name", FAULTS)
def test_the_strap_comes_back_and_no_beat_is_invented_or_counted_twice(name: str) -> None:
    outcome = play(FAULTS[name], seed=1001)
    assert outcome.resumed_s is not None
    assert (outcome.n_invented, outcome.n_doubled, outcome.errors) == (0, 0, ())
    assert outcome.n_kept >= 10


def test_the_same_seed_plays_the_same() -> None:
    assert play(FAULTS["refused"], 7) == play(FAULTS["refused"], 7)
