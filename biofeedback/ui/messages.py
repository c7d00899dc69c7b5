"""What the workshop tells the window besides the events of a session."""

from dataclasses import dataclass
from pathlib import Path

from biofeedback.session.ladders import Climb
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.records import SessionRow
from devices.samples import Contact


@dataclass(frozen=True, slots=True)
class StoreOpened:
    """The data are open; `person` is the name of who practises, as it was first written."""

    folder: Path
    person: str = ""


@dataclass(frozen=True, slots=True)
class StoreFailed:
    sentence: str


@dataclass(frozen=True, slots=True)
class SeenStrap:
    """A strap in reach."""

    name: str
    address: str
    rssi_dbm: int | None


@dataclass(frozen=True, slots=True)
class StrapsSeen:
    straps: tuple[SeenStrap, ...]


@dataclass(frozen=True, slots=True)
class ScanFailed:
    sentence: str


@dataclass(frozen=True, slots=True)
class PulseFelt:
    """What a strap told of the pulse before a practice; no rate and no intervals where it feels none."""

    device_uri: str
    bpm: int | None
    rr_ms: tuple[float, ...]
    contact: Contact


@dataclass(frozen=True, slots=True)
class PulseSought:
    """There is no pulse to tell yet, or no more, and why."""

    device_uri: str
    sentence: str


@dataclass(frozen=True, slots=True)
class HistoryRead:
    rows: tuple[SessionRow, ...]


@dataclass(frozen=True, slots=True)
class SummaryRead:
    """A session to be shown; `fresh` right after it ended."""

    summary: SessionSummary
    fresh: bool


@dataclass(frozen=True, slots=True)
class SessionLeft:
    """The person ended a session that runs no more, or never began to."""


@dataclass(frozen=True, slots=True)
class LadderRead:
    climb: Climb


@dataclass(frozen=True, slots=True)
class SoundTold:
    """What is wrong with the sound; empty where nothing is any more."""

    trouble: str


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """Something asked for could not be done."""

    sentence: str
