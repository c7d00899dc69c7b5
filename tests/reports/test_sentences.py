"""What is said of a finished session: plainly, and only where enough is known."""

from typing import Any

import pytest

from biofeedback.analysis.beats import trust
from biofeedback.analysis.practice import recovery
from biofeedback.reports import sentences
from biofeedback.reports.figures import ALL_FIGURES, figure_rows
from biofeedback.session import scoring
from biofeedback.ui.words.after import FIGURES as FIGURES_AFTER


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


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (trust.IRREGULAR, "the beats came too irregularly"),
        (trust.UNCLEAR, "the signal was not clear enough"),
        (scoring.NO_BASELINE, "there was no rest to compare with"),
        (scoring.GATHERING, "64 seconds"),
        ("Another reason.", "another reason"),
        ("", ""),
    ],
)
def test_why_there_was_no_measure_is_its_own_reason(reason: str, words: str) -> None:
    assert words in sentences.reason_afterwards(reason)
    assert bool(sentences.no_feedback_sentence(reason)) == bool(reason)


def test_the_fingerprint_ends_the_methods() -> None:
    *algorithms, last = sentences.method_lines({"parameters": "abc123", "time_axis": "version 1"})
    assert algorithms == ["Time axis: version 1."]
    assert "abc123" in last
    assert sentences.method_lines({}) == []


def challenge(reactivity_bpm: float | None, time_s: float | None) -> dict[str, object]:
    return {"kind": "recovery", "challenges": [{"reactivity_bpm": reactivity_bpm, "time_s": time_s}]}


def test_all_challenges_are_told_and_what_cannot_be_told_has_its_reason() -> None:
    def challenge(title: str, rise: float | None, back_s: float | None, **withheld: str) -> dict[str, object]:
        return {
            "name": title.lower(), "title": title, "reactivity_bpm": rise, "time_s": back_s, "withheld": withheld
        }  # fmt: skip

    challenges = [
        challenge("Sums", 12.3, 0.0),
        challenge("Cold", None, None, reactivity_bpm=recovery.NO_CHALLENGE),
        challenge("Talk", 8.0, None, time_s=recovery.TOO_SHORT),
        challenge("Walk", 8.0, None, time_s=recovery.NOT_BACK),
    ]
    told = sentences.result_sentence({"kind": "recovery", "challenges": challenges})
    for words in (
        "Sums: Your heart beat about 12",
        "Cold: How your heart answered cannot be told. The task had too few",
        "Talk: Your heart beat about 8",
        "How it came back cannot be told. The rest after it was too short.",
    ):
        assert words in told
    assert told.endswith("It took its time to settle, and that is fine.")
    kept = {"kind": "transfer", "kept": None, "withheld": {"kept": "Too little of it could be told."}}
    assert sentences.result_sentence(kept).endswith("cannot be told. Too little of it could be told.")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, ()),
        ({"kind": "of a later program"}, ()),
        (challenge(None, None), ()),
        (challenge(1.0, 0.0), ("much as it was before",)),
        (challenge(12.3, 0.0), ("12 a minute quicker", "back at once")),
        (challenge(12.3, 65.0), ("back after about 1 minute.",)),
        (challenge(12.3, 130.0), ("back after about 2 minutes.",)),
        (challenge(12.3, None), ("took its time",)),
        (challenge(-5.0, 0.0), ("5 a minute slower",)),
        ({"kind": "transfer", "kept": None}, ()),
        ({"kind": "transfer", "kept": 0.8}, ("Most of it stayed",)),
        ({"kind": "transfer", "kept": 0.1}, ("A little of it stayed",)),
        ({"kind": "transfer", "kept": 0.0}, ("went their own way again",)),
    ],
)
def test_what_was_found_is_told_without_judging(result: dict[str, object] | None, words: tuple[str, ...]) -> None:
    told = sentences.result_sentence(result)
    assert bool(told) == bool(words)
    assert all(word in told for word in words)


