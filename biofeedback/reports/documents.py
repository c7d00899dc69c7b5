"""Reports as HTML: what stands in them, and the template that makes a page of it. All words are escaped there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from biofeedback.reports.visible import visible

NOT_A_DEVICE = "Not a medical device. Does not diagnose or treat. Do not change medication or delay care because of it."
"""Science E2: at the foot of every report."""
POINTS = 9.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `words` where its cells are words, which stand at the left."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Attributes
    ----------
    name : str
        No two of a report have the same.
    words : str
        What it shows, for those who do not see it.
    paint : callable
        Paints it: painter, width, height, in the painter's units.
    shape : float
        Its height, of its width.
    whole : bool
        As wide as the page; else two stand side by side.
    """

    name: str
    words: str
    paint: Callable[[Any, float, float], None]
    shape: float = 0.46
    whole: bool = False


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
    """A whole report.

    Attributes
    ----------
    title : str
    lines : sequence of str
        Under the title.
    sections : sequence of Section
    most_pages : int or None
        On paper its type shrinks until it fits; None where it may be as long as it is.
    points : float
        Size of its type on paper.
    footer : str
        At the foot of each page.
    """

    title: str
    lines: Sequence[str]
    sections: Sequence[Section]
    most_pages: int | None = None
    points: float = POINTS
    footer: str = NOT_A_DEVICE

    @property
    def pictures(self) -> list[Picture]:
        return [picture for section in self.sections for picture in section.pictures]


def page_of(document: Document, drawn: Mapping[str, Markup] | None = None) -> str:
    """A report as a page of HTML: for paper, or, with its pictures drawn, to be opened or sent."""
    template = _templates().get_template("report.html")
    return template.render(told=document, on_paper=drawn is None, drawn=drawn or {})


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("biofeedback.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
