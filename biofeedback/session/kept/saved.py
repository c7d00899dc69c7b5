"""What was saved of a session, looked through where it comes from elsewhere: each part that is read has its kind."""

from typing import Any, TypeVar, get_args

from msgspec import Struct, ValidationError, convert

from biofeedback.analysis.practice.recovery import Recovery
from biofeedback.analysis.practice.resonance import Retest
from biofeedback.analysis.practice.transfer import Transfer
from biofeedback.session.steering import Order
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.records import TimelineKind
from protocols.breathing import BreathPattern
from protocols.specification import Finding
from protocols.trial import TrialResult

_As = TypeVar("_As")

LN_RMSSD_MOST = 20.0
"""Beyond every heart, and its power of e is a number still."""
LONGEST_S = float(1 << 40)


class _Indices(Struct):
    withheld: dict[str, str]


class _Pacer(Struct):
    synchrony: float | None
    lag_deg: float | None
    lag_s: float | None
    followed_percent: float | None
    reason: str


class _EegPhase(Struct):
    kept_percent: float
    bands_uv2: dict[str, float | None]
    rewarded_percent: float | None
    withheld: dict[str, str]


class _Phase(Struct):
    start_s: float
    end_s: float
    indices: _Indices
    pacer: _Pacer | None = None
    eeg: _EegPhase | None = None


class _Baseline(Struct):
    ln_rmssd: tuple[float, ...]
    breaths_per_min: float | None


class _History(Struct):
    ln_rmssd: float
    usual_ln_rmssd: float
    z: float
    n_baselines: float


class _Excluded(Struct, forbid_unknown_fields=True):
    from_s: float
    to_s: float
    reason: str


class _Kind(Struct):
    kind: str | None = None


class _Told(Struct):
    """What is taken by its name, and so has to be there, whatever has a default where it is computed."""

    phases: tuple[_Phase, ...]
    baseline: _Baseline | None = None
    history: _History | None = None
    excluded: tuple[_Excluded, ...] = ()
    result: _Kind | None = None


class _Point(Struct):
    rate_per_min: float
    n_breaths: float
    amplitude_ms: float | None
    lag_deg: float | None
    steadiness: float | None
    left_out: str


class _Resonance(Struct):
    resonance_per_min: float | None
    confidence: float
    reason: str = ""
    low_per_min: float | None = None
    high_per_min: float | None = None
    se_per_min: float | None = None
    points: tuple[_Point, ...] = ()
    with_earlier: Retest | None = None


class _Challenge(Struct):
    name: str
    reactivity_bpm: float | None
    time_s: float | None
    title: str = ""


class _Activity(Struct):
    expected_pain: float | None
    pain: float | None
    expected_fear: float | None
    fear: float | None


class _Suggestion(Struct):
    move: str
    because: str
    text: str | None


class _Recovery(Struct):
    challenges: tuple[_Challenge, ...]
    activity: _Activity | None = None
    suggestion: _Suggestion | None = None


class _Challenges(Struct):
    challenges: tuple[Recovery, ...]


class _Transfer(Struct):
    kept: float | None


class _Trial(Struct):
    sentence: str


class _PhaseBegins(Struct, forbid_unknown_fields=True):
    index: int


_RESULTS: dict[str | None, tuple[type, ...]] = {
    Finding.RESONANCE: (_Resonance,),
    Finding.RECOVERY: (_Recovery, _Challenges),
    Finding.TRANSFER: (_Transfer, Transfer),
    Finding.TRIAL: (_Trial, TrialResult),
}
_CHANGES: dict[str, type] = {
    TimelineKind.PHASE: _PhaseBegins,
    TimelineKind.REPACED: BreathPattern,
} | {order.kind: order for order in get_args(Order)}
"""What a turn of practice time tells, by its kind; of the others nothing is read."""


def check_turn(kind: str, detail: Any) -> None:
    """Look through what a saved turn of practice time tells.

    Raises
    ------
    ValueError, TypeError
        If it is no change of that kind.
    """
    if change := _CHANGES.get(kind):
        _converted(detail, change)
        change(**detail)  # which knows of no other parts


def check_saved(document: dict[str, Any]) -> None:
    """Look through a saved summary.

    Parameters
    ----------
    document : dict
        As `SessionSummary.as_json` makes it; of an earlier version it may have fewer parts, of a later one more.

    Raises
    ------
    ValueError
        If a part that is read is of another kind than it can be.
    """
    _converted({"exercise_title": "", "person": ""} | document, SessionSummary)
    told = _converted(document, _Told)
    for kind in _RESULTS.get(told.result.kind, ()) if told.result else ():
        _converted(document["result"], kind)
    rest = [*(told.baseline.ln_rmssd if told.baseline else ())]
    rest += [told.history.ln_rmssd, told.history.usual_ln_rmssd] if told.history else []
    if any(abs(each) > LN_RMSSD_MOST for each in rest):
        raise ValueError("no figures of a rest")
    if any(not 0.0 <= each.from_s < each.to_s < LONGEST_S for each in told.excluded):
        raise ValueError("no stretch that is left out")


def _converted(told: Any, kind: type[_As]) -> _As:
    try:
        return convert(told, kind)
    except ValidationError as error:
        raise ValueError(f"no part of a session ({error})") from error
