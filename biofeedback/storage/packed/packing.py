"""Rows of a session that is over, packed column by column: a fifth of their size, and each comes back to the bit.

What is packed begins with a version and the length of a head, which is JSON and names for each table the number of its
rows and for each of its columns the chunks with its values. A chunk is kept once however many columns have it, as the
times of the beats do in two tables. Numbers lie as they are, or byte by byte, all first bytes first, or so and each
XORed with the one before, or as the steps from the bits of each to those of the next, which count how many numbers lie
between the two: whichever is smallest.
"""

import json
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import REAL, Column, Integer, LargeBinary, Table

from biofeedback.storage.packed.rice import unzigzag, zigzag

_VERSION = 2
_KNOWN = (1, _VERSION)
"""The first version knew no steps."""
_HEAD = struct.Struct("<BI")
_FILTERS = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20, "lc": 0, "lp": 3, "pb": 3}]
_LZMA_MOST_BYTES = 1 << 18
"""Longer chunks, as of a day, are left to the quicker coder."""
_PLAIN, _TURNED, _CHANGES, _STEPS = "plain", "turned", "changes", "steps"
_ZLIB, _LZMA = "zlib", "lzma"

Rows = list[tuple[Any, ...]]
"""Values in the order of the table's columns."""


def pack_rows(tables: Mapping[Table, Rows]) -> bytes:
    """Pack the rows of some tables.

    Parameters
    ----------
    tables : mapping
        To each table its rows, without the column `session`.

    Returns
    -------
    bytes
    """
    chunks = _Chunks()
    head: dict[str, Any] = {}
    for table, found in tables.items():
        values = list(zip(*found, strict=True)) if found else [()] * len(columns_of(table))
        head[table.name] = {
            "n": len(found),
            "columns": {c.name: _coded(c, each, chunks) for c, each in zip(columns_of(table), values, strict=True)},
        }
    told = json.dumps({"tables": head, "chunks": chunks.told}, separators=(",", ":")).encode()
    packed_head = zlib.compress(told, 9)
    return _HEAD.pack(_VERSION, len(packed_head)) + packed_head + b"".join(chunks.packed)


def unpack_rows(packed: bytes, table: Table) -> Rows:
    """The rows of a table.

    Columns that were added to the table later are None.

    Raises
    ------
    ValueError
        If what is packed is damaged, or comes from a newer version.
    """
    try:
        version, n_head = _HEAD.unpack_from(packed)
        if version not in _KNOWN:
            raise ValueError(f"packed rows of unknown version {version}")
        head = json.loads(zlib.decompress(packed[_HEAD.size : _HEAD.size + n_head]))
        told = head["tables"].get(table.name)
        if told is None or told["n"] == 0:
            return []
        chunks = _Unpacked(packed, _HEAD.size + n_head, head["chunks"])
        values = [
            _decoded(c, told["columns"][c.name], chunks, told["n"]) if c.name in told["columns"] else [None] * told["n"]
            for c in columns_of(table)
        ]
    except (struct.error, zlib.error, lzma.LZMAError, KeyError, IndexError) as error:
        raise ValueError(f"packed rows are damaged ({error})") from error
    return list(zip(*values, strict=True))


def columns_of(table: Table) -> list[Column[Any]]:
    """The columns that are packed: all but the session, which is the same for all."""
    return [column for column in table.columns if column.name != "session"]


class _Chunks:
    """Chunks as they are packed, each once."""

    def __init__(self) -> None:
        self.packed: list[bytes] = []
        self.told: list[tuple[str, str, int]] = []
        self._known: dict[tuple[bytes, bool], int] = {}
        self._numbers: list[tuple[int, NDArray[np.uint64]]] = []

    def add(self, content: bytes, *, numbers: bool = False) -> int:
        """The number of a chunk; `numbers` of 8 bytes each are turned and their changes tried."""
        number = self._known.get((content, numbers))
        if number is not None:
            return number
        ways = {_PLAIN: content}
        if numbers and content:
            ways |= {_TURNED: _turned(content), _CHANGES: _turned(_changes(content)), _STEPS: _steps(content)}
        coders: dict[str, Callable[[bytes], bytes]] = {_ZLIB: lambda each: zlib.compress(each, 6)}
        if len(content) <= _LZMA_MOST_BYTES:
            coders[_LZMA] = lambda each: lzma.compress(each, lzma.FORMAT_RAW, filters=_FILTERS)
        tried = ((way, coder, code(each)) for way, each in ways.items() for coder, code in coders.items())
        way, coder, packed = min(tried, key=lambda each: len(each[2]))
        self.packed.append(packed)
        self.told.append((way, coder, len(packed)))
        self._known[content, numbers] = len(self.packed) - 1
        return len(self.packed) - 1

    def add_numbers(self, values: NDArray[Any], absent: Sequence[bool]) -> int:
        """The number of a chunk with these values of 8 bytes; those that are absent may be any.

        So a score that is the smoothness where there is a score is not kept a second time.
        """
        words, there = values.view(np.uint64), ~np.array(absent, bool)
        for number, known in self._numbers:
            if len(known) == len(words) and np.array_equal(known[there], words[there]):
                return number
        number = self.add(values.tobytes(), numbers=True)
        self._numbers.append((number, words))
        return number


