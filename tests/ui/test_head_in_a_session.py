"""What the page of a session says of a band on the head."""

import pytest

from biofeedback.analysis.eeg.verdicts import Reason
from biofeedback.session.events import Anchor, AnchorMoved, Began, PhaseBegan, StrapSaid
from biofeedback.ui.head_model import LATELY
from biofeedback.ui.model import BAND_PATIENCE_S, SessionModel
from biofeedback.ui.words import common
from biofeedback.ui.words import head as words
from devices.clock import Clock
from devices.samples import BandChanged, BandIdentified, LinkState
from devices.source import SourceInfo
from protocols.feedback import Score
from protocols.library import find_exercise
from protocols.timeline import Timeline
from tests.ui.heads import HandMadeBand

NAMES = ("Fp1", "Cz", "O1", "O2")


class Worn:
    """A session with a band alone, at the beginning of the part with answers."""

    def __init__(
        self, exercise: str = "alpha-rest", names: tuple[str, ...] = NAMES, *, simulated: bool = False
    ) -> None:
        self.clock = Clock(0)
        self.model = SessionModel(self.clock, with_strap=False)
        self.timeline = Timeline.of(find_exercise(exercise))
        self.band = HandMadeBand(NAMES, simulated=simulated)
        anchor = Anchor(0.0, 0.0, running=True)
        self.model.take(Began("s", SourceInfo("sim:head", "Band", simulated, False), self.timeline, anchor))
        self.model.take(AnchorMoved(0.0, anchor))
        planned = next(each for each in self.timeline.phases if each.phase.feedback.of_head)
        self.clock.advance(planned.start_s)
        self.model.take(PhaseBegan(self.clock.now(), planned))

    def hear(self, reasons: dict[str, Reason] | None = None, score: Score | None = None, n: int = LATELY) -> None:
        for _ in range(n):
            self.clock.advance(0.1)
            self.model.take(self.band.came(self.clock.now(), reasons, score))


def test_a_band_that_sits_has_nothing_more_said_of_it() -> None:
    worn = Worn()
    worn.hear()
    assert worn.model.signal_line() == words.SITS
    simulated = Worn(simulated=True)
    simulated.hear()
    assert simulated.model.signal_line() == f"{words.SIMULATED}. {words.SITS}"


def test_before_it_is_heard_it_is_looked_for_and_no_heartbeats_are_waited_for() -> None:
    assert SessionModel(Clock(0), with_strap=False).state_line() == common.SOON
    assert SessionModel(Clock(0)).state_line() == common.READY
    worn = Worn()
    assert worn.model.signal_line() == words.LOOKED_FOR


@pytest.mark.parametrize(
    ("exercise", "reasons", "said"),
    [
        ("alpha-rest", {"O1": Reason.LOOSE}, "Electrode O1 cannot be used now"),
        ("alpha-rest", {"O1": Reason.FLAT, "O2": Reason.MAINS}, "Electrodes O1 and O2 cannot be used now"),
        ("alpha-rest", {"Fp1": Reason.LOOSE}, words.SITS),
        ("alpha-rest", {"O1": Reason.MUSCLE, "O2": Reason.BLINK, "Cz": Reason.MOVEMENT}, words.SITS),
        ("alpha-rest", {"O1": Reason.SETTLING}, words.SITS),
        ("still-and-awake", {"Cz": Reason.CLIPPED}, "Electrode Cz cannot be used now"),
    ],
)
def test_an_electrode_that_came_loose_is_named_where_it_counts(
    exercise: str, reasons: dict[str, Reason], said: str
) -> None:
    worn = Worn(exercise)
    worn.hear(reasons)
    assert worn.model.signal_line() == said


def test_a_band_that_is_lost_in_the_middle_is_told_and_comes_back() -> None:
    worn = Worn("still-and-awake")
    worn.hear(score=Score(0.8, 0.5, reached=True))
    assert worn.model.answer().current
    worn.model.take(StrapSaid(0.0, BandChanged(0.0, LinkState.LOST, "The link to the band was lost.")))
    worn.clock.advance(BAND_PATIENCE_S)
    model = worn.model
    assert model.signal_line() == words.UNHEARD
    assert model.state_line() == "The link to the band was lost."
    assert not model.answer().current
    assert model.answer_line() == ""
    worn.model.take(StrapSaid(0.0, BandChanged(0.0, LinkState.CONNECTED, "The band is back.")))
    assert model.state_line() == words.UNHEARD_LINE
    worn.hear(score=Score(0.8, 0.5, reached=True))
    assert model.signal_line() == words.SITS
    assert model.answer().current


def test_a_practice_without_the_head_says_nothing_of_a_band_beside_a_strap() -> None:
    worn = Worn()
    breath = Timeline.of(find_exercise("paced-breathing"))
    anchor = Anchor(0.0, 0.0, running=True)
    worn.model.take(Began("s", SourceInfo("sim: + sim:head", "Both", True), breath, anchor))
    worn.clock.advance(60.0)
    assert worn.model.band_care() == ""
    assert worn.model.state_line() != words.UNHEARD_LINE


def test_a_battery_that_is_nearly_empty_is_told() -> None:
    worn = Worn()
    worn.model.take(StrapSaid(0.0, BandIdentified(0.0, "Band", "", 4)))
    worn.hear()
    assert worn.model.signal_line() == words.BATTERY
