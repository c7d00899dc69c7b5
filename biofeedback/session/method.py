"""Which method gave the figures: every algorithm with its version, and a fingerprint of all their parameters."""

import hashlib
import json
from functools import cache
from types import ModuleType
from typing import Any

from biofeedback.analysis.beats import (
    axis,
    contact,
    openings,
    repeats,
    shapes,
    trust,
    units,
    verdicts,
)
from biofeedback.analysis.breath import (
    breathing,
    breathing_rate,
    course,
    evidence,
    movement,
    phase,
    reading,
    swing,
)
from biofeedback.analysis.ecg import (
    complexes,
    trace,
    witness,
)
from biofeedback.analysis.ecg import (
    detector as ecg,
)
from biofeedback.analysis.figures import definitions, respiration, streaming
from biofeedback.analysis.figures import stretch as figures
from biofeedback.analysis.practice import recovery, resonance, transfer
from biofeedback.analysis.signal import spectrum, stretches, uncertainty
from biofeedback.session import body, pipeline, scoring
from protocols import feedback, shaping

VERSIONS = {
    **figures.METHOD,
    "time_axis": "cumulative RR tied to the least delayed arrivals; none told twice, the unit by the clock; version 3",
    "trust": "limits on the last 64 beats and the last minute; heart rate of all beats heard where needed; version 3",
    "score": "smoothness of 64 s beside the baseline's median + 0.2; calm beside one's own rest, its mark moving; 3",
    "ecg": f"{ecg.VERSION}, laid beside the strap's own intervals, version 1",
    "movement": movement.VERSION,
    "resonance": "answer of the heart to each pace, fitted as that of a resonator, version 1",
    "recovery": "heart rate of a challenge beside the rest before it, and when it is back, version 1",
    "transfer": "pace, smoothness and swing without the guide beside those with it; the guide followed; version 3",
}

PARTS: tuple[ModuleType, ...] = (
    axis,
    body,
    breathing,
    breathing_rate,
    complexes,
    contact,
    course,
    definitions,
    ecg,
    evidence,
    feedback,
    figures,
    movement,
    openings,
    pipeline,
    phase,
    reading,
    recovery,
    repeats,
    resonance,
    respiration,
    scoring,
    shapes,
    shaping,
    spectrum,
    streaming,
    stretches,
    swing,
    trace,
    transfer,
    trust,
    uncertainty,
    units,
    verdicts,
    witness,
)


@cache
def method() -> dict[str, str]:
    """Algorithms by name, and under `parameters` a hash of every number that they use."""
    return VERSIONS | {"parameters": parameters_hash(parameters())}


def parameters() -> dict[str, Any]:
    """Every constant that figures depend on, by module and name: numbers, and collections of them."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in PARTS
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and _is_numeric(value)
    }


def parameters_hash(values: dict[str, Any]) -> str:
    """The first 12 digits of the SHA-256 of the values as canonical JSON."""
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _is_numeric(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_numeric, value.values()))
    if isinstance(value, tuple):
        return all(map(_is_numeric, value))
    return isinstance(value, int | float)
