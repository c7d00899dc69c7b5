"""Figures of an independent implementation beside ours: asked now and then, told and kept, never in the way."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.figures.indices import EARLIER_VERSION, SAME_BEATS
from biofeedback.analysis.figures.stretch import Usable
from biofeedback.session.events import ReferenceCame
from biofeedback.session.kept import archive
from biofeedback.session.preparation import Plan
from biofeedback.session.reference import EVERY_S, MIN_S, WINDOW_S, ReferenceWorker
from biofeedback.session.runner import SessionRunner
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from devices.uri import open_source
from tests.hand_clock import at_once
from tests.session.stage import SLOW

METHOD = f"independent 1.0, {SAME_BEATS}"


class Answer:
    """What neurokit2's process answers."""

    def __init__(self, beats: Sequence[Beat], method: str) -> None:
        self.method = method
        self.figures = {"HRV_MeanNN": sum(beat.rr_ms for beat in beats) / len(beats)}


class Worker:
    """Answers after some seconds of the clock; notes what it is asked."""

    def __init__(self, takes_s: float, *, live: bool = True) -> None:
        self.live = live
        self.method = METHOD
        self.asked: list[list[Beat]] = []
        self._takes_s = takes_s

    async def figures(self, of: Usable) -> Answer | None:
        self.asked.append(of.steady)
        await asyncio.sleep(self._takes_s)
        return Answer(of.used, self.method) if len(of.used) > 20 else None


def practise(
    store: Store, worker: Worker, device: str = "sim:rest?seed=3"
) -> tuple[SessionSummary, list[ReferenceCame]]:
    told: list[ReferenceCame] = []
    source = open_source(device)

    async def work() -> SessionSummary | None:
        runner = SessionRunner(
            Plan(SLOW.lasting(4), device),
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
    assert {(event.window_s, event.method) for event in told} == {(WINDOW_S, METHOD)}
    assert all(beats[-1].time_s - beats[0].time_s <= WINDOW_S for beats in worker.asked[: len(told)])
    kept = store.references(summary.session_id)
    assert [reference.at_s for reference in kept if reference.window_s == WINDOW_S] == [event.at_s for event in told]


def test_each_phase_carries_the_independent_figures_of_exactly_its_beats(store: Store) -> None:
    summary, _ = practise(store, Worker(0.2))
    for phase in summary.phases:
        if phase.indices.n_beats > 20 and phase.indices.n_kept == phase.indices.n_beats:
            assert phase.reference["HRV_MeanNN"] == phase.indices.mean_rr_ms


def test_where_ours_are_withheld_theirs_are_too_live_and_of_phases(store: Store) -> None:
    """Every second beat is early: not one figure but the mean is told by either."""
    summary, told = practise(store, Worker(0.2), "sim:ectopic?per_min=20&seed=3")
    late = [event for event in told if event.at_s > 90]
    assert late
    for event in late:
        assert {name for name, value in event.figures.items() if value is not None} <= {"HRV_MeanNN"}
        assert event.withheld["HRV_RMSSD"]
        assert event.withheld["HRV_SDNN"]
    for phase in summary.phases:
        assert phase.reference["HRV_RMSSD"] is None
        assert phase.reference_withheld["HRV_RMSSD"] == phase.indices.withheld["rmssd_ms"]
    assert archive.read_summary(store, summary.session_id).phases == summary.phases


def test_figures_of_an_earlier_version_are_not_told_beside_ours(store: Store) -> None:
    worker = Worker(0.2)
    worker.method = "independent 0.9"
    summary, _ = practise(store, worker)
    for phase in summary.phases:
        assert set(phase.reference.values()) == {None}
        if phase.indices.n_kept > 20:
            assert phase.reference_withheld["HRV_MeanNN"] == EARLIER_VERSION


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


def test_of_too_few_beats_nobody_waits_for_an_answer() -> None:
    worker = ReferenceWorker.__new__(ReferenceWorker)  # without its process: to ask would fail
    assert asyncio.run(worker.figures(Usable([], [], {}))) is None
