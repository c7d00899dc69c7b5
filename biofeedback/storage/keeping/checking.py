"""Whether what is stored is sound, asked of the database itself."""

from typing import Any

from biofeedback.storage.protection.keys import DataKey


def faults_in(connection: Any, key: DataKey | None) -> list[str]:
    """What is wrong in a database, as it tells it itself; nothing where all is well.

    Parameters
    ----------
    connection
        Of the driver, as of `engine.connect`.
    key : DataKey or None
        Each page of an encrypted database has a check sum of its own.
    """
    told = [line for (line,) in connection.execute("PRAGMA integrity_check(5)").fetchall() if line != "ok"]
    if key is not None:
        told += [line for (line,) in connection.execute("PRAGMA cipher_integrity_check").fetchall()]
    return [" ".join(line.split()) for line in told]
