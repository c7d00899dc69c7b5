"""Tables of a text file, read value by value: what is wrong is noted with its line, and reading goes on."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_TOLD = 60
"""Characters of a faulty value that are repeated in the message."""
LONGEST_LINE = 120
"""Characters of a title or a name: more have no place on the screen."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text file, and in which line (counted from 1)."""

    line: int
    reason: str


def told(value: object) -> str:
    """A value of a file in words that its author knows."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) <= LONGEST_TOLD else f"{value[:LONGEST_TOLD]}...")
        case dict():
            return "a table"
        case list():
            return "a list"
        case int() if abs(value) >= 10**LONGEST_TOLD:
            return "a number with so many digits"
        case _:
            return str(value)


@dataclass(slots=True)
class Reader:
    """Takes checked values out of a table and notes what is wrong; `lines` is asked for the first fault only."""

    table: Mapping[str, Any]
    path: str
    lines: Callable[[], Mapping[str, int]]
    faults: list[Fault] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def fault(self, key: str, reason: str) -> None:
        path = f"{self.path}.{key}" if self.path and key else self.path or key
        lines = self.lines()
        while path and path not in lines:
            path = f"{path}.0" if f"{path}.0" in lines else path.rpartition(".")[0]
        self.faults.append(Fault(lines.get(path, 1), reason))

    def inside(self, key: str, table: object) -> "Reader":
        """A reader for a table in this one; of what is no table, that alone is a fault and nothing in it."""
        path = f"{self.path}.{key}" if self.path else key
        if isinstance(table, dict):
            return Reader(table, path, self.lines, self.faults)
        self.fault(key, f"{key.partition('.')[0]} must be a table, not {told(table)}")
        return Reader({}, path, self.lines)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._value(key, default)
        if value is not None and (not isinstance(value, str) or (default is None and not value.strip())):
            self.fault(key, f"{key} must be text in quotes, not {told(value)}")
        elif isinstance(value, str) and any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in value):
            self.fault(key, f"{key} holds a character that cannot be shown")
        return value if isinstance(value, str) else ""

    def line(self, key: str) -> str:
        """A text that fits into one line."""
        text = self.text(key)
        if len(text) > LONGEST_LINE or len(text.splitlines()) > 1:
            self.fault(key, f"{key} must be one line of at most {LONGEST_LINE} characters")
        return text

    def ident(self, key: str) -> str:
        """A short name for machines too: for files and the command line."""
        text = self.line(key)
        if text.strip() and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
            self.fault(key, f"{key} is made of small letters, digits and hyphens, not {told(text)}")
        return text

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        value = self._value(key, default)
        if value is None:
            return low
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fault(key, f"{key} must be a number from {low:g} to {high:g}, not {told(value)}")
            return low
        return float(value)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A number without a fraction."""
        value = self.number(key, low, high, default)
        if value != int(value):
            self.fault(key, f"{key} must be a whole number, not {value:g}")
        return int(value)

    def flag(self, key: str) -> bool:
        value = self._value(key, False)
        if not isinstance(value, bool):
            self.fault(key, f"{key} must be true or false, not {told(value)}")
        return value is True

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        value = self._value(key, default)
        if value in list(kind):
            return kind(value)
        if value is not None:
            self.fault(key, f"{key} must be one of {', '.join(kind)}, not {told(value)}")
        return next(iter(kind))

    def items(self, key: str) -> list[Any]:
        value = self._value(key, [])
        if not isinstance(value, list):
            self.fault(key, f"{key} must be a list")
            return []
        return value

    def tables(self, key: str) -> "list[Reader]":
        """A reader for each table of a list."""
        if isinstance(self.table.get(key), dict):
            self.seen.add(key)
            whole = ".".join(part for part in [*self.path.split("."), key] if part and not part.isdigit())
            self.fault(key, f"{key} must be a list of tables: begin each with [[{whole}]], in two brackets")
            return []
        return [self.inside(f"{key}.{i}", table) for i, table in enumerate(self.items(key))]

    def maybe_number(self, key: str, low: float, high: float) -> float | None:
        """A number that may be left out."""
        self.seen.add(key)
        return self.number(key, low, high) if key in self.table else None

    def maybe_choice(self, key: str, kind: type[Choice]) -> Choice | None:
        """One of a few words, that may be left out."""
        self.seen.add(key)
        return self.choice(key, kind) if key in self.table else None

    def choices(self, key: str, kind: type[Choice], name: str) -> tuple[Choice, ...]:
        """Some of a few words, each at most once; `name` is what one of them is called."""
        taken: list[Choice] = []
        for i, item in enumerate(self.items(key)):
            if item in taken:
                self.fault(f"{key}.{i}", f"{told(item)} stands twice")
            elif item in list(kind):
                taken.append(kind(item))
            else:
                self.fault(f"{key}.{i}", f"{name} is one of {', '.join(kind)}, not {told(item)}")
        return tuple(taken)

    def numbers(self, key: str, low: float, high: float) -> tuple[float, ...]:
        """A list of numbers."""
        taken = []
        for i, item in enumerate(self.items(key)):
            if isinstance(item, bool) or not isinstance(item, int | float) or not low <= item <= high:
                self.fault(f"{key}.{i}", f"{key} must be numbers from {low:g} to {high:g}, not {told(item)}")
            elif item in taken:
                self.fault(f"{key}.{i}", f"{item:g} stands twice")
            else:
                taken.append(float(item))
        return tuple(taken)

    def texts(self, key: str) -> tuple[str, ...]:
        items = self.items(key)
        for i, item in enumerate(items):
            if not isinstance(item, str):
                self.fault(f"{key}.{i}", f"{key} must be a list of texts, not {told(item)}")
        return tuple(item for item in items if isinstance(item, str))

    def done(self) -> None:
        """Nothing else may stand in the table."""
        for key in self.table:
            if key not in self.seen:
                self.fault(key, f"{told(key)} is not known here; known: {', '.join(sorted(self.seen))}")

    def _value(self, key: str, default: object) -> Any:
        self.seen.add(key)
        if key not in self.table and default is None:
            self.fault("", f"{key} is missing")
        return self.table.get(key, default)
