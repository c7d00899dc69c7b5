"""What a drawing on the body covers."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, intersection

from biofeedback.care.body_map import GRID, Mark, View, body, drawing_as_json, drawing_of, spread

FRONT, BACK = View.FRONT, View.BACK
WHOLE = Polygon(body().outline).area
AROUND = ((-1, -1), (1, -1), (1, 2), (-1, 2))


def box(x: float, y: float, wide: float, high: float, view: View = FRONT, strength: int = 5) -> Mark:
    return Mark(view, ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), None, strength)


def dot(x: float, y: float, radius: float, view: View = FRONT) -> Mark:
    return Mark(view, ((x, y),), 2 * radius, 5)


def lens(radius: float, apart: float) -> float:
    """Area that two circles share."""
    return 2 * radius**2 * math.acos(apart / 2 / radius) - apart / 2 * math.sqrt(4 * radius**2 - apart**2)


R = 0.03
DRAWINGS = {
    "a square on the belly": ([box(-0.03, 0.35, 0.06, 0.06)], 0.06**2, 1),
    "a point of the brush": ([dot(0, 0.25, R)], math.pi * R**2, 1),
    "a stroke": ([Mark(BACK, ((0, 0.2), (0, 0.4)), 2 * R, 5)], 0.2 * 2 * R + math.pi * R**2, 1),
    "a stroke drawn to and fro": (
        [Mark(BACK, ((0, 0.2), (0, 0.4), (0, 0.2), (0, 0.4)), 2 * R, 5)],
        0.2 * 2 * R + math.pi * R**2,
        1,
    ),
    "two circles over each other": (
        [dot(-0.02, 0.3, R), dot(0.02, 0.3, R)],
        2 * math.pi * R**2 - lens(R, 0.04),
        1,
    ),
    "two places apart": ([dot(0, 0.06, 0.02), dot(0, 0.3, R)], math.pi * (0.02**2 + R**2), 2),
    "front and back": ([dot(0, 0.3, R), dot(0, 0.3, R, BACK)], 2 * math.pi * R**2, 2),
    "a triangle": ([Mark(FRONT, ((0, 0.2), (0.05, 0.3), (-0.05, 0.3)), None, 5)], 0.1 * 0.1 / 2, 1),
    "all of the front": ([Mark(FRONT, AROUND, None, 5)], WHOLE, 1),
    "everywhere": ([Mark(view, AROUND, None, 5) for view in View], 2 * WHOLE, 2),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_area_and_places_of_known_drawings(name: str) -> None:
    marks, area, n_places = DRAWINGS[name]
    got = spread(marks)
    assert got.area_percent == pytest.approx(100 * area / (2 * WHOLE), rel=0.02)
    assert got.n_places == n_places


def test_nothing_is_drawn() -> None:
    got = spread([])
    assert (got.area_percent, got.n_places, got.regions, got.mean_strength) == (0, 0, (), None)


def test_beside_the_body_is_nothing() -> None:
    assert spread([dot(0.4, 0.1, R), box(-0.002, 0.7, 0.004, 0.1)]).area_percent == 0


def test_a_stroke_across_both_legs_is_two_places() -> None:
    assert spread([Mark(FRONT, ((-0.2, 0.7), (0.2, 0.7)), 0.02, 5)]).n_places == 2


def test_a_line_that_crosses_itself_encloses_both_loops() -> None:
    eight = Mark(FRONT, ((-0.03, 0.3), (0.03, 0.36), (0.03, 0.3), (-0.03, 0.36)), None, 5)
    assert spread([eight]).area_percent == pytest.approx(100 * 0.06 * 0.06 / 2 / (2 * WHOLE))


def test_a_line_drawn_twice_around_counts_once() -> None:
    once = box(-0.03, 0.3, 0.06, 0.06)
    twice = Mark(FRONT, once.points * 2, None, 5)
    assert spread([twice]).area_percent == pytest.approx(spread([once]).area_percent)


def test_the_strongest_counts_where_marks_overlap() -> None:
    weak, strong = box(-0.04, 0.3, 0.08, 0.04, strength=2), box(-0.02, 0.3, 0.04, 0.04, strength=8)
    assert spread([weak, strong]).mean_strength == pytest.approx(5)
    assert spread([strong, weak]).mean_strength == pytest.approx(5)


def test_touch_that_hurts_is_measured_by_itself() -> None:
    hurts = Mark(FRONT, ((0, 0.3),), 2 * R, 5, touch_hurts=True)
    got = spread([hurts, dot(0, 0.4, R)])
    assert got.touch_percent == pytest.approx(spread([hurts]).area_percent)
    assert got.area_percent == pytest.approx(2 * got.touch_percent, rel=1e-3)


def test_sides_are_those_of_the_person() -> None:
    front, back = (spread([dot(0.05, 0.73, R, view)]).regions for view in View)
    assert [(region.name, region.side) for region in front] == [("knee", "left")]
    assert [(region.name, region.side) for region in back] == [("back of the knee", "right")]


def test_regions_cover_the_outline_and_none_lies_over_another() -> None:
    for view in View:
        shapes = [region.shape for region in body().regions if region.view is view]
        assert sum(shape.area for shape in shapes) == pytest.approx(WHOLE, rel=1e-4)
        assert all(intersection(a, b, grid_size=GRID).area < 1e-6 for i, a in enumerate(shapes) for b in shapes[:i])


def test_the_outline_is_the_same_on_both_sides() -> None:
    outline = Polygon(body().outline)
    assert outline.is_valid
    assert outline.symmetric_difference(Polygon([(-x, y) for x, y in body().outline])).area < 1e-9


places = st.tuples(st.floats(-0.3, 0.3), st.floats(-0.1, 1.1))
SNAPPED_PERCENT = 1e-4
"""What corners that are put on a fine grid can make of an area."""
strokes = st.builds(
    Mark,
    st.sampled_from(View),
    st.lists(places, min_size=3, max_size=6).map(tuple),
    st.one_of(st.none(), st.floats(0.005, 0.1)),
    st.integers(0, 10),
    st.booleans(),
)


@settings(deadline=None)
@given(st.lists(strokes, max_size=4), strokes)
def test_more_marks_never_cover_less(marks: list[Mark], another: Mark) -> None:
    before, after = spread(marks), spread([*marks, another])
    assert before.area_percent <= after.area_percent + SNAPPED_PERCENT
    assert 0 <= after.touch_percent <= after.area_percent + SNAPPED_PERCENT <= 100 + 2 * SNAPPED_PERCENT
    assert spread([another, *marks]).area_percent == pytest.approx(after.area_percent, abs=SNAPPED_PERCENT)


@given(st.lists(strokes, max_size=4).map(tuple))
def test_a_drawing_comes_back_from_its_text(marks: tuple[Mark, ...]) -> None:
    assert drawing_of(json.loads(json.dumps(drawing_as_json(marks)))) == marks


@pytest.mark.parametrize(
    "fault",
    [
        {"view": "side"},
        {"points": [[0.1]]},
        {"points": []},
        {"points": [[0, math.nan]]},
        {"points": 3},
        {"strength": 11},
        {"strength": None},
        {"width": 0},
        {"width": None, "points": [[0, 0], [0, 1]]},
    ],
)
def test_what_is_no_drawing_is_said_with_its_mark(fault: dict[str, object]) -> None:
    good = drawing_as_json([dot(0, 0.3, R)])
    with pytest.raises(ValueError, match=r"Mark 2 of the drawing cannot be read"):
        drawing_of([*good, {**good[0], **fault}])
