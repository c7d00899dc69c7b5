"""The latest seconds of a strap's electrocardiogram as the window sees them; knows no Qt."""

from bisect import bisect_left
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

from biofeedback.analysis.beats.beat import Verdict
from biofeedback.session.events import EcgCame, SeenBeat
from biofeedback.ui.words import common as words
from devices.samples import StreamsChanged

if TYPE_CHECKING:  # slow to import, and the first window needs none of it
    from biofeedback.analysis.ecg.complexes import QrsComplex
    from biofeedback.analysis.ecg.trace import Marred

ECG_S = 6.0
"""So much is shown."""
KEEP_S = 10.0
N_KEEP = 60
NEAR_S = 0.08
"""A beat and a complex are the same beat when they are no further apart."""
SPARE_S = 0.25
"""A piece may come so much later than the soonest, and the trace still does not falter."""
DRIFT = 0.002
"""The clocks may part by so much a second."""
ANEW_S = 10.0
"""A piece that lies so far from where it is due is not late: the strap has set its clock."""
SILENT_S = 4.0


class Mark(Enum):
    """What a beat in the electrocardiogram is shown as."""

    PENDING = "pending"
    COUNTED = "counted"
    SET_ASIDE = "set aside"
    EXTRA = "extra beat"


class EcgModel:
    """Keeps the latest pieces with the beats in them.

    Attributes
    ----------
    pieces : deque of EcgCame
    marred : deque of Marred
    n_came : int
        How many pieces came; changes whenever there is something new to show.
    n_compared, n_agreed : int
        Of the strap's intervals, as the latest piece told.
    """

    def __init__(self) -> None:
        self.pieces: deque[EcgCame] = deque()
        self.marred: deque[Marred] = deque(maxlen=N_KEEP)
        self.n_came = self.n_compared = self.n_agreed = 0
        self._complexes: deque[QrsComplex] = deque(maxlen=N_KEEP)
        self._seen: deque[SeenBeat] = deque(maxlen=N_KEEP)
        self._offset_s: float | None = None
        self._offered = False
        self._detail = ""

    def take(self, came: EcgCame) -> None:
        """Take the next piece."""
        self._tie(came)
        self.pieces.append(came)
        while self.pieces[0].at_s < came.at_s - KEEP_S:
            self.pieces.popleft()
        self._complexes.extend(came.complexes)
        self._seen.extend(came.beats)
        self.marred.extend(came.marred)
        self.n_compared, self.n_agreed = came.n_compared, came.n_agreed
        self.n_came += 1

    def hear(self, news: StreamsChanged) -> None:
        """Take what the strap tells of its streams."""
        self._offered, self._detail = news.ecg, news.detail

    def _tie(self, came: EcgCame) -> None:
        """Follow the soonest pieces, so that one that comes late does not make the trace falter."""
        offset_s = came.at_s - float(came.time_s[-1])
        if self._offset_s is not None and self.pieces:
            due_s = self._offset_s + DRIFT * (came.at_s - self.pieces[-1].at_s)
            if abs(offset_s - due_s) > ANEW_S:
                self._forget()
            else:
                offset_s = min(due_s, offset_s)
        self._offset_s = offset_s

    def _forget(self) -> None:
        for kept in (self.pieces, self.marred, self._complexes, self._seen):
            kept.clear()

    def edge_s(self, session_s: float) -> float | None:
        """The strap's clock at the right edge of what is shown at a second of the session; None without a trace.

        It lies so far back that the samples up to there have come.
        """
        if self._offset_s is None or not self.pieces:
            return None
        longest_s = max(len(piece.time_s) / piece.rate_hz for piece in self.pieces)
        return session_s - self._offset_s - longest_s - SPARE_S

    def marks(self) -> list[tuple[float, Mark]]:
        """The beats with their instants on the strap's clock; one that only the strap tells of is among them."""
        seen = sorted(self._seen, key=lambda beat: beat.strap_s)
        instants_s = [beat.strap_s for beat in seen]
        marks, found = [], set()
        for one in self._complexes:
            after = bisect_left(instants_s, one.time_s)
            near = [k for k in (after - 1, after) if 0 <= k < len(seen) and abs(instants_s[k] - one.time_s) <= NEAR_S]
            found.update(near)
            marks.append((one.time_s, _mark(one, seen[near[0]].verdict if near else Verdict.PENDING)))
        if marks:
            first_s, last_s = marks[0][0], marks[-1][0]
            alone = [beat for k, beat in enumerate(seen) if k not in found and first_s < beat.strap_s < last_s]
            marks += [(beat.strap_s, Mark.SET_ASIDE) for beat in alone]
        return marks

    def sentence(self, session_s: float) -> str:
        """Why there is no trace to see; empty where there is one."""
        if self.pieces and session_s - self.pieces[-1].at_s <= SILENT_S:
            return ""
        if self._detail:
            return self._detail
        if self.n_came:
            return words.ECG_RESTS
        return words.ECG_COMES if self._offered else words.NO_ECG

    def agreement(self) -> str:
        """How far strap and electrocardiogram agree; empty until that is known."""
        return words.ecg_agreement(self.n_agreed, self.n_compared) if self.n_compared else ""


def _mark(found: "QrsComplex", verdict: Verdict) -> Mark:
    if found.extra_beat:
        return Mark.EXTRA
    if verdict is Verdict.PENDING:
        return Mark.PENDING
    return Mark.COUNTED if verdict is Verdict.KEPT else Mark.SET_ASIDE
