"""What is known of a session once it is over: for the window, the terminal, the report and scripts."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from biofeedback.analysis.beats import Beat, Gap
from biofeedback.analysis.indices import Indices, PacerAnswer
from protocols.feedback import Baseline


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    name: str
    start_s: float
    end_s: float
    indices: Indices
    title: str = ""
    role: str = ""
    reference: dict[str, float] = field(default_factory=dict)
    pacer: PacerAnswer | None = None

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """The score over all phases with feedback. `kind` names the measure: smoothness or calm; empty without feedback."""

    mean: float | None
    scored_percent: float | None
    rewarded_percent: float | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session as a whole.

    `beats` carries the verdicts, for the picture; `smoothness` is the live course of it as (second, value).
    `ratings` maps "before" and "after" to question and answer. `method` names every algorithm and its version, and a
    hash of all parameters. `baseline` is the person at rest in this session, `history` that rest against earlier ones.
    `advice` is a sentence for the person, said once. `scored_before` is when figures by another method were saved.
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
    irregular_percent: float | None = None
    advice: str = ""
    baseline: Baseline | None = None
    history: dict[str, float] | None = None
    scored_before: str = ""
    beats: tuple[Beat, ...] = ()
    smoothness: tuple[tuple[float, float], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The keys that scripts rely on; beats and courses are left to `analyze`."""
        keys = asdict(replace(self, beats=(), smoothness=()))
        for name in ("beats", "smoothness", "exercise_title", "scored_before"):
            del keys[name]
        return keys
