"""Two sessions of one person side by side, or one that was re-cut against itself as it was recorded."""

from dataclasses import dataclass, field

from biofeedback.session.kept.archive import read_pacer, read_summary, score_without
from biofeedback.session.pacing import PacerTrack
from biofeedback.session.summary import PhaseSummary, SessionSummary
from biofeedback.storage.database import Store


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two.

    Attributes
    ----------
    summary : SessionSummary
    pacer : PacerTrack
        Knows the practice time of each second of the session.
    source : str
        The text of the exercise as it was.
    in_group : bool
    """

    summary: SessionSummary
    pacer: PacerTrack = field(repr=False)
    source: str = field(repr=False)
    in_group: bool

    def practised_at(self, at_s: float) -> float | None:
        """Practice time at a second of the session, without pauses and with what was passed over; None in a pause."""
        return self.pacer.elapsed_at(at_s)

    def lived(self, phase: PhaseSummary) -> tuple[float, float]:
        """From when to when a phase lasted, in practice time."""
        begun_s = self.pacer.elapsed_after(phase.start_s)
        return begun_s, max(begun_s, self.pacer.elapsed_before(phase.end_s))


@dataclass(frozen=True, slots=True)
class Beside:
    """Two of one person. `recut`: the same session, first as it was recorded, then without what was left out."""

    first: Side
    second: Side
    recut: bool

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.first, self.second

    def pairs(self) -> list[tuple[PhaseSummary | None, PhaseSummary | None]]:
        """Parts of the same name beside each other, the first with the first and so on; None where one has no such.

        In the order of the first session, then what only the second has.
        """
        keyed = [_numbered(side.summary.phases) for side in self.sides]
        keys = dict.fromkeys([*keyed[0], *keyed[1]])
        return [(keyed[0].get(key), keyed[1].get(key)) for key in keys]


def read_beside(store: Store, first: str, second: str = "") -> Beside:
    """Two sessions of one person by their ids, scored by the same method; without a second, one against its original.

    Raises
    ------
    StoreError
        If there is no such session.
    ValueError
        If they are of two people, one of them still runs, it is twice the same, or nothing was left out of it.
    """
    rows = [store.find(each) for each in (first, second or first)]
    if running := next((row for row in rows if row.running), None):
        raise ValueError(f"session {running.session_id} is still running; wait until it has ended")
    if rows[0].person != rows[1].person:
        raise ValueError("these are sessions of two people, which are never put side by side")
    if second and rows[0].session_id == rows[1].session_id:
        raise ValueError(f"{rows[0].session_id} is twice the same session")
    if second:
        left, right = (read_summary(store, row.session_id) for row in rows)
        return Beside(_side(store, left), _side(store, right), recut=False)
    cut = read_summary(store, rows[0].session_id)
    if not cut.excluded:
        raise ValueError(f"nothing is left out of session {cut.session_id}, so it is its own original")
    return Beside(_side(store, score_without(store, cut.session_id, ())), _side(store, cut), recut=True)


def _side(store: Store, summary: SessionSummary) -> Side:
    began = store.session(summary.session_id).began
    return Side(summary, read_pacer(store, summary.session_id), began.exercise_source, "group" in began.settings)


def _numbered(phases: tuple[PhaseSummary, ...]) -> dict[tuple[str, int], PhaseSummary]:
    """Phases by their name, and which of that name they are."""
    found: dict[tuple[str, int], PhaseSummary] = {}
    for phase in phases:
        number = sum(name == phase.name for name, _ in found)
        found[phase.name, number] = phase
    return found
