"""Files that leave the program: written whole or not at all, and never over what is there unless that is wanted."""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import PART, PRIVATE_FILE, holds_data, is_program_file

STANDARD_OUTPUT = Path("-")
IN_MEMORY_BYTES = 1 << 26


class ExportError(StoreError):
    """A file cannot be written. The message says what happened, what was kept and what to do about it."""


@contextlib.contextmanager
def written_whole(path: Path, *, force: bool = False, own: bool = False) -> Iterator[IO[bytes]]:
    """A file that takes its place only once it is complete. All files but the database are written through here.

    It can be read too, so that what was written can be tried before.

    Parameters
    ----------
    path : Path
        ``-`` is standard output. What is behind a symbolic link is written, not the link; a pipe or a device takes
        the content as it is.
    force : bool
        Whether a file that is there may be replaced.
    own : bool
        Whether it is one of the program's own in its data folder: then for the owner alone. Nothing else may be
        written there.

    Raises
    ------
    ExportError
        If it cannot be written, or is not to be; a file that was there before is left as it was.
    """
    try:
        with _poured(path) if path == STANDARD_OUTPUT or _is_stream(path) else _placed(path, force, own) as file:
            yield file
    except BrokenPipeError:  # nobody listens any longer, and nobody needs to be told
        raise
    except OSError as error:
        raise ExportError(_sentence(path, error)) from error


@contextlib.contextmanager
def _poured(path: Path) -> Iterator[IO[bytes]]:
    """A file in memory that goes into a stream at the end."""
    with SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        yield file
        file.seek(0)
        if path == STANDARD_OUTPUT:
            sys.stdout.flush()
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with path.open("wb") as stream:
                shutil.copyfileobj(file, stream)


@contextlib.contextmanager
def _placed(path: Path, force: bool, own: bool) -> Iterator[IO[bytes]]:
    """A file beside its place, moved there at the end."""
    target = _allowed(path, force, own)
    part = target.with_name(f".{secrets.token_hex(6)}{PART}")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        private = own or holds_data(target.parent)
        with os.fdopen(os.open(part, flags, PRIVATE_FILE if private else 0o666), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if force:
            if target.exists() and not own:
                shutil.copymode(target, part)
            part.replace(target)
        else:
            _move_to_free_place(part, target)
    finally:
        # Where the part cannot be looked at, there is none of ours
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _allowed(path: Path, force: bool, own: bool) -> Path:
    """The file that is meant, links followed, where it may be written."""
    try:
        target = path.resolve()
    except RuntimeError as error:  # links in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error
    if target.exists() and not target.is_file():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not own and is_program_file(target):
        raise ExportError(
            f"{path} belongs to the program or its data, which nothing else may write. "
            "Nothing was changed: choose another file."
        )
    if not force and target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    return target


def _move_to_free_place(part: Path, target: Path) -> None:
    """Move a file where none is, also where another program writes one there at this very moment."""
    if os.name == "nt":
        part.rename(target)  # refuses there
        return
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError as error:  # some file systems have no links
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
        part.replace(target)


def _is_stream(path: Path) -> bool:
    with contextlib.suppress(OSError):
        mode = path.stat().st_mode
        return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)
    return False


def _sentence(path: Path, error: OSError) -> str:
    match error.errno:
        case errno.EEXIST:
            return f"{path} is there already. Nothing was changed: choose another name, or replace it with --force."
        case errno.EISDIR:
            return f"'{path}' is a folder or a device. Nothing was written: name a file."
        case errno.ENOENT | errno.ENOTDIR if not path.parent.is_dir():
            return f"There is no folder {path.parent}. Nothing was written: make it first, or choose another file."
        case _:
            return (
                f"{path} cannot be written ({error.strerror}). Everything that was saved is kept. "
                "Choose another file or folder, or free some space."
            )
