"""Straps that are known by their names (`known_straps.toml`), for advice only: run-time detection goes before it."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("known_straps.toml")


class Sensor(StrEnum):
    """How a strap feels the heart."""

    ELECTRODES = "electrodes"
    LIGHT = "light"
    RELAY = "relay"


@dataclass(frozen=True, slots=True)
class Quirk:
    """What has been seen of a strap, and where."""

    what: str
    source: str


@dataclass(frozen=True, slots=True)
class KnownStrap:
    """A row of the table; `names` are beginnings of what it advertises, `say` is empty where nothing is to be said."""

    model: str
    names: tuple[str, ...]
    sensor: Sensor
    say: str = ""
    quirks: tuple[Quirk, ...] = ()


@cache
def known_straps() -> tuple[KnownStrap, ...]:
    """The whole table."""
    rows = tomllib.loads(TABLE.read_text("utf-8"))["strap"]
    return tuple(
        KnownStrap(
            row["model"],
            tuple(row["names"]),
            Sensor(row["sensor"]),
            row.get("say", ""),
            tuple(Quirk(**quirk) for quirk in row.get("quirks", ())),
        )
        for row in rows
    )


def strap_named(name: str) -> KnownStrap | None:
    """The strap that advertises this name; None where it is not known. The longest beginning counts."""
    fitting = [
        (len(start), strap)
        for strap in known_straps()
        for start in strap.names
        if name.lower().startswith(start.lower())
    ]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None
