"""What the strap's accelerometer tells: movement, a change of posture, and the breath that tilts the chest.

Breathing turns the chest by one to a few degrees, and gravity tells by how much; the direction in which it moves most
is found as it comes (recursive principal component: Schipper 2021, Physiol Meas 42:045004). On the belly, breaths a
minute found by principal component lay within 1.9 of a flow meter's (Hostrup 2025, Physiol Meas 46:035005). While the
person moves there is no breath.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.beats.beat import Beat, Verdict

Floats = NDArray[np.float64]

VERSION = "chest-tilt-1"
RATES_HZ = (25.0, 200.0)
HOP_S = 0.25
"""The signal is worked through in steps of this length from its beginning, so that no cut of the input shows."""
LEVEL_S = 1.0
MOVING_MG = 20.0
"""More than this is movement: lying still gives 3 mg, light activity begins at 27 to 29 (mean amplitude deviation,
Aittasalo 2015, BMC Sports Sci Med Rehabil 7:18); a heartbeat on the chest gives a few [D]."""
TURN_DEGREES = 10.0
"""A deep breath turns the chest by less than this about its mean [D]."""
SETTLE_S = 2.0
"""So long after a movement the breath is looked for again [D]."""
BREATH_HZ = 0.7
"""The fastest breath that passes, 42 a minute; the heart, above 0.8 Hz, is kept out."""
LOW_PASS_ORDER = 4
DELAY_S = 2.0 * (math.cos(math.pi / 8.0) + math.cos(3.0 * math.pi / 8.0)) / (2.0 * math.pi * BREATH_HZ)
"""By how much a Butterworth filter of that order delays what is slow, 0.59 s."""
POINT_HZ = 10.0
MEAN_S, MEAN_MIN_S = 20.0, 8.0
"""The tilt is taken from its mean over so long, 0.05 Hz; at least so long is needed to know its direction."""
FOLLOW = 0.1
SHALLOWEST_MG = 2.0
"""A tenth of a degree: less is not a breath [D]."""
RETURN_SHARE = 0.3
"""A turn of the breath counts once the tilt has come back by this share of the usual depth [D]."""
SHORTEST_BREATH_S, LONGEST_BREATH_S = 1.3, 30.0
N_USUAL = 6
N_RATE_MIN = 3
DOUBTFUL = (Verdict.LONG, Verdict.SHORT, Verdict.MISSED, Verdict.EXTRA, Verdict.IMPOSSIBLE)
WHILE_MOVING = ", while moving"


@dataclass(frozen=True, slots=True)
class Movement:
    """A quarter of a second of the accelerometer.

    `level_mg` is the deviation of the acceleration, over the last second, from a straight line; None until a second has
    come. `turned` tells that the posture is another one than before.
    """

    from_s: float
    to_s: float
    level_mg: float | None
    moving: bool
    turned: bool = False


@dataclass(frozen=True, slots=True)
class MeasuredBreath:
    """One breath of the chest: ends at `end_s`, where the next begins; lasted `length_s`; tilted it by `depth_mg`."""

    end_s: float
    length_s: float
    depth_mg: float


@dataclass(frozen=True, slots=True)
class Tilt:
    """The breath's wave at an instant: how far the chest is tilted from its mean, rising as the sensor turns upward."""

    time_s: float
    height_mg: float


@dataclass(frozen=True, slots=True)
class MovementReading:
    """What some samples brought."""

    movements: tuple[Movement, ...] = ()
    breaths: tuple[MeasuredBreath, ...] = ()
    wave: tuple[Tilt, ...] = ()


def breaths_per_min(breaths: Sequence[MeasuredBreath]) -> float | None:
    """The rate of some breaths; None for fewer than three."""
    if len(breaths) < N_RATE_MIN:
        return None
    return 60.0 * len(breaths) / sum(breath.length_s for breath in breaths)


