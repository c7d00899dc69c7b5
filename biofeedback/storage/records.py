"""What the store takes and gives, as plain frozen data."""

from dataclasses import dataclass
from typing import Any


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
    """One line of history."""

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


@dataclass(frozen=True, slots=True)
class StoredPhase:
    """A phase as it was lived, seconds of the session; `end_s` is None where the program did not end it."""

    index: int
    name: str
    title: str
    role: str
    feedback: str
    pacing: dict[str, float] | None
    start_s: float
    end_s: float | None
