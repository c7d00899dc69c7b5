"""What the window remembers: each option declared once, kept in the data folder."""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

FILE = "window.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the person at this computer; an empty theme follows the system."""

    theme: str = ""
    scale_percent: int = 100
    reduced_motion: bool = False
    device_uri: str = "sim:"
    device_name: str = "Simulated person"
    exercise: str = "paced-breathing"
    minutes: float = 10.0
    rate_per_min: float = 6.0


def read_settings(folder: Path) -> Settings:
    """The settings kept in a folder; what is missing or of another kind keeps its default."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    settings = Settings()
    if not isinstance(found, dict):
        return settings
    for field in fields(Settings):
        value = found.get(field.name)
        default = getattr(settings, field.name)
        if isinstance(value, type(default)):
            settings = replace(settings, **{field.name: value})
    return settings


def keep_settings(folder: Path, settings: Settings) -> None:
    """Keep the settings; a folder that cannot be written costs only the memory of them."""
    try:
        (folder / FILE).write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
    except OSError:
        return
