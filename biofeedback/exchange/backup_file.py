"""A backup of all data as a file elsewhere, for example on another disk."""

from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path

from biofeedback.exchange.files import STANDARD_OUTPUT, ExportError, written_whole
from biofeedback.storage.database import Store
from biofeedback.storage.engine import DATABASE_ERRORS, trouble_of
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.keeping.backup import About, write_backup
from biofeedback.storage.permits.acts import Act


@dataclass(frozen=True, slots=True)
class Saved:
    """A backup that was written, read back and found to be sound."""

    about: About
    n_bytes: int


def save_backup(store: Store, out: Path, *, force: bool = False) -> Saved:
    """Write a backup that opens elsewhere as the data do here.

    Parameters
    ----------
    store : Store
    out : Path
        ``-`` is standard output.
    force : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    ExportError
        If it cannot be written.
    StoreError
        If the data are damaged, or who is at them may not.
    """
    store.permit(Act.BACKUP)
    with written_whole(out, force=force) as file:
        is_stream = out == STANDARD_OUTPUT or (out.exists() and not out.is_file())
        work = store.folder if is_stream else out.resolve().parent  # the disk of the data may have no room for it
        try:
            about = write_backup(store.folder, store.protection.key, file, work)
        except DATABASE_ERRORS as error:
            trouble = trouble_of(error, store.folder / DATABASE, has_key=True)
            raise ExportError(f"{trouble.what}. No backup was made. {trouble.advice}.") from error
        return Saved(about, file.seek(0, SEEK_END))
