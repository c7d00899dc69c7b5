"""Summaries as text for the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from biofeedback.analysis.figures.definitions import DEFINITIONS
from biofeedback.reports.sentences import (
    PARAMETERS,
    ecg_sentence,
    feedback_sentence,
    history_figures,
    history_sentence,
    irregular_sentence,
    result_sentence,
)
from biofeedback.reports.terminal import plain_console, print_line, print_rows
from devices.recordings.understood import Understood

_DIGITS = {"vlf_ms2": 0, "lf_ms2": 0, "hf_ms2": 0, "lf_hf": 2, "peak_hz": 3, "smoothness": 2, "coherence_ratio": 2}

FIGURES = (
    ("n_beats", "beats", 0),
    ("artifact_percent", "not usable, %", 1),
    ("duration_s", "length, s", 0),
    *(
        (key, ", ".join(filter(None, (definition.title, definition.unit))), _DIGITS.get(key, 1))
        for key, definition in DEFINITIONS.items()
    ),
)
"""Key, name with unit, and digits."""

REFERENCE_FIGURES = (
    ("HRV_SDNN", "SDNN by neurokit2, ms", 1),
    ("HRV_RMSSD", "RMSSD by neurokit2, ms", 1),
    ("HRV_LF", "LF by neurokit2, ms\u00b2", 0),
    ("HRV_HF", "HF by neurokit2, ms\u00b2", 0),
    ("RSA_P2T_Mean", "RSA peak to trough by neurokit2, ms", 0),
)
"""The same stretch as an independent implementation sees it; its breathing is estimated from the heart rate."""

MOVEMENT_FIGURES = (
    ("breaths_per_min", "breaths measured at the chest, a minute", 1),
    ("moving_percent", "moving, % of the time", 0),
)
"""What the strap's accelerometer told."""


def figure(value: float | None, digits: int) -> str:
    """A figure for people; a dash where there is none."""
    return "\u2013" if value is None else f"{value:.{digits}f}"


def print_indices(indices: Mapping[str, Any]) -> None:
    """The figures of one stretch, then the reasons for what is missing."""
    _print_columns({"": indices}, FIGURES)
    labels = {key: label.partition(",")[0] for key, label, _ in FIGURES}
    reasons: dict[str, list[str]] = {}
    for key, reason in indices["withheld"].items():
        reasons.setdefault(reason, []).append(labels.get(key, key))
    for reason, names in reasons.items():
        print_line(f"Not given ({reason}): {', '.join(names)}.")


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


def _print_columns(columns: Mapping[str, Mapping[str, Any]], figures: Sequence[tuple[str, str, int]]) -> None:
    table = Table("", *columns, box=None, pad_edge=False)
    for key, label, digits in figures:
        table.add_row(label, *(figure(indices.get(key), digits) for indices in columns.values()))
    plain_console().print(table)


def print_session(summary: Mapping[str, Any]) -> None:
    """One session as its summary tells."""
    simulated = ", simulated" if summary["simulated"] else ""
    print_line(
        f"Session {summary['session_id']}: {summary['exercise']}, {summary['started_utc'][:16].replace('T', ' ')} UTC, "
        f"{summary['device']}{simulated}",
    )
    if summary["interrupted"]:
        print_line("This session was interrupted. Everything that had been recorded is kept.")
    minutes, n_gaps = summary["duration_s"] / 60.0, len(summary["gaps"])
    print_line(
        f"{minutes:.1f} minutes, {summary['n_beats']} beats, {figure(summary['artifact_percent'], 1)} % not usable, "
        f"{n_gaps} {'gap' if n_gaps == 1 else 'gaps'}.",
    )
    score, history = summary["score"], summary.get("history")
    for sentence in (
        irregular_sentence(summary.get("irregular_percent")),
        ecg_sentence(summary.get("ecg")),
        feedback_sentence(score.get("kind", ""), score["mean"], score["scored_percent"], score["rewarded_percent"]),
        history_sentence(history),
        history_figures(history),
        result_sentence(summary.get("result")),
    ):
        if sentence:
            print_line(sentence)
    phases = summary["phases"]
    columns = {p["name"]: p["indices"] | p.get("reference", {}) | (p.get("movement") or {}) for p in phases}
    chest = MOVEMENT_FIGURES if any(phase.get("movement") for phase in phases) else ()
    independent = REFERENCE_FIGURES if any(phase.get("reference") for phase in phases) else ()
    _print_columns(columns, FIGURES + chest + independent)
    if any(phase["indices"]["withheld"] for phase in summary["phases"]):
        print_line("A dash: too little time or signal for that figure; --json tells each reason.")
    if fingerprint := summary.get("method", {}).get(PARAMETERS):
        print_line(f"Fingerprint of all parameters: {fingerprint}; --json names every method.")
    if summary.get("advice"):
        print_line(f"\n{summary['advice']}")


def print_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """The figures of phases that differ between two summaries of a session."""
    earlier = {phase["name"]: phase["indices"] for phase in before["phases"]}
    rows = [
        (phase["name"], label, figure(old, digits), figure(new, digits))
        for phase in now["phases"]
        for key, label, digits in FIGURES
        if (old := earlier.get(phase["name"], {}).get(key)) != (new := phase["indices"].get(key))
    ]
    if rows:
        print_rows(("phase", "figure", "before", "now"), rows)
