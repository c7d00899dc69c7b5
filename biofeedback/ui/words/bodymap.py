"""The words of the body to paint on."""

from collections.abc import Sequence
from datetime import date

from biofeedback.care.body_map import Region, Spread, View
from biofeedback.reports.dates import told_day

BODY_TITLE, BODY = "Where it hurts", "A body from the front and the back, to paint on"
VIEWS = {View.FRONT: "front", View.BACK: "back"}
BODY_HOW = "Choose how strong it is, then paint the place. You can paint as many places as you like."
BODY_KEYS = "By key: arrows go from part to part, a digit paints it, X is 10, Delete takes it back."
STRENGTH = "How strong, from 0 to 10"
TOUCH_HURTS, TOUCH_MEANING = "Touch hurts there", "Places painted from now on are places where harmless touch hurts"
BRUSH = "Brush"
BRUSHES: tuple[tuple[str, object], ...] = (("Fine", 0.02), ("Middle", 0.04), ("Broad", 0.08))
UNDO_STROKE, CLEAR = "Undo", "Clear"
EMPTY_BODY = "Nothing is painted. That is fine too."
EARLIER_BODY, EARLIER_DAY = "Earlier drawings", "Day of an earlier drawing"
MOST_NAMED = 6


def region(shown: Region) -> str:
    """A part of the body: left thigh; left side, back of the knee."""
    if not shown.side:
        return shown.name
    return f"{shown.name} on the {shown.side}" if " of " in shown.name else f"{shown.side} {shown.name}"


def region_told(shown: Region, strength: int | None) -> str:
    """The part that the keyboard is at, and what is painted there."""
    told = "nothing painted" if strength is None else f"{strength} of 10"
    return f"{region(shown)}, {VIEWS[shown.view]}: {told}"


def spread_told(shown: Spread) -> str:
    """How far a drawing reaches, in words."""
    if not shown.n_places:
        return EMPTY_BODY
    names = [region(each) for each in shown.regions]
    more = len(names) - MOST_NAMED
    named = [*names[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    where = f": {' and '.join(filter(None, (', '.join(named[:-1]), named[-1])))}" if named else ""
    touch = f" Touch hurts on {_share(shown.touch_percent)}." if shown.touch_percent > 0 else ""
    return f"{_reach(shown)}{where}.{touch}"


def over_time(drawings: Sequence[tuple[date, Spread]], n_drawings: int) -> str:
    """How far the first drawing reached and the last one; nothing of a single one."""
    if len(drawings) < 2:
        return ""
    told = " ".join(earlier_told(on, reached) for on, reached in drawings)
    return f"{n_drawings} drawings. {told}"


def earlier_told(on: date, reached: Spread) -> str:
    """How far the drawing of a day reached."""
    return f"{told_day(on)}: {_reach(reached).lower()}."


def _reach(shown: Spread) -> str:
    places = "1 place" if shown.n_places == 1 else f"{shown.n_places} places"
    return f"{_share(shown.area_percent).capitalize()} of the body, in {places}"


def _share(percent: float) -> str:
    return "less than 1 %" if percent < 1 else f"about {percent:.0f} %"
