"""A secret locked with another (AES-256-GCM), as it stands in the file of keys."""

import secrets

from biofeedback.storage.protection.keys import DataKey

NONCE_BYTES = 12
_KEPT = "wrapping"


def sealed(wrapping: bytes, secret: bytes, bound: bytes) -> tuple[str, str]:
    """A nonce and the secret encrypted under another key, in hexadecimal."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce.hex(), AESGCM(wrapping).encrypt(nonce, secret, bound).hex()


def unsealed(wrapping: bytes, nonce: str, locked: str, bound: bytes) -> bytes | None:
    """The secret; None where it is another key, or the file was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(wrapping).decrypt(bytes.fromhex(nonce), bytes.fromhex(locked), bound)
    except InvalidTag:
        return None


def kept(key: DataKey, secret: bytes) -> str:
    """A secret that whoever has the key of the data may have too."""
    return "".join(sealed(key.derived(_KEPT), secret, _KEPT.encode()))


def unkept(key: DataKey, text: str) -> bytes | None:
    """The secret; None for none, or where it is of another key."""
    split = 2 * NONCE_BYTES
    return unsealed(key.derived(_KEPT), text[:split], text[split:], _KEPT.encode()) if text else None
