"""Exercise files: read, checked, and every fault told with its line."""

import contextlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from protocols.breathing import BreathPattern
from protocols.specification import Exercise, Feedback, Phase, Prompt, Rating, Role

FORMAT = 1
RATE_LIMITS_PER_MIN = (3.0, 10.0)
RATE_STEP_PER_MIN = 0.1
LONGEST_MINUTES = 180.0
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an exercise file, and in which line (counted from 1)."""

    line: int
    reason: str


class ExerciseError(Exception):
    """An exercise is not to be had, or its file has faults.

    Attributes
    ----------
    faults : tuple of Fault
    """

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


def load_library() -> list[Exercise]:
    """All exercises that come with the program, in the order of their files."""
    folder = files("protocols") / "library"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return [read_exercise((folder / name).read_text(encoding="utf-8"), name) for name in names]


def find_exercise(name: str) -> Exercise:
    """An exercise by its id, or by the path of its file.

    Raises
    ------
    ExerciseError
        If there is none, or its file has faults.
    """
    library = {exercise.id: exercise for exercise in load_library()}
    if name in library:
        return library[name]
    with contextlib.suppress(OSError, RuntimeError):  # a name too long for a file, or a home folder that is none
        path = Path(name).expanduser()
        if path.suffix == ".toml" or path.is_file():
            return read_exercise_file(path)
    raise ExerciseError(f"There is no exercise '{name}'. Choose one of: {', '.join(library)}, or name a .toml file.")


def read_exercise_file(path: Path) -> Exercise:
    """Read and check one file.

    Raises
    ------
    ExerciseError
        If it cannot be read or has faults.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ExerciseError(f"There is no file {path}. Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise ExerciseError(f"{path} is not a text file in UTF-8.") from None
    except OSError as error:
        raise ExerciseError(f"{path} cannot be read: {error.strerror}.") from error
    return read_exercise(text, str(path))


def check_rate(rate_per_min: float) -> str | None:
    """What is wrong with a breathing rate that a person asks for; None where it is fine."""
    low, high = RATE_LIMITS_PER_MIN
    if not low <= rate_per_min <= high:
        return f"the breathing rate must be from {low:g} to {high:g} a minute, not {rate_per_min:g}"
    if abs(rate_per_min / RATE_STEP_PER_MIN - round(rate_per_min / RATE_STEP_PER_MIN)) > 1e-6:
        return f"the breathing rate goes in steps of {RATE_STEP_PER_MIN:g} a minute, not {rate_per_min:g}"
    return None


def read_exercise(text: str, name: str) -> Exercise:
    """Read an exercise from the text of its file; `name` stands in the messages.

    Raises
    ------
    ExerciseError
        With every fault found, each with its line.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise _error(name, [Fault(line, f"not TOML: {error}")]) from error
    reader = _Reader(table, "", _key_lines(text))
    exercise = _exercise(reader, text)
    if reader.faults or exercise is None:
        raise _error(name, sorted(reader.faults, key=lambda fault: fault.line))
    return exercise


def _error(name: str, faults: list[Fault]) -> ExerciseError:
    return ExerciseError("\n".join(f"{name}, line {fault.line}: {fault.reason}" for fault in faults), tuple(faults))


def _key_lines(text: str) -> dict[str, int]:
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
class _Reader:
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

    def inside(self, key: str, table: object) -> "_Reader":
        path = f"{self.path}.{key}" if self.path else key
        if not isinstance(table, dict):
            self.fault(key, f"{key} must be a table")
            table = {}
        return _Reader(table, path, self.lines, self.faults)

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


def _exercise(reader: _Reader, source: str) -> Exercise:
    if reader.number("format", 1, 1000) > FORMAT:
        reader.fault("format", f"this file is of a later format than {FORMAT}; a newer program can read it")
    ident = reader.text("id")
    if ident and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", ident):
        reader.fault("id", f"id is made of small letters, digits and hyphens, not {ident!r}")
    title, purpose = reader.text("title"), reader.text("purpose")
    version = int(reader.number("version", 1, 1e6))
    advice, evidence = reader.text("advice", ""), reader.texts("evidence")
    ratings = []
    for item in reader.items("ratings"):
        if item in ratings:
            reader.fault("ratings", f"{item!r} is asked twice")
        elif item in list(Rating):
            ratings.append(Rating(item))
        else:
            reader.fault("ratings", f"a rating is one of {', '.join(Rating)}, not {item!r}")
    phases = tuple(_phase(reader.inside(f"phases.{i}", table)) for i, table in enumerate(reader.items("phases")))
    reader.done()
    _check_phases(reader, phases)
    return Exercise(ident, title, purpose, version, phases, tuple(ratings), advice, evidence, source)


def _check_phases(reader: _Reader, phases: tuple[Phase, ...]) -> None:
    if not phases:
        reader.fault("phases", "an exercise has at least one [[phases]]")
    names = [phase.name for phase in phases]
    for i, name in enumerate(names):
        if name in names[:i]:
            reader.fault(f"phases.{i}.name", f"two phases are called {name!r}")
    stretching = [i for i, phase in enumerate(phases) if phase.stretch]
    if phases and len(stretching) != 1:
        key = f"phases.{stretching[1]}.stretch" if stretching else "phases"
        reader.fault(key, "exactly one phase has stretch = true: the one that grows and shrinks with the session")


def _phase(reader: _Reader) -> Phase:
    pacing = reader.table.get("pacing")
    reader.seen.add("pacing")
    phase = Phase(
        name=reader.text("name"),
        title=reader.text("title"),
        role=reader.choice("role", Role),
        minutes=reader.number("minutes", 0.05, LONGEST_MINUTES),
        stretch=reader.flag("stretch"),
        pacing=_pacing(reader.inside("pacing", pacing)) if pacing is not None else None,
        feedback=reader.choice("feedback", Feedback, Feedback.NONE),
        prompts=tuple(_prompt(reader.inside(f"prompts.{i}", table)) for i, table in enumerate(reader.items("prompts"))),
    )
    reader.done()
    return phase


def _pacing(reader: _Reader) -> BreathPattern:
    rate_per_min = reader.number("rate_per_min", *RATE_LIMITS_PER_MIN)
    if reason := check_rate(rate_per_min):
        reader.fault("rate_per_min", reason)
    pattern = BreathPattern(
        rate_per_min,
        reader.number("inhale", 0.1, 60.0, 4.0),
        reader.number("hold_full", 0.0, 60.0, 0.0),
        reader.number("exhale", 0.1, 60.0, 6.0),
        reader.number("hold_empty", 0.0, 60.0, 0.0),
    )
    reader.done()
    return pattern


def _prompt(reader: _Reader) -> Prompt:
    every_s = reader.number("every_s", 0.0, 3600.0, 0.0)
    prompt = Prompt(reader.number("at_s", 0.0, 86400.0, 0.0), reader.text("text"), every_s or None)
    reader.done()
    return prompt
