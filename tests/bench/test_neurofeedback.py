"""What the bench of answers from the head tells, of a few of each."""

from biofeedback.bench import head_latency, neurofeedback
from biofeedback.bench.heads import Tally
from biofeedback.sound.device import QUICK_PERIOD_MS
from protocols.phases import Feedback

TALLY = Tally((100, 80), (80, 50), (20, 1), (10, 10), (10, 9), (50, 1), (400, 4))


def test_an_answer_is_heard_with_the_next_block_and_half_of_it_within_an_eighth_of_a_second() -> None:
    begun, half = head_latency.sounded_ms(0.0, 6)
    assert begun.max() <= 2 * QUICK_PERIOD_MS
    assert (half > begun).all()
    assert (half - begun).max() < 125.0


def test_the_rows_are_of_all_heads_and_say_what_does_not_hold() -> None:
    rows = neurofeedback._rewards(Feedback.ALPHA, [TALLY, TALLY]) | neurofeedback._verdicts("closed", [TALLY, TALLY])
    assert rows["neurofeedback_alpha_rewarded_mean, 2 heads"].value == 62.5
    assert rows["neurofeedback_alpha_rewarded_in_40_moments_of_artefacts"].value == 5.0
    assert rows["neurofeedback_eyes_closed_waits, 20 moments of blinks"].value == 100.0
    assert rows["neurofeedback_eyes_closed_waits, 20 moments of muscle"].holds
    assert rows["neurofeedback_eyes_closed_left_out, 800 clean moments of an electrode"].value == 1.0
    assert all(row.holds for row in rows.values())
