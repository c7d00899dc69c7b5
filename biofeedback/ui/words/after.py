"""What is said after a session: two sentences, and the figures for those who ask."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from biofeedback.analysis.breath.answer import PacerAnswer
from biofeedback.analysis.figures.indices import EXTRA_BEATS, FEW_IN_A_ROW, NO_ORDER, UNUSABLE
from biofeedback.reports.sentences import IRREGULAR_PERCENT, reason_afterwards
from biofeedback.session.summary import NOT_SCORED
from biofeedback.ui.words.common import minutes

if TYPE_CHECKING:
    from biofeedback.session.summary import PhaseSummary, ScoreSummary, SessionSummary

ALL_FIGURES = "Figures of each part"
SHORT_S = 60.0
"""A practice below this is too short to tell of."""


def sentences(summary: "SessionSummary") -> tuple[str, str]:
    """Two sentences on what the body did, made from the data and never judging."""
    lasted = f"You practised for {minutes(summary.duration_s / 60)}."
    if summary.interrupted:
        lasted = f"This session was interrupted after {minutes(summary.duration_s / 60)}; all until then is kept."
    if summary.eeg is not None and not summary.n_beats:
        return lasted, _of_head(summary.score)
    practice = _of_role(summary.phases, "practice") or _of_role(summary.phases, "baseline")
    before = _of_role(summary.phases, "baseline")
    if practice is None or practice.indices.swing_bpm is None:
        return lasted, _no_answer(summary, practice)
    swing = _beats(practice.indices.swing_bpm)
    if practice is before or before is None or before.indices.swing_bpm is None:
        return lasted, f"With each breath your heart sped up and slowed down by about {swing} a minute."
    if practice.pacer is None:
        return lasted, (
            f"While you practised, your heart beat about {practice.indices.mean_hr_bpm:.0f} times a minute; "
            f"before, it was about {before.indices.mean_hr_bpm:.0f}."
        )
    return lasted, (
        f"While you breathed slowly, your heart swung by about {swing} a minute with each breath; "
        f"before, it was about {before.indices.swing_bpm:.0f}.{_followed(practice.pacer)}"
    )


FLARE_WORDS = (
    "You were there for yourself in a hard minute. That counts.",
    "Be gentle with yourself now: something warm, or a quiet rest. If this pain is new, let a doctor know.",
)
MORE_SINCE = "That happens, and it says nothing about how you practised."
"""Said where something rose."""
NAMED = ("pain", "tension")
NO_BEATS = "No beats came, so it cannot be said how your heart answered."


def before_and_now(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """Pain and tension before and after in one sentence; empty where they were not told at both times."""
    told = [(name, before[name], now[name]) for name in NAMED if name in before and name in now]
    if not told:
        return ""
    parts = [
        f"{'your' if i else 'Your'} {name} "
        + (f"is as it was, {now_}" if now_ == was else f"{'eased' if now_ < was else 'rose'} from {was} to {now_}")
        for i, (name, was, now_) in enumerate(told)
    ]
    kind = f" {MORE_SINCE}" if any(now_ > was for _, was, now_ in told) else ""
    return f"{', and '.join(parts)}.{kind}"


def _followed(pacer: PacerAnswer) -> str:
    """How the breath went with the pace, as far as the heart shows it."""
    percent = pacer.followed_percent
    if percent is None:
        return ""
    share = "nearly all of the time" if percent >= 80 else "much of the time" if percent >= 50 else "now and then"
    return f" Your breath went along with the pace {share}."


def _of_head(score: "ScoreSummary") -> str:
    """How much of the time a band that was worn alone could answer."""
    if not score.scored_percent:
        if not score.kind:
            return ""
        why = f": {reason_afterwards(score.reason)}" if score.reason else ""
        return f"The band gave no answer{why}. That happens, and it is fine."
    percent = score.scored_percent
    share = "nearly all" if percent >= 90 else "most" if percent >= 60 else "some" if percent >= 20 else "a little"
    rested = (
        ""
        if percent >= 90
        else " It rested while it was not heard, or eyes, jaw or the band itself were louder than the brain."
    )
    return f"The band could answer for {share} of the practice.{rested}"


def _beats(value: float) -> str:
    return "1 beat" if round(value) == 1 else f"{value:.0f} beats"


def _no_answer(summary: "SessionSummary", practice: "PhaseSummary | None") -> str:
    """Why it cannot be said how the heart answered: the reason that withheld it."""
    if summary.advice == NOT_SCORED:  # which says why
        return ""
    if not any(phase.indices.n_beats for phase in summary.phases):
        return NO_BEATS
    if practice is None or practice.duration_s < SHORT_S:
        return "It was too short to say how your heart answered. Every minute counts all the same."
    reason = practice.indices.withheld.get("swing_bpm", "")
    if not practice.indices.n_beats:
        return NO_BEATS
    if EXTRA_BEATS in reason:
        return (
            "There were too many extra beats to say how your heart answered. They are common; if they are new to you, "
            "mention them to your doctor."
        )
    if UNUSABLE in reason:
        return "The signal was not clear enough to say how your heart answered. That happens, and it is fine."
    if reason == NO_ORDER or (summary.irregular_percent or 0.0) >= IRREGULAR_PERCENT:
        common = "" if summary.advice else " That is often a loose strap, or extra beats, which are common."
        return f"Your beats came too irregularly to say how your heart answered.{common}"
    if reason == FEW_IN_A_ROW:
        return "Too few beats came in a row to say how your heart answered. That happens, and it is fine."
    return "Your heart did not show your breath clearly enough to say how it answered. That happens, and it is fine."


def _of_role(phases: "Sequence[PhaseSummary]", role: str) -> "PhaseSummary | None":
    return next((phase for phase in phases if phase.role == role), None)


FIGURES = (
    ("mean_hr_bpm", "Heart rate, beats a minute", 0),
    ("swing_bpm", "Swing with a breath, beats a minute", 1),
    ("asked", "Breaths asked for, a minute", 1),
    ("respiration_per_min", "Breaths, a minute", 1),
    ("breaths_per_min", "Breaths measured at the chest, a minute", 1),
    ("smoothness", "Smoothness of the wave, 0 to 1", 2),
    ("synchrony", "In time with the guide, 0 to 1", 2),
    ("lag_deg", "Behind the guide, degrees", 0),
    ("rmssd_ms", "RMSSD, ms", 0),
    ("HRV_RMSSD", "RMSSD by neurokit2, ms", 0),
    ("sdnn_ms", "SDNN, ms", 0),
    ("RSA_P2T_Mean", "RSA peak to trough by neurokit2, ms", 0),
    ("moving_percent", "Moving, % of the time", 0),
    ("artifact_percent", "Beats not usable, %", 1),
    ("kept_percent", "Head usable, % of the time", 0),
    ("rewarded_percent", "Mark reached, % of the time answered", 0),
    ("theta", "Theta, \u00b5V\u00b2", 1),
    ("alpha", "Alpha, \u00b5V\u00b2", 1),
    ("smr", "SMR, \u00b5V\u00b2", 1),
    ("beta", "Beta, \u00b5V\u00b2", 1),
    ("high_beta", "High beta, \u00b5V\u00b2", 1),
)
"""Key, name with unit, and digits."""


def meaning(key: str) -> str:
    """What a figure needs and where it holds, for the pointer that rests on it; empty for a plain count."""
    from biofeedback.analysis.figures.definitions import DEFINITIONS

    definition = DEFINITIONS.get(key)
    return f"Needs {definition.stretch}. To compare: {definition.holds}." if definition else ""
