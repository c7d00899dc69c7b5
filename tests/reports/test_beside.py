"""Two sessions side by side, as they are told: differences where both are known, and conditions that differ."""

from dataclasses import replace

import pytest

from biofeedback.analysis.breath.answer import PacerAnswer
from biofeedback.analysis.figures.indices import Band, Indices
from biofeedback.reports.beside import OVERLAP, as_json, compared, differing, named
from biofeedback.session.kept.beside import Beside, Side
from biofeedback.session.pacing import PacerTrack
from biofeedback.session.summary import AskedPace, Excluded, PhaseSummary, ScoreSummary, SessionSummary
from tests.ui.words.test_words import summary

CALM = ScoreSummary(0.5, 90.0, 50.0, "calm")


def phase(
    name: str = "breathe", rate: float | None = 6.0, lag_deg: float | None = None, **figures: object
) -> PhaseSummary:
    known: dict[str, object] = {"duration_s": 240.0, "withheld": {}} | figures
    pacer = None if lag_deg is None else PacerAnswer(0.9, lag_deg=lag_deg, lag_s=lag_deg / 36.0, followed_percent=90.0)
    asked = () if rate is None else (AskedPace(0.0, rate),)
    return PhaseSummary(
        name, 0.0, 240.0, Indices(240, 240, **known), name.title(), "practice", pacer=pacer, asked=asked
    )  # type: ignore[arg-type]


def side(*phases: PhaseSummary, source: str = "x", in_group: bool = False, **changes: object) -> Side:
    whole: SessionSummary = replace(summary(1.0, 1.0), phases=phases, **changes)  # type: ignore[arg-type]
    return Side(whole, PacerTrack(), source, in_group)


def rows(first: PhaseSummary, second: PhaseSummary) -> dict[str, list[str]]:
    _, part = compared(Beside(side(first), side(second), recut=False))
    return {row.key: [cell.text for cell in row.cells] for row in part.rows}


def test_a_difference_is_given_where_both_are_known_and_no_other() -> None:
    told = rows(phase(rmssd_ms=20.0, sdnn_ms=None, withheld={"sdnn_ms": "why"}), phase(rmssd_ms=25.26, sdnn_ms=30.0))
    assert told["rmssd_ms"] == ["20.0", "25.3", "+5.3"]
    assert told["sdnn_ms"] == ["\u2013", "30.0", ""]
    _, part = compared(Beside(side(phase(withheld={"sdnn_ms": "why"})), side(phase(sdnn_ms=1.0)), recut=False))
    assert any(line.startswith("Not given in A:") and "SDNN (why)" in line for line in part.missing)
    assert rows(phase(rmssd_ms=20.04), phase(rmssd_ms=20.01))["rmssd_ms"][2] == "0.0", "never less than nothing"


def test_where_bands_overlap_the_difference_says_so() -> None:
    wide, apart = Band(100.0, 900.0), Band(1000.0, 3000.0)
    first = phase(lf_ms2=400.0, bands={"lf_ms2": wide})
    assert rows(first, phase(lf_ms2=500.0, bands={"lf_ms2": wide}))["lf_ms2"][2] == f"+100, {OVERLAP}"
    assert rows(first, phase(lf_ms2=2000.0, bands={"lf_ms2": apart}))["lf_ms2"][2] == "+1600"


@pytest.mark.parametrize(
    ("first", "second", "told", "seconds"),
    [
        (25.0, -7.0, "-32", True),
        (170.0, -170.0, "+20", False),
        (-175.0, 175.0, "-10", False),
        (-90.0, 90.0, "-180", True),
    ],
)
def test_an_angle_differs_by_the_shorter_way_round(first: float, second: float, told: str, seconds: bool) -> None:
    found = rows(phase(lag_deg=first), phase(lag_deg=second))
    assert found["lag_deg"][2] == told
    assert bool(found["lag_s"][2]) is seconds


