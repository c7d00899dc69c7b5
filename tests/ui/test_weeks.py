"""Four weeks of a patient as the start page shows them: days left out, two flares, another symptom to follow."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from biofeedback.care.ahead import Ahead, read_ahead
from biofeedback.care.checkin import keep_day
from biofeedback.care.diary import About, write
from biofeedback.care.plan import begin_course
from biofeedback.care.profile import followed_symptoms
from biofeedback.care.reading import mark_read
from biofeedback.storage.database import Store
from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.pages.start import StartPage
from biofeedback.ui.parts.top_bar import Ways
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import course as words
from protocols.courses.library import find_course
from protocols.library import load_library
from tests.ui.living import practise
from tests.ui.using import texts

LIBRARY = load_library()
LEFT_OUT, FLARES = {3, 4, 10, 17, 18, 19, 25}, {8, 20}
BLAME = re.compile(r"\b(miss\w*|late|behind|fail\w*|should|streak|overdue|forgot\w*)\b", re.IGNORECASE)
FIRST = date.today() - timedelta(days=27)


@pytest.fixture
def page(qt: QApplication) -> Iterator[StartPage]:
    settings = Settings(welcomed=True, in_course=True)
    ways = Ways(lambda *_: None, lambda: None, lambda: None)
    made = StartPage(LIBRARY, settings, 9, lambda *_: None, lambda _: None, ways)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def live(store: Store, day: int, on: date, ahead: Ahead) -> None:
    """What the person does of what was offered."""
    if day in FLARES:
        write(store, "", About.FLARE, "came with stress", on, 8)
        practise(store, on, FIRST_AID, 3.0)
    elif day not in LEFT_OUT and ahead.practice is not None:
        practise(store, on, ahead.practice.id, ahead.practice.minutes)
    if ahead.lesson is not None and day % 2 == 0:
        mark_read(store, "", ahead.lesson.id, read=True, on=on)
    if day not in LEFT_OUT:
        keep_day(store, "", on, {"pain": 8 if day in FLARES else 5 - day // 7, "sleep": 6})


def test_four_weeks_with_days_left_out_are_offered_kindly(page: StartPage, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        begin_course(store, "", find_course("four-weeks", {each.id: each for each in LIBRARY}), FIRST)
        stages, lessons = set(), []
        for day in range(28):
            on = FIRST + timedelta(days=day)
            if day == 14:
                followed_symptoms(store, "", "dizziness", followed=True)
            ahead = read_ahead(store, "", on)
            assert ahead.today is not None
            stages.add(ahead.today.stage)
            lessons += [ahead.lesson.id] if ahead.lesson else []
            page.show_ahead(ahead)
            if ahead.practice is not None:
                assert page.card.exercise.id == ahead.practice.id
                assert texts(page.card).startswith(f"{words.TODAY}: {ahead.practice.title}")
            else:
                assert "Today is free." in texts(page), "what the week holds is done"
                assert not texts(page.card).startswith(words.TODAY)
            assert not BLAME.search(texts(page)), texts(page)
            live(store, day, on, ahead)
            after = read_ahead(store, "", on)
            page.show_ahead(after)
            if day in FLARES:
                assert after.practice is not None
                assert after.practice.id in ("quiet-rest", FIRST_AID), "the gentle thing while it is strong"
            elif day not in LEFT_OUT and ahead.practice is not None:
                assert after.practice is None
                assert "That is enough" in texts(page)
        assert len(stages) > 1
        assert len(set(lessons)) > 4, "lessons go on"
