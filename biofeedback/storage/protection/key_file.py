"""The file of keys beside the data: which key they need, and that key locked with a passphrase."""

import json
import math
import os
import secrets
import time
import unicodedata
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, is_plain, place_private, read_private
from biofeedback.storage.protection.keys import IDENT_BYTES, SECRET_BYTES, DataKey, recovered, seems_recovery

KEYS = "biofeedback.keys.json"
FORMAT, FORMAT_OF_USERS = 1, 2
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
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Lock:
    """The key as it lies in the file, locked with a passphrase (AES-256-GCM, its key by Argon2id)."""

    salt: str
    passes: int
    memory_kib: int
    lanes: int
    nonce: str
    locked: str

    @classmethod
    def of(cls, key: DataKey, passphrase: str, like: Self | None = None) -> Self:
        """Lock a key; with the salt and the work of another lock where users share it."""
        lock = replace(like, nonce="", locked="") if like else cls._measured(passphrase)
        nonce, locked = sealed(lock.derived(passphrase), key.secret, lock.bound(key.ident))
        return replace(lock, nonce=nonce, locked=locked)

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


def sealed(wrapping: bytes, secret: bytes, bound: bytes) -> tuple[str, str]:
    """A nonce and the secret encrypted under another key (AES-256-GCM), in hexadecimal."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce.hex(), AESGCM(wrapping).encrypt(nonce, secret, bound).hex()


def unsealed(wrapping: bytes, nonce: str, locked: str, bound: bytes) -> bytes | None:
    """The secret; None where it is another key, or the file was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(wrapping).decrypt(bytes.fromhex(nonce), bytes.fromhex(locked), bound)
    except InvalidTag:
        return None


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The file of keys; without a lock the key is in the keychain of the computer."""

    ident: bytes
    check: str
    lock: Lock | None = None
    users: tuple[UserLock, ...] = ()

    @classmethod
    def of(cls, key: DataKey, passphrase: str = "") -> Self:
        """For a key; an empty passphrase for none."""
        return cls(key.ident, key.check, Lock.of(key, passphrase) if passphrase else None)

    def key_of(self, text: str) -> tuple[DataKey, str]:
        """The key that a passphrase or the recovery key opens, and whose passphrase it is: empty for the owner's.

        Raises
        ------
        StoreError
            If it is neither.
        """
        if (secret := recovered(text)) is not None:
            key = DataKey(self.ident, secret)
            if key.check == self.check:
                return key, ""
        elif (found := self._opened(text)) is not None:
            return found
        raise StoreError(wrong_word(text))

    def _opened(self, passphrase: str) -> tuple[DataKey, str] | None:
        if self.lock is None:
            return None
        wrapping = self.lock.derived(passphrase)
        for each in (UserLock("", self.lock.nonce, self.lock.locked), *self.users):
            secret = unsealed(wrapping, each.nonce, each.locked, self.lock.bound(self.ident, each.user))
            if secret is not None:
                return DataKey(self.ident, secret), each.user
        return None

    def changed(self, key: DataKey, user: str, passphrase: str) -> Self:
        """With another passphrase of a user, who may be new, or of the owner where none is named.

        Raises
        ------
        ValueError
            If it is that of another already: who opens the data is told by it.
        """
        opened = self._opened(passphrase)
        if opened is not None and opened[1] != user:
            raise ValueError("that passphrase cannot be used here; choose another")
        if not user:
            return replace(self, lock=Lock.of(key, passphrase, self.lock if self.users else None))
        if self.lock is None:
            raise ValueError("the owner needs a passphrase before users can have theirs")
        sealed_key = sealed(self.lock.derived(passphrase), key.secret, self.lock.bound(key.ident, user))
        return replace(self, users=(*self.without(user).users, UserLock(user, *sealed_key)))

    def without(self, user: str) -> Self:
        """Without the passphrase of a user."""
        return replace(self, users=tuple(each for each in self.users if each.user != user))

    def keep(self, folder: Path) -> None:
        """Write it, for the owner alone; whole or not at all.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        number = FORMAT_OF_USERS if self.users else FORMAT
        document: dict[str, Any] = {"format": number, "ident": self.ident.hex(), "check": self.check}
        document |= {"lock": asdict(self.lock)} if self.lock else {}
        document |= {"users": [asdict(user) for user in self.users]} if self.users else {}
        try:
            place_private(folder / KEYS, json.dumps(document, indent=1).encode())
        except OSError as error:
            raise StoreError(
                f"{folder / KEYS} cannot be written ({error.strerror}). Nothing was changed. "
                "Give yourself the right to write there, or free some space."
            ) from error


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
    """The file of keys of a folder; None where there is none, or one that cannot be understood."""
    try:
        found = json.loads(read_private(folder / KEYS))
        lock = _lock_of(found["lock"]) if "lock" in found else None
        ident = bytes.fromhex(found["ident"])
        if found["format"] not in (FORMAT, FORMAT_OF_USERS) or len(ident) != IDENT_BYTES:
            return None
        users = tuple(_user_lock_of(each) for each in found.get("users", ())) if lock else ()
        return KeyFile(ident, str(found["check"]), lock, users)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


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


def _check_lengths(lock: Lock | UserLock) -> None:
    if len(bytes.fromhex(lock.nonce)) != _NONCE_BYTES or len(bytes.fromhex(lock.locked)) != SECRET_BYTES + 16:
        raise ValueError("a lock of another length")
