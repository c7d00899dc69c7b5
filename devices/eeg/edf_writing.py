"""EDF+ files of recordings of an electroencephalogram."""

import math

import numpy as np

from devices.eeg.edf import MAGIC, SIMULATED
from devices.eeg.recording import MISSING, Annotation, EegRecording, Floats

RECORD_S = 1
DIGITAL = (-32768, 32767)
_TEXT_BYTES = 160
_LIST_BYTES = 240
"""Room for what one record tells of times; more is spread over those after it, which may be anywhere in a file."""


def edf_of(recording: EegRecording) -> bytes:
    """The recording as EDF+, in whole seconds: each channel in 65,536 steps between its least and greatest sample.

    A stretch without samples holds the last one before it and is told by an annotation. What is left after the last
    whole second is not written.

    Raises
    ------
    ValueError
        If the rate is not a whole number, or less than a second was recorded.
    """
    n_each = round(recording.rate_hz * RECORD_S)
    if n_each != recording.rate_hz * RECORD_S:
        raise ValueError(f"{recording.rate_hz:g} samples a second: EDF is written here for whole numbers alone")
    n_records = recording.samples_uv.shape[1] // n_each
    if not n_records:
        raise ValueError("less than a second was recorded")
    samples = _held(recording.samples_uv)[:, : n_records * n_each]
    signals = [(f"EEG {name}"[:16], "uV", values) for name, values in zip(recording.channels, samples, strict=True)]
    if recording.movement_g is not None:
        signals.append(("Acceleration", "g", recording.movement_g[: n_records * n_each]))
    limits = [_limits(values) for _, _, values in signals]
    lists = _lists([*recording.annotations, *_missing(recording)], n_records)
    fields = _header(signals, limits, n_each, n_records, simulated=recording.simulated)
    digital = [
        _digital(values, *ends).reshape(n_records, n_each) for (*_, values), ends in zip(signals, limits, strict=True)
    ]
    told = np.frombuffer(b"".join(lists), "<i2").reshape(n_records, -1)
    return fields + np.concatenate([*digital, told], axis=1).astype("<i2").tobytes()


def _header(
    signals: list[tuple[str, str, Floats]],
    limits: list[tuple[str, str]],
    n_each: int,
    n_records: int,
    *,
    simulated: bool,
) -> bytes:
    """The header: of a person and a time that nobody needs to know, nothing is told."""
    n = len(signals) + 1
    who = f"Startdate X X X {SIMULATED if simulated else 'X'}"
    head = [
        (MAGIC.decode(), 8), ("X X X X", 80), (who, 80), ("01.01.85", 8), ("00.00.00", 8),
        (str(256 * (n + 1)), 8), ("EDF+C", 44), (str(n_records), 8), (str(RECORD_S), 8), (str(n), 4),
    ]  # fmt: skip
    columns = [
        ([label for label, _, _ in signals] + ["EDF Annotations"], 16),
        ([""] * n, 80),
        ([unit for _, unit, _ in signals] + [""], 8),
        ([low for low, _ in limits] + ["-1"], 8),
        ([high for _, high in limits] + ["1"], 8),
        ([str(DIGITAL[0])] * n, 8),
        ([str(DIGITAL[1])] * n, 8),
        ([""] * n, 80),
        ([str(n_each)] * len(signals) + [str(_LIST_BYTES // 2)], 8),
        ([""] * n, 32),
    ]
    fields = head + [(text, width) for texts, width in columns for text in texts]
    return b"".join(text.encode("ascii", "replace")[:width].ljust(width) for text, width in fields)


def _limits(values: Floats) -> tuple[str, str]:
    """The least and greatest value in eight letters each, rounded outwards."""
    low, high = math.floor(float(values.min())), math.ceil(float(values.max()))
    return str(max(low, -9_999_999)), str(min(max(high, low + 1), 99_999_999))


def _digital(values: Floats, low: str, high: str) -> np.ndarray:
    share = (values - float(low)) / (float(high) - float(low))
    return np.clip(np.rint(share * (DIGITAL[1] - DIGITAL[0]) + DIGITAL[0]), *DIGITAL).astype("<i2")


def _held(samples_uv: Floats) -> Floats:
    known = np.isfinite(samples_uv)
    places = np.maximum.accumulate(np.where(known, np.arange(samples_uv.shape[1]), 0), axis=1)
    return np.nan_to_num(np.take_along_axis(samples_uv, places, axis=1))


def _missing(recording: EegRecording) -> list[Annotation]:
    """Stretches in which any channel has no samples."""
    lost = np.concatenate([[False], ~np.isfinite(recording.samples_uv).all(axis=0), [False]])
    edges = np.flatnonzero(lost[1:] != lost[:-1])
    return [
        Annotation(float(a) / recording.rate_hz, float(b - a) / recording.rate_hz, MISSING)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def _told(text: str) -> bytes:
    """A text in one line, for the signs that part annotations are no letters; what is too long ends in dots."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    told = line.encode(errors="replace")
    return told if len(told) <= _TEXT_BYTES else told[: _TEXT_BYTES - 3].decode(errors="ignore").encode() + b"..."


def _lists(annotations: list[Annotation], n_records: int) -> list[bytes]:
    """What each record tells, the time of the record first."""
    waiting = [
        f"+{a.at_s:.6f}{'' if a.for_s is None else f'{chr(0x15)}{a.for_s:.6f}'}".encode()
        + b"\x14" + _told(a.text) + b"\x14\0"
        for a in sorted(annotations, key=lambda a: a.at_s)
    ]  # fmt: skip
    lists = []
    for number in range(n_records):
        told = f"+{number * RECORD_S}\x14\x14\0".encode()
        while waiting and len(told) + len(waiting[0]) <= _LIST_BYTES:
            told += waiting.pop(0)
        lists.append(told.ljust(_LIST_BYTES, b"\0"))
    if waiting:
        raise ValueError(f"{len(waiting)} annotations are more than the file has room for")
    return lists
