"""Reports as HTML: what stands in them, and the template that makes a page of it. All words are escaped there."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError
from markupsafe import Markup, escape

from biofeedback.reports.bounded import BoundedEnvironment
from biofeedback.reports.house import PLAIN, House
from biofeedback.reports.visible import visible

NOT_A_DEVICE = "Not a medical device. Does not diagnose or treat. Do not change medication or delay care because of it."
"""Science E2: at the foot of every report."""
POINTS = 9.0
TEMPLATE = "report.html"
INSTEAD = "The program's own was used instead."
_TEMPLATE_ERRORS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a template that somebody wrote can do wrong."""
_PROGRAMS = PackageLoader("biofeedback.reports")
_OPTIONS: Mapping[str, Any] = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "finalize": lambda value: visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
}


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


def page_of(document: Document, drawn: Mapping[str, Markup] | None = None, house: House = PLAIN) -> str:
    """A report as a page of HTML: for paper, or, with its pictures drawn, to be opened or sent.

    Own templates of the house stand in place of the program's; where they cannot be used, that is told.
    """
    told = {"told": document, "on_paper": drawn is None, "drawn": drawn or {}, "head": house.head}
    if house.templates is not None:
        try:
            room = 2 * sum(len(picture) for picture in (drawn or {}).values())
            page = _own(house.templates, room).get_template(TEMPLATE).render(told)
        except _TEMPLATE_ERRORS as error:
            house.tell(_fault(house.templates, error))
        else:
            if drawn is None or str(escape(document.footer)) in page:
                return page
            house.tell(f"{house.templates} leaves out told.footer, which stands in every report. {INSTEAD}")
    return _programs().get_template(TEMPLATE).render(told)


@cache
def _programs() -> Environment:
    """The program's templates."""
    return Environment(loader=_PROGRAMS, **_OPTIONS)


def _own(folder: Path, room: int) -> Environment:
    """Templates of a folder, which can read what they are given and nothing else and come to an end."""
    return BoundedEnvironment(room, loader=ChoiceLoader([FileSystemLoader(folder), _PROGRAMS]), **_OPTIONS)


def _fault(folder: Path, error: Exception) -> str:
    """What is wrong with a template, and in which line."""
    path, line = Path(getattr(error, "filename", None) or folder / TEMPLATE), getattr(error, "lineno", None)
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).parent == folder:
            path, line = Path(frame.filename), frame.lineno
    return f"{path}, line {line or 1}: {' '.join(str(error).split())}. {INSTEAD}"
