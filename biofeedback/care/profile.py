"""What is known of a person besides their sessions and days: for whom the practice is shaped."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from biofeedback.care.questions import TAKEN
from biofeedback.storage.database import Store
from biofeedback.storage.names import JOINERS, tidy
from biofeedback.storage.records import EntryKind
from protocols.ladder import same_words
from protocols.safety import Caution

LONGEST_WORDS = 2000
OF_ALL_DAYS = date(1, 1, 1)
"""The day of a profile, which tells of no day."""
LONGEST_SYMPTOM, N_SYMPTOMS_MOST = 40, 8
"""Letters of a symptom's name, and how many are asked of each day: more would be a burden and not a help."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person or their clinician wrote down.

    Attributes
    ----------
    notes : str
    medication : str
        What is taken, in their words; some of it changes the heart's rhythm.
    conditions : tuple of str
        Names of `Caution` that hold for this person and need not be asked again.
    offered : tuple of str
        Ids of the exercises that are offered; empty for all.
    symptoms : tuple of str
        Besides pain, what the person wants to follow, in their words.
    nervous_system : bool
        Whether a clinician confirmed that the nervous system keeps the symptoms going (science D3): before that the
        program does not call them so.
    strap : str
        The device URI of the strap that is theirs; empty where none was given to them.
    """

    notes: str = ""
    medication: str = ""
    conditions: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    nervous_system: bool = False
    strap: str = ""


def read_profile(store: Store, person: str) -> Profile:
    """What is known of a person; what is of another kind than it should be counts as not told."""
    entry = store.journal.latest(person, EntryKind.PROFILE)
    profile = Profile()
    for option in fields(Profile) if entry else ():
        found, default = entry.document.get(option.name) if entry else None, getattr(profile, option.name)
        if isinstance(default, tuple) and isinstance(found, list):
            found = tuple(each for each in found if isinstance(each, str))
        if isinstance(found, type(default)):
            profile = replace(profile, **{option.name: found})
    return profile


def keep_profile(store: Store, person: str, profile: Profile) -> Profile:
    """Keep what is known of a person, cleaned.

    Raises
    ------
    ValueError
        If a text is too long, a condition unknown, or there are too many symptoms.
    """
    kept = checked(profile)
    entry = store.journal.latest(person, EntryKind.PROFILE)
    if entry is not None:
        store.journal.change(entry.number, asdict(kept))
    else:
        store.journal.put(person, EntryKind.PROFILE, asdict(kept), OF_ALL_DAYS)
    return kept


def followed_symptoms(store: Store, person: str, name: str, *, followed: bool) -> tuple[str, ...]:
    """Begin to follow a symptom, or cease to; what was told of it stays.

    Returns
    -------
    tuple of str
        All that are followed now.

    Raises
    ------
    ValueError
        As of `keep_profile`.
    """
    profile = read_profile(store, person)
    others = tuple(each for each in profile.symptoms if followed or same_words(each) != same_words(name))
    symptoms = (*others, name) if followed else others
    return keep_profile(store, person, replace(profile, symptoms=symptoms)).symptoms


def checked(profile: Profile) -> Profile:
    """The same with clean words.

    Raises
    ------
    ValueError
        As of `keep_profile`.
    """
    unknown = [each for each in profile.conditions if each not in tuple(Caution)]
    if unknown:
        raise ValueError(f"there is no condition {unknown[0]!r}; there are {', '.join(Caution)}")
    return replace(
        profile,
        notes=checked_words(profile.notes),
        medication=checked_words(profile.medication),
        symptoms=checked_symptoms(profile.symptoms),
    )


def checked_words(text: str, longest: int = LONGEST_WORDS) -> str:
    """Words of a person without signs that cannot be seen, lines kept.

    Raises
    ------
    ValueError
        If they are too long.
    """
    seen = (
        "".join(sign for sign in line if sign.isprintable() or sign in f"\t{JOINERS}") for line in text.splitlines()
    )
    words = "\n".join(" ".join(line.split()) for line in seen).strip()
    if len(words) > longest:
        raise ValueError(f"there is room for {longest} letters, and this has {len(words)}")
    return words


def checked_symptoms(symptoms: Iterable[str]) -> tuple[str, ...]:
    """Names of symptoms, each once.

    Raises
    ------
    ValueError
        If one is empty or too long, or there are too many.
    """
    kept: dict[str, str] = {}
    for symptom in symptoms:
        name = tidy(checked_words(symptom, LONGEST_SYMPTOM).replace("=", " "))
        if not name:
            raise ValueError("a symptom needs a name")
        if same_words(name) in TAKEN:
            raise ValueError(f"{name} is asked of everybody already")
        kept.setdefault(same_words(name), name)
    if len(kept) > N_SYMPTOMS_MOST:
        raise ValueError(f"at most {N_SYMPTOMS_MOST} symptoms are followed at a time, so that the questions stay few")
    return tuple(kept.values())


def as_told(profile: Profile) -> dict[str, Any]:
    """The profile for JSON."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(profile).items()}
