"""What answers from the head are given on: which electrodes, which bands, and what share of rest they are to beat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocols.phases import Feedback

REWARDED_SHARE = 0.625
"""So much of one's own rest would be rewarded by the first condition alone: 60 to 65 % (science C15)."""
HELD_SHARE = 0.80
"""Each other condition is to stay where so much of one's own rest lies (science C15)."""
HOLD_S = 0.25
"""All conditions have to hold for so long before a reward: 0.25 to 0.5 s (science C15)."""
LEAST_BASELINE_S = 30.0
"""Of so many seconds of rest that can be used thresholds are told; two to three minutes are asked for (science C15).
A choice: a tenth of such seconds then decides about a threshold by no more than a few hundredths."""
HEAD_BASELINE_S = 120.0
"""So long a rest is planned at least (science C15)."""
LEAST_SOUND_SHARE = 0.5
"""An electrode that could not be used for more of the rest than this is left aside for the session. A choice."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A measure of an electrode, in natural logarithms: the power of a band over that of others.

    Attributes
    ----------
    name : str
        For a person.
    over : str
        The band.
    under : tuple of str
        The geometric mean of these is what it is held against, so that an electrode that comes to conduct better or
        worse changes nothing; empty for the power alone.
    up : bool
        Whether it is to be high, or to be low.
    share : float
        Of one's own rest that satisfies it.
    """

    name: str
    over: str
    under: tuple[str, ...] = ()
    up: bool = True
    share: float = REWARDED_SHARE


@dataclass(frozen=True, slots=True)
class Aim:
    """What is rewarded.

    Attributes
    ----------
    electrodes : tuple of tuple of str
        Groups, the best first: the first of which a band has one is used.
    where : str
        In words, what the band needs.
    conditions : tuple of Condition
        The first is what the person is shown; all are needed for a reward.
    with_heart : bool
        Whether the calm score of the heart counts, too.
    replayed : bool
        Whether the answers are those that one's own rest would have been given, one after the other: what a trial
        compares true answers with. They wait where true ones wait.
    """

    electrodes: tuple[tuple[str, ...], ...]
    where: str
    conditions: tuple[Condition, ...]
    with_heart: bool = False
    replayed: bool = False

    def places(self, electrodes: Sequence[str]) -> tuple[int, ...]:
        """Which of the electrodes of a band are used; none where it has none of the right places."""
        named = [name.upper() for name in electrodes]
        groups = (tuple(i for i, name in enumerate(named) if name in group) for group in self.electrodes)
        return next((found for found in groups if found), ())


BACK = (
    ("O1", "O2", "OZ", "POZ", "PO3", "PO4", "PO7", "PO8"),
    ("PZ", "P3", "P4", "P7", "P8"),
    ("TP9", "TP10", "TP7", "TP8"),
)
"""Where alpha of closed eyes is largest; behind the ears it is still seen."""
MIDDLE = (("C4", "CZ"), ("C3",))
"""The trials trained at C4 or Cz (Kayiran 2010, Barbosa-Torres 2021; science C15)."""
ALPHA = Condition("alpha against the bands beside it", "alpha", ("theta", "beta"))
THETA_HELD = Condition(
    "theta against the quicker bands, to stay low", "theta", ("beta", "high_beta"), up=False, share=HELD_SHARE
)
HIGH_BETA_HELD = Condition(
    "high beta against the slower bands, to stay low", "high_beta", ("theta", "alpha"), up=False, share=HELD_SHARE
)
"""Against others as well: were it the power alone, an electrode that dries would be rewarded, and one that comes to
conduct better never."""

AIMS: Mapping[Feedback, Aim] = {
    Feedback.ALPHA: Aim(BACK, "at the back of the head or behind the ears", (ALPHA,)),
    Feedback.ALPHA_REPLAYED: Aim(BACK, "at the back of the head or behind the ears", (ALPHA,), replayed=True),
    Feedback.SMR: Aim(
        MIDDLE,
        "at C4, Cz or C3",
        (Condition("SMR against the bands beside it", "smr", ("theta", "beta")), THETA_HELD, HIGH_BETA_HELD),
    ),
    Feedback.THETA_SMR: Aim(
        MIDDLE, "at C4, Cz or C3", (Condition("SMR against theta", "smr", ("theta",)), HIGH_BETA_HELD)
    ),
    Feedback.HEART_AND_ALPHA: Aim(BACK, "at the back of the head or behind the ears", (ALPHA,), with_heart=True),
}
"""Alpha asymmetry is not among them: with two electrodes on a moving head it is mostly what the reference makes it, and
no trial for pain is known to the project."""
