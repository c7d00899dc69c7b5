"""A drawing of where it hurts, on the front and the back of a body, and how much of the body it covers."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from shapely import LineString, Polygon, difference, intersection, polygonize, union_all
from shapely.geometry.base import BaseGeometry

Place = tuple[float, float]

BODY = Path(__file__).with_name("body.toml")
ROUNDED = 8
"""Points that stand for one of the written outline."""
ROUND_BRUSH = 32
"""Corners of a quarter of the brush: its area is right to 0.04 %."""
CRUMB = 1e-4
"""A separate place is at least this share of a body seen from one side; less was cut off by the outline [D]."""
TOUCHED = 0.05
"""A region counts as touched where this share of it is drawn on, so that a stroke may cross its edge a little [D]."""
STRONGEST = 10
N_DIGITS = 6
"""Decimals of a point of a stroke, a thousandth of a millimetre: of finer ones GEOS makes no sound slopes."""
GRID = 1e-7
"""Corners are put on so fine a grid: between free corners that nearly meet, GEOS can find wrong areas."""

N_REMEMBERED = 1000
"""Drawings of which it is remembered what they cover: a page shows those of years again and again."""


class View(StrEnum):
    """The side that is drawn on."""

    FRONT = "front"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Mark:
    """One stroke of a brush, or what a closed line encloses.

    Attributes
    ----------
    view : View
    points : tuple of (x, y)
        x to the right of the middle, y down from the top of the head, in parts of the body's height.
    width : float or None
        Of the brush, in the same unit; None where the line encloses a place.
    strength : int
        0 to 10.
    touch_hurts : bool
        Whether touch that is harmless hurts there.

    Raises
    ------
    ValueError
        If the strength, the width, or the points are none.
    """

    view: View
    points: tuple[Place, ...]
    width: float | None
    strength: int
    touch_hurts: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= STRONGEST:
            raise ValueError(f"How strong it is goes from 0 to {STRONGEST}, not {self.strength}.")
        if not all(math.isfinite(part) for point in self.points for part in point):
            raise ValueError("A point of the drawing is not a number.")
        if self.width is None and len(self.points) < 3:
            raise ValueError("A line needs three points to enclose a place.")
        if not self.points or (self.width is not None and not 0.0 < self.width < math.inf):
            raise ValueError("A stroke needs a point, and a brush with a width.")


@dataclass(frozen=True, slots=True)
class Region:
    """A named part of one side of the body; `side` is the person's own, empty in the middle."""

    view: View
    name: str
    side: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Body:
    """The body to draw on.

    Attributes
    ----------
    outline : tuple of (x, y)
        Closed, the same from the front and from the back.
    shape : Polygon
        What it encloses.
    regions : tuple of Region
        They cover the outline, and none lies over another.
    """

    outline: tuple[Place, ...]
    shape: BaseGeometry
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a drawing reaches; as of `Spread`."""

    area_percent: float
    n_places: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a drawing reaches. What lies over each other counts once, what lies outside of the body not at all.

    Attributes
    ----------
    area_percent : float
        Of the outline, front and back together.
    touch_percent : float
        The same of places where touch hurts.
    n_places : int
        Places that hang together, counted on each side.
    regions : tuple of Region
        Those that are touched.
    regions_percent : float
        Their share of all regions, by number.
    mean_strength : float or None
        Over the area, the strongest where marks lie over each other; None of an empty drawing.
    """

    area_percent: float
    touch_percent: float
    n_places: int
    regions: tuple[Region, ...]
    regions_percent: float
    mean_strength: float | None


@cache
def body() -> Body:
    """The body that comes with the program."""
    written = tomllib.loads(BODY.read_text(encoding="utf-8"))
    half = written["outline"]
    outline = _rounded([*half, *([-x, y] for x, y in half[-2:0:-1])])
    whole = Polygon(outline)
    regions = []
    for view in View:
        left: BaseGeometry = whole
        for each in written[view.value]:
            for side, sign in _sides(view, each.get("sides", False)):
                shape = _area(
                    [intersection(left, Polygon([(sign * x, y) for x, y in each["polygon"]]), grid_size=GRID)]
                )
                regions.append(Region(view, each["name"], side, shape))
                left = _area([difference(left, shape, grid_size=GRID)])
    return Body(outline, whole, tuple(regions))


@lru_cache(N_REMEMBERED)
def extent(marks: tuple[Mark, ...]) -> Extent:
    """How far a drawing reaches, without where: a fifth of the work of `spread`."""
    return _extent(_areas(covered(marks)))


