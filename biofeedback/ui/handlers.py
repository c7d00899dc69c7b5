"""Errors in what Qt calls of ours for an event go to `sys.excepthook`, wherever Qt calls it from.

PySide keeps an error of such a method back while Python itself is in a call to Qt: to hide a page is enough. Until that
call is over it then passes over what else is overridden, and has ended the program with a fault of memory; the error
may be lost. None gets that far.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from PySide6.QtCore import QObject

OURS = "biofeedback."
FILTER = "eventFilter"


def contain_handlers() -> None:
    """From here on, for each such class of ours: those that there are, and those that are made later."""
    waiting = QObject.__subclasses__()
    while waiting:
        kind = waiting.pop()
        _contain(kind)
        waiting += kind.__subclasses__()
    QObject.__init_subclass__ = classmethod(_contain)  # type: ignore[assignment]


def _contain(kind: type) -> None:
    """What the class itself defines of them is held."""
    if not kind.__module__.startswith(OURS):
        return
    for name, handler in list(vars(kind).items()):
        if (name.endswith("Event") or name == FILTER) and callable(handler) and not hasattr(handler, "__wrapped__"):
            setattr(kind, name, _contained(handler))


def _contained(handler: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handler)
    def held(*told: Any) -> Any:
        try:
            return handler(*told)
        except BaseException as error:  # noqa: BLE001 - the hook is the border, and takes a key to break off, too
            sys.excepthook(type(error), error, error.__traceback__)
            return False  # an event that is not taken goes on as it would

    return held
