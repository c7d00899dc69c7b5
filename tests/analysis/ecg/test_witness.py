"""The electrocardiogram as a witness of the strap's intervals."""

import csv
import gzip
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.beats.verdicts import Classifier
from biofeedback.analysis.ecg.complexes import QrsComplex
from biofeedback.analysis.ecg.detector import QrsDetector
from biofeedback.analysis.ecg.witness import (
    Evidence,
    Witness,
    Word,
    best_offset,
    with_evidence,
)
from tests.analysis.hearts import as_beats
from tests.analysis.waves import ECG_HZ, complexes_at
from tests.recordings import recording

LOOK_AHEAD = 2
N_TO_BEGIN = 6
"""So many intervals may pass before the two are laid over each other."""


def heart(n: int, seed: int = 1, rr_ms: float = 850.0, swing_ms: float = 60.0, noise_ms: float = 15.0) -> list[float]:
    """Instants (s) of the beats of a heart that breathes and varies."""
    rng = np.random.default_rng(seed)
    at = np.arange(n)
    rr = rr_ms + swing_ms * np.sin(2 * np.pi * at / 11.0) + rng.normal(0, noise_ms, n)
    return [float(beat_s) for beat_s in 0.7 + np.cumsum(rr) / 1000.0]


def told(beats_s: Sequence[float]) -> list[float]:
    """Intervals (ms) between beats as a strap tells them, in whole 1/1024 s."""
    return [round((after - before) * 1024.0) * 1000.0 / 1024.0 for before, after in pairwise(beats_s)]


def all_words(
    complexes: Sequence[QrsComplex], beats: Sequence[Beat], late_s: float = 4.0, witness: Witness | None = None
) -> list[Evidence]:
    """What is testified where each beat, told at its own time, comes `late_s` after the complexes of its time."""
    witness = witness or Witness()
    waiting, words = list(complexes), []
    for i, beat in enumerate(beats):
        n_heard = sum(found.time_s <= beat.time_s + late_s for found in waiting)
        witness.hear(waiting[:n_heard])
        waiting = waiting[n_heard:]
        witness.push(beat)
        if i >= LOOK_AHEAD:
            words.append(witness.testify(beats[i - LOOK_AHEAD].ordinal))
    return words + [witness.testify(beat.ordinal) for beat in beats[-LOOK_AHEAD:]]


def of_heart(beats_s: Sequence[float], extra_s: Collection[float] = (), strap_s: float = 0.0) -> list[QrsComplex]:
    """The complexes of a heart on a clock of the strap that is ahead by `strap_s`."""
    return complexes_at([b + strap_s for b in beats_s], {b + strap_s for b in extra_s})


def test_intervals_of_the_same_heart_agree() -> None:
    beats_s = heart(100)
    words = all_words(of_heart(beats_s, strap_s=5.0e5), as_beats(told(beats_s), from_s=beats_s[0]), 4.0 + 5.0e5)
    assert all(word.word is Word.AGREES and word.sinus for word in words[N_TO_BEGIN:])
    for word, beat_s in list(zip(words, beats_s[1:], strict=True))[N_TO_BEGIN:]:
        assert word.strap_s == pytest.approx(beat_s + 5.0e5, abs=0.003)


def test_clocks_that_drift_apart_are_followed() -> None:
    beats_s = heart(1500)
    complexes = complexes_at([3.0 + beat_s * (1.0 + 200e-6) for beat_s in beats_s])
    words = all_words(complexes, as_beats(told(beats_s), from_s=beats_s[0]), late_s=4.0)
    assert all(word.word is Word.AGREES for word in words[N_TO_BEGIN:])
    for word, found in list(zip(words, complexes[1:], strict=True))[N_TO_BEGIN:]:
        assert word.strap_s == pytest.approx(found.time_s, abs=0.005)


@given(late_s=st.floats(1.0, 8.0), seed=st.integers(0, 20), noise_ms=st.floats(2.0, 60.0))
def test_the_word_does_not_hang_on_how_late_the_strap_tells(late_s: float, seed: int, noise_ms: float) -> None:
    beats_s = heart(60, seed, noise_ms=noise_ms)
    extra_s = [beats_s[k] for k in (20, 33, 34)]
    words = all_words(of_heart(beats_s, extra_s), as_beats(told(beats_s), from_s=beats_s[0]), late_s)
    at_once = all_words(of_heart(beats_s, extra_s), as_beats(told(beats_s), from_s=beats_s[0]), late_s=3.0)
    for word, other in zip(words[10:], at_once[10:], strict=True):
        assert word.word is other.word
        assert word.intervals_ms == other.intervals_ms


