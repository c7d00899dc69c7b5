"""Every word of the window, in one place.

The first window is made of these, so nothing slow is imported before it is asked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from biofeedback.analysis.indices import Band, PacerAnswer
from biofeedback.reports.sentences import IRREGULAR_PERCENT
from biofeedback.session.events import Quality
from biofeedback.sound.settings import Timbre
from protocols.breathing import Stage
from protocols.feedback import CALM_SPAN_SD, CALM_WEIGHT, Part, Score
from protocols.phases import Feedback

if TYPE_CHECKING:
    from biofeedback.analysis.definitions import Definition
    from biofeedback.session.summary import PhaseSummary, SessionSummary

CUES = {
    Stage.INHALE: "in",
    Stage.TOP_UP: "a little more",
    Stage.HOLD_FULL: "rest",
    Stage.EXHALE: "out",
    Stage.HOLD_EMPTY: "rest",
}
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
SETTLED = "Your heart is as settled as when you rest."
ANSWERS = {Feedback.SMOOTHNESS: FOLLOWING, Feedback.CALM: SETTLED}
"""How the heart answers, from the mark on."""
RESTING = "Nothing to do here but rest."
LOW_BATTERY = "The strap's battery is nearly empty."
NO_ECG = "This strap shares its beats, not its ECG. For the practice nothing is missing."
ECG_COMES = "The ECG is on its way."
ECG_RESTS = "The ECG is resting. Your beats are still heard."
PAUSED = "Paused. Take the time you need."
READY = "As soon as your heartbeats arrive, we begin."

PICTURES: list[tuple[str, object]] = [
    ("Circle", "circle"),
    ("Dawn over water", "dawn"),
    ("Breathing tree", "tree"),
    ("Shore", "shore"),
    ("Dark, for closed eyes", "dark"),
]
MOVEMENTS: list[tuple[str, object]] = [("Moving", False), ("Still", True)]
SOUND, WITH_IT, VOLUME, HEADPHONES = "Sound", "With it", "Volume", "Headphones"
TIMBRES: tuple[tuple[str, object], ...] = (
    ("Off", ""),
    ("Tones", Timbre.TONES),
    ("Breath", Timbre.BREATH),
    ("Waves", Timbre.WAVES),
    ("Nothing for the breath", Timbre.NONE),
)
ACCOMPANYING = {"bed": "Soft ground", "bells": "Bells", "spoken": "Spoken words"}
DELAYS: tuple[tuple[str, object], ...] = (
    ("None, or with a cable", 0),
    ("0.1 s late", 100),
    ("0.2 s late", 200),
    ("0.3 s late", 300),
)
LISTEN = "Listen"
BREATHE_WITH_IT = "Breathe in as the sound rises, and out as it sinks."
BY_EAR = (
    f"With closed eyes: {BREATHE_WITH_IT[0].lower()}{BREATHE_WITH_IT[1:]} "
    "A soft bell begins each part, a deeper one ends the practice."
)
NO_VOICE = "This computer has no voice for the words."

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


def ecg_agreement(n_agreed: int, n_compared: int) -> str:
    """How many of the beats that could be compared the electrocardiogram agreed with."""
    return f"agrees with {n_agreed} of {n_compared} beats"


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


@dataclass(frozen=True, slots=True)
class LineWords:
    """What stands at the line under the heart's wave: its name, the word at its end, and what it is."""

    name: str
    end: str
    meaning: str


_LINE = "The soft bar tells how sure that is, the small mark where it begins to answer. Press N for numbers."
LINES = {
    Feedback.SMOOTHNESS: LineWords(
        "How smooth the heart's wave is", "smooth", f"How smooth the wave of your heart is. {_LINE}"
    ),
    Feedback.CALM: LineWords(
        "How settled the heart is", "settled", f"How settled your heart is, beside your own rest. {_LINE}"
    ),
}
PLACES = ("near the start of", "in the middle of", "near the end of")
PAST_THE_MARK = ", past the mark"
WAITING_LINE = "The line is waiting."
KEPT_LINE = "The line keeps its place for now."


def place_on_line(score: Score) -> str:
    """Where on the line the dot is, for those who do not see it."""
    if score.value is None:
        return WAITING_LINE
    place = PLACES[min(2, int(3 * score.value))]
    return f"The dot is {place} the line{PAST_THE_MARK if score.rewarded else ''}."


DASH = "\u2013"


@dataclass(frozen=True, slots=True)
class Number:
    """How a live figure is written.

    Attributes
    ----------
    key : str
        Of `LiveIndices`.
    name, unit : str
    digits : int
    largest : float
        The widest value to leave room for.
    paced : bool
        Whether it has a meaning only while a pacer is followed.
    """

    key: str
    name: str
    unit: str
    digits: int
    largest: float
    paced: bool = False

    def told(self, value: float | None, band: Band | None = None) -> str:
        """The value with its unit, then quietly its band; a dash where it is not known."""
        if value is None:
            return DASH
        return f"{value:.{self.digits}f}{self.unit}{told_band(band, self.digits)}"

    @property
    def widest(self) -> str:
        return self.told(self.largest, Band(self.largest, self.largest))


NUMBERS = (
    Number("hr_bpm", "heart rate", " bpm", 0, 188),
    Number("rmssd_ms", "RMSSD", " ms", 0, 188),
    Number("swing_bpm", "swing", " bpm", 1, 28.8),
    Number("respiration_per_min", "breaths", " /min", 1, 28.8),
    Number("smoothness", "smoothness", "", 2, 0.88),
    Number("coherence_ratio", "coherence ratio", "", 1, 88.8),
    Number("peak_hz", "peak", " Hz", 3, 0.888),
    Number("artifact_percent", "not usable", " %", 0, 88),
    Number("synchrony", "synchrony", "", 2, 0.88, paced=True),
    Number("lag_deg", "lag", "\u00b0", 0, -188, paced=True),
)


