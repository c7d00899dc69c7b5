"""The words: plain, made from the data, never judging."""

import re

import pytest

from biofeedback.analysis.indices import Indices
from biofeedback.session.events import Quality
from biofeedback.session.summary import PhaseSummary, ScoreSummary, SessionSummary
from biofeedback.ui import words
from protocols.library import load_library

FORBIDDEN = re.compile(
    r"\b(score|fail\w*|poor|missed|optimal|stress level|target|cure|treats?|heal\w*)\b", re.IGNORECASE
)


def summary(swing_before: float | None, swing: float | None, **changes: object) -> SessionSummary:
    phases = (
        PhaseSummary("baseline", 0, 120, Indices(100, 100, swing_bpm=swing_before), "As you are", "baseline"),
        PhaseSummary("breathe", 120, 600, Indices(500, 500, swing_bpm=swing), "Slow breathing", "practice"),
    )
    fields: dict[str, object] = {
        "session_id": "s", "exercise": "e", "exercise_title": "E", "device": "sim:", "simulated": True, "person": "",
        "started_utc": "2026-01-01T00:00:00+00:00", "duration_s": 600.0, "n_beats": 600, "artifact_percent": 0.0,
        "gaps": (), "phases": phases, "score": ScoreSummary(None, None, None), "latency_ms": {}, "ratings": {},
        "result": None, "interrupted": False, "method": {},
    }  # fmt: skip
    return SessionSummary(**(fields | changes))  # type: ignore[arg-type]


def test_the_sentences_tell_before_and_during() -> None:
    lasted, answer = words.sentences(summary(2.2, 8.4))
    assert lasted == "You practised for 10 minutes."
    assert "about 8 beats a minute" in answer
    assert "before, it was about 2" in answer


def test_what_is_not_known_is_not_told_as_a_number() -> None:
    _, answer = words.sentences(summary(None, None))
    assert not re.search(r"\d", answer)


def test_an_interrupted_session_is_said_to_be_kept() -> None:
    lasted, _ = words.sentences(summary(2.0, 8.0, interrupted=True))
    assert "interrupted" in lasted
    assert "kept" in lasted


@pytest.mark.parametrize(("hour", "expected"), [(6, "morning"), (13, "afternoon"), (20, "evening"), (2, "evening")])
def test_the_greeting_follows_the_hour(hour: int, expected: str) -> None:
    assert expected in words.greeting(hour)


def test_time_left_is_never_counted_in_seconds() -> None:
    for seconds in (0.0, 30.0, 59.0, 60.0, 600.0):
        assert "second" not in words.minutes_left(seconds)


def test_no_word_for_a_patient_judges_or_promises() -> None:
    told = [text for e in load_library() for text in (e.title, e.purpose, e.advice)]
    told += [prompt.text for e in load_library() for phase in e for prompt in phase.prompts]
    told += [words.QUALITY[quality] for quality in Quality]
    told += [words.FOLLOWING, words.RESTING, words.PAUSED, words.READY, *words.sentences(summary(2.0, 8.0))]
    for text in told:
        assert not FORBIDDEN.search(text), text


def test_signal_bars_grow_with_the_signal() -> None:
    bars = [words.signal_bars(rssi) for rssi in (None, -95, -85, -75, -65, -50)]
    assert bars == [0, 0, 1, 2, 3, 4]
