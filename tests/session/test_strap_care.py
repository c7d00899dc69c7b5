"""What is said of contact and battery: enough, and seldom."""

import pytest

from biofeedback.session.events import StrapSaid
from biofeedback.session.kept.archive import judge_session, show
from biofeedback.session.strap_care import EMPTY, FLAPPING, LOW, NO_CONTACT, BatteryCare, ContactCare
from biofeedback.storage.database import Store
from devices.samples import StrapIdentified, StrapOffered
from protocols.library import find_exercise
from tests.session.stage import Act, ScriptedStrap, beating, play, same_again


def test_one_loss_of_contact_is_said_once() -> None:
    care = ContactCare()
    said = [care.touched(at_s, touching=at_s < 10) for at_s in range(100)]
    assert [(at_s, words) for at_s, words in enumerate(said) if words] == [(10, NO_CONTACT)]


def test_contact_that_comes_and_goes_is_said_as_such_and_then_left_alone() -> None:
    care = ContactCare()
    said = [care.touched(at_s, touching=at_s // 4 % 2 == 0) for at_s in range(320)]
    assert [words for words in said if words] == [NO_CONTACT, FLAPPING]


def test_losses_far_apart_are_said_each() -> None:
    care = ContactCare()
    said = [care.touched(at_s, touching=at_s % 100 != 0) for at_s in range(1, 450)]
    assert [words for words in said if words] == [NO_CONTACT] * 4


def test_a_battery_is_told_of_once_for_each_level() -> None:
    care = BatteryCare()
    told = [care.told(percent) for percent in (100, 12, 10, 9, 11, 10, 3, 0, 0, 80)]
    assert [words for words in told if words] == [LOW.format(percent=10), EMPTY.format(percent=3)]


def test_a_battery_that_is_empty_from_the_start_is_told_of() -> None:
    assert BatteryCare().told(0) == EMPTY.format(percent=0)


def told_by(name: str, at_s: float, serial: str = "") -> StrapIdentified:
    return StrapIdentified(at_s, name, f"AA:{at_s:02.0f}", serial=serial)


@pytest.mark.parametrize(
    ("straps", "named"),
    [
        ((told_by("Polar H10 1", 0.5),), ""),
        ((told_by("Polar H10 1", 0.5), told_by("Polar H10 1", 20.5)), ""),
        ((told_by("Polar H10 1", 0.5, "7"), told_by("H10", 20.5, "7")), ""),
        ((told_by("TICKR", 0.5, "7"), told_by("TICKR", 20.5, "8")), "TICKR, then TICKR"),
        ((told_by("Polar H10 1", 0.5), told_by("HRM-Dual", 20.5)), "Polar H10 1, then HRM-Dual"),
        ((told_by("A", 0.5), told_by("B", 20.5), told_by("A", 40.5)), "A, then B, then A"),
        ((told_by("Polar H10 1", 0.5), told_by("HRM-Dual", 70.5)), ""),
    ],
)
def test_a_record_of_more_than_one_strap_says_so(straps: tuple[StrapIdentified, ...], named: str, store: Store) -> None:
    script = sorted([*beating(60.0), *((each.at_s, each) for each in straps)], key=lambda line: line[0])
    played = play(store, ScriptedStrap(*script), find_exercise("two-minutes"), acts=[(80.0, lambda r: r.end())])
    said = [doubt for doubt in played.whole.doubts if doubt.startswith("More than one strap")]
    assert len(said) == bool(named)
    assert named in "".join(said)
    assert judge_session(store, played.whole.session_id).doubts == played.whole.doubts
    assert show(store, played.whole.session_id)["doubts"] == list(played.whole.doubts)
    same_again(store, played)


def test_another_strap_is_told_and_not_kept_and_taken_with_a_yes(store: Store) -> None:
    taken: list[str] = []
    strap = ScriptedStrap(*beating(20.0), (21.0, StrapOffered(21.0, "HRM-Dual", "AA:BB")), *beating(50.0, 30.0))
    strap.take_instead = taken.append  # type: ignore[method-assign]
    acts: list[Act] = [(25.0, lambda r: r.take_strap("AA:BB")), (60.0, lambda r: r.end())]
    played = play(store, strap, find_exercise("two-minutes"), acts=acts)
    assert [said.news.name for said in played.of(StrapSaid) if isinstance(said.news, StrapOffered)] == ["HRM-Dual"]
    assert taken == ["AA:BB"]
    assert not any("HRM-Dual" in str(news) for news in store.news(played.whole.session_id))
