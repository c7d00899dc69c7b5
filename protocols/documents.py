"""Text files that people may write: opened, taken apart, and what is wrong with them told line by line."""

import contextlib
import functools
import re
import tomllib
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from protocols.positions import deep_key_line, key_lines, unfinished_line
from protocols.tables import Fault, Reader

LONGEST_FILE = 300_000
"""Characters; the longest file of the program has some 10,000."""
DEEPEST_KEY = 20
"""Parts of a key; a file needs two. The work of a long one grows with its square."""
MOST_TOLD, LONGEST_REASON = 50, 1_000
"""Faults that are told at once, and characters of one: what is spoilt as a whole is not read to its end."""
CURLY_QUOTES = "\u201c\u201d\u201e\u201f\u2018\u2019\u00ab\u00bb"


class Named(Protocol):
    """What a file holds: it has an id, and a title for people."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


Kept = TypeVar("Kept", bound=Named)


class DocumentError(Exception):
    """A text file is not to be had, or has faults; each kind of file has an error of its own.

    Attributes
    ----------
    faults : tuple of Fault
    """

    kind: ClassVar[str] = "a text file"
    """What the file should hold, as the messages call it."""
    suffix: ClassVar[str] = ".toml"
    """How its name ends."""

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


Refused = TypeVar("Refused", bound=DocumentError)


def opened(text: str, name: str, error: type[DocumentError]) -> Reader:
    """The table of a file, to be read value by value; `name` stands in the messages.

    Raises
    ------
    DocumentError
        Of the kind that is given, if it is no TOML.
    """
    check_length(text, name, error)
    if line := deep_key_line(text, DEEPEST_KEY):
        raise told(name, [Fault(line, f"a key has more than {DEEPEST_KEY} parts")], error)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise told(name, [_not_toml(text, str(reason))], error) from reason
    except ValueError as reason:  # the language refuses to read numbers of thousands of digits
        raise told(name, [Fault(_longest_line(text), "a number has too many digits")], error) from reason
    except RecursionError as reason:
        raise told(name, [Fault(_longest_line(text), "too many brackets inside each other")], error) from reason
    return Reader(table, "", functools.cache(lambda: key_lines(text)))


def check_length(text: str, name: str, error: type[DocumentError]) -> None:
    """Refuse a text that is far too long.

    Raises
    ------
    DocumentError
        Of the kind that is given.
    """
    if len(text) > LONGEST_FILE:
        raise error(f"{name} is far too long for {error.kind}: more than {LONGEST_FILE} characters.")


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
        raise told(name, reader.faults, error)


def read_text(path: Path, error: type[DocumentError]) -> str:
    """The text of a file.

    Raises
    ------
    DocumentError
        Of the kind that is given, if it cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            raise error(f"{path} cannot be read: it is no file. Name a {error.suffix} file.")
        with path.open(encoding="utf-8-sig") as file:
            return file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise error(f"There is no file {path}. Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise error(f"{path} is not a text file in UTF-8.") from None
    except OSError as reason:
        raise error(f"{path} cannot be read: {reason.strerror}.") from reason


def with_own(
    library: Iterable[Kept],
    folder: Path | None,
    what: str,
    read: Callable[[Path], Kept],
    beside: str = "",
    suffix: str = ".toml",
) -> tuple[list[Kept], list[str]]:
    """What comes with the program, and a person's own files; one of these with the same id takes its place.

    Parameters
    ----------
    library : iterable
    folder : Path or None
        Of the own files; hidden files are not meant.
    what : str
        What they are, as the messages call them.
    read : callable
        Reads and checks a file.
    beside : str
        Name of a file in the folder that is something else.
    suffix : str
        How the names of the files end.

    Returns
    -------
    list, list of str
        And why files are left out, a line for each fault.
    """
    shelf = {each.id: each for each in library}
    taken: dict[str, Path] = {}
    paths, faults = _own_files(folder, what, suffix) if folder else ([], [])
    for path in paths:
        if path.name == beside:
            continue
        try:
            own = read(path)
        except DocumentError as error:
            faults += str(error).splitlines()
            continue
        if own.id in taken:
            faults.append(f"{path} is left out: {taken[own.id].name} has the id '{own.id}' too.")
        else:
            shelf[own.id], taken[own.id] = own, path
    return list(shelf.values()), faults


def find(name: str, shelf: Iterable[Kept], what: str, read: Callable[[Path], Kept], error: type[DocumentError]) -> Kept:
    """One of several by its id, or by the path of its file.

    Raises
    ------
    DocumentError
        Of the kind that is given, if there is none, or its file has faults.
    """
    known = {each.id: each for each in shelf}
    if name in known:
        return known[name]
    with contextlib.suppress(OSError, RuntimeError):  # a name too long for a file, or a home folder that is none
        path = Path(name).expanduser()
        if path.suffix == error.suffix or path.is_file():
            return read(path)
    named = {ident: ident for ident in known} | {each.title.lower(): each.id for each in known.values()}
    near = get_close_matches(name.lower(), named, 1)
    meant = f"Did you mean '{named[near[0]]}'? " if near else ""
    raise error(
        f"There is no {what} '{name}'. {meant}Choose one of: {', '.join(known)}, or name a {error.suffix} file."
    )


def _own_files(folder: Path, what: str, suffix: str) -> tuple[list[Path], list[str]]:
    try:
        return sorted(p for p in folder.iterdir() if p.suffix == suffix and not p.name.startswith(".")), []
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except OSError as reason:
        return [], [f"Your own {what} in {folder} cannot be read: {reason.strerror}."]


def told(name: str, faults: Iterable[Fault], error: type[Refused]) -> Refused:
    """The error that tells faults of the file that is called `name`, from its first line to its last."""
    faults = tuple(sorted(faults, key=lambda fault: fault.line))
    lines = [f"{name}, line {fault.line}: {_shortened(fault.reason)}" for fault in faults[:MOST_TOLD]]
    if len(faults) > MOST_TOLD:
        lines.append(f"{name}: {len(faults) - MOST_TOLD} more faults. Mend these first.")
    return error("\n".join(lines), faults)


def _shortened(reason: str) -> str:
    return reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON]} ..."


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
