"""A keychain in memory, and one in a file, which forked processes share: no test touches a real one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryKeychain(KeyringBackend):
    """Works; `locked` as one that nobody opens."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self._write(self._read() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        kept = dict(self._read())
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError
        self._write(kept)

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked("nobody opened it")

    def _read(self) -> dict[str, str]:
        return self.kept

    def _write(self, kept: dict[str, str]) -> None:
        self.kept = kept


class FileKeychain(MemoryKeychain):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def _read(self) -> dict[str, str]:
        return json.loads(self._path.read_text()) if self._path.exists() else {}

    def _write(self, kept: dict[str, str]) -> None:
        self._path.write_text(json.dumps(kept))


class OpenFile(MemoryKeychain):
    """One that keyring does not recommend, as a file that anybody can read."""

    priority = 0.5


@contextmanager
def using(chain: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(chain)
    try:
        yield
    finally:
        keyring.set_keyring(before)
