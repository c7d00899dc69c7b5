"""Whether a window can be shown here."""

import os
import sys

NO_SCREEN = (
    "There is no screen here, so no window can be shown. Sessions run in the terminal: see biofeedback run --help."
)


def has_display() -> bool:
    """True on Windows and macOS; elsewhere where a display server, or a platform of Qt, is named."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
