"""The folder where data live, readable by its owner only."""

import errno
import os
from pathlib import Path

import platformdirs

from biofeedback.storage.records import StoreError

ENVIRONMENT_VARIABLE = "BIOFEEDBACK_DATA"
DATABASE = "biofeedback.sqlite"
LOCKS = "locks"
OWN_EXERCISES = "exercises"

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


def prepare_folder(folder: Path) -> Path:
    """Make the folder and an empty database file where there are none, for the owner only.

    A folder that is already there keeps its permissions: it may be shared with other things. The files in it are
    made private all the same; SQLite gives its companion files the permissions of the database.

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
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
        (folder / LOCKS).mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name == "posix" and database.stat().st_mode & 0o077:
            database.chmod(0o600)
    except OSError as error:
        raise StoreError(_sentence(error, folder, database)) from error
    return database


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
