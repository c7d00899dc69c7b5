"""The words: plain, made from the data, never judging."""

import re
from dataclasses import replace

import pytest

from biofeedback.analysis.breath.answer import PacerAnswer
from biofeedback.analysis.figures.indices import Indices
from biofeedback.reports import sentences
from biofeedback.session.account import SEE_SOMEONE
from biofeedback.session.events import Quality, Suggested
from biofeedback.session.summary import PhaseSummary, ScoreSummary, SessionSummary
from biofeedback.ui.model import SUGGESTED_S
from biofeedback.ui.words import after as after_words
from biofeedback.ui.words import common as words
from biofeedback.ui.words import numbers as number_words
from biofeedback.ui.words.signal import QUALITY
from protocols.feedback import Score
from protocols.library import load_library
from tests.ui.folded import Folded

PACED = PacerAnswer(0.9)
FORBIDDEN = re.compile(
    r"\b(score|fail\w*|poor|missed|optimal|stress level|target|cure|treats?|heal\w*)\b", re.IGNORECASE
)


def summary(
    swing_before: float | None, swing: float | None, pacer: PacerAnswer | None = PACED, **changes: object
) -> SessionSummary:
    before = Indices(100, 100, mean_hr_bpm=70.6, swing_bpm=swing_before)
    during = Indices(500, 500, mean_hr_bpm=66.2, swing_bpm=swing)
    phases = (
        PhaseSummary("baseline", 0, 120, before, "As you are", "baseline"),
        PhaseSummary("breathe", 120, 600, during, "Slow breathing", "practice", pacer=pacer),
    )
    fields: dict[str, object] = {
        "session_id": "s", "exercise": "e", "exercise_title": "E", "device": "sim:", "simulated": True, "person": "",
        "started_utc": "2026-01-01T00:00:00+00:00", "duration_s": 600.0, "n_beats": 600, "artifact_percent": 0.0,
        "gaps": (), "phases": phases, "score": ScoreSummary(None, None, None), "latency_ms": {}, "ratings": {},
        "result": None, "interrupted": False, "method": {},
    }  # fmt: skip
    return SessionSummary(**(fields | changes))  # type: ignore[arg-type]


def test_the_sentences_tell_before_and_during() -> None:
    lasted, answer = after_words.sentences(summary(2.2, 8.4))
    assert lasted == "You practised for 10 minutes."
    assert "about 8 beats a minute" in answer
    assert "before, it was about 2" in answer


def test_where_the_breath_was_free_nobody_is_told_to_have_breathed_slowly() -> None:
    _, answer = after_words.sentences(summary(2.2, 3.4, pacer=None))
    assert "breathed slowly" not in answer
    assert "about 66 times a minute; before, it was about 71." in answer


@pytest.mark.parametrize(("percent", "share"), [(95.0, "nearly all"), (60.0, "much"), (20.0, "now and then")])
def test_how_the_breath_went_with_the_pace_is_told_kindly(percent: float, share: str) -> None:
    _, answer = after_words.sentences(summary(2.2, 8.4, pacer=PacerAnswer(0.9, followed_percent=percent)))
    assert share in answer
    assert "went along" not in after_words.sentences(summary(2.2, 8.4))[1]


def test_one_beat_is_not_many() -> None:
    _, answer = after_words.sentences(summary(0.6, 1.2))
    assert "about 1 beat a minute" in answer


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("61.0 % of beats cannot be used (limit 10 %)", "signal was not clear enough"),
        ("5.7 % of beats are extra beats (limit 5 %)", "too many extra beats"),
        ("the rhythm is too irregular to calculate", "came too irregularly"),
        ("too few beats in a row", "Too few beats came in a row"),
        ("The heart does not show the breath.", "did not show your breath"),
    ],
)
def test_why_it_cannot_be_said_how_the_heart_answered_is_the_reason_that_withheld_it(reason: str, said: str) -> None:
    told = summary(None, None)
    before, practice = told.phases
    practice = replace(practice, indices=replace(practice.indices, withheld={"swing_bpm": reason}))
    _, answer = after_words.sentences(replace(told, phases=(before, practice)))
    assert said in answer
    assert not FORBIDDEN.search(answer)


def test_beats_too_irregular_are_named_and_not_called_too_short() -> None:
    _, alone = after_words.sentences(summary(None, None, irregular_percent=40.0))
    assert "too irregularly" in alone
    assert "common" in alone
    _, with_advice = after_words.sentences(summary(None, None, irregular_percent=40.0, advice=SEE_SOMEONE))
    assert "too irregularly" in with_advice
    assert "common" not in with_advice, "the advice says so"
    _, noisy = after_words.sentences(summary(None, None, irregular_percent=2.0))
    assert "irregular" not in noisy


def test_what_is_not_known_is_not_told_as_a_number() -> None:
    _, answer = after_words.sentences(summary(None, None))
    assert not re.search(r"\d", answer)


def test_an_interrupted_session_is_said_to_be_kept() -> None:
    lasted, _ = after_words.sentences(summary(2.0, 8.0, interrupted=True))
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
    told += [QUALITY[quality] for quality in Quality]
    told += [
        words.RESTING,
        words.PAUSED,
        words.READY,
        *words.ANSWERS.values(),
        number_words.KEPT_LINE,
        number_words.WAITING_LINE,
    ]
    told += [text for line in number_words.LINES.values() for text in (line.name, line.end, line.meaning)]
    told += [*number_words.LINE_MEANINGS.values(), number_words.place_on_line(Score(0.9, 0.5)), SEE_SOMEONE]
    for irregular_percent in (0.0, 50.0):
        for swings in ((2.0, 8.0), (None, None)):
            told += after_words.sentences(summary(*swings, irregular_percent=irregular_percent))
    for z in (-2.0, 0.0, 2.0):
        history = {"ln_rmssd": 3.0, "usual_ln_rmssd": 3.2, "z": z, "n_baselines": 3.0}
        told += [sentences.history_sentence(history), sentences.history_figures(history)]
    for text in told:
        assert not FORBIDDEN.search(text), text


def test_signal_bars_grow_with_the_signal() -> None:
    bars = [words.signal_bars(rssi) for rssi in (None, -95, -85, -75, -65, -50)]
    assert bars == [0, 0, 1, 2, 3, 4]


def test_a_word_of_care_is_read_for_a_while() -> None:
    folded = Folded()
    before = folded.model.state_line()
    folded.model.take(Suggested(folded.clock.now(), "Smaller breaths."))
    assert folded.model.state_line() == "Smaller breaths."
    folded.clock.advance(SUGGESTED_S)
    assert folded.model.state_line() != "Smaller breaths."
    assert before
