"""Which intervals are trusted."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.beats.openings import N_OPENING
from biofeedback.analysis.beats.shapes import SUDDEN_LEAST, Place, find_fault, is_plain
from biofeedback.analysis.beats.verdicts import REASONS, Classifier
from biofeedback.session.judging import BeatJudge
from devices.samples import Contact, HeartRateSample, Packet, PacketFormat
from tests.analysis.hearts import Floats, as_beats, beats_of, intervals, judged, kept, swinging

CLEAN = ("rr/vu_ecg_sitting.txt", "rr/dhyb_h10_slow.txt", "rr/nk_rest8min_nk_rr.txt", "rr/physio1_nk_rr.txt")


def verdicts(rr_ms: Floats | list[float]) -> list[Verdict]:
    return [beat.verdict for beat in kept(list(rr_ms))]


@given(st.floats(46, 70), st.floats(0, 40), st.floats(4, 7), st.floats(0, 6.3), st.integers(0, 2**16))
def test_a_slow_breath_that_swings_the_heart_by_up_to_40_beats_is_never_flagged(
    lowest_bpm: float, swing_bpm: float, breaths_per_min: float, phase: float, seed: int
) -> None:
    rr_ms = 1000 * np.diff(beats_of(swinging(lowest_bpm + swing_bpm / 2, swing_bpm, breaths_per_min, phase), 180))
    rr_ms += np.random.default_rng(seed).normal(0, 5, len(rr_ms))
    assert set(verdicts(rr_ms)) == {Verdict.KEPT}


@pytest.mark.parametrize("breaths_per_min", [9, 12, 15])
@pytest.mark.parametrize("swing_bpm", [5, 15, 25])
def test_a_usual_breath_with_a_large_swing_is_hardly_ever_flagged(breaths_per_min: float, swing_bpm: float) -> None:
    flagged, n = 0, 0
    for phase in range(5):
        rr_ms = 1000 * np.diff(beats_of(swinging(68, swing_bpm, breaths_per_min, phase), 300))
        found = verdicts(rr_ms)
        flagged += len(found) - found.count(Verdict.KEPT)
        n += len(found)
    assert flagged <= 0.005 * n


@pytest.mark.parametrize("breaths_per_min", [6, 15])
@pytest.mark.parametrize("peak_to_trough_ms", [80, 160, 240, 320, 400])
def test_intervals_that_swing_by_up_to_400_ms_are_kept(breaths_per_min: float, peak_to_trough_ms: float) -> None:
    found: list[Verdict] = []
    for mean_ms in (700, 850, 1000):
        rng, rr_ms, time_s = np.random.default_rng(mean_ms), [], 0.0
        for _ in range(400):
            breath = math.sin(2 * math.pi * breaths_per_min / 60 * time_s)
            rr_ms.append(mean_ms + peak_to_trough_ms / 2 * breath + rng.normal(0, 8))
            time_s += rr_ms[-1] / 1000
        found += verdicts(rr_ms)
    assert len(found) - found.count(Verdict.KEPT) <= 0.001 * len(found)


@pytest.mark.parametrize("name", CLEAN)
def test_clean_recordings_of_real_people_lose_hardly_a_beat(name: str) -> None:
    found = verdicts(intervals(name))
    assert len(found) - found.count(Verdict.KEPT) <= 0.01 * len(found)


def places_in(rr_ms: Floats, rng: np.random.Generator) -> list[int]:
    """Where to break a recording: one place in 25 beats."""
    return list(range(30 + int(rng.integers(10)), len(rr_ms) - 10, 25))


RESTING, SWINGING = CLEAN[:3], CLEAN[3]
"""The last person's heart swings by 44 beats a minute, with every breath."""


@pytest.mark.parametrize(("name", "least"), [*((name, 0.995) for name in RESTING), (SWINGING, 0.95)])
def test_missed_beats_are_found(name: str, least: float) -> None:
    rr_ms, found, n_missed = intervals(name), 0, 0
    for seed in range(5):
        places = places_in(rr_ms, np.random.default_rng(seed))
        broken = list(rr_ms)
        for i in reversed(places):
            broken[i : i + 2] = [broken[i] + broken[i + 1]]
        judged_as = verdicts(broken)
        found += sum(judged_as[i - n] is not Verdict.KEPT for n, i in enumerate(places))
        n_missed += len(places)
    assert found >= least * n_missed


