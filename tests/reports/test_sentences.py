"""What is said of a finished session: plainly, and only where enough is known."""

import pytest

from biofeedback.reports import sentences


def history(z: float, n_baselines: int = 3) -> dict[str, float]:
    return {"ln_rmssd": 3.2, "usual_ln_rmssd": 3.5, "z": z, "n_baselines": float(n_baselines)}


@pytest.mark.parametrize(
    ("z", "word"), [(0.0, "about what"), (1.0, "about what"), (-1.0, "about what"), (1.1, "higher"), (-1.1, "lower")]
)
def test_only_a_rest_far_from_the_usual_is_told_to_be_another(z: float, word: str) -> None:
    told = sentences.history_sentence(history(z))
    assert word in told
    assert ("from day to day" in told) == (abs(z) > 1)


@pytest.mark.parametrize("known", [None, history(2.0, 1), history(2.0, 0)])
def test_nothing_is_said_beside_fewer_than_two_earlier_sessions(known: dict[str, float] | None) -> None:
    assert sentences.history_sentence(known) == sentences.history_figures(known) == ""
    assert sentences.history_sentence(history(2.0, 2))


def test_the_figures_of_the_history_are_in_ms_and_in_standard_deviations() -> None:
    told = sentences.history_figures(history(-1.64, 4))
    assert "25 ms, usually 33 ms over 4 earlier sessions" in told
    assert "-1.6" in told
    assert "+0.0" in sentences.history_figures(history(-0.01))


@pytest.mark.parametrize(("percent", "word"), [(None, ""), (0.0, ""), (0.3, "less than 1 %"), (41.6, "42 %")])
def test_an_irregular_share_is_told_where_there_was_one(percent: float | None, word: str) -> None:
    told = sentences.irregular_sentence(percent)
    assert word in told
    assert bool(told) == bool(word)


def test_feedback_is_named_by_its_measure() -> None:
    assert sentences.feedback_sentence("smoothness", 0.8, 90.0, 50.0).startswith("Smoothness")
    assert sentences.feedback_sentence("calm", 0.8, 90.0, 50.0).startswith("Calm")
    assert sentences.feedback_sentence("calm", None, 0.0, None) == ""


def test_why_no_wave_is_shown() -> None:
    assert "short" in sentences.no_wave_words(60.0, 100.0)
    assert "irregular" in sentences.no_wave_words(600.0, 50.0)
    assert "clear" in sentences.no_wave_words(600.0, 0.0)


def test_the_fingerprint_ends_the_methods() -> None:
    *algorithms, last = sentences.method_lines({"parameters": "abc123", "time_axis": "version 1"})
    assert algorithms == ["Time axis: version 1."]
    assert "abc123" in last
    assert sentences.method_lines({}) == []
