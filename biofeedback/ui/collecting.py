"""Python looks for what nobody holds in the thread of the window alone, and not all of it while somebody breathes.

Else whatever thread makes an object may begin that search. What it then takes down of Qt's, Qt believes to be in use in
this thread, and has ended the program with a fault of memory. A search through all that there is takes a tenth of a
second, in which no thread does anything else: the breath would stand still.
"""

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 1000


class Collector(QTimer):
    """Searches now and then from `begin` to `end`, each generation as often as Python itself would.

    Parameters
    ----------
    parent : QObject
        In the thread of the window.
    is_paced : callable
        Whether a breath is shown now, so that the oldest generation waits.
    """

    def __init__(self, parent: QObject, is_paced: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._is_paced = is_paced
        self.timeout.connect(self.look)

    def begin(self) -> None:
        """From here on no thread begins a search by itself; call it before there is a second one."""
        gc.disable()
        self.start(LOOK_EVERY_MS)

    def end(self) -> None:
        """Leave it to Python again."""
        self.stop()
        gc.enable()

    def look(self) -> None:
        """Search the generations whose time has come."""
        due = [count > threshold for count, threshold in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if all(due) and not self._is_paced():
            gc.collect()
        elif due[0]:
            gc.collect(1 if due[1] else 0)