@pytest.mark.parametrize(("name", "least"), [*((name, 0.985) for name in RESTING), (SWINGING, 0.8)])
def test_both_parts_of_an_interval_cut_by_an_extra_detection_are_found(name: str, least: float) -> None:
    rr_ms, found, n_extra = intervals(name), 0, 0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        places = places_in(rr_ms, rng)
        broken = list(rr_ms)
        for i in reversed(places):
            share = rng.uniform(0.3, 0.7)
            broken[i : i + 1] = [share * broken[i], (1 - share) * broken[i]]
        judged_as = verdicts(broken)
        found += sum(Verdict.KEPT not in judged_as[i + n : i + n + 2] for n, i in enumerate(places))
        n_extra += len(places)
    assert found >= least * n_extra


@pytest.mark.parametrize(("name", "least"), [*((name, 0.98) for name in RESTING), (SWINGING, 0.9)])
@pytest.mark.parametrize("early", [0.2, 0.3, 0.4])
def test_premature_beats_are_found(name: str, early: float, least: float) -> None:
    rr_ms, found, n_early = intervals(name), 0, 0
    for seed in range(5):
        places = places_in(rr_ms, np.random.default_rng(seed))
        broken = rr_ms.copy()
        for i in places:
            broken[i + 1] += early * broken[i]
            broken[i] -= early * broken[i]
        judged_as = verdicts(broken)
        found += sum(judged_as[i : i + 2] != [Verdict.KEPT] * 2 for i in places)
        n_early += len(places)
    assert found >= least * n_early


def steady(n: int, seed: int = 0) -> list[float]:
    return list(900 + np.random.default_rng(seed).normal(0, 12, n))


def test_a_premature_beat_and_its_pause_are_labelled_as_the_pair_they_are() -> None:
    rr_ms = steady(60)
    rr_ms[40], rr_ms[41] = 620.0, 1180.0
    beats = kept(rr_ms)
    assert [beat.ordinal for beat in beats if not beat.kept] == [40, 41]
    assert {beats[40].verdict, beats[41].verdict} == {Verdict.ECTOPIC}
    assert beats[40].nn_ms == beats[41].nn_ms == 900.0, "what is put in their place takes the same time"
    assert beats[40].rr_ms == 620.0, "the raw interval stays"
    assert beats[40].reason == REASONS[Verdict.ECTOPIC]


def test_a_missed_beat_is_told_with_the_two_intervals_it_may_have_been() -> None:
    rr_ms = steady(60)
    rr_ms[40] = 1810.0
    beat = kept(rr_ms)[40]
    assert (beat.verdict, beat.nn_ms) == (Verdict.MISSED, 905.0)


def test_an_extra_detection_is_merged_with_what_it_cut() -> None:
    rr_ms = steady(60)
    rr_ms[40:41] = [400.0, 505.0]
    beats = kept(rr_ms)
    assert [beat.verdict for beat in beats[39:43]] == [Verdict.KEPT, Verdict.EXTRA, Verdict.EXTRA, Verdict.KEPT]
    assert [beats[40].nn_ms, beats[41].nn_ms] == [None, 905.0]


def test_an_interval_cut_near_its_end_or_in_a_deep_breath_is_merged_too() -> None:
    rr_ms = steady(60)
    rr_ms[40:41] = [250.0, 655.0]
    assert {beat.ordinal: beat.verdict for beat in kept(rr_ms) if not beat.kept} == dict.fromkeys(
        (40, 41), Verdict.EXTRA
    )
    rising = [*steady(40), 949, 1056, 1125, 523, 623, 1111, 1088, 1054, *steady(10)]
    assert {beat.ordinal: beat.verdict for beat in kept(rising) if not beat.kept} == dict.fromkeys(
        (43, 44), Verdict.EXTRA
    )
    rr_ms[40:42] = [655.0, 250.0]
    assert {beat.ordinal: beat.verdict for beat in kept(rr_ms) if not beat.kept} == dict.fromkeys(
        (40, 41), Verdict.EXTRA
    )


def test_a_tiny_spurious_interval_does_not_cost_the_good_one_after_it() -> None:
    rr_ms = steady(60)
    rr_ms.insert(40, 52.0)  # as a Garmin HRM-Dual sends now and then
    assert {beat.ordinal: beat.verdict for beat in kept(rr_ms) if not beat.kept} == {40: Verdict.IMPOSSIBLE}


@pytest.mark.parametrize("rr_ms", [0.0, 52.0, 2000.1, 2600.0])
def test_what_no_heart_does_is_impossible_and_does_not_move_the_thresholds(rr_ms: float) -> None:
    intervals_ms = [2.1 * interval for interval in steady(60)] if rr_ms > 1000 else steady(60)
    intervals_ms.insert(40, rr_ms)
    beats = kept(intervals_ms)
    assert beats[40].verdict is Verdict.IMPOSSIBLE
    assert beats[40].nn_ms is None
    assert sum(not beat.kept for beat in beats) <= 2, "the beats around it are hardly touched"


