"""After a session: what is told, where, and that nothing is cut."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from biofeedback.session.account import SEE_SOMEONE
from biofeedback.session.summary import SessionSummary
from biofeedback.theme import NIGHT_WATER, Sizes, style_sheet
from biofeedback.ui.pages.after import AfterPage
from biofeedback.ui.parts.answers import RatingRow
from biofeedback.ui.parts.top_bar import Ways
from biofeedback.ui.words.after import FLARE_WORDS, MORE_SINCE, before_and_now
from tests.ui.words.test_words import summary

HISTORY = {"ln_rmssd": 3.2, "usual_ln_rmssd": 3.5, "z": -1.6, "n_baselines": 4.0}
IRREGULAR = summary(None, None, irregular_percent=98.0, advice=SEE_SOMEONE)


@pytest.fixture
def page(qt: QApplication) -> Iterator[AfterPage]:
    qt.setStyleSheet(style_sheet(NIGHT_WATER, Sizes(), "Sans"))
    made = AfterPage(
        NIGHT_WATER, Sizes(), lambda *_: None, Ways(lambda _: None, lambda: None, lambda: None), lambda _: None
    )
    made.layout().setContentsMargins(48, 32, 48, 32)  # type: ignore[union-attr]
    made.resize(1280, 720)
    made.show()
    yield made
    made.hide()
    made.deleteLater()
    qt.setStyleSheet("")


def told(page: AfterPage) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_the_advice_stands_apart_and_once(page: AfterPage) -> None:
    page.show_session(IRREGULAR, fresh=True)
    assert told(page).count(SEE_SOMEONE) == 1
    card = page._advice.parentWidget()
    assert card is not None
    assert card.findChildren(QLabel) == [page._advice], "nothing else is in its card"
    page.show_session(summary(2.0, 8.0), fresh=True)
    assert not page._advice_card.isVisible()


def test_the_persons_own_history_is_a_sentence_and_numbers_are_on_request(page: AfterPage) -> None:
    page.show_session(summary(2.0, 8.0, history=HISTORY), fresh=True)
    assert any("somewhat lower than it usually is for you" in text for text in told(page))
    assert not any("25 ms, usually 33 ms" in text for text in told(page))
    page._show_figures()
    assert any("25 ms, usually 33 ms" in text for text in told(page))
    page._show_figures()
    assert any("somewhat lower" in text for text in told(page))


def test_figures_by_an_earlier_method_are_told_quietly_among_the_figures(page: AfterPage) -> None:
    page.show_session(summary(2.0, 8.0, scored_before="2026-01-03T10:00:00+00:00"), fresh=False)
    assert not any("earlier one" in text for text in told(page))
    page._show_figures()
    (line,) = [text for text in told(page) if "earlier one" in text]
    assert "3 Jan 2026" in line
    assert "biofeedback rescore s" in line


FULL = replace(IRREGULAR, history=HISTORY, scored_before="2026-01-03T10:00:00+00:00")


@pytest.mark.parametrize("summed_up", [FULL, summary(2.0, 8.0, history=HISTORY)], ids=["advice", "usual"])
@pytest.mark.parametrize(("scale", "size"), [(100, (1000, 700)), (100, (1280, 720)), (175, (1000, 700))])
@pytest.mark.parametrize("figures", [False, True])
def test_nothing_is_cut(
    page: AfterPage, qt: QApplication, summed_up: SessionSummary, scale: int, size: tuple[int, int], figures: bool
) -> None:
    qt.setStyleSheet(style_sheet(NIGHT_WATER, Sizes(scale), "Sans"))
    page.apply(NIGHT_WATER, Sizes(scale))
    page.resize(*size)
    page.show_session(summed_up, fresh=True)
    if figures:
        page._show_figures()
    for _ in range(3):
        qt.processEvents()
    assert (page.width(), page.height()) == size
    scroll = next(each for each in page.findChildren(QScrollArea) if each.accessibleName() == "This session")
    if (scale, size) == (100, (1280, 720)):
        assert not scroll.verticalScrollBar().isVisible()
    for label in page.findChildren(QLabel):
        if label.isVisible() and label.text():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            assert label.height() >= needed, label.text()


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ({"pain": 7, "tension": 6}, {"pain": 5, "tension": 6}, "Your pain eased from 7 to 5, and your tension is as it was, 6."),  # noqa: E501
        ({"pain": 4}, {"pain": 6}, f"Your pain rose from 4 to 6. {MORE_SINCE}"),
        ({"pain": 4}, {}, ""),
        ({}, {"tension": 2}, ""),
        ({"comfort": 4}, {"comfort": 6}, ""),
    ],
)  # fmt: skip
def test_before_and_after_are_one_kind_sentence(before: dict[str, int], now: dict[str, int], said: str) -> None:
    assert before_and_now(before, now) == said


def test_an_older_session_can_be_rated_and_shows_what_was_told(page: AfterPage) -> None:
    rated: list[tuple[str, str, int]] = []
    page._rated = lambda *given: rated.append(given)
    page.show_session(
        summary(2.0, 8.0, ratings={"before": {"pain": 7}, "after": {"pain": 5}}), asked=("pain", "tension")
    )
    assert "Your pain eased from 7 to 5." in told(page)
    pain, tension = page.findChildren(RatingRow)
    assert (pain.value, tension.value) == (5, None)
    tension._buttons[3].click()
    assert [given[1:] for given in rated] == [("tension", 3)]


def test_a_hard_minute_ends_with_warmth_and_no_chart(page: AfterPage) -> None:
    page.show_session(summary(2.0, 8.0, exercise="flare"), fresh=True)
    assert set(FLARE_WORDS) <= set(told(page))
    assert not page.picture.isVisible()
    page.show_session(summary(2.0, 8.0), fresh=True)
    assert page.picture.isVisible()
