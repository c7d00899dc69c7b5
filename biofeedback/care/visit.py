"""What a clinician looks at before a session with somebody, and who of all people is expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from biofeedback.care.ahead import Ahead, read_ahead
from biofeedback.care.comments import read_comments
from biofeedback.care.forms import read_forms
from biofeedback.care.profile import Profile, read_profile
from biofeedback.storage.database import Store
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.records import EntryKind, PersonRow, SessionRow

N_SESSIONS = 6


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of somebody as they come in.

    Attributes
    ----------
    person : str
        Empty for whoever is at home.
    sessions : tuple of SessionRow
        The latest, newest first.
    comments : mapping of str to str
        By the id of a session.
    ahead : Ahead
        What today holds.
    open_forms : tuple of str
        Titles of questionnaires that are due or begun.
    profile : Profile
    """

    person: str
    sessions: tuple[SessionRow, ...]
    comments: Mapping[str, str]
    ahead: Ahead
    open_forms: tuple[str, ...]
    profile: Profile


def read_visit(store: Store, person: str, on: date | None = None) -> Visit:
    """What is known of somebody on a day."""
    store.permit(Act.READ, person, noted=False)
    day = on or date.today()
    forms = read_forms(store, person, day)
    titles = {each.id: each.title for each in forms.questionnaires}
    open_forms = tuple(dict.fromkeys((*forms.due, *forms.begun)))
    return Visit(
        person,
        tuple(store.sessions(person, limit=N_SESSIONS)),
        read_comments(store, person),
        read_ahead(store, person, day),
        tuple(titles.get(each, each) for each in open_forms),
        read_profile(store, person),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in the list: `due` where they have a plan and have not practised today, `here` where they have."""

    row: PersonRow
    due: bool
    here: bool


def read_list(store: Store, on: date | None = None) -> tuple[Listed, ...]:
    """Everybody who is not put aside: first who is due today, then who practised last."""
    day, planned = on or date.today(), store.journal.tellers(EntryKind.PLAN)
    listed = []
    for row in store.people.list():
        here = row.last_utc is not None and datetime.fromisoformat(row.last_utc).astimezone().date() == day
        listed.append(Listed(row, row.person in planned and not here, here))
    by_last = sorted(listed, key=lambda each: each.row.last_utc or "", reverse=True)
    return tuple(sorted(by_last, key=lambda each: not each.due))
