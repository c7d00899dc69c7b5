"""The key of the data, and the recovery key on paper: the same, until the data get another key."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

IDENT_BYTES, SECRET_BYTES, CHECK_BYTES = 16, 32, 3
GROUP = 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which are taken for other signs."""
_MISREAD = str.maketrans("ILO", "110")
_N_SIGNS = (SECRET_BYTES + CHECK_BYTES) * 8 // 5


@dataclass(frozen=True, slots=True)
class DataKey:
    """What the data are encrypted with.

    Attributes
    ----------
    ident : bytes
        Which data it is for; no secret. SQLCipher writes it as salt at the head of the file, where it can be read
        without a key: so the right key is found again though the file of keys is lost.
    secret : bytes
        256 random bits. It is given to SQLCipher as it is: opening a connection derives nothing.
    """

    ident: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "DataKey":
        return cls(secrets.token_bytes(IDENT_BYTES), secrets.token_bytes(SECRET_BYTES))

    @property
    def spelled(self) -> str:
        """As SQLCipher takes a raw key with its salt."""
        return f"x'{self.secret.hex()}{self.ident.hex()}'"

    def derived(self, purpose: str) -> bytes:
        """Another key of 256 bits, from which this one cannot be found (RFC 5869, section 2.3, one block)."""
        return hmac.digest(self.secret, self.ident + purpose.encode() + b"\x01", "sha256")

    @property
    def check(self) -> str:
        """By which the right key is told from a wrong one without the data."""
        return self.derived("check")[:8].hex()

    @property
    def recovery(self) -> str:
        """The recovery key of data that have had no other key: it opens them where every other file is lost."""
        return on_paper(self.secret)


def on_paper(secret: bytes) -> str:
    """A secret and a check sum, in groups of letters and digits that are not misread."""
    number = int.from_bytes(secret + _check_sum(secret))
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(_N_SIGNS)))
    return "-".join(signs[begin : begin + GROUP] for begin in range(0, _N_SIGNS, GROUP))


def recovery_wrapping(secret: bytes) -> bytes:
    """With what a recovery key locks the key of the data; the recovery key cannot be found from it."""
    return hmac.digest(secret, b"recovery lock\x01", "sha256")


def recovered(text: str) -> bytes | None:
    """The secret of a recovery key, however its groups are typed; None where it is none, or is mistyped."""
    if not seems_recovery(text):
        return None
    number = 0
    for sign in _signs(text):
        number = number << 5 | ALPHABET.index(sign)
    content = number.to_bytes(SECRET_BYTES + CHECK_BYTES)
    secret, check = content[:SECRET_BYTES], content[SECRET_BYTES:]
    return secret if hmac.compare_digest(check, _check_sum(secret)) else None


def seems_recovery(text: str) -> bool:
    """Whether a text is as long as a recovery key and made of its signs."""
    signs = _signs(text)
    return len(signs) == _N_SIGNS and set(signs) <= set(ALPHABET)


def _signs(text: str) -> str:
    return "".join(text.upper().replace("-", " ").split()).translate(_MISREAD)


def _check_sum(secret: bytes) -> bytes:
    return hashlib.sha256(b"recovery" + secret).digest()[:CHECK_BYTES]
