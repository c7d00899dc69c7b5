"""The program's templates of reports, as files that a clinician can change."""

from importlib.resources import files
from pathlib import Path

from biofeedback.exchange.files import ExportError, written_whole
from biofeedback.reports.documents import TEMPLATE
from biofeedback.storage.folder import make_private

COPIED = (TEMPLATE, "style.css")


def copy_templates(folder: Path, *, force: bool = False) -> list[Path]:
    """Put them into a folder, none over one that is there without `force`.

    Raises
    ------
    ExportError
        If they cannot be written, or are there already.
    """
    there = [folder / name for name in COPIED if (folder / name).exists()]
    if there and not force:
        raise ExportError(
            f"{there[0]} is there already. Nothing was changed: put it aside, or replace it with --force."
        )
    try:
        make_private(folder)
    except OSError as error:
        raise ExportError(f"{folder} cannot be made ({error.strerror}). Nothing was written.") from error
    for name in COPIED:
        content = (files("biofeedback.reports") / "templates" / name).read_bytes()
        with written_whole(folder / name, force=force) as file:
            file.write(content)
    return [folder / name for name in COPIED]
