"""No words are cut or lie over others, whatever the size of window and type."""

from dataclasses import replace
from itertools import cycle

import pytest
from PySide6.QtWidgets import QWidget

from biofeedback.app import Application
from biofeedback.theme import THEMES
from protocols.library import find_exercise
from tests.ui.conftest import wait_until
from tests.ui.looking import change, cut, fill_ladder, overlaps, settle, texts_of, walk
from tests.ui.using import begin, end, press

SIZES = ((960, 640), (1280, 720), (1920, 1080), (2560, 1440))
SCALES_PERCENT = (100, 150, 175)
COMBINATIONS = [
    (size, scale, theme)
    for (size, scale), theme in zip(
        [(size, scale) for size in SIZES for scale in SCALES_PERCENT], cycle(THEMES), strict=False
    )
]


def troubles(name: str, page: QWidget) -> list[str]:
    cuts = [trouble for widget in texts_of(page) if (trouble := cut(widget))]
    return [f"{name}: {trouble}" for trouble in (*cuts, *overlaps(page))]


def at_all_sizes(shown: Application, name: str, page: QWidget) -> list[str]:
    found: list[str] = []
    for size, scale_percent, theme in COMBINATIONS:
        shown.window.resize(*size)
        change(shown, theme, scale_percent)
        settle()
        found += troubles(f"{name} {size} {scale_percent}", page)
    return found


@pytest.mark.parametrize(("size", "scale_percent", "theme"), COMBINATIONS)
def test_all_words_have_their_room(size: tuple[int, int], scale_percent: int, theme: str, shown: Application) -> None:
    shown.window.resize(*size)
    change(shown, theme, scale_percent)
    fill_ladder(shown)
    found: list[str] = []
    for name, page in walk(shown):
        found += troubles(name, page)
    assert not found, "\n".join(found)


def test_a_session_and_the_pages_after_it_have_their_room(application: Application) -> None:
    shown, window = application, application.window  # its own: to dress all other pages each time takes long
    window.change_settings(replace(window.settings, reduced_motion=True))
    for ident in ("paced-breathing", "somatic-tracking"):
        begin(shown, find_exercise(ident))
        shown.workshop.act("pause")
        wait_until(lambda: window.model is not None and window.model.paused)
        window.rooms.session.refresh()
        found = at_all_sizes(shown, ident, window.rooms.session)
        end(shown)
        wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
        found += at_all_sizes(shown, f"after {ident}", window.rooms.after)
        press(window.rooms.after, "Show the figures")
        found += at_all_sizes(shown, f"figures of {ident}", window.rooms.after)
        assert not found, "\n".join(found)