@pytest.mark.parametrize(("n_missed", "slow"), [(1, 1.0), (2, 1.0), (1, 1.3)])
def test_up_to_two_missed_beats_are_told_as_such_though_no_heart_beats_so_slowly(n_missed: int, slow: float) -> None:
    rr_ms = [slow * interval for interval in steady(60)]
    rr_ms[40] = (n_missed + 1) * slow * 905.0
    beat = kept(rr_ms)[40]
    assert beat.verdict is Verdict.MISSED
    assert beat.nn_ms == pytest.approx(slow * 905.0)


def test_more_missing_beats_are_a_gap_and_what_follows_is_not_compared_with_what_came_before() -> None:
    rr_ms = [*steady(40), 30_000.0, *(interval - 250 for interval in steady(30, seed=1))]
    found = verdicts(rr_ms)
    assert found[40] is Verdict.GAP
    assert set(found[:40] + found[41:]) == {Verdict.KEPT}


def test_two_early_beats_in_a_row_and_their_pause_are_told_together() -> None:
    rr_ms = steady(60)
    rr_ms[40:43] = [560.0, 590.0, 1550.0]
    beats = kept(rr_ms)
    assert {beat.ordinal for beat in beats if not beat.kept} == {40, 41, 42}
    assert {beat.verdict for beat in beats[40:43]} == {Verdict.ECTOPIC}
    assert [beat.nn_ms for beat in beats[40:43]] == [900.0] * 3, "what is put in their place takes the same time"


def test_a_long_pause_after_an_early_beat_is_neither_missed_nor_extra() -> None:
    rr_ms = steady(60)
    rr_ms[40:42] = [520.0, 1380.0]
    assert {beat.ordinal: beat.verdict for beat in kept(rr_ms) if not beat.kept} == dict.fromkeys(
        (40, 41), Verdict.ECTOPIC
    )


def test_an_early_beat_without_a_pause_is_told_and_nothing_is_put_in_its_place() -> None:
    rr_ms = steady(60)
    rr_ms[40] = 640.0
    beats = kept(rr_ms)
    assert [(beat.ordinal, beat.verdict, beat.nn_ms) for beat in beats if not beat.kept] == [
        (40, Verdict.ECTOPIC, None)
    ]


@pytest.mark.parametrize(("sizes", "expected"), [((0.8, 1.2), Verdict.SHORT), ((1.2, 0.8), Verdict.LONG)])
def test_a_beat_out_of_its_place_is_short_and_long(sizes: tuple[float, float], expected: Verdict) -> None:
    rr_ms = steady(60)
    rr_ms[40:42] = [900.0 * size for size in sizes]
    beats = kept(rr_ms)
    assert {beat.ordinal for beat in beats if not beat.kept} == {40, 41}
    if expected is Verdict.LONG:
        assert [beat.verdict for beat in beats[40:42]] == [Verdict.LONG, Verdict.SHORT]
    assert beats[40].nn_ms == beats[41].nn_ms == 900.0


@pytest.mark.parametrize("excess", [1.1, 1.2, 1.3])
def test_a_long_interval_alone_is_a_sigh_and_stays(excess: float) -> None:
    rr_ms = steady(60)
    rr_ms[40] = excess * 900.0
    assert set(verdicts(rr_ms)) == {Verdict.KEPT}


def early_by(share: float, every: int, n: int = 240) -> tuple[list[float], list[int]]:
    """A steady heart of which every so manieth beat is early, and where."""
    rr_ms = steady(n)
    places = list(range(30, n - 5, every))
    for i in places:
        rr_ms[i + 1] += share * rr_ms[i]
        rr_ms[i] -= share * rr_ms[i]
    return rr_ms, places


@pytest.mark.parametrize("every", [2, 3, 4, 6, 10, 20])
@pytest.mark.parametrize("share", [0.2, 0.3, 0.4])
def test_frequent_early_beats_do_not_hide_each_other(share: float, every: int) -> None:
    rr_ms, places = early_by(share, every)
    judged_as = verdicts(rr_ms)
    assert sum(Verdict.KEPT not in judged_as[i : i + 2] for i in places) >= 0.97 * len(places)
    others = [v for i, v in enumerate(judged_as) if i not in places and i - 1 not in places]
    assert others.count(Verdict.KEPT) == len(others)