def test_what_one_of_them_alone_has_is_said() -> None:
    other = replace(phase(), reference={"HRV_SDNN": 40.0})
    _, part = compared(Beside(side(phase()), side(other), recut=False))
    assert any(line.startswith("Not there in A: SDNN by neurokit2") for line in part.missing)
    beside = Beside(side(phase("breathe")), side(phase("rest", rate=None)), recut=False)
    assert [part.differs for part in compared(beside)] == [(), ("Only in A.",), ("Only in B.",)]
    assert all(not (row.cells[0].text and row.cells[1].text) for part in compared(beside)[1:] for row in part.rows)


def test_another_pace_or_a_free_breath_is_said_where_it_is() -> None:
    for rate, told in ((5.0, "6.0 a minute in A, 5.0 a minute in B"), (None, "6.0 a minute in A, free in B")):
        _, part = compared(Beside(side(phase()), side(phase(rate=rate)), recut=False))
        assert told in part.differs[0]
    _, part = compared(Beside(side(phase()), side(phase()), recut=False))
    assert part.differs == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"exercise": "f", "exercise_title": "F"}, "Another exercise: E in A, F in B."),
        ({"device": "ble:AA"}, "Another strap: sim: in A, ble:AA in B."),
        ({"device": "none:"}, "Another strap: sim: in A, none in B."),
        ({"simulated": False}, "A: a simulated person, not measured."),
        ({"replayed": True}, "B: a recording that was played again."),
        ({"broken_off": True}, "B: ended before the exercise was over."),
        ({"interrupted": True, "broken_off": True}, "B: interrupted on the way."),
        ({"excluded": (Excluded(1.0, 2.0, "x"),)}, "B: some of it is left out of all figures."),
        ({"doubts": ("The strap tells seconds.",)}, "B: the strap tells seconds."),
        ({"irregular_percent": 12.0}, "B: for 12 % of the beats the rhythm was too irregular to calculate with."),
        ({"planned_s": 300.0}, "Another length was planned: 10 minutes in A, 5 in B."),
        (
            {"score": ScoreSummary(0.5, 90.0, 50.0, "calm")},
            "Another measure of the feedback: smoothness in A, calm in B.",
        ),
        ({"started_utc": "2025-01-01T00:00:00+00:00"}, "A is the later one."),
    ],
)
def test_where_conditions_differ_it_is_said(changes: dict[str, object], told: str) -> None:
    like = {"planned_s": 600.0, "score": ScoreSummary(0.5, 90.0, 50.0, "smoothness")}
    first, second = side(phase(), **like), side(phase(), **(like | changes))
    assert told in differing(Beside(first, second, recut=False))
    assert differing(Beside(first, first, recut=False)) == ["A and B: a simulated person, not measured."]


def test_an_exercise_that_was_changed_and_a_group_are_told() -> None:
    told = differing(Beside(side(phase(), source="old"), side(phase(), source="new", in_group=True), recut=False))
    assert {"The exercise was changed in between.", "B was in a group."} < set(told)


def test_scores_of_two_kinds_are_never_in_one_row() -> None:
    calm, smooth = (ScoreSummary(0.5, 90.0, 50.0, kind) for kind in ("calm", "smoothness"))
    whole, _ = compared(Beside(side(phase(), score=calm), side(phase(), score=smooth), recut=False))
    scores = {row.label: [cell.text for cell in row.cells] for row in whole.rows if "0 to 1" in row.label}
    assert scores == {"calm, mean, 0 to 1": ["0.50", "", ""], "smoothness, mean, 0 to 1": ["", "0.50", ""]}


def test_where_no_beat_came_the_dash_has_its_reason() -> None:
    whole, _ = compared(Beside(side(phase(), artifact_percent=None), side(phase()), recut=False))
    assert whole.missing == ("Not given in A: not usable (no beats came).",)


def test_a_script_is_told_the_same() -> None:
    beside = Beside(side(phase(rmssd_ms=20.0)), side(phase(rmssd_ms=25.0)), recut=False)
    told = as_json(beside)
    (figure,) = (each for each in told["parts"][1]["figures"] if each["key"] == "rmssd_ms")
    assert (figure["values"], figure["difference"], figure["bands_overlap"]) == ([20.0, 25.0], 5.0, False)
    assert named(replace(beside, recut=True)) == ("A: as it was recorded", "B: without what was left out")
