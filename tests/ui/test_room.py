"""No words are cut or lie over others, whatever the size of window and type."""

from itertools import cycle

import pytest

from biofeedback.app import Application
from biofeedback.theme import THEMES
from tests.ui.looking import change, cut, fill_ladder, overlaps, texts_of, walk

SIZES = ((960, 640), (1280, 720), (1920, 1080), (2560, 1440))
SCALES_PERCENT = (100, 150, 175)
COMBINATIONS = [
    (size, scale, theme)
    for (size, scale), theme in zip(
        [(size, scale) for size in SIZES for scale in SCALES_PERCENT], cycle(THEMES), strict=False
    )
]


@pytest.mark.parametrize(("size", "scale_percent", "theme"), COMBINATIONS)
def test_all_words_have_their_room(size: tuple[int, int], scale_percent: int, theme: str, shown: Application) -> None:
    shown.window.resize(*size)
    change(shown, theme, scale_percent)
    fill_ladder(shown)
    found: list[str] = []
    for name, page in walk(shown):
        found += [f"{name}: {trouble}" for widget in texts_of(page) if (trouble := cut(widget))]
        found += [f"{name}: {trouble}" for trouble in overlaps(page)]
    assert not found, "\n".join(found)
