"""What a measurement gives."""

from dataclasses import dataclass


class MeasurementError(Exception):
    """A measurement could not be made. The message says why."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured value with its unit, the goal in words, and whether it holds."""

    value: float
    unit: str
    goal: str
    holds: bool


def at_most(value: float, limit: float, unit: str) -> Measurement:
    return Measurement(value, unit, f"at most {limit:g} {unit}", value <= limit)


def at_least(value: float, limit: float, unit: str) -> Measurement:
    return Measurement(value, unit, f"at least {limit:g} {unit}", value >= limit)


def for_comparison(value: float, unit: str) -> Measurement:
    return Measurement(value, unit, "for comparison", holds=True)
