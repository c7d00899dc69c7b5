"""A file that only who knows its passphrase can read, and that tells who wrote it (docs/practice-file.md).

In the open stands one line that says what it is and how the key is made of the passphrase (Argon2id, RFC 9106). Then
come pieces, each encrypted for itself and for its place (AES-256-GCM; nonces after STREAM, Hoang et al. 2015, section
6), so that none can be changed, left out, moved or cut off. Inside are lines of JSON, compressed; the last one is the
signature over all before it (Ed25519, RFC 8032).
"""

import hashlib
import json
import secrets
import stat
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from biofeedback import __version__
from biofeedback.exchange.files import written_whole
from biofeedback.exchange.signing import SigningKey, is_public_key, is_signed
from biofeedback.storage.errors import StoreError
from biofeedback.storage.protection.key_file import LANES, MEMORY_KIB, PASSES
from biofeedback.storage.rows import strict_json

FORMAT, VERSION = "biofeedback sealed", 1
MOST_PASSES, MOST_MEMORY_KIB, MOST_LANES = 32, 1 << 19, 16
"""No file may ask for more work than this before it is known who wrote it."""
PIECE, TAG = 1 << 20, 16
MOST_FILE_BYTES, MOST_LINE_BYTES, MOST_BYTES = 1 << 30, 1 << 28, 1 << 33
"""Of the file, of a line in it, and of all lines."""
_MOST_HEAD_BYTES = 1 << 12
_SALT, _PREFIX, _KEY, _CHECK = 16, 7, 32, 16

Line = Mapping[str, Any]


class SealedError(StoreError):
    """A file that cannot be taken. The message says what it is, what was kept and what to do."""


@dataclass(frozen=True, slots=True)
class Head:
    """The line in the open.

    Attributes
    ----------
    kind : str
        What the file is.
    salt, check, prefix : str
        In hexadecimal: of the key, by which a wrong passphrase is told, and of the nonces.
    passes, memory_kib, lanes : int
        Of Argon2id.
    """

    kind: str
    salt: str
    passes: int
    memory_kib: int
    lanes: int
    check: str
    prefix: str

    def keys(self, passphrase: str) -> tuple[bytes, str]:
        """The key of the pieces, and the check of the passphrase, which also binds the key (no file opens with two)."""
        from argon2.low_level import Type, hash_secret_raw

        text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        made = hash_secret_raw(
            text, bytes.fromhex(self.salt), self.passes, self.memory_kib, self.lanes, _KEY + _CHECK, Type.ID
        )
        return made[:_KEY], made[_KEY:].hex()

    def line(self) -> bytes:
        told = {"format": FORMAT, "version": VERSION} | {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(told).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that its passphrase opened: its first line, then the others, the last one only where it is signed."""

    about: dict[str, Any]
    signed_by: str
    lines: Iterator[dict[str, Any]]


class Putting:
    """Takes lines and writes them as pieces."""

    def __init__(self, file: IO[bytes], head: Head, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._file, self._prefix, self._bound = file, bytes.fromhex(head.prefix), head.line()
        self._cipher = AESGCM(key)
        self._coder, self._waiting, self._n = zlib.compressobj(6), bytearray(), 0
        self.digest = hashlib.sha512()
        file.write(self._bound)

    def line(self, told: Line) -> None:
        """Write one more line."""
        content = _line(told)
        self.digest.update(content)
        self._waiting += self._coder.compress(content)
        while len(self._waiting) > PIECE:
            self._piece(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def end(self, signature: str) -> None:
        """Write the last line, the signature."""
        self._waiting += self._coder.compress(_line({"signature": signature})) + self._coder.flush()
        for begin in range(0, len(self._waiting), PIECE):
            part = bytes(self._waiting[begin : begin + PIECE])
            self._piece(part, last=begin + PIECE >= len(self._waiting))

    def _piece(self, content: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._prefix, self._n, last), content, self._bound))
        self._n += 1


@contextmanager
def sealed_file(
    path: Path, kind: str, passphrase: str, signer: SigningKey, about: Line, *, force: bool = False
) -> Iterator[Putting]:
    """A file to be written, whole or not at all.

    Parameters
    ----------
    path : Path
    kind : str
        What it is, told in the open.
    passphrase : str
    signer : SigningKey
    about : mapping
        What its first line tells.
    force : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    salt, prefix = secrets.token_hex(_SALT), secrets.token_hex(_PREFIX)
    key, check = Head(kind, salt, PASSES, MEMORY_KIB, LANES, "", prefix).keys(passphrase)
    head = Head(kind, salt, PASSES, MEMORY_KIB, LANES, check, prefix)
    with written_whole(path, force=force) as file:
        putting = Putting(file, head, key)
        putting.line({**about, "signed_by": signer.public, "program": __version__})
        yield putting
        putting.end(signer.signature(_signed(head, putting.digest.digest())))


@contextmanager
def opened_file(path: Path, kind: str, passphrase: str) -> Iterator[Opened]:
    """A file to be read; what is damaged, of another kind or of a newer version raises as it is met.

    Raises
    ------
    SealedError
        Where it cannot be taken.
    """
    try:
        found = path.stat()  # before it is opened, which waits where it is a pipe
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_FILE_BYTES:
            raise SealedError(f"{path} is no file of this program. Nothing was changed: choose another file.")
        with path.open("rb") as file:
            head = _head(path, file.readline(_MOST_HEAD_BYTES), kind)
            key, check = head.keys(passphrase)
            if check != head.check:
                raise SealedError(f"That is not the passphrase of {path}. Nothing was changed: ask who sent the file.")
            lines = _lines(path, file, head, key)
            about = next(lines, {})
            signed_by = str(about.get("signed_by"))
            if not is_public_key(signed_by):
                raise damaged(path)
            yield Opened(about, signed_by, _verified(path, lines, head, signed_by))
    except OSError as error:
        raise SealedError(f"{path} cannot be read ({error.strerror}). Nothing was changed.") from error


def damaged(path: Path, why: str = "") -> SealedError:
    """What to say of a file that is not as it was written."""
    reason = f" ({why})" if why else ""
    return SealedError(
        f"{path} is damaged or was cut off{reason}. Nothing was changed: ask for the file once more, as it was written."
    )


def _line(told: Line) -> bytes:
    return (
        json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
    )


def _nonce(prefix: bytes, n: int, last: bool) -> bytes:
    return prefix + n.to_bytes(4) + bytes([last])


def _signed(head: Head, digest: bytes) -> bytes:
    return f"{FORMAT} {VERSION} {head.kind}\n".encode() + digest


def _head(path: Path, line: bytes, kind: str) -> Head:
    other = SealedError(f"{path} is no {kind} of this program. Nothing was changed: choose another file.")
    try:
        found = json.loads(line)
        if found["format"] != FORMAT or type(found["version"]) is not int:
            raise other
        if found["version"] > VERSION:
            raise SealedError(
                f"{path} was written by a newer version of the program. Nothing was changed: bring this one up to date."
            )
        if found["kind"] != kind:
            raise SealedError(f"{path} is a {found['kind']!s:.40}, not a {kind}. Nothing was changed.")
        head = Head(**{name: found[name] for name in Head.__slots__})
        work = ((head.passes, MOST_PASSES), (head.lanes, MOST_LANES), (head.memory_kib, MOST_MEMORY_KIB))
        sizes = ((head.salt, _SALT), (head.check, _CHECK), (head.prefix, _PREFIX))
        if not all(type(value) is int and 1 <= value <= most for value, most in work):
            raise other
        if (
            not all(len(bytes.fromhex(value)) == size for value, size in sizes)
            or head.memory_kib < 8 * head.lanes
            or head.line() != line
        ):
            raise other
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise other from error
    return head


def _pieces(path: Path, file: IO[bytes], head: Head, key: bytes) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, prefix, bound, n = AESGCM(key), bytes.fromhex(head.prefix), head.line(), 0
    piece = file.read(PIECE + TAG)
    while piece:
        after = file.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(prefix, n, not after), piece, bound)
        except InvalidTag as error:
            raise damaged(path) from error
        piece, n = after, n + 1


