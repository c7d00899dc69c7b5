"""What the store takes and gives, as plain frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from biofeedback.analysis.figures.indices import LiveIndices
from protocols.feedback import Score
from protocols.ladder import Experience

if TYPE_CHECKING:  # slow to import, and the first window needs no array
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session about to begin. `settings` is whatever is needed to lay out its timeline again (JSON-able)."""

    session_id: str
    person: str
    exercise: str
    exercise_title: str
    exercise_source: str
    settings: dict[str, Any]
    device: str
    simulated: bool
    started_utc: str
    started_clock_s: float


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One line of history.

    Attributes
    ----------
    duration_s : float
        How long it lasted.
    interrupted : bool
        The program did not end it.
    planned_s : float or None
        How long the exercise would have lasted; None where that is not known.
    broken_off : bool
        It ended before the exercise did, whoever or whatever ended it.
    damaged : bool
        This line is not what was written.
    """

    session_id: str
    started_utc: str
    exercise: str
    exercise_title: str
    person: str
    device: str
    simulated: bool
    duration_s: float
    interrupted: bool
    running: bool
    planned_s: float | None = None
    broken_off: bool = False
    damaged: bool = False

    @property
    def replayed(self) -> bool:
        """Whether the beats came from a recording."""
        return is_replayed(self.device)


@dataclass(frozen=True, slots=True)
class Rated:
    """What was answered before and after a session, by question, 0 to 10."""

    before: dict[str, int]
    after: dict[str, int]


@dataclass(frozen=True, slots=True)
class StoredPhase:
    """A phase as it was lived, seconds of the session; `end_s` is None where the program did not end it."""

    index: int
    name: str
    title: str
    role: str
    feedback: str
    pacing: dict[str, Any] | None
    start_s: float
    end_s: float | None


def is_replayed(device: str) -> bool:
    """Whether a device is a recording, by its URI."""
    return device.startswith("replay:")


def planned_s(settings: Mapping[str, Any]) -> float | None:
    """How long a session was to last, by its settings; None in sessions of before that was kept."""
    minutes = settings.get("minutes")
    return None if minutes is None else 60.0 * minutes


BEFORE, AFTER = "before", "after"
"""When a question was answered, besides the names of phases."""
DONE = "done"
"""Why a session ended that went to the end of its exercise."""
BEGUN_WITH = "begun_with"
"""In the settings of a session that was given to somebody else: the alias of the person with whom it was begun."""
UNWELL = "unwell"
"""Why a session ended, and its last marker, where the person did not feel well."""


class TimelineKind(StrEnum):
    """What happened to practice time, and what was changed of the exercise while it ran (`session/steering.py`)."""

    BEGAN = "began"
    PHASE = "phase"
    PAUSED = "paused"
    RESUMED = "resumed"
    SKIPPED = "skipped"
    REPACED = "repaced"
    LENGTHENED = "lengthened"
    GOAL = "goal"
    FEEDBACK = "feedback"
    PROMPTED = "prompted"
    ASKED = "asked"
    SOUND = "sound"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """A turn of practice time: `at_s` of the session, `elapsed_s` of practice. `detail` is JSON-able.

    The turns of a session are kept in the order in which they came. A `PHASE` tells by the index of a phase that it
    begins here: before or after what else came at the very same moment.
    """

    at_s: float
    kind: TimelineKind
    elapsed_s: float
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredMarker:
    """Something the person or the clinician marked."""

    at_s: float
    label: str


@dataclass(frozen=True, slots=True)
class StoredLive:
    """What stood on the screen at a beat."""

    indices: LiveIndices
    score: Score


@dataclass(frozen=True, slots=True, eq=False)
class StoredEcg:
    """The electrocardiogram of a session, sample by sample.

    Attributes
    ----------
    strap_ns : ndarray of int64, shape (n_samples,)
        The strap's own clock.
    received_s : ndarray of float64, shape (n_samples,)
        When the frame of the sample arrived, seconds of the session.
    stream : ndarray of int64, shape (n_samples,)
        A number that changes where the strap was asked anew, as after a lost link.
    microvolts : ndarray of int32, shape (n_samples,)
    """

    strap_ns: "NDArray[np.int64]"
    received_s: "NDArray[np.float64]"
    stream: "NDArray[np.int64]"
    microvolts: "NDArray[np.int32]"


@dataclass(frozen=True, slots=True, eq=False)
class StoredAccelerometer:
    """The accelerometer of a session, sample by sample.

    Attributes
    ----------
    strap_ns, received_s, stream
        As those of `StoredEcg`.
    milli_g : ndarray of float64, shape (n_samples, 3)
    """

    strap_ns: "NDArray[np.int64]"
    received_s: "NDArray[np.float64]"
    stream: "NDArray[np.int64]"
    milli_g: "NDArray[np.float64]"


@dataclass(frozen=True, slots=True)
class StoredReference:
    """Figures of an independent implementation for the window of `window_s` seconds that ends at `at_s`."""

    at_s: float
    window_s: float
    method: str
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class StoredResult:
    """The figures of a session as computed once; several, of different methods, may stand beside each other."""

    computed_utc: str
    method: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredTry:
    """What happened in a session that was about an activity, in the words that the activity had then."""

    session_id: str
    simulated: bool
    text: str
    experience: Experience


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A saved session: what it began with, and how it ended (None where the program did not end it)."""

    began: NewSession
    row: SessionRow
    ended_utc: str | None
    end_cause: str | None


class EntryKind(StrEnum):
    """What a person told besides their sessions, or what was set down for them."""

    PROFILE = "profile"
    CHECKIN = "checkin"
    DIARY = "diary"
    BODY_MAP = "body-map"
    QUESTIONNAIRE = "questionnaire"
    LESSON = "lesson"
    PLAN = "plan"
    EVIDENCE = "evidence"
    SENDER = "sender"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing told of a day.

    Attributes
    ----------
    number : int
        Its own for good.
    kind : EntryKind
    subject : str
        Of what among its kind: a question of the check-in, a questionnaire, a lesson...; may be empty.
    on : str
        The day that it tells of, YYYY-MM-DD as the person's calendar had it.
    told_utc : str
        When it was told, ISO 8601.
    document : dict
        What was told; JSON-able.
    """

    number: int
    kind: EntryKind
    subject: str
    on: str
    told_utc: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of people; simulated sessions do not count."""

    person: str
    archived: bool
    n_sessions: int
    last_utc: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a session.

    `document` are its newest figures, or those of them that were asked for, as `show` tells them, empty where there are
    none; `ratings` all its answers, by moment and question; `replayed` where its beats came from a recording;
    `end_cause` as of `StoredSession`.
    """

    session_id: str
    started_utc: str
    exercise: str
    exercise_title: str
    simulated: bool
    duration_s: float
    document: dict[str, Any]
    ratings: dict[str, dict[str, int]]
    replayed: bool = False
    end_cause: str = ""
