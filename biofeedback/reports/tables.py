"""Summaries as text for the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from biofeedback.reports.figures import FIGURES, figure, figure_rows, missing_lines
from biofeedback.reports.found import found_table
from biofeedback.reports.noted_words import excluded_sentences
from biofeedback.reports.sentences import (
    PARAMETERS,
    beats_sentence,
    breath_sentence,
    ecg_sentence,
    eeg_sentence,
    feedback_sentence,
    history_figures,
    history_sentence,
    irregular_sentence,
    no_feedback_sentence,
    result_sentence,
)
from biofeedback.reports.session_words import ended_sentence, told_length
from biofeedback.reports.terminal import print_line, print_rows, print_wide
from devices.recordings.understood import Understood


def print_indices(indices: Mapping[str, Any]) -> None:
    """The figures of one stretch, then the reasons for what is missing."""
    _print_phases([{"indices": indices}])
    for sentence in indices.get("doubts", ()):
        print_line(sentence)


def _print_phases(phases: Sequence[Mapping[str, Any]]) -> None:
    """A table of as many columns as fit side by side, then the others; then why there are dashes."""
    rows = figure_rows(phases)
    heads = [str(phase.get("name", "")) for phase in phases]
    print_wide([row.label for row in rows], heads, [[cell.text for cell in row.cells] for row in rows])
    for line in missing_lines([{"title": head} for head in heads], rows):
        print_line(line)


def print_source(understood: Understood) -> None:
    """How a file was read, in one quiet line, and what is doubtful about it."""
    columns = ", ".join(understood.columns)
    read = [f"{understood.rows_used} of {understood.rows} rows"]
    if understood.unit:
        read.append(f"intervals in {understood.unit}" + (f" from '{columns}'" if columns else ""))
    if understood.clock:
        read.append(f"times in {understood.clock_unit} from '{understood.clock}'")
    read += [f"{count} with {reason}" for reason, count in understood.rows_unused.items()]
    if understood.padding:
        read.append(f"{understood.padding} cells of padding")
    print_line(f"Read as {understood.format.replace('_', ' ')}: {'; '.join(read)}.")
    for doubt in understood.doubts:
        print_line(doubt)


def print_session(summary: Mapping[str, Any]) -> None:
    """One session as its summary tells."""
    kind = "".join(f", {word}" for word in ("simulated", "replayed") if summary.get(word))
    print_line(
        f"Session {summary['session_id']}: {summary['exercise']}, {summary['started_utc'][:16].replace('T', ' ')} UTC, "
        f"{summary['device']}{kind}",
    )
    if ended := ended_sentence(summary["interrupted"], summary.get("broken_off", False)):
        print_line(ended)
    length, beats = told_length(summary["duration_s"], summary.get("planned_s")), beats_sentence(summary)
    print_line(f"{length} minutes, {beats}" if beats else f"{length} minutes.")
    score, history = summary["score"], summary.get("history")
    for sentence in (
        irregular_sentence(summary.get("irregular_percent")),
        ecg_sentence(summary.get("ecg")),
        eeg_sentence(summary.get("eeg")),
        feedback_sentence(score.get("kind", ""), score["mean"], score["scored_percent"], score["rewarded_percent"]),
        no_feedback_sentence(score.get("reason", "")),
        history_sentence(history),
        history_figures(history),
        result_sentence(summary.get("result")),
        *summary.get("doubts", ()),
        *excluded_sentences(summary.get("excluded", ())),
    ):
        if sentence:
            print_line(sentence)
    _print_phases(summary["phases"])
    if breaths := breath_sentence(
        (p["name"], p["indices"].get("respiration_from", ""), p["indices"].get("respiration_note", ""))
        for p in summary["phases"]
    ):
        print_line(breaths)
    if found := found_table(summary.get("result")):
        print_rows(found.headings, found.rows)
        for note in found.notes:
            print_line(note)
    if fingerprint := summary.get("method", {}).get(PARAMETERS):
        print_line(f"Fingerprint of all parameters: {fingerprint}; --json names every method.")
    if summary.get("advice"):
        print_line(f"\n{summary['advice']}")


def print_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """The figures of phases that differ between two summaries of a session."""
    earlier = {phase["name"]: phase["indices"] for phase in before["phases"]}
    rows = [
        (phase["name"], label, _changed(old, key, digits), _changed(phase["indices"], key, digits))
        for phase in now["phases"]
        for key, label, digits in FIGURES
        if (old := earlier.get(phase["name"], {})).get(key) != phase["indices"].get(key)
    ]
    if rows:
        print_rows(("phase", "figure", "before", "now"), rows)


def _changed(indices: Mapping[str, Any], key: str, digits: int) -> str:
    """A figure, or a dash with its reason."""
    reason = indices.get("withheld", {}).get(key, "")
    value = indices.get(key)
    return f"{figure(value, digits)}{f' ({reason})' if value is None and reason else ''}"
