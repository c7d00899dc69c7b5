"""Units of a strap's intervals, doubted by its own heart rate; never where both are sound."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.beats.units import (
    BLOCK_S,
    N_BLOCKS,
    N_WRONG_RATES,
    Doubt,
    UnitCheck,
    UnitDoubt,
)
from devices.gatt import decode_heart_rate
from devices.person import Person, Traits
from protocols.breathing import BreathCurve, BreathPattern
from tests.analysis.hearts import beats_of, swinging
from tests.recordings import recording

FAULTS = {1000 / 1024: Doubt.TOO_SHORT, 1.0: None, 1024 / 1000: Doubt.TOO_LONG}


def strap(
    raw: Sequence[int], n_smooth: int, cut: bool, factor: float = 1.0, shown: float = 1.0
) -> Iterator[tuple[float, int]]:
    """Intervals (1/1024 s) as decoded, times a factor, and the heart rate beside them: of the last so many beats."""
    for i in range(len(raw)):
        last = raw[max(0, i + 1 - n_smooth) : i + 1]
        rate = shown * 60 * 1024 * len(last) / sum(last)
        yield raw[i] * 1000 / 1024 * factor, math.floor(rate) if cut else round(rate)


def doubts(pairs: Iterable[tuple[float, int | None]]) -> list[UnitDoubt]:
    check = UnitCheck()
    return [doubt for rr_ms, rate_bpm in pairs if (doubt := check.push(rr_ms, rate_bpm))]


def heart(hr_bpm: float, swing_bpm: float, per_min: float, seconds: float, falls_bpm: float = 0.0) -> list[int]:
    """Intervals in 1/1024 s of a heart that swings with the breath and calms down."""
    swing = swinging(0.0, swing_bpm, per_min)
    beats = beats_of(lambda at_s: hr_bpm + falls_bpm * np.exp(-at_s / 180.0) + swing(at_s), seconds)
    return [round(1024 * (b - a)) for a, b in pairwise(beats)]


def hearts(least_bpm: float, most_swing_bpm: float) -> st.SearchStrategy[list[int]]:
    swing_bpm = st.floats(3, most_swing_bpm)
    return st.builds(
        heart, st.floats(least_bpm, 95), swing_bpm, st.floats(4, 15), st.floats(340, 600), st.floats(0, 10)
    )


@settings(max_examples=30, deadline=None)
@given(hearts(48, 25), st.integers(1, 16), st.booleans())
def test_a_sound_strap_is_never_doubted_and_no_fault_taken_for_another(
    raw: list[int], n_smooth: int, cut: bool
) -> None:
    for factor, doubt in FAULTS.items():
        assert {told.doubt for told in doubts(strap(raw, n_smooth, cut, factor))} <= {doubt}


@pytest.mark.parametrize("hr", [50.0, 66.0, 90.0])
@pytest.mark.parametrize("per_min", [None, 6.0])
@pytest.mark.parametrize("factor", [1000 / 1024, 1024 / 1000])
def test_a_wrong_unit_is_told_once(hr: float, per_min: float | None, factor: float) -> None:
    curve = BreathCurve.steady(BreathPattern(per_min, 4, 0, 6, 0)) if per_min else None
    beats = Person(Traits(hr, amplitude_ms=40), seed=1).beats_until(
        600, lambda s: curve.at(s).volume if curve else None
    )
    raw = [round(1024 * (b - a)) for a, b in pairwise(beats)]
    for n_smooth, cut in ((1, False), (5, False), (16, True)):
        (told,) = doubts(strap(raw, n_smooth, cut, factor))
        assert told.doubt is FAULTS[factor]
        assert told.ratio == pytest.approx(1 / factor, rel=0.01)


@given(hearts(60, 12), st.floats(0.4, 0.85) | st.floats(1.2, 2.0), st.sampled_from([*FAULTS]))
@settings(max_examples=25, deadline=None)
def test_a_heart_rate_far_off_is_told_and_says_nothing_of_the_unit(raw: list[int], shown: float, factor: float) -> None:
    told = doubts(strap(raw, 5, False, factor, shown))
    assert [doubt.doubt for doubt in told] == [Doubt.RATE]
    assert "the beats alone" in told[0].sentence


def test_what_a_person_reads_has_both_heart_rates() -> None:
    (told,) = doubts([(60000 / 133, 172)] * 300)
    assert "tells (172) is far from that of its beats (133)" in told.sentence
    assert told.ratio == pytest.approx(133 / 172, rel=0.01)


def test_a_doubt_takes_minutes() -> None:
    seconds = next(n for n in range(1, 600) if doubts([(1000.0, 90)] * n))
    assert seconds == N_WRONG_RATES * BLOCK_S
    short_ms = 60000 / 61.5
    rates = [59, 60, 61] * 200
    intervals = next(n for n in range(1, 600) if doubts((short_ms, rate) for rate in rates[:n]))
    assert intervals == pytest.approx(N_BLOCKS * BLOCK_S * 1000 / short_ms, abs=N_BLOCKS)
    assert doubts([(short_ms, 60)] * 600) == [], "all may have lost the same fraction"


def test_a_heart_rate_that_is_wrong_for_a_minute_is_not_told() -> None:
    assert doubts([*[(1000.0, 60)] * 60, *[(1000.0, 120)] * 80, *[(1000.0, 60)] * 600]) == []


def test_without_a_heart_rate_nothing_is_doubted_and_its_intervals_do_not_count() -> None:
    assert doubts([(1000.0, None)] * 900) == []
    wrong: list[tuple[float, int | None]] = [(1000.0, 90), (500.0, None)]
    assert [doubt.doubt for doubt in doubts(wrong * 130)] == [Doubt.RATE]


@pytest.mark.parametrize(("rr_ms", "rate_bpm"), [(0.0, 60), (-1.0, 60), (float("nan"), 60), (1000.0, 0)])
def test_what_cannot_be_is_named(rr_ms: float, rate_bpm: int) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        UnitCheck().push(rr_ms, rate_bpm)


@pytest.mark.parametrize("device", ["Polar H7", "unbranded BLE/ANT+ strap (gatttool)"])
def test_real_straps_are_not_doubted_until_their_intervals_are_taken_for_milliseconds(device: str) -> None:
    frames = json.loads(recording("ble/ble_frames.json").read_text())["heart_rate_measurement_2a37"]
    measured = [decode_heart_rate(bytes.fromhex(frame["hex"])) for frame in frames if frame["device"] == device]
    pairs = [(rr_ms, one.rate_bpm) for one in measured for rr_ms in one.rr_ms] * 120
    assert doubts(pairs) == []
    if device == "Polar H7":  # the few frames of the other are from a heart that was slowing down
        assert [doubt.doubt for doubt in doubts((rr_ms * 1.024, hr) for rr_ms, hr in pairs)] == [Doubt.TOO_LONG]
