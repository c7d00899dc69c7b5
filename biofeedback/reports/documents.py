"""Reports as HTML: what stands in them, and the templates that make a page of it. All words are escaped there."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from biofeedback.storage.names import JOINERS

NOT_A_DEVICE = "Not a medical device. Does not diagnose or treat. Do not change medication or delay care because of it."
"""Science E2: at the foot of every report."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `words` where its cells are words, which stand at the left."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its name, what it shows in words, and how it is painted: painter, width, height."""

    name: str
    words: str
    paint: Callable[[Any, float, float], None]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: lines, then pictures, then tables, then what stands small."""

    title: str
    lines: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    lines: Sequence[str]
    sections: Sequence[Section]
    most_pages: int
    footer: str = NOT_A_DEVICE

    @property
    def pictures(self) -> list[Picture]:
        return [picture for section in self.sections for picture in section.pictures]


def rendered(template: str, **told: object) -> str:
    """A page of a template; every text in it is escaped, and what cannot be seen is left out."""
    return _templates().get_template(template).render(**told)


def page_of(document: Document, picture_width: int = 0, drawn: Mapping[str, object] | None = None) -> str:
    """A report as a page: on paper, with pictures of that width; or, with the pictures drawn, to be opened or sent."""
    return rendered(
        "period.html",
        title=document.title,
        lines=document.lines,
        sections=document.sections,
        footer=document.footer,
        on_paper=drawn is None,
        picture_width=picture_width,
        drawn=drawn or {},
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("biofeedback.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: _seen(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )


def _seen(text: str) -> str:
    """Without controls and overrides of the direction of writing, which could turn or hide the words around them."""
    return "".join(
        sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} or sign in f"\n\t{JOINERS}"
    )
