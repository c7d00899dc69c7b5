"""The words around numbers: live figures, the line of the score, and what each means.

The first window is made of these, so nothing slow is imported before it is asked for.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from biofeedback.analysis.figures.indices import CHEST
from biofeedback.analysis.signal.band import Band
from protocols.feedback import CALM_SPAN_SD, CALM_WEIGHT, Part, Score
from protocols.phases import Feedback

if TYPE_CHECKING:
    from biofeedback.analysis.figures.definitions import Definition
    from biofeedback.analysis.figures.indices import LiveIndices


@dataclass(frozen=True, slots=True)
class LineWords:
    """What stands at the line under the heart's wave: its name, the word at its end, and what it is."""

    name: str
    end: str
    meaning: str


_LINE = "The soft bar tells how sure that is, the small mark where it begins to answer. Press N for numbers."
_HEAD_LINE = "beside your own rest. It waits while eyes or muscles are louder than the brain. Press N for numbers."
_OF_REST = "The line shows the share of your own rest that lies below what is shown now."
LINES = {
    Feedback.SMOOTHNESS: LineWords(
        "How smooth the heart's wave is", "smooth", f"How smooth the wave of your heart is. {_LINE}"
    ),
    Feedback.CALM: LineWords(
        "How settled the heart is", "settled", f"How settled your heart is, beside your own rest. {_LINE}"
    ),
    Feedback.ALPHA: LineWords("How strong alpha is", "strong", f"How strong alpha is, {_HEAD_LINE}"),
    Feedback.SMR: LineWords("How strong SMR is", "strong", f"How strong SMR is, {_HEAD_LINE}"),
    Feedback.THETA_SMR: LineWords("SMR against theta", "strong", f"How strong SMR is against theta, {_HEAD_LINE}"),
    Feedback.HEART_AND_ALPHA: LineWords(
        "Heart and head", "settled", f"How settled your heart is and how strong alpha is, {_HEAD_LINE}"
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
    Number("swing_bpm", "swing each breath", " bpm", 1, 28.8),
    Number("rmssd_ms", "beat to beat", " ms", 0, 188),
    Number("respiration_per_min", "breaths", " /min", 1, 28.8),
    Number("smoothness", "smoothness", "", 2, 0.88),
    Number("coherence_ratio", "wave to rest", "", 1, 88.8),
    Number("peak_hz", "pace of wave", " Hz", 3, 0.888),
    Number("synchrony", "in time", "", 2, 0.88, paced=True),
    Number("lag_deg", "behind guide", "\u00b0", 0, -188, paced=True),
    Number("artifact_percent", "not usable", " %", 0, 88),
)


def told_band(band: Band | None, digits: int) -> str:
    """A band in brackets; nothing where there is none."""
    return f" ({band.low:.{digits}f} to {band.high:.{digits}f})" if band else ""


@cache
def live_definition(key: str) -> "Definition":
    """What a live figure is, by its key in `LiveIndices`."""
    from biofeedback.analysis.beats import trust
    from biofeedback.analysis.breath import phase
    from biofeedback.analysis.figures.definitions import DEFINITIONS, Definition

    own = {
        "artifact_percent": Definition(
            "not usable", "%", f"last {trust.N_QUALITY} beats", "",
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


def live_name(number: Number, live: "LiveIndices") -> str:
    """Its name; the breath's tells that it was measured, and that the heart tells another one."""
    if number.key != "respiration_per_min" or live.respiration_from != CHEST:
        return number.name
    return f"{number.name} at the chest{' (heart differs)' if live.respiration_note else ''}"


def live_meaning(key: str, live: "LiveIndices") -> str:
    """What the pointer tells that rests on a live figure: where chest and heart differ, then what the figure is."""
    note = live.respiration_note if key == "respiration_per_min" else ""
    return f"{note} {_live_meaning(key)}".strip()


@cache
def _live_meaning(key: str) -> str:
    """Window, least data and where it holds."""
    definition = live_definition(key)
    window, _, least = definition.live.partition("; ")
    named = ", ".join(filter(None, (definition.title, definition.unit)))
    needs = f"; needs {least}" if least else ""
    return (
        f"{named[:1].upper()}{named[1:]}. From the {window}{needs}. In brackets: where it lies 19 times in 20. "
        f"To compare: {definition.holds}."
    )


_WHOLE = "needs 64 s without a hole"
WHY_NOT = {
    "swing_bpm": "needs 3 breaths",
    "smoothness": _WHOLE,
    "coherence_ratio": _WHOLE,
    "peak_hz": _WHOLE,
    "lag_deg": "not at one pace with the guide",
}


def why_not(number: Number, live: "LiveIndices") -> str:
    """Why a live figure is not given, in a few words."""
    if live.withheld:
        return live.withheld.split(". ")[0].rstrip(".")
    if number.key == "peak_hz" and live.smoothness is not None:
        return "no wave stands out"
    if (why := WHY_NOT.get(number.key)) is not None:
        return why
    least = live_definition(number.key).live.partition("; ")[2]
    return f"needs {least}" if least else "not yet"


WIDEST_WHY = f"{DASH} {WHY_NOT['lag_deg']}"
INDEPENDENT_NAME = "beat to beat, again"
INDEPENDENT = "RMSSD by neurokit2: the same by another program, so that a mistake in one of them shows."
ON_THE_LINE = "on the line"
LINE_MEANINGS = {
    Feedback.SMOOTHNESS: "The line shows the smoothness itself, from 0 to 1.",
    Feedback.CALM: (
        "The parts are distances from your own usual rest in standard deviations, "
        f"each weighted {CALM_WEIGHT:g}. The line shows their sum: your usual rest in the middle, "
        f"{CALM_SPAN_SD:g} below at its start, {CALM_SPAN_SD:g} above at its end."
    ),
    Feedback.ALPHA: _OF_REST,
    Feedback.SMR: _OF_REST,
    Feedback.THETA_SMR: _OF_REST,
    Feedback.HEART_AND_ALPHA: f"{_OF_REST} Half of it counts, and half of how settled the heart is.",
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
