"""A process in which a conversion is killed before each of its steps, in a child each; prints what became of it.

A step is whatever the program asks of the folder's files (told by an audit hook), each few thousand steps of SQLite's
machine while the new database is written, and each change of the keychain.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import keyring
from keyring.backends.fail import Keyring

from biofeedback.storage import engine
from biofeedback.storage.database import Store
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.keeping.rotation import own_backups
from biofeedback.storage.protection import conversion, key_file
from biofeedback.storage.protection.changing import set_passphrase
from biofeedback.storage.protection.conversion import OLD
from biofeedback.storage.protection.keys import IDENT_BYTES
from biofeedback.storage.protection.renewing import make_due
from biofeedback.ui.settings import Settings, keep_settings, read_settings
from tests.storage.keychains import FileKeychain
from tests.storage.protection.conftest import NAME, fill, told
from tests.storage.protection.test_opening import lost_in

WORD = "correct horse"
KILLED = 9
N_STEPS_OF_SQLITE = 20_000


class Steps:
    """Ends this process before a certain step."""

    def __init__(self, folder: Path, last: int) -> None:
        self._folder, self._left, self._on = str(folder), last, True
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        named = [str(each) for each in arguments if isinstance(each, str | os.PathLike)]
        if self._on and event != "os.listdir" and any(each.startswith(self._folder) for each in named):
            self.count()

    def count(self) -> int:
        self._left -= 1
        if self._left < 0 and self._on:
            os._exit(KILLED)
        return 0

    def connect(self, database: Path, key: object = None) -> object:
        connection = engine.connect(database, key)  # type: ignore[arg-type]
        connection.set_progress_handler(self.count, N_STEPS_OF_SQLITE)
        return connection

    def stop(self) -> None:
        self._on = False


def killed(folder: Path, last: int, how: str) -> bool:
    """Whether the conversion was killed before that step, rather than being done."""
    child = os.fork()
    if child == 0:
        steps = Steps(folder, last)
        conversion.connect = steps.connect  # type: ignore[assignment]
        if how.startswith("renewal"):
            Store.open(folder, lambda: WORD).close()
        elif how == "keychain":
            Store.open(folder).close()
        else:
            set_passphrase(folder, WORD)
        steps.stop()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == KILLED


def main() -> None:
    room, how, every = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    key_file.MEMORY_KIB, key_file.GOAL_S = 64, 0.0
    keyring.set_keyring(Keyring())
    plain = room / "plain"
    fill(plain)
    with Store.open(plain) as store:
        wanted = told(store)
    before = b""
    if how.startswith("renewal"):
        if how.endswith("keychain"):
            keyring.set_keyring(FileKeychain(room / "chain"))
            Store.open(plain).close()
        else:
            set_passphrase(plain, WORD)
        with Store.open(plain, lambda: WORD) as store:
            store.keep_backup()
            key, before = store.protection.key, (plain / DATABASE).read_bytes()[:IDENT_BYTES]
            keep_settings(plain, Settings(device_name="Strap"), NAME, key)
        make_due(plain, key)
    wrong: list[str] = []
    n = 0
    while True:
        data, chain = room / f"data{n}", room / f"chain{n}"
        shutil.copytree(plain, data)
        if how.endswith("keychain"):
            if before:
                shutil.copyfile(room / "chain", chain)
            keyring.set_keyring(FileKeychain(chain))
        was_killed = killed(data, n, how)
        if how == "passphrase" and was_killed and _opens_plain(data):
            set_passphrase(data, WORD)
        with Store.open(data, lambda: WORD) as store:
            if told(store) != wanted:
                wrong.append(f"step {n}: other data")
            if store.protection.key is None:
                wrong.append(f"step {n}: {store.protection.sentence}")
        if before:
            wrong += [f"step {n}: {each}" for each in _kept_of(data, before, chain)]
        if left := lost_in(data):
            wrong.append(f"step {n}: plain text stays: {left!r}")
        if odd := [path.name for path in data.iterdir() if path.name == OLD or path.name.endswith(".part")]:
            wrong.append(f"step {n}: {odd} stay")
        shutil.rmtree(data)
        if not was_killed:
            break
        n += every
    sys.stdout.write(json.dumps({"n_steps": n, "wrong": wrong}))


def _kept_of(data: Path, before: bytes, chain: Path) -> list[str]:
    """What of the key of before is kept still, and what was lost."""
    with Store.open(data, lambda: WORD) as store:
        device = read_settings(data, NAME, store.protection.key).device_name
    names = {str(path) for path in data.rglob("*") if path.is_file() and before in path.read_bytes()}
    names |= {str(path) for path in data.glob("*.json") if before.hex() in path.read_text()}
    found = [f"{name} is of the key of before" for name in sorted(names)]
    found += ["the keychain has the key of before"] * (chain.exists() and before.hex() in chain.read_text())
    found += ["there is no backup"] * (len(own_backups(data)) != 1)
    return found + ["settings are lost"] * (device != "Strap")


def _opens_plain(data: Path) -> bool:
    with Store.open(data, lambda: WORD) as store:
        return store.protection.key is None


if __name__ == "__main__":
    main()
