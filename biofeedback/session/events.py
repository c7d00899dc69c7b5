"""What a running session tells: immutable events, for the screen, the recorder and the terminal alike.

Times named `at_s` are seconds of the session, from its first moment, pauses included. `elapsed_s` is practice time,
pauses left out: the time that the exercise runs on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from biofeedback.analysis.beats.beat import Beat, Gap, Verdict
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.session.steering import Order
from devices.preflight import Checked
from devices.samples import EegFrame, StrapNews, StrapOffered
from devices.source import SourceInfo
from protocols.feedback import Score
from protocols.timeline import PlannedPhase, Timeline

if TYPE_CHECKING:  # slow to import, and the first window needs none of it
    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.analysis.breath.movement import MeasuredBreath, Movement, Tilt
    from biofeedback.analysis.ecg.complexes import QrsComplex
    from biofeedback.analysis.ecg.trace import Marred
    from biofeedback.analysis.signal.spectrum import Spectrum
    from biofeedback.session.head.moment import Moment

NO_RR = (
    "This strap sends a heart rate but not the single beats that the practice needs, so it cannot begin. "
    "Nothing is wrong with you or with the strap: it is made for sport. Another strap will help."
)
"""What a person is told of a strap without RR intervals."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Ties practice time to the clock, so that anyone can tell the elapsed time at any moment.

    Attributes
    ----------
    clock_s : float
        A moment of the clock.
    elapsed_s : float
        Practice time at that moment.
    running : bool
        False while paused: practice time stands still.
    """

    clock_s: float
    elapsed_s: float
    running: bool

    def elapsed_at(self, clock_s: float) -> float:
        return self.elapsed_s + (clock_s - self.clock_s if self.running else 0.0)


class Quality(StrEnum):
    """Whether the signal can be trusted."""

    WAITING = "waiting"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    NO_CONTACT = "no_contact"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Began:
    """The session is set up; beats may not have come yet."""

    session_id: str
    source: SourceInfo
    timeline: Timeline
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class BeatsCame:
    """One packet with beats went through.

    Attributes
    ----------
    at_s : float
        Arrival.
    new : tuple of Beat
        The beats of this packet, verdict pending, to be drawn at once.
    judged : tuple of Beat
        Earlier beats whose verdict is now final.
    indices : LiveIndices
    score : Score
    quality : Quality
    arrived_clock_s : float
        The arrival on the clock, to tell the age of the newest beat and the time to the screen.
    spectrum : Spectrum or None
        That which the figures of the wave are read from; None where these are withheld.
    """

    at_s: float
    new: tuple[Beat, ...]
    judged: tuple[Beat, ...]
    indices: LiveIndices
    score: Score
    quality: Quality
    arrived_clock_s: float
    spectrum: "Spectrum | None" = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SignalChanged:
    """The signal became better or worse, or a packet came without beats. `words` are for a person."""

    at_s: float
    quality: Quality
    words: str = ""


@dataclass(frozen=True, slots=True)
class PhaseBegan:
    at_s: float
    planned: PlannedPhase


@dataclass(frozen=True, slots=True)
class AnchorMoved:
    """Paused, resumed or skipped: practice time runs from a new anchor."""

    at_s: float
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Relaid:
    """The breath or the length of a phase changed; the timeline replaces the old one."""

    at_s: float
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class Steered:
    """Somebody who accompanies the session changed something of it; `refused` says why where that cannot be."""

    at_s: float
    order: Order
    refused: str = ""


@dataclass(frozen=True, slots=True)
class StrapSaid:
    """News from the strap, as it came; that another strap could be used is told and not kept."""

    at_s: float
    news: StrapNews | StrapOffered


@dataclass(frozen=True, slots=True)
class StrapAwaited:
    """The first beat is still waited for, and so the strap stands, step by step; `at_s` since the waiting began."""

    at_s: float
    steps: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """A word of care for the person, such as to breathe smaller."""

    at_s: float
    words: str


@dataclass(frozen=True, slots=True)
class MarkerSet:
    at_s: float
    label: str


@dataclass(frozen=True, slots=True)
class GapClosed:
    gap: Gap


@dataclass(frozen=True, slots=True)
class SeenBeat:
    """A beat of the strap whose verdict is final, at its instant on the strap's clock."""

    strap_s: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class EcgCame:
    """A piece of the strap's electrocardiogram came.

    Attributes
    ----------
    at_s : float
        Arrival.
    rate_hz : int
    time_s : ndarray of float64, shape (n_samples,)
        Instants of the samples, seconds of the strap's clock; cannot be written to.
    microvolts : ndarray of int32, shape (n_samples,)
        Oldest first; cannot be written to.
    complexes : tuple of QrsComplex
        The heartbeats found with it; they lie up to a second back.
    marred : tuple of Marred
        Stretches found with it that cannot be trusted.
    n_compared, n_agreed : int
        How many of the strap's intervals could be compared with the electrocardiogram up to now, and how many agreed.
    beats : tuple of SeenBeat
        The beats judged since the piece before, those whose place in the electrocardiogram is known.
    """

    at_s: float
    rate_hz: int
    time_s: "NDArray[np.float64]"
    microvolts: "NDArray[np.int32]"
    complexes: "tuple[QrsComplex, ...]" = ()
    marred: "tuple[Marred, ...]" = ()
    n_compared: int = 0
    n_agreed: int = 0
    beats: tuple[SeenBeat, ...] = ()


