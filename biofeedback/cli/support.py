"""A file for those who mend the program, in which there is nothing of anybody."""

import io
import json
import platform
import re
import zipfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Annotated, Any

import typer

from biofeedback import __version__
from biofeedback.cli.options import DataOption, ForceOption, JsonOption, existing_data, print_document, tell
from biofeedback.exchange.files import written_whole
from biofeedback.storage.faults import LOGS, without_messages
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.protection.kept import IN_THE_OPEN, read_kept

DISTRIBUTION = "hrv-biofeedback"
INSIDE = (
    "What is inside: versions, which checks passed, the look and sound of the window, sizes of files, and where errors "
    "of the program happened. What is not: names, notes, answers, beats, straps, and what this computer is called."
)


def support_bundle(
    out: Annotated[Path, typer.Option(help="The ZIP file to write.")],
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A file for those who mend the program: no health data, no names, no addresses of straps."""
    folder = existing_data(data)
    parts = {"about.json": json.dumps(_about(folder), indent=1)}
    for log in LOGS:
        if (path := folder / log).is_file() and not path.is_symlink():
            parts[log] = without_messages(path.read_text(encoding="utf-8", errors="replace"))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    with written_whole(out, force=force) as target:
        target.write(content.getvalue())
    if as_json:
        print_document({"out": str(out), "files": sorted(parts)})
    else:
        tell(f"Wrote {out}. {INSIDE}")


def _packages() -> list[str]:
    """What the program stands on; what else is installed here is nobody's business."""
    try:
        needed = [each for each in requires(DISTRIBUTION) or () if "extra ==" not in each]
    except PackageNotFoundError:
        return []
    names = [re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in needed]
    return [name for name in names if _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def _about(folder: Path) -> dict[str, Any]:
    from biofeedback.cli.doctor import examine
    from biofeedback.storage.protection.state import state_of

    state = state_of(folder)
    database = folder / DATABASE
    return {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "packages": {name: version(name) for name in _packages()},
        # Their sentences may name folders and devices, and those are called after people
        "checks": {finding.name: finding.level.value for finding in examine(folder)},
        "encrypted": state.encrypted,
        "opens_by": state.by,
        "keychain": state.keychain,
        "window": {name: value for name, value in read_kept(folder, None).items() if name in IN_THE_OPEN},
        "database_bytes": database.stat().st_size if database.is_file() else 0,
    }
