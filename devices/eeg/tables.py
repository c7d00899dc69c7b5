"""Tables of an electroencephalogram: a heading of electrodes, a row for each sample."""

import io
import re
from pathlib import Path

import numpy as np

from devices.eeg.recording import EegRecording, Floats, check_size, distinct, electrode_of
from devices.recordings.content import check_lines
from devices.source import SourceError

MOST_LINES, LONGEST_LINE = 6_000_000, 20_000
RATES_HZ = (50.0, 5000.0)
MOST_UNREADABLE = 0.1
COUNTS = 256
"""A counter of packets begins again after so many."""
MOST_LOST = 10
"""Gaps that are filled up are no more than so many times as long as what is there."""
_CLOCK = re.compile(r"(?:time|timestamp|t|sample|index)(?:[ _]?\[?\(?(s|sec|seconds|ms|us|ns)\)?\]?)?", re.IGNORECASE)
_COUNTER = re.compile(r"counter|sample[ _]?index|packet|seq", re.IGNORECASE)
_TO_S = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def _cells(line: str) -> list[str]:
    delimiter = max(",;\t", key=line.count)
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def is_eeg_table(text: str) -> bool:
    """Whether the heading names electrodes, and beside them nothing but a clock or a counter."""
    cells = _cells(text.partition("\n")[0][:LONGEST_LINE])
    others = [cell for cell in cells if not electrode_of(cell)]
    return len(others) < len(cells) and all(_CLOCK.fullmatch(cell) or _COUNTER.fullmatch(cell) for cell in others)


def read_eeg_table(path: Path, text: str, rate_hz: float | None) -> EegRecording:
    """The electroencephalogram of a table in microvolts.

    Parameters
    ----------
    path : Path
    text : str
    rate_hz : float, optional
        Samples a second, where the table has no clock that tells it.

    Raises
    ------
    SourceError
        If the rate is not known, or cells cannot be read.
    """
    check_lines(path, text, MOST_LINES, LONGEST_LINE)
    heading, _, body = text.partition("\n")
    names = _cells(heading)
    delimiter = max(",;\t", key=heading.count)
    check_size(path, len(names), body.count("\n") + 1)
    table = _numbers(path, body, len(names), delimiter)
    doubts = []
    columns = {name: table[:, i] for i, name in enumerate(names)}
    clock = next((name for name in names if _CLOCK.fullmatch(name) and not electrode_of(name)), None)
    counter = next((name for name in names if _COUNTER.fullmatch(name)), None)
    electrodes = [name for name in names if electrode_of(name)]
    samples = np.ascontiguousarray(table[:, [names.index(name) for name in electrodes]].T)
    clock_hz, places = _timed(path, columns[clock], clock) if clock else (None, None)
    if rate_hz is None:
        rate_hz = clock_hz
    elif clock_hz and abs(clock_hz / rate_hz - 1.0) > 0.02:
        raise SourceError(
            f"{path}: its clock tells of {clock_hz:g} samples a second, not of {rate_hz:g}. Leave --rate out."
        )
    if rate_hz is None:
        raise SourceError(f"{path} does not tell how many samples a second it has. Name them: --rate 250.")
    if places is None and counter:
        places = _counted(columns[counter])
    if places is not None and places[-1] + 1 > len(table):
        samples = _spread(path, samples, places)
        doubts.append(f"{samples.shape[1] - len(table)} samples are missing, as the {clock or counter} tells.")
    return EegRecording(
        path,
        "a table",
        distinct([electrode_of(name) for name in electrodes]),
        rate_hz,
        samples,
        doubts=tuple(doubts),
    )


def _numbers(path: Path, body: str, n_columns: int, delimiter: str) -> Floats:
    if not body.strip():
        raise SourceError(f"{path} holds a heading of electrodes and no samples.")
    try:
        table = np.loadtxt(io.StringIO(body), delimiter=delimiter, ndmin=2, dtype=np.float64, comments=None)
    except ValueError:
        lines = [line for line in body.split("\n") if line.strip()]
        table = np.array([_row(line.split(delimiter), n_columns) for line in lines]).reshape(len(lines), n_columns)
    if table.shape[1] != n_columns:
        raise SourceError(f"{path}: its rows have {table.shape[1]} cells, its heading has {n_columns}.")
    table[~np.isfinite(table)] = np.nan
    if np.isnan(table).any(axis=1).mean() > MOST_UNREADABLE:
        raise SourceError(f"{path}: more than {MOST_UNREADABLE:.0%} of its rows cannot be read as numbers.")
    return np.asarray(table)


def _row(cells: list[str], n_columns: int) -> list[float]:
    """The cells as numbers; NaN for one that is none, and for all of a row that is broken."""
    if len(cells) != n_columns:
        return [np.nan] * n_columns
    row = []
    for cell in cells:
        try:
            row.append(float(cell.strip().strip('"')))
        except ValueError:
            row.append(np.nan)
    return row


def _timed(path: Path, clock: Floats, heading: str) -> tuple[float | None, np.ndarray | None]:
    """Samples a second, and the place of each row, of a clock; neither of one that only counts the rows."""
    known = clock[np.isfinite(clock)]
    steps = np.diff(known)
    if len(steps) < 2 or len(known) != len(clock):
        return None, None
    if np.all(steps == 1.0):
        return None, None
    if (steps < 0).any():
        raise SourceError(f"{path}: the times of '{heading}' go back. Nothing was read: sort its rows.")
    match = _CLOCK.fullmatch(heading)
    unit_s = _TO_S[match[1].lower()] if match and match[1] else _unit_s(float(np.median(steps)))
    # Times of arrival come in bursts: the rate is that of the whole, without what is a gap
    usual = steps[steps <= 10.0 * max(float(np.median(steps)), float(np.mean(steps)))]
    rate_hz = len(usual) / (float(usual.sum()) * unit_s) if usual.sum() > 0 else 0.0
    if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
        raise SourceError(f"{path}: '{heading}' tells of {rate_hz:.4g} samples a second, which no recorder has.")
    rate_hz = round(rate_hz) if abs(rate_hz / round(rate_hz) - 1.0) < 0.005 else rate_hz
    lost = np.where(steps * unit_s * rate_hz > 10.0, np.rint(steps * unit_s * rate_hz) - 1.0, 0.0)
    return rate_hz, np.concatenate([[0.0], np.cumsum(1.0 + lost)]).astype(np.int64)


def _unit_s(step: float) -> float:
    """The unit of a clock that does not tell it: seconds, milliseconds, microseconds or nanoseconds."""
    return next((unit_s for unit_s in (1.0, 1e-3, 1e-6, 1e-9) if RATES_HZ[0] <= 1.0 / max(step * unit_s, 1e-12)), 1.0)


def _counted(counter: Floats) -> np.ndarray | None:
    """The place of each row as a counter of 0 to 255 tells; None where it is none."""
    if not np.isfinite(counter).all() or (counter % 1.0).any() or counter.min() < 0 or counter.max() >= COUNTS:
        return None
    steps = np.mod(np.diff(counter), COUNTS)
    if len(steps) < 2 or np.median(steps) != 1.0:
        return None
    return np.concatenate([[0.0], np.cumsum(np.where(steps == 0.0, float(COUNTS), steps))]).astype(np.int64)


def _spread(path: Path, samples: Floats, places: np.ndarray) -> Floats:
    n = int(places[-1]) + 1
    check_size(path, len(samples), n)
    if n > MOST_LOST * samples.shape[1]:
        raise SourceError(f"{path}: most of its samples are missing. Nothing was read.")
    spread = np.full((len(samples), n), np.nan)
    spread[:, places] = samples
    return spread
