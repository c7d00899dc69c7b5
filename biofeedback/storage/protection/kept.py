"""What the window remembers, in one file: look and sound in the open, all else sealed where data are encrypted.

The look is needed before the data are open; a name, an answer to a safety question or a strap's address is not.
"""

import base64
import binascii
import contextlib
import json
import secrets
from pathlib import Path
from threading import RLock
from typing import Any

from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import SETTINGS, place_private, read_private, wipe
from biofeedback.storage.protection.keys import DataKey

IN_THE_OPEN = ("theme", "welcomed", "scale_percent", "reduced_motion", "picture", "sound", "timbre", "bed", "bells",
               "spoken", "volume_percent", "delay_ms")  # fmt: skip
SEALED = "sealed"
PURPOSE = "window"
BEFORE = f"{SETTINGS}.part"
_NONCE_BYTES = 12
CHANGING = RLock()
"""Held by whoever reads the file and writes it again: the window and the thread of the data both do."""


def read_kept(folder: Path, key: DataKey | None) -> dict[str, Any]:
    """What is remembered; without the key what is in the open only."""
    found = _found(folder)
    sealed = found.pop(SEALED, None)
    return found | _unsealed(sealed, key) if key is not None else found


def write_kept(folder: Path, kept: dict[str, Any], key: DataKey | None) -> None:
    """Remember it; a folder that cannot be written costs only the memory of it.

    Without the key what is sealed stays as it is, and nothing is written beside it that belongs there.
    """
    found = _found(folder)
    if key is not None or SEALED in found:
        personal = {name: value for name, value in kept.items() if name not in IN_THE_OPEN}
        sealed = found.get(SEALED) if key is None else _sealed(personal, key)
        kept = {name: value for name, value in kept.items() if name in IN_THE_OPEN} | {SEALED: sealed}
    with contextlib.suppress(OSError):
        place_private(folder / SETTINGS, json.dumps(kept, indent=1).encode())


def seal_kept(folder: Path, key: DataKey) -> None:
    """Seal what is remembered in the open from before the data were encrypted, and overwrite it."""
    path, before = folder / SETTINGS, folder / BEFORE
    with contextlib.suppress(OSError):
        wipe(before) if before.exists() and not before.samefile(path) else before.unlink(missing_ok=True)
    if not set(_found(folder)) - {*IN_THE_OPEN, SEALED}:
        return
    with contextlib.suppress(OSError):
        before.hardlink_to(path)
    write_kept(folder, read_kept(folder, key), key)
    with contextlib.suppress(OSError):
        if before.exists() and not before.samefile(path):
            wipe(before)


def reseal_kept(folder: Path, *keys: DataKey) -> None:
    """Seal what is remembered so that each of some keys opens it, of which one opens it now."""
    found = _found(folder)
    if (sealed := found.get(SEALED)) is None:
        return
    personal = next(filter(None, (_unsealed(sealed, key) for key in keys)), {})
    kept = found | {SEALED: " ".join(_sealed(personal, key) for key in keys)}
    try:
        place_private(folder / SETTINGS, json.dumps(kept, indent=1).encode())
    except OSError as error:
        raise StoreError(f"{folder / SETTINGS} cannot be written ({error.strerror})") from error


def unseal_kept(folder: Path, key: DataKey) -> None:
    """The data are plain from now on, and so is what is remembered."""
    kept = read_kept(folder, key)
    if not kept:
        return
    with contextlib.suppress(OSError):
        (folder / SETTINGS).unlink(missing_ok=True)
    write_kept(folder, kept, None)


def _found(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_private(folder / SETTINGS))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _sealed(personal: dict[str, Any], key: DataKey) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    content = AESGCM(key.derived(PURPOSE)).encrypt(nonce, json.dumps(personal).encode(), PURPOSE.encode())
    return base64.b64encode(nonce + content).decode()


def _unsealed(sealed: object, key: DataKey) -> dict[str, Any]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    for part in str(sealed or "").split():  # more than one only while the key changes
        with contextlib.suppress(InvalidTag, binascii.Error, ValueError):
            content = base64.b64decode(part, validate=True)
            nonce, content = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
            found = json.loads(AESGCM(key.derived(PURPOSE)).decrypt(nonce, content, PURPOSE.encode()))
            return found if isinstance(found, dict) else {}
    return {}
