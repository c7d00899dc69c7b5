"""Earlier sessions in the office: looked through, marked, cut, and two side by side."""

import re

from PySide6.QtWidgets import QPushButton

from biofeedback.app import Application
from biofeedback.session.kept.archive import show
from biofeedback.storage.database import Store
from biofeedback.ui.words import office as words
from tests.session.stage import SHORT, play
from tests.ui.conftest import wait_until
from tests.ui.office.conftest import PEOPLE, office_of
from tests.ui.office.using import all_words, begin, end, open_by_keys
from tests.ui.using import press


def test_an_earlier_session_is_looked_through_marked_and_a_stretch_left_out(both: Application) -> None:
    office = office_of(both)
    open_by_keys(office, "anna", PEOPLE[0])
    begin(both)
    wait_until(lambda: office.model is not None and office.model.elapsed_s > 100.0)
    session_id = end(office)
    press(office.closing, words.AGAIN)
    wait_until(lambda: office.centre.currentWidget() is office.sheet)
    review = office.review
    (earlier,) = (made for made in office.sheet.findChildren(QPushButton) if made.toolTip() == words.LOOK_THROUGH)
    earlier.click()
    wait_until(lambda: review.mark.isEnabled())
    assert office.centre.currentWidget() is review
    assert not review.leave_out.isEnabled()
    review.replaying.slider.setValue(20)
    press(review, words.MARK_HERE)
    wait_until(lambda: "Nothing was changed: a mark has" in all_words(review))
    review.words.setText("sighed")
    press(review, words.MARK_HERE)
    wait_until(lambda: "00:20  sighed" in all_words(review))
    assert review.replaying.slider.value() == 20
    review.begin.click()
    review.replaying.slider.setValue(40)
    review.end.click()
    review.words.setText("talked")
    press(review, words.LEAVE_OUT)
    wait_until(lambda: "Left out of all figures: 00:20 to 00:40 (talked)." in all_words(review))
    with Store.read(both._folder) as store:
        assert [each["reason"] for each in show(store, session_id)["excluded"]] == ["talked"]
        assert len(store.results(session_id)) == 2
    (original,) = review.beside.menu().actions()
    original.trigger()
    wait_until(lambda: "The same session, in B without 00:20 to 00:40 (talked)." in all_words(review.sides))
    assert review.sides.isVisible()
    press(review.sides, words.BACK)
    press(review, words.TAKE_BACK)
    wait_until(lambda: "Left out" not in all_words(review))
    open_by_keys(office, "bru", PEOPLE[1])
    assert "sighed" not in all_words(office, both.window)
    assert PEOPLE[0] not in all_words(review)


def test_two_sessions_of_one_person_stand_side_by_side_and_go_with_them(both: Application) -> None:
    with Store.open(both._folder) as store:
        for person, number in ((PEOPLE[0], 1), (PEOPLE[0], 2), (PEOPLE[1], 3)):
            play(store, f"sim:rest?seed={number}", SHORT, person=person)
        rows = {name: store.sessions(name) for name in PEOPLE[:2]}
    ids = {name: [row.session_id for row in of_one] for name, of_one in rows.items()}
    office = office_of(both)
    review, sides = office.review, office.review.sides
    open_by_keys(office, "anna", PEOPLE[0])
    office._look_through(ids[PEOPLE[0]][0])
    wait_until(lambda: review.beside.isEnabled())
    (other,) = review.beside.menu().actions()
    assert other.text().endswith("simulated")
    other.trigger()
    wait_until(lambda: "A and B: a simulated person, not measured." in all_words(sides))
    a, b = rows[PEOPLE[0]]
    assert ("A is the later one." in all_words(sides)) is (a.started_utc > b.started_utc), "both in one second, maybe"
    assert f"Another strap: {a.device} in A, {b.device} in B." in all_words(sides)
    assert sides.picture.isVisible()
    sides.open(ids[PEOPLE[0]][0], ids[PEOPLE[1]][0])
    wait_until(lambda: sides._said.text())
    assert not sides.picture.isVisible(), "nobody stands beside somebody else"
    sides.open(*ids[PEOPLE[0]])
    open_by_keys(office, "bru", PEOPLE[1])
    wait_until(lambda: office.centre.currentWidget() is office.sheet)
    assert (sides.title.text(), sides.picture._beside, review.currentIndex()) == ("", None, 0)
    assert not re.search(r"\d", all_words(sides))
