"""What the office does where a session was begun with the wrong person."""

from biofeedback.session.summary import SessionSummary
from biofeedback.ui.calls import Workshop
from biofeedback.ui.messages import SessionGiven
from biofeedback.ui.office.closing import ClosingSheet
from biofeedback.ui.office.comment import CommentField
from biofeedback.ui.office.dressed import DressedOffice
from biofeedback.ui.office.giving import Giving
from biofeedback.ui.office.sheet import Sheet
from biofeedback.ui.window import Window


class GivingOffice(DressedOffice):
    """A window from which sessions are given to whose they are.

    Attributes
    ----------
    person : str
        Who is open.
    giving : Giving
        For the session that is running; the one that is over has its own on its sheet.
    """

    comment: CommentField
    closing: ClosingSheet
    sheet: Sheet

    def __init__(self, window: Window, workshop: Workshop) -> None:
        super().__init__(window)
        self._workshop = workshop
        self.person = window.whose.person
        self.giving = Giving(workshop.ask, self._give_at_end, running=True)
        self._given: SessionGiven | None = None

    def giving_over(self) -> Giving:
        """For a session that is over."""
        return Giving(self._workshop.ask, self._give)

    def close_with(self, summary: SessionSummary) -> None:
        """Show a session that is over, and where it was given to somebody, the way back."""
        self.closing.show_summary(summary)
        if self._given is not None and self._given.summary.session_id == summary.session_id:
            self.closing.giving.tell_given(summary.person, self._given.before)

    def take_given(self, given: SessionGiven) -> None:
        """A session is of somebody else from now on, and who it is of is open."""
        self._given = given
        if given.who is not None:
            self.person = given.who.name
            self.sheet.forget()  # it told of who was chosen by mistake
        if given.summary.session_id == self.closing.session_id:
            self.close_with(given.summary)

    def _give(self, person: str) -> None:
        self.comment.keep()
        self._workshop.give_session(self.closing.session_id, person)

    def _give_at_end(self, person: str) -> None:
        self._workshop.give_at_end(None if person == self.person else person)

    def forget_given(self) -> None:
        """Nothing of a session that was given, or was to be, is left."""
        self._given = None
        self.giving.forget()
