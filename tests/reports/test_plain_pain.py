"""What the plain report says of pain: numbers that show what the words say, and no verdict without an interval."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from biofeedback.care.checkin import keep_day
from biofeedback.reports.period import read_period
from biofeedback.reports.period_plain import plain_document
from biofeedback.storage.database import Store

FIRST = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ((8,), (3,), "on average 8.0 of 10 in the first half of this time and 3.0 in the second. How sure that is"),
        ((5,), (5,), "5.0 in the second. That is no clear change."),
        ((5, 5, 5, 4.9), (4.6, 4.6, 4.6, 4.7), "less in the second half: on average 5.0 of 10"),
    ],
)
def test_words_and_numbers_agree(
    tmp_path: Path, first: tuple[float, ...], second: tuple[float, ...], said: str
) -> None:
    values = [half[n % len(half)] for half in (first, second) for n in range(14)]
    with Store.open(tmp_path / "data") as store:
        for n, value in enumerate(values):
            keep_day(store, "", FIRST + timedelta(days=n), {"pain": value})
        document = plain_document(store, read_period(store, "", FIRST, FIRST + timedelta(days=27)))
    assert said in next(part for part in document.sections if part.title == "What changed").lines[0]
