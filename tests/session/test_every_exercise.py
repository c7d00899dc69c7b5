"""Every exercise that comes with the program can be played from its first second to its last."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from biofeedback.session.events import PhaseBegan
from biofeedback.storage.database import Store
from protocols.library import load_library
from protocols.phases import Phase, Role, Until
from protocols.specification import Exercise
from tests.session.stage import play, same_again

ENOUGH_MINUTES = 0.7
"""Enough of a phase to see that it can be played; schedules keep their length."""
ENOUGH_OF_HEAD_MINUTES = 0.15
"""Samples cost more than beats; the rest stays long enough for thresholds."""
ENDED_BY_THE_HEART = {Until.RECOVERED, Until.STEADY}


def shortened(exercise: Exercise) -> Exercise:
    least = ENOUGH_OF_HEAD_MINUTES if needs_band(exercise) else ENOUGH_MINUTES
    phases, parts = (tuple(shorter(phase, least) for phase in phases) for phases in (exercise.phases, exercise.parts))
    return replace(exercise, phases=phases, parts=parts)


def shorter(phase: Phase, enough_minutes: float) -> Phase:
    if phase.course.changes:
        return phase
    most = ENOUGH_MINUTES if phase.role is Role.BASELINE else enough_minutes
    return replace(phase, minutes=min(phase.minutes, most), least_minutes=min(phase.least_minutes, most))


def needs_band(exercise: Exercise) -> bool:
    return any(phase.feedback.of_head for phase in exercise)


def ways(exercise: Exercise) -> list[Mapping[str, str]]:
    """As many ways to decide as it takes to have each option once."""
    n_most = max((len(choice.options) for choice in exercise.offered), default=1)
    return [
        {choice.id: choice.options[i % len(choice.options)][0] for choice in exercise.offered} for i in range(n_most)
    ]


@pytest.mark.parametrize(
    ("exercise", "way"),
    [
        pytest.param(exercise, way, id="-".join((exercise.id, *way.values())))
        for exercise in load_library()
        for way in ways(exercise)
    ],
)
def test_every_exercise_plays_to_its_end_whatever_is_chosen(
    exercise: Exercise, way: Mapping[str, str], store: Store
) -> None:
    short = shortened(exercise.choosing(way))
    device = f"sim:rest?seed=3&resonance=5.6{'&eeg=1&rate=125' if needs_band(exercise) else ''}"
    played = play(store, device, short, ratings={r.value: 5 for r in exercise.ratings})
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == ("done", False, True)
    assert [event.planned.phase.name for event in played.of(PhaseBegan)] == [p.name for p in played.whole.phases]
    assert short.lots or [phase.name for phase in played.whole.phases] == [phase.name for phase in short]
    for lived, planned in zip(played.whole.phases, short, strict=True):
        lasted_s = lived.end_s - lived.start_s
        if planned.until in ENDED_BY_THE_HEART:
            assert 60.0 * planned.least_minutes <= lasted_s + 1e-6 <= 60.0 * planned.minutes + 2e-6
        elif not short.lots:  # what is drawn has its parts laid out anew
            assert lasted_s == pytest.approx(60.0 * planned.minutes)
        assert needs_band(exercise) or lived.indices.mean_hr_bpm is not None
        assert (lived.eeg is not None) is needs_band(exercise)
    same_again(store, played)