class _Unpacked:
    """Chunks as they were packed; each is unpacked where it is wanted."""

    def __init__(self, packed: bytes, begin: int, told: Sequence[tuple[str, str, int]]) -> None:
        ends = begin + np.cumsum([size for _, _, size in told]).astype(int)
        if told and ends[-1] != len(packed):
            raise ValueError("packed rows are cut short")
        self._parts = [packed[end - size : end] for end, (_, _, size) in zip(ends, told, strict=True)]
        self._told = told

    def __getitem__(self, number: int) -> bytes:
        way, coder, _ = self._told[number]
        content = (
            zlib.decompress(self._parts[number])
            if coder == _ZLIB
            else lzma.decompress(self._parts[number], lzma.FORMAT_RAW, filters=_FILTERS)
        )
        if way == _PLAIN:
            return content
        if way == _STEPS:
            return unzigzag(np.frombuffer(content, "<u8")).cumsum().astype("<i8").tobytes()
        rows = np.frombuffer(content, np.uint8).reshape(8, -1).T
        words = np.ascontiguousarray(rows).view("<u8").ravel()
        return (np.bitwise_xor.accumulate(words) if way == _CHANGES else words).tobytes()


def _turned(content: bytes) -> bytes:
    """All first bytes, then all second ones..."""
    return np.frombuffer(content, np.uint8).reshape(-1, 8).T.tobytes()


def _changes(content: bytes) -> bytes:
    words = np.frombuffer(content, "<u8").copy()
    words[1:] ^= words[:-1].copy()
    return words.tobytes()


def _steps(content: bytes) -> bytes:
    return zigzag(np.diff(np.frombuffer(content, "<i8"), prepend=np.int64(0))).astype("<u8").tobytes()


def _coded(column: Column[Any], values: Sequence[Any], chunks: _Chunks) -> dict[str, int]:
    """The chunks of a column, by what they hold."""
    absent = [value is None for value in values]
    told = {"absent": chunks.add(np.packbits(absent).tobytes())} if any(absent) else {}
    match column.type:
        case REAL():
            there = np.array([0.0 if value is None else value for value in values], "<f8")
            return told | {"numbers": chunks.add_numbers(there, absent)}
        case Integer():
            whole = np.array([0 if value is None else value for value in values], "<i8")
            return told | {"numbers": chunks.add_numbers(whole, absent)}
        case LargeBinary():
            there_bytes = [value or b"" for value in values]
            sizes = np.array([len(value) for value in there_bytes], "<i8")
            return told | {
                "sizes": chunks.add(sizes.tobytes(), numbers=True),
                "bytes": chunks.add(b"".join(there_bytes)),
            }
        case _:
            words = {value: n for n, value in enumerate(dict.fromkeys(value or "" for value in values))}
            which = np.array([words[value or ""] for value in values], "<i8")
            return told | {
                "words": chunks.add(json.dumps(list(words), ensure_ascii=False).encode()),
                "which": chunks.add(which.tobytes(), numbers=True),
            }


def _decoded(column: Column[Any], told: Mapping[str, int], chunks: _Unpacked, n: int) -> list[Any]:
    values = list(_values(column, told, chunks))
    if "absent" in told:
        absent: NDArray[np.uint8] = np.unpackbits(np.frombuffer(chunks[told["absent"]], np.uint8), count=n)
        return [None if is_absent else value for value, is_absent in zip(values, absent.tolist(), strict=True)]
    return values


def _values(column: Column[Any], told: Mapping[str, int], chunks: _Unpacked) -> Iterator[Any]:
    match column.type:
        case REAL():
            yield from np.frombuffer(chunks[told["numbers"]], "<f8").tolist()
        case Integer():
            yield from np.frombuffer(chunks[told["numbers"]], "<i8").tolist()
        case LargeBinary():
            content, at = chunks[told["bytes"]], 0
            for size in np.frombuffer(chunks[told["sizes"]], "<i8").tolist():
                yield content[at : at + size]
                at += size
        case _:
            words = json.loads(chunks[told["words"]])
            for which in np.frombuffer(chunks[told["which"]], "<i8").tolist():
                yield words[which]
