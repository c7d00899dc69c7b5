"""The users of a clinic as they lie in the data; their passphrases lie in the file of keys."""

import secrets

from sqlalchemy import Connection, delete, insert, select, update

from biofeedback.storage import schema
from biofeedback.storage.access import Access
from biofeedback.storage.errors import StoreError
from biofeedback.storage.names import folded, person_name
from biofeedback.storage.permits.roles import N_USERS_MOST, Role, User

IDENT_BYTES = 8


class Users(Access):
    """All methods raise `StoreError` where the database cannot be read or written."""

    def list(self) -> list[User]:
        """All users, by name."""
        users = schema.users
        with self._reading() as connection:
            found = [_user(connection, row.user, row.name, row.role) for row in connection.execute(select(users))]
        return sorted(found, key=lambda user: folded(user.name))

    def named(self, ident: str) -> str:
        """The name of a user; empty for no user."""
        if not ident:
            return ""
        with self._reading() as connection:
            return connection.scalar(select(schema.users.c.name).where(schema.users.c.user == ident)) or ident

    def user(self, ident: str, name: str) -> User:
        """A user as they are now; one who was removed sees nobody any more."""
        users = schema.users
        with self._reading() as connection:
            row = connection.execute(select(users).where(users.c.user == ident)).one_or_none()
            return _user(connection, ident, row.name, row.role) if row else User(ident, name, Role.ASSISTANT)

    def find(self, name: str) -> User:
        """The user of a name, in any spelling.

        Raises
        ------
        StoreError
            If there is none.
        """
        for user in self.list():
            if folded(user.name) == folded(name):
                return user
        raise StoreError(f"There is no user {name}. Nothing was changed: `biofeedback lock users` lists them.")

    def add(self, name: str, role: Role) -> User:
        """Somebody new, to whom nobody is assigned yet.

        Raises
        ------
        ValueError
            If it is no name.
        StoreError
            If there is a user of that name, or there are very many.
        """
        kept = person_name(name)
        if not kept:
            raise ValueError("a user needs a name")
        there = self.list()
        if any(folded(user.name) == folded(kept) for user in there):
            raise StoreError(f"There is a user {kept} already. Nothing was changed.")
        if len(there) >= N_USERS_MOST:
            raise StoreError(f"There are {N_USERS_MOST} users already, as many as there can be. Nothing was changed.")
        ident = secrets.token_hex(IDENT_BYTES)
        with self._writing() as connection:
            connection.execute(insert(schema.users).values(user=ident, name=kept, role=role))
        return User(ident, kept, role)

    def remove(self, user: User) -> None:
        """Nobody of that name any more; their entries in the log stay."""
        assigned, users = schema.assigned, schema.users
        with self._writing() as connection:
            connection.execute(delete(assigned).where(assigned.c.user == user.ident))
            connection.execute(delete(users).where(users.c.user == user.ident))

    def set_role(self, user: User, role: Role) -> None:
        """Let a user be for something else."""
        with self._writing() as connection:
            connection.execute(update(schema.users).where(schema.users.c.user == user.ident).values(role=role))

    def assign(self, user: User, person: str, *, on: bool = True) -> None:
        """Let a user see a person's data, or no longer."""
        assigned, persons = schema.assigned, schema.persons
        with self._writing() as connection:
            key = connection.scalar(select(persons.c.person).where(persons.c.folded == folded(person)))
            if key is None:
                raise StoreError(f"There is nobody called {person} in these data. Nothing was changed.")
            connection.execute(delete(assigned).where(assigned.c.user == user.ident, assigned.c.person == key))
            if on:
                connection.execute(insert(assigned).values(user=user.ident, person=key))


def _user(connection: Connection, ident: str, name: str, role: str) -> User:
    assigned, persons = schema.assigned, schema.persons
    query = select(persons.c.folded).join_from(assigned, persons).where(assigned.c.user == ident)
    return User(ident, name, Role(role), frozenset(connection.scalars(query)))