def found_of(share: float, spread_ms: float) -> float:
    """Share of beats displaced by a share of their interval, either way, that are found in a heart of such a spread."""
    found, n = 0, 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        rr_ms = list(900 + rng.normal(0, spread_ms, 400))
        places = list(range(40, 390, 10))
        for i in places:
            moved_ms = share * rr_ms[i] * rng.choice((-1, 1))
            rr_ms[i] -= moved_ms
            rr_ms[i + 1] += moved_ms
        judged_as = verdicts(rr_ms)
        found += sum(judged_as[i : i + 2] != [Verdict.KEPT] * 2 for i in places)
        n += len(places)
    return found / n


def test_what_is_abrupt_is_at_least_11_percent_and_follows_the_person() -> None:
    assert found_of(0.045, spread_ms=4.0) < 0.05, "a step of 9 % is never abrupt"
    assert found_of(0.065, spread_ms=4.0) > 0.99, "in a steady heart one of 13 % always is"
    assert 0.4 < found_of(0.065, spread_ms=50.0) < 0.9, "in a rough one it may be its own"
    assert found_of(0.20, spread_ms=50.0) > 0.97


def test_until_a_person_is_known_only_steps_of_30_percent_are_abrupt() -> None:
    for share, expected in ((0.14, {Verdict.KEPT}), (0.17, {Verdict.KEPT, Verdict.ECTOPIC})):
        rr_ms = steady(30)
        rr_ms[8] -= share * 900
        rr_ms[9] += share * 900
        assert set(verdicts(rr_ms)) == expected
    rr_ms = steady(30)
    rr_ms[20] -= 0.14 * 900
    rr_ms[21] += 0.14 * 900
    assert verdicts(rr_ms)[20:22] == [Verdict.ECTOPIC] * 2


@pytest.mark.parametrize("n_alike", [8, 30])
def test_the_same_interval_again_and_again_is_told_from_the_eighth_on_at_the_latest(n_alike: int) -> None:
    rr_ms = steady(40)
    rr_ms[30:30] = [rr_ms[29]] * (n_alike - 1)
    found = verdicts(rr_ms)
    fill = [i for i, verdict in enumerate(found) if verdict is Verdict.FILL]
    assert fill == list(range(34, 29 + n_alike)), "with the two that are known ahead the sixth of them is the first"
    assert found[29 + n_alike :].count(Verdict.KEPT) >= 9
    assert kept(rr_ms)[34].reason == REASONS[Verdict.FILL]
    assert kept(rr_ms)[34].nn_ms is None


@pytest.mark.parametrize("fill_ms", [500.0, 1400.0])
def test_a_jump_to_the_same_interval_again_and_again_is_told_at_once(fill_ms: float) -> None:
    rr_ms = steady(40)
    rr_ms[30:30] = [fill_ms] * 6
    assert [i for i, verdict in enumerate(verdicts(rr_ms)) if verdict is Verdict.FILL] == list(range(30, 36))


def test_500_ms_is_known_as_a_fill_value() -> None:
    rr_ms = [interval - 400 for interval in steady(40)]
    rr_ms[30:30] = [500.0] * 5
    found = verdicts(rr_ms)
    assert found[31:35] == [Verdict.FILL] * 4
    assert found[30] is Verdict.KEPT


def test_a_heart_told_in_coarse_steps_is_no_fill() -> None:
    rng = np.random.default_rng(1)
    rr_ms = 8.0 * np.round((800 + 20 * rng.normal(size=2000)) / 8.0)
    assert Verdict.FILL not in verdicts(rr_ms)


def test_a_strap_that_sends_zeros_for_a_while_is_borne() -> None:
    rr_ms = [*steady(30), *[0.0] * 20, *steady(30)]
    found = verdicts(rr_ms)
    assert found[30:50] == [Verdict.IMPOSSIBLE] * 20
    assert found[55:].count(Verdict.KEPT) >= 24


@pytest.mark.parametrize("limit_ms", [300.0, 2000.0])
def test_the_limits_themselves_are_possible(limit_ms: float) -> None:
    inside_ms = limit_ms - 5.0 if limit_ms > 1000 else limit_ms + 5.0
    rr_ms = [limit_ms, inside_ms] * 15
    assert {beat.verdict for beat in kept(rr_ms)} == {Verdict.KEPT}


def test_a_verdict_given_before_stays() -> None:
    beats = as_beats(steady(30))
    beats[10] = Beat(10, beats[10].time_s, beats[10].rr_ms, 0, Verdict.OFF_BODY)
    done = judged(beats)
    assert done[10].verdict is Verdict.OFF_BODY
    assert done[10].reason == REASONS[Verdict.OFF_BODY]
    assert done[10].nn_ms is None


