"""Whether a strap's intervals, the time in which they come and its heart rate speak of the same heart (science A2).

Heart Rate Service 1.0 has intervals in units of 1/1024 s. A strap that sends milliseconds instead makes every figure
2.4 % wrong and looks right. The clock tells within two minutes: intervals that follow each other add up to the time
in which they came. The heart rate in the same packets tells later and less: as the strap smooths it, it is good for
nothing else and goes into no figure.
"""

from collections import Counter, deque
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from biofeedback.analysis.beats.beat import Beat

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
MOST_FAULTS, MOST_ROUGH = 0.10, 0.115
"""A block with more faults, or a greater RMSSD over mean, tells nothing: a rate that counts extra beats does not
measure the intervals kept beside them (the limits of science A5)."""
CLOCK_BLOCK_S, N_SLOPES, N_SLOPES_MOST = 18.0, 5, 10
"""The least delayed arrival of each block of so many seconds; the drift between so many neighbours tells."""
DRIFT_NEAR, DRIFT_SHARE, DRIFT_SOUND = 0.010, 0.8, 0.006
"""How near the drifts must come to that of a wrong unit, and how many of them: beats lost now and then make steps, a
heart nearly in step with the packets makes a saw; both spoil some and leave others level."""
N_RATIO, SOUND_NEAR = 3, 0.008
"""After so many blocks the heart rate has a say beside the clock; this near it says that the unit is right."""
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


_CORRECTED = {
    Doubt.TOO_SHORT: "The intervals between beats add up to 2.3 % less than the time in which they came: this strap "
    "sends milliseconds in place of 1/1024 s. The figures are corrected for it; what was sent is kept as it came.",
    Doubt.TOO_LONG: "The intervals between beats add up to 2.4 % more than the time in which they came: 1/1024 s were "
    "taken for milliseconds on the way. The figures are corrected for it; what was sent is kept as it came.",
}
"""What is told of a wrong unit that the arrivals are sure of."""
FACTORS = {Doubt.TOO_SHORT: MILLISECONDS_RATIO, Doubt.TOO_LONG: 1.0 / MILLISECONDS_RATIO}
"""An interval as it was decoded, times this, is what the heart did."""


def in_unit(beat: Beat, factor: float) -> Beat:
    """A beat whose interval was decoded in the wrong unit, as the strap meant it."""
    nn_ms = None if beat.nn_ms is None else beat.nn_ms * factor
    return replace(beat, rr_ms=beat.rr_ms * factor, nn_ms=nn_ms)


class ClockCheck:
    """Compares the intervals of one strap with the clock on which they arrive.

    Arrivals are late by changing amounts, never early, so the least late one of each block is compared with that of the
    next: the drift from one to the other is nothing, or what a wrong unit makes of the time.

    Attributes
    ----------
    doubt : Doubt or None
        The wrong unit, once it is sure; it stays.
    sound : bool
        Whether the drifts show that the unit is right.
    rate_ratio : float or None
        To be set to what the strap's own heart rate says of its intervals (`UnitCheck.ratio`): where it says that they
        are right the unit is not doubted, and where it says the same as the arrivals these need not be as even.
    """

    def __init__(self) -> None:
        self.doubt: Doubt | None = None
        self.sound = False
        self.rate_ratio: float | None = None
        self._sum_s = 0.0
        self._begin_s: float | None = None
        self._block = 0
        self._least_s = float("inf")
        self._before: tuple[int, float] | None = None
        self._drifts: deque[float] = deque(maxlen=N_SLOPES_MOST)

    @property
    def sentence(self) -> str:
        """What a person is told of a wrong unit; empty where there is none."""
        return _CORRECTED[self.doubt] if self.doubt else ""

    @property
    def factor(self) -> float:
        """What intervals are to be multiplied with; 1 where nothing is wrong, or nothing is known yet."""
        return FACTORS[self.doubt] if self.doubt else 1.0

    def broken(self) -> None:
        """What comes next does not follow on what came before."""
        self._before, self._begin_s = None, None

    def push(self, arrival_s: float, total_s: float) -> float:
        """Take a packet, the sum of its intervals in seconds as decoded; return the factor as of now."""
        self._sum_s += total_s
        late_s = arrival_s - self._sum_s
        if self._begin_s is None:
            self._begin_s, self._block, self._least_s = arrival_s, 0, late_s
        block = int((arrival_s - self._begin_s) / CLOCK_BLOCK_S)
        if block != self._block:
            self._close()
            self._block, self._least_s = block, late_s
        elif late_s < self._least_s:
            self._least_s = late_s
        return self.factor

    def _close(self) -> None:
        """A block is over."""
        before, self._before = self._before, (self._block, self._least_s)
        if before is None or before[0] != self._block - 1:
            return
        drifts = self._drifts
        drifts.append((self._least_s - before[1]) / CLOCK_BLOCK_S)
        if len(drifts) < N_SLOPES or self.doubt:
            return
        self.sound = abs(median(drifts)) <= DRIFT_SOUND
        ratio = self.rate_ratio
        if ratio is not None and abs(ratio - 1.0) <= SOUND_NEAR:
            return
        for doubt, factor in FACTORS.items():
            wrong = 1.0 - 1.0 / factor
            near = sum(abs(drift - wrong) <= DRIFT_NEAR for drift in drifts)
            even = near >= DRIFT_SHARE * len(drifts) and abs(median(drifts) - wrong) <= DRIFT_SOUND
            borne_out = ratio is not None and abs(ratio / factor - 1.0) <= NEAR
            if even or (borne_out and abs(sum(drifts) / len(drifts) - wrong) <= DRIFT_NEAR):
                self.doubt = doubt


@dataclass(slots=True)
class _Rates:
    """Intervals with the heart rate told beside them."""

    n: int = 0
    n_faults: int = 0
    sum_ms: float = 0.0
    sum_ms2: float = 0.0
    steps_ms2: float = 0.0
    told_beats: float = 0.0
    last_ms: float = 0.0

    def add(self, rr_ms: float, rate_bpm: float) -> None:
        if self.n:
            self.steps_ms2 += (rr_ms - self.last_ms) ** 2
        self.last_ms = rr_ms
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
    def tells(self) -> bool:
        """Whether faults are few and the rhythm is in order."""
        rough = self.steps_ms2 * self.n > (MOST_ROUGH * self.sum_ms) ** 2
        return self.n_faults <= MOST_FAULTS * self.n and not rough

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

    @property
    def ratio(self) -> float | None:
        """Heart rate from the intervals over the one that the strap tells; None while little is known."""
        whole = self._all
        return whole.beats_bpm / whole.told_bpm if self._n_blocks >= N_RATIO else None

    def push(self, rr_ms: float, rate_bpm: int | None, *, kept: bool = True) -> UnitDoubt | None:
        """Take the next judged interval.

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
        block = self._block
        if not kept:
            block.n_faults += 1
            return None
        self._n_of_rate[rate_bpm] += 1
        block.add(rr_ms, rate_bpm + CUT_BPM)
        if block.sum_ms < 1000.0 * BLOCK_S or block.n < N_LEAST:
            return None
        self._block = _Rates()
        return self._judge(block)

    def _judge(self, block: _Rates) -> UnitDoubt | None:
        if not block.tells:
            return None
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
