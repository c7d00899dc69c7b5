"""Words around a band on the head."""

from biofeedback.analysis.eeg.verdicts import Reason
from biofeedback.session.head.head_check import OF_THE_PERSON
from biofeedback.ui.words import head as words
from biofeedback.ui.words.head import Sitting
from protocols.library import find_exercise


def test_every_reason_is_one_of_the_electrode_or_of_the_person() -> None:
    told = {reason for reason in map(str, Reason) if reason in words.SITTINGS}
    assert told == {str(reason) for reason in Reason} - {str(reason) for reason in OF_THE_PERSON}
    assert all(sitting in words.DO for sitting in Sitting if sitting is not Sitting.GOOD)


def test_electrodes_are_watched_that_the_answer_comes_from() -> None:
    names = ("Fp1", "Cz", "O1", "o2")
    assert words.watched(find_exercise("alpha-rest"), names) == ("O1", "o2")
    assert words.watched(find_exercise("still-and-awake"), names) == ("Cz",)
    assert words.watched(find_exercise("paced-breathing"), names) == names
    assert words.lacking(find_exercise("still-and-awake"), ("O1",))
    assert not words.lacking(find_exercise("alpha-rest"), names)


def test_what_came_loose_is_said_in_a_few_words() -> None:
    assert words.loose(["O1"]) == "Electrode O1 cannot be used now"
    assert words.loose(["O1", "O2"]) == "Electrodes O1 and O2 cannot be used now"
    assert words.loose([f"X{n}" for n in range(20)]) == "20 electrodes cannot be used now"