def spread(marks: Sequence[Mark]) -> Spread:
    """What a drawing covers.

    Parameters
    ----------
    marks : sequence of Mark
        In any order.
    """
    inside = covered(marks)
    area = _areas(inside)
    touch = _areas([(mark, shape) for mark, shape in inside if mark.touch_hurts])
    reached, total = _extent(area), sum(each.area for each in area.values())
    regions = body().regions
    touched = tuple(region for region in regions if _is_touched(region, area[region.view]))
    return Spread(
        reached.area_percent,
        100.0 * sum(each.area for each in touch.values()) / (2.0 * body().shape.area),
        reached.n_places,
        touched,
        100.0 * len(touched) / len(regions),
        _mean_strength(inside, total) if total > 0.0 else None,
    )


def covered(marks: Sequence[Mark]) -> list[tuple[Mark, BaseGeometry]]:
    """What each mark covers of the body."""
    return [(mark, _area([intersection(_shape(mark), body().shape, grid_size=GRID)])) for mark in marks]


def parts_of(shape: BaseGeometry) -> list[BaseGeometry]:
    """What hangs together of a shape."""
    return list(getattr(shape, "geoms", [shape]))


def drawing_as_json(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """A drawing as it is stored and exported."""
    return [
        {
            "view": mark.view.value,
            "points": [list(point) for point in mark.points],
            "width": mark.width,
            "strength": mark.strength,
            "touch_hurts": mark.touch_hurts,
        }
        for mark in marks
    ]


def drawing_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Mark, ...]:
    """A drawing read back.

    Raises
    ------
    ValueError
        If it is none; the message says which mark.
    """
    marks = []
    for number, each in enumerate(stored, start=1):
        try:
            points = tuple((float(x), float(y)) for x, y in each["points"])
            width = None if each["width"] is None else float(each["width"])
            marks.append(Mark(View(each["view"]), points, width, int(each["strength"]), bool(each["touch_hurts"])))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"Mark {number} of the drawing cannot be read: {error}") from error
    return tuple(marks)


def _sides(view: View, two: bool) -> tuple[tuple[str, float], ...]:
    if not two:
        return (("", 1.0),)
    left = 1.0 if view is View.FRONT else -1.0
    return (("left", left), ("right", -left))


def _rounded(points: Sequence[Sequence[float]]) -> tuple[Place, ...]:
    """A closed curve through the points (Catmull and Rom 1974)."""
    p = np.array(points)
    t = np.arange(ROUNDED)[:, None, None] / ROUNDED
    before, after, far = np.roll(p, 1, axis=0), np.roll(p, -1, axis=0), np.roll(p, -2, axis=0)
    curve = 0.5 * (
        2.0 * p
        + (after - before) * t
        + (2.0 * before - 5.0 * p + 4.0 * after - far) * t**2
        + (3.0 * p - before - 3.0 * after + far) * t**3
    )
    return tuple((float(x), float(y)) for x, y in curve.transpose(1, 0, 2).reshape(-1, 2))


def _areas(inside: Sequence[tuple[Mark, BaseGeometry]]) -> dict[View, BaseGeometry]:
    return {view: _area([shape for mark, shape in inside if mark.view is view]) for view in View}


def _extent(area: Mapping[View, BaseGeometry]) -> Extent:
    whole = body().shape.area
    places = [part for each in area.values() for part in parts_of(each) if part.area >= CRUMB * whole]
    return Extent(100.0 * sum(each.area for each in area.values()) / (2.0 * whole), len(places))


def _is_touched(region: Region, area: BaseGeometry) -> bool:
    if not region.shape.intersects(area):  # told much faster than how much
        return False
    return bool(intersection(region.shape, area, grid_size=GRID).area >= TOUCHED * region.shape.area)


def _shape(mark: Mark) -> BaseGeometry:
    """What a stroke covers; of a line that crosses itself, all that it encloses."""
    points = [(round(x, N_DIGITS), round(y, N_DIGITS)) for x, y in mark.points]
    if mark.width is not None:
        line = LineString(points if len(points) > 1 else points * 2)
        return line.buffer(mark.width / 2.0, quad_segs=ROUND_BRUSH)
    ring = union_all([LineString((*points, points[0]))], grid_size=GRID)
    return _area([polygonize([ring])])


def _area(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """All that they cover; points and lines where shapes only touch are left away."""
    covering = [part for shape in shapes for part in parts_of(shape) if part.area > 0.0]
    return union_all(covering, grid_size=GRID) if covering else Polygon()


def _mean_strength(inside: Sequence[tuple[Mark, BaseGeometry]], total: float) -> float:
    weighted = 0.0
    for view in View:
        covered: BaseGeometry = Polygon()
        for mark, shape in sorted(inside, key=lambda pair: -pair[0].strength):
            if mark.view is view:
                grown = _area([covered, shape])
                weighted += mark.strength * (grown.area - covered.area)
                covered = grown
    return weighted / total
