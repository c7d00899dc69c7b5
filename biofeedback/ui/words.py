"""Every word of the window, in one place."""

from collections.abc import Sequence

from biofeedback.analysis.definitions import DEFINITIONS
from biofeedback.session.events import Quality
from biofeedback.session.summary import PhaseSummary, SessionSummary
from protocols.breathing import Stage

CUES = {Stage.INHALE: "in", Stage.HOLD_FULL: "rest", Stage.EXHALE: "out", Stage.HOLD_EMPTY: "rest"}
FREE_BREATH = "easy"

QUALITY = {
    Quality.WAITING: "Waiting for the first beats",
    Quality.GOOD: "Clear signal",
    Quality.FAIR: "Signal a little unclear",
    Quality.POOR: "Let's get a better signal",
    Quality.NO_CONTACT: "The strap does not feel your skin. Moisten it and wear it a little tighter.",
    Quality.LOST: "No beats are coming. Your breathing goes on; the strap is looked for.",
}
FOLLOWING = "Your heart is following your breath."
RESTING = "Nothing to do here but rest."
LOW_BATTERY = "The strap's battery is nearly empty."
PAUSED = "Paused. Take the time you need."
READY = "As soon as your heartbeats arrive, we begin."

RATING = {"pain": "Pain", "tension": "Tension"}
RATING_ENDS = ("none", "the most")

NOT_A_DEVICE = (
    "This is a practice tool, not a medical device. It does not diagnose or treat. "
    "Do not change medication or delay care because of what it shows."
)
SEE_A_DOCTOR = (
    "Please see a doctor about new pain, pain after an injury, fever, unexplained weight loss, pain that wakes you "
    "every night, palpitations with faintness, or anything that worries you. Call for help at once for chest pain, "
    "sudden weakness or numbness, trouble speaking, fainting, or loss of bladder or bowel control."
)
STOP_WHEN = (
    "Stop and let your breath go its own way if you feel dizzy, tingly, short of breath or unwell. "
    "Never practise while driving or in water."
)
WEAR = (
    "Moisten the two electrode patches.",
    "Wear the strap just below the chest, snug, with the sender in the middle.",
    "Disconnect it from phones and watches: a strap in use elsewhere cannot be seen.",
)
SIMULATED = "simulated"


def greeting(hour: int) -> str:
    """A greeting by the time of day."""
    if 5 <= hour < 12:
        return "Good morning."
    if 12 <= hour < 18:
        return "Good afternoon."
    return "Good evening."


def minutes(value: float) -> str:
    """A length for people."""
    whole = max(1, round(value))
    return "1 minute" if whole == 1 else f"{whole} minutes"


def minutes_left(seconds: float) -> str:
    """What is left, never counted in seconds."""
    if seconds < 60:
        return "less than a minute left"
    return f"{minutes(seconds / 60)} left"


def newest_beat(age_s: float | None) -> str:
    """The age of the newest beat, quietly."""
    if age_s is None:
        return ""
    return "newest beat just now" if age_s < 3 else f"newest beat {age_s:.0f} seconds ago"


def signal_bars(rssi_dbm: int | None) -> int:
    """Bars from 0 to 4; weaker than -90 dBm is none."""
    if rssi_dbm is None:
        return 0
    return sum(rssi_dbm >= limit for limit in (-90, -80, -70, -60))


def sentences(summary: SessionSummary) -> tuple[str, str]:
    """Two sentences on what the body did, made from the data and never judging."""
    lasted = f"You practised for {minutes(summary.duration_s / 60)}."
    if summary.interrupted:
        lasted = f"This session was interrupted after {minutes(summary.duration_s / 60)}; all until then is kept."
    practice = _of_role(summary.phases, "practice") or _of_role(summary.phases, "baseline")
    before = _of_role(summary.phases, "baseline")
    if practice is None or practice.indices.swing_bpm is None:
        if practice is not None and practice.indices.n_beats and practice.duration_s >= 60:
            return (
                lasted,
                "The signal was not clear enough to say how your heart answered. That happens, and it is fine.",
            )
        return lasted, "It was too short to say how your heart answered. Every minute counts all the same."
    swing = practice.indices.swing_bpm
    if practice is before or before is None or before.indices.swing_bpm is None:
        return lasted, f"With each breath your heart sped up and slowed down by about {swing:.0f} beats a minute."
    answer = (
        f"While you breathed slowly, your heart swung by about {swing:.0f} beats a minute with each breath; "
        f"before, it was about {before.indices.swing_bpm:.0f}."
    )
    return lasted, answer


def _of_role(phases: Sequence[PhaseSummary], role: str) -> PhaseSummary | None:
    return next((phase for phase in phases if phase.role == role), None)


DETAILS = (
    ("mean_hr_bpm", "Heart rate", "beats a minute", 0),
    ("swing_bpm", "Swing with a breath", "beats a minute", 1),
    ("respiration_per_min", "Breaths (estimated)", "a minute", 1),
    ("smoothness", "Smoothness of the wave", "0 to 1", 2),
    ("rmssd_ms", "RMSSD", "ms", 0),
    ("sdnn_ms", "SDNN", "ms", 0),
    ("artifact_percent", "Beats not usable", "%", 1),
)


def meaning(key: str) -> str:
    """What a figure needs and where it holds, for the pointer that rests on it; empty for a plain count."""
    definition = DEFINITIONS.get(key)
    return f"Needs {definition.stretch}. To compare: {definition.holds}." if definition else ""
