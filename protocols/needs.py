"""What the feedback of a phase needs before it can come, and which phases are too short for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, inf

from protocols.feedback import N_WINDOWS_MIN, REST_DISCARDED_S, REST_HOP_S, REST_WINDOW_S, WAVE_S
from protocols.neurofeedback import HEAD_BASELINE_S
from protocols.phases import Answering, Feedback, Phase, Role, Until

A_FEW_BEATS_S = 5.0
"""Three beats of a slow heart: a window is whole with the first beat after it, and three make a baseline."""


@dataclass(frozen=True, slots=True)
class TooShort:
    """A phase in which, or after which, feedback would be promised that cannot come.

    Attributes
    ----------
    index : int
        Of the phase.
    least_s : float
        It must last so long for certain; infinite where no length would do.
    key : str
        Where in the file of the exercise that is to be mended.
    reason : str
    """

    index: int
    least_s: float
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Placed:
    """A phase where it stands: seconds of the session, as early as it can begin and as soon as it can end."""

    index: int
    phase: Phase
    start_s: float
    since_s: float

    @property
    def sure_s(self) -> float:
        return 60.0 * (self.phase.minutes if self.phase.until is Until.TIME else self.phase.least_minutes)

    def lacks(self, least_s: float, reason: str, *, own: bool = False) -> Iterator[TooShort]:
        """That the phase is shorter than so long; `own`: its own feedback, which a person may cut short.

        A baseline may not: what comes after it needs it.
        """
        phase = self.phase
        stays = own and phase.until is Until.PERSON and phase.role is not Role.BASELINE
        by_minutes = phase.until is Until.TIME or stays
        if (phase.minutes * 60.0 if by_minutes else self.sure_s) < least_s:
            key = "minutes" if by_minutes else "least_minutes"
            told = f"{reason}: {key} must be {in_minutes(least_s):g} or more, not {in_minutes(self._told_s(key)):g}"
            yield TooShort(self.index, least_s, key, told)

    def _told_s(self, key: str) -> float:
        return 60.0 * (self.phase.minutes if key == "minutes" else self.phase.least_minutes)


def in_minutes(seconds: float) -> float:
    """Minutes to be told, rounded up to a tenth."""
    return ceil(seconds / 6.0 - 1e-9) / 10.0


def too_short(phases: Sequence[Phase], *, with_mark: bool = True) -> list[TooShort]:
    """The phases that are too short for what is promised in them or after them.

    A phase is also too short where it is shorter than its own `least_minutes`.

    Parameters
    ----------
    phases : sequence of Phase
        One after the other, as long as they are to be.
    with_mark : bool
        Whether a baseline before feedback on smoothness is to give the mark of reward, too.
    """
    found: list[TooShort] = []
    placed = _placed(phases)
    for each in placed:
        phase = each.phase
        if phase.minutes < phase.least_minutes:
            found.append(TooShort(each.index, phase.least_minutes * 60.0, "minutes", "shorter than its least_minutes"))
        baselines = [b for b in placed[: each.index + 1] if b.phase.role is Role.BASELINE]
        match phase.feedback:
            case Feedback.SMOOTHNESS:
                found += each.lacks(_ready_s(each, WAVE_S), "the wave is told of 64 s of the same breathing", own=True)
                if with_mark and baselines and not any(_shows_wave(b) for b in baselines):
                    last = baselines[-1]
                    least_s = last.since_s + WAVE_S + A_FEW_BEATS_S - last.start_s
                    found += last.lacks(least_s, "the mark of smoothness is told of 64 s of rest")
            case Feedback.CALM:
                found += _lacking_calm(each, baselines)
            case Feedback.HEART_AND_ALPHA:
                found += [*_lacking_calm(each, baselines), *_lacking_rest_of_head(each, baselines)]
            case Feedback.ALPHA | Feedback.ALPHA_REPLAYED | Feedback.SMR | Feedback.THETA_SMR:
                found += _lacking_rest_of_head(each, baselines)
            case Feedback.NONE:
                pass
    return found


def _lacking_rest_of_head(placed: _Placed, baselines: Sequence[_Placed]) -> Iterator[TooShort]:
    before = [each for each in baselines if each.index < placed.index]
    if not before:
        reason = "what the brain shows is held against rest: put a phase of the role baseline before it"
        yield TooShort(placed.index, inf, "feedback", reason)
    else:
        yield from before[-1].lacks(HEAD_BASELINE_S, "what the brain shows is held against two minutes of rest")


def _lacking_calm(placed: _Placed, baselines: Sequence[_Placed]) -> Iterator[TooShort]:
    paced = [each for each in (placed, *baselines) if each.phase.pacing is not None]
    for each in paced:
        yield TooShort(each.index, inf, "pacing", "calm is told of a free breath, held against rest with a free breath")
    if not baselines:
        reason = "calm is held against rest in the same session: put a phase of the role baseline before it"
        yield TooShort(placed.index, inf, "feedback", reason)
    elif not paced:
        yield from baselines[-1].lacks(_rest_least_s(baselines), "calm is held against this rest")
    if not paced:
        ready_s = _ready_s(placed, REST_DISCARDED_S + REST_WINDOW_S)
        yield from placed.lacks(ready_s, "calm is told of a breath that has been free for two minutes", own=True)


def _placed(phases: Sequence[Phase]) -> list[_Placed]:
    placed: list[_Placed] = []
    for i, phase in enumerate(phases):
        before = placed[-1] if placed else None
        start_s = before.start_s + before.sure_s if before else 0.0
        alike = before is not None and (before.phase.pacing is None) == (phase.pacing is None)
        placed.append(_Placed(i, phase, start_s, before.since_s if before and alike else start_s))
    return placed


def _ready_s(placed: _Placed, whole_s: float) -> float:
    """From when on in the phase an answer can be seen, with a few beats to see it."""
    ready_s = max(0.0, placed.since_s + whole_s - placed.start_s) + A_FEW_BEATS_S
    shown: Answering = placed.phase.answering
    if shown.by(shown.channel, ready_s) or shown.of_s is None:
        return ready_s
    return ceil(ready_s / shown.of_s) * shown.of_s + A_FEW_BEATS_S


def _shows_wave(baseline: _Placed) -> bool:
    return baseline.start_s + baseline.sure_s >= baseline.since_s + WAVE_S + A_FEW_BEATS_S


def _rest_least_s(baselines: Sequence[_Placed]) -> float:
    """How long the last baseline must be for enough windows of rest (science B8, C1)."""
    n_windows, at_s, last = 0, 0.0, baselines[-1]
    whole_s = 0.0
    for each in baselines:
        at_s = max(at_s, each.since_s + REST_DISCARDED_S + REST_WINDOW_S, each.start_s)
        while n_windows < N_WINDOWS_MIN and (each is last or at_s + A_FEW_BEATS_S <= each.start_s + each.sure_s):
            n_windows, whole_s, at_s = n_windows + 1, at_s, at_s + REST_HOP_S
    return whole_s + A_FEW_BEATS_S - last.start_s