def test_an_interval_that_differs_is_given_with_the_true_one() -> None:
    beats_s = heart(40)
    rr_ms = told(beats_s)
    rr_ms[20] += 35.0
    rr_ms[21] -= 35.0
    words = all_words(of_heart(beats_s), as_beats(rr_ms, from_s=beats_s[0]))
    assert [word.ordinal for word in words[N_TO_BEGIN:] if word.word is not Word.AGREES] == [20, 21]
    assert words[20].word is Word.DIFFERS
    assert words[20].ecg_rr_ms == pytest.approx((beats_s[21] - beats_s[20]) * 1000.0)


def test_a_beat_that_the_strap_missed_has_both_intervals() -> None:
    beats_s = heart(40)
    strap_s = beats_s[:20] + beats_s[21:]
    words = all_words(of_heart(beats_s), as_beats(told(strap_s), from_s=beats_s[0]))
    assert [word.ordinal for word in words[N_TO_BEGIN:] if word.word is not Word.AGREES] == [19]
    assert words[19].word is Word.DIFFERS
    assert words[19].intervals_ms == pytest.approx([1000 * (b - a) for a, b in pairwise(beats_s[19:22])])


def test_a_beat_that_the_strap_made_up_has_none() -> None:
    beats_s = heart(40)
    strap_s = sorted([*beats_s, beats_s[20] + 0.3])
    words = all_words(of_heart(beats_s), as_beats(told(strap_s), from_s=beats_s[0]))
    assert [word.ordinal for word in words[N_TO_BEGIN:] if word.word is not Word.AGREES] == [20, 21]
    assert words[20].word is Word.DIFFERS
    assert words[20].intervals_ms == ()
    assert words[21].n_told == 2
    assert words[21].intervals_ms == pytest.approx([1000 * (beats_s[21] - beats_s[20])])


def test_a_second_beat_right_after_a_true_one_is_made_up() -> None:
    beats_s = heart(40)
    strap_s = sorted([*beats_s, beats_s[20] + 0.052])
    words = all_words(of_heart(beats_s), as_beats(told(strap_s), from_s=beats_s[0]))
    assert [word.ordinal for word in words[N_TO_BEGIN:] if word.word is not Word.AGREES] == [20, 21]
    assert words[20].intervals_ms == ()
    assert words[21].intervals_ms == pytest.approx([1000 * (beats_s[21] - beats_s[20])])
    assert words[21].n_told == 2


@pytest.mark.parametrize("n_lost", [1, 2, 3, 5])
@pytest.mark.parametrize("seed", range(6))
def test_while_the_two_do_not_lie_over_each_other_nothing_is_claimed(seed: int, n_lost: int) -> None:
    beats_s = heart(80, seed, noise_ms=8.0)
    rr_ms = told(beats_s)
    before = as_beats(rr_ms[:40], from_s=beats_s[0])
    after = as_beats(rr_ms[40 + n_lost :], first=40, from_s=beats_s[40 + n_lost])
    words = all_words(of_heart(beats_s), before + after)
    assert {word.word for word in words[N_TO_BEGIN:]} <= {Word.AGREES, Word.NO_ECG}


def test_a_regular_heart_is_watched_for_longer_before_the_two_are_laid_over_each_other() -> None:
    times_s = np.arange(40) * 0.9
    ends_s = np.arange(9) * 0.9
    assert best_offset(ends_s, times_s, (20.0, 32.0), 6) is None
    assert best_offset(np.arange(25) * 0.9, times_s, (8.0, 18.0), 6) is not None
    times_s = np.array(heart(40))
    assert best_offset(times_s[21:30] - times_s[21], times_s, (10.0, 32.0), 6) == pytest.approx(times_s[21])


@pytest.mark.parametrize("n_lost", [1, 2, 5])
def test_intervals_lost_on_the_way_cost_no_more_than_themselves(n_lost: int) -> None:
    beats_s = heart(80, noise_ms=25.0)
    rr_ms = told(beats_s)
    before = as_beats(rr_ms[:40], from_s=beats_s[0])
    after = as_beats(rr_ms[40 + n_lost :], first=40, from_s=beats_s[40 + n_lost])
    words = all_words(of_heart(beats_s), before + after)
    assert all(word.word is Word.AGREES for word in words[N_TO_BEGIN:40])
    assert all(word.word is Word.AGREES for word in words[41:])
    assert words[40].word in (Word.AGREES, Word.NO_ECG)


