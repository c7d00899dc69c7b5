"""The folder where data live, readable by its owner only."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from biofeedback.storage.errors import StoreError

ENVIRONMENT_VARIABLE = "BIOFEEDBACK_DATA"
DATABASE = "biofeedback.sqlite"
LOCKS = "locks"
BACKUPS = "backups"
OWN_EXERCISES = "exercises"
OWN_QUESTIONNAIRES = "questionnaires"
OWN_COURSES = "courses"
OWN_LESSONS = "lessons"
OWN_TEMPLATES = "templates"
OWN_FOLDERS = (OWN_EXERCISES, OWN_QUESTIONNAIRES, OWN_COURSES, OWN_LESSONS, OWN_TEMPLATES)
"""Files that a person wrote."""
SETTINGS = "window.json"
PART = ".part"
"""Ending of a file that is not complete yet."""
LONGEST_OWN_FILE = 10_000_000
"""Characters; settings and keys have a few thousand."""
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
"""Whoever may write into a folder could put a link there, and let the program write into another file."""
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""A pipe that was put in the place of a file is told at once, not waited for."""
_LOGS_OF_SQLITE = ("-wal", "-shm", "-journal")

_PACKAGES = ("biofeedback", "devices", "protocols")
_SQLITE = b"SQLite format 3\0"
_WIPED_AT_ONCE = 1 << 20

_ELSEWHERE = "choose another folder with --data"


def data_directory(chosen: Path | None) -> Path:
    """The folder for data: the chosen one, else that of ``BIOFEEDBACK_DATA``, else the platform's user-data folder."""
    if chosen is not None:
        return chosen.expanduser()
    if named := os.environ.get(ENVIRONMENT_VARIABLE, "").strip():
        return Path(named).expanduser()
    return platformdirs.user_data_path("biofeedback", appauthor=False)


def own_exercises(chosen: Path | None) -> Path:
    """Where a person keeps exercise files of their own; the folder may not be there."""
    return data_directory(chosen) / OWN_EXERCISES


def own_questionnaires(chosen: Path | None) -> Path:
    """Where a person keeps questionnaire files of their own; the folder may not be there."""
    return data_directory(chosen) / OWN_QUESTIONNAIRES


def own_courses(chosen: Path | None) -> Path:
    """Where a person or their clinician keeps course files of their own; the folder may not be there."""
    return data_directory(chosen) / OWN_COURSES


def own_lessons(chosen: Path | None) -> Path:
    """Where a person or their clinician keeps lessons of their own; the folder may not be there."""
    return data_directory(chosen) / OWN_LESSONS


def own_templates(chosen: Path | None) -> Path:
    """Where a clinician keeps templates of reports of their own; the folder may not be there."""
    return data_directory(chosen) / OWN_TEMPLATES


def is_vacant(folder: Path) -> bool:
    """Whether a folder holds no data yet: it is not there, or has no database."""
    try:
        return not folder.exists() or (folder.is_dir() and not (folder / DATABASE).exists())
    except OSError:
        return False


def make_private(folder: Path) -> None:
    """Make a folder for its owner only, whatever the usual permissions are; one that is there stays as it is."""
    if not folder.is_dir():
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)


def prepare_folder(folder: Path) -> Path:
    """Make the folder and an empty database file where there are none, for the owner only.

    What others could read is closed to them; SQLite gives its companion files the permissions of the database. A
    folder that holds other things beside the data keeps its own permissions: it is shared.

    Returns
    -------
    Path
        The database file.

    Raises
    ------
    StoreError
        If the folder or the file cannot be made or written.
    """
    database = folder / DATABASE
    try:
        make_private(folder)
        make_private(folder / LOCKS)
        refuse_links(database)
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | NO_LINK, PRIVATE_FILE))
        _close_to_others(folder)
    except OSError as error:
        raise StoreError(_sentence(error, folder, database)) from error
    return database


def refuse_links(database: Path) -> None:
    """Raise where a database, or what SQLite keeps beside it, is a link to a file elsewhere.

    Two names of one database have two logs, and lose what the other wrote; a link may also be a trap.

    Raises
    ------
    StoreError
    """
    for path in (database, *(database.with_name(database.name + end) for end in _LOGS_OF_SQLITE)):
        if path.is_symlink():
            raise StoreError(
                f"{path} is a link to another file, which is not followed. Nothing was changed. Put the file itself "
                f"there, or {_ELSEWHERE}: the folder may be a link."
            )


def made_private(path: Path) -> Path:
    """An empty file for its owner only, where none is; a link is not followed.

    Raises
    ------
    OSError
        If something is there, or it cannot be made.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, PRIVATE_FILE))
    return path


def read_private(path: Path) -> str:
    """The text of a small file of the program's own.

    Raises
    ------
    OSError
        If it cannot be read, or is a link, a pipe or a device, which might never end.
    ValueError
        If it is far too long, or no text.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | NO_LINK | NO_WAIT), encoding="utf-8") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "no file", str(path))
        text = file.read(LONGEST_OWN_FILE + 1)
    if len(text) > LONGEST_OWN_FILE:
        raise ValueError(f"{path.name} has more than {LONGEST_OWN_FILE} characters")
    return text


