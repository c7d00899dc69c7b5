"""What the pages say to a patient is read by a twelve-year-old."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from biofeedback.ui import words
from tests.reading import GRADE_OF_TWELVE, grade

ROOMS = [room.name for room in pkgutil.iter_modules(words.__path__)]


def sentences_in(thing: object) -> Iterator[str]:
    """The texts in a module's constants that are more than a caption."""
    if isinstance(thing, str) and " " in thing and thing.rstrip().endswith((".", "?", "!")):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from sentences_in(value)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from sentences_in(value)


@pytest.mark.parametrize("name", ROOMS)
def test_the_words_of_a_page_are_read_by_a_twelve_year_old(name: str) -> None:
    module = importlib.import_module(f"{words.__name__}.{name}")
    texts = [text for constant, value in vars(module).items() if constant[0] != "_" for text in sentences_in(value)]
    assert not texts or grade(texts) <= GRADE_OF_TWELVE