def test_an_extra_beat_is_told_for_both_its_intervals() -> None:
    beats_s = heart(40)
    words = all_words(of_heart(beats_s, [beats_s[20]]), as_beats(told(beats_s), from_s=beats_s[0]))
    assert [word.ordinal for word in words if word.word is Word.EXTRA_BEAT] == [19, 20]


def test_where_the_trace_cannot_be_trusted_nothing_is_said() -> None:
    beats_s = heart(60)
    complexes = complexes_at(beats_s, broken_s=[beats_s[30]])
    without = [found for found in complexes if not 40 <= complexes.index(found) < 46]
    without = [replace(found, rr_ms=None) if found.time_s == beats_s[46] else found for found in without]
    words = all_words(without, as_beats(told(beats_s), from_s=beats_s[0]))
    silent = {word.ordinal for word in words[N_TO_BEGIN:] if word.word is Word.NO_ECG}
    assert silent == {29, *range(39, 46)}


def test_a_trace_that_comes_too_late_says_nothing_and_speaks_up_later() -> None:
    beats_s = heart(60)
    beats = as_beats(told(beats_s), from_s=beats_s[0])
    complexes = of_heart(beats_s)
    witness = Witness()
    early = all_words(complexes[:30], beats[:40], witness=witness)
    assert {word.word for word in early[30:]} == {Word.NO_ECG}
    later = all_words(complexes[30:], beats[40:], witness=witness)
    assert {word.word for word in later} == {Word.AGREES}


def test_without_a_trace_nothing_is_said() -> None:
    words = all_words([], as_beats(told(heart(20))))
    assert {word.word for word in words} == {Word.NO_ECG}
    assert Witness().testify(7) == Evidence(7)


def test_after_a_gap_of_the_link_the_two_are_laid_over_each_other_anew() -> None:
    beats_s = heart(80)
    rr_ms = told(beats_s)
    before = as_beats(rr_ms[:30], from_s=beats_s[0])
    after = as_beats(rr_ms[38:], segment=1, first=30, from_s=beats_s[38])
    words = all_words(of_heart(beats_s), [*before, *after], late_s=3.0)
    assert sum(word.word is Word.NO_ECG for word in words[N_TO_BEGIN:]) <= N_TO_BEGIN
    for word, beat in zip(words, [*before, *after], strict=True):
        if word.word is not Word.NO_ECG:
            assert word.strap_s == pytest.approx(beat.time_s, abs=0.02)


def test_a_clock_of_the_strap_that_begins_anew_does_no_harm() -> None:
    beats_s = heart(80)
    complexes = of_heart(beats_s[:40], strap_s=9000.0) + of_heart(beats_s[40:], strap_s=-beats_s[40])
    witness = Witness()
    for i, beat in enumerate(as_beats(told(beats_s), from_s=beats_s[0])):
        witness.hear(complexes[i + 1 : i + 2] if i else complexes[:2])
        witness.push(beat)
        witness.testify(beat.ordinal)
    agreement = witness.agreement()
    assert agreement.n_compared > 55
    assert agreement.within_percent == 100.0


def test_another_heart_is_not_taken_for_this_one() -> None:
    words = all_words(of_heart(heart(200, seed=4, noise_ms=30)), as_beats(told(heart(200, seed=9, noise_ms=30))), 5.0)
    assert sum(word.word is Word.AGREES for word in words) < 10


def test_the_agreement_sums_up_what_was_compared() -> None:
    witness, beats_s = Witness(), heart(60)
    rr_ms = told(beats_s)
    rr_ms[30] += 20.0
    rr_ms[31] -= 20.0
    all_words(of_heart(beats_s, [beats_s[45]]), as_beats(rr_ms, from_s=beats_s[0]), witness=witness)
    agreement = witness.agreement()
    assert (agreement.n_asked, agreement.n_extra_beats) == (59, 2)
    assert agreement.n_compared > 59 - N_TO_BEGIN
    assert agreement.median_difference_ms == pytest.approx(0.0, abs=0.5)
    assert agreement.within_percent == pytest.approx(100.0 - 200.0 / agreement.n_compared)
    assert Witness().agreement().within_percent is None


BEAT = Beat(5, 10.0, 800.0, 0, Verdict.KEPT, "", 800.0)


def suspected(verdict: Verdict, nn_ms: float | None = None) -> Beat:
    return replace(BEAT, verdict=verdict, reason="because", nn_ms=nn_ms)


