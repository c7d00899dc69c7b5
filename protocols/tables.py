"""Tables of a text file, read value by value: what is wrong is noted with its line, and reading goes on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an exercise file, and in which line (counted from 1)."""

    line: int
    reason: str


def key_lines(text: str) -> dict[str, int]:
    """Line of each key and list item, by its dotted path with list positions, as in `phases.1.minutes`."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix, latest, n_items, in_text = "", "", 0, False
    for number, line in enumerate(text.split("\n"), 1):
        begins_in_text = in_text
        in_text ^= (line.count('"""') + line.count("'''")) % 2 == 1
        if begins_in_text:
            continue
        if header := re.match(r"\s*(\[\[?)\s*([\w.-]+)\s*\]", line):
            prefix = _position(header[2], counts, new=header[1] == "[[")
            lines[prefix] = number
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            latest, n_items = f"{prefix}.{key[1]}" if prefix else key[1], 0
            lines.setdefault(latest, number)
        if not header:
            for _ in range(line.count("{")):
                lines.setdefault(f"{latest}.{n_items}", number)
                n_items += 1
    return lines


def _position(path: str, counts: dict[str, int], *, new: bool) -> str:
    """The path of a table header with the positions of the lists it passes through."""
    full = ""
    parts = path.split(".")
    for i, part in enumerate(parts):
        full = f"{full}.{part}" if full else part
        if new and i == len(parts) - 1:
            counts[full] = counts.get(full, -1) + 1
        if full in counts:
            full = f"{full}.{counts[full]}"
    return full


@dataclass(slots=True)
class Reader:
    """Takes checked values out of a table and notes what is wrong."""

    table: Mapping[str, Any]
    path: str
    lines: Mapping[str, int]
    faults: list[Fault] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def fault(self, key: str, reason: str) -> None:
        path = f"{self.path}.{key}" if self.path and key else self.path or key
        while path and path not in self.lines:
            path = f"{path}.0" if f"{path}.0" in self.lines else path.rpartition(".")[0]
        self.faults.append(Fault(self.lines.get(path, 1), reason))

    def inside(self, key: str, table: object) -> "Reader":
        path = f"{self.path}.{key}" if self.path else key
        if not isinstance(table, dict):
            self.fault(key, f"{key} must be a table")
            table = {}
        return Reader(table, path, self.lines, self.faults)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._value(key, default)
        if value is not None and (not isinstance(value, str) or (default is None and not value.strip())):
            self.fault(key, f"{key} must be text in quotes, not {value!r}")
        return value if isinstance(value, str) else ""

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        value = self._value(key, default)
        if value is None:
            return low
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fault(key, f"{key} must be a number from {low:g} to {high:g}, not {value!r}")
            return low
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._value(key, False)
        if not isinstance(value, bool):
            self.fault(key, f"{key} must be true or false, not {value!r}")
        return value is True

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        value = self._value(key, default)
        if value in list(kind):
            return kind(value)
        if value is not None:
            self.fault(key, f"{key} must be one of {', '.join(kind)}, not {value!r}")
        return next(iter(kind))

    def items(self, key: str) -> list[Any]:
        value = self._value(key, [])
        if not isinstance(value, list):
            self.fault(key, f"{key} must be a list")
            return []
        return value

    def tables(self, key: str) -> "list[Reader]":
        """A reader for each table of a list."""
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
        for item in self.items(key):
            if item in taken:
                self.fault(key, f"{item!r} stands twice")
            elif item in list(kind):
                taken.append(kind(item))
            else:
                self.fault(key, f"{name} is one of {', '.join(kind)}, not {item!r}")
        return tuple(taken)

    def numbers(self, key: str, low: float, high: float) -> tuple[float, ...]:
        """A list of numbers."""
        taken = []
        for item in self.items(key):
            if isinstance(item, bool) or not isinstance(item, int | float) or not low <= item <= high:
                self.fault(key, f"{key} must be numbers from {low:g} to {high:g}, not {item!r}")
            else:
                taken.append(float(item))
        return tuple(taken)

    def texts(self, key: str) -> tuple[str, ...]:
        items = self.items(key)
        for item in items:
            if not isinstance(item, str):
                self.fault(key, f"{key} must be a list of texts, not {item!r}")
        return tuple(str(item) for item in items)

    def done(self) -> None:
        """Nothing else may stand in the table."""
        for key in self.table:
            if key not in self.seen:
                self.fault(key, f"'{key}' is not known here; known: {', '.join(sorted(self.seen))}")

    def _value(self, key: str, default: object) -> Any:
        self.seen.add(key)
        if key not in self.table and default is None:
            self.fault("", f"{key} is missing")
        return self.table.get(key, default)
