"""What an exercise found out, from the account of its session; the same account finds the same to the bit."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from biofeedback.analysis.resonance import Resonance, find_resonance, retest
from biofeedback.session.earlier import Earlier
from biofeedback.storage.records import StoredPhase
from protocols.specification import Finding

if TYPE_CHECKING:
    from biofeedback.session.account import Account

NO_PACER = "no breath was paced"


def find(
    settings: dict[str, Any], account: "Account", phases: Sequence[StoredPhase], duration_s: float
) -> dict[str, Any] | None:
    """The result of a session, by what its exercise was to find; None where it finds nothing.

    Parameters
    ----------
    settings : dict
        Of the session, as stored.
    account : Account
    phases : sequence of StoredPhase
        As they were lived.
    duration_s : float
    """
    match settings.get("finds"):
        case Finding.RESONANCE:
            return _resonance(account, Earlier.of(settings))
        case _:
            return None


def _resonance(account: "Account", earlier: Earlier) -> dict[str, Any]:
    if account.pacer is None or not account.beats:
        found = Resonance(reason=NO_PACER)
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
