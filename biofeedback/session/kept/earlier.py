"""What earlier sessions tell about a person: how they rest, and what they have been told."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from biofeedback.storage.database import Store
from biofeedback.storage.records import BEGUN_WITH, SessionRow
from protocols.feedback import N_BASELINES, N_WINDOWS_MIN, Baseline, CalmScale

N_LOOKED_AT = 30
"""So many sessions are looked through, the latest first."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A person before this session; stored with it, so that it can be scored again to the same bits.

    Attributes
    ----------
    baselines : tuple of Baseline
        Oldest first.
    told : bool
        Whether an earlier session ended with the suggestion to speak with a doctor.
    resonances : tuple of (float, float)
        Breathing rates at which the heart answered most, as they were found, with their errors; oldest first.
    """

    baselines: tuple[Baseline, ...] = ()
    told: bool = False
    resonances: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, settings: dict[str, Any]) -> "Earlier":
        """As it was stored among the settings of a session; empty in sessions of before it was.

        Empty also where the session was begun with somebody else: what was known then is not of whose it is.
        """
        stored = {} if BEGUN_WITH in settings else settings.get("earlier", {})
        return cls(
            tuple(baseline_of(each) for each in stored.get("baselines", [])),
            bool(stored.get("told", False)),
            tuple((rate, error) for rate, error in stored.get("resonances", [])),
        )

    @property
    def resonance_per_min(self) -> float | None:
        """The latest; None where none was found."""
        return self.resonances[-1][0] if self.resonances else None

    def as_settings(self) -> dict[str, Any]:
        return asdict(self)


def baseline_of(stored: dict[str, Any]) -> Baseline:
    return Baseline(tuple(stored["ln_rmssd"]), tuple(stored["hr_bpm"]), stored["breaths_per_min"])


def sessions_of(store: Store, person: str, device: str, *, simulated: bool) -> list[SessionRow]:
    """The ended sessions of a person, the latest first.

    Simulated people are told apart by their URI, and from real ones.

    Raises
    ------
    StoreError
        If the history cannot be read.
    """
    rows = [row for row in store.sessions(person) if row.simulated == simulated and not row.running]
    return [row for row in rows if not simulated or row.device == device]


def read_earlier(store: Store, person: str, device: str, *, simulated: bool) -> Earlier:
    """What is known of a person.

    Raises
    ------
    StoreError
        If the history cannot be read.
    """
    like = sessions_of(store, person, device, simulated=simulated)[:N_LOOKED_AT]
    documents = [result.document for row in like if (result := store.latest_result(row.session_id))]
    baselines = [baseline_of(stored) for document in documents if (stored := document.get("baseline"))]
    return Earlier(
        tuple(reversed(baselines[: N_BASELINES - 1])),
        any(document.get("advice") for document in documents),
        tuple(reversed([found for document in documents if (found := _resonance_of(document))])),
    )


def _resonance_of(document: dict[str, Any]) -> tuple[float, float] | None:
    """The resonance rate that a session found, and its error; None where it found none."""
    result = document.get("result") or {}
    rate, error = result.get("resonance_per_min"), result.get("se_per_min")
    return None if rate is None or error is None else (rate, error)


def against_history(baseline: Baseline | None, earlier: Sequence[Baseline]) -> dict[str, float] | None:
    """This session's resting ln RMSSD against the person's own earlier ones.

    Returns
    -------
    dict or None
        `ln_rmssd`, `usual_ln_rmssd`, `z` (standard deviations above the usual) and `n_baselines`; None where the rest
        of this session or of the earlier ones is too short.
    """
    n_windows = sum(len(each.ln_rmssd) for each in earlier)
    if baseline is None or len(baseline.ln_rmssd) < N_WINDOWS_MIN or n_windows < N_WINDOWS_MIN:
        return None
    usual = CalmScale(earlier)
    now = sum(baseline.ln_rmssd) / len(baseline.ln_rmssd)
    return {
        "ln_rmssd": now,
        "usual_ln_rmssd": usual.ln_rmssd,
        "z": usual.z_of_ln_rmssd(now),
        "n_baselines": float(len(earlier)),
    }
