"""Recordings of real people, which lie beside the project and are not part of it."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "recordings"


def recording(name: str) -> Path:
    """The path of a shared recording; the test is skipped where it is not to be had."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the recordings of real people are not here: {name}")
    return path
