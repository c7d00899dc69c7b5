"""Users of a clinic: who may do what, and with whose data. Alone at home there are none, and everything may be done."""

from dataclasses import dataclass
from enum import StrEnum

from biofeedback.storage.errors import StoreError
from biofeedback.storage.names import folded
from biofeedback.storage.permits.acts import Act

N_USERS_MOST = 50


class Role(StrEnum):
    """What a user is for."""

    OWNER = "owner"
    CLINICIAN = "clinician"
    ASSISTANT = "assistant"


_PRACTICE = frozenset((Act.CHOOSE, Act.PRACTISE, Act.CHANGE))
MAY = {
    Role.OWNER: frozenset(Act),
    Role.CLINICIAN: _PRACTICE | {Act.READ, Act.REPORT, Act.EXPORT},
    Role.ASSISTANT: _PRACTICE,
}
"""An owner sees everybody, the others those who are assigned to them."""
_WORDS = {
    Act.READ: "read what was measured",
    Act.REPORT: "write reports",
    Act.EXPORT: "export data",
    Act.DELETE: "delete data",
    Act.PEOPLE: "add, rename, join or put aside people",
    Act.LOCK: "change how the data open",
    Act.USERS: "manage users or read the access log",
    Act.PAPERWORK: "change the letterhead or the templates of reports",
    Act.BACKUP: "make backups",
    Act.RESTORE: "restore backups",
}


class RefusedError(StoreError):
    """Who is at the data may not do that."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a passphrase of their own; `people` are the folded names of those assigned to them."""

    ident: str
    name: str
    role: Role
    people: frozenset[str] = frozenset()

    def sees(self, person: str) -> bool:
        """Whether a person's data are shown; whoever is at home has none that are assigned."""
        return self.role is Role.OWNER or folded(person) in self.people

    def why_not(self, act: Act, person: str | None) -> str:
        """Why something may not be done, to whose data; empty where it may."""
        if act not in MAY[self.role]:
            what = _WORDS.get(act, "do that")
            return f"{self.name}, {a(self.role)}, may not {what}. Nothing was done: ask an owner of these data."
        if person is None or self.sees(person):
            return ""
        who = f"nobody called {person}" if person else "nobody without a name"
        return f"Among those assigned to {self.name}, there is {who}. Nothing was done: ask an owner of these data."


def a(role: Role) -> str:
    """With its article."""
    return f"an {role}" if role[0] in "ao" else f"a {role}"
