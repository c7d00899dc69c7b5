"""What an exercise found out, from the account of its session; the same account finds the same to the bit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.practice.recovery import Span, recovery_of
from biofeedback.analysis.practice.resonance import Resonance, find_resonance, retest
from biofeedback.analysis.practice.transfer import transfer_of
from biofeedback.session.account import Account
from biofeedback.session.kept.earlier import Earlier
from biofeedback.session.ladders import activity_result
from biofeedback.storage.records import NewSession, StoredPhase
from protocols.phases import Role
from protocols.specification import Finding

NO_PACER = "No breath was paced."
NO_BEATS = "No beat was heard."
IRREGULAR = "The beats came too irregularly to tell."
IRREGULAR_MOST = 0.10
"""Of more than this share of irregular beats no rate is told: the limit of every other figure (science A5, E1)."""


def find(
    new: NewSession,
    account: Account,
    phases: Sequence[StoredPhase],
    duration_s: float,
    ratings: Mapping[str, Mapping[str, int]],
    *,
    unwell: bool = False,
) -> dict[str, Any] | None:
    """The result of a session, by what its exercise was to find; None where it finds nothing.

    Parameters
    ----------
    new : NewSession
    account : Account
    phases : sequence of StoredPhase
        As they were lived.
    duration_s : float
    ratings : mapping
        Answers by moment and question.
    unwell : bool
        Whether the session was ended because the person did not feel well.
    """
    settings = new.settings
    match settings.get("finds"):
        case Finding.RESONANCE:
            return _resonance(account, Earlier.of(settings))
        case Finding.RECOVERY:
            found = _recovery(account, _lived(phases, duration_s), moving=bool(settings.get("moving")))
            return found | activity_result(new, phases, found["challenges"], ratings, unwell=unwell)
        case Finding.TRANSFER:
            return _transfer(account, _lived(phases, duration_s))
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _Lived:
    """A phase from its beginning to its end, seconds of the session."""

    phase: StoredPhase
    span: Span


def _lived(phases: Sequence[StoredPhase], duration_s: float) -> list[_Lived]:
    return [
        _Lived(phase, Span(phase.start_s, phase.end_s if phase.end_s is not None else duration_s)) for phase in phases
    ]


def _resonance(account: Account, earlier: Earlier) -> dict[str, Any]:
    if account.pacer is None or not account.beats:
        found = Resonance(reason=NO_PACER if account.beats else NO_BEATS)
    elif account.n_irregular > IRREGULAR_MOST * len(account.beats):
        found = Resonance(reason=IRREGULAR)
    else:
        beats = account.beats
        found = find_resonance(
            np.array([beat.time_s for beat in beats]),
            np.array([beat.rr_ms for beat in beats]),
            np.array([beat.kept for beat in beats]),
            account.pacer,
        )
    before = [Resonance(rate, se_per_min=se) for rate, se in earlier.resonances]
    return {
        "kind": Finding.RESONANCE.value,
        "resonance_per_min": found.frequency_per_min,
        "clear": found.clear,
        "confidence": found.probability,
        "sure": found.confidence.value,
        "reason": found.reason,
        "low_per_min": found.low_per_min,
        "high_per_min": found.high_per_min,
        "se_per_min": found.se_per_min,
        "pace_per_min": found.pace_per_min,
        "points": [asdict(point) for point in found.points],
        "with_earlier": asdict(retest(found, before)),
    }


def _recovery(account: Account, lived: Sequence[_Lived], *, moving: bool) -> dict[str, Any]:
    """How the heart rose and came back, challenge by challenge, each beside the rest before it."""
    found: list[dict[str, Any]] = []
    baseline: Span | None = None
    for i, each in enumerate(lived):
        if each.phase.role == Role.BASELINE:
            baseline = each.span
        after = [later for later in lived[i + 1 :] if later.phase.role in (Role.CHALLENGE, Role.RECOVERY)]
        if each.phase.role != Role.CHALLENGE or baseline is None or not after:
            continue
        rest = after[0].span if after[0].phase.role == Role.RECOVERY else Span(each.span.to_s, after[0].span.from_s)
        recovery = recovery_of(account.beats, baseline, each.span, rest, [each.span] if moving else [])
        found.append({"name": each.phase.name, "title": each.phase.title} | asdict(recovery))
    return {"kind": Finding.RECOVERY.value, "challenges": found}


def _transfer(account: Account, lived: Sequence[_Lived]) -> dict[str, Any]:
    """What was kept without help of what was there with it."""

    def beats(role: Role, *, paced: bool = False) -> list[Beat]:
        spans = [each.span for each in lived if each.phase.role == role and (each.phase.pacing or not paced)]
        return [beat for span in spans for beat in account.in_practice(span.from_s, span.to_s)]

    paces = [each.phase.pacing["rate_per_min"] for each in lived if each.phase.pacing]
    transfer = transfer_of(
        beats(Role.PRACTICE, paced=True), beats(Role.TRANSFER), paces[-1] if paces else 0.0, beats(Role.BASELINE)
    )
    return {"kind": Finding.TRANSFER.value} | asdict(transfer)
