"""The log (`-wal`) beside a database: how far it goes, and whether it is whole.

SQLite takes in a log up to the first frame whose sum is wrong, and says nothing of what came after it, nor of a log
that is older than the data or belongs to others (https://sqlite.org/fileformat2.html, section 4).
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path

from biofeedback.storage.folder import NO_LINK

LARGEST = 64_000_000
"""A log that is larger is left to SQLite: it comes of writing a whole database anew."""
_HEADER, _FRAME = struct.Struct(">8I"), struct.Struct(">6I")
_N_SUMMED = 24
"""So many bytes of the header are summed up."""
_ORDERS = {0x377F0682: "<", 0x377F0683: ">"}
"""By the first word of a log, the order of bytes in which its words are summed up."""
_PAGES = frozenset(1 << n for n in range(9, 17))
_MASK = 0xFFFFFFFF
_NEWER = 1 << 20
"""The first salt counts how often the log began anew; no data are open for longer than this."""

Sums = tuple[int, int]


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
    """

    extent: Extent | None
    n_written: int = 0

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
    if len(content) < _HEADER.size:
        return Found(None)
    magic, _, page, _, *salts, first, second = _HEADER.unpack_from(content)
    order = _ORDERS.get(magic)
    if order is None or page not in _PAGES or _after((0, 0), content[:_N_SUMMED], order) != (first, second):
        return Found(None)
    sums, is_whole, n_whole, n_written = (first, second), True, 0, 0
    for number in range((len(content) - _HEADER.size) // (_FRAME.size + page)):
        at = _HEADER.size + number * (_FRAME.size + page)
        _, ends_with, *its_salts, first, second = _FRAME.unpack_from(content, at)
        if its_salts != salts:  # left over from before the log began anew, or damaged
            is_whole = False
            continue
        if is_whole:
            begins = at + _FRAME.size
            sums = _after(_after(sums, content[at : at + 8], order), content[begins : begins + page], order)
            is_whole = sums == (first, second)
        if ends_with:
            n_written = number + 1
            n_whole = n_written if is_whole else n_whole
    return Found(Extent((salts[0], salts[1]), n_whole), n_written)


def _after(before: Sums, content: bytes, order: str) -> Sums:
    """The sums after so many bytes more."""
    first, second = before
    for one, other in struct.iter_unpack(f"{order}2I", content):
        first = (first + one + second) & _MASK
        second = (second + other + first) & _MASK
    return first, second
