"""Practice without a strap, and straps that come late or never."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from biofeedback.session.awaiting import SHOWN_AFTER_S
from biofeedback.session.events import BeatsCame, PhaseBegan, Quality, SignalChanged, StrapAwaited
from biofeedback.storage.database import Store
from devices.preflight import Step, at_hand
from devices.samples import Contact, HeartRateSample, LinkChanged, LinkState, Reading
from devices.schemes import NO_STRAP
from devices.source import Demand, LungVolume, SourceError, undemanding
from devices.uri import open_source
from protocols.library import find_exercise, load_library
from protocols.specification import Exercise
from tests.session.stage import ScriptedStrap, beating, play, same_again, sample
from tests.session.test_every_exercise import shortened

LATE_S = 40.0


class LateStrap(ScriptedStrap):
    """A simulated heart whose strap is put on only after a while."""

    def follow(self, lung_volume: LungVolume, demand: Demand = undemanding) -> None:
        self._follows = lung_volume, demand

    async def readings(self) -> AsyncGenerator[Reading, None]:
        await asyncio.sleep(LATE_S)
        strap = open_source("sim:rest?seed=3")
        strap.follow(*self._follows)
        async with strap:
            async for reading in strap.readings():
                yield reading


@pytest.mark.parametrize("exercise", load_library(), ids=lambda e: e.id)
def test_every_exercise_plays_to_its_end_with_nothing_heard(exercise: Exercise, store: Store) -> None:
    short = shortened(exercise)
    played = play(store, NO_STRAP, short, ratings={r.value: 5 for r in exercise.ratings})
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == ("done", False, True)
    assert [event.planned.phase.name for event in played.of(PhaseBegan)] == [p.name for p in played.whole.phases]
    assert not played.of(BeatsCame)
    assert not played.whole.beats
    assert all(phase.indices.mean_hr_bpm is None for phase in played.whole.phases)
    assert not [told for told in played.of(SignalChanged) if told.quality is Quality.LOST]
    same_again(store, played)


@pytest.mark.parametrize("exercise", ["paced-breathing", "calm-state", "flare"])
def test_a_strap_that_comes_late_joins_in(exercise: str, store: Store) -> None:
    made = find_exercise(exercise)
    played = play(store, LateStrap(), made, patience_s=0.0, ratings={"pain": 8})
    assert (played.ended.cause, played.ended.saved) == ("done", True)
    assert played.whole.duration_s == pytest.approx(60.0 * made.minutes)
    (first, *_) = played.of(BeatsCame)
    assert first.at_s >= LATE_S
    assert played.whole.beats[0].time_s >= LATE_S - 2.0
    assert played.whole.n_beats > 60
    same_again(store, played)


@pytest.mark.parametrize(("patience_s", "begins_s"), [(0.0, 0.0), (20.0, 20.0), (None, LATE_S)])
def test_practice_waits_for_a_strap_as_long_as_it_was_told_to(
    patience_s: float | None, begins_s: float, store: Store
) -> None:
    strap = ScriptedStrap(*beating(90.0, from_s=LATE_S), (100.0, SourceError("It is gone.")))
    played = play(store, strap, find_exercise("two-minutes"), patience_s=patience_s, acts=[(95.0, lambda r: r.end())])
    assert played.whole.duration_s == pytest.approx(95.0 - begins_s, abs=1.1)
    same_again(store, played)


def test_a_strap_that_comes_in_time_is_waited_for(store: Store) -> None:
    played = play(store, ScriptedStrap(*beating(60.0, from_s=5.0)), find_exercise("two-minutes"), patience_s=20.0)
    assert played.whole.beats[0].time_s < 1.5
    assert not [told for told in played.of(SignalChanged) if told.quality is Quality.LOST]


def test_answers_and_parts_from_before_the_first_beat_are_kept(store: Store) -> None:
    acts = [(10.0, lambda r: r.mark("here")), (12.0, lambda r: r.skip())]
    strap = ScriptedStrap(*beating(200.0, from_s=LATE_S))
    played = play(store, strap, find_exercise("flare"), acts=acts, patience_s=0.0, ratings={"pain": 9})
    first, second, *_ = played.whole.phases
    assert (first.start_s, first.end_s, second.start_s) == pytest.approx((0.0, 12.0, 12.0))
    assert played.whole.ratings["before"] == {"pain": 9}
    same_again(store, played)


@pytest.mark.parametrize("lost_s", [3.0, 20.0])
def test_a_link_lost_before_any_packet_scores_the_same_again(lost_s: float, store: Store) -> None:
    lost = (lost_s, LinkChanged(lost_s, LinkState.LOST, "The strap is out of reach."))
    strap = ScriptedStrap(lost, *beating(115.0, from_s=LATE_S))
    played = play(store, strap, find_exercise("two-minutes"), patience_s=0.0)
    assert any(told.words == "The strap is out of reach." for told in played.of(SignalChanged))
    assert played.whole.n_beats > 60
    same_again(store, played)


@pytest.mark.parametrize("trouble_s", [0.0, 30.0])
def test_a_strap_that_can_never_be_reached_stops_no_practice_that_need_not_wait(trouble_s: float, store: Store) -> None:
    strap = ScriptedStrap((trouble_s, SourceError("There is no Bluetooth adapter.")))
    played = play(store, strap, find_exercise("two-minutes"), patience_s=0.0)
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == ("done", False, True)
    assert any("no Bluetooth adapter" in told.words for told in played.of(SignalChanged))
    same_again(store, played)


def test_where_a_strap_is_to_be_waited_for_its_trouble_is_told_at_once(store: Store) -> None:
    strap = ScriptedStrap((0.0, SourceError("There is no Bluetooth adapter.")))
    played = play(store, strap, find_exercise("two-minutes"))
    assert (played.summary, played.ended.cause, played.ended.saved) == (None, "There is no Bluetooth adapter.", False)


def test_who_waits_no_longer_than_so_long_begins_without_when_the_strap_cannot_be_reached(store: Store) -> None:
    strap = ScriptedStrap((0.0, SourceError("There is no Bluetooth adapter.")))
    played = play(store, strap, find_exercise("two-minutes"), patience_s=20.0)
    assert (played.ended.cause, played.ended.saved) == ("done", True)


def test_the_two_minutes_breathe_from_their_first_second(store: Store) -> None:
    played = play(store, NO_STRAP, find_exercise("two-minutes"))
    assert played.whole.duration_s == pytest.approx(120.0)
    assert played.of(PhaseBegan)[0].planned.phase.pacing is not None


def test_beats_that_come_late_are_of_the_moment_in_which_they_came(store: Store) -> None:
    strap = ScriptedStrap(*beating(110.0, from_s=LATE_S))
    played = play(store, strap, find_exercise("two-minutes"), patience_s=0.0)
    received = [r for _, r in beating(110.0, from_s=LATE_S) if isinstance(r, HeartRateSample)]
    assert len(played.whole.beats) == len(received)
    assert played.whole.beats[-1].time_s == pytest.approx(110.0, abs=1.5)


def test_while_a_strap_is_waited_for_it_is_told_how_far_it_is_and_what_to_do(store: Store) -> None:
    no_skin = [(float(at_s), sample(float(at_s), contact=Contact.LOST)) for at_s in range(1, 12)]
    strap = ScriptedStrap(*no_skin, *beating(60.0, from_s=12.0))
    played = play(store, strap, find_exercise("two-minutes"), patience_s=20.0)
    told = played.of(StrapAwaited)
    assert told[0].at_s >= SHOWN_AFTER_S
    assert {at_hand(each.steps).step for each in told} == {Step.ON_THE_SKIN}
    assert at_hand(told[-1].steps).sentence.startswith("It does not feel your skin. Wet the electrodes")
    begun = next(i for i, event in enumerate(played.events) if isinstance(event, BeatsCame))
    assert max(played.events.index(each) for each in told) < begun
    same_again(store, played)


def test_of_a_strap_that_is_soon_there_nothing_is_told(store: Store) -> None:
    for strap in (ScriptedStrap(*beating(30.0, from_s=2.0)), open_source(NO_STRAP)):
        assert not play(store, strap, find_exercise("two-minutes"), patience_s=20.0).of(StrapAwaited)
