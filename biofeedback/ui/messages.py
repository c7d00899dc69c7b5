"""What the workshop tells the window besides the events of a session."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biofeedback.session.ladders import Climb
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.records import Rated, SessionRow
from devices.preflight import Checked

if TYPE_CHECKING:  # with them come scipy and the database, for which the first window does not wait
    from biofeedback.care.who import Who
    from biofeedback.session.head.head_check import HeadChecked
    from biofeedback.session.pacing import PacerTrack
    from biofeedback.storage.protection.opening import Protection


@dataclass(frozen=True, slots=True)
class StoreOpened:
    """The data are open."""

    folder: Path
    who: "Who"
    protection: "Protection | None" = None


@dataclass(frozen=True, slots=True)
class StoreLocked:
    """The data need the passphrase or, where `lost`, the recovery key."""

    sentence: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class StoreFailed:
    sentence: str


@dataclass(frozen=True, slots=True)
class DataDamaged:
    """Something that is stored is not as it was written."""

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
class SeenBand:
    """A band on the head in reach; None where there is no strength of a signal."""

    device_uri: str
    name: str
    rssi_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class BandsSeen:
    bands: tuple[SeenBand, ...]


@dataclass(frozen=True, slots=True)
class StreamsSeen:
    """Streams of other programs that were looked for in the network; `trouble` is why they could not be."""

    streams: tuple[SeenBand, ...]
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ScanFailed:
    sentence: str


@dataclass(frozen=True, slots=True)
class PulseFelt:
    """What a strap told of the pulse before a practice; no rate and no intervals where it feels none."""

    device_uri: str
    bpm: int | None
    rr_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StrapChecked:
    """How the chosen strap stands before a practice, step by step, and what else is worth knowing of it.

    `beat_age_s` is how long ago its newest beat arrived; None where none has.
    """

    device_uri: str
    steps: tuple[Checked, ...]
    notes: tuple[str, ...]
    beat_age_s: float | None


@dataclass(frozen=True, slots=True)
class HeadFelt:
    """How a band sits before a practice: step by step, and of each electrode what keeps it from being used.

    `electrodes` are empty where nothing is known of them yet; `simulated` and `battery_percent` as the band tells.
    """

    device_uri: str
    steps: "tuple[HeadChecked, ...]"
    electrodes: tuple[tuple[str, str], ...]
    simulated: bool
    battery_percent: int | None


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """All sessions, newest first, and what was answered before and after them, by id."""

    rows: tuple[SessionRow, ...]
    rated: Mapping[str, Rated]


@dataclass(frozen=True, slots=True)
class SessionsDeleted:
    """Sessions were deleted, or could not be; `sentence` is what there is to say of it, empty for nothing."""

    sentence: str


@dataclass(frozen=True, slots=True)
class SummaryRead:
    """A session to be shown; `fresh` right after it ended. `pacer` lets it be seen again, None right after it."""

    summary: SessionSummary
    fresh: bool
    pacer: "PacerTrack | None" = None


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
class SentTold:
    """Whether the session that begins is sent to the network: a few words, empty where it is not, and a sentence."""

    short: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody asked the data for; `then` takes it in the thread of the window."""

    then: Callable[[Any], None]
    value: object


@dataclass(frozen=True, slots=True)
class PersonChosen:
    """Somebody else practises from now on; `because` says why where nobody chose them, and is empty else."""

    who: "Who"
    because: str = ""


@dataclass(frozen=True, slots=True)
class SessionGiven:
    """A session is of somebody else from now on; `before` is whose it was.

    `who` practises from now on; None where somebody else was chosen meanwhile.
    """

    summary: "SessionSummary"
    before: str
    who: "Who | None"


@dataclass(frozen=True, slots=True)
class GivingRefused:
    """A session stays whose it is, and why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """Something asked for could not be done."""

    sentence: str
