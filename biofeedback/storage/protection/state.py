"""How data are protected, told without opening them."""

from dataclasses import dataclass
from pathlib import Path

from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, is_plain, is_vacant
from biofeedback.storage.protection import keychain
from biofeedback.storage.protection.key_file import read_key_file, wants_word
from biofeedback.storage.protection.opening import NO_KEYCHAIN, UNFINISHED, Protection, key_of

NEXT_START = "the next start encrypts them"


@dataclass(frozen=True, slots=True)
class State:
    """How it is: `by` is what opens the data, empty where they are plain; `keychain`, whether there is one to use."""

    encrypted: bool
    by: str
    keychain: bool
    detail: str


def state_of(folder: Path) -> State:
    """How the data in a folder are protected; nobody is asked for anything, and nothing is changed."""
    works = keychain.works()
    if is_vacant(folder) or not (folder / DATABASE).stat().st_size:
        will = "will be encrypted" if works else f"will not be encrypted: {NO_KEYCHAIN}"
        return State(False, "", works, f"There are no data yet; they {will}.")
    if is_plain(folder / DATABASE):
        file = read_key_file(folder)
        why = NEXT_START if works else NO_KEYCHAIN if file is None or file.lock is None else UNFINISHED
        return State(False, "", works, Protection(why_plain=why).told)
    by = "passphrase" if wants_word(folder) else "keychain" if _opens_alone(folder) else "recovery key"
    return State(True, by, works, Protection(by=by).told)


def _opens_alone(folder: Path) -> bool:
    try:
        return key_of(folder, folder / DATABASE).by == "keychain"
    except StoreError:
        return False
