"""The log (`-wal`) beside a database: whether it is the one that was written, and whole.

SQLite takes in a log up to the first frame whose sum is wrong, and says nothing of what came after it, nor of a log
that is older than the data or belongs to others (https://sqlite.org/fileformat2.html, section 4). So whoever writes
notes how far the log goes, and who opens the data next compares. The sum of a frame is linear in its words modulo 2^32:
one bit that changed on the disk is found by what it did to the sum, and put right.
"""

import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from biofeedback.storage.folder import NO_LINK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 64_000_000
"""A log that is larger is left to SQLite: it comes of writing a whole database anew."""
MOST_MENDED = 8
"""Bits; a disk that changed more is not to be trusted with the rest, and a file made to do harm costs no more."""
_HEADER, _FRAME = struct.Struct(">8I"), struct.Struct(">6I")
_FORMS = {"<u4": 0x377F0682, ">u4": 0x377F0683}
_VERSION = 3007000
_PAGES = frozenset(1 << n for n in range(9, 17))
_MASK = 0xFFFFFFFF
_NEWER = 1 << 20
"""The first salt counts how often the log began anew; no data are open for longer than this."""

Sums = tuple[int, int]
if TYPE_CHECKING:
    Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a log goes.

    Attributes
    ----------
    salts : tuple of int
        They tell a log from every other, also from the same file once it began anew.
    n_frames : int
        Up to the last one that ends a transaction.
    """

    salts: Sums
    n_frames: int

    def goes_on_from(self, earlier: "Extent") -> bool:
        """Whether this log began anew after that one, all of which is in the database then."""
        return 0 < (self.salts[0] - earlier.salts[0]) & _MASK < _NEWER

    def line(self) -> str:
        return f"{self.salts[0]} {self.salts[1]} {self.n_frames}"

    @classmethod
    def of_line(cls, line: str) -> "Extent | None":
        """None where the line tells nothing."""
        try:
            first, second, n_frames = (int(word) for word in line.split())
        except ValueError:
            return None
        return cls((first, second), n_frames)


@dataclass(frozen=True, slots=True)
class Found:
    """What a log holds.

    Attributes
    ----------
    extent : Extent or None
        What SQLite will take in; None where it is no log, or an empty one.
    n_written : int
        Up to the last frame of this log that ends a transaction, though what stands before it may be damaged.
    mended : dict
        Bytes to be put in the place of those that changed on the disk, by where they stand.
    """

    extent: Extent | None
    n_written: int = 0
    mended: dict[int, bytes] = field(default_factory=dict)

    def falls_short_of(self, noted: Extent | None) -> bool:
        """Whether something was written that SQLite will not take in: of this log, or all of that which was noted."""
        if self.extent is None:
            return noted is not None and noted.n_frames > 0
        n_due = noted.n_frames if noted is not None and noted.salts == self.extent.salts else 0
        return self.extent.n_frames < max(n_due, self.n_written)


def written_extent(log: Path, before: Extent | None) -> Extent | None:
    """How far the log of an open database goes, of which it is known how far it went before.

    It is read from the log alone: closing any other of the files would take the locks of SQLite on it away.
    """
    try:
        with os.fdopen(os.open(log, os.O_RDONLY | NO_LINK | getattr(os, "O_BINARY", 0)), "rb", 0) as file:
            head = file.read(_HEADER.size)
            if len(head) < _HEADER.size:
                return before and Extent(before.salts, 0)
            _, _, page, _, *found, _, _ = _HEADER.unpack(head)
            salts, ends = (found[0], found[1]), 0
            number = ends = before.n_frames if before and before.salts == salts else 0
            while True:
                file.seek(_HEADER.size + number * (_FRAME.size + page))
                if len(frame := file.read(_FRAME.size)) < _FRAME.size:
                    break
                _, ends_with, *its_salts, _, _ = _FRAME.unpack(frame)
                if its_salts != found:
                    break
                number += 1
                ends = number if ends_with else ends
    except OSError:
        return None
    return Extent(salts, ends)


def look_through(log: Path) -> Found | None:
    """What a log holds; None where it cannot be told.

    Asked only while nobody has the data open.
    """
    try:
        if log.stat().st_size > LARGEST:
            return None
        content = log.read_bytes()
    except OSError:
        return None
    for form in _FORMS:
        if (found := _Log(content, form).found()) is not None:
            return found
    return Found(None)


def mend(log: Path, mended: dict[int, bytes]) -> None:
    """Put bytes in the place of those that changed on the disk.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with os.fdopen(os.open(log, os.O_RDWR | NO_LINK | getattr(os, "O_BINARY", 0)), "r+b") as file:
        for at, content in mended.items():
            file.seek(at)
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


