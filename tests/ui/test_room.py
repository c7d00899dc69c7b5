"""No words of any page are cut or lie over others, whatever the size of window and type."""

import pytest

from biofeedback.app import Application
from tests.ui.beside import Beside
from tests.ui.looking import LOOKS, fill_ladder, looks, walk, without_room


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_all_words_have_their_room(size: tuple[int, int], theme: str, shown: Application) -> None:
    fill_ladder(shown)
    found: list[str] = []
    for look in looks(shown, size, theme):
        for name, page in walk(shown):
            found += without_room(f"{name} {look}", page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_all_words_of_the_windows_beside_have_their_room(
    size: tuple[int, int], theme: str, shown: Application, beside: Beside
) -> None:
    found: list[str] = []
    for look in looks(shown, size, theme):
        for name, page in beside.walk(size):
            found += without_room(f"{name} {look}", page)
    assert not found, "\n".join(found)
