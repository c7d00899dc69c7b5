"""A backup: all data in one file, which is tried before it may take its place.

It is a ZIP file, not compressed, with the database as it is (encrypted with the same key where that is), what a person
wrote as files, what the window remembers, and a table of contents with the SHA-256 of each.
"""

import hashlib
import json
import os
import re
import secrets
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from biofeedback import __version__
from biofeedback.storage.engine import connect
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, OWN_FOLDERS, PART, SETTINGS, made_private, wipe
from biofeedback.storage.keeping.checking import faults_in
from biofeedback.storage.protection.key_file import KEYS
from biofeedback.storage.protection.keys import DataKey

FORMAT = 1
ABOUT = "about.json"
MOST_OWN_FILES, MOST_OWN_BYTES = 2_000, 1 << 20
"""Of files that a person wrote, and of each of them; exercises and lessons are a few kilobytes."""
_MOST_ABOUT_BYTES = 1 << 20
_PIECE_BYTES = 1 << 20
_OWN = re.compile(rf"(?:{'|'.join(OWN_FOLDERS)})/[^./\\:\0][^/\\:\0]{{0,199}}")
_BROKEN = (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, TypeError, ValueError)
"""What Python's own reader of ZIP files raises where one is damaged or was made to do harm."""


@dataclass(frozen=True, slots=True)
class About:
    """What is in a backup; `sums` has the SHA-256 of each file in it."""

    format: int
    program: str
    made_utc: str
    n_sessions: int
    encrypted: bool
    sums: dict[str, str]


def write_backup(folder: Path, key: DataKey | None, file: IO[bytes], work: Path, *, portable: bool = True) -> About:
    """Write all data of a folder into a file that can be read too, and read it back.

    Others may go on recording in the meantime.

    Parameters
    ----------
    folder : Path
    key : DataKey or None
    file : binary file
    work : Path
        A folder with room for a second copy, which lies there for a moment.
    portable : bool
        Whether it is to open with the passphrase elsewhere, for which the lock of today goes along. Where the key is
        kept beside it needs none, and no passphrase of long ago opens it.

    Raises
    ------
    StoreError
        If the data are damaged, or what was written is not what was read.
    sqlcipher3.Error, OSError
        If they cannot be read or written.
    """
    made_utc = datetime.now(UTC).isoformat(timespec="seconds")
    with _copied(folder / DATABASE, key, work) as (copy, n_sessions):
        parts = {DATABASE: copy} | _beside(folder, portable=portable)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            sums = {name: _put(archive, name, path) for name, path in parts.items()}
            about = About(FORMAT, __version__, made_utc, n_sessions, key is not None, sums)
            archive.writestr(ABOUT, json.dumps(asdict(about), indent=1))
    file.flush()
    file.seek(0)
    with opened_backup(file, "What was written") as (archive, read):
        if read != about:
            raise StoreError("What was written is not what was read. No backup was made: the disk may be failing.")
        for name in read.sums:
            unpacked(archive, read, name, None)
    return about


@contextmanager
def opened_backup(file: IO[bytes], name: str) -> Iterator[tuple[zipfile.ZipFile, About]]:
    """A backup to be read, its table of contents tried; all else only in `unpacked`.

    Raises
    ------
    StoreError
        If it is none, is damaged, or was made by a newer version.
    """
    with _told(name):
        archive = zipfile.ZipFile(file)
        listed = archive.getinfo(ABOUT)
        if listed.file_size > _MOST_ABOUT_BYTES or listed.compress_type != zipfile.ZIP_STORED:
            raise ValueError("its table of contents is too long")
        found = json.loads(archive.read(ABOUT))
        if type(found["format"]) is int and found["format"] > FORMAT:
            raise StoreError(
                f"{name} was made by a newer version of this program. Nothing was changed. Update the program."
            )
        about = About(**found)
        _check(about)
    with archive:
        yield archive, about


def unpacked(archive: zipfile.ZipFile, about: About, name: str, into: Path | None) -> None:
    """Write a file of a backup to a place where none is; None only tries it.

    Raises
    ------
    StoreError
        If it is damaged.
    OSError
        If it cannot be written.
    """
    with _told(str(archive.filename or "The backup")):
        listed = archive.getinfo(name)
        if listed.compress_type != zipfile.ZIP_STORED or listed.file_size != listed.compress_size:
            raise ValueError(f"{name} is packed in a way that no backup is")
        digest = hashlib.sha256()
        with archive.open(listed) as source, _new_file(into) as target:
            while piece := source.read(_PIECE_BYTES):
                digest.update(piece)
                if target is not None:
                    target.write(piece)
        if digest.hexdigest() != about.sums[name]:
            raise ValueError(f"{name} is not as it was")


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise StoreError(
            f"{name} is no backup of this program, or it is damaged. Nothing was changed. Try an older one."
        ) from error


def _check(about: About) -> None:
    own = [name for name in about.sums if _OWN.fullmatch(name)]
    known = {DATABASE, KEYS, SETTINGS, *own}
    if DATABASE not in about.sums or set(about.sums) - known or len(own) > MOST_OWN_FILES:
        raise ValueError("it holds what no backup does")
    if not all(isinstance(value, str) for value in (*about.sums.values(), about.made_utc, about.program)):
        raise ValueError("its table of contents is of another kind")
    datetime.fromisoformat(about.made_utc)
    if type(about.n_sessions) is not int or type(about.encrypted) is not bool:
        raise ValueError("its table of contents is of another kind")


@contextmanager
def _copied(database: Path, key: DataKey | None, work: Path) -> Iterator[tuple[Path, int]]:
    """One state of the database, copied and tried, and the number of its sessions."""
    part = made_private(work / f".{secrets.token_hex(6)}{PART}")
    try:
        with closing(connect(database, key)) as source, closing(connect(part, key)) as target:
            source.execute("BEGIN").close()
            counts = _counts(source)
            source.backup(target)
            source.execute("COMMIT").close()
        with closing(connect(part, key)) as copy:
            copy.execute("PRAGMA journal_mode = DELETE").close()  # nothing of it is beside the file then
            if faults := faults_in(copy, key):
                raise StoreError(
                    f"{database} is damaged ({faults[0]}), so that no backup was made: it would be damaged too. "
                    "Earlier backups are as they were: `biofeedback restore` brings one back."
                )
            if _counts(copy) != counts:
                raise StoreError("What was written is not what was read. No backup was made: the disk may be failing.")
        yield part, counts.get("sessions", 0)
    finally:
        wipe(part)


def _counts(connection: Any) -> dict[str, int]:
    """The number of rows of every table."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()}


def _beside(folder: Path, *, portable: bool) -> dict[str, Path]:
    """What belongs to the data and is no database."""
    named = {SETTINGS: folder / SETTINGS} | ({KEYS: folder / KEYS} if portable else {})
    own = {f"{name}/{path.name}": path for name in OWN_FOLDERS for path in _files(folder / name)}
    fitting = [name for name in own if _OWN.fullmatch(name)][:MOST_OWN_FILES]
    return {name: path for name, path in (named | {name: own[name] for name in fitting}).items() if _is_small(path)}


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_small(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= MOST_OWN_BYTES


def _put(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while piece := source.read(_PIECE_BYTES):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


@contextmanager
def _new_file(path: Path | None) -> Iterator[IO[bytes] | None]:
    if path is None:
        yield None
        return
    with made_private(path).open("r+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
