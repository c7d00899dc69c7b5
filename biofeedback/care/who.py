"""Who practises, with what has to be known of them before they begin; and two people made one."""

from dataclasses import asdict, dataclass, field, replace

from biofeedback.care.diary import About, line_document
from biofeedback.care.plan import N_GOALS_MOST, plan_document, read_plan, with_goals
from biofeedback.care.profile import N_SYMPTOMS_MOST, OF_ALL_DAYS, Profile, checked, read_profile
from biofeedback.storage.database import Store
from biofeedback.storage.of_people.journal import told
from biofeedback.storage.of_people.people import Merged
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


def is_nobody(store: Store, person: str) -> bool:
    """Whether that is the empty name where all who are known have one: what comes from elsewhere would go astray."""
    return not person and bool(store.persons()) and not (store.sessions("", limit=1) or store.journal.entries(""))


def named_people(store: Store, names: str) -> list[str]:
    """The people who are named, in the order in which they are; who is named twice stands twice.

    Between the names are commas; a comma may belong to a name, too, so that the longest that somebody has is taken.

    Raises
    ------
    StoreError
        If there is nobody of a name.
    """
    parts, found = names.split(","), []
    while parts:
        several = (n for n in range(len(parts), 1, -1) if store.find_person(",".join(parts[:n]).strip()))
        n_taken = next(several, 1)
        if name := ",".join(parts[:n_taken]).strip():
            found.append(store.person(name))
        parts = parts[n_taken:]
    return found


def join_people(store: Store, person: str, other: str) -> Merged:
    """Give everything of another to a person, what is known of both too; the other's name is gone then.

    What holds for who they are together is written as they become one: the notes, medicines and conditions of both, and
    of two plans the one that was changed last with the goals of both; goals for which there is no room become a line of
    the diary.

    Raises
    ------
    StoreError
        As of `People.merge`; both are then as they were.
    ValueError
        If there is no room for the notes of both.
    """
    person, other = store.person(person), store.person(other)
    mine, theirs = read_profile(store, person), read_profile(store, other)
    joined = _goals_joined(store, person, other)
    if {mine, theirs} != {Profile()}:
        joined.append(told(EntryKind.PROFILE, asdict(checked(_together(mine, theirs))), OF_ALL_DAYS))
    return store.people.merge(person, other, joined)


def _goals_joined(store: Store, person: str, other: str) -> list[dict[str, str]]:
    plan = read_plan(store, person, other)
    if plan is None:
        return []
    goals = [goal for each in (person, other) if (one := read_plan(store, each)) for goal in one.goals]
    every = list({same_words(goal): goal for goal in reversed(goals)}.values())[::-1]
    kept, more = tuple(every[:N_GOALS_MOST]), every[N_GOALS_MOST:]
    joined = [told(EntryKind.PLAN, plan_document(with_goals(plan, kept)))] if plan.goals != kept else []
    lines = (line_document(f"Goal: {goal}") for goal in more)
    return joined + [told(EntryKind.DIARY, line, subject=About.NOTE.value) for line in lines]


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
        strap=mine.strap or theirs.strap,
    )


def _both(mine: str, theirs: str) -> str:
    return "\n".join(dict.fromkeys(filter(None, (mine, theirs))))
