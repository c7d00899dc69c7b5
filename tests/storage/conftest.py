from collections.abc import Iterator
from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.protection import key_file
from biofeedback.storage.protection.key_file import PASSPHRASE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="module", params=["plain", "encrypted"])
def protected(request: pytest.FixtureRequest) -> Iterator[None]:
    """Data that are made plain, and once more under a passphrase that costs nothing to try."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_file, "MEMORY_KIB", 64)
        patch.setattr(key_file, "GOAL_S", 0.0)
        if request.param == "encrypted":
            patch.setenv(PASSPHRASE, "a passphrase of some words")
        yield
