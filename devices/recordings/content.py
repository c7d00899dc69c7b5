"""The text of a recording file: bounded, unpacked, in whatever encoding it was written."""

import codecs
import gzip
import io
import re
import stat
import zlib
from pathlib import Path

from devices.source import SourceError

MAX_FILE_BYTES = 100_000_000
MOST_LINES = 1_000_000
"""Of a recording of beats; a week has some 700,000."""
LONGEST_LINE = 5_000_000
"""Characters; a file may have all its intervals in one line."""
MOST_ECG_LINES, LONGEST_ECG_LINE = 6_000_000, 1_000
"""Of an electrocardiogram, which has a line for each of its samples; 12 hours of 130 a second are so many."""
GZIP = b"\x1f\x8b"
N_HEAD = 65_536
MOST_CONTROL = 0.02
"""Text of which more than this share is control characters is no text."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS = (
    (b"PK\x03\x04", "a workbook or an archive. Save its sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "a workbook. Save its sheet as CSV"),
    (b"%PDF", "a PDF. Export the intervals as text or CSV"),
    (b"SQLite format 3", "a database. Export the intervals as text or CSV"),
    (b"{\\rtf", "a formatted document. Save it as plain text"),
)
_SINGLE_BYTE = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "latin_1", "mac_roman"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_9", "iso8859_15", "koi8_r", "cp437", "cp850", "cp866"),
    *("shift_jis", "cp932", "euc_jp", "gb18030", "big5", "euc_kr", "cp949"),
)
"""Encodings in which digits are those of ASCII: a wrong guess among them spoils names, never numbers."""
_WIDE: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}
"""Encodings of wide characters without a mark, by which of four bytes are mostly zero."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")


def read_content(path: Path) -> bytes:
    """The bytes of a file.

    Raises
    ------
    SourceError
        If it is no file, too large, or cannot be read.
    """
    try:
        mode = path.stat()
        if stat.S_ISDIR(mode.st_mode):
            raise SourceError(f"{path} is a folder. Name a recording file in it.")
        if not stat.S_ISREG(mode.st_mode):
            raise SourceError(f"{path} is a device or a pipe, not a file. Save the recording to a file and name that.")
        if mode.st_size > MAX_FILE_BYTES:
            raise _too_large(path)
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise SourceError(f"There is no file {path}. Check the name and the folder.") from None
    except ValueError:  # a name with a null character
        raise SourceError(f"{str(path)!r} is no name of a file. Check the name and the folder.") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    return content


def unpacked(path: Path, content: bytes) -> bytes:
    """The content, or what is packed in it with gzip.

    Raises
    ------
    SourceError
        If it is damaged or too large.
    """
    if len(content) > MAX_FILE_BYTES:
        raise _too_large(path)
    if not content.startswith(GZIP):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            whole = file.read(N_HEAD)
            if whole.count(0) == len(whole) > 0:
                raise _no_text(path)  # what may go on as nothing for gigabytes
            whole += file.read(MAX_FILE_BYTES + 1 - len(whole))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"{path} is damaged: it cannot be unpacked.") from error
    if len(whole) > MAX_FILE_BYTES:
        raise _too_large(path)
    return whole


def decoded(path: Path, content: bytes) -> tuple[str, str]:
    """The text with plain line ends, and the name of its encoding.

    Raises
    ------
    SourceError
        If it is no text.
    """
    for magic, words in _OTHERS:
        if content.startswith(magic):
            raise SourceError(f"{path} is {words}, and name that file.")
    if content[8:12] == b".FIT":
        raise SourceError(f"{path} is a FIT file, which cannot be read here. Export its RR intervals as CSV.")
    encoding = _encoding(path, content.rstrip(b"\0"))
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")  # the cells that it spoils are told
    text = text.lstrip("\ufeff").rstrip("\0")  # a crash leaves a tail of zeros
    head = text[:N_HEAD]
    if len(_CONTROL.findall(head)) > MOST_CONTROL * len(head):
        raise _no_text(path)
    return text.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n"), encoding


def check_lines(path: Path, text: str, most: int = MOST_LINES, longest: int = LONGEST_LINE) -> None:
    """Refuse a text that has more lines, or a longer one, than a recording of beats or what else it is.

    Raises
    ------
    SourceError
        If it is so; before anything that costs memory is made of it.
    """
    if text.count("\n") > most:
        raise _too_large(path)
    begin = 0
    while begin + longest < len(text):
        end = text.rfind("\n", begin, begin + longest + 1)
        if end < 0:
            raise _too_large(path)
        begin = end + 1


def _encoding(path: Path, content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    head = content[: N_HEAD - N_HEAD % 4]
    if head.count(0) > len(head) // 5:
        # Text in two or four bytes a character, most of them zeros that stand at fixed places
        shares = [head[i::4].count(0) / max(1, len(head[i::4])) for i in range(4)]
        wide = _WIDE.get(tuple(share > 0.5 for share in shares))
        if wide is None:
            raise _no_text(path)
        return wide
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _guess(path, content, error.start)
    return "utf-8"


def _guess(path: Path, content: bytes, at: int) -> str:
    """The most likely encoding of text that is not UTF-8 from a byte on."""
    from charset_normalizer import from_bytes  # needed for few files

    around = content[max(0, at - N_HEAD // 4) : at + N_HEAD // 4]
    if len(_CONTROL.findall(around.decode("latin_1"))) > MOST_CONTROL * len(around):
        raise _no_text(path)
    best = from_bytes(around, cp_isolation=list(_SINGLE_BYTE)).best()
    if best is None:
        raise _no_text(path)
    return best.encoding


def _too_large(path: Path) -> SourceError:
    return SourceError(f"{path} is too large for a recording of heartbeats.")


def _no_text(path: Path) -> SourceError:
    return SourceError(f"{path} is not a text file. A recording is text with RR intervals in milliseconds.")
