"""The backups that the program makes by itself, in a folder beside the data, and which of them stay."""

import os
import re
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from biofeedback.storage.engine import DATABASE_ERRORS, trouble_of
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import (
    BACKUPS,
    DATABASE,
    LOCKS,
    PART,
    PRIVATE_FILE,
    is_vacant,
    made_private,
    make_private,
    settle,
    wipe,
)
from biofeedback.storage.keeping.backup import opened_backup, write_backup
from biofeedback.storage.protection.keys import DataKey

N_DAYS, N_WEEKS = 7, 4
"""The newest of each of the last days, and of each of the last weeks, that have one. A choice: a mistake is noticed
within days, damage within weeks, and more would keep what was deleted elsewhere for longer."""
DUE_AFTER = timedelta(days=1)
CLOCK_ASTRAY = timedelta(days=1)
"""So much a clock may have been set back between a session and a backup of before it."""
LONGEST_WAIT_S = 60.0
"""So long a backup that is being made is waited for: before another that somebody asked for, and before all that hold
what was deleted are removed. A choice."""
ROOM_FACTOR, ROOM_BYTES = 3, 1 << 26
"""A backup is made where so many times the size of the data is free, and this beside: a session never lacks room."""
_NAME = re.compile(r"(\d{8}T\d{6}Z)(?:-[0-9a-f]{4})?\.zip")
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class OwnBackup:
    """A backup in the folder of backups."""

    path: Path
    made: datetime


def own_backups(folder: Path) -> list[OwnBackup]:
    """The backups that the program made of a folder, newest first."""
    found = []
    with suppress(OSError):
        for path in (folder / BACKUPS).iterdir():
            if (named := _NAME.fullmatch(path.name)) and path.is_file() and not path.is_symlink():
                with suppress(ValueError):
                    found.append(OwnBackup(path, datetime.strptime(named[1], _TIME).replace(tzinfo=UTC)))
    return sorted(found, key=lambda each: (each.made, each.path.name), reverse=True)


def is_due(folder: Path, now: datetime) -> bool:
    """Whether the newest backup is older than a day, or made after now by a clock that was set back since."""
    newest = next(iter(own_backups(folder)), None)
    return newest is None or abs(now - newest.made) > DUE_AFTER


def keep_backup(folder: Path, key: DataKey | None, now: datetime, wait_s: float = 0.0) -> OwnBackup | None:
    """Make a backup of the data and let go of those that are not needed any more.

    None while another is being made, if that takes longer than it may be waited for.

    Raises
    ------
    StoreError
        If none can be made; those that are there are kept.
    """
    if is_vacant(folder):
        return None
    try:
        make_private(folder / BACKUPS)
        with FileLock(folder / LOCKS / ".backups", timeout=wait_s, mode=PRIVATE_FILE):
            _check_room(folder)
            made = _made(folder, key, now)
            backups = own_backups(folder)
            open_to_all = [each for each in backups if key is not None and _is_plain(each.path)]
            for each in {*not_kept(backups), *open_to_all}:
                wipe(each.path)
            return made
    except Timeout:
        return None
    except DATABASE_ERRORS as error:
        trouble = trouble_of(error, folder / DATABASE, has_key=True)
        raise StoreError(f"No backup was made. {trouble.what}. {trouble.advice}.") from error
    except OSError as error:
        raise StoreError(
            f"No backup was made: {folder / BACKUPS} cannot be written ({error.strerror}). Those that are there are "
            "kept. Give yourself the right to write there, or free some space."
        ) from error


def not_kept(backups: Sequence[OwnBackup]) -> list[OwnBackup]:
    """Those of some backups, newest first, that are neither the newest of a late day nor of a late week."""
    kept = _newest_of(backups, N_DAYS, lambda each: each.made.date())
    kept |= _newest_of(backups, N_WEEKS, lambda each: each.made.isocalendar()[:2])
    return [each for each in backups if each.path not in kept]


def forget_backups(folder: Path, since_utc: str = "") -> int:
    """Overwrite and remove the backups that hold still what was deleted; how many there were.

    One that is being made meanwhile is waited for, and goes with the others: it may have been begun before.

    Parameters
    ----------
    folder : Path
    since_utc : str
        When what was deleted began: the backups of before have nothing of it. Empty for all of them.

    Raises
    ------
    StoreError
        If one is still there.
    """
    if not (folder / BACKUPS).is_dir():
        return 0
    since = _moment(since_utc)
    try:
        with FileLock(folder / LOCKS / ".backups", timeout=LONGEST_WAIT_S, mode=PRIVATE_FILE):
            backups = [each for each in own_backups(folder) if since is None or each.made > since - CLOCK_ASTRAY]
            for path in [*(each.path for each in backups), *(folder / BACKUPS).glob(f".*{PART}")]:
                wipe(path)
    except Timeout as error:
        raise _still_there(folder, "another program is making one") from error
    except OSError as error:
        raise _still_there(folder, error.strerror) from error
    return len(backups)


def _still_there(folder: Path, why: str | None) -> StoreError:
    return StoreError(
        f"A backup in {folder / BACKUPS} cannot be removed ({why}), and still holds what is to be gone. "
        "Remove the files there yourself."
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _is_plain(path: Path) -> bool:
    """Whether a backup is of before the data were encrypted."""
    with suppress(StoreError, OSError), path.open("rb") as file, opened_backup(file, path.name) as (_, about):
        return not about.encrypted
    return False


def _newest_of(backups: Sequence[OwnBackup], n: int, part_of: Callable[[OwnBackup], object]) -> set[Path]:
    newest: dict[object, Path] = {}
    for each in backups:
        newest.setdefault(part_of(each), each.path)
    return set(list(newest.values())[:n])


def _check_room(folder: Path) -> None:
    needed = ROOM_FACTOR * (folder / DATABASE).stat().st_size + ROOM_BYTES
    if shutil.disk_usage(folder).free < needed:
        raise StoreError(
            f"No backup was made: the disk that holds {folder} has too little room. Those that are there are kept. "
            "Free some space on it, or make one elsewhere with `biofeedback backup --out FILE`."
        )


def _made(folder: Path, key: DataKey | None, now: datetime) -> OwnBackup:
    backups = folder / BACKUPS
    for left in backups.glob(f".*{PART}"):  # of a program that was killed; nobody else is here now
        wipe(left)
    part = made_private(backups / f".{secrets.token_hex(6)}{PART}")
    try:
        with part.open("r+b") as file:
            write_backup(folder, key, file, backups, portable=False)
            os.fsync(file.fileno())
        path = backups / f"{now.astimezone(UTC).strftime(_TIME)}-{secrets.token_hex(2)}.zip"
        part.replace(path)
        settle(backups)
    finally:
        wipe(part)
    return OwnBackup(path, now.astimezone(UTC).replace(microsecond=0))
