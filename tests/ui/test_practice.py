"""Weeks and days of what was practised, and a session seen again."""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.reports import dates
from biofeedback.session.pacing import PacerTrack
from biofeedback.storage.records import Rated, SessionRow, StoredPhase, TimelineEvent, TimelineKind
from biofeedback.ui.practice import Shown, by_week, clocked, last_weeks, practised, titles
from biofeedback.ui.replay import Replay
from biofeedback.ui.session_state import TRACE_S
from protocols.breathing import BreathPattern
from tests.ui.words.test_words import summary


def row(name: str, at: datetime, *, simulated: bool = False, device: str = "none:") -> SessionRow:
    utc = at.astimezone().isoformat(timespec="seconds")
    return SessionRow(name, utc, "calm", "Calm", "", device, simulated, 600.0, False, False)


@given(some.lists(some.tuples(some.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), some.booleans())))
def test_every_session_is_in_one_day_of_one_week_newest_first(made: list[tuple[datetime, bool]]) -> None:
    rows = [row(str(i), at, simulated=simulated) for i, (at, simulated) in enumerate(made)]
    weeks = by_week(practised(rows, {}))
    listed = [each for week in weeks for day in week.days for each in day.sessions]
    assert sorted(each.row.session_id for each in listed) == sorted(each.session_id for each in rows)
    assert [each.at for each in listed] == sorted((each.at for each in listed), reverse=True)
    for week in weeks:
        assert week.monday.weekday() == 0
        for day in week.days:
            assert week.monday <= day.on < week.monday + timedelta(weeks=1)
        assert week.minutes == 10.0 * sum(not each.row.simulated for day in week.days for each in day.sessions)
    assert len({week.monday for week in weeks}) == len(weeks)


def test_weeks_without_practice_stand_between_the_others() -> None:
    weeks = by_week(practised([row("a", datetime(2026, 11, 25, 12)), row("b", datetime(2026, 11, 2, 12))], {}))
    last = last_weeks(weeks, date(2026, 11, 25), 5)
    assert [week.minutes for week in last] == [0.0, 10.0, 0.0, 0.0, 10.0]
    assert last[0].monday == date(2026, 10, 26)


def test_a_change_needs_both_answers() -> None:
    rated = {"a": Rated({"pain": 6}, {"pain": 3}), "b": Rated({"pain": 0}, {}), "c": Rated({}, {"pain": 9})}
    (week,) = by_week(practised([row(name, datetime(2026, 11, 25, 12)) for name in "abc"], rated))
    assert week.change("pain") == (6.0, 3.0)
    assert week.change("tension") is None


def test_what_is_shown() -> None:
    one = practised([row("a", datetime(2026, 11, 25), simulated=True)], {})[0]
    assert Shown().shows(one)
    assert not Shown(simulated=False).shows(one)
    assert not Shown(rated=True).shows(one)
    assert not Shown("flare").shows(one)
    assert titles([one]) == [("Calm", "calm")]


def test_one_form_of_days_whatever_the_language_of_the_system() -> None:
    at = datetime(2026, 3, 5, 8, 4)
    assert (dates.told_day(at), dates.told_time(at)) == ("5 Mar 2026", "08:04")
    assert dates.told_weekday(at.date()) == "Thursday, 5 Mar 2026"
    assert dates.told_short_day(at.date()) == "5 Mar"
    assert clocked(125.9) == "2:05"


def test_a_session_seen_again_shows_what_was_there_and_nothing_later() -> None:
    beats = tuple(Beat(n, float(n), 1000.0, 0, Verdict.KEPT, "", 1000.0) for n in range(300))
    pacer = PacerTrack()
    pacer.turn(TimelineEvent(0.0, TimelineKind.BEGAN, 0.0))
    pacer.begin(StoredPhase(0, "practice", "Breathe", "practice", "smoothness", asdict(BreathPattern(6.0)), 0.0, 300.0))
    replay = Replay(replace(summary(2.0, 8.0), beats=beats, duration_s=300.0), pacer)
    for at_s in (0.0, 59.5, 200.0, 300.0):
        replay.session_s = at_s
        shown = [point.at_s for point in replay.points()]
        assert shown == [beat.time_s for beat in beats if at_s - TRACE_S < beat.time_s <= at_s]
    replay.session_s = 200.0
    assert replay.told().startswith("3:20 of 5:00")
    assert replay.told().endswith("heart 60 a minute")
    place = pacer(123.0)
    assert place is not None
    assert replay.breath_volume_at(123.0) == pytest.approx(place.volume)
    assert replay.breath_volume_at(301.0) is None
