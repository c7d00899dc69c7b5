"""What a band on the head tells of a moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.eeg.verdicts import Reason
from protocols.feedback import Score


@dataclass(frozen=True, slots=True)
class Moment:
    """What a twentieth of a second brought.

    Attributes
    ----------
    at_s : float
        Of the session, late by the link.
    reasons : tuple of (Reason or None)
        By electrode, why the second before cannot be used.
    band_uv2 : array, shape (n_bands, n_electrodes)
        Power of each of `analysis.eeg.bands.BANDS` now.
    score : Score
    """

    at_s: float
    reasons: tuple[Reason | None, ...]
    band_uv2: NDArray[np.float64]
    score: Score
