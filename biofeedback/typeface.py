"""The typeface of window, plots and reports: it comes with the program, so that all look the same on every system.

Nunito Sans (SIL Open Font License, `fonts/OFL.txt`), in two weights, for Latin, Cyrillic and Vietnamese; its figures
are as wide as each other. What it lacks is taken from the system's own faces.

No letter has a second shape: Qt tells in a PDF only which letter the first shape of each is, and others could not be
searched nor copied. The files were made so with fontTools: subset with the features kern, mark and mkmk alone, without
the table GSUB, and the tab mapped to the glyph of the carriage return, since Qt would else take the space for a tab.
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
