"""What came of each session of a person, in one sweep: for trends and what is told of weeks."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from biofeedback.storage import schema
from biofeedback.storage.access import Access, is_person
from biofeedback.storage.records import Outcome, is_replayed
from biofeedback.storage.rows import document_of
from biofeedback.storage.seals import N_AT_ONCE, RATINGS, RESULTS, SESSION, sound_rows


class Outcomes(Access):
    """Sessions with their newest figures and all their ratings; raises `StoreError` where they cannot be read."""

    def of(self, person: str, since_utc: str = "", *, simulated: bool = False) -> list[Outcome]:
        """Of a person's ended sessions, oldest first; the empty name is that of whoever is at home.

        Of the figures there is only what is followed from session to session; `whole` has all.

        Parameters
        ----------
        person : str
        since_utc : str
            ISO 8601, a beginning is enough; only those that began then or later.
        simulated : bool
            Whether those with a simulated heart are among them.
        """
        from biofeedback.storage.of_people.followed import followed_of  # by a library that nothing else needs

        sessions = schema.sessions
        wanted = (
            is_person(sessions.c.person, person)
            & (sessions.c.started_utc >= since_utc)
            & sessions.c.ended_utc.is_not(None)
            & (sessions.c.simulated <= int(simulated))
        )
        with self._reading() as connection:
            return _read(connection, wanted, followed_of)

    def whole(self, session_ids: Iterable[str]) -> list[Outcome]:
        """Of ended sessions, oldest first, with all their figures."""
        column, ids, found = schema.sessions.c.session_id, iter(session_ids), []
        with self._reading() as connection:
            while some := list(islice(ids, N_AT_ONCE)):
                wanted = column.in_(some) & schema.sessions.c.ended_utc.is_not(None)
                found += _read(connection, wanted, document_of)
        return sorted(found, key=lambda outcome: outcome.started_utc)


def _read(connection: Connection, wanted: ColumnElement[bool], read: Callable[[str], dict[str, Any]]) -> list[Outcome]:
    """What came of sessions; what is damaged is left out, and `History.damage` tells of it."""
    sessions, results, ratings = schema.sessions, schema.results, schema.ratings
    line = [sessions.c[name] for name in SESSION.columns]
    begun = select(*line).where(wanted).order_by(sessions.c.started_utc, sessions.c.session)
    sound = sound_rows(connection, SESSION, connection.execute(begun).all())
    told = select(results).join_from(results, sessions).where(wanted).order_by(results.c.session, results.c.n)
    newest = {row.session: row.document for row in sound_rows(connection, RESULTS, connection.execute(told).all())}
    answers = connection.execute(select(ratings).join_from(ratings, sessions).where(wanted)).all()
    answered: dict[int, dict[str, dict[str, int]]] = {}
    for session, moment, question, value in sound_rows(connection, RATINGS, answers):
        answered.setdefault(session, {}).setdefault(moment, {})[question] = value
    return [
        Outcome(
            session_id=row.session_id,
            started_utc=row.started_utc,
            exercise=row.exercise,
            exercise_title=row.exercise_title,
            simulated=bool(row.simulated),
            duration_s=row.duration_s or 0.0,
            document=read(newest[row.session]) if row.session in newest else {},
            ratings=answered.get(row.session, {}),
            replayed=is_replayed(row.device),
            end_cause=row.end_cause or "",
        )
        for row in sound
    ]