def place_private(path: Path, content: bytes) -> None:
    """Write a file of the program's own, for its owner only: whole or not at all, and on the disk when it returns.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is left as it was.
    """
    part = path.with_name(f".{secrets.token_hex(6)}{PART}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        settle(path.parent)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Let the names in a folder be on the disk; not every system can be asked to."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            number = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)


def wipe(path: Path) -> None:
    """Overwrite a file and remove it; nothing where there is none.

    A disk that never writes twice to the same place (an SSD, a file system with snapshots) may keep the old content.
    What is behind a link is left as it is.
    """
    with contextlib.suppress(FileNotFoundError):  # also where somebody else removes it at the same time
        if not path.is_symlink():
            with os.fdopen(os.open(path, os.O_RDWR | NO_LINK | getattr(os, "O_BINARY", 0)), "r+b") as file:
                left = os.fstat(file.fileno()).st_size
                while left > 0:
                    left -= file.write(bytes(min(left, _WIPED_AT_ONCE)))
                file.flush()
                os.fsync(file.fileno())
        path.unlink()


def wipe_parts(folder: Path) -> None:
    """Overwrite what a program that was killed left of its small files; called where nobody else is in the folder."""
    for path in folder.glob(f".*{PART}"):
        if not path.is_dir():
            with contextlib.suppress(OSError):
                wipe(path)


def holds_data(folder: Path) -> bool:
    """Whether there is a database in a folder."""
    return (folder / DATABASE).exists()


def is_program_file(path: Path) -> bool:
    """Whether nobody but the program may write a file.

    So it is with what has, or could have, a meaning for the program in a folder of data, with everything else that is
    there already, with databases wherever they are and whatever they are called, and with the program itself. Own
    exercises, questionnaires, courses, lessons and templates belong to the person.

    Parameters
    ----------
    path : Path
        Without symbolic links; the file may not be there.
    """
    folder = path.parent
    code = [Path(__file__).parents[2] / package for package in _PACKAGES]
    if any(above.samefile(package) for above in path.parents if above.is_dir() for package in code):
        return True
    if holds_data(folder) and (_is_ours(path) or path.exists()):
        return True
    if folder.name.casefold() in (LOCKS, BACKUPS) and holds_data(folder.parent):
        return True
    with contextlib.suppress(OSError):
        return is_plain(path)
    return False


def is_plain(database: Path) -> bool:
    """Whether a file is a database that can be read without a key."""
    with database.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _close_to_others(folder: Path) -> None:
    """Take back what others may do with the data, where an earlier version or another program left it open."""
    if os.name != "posix":
        return
    entries = list(folder.iterdir())
    own = [path for path in entries if _is_ours(path)]
    inside = [
        path
        for name in (LOCKS, BACKUPS, *OWN_FOLDERS)
        if not (folder / name).is_symlink()
        for path in _below(folder / name)
    ]
    for path in [*own, *inside, *([folder] if len(own) == len(entries) else [])]:
        with contextlib.suppress(FileNotFoundError):  # locks come and go
            found = path.lstat()
            private = PRIVATE_FOLDER if stat.S_ISDIR(found.st_mode) else PRIVATE_FILE
            is_plain = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
            if is_plain and found.st_mode & 0o077 and found.st_uid == os.geteuid():
                path.chmod(private)


def _is_ours(path: Path) -> bool:
    """Whether a file in a folder of data has a name that the program gives; some disks know no capitals."""
    name = path.name.casefold()
    return name.startswith("biofeedback.") or name.endswith(PART) or name in (LOCKS, BACKUPS, *OWN_FOLDERS, SETTINGS)


def _below(folder: Path) -> Iterator[Path]:
    return folder.rglob("*") if folder.is_dir() else iter(())


def _sentence(error: OSError, folder: Path, database: Path) -> str:
    kept = "Nothing was changed."
    if error.errno == errno.ENOSPC:
        return f"The disk that holds {folder} is full. {kept} Free some space on it, or {_ELSEWHERE}."
    if database.is_dir():
        return f"{database} is a folder, where the database should be. {kept} Move it away, or {_ELSEWHERE}."
    in_the_way = [path for path in (folder / LOCKS, folder, *folder.parents) if path.exists() and not path.is_dir()]
    if in_the_way:
        return f"{in_the_way[0]} is a file, where data need a folder. {kept} Move it away, or {_ELSEWHERE}."
    return (
        f"Data cannot be written to {folder} ({error.strerror}). {kept} "
        f"Give yourself the right to write there, or {_ELSEWHERE}."
    )
