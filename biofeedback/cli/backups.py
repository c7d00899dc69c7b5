"""The commands that make a backup of all data, and bring one back."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from biofeedback.cli.options import (
    DataOption,
    ForceOption,
    JsonOption,
    at_home,
    existing_data,
    fail,
    opened_store,
    print_document,
    standard_output_alone,
    tell,
)
from biofeedback.storage.folder import data_directory, is_vacant


def backup(
    out: Annotated[Path, typer.Option(help="The file to write, for example on another disk; - for standard output.")],
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A backup of all data in one file, tried before it takes its place; it opens as the data do."""
    from biofeedback.exchange.backup_file import save_backup

    standard_output_alone(out, as_json)
    folder, out = existing_data(data), at_home(out)
    if is_vacant(folder):
        fail(f"There are no data in {folder} yet. Nothing was written.")
    with opened_store(data) as store:
        saved = save_backup(store, out, force=force)
    about, n_bytes = saved.about, saved.n_bytes
    if as_json:
        print_document({"out": str(out), "made_utc": about.made_utc, "n_sessions": about.n_sessions,
                        "n_bytes": n_bytes, "encrypted": about.encrypted, "verified": True})  # fmt: skip
        return
    how = (
        "It opens with the passphrase of today or the recovery key: have one of them written down."
        if about.encrypted
        else "It is not encrypted: who has the file can read it."
    )
    tell(f"Wrote {out}: {_sessions(about.n_sessions)}, {n_bytes / 1e6:.1f} MB, read back and sound. {how}")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup, or a copy of the database.", show_default=False)],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Brings a backup back. What is there now is kept beside it; nothing is changed where the backup is not sound."""
    from biofeedback.cli.options import ask_passphrase
    from biofeedback.storage.keeping.restoring import restore as bring_back

    restored = bring_back(at_home(file), data_directory(data), ask_passphrase)
    if as_json:
        print_document({"file": str(file), "made_utc": restored.made_utc, "n_sessions": restored.n_sessions,
                        "encrypted": restored.encrypted, "upgraded": restored.upgraded,
                        "kept": str(restored.kept) if restored.kept else None})  # fmt: skip
        return
    of = f" of {datetime.fromisoformat(restored.made_utc):%Y-%m-%d %H:%M} UTC" if restored.made_utc else ""
    upgraded = ", upgraded to this version" if restored.upgraded else ""
    kept = f"; the data of before are in {restored.kept}, until you remove them" if restored.kept else ""
    print(f"The backup{of} is back: {_sessions(restored.n_sessions)}{upgraded}{kept}.")


def _sessions(n: int) -> str:
    return f"{n} session" if n == 1 else f"{n} sessions"
