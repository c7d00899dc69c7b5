"""What is said of contact and battery: enough, and seldom."""

from biofeedback.session.strap_care import EMPTY, FLAPPING, LOW, NO_CONTACT, BatteryCare, ContactCare


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
