"""Bands for the head that are known (`known_bands.toml`): what each can measure, and what it cannot."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from devices.known_straps import Quirk

TABLE = Path(__file__).with_name("known_bands.toml")


@dataclass(frozen=True, slots=True)
class KnownBand:
    """A row of the table, with its columns."""

    model: str
    device: str
    names: tuple[str, ...]
    electrodes: tuple[str, ...]
    reference: str
    sees: tuple[str, ...]
    sees_not: tuple[str, ...]
    say: str = ""
    quirks: tuple[Quirk, ...] = ()


@cache
def known_bands() -> tuple[KnownBand, ...]:
    """The whole table."""
    rows = tomllib.loads(TABLE.read_text("utf-8"))["band"]
    return tuple(
        KnownBand(
            row["model"],
            row["device"],
            tuple(row["names"]),
            tuple(row["electrodes"]),
            row["reference"],
            tuple(row["sees"]),
            tuple(row["sees_not"]),
            row.get("say", ""),
            tuple(Quirk(**quirk) for quirk in row.get("quirks", ())),
        )
        for row in rows
    )


def band_named(name: str) -> KnownBand | None:
    """The band that advertises this name; None where it is not known."""
    return next(
        (band for band in known_bands() for start in band.names if name.lower().startswith(start.lower())), None
    )
