"""How much is kept once the guide is gone."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.practice import transfer
from biofeedback.analysis.practice.transfer import Transfer, transfer_of
from devices.person import Person, Traits
from protocols.breathing import BreathCurve, BreathPattern
from tests.analysis.hearts import as_beats, judged

REST_S, GUIDED_S, END_S = 180.0, 480.0, 720.0
GUIDE = BreathCurve.steady(BreathPattern(6.0))

Breath = Callable[[float], float | None]


def session(alone: Breath, seed: int, amplitude_ms: float = 60.0) -> list[list[Beat]]:
    """Rest, practice with a guide, and time without it of a simulated person."""

    def breath(at_s: float) -> float | None:
        return None if at_s < REST_S else GUIDE.at(at_s).volume if at_s < GUIDED_S else alone(at_s)

    at_s = np.array(Person(Traits(amplitude_ms=amplitude_ms), seed).beats_until(END_S, breath))
    beats = judged(as_beats(1000 * np.diff(at_s), from_s=float(at_s[0])))
    edges = (0.0, REST_S, GUIDED_S, END_S)
    return [[b for b in beats if first < b.time_s <= last] for first, last in pairwise(edges)]


def found(alone: Breath, seed: int = 0, amplitude_ms: float = 60.0) -> Transfer:
    rest, practice, alone_beats = session(alone, seed, amplitude_ms)
    return transfer_of(practice, alone_beats, 6.0, rest)


def goes_on(at_s: float) -> float:
    return GUIDE.at(at_s).volume


def lets_go(at_s: float) -> None:
    return None


@pytest.mark.parametrize("seed", range(4))
def test_a_person_who_goes_on_keeps_all_of_it(seed: int) -> None:
    of = found(goes_on, seed)
    assert of.kept is not None
    assert of.kept > 0.85
    assert set(of.withheld) <= {"swing"}  # at rest the heart may not show the breath


@pytest.mark.parametrize("seed", range(4))
def test_a_person_who_lets_go_keeps_nothing(seed: int) -> None:
    of = found(lets_go, seed)
    assert of.kept is None or of.kept < 0.2


def test_what_is_kept_for_half_of_the_time_lies_between() -> None:
    half = [found(lambda at_s: goes_on(at_s) if at_s < 600 else None, seed).kept for seed in range(4)]
    assert all(kept is not None and 0.3 < kept < 0.85 for kept in half)


def test_another_slow_pace_keeps_the_wave_but_not_the_pace() -> None:
    quicker = BreathCurve.steady(BreathPattern(7.5))
    of = found(lambda at_s: quicker.at(at_s).volume)
    assert of.pace == 0
    assert of.smoothness is not None
    assert of.smoothness > 0.5


def test_a_smaller_breath_keeps_the_pace_but_less_of_the_swing() -> None:
    of = found(lambda at_s: 0.5 + 0.5 * (goes_on(at_s) - 0.5), 2, amplitude_ms=90.0)
    assert of.pace is not None
    assert of.pace > 0.7
    assert of.swing is not None
    assert of.swing < 0.6


def test_what_did_not_grow_with_the_guide_is_not_called_kept() -> None:
    rest, practice, _ = session(goes_on, 1)
    of = transfer_of(rest, rest, 6.0, rest)
    assert of.smoothness is of.swing is of.kept is None
    assert of.withheld["smoothness"] == of.withheld["swing"] == transfer.NOTHING_TO_KEEP
    assert of.withheld["kept"] == transfer.NOT_FOLLOWED
    alike = transfer_of(practice, practice, 6.0, rest)
    assert (alike.smoothness, alike.swing) == (1, 1)


def test_without_a_rest_it_is_compared_with_practice_alone() -> None:
    rest, practice, alone = session(lets_go, 1)
    with_rest, without = transfer_of(practice, alone, 6.0, rest), transfer_of(practice, alone, 6.0)
    assert without.smoothness is not None
    assert with_rest.smoothness is not None
    assert without.smoothness > with_rest.smoothness
    assert without.baseline_smoothness is None


def test_unclear_beats_have_no_transfer_but_a_reason() -> None:
    rest, practice, alone = session(goes_on, 1)
    spoilt = [replace(b, verdict=Verdict.LONG) if b.ordinal % 4 == 0 else b for b in alone]
    of = transfer_of(practice, spoilt, 6.0, rest)
    assert of.kept is of.pace is of.smoothness is of.swing is None
    assert set(of.withheld) == {"kept", "pace", "smoothness", "swing"}
    assert "cannot be used" in of.withheld["smoothness"]
    assert transfer_of([], [], 6.0).kept is None


@pytest.mark.parametrize("seed", range(3))
def test_without_following_the_guide_there_is_nothing_to_keep(seed: int) -> None:
    of = transfer_of(session(goes_on, seed)[1], session(goes_on, seed)[2], 9.0)
    assert of.kept is None
    assert of.withheld["kept"] == transfer.NOT_FOLLOWED