def with_movement(beat: Beat, movements: Sequence[Movement], strap_s: float | None) -> Beat:
    """A judged beat whose reason tells that the person moved, where it is doubtful and they did.

    Parameters
    ----------
    beat : Beat
    movements : sequence of Movement
        Those around the beat.
    strap_s : float or None
        When the beat was, on the strap's clock, as `Evidence.strap_s` tells; None leaves the beat as it is.
    """
    if strap_s is None or beat.verdict not in DOUBTFUL:
        return beat
    begin_s = strap_s - beat.rr_ms / 1000.0
    if not any(movement.moving and movement.from_s < strap_s and movement.to_s > begin_s for movement in movements):
        return beat
    return replace(beat, reason=f"{beat.reason}{WHILE_MOVING}")


class TiltBreaths:
    """Finds breaths in the tilt of the chest: from one lowest point to the next."""

    def __init__(self) -> None:
        self._usual_mg: deque[float] = deque(maxlen=N_USUAL)
        self.gap()

    def gap(self) -> None:
        """What comes next does not follow on."""
        self._points: list[Tilt] = []
        self._rising: bool | None = None
        self._turn: Tilt | None = None
        self._top: Tilt | None = None
        self._bottom: Tilt | None = None

    def push(self, point: Tilt) -> MeasuredBreath | None:
        """Take the next point of the wave; return the breath that it completes, if any."""
        self._points = [*self._points[-2:], point]
        if self._turn is None:
            self._turn = point
            return None
        needed_mg = max(SHALLOWEST_MG, RETURN_SHARE * median(self._usual_mg)) if self._usual_mg else SHALLOWEST_MG
        ahead_mg = point.height_mg - self._turn.height_mg
        if self._rising is None:
            if abs(ahead_mg) >= needed_mg:
                self._rising, self._turn = ahead_mg > 0, point
            return None
        if (ahead_mg > 0) == self._rising and ahead_mg != 0:
            self._turn = point
            return None
        if len(self._points) == 3 and self._points[1] == self._turn:
            self._turn = _vertex(*self._points)
        return self._turned(point) if abs(ahead_mg) >= needed_mg else None

    def _turned(self, point: Tilt) -> MeasuredBreath | None:
        turn, breath = self._turn or point, None
        if self._rising:
            self._top = turn
        else:
            if self._bottom is not None and self._top is not None:
                breath = self._breath(self._bottom, self._top, turn)
            self._bottom = turn
        self._rising, self._turn = not self._rising, point
        return breath

    def _breath(self, bottom: Tilt, top: Tilt, next_bottom: Tilt) -> MeasuredBreath | None:
        length_s = next_bottom.time_s - bottom.time_s
        depth_mg = top.height_mg - (bottom.height_mg + next_bottom.height_mg) / 2.0
        if not SHORTEST_BREATH_S <= length_s <= LONGEST_BREATH_S:
            return None
        self._usual_mg.append(depth_mg)
        return MeasuredBreath(next_bottom.time_s, length_s, depth_mg)


def _vertex(before: Tilt, here: Tilt, after: Tilt) -> Tilt:
    """The extreme of the parabola through three points with equal steps."""
    bend = before.height_mg - 2.0 * here.height_mg + after.height_mg
    if bend == 0.0:
        return here
    aside = 0.5 * (before.height_mg - after.height_mg) / bend
    if abs(aside) > 1.0:
        return here
    return Tilt(here.time_s + aside * (after.time_s - before.time_s) / 2.0, here.height_mg)


