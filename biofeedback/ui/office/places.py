"""Where the windows of clinician and person stand: where they were before, else each on a screen of its own."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QWidget

OFFICE, PERSON = "place", "place_of_person"


def places_of(office: QWidget, person: QWidget) -> dict[str, str]:
    """Where the two stand, as it is kept."""
    return {OFFICE: _told(office), PERSON: _told(person)}


def stand(office: QWidget, person: QWidget, kept: Mapping[str, Any], *, both: bool) -> None:
    """Put the office where it was, or where the person's window is not.

    Parameters
    ----------
    office, person : QWidget
    kept : mapping
        As of `places_of`; what cannot be understood of it, or lies on screens that are gone, is left.
    both : bool
        Whether the person's window is put in its place, too; else it stays where it is.
    """
    screens = QApplication.screens()
    other = next((screen for screen in screens if screen is not QApplication.primaryScreen()), None)
    if both and not _came_back(person, kept.get(PERSON)) and other is not None:
        _cover(person, other)
    if not _came_back(office, kept.get(OFFICE)) and other is not None:
        free = next(screen for screen in screens if screen is not person.screen())
        _bring(office, free)
        office.setGeometry(free.availableGeometry())


def _cover(window: QWidget, screen: QScreen) -> None:
    _bring(window, screen)
    window.setGeometry(screen.geometry())
    window.showFullScreen()


def _bring(window: QWidget, screen: QScreen) -> None:
    """To a screen: where screens do not make one desktop, no place alone tells which is meant."""
    shown = window.isVisible()
    window.setScreen(screen)
    window.setVisible(shown)


def _told(window: QWidget) -> str:
    number = QApplication.screens().index(window.screen())
    return f"{number} {base64.b64encode(window.saveGeometry().data()).decode()}"


def _came_back(window: QWidget, kept: object) -> bool:
    """Whether a window is where it was; Qt brings one whose screen is gone to one that is there."""
    number, _, told = str(kept or "").partition(" ")
    try:
        place, screens = base64.b64decode(told, validate=True), QApplication.screens()
        _bring(window, screens[min(int(number), len(screens) - 1)])
    except (binascii.Error, ValueError, IndexError):
        return False
    return bool(place) and window.restoreGeometry(QByteArray(place))
