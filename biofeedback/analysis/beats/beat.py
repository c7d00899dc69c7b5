"""A heartbeat as the whole program knows it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What is thought of an RR interval."""

    PENDING = "pending"
    KEPT = "kept"
    ECTOPIC = "ectopic"
    MISSED = "missed"
    EXTRA = "extra"
    LONG = "long"
    SHORT = "short"
    IMPOSSIBLE = "impossible"
    FILL = "fill"
    CROWDED = "crowded"
    OFF_BODY = "off_body"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Beat:
    """One RR interval and the beat that ends it.

    Attributes
    ----------
    ordinal : int
        Counts the RR intervals of a session from 0.
    time_s : float
        When the beat happened, seconds from the start of the session.
    rr_ms : float
        The interval before it, as the strap sent it.
    segment : int
        Beats of one segment follow each other without a gap.
    verdict : Verdict
    reason : str
        Why, in words; empty for a kept beat.
    nn_ms : float or None
        The interval to calculate with: the raw one where it was kept, a corrected one where that is defensible.
    """

    ordinal: int
    time_s: float
    rr_ms: float
    segment: int
    verdict: Verdict = Verdict.PENDING
    reason: str = ""
    nn_ms: float | None = None

    @property
    def kept(self) -> bool:
        return self.verdict is Verdict.KEPT


@dataclass(frozen=True, slots=True)
class Gap:
    """Time without beats, seconds of the session. `cause` is one word or two for a person."""

    from_s: float
    to_s: float
    cause: str