class MovementDetector:
    """Follows the accelerometer as it comes.

    A breath is told when the chest has risen by a third of the usual depth after it, and 0.6 s for the filter. The wave
    rises as the third axis of the sensor turns upward: on a Polar H10 that axis points away from the chest, so that
    leaning back, and breathing in, raise it. It lies 0.6 s back, and its times say so.

    Parameters
    ----------
    rate_hz : float
        Nominal rate of the samples, 25 to 200.

    Raises
    ------
    ValueError
        For any other rate.
    """

    def __init__(self, rate_hz: float) -> None:
        if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
            raise ValueError(f"an accelerometer of {rate_hz} Hz: {RATES_HZ[0]:g} to {RATES_HZ[1]:g} are possible")
        from scipy.signal import butter, sosfilt, sosfilt_zi  # large, and most straps send no accelerometer

        self._sosfilt = sosfilt
        self._rate_hz = rate_hz
        self._n_hop = round(HOP_S * rate_hz)
        self._n_level = round(LEVEL_S * rate_hz)
        line = np.stack([np.ones(self._n_level), np.linspace(-1.0, 1.0, self._n_level)], axis=1)
        self._line = line / np.sqrt((line * line).sum(axis=0))
        self._filter = butter(LOW_PASS_ORDER, BREATH_HZ, fs=rate_hz, output="sos")
        self._rest = sosfilt_zi(self._filter)[:, :, None]
        self._stride = max(1, round(rate_hz / POINT_HZ))
        self._n_mean = round(MEAN_S * rate_hz / self._stride)
        self._finder = TiltBreaths()
        self._axis: Floats | None = None
        self._posture: Floats | None = None
        self._end_s: float | None = None
        self._movements: list[Movement] = []
        self._breaths: list[MeasuredBreath] = []
        self._wave: list[Tilt] = []
        self._begin_segment()

    def _begin_segment(self) -> None:
        self._time_s, self._pending = np.zeros(0), np.zeros((0, 3))
        self._recent = np.zeros((0, 3))
        self._still_s = 0.0
        self._stop_breath()

    def _stop_breath(self) -> None:
        self._finder.gap()
        self._state: Floats | None = None
        self._unfiltered: list[tuple[Floats, Floats]] = []
        self._known, self._known_s = np.zeros((0, 3)), np.zeros(0)
        self._phase = 0

    def push(self, time_s: Floats, acceleration_mg: Floats) -> MovementReading:
        """Take the next samples.

        Parameters
        ----------
        time_s : ndarray, shape (n,)
            Instant of each sample, seconds of the strap's clock. A step that differs from the usual one by more than
            half of it is a gap: no breath spans it.
        acceleration_mg : ndarray, shape (n, 3)
            Thousandths of gravity, gravity included.

        Returns
        -------
        MovementReading
            The same in all however the samples are cut into pieces.

        Raises
        ------
        ValueError
            For arrays of wrong shape, and values that are not finite.
        """
        time_s, acceleration_mg = np.asarray(time_s, float), np.asarray(acceleration_mg, float)
        if time_s.ndim != 1 or acceleration_mg.shape != (len(time_s), 3):
            raise ValueError(f"instants of shape {time_s.shape} and accelerations of shape {acceleration_mg.shape}")
        if not (np.isfinite(time_s).all() and np.isfinite(acceleration_mg).all()):
            raise ValueError("accelerations that are not finite")
        begin = 0
        for end in [*self._breaks(time_s), len(time_s)]:
            self._time_s = np.concatenate([self._time_s, time_s[begin:end]])
            self._pending = np.concatenate([self._pending, acceleration_mg[begin:end]])
            while len(self._time_s) >= self._n_hop:
                self._hop(self._time_s[: self._n_hop], self._pending[: self._n_hop])
                self._time_s, self._pending = self._time_s[self._n_hop :], self._pending[self._n_hop :]
            self._breathe()
            if end < len(time_s):
                self._begin_segment()
            begin = end
        if len(time_s):
            self._end_s = float(time_s[-1])
        reading = MovementReading(tuple(self._movements), tuple(self._breaths), tuple(self._wave))
        self._movements, self._breaths, self._wave = [], [], []
        return reading

    def _breaks(self, time_s: Floats) -> list[int]:
        if not len(time_s):
            return []
        before_s = time_s[0] - 1.0 / self._rate_hz if self._end_s is None else self._end_s
        steps = (time_s - np.concatenate([[before_s], time_s[:-1]])) * self._rate_hz
        return [int(i) for i in np.flatnonzero(np.abs(steps - 1.0) > 0.5)]

    def _hop(self, time_s: Floats, samples: Floats) -> None:
        self._recent = np.concatenate([self._recent, samples])[-self._n_level :]
        level_mg = self._level_mg()
        moving = level_mg is not None and level_mg > MOVING_MG
        turned = level_mg is not None and not moving and self._has_turned()
        end_s = float(time_s[-1]) + 1.0 / self._rate_hz
        self._movements.append(Movement(float(time_s[0]), end_s, level_mg, moving, turned))
        if moving or turned or level_mg is None:
            self._breathe()
            if turned:
                self._axis = None
            self._still_s = 0.0
            self._stop_breath()
            return
        self._still_s += len(time_s) / self._rate_hz
        if self._still_s >= SETTLE_S:
            if self._state is None:
                self._state = self._rest * self._recent.mean(axis=0)
            self._unfiltered.append((time_s, samples))

    def _level_mg(self) -> float | None:
        if len(self._recent) < self._n_level:
            return None
        rest = self._recent - self._recent.mean(axis=0)
        along = (self._line[:, 1, None] * rest).sum(axis=0)
        return math.sqrt(max(0.0, float((rest * rest).sum() - (along * along).sum())) / self._n_level)

    def _has_turned(self) -> bool:
        """Whether gravity comes from elsewhere than it did; the direction of the breath is to be learned anew then."""
        gravity = self._recent.mean(axis=0)
        size = math.sqrt(float((gravity * gravity).sum()))
        if size == 0.0:
            return False
        gravity = gravity / size
        if self._posture is None:
            self._posture = gravity
            return False
        if float((gravity * self._posture).sum()) < math.cos(math.radians(TURN_DEGREES)):
            self._posture = gravity
            return True
        self._posture = self._posture + HOP_S / MEAN_S * (gravity - self._posture)
        return False

    def _breathe(self) -> None:
        """Filter the quiet steps that wait, all at once, and follow the breath from step to step."""
        if not self._unfiltered:
            return
        samples = np.concatenate([samples for _, samples in self._unfiltered])
        tilt, self._state = self._sosfilt(self._filter, samples, axis=0, zi=self._state)
        for n, (time_s, _) in enumerate(self._unfiltered):
            self._follow(time_s, tilt[n * self._n_hop : (n + 1) * self._n_hop])
        self._unfiltered = []

    def _follow(self, time_s: Floats, tilt: Floats) -> None:
        picked = slice(self._phase, None, self._stride)
        self._phase = (self._phase - len(tilt)) % self._stride
        self._known = np.concatenate([self._known, tilt[picked]])[-self._n_mean :]
        self._known_s = np.concatenate([self._known_s, time_s[picked] - DELAY_S])[-self._n_mean :]
        n_new = len(time_s[picked])
        known = self._known
        mean = known.mean(axis=0)
        if len(known) * self._stride >= MEAN_MIN_S * self._rate_hz:
            if self._axis is None:
                n_new = len(known)
            self._axis = _followed(self._axis, known - mean)
        if self._axis is None:
            return
        told = len(known) - n_new
        for at_s, tilted in zip(self._known_s[told:].tolist(), known[told:], strict=True):
            point = Tilt(at_s, float(((tilted - mean) * self._axis).sum()))
            self._wave.append(point)
            breath = self._finder.push(point)
            if breath is not None:
                self._breaths.append(breath)


def _followed(axis: Floats | None, deviations: Floats) -> Floats:
    """The direction of the greatest movement, followed slowly from the one known before."""
    _, directions = np.linalg.eigh((deviations[:, :, None] * deviations[:, None, :]).sum(axis=0))
    newest = directions[:, -1]
    if axis is None:
        return np.asarray(newest if newest[2] >= 0.0 else -newest)
    newest = newest if float((newest * axis).sum()) >= 0.0 else -newest
    axis = axis + FOLLOW * (newest - axis)
    return np.asarray(axis / math.sqrt(float((axis * axis).sum())))
