"""What somebody who accompanies a session changes: it happens, is kept at its second, and is scored again the same."""

from collections.abc import Callable

import pytest

from biofeedback.analysis.signal.spectrum import rhythm
from biofeedback.session.events import BeatsCame, Began, Relaid, Steered
from biofeedback.session.runner import SessionRunner
from biofeedback.session.scoring import FEEDBACK_OFF
from biofeedback.session.steering import (
    LEAST_LEFT_S,
    LONGEST_PROMPT,
    Ask,
    Lengthen,
    LetFeedback,
    Order,
    Prompt,
    SetGoal,
    SetSound,
)
from biofeedback.storage.database import Store
from biofeedback.storage.records import TimelineKind
from protocols.breathing import BreathPattern
from protocols.library import find_exercise
from tests.session.stage import SHORT, Played, play, same_again

FINDER = find_exercise("resonance-finder-quick")


def steered(store: Store, *orders: tuple[float, Order]) -> Played:
    def act(order: Order):
        return lambda runner: runner.steer(order)

    return play(store, "sim:rest?seed=4", SHORT, [(at_s, act(order)) for at_s, order in orders])


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The same session, in which nobody changes anything."""
    with Store.open(tmp_path_factory.mktemp("plain") / "data") as kept:
        return play(kept, "sim:rest?seed=4", SHORT)


def test_a_phase_that_is_lengthened_moves_all_after_it_without_a_jump_of_the_breath(
    store: Store, plain: Played
) -> None:
    played = steered(store, (150.0, Lengthen(60.0)))
    assert played.whole.duration_s == pytest.approx(plain.whole.duration_s + 60.0, abs=0.1)
    (relaid,) = played.of(Relaid)
    began = played.of(Began)[0].timeline
    for at_s in (relaid.at_s, relaid.at_s + 30.0, 319.0):
        assert relaid.timeline.breath_at(at_s) == began.breath_at(at_s)
    assert [phase.end_s for phase in played.whole.phases][2:] == pytest.approx([380.0, 420.0])
    same_again(store, played)


def test_a_phase_that_is_shortened_keeps_a_few_breaths(store: Store) -> None:
    played = steered(store, (150.0, Lengthen(-3000.0)))
    (event,) = (e for e in store.timeline_events(played.whole.session_id) if e.kind is TimelineKind.LENGTHENED)
    assert played.whole.phases[2].end_s == pytest.approx(150.0 + LEAST_LEFT_S, abs=1.5)
    assert event.detail["by_s"] == pytest.approx(played.of(Steered)[0].order.by_s)
    same_again(store, played)


def test_where_little_is_left_of_a_phase_it_is_not_shortened_and_that_is_said(store: Store) -> None:
    played = steered(store, (310.0, Lengthen(-60.0)))
    (refused,) = played.of(Steered)
    left_s = int(320.0 - refused.at_s + 0.5)
    assert refused.refused == f"only {left_s} s of this part are left"
    assert not played.of(Relaid)
    same_again(store, played)


def test_paces_with_a_length_of_their_own_are_not_lengthened_and_the_session_goes_on(store: Store) -> None:
    played = play(store, "sim:rest?seed=4", FINDER, [(400.0, lambda runner: runner.steer(Lengthen(60.0)))])
    (refused,) = played.of(Steered)
    assert "length of their own" in refused.refused
    assert not played.of(Relaid)
    assert played.ended.cause == "done"
    same_again(store, played)


def test_while_feedback_is_off_there_is_no_score_and_the_reason_is_told(store: Store) -> None:
    played = steered(store, (170.0, LetFeedback(False)), (220.0, LetFeedback(True)))
    came = [event for event in played.of(BeatsCame) if event.judged]
    within = [event.score for event in came if 175 < event.at_s < 218]
    assert within
    assert {score.reason for score in within} == {FEEDBACK_OFF}
    assert any(event.score.value is not None for event in came if event.at_s > 230)
    same_again(store, played)


def test_a_goal_set_by_hand_decides_what_is_rewarded(store: Store, plain: Played) -> None:
    low, high = steered(store, (60.0, SetGoal(0.0))), steered(store, (60.0, SetGoal(1.0)))
    own = steered(store, (60.0, SetGoal(0.0)), (61.0, SetGoal(None)))
    assert low.whole.score.rewarded_percent == 100.0
    assert high.whole.score.rewarded_percent == 0.0
    assert own.whole.score == plain.whole.score
    for played in (low, high, own):
        same_again(store, played)


def test_what_only_the_person_meets_changes_no_figure(store: Store, plain: Played) -> None:
    orders = [(100.0, Prompt("Let the shoulders go.")), (120.0, SetSound(on=True, volume=0.3)), (130.0, Ask("pain"))]
    played = steered(store, *orders)
    kept = {e.kind: e for e in store.timeline_events(played.whole.session_id)}
    assert kept[TimelineKind.PROMPTED].detail == {"words": "Let the shoulders go."}
    assert kept[TimelineKind.SOUND].detail == {"on": True, "volume": 0.3}
    assert kept[TimelineKind.ASKED].at_s == pytest.approx(130.0, abs=1.5)
    assert [p.indices for p in played.whole.phases] == [p.indices for p in plain.whole.phases]
    same_again(store, played)


def test_an_answer_to_a_question_asked_in_between_stands_under_its_time(store: Store) -> None:
    acts = [(130.0, lambda r: r.steer(Ask("pain"))), (140.0, lambda r: r.answer("pain", 3))]
    played = play(store, "sim:rest?seed=4", SHORT, acts)
    ratings = store.ratings(played.whole.session_id)
    assert list(ratings.values()) == [{"pain": 3}]
    assert next(iter(ratings)).startswith("asked 02:")
    same_again(store, played)


def test_before_it_has_begun_there_is_nothing_to_change(store: Store) -> None:
    acts = [(0.1, lambda runner: runner.steer(Lengthen(60.0))), (100.0, SessionRunner.end)]
    played = play(store, "sim:dropout?every_s=1000", SHORT, acts)
    assert not played.of(Steered)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: SetGoal(1.1),
        lambda: SetGoal(float("nan")),
        lambda: Lengthen(0.0),
        lambda: Lengthen(float("nan")),
        lambda: Lengthen(3700.0),
        lambda: Prompt("  "),
        lambda: Prompt("x" * (LONGEST_PROMPT + 1)),
        lambda: SetSound(on=True, volume=float("inf")),
    ],
)
def test_an_order_that_cannot_be_meant_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"\bnot\b|by"):
        wrong()


def test_paces_that_go_by_a_schedule_are_not_changed_and_the_session_goes_on(store: Store) -> None:
    acts = [(400.0, lambda runner: runner.repace(BreathPattern(5.0)))]
    played = play(store, "sim:rest?seed=4", FINDER, acts)
    assert played.ended.cause == "done"
    assert not played.of(Relaid)
    same_again(store, played)


def test_a_marker_may_be_set_to_a_moment_that_has_been(store: Store) -> None:
    acts = [(100.0, lambda runner: runner.mark("then", 90.0)), (110.0, lambda runner: runner.mark("never", 4000.0))]
    played = play(store, "sim:rest?seed=4", SHORT, acts)
    then, never = store.markers(played.whole.session_id)
    assert then.at_s == 90.0
    assert never.at_s == pytest.approx(110.0, abs=1.5)


@pytest.mark.parametrize("scenario", ["rest?seed=4", "ectopic?seed=4&per_min=1", "irregular?seed=4"])
def test_the_spectrum_is_told_where_its_figures_are_and_is_the_one_they_are_of(store: Store, scenario: str) -> None:
    came = [event for event in play(store, f"sim:{scenario}", SHORT).of(BeatsCame) if event.judged]
    assert all((event.spectrum is None) == (event.indices.smoothness is None) for event in came)
    shown = [event for event in came if event.spectrum is not None]
    assert bool(shown) == (not scenario.startswith("irregular"))
    for event in shown[::20]:
        found = rhythm(event.spectrum)
        assert found is not None
        assert found.smoothness == event.indices.smoothness


@pytest.mark.parametrize(
    "act",
    [
        SessionRunner.pause,
        SessionRunner.skip,
        lambda runner: runner.repace(BreathPattern(5.0, 4, 0, 6, 0)),
        lambda runner: runner.steer(Lengthen(60.0)),
        lambda runner: runner.steer(SetGoal(0.3)),
        lambda runner: runner.steer(LetFeedback(given=False)),
    ],
    ids=["pause", "skip", "repace", "lengthen", "goal", "feedback"],
)
def test_what_comes_once_the_end_has_come_changes_nothing(act: Callable[[SessionRunner], None], store: Store) -> None:
    def end_and_act(runner: SessionRunner) -> None:
        runner.end()
        act(runner)
        runner.mark("too late")

    played = play(store, "sim:rest?seed=1", acts=[(100.0, end_and_act)])
    session_id = played.whole.session_id
    assert store.timeline_events(session_id)[-1].kind is TimelineKind.ENDED
    assert {event.kind for event in store.timeline_events(session_id)} == {TimelineKind.BEGAN, TimelineKind.ENDED}
    assert [mark.at_s for mark in store.markers(session_id)] == [played.whole.duration_s]
    same_again(store, played)
