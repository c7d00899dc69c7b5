"""Words and lines stand out from what they are on, measured in what is painted (WCAG 2.2, 1.4.3 and 1.4.11)."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton, QWidget

from biofeedback.app import Application
from biofeedback.theme import THEMES, contrast
from protocols.library import find_exercise
from tests.ui.beside import Beside
from tests.ui.conftest import wait_until
from tests.ui.looking import Look, fill_ladder, look_like, place_in, settle, texts_of, walk
from tests.ui.using import listed

TEXT, LINE = 4.5, 3.0
ALL_AT_ONCE = (1280, 2600)
"""Nothing has to be scrolled in a window of this size."""

LIGHT = np.array([contrast("#000000", f"#{level:02x}{level:02x}{level:02x}") for level in range(256)])
"""In proportion to the light of a channel at each of its levels, from a little more than none."""

Pixels = NDArray[np.uint8]


def pixels_of(page: QWidget) -> Pixels:
    image = page.window().grab(QRect(page.mapTo(page.window(), page.rect().topLeft()), page.size())).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def cropped(pixels: Pixels, place: QRect) -> Pixels:
    left, top = max(place.left(), 0), max(place.top(), 0)
    return pixels[top : place.bottom() + 1, left : place.right() + 1]


def strongest(pixels: Pixels) -> float:
    """Contrast of the commonest colour and the one that stands out the most from it."""
    if not pixels.size:
        return 1.0
    packed = pixels.reshape(-1, 3).astype(np.int64) @ np.array([65536, 256, 1])
    colours, times = np.unique(packed, return_counts=True)
    ground = f"#{colours[np.argmax(times)]:06x}"
    # Nothing stands out more than the lightest or the darkest does
    light = LIGHT[np.stack([colours >> 16, colours >> 8 & 255, colours & 255])].T @ [0.2126, 0.7152, 0.0722]
    return max(contrast(ground, f"#{colours[at]:06x}") for at in (light.argmin(), light.argmax()))


def _name(colour: Sequence[int]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in colour)


def border(button: QPushButton, page: QWidget, pixels: Pixels) -> float:
    """Contrast of a button's upper border with what is above it."""
    place = place_in(button, page)
    middle = place.left() + place.width() // 2
    column = [_name(colour) for colour in pixels[place.top() - 3 : place.top() + 3, middle].tolist()]
    return max(contrast(column[0], colour) for colour in column)


def faint(page: QWidget) -> list[str]:
    pixels = pixels_of(page)
    found = []
    for widget in texts_of(page):
        if not widget.isEnabled():
            continue
        inside = cropped(pixels, place_in(widget, page).adjusted(3, 3, -3, -3))
        if (seen := strongest(inside)) < TEXT:
            found.append(f"'{widget.text()}' {seen:.2f}")
    for button in page.findChildren(QPushButton):
        framed = button.property("kind") in ("", "choice", "rating", "primary") and button.isEnabled()
        if framed and not button.visibleRegion().isEmpty() and (seen := border(button, page, pixels)) < LINE:
            found.append(f"border of '{button.text()}' {seen:.2f}")
    return found


@pytest.fixture(scope="module", params=THEMES)
def theme(request: pytest.FixtureRequest) -> str:
    """Of the whole module, so that all that is looked at in it comes together."""
    return str(request.param)


def test_words_and_borders_of_every_page(theme: str, shown: Application) -> None:
    look_like(shown, Look(ALL_AT_ONCE, 100, theme))
    fill_ladder(shown)
    found = [f"{name}: {each}" for name, page in walk(shown) for each in faint(page)]
    assert not found, "\n".join(found)


def test_words_and_borders_of_the_windows_beside(theme: str, shown: Application, beside: Beside) -> None:
    look_like(shown, Look(ALL_AT_ONCE, 100, theme))
    found = [f"{name}: {each}" for name, page in beside.walk(ALL_AT_ONCE) for each in faint(page)]
    assert not found, "\n".join(found)


def test_words_circle_and_waves_of_a_session(theme: str, shown: Application) -> None:
    window = shown.window
    look_like(shown, Look((1280, 720), 100, theme))
    window.begin_with(find_exercise("paced-breathing"), "sim:", {})
    wait_until(lambda: window.model is not None and window.model.n_beats > 20)
    page = window.rooms.session
    shown.workshop.act("pause")
    wait_until(lambda: window.model is not None and window.model.paused)
    page.refresh()
    settle()
    found = faint(page)
    pixels = pixels_of(page)
    orb = cropped(pixels, place_in(page.orb, page))
    middle = orb[orb.shape[0] // 2, : orb.shape[1] // 2 - 60]  # left of the word
    if (seen := strongest(middle[None, :])) < LINE:
        found.append(f"circle {seen:.2f}")
    plain = window.tokens().background
    for name, curve in (("pacer's wave", page.trace._wave), ("heart's wave", page.trace._heart)):
        colour = curve.opts["pen"].color()
        share = colour.alphaF()
        mixed = [
            round((1 - share) * int(plain[i : i + 2], 16) + share * channel)
            for i, channel in zip((1, 3, 5), (colour.red(), colour.green(), colour.blue()), strict=True)
        ]
        if (seen := contrast(plain, _name(mixed))) < LINE:
            found.append(f"{name} {seen:.2f}")
    shown.workshop.act("end")
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    settle()
    found += [f"after: {each}" for each in faint(window.rooms.after)]
    window.go("history")
    wait_until(lambda: listed(window.rooms.history))
    settle()
    found += [f"history: {each}" for each in faint(window.rooms.history)]
    assert not found, "\n".join(found)


def test_what_is_measured_is_what_was_painted() -> None:
    pixels = np.full((10, 10, 3), 255, np.uint8)
    assert strongest(pixels) == 1.0
    pixels[2:4, 2:4] = 0
    assert strongest(pixels) == pytest.approx(21.0)
