"""What a failing disk does to plain data: values change, and nothing is told of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from biofeedback.storage.folder import DATABASE


def spoil(folder: Path, statement: str, values: tuple[object, ...] = ()) -> None:
    """Change values in a database behind its back, so that their seals stay as they were."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.create_function("seal", -1, lambda *_: 0)
        assert connection.execute(statement, values).rowcount
