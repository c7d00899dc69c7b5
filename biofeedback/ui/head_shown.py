"""What the instrument shows of a head, computed from what came lately; knows no Qt."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.eeg.rhythms import BANDS
from biofeedback.ui.head_model import SHOWN_S, SPECTROGRAM_S

if TYPE_CHECKING:
    from biofeedback.session.events import EegCame
    from biofeedback.session.head.moment import Moment
    from biofeedback.ui.head_model import HeadModel

Floats = NDArray[np.float64]

WINDOW_S, UP_TO_HZ, FROM_HZ = 4.0, 45.0, 1.0
"""The spectrum of now: one Hann window of four seconds and those that begin a second after each other."""
COLUMN_S = 1.0
"""Of the bands, a column is the median of so long."""
SECOND_S = 1.0
"""A moment tells of the second before it."""


class LatestSamples:
    """The latest seconds of all electrodes, each piece made into microvolts once."""

    def __init__(self) -> None:
        self._made: deque[tuple[EegCame, Floats]] = deque()

    def take(self, pieces: "deque[EegCame]") -> None:
        """Follow the pieces of a `HeadModel`."""
        while self._made and (not pieces or self._made[0][0] is not pieces[0]):
            self._made.popleft()
        if not self._made:
            fresh: list[EegCame] = list(pieces)
        else:
            newest = self._made[-1][0]
            fresh = []
            for piece in reversed(pieces):
                if piece is newest:
                    break
                fresh.append(piece)
            fresh.reverse()
        self._made.extend((piece, piece.frame.microvolts) for piece in fresh)

    def samples(self) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Second of the session, microvolts (n_electrodes, n), and whether the next follows without a loss."""
        if not self._made:
            return np.zeros(0), np.zeros((0, 0)), np.zeros(0, np.bool_)
        numbers, at_s = [], []
        for piece, microvolts in self._made:
            n = microvolts.shape[1]
            number = piece.frame.first_sample + np.arange(n)
            numbers.append(number)
            at_s.append(piece.at_s - (number[-1] - number) / piece.frame.description.rate_hz)
        follows = np.append(np.diff(np.concatenate(numbers)) == 1, False)
        return np.concatenate(at_s), np.concatenate([each for _, each in self._made], axis=1), follows


@dataclass(frozen=True, slots=True)
class Unused:
    """A stretch of an electrode that is not used: seconds of the session, and why."""

    place: int
    from_s: float
    to_s: float
    reason: str


def unused(moments: Iterable["Moment"], places: Sequence[int]) -> list[Unused]:
    """The stretches of these electrodes that are not used, one after another with the same reason in one."""
    found: list[Unused] = []
    open_at: dict[int, Unused] = {}
    for moment in moments:
        for place in places:
            reason = moment.reasons[place]
            before = open_at.get(place)
            goes_on = before is not None and reason == before.reason and moment.at_s - before.to_s < SECOND_S
            if before is not None and not goes_on:
                found.append(open_at.pop(place))
            if reason is not None:
                begun_s = before.from_s if before is not None and goes_on else moment.at_s - SECOND_S
                open_at[place] = Unused(place, begun_s, moment.at_s, str(reason))
    return [*found, *open_at.values()]


class BandColumns:
    """Power of each band over the last two minutes; each moment is taken once.

    A column is the median over `COLUMN_S` of the mean of some electrodes in µV², of what can be used.
    """

    def __init__(self) -> None:
        self._places: tuple[int, ...] = ()
        self._newest: Moment | None = None
        self._told: dict[int, list[Floats]] = {}
        self._medians: dict[int, Floats] = {}

    def take(self, moments: "deque[Moment]", places: tuple[int, ...]) -> None:
        """Follow the moments of a `HeadModel`; other electrodes, or another band, begin anew."""
        if places != self._places or not moments:
            self._places, self._newest = places, None
            self._told, self._medians = {}, {}
        fresh: list[Moment] = []
        for moment in reversed(moments):
            if moment is self._newest:
                break
            fresh.append(moment)
        for moment in reversed(fresh):
            usable = [place for place in places if moment.reasons[place] is None]
            if usable:
                column = int(moment.at_s // COLUMN_S)
                told = self._told.setdefault(column, [])
                told.append(moment.band_uv2[:, usable].mean(axis=1))
                self._medians[column] = np.median(told, axis=0)
        if moments:
            self._newest = moments[-1]
        kept_from = max(self._told, default=0) - round(SPECTROGRAM_S / COLUMN_S)
        for column in [each for each in self._told if each < kept_from]:
            del self._told[column], self._medians[column]

    def course(self, until_s: float) -> Floats:
        """Shape (n_bands, n_columns), the newest last; NaN where nothing can be used."""
        n_columns, last = round(SPECTROGRAM_S / COLUMN_S), int(until_s // COLUMN_S)
        found = np.full((len(BANDS), n_columns), np.nan)
        for column, median in self._medians.items():
            place = n_columns - 1 - (last - column)
            if 0 <= place < n_columns:
                found[:, place] = median
        return found


def spectrum_now(samples: LatestSamples, head: "HeadModel", places: Sequence[int]) -> tuple[Floats, Floats] | None:
    """Frequencies and density (µV²/Hz) of the latest seconds without a loss, the mean of these electrodes as they came.

    None where fewer than four seconds came in a row, or nothing is to be seen at these electrodes.
    """
    _, microvolts, follows = samples.samples()
    if head.description is None or not places or not len(follows):
        return None
    rate_hz = head.description.rate_hz
    losses = np.flatnonzero(~follows[:-1])
    begin = int(losses[-1]) + 1 if len(losses) else 0
    n = round(WINDOW_S * rate_hz)
    last = microvolts[list(places), max(begin, microvolts.shape[1] - round(SHOWN_S * rate_hz)) :]
    if last.shape[1] < n:
        return None
    from scipy.signal import welch  # late: a session without a band needs none of it

    hz, density = welch(last, rate_hz, nperseg=n, noverlap=n - round(rate_hz), detrend="linear")
    shown = (hz >= FROM_HZ) & (hz <= UP_TO_HZ)
    return hz[shown], density[:, shown].mean(axis=0)
