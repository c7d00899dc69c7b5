"""Text files in TOML: opened, taken apart, and what is wrong with them told line by line."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from protocols.positions import deep_key_line, key_lines, unfinished_line
from protocols.tables import Fault, Reader

LONGEST_FILE = 300_000
"""Characters; the longest file of the program has some 10,000."""
DEEPEST_KEY = 20
"""Parts of a key; a file needs two. The work of a long one grows with its square."""
CURLY_QUOTES = "\u201c\u201d\u201e\u201f\u2018\u2019\u00ab\u00bb"


class DocumentError(Exception):
    """A text file is not to be had, or has faults; each kind of file has an error of its own.

    Attributes
    ----------
    faults : tuple of Fault
    """

    kind: ClassVar[str] = "a text file"
    """What the file should hold, as the messages call it."""

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


def opened(text: str, name: str, error: type[DocumentError]) -> Reader:
    """The table of a file, to be read value by value; `name` stands in the messages.

    Raises
    ------
    DocumentError
        Of the kind that is given, if it is no TOML.
    """
    if len(text) > LONGEST_FILE:
        raise error(f"{name} is far too long for {error.kind}: more than {LONGEST_FILE} characters.")
    if line := deep_key_line(text, DEEPEST_KEY):
        raise _told(name, [Fault(line, f"a key has more than {DEEPEST_KEY} parts")], error)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise _told(name, [_not_toml(text, str(reason))], error) from reason
    except ValueError as reason:  # the language refuses to read numbers of thousands of digits
        raise _told(name, [Fault(_longest_line(text), "a number has too many digits")], error) from reason
    except RecursionError as reason:
        raise _told(name, [Fault(_longest_line(text), "too many brackets inside each other")], error) from reason
    return Reader(table, "", key_lines(text))


def check_format(reader: Reader, latest: int) -> None:
    """A file of a later format than the program knows is a fault."""
    if reader.whole("format", 1, 1000) > latest:
        reader.fault("format", f"this file is of a later format than {latest}; a newer program can read it")


def finish(reader: Reader, name: str, error: type[DocumentError]) -> None:
    """Tell all the faults that were noted, in the order of their lines.

    Raises
    ------
    DocumentError
        Of the kind that is given, if there are any.
    """
    if reader.faults:
        raise _told(name, sorted(reader.faults, key=lambda fault: fault.line), error)


def read_text(path: Path, error: type[DocumentError]) -> str:
    """The text of a file.

    Raises
    ------
    DocumentError
        Of the kind that is given, if it cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            raise error(f"{path} cannot be read: it is no file. Name a .toml file.")
        with path.open(encoding="utf-8-sig") as file:
            return file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise error(f"There is no file {path}. Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise error(f"{path} is not a text file in UTF-8.") from None
    except OSError as reason:
        raise error(f"{path} cannot be read: {reason.strerror}.") from reason


def own_files(folder: Path, what: str) -> tuple[list[Path], list[str]]:
    """A person's own files in a folder, and why there are none; hidden files are not meant."""
    try:
        return sorted(p for p in folder.iterdir() if p.suffix == ".toml" and not p.name.startswith(".")), []
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except OSError as reason:
        return [], [f"Your own {what} in {folder} cannot be read: {reason.strerror}."]


def _told(name: str, faults: Iterable[Fault], error: type[DocumentError]) -> DocumentError:
    faults = tuple(faults)
    return error("\n".join(f"{name}, line {fault.line}: {fault.reason}" for fault in faults), faults)


def _not_toml(text: str, reason: str) -> Fault:
    found = re.search(r"at line (\d+)", reason)
    line = int(found[1]) if found else unfinished_line(text)
    written = text.split("\n")[line - 1]
    if any(quote in written for quote in CURLY_QUOTES):
        return Fault(line, f'not TOML: text stands in straight quotes, "like this" ({reason})')
    return Fault(line, f"not TOML: {reason}")


def _longest_line(text: str) -> int:
    """What is far too long stands here."""
    lines = text.split("\n")
    return 1 + max(range(len(lines)), key=lambda i: len(lines[i]))
