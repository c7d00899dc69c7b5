"""No words of any page are cut or lie over others, whatever the size of window and type."""

import pytest

from biofeedback.app import Application
from tests.ui.beside import Beside
from tests.ui.looking import LOOKS, Look, fill_ladder, look_like, walk, without_room


@pytest.fixture(scope="module", params=LOOKS, ids=lambda looks: looks[0].theme)
def looks(request: pytest.FixtureRequest) -> list[Look]:
    """With type of one size: of the whole module, so that all that is looked at in it comes together."""
    found: list[Look] = request.param
    return found


def test_all_words_have_their_room(looks: list[Look], shown: Application) -> None:
    fill_ladder(shown)
    found: list[str] = []
    for look in looks:
        look_like(shown, look)
        for name, page in walk(shown):
            found += without_room(f"{name} {look}", page)
    assert not found, "\n".join(found)


def test_all_words_of_the_windows_beside_have_their_room(looks: list[Look], shown: Application, beside: Beside) -> None:
    found: list[str] = []
    for look in looks:
        look_like(shown, look)
        for name, page in beside.walk(look.size):
            found += without_room(f"{name} {look}", page)
    assert not found, "\n".join(found)
