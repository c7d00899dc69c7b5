"""The file of keys beside the data: which key they need, and that key locked with a passphrase."""

import json
import math
import os
import secrets
import time
import unicodedata
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, is_plain, place_private, read_private
from biofeedback.storage.protection.keys import (
    IDENT_BYTES,
    SECRET_BYTES,
    DataKey,
    on_paper,
    recovered,
    recovery_wrapping,
    seems_recovery,
)
from biofeedback.storage.protection.sealing import NONCE_BYTES, kept, sealed, unkept, unsealed

KEYS, COPY = "biofeedback.keys.json", "biofeedback.keys.copy.json"
"""The copy is there once the recovery key needs the file, and has the locks of the new key while it changes."""
FORMAT = 3
FORMATS = (1, 2, FORMAT)
"""The first knew no users, the second no locks that go over to another key."""
PASSPHRASE = "BIOFEEDBACK_PASSPHRASE"
"""Of scripts, in the environment; may hold the recovery key too."""
SHORTEST_PASSPHRASE, LONGEST_PASSPHRASE = 8, 1024
"""Signs; the shortest after NIST SP 800-63B, section 5.1.1.2."""
PASSES, MEMORY_KIB, LANES = 3, 65_536, 4
"""Argon2id as RFC 9106, section 4, recommends it where there is not 2 GiB to spare."""
GOAL_S = 0.7
"""Passes are added until opening takes about so long on this machine: nobody minds, except who tries many words."""
MOST_PASSES, MOST_MEMORY_KIB, MOST_LANES = 64, 1 << 21, 64
"""No file of keys may ask for more."""
NOT_YET = "there are users who have to open the data once before, each with their passphrase"


@dataclass(frozen=True, slots=True)
class Lock:
    """The key as it lies in the file, locked with a passphrase (AES-256-GCM, its key by Argon2id)."""

    salt: str
    passes: int
    memory_kib: int
    lanes: int
    nonce: str
    locked: str
    kept: str = ""
    """What locks the key, locked with the key: whoever has it open can lock another key likewise."""

    @classmethod
    def of(cls, key: DataKey, passphrase: str, like: Self | None = None) -> Self:
        """Lock a key; with the salt and the work of another lock where users share it."""
        lock = like or cls._measured(passphrase)
        return lock.on(key, lock.derived(passphrase))

    def on(self, key: DataKey, wrapping: bytes) -> Self:
        """The same lock on a key."""
        nonce, locked = sealed(wrapping, key.secret, self.bound(key.ident))
        return replace(self, nonce=nonce, locked=locked, kept=kept(key, wrapping))

    @classmethod
    def _measured(cls, passphrase: str) -> Self:
        lock = cls(secrets.token_hex(IDENT_BYTES), PASSES, MEMORY_KIB, LANES, "", "")
        begun_s = time.perf_counter()
        lock.derived(passphrase)
        longer = GOAL_S / max(time.perf_counter() - begun_s, 1e-3)
        return replace(lock, passes=min(max(PASSES, math.ceil(PASSES * longer)), MOST_PASSES))

    def derived(self, passphrase: str) -> bytes:
        from argon2.low_level import Type, hash_secret_raw

        text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        return hash_secret_raw(
            text, bytes.fromhex(self.salt), self.passes, self.memory_kib, self.lanes, SECRET_BYTES, Type.ID
        )

    def bound(self, ident: bytes, user: str = "") -> bytes:
        """What cannot be changed without the passphrase: whose lock it is, and how much work it asks for."""
        return f"{ident.hex()} {self.salt} {self.passes} {self.memory_kib} {self.lanes} {user}".rstrip().encode()


@dataclass(frozen=True, slots=True)
class UserLock:
    """The same key locked with the passphrase of a user, who is told by an id; salt and work are those of the lock.

    So one word is tried on all users at the cost of one, and no name stands in the file.
    """

    user: str
    nonce: str
    locked: str
    kept: str = ""

    @classmethod
    def on(cls, key: DataKey, user: str, lock: Lock, wrapping: bytes) -> Self:
        """Lock a key for a user."""
        return cls(user, *sealed(wrapping, key.secret, lock.bound(key.ident, user)), kept(key, wrapping))


@dataclass(frozen=True, slots=True)
class RecoveryLock:
    """The same key locked with a recovery key of its own; `paper` is that, empty where it is not kept.

    So it is with one from before the data got another key: it was the key of then, and that is forgotten.
    """

    nonce: str
    locked: str
    kept: str
    paper: str = ""

    @classmethod
    def on(cls, key: DataKey, wrapping: bytes, secret: bytes | None) -> Self:
        """Lock a key."""
        locked = sealed(wrapping, key.secret, _bound_recovery(key.ident))
        return cls(*locked, kept(key, wrapping), kept(key, secret) if secret else "")


class Opened(NamedTuple):
    """What a word opened: the key, whose passphrase it was (empty for the owner's), and what locked the key."""

    key: DataKey
    user: str
    wrapping: bytes | None


