"""Figures of an independent implementation beside ours: asked now and then, told and kept, never in the way."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from biofeedback.analysis.beats.beat import Beat
from biofeedback.session.events import ReferenceCame
from biofeedback.session.preparation import Plan
from biofeedback.session.reference import EVERY_S, MIN_S, WINDOW_S
from biofeedback.session.runner import SessionRunner
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from devices.uri import open_source
from tests.hand_clock import at_once
from tests.session.stage import SLOW


class Answer:
    """What neurokit2's process answers."""

    def __init__(self, beats: Sequence[Beat]) -> None:
        self.method = "independent 1.0"
        self.figures = {"HRV_MeanNN": sum(beat.rr_ms for beat in beats) / len(beats)}


class Worker:
    """Answers after some seconds of the clock; notes what it is asked."""

    def __init__(self, takes_s: float, *, live: bool = True) -> None:
        self.live = live
        self.asked: list[list[Beat]] = []
        self._takes_s = takes_s

    async def figures(self, beats: Sequence[Beat]) -> Answer | None:
        self.asked.append(list(beats))
        await asyncio.sleep(self._takes_s)
        return Answer(beats) if len(beats) > 20 else None


def practise(store: Store, worker: Worker) -> tuple[SessionSummary, list[ReferenceCame]]:
    told: list[ReferenceCame] = []
    source = open_source("sim:rest?seed=3")

    async def work() -> SessionSummary | None:
        runner = SessionRunner(
            Plan(SLOW.lasting(4), "sim:rest?seed=3"),
            source,
            store,
            lambda event: told.append(event) if isinstance(event, ReferenceCame) else None,
            worker,  # type: ignore[arg-type]
        )
        return await runner.run()

    summary = at_once(work())
    assert summary is not None
    return summary, told


def test_the_latest_window_is_asked_about_every_few_seconds_and_the_answer_is_told_and_kept(store: Store) -> None:
    worker = Worker(0.2)
    summary, told = practise(store, worker)
    assert told[0].at_s >= MIN_S
    waits = [b.at_s - a.at_s for a, b in pairwise(told)]
    assert min(waits) >= EVERY_S
    assert sum(waits) / len(waits) < EVERY_S + 1.5
    assert {(event.window_s, event.method) for event in told} == {(WINDOW_S, "independent 1.0")}
    assert all(beats[-1].time_s - beats[0].time_s <= WINDOW_S for beats in worker.asked[: len(told)])
    kept = store.references(summary.session_id)
    assert [reference.at_s for reference in kept if reference.window_s == WINDOW_S] == [event.at_s for event in told]


def test_each_phase_carries_the_independent_figures_of_exactly_its_beats(store: Store) -> None:
    summary, _ = practise(store, Worker(0.2))
    for phase in summary.phases:
        if phase.indices.n_beats > 20 and phase.indices.n_kept == phase.indices.n_beats:
            assert phase.reference["HRV_MeanNN"] == phase.indices.mean_rr_ms


def test_a_slow_answer_holds_up_nothing_and_is_not_asked_for_twice(store: Store) -> None:
    worker = Worker(60.0)
    summary, told = practise(store, worker)
    assert summary.duration_s == pytest.approx(240)
    assert 2 <= len(told) <= 4


def test_where_it_is_not_wanted_live_only_the_phases_are_asked_about(store: Store, tmp_path: Path) -> None:
    worker = Worker(0.0, live=False)
    summary, told = practise(store, worker)
    assert told == []
    assert len(worker.asked) == len(summary.phases)
