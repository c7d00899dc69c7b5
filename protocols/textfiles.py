"""Text files that people may write: read with care, and every fault told with its line."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from protocols.positions import deep_key_line, unfinished_line
from protocols.tables import Fault

LONGEST_FILE = 300_000
"""Characters; the longest exercise of the library has some 10,000."""
DEEPEST_KEY = 20
"""Parts of a key; an exercise needs two. The work of a long one grows with its square."""
CURLY_QUOTES = "\u201c\u201d\u201e\u201f\u2018\u2019\u00ab\u00bb"


class FileError(Exception):
    """A file is not to be had, or it has faults.

    Attributes
    ----------
    faults : tuple of Fault
    """

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults

    @classmethod
    def of(cls, name: str, faults: Iterable[Fault]) -> Self:
        """The faults of the file that is called `name`, from its first line to its last."""
        told = tuple(sorted(faults, key=lambda fault: fault.line))
        return cls("\n".join(f"{name}, line {fault.line}: {fault.reason}" for fault in told), told)


def toml_table(text: str) -> dict[str, Any] | Fault:
    """The table in a text, or why there is none."""
    if line := deep_key_line(text, DEEPEST_KEY):
        return Fault(line, f"a key has more than {DEEPEST_KEY} parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _not_toml(text, str(error))
    except ValueError:  # the language refuses to read numbers of thousands of digits
        return Fault(_longest_line(text), "a number has too many digits")
    except RecursionError:
        return Fault(_longest_line(text), "too many brackets inside each other")


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


def own_files(folder: Path, suffix: str, called: str) -> tuple[list[Path], list[str]]:
    """The files of a folder with a certain ending, and why there are none; hidden files are not meant."""
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix == suffix and not path.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except OSError as error:
        return [], [f"Your own {called} in {folder} cannot be read: {error.strerror}."]
    return names, []


def read_text(path: Path, suffix: str, refusal: type[FileError]) -> str:
    """The text of a file, cut off where it is far too long.

    Raises
    ------
    FileError
        Of the kind `refusal`, if it cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            raise refusal(f"{path} cannot be read: it is no file. Name a {suffix} file.")
        with path.open(encoding="utf-8-sig") as file:
            return file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise refusal(f"There is no file {path}. Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise refusal(f"{path} is not a text file in UTF-8.") from None
    except OSError as error:
        raise refusal(f"{path} cannot be read: {error.strerror}.") from error