def _bound_recovery(ident: bytes) -> bytes:
    return f"{ident.hex()} recovery".encode()


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The file of keys; without a lock the key is in the keychain of the computer."""

    ident: bytes
    check: str
    lock: Lock | None = None
    users: tuple[UserLock, ...] = ()
    recovery: RecoveryLock | None = None
    due: bool = False
    """Whether something was deleted since the data got their key: then they are to get another."""

    @classmethod
    def of(cls, key: DataKey, passphrase: str = "") -> Self:
        """For a key; an empty passphrase for none."""
        return cls(key.ident, key.check, Lock.of(key, passphrase) if passphrase else None)

    def opened(self, text: str) -> Opened:
        """What a passphrase or the recovery key opens.

        Raises
        ------
        StoreError
            If it is neither.
        """
        if (secret := recovered(text)) is not None:
            key = DataKey(self.ident, secret) if self.recovery is None else self._of_paper(secret)
            if key is not None and key.check == self.check:
                return Opened(key, "", None)
        elif (found := self._by_passphrase(text)) is not None:
            return found
        raise StoreError(wrong_word(text))

    def key_of(self, text: str) -> tuple[DataKey, str]:
        """The key, and whose passphrase it was: empty for the owner's; raises as `opened`."""
        return self.opened(text)[:2]

    def _of_paper(self, secret: bytes) -> DataKey | None:
        if (lock := self.recovery) is None:
            return None
        found = unsealed(recovery_wrapping(secret), lock.nonce, lock.locked, _bound_recovery(self.ident))
        return DataKey(self.ident, found) if found else None

    def _by_passphrase(self, passphrase: str) -> Opened | None:
        if self.lock is None:
            return None
        wrapping = self.lock.derived(passphrase)
        for each in (UserLock("", self.lock.nonce, self.lock.locked), *self.users):
            secret = unsealed(wrapping, each.nonce, each.locked, self.lock.bound(self.ident, each.user))
            if secret is not None:
                return Opened(DataKey(self.ident, secret), each.user, wrapping)
        return None

    def paper(self, key: DataKey) -> str:
        """The recovery key; empty where it is not kept."""
        if self.recovery is None:
            return key.recovery
        secret = unkept(key, self.recovery.paper)
        return on_paper(secret) if secret else ""

    def with_kept(self, opened: Opened) -> Self | None:
        """With what another key can be locked with likewise, which earlier versions did not keep; None where it is."""
        key, user, wrapping = opened
        if self.lock is None or wrapping is None:
            return None
        if not user:
            return None if self.lock.kept else replace(self, lock=self.lock.on(key, wrapping))
        if any(each.user == user and each.kept for each in self.users):
            return None
        return replace(self, users=(*self.without(user).users, UserLock.on(key, user, self.lock, wrapping)))

    def renewed(self, before: DataKey, after: DataKey, secret: bytes | None = None) -> Self:
        """The same locks on another key, and a new recovery key where its secret is given.

        Raises
        ------
        StoreError
            If it is not known with what to lock it.
        """
        lock, users = None, []
        if self.lock is not None:
            lock = self.lock.on(after, _wrapping(before, self.lock.kept))
            users = [UserLock.on(after, each.user, lock, _wrapping(before, each.kept)) for each in self.users]
        if secret is not None:
            recovery = RecoveryLock.on(after, recovery_wrapping(secret), secret)
        elif self.recovery is None:  # it was the key itself, which is forgotten now
            recovery = RecoveryLock.on(after, recovery_wrapping(before.secret), None)
        else:
            wrapping, paper = _wrapping(before, self.recovery.kept), unkept(before, self.recovery.paper)
            recovery = RecoveryLock.on(after, wrapping, paper)
        return type(self)(after.ident, after.check, lock, tuple(users), recovery)

    def changed(self, key: DataKey, user: str, passphrase: str) -> Self:
        """With another passphrase of a user, who may be new, or of the owner where none is named.

        Raises
        ------
        ValueError
            If it is that of another already: who opens the data is told by it.
        """
        opened = self._by_passphrase(passphrase)
        if opened is not None and opened.user != user:
            raise ValueError("that passphrase cannot be used here; choose another")
        if not user:
            return replace(self, lock=Lock.of(key, passphrase, self.lock if self.users else None))
        if self.lock is None:
            raise ValueError("the owner needs a passphrase before users can have theirs")
        locked = UserLock.on(key, user, self.lock, self.lock.derived(passphrase))
        return replace(self, users=(*self.without(user).users, locked))

    def without(self, user: str) -> Self:
        """Without the passphrase of a user."""
        return replace(self, users=tuple(each for each in self.users if each.user != user))

    def keep(self, folder: Path) -> None:
        """Write it, for the owner alone; whole or not at all, and twice once the recovery key needs it.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        self.keep_as(folder / KEYS)
        if self.recovery is not None:
            self.keep_as(folder / COPY)
        else:
            (folder / COPY).unlink(missing_ok=True)

    def keep_as(self, path: Path) -> None:
        """Write it to a place of its own; raises as `keep`."""
        document: dict[str, Any] = {"format": FORMAT, "ident": self.ident.hex(), "check": self.check}
        document |= {"lock": asdict(self.lock)} if self.lock else {}
        document |= {"users": [asdict(user) for user in self.users]} if self.users else {}
        document |= {"recovery": asdict(self.recovery)} if self.recovery else {}
        document |= {"due": True} if self.due else {}
        try:
            place_private(path, json.dumps(document, indent=1).encode())
        except OSError as error:
            raise StoreError(
                f"{path} cannot be written ({error.strerror}). Nothing was changed. "
                "Give yourself the right to write there, or free some space."
            ) from error


def _wrapping(key: DataKey, kept: str) -> bytes:
    if (found := unkept(key, kept)) is None:
        raise StoreError(NOT_YET)
    return found


def checked_passphrase(text: str) -> str:
    """The same passphrase.

    Raises
    ------
    ValueError
        If it is too short or too long, or could be taken for a recovery key.
    """
    if not SHORTEST_PASSPHRASE <= len(text) <= LONGEST_PASSPHRASE:
        raise ValueError(f"a passphrase has {SHORTEST_PASSPHRASE} to {LONGEST_PASSPHRASE} signs; some words are good")
    if seems_recovery(text):
        raise ValueError("a passphrase must not look like a recovery key")
    return text


def wrong_word(text: str) -> str:
    """What to say of a word that does not open the data."""
    if recovered(text) is not None:
        return "That is the recovery key of other data. Nothing was changed."
    if seems_recovery(text):
        return "That recovery key is mistyped somewhere: its check sum is not right. Nothing was changed."
    return "That is not the passphrase of these data. Nothing was changed. Try again, or use the recovery key."


def read_key_file(folder: Path) -> KeyFile | None:
    """The file of keys of a folder, or its copy where only that fits the data; None where neither can be understood."""
    found = [file for name in (KEYS, COPY) if (file := read_key_file_at(folder / name)) is not None]
    head = head_of(folder / DATABASE)
    return next((file for file in found if file.ident == head), found[0] if found else None)


def read_key_file_at(path: Path) -> KeyFile | None:
    """A file of keys; None where there is none, or one that cannot be understood."""
    try:
        found = json.loads(read_private(path))
        lock = _lock_of(found["lock"]) if "lock" in found else None
        ident = bytes.fromhex(found["ident"])
        if found["format"] not in FORMATS or len(ident) != IDENT_BYTES:
            return None
        users = tuple(_user_lock_of(each) for each in found.get("users", ())) if lock else ()
        recovery = _recovery_lock_of(found["recovery"]) if "recovery" in found else None
        return KeyFile(ident, str(found["check"]), lock, users, recovery, found.get("due") is True)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def head_of(database: Path) -> bytes:
    """By what a database tells which key it needs; empty where there is none."""
    try:
        with database.open("rb") as file:
            return file.read(IDENT_BYTES)
    except OSError:
        return b""


def wants_word(folder: Path) -> bool:
    """Whether a passphrase is asked for before the data open."""
    try:
        sealed = (folder / DATABASE).stat().st_size > 0 and not is_plain(folder / DATABASE)
    except OSError:
        return False
    file = read_key_file(folder) if sealed else None
    return file is not None and file.lock is not None


def put_aside(folder: Path) -> None:
    """Let a file of keys that is of no use here stand beside: a backup may need it yet."""
    (folder / COPY).unlink(missing_ok=True)
    path = folder / KEYS
    if path.exists():
        os.replace(path, path.with_name(f"biofeedback.keys.{secrets.token_hex(4)}.json"))  # noqa: PTH105


def _lock_of(found: dict[str, Any]) -> Lock:
    lock = Lock(**found)
    amounts = ((lock.passes, MOST_PASSES), (lock.memory_kib, MOST_MEMORY_KIB), (lock.lanes, MOST_LANES))
    if not all(type(value) is int and 1 <= value <= most for value, most in amounts):
        raise ValueError("a lock asks for more than any does")
    if lock.memory_kib < 8 * lock.lanes or len(bytes.fromhex(lock.salt)) < 8:
        raise ValueError("a lock that Argon2 does not know")
    _check_lengths(lock)
    return lock


def _user_lock_of(found: dict[str, Any]) -> UserLock:
    lock = UserLock(**found)
    _check_lengths(lock)
    if type(lock.user) is not str or not lock.user:
        raise ValueError("a lock of nobody")
    return lock


def _recovery_lock_of(found: dict[str, Any]) -> RecoveryLock:
    lock = RecoveryLock(**found)
    _check_lengths(lock)
    _check_kept(lock.paper)
    return lock


def _check_lengths(lock: Lock | UserLock | RecoveryLock) -> None:
    if len(bytes.fromhex(lock.nonce)) != NONCE_BYTES or len(bytes.fromhex(lock.locked)) != SECRET_BYTES + 16:
        raise ValueError("a lock of another length")
    _check_kept(lock.kept)


def _check_kept(kept: str) -> None:
    if kept and len(bytes.fromhex(kept)) != NONCE_BYTES + SECRET_BYTES + 16:
        raise ValueError("a lock of another length")
