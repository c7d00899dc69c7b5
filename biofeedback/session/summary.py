"""What is known of a session once it is over: for the window, the terminal, the report and scripts."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from biofeedback.analysis.beats.beat import Beat, Gap
from biofeedback.analysis.breath.answer import PacerAnswer
from biofeedback.analysis.figures.indices import Indices
from protocols.feedback import Baseline

NOT_SCORED = (
    "The figures of this session could not be computed, because of an error in the program. Its beats are kept as they "
    "were recorded, and a later version may show its figures too."
)
"""Advice that stands in the summary of a session that cannot be analysed."""

UNKNOWN_QUANTILES: dict[str, float | None] = {"p50": None, "p95": None}


@dataclass(frozen=True, slots=True)
class EcgSummary:
    """The strap's electrocardiogram beside the intervals that the strap itself told.

    Everything is None where a stretch of the session is left out.

    Attributes
    ----------
    n_complexes : int or None
        Heartbeats found in it.
    n_compared : int or None
        Intervals of the strap that could be compared with it.
    n_agreed : int or None
        Of these, those within 10 ms of it.
    n_extra_beats : int or None
        Heartbeats that came early and look unlike the usual ones.
    median_difference_ms : float or None
        Strap minus electrocardiogram.
    within_10_ms_percent : float or None
        Of the intervals compared.
    usable_percent : float or None
        Of the time that it came.
    withheld : dict of str to str
        Why what is None is so.
    """

    n_complexes: int | None
    n_compared: int | None
    n_agreed: int | None
    n_extra_beats: int | None
    median_difference_ms: float | None
    within_10_ms_percent: float | None
    usable_percent: float | None
    withheld: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MovementSummary:
    """What the strap's accelerometer told: how much of the time the person moved, and the breaths of the chest.

    `breaths_per_min` is None where fewer than three breaths could be followed; `withheld` then says so.
    """

    moving_percent: float
    breaths_per_min: float | None
    withheld: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EegPhase:
    """What the band on the head told in a phase.

    Attributes
    ----------
    kept_percent : float
        Of the time, in which at least one of the electrodes that count could be used.
    bands_uv2 : dict of str to float or None
        Median power of each band over that time, the mean of these electrodes, in square microvolts.
    rewarded_percent : float or None
        Of the time in which there was an answer; None where there was none.
    withheld : dict of str to str
        Why the powers are not told.
    """

    kept_percent: float
    bands_uv2: dict[str, float | None]
    rewarded_percent: float | None
    withheld: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EegSummary:
    """The band on the head.

    Attributes
    ----------
    device : str
    electrodes, used : tuple of str
        All, and those that the answer came from.
    rate_hz, mains_hz : float
        The mains are None where too little came to tell.
    received_s : float
        How long samples came for, without those that were lost.
    lost_percent : float or None
        Of the samples.
    kept_percent : dict of str to float or None
        By electrode, of the time.
    left_out_s : dict of str to dict of str to float
        By electrode and reason, in seconds.
    """

    device: str
    electrodes: tuple[str, ...]
    used: tuple[str, ...]
    rate_hz: float
    mains_hz: float | None
    received_s: float
    lost_percent: float | None
    kept_percent: dict[str, float | None]
    left_out_s: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class AskedPace:
    """The breath that the guide asked for from a second of the session on."""

    from_s: float
    rate_per_min: float


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    """A phase and its figures.

    `reference` has neurokit2's figures by its own names, None where ours of the same quantity is withheld, with the
    reason under `reference_withheld`; both are empty where it was not asked. `asked` are the paces of the guide with
    their changes, empty where the breath was free.
    """

    name: str
    start_s: float
    end_s: float
    indices: Indices
    title: str = ""
    role: str = ""
    reference: dict[str, float | None] = field(default_factory=dict)
    pacer: PacerAnswer | None = None
    movement: MovementSummary | None = None
    reference_withheld: dict[str, str] = field(default_factory=dict)
    asked: tuple[AskedPace, ...] = ()
    eeg: EegPhase | None = None

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """The score over all phases with feedback.

    `kind` names the measure: smoothness, calm, alpha, smr, theta-smr or heart-and-alpha; empty without feedback.
    `reason` says why there was no score; empty where there was one, or no feedback.
    """

    mean: float | None
    scored_percent: float | None
    rewarded_percent: float | None
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A stretch that somebody left out of the figures, seconds of the session, and why."""

    from_s: float
    to_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session as a whole.

    `beats` carries the verdicts, for the picture; `course` is the calm score where that was the measure, else the
    smoothness of the wave, as it went on: (second, value from 0 to 1).
    `ratings` maps "before" and "after" to question and answer. `method` names every algorithm and its version, and a
    hash of all parameters. `baseline` is the person at rest in this session, `history` that rest against earlier ones.
    `advice` is a sentence for the person, said once. `scored_before` is when figures by another method were saved.
    `planned_s` is how long the exercise would have lasted, `broken_off` whether the session ended before it did, and
    `replayed` whether its beats came from a recording. `course_reason` says why there is no course.
    `latency_ms` is from the arrival of a packet to the event that shows it, `beat_age_ms` how long ago the newest beat
    of a packet was when it arrived: median and 95th percentile, None where there was none to measure.
    `doubts` are sentences on what is wrong with what the strap told. `excluded` are the stretches that somebody left
    out of all figures since; `beats` and courses are without them too.
    `ecg` and `movement` are None where the strap sent no electrocardiogram, or none of its accelerometer; `eeg` is None
    where no band was on the head.
    """

    session_id: str
    exercise: str
    exercise_title: str
    device: str
    simulated: bool
    person: str
    started_utc: str
    duration_s: float
    n_beats: int
    artifact_percent: float | None
    gaps: tuple[Gap, ...]
    phases: tuple[PhaseSummary, ...]
    score: ScoreSummary
    latency_ms: dict[str, float | None]
    ratings: dict[str, dict[str, int]]
    result: dict[str, Any] | None
    interrupted: bool
    method: dict[str, str]
    beat_age_ms: dict[str, float | None] = field(default_factory=UNKNOWN_QUANTILES.copy)
    irregular_percent: float | None = None
    advice: str = ""
    baseline: Baseline | None = None
    history: dict[str, float] | None = None
    scored_before: str = ""
    ecg: EcgSummary | None = None
    movement: MovementSummary | None = None
    eeg: EegSummary | None = None
    replayed: bool = False
    planned_s: float | None = None
    broken_off: bool = False
    doubts: tuple[str, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    beats: tuple[Beat, ...] = ()
    course: tuple[tuple[float, float], ...] = ()
    course_reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """The keys that scripts rely on; beats and courses are left to `analyze`."""
        keys = asdict(replace(self, beats=(), course=()))
        keys |= {"doubts": list(self.doubts), "excluded": [asdict(each) for each in self.excluded]}
        for name in ("beats", "course", "course_reason", "exercise_title", "scored_before"):
            del keys[name]
        return keys
