"""Errors in what Qt calls of a widget of ours go to `sys.excepthook`, wherever Qt calls it from.

PySide keeps an error of such a method back while Python itself is in a call to Qt: to hide a page is enough. Until that
call is over it then passes over what else is overridden, and has ended the program with a fault of memory; the error
may be lost. None gets that far.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from PySide6.QtWidgets import QWidget

OURS = "biofeedback."


def contain_handlers() -> None:
    """From here on, for each class of a widget of ours: those that there are, and those that are made later."""
    waiting = QWidget.__subclasses__()
    while waiting:
        kind = waiting.pop()
        _contain(kind)
        waiting += kind.__subclasses__()
    QWidget.__init_subclass__ = classmethod(_contain)  # type: ignore[assignment]


def _contain(kind: type) -> None:
    """Each handler of an event that the class itself defines is held."""
    if not kind.__module__.startswith(OURS):
        return
    for name, handler in list(vars(kind).items()):
        if name.endswith("Event") and callable(handler) and not hasattr(handler, "__wrapped__"):
            setattr(kind, name, _contained(handler))


def _contained(handler: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    @wraps(handler)
    def held(self: Any, event: Any) -> None:
        try:
            handler(self, event)
        except BaseException as error:  # noqa: BLE001 - the hook is the border, and takes a key to break off, too
            sys.excepthook(type(error), error, error.__traceback__)

    return held
