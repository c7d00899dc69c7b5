"""The newest values of a course."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.signal.recent import Recent


@given(st.lists(st.integers(1, 300), max_size=3000), st.integers(0, 200_000))
def test_nothing_within_the_time_kept_is_lost(steps: Sequence[int], keep: int) -> None:
    recent, pushed, at = Recent(2), [], 0
    for step in steps:
        at += step
        recent.push((at, -at))
        pushed.append(at)
        recent.forget(at - keep)
        assert len(recent) <= len(pushed)
    times, values = recent.columns.tolist()
    older = [time for time in pushed if time <= at - keep][-1:]
    assert times == older + [time for time in pushed if time > at - keep]
    assert values == [-time for time in times]


def test_what_was_cleared_is_forgotten() -> None:
    recent = Recent(1)
    recent.push((1.0,))
    recent.clear()
    assert len(recent) == 0
    recent.push((2.0,))
    assert recent.columns.tolist() == [[2.0]]
