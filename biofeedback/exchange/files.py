"""Files that leave the program: written whole or not at all."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from biofeedback.storage.records import StoreError


class ExportError(StoreError):
    """A file cannot be written. The message says what happened, what was kept and what to do about it."""


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its place only once it is complete.

    Raises
    ------
    ExportError
        If it cannot be written; a file that was there before is left as it was.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written ({error.strerror}). The session itself is kept. "
            "Choose another file or folder, or free some space."
        ) from error
    finally:
        # Where the part cannot be looked at, there is none of ours
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
