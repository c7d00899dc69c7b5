"""What came of each session of a person, in one sweep: for trends and what is told of weeks."""

import json

from sqlalchemy import select

from biofeedback.storage import schema
from biofeedback.storage.access import Access, is_person
from biofeedback.storage.records import Outcome, is_replayed


class Outcomes(Access):
    """Sessions with their newest figures and all their ratings; raises `StoreError` where they cannot be read."""

    def of(self, person: str, since_utc: str = "", *, simulated: bool = False) -> list[Outcome]:
        """Of a person's ended sessions, oldest first; the empty name is that of whoever is at home.

        Parameters
        ----------
        person : str
        since_utc : str
            ISO 8601, a beginning is enough; only those that began then or later.
        simulated : bool
            Whether those with a simulated heart are among them.
        """
        sessions, results, ratings = schema.sessions, schema.results, schema.ratings
        wanted = (
            select(sessions.c.session)
            .join_from(sessions, schema.persons, isouter=True)
            .where(is_person(person), sessions.c.started_utc >= since_utc, sessions.c.ended_utc.is_not(None))
            .where(sessions.c.simulated <= int(simulated))
        )
        query = (
            select(sessions).where(sessions.c.session.in_(wanted)).order_by(sessions.c.started_utc, sessions.c.session)
        )
        figures = (
            select(results.c.session, results.c.document)
            .where(results.c.session.in_(wanted))
            .order_by(results.c.session, results.c.n)
        )
        answered: dict[int, dict[str, dict[str, int]]] = {}
        with self._reading() as connection:
            for row in connection.execute(select(ratings).where(ratings.c.session.in_(wanted))):
                answered.setdefault(row.session, {}).setdefault(row.moment, {})[row.question] = row.value
            newest = {row.session: row.document for row in connection.execute(figures)}
            return [
                Outcome(
                    session_id=row.session_id,
                    started_utc=row.started_utc,
                    exercise=row.exercise,
                    exercise_title=row.exercise_title,
                    simulated=bool(row.simulated),
                    duration_s=row.duration_s or 0.0,
                    document=json.loads(newest[row.session]) if row.session in newest else {},
                    ratings=answered.get(row.session, {}),
                    replayed=is_replayed(row.device),
                )
                for row in connection.execute(query)
            ]
