"""The line under the heart's wave: where the heart is, how sure that is, and when it stands still."""

import re

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from biofeedback.session.events import Quality, SignalChanged
from biofeedback.theme import NIGHT_WATER, THEMES, Sizes, Tokens
from biofeedback.ui.parts.score_line import ScoreLine
from biofeedback.ui.words import common as words
from biofeedback.ui.words import numbers as number_words
from protocols.feedback import Score
from protocols.phases import Feedback
from tests.ui.folded import CALM, SMOOTH, Folded

WITHHELD = Score(goal=0.5, reason="The signal is not clear enough for this right now.")
WIDTH = 600


class Line:
    """A line that can be looked at."""

    def __init__(self, folded: Folded, tokens: Tokens = NIGHT_WATER) -> None:
        self.tokens = tokens
        self.widget = ScoreLine(tokens, Sizes())
        self.widget.resize(WIDTH, self.widget.sizeHint().height())
        self.widget.show_model(folded.model)

    def image(self) -> QImage:
        self.widget.refresh()
        return self.widget.grab().toImage()

    def columns(self, colour: str) -> list[int]:
        """Where along its middle the line has this very colour."""
        image = self.image()
        y = round(self.widget.height() / 2.0)
        return [x for x in range(image.width()) if image.pixelColor(x, y) == QColor(colour)]

    @property
    def soft(self) -> list[int]:
        """Where there is neither ground, nor hairline, nor mark, nor dot beside the middle: the band."""
        image = self.image()
        y = round(self.widget.height() / 2.0) + 3
        known = {QColor(c).rgb() for c in (self.tokens.background, self.tokens.calm, self.tokens.muted)}
        right = image.width() - 100
        return [x for x in range(right) if image.pixelColor(x, y).rgb() not in known]


@pytest.fixture
def folded(qt: QApplication) -> Folded:
    return Folded()


def test_the_dot_lies_where_the_score_is_inside_its_band(folded: Folded) -> None:
    folded.beat(SMOOTH)
    line = Line(folded)
    dot, band = line.columns(NIGHT_WATER.calm), line.soft
    assert 8 <= len(dot) <= 12
    assert min(band) < min(dot)
    assert max(dot) < max(band)
    folded.beat(Score(0.2, 0.5, "", 0.15, 0.25))
    assert max(line.columns(NIGHT_WATER.calm)) < min(dot)


def test_a_surer_score_has_a_narrower_band(folded: Folded) -> None:
    folded.beat(Score(0.5, 0.8, "", 0.2, 0.8))
    line = Line(folded)
    wide = line.soft
    folded.beat(Score(0.5, 0.8, "", 0.45, 0.55))
    narrow = line.soft
    assert max(narrow) - min(narrow) < (max(wide) - min(wide)) / 3


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda tokens: tokens.name)
def test_while_it_is_withheld_the_dot_keeps_its_place_and_is_hollow(folded: Folded, tokens: Tokens) -> None:
    folded.beat(SMOOTH)
    line = Line(folded, tokens)
    dot = line.columns(tokens.calm)
    folded.beat(WITHHELD)
    assert line.columns(tokens.calm) == []
    middle = sum(dot) // len(dot)
    assert middle in line.columns(tokens.background)
    assert line.widget.spoken() == f"{number_words.KEPT_LINE} {WITHHELD.reason}"
    assert folded.model.answer_line() == WITHHELD.reason
    folded.beat(SMOOTH)
    assert line.columns(tokens.calm) == dot


def test_no_dot_is_made_up_before_the_first_score(folded: Folded) -> None:
    folded.beat(WITHHELD)
    line = Line(folded)
    assert line.columns(NIGHT_WATER.calm) == []
    assert line.widget.spoken() == f"{number_words.WAITING_LINE} {WITHHELD.reason}"


def test_without_beats_nothing_is_said_to_follow(folded: Folded) -> None:
    folded.beat(SMOOTH)
    line = Line(folded)
    assert folded.model.answer_line() == words.FOLLOWING
    folded.model.take(SignalChanged(folded.clock.now(), Quality.LOST, "The link was lost."))
    assert folded.model.answer_line() == ""
    assert line.columns(NIGHT_WATER.calm) == []
    assert "The link was lost." in line.widget.spoken()


def test_each_measure_has_its_own_words(qt: QApplication) -> None:
    told = {}
    for feedback, score in ((Feedback.SMOOTHNESS, SMOOTH), (Feedback.CALM, Score(0.6, 0.45))):
        folded = Folded(feedback)
        folded.beat(score)
        line = Line(folded)
        told[feedback] = (folded.model.answer_line(), line.widget.accessibleName(), line.widget.toolTip())
    assert told[Feedback.SMOOTHNESS][0] == words.FOLLOWING
    assert "breath" not in told[Feedback.CALM][0] + told[Feedback.CALM][1]
    assert all(a != b for a, b in zip(*told.values(), strict=True))


def test_below_the_mark_nothing_is_said(qt: QApplication) -> None:
    folded = Folded(Feedback.CALM)
    folded.beat(CALM)
    assert folded.model.answer_line() == ""
    assert Line(folded).widget.spoken() == "The dot is in the middle of the line."


def test_the_words_for_who_cannot_see_it_hold_no_number(folded: Folded) -> None:
    line = Line(folded)
    for value in (0.0, 0.3, 0.5, 0.9, 1.0):
        folded.beat(Score(value, 0.5))
        line.widget.refresh()
        assert not re.search(r"\d", line.widget.accessibleDescription() + line.widget.toolTip())


def test_another_part_begins_with_an_empty_line(folded: Folded) -> None:
    folded.beat(SMOOTH)
    folded.begin(2)
    assert folded.model.answer().score.value is None
    folded.beat(SMOOTH, lag_s=2.0)
    assert folded.model.answer().score.value is None, "a beat of the part before"
    folded.beat(SMOOTH)
    assert folded.model.answer().score.value == SMOOTH.value


def test_a_part_without_feedback_has_no_line_but_keeps_its_place(folded: Folded) -> None:
    folded.beat(SMOOTH)
    line = Line(folded)
    height = line.widget.sizeHint().height()
    folded.begin(3)
    image = line.image()
    colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    assert colours == {QColor(NIGHT_WATER.background).rgb()}
    assert line.widget.accessibleName() == line.widget.spoken() == ""
    assert line.widget.sizeHint().height() == height


class Paints(QObject):
    """Counts how often a widget is painted."""

    n = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.n += event.type() is QEvent.Type.Paint
        return False


def test_it_is_painted_only_when_it_changes(folded: Folded, qt: QApplication) -> None:
    folded.beat(SMOOTH)
    line = Line(folded)
    line.widget.show()
    qt.processEvents()
    paints = Paints()
    line.widget.installEventFilter(paints)
    for _ in range(20):
        line.widget.refresh()
        qt.processEvents()
    assert paints.n == 0
    folded.beat(WITHHELD)
    line.widget.refresh()
    qt.processEvents()
    assert paints.n == 1
    line.widget.hide()
