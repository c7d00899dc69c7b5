"""What a practice was in the course, and the one thing to do next, on the page after it."""

from datetime import datetime
from typing import TYPE_CHECKING

from biofeedback.care.ahead import Ahead
from biofeedback.care.diary import About, write
from biofeedback.care.today import LEAST_S
from biofeedback.session.summary import SessionSummary
from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.pages.after import AfterPage
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.top_bar import Ways
from biofeedback.ui.words import course as words
from biofeedback.ui.words.days import not_kept

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


def offer_next(page: AfterPage, summary: SessionSummary, ahead: Ahead | None, ask: Ask, ways: Ways) -> None:
    """Say that it was the step of today, and offer the lesson; after a hard minute, a line in the diary.

    Parameters
    ----------
    page : AfterPage
        Shows the session already.
    ahead : Ahead or None
        As it was when the session began.
    """
    if summary.exercise == FIRST_AID:
        _offer_note(page, ask)
        return
    is_step = ahead is not None and ahead.practice is not None and ahead.practice.id == summary.exercise
    if ahead is None or not is_step or summary.simulated or summary.duration_s < LEAST_S:
        return
    if (lesson := ahead.lesson) is not None:
        page.offer(words.WAS_STEP, words.lesson(lesson.title), lambda: ways.go("lessons", lesson.id))
    else:
        page.offer(f"{words.WAS_STEP} {words.ENOUGH}")


def _offer_note(page: AfterPage, ask: Ask, said: str = "") -> None:
    told = f"{words.IN_HARD_MINUTE}, {datetime.now().astimezone():%H:%M}"

    def work(store: "Store", person: str) -> None:
        write(store, person, About.FLARE, told)

    def note() -> None:
        ask(work, lambda _: page.offer(words.NOTED), lambda reason: _offer_note(page, ask, not_kept(reason)))

    page.offer(said, words.NOTE_FLARE, note)
