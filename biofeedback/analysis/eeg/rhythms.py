"""The bands of the electroencephalogram by their usual names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """A band of frequencies by its usual name."""

    name: str
    low_hz: float
    high_hz: float

    @property
    def middle_hz(self) -> float:
        return (self.low_hz + self.high_hz) / 2.0

    @property
    def width_hz(self) -> float:
        return self.high_hz - self.low_hz


BANDS = (
    Band("delta", 1.0, 4.0),
    Band("theta", 4.0, 8.0),
    Band("alpha", 8.0, 12.0),
    Band("smr", 12.0, 15.0),
    Band("beta", 15.0, 20.0),
    Band("high_beta", 20.0, 30.0),
)
"""Theta, SMR and high beta as in the trials of science C15; delta and beta are what lies beside them."""
ALPHA = next(index for index, band in enumerate(BANDS) if band.name == "alpha")
