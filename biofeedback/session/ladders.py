"""A person's ladder back to activity in sessions: the rung, what happened on it, and what may come next."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from biofeedback.storage.records import BEGUN_WITH, NewSession, StoredPhase, StoredTry
from protocols.ladder import Experience, Ladder, Rung, Suggestion, next_rung, same_words
from protocols.phases import Role
from protocols.specification import Activity, Exercise

if TYPE_CHECKING:  # slow to import, and the window's messages need none of it
    from biofeedback.storage.database import Store

PREDICTION, OUTCOME, IMAGINING = "prediction", "outcome", "imagining"
"""Names of the phases in which it is asked what is expected, and what happened, and of a challenge in thought only."""


@dataclass(frozen=True, slots=True)
class Climb:
    """A ladder, what was tried of it, and what may come next.

    Attributes
    ----------
    rungs : tuple of Rung
        From easy to hard.
    tries : tuple of StoredTry
        Oldest first. Those of simulated people stand here only where there are no others.
    suggestion : Suggestion or None
        None without a rung.
    """

    rungs: tuple[Rung, ...] = ()
    tries: tuple[StoredTry, ...] = ()
    suggestion: Suggestion | None = None

    def of(self, rung: Rung) -> tuple[StoredTry, ...]:
        """What was tried of a rung."""
        return tuple(tried for tried in self.tries if tried.experience.rung == rung.name)


def read_climb(store: "Store", person: str) -> Climb:
    """The ladder of a person as it is now.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    rungs, tries = store.ladders.rungs(person), store.ladders.tries(person)
    own = [tried for tried in tries if not tried.simulated] or tries
    return Climb(tuple(rungs), tuple(own), _suggested(rungs, [tried.experience for tried in own]))


def find_activity(store: "Store", person: str, wanted: str) -> Activity:
    """The activity that is meant by words, or by the number of a rung, 1 the easiest.

    Raises
    ------
    ValueError
        If there is no rung of that number.
    StoreError
        If the ladder cannot be read.
    """
    rungs = store.ladders.rungs(person)
    if wanted.isdecimal():
        if not 1 <= int(wanted) <= len(rungs):
            raise ValueError(f"there is no step {wanted} on the ladder, which has {len(rungs)}")
        return activity_on(rungs[int(wanted) - 1])
    words = " ".join(wanted.split())
    same = next((rung for rung in rungs if same_words(rung.text) == same_words(words)), None)
    return activity_on(same) if same else Activity(words)


def activity_on(rung: Rung) -> Activity:
    return Activity(rung.text, rung.name)


def read_ladder(store: "Store", person: str, *, simulated: bool) -> dict[str, Any]:
    """The ladder at the beginning of a session, stored with it so that it can be scored again to the same bits.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    tries = [tried for tried in store.ladders.tries(person) if tried.simulated == simulated]
    return {
        "rungs": [asdict(rung) for rung in store.ladders.rungs(person)],
        "experiences": [as_told(tried.experience) for tried in tries],
    }


def activity_settings(exercise: Exercise, ladder: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is stored with a session about an activity; None for another one."""
    return asdict(exercise.activity) | dict(ladder) if exercise.activity else None


def activity_result(
    new: NewSession,
    phases: Sequence[StoredPhase],
    challenges: Sequence[Mapping[str, Any]],
    ratings: Mapping[str, Mapping[str, int]],
    *,
    unwell: bool,
) -> dict[str, Any]:
    """What happened with the activity of a session, and what is suggested next.

    Parameters
    ----------
    new : NewSession
    phases : sequence of StoredPhase
        As they were lived.
    challenges : sequence of mapping
        How the heart rose and came back.
    ratings : mapping
        By moment.
    unwell : bool
        Whether the session was ended because the person did not feel well.

    Returns
    -------
    dict
        `activity`, and `suggestion` (None where the activity is on no ladder); empty for a session that was about
        none, or that ended before it was tried.
    """
    activity = new.settings.get("activity")
    tried = next((phase for phase in phases if phase.role == Role.CHALLENGE), None)
    if not activity or tried is None:
        return {}
    expected, happened = ratings.get(PREDICTION, {}), ratings.get(OUTCOME, {})
    experience = Experience(
        rung=activity["rung"],
        on=datetime.fromisoformat(new.started_utc).date(),
        expected_pain=expected.get("pain"),
        pain=happened.get("pain"),
        expected_fear=expected.get("fear"),
        fear=happened.get("fear"),
        recovery_s=challenges[0]["time_s"] if challenges else None,
        broken_off=unwell,
        imagined=tried.name == IMAGINING,
    )
    theirs = BEGUN_WITH not in new.settings  # else the ladder is that of somebody else
    rungs = [Rung(**rung) for rung in activity.get("rungs", [])] if theirs else []
    suggestion = None
    if any(rung.name == experience.rung for rung in rungs):
        earlier = [_experience(told) for told in activity.get("experiences", [])]
        suggestion = _suggested(rungs, [*earlier, experience])
    return {
        "activity": {"text": activity["text"]} | as_told(experience),
        "suggestion": told_suggestion(suggestion),
    }


def as_told(experience: Experience) -> dict[str, Any]:
    """An experience as JSON."""
    return asdict(experience) | {"on": experience.on.isoformat()}


def told_suggestion(suggestion: Suggestion | None) -> dict[str, Any] | None:
    """A suggestion as JSON: `move`, `because`, and name and text of the rung."""
    if suggestion is None:
        return None
    rung = suggestion.rung
    return {
        "move": suggestion.move.value,
        "because": suggestion.because.value,
        "rung": rung.name if rung else None,
        "text": rung.text if rung else None,
    }


def _experience(told: Mapping[str, Any]) -> Experience:
    return Experience(**{**told, "on": date.fromisoformat(told["on"])})


def _suggested(rungs: Sequence[Rung], experiences: Sequence[Experience]) -> Suggestion | None:
    return next_rung(Ladder(tuple(rungs)), experiences) if rungs else None
