"""What a recording of an electroencephalogram holds, whatever file it came from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from devices.source import SourceError
from devices.told import told_text

Floats = NDArray[np.float64]

MISSING = "samples missing"
"""Text of an annotation for a stretch in which a file has to hold values and there were none."""
MOST_SAMPLES = 30_000_000
"""Of all channels together: 8 channels of 250 a second for four hours."""

_PLACE = re.compile(r"(?:fp|af|f|ft|fc|t|tp|c|cp|p|po|o|i|a|m)(?:z|\d{1,2})", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:eeg|exg|ch|chan|channel|exg channel|eeg channel)[ _]?\d{1,3}", re.IGNORECASE)
_OTHERS = re.compile(r"ecg|ekg|emg|eog|resp|spo2|pulse|temp|trig|status|marker|event|count|heart|hr$", re.IGNORECASE)
_CLOSED = re.compile(r"\b(?:eyes?[ _-]*(?:are[ _-]*)?(?:closed|shut)|closed[ _-]*eyes?|ec)\b", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:eyes?[ _-]*(?:are[ _-]*)?open(?:ed)?|open(?:ed)?[ _-]*eyes?|eo)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something that a recording tells of a time.

    Attributes
    ----------
    at_s : float
        Seconds after the first sample.
    for_s : float or None
        How long; None where that is not told.
    text : str
    """

    at_s: float
    for_s: float | None
    text: str


@dataclass(frozen=True, slots=True)
class EegRecording:
    """A recording of an electroencephalogram.

    Attributes
    ----------
    path : Path
        What it is called in messages.
    form : str
        How it was read.
    channels : tuple of str
    rate_hz : float
    samples_uv : array, shape (n_channels, n)
        NaN where a sample is missing.
    movement_g : array, shape (n,), or None
        Length of the acceleration, where it was recorded.
    annotations : tuple of Annotation
    simulated : bool
    doubts : tuple of str
        What is doubtful about how it was read, a sentence each.
    """

    path: Path
    form: str
    channels: tuple[str, ...]
    rate_hz: float
    samples_uv: Floats
    movement_g: Floats | None = None
    annotations: tuple[Annotation, ...] = ()
    simulated: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return float(self.samples_uv.shape[1] / self.rate_hz)

    def stretches(self, *, closed: bool) -> tuple[tuple[float, float], ...]:
        """When eyes were closed, or open, as the annotations tell.

        One without a length lasts until the next that tells of the eyes, or to the end.
        """
        told = [
            (a.at_s, a.for_s, bool(_CLOSED.search(a.text)))
            for a in sorted(self.annotations, key=lambda a: a.at_s)
            if bool(_CLOSED.search(a.text)) != bool(_OPEN.search(a.text))
        ]
        ends = [*(at_s for at_s, _, _ in told), self.duration_s][1:]
        return tuple(
            (at_s, min(next_s, at_s + for_s) if for_s else next_s)
            for (at_s, for_s, is_closed), next_s in zip(told, ends, strict=True)
            if is_closed is closed and next_s > at_s
        )


def electrode_of(label: str) -> str:
    """The name of the electrode that a label tells of; empty where it is none.

    `EEG Fp1-Ref`, `Fp1.`, `o1_uv` and `EXG Channel 3` are all met; a name keeps a partner that is itself a place.
    """
    text = re.sub(r"[ _]*[\[(]?[uµμ]v[\])]?$", "", told_text(label).strip("."), flags=re.IGNORECASE)
    if _NUMBERED.fullmatch(text):
        return text
    bare = re.sub(r"^eeg[ _:]+", "", text, flags=re.IGNORECASE).strip()
    named = bare != text
    first, _, partner = bare.partition("-")
    if _PLACE.fullmatch(first.strip()):
        return bare if _PLACE.fullmatch(partner.strip()) else first.strip()
    return bare if named and bare and not _OTHERS.search(bare) else ""


def names_a_place(channel: str) -> bool:
    """Whether the name of a channel tells where on the head it lies."""
    return bool(_PLACE.match(channel))


def check_size(path: Path, n_channels: int, n: int) -> None:
    """Refuse what would not fit into memory.

    Raises
    ------
    SourceError
    """
    if n_channels * n > MOST_SAMPLES:
        raise SourceError(
            f"{path} holds more than {MOST_SAMPLES // 1_000_000} million samples. Nothing was read: cut it into parts."
        )


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each only once: a second one gets a number."""
    found: list[str] = []
    for name in names:
        n = sum(other == name or other.startswith(f"{name} (") for other in found)
        found.append(f"{name} ({n + 1})" if n else name)
    return tuple(found)
