"""What the heart brings about while a session runs: a phase that ends, a pace that moves, a word of care."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.breath.breathing import Pacer, answer_to
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.figures.stretch import figures
from biofeedback.analysis.practice.overbreathing import OverBreathing, Sign
from biofeedback.analysis.signal.stretches import stretches
from biofeedback.session.endings import Endings
from protocols.adaptation import BLOCK_S, QUICKEST_PER_MIN, SLOWEST_PER_MIN, Block, pace_after
from protocols.breathing import BreathPattern
from protocols.phases import Phase, Role

SETTLED_S = 30.0
"""After a change of pace so much is left out (science C2)."""
FOLLOWED_LEAST_PERCENT = 50.0

SUGGESTIONS = {
    Sign.FASTER_THAN_ASKED: "Your breath seems quicker than the shape. Let it be small and easy; any pace is fine.",
    Sign.DEEPER_THAN_USUAL: "Let your breaths be smaller now, as soft as in sleep.",
    Sign.HEART_RISING: "Let go of the breath for a while, and breathe as you like. Smaller is enough.",
}


@dataclass(frozen=True, slots=True)
class Guided:
    """What is to happen now.

    Attributes
    ----------
    ends : bool
        The phase is over.
    pattern : BreathPattern or None
        The breath from the next one on.
    sign : Sign or None
        A reason for a word of care; `SUGGESTIONS` has the words.
    """

    ends: bool = False
    pattern: BreathPattern | None = None
    sign: Sign | None = None


class Guidance:
    """Follows a session beat by beat."""

    def __init__(self) -> None:
        self._endings = Endings()
        self._pace = MovingPace()
        self._care = OverBreathing()
        self._n_taken = 0

    def begin(self, phase: Phase, at_s: float) -> None:
        """A phase begins at a second of the session."""
        self._endings.begin(phase, at_s)
        self._pace.begin(phase, at_s)
        resting = self._endings.resting
        if phase.role is not Role.BASELINE and resting is not None:
            self._care = OverBreathing(resting.mean_bpm, resting.sd_bpm)

    def take(
        self,
        at_s: float,
        beats: Sequence[Beat],
        indices: LiveIndices,
        pacer: Pacer,
        *,
        running: bool,
        measured_per_min: float | None = None,
    ) -> Guided:
        """Take what a packet brought.

        Parameters
        ----------
        at_s : float
            Second of the session.
        beats : sequence of Beat
            All that are judged up to now.
        indices : LiveIndices
            As they stand with the last of them.
        pacer : callable
        running : bool
            Whether practice time runs.
        measured_per_min : float or None
            Breaths a minute as the chest shows them.
        """
        new = beats[self._n_taken :]
        self._n_taken = len(beats)
        self._endings.take(new)
        place = pacer(indices.at_s) if new else None
        sign = self._care.push(indices, place.per_min if place else None, measured_per_min) if new else None
        if not running:
            self._pace.wait(at_s)
            return Guided()
        return Guided(self._endings.due(at_s), self._pace.due(at_s, beats, pacer), sign)


class MovingPace:
    """The pace of a phase that may move, block by block."""

    def __init__(self) -> None:
        self._pattern: BreathPattern | None = None
        self._found_per_min = 0.0
        self._block_s = 0.0
        self._blocks: list[Block] = []

    def begin(self, phase: Phase, at_s: float) -> None:
        """A phase begins."""
        moves = phase.course.adaptive and phase.pacing is not None
        self._pattern = phase.pacing if moves else None
        if self._pattern and not SLOWEST_PER_MIN <= self._pattern.rate_per_min <= QUICKEST_PER_MIN:
            self._pattern = None
        self._found_per_min = self._pattern.rate_per_min if self._pattern else 0.0
        self._block_s, self._blocks = at_s, []

    def wait(self, at_s: float) -> None:
        """Practice time stands still: the block begins anew afterwards."""
        self._block_s = at_s

    def due(self, at_s: float, beats: Sequence[Beat], pacer: Pacer) -> BreathPattern | None:
        """The pattern of the next block; None while this one goes on."""
        if self._pattern is None or at_s - self._block_s < BLOCK_S:
            return None
        settled = [beat for beat in _latest(beats, self._block_s + SETTLED_S) if beat.time_s <= at_s]
        self._blocks.append(Block(self._pattern.rate_per_min, _swing(settled, pacer)))
        self._block_s = at_s
        pace = pace_after(self._found_per_min, self._blocks)
        self._pattern = replace(self._pattern, rate_per_min=pace.rate_per_min)
        return self._pattern


def _latest(beats: Sequence[Beat], from_s: float) -> list[Beat]:
    first = len(beats)
    while first and beats[first - 1].time_s >= from_s:
        first -= 1
    return list(beats[first:])


def _swing(beats: Sequence[Beat], pacer: Pacer) -> float | None:
    """How far the heart swung with a breath; None where it cannot be told or the breath did not follow."""
    answer = answer_to(pacer, list(stretches([beat for beat in beats if beat.kept])))
    followed = answer.followed_percent if answer else None
    if followed is not None and followed < FOLLOWED_LEAST_PERCENT:
        return None
    return figures(beats, pacer=pacer).swing_bpm