def told_band(band: Band | None, digits: int) -> str:
    """A band in brackets; nothing where there is none."""
    return f" ({band.low:.{digits}f} to {band.high:.{digits}f})" if band else ""


@cache
def live_definition(key: str) -> "Definition":
    """What a live figure is, by its key in `LiveIndices`."""
    from biofeedback.analysis import phase, trust
    from biofeedback.analysis.definitions import DEFINITIONS, Definition

    own = {
        "artifact_percent": Definition(
            "beats not usable", "%", f"last {trust.N_QUALITY} beats", "",
            f"anywhere; above {100 * trust.ARTIFACT_SHARE_ALL:.0f} % only heart rate is given",
        ),
        "synchrony": Definition(
            "synchrony with the pacer", "0 to 1", f"last {phase.PLV_WINDOW_S:.0f} s; {phase.PLV_LEAST_S:.0f} s",
            "", "at the same pace; near 1 the heart keeps time with the pacer",
        ),
        "lag_deg": Definition(
            "lag behind the pacer", "degrees", f"last {phase.LIVE_S:.0f} s or so", "",
            "at the same pace; 0: the heart speeds up just as the breath comes in",
        ),
    }  # fmt: skip
    return own[key] if key in own else DEFINITIONS["mean_hr_bpm" if key == "hr_bpm" else key]


@cache
def live_window(key: str) -> str:
    """How much of the past a live figure is of, in short."""
    found = re.match(r"last (\d+ \w+)", live_definition(key).live)
    return found[1] if found else ""


@cache
def live_meaning(key: str) -> str:
    """Window, least data and where it holds, for the pointer that rests on a live figure."""
    definition = live_definition(key)
    window, _, least = definition.live.partition("; ")
    named = ", ".join(filter(None, (definition.title, definition.unit)))
    needs = f"; needs {least}" if least else ""
    return (
        f"{named[:1].upper()}{named[1:]}. From the {window}{needs}. In brackets: where it lies 19 times in 20. "
        f"To compare: {definition.holds}."
    )


def independent_name(window_s: float) -> str:
    """RMSSD as neurokit2 computes it."""
    return f"RMSSD by neurokit2, {window_s:.0f} s"


INDEPENDENT = "The same by another program, so that a mistake in one of them shows."
ON_THE_LINE = "on the line"
LINE_MEANINGS = {
    Feedback.SMOOTHNESS: "The line shows the smoothness itself, from 0 to 1.",
    Feedback.CALM: (
        "The parts are distances from your own usual rest in standard deviations, "
        f"each weighted {CALM_WEIGHT:g}. The line shows their sum: your usual rest in the middle, "
        f"{CALM_SPAN_SD:g} below at its start, {CALM_SPAN_SD:g} above at its end."
    ),
}


def _short(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 10.0 else f"{value:.2f}"


def told_line(score: Score) -> str:
    """What the line shows, as a number with its band and its mark."""
    if score.value is None:
        return DASH
    band = Band(score.low, score.high) if score.low is not None and score.high is not None else None
    mark = "" if score.goal is None else f", mark at {score.goal:.2f}"
    return f"{score.value:.2f}{told_band(band, 2)}{mark}"


def told_part(part: Part, *, known: bool) -> str:
    """A part of what the line shows: now, usual, and what it adds."""
    now = _short(part.value) if known else DASH
    usual = "" if part.usual is None else f", usually {_short(part.usual)}"
    return f"{now}{usual}, adds {f'{part.counts:+.2f}' if known else DASH}"


WIDEST_LINE = told_line(Score(0.88, 0.88, "", 0.88, 0.88))
WIDEST_PART = told_part(Part("", 188.8, 188.8, 8.88), known=True)


def sentences(summary: "SessionSummary") -> tuple[str, str]:
    """Two sentences on what the body did, made from the data and never judging."""
    lasted = f"You practised for {minutes(summary.duration_s / 60)}."
    if summary.interrupted:
        lasted = f"This session was interrupted after {minutes(summary.duration_s / 60)}; all until then is kept."
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


def _followed(pacer: PacerAnswer) -> str:
    """How the breath went with the pace, as far as the heart shows it."""
    percent = pacer.followed_percent
    if percent is None:
        return ""
    share = "nearly all of the time" if percent >= 80 else "much of the time" if percent >= 50 else "now and then"
    return f" Your breath went along with the pace {share}."


def _beats(value: float) -> str:
    return "1 beat" if round(value) == 1 else f"{value:.0f} beats"


def _no_answer(summary: "SessionSummary", practice: "PhaseSummary | None") -> str:
    """Why it cannot be said how the heart answered."""
    if practice is None or not practice.indices.n_beats or practice.duration_s < 60:
        return "It was too short to say how your heart answered. Every minute counts all the same."
    if (summary.irregular_percent or 0.0) >= IRREGULAR_PERCENT:
        common = "" if summary.advice else " That is often a loose strap, or extra beats, which are common."
        return f"Your beats came too irregularly to say how your heart answered.{common}"
    return "The signal was not clear enough to say how your heart answered. That happens, and it is fine."


def _of_role(phases: "Sequence[PhaseSummary]", role: str) -> "PhaseSummary | None":
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
    from biofeedback.analysis.definitions import DEFINITIONS

    definition = DEFINITIONS.get(key)
    return f"Needs {definition.stretch}. To compare: {definition.holds}." if definition else ""
