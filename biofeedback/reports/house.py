"""How the reports of a practice look: its letterhead, and its own templates in place of the program's."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from biofeedback.care.letterhead import read_letterhead
from biofeedback.storage.folder import own_templates

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


@dataclass(frozen=True, slots=True)
class House:
    """What all reports of one practice have.

    Attributes
    ----------
    head : tuple of str
        Lines over the title.
    templates : Path or None
        A folder whose files stand in place of those of the program.
    tell : callable
        Takes a sentence on a template that cannot be used; the program's own is used then.
    """

    head: tuple[str, ...] = ()
    templates: Path | None = None
    tell: Callable[[str], None] = lambda _: None


PLAIN = House()


def house_of(store: "Store", tell: Callable[[str], None] = lambda _: None) -> House:
    """Letterhead and templates of some data."""
    folder = own_templates(store.folder)
    return House(read_letterhead(store).lines, folder if folder.is_dir() else None, tell)