@pytest.mark.parametrize("verdict", [Verdict.LONG, Verdict.SHORT, Verdict.MISSED, Verdict.EXTRA])
def test_a_suspicion_that_the_trace_does_not_share_is_dropped(verdict: Verdict) -> None:
    after = with_evidence(suspected(verdict), Evidence(5, Word.AGREES, (801.0,), sinus=True))
    assert (after.verdict, after.nn_ms) == (Verdict.KEPT, 800.0)
    assert "ECG shows it as it is" in after.reason


@pytest.mark.parametrize("verdict", [Verdict.LONG, Verdict.ECTOPIC, Verdict.OFF_BODY, Verdict.PENDING])
def test_nothing_changes_without_a_word_or_a_usual_shape(verdict: Verdict) -> None:
    beat = suspected(verdict)
    assert with_evidence(beat, Evidence(5)) == beat
    assert with_evidence(beat, Evidence(5, Word.AGREES, (800.0,), sinus=False)) == beat


def test_an_extra_beat_seen_is_kept_no_longer() -> None:
    seen = Evidence(5, Word.EXTRA_BEAT, (800.0,))
    after = with_evidence(BEAT, seen)
    assert (after.verdict, after.nn_ms) == (Verdict.ECTOPIC, None)
    assert "extra beat" in after.reason
    assert with_evidence(suspected(Verdict.ECTOPIC, 790.0), seen) == suspected(Verdict.ECTOPIC, 790.0)
    assert with_evidence(suspected(Verdict.OFF_BODY), seen) == suspected(Verdict.OFF_BODY)


@pytest.mark.parametrize("verdict", [Verdict.LONG, Verdict.MISSED, Verdict.IMPOSSIBLE])
def test_a_missed_beat_gets_the_intervals_of_the_trace(verdict: Verdict) -> None:
    beat = replace(suspected(verdict), rr_ms=1640.0)
    after = with_evidence(beat, Evidence(5, Word.DIFFERS, (800.0, 840.0), sinus=True))
    assert (after.verdict, after.nn_ms) == (Verdict.MISSED, 820.0)


def test_a_made_up_beat_gets_the_interval_of_the_trace() -> None:
    first = with_evidence(suspected(Verdict.SHORT), Evidence(5, Word.DIFFERS))
    assert (first.verdict, first.nn_ms) == (Verdict.EXTRA, None)
    second = with_evidence(suspected(Verdict.EXTRA), Evidence(5, Word.DIFFERS, (850.0,), n_told=2, sinus=True))
    assert (second.verdict, second.nn_ms) == (Verdict.EXTRA, 850.0)


def test_a_kept_interval_that_differs_stays_kept() -> None:
    assert with_evidence(BEAT, Evidence(5, Word.DIFFERS, (840.0,), sinus=True)) == BEAT


def test_a_strap_agrees_with_its_own_trace() -> None:
    with gzip.open(recording("polar_h10_pvc/polar_h10.csv.gz"), "rt", encoding="utf-8") as file:
        rows = [(float(row["time"]) / 1e9, row["ecg"], row["rr"]) for row in csv.DictReader(file)]
    begin_s = rows[0][0]
    ecg = np.array([(at_s - begin_s, float(uv) * 1000.0) for at_s, uv, _ in rows if uv])
    intervals = [(at_s - begin_s, float(rr)) for at_s, _, rr in rows if rr]
    beats = as_beats([rr_ms for _, rr_ms in intervals])
    detector, classifier, witness = QrsDetector(ECG_HZ), Classifier(), Witness()
    judged, n_ecg = [], 0
    for beat, (at_s, _) in zip(beats, intervals, strict=True):
        while n_ecg + 73 <= len(ecg) and ecg[n_ecg + 72, 0] < at_s:
            witness.hear(detector.push(ecg[n_ecg : n_ecg + 73, 0], ecg[n_ecg : n_ecg + 73, 1]).complexes)
            n_ecg += 73
        witness.push(beat)
        for done in classifier.push(beat):
            evidence = witness.testify(done.ordinal)
            judged.append((done, evidence, with_evidence(done, evidence)))
    agreement = witness.agreement()
    assert agreement.n_compared >= 0.98 * agreement.n_asked
    assert agreement.median_difference_ms == pytest.approx(0.0, abs=1.0)
    assert agreement.within_percent is not None
    assert agreement.within_percent >= 99.0
    assert not [after for _, evidence, after in judged if after.kept and evidence.word is Word.EXTRA_BEAT]
    between_usual = [after for _, evidence, after in judged if evidence.word is Word.AGREES and evidence.sinus]
    assert len(between_usual) > 280
    assert sum(after.kept for after in between_usual) >= 0.99 * len(between_usual)
