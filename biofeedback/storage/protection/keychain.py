"""The keychain of the operating system, by keyring; the only place that imports it."""

import base64
import binascii
import os
import sys
from pathlib import Path
from typing import Any

from biofeedback.storage.faults import FaultLog
from biofeedback.storage.protection.keys import SECRET_BYTES

SERVICE = "biofeedback"
CHOICE, NONE = "PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring"
"""By this keyring is told which keychain to use, and that there is none."""
LEAST_PRIORITY = 1.0
"""keyring gives less to what it does not recommend, such as a file that anybody can read."""


def works() -> bool:
    """Whether there is a keychain."""
    return _chain() is not None


def read(ident: bytes) -> bytes | None:
    """The secret that is kept for these data; None where there is none, or no keychain that answers."""
    with _asked():
        if (chain := _chain()) is not None and (found := chain.get_password(SERVICE, ident.hex())):
            return _secret(found)
    return None


def keep(ident: bytes, secret: bytes) -> bool:
    """Keep the secret of these data; False where it did not come to be kept."""
    with _asked():
        if (chain := _chain()) is not None:
            chain.set_password(SERVICE, ident.hex(), base64.b64encode(secret).decode())
    return read(ident) == secret


def forget(ident: bytes) -> bool:
    """Let the secret of these data be forgotten; False where it is still there."""
    with _asked():
        if (chain := _chain()) is not None and chain.get_password(SERVICE, ident.hex()) is not None:
            chain.delete_password(SERVICE, ident.hex())
    return read(ident) is None


def _asked() -> Any:
    # Each system has errors of its own, and a locked keychain, a refused question and a lost bus are all the same here
    return FaultLog(None).contained("asking the keychain")


def _chain() -> Any:
    if not _may_be_there():
        return None
    with _asked():
        import keyring

        backend = keyring.get_keyring()
        chains = getattr(backend, "backends", [backend])
        return next((each for each in chains if each.priority >= LEAST_PRIORITY), None)
    return None


def _may_be_there() -> bool:
    """Whether a keychain can be found; looking for one takes 11 MB and a tenth of a second, also in vain."""
    if chosen := os.environ.get(CHOICE):
        return chosen != NONE
    # Those of Linux are all asked over the bus of the session
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    has_bus = "DBUS_SESSION_BUS_ADDRESS" in os.environ or (runtime is not None and (Path(runtime) / "bus").exists())
    return has_bus or sys.platform in ("win32", "darwin")


def _secret(found: str) -> bytes | None:
    try:
        secret = base64.b64decode(found, validate=True)
    except (binascii.Error, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None