@dataclass(frozen=True, slots=True)
class MovementSeen:
    """What a piece of the strap's accelerometer told, its times on the strap's clock.

    Attributes
    ----------
    at_s : float
        Arrival.
    strap_s : float
        The newest sample on the strap's clock.
    movements : tuple of Movement
    breaths : tuple of MeasuredBreath
    wave : tuple of Tilt
        The breath as the chest tilts with it.
    """

    at_s: float
    strap_s: float
    movements: "tuple[Movement, ...]"
    breaths: "tuple[MeasuredBreath, ...]"
    wave: "tuple[Tilt, ...]"

    def session_s(self, strap_s: float) -> float:
        """The second of the session at an instant of the strap's clock, late by the delay of the link."""
        return self.at_s - (self.strap_s - strap_s)


@dataclass(frozen=True, slots=True, eq=False)
class EegCame:
    """Some samples of the band on the head came.

    Attributes
    ----------
    at_s, arrived_clock_s : float
        Arrival, in seconds of the session and on the clock.
    frame : EegFrame
    moments : tuple of Moment
        What they brought, some twenty in a second; none before the filters have settled.
    score : Score
        The answer after them.
    trouble : str
        Why the band cannot be followed, for a person; empty where it can.
    """

    at_s: float
    arrived_clock_s: float
    frame: EegFrame
    moments: "tuple[Moment, ...]"
    score: Score
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceCame:
    """neurokit2's figures of the latest window, by its own names, with window and method.

    None where ours of the same quantity are withheld, with the reason under `withheld`.
    """

    at_s: float
    window_s: float
    method: str
    figures: Mapping[str, float | None]
    withheld: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ended:
    """The session is over.

    Attributes
    ----------
    at_s : float
        Where it ended, in seconds of the session, however long summing up and saving took; 0 where it never began.
    session_id : str
    cause : str
        "done", "stopped" by the person, "unwell" where they stopped because of that, "recording ended", or a
        sentence on what failed.
    failed : bool
        True where the cause is a failure.
    saved : bool
        False where no beat ever came, or where the cause says that what was kept could not be saved to its end.
    """

    at_s: float
    session_id: str
    cause: str
    failed: bool
    saved: bool


Event = (
    Began
    | BeatsCame
    | SignalChanged
    | PhaseBegan
    | AnchorMoved
    | Relaid
    | Steered
    | StrapSaid
    | StrapAwaited
    | Suggested
    | MarkerSet
    | GapClosed
    | EcgCame
    | MovementSeen
    | EegCame
    | ReferenceCame
    | Ended
)