def test_nothing_is_compared_across_a_gap() -> None:
    slow, fast = [interval + 200 for interval in steady(30)], [interval - 250 for interval in steady(30)]
    together = verdicts(slow + fast)
    apart = judged([*as_beats(slow), *as_beats(fast, segment=1, first=30, from_s=60)])
    assert {beat.verdict for beat in apart} == {Verdict.KEPT}
    assert len(together) == len(apart)


def test_each_beat_is_judged_when_two_more_have_come() -> None:
    classifier = Classifier()
    counts = [len(classifier.push(beat)) for beat in as_beats(steady(14))]
    assert counts == [*[0] * (N_OPENING - 1), N_OPENING - 2, *[1] * (14 - N_OPENING)], "the first ones wait together"
    assert [beat.ordinal for beat in classifier.flush()] == [12, 13]
    assert classifier.flush() == []


def test_a_new_segment_lets_the_last_beats_of_the_old_one_go() -> None:
    classifier = Classifier()
    for beat in as_beats(steady(10)):
        classifier.push(beat)
    (first,) = as_beats([900.0], segment=1, first=10, from_s=30)
    assert [beat.ordinal for beat in classifier.push(first)] == [8, 9]


rough = st.lists(st.one_of(st.floats(700, 1100), st.floats(0, 2500)), min_size=1, max_size=60)


@given(rough)
def test_every_beat_is_judged_once_and_its_raw_interval_stays(rr_ms: list[float]) -> None:
    beats = kept(rr_ms)
    assert [beat.rr_ms for beat in beats] == rr_ms
    assert [beat.ordinal for beat in beats] == list(range(len(rr_ms)))
    for beat in beats:
        assert beat.verdict is not Verdict.PENDING
        assert beat.kept == (beat.reason == "")
        assert beat.nn_ms is None or 0 < beat.nn_ms < 5000
        assert not beat.kept or beat.nn_ms == beat.rr_ms


@given(rough, st.data())
def test_verdicts_are_the_same_however_the_intervals_are_cut_into_packets(
    rr_ms: list[float], data: st.DataObject
) -> None:
    ends = np.cumsum(rr_ms) / 1000

    def through(cuts: list[int]) -> list[tuple[int, float, Verdict, float | None]]:
        judge, done, begin = BeatJudge(), [], 0
        for end in cuts:
            packet = Packet(float(ends[end - 1]), PacketFormat.RR_TEXT, b"")
            sample = HeartRateSample(packet, None, Contact.UNSUPPORTED, None, tuple(rr_ms[begin:end]))
            done += judge.take(packet.received_s, sample)[1]
            begin = end
        done += judge.finish()[1]
        return [(beat.ordinal, beat.rr_ms, beat.verdict, beat.nn_ms) for beat in done]

    borders = data.draw(st.lists(st.integers(1, len(rr_ms)), unique=True).map(sorted))
    cuts = [*[border for border in borders if border < len(rr_ms)], len(rr_ms)]
    assert through(cuts) == through(list(range(1, len(rr_ms) + 1)))


@pytest.mark.parametrize("spread_ms", [1.0, 3.0, 5.0, 8.0])
@pytest.mark.parametrize("clock_ms", [1000 / 1024, 4.0, 1000 / 128])
def test_a_steady_heart_on_a_coarse_clock_is_no_fill_value(spread_ms: float, clock_ms: float) -> None:
    rng = np.random.default_rng(1)
    course = np.zeros(3000)
    for i in range(1, len(course)):
        course[i] = 0.8 * course[i - 1] + rng.normal(0, 0.6 * spread_ms)
    times = np.round(np.cumsum(800 + course) / clock_ms) * clock_ms
    n_fill = sum(beat.verdict is Verdict.FILL for beat in kept(list(np.diff(times))))
    assert n_fill <= 0.002 * len(times)


INTERVALS_MS = st.floats(300, 2000)
NEAR = st.floats(0.8, 1.25)


@settings(max_examples=500)
@given(INTERVALS_MS, INTERVALS_MS, st.lists(NEAR, min_size=4, max_size=4), st.lists(st.floats(0.11, 0.4), min_size=3))
def test_no_rule_finds_anything_where_an_interval_is_called_plain(
    earlier: float, before: float, steps: list[float], abrupt: list[float]
) -> None:
    here, following, after, typical = (before * share for share in steps)
    if is_plain(before, here, following, after, typical):
        early, late, alone = (share * typical for share in abrupt[:3])
        alone, sudden = min(alone, 0.25 * typical), max(late, SUDDEN_LEAST * typical)
        place = Place(earlier, before, here, following, after, None, typical, early, late, alone, sudden)
        assert find_fault(place) is None
