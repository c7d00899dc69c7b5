"""What the office does where a session was begun with the wrong person."""

from typing import TYPE_CHECKING

from biofeedback.session.summary import SessionSummary
from biofeedback.ui.calls import Workshop
from biofeedback.ui.messages import SessionGiven
from biofeedback.ui.office.giving import Giving

if TYPE_CHECKING:
    from biofeedback.ui.office.window import OfficeWindow


class Given:
    """Lets sessions be given to whose they are.

    Parameters
    ----------
    office : OfficeWindow
    workshop : Workshop

    Attributes
    ----------
    running, over : Giving
        For the session that is running, and for the one that is over.
    """

    def __init__(self, office: "OfficeWindow", workshop: Workshop) -> None:
        self._office, self._workshop = office, workshop
        self.running = Giving(workshop.ask, self._give_at_end, running=True)
        self.over = Giving(workshop.ask, self._give)
        self._given: SessionGiven | None = None

    def close_with(self, summary: SessionSummary) -> None:
        """Show a session that is over, and where it was given to somebody, the way back."""
        self._office.closing.show_summary(summary)
        if self._given is not None and self._given.summary.session_id == summary.session_id:
            self.over.tell_given(summary.person, self._given.before)

    def take(self, given: SessionGiven) -> None:
        """A session is of somebody else from now on, and who it is of is open."""
        self._given = given
        if given.who is not None:
            self._office.person = given.who.name
            self._office.sheet.forget()  # it told of who was chosen by mistake
        if given.summary.session_id == self._office.closing.session_id:
            self.close_with(given.summary)

    def forget(self) -> None:
        """Nothing of a session that was given, or was to be, is left."""
        self._given = None
        self.running.forget()

    def _give(self, person: str) -> None:
        self._office.comment.keep()
        self._workshop.give_session(self._office.closing.session_id, person)

    def _give_at_end(self, person: str) -> None:
        self._workshop.give_at_end(None if person == self._office.person else person)
