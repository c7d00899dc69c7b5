"""The words of progress: what is followed, in a person's words."""

from datetime import date

from biofeedback.care.measures import FROM_SESSIONS, LADDER, ON_BODY, PRACTICE, QUESTIONNAIRE, Measure, Point
from biofeedback.care.progress import Change, Trend
from biofeedback.reports.dates import told_day

PROGRESS = "How it goes"
EMPTY = (
    "There is nothing to show yet. After a few check-ins and a few practices you can see here how your weeks go. "
    "There is no hurry."
)
FEEL, PRACTISE, HEART, ASKED = "How I feel", "Practice", "My heart", "Questions"
GROUP, MEASURE, SPAN = "What it is about", "What to look at", "How far back"
SPANS: tuple[tuple[str, object], ...] = (("4 weeks", 28), ("3 months", 91), ("All", 0))
PICTURE = "Picture of the weeks"
USUAL = "The shaded band is where most of your days were."
OPEN_SESSION, OPEN_DAY = "Open this practice", "Open where it was told"
COMPARE = "Put it beside another"
CHOOSE_OTHER = "Now choose another point of a practice."
CUT = "A part of this practice is left out of its figures."
KEYS = "Arrow keys go from point to point, Enter opens one. Practice with a pretended heart is left out."
_OF_HEART = ("resting_hr", "resting_rmssd", "resonance", "transfer", "recovery")


def group_of(name: str) -> str:
    """Under which heading a measure stands."""
    if name.startswith(QUESTIONNAIRE):
        return ASKED
    if name in _OF_HEART:
        return HEART
    return PRACTISE if name in (PRACTICE, LADDER) or name in FROM_SESSIONS else FEEL


def page_of(name: str) -> str:
    """The page where something was told."""
    if name.startswith(QUESTIONNAIRE):
        return "questionnaires"
    return "bodymap" if name in ON_BODY else "diary"


def value(point: Point, measure: Measure) -> str:
    """A point in words: 12 May 2026: 4 of 10."""
    unit = "of 10" if measure.unit == "0-10" else measure.unit
    cut = f". {CUT}" if point.cut else ""
    return f"{told_day(date.fromisoformat(point.on))}: {number(point.value)} {unit}{cut}"


def left_out(n_cut: int) -> str:
    """That the figures of some of the points shown are not of their whole practice; empty where all are."""
    if n_cut == 0:
        return ""
    practices = "one practice" if n_cut == 1 else f"{n_cut} practices"
    return f"Of {practices} shown here, a part is left out of the figures."


def number(figure: float) -> str:
    return f"{figure:.0f}" if figure == round(figure) or abs(figure) >= 100 else f"{figure:.1f}"


def usual(trend: Trend) -> str:
    """The band, or why there is none."""
    if trend.usual_low is None or trend.usual_high is None:
        return trend.withheld or ""
    return f"Most of your days: {number(trend.usual_low)} to {number(trend.usual_high)}. {USUAL}"


def changed(change: Change) -> str:
    """The last four weeks against the four before, where that can be told."""
    if change.difference is None or change.before is None or change.after is None:
        return ""
    told = f"The four weeks before: {number(change.before)} on average. The last four: {number(change.after)}."
    if change.low is not None and change.high is not None and change.low <= 0.0 <= change.high:
        return f"{told} That may be chance."
    if change.minimal_difference is None:
        return told
    if change.minimal_difference:
        return f"{told} Most people feel a change of this size."
    return f"{told} Most people would hardly feel a change of this size."


NOT_PART = "not part of it"
PARTS = {"baseline": "at rest before", "practice": "while practising"}


def rated(before: int | None, after: int | None) -> str:
    """Answers before and after: 6 before, 4 after."""
    told = (("before", before), ("after", after))
    return ", ".join(f"{answer} {moment}" for moment, answer in told if answer is not None) or "not told"
