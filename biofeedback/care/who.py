"""Who practises, with what has to be known of them before they begin; and two people made one."""

from dataclasses import dataclass, field, replace

from biofeedback.care.diary import About, write
from biofeedback.care.plan import N_GOALS_MOST, keep_plan, read_plan, with_goals
from biofeedback.care.profile import N_SYMPTOMS_MOST, Profile, keep_profile, read_profile
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.people import Merged
from biofeedback.storage.records import EntryKind
from protocols.ladder import same_words


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody, by their name as it was first written; the empty name is that of whoever is at home.

    `among_others` tells whether these are the data of more than one person.
    """

    name: str = ""
    profile: Profile = field(default_factory=Profile)
    among_others: bool = False


def read_who(store: Store, person: str) -> Who:
    """Who is meant by a name, in any spelling; somebody new keeps it as it is."""
    name = store.find_person(person) or person
    others = [each for each in store.persons() if each != name]
    among_others = bool(others) or (bool(name) and bool(store.sessions("", limit=1)))
    return Who(name, read_profile(store, name), among_others)


def join_people(store: Store, person: str, other: str) -> Merged:
    """Give everything of another to a person, what is known of both too; the other's name is gone then.

    A condition of either holds for who they are together. That is written down for both before they become one, so
    that it counts whatever happens in between. Of two plans the one that was changed last stands, with the goals of
    both; goals for which there is no room become a line of the diary.

    Raises
    ------
    StoreError
        As of `People.merge`; both are then as they were.
    ValueError
        If there is no room for the notes of both.
    """
    person, other = store.person(person), store.person(other)
    mine, theirs = read_profile(store, person), read_profile(store, other)
    plans = [plan for each in (person, other) if (plan := read_plan(store, each))]
    if person != other and mine != theirs:
        together = _together(mine, theirs)
        keep_profile(store, person, together)
        keep_profile(store, other, together)
    try:
        merged = store.people.merge(person, other)
    except StoreError:
        keep_profile(store, person, mine)
        keep_profile(store, other, theirs)
        raise
    for entry in store.journal.entries(merged.person, EntryKind.PROFILE)[:-1]:
        store.journal.remove(entry.number)
    _keep_goals(store, merged.person, [goal for plan in plans for goal in plan.goals])
    return merged


def _keep_goals(store: Store, person: str, goals: list[str]) -> None:
    plan = read_plan(store, person)
    every = list({same_words(goal): goal for goal in reversed(goals)}.values())[::-1]
    kept, more = tuple(every[:N_GOALS_MOST]), every[N_GOALS_MOST:]
    if plan and plan.goals != kept:
        keep_plan(store, person, with_goals(plan, kept))
    for goal in more:
        write(store, person, About.NOTE, f"Goal: {goal}")


def _together(mine: Profile, theirs: Profile) -> Profile:
    symptoms = {same_words(each): each for each in (*theirs.symptoms, *mine.symptoms)}
    return replace(
        mine,
        notes=_both(mine.notes, theirs.notes),
        medication=_both(mine.medication, theirs.medication),
        conditions=tuple(dict.fromkeys((*mine.conditions, *theirs.conditions))),
        offered=mine.offered or theirs.offered,
        symptoms=tuple(symptoms.values())[-N_SYMPTOMS_MOST:],
        nervous_system=mine.nervous_system or theirs.nervous_system,
    )


def _both(mine: str, theirs: str) -> str:
    return "\n".join(dict.fromkeys(filter(None, (mine, theirs))))
