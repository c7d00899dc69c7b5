"""The one place that tells what who is at the data may do and see, and has it written down."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, select

from biofeedback.storage import schema
from biofeedback.storage.deletion import DeletedSessions
from biofeedback.storage.errors import StoreError
from biofeedback.storage.history import LAST, History
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.permits.access_log import AccessLog
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.permits.roles import RefusedError, Role, User
from biofeedback.storage.permits.users import Users
from biofeedback.storage.records import SessionRow


class Guarded(History):
    """History as it is shown to who is at the data.

    Attributes
    ----------
    users : Users
    log : AccessLog
    """

    def __init__(self, engine: Engine, database: Path, locks: SessionLocks, ident: str = "") -> None:
        super().__init__(engine, database, locks)
        self.users = Users(engine, database)
        self._ident = ident
        self._user_name = self.users.named(ident)
        self.log = AccessLog(engine, database, self._user_name)
        self._chosen: set[str] = set()

    @property
    def user(self) -> User | None:
        """Who is at the data, as they are now; None for whoever has the first passphrase, or needs none."""
        return self.users.user(self._ident, self._user_name) if self._ident else None

    def permit(self, act: Act, person: str | None = None, detail: str = "", *, noted: bool = True) -> None:
        """Say that something is about to be done to somebody's data; it is written down, be it done or refused.

        Parameters
        ----------
        act : Act
        person : str or None
            None where it is nobody's data in particular.
        detail : str
            Without names.
        noted : bool
            False for what need not be written down unless it is refused.

        Raises
        ------
        RefusedError
            If who is at the data may not.
        StoreError
            If there are users, and it cannot be written down.
        """
        user = self.user
        if user is not None and (why := user.why_not(act, person)):
            self.log.note(Act.REFUSED, person, f"{act} {detail}".rstrip())
            raise RefusedError(why)
        if noted:
            with suppress(*() if user else (StoreError,)):  # alone at home, a full disk keeps nobody from reading
                self.log.note(act, person, detail)

    def may(self, act: Act, person: str | None = None) -> bool:
        """Whether something would be permitted: what goes along with another act is left out without a refusal."""
        user = self.user
        return user is None or not user.why_not(act, person)

    def sessions(self, person: str | None = None, since_utc: str = "", limit: int | None = None) -> list[SessionRow]:
        user = self.user
        if user is None:
            return super().sessions(person, since_utc, limit)
        return [row for row in super().sessions(person, since_utc) if user.sees(row.person)][:limit]

    def find(self, prefix_or_id: str, person: str | None = None) -> SessionRow:
        user, wanted = self.user, prefix_or_id.strip()
        if user is not None and user.role is not Role.OWNER:
            seen = [row.session_id for row in self.sessions(person if person is None else self.person(person))]
            found = seen[:1] if wanted == LAST else [each for each in seen if wanted and each.startswith(wanted)]
            if len(found) != 1 and wanted not in found:
                self.log.note(Act.REFUSED, None, f"session {wanted}")
                number = "more than one session" if found else "no session"
                raise RefusedError(f"Among those assigned to {user.name}, there is {number} {wanted!r}.")
            wanted = found[0] if len(found) == 1 else wanted
        return super().find(wanted, person)

    def persons(self) -> list[str]:
        user = self.user
        return [name for name in super().persons() if user is None or user.sees(name)]

    def find_person(self, name: str) -> str | None:
        found, user = super().find_person(name), self.user
        return found if user is None or found is None or user.sees(found) else None

    def person(self, name: str) -> str:
        user = self.user
        if user is not None and not user.sees(name):
            self.permit(Act.CHOOSE, name)
        found = super().person(name)
        if found and found not in self._chosen:
            self.permit(Act.CHOOSE, found)
            self._chosen.add(found)
        return found

    def delete(self, session_ids: Iterable[str]) -> DeletedSessions:
        wanted = list(dict.fromkeys(session_ids))
        for session_id in wanted:
            self.permit(Act.DELETE, self._owner(session_id), session_id)
        return super().delete(wanted)

    def _owner(self, session_id: str) -> str:
        persons, sessions = schema.persons, schema.sessions
        query = select(persons.c.name).join_from(sessions, persons).where(sessions.c.session_id == session_id)
        with self._reading() as connection:
            return connection.scalar(query) or ""
