"""Who wrote a file: each installation has a key of its own, by which the next file of the same one is known again."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from biofeedback.storage.errors import StoreError
from biofeedback.storage.protection.kept import CHANGING, read_kept, write_kept
from biofeedback.storage.protection.keys import ALPHABET, GROUP

if TYPE_CHECKING:
    from biofeedback.storage.database import Store

KEPT = "signing_seed"
SEED_BYTES = 32
N_SIGNS = 16
"""Of a fingerprint: 80 bits, so that nobody finds another key with the same one."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key of an installation (Ed25519, RFC 8032), by its seed."""

    seed: bytes = field(repr=False)

    @property
    def public(self) -> str:
        """The public key, in hexadecimal."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw().hex()

    def signature(self, content: bytes) -> str:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(content).hex()


def is_public_key(text: str) -> bool:
    """Whether a text is as long as a public key in small hexadecimal digits, so that each key is written in one way."""
    return len(text) == 2 * SEED_BYTES and set(text) <= set("0123456789abcdef")


def is_signed(public: object, signature: object, content: bytes) -> bool:
    """Whether a key, in hexadecimal as its signature is, signed that."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(public)))
        key.verify(bytes.fromhex(str(signature)), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: str) -> str:
    """A key in a form that two people can read to each other, such as ``K3F9-2M7Q-0ABC-XYZ4``."""
    number = int.from_bytes(hashlib.sha256(bytes.fromhex(public)).digest()) >> (256 - 5 * N_SIGNS)
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(N_SIGNS)))
    return "-".join(signs[begin : begin + GROUP] for begin in range(0, N_SIGNS, GROUP))


def own_key(store: "Store") -> SigningKey:
    """The key of this installation, made when it is first asked for and kept with what the window remembers.

    Raises
    ------
    StoreError
        If it cannot be kept: then nothing is signed with it either.
    """
    with CHANGING:
        kept = read_kept(store.folder, store.protection.key)
        if (found := _seed(kept.get(KEPT))) is None:
            found = secrets.token_bytes(SEED_BYTES)
            write_kept(store.folder, kept | {KEPT: found.hex()}, store.protection.key)
            if _seed(read_kept(store.folder, store.protection.key).get(KEPT)) != found:
                raise StoreError(
                    f"The key that signs files cannot be kept in {store.folder}. Nothing was written: give yourself "
                    "the right to write there, or free some space."
                )
    return SigningKey(found)


def _seed(kept: object) -> bytes | None:
    try:
        seed = bytes.fromhex(str(kept or ""))
    except ValueError:
        return None
    return seed if len(seed) == SEED_BYTES else None
