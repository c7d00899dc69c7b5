"""Bringing a database to the newest schema, a fresh one included."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from biofeedback.storage import schema
from biofeedback.storage.engine import give_back_on_demand, reading, writing
from biofeedback.storage.errors import StoreError

KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""The revisions that this version can read, oldest first. A released migration is never edited."""

MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine, database: Path, before: Callable[[], object] | None = None) -> None:
    """Make or upgrade the database in one transaction; a database that is up to date is left alone.

    Parameters
    ----------
    engine : Engine
    database : Path
    before : callable, optional
        Called before an older database is upgraded; what it raises keeps it as it is.

    Raises
    ------
    StoreError
        If the database comes from a newer version, or belongs to another program.
    """
    with reading(engine) as connection:
        revision = _revision(connection, database)
    if revision is None:
        _make(engine, database)
    elif revision != KNOWN[-1]:
        if before is not None:
            before()
        upgrade(engine, database)


def _revision(connection: Connection, database: Path) -> str | None:
    tables = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreError(
            f"{database} is a database of another program. Nothing was changed. "
            "Move the file away, or choose another folder with --data."
        )
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision not in KNOWN:
        raise StoreError(
            f"The data in {database.parent} come from a newer version of this program. Nothing was changed. "
            "Update the program, or choose another folder with --data."
        )
    return str(revision)


def _make(engine: Engine, database: Path) -> None:
    """Make the tables as the migrations would, without alembic, which takes time and memory."""
    give_back_on_demand(engine)
    with writing(engine) as connection:
        # Another process may have done it while this one waited for its turn
        if _revision(connection, database) is None:
            schema.make_tables(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": KNOWN[-1]})


def upgrade(engine: Engine, database: Path) -> None:
    """Take the database through the migrations that it lacks."""
    # Takes a third of a second to import, and is needed once a version
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        # Another process may have done it while this one waited for its turn
        if _revision(connection, database) != KNOWN[-1]:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
