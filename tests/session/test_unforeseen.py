"""Errors that nobody foresaw, thrown into every stage of a session: it is ended and kept, and opens afterwards."""

import contextlib
import io
from collections.abc import Callable
from typing import Any

import pytest

from biofeedback.analysis.breath import breathing
from biofeedback.exchange.packets import write_packets
from biofeedback.reports.tables import print_session
from biofeedback.reports.writing import write_report
from biofeedback.session import closing, guidance, judging, lived, pipeline, practice, preparation, runner
from biofeedback.session.closing import UNFORESEEN, UNFORESEEN_AT_END
from biofeedback.session.events import BeatsCame, Ended, Event
from biofeedback.session.kept import archive
from biofeedback.session.kept.unscored import REASON
from biofeedback.session.preparation import Plan
from biofeedback.session.runner import SessionRunner
from biofeedback.session.summary import NOT_SCORED as ADVICE
from biofeedback.storage.database import Store
from biofeedback.storage.faults import FAULTS
from biofeedback.storage.recording import recorder
from protocols.library import find_exercise
from tests.hand_clock import at_once
from tests.session.stage import Played, ScriptedStrap, beating, play, sample

LENGTH_S = 70.0
EXERCISE = find_exercise("paced-breathing").choosing({"begin": "rest"})
ERRORS = (ZeroDivisionError("division by zero"), MemoryError(), RecursionError("too deep"), ValueError("nan"))


