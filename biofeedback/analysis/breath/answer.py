"""What became of a breath that was asked for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PacerAnswer:
    """How heart and breath answered a pacer.

    Attributes
    ----------
    synchrony : float or None
        Phase-locking value, 0 to 1.
    lag_deg, lag_s : float or None
        How far heart rate lags behind the lung volume that the pacer asks for.
    lag_se_deg : float or None
        Standard error of the lag.
    followed_percent : float or None
        Of the time whose breathing rate could be told, how much was within 0.5 a minute of the pacer's.
    told_percent : float or None
        How much of the time that was.
    reason : str
        Why the lag is not told; empty where it is.
    """

    synchrony: float | None = None
    lag_deg: float | None = None
    lag_s: float | None = None
    lag_se_deg: float | None = None
    followed_percent: float | None = None
    told_percent: float | None = None
    reason: str = ""
