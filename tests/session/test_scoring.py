"""The calm score: how far a person is from their own rest."""

import math
import random
from dataclasses import replace

import pytest

from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.signal.band import Band
from biofeedback.session.lived import LivedPhase
from biofeedback.session.scoring import GATHERING_MINUTE, NO_BASELINE, Scorer
from protocols.feedback import OTHER_BREATH, Baseline, CalmScale, Measured
from protocols.phases import Feedback, Role

REST = LivedPhase(0.0, Role.BASELINE, Feedback.NONE, paced=False)
PRACTICE = LivedPhase(240.0, Role.PRACTICE, Feedback.CALM, paced=False)
EARLIER = Baseline((3.0, 3.2, 3.4, 3.2), (68.0, 70.0, 72.0, 70.0), 14.0)


def at(at_s: float, rmssd_ms: float | None = 25.0, hr_bpm: float = 70.0, breaths: float | None = 14.0) -> LiveIndices:
    bands = {"hr_bpm": Band(hr_bpm - 2, hr_bpm + 2)}
    if rmssd_ms is not None:
        bands["rmssd_ms"] = Band(rmssd_ms / 1.2, rmssd_ms * 1.2)
    return LiveIndices(at_s, hr_bpm, rmssd_ms, respiration_per_min=breaths, bands=bands)


def rested(scorer: Scorer, until_s: int = 240) -> Scorer:
    rng = random.Random(1)
    scorer.lived.begin(REST)
    for at_s in range(until_s):
        scorer.score(at(float(at_s), 25.0 * math.exp(rng.gauss(0, 0.2)), 70.0 + rng.gauss(0, 2)))
    scorer.lived.begin(replace(PRACTICE, start_s=float(until_s)))
    return scorer


def settled(scorer: Scorer, from_s: float = 245.0, **figures: float) -> float:
    for step in range(200):
        score = scorer.score(at(from_s + step, **figures))
    assert score.value is not None, score.reason
    return score.value


def test_ones_own_rest_is_the_middle() -> None:
    scorer = rested(Scorer())
    assert scorer.baseline is not None
    usual_ms = math.exp(sum(scorer.baseline.ln_rmssd) / len(scorer.baseline.ln_rmssd))
    assert settled(scorer, rmssd_ms=usual_ms, hr_bpm=70.0) == pytest.approx(0.5, abs=0.03)


def test_a_slower_heart_and_a_livelier_beat_are_calmer() -> None:
    usual = settled(rested(Scorer()))
    assert settled(rested(Scorer()), hr_bpm=66.0) > usual + 0.1
    assert settled(rested(Scorer()), rmssd_ms=35.0) > usual + 0.1
    assert settled(rested(Scorer()), hr_bpm=76.0, rmssd_ms=18.0) < usual - 0.2


def test_the_formula_is_half_of_each_distance_in_standard_deviations() -> None:
    scale = CalmScale([EARLIER])
    sd_ln, sd_hr = 0.1633, 2.0
    score = scale.score(Measured(3.2 + sd_ln, 0.0), Measured(70.0 - sd_hr, 0.0))
    assert [part.counts for part in score.parts] == [pytest.approx(0.5, abs=1e-3), pytest.approx(0.5)]
    assert score.value == pytest.approx(0.5 + 1.0 / 4.0, abs=1e-3)
    assert score.low == score.high == score.value


def test_a_steady_baseline_is_not_taken_to_be_steadier_than_people_are() -> None:
    steady = CalmScale([Baseline((3.0,) * 4, (70.0,) * 4)])
    assert steady.z_of_ln_rmssd(3.15) == pytest.approx(1.0)
    assert steady.score(Measured(3.0, 0.0), Measured(68.0, 0.0)).parts[1].counts == pytest.approx(0.5)


def test_the_band_holds_the_errors_of_both_parts() -> None:
    scale = CalmScale([EARLIER])
    narrow = scale.score(Measured(3.2, 0.05), Measured(70.0, 0.5))
    wide = scale.score(Measured(3.2, 0.10), Measured(70.0, 1.0))
    assert wide.low < narrow.low < 0.5 < narrow.high < wide.high


def test_two_thirds_of_ones_rest_are_rewarded() -> None:
    rng = random.Random(4)
    windows = Baseline(tuple(rng.gauss(3.2, 0.3) for _ in range(200)), tuple(rng.gauss(70, 3) for _ in range(200)))
    scale = CalmScale([windows])
    pairs = zip(windows.ln_rmssd, windows.hr_bpm, strict=True)
    rewarded = [scale.score(Measured(a, 0.0), Measured(b, 0.0)).rewarded for a, b in pairs]
    assert sum(rewarded) / len(rewarded) == pytest.approx(0.65, abs=0.02)


def test_breathing_at_another_pace_is_not_compared() -> None:
    scorer = rested(Scorer())
    assert settled(scorer) > 0
    for breaths, reason in ((6.0, OTHER_BREATH), (18.5, OTHER_BREATH), (None, "")):
        assert scorer.score(at(500.0, breaths=breaths)).reason == reason


def test_without_rest_there_is_nothing_to_compare_with() -> None:
    scorer = Scorer()
    scorer.lived.begin(replace(PRACTICE, start_s=0.0))
    assert scorer.score(at(100.0)).reason == NO_BASELINE


def test_rest_of_earlier_sessions_stands_in() -> None:
    scorer = Scorer([EARLIER])
    scorer.lived.begin(replace(PRACTICE, start_s=0.0))
    assert scorer.score(at(30.0)).reason == GATHERING_MINUTE
    assert settled(scorer, 100.0) > 0


def test_the_first_minute_and_torn_windows_are_no_baseline() -> None:
    scorer = Scorer()
    scorer.lived.begin(REST)
    for at_s in range(119):
        scorer.score(at(float(at_s)))
    assert scorer.baseline is None
    scorer.score(at(121.0, rmssd_ms=None))
    assert scorer.baseline is None
    scorer.score(at(122.0))
    assert scorer.baseline == Baseline((pytest.approx(math.log(25.0)),), (70.0,), 14.0)


def test_the_score_moves_slowly() -> None:
    scorer = rested(Scorer())
    before = settled(scorer)
    first = scorer.score(at(446.0, hr_bpm=60.0)).value
    assert first is not None
    assert 0 < first - before < 0.1
    assert settled(scorer, 447.0, hr_bpm=60.0) > before + 0.3
