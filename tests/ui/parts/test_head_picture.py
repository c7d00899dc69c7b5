"""A head from above: electrodes where they lie, each state a form of its own, and in words."""

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel

from biofeedback.theme import THEMES, Sizes, Tokens, contrast
from biofeedback.ui.parts.head_picture import HeadPicture, SittingList, SittingMark
from biofeedback.ui.parts.head_places import EDGE_DEG, PLACES, RING_DEG, place_of
from biofeedback.ui.words import head as words
from biofeedback.ui.words.head import Sitting

PUBLISHED = {
    "AF7": (-0.49, 0.66), "F7": (-0.67, 0.48), "F3": (-0.34, 0.41), "F1": (-0.16, 0.40), "FT7": (-0.78, 0.26),
    "FC5": (-0.59, 0.23), "Fz": (0.0, 0.40), "FCz": (0.0, 0.20), "F8": (0.67, 0.48), "Fp2": (0.26, 0.78),
}  # fmt: skip
"""As another program lays the 10-10 system flat (BCI2000), its ring through Fpz at 0.82."""


def test_places_are_those_of_the_system() -> None:
    for name, (x, y) in PUBLISHED.items():
        place = place_of(name)
        assert place is not None
        scale = 0.82 * EDGE_DEG / RING_DEG
        assert (place[0] * scale, place[1] * scale) == pytest.approx((x, y), abs=0.05), name


def test_left_is_odd_right_is_even_and_no_two_are_at_one_place() -> None:
    assert len(PLACES) > 70
    assert len({(round(x, 3), round(y, 3)) for x, y in PLACES.values()}) == len(PLACES)
    for name, (x, y) in PLACES.items():
        number = int("".join(c for c in name if c.isdigit()) or 0)
        assert (x < 0) == (number % 2 == 1), name
        if number:
            other = name.rstrip("0123456789") + str(number + 1 if number % 2 else number - 1)
            assert PLACES[other] == pytest.approx((-x, y))


@pytest.mark.parametrize(("older", "now"), [("T3", "T7"), ("t6", "P8"), ("M1", "TP9"), (" cz ", "Cz")])
def test_older_and_other_spellings_are_known(older: str, now: str) -> None:
    assert place_of(older) == place_of(now)


@pytest.mark.parametrize("name", ["", "EXG 1", "O3", "C7", "Left ear", "\u202eO1"])
def test_what_is_no_place_is_not_guessed(name: str) -> None:
    assert place_of(name) is None


def mark(qt: QApplication, sitting: Sitting, tokens: Tokens) -> QImage:
    made = SittingMark(sitting, tokens, Sizes())
    made.setStyleSheet(f"background: {tokens.background}")
    return made.grab().toImage()


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda tokens: tokens.name)
def test_each_state_has_a_form_of_its_own_even_without_colour(qt: QApplication, tokens: Tokens) -> None:
    grey = {each: mark(qt, each, tokens).convertToFormat(QImage.Format.Format_Mono) for each in Sitting}
    forms = {bytes(image.constBits()) for image in grey.values()}
    assert len(forms) == len(Sitting)
    for colour in (tokens.calm, tokens.breath, tokens.attention):
        assert contrast(colour, tokens.background) >= 3.0


def test_the_picture_tells_in_words_what_it_shows(qt: QApplication) -> None:
    picture = HeadPicture(THEMES["Night water"])
    assert words.LOOKING in picture.accessibleName()
    picture.show_electrodes([("O1", Sitting.GOOD), ("O2", Sitting.LOOSE), ("EXG 9", Sitting.GOOD)])
    assert picture.accessibleName() == "The band on your head: Loose: O2. Good: O1, EXG 9"
    picture.resize(400, 400)
    image = picture.grab().toImage()
    place = place_of("O2")
    assert place is not None
    radius = (0.5 - 0.08) * 400
    at = image.pixelColor(round(200 + place[0] * radius - 6), round(200 - place[1] * radius))
    assert at == QColor(THEMES["Night water"].attention)


def test_of_many_electrodes_so_many_are_named_that_can_be_read(qt: QApplication) -> None:
    listed = SittingList(THEMES["Night water"])
    names = [f"X{n} with a name that goes on and on" for n in range(64)]
    listed.show_electrodes([(name, Sitting.GOOD) for name in names])
    [told] = [label.text() for label in listed.findChildren(QLabel) if label.text().startswith("Good")]
    assert told.endswith("and 52 more")
    assert len(told) < 300
    listed.show_electrodes([("O1\u202e\n", Sitting.SILENT)])
    shown = [label.text() for label in listed.findChildren(QLabel) if not label.isHidden()]
    assert f"{Sitting.SILENT.capitalize()}: O1" in shown
    assert words.DO[Sitting.SILENT] in shown
