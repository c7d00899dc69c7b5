from collections.abc import Iterator
from pathlib import Path

import pytest

from biofeedback.bench.injection import clean_hearts
from biofeedback.storage.database import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="session")
def hearts() -> list[list[float]]:
    """Of eight simulated people; they take seconds to make."""
    return clean_hearts()
