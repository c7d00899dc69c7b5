"""EDF and EDF+ files, read strictly and written: 16-bit samples in records, with annotations.

Kemp 1992 (Electroencephalogr Clin Neurophysiol 82, 391-393) and Kemp and Olivan 2003 (Clin Neurophysiol 114,
1755-1761). A file comes from anywhere: every number of its header is checked before anything is made of it.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import numpy as np

from devices.eeg.recording import (
    MISSING,
    Annotation,
    EegRecording,
    Floats,
    check_size,
    distinct,
    electrode_of,
    names_a_place,
)
from devices.source import SourceError

MAGIC = b"0       "
MOST_SIGNALS = 512
MOST_ANNOTATIONS = 10_000
LONGEST_TEXT = 500
MOST_GAP_S = 3600.0
"""A break in an EDF+D file longer than this is another recording."""
SIMULATED = "simulated_head"
_ANNOTATIONS = "EDF Annotations"
_WIDTHS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
_TO_UV = {"uv": 1.0, "µv": 1.0, "μv": 1.0, "mv": 1e3, "v": 1e6, "nv": 1e-3}
_ONSET = re.compile(rb"([+-]\d{1,12}(?:\.\d{0,12})?)(?:\x15(\d{1,12}(?:\.\d{0,12})?))?")


@dataclass(frozen=True, slots=True)
class _Signal:
    label: str
    unit: str
    physical: tuple[float, float]
    digital: tuple[float, float]
    n_a_record: int
    first: int
    """Sample of a record with which its part begins."""

    def scaled(self, records: np.ndarray) -> Floats:
        """Its samples in its unit, one record after the other."""
        digital = records[:, self.first : self.first + self.n_a_record].astype(np.float64)
        step = (self.physical[1] - self.physical[0]) / (self.digital[1] - self.digital[0])
        return np.asarray((digital - self.digital[0]) * step + self.physical[0]).reshape(-1)


def is_edf(content: bytes) -> bool:
    """Whether a file says at its beginning that it is EDF, or the 24-bit kind of it."""
    return content.startswith((MAGIC, b"\xffBIOSEMI"))


def read_edf(path: Path, content: bytes) -> EegRecording:
    """The electroencephalogram of an EDF or EDF+ file.

    Raises
    ------
    SourceError
        If it is damaged beyond use, or holds no electroencephalogram.
    """
    if content.startswith(b"\xff"):
        raise SourceError(f"{path} is a BDF file of 24 bits, which cannot be read here. Export it as EDF.")
    n_signals = int(_number(path, content[252:256], "the number of signals", 1, MOST_SIGNALS))
    record_s = _number(path, content[244:252], "the length of a record", 0.0, 86400.0)
    n_told = int(_number(path, content[236:244], "the number of records", -1, 1e8))
    signals = _signals(path, content, n_signals)
    header_bytes, n_record = 256 * (n_signals + 1), sum(signal.n_a_record for signal in signals)
    n_there = (len(content) - header_bytes) // (2 * n_record)
    n_records = n_there if n_told < 0 else min(n_told, n_there)
    if n_records < 1 or record_s <= 0.0:
        raise SourceError(f"{path} holds no whole record of samples. Nothing was read: record or export it again.")
    doubts = []
    if n_told > n_there:
        doubts.append(f"The file ends early: {n_there} of {n_told} records are there, and all of them are used.")
    chosen = _electrodes(path, signals, record_s, doubts)
    check_size(path, n_signals, n_records * max(signal.n_a_record for signal in signals))
    records = np.frombuffer(content, "<i2", n_records * n_record, header_bytes).reshape(n_records, n_record)
    annotations, begins = _annotations(path, signals, records)
    n_each = chosen[0][1].n_a_record
    rate_hz = n_each / record_s
    samples = np.stack([signal.scaled(records) * _TO_UV[signal.unit.lower()] for _, signal in chosen])
    axes = [s for s in signals if s.unit.lower() == "g" and s.n_a_record == n_each]
    movement = np.sqrt(sum(s.scaled(records) ** 2 for s in axes)) if axes else None
    first_s = begins[0] if begins else 0.0
    if content[192:197] == b"EDF+D":
        places = _places(path, begins, n_records, n_each, rate_hz)
        samples = _spread(path, samples, places, n_each)
        movement = None if movement is None else _spread(path, movement[None, :], places, n_each)[0]
    annotations = tuple(Annotation(a.at_s - first_s, a.for_s, a.text) for a in annotations)
    for lost in annotations:
        if lost.text == MISSING and lost.for_s:
            samples[:, max(0, round(lost.at_s * rate_hz)) : max(0, round((lost.at_s + lost.for_s) * rate_hz))] = np.nan
    names = distinct([name for name, _ in chosen])
    nameless = [name for name in names if not names_a_place(name)]
    if nameless:
        doubts.append(f"Not known where on the head: {', '.join(nameless)}.")
    told = tuple(a for a in annotations if a.text != MISSING)
    form = "EDF+" if content[192:195] == b"EDF" else "EDF"
    simulated = SIMULATED in _text(content[88:168]).split()
    return EegRecording(path, form, names, rate_hz, samples, movement, told, simulated, tuple(doubts))


def _signals(path: Path, content: bytes, n_signals: int) -> list[_Signal]:
    if len(content) < 256 * (n_signals + 1):
        raise SourceError(f"{path} ends within its header. Nothing was read: record or export it again.")
    at, columns = 256, []
    for width in _WIDTHS:
        columns.append([content[at + width * i : at + width * (i + 1)] for i in range(n_signals)])
        at += width * n_signals
    signals, first = [], 0
    for label, unit, low, high, least, most, n in zip(
        columns[0], columns[2], columns[3], columns[4], columns[5], columns[6], columns[8], strict=True
    ):
        name = _text(label)
        what = f"a limit of '{name}'"
        physical = (_number(path, low, what, -1e12, 1e12), _number(path, high, what, -1e12, 1e12))
        digital = (_number(path, least, what, -32768, 32767), _number(path, most, what, -32768, 32767))
        n_a_record = int(_number(path, n, f"the number of samples of '{name}'", 1, 10_000_000))
        if name != _ANNOTATIONS and (digital[0] >= digital[1] or physical[0] == physical[1]):
            _refuse(path, what, f"{low.decode('latin_1').strip()}")
        signals.append(_Signal(name, _text(unit), physical, digital, n_a_record, first))
        first += n_a_record
    return signals


def _electrodes(
    path: Path, signals: Sequence[_Signal], record_s: float, doubts: list[str]
) -> list[tuple[str, _Signal]]:
    """Those that are electrodes on the head, of the rate that most of them have."""
    found = [
        (name, s) for s in signals if s.unit.lower() in _TO_UV and (name := electrode_of(s.label)) and s.n_a_record > 0
    ]
    if not found:
        labels = ", ".join(f"'{s.label}'" for s in signals[:8] if s.label != _ANNOTATIONS)
        raise SourceError(
            f"{path} holds no electroencephalogram: no signal in volts has the name of an electrode"
            f"{f' ({labels})' if labels else ''}."
        )
    n = Counter(signal.n_a_record for _, signal in found).most_common(1)[0][0]
    others = [name for name, signal in found if signal.n_a_record != n]
    if others:
        doubts.append(f"Left out, for they have another rate than {n / record_s:g} a second: {', '.join(others)}.")
    return [(name, signal) for name, signal in found if signal.n_a_record == n]


def _annotations(
    path: Path, signals: Sequence[_Signal], records: np.ndarray
) -> tuple[tuple[Annotation, ...], list[float]]:
    """What the file tells of times, and when each record begins; seconds of the file."""
    listed = [signal for signal in signals if signal.label == _ANNOTATIONS]
    told: list[Annotation] = []
    begins: list[float] = []
    for which, signal in enumerate(listed):
        for record in records[:, signal.first : signal.first + signal.n_a_record]:
            for number, (at_s, for_s, texts) in enumerate(_lists(record.tobytes())):
                if which == 0 and number == 0:
                    begins.append(at_s)
                told += [Annotation(at_s, for_s, text[:LONGEST_TEXT]) for text in texts if text]
            if len(told) > MOST_ANNOTATIONS:
                raise SourceError(f"{path} holds more than {MOST_ANNOTATIONS} annotations. Nothing was read.")
    return tuple(told), begins


def _lists(content: bytes) -> Iterator[tuple[float, float | None, list[str]]]:
    """The time-stamped lists of a record; what is none is passed over."""
    for entry in content.split(b"\0"):
        onset, *texts = entry.split(b"\x14")
        match = _ONSET.fullmatch(onset)
        if match:
            duration = float(match[2]) if match[2] else None
            yield float(match[1]), duration, [text.decode("utf-8", "replace").strip() for text in texts]


def _places(path: Path, begins: Sequence[float], n_records: int, n_each: int, rate_hz: float) -> list[int]:
    """The sample with which each record of a file with gaps begins."""
    if len(begins) != n_records:
        raise SourceError(f"{path} has gaps, and does not tell when each of its records begins. Nothing was read.")
    places = [round((at_s - begins[0]) * rate_hz) for at_s in begins]
    for before, after in pairwise(places):
        if not n_each - 1 <= after - before <= n_each + MOST_GAP_S * rate_hz:
            raise SourceError(
                f"{path} has records that overlap or lie more than an hour apart. Nothing was read: cut it into parts."
            )
    return places


def _spread(path: Path, samples: Floats, places: Sequence[int], n_each: int) -> Floats:
    """The samples with gaps where there are gaps."""
    check_size(path, len(samples), places[-1] + n_each)
    spread = np.full((len(samples), places[-1] + n_each), np.nan)
    for number, place in enumerate(places):
        spread[:, place : place + n_each] = samples[:, number * n_each : (number + 1) * n_each]
    return spread


def _number(path: Path, text: bytes, what: str, least: float, most: float) -> float:
    told = text.decode("latin_1").strip().strip("\0")
    try:
        value = float(told)
    except ValueError:
        _refuse(path, what, told)
    if not (math.isfinite(value) and least <= value <= most):
        _refuse(path, what, told)
    return value


def _refuse(path: Path, what: str, told: str) -> NoReturn:
    raise SourceError(f"{path} is a damaged EDF file: {what} is {told!r}. Nothing was read: export it again.")


def _text(content: bytes) -> str:
    return content.decode("latin_1").strip().strip("\0")
