"""A session that was begun with the wrong person, given to the right one by the thread of devices and session."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from biofeedback.session.summary import SessionSummary
from biofeedback.storage.errors import StoreError
from biofeedback.storage.names import folded
from biofeedback.ui.bridge import Bridge
from biofeedback.ui.chosen import Chosen
from biofeedback.ui.data_desk import DataDesk
from biofeedback.ui.messages import GivingRefused, SessionGiven

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class GivingDesk(DataDesk):
    """Gives sessions to whose they are, at once or once they have ended."""

    def __init__(self, bridge: Bridge, folder: Path, person: str = "") -> None:
        super().__init__(bridge, folder, person)
        self._rightful: str | None = None

    # From the GUI thread

    def give_session(self, session_id: str, person: str) -> None:
        """Give a session of who practises to somebody else, who practises from then on.

        Told by `SessionGiven`, or by `GivingRefused`.
        """

        async def give() -> None:
            await self._give(session_id, person)

        self._bridge.submit(give)

    def give_at_end(self, person: str | None) -> None:
        """Let the running session become that of somebody else once it is saved; None: it stays whose it is."""

        def take() -> None:
            self._rightful = person if self.busy else None

        self._bridge.submit(take)

    # In the bridge's thread

    async def _as_given(self, summary: SessionSummary | None) -> SessionSummary | None:
        """A session that has just ended, of whose it is."""
        if summary is None or self._rightful is None:
            return summary
        return await self._give(summary.session_id, self._rightful) or summary

    async def _give(self, session_id: str, person: str) -> SessionSummary | None:
        """Give a session to somebody; as it is then, or None where that cannot be."""
        from biofeedback.care.who import read_who
        from biofeedback.session.kept.archive import read_summary
        from biofeedback.session.kept.given import give

        async with self._asking:
            store, chosen = self._store, self._chosen
            if store is None:
                return None

            def work(store: "Store") -> SessionGiven:
                before = give(store, session_id, person, datetime.now(UTC).isoformat(timespec="seconds"))
                who = read_who(store, person) if folded(before) == folded(chosen.name) else None
                return SessionGiven(read_summary(store, session_id), before, who)

            try:
                given = await asyncio.to_thread(work, store)
            except StoreError as error:
                self._bridge.tell(GivingRefused(str(error)))
                return None
            if given.who is not None and chosen is self._chosen:
                self._chosen = self._settled = Chosen(given.who.name, known=bool(given.who.name))
            else:
                given = replace(given, who=None)
            self._bridge.tell(given)
        return given.summary
