"""Whether a strap's intervals and its heart rate speak of the same heart (science A2).

Heart Rate Service 1.0 has intervals in units of 1/1024 s. A strap that sends milliseconds instead makes every figure
2.4 % wrong and looks right. The heart rate in the same packets tells: as the strap smooths it, it is good for nothing
else and goes into no figure.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

BLOCK_S, N_LEAST = 30.0, 20
"""Intervals must add up to so much, and be so many, for one ratio (science A2)."""
N_BLOCKS = 10
"""A unit is doubted by the mean of all blocks, after so many. A smoothed heart rate drags behind one that falls for
minutes, which makes single ratios of 1 to 2 % off; over the whole time that comes to nothing, a wrong unit does not."""
N_WRONG_RATES = 4
"""So many blocks in a row have a wrong heart rate before it is doubted: quick changes are over by then."""
MILLISECONDS_RATIO, NEAR = 1.024, 0.01
"""Ratio of rates where milliseconds are read as 1/1024 s, its inverse where it is the other way round, and how near a
ratio must come (science A2)."""
CUT_BPM = 0.25
"""Some straps round their heart rate, others cut off the fraction, which lowers it by half a beat: half of each."""
COMMONEST_SHARE = 0.5
"""A unit is not doubted while one rate was told for more than this share of the beats: a heart that stands still loses
the same fraction at every beat, up to 2 % of a slow one."""
MOST_CV = 0.1
"""Coefficient of variation of the intervals above which a block tells nothing of units: of a rate that is the mean of
the beats just past, the ratio is off by up to 0.4 times the square of it."""
WRONG_SHARE, WRONG_BPM = 0.10, 5.0
"""A heart rate may be off by the greater of these (ANSI/AAMI EC13)."""


class Doubt(StrEnum):
    """What seems wrong."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    RATE = "rate"


_SENTENCES = {
    Doubt.TOO_SHORT: "The intervals between beats come out 2.3 % shorter than the strap's own heart rate says, as if "
    "it sent milliseconds in place of 1/1024 s. Everything is kept as it was sent. Do not compare these figures with "
    "those of another strap.",
    Doubt.TOO_LONG: "The intervals between beats come out 2.4 % longer than the strap's own heart rate says, as if "
    "1/1024 s had been taken for milliseconds on the way. Everything is kept as it was sent. Do not compare these "
    "figures with those of another strap.",
    Doubt.RATE: "The heart rate that the strap tells ({told_bpm:.0f}) is far from that of its beats ({beats_bpm:.0f}). "
    "Figures and scores come from the beats alone. If this stays so, moisten the strap and put it on anew.",
}


@dataclass(frozen=True, slots=True)
class UnitDoubt:
    """A doubt about the strap's numbers that has lasted for minutes.

    Attributes
    ----------
    doubt : Doubt
    ratio : float
        Heart rate from the intervals over the one that the strap tells; 1 where all is well.
    sentence : str
        For a person.
    """

    doubt: Doubt
    ratio: float
    sentence: str


@dataclass(slots=True)
class _Rates:
    """Intervals with the heart rate told beside them."""

    n: int = 0
    sum_ms: float = 0.0
    sum_ms2: float = 0.0
    told_beats: float = 0.0

    def add(self, rr_ms: float, rate_bpm: float) -> None:
        self.n += 1
        self.sum_ms += rr_ms
        self.sum_ms2 += rr_ms * rr_ms
        # Weighted by time, a rate that is smoothed for long and one that follows every beat both give a ratio of 1,
        # however far the heart swings; a mean over beats lies above it by the square of the coefficient of variation
        self.told_beats += rr_ms * rate_bpm / 60000.0

    def join(self, block: "_Rates") -> None:
        self.n += block.n
        self.sum_ms += block.sum_ms
        self.sum_ms2 += block.sum_ms2
        self.told_beats += block.told_beats

    @property
    def cv2(self) -> float:
        """Square of the coefficient of variation of the intervals."""
        return self.n * self.sum_ms2 / (self.sum_ms * self.sum_ms) - 1.0

    @property
    def beats_bpm(self) -> float:
        return 60000.0 * self.n / self.sum_ms

    @property
    def told_bpm(self) -> float:
        return 60000.0 * self.told_beats / self.sum_ms


class UnitCheck:
    """Compares the intervals of one strap with the heart rate it tells beside them."""

    def __init__(self) -> None:
        self._block, self._all = _Rates(), _Rates()
        self._n_blocks = self._n_wrong = 0
        self._n_of_rate: Counter[int] = Counter()
        self._told: set[Doubt] = set()

    def push(self, rr_ms: float, rate_bpm: int | None) -> UnitDoubt | None:
        """Take the next kept interval.

        Parameters
        ----------
        rr_ms : float
            As decoded, above 0.
        rate_bpm : int or None
            The heart rate in the packet that brought it, or in the newest one; without one the interval is passed over.

        Returns
        -------
        UnitDoubt or None
            Each kind of doubt is told once.

        Raises
        ------
        ValueError
            If an interval or a rate is not above 0.
        """
        if rate_bpm is None:
            return None
        if not (rr_ms > 0.0 and rate_bpm > 0):
            raise ValueError(f"an interval and a rate must be above 0, not {rr_ms} ms and {rate_bpm} a minute")
        self._n_of_rate[rate_bpm] += 1
        block = self._block
        block.add(rr_ms, rate_bpm + CUT_BPM)
        if block.sum_ms < 1000.0 * BLOCK_S or block.n < N_LEAST:
            return None
        self._block = _Rates()
        return self._judge(block)

    def _judge(self, block: _Rates) -> UnitDoubt | None:
        if abs(block.beats_bpm - block.told_bpm) > max(WRONG_SHARE * block.beats_bpm, WRONG_BPM):
            self._n_wrong += 1
            return self._tell(Doubt.RATE, block) if self._n_wrong >= N_WRONG_RATES else None
        self._n_wrong = 0
        if block.cv2 > MOST_CV**2:
            return None
        self._n_blocks += 1
        whole = self._all
        whole.join(block)
        if self._n_blocks < N_BLOCKS or self._stands_still():
            return None
        ratio = whole.beats_bpm / whole.told_bpm
        if abs(ratio / MILLISECONDS_RATIO - 1.0) <= NEAR:
            return self._tell(Doubt.TOO_SHORT, whole)
        if abs(ratio * MILLISECONDS_RATIO - 1.0) <= NEAR:
            return self._tell(Doubt.TOO_LONG, whole)
        return None

    def _stands_still(self) -> bool:
        return max(self._n_of_rate.values()) > COMMONEST_SHARE * self._n_of_rate.total()

    def _tell(self, doubt: Doubt, rates: _Rates) -> UnitDoubt | None:
        if doubt in self._told:
            return None
        self._told.add(doubt)
        sentence = _SENTENCES[doubt].format(beats_bpm=rates.beats_bpm, told_bpm=rates.told_bpm)
        return UnitDoubt(doubt, rates.beats_bpm / rates.told_bpm, sentence)
