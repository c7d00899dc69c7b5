"""Several people at once, on a clock that jumps: each has a session of their own, and the room one breath."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from biofeedback.session.closing import UNFORESEEN
from biofeedback.session.events import AnchorMoved, Event, PhaseBegan, SignalChanged, Steered
from biofeedback.session.kept.archive import read_pacer, read_summary
from biofeedback.session.several.group import NEVER_HEARD, PATIENCE_S, Group, Member, MemberSummary
from biofeedback.session.several.in_step import OF_THE_ROOM
from biofeedback.session.steering import Lengthen, Order, SetGoal
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.records import TimelineKind
from devices.absent import NoStrap
from devices.source import Source, SourceError
from devices.uri import open_source
from protocols.breathing import BreathPattern
from protocols.library import find_exercise
from protocols.specification import Exercise
from tests.hand_clock import at_once
from tests.session.stage import SHORT, ScriptedStrap, beating

Act = tuple[float, Callable[[Group], None]]
FIVE = (
    "sim:rest?seed=1",
    "sim:calm?seed=2",
    "sim:dropout?seed=3&every_s=60&for_s=12",
    "sim:ectopic?seed=4",
    "sim:anxious?seed=5",
)


@dataclass
class Played:
    group: Group
    members: list[MemberSummary]
    events: list[list[Event]]

    def whole(self, number: int) -> SessionSummary:
        summary = self.members[number].summary
        assert summary is not None
        return summary

    def started_s(self, number: int) -> float:
        """When a session began, on the clock."""
        return next(event.anchor.clock_s for event in self.events[number] if isinstance(event, AnchorMoved))


def play(
    store: Store,
    sources: Sequence[Source | str],
    exercise: Exercise = SHORT,
    acts: Sequence[Act] = (),
    *,
    in_step: bool = True,
    tell_room: Callable[[Event], None] = lambda event: None,
) -> Played:
    """Play a group to its end; each act happens at its second of the clock, which begins at 0."""
    opened = [open_source(source) if isinstance(source, str) else source for source in sources]
    events: list[list[Event]] = [[] for _ in sources]

    async def work() -> tuple[Group, list[MemberSummary]]:
        members = [Member(f"P-{number}", source) for number, source in enumerate(opened)]
        group = Group(
            exercise,
            members,
            store,
            lambda number, event: events[number].append(event),
            in_step=in_step,
            tell_room=tell_room,
        )
        for at_s, act in acts:
            asyncio.get_running_loop().call_at(at_s, act, group)
        return group, await group.run()

    return Played(*at_once(work()), events)


def document(summary: SessionSummary) -> str:
    return json.dumps(summary.as_json(), allow_nan=False, sort_keys=True)


def same_again(store: Store, played: Played) -> None:
    for member in played.members:
        if member.session_id:
            assert member.summary is not None
            assert document(read_summary(store, member.session_id)) == document(member.summary)


def breaths(store: Store, played: Played, number: int, clocks_s: Sequence[float]) -> list[float | None]:
    """The lung volume that the stored pacer of a member asked for at moments of the clock."""
    pacer, started_s = read_pacer(store, played.members[number].session_id), played.started_s(number)
    places = [pacer(clock_s - started_s) for clock_s in clocks_s]
    return [None if place is None else place.volume for place in places]


def in_step(store: Store, played: Played, from_s: float, to_s: float) -> None:
    """Every pacer of the room, as it was stored, is at the same place."""
    clocks_s = [from_s + 0.7 * i for i in range(int((to_s - from_s) / 0.7))]
    first, *others = (breaths(store, played, number, clocks_s) for number in range(len(played.members)))
    for other in others:
        assert other == pytest.approx(first, abs=1e-6)


@pytest.mark.parametrize("together", [True, False], ids=["in step", "apart"])
def test_five_people_have_five_records_and_each_is_scored_again_to_the_bit(together: bool, store: Store) -> None:
    played = play(store, FIVE, in_step=together)
    assert [member.ended for member in played.members] == ["done"] * 5
    assert len({member.session_id for member in played.members}) == 5
    assert [bool(member.as_json()["gaps"]) for member in played.members] == [False, False, True, False, False]
    for number, member in enumerate(played.members):
        (row,) = store.sessions(f"P-{number}")
        stored = store.session(row.session_id).began
        assert (row.session_id, row.device) == (member.session_id, FIVE[number])
        assert stored.settings["group"] == {"id": played.group.group_id, "size": 5, "in_step": together}
        others = [f"P-{other}" for other in range(5) if other != number]
        assert not any(name in json.dumps(stored.settings) for name in others)
        assert len(played.whole(number).beats) == played.whole(number).n_beats == len(store.beats(row.session_id))
    same_again(store, played)


def test_what_happens_to_one_strap_is_in_no_other_record(store: Store) -> None:
    """A member of a group has the figures that they have where all the others are well."""
    troubled = play(store, [*FIVE[:2], "sim:dropout?seed=3&every_s=40&for_s=30"])
    well = play(store, [*FIVE[:2], "sim:rest?seed=3"])
    for number in range(2):
        here, there = (json.loads(document(played.whole(number))) for played in (troubled, well))
        for each in (here, there):
            del each["session_id"], each["started_utc"]
        assert here == there
    lost = [event for event in troubled.events[2] if isinstance(event, SignalChanged) and "lost" in event.words]
    assert len(lost) >= 4


def test_who_comes_late_breathes_with_the_room(store: Store) -> None:
    late = ScriptedStrap(*beating(500.0, from_s=131.3))
    played = play(store, ["sim:rest?seed=1", late, "sim:calm?seed=2"])
    first = played.whole(1)
    begun_s = played.started_s(0)
    assert [phase.name for phase in first.phases] == ["breathe", "rest"]
    assert played.started_s(1) == pytest.approx(130.3, abs=0.1)
    assert played.started_s(1) + first.duration_s == pytest.approx(begun_s + played.whole(0).duration_s)
    assert first.phases[0].end_s == pytest.approx(played.whole(0).phases[2].end_s - (played.started_s(1) - begun_s))
    in_step(store, played, 140.0, 330.0)
    same_again(store, played)


def test_the_room_waits_for_all_and_not_for_ever(store: Store) -> None:
    coming = play(store, ["sim:rest?seed=1", ScriptedStrap(*beating(500.0, from_s=12.0))])
    assert coming.started_s(0) == pytest.approx(12.5, abs=1.5)
    assert next(phase.name for phase in coming.whole(1).phases) == "settle"
    missing = play(store, ["sim:rest?seed=1", ScriptedStrap((9000.0, None))])
    assert missing.started_s(0) == pytest.approx(PATIENCE_S + 2.0, abs=2.0)
    assert [member.ended for member in missing.members] == ["done", NEVER_HEARD]
    assert (missing.members[1].session_id, missing.members[1].as_json()["session_id"]) == ("", None)
    assert store.sessions("P-1")[0].session_id == coming.members[1].session_id


def test_nobody_is_waited_for_whose_strap_cannot_be_had(store: Store) -> None:
    broken = ScriptedStrap((2.0, SourceError("Bluetooth is off.")))
    played = play(store, ["sim:rest?seed=1", broken])
    assert played.started_s(0) < 5.0
    assert (played.members[1].ended, played.members[1].failed) == ("Bluetooth is off.", True)
    assert played.members[0].ended == "done"


def test_an_error_that_nobody_foresaw_ends_one_session(store: Store) -> None:
    broken = ScriptedStrap(*beating(100.0), (100.5, ZeroDivisionError()))
    played = play(store, ["sim:rest?seed=1", broken, "sim:calm?seed=2"])
    assert [member.ended for member in (played.members[0], played.members[2])] == ["done", "done"]
    assert played.members[1].failed
    assert played.members[1].session_id
    assert played.whole(1).duration_s == pytest.approx(98.0, abs=4.0)


def test_what_is_done_is_done_for_all_at_once(store: Store) -> None:
    pattern = BreathPattern(5.0, 4, 0, 6, 0)
    acts: list[Act] = [
        (40.0, Group.skip),
        (60.0, Group.pause),
        (75.0, Group.resume),
        (90.0, lambda group: group.repace(pattern)),
        (200.0, Group.pause),
        (207.0, Group.pause),
        (230.0, Group.resume),
    ]
    late = ScriptedStrap(*beating(500.0, from_s=120.4))
    paused = ScriptedStrap(*beating(500.0, from_s=211.7))
    played = play(store, ["sim:rest?seed=1", "sim:dropout?seed=3&every_s=30&for_s=25", late, paused], acts=acts)
    in_step(store, played, 235.0, 330.0)
    assert breaths(store, played, 2, [205.0, 215.0]) == [None, None]
    turns = [
        [
            (event.planned.phase.name, event.at_s + played.started_s(number))
            for event in events
            if isinstance(event, PhaseBegan)
        ]
        for number, events in enumerate(played.events)
    ]
    assert [name for name, _ in turns[0]] == ["settle", "baseline", "breathe", "rest"]
    assert [at_s for _, at_s in turns[1][1:]] == pytest.approx([at_s for _, at_s in turns[0][1:]])
    assert turns[3][-1][1] == pytest.approx(turns[0][-1][1])
    assert {gap.cause for gap in played.whole(3).gaps} == {"paused"}
    assert len({round(played.started_s(n) + played.whole(n).duration_s, 6) for n in range(4)}) == 1
    same_again(store, played)


def test_one_member_in_step_has_no_time_of_their_own_but_a_goal(store: Store) -> None:
    def order(what: Order) -> Callable[[Group], None]:
        return lambda group: group._runners[0].steer(what)

    played = play(
        store, FIVE[:2], acts=[(100.0, order(Lengthen(60.0))), (101.0, order(SetGoal(0.4))), (140.0, Group.skip)]
    )
    told = [event for event in played.events[0] if isinstance(event, Steered)]
    assert [(type(event.order), event.refused) for event in told] == [(Lengthen, OF_THE_ROOM), (SetGoal, "")]
    in_step(store, played, 110.0, 130.0)
    assert len({round(played.started_s(n) + played.whole(n).duration_s, 6) for n in range(2)}) == 1
    same_again(store, played)


def test_skipping_past_the_last_phase_and_ending_keep_what_was_practised(store: Store) -> None:
    skipped = play(store, FIVE[:2], acts=[(100.0 + i, Group.skip) for i in range(4)])
    assert [member.ended for member in skipped.members] == ["done", "done"]
    ended = play(store, FIVE[:2], acts=[(50.0, Group.end)])
    assert [member.ended for member in ended.members] == ["stopped", "stopped"]
    left = play(store, FIVE[:2], acts=[(50.0, lambda group: group.leave(1))])
    assert [member.ended for member in left.members] == ["done", "stopped"]
    for played in (skipped, ended, left):
        same_again(store, played)


@pytest.mark.parametrize("together", [True, False], ids=["in step", "apart"])
def test_one_who_does_not_feel_well_ends_alone_and_it_is_in_their_record(together: bool, store: Store) -> None:
    room: list[Event] = []
    acts: list[Act] = [(50.0, lambda group: group.stop_unwell(1, "  pale, sat down ")), (52.0, Group.skip)]
    played = play(store, FIVE[:3], acts=acts, in_step=together, tell_room=room.append)
    assert [(each.ended, each.failed, each.saved) for each in played.members] == [
        ("done", False, True), ("unwell", False, True), ("done", False, True),
    ]  # fmt: skip
    marks = [[(mark.label, mark.at_s) for mark in store.markers(each.session_id)] for each in played.members]
    end_s = played.whole(1).duration_s
    assert marks == [[], [("unwell", end_s), ("pale, sat down", end_s)], []]
    assert end_s == pytest.approx(48.0, abs=4.0)
    assert not any("unwell" in repr(event) for events in (room, played.events[0], played.events[2]) for event in events)
    same_again(store, played)


def test_what_was_seen_is_kept_where_the_session_has_just_ended_by_itself(store: Store) -> None:
    acts: list[Act] = [(50.0, lambda group: group.leave(1)), (60.0, lambda group: group.stop_unwell(1, "pale"))]
    played = play(store, FIVE[:2], acts=acts)
    assert [each.ended for each in played.members] == ["done", "stopped"]
    assert [mark.label for mark in store.markers(played.members[1].session_id)] == ["unwell", "pale"]
    same_again(store, played)


def test_it_is_noted_from_elsewhere_and_in_no_file_name_who_or_what(store: Store) -> None:
    def stop(group: Group) -> None:
        with Store.open(store.folder) as elsewhere:
            elsewhere.stop_unwell(f"{group.group_id}-1")
            elsewhere.stop_unwell(f"{group.group_id}-1")
            left = [path.name for path in store.folder.rglob("*") if group.group_id in path.name]
            assert sorted(left) == sorted(
                [f"{group.group_id}-{n}.lock" for n in (1, 2)] + [f"{group.group_id}-1.called"]
            )

    played = play(store, FIVE[:2], acts=[(50.0, stop)])
    assert [each.ended for each in played.members] == ["unwell", "done"]
    assert not [*store.folder.rglob("*.called")]
    with pytest.raises(StoreError, match=r"is not running\. Nothing was changed"):
        store.stop_unwell(played.members[0].session_id)
    same_again(store, played)


def test_it_can_be_asked_to_begin_or_to_end_before_all_are_there(store: Store) -> None:
    late = ScriptedStrap(*beating(500.0, from_s=50.0))
    played = play(store, ["sim:rest?seed=1", late], acts=[(3.0, Group.begin)])
    assert played.started_s(0) == pytest.approx(3.5, abs=1.0)
    assert played.started_s(1) == pytest.approx(49.0, abs=0.1)
    nobody = play(store, [ScriptedStrap((9000.0, None))], acts=[(30.0, Group.end)])
    assert [member.ended for member in nobody.members] == [NEVER_HEARD]


def test_apart_nobody_waits_for_the_others(store: Store) -> None:
    late = ScriptedStrap(*beating(900.0, from_s=100.0))
    missing = ScriptedStrap((9000.0, None))
    played = play(
        store, ["sim:rest?seed=1", late, missing], in_step=False, acts=[(50.0, Group.pause), (60.0, Group.resume)]
    )
    assert next(phase.name for phase in played.whole(1).phases) == "settle"
    assert played.whole(0).duration_s == pytest.approx(370.0)
    assert played.whole(1).duration_s == pytest.approx(360.0)
    assert [member.ended for member in played.members] == ["done", "done", NEVER_HEARD]


@pytest.mark.parametrize("together", [True, False], ids=["in step", "apart"])
def test_what_is_done_for_all_is_in_no_record_of_who_has_ended(together: bool, store: Store) -> None:
    def leave_and_go_on(group: Group) -> None:
        group.leave(1)
        group.pause()
        group.resume()
        group.skip()

    repaced: Act = (55.0, lambda group: group.repace(BreathPattern(5.0, 4, 0, 6, 0)))
    played = play(store, FIVE[:2], acts=[(50.0, leave_and_go_on), repaced], in_step=together)
    assert [member.ended for member in played.members] == ["done", "stopped"]
    kinds = [event.kind for event in store.timeline_events(played.members[1].session_id)]
    assert kinds == [TimelineKind.BEGAN, TimelineKind.ENDED]
    same_again(store, played)


def test_who_begins_while_all_is_paused_is_paused_too(store: Store) -> None:
    late = ScriptedStrap(*beating(900.0, from_s=60.0))
    acts: list[Act] = [(50.0, Group.pause), (90.0, Group.resume)]
    played = play(store, ["sim:rest?seed=1", late], acts=acts, in_step=False)
    (gap,) = played.whole(1).gaps
    assert gap.cause == "paused"
    assert played.whole(1).duration_s == pytest.approx(390.0, abs=1.5)
    same_again(store, played)


def test_an_error_in_the_time_of_the_room_keeps_everybody_s_session(store: Store) -> None:
    def broken(event: Event) -> None:
        if isinstance(event, PhaseBegan) and event.planned.index == 2:
            raise ZeroDivisionError

    played = play(store, FIVE[:2], tell_room=broken)
    assert all(member.failed and member.session_id for member in played.members)
    assert [member.ended for member in played.members] == [UNFORESEEN] * 2
    assert [row.interrupted for row in store.sessions()] == [False, False]
    assert played.whole(0).duration_s == pytest.approx(80.0, abs=2.0)
    same_again(store, played)


@pytest.mark.parametrize("name", ["resonance-finder", "resonance-breathing", "stress-profile", "flare"])
def test_exercises_of_all_kinds_are_done_together_also_by_who_comes_in_the_middle(name: str, store: Store) -> None:
    """One that goes from pace to pace, one whose pace moves, one that ends with the heart, one without a breath."""
    exercise = find_exercise(name)
    middle_s = 30.0 * exercise.minutes
    late = ScriptedStrap(*beating(60.0 * exercise.minutes + 100.0, from_s=middle_s))
    played = play(store, ["sim:rest?seed=1", late], exercise)
    assert [member.ended for member in played.members] == ["done", "done"]
    assert played.whole(0).duration_s == pytest.approx(60.0 * exercise.minutes, abs=3.0)
    in_step(store, played, middle_s + 5.0, 60.0 * exercise.minutes - 5.0)
    same_again(store, played)


@pytest.mark.parametrize("question", ["slow", "head"])
def test_where_lots_are_drawn_nobody_is_in_step(question: str, store: Store) -> None:
    drawn = find_exercise("personal-trial").choosing({"question": question})
    assert drawn.lots
    with pytest.raises(ValueError, match="lots are drawn"):
        Group(drawn, [Member("Ana", NoStrap())], store, lambda number, event: None)


@pytest.mark.parametrize(("people", "why"), [(["Ana", " ana"], "twice"), (["", "Ana"], "a name"), ([], "at least one")])
def test_a_group_is_of_different_people_with_names(people: list[str], why: str, store: Store) -> None:
    members = [Member(person, NoStrap()) for person in people]
    with pytest.raises(ValueError, match=why):
        Group(SHORT, members, store, lambda number, event: None)


def test_the_summary_has_the_keys_that_scripts_rely_on(store: Store) -> None:
    told: dict[str, Any] = play(store, FIVE[:1], find_exercise("flare")).members[0].as_json()
    keys = {"person", "device", "session_id", "n_beats", "artifact_percent", "gaps", "ended", "latency_ms"}
    assert set(told) == keys
