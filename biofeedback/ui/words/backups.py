"""The words about backups."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from biofeedback.reports.dates import told_day, told_time

TITLE = "Backups"
ABOUT = (
    "A backup is a copy of everything that is kept here. Once a day the program makes one by itself and tries whether "
    "it can be read. It keeps one of each of the last seven days, and one of each of the last four weeks."
)
ELSEWHERE_ABOUT = (
    "A computer can break or be lost. Save a backup on a stick or another disk now and then, and keep it where only "
    "you can get at it."
)
OPENS = "It opens with your passphrase of that day or the recovery key: have one of them written down."
OPEN_TO_ALL = "It is not encrypted: whoever has the file can read it."
BACK = "Need one back? Close this window and type `biofeedback restore` and the name of the file in a terminal."
NOW, SAVE = "Make a backup now", "Save one on another disk"
WORKING, DONE = "A moment.", "That is done: the backup was read back and is sound."
BUSY = "Another backup is still being made. Try again in a minute."
SAVED = "Saved as {}, read back and sound."
NONE_YET = "There is no backup yet."
FILTER = "Backups (*.zip)"


def kept(made: Sequence[datetime], folder: Path, now: datetime) -> str:
    """When the newest was made and where they lie; `made` are their moments, newest first."""
    if not made:
        return f"{NONE_YET} They will lie in {folder}."
    newest = made[0].astimezone()
    day = "today" if newest.date() == now.astimezone().date() else told_day(newest)
    if len(made) == 1:
        return f"There is one backup, of {day}, {told_time(newest)}. It lies in {folder}."
    return f"The newest backup is of {day}, {told_time(newest)}. There are {len(made)} of them, in {folder}."