class Fault:
    """Fails from its n-th call on; until then, and where it is mended, all is as it was."""

    def __init__(self, error: Exception, after: int = 0, once: bool = False) -> None:
        self.error, self.left, self.once = error, after, once
        self.n_failed = 0

    def into(self, patch: pytest.MonkeyPatch, owner: Any, name: str) -> "Fault":
        inner = getattr(owner, name)

        def failing(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left < 0 and not (self.once and self.n_failed):
                self.n_failed += 1
                raise type(self.error)(*self.error.args)
            return inner(*args, **kwargs)

        patch.setattr(owner, name, failing)
        return self


STAGES: dict[str, tuple[Any, str, int]] = {
    "decoding and judging": (judging.BeatJudge, "take", 30),
    "the live figures": (pipeline.LiveAnalysis, "push", 30),
    "the breath": (breathing.LiveBreathing, "push", 20),
    "the score": (pipeline.Scorer, "score", 30),
    "guidance": (guidance.Guidance, "take", 30),
    "practice time": (practice.Practice, "due_s", 40),
    "turning to a phase": (lived.Lived, "begin", 1),
    "turning to the first phase": (lived.Lived, "begin", 0),
}
AT_END: dict[str, tuple[Any, str]] = {
    "the last beats": (judging.BeatJudge, "finish"),
    "the summary": (closing, "sum_up"),
    "the personal trial": (closing, "with_trial"),
    "the account": (runner.Hearing, "finish"),
}


def opened_again(store: Store, session_id: str, folder: Any) -> dict[str, Any]:
    """Everything that can be asked of a saved session works."""
    document = archive.show(store, session_id)
    with contextlib.redirect_stdout(io.StringIO()):
        print_session(document)
    rescored = archive.rescore(store, session_id, "2026-11-25T10:00:00+00:00").document
    assert rescored["n_beats"] == len(archive.judge_session(store, session_id).beats)
    summary = archive.read_summary(store, session_id)
    for name in ("report.html", "report.pdf"):
        write_report(summary, folder / name)
    write_packets(store, session_id, folder / "packets.csv")
    assert [row.session_id for row in store.sessions()] == [session_id]
    assert not store.sessions()[0].interrupted
    return document


def heard(store: Store, played: Played) -> int:
    return len(list(store.packets(played.ended.session_id)))


@pytest.mark.parametrize("stage", STAGES)
def test_an_error_in_a_session_ends_and_keeps_it(
    store: Store, stage: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    owner, name, after = STAGES[stage]
    with monkeypatch.context() as patch:
        fault = Fault(ERRORS[after % len(ERRORS)], after).into(patch, owner, name)
        said: list[float] = []
        strap = ScriptedStrap(*_noting(said))
        played = play(store, strap, EXERCISE.lasting(3), ratings={"pain": 4})
        assert fault.n_failed
        assert played.ended.failed
        assert played.ended.saved
        assert played.ended.cause == UNFORESEEN
        assert heard(store, played) == len(said)
        document = opened_again(store, played.ended.session_id, store.folder)
        assert document["ratings"] == {"before": {"pain": 4}}
    mended = archive.show(store, played.ended.session_id)
    assert mended["n_beats"] == len(said)
    assert mended["advice"] != ADVICE
    assert (store.folder / FAULTS).exists()
    out = capfd.readouterr()
    assert "Traceback" not in out.out + out.err


def _noting(said: list[float]) -> list[tuple[float, Any]]:
    """Beats, each noted when it has been said."""
    script: list[tuple[float, Any]] = []
    for at_s, reading in beating(LENGTH_S):
        script += [(at_s, lambda loop, at_s=at_s: said.append(at_s)), (at_s, reading)]
    return script


@pytest.mark.parametrize("stage", AT_END)
def test_an_error_at_the_end_keeps_the_session(
    store: Store, stage: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        Fault(ZeroDivisionError()).into(patch, *AT_END[stage])
        played = play(store, ScriptedStrap(*beating(LENGTH_S)))
        assert (played.ended.failed, played.ended.saved) == (True, True)
        assert played.ended.cause == UNFORESEEN_AT_END
        assert heard(store, played) == len(beating(LENGTH_S))
        opened_again(store, played.ended.session_id, store.folder)
    assert archive.show(store, played.ended.session_id)["n_beats"] == len(beating(LENGTH_S))
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("error", [KeyError("x"), MemoryError(), OSError(5, "the stick was pulled")])
def test_an_error_in_the_strap_keeps_what_it_said(store: Store, error: Exception) -> None:
    played = play(store, ScriptedStrap(*beating(40.0), (40.5, error)))
    assert (played.ended.cause, played.ended.saved) == (UNFORESEEN, True)
    assert heard(store, played) == 40
    assert played.whole.n_beats == 40
    opened_again(store, played.ended.session_id, store.folder)


def test_an_error_before_the_first_beat_is_told(store: Store) -> None:
    played = play(store, ScriptedStrap((1.0, KeyError("x"))))
    assert (played.ended.cause, played.ended.saved, played.summary) == (UNFORESEEN, False, None)
    assert store.sessions() == []


@pytest.mark.parametrize("kind", [BeatsCame, Ended, None])
def test_a_listener_that_fails_ends_the_session_and_loses_nothing(store: Store, kind: type[Event] | None) -> None:
    failed: list[Event] = []

    def fail(event: Event) -> None:
        if kind is None or isinstance(event, kind):
            failed.append(event)
            raise RuntimeError("the window has a fault")

    source = ScriptedStrap(*beating(20.0))

    async def work() -> SessionRunner:
        made = SessionRunner(Plan(EXERCISE, source.info.uri), source, store, fail)
        await made.run()
        return made

    ended = at_once(work()).ended
    assert failed
    assert ended is not None
    if kind is None:  # nothing began: not even the first sentence could be said
        assert not ended.saved
        return
    assert ended.saved
    assert ended.failed is (kind is BeatsCame)
    assert len(list(store.packets(ended.session_id))) == (1 if kind is BeatsCame else 20)


def test_a_session_goes_on_where_earlier_ones_cannot_be_understood(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Fault(KeyError("baseline")).into(monkeypatch, preparation, "read_earlier")
    played = play(store, ScriptedStrap(*beating(20.0)))
    assert played.ended.cause == "recording ended"
    assert played.whole.n_beats == 20


@pytest.mark.parametrize("what", ["pause", "skip", "end", "stop_unwell"])
def test_whatever_the_person_does_while_it_fails_ends_the_session(
    store: Store, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Fault(RuntimeError("stuck")).into(monkeypatch, recorder.Recorder, "marker")
    Fault(RuntimeError("stuck"), after=2).into(monkeypatch, recorder.Recorder, "timeline_event")  # begun, first part
    act: Callable[[SessionRunner], None] = lambda made: getattr(made, what)()  # noqa: E731
    played = play(store, ScriptedStrap(*beating(40.0)), acts=[(20.5, act)])
    assert played.ended.saved
    assert heard(store, played) == 20
    assert played.ended.cause == {"stop_unwell": "unwell", "end": UNFORESEEN_AT_END}.get(what, UNFORESEEN)


def test_the_person_can_end_a_session_that_has_not_begun_to_run(store: Store) -> None:
    source = ScriptedStrap(*beating(20.0))

    async def work() -> SessionRunner:
        made = SessionRunner(Plan(EXERCISE, source.info.uri), source, store, lambda event: None)
        made.end()
        await made.run()
        return made

    ended = at_once(work()).ended
    assert ended is not None
    assert (ended.cause, ended.failed, ended.saved) == ("stopped", False, False)


def test_a_session_that_can_never_be_analysed_opens_with_its_beats(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = play(store, "sim:calm?seed=3", EXERCISE.lasting(3), ratings={"pain": 4})
    session_id = played.ended.session_id
    stored = store.beats(session_id)
    Fault(ZeroDivisionError()).into(monkeypatch, archive, "sum_up")
    summary = archive.read_summary(store, session_id)
    assert summary.beats == tuple(stored)
    assert summary.ratings == {"before": {"pain": 4}}
    assert [phase.name for phase in summary.phases] == [phase.name for phase in played.whole.phases]
    assert summary.advice == ADVICE
    for phase in summary.phases:
        figures = phase.indices.as_json()
        assert figures["n_beats"] > 0
        assert {name for name, value in figures.items() if value is None} == set(phase.indices.withheld)
        assert set(phase.indices.withheld.values()) == {REASON}
    assert opened_again(store, session_id, store.folder) == archive.result_document(store, session_id)


def test_a_session_whose_task_died_without_an_end_still_opens(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.storage.examples import SESSION_ID, new_session, packet

    with store.recorder(new_session()) as died:
        for n in range(30):
            died.packet(packet(float(n), 872))
    Fault(ZeroDivisionError()).into(monkeypatch, archive, "sum_up")
    assert store.find(SESSION_ID).interrupted
    document = archive.show(store, SESSION_ID)
    assert (document["interrupted"], document["advice"]) == (True, ADVICE)
    archive.rescore(store, SESSION_ID, "2026-11-25T10:00:00+00:00")
    assert store.results(SESSION_ID) == []
    write_report(archive.read_summary(store, SESSION_ID), store.folder / "report.html")


def test_a_strap_that_repeats_one_interval_more_slowly_than_it_lasts_is_lived_through(store: Store) -> None:
    said = [(1.0 + n, sample(1.0 + n, 852.0)) for n in range(200)]
    played = play(store, ScriptedStrap(*said), EXERCISE.lasting(3))
    assert not played.ended.failed
    assert played.ended.saved
    opened_again(store, played.ended.session_id, store.folder)


def test_a_summary_that_is_no_number_does_not_keep_the_session_from_the_disk(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    inner = closing.sum_up
    monkeypatch.setattr(
        closing, "sum_up", lambda *args, **kwargs: replace(inner(*args, **kwargs), duration_s=float("nan"))
    )
    played = play(store, ScriptedStrap(*beating(20.0)))
    assert (played.ended.cause, played.ended.saved) == (UNFORESEEN_AT_END, True)
    assert played.whole.duration_s == pytest.approx(20.0, abs=1.5)
