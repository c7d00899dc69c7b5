"""Figures that came from elsewhere: what is taken can be told everywhere, and what cannot be told is not taken."""

import copy
import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.care.finds import slowed_bpm
from biofeedback.care.measures import FROM_SESSIONS
from biofeedback.reports.figures import figure_rows, missing_lines
from biofeedback.reports.found import found_table
from biofeedback.reports.noted_words import event_words
from biofeedback.reports.tables import print_changes, print_session
from biofeedback.session.kept.archive import excluded_of
from biofeedback.session.kept.earlier import baseline_of
from biofeedback.session.kept.saved import check_saved, check_turn
from biofeedback.session.steering import Ask, Lengthen, LetFeedback, Prompt, SetGoal, SetSound
from biofeedback.storage.of_people.followed import followed_of
from biofeedback.storage.records import Outcome, TimelineEvent, TimelineKind
from protocols.breathing import BreathPattern
from tests.session.figures import KINDS, figures

LEFT_OUT = object()
OTHERS: tuple[Any, ...] = (LEFT_OUT, None, "text", 5, -7.5, True, [], [1], {}, {"a": 1}, [{}], 1e308, -1e9)


def places(document: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each part of a document stands, the largest first."""
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, part in parts:
        yield (*at, key)
        yield from places(part, (*at, key))


def spoilt(document: dict[str, Any], at: tuple[Any, ...], other: Any) -> dict[str, Any]:
    """The document with another part in a place, or none."""
    made = inner = copy.deepcopy(document)
    for key in at[:-1]:
        inner = inner[key]
    if other is LEFT_OUT:
        del inner[at[-1]]
    else:
        inner[at[-1]] = other
    return made


def read_everywhere(document: dict[str, Any]) -> None:
    """Tell saved figures in the terminal, beside others, among weeks, and use them in the next session."""
    print_session(document)
    print_changes(document, figures())
    found_table(document.get("result"))
    missing_lines(document["phases"], figure_rows(document["phases"]))
    excluded_of(document)
    if document.get("baseline"):
        baseline_of(document["baseline"])
    for found in (document, followed_of(json.dumps(document))):
        outcome = Outcome("s", "2026-11-21T08:31:00Z", "e", "E", False, 60.0, found, {})
        slowed_bpm(outcome)
        told = [read(outcome) for _, read in FROM_SESSIONS.values()]
        assert all(value is None or math.isfinite(value) for value in told)


@pytest.mark.parametrize("kind", KINDS)
def test_figures_of_every_kind_are_taken_and_told(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    check_saved(figures(kind))
    check_saved(figures(kind) | {"of a later version": {"more": 1}})
    read_everywhere(figures(kind))
    assert "None" not in capsys.readouterr().out


def test_a_kind_of_a_later_version_is_taken_and_passed_over() -> None:
    document = figures() | {"result": {"kind": "to come", "value": []}}
    check_saved(document)
    read_everywhere(document)


@given(st.sampled_from([(kind, at) for kind in KINDS for at in places(figures(kind))]), st.sampled_from(OTHERS))
def test_what_is_taken_can_be_told(place: tuple[str, tuple[Any, ...]], other: Any) -> None:
    kind, at = place
    document = spoilt(figures(kind), at, other)
    try:
        check_saved(document)
    except ValueError:
        return
    read_everywhere(document)


@pytest.mark.parametrize(
    ("at", "other"),
    [
        (("phases",), LEFT_OUT),
        (("phases", 0, "indices", "withheld"), LEFT_OUT),
        (("phases", 0, "indices", "rmssd_ms"), "high"),
        (("phases", 1, "pacer", "reason"), LEFT_OUT),
        (("score",), None),
        (("n_beats",), "many"),
        (("started_utc",), 5),
        (("gaps",), 3),
        (("history", "z"), LEFT_OUT),
        (("history", "ln_rmssd"), 800.0),
        (("baseline", "hr_bpm"), [1.0]),
        (("excluded", 0, "to_s"), 0.5),
        (("excluded", 0, "more"), 1),
    ],
)
def test_what_is_of_another_kind_is_refused(at: tuple[Any, ...], other: Any) -> None:
    with pytest.raises(ValueError, match=r"no (part|figures|stretch)"):
        check_saved(spoilt(figures(), at, other))


TURNS: tuple[tuple[str, dict[str, Any]], ...] = (
    (TimelineKind.REPACED, asdict(BreathPattern(6.0))),
    *((order.kind, asdict(order)) for order in (
        SetGoal(0.5), LetFeedback(given=True), Lengthen(30.0), Prompt("softly"), Ask("pain"), SetSound(True, 0.5),
    )),
    (TimelineKind.PAUSED, {}),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "detail"), TURNS)
def test_a_turn_that_is_taken_can_be_told(kind: str, detail: dict[str, Any]) -> None:
    check_turn(kind, detail)
    for at in places(detail):
        for other in OTHERS:
            changed = spoilt(detail, at, other)
            try:
                check_turn(kind, changed)
            except (ValueError, TypeError):
                continue
            event_words(TimelineEvent(1.0, TimelineKind(kind), 1.0, changed))
    for other in OTHERS[1:]:
        if kind != TimelineKind.PAUSED:
            with pytest.raises((ValueError, TypeError)):
                check_turn(kind, other)
