"""An interval that holds a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """An interval that holds the value 19 times in 20."""

    low: float
    high: float