def _lines(path: Path, file: IO[bytes], head: Head, key: bytes) -> Iterator[dict[str, Any]]:
    """All lines but the last, which comes with what it is over."""
    digest = hashlib.sha512()
    for content in _split(path, _pieces(path, file, head, key)):
        told = _told(path, content)
        if "signature" in told:
            yield {"signature": told["signature"], "digest": digest.digest()}
            continue
        digest.update(content)
        yield told


def _split(path: Path, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of what is compressed, each with its end; never more than a line and a piece are in memory."""
    waiting, n_bytes = bytearray(), 0
    for content in _decompressed(path, pieces):
        n_bytes += len(content)
        *ends, rest = content.split(b"\n")
        for part in ends:
            yield bytes(waiting) + part + b"\n"
            waiting.clear()
        waiting += rest
        if n_bytes > MOST_BYTES or len(waiting) > MOST_LINE_BYTES:
            raise SealedError(f"{path} holds more than any file of this program. Nothing was changed.")
    if waiting:
        raise damaged(path)


def _decompressed(path: Path, pieces: Iterator[bytes]) -> Iterator[bytes]:
    decoder = zlib.decompressobj()
    for piece in pieces:
        left, is_full = piece, False
        while left or is_full:
            try:
                content = decoder.decompress(left, PIECE)
            except zlib.error as error:
                raise damaged(path) from error
            left, is_full = decoder.unconsumed_tail, len(content) == PIECE
            yield content
    if not decoder.eof or decoder.unused_data:
        raise damaged(path)


def _told(path: Path, line: bytes) -> dict[str, Any]:
    try:
        told = strict_json(line)
    except ValueError as error:
        raise damaged(path) from error
    if not isinstance(told, dict):
        raise damaged(path)
    return told


def _verified(path: Path, lines: Iterator[dict[str, Any]], head: Head, signed_by: str) -> Iterator[dict[str, Any]]:
    """The lines between the first and the signature, which is checked before the end is reached."""
    for told in lines:
        if "signature" not in told:
            yield told
            continue
        if next(lines, None) is not None or not is_signed(signed_by, told["signature"], _signed(head, told["digest"])):
            raise damaged(path, "its signature is not right")
        return
    raise damaged(path)
