"""Figures of sessions as they are saved, one of each kind that an exercise finds."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from biofeedback.analysis.beats.beat import Gap
from biofeedback.analysis.breath.answer import PacerAnswer
from biofeedback.analysis.figures.indices import Band, Indices
from biofeedback.analysis.practice.recovery import Recovery
from biofeedback.analysis.practice.resonance import Point, Resonance, retest
from biofeedback.analysis.practice.transfer import Transfer
from biofeedback.session.ladders import as_told, told_suggestion
from biofeedback.session.summary import (
    AskedPace,
    EcgSummary,
    Excluded,
    MovementSummary,
    PhaseSummary,
    ScoreSummary,
    SessionSummary,
)
from protocols.feedback import Baseline
from protocols.ladder import Because, Experience, Move, Rung, Suggestion
from protocols.specification import Finding
from protocols.trial import Answer, TrialResult
from tests.storage.examples import SESSION_ID

_REST = Indices(3, 3, 0.0, 60.0, mean_hr_bpm=66.0, withheld={"lf_hf": "too short"}, bands={"hf_ms2": Band(1.0, 9.0)})
_SUMMARY = SessionSummary(
    session_id=SESSION_ID,
    exercise="resonance",
    exercise_title="Slow breathing",
    device="sim:rest?seed=7",
    simulated=True,
    person="",
    started_utc="2026-11-21T08:31:00Z",
    duration_s=120.0,
    n_beats=3,
    artifact_percent=0.0,
    gaps=(Gap(3.0, 4.0, "lost"),),
    phases=(
        PhaseSummary("baseline", 0.0, 60.0, _REST, "Rest", "baseline", movement=MovementSummary(1.0, 12.0)),
        PhaseSummary(
            "practice", 60.0, 120.0, replace(_REST, respiration_from="chest"), "Breathe", "practice",
            pacer=PacerAnswer(0.9, 20.0, 0.5, 2.0, 90.0, 95.0), asked=(AskedPace(60.0, 6.0),),
        ),
    ),
    score=ScoreSummary(0.5, 90.0, 60.0, "smoothness"),
    latency_ms={"p50": 1.0, "p95": 2.0},
    ratings={"before": {"pain": 6}},
    result=None,
    interrupted=False,
    method={"score": "3", "parameters": "ab12"},
    irregular_percent=0.0,
    baseline=Baseline((3.5, 3.6), (66.0, 65.0), 12.0),
    history={"ln_rmssd": 3.5, "usual_ln_rmssd": 3.4, "z": 1.2, "n_baselines": 3.0},
    ecg=EcgSummary(3, 3, 3, 0, 0.5, 100.0, 99.0),
    planned_s=120.0,
    excluded=(Excluded(1.0, 9.0, "phone"),),
)  # fmt: skip
_TRIED = Experience("1", date(2026, 11, 21), 5, 2, None, None, 60.0, broken_off=False, imagined=False)
_FOUND = Resonance(6.0, 5.5, 6.5, 0.3)
_RESULTS: Mapping[str, dict[str, Any] | None] = {
    "": None,
    Finding.RESONANCE: {
        "resonance_per_min": 6.0, "clear": True, "confidence": 0.9, "sure": "high", "reason": "",
        "low_per_min": 5.5, "high_per_min": 6.5, "se_per_min": 0.3, "pace_per_min": 6.0,
        "points": [asdict(Point(6.0, 5.0, 40.0, 10.0, 0.9))],
        "with_earlier": asdict(retest(_FOUND, [Resonance(5.8, se_per_min=0.3)])),
    },
    Finding.RECOVERY: {
        "challenges": [{"name": "act", "title": "Do it"} | asdict(Recovery(peak_bpm=90.0, reactivity_bpm=9.0))],
        "activity": {"text": "swim"} | as_told(_TRIED),
        "suggestion": told_suggestion(Suggestion(Move.UP, Because.HEART_CAME_BACK, Rung("2", "run", 4.0))),
    },
    Finding.TRANSFER: asdict(Transfer(0.5, 0.6, withheld={"swing": "too short"})),
    Finding.TRIAL: {"outcome": "pain"} | asdict(TrialResult(Answer.NOT_ENOUGH, 1, 2, 3, sentence="Not enough yet.")),
}  # fmt: skip


def figures(kind: str = "") -> dict[str, Any]:
    """A saved summary of a session that finds something of a kind, or nothing."""
    result = _RESULTS[kind]
    found: dict[str, Any] = json.loads(json.dumps(_SUMMARY.as_json()))
    return found | {"result": None if result is None else json.loads(json.dumps({"kind": kind} | result))}


KINDS = tuple(_RESULTS)
