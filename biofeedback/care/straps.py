"""Which strap is whose: given once, and then each person's own."""

from dataclasses import replace

from biofeedback.care.profile import keep_profile, read_profile
from biofeedback.storage.database import Store
from devices.several import are_one


def give_strap(store: Store, person: str, uri: str) -> tuple[str, ...]:
    """Give a person their own strap by its device URI; an empty one takes it back.

    Returns
    -------
    tuple of str
        Who else has the same one: they cannot be in one group.
    """
    keep_profile(store, person, replace(read_profile(store, person), strap=uri))
    others = (each for each in store.persons() if each != person)
    return tuple(each for each in others if uri and are_one(uri, read_profile(store, each).strap))


def straps_of(store: Store, people: list[str]) -> dict[str, str]:
    """The straps of people, by their names as they are written; empty where none was given.

    Raises
    ------
    StoreError
        If there is no such person.
    """
    return {person: read_profile(store, person).strap for person in map(store.person, people)}