class _Log:
    """A log of which the words of sums have one order of bytes. Its pieces are the header, -1, and frames from 0 on."""

    def __init__(self, content: bytes, form: str) -> None:
        self._content, self._form = bytearray(content), form
        self._mended: dict[int, bytes] = {}
        self._page = self._n_frames = 0
        self._until = 0
        """The frame that has to be there for what was put right before to be right."""

    def found(self) -> Found | None:
        """None where the header is none, or is of the other order of bytes."""
        if len(self._content) < _HEADER.size or (sums := self._checked(-1, (0, 0))) is None:
            return None
        magic, _, self._page, _, *salts, _, _ = _HEADER.unpack_from(self._content)
        if magic != _FORMS[self._form] or self._page not in _PAGES:
            return None
        ends, written, mended = 0, 0, dict(self._mended)
        self._n_frames = (len(self._content) - _HEADER.size) // (_FRAME.size + self._page)
        for number in range(self._n_frames):
            sums = sums and self._checked(number, sums, salts)
            _, ends_with, *its_salts, _, _ = _FRAME.unpack_from(self._content, self._place(number))
            if ends_with and its_salts == salts:
                written = number + 1
                if sums and number >= self._until:
                    ends, mended = written, dict(self._mended)
        return Found(Extent((salts[0], salts[1]), ends), written, mended)

    def _checked(self, number: int, before: Sums, salts: list[int] | None = None) -> Sums | None:
        """The sum up to and with a piece, one bit of which is put right; None where more of it is wrong."""
        at = self._place(number)
        if salts is not None and (its := list(struct.unpack_from(">2I", self._content, at + 8))) != salts:
            if _n_bits(its, salts) != 1:
                return None  # left over from before the log began anew
            self._put(at + 8, struct.pack(">2I", *salts))
        if len(self._mended) > MOST_MENDED:
            return None
        words, told = self._words(number), self._told(number)
        sums = _after(before, words)
        if sums == told:
            return told
        if _n_bits(sums, told) == 1:  # in the sum or in the last word: the next frame tells
            if not self._is_whole(number + 1):
                return None
            if _after(sums, self._words(number + 1)) == self._told(number + 1):
                self._put(at + (24 if number < 0 else 16), struct.pack(">2I", *sums))
                return sums
        if (chosen := self._chosen(number, _of_one_bit(words, sums, told))) is None:
            return None
        word, value = chosen
        gap = 16 if number >= 0 and word > 1 else 0  # between its own words and its page stand salts and sum
        self._put(at + 4 * word + gap, self._bytes(value))
        return told

    def _chosen(self, number: int, might_be: list[tuple[int, int]]) -> tuple[int, int] | None:
        """Which word it was. High bits of many words do the same to the sums."""
        if number < 0:
            might_be = [each for each in might_be if self._is_header_with(*each)]
        elif len(might_be) > 1 and all(word > 1 for word, _ in might_be):
            again = self._comes_again(number)  # then nobody reads what stands here
            self._until, might_be = max(self._until, again), might_be[:1] if again else []
        return might_be[0] if len(might_be) == 1 else None

    def _is_header_with(self, word: int, value: int) -> bool:
        head = self._content[: _HEADER.size]
        head[4 * word : 4 * word + 4] = self._bytes(value)
        magic, version, page, *_ = _HEADER.unpack(head)
        known = (magic, version) == (_FORMS[self._form], _VERSION) and page in _PAGES
        return known and head[16:24] == self._content[_HEADER.size + 8 : _HEADER.size + 16]

    def _comes_again(self, number: int) -> int:
        """The next frame with the same page; 0 for none."""
        here = self._page_of(number)
        return next((later for later in range(number + 1, self._n_frames) if self._page_of(later) == here), 0)

    def _page_of(self, number: int) -> bytes:
        at = self._place(number)
        return bytes(self._content[at : at + 4])

    def _bytes(self, value: int) -> bytes:
        return value.to_bytes(4, "little" if self._form == "<u4" else "big")

    def _place(self, number: int) -> int:
        return 0 if number < 0 else _HEADER.size + number * (_FRAME.size + self._page)

    def _is_whole(self, number: int) -> bool:
        self._page = self._page or int.from_bytes(self._content[8:12])
        return self._page in _PAGES and self._place(number + 1) <= len(self._content)

    def _told(self, number: int) -> Sums:
        first, second = struct.unpack_from(">2I", self._content, self._place(number) + (24 if number < 0 else 16))
        return first, second

    def _words(self, number: int) -> "Words":
        import numpy as np  # only where a log was left

        at = self._place(number)
        if number < 0:
            return np.frombuffer(bytes(self._content[:24]), self._form)
        content = self._content[at : at + 8] + self._content[at + _FRAME.size : at + _FRAME.size + self._page]
        return np.frombuffer(bytes(content), self._form)

    def _put(self, at: int, content: bytes) -> None:
        self._content[at : at + len(content)] = content
        self._mended[at] = content


def _n_bits(some: Iterable[int], others: Iterable[int]) -> int:
    return sum((one ^ other).bit_count() for one, other in zip(some, others, strict=True))


@cache
def _weights(n_words: int) -> "tuple[NDArray[np.uint64], NDArray[np.uint64]]":
    """What each word adds to both sums, shape (2, n_words), and what becomes of the sums before, shape (2, 2)."""
    import numpy as np

    step = np.array([[1, 1], [1, 2]], np.uint64)
    weights = np.empty((2, n_words), np.uint64)
    now, mask = np.eye(2, dtype=np.uint64), np.uint64(_MASK)
    for at in range(n_words - 2, -1, -2):
        weights[:, at : at + 2] = (now @ np.array([[1, 0], [1, 1]], np.uint64)) & mask
        now = (now @ step) & mask
    return weights, now


def _after(before: Sums, words: "Words") -> Sums:
    """The sums after so many words more."""
    import numpy as np

    weights, power = _weights(len(words))
    first, second = (power @ np.array(before, np.uint64) + weights @ words.astype(np.uint64)).tolist()
    return first & _MASK, second & _MASK


def _of_one_bit(words: "Words", sums: Sums, told: Sums) -> list[tuple[int, int]]:
    """The words, each with its value, of which one bit makes the sums those that are told."""
    import numpy as np

    weights, _ = _weights(len(words))
    due = np.array([[(there - here) & _MASK] for here, there in zip(sums, told, strict=True)], np.uint64)
    found = []
    for bit, sign in product(range(32), (1, -1)):
        made = (weights * np.uint64((sign << bit) & _MASK)) & np.uint64(_MASK)
        for word in np.flatnonzero((made == due).all(axis=0)).tolist():
            value = int(words[word])
            if bool(value >> bit & 1) is (sign < 0):
                found.append((word, value ^ (1 << bit)))
    return found
