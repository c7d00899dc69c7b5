"""The typeface of window, plots and reports: it comes with the program, so that all look the same on every system.

Nunito Sans (SIL Open Font License, `fonts/OFL.txt`), in two weights, for Latin, Cyrillic and Vietnamese; its figures
are as wide as each other. What it lacks is taken from the system's own faces.

No letter has a second shape (there is no table of substitutions, and the tab has a glyph beside the space's), for Qt
tells in a PDF only which letter the first shape of each is: others could be neither searched nor copied.
"""

from pathlib import Path

from PySide6.QtGui import QFontDatabase

FAMILY = "Nunito Sans"
_FOLDER = Path(__file__).parent / "fonts"
_WEIGHTS = ("NunitoSans-Regular.ttf", "NunitoSans-SemiBold.ttf")


def load_typeface() -> str:
    """Make the typeface known to a running Qt application, once.

    Returns
    -------
    str
        The family to ask for: the system's own where ours cannot be loaded.
    """
    if FAMILY not in QFontDatabase.families():
        for name in _WEIGHTS:
            if QFontDatabase.addApplicationFont(str(_FOLDER / name)) < 0:
                return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    return FAMILY
