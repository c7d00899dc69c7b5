"""What happened in a session, a line each, and the marks that were set: told from events, never from presses."""

from dataclasses import dataclass

from biofeedback.reports.noted_words import told_second
from biofeedback.session.events import AnchorMoved, Ended, MarkerSet, PhaseBegan, Relaid, Steered, StrapSaid
from biofeedback.ui.model import SessionModel
from biofeedback.ui.words import office as words
from devices.samples import LinkChanged, LinkState
from protocols.breathing import BreathPattern


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker on the time of practice."""

    elapsed_s: float
    label: str


class OfficeLog:
    """Folds events of one session into lines.

    Attributes
    ----------
    lines : list of str
        As in "05:12 goal 0.60".
    marks : list of Mark
    on : bool
        Whether feedback is given.
    goal : float or None
        As it was set by hand.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.marks: list[Mark] = []
        self.on = True
        self.goal: float | None = None
        self._paused = False
        self._pattern: BreathPattern | None = None

    def take(self, event: object, model: SessionModel) -> None:
        """Fold in an event that the model has taken already."""
        match event:
            case Steered(at_s=at_s, order=order, refused=refused):
                self._tell(at_s, f"not done: {refused}" if refused else words.told(order))
                if not refused:
                    self._keep(order)
            case MarkerSet(at_s=at_s, label=label):
                self._tell(at_s, f"marker: {label}")
                self.marks.append(Mark(model.elapsed_s - (model.session_s - at_s), label))
            case PhaseBegan(at_s=at_s, planned=planned):
                self._tell(at_s, planned.phase.title)
                self._pattern = pattern_of(model)
            case Relaid(at_s=at_s):
                self._tell_pace(at_s, model)
            case AnchorMoved(at_s=at_s, anchor=anchor) if anchor.running == self._paused:
                self._paused = not anchor.running
                self._tell(at_s, "paused" if self._paused else "goes on")
            case StrapSaid(at_s=at_s, news=LinkChanged(state=LinkState.LOST)):
                self._tell(at_s, "the link to the strap was lost")
            case Ended(at_s=at_s, cause=cause):
                self._tell(at_s, f"ended ({cause})")
            case _:
                pass

    def _keep(self, order: object) -> None:
        self.on = getattr(order, "given", self.on)
        if hasattr(order, "goal"):
            self.goal = order.goal

    def _tell_pace(self, at_s: float, model: SessionModel) -> None:
        before, self._pattern = self._pattern, pattern_of(model)
        if self._pattern is not None and self._pattern != before:
            self._tell(at_s, words.pace(self._pattern))

    def _tell(self, at_s: float, what: str) -> None:
        self.lines.append(f"{told_second(at_s)} {what}")


def pattern_of(model: SessionModel) -> BreathPattern | None:
    """The breath that is asked for now, the last that was ordered; None where it is free."""
    if model.timeline is None or model.planned is None:
        return None
    curve = model.timeline.phases[model.planned.index].curve
    return curve.stretches[-1].pattern if curve is not None else None
