"""The measurement of kills in its quick form, with another seed."""

from biofeedback.bench.kills import killed


def test_killed_sessions_open_miss_a_moment_at_most_and_are_scored_again_the_same() -> None:
    found = killed(3, seed=1001)
    assert all(each.opened and each.same for each in found)
    assert max(each.lost_s for each in found) <= 1.0
    assert max(each.n_packets for each in found) > 0
