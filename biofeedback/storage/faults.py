"""Errors that nobody foresaw: caught at the border of a task, a thread or a page, and written down to be mended.

Expected trouble has sentences of its own and never comes here.
"""

import os
import re
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from biofeedback.storage.folder import NO_LINK, NO_WAIT

FAULTS, OLDER = "biofeedback.faults.log", "biofeedback.faults.old.log"
LOGS = (FAULTS, OLDER)
MOST_BYTES = 200_000
"""Of the file; the one before it is kept beside it, so that the two hold no more than twice this."""
MOST_FRAMES = 40
MOST_LETTERS = 300
"""Of the message of an error."""
UNSAID = "(its message is left out, for it may quote what somebody told or what was measured)"
_PLACE = re.compile(r"  [^\s:]+:\d+ in \S+")
_HEAD = re.compile(r"\d{4}-\d\d-\d\dT[\d:+]+|\w*(Error|Exception|Warning|Timeout)\b(?=:)")
"""What stands in the log: a line of the program, and the time and the name of an error before its message."""
_HOUSE = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Caught:
    """What became of a stretch of work; `error` is None where all went well."""

    error: Exception | None = None


class FaultLog:
    """Writes unforeseen errors into a file of the data folder, for its owner only; each once as long as it lives.

    Lines of the program and the name of the error are written, and its message where that stands in the program itself:
    no value that could be of a person, and no path that could name one. Where the file cannot be written, nothing is:
    this must never make matters worse. Safe to use from any thread.

    Parameters
    ----------
    folder : Path or None
        Of the data; it is not made here. None writes nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.path = folder / FAULTS if folder else None
        self._told: set[tuple[str, ...]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def contained(self, where: str, *foreseen: type[Exception]) -> Iterator[Caught]:
        """Let no unforeseen error out; tell the caller of it instead, and write it down.

        This is the border of a task, a thread or a page, and the only place where every error is caught.

        Parameters
        ----------
        where : str
            What was being done, for those who mend it.
        *foreseen
            Errors that somebody further out has a sentence for; they pass.
        """
        caught = Caught()
        try:
            yield caught
        except foreseen:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            caught.error = error
            self.note(error, where)

    def note(self, error: BaseException, where: str) -> bool:
        """Write an error down; False where the same one of the same place was written before."""
        frames = traceback.extract_tb(error.__traceback__)
        place = (where, type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in frames[-1:]))
        with self._lock:
            if place in self._told:
                return False
            self._told.add(place)
            self._write(_account(error, where, frames))
        return True

    def _write(self, text: str) -> None:
        path = self.path
        if path is None or not path.parent.is_dir():
            return
        try:
            if path.exists() and path.stat().st_size > MOST_BYTES:
                path.replace(path.with_name(OLDER))
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | NO_LINK | NO_WAIT, 0o600), "ab"
            ) as log:
                log.write(text.encode("utf-8", "backslashreplace"))
        except OSError:  # a full or a lost disk
            return


def _account(error: BaseException, where: str, frames: traceback.StackSummary) -> str:
    message = " ".join(_harmless(error).split())[:MOST_LETTERS]
    when = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [f"  {_in_house(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-MOST_FRAMES:]]
    return "\n".join((f"{when} {where}", *lines, f"{type(error).__name__}: {message}", "", ""))


def without_messages(log: str) -> str:
    """A log without the messages of its errors: earlier versions wrote also those that may quote somebody's data."""
    return "\n".join(found[0] for line in log.splitlines() if (found := _PLACE.fullmatch(line) or _HEAD.match(line)))


def _harmless(error: BaseException) -> str:
    """The message of an error where it is written so in the code that raised it, and thus holds nobody's data."""
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    message = str(error)
    return message if not message or (last and message in last.tb_frame.f_code.co_consts) else UNSAID


def _in_house(filename: str) -> str:
    """The path of a file from the program's own folder or that of a library on; a home folder names a person."""
    path = Path(filename)
    if path.is_relative_to(_HOUSE):
        return path.relative_to(_HOUSE).as_posix()
    return "/".join(path.parts[-2:])
