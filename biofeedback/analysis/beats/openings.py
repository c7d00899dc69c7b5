"""The first beats of a segment, judged by those that follow.

Nothing comes before them to hold them against, and straps tell wrong intervals most often there: after the start, after
a gap, after a lost link (science A1).
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from biofeedback.analysis.beats.shapes import ABRUPT_LEAST, AT_FIRST, DOUBLE, STEP_MOST

N_SUSPECT = 4
"""So many of the first beats may be wrong."""
N_FOLLOWING, N_FOLLOWING_LEAST = 6, 3
"""So many tell what is usual here; fewer where the segment is short."""
N_OPENING = N_SUSPECT + N_FOLLOWING
STEP_TIMES = 2.5
"""A step is abrupt from so many times the largest but one among the beats that follow."""
TOLD_NEAR, TOLD_MOST = 0.12, 0.25
"""Where the strap's own heart rate bears out those that follow, a step of a quarter is abrupt in any heart."""


def n_wrong_at_first(rr_ms: Sequence[float], earlier_ms: float | None, told_bpm: float | None) -> int:
    """How many of the first intervals are out of line with those that follow.

    Parameters
    ----------
    rr_ms : sequence of float
        The first intervals of a segment, up to `N_OPENING`.
    earlier_ms : float or None
        What was usual in the segment before.
    told_bpm : float or None
        The heart rate that the strap tells beside them.
    """
    told_ms = 60000.0 / told_bpm if told_bpm else None
    for n in range(min(N_SUSPECT, len(rr_ms) - N_FOLLOWING_LEAST), 0, -1):
        if _all_apart(rr_ms[:n], rr_ms[n : n + N_FOLLOWING], told_ms):
            return n
    if len(rr_ms) > N_FOLLOWING_LEAST or earlier_ms is None:
        return 0
    # too few to judge each other: what was usual before, and what the strap tells, must both speak against them
    witnesses = [earlier_ms, told_ms or earlier_ms]
    apart = [all(abs(interval_ms - usual_ms) > AT_FIRST * usual_ms for usual_ms in witnesses) for interval_ms in rr_ms]
    return next((n for n, is_apart in enumerate(apart) if not is_apart), len(apart))


def _all_apart(first_ms: Sequence[float], following_ms: Sequence[float], told_ms: float | None) -> bool:
    in_order = sorted(following_ms)
    usual_ms = median(in_order)
    steps = sorted(abs(b - a) for a, b in pairwise(following_ms))
    spare = len(in_order) >= N_FOLLOWING_LEAST + 2  # one among them may be a fault of its own
    low_ms, high_ms = (in_order[1], in_order[-2]) if spare else (in_order[0], in_order[-1])
    most = TOLD_MOST if told_ms and abs(told_ms - usual_ms) <= TOLD_NEAR * usual_ms else STEP_MOST
    step_ms = min(max(STEP_TIMES * steps[-2], ABRUPT_LEAST * usual_ms), most * usual_ms)
    if len(first_ms) == 1 and first_ms[0] >= DOUBLE * in_order[-1]:
        return False  # beats were missed, which has a verdict of its own
    nearest, next_ms = following_ms[0], following_ms[1]
    if any(abs(first_ms[-1] - expected) <= step_ms for expected in (nearest, 2.0 * nearest - next_ms)):
        return False  # it goes on as it began
    return all(not low_ms - step_ms <= interval_ms <= high_ms + step_ms for interval_ms in first_ms)
