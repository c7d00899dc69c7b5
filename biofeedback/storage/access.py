"""Reading and writing the database, with what goes wrong put into words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Engine, insert, select
from sqlalchemy.exc import SQLAlchemyError

from biofeedback.storage import schema
from biofeedback.storage.engine import reading, trouble_of, writing
from biofeedback.storage.errors import StoreError
from biofeedback.storage.names import folded, tidy


def person_key(connection: Connection, name: str) -> int | None:
    """The key of a person, made where the name is new in any spelling; None for no name."""
    persons, alike = schema.persons, folded(name)
    if not alike:
        return None
    connection.execute(insert(persons).prefix_with("OR IGNORE").values(name=tidy(name), folded=alike))
    key: int = connection.execute(select(persons.c.person).where(persons.c.folded == alike)).scalar_one()
    return key


def is_person(owner: ColumnElement[int | None], name: str) -> ColumnElement[bool]:
    """Whether the owner of a row is a person; the empty name is that of whoever is at home.

    Asked by key, so that the rows are found by their index.
    """
    persons, alike = schema.persons, folded(name)
    if not alike:
        return owner.is_(None)
    return owner == select(persons.c.person).where(persons.c.folded == alike).scalar_subquery()


class Access:
    """What has to do with the database; may be used from any thread."""

    kept = "What was there is kept as it was; this change is not"
    """Said where something cannot be written."""

    def __init__(self, engine: Engine, database: Path) -> None:
        self._engine = engine
        self._database = database

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with reading(self._engine) as connection:
                yield connection
        except SQLAlchemyError as error:
            trouble = trouble_of(error, self._database, has_key=True)
            raise StoreError(f"{trouble.what}. Nothing was changed. {trouble.advice}.") from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with writing(self._engine) as connection:
                yield connection
        except SQLAlchemyError as error:
            trouble = trouble_of(error, self._database, has_key=True)
            raise StoreError(f"{trouble.what}. {self.kept}. {trouble.advice}, then try again.") from error