@pytest.mark.parametrize(("moved", "word"), [(None, ""), (True, "another pace"), (False, "near the 5.4")])
def test_a_rate_is_told_beside_the_earlier_ones(moved: bool | None, word: str) -> None:
    earlier = {"moved": moved, "earlier_per_min": None if moved is None else 5.41}
    result = {"kind": "resonance", "clear": True, "resonance_per_min": 5.62, "sure": "clear", "with_earlier": earlier}
    told = sentences.result_sentence(result)
    assert "about 5.6 breaths a minute" in told
    assert word in told
    assert ("found before" in told) == bool(word)


def test_without_a_clear_rate_a_good_pace_is_named_with_the_reason() -> None:
    result = {"kind": "resonance", "clear": False, "resonance_per_min": None, "reason": "The breath did not follow."}
    assert sentences.result_sentence(result).startswith("The breath did not follow. Six breaths a minute")


def test_how_late_beats_come_is_told_where_it_is_known() -> None:
    unknown = {"p50": None, "p95": None}
    assert sentences.lateness_sentence(unknown, unknown) == sentences.lateness_sentence({}, {}) == ""
    told = sentences.lateness_sentence({"p50": 412.4, "p95": 903.0}, {"p50": 1.24, "p95": 9.96})
    assert "412 ms old" in told
    assert "took 1.2 ms (95 of 100: 10.0 ms)" in told
    assert sentences.lateness_sentence({"p50": 412.4, "p95": 903.0}, unknown).count("ms") == 2


EEG = {
    "device": "Band", "electrodes": ["Fp1", "Cz", "C4"], "used": ["Cz", "C4"], "rate_hz": 250.0, "mains_hz": 50.0,
    "received_s": 600.0, "lost_percent": 0.4, "kept_percent": {"Fp1": 10.0, "Cz": 90.0, "C4": 80.0}, "left_out_s": {},
}  # fmt: skip


THREE, UNUSED = "Band had 3 electrodes (Fp1, Cz, C4)", "15 % of the time there could not be used"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {},
            f"{THREE}; the answer came from Cz, C4; less than 1 % of its samples did not arrive; {UNUSED}.",
        ),
        (
            {"electrodes": ["O1"], "used": [], "kept_percent": {"O1": None}, "lost_percent": None},
            "Band had 1 electrode (O1); no answer came from it.",
        ),
        (
            {"electrodes": [f"X{n}" for n in range(64)], "used": [], "kept_percent": {}, "lost_percent": 0.0},
            "Band had 64 electrodes; no answer came from it; all of its samples arrived.",
        ),
    ],
)
def test_a_band_is_told_in_one_sentence(changed: dict[str, Any], said: str) -> None:
    assert sentences.eeg_sentence(EEG | changed) == said
    assert sentences.eeg_sentence(None) == ""


def test_no_beats_are_told_of_a_band_alone_and_of_nothing_else() -> None:
    none: dict[str, Any] = {"n_beats": 0, "artifact_percent": None, "gaps": []}
    assert sentences.beats_sentence(none | {"eeg": EEG}) == ""
    assert sentences.beats_sentence(none | {"eeg": None}) == "0 beats, \u2013 % not usable, 0 gaps."
    assert sentences.beats_sentence({"n_beats": 9, "artifact_percent": 1.24, "gaps": [1], "eeg": EEG}) == (
        "9 beats, 1.2 % not usable, 1 gap."
    )


def test_a_band_alone_has_no_rows_of_the_heart_even_where_a_part_told_nothing() -> None:
    indices: dict[str, Any] = {"n_beats": 0, "withheld": {"swing_bpm": "few"}, "duration_s": 0.0}
    head = {"kept_percent": 61.0, "bands_uv2": {"alpha": None}, "rewarded_percent": None, "withheld": {}}
    part = {"start_s": 0.0, "end_s": 9.0, "indices": indices}
    parts = [part | {"name": "a", "eeg": head}, part | {"name": "b", "eeg": None}]
    for labels in (ALL_FIGURES, FIGURES_AFTER):
        rows = figure_rows(parts, labels)
        assert {row.key for row in rows} <= {"duration_s", "kept_percent", "alpha"}
        assert rows
