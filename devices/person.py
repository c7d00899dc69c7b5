"""A simulated person: a heart that answers breathing, with known truth.

The RR interval is the sum of a resting interval, the answer of a second-order resonator to the breath (the
baroreflex, largest and in phase with inhalation at the resonance rate; Vaschillo and Lehrer as in Shaffer and Meehan
2020), slow and Mayer-wave fluctuations, drift, and arousal that slow breathing lets go. Beats come from integrating
the instantaneous rate, so that an interval is the time between two beats and not a sample of a curve.
"""

import math
import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from devices.source import Demand, LungVolume, undemanding

STEP_S = 0.05
MAYER_HZ = 0.1
BREATH_SMOOTHING_S = 0.15
CALMING_S = 180.0
STRAINING_S = 15.0
FREE_BREATH_SPREAD = 0.08
FREE_BREATH_DEPTH = 0.6

Draw = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Traits:
    """Who the simulated person is.

    Attributes
    ----------
    hr : float
        Resting heart rate, beats a minute.
    resonance : float
        Breathing rate at which the heart answers most, a minute.
    amplitude_ms : float
        Half of the RR swing at that rate with full breaths.
    q : float
        Sharpness of the resonance.
    noise_ms : float
        Standard deviation of everything that does not follow the breath: 40 % slow, 30 % around 0.1 Hz, 30 % white.
    respiration : float
        Breaths a minute when nothing paces.
    following : float
        How well the breath keeps to the pacer, 0 to 1.
    lag_s : float
        How far the breath lags behind the pacer.
    arousal : float
        How far from calm, 0 to 1, at the start; it raises heart rate and quickens the free breath.
    drift_bpm : float
        Half of the slow wandering of heart rate.
    reactivity : float
        How far something demanding raises heart rate, beats a minute.
    recovery_s : float
        Time constant of coming down from it.
    """

    hr: float = 66.0
    resonance: float = 5.6
    amplitude_ms: float = 60.0
    q: float = 1.7
    noise_ms: float = 18.0
    respiration: float = 14.0
    following: float = 0.95
    lag_s: float = 0.4
    arousal: float = 0.3
    drift_bpm: float = 1.0
    reactivity: float = 12.0
    recovery_s: float = 45.0


@dataclass(frozen=True, slots=True)
class HeartBeat:
    """A beat of the simulated heart, seconds from the start."""

    at_s: float
    premature: bool = False


def _normals(rng: random.Random) -> Iterator[float]:
    """Standard normal numbers without end: those of `rng.gauss`, at half of its cost."""
    uniform, log, sqrt, cos, sin = rng.random, math.log, math.sqrt, math.cos, math.sin
    while True:
        angle = uniform() * math.tau
        radius = sqrt(-2.0 * log(1.0 - uniform()))
        yield cos(angle) * radius
        yield sin(angle) * radius


def _wander(normal: Draw, sd: float, frequency_hz: float, memory_s: float) -> Iterator[float]:
    """A random oscillation around a frequency (0 Hz: a slow wandering), of given standard deviation, step by step."""
    keep = math.exp(-STEP_S / memory_s)
    turn = 2 * math.pi * frequency_hz * STEP_S
    cos, sin = keep * math.cos(turn), keep * math.sin(turn)
    kick = sd * math.sqrt(1 - keep * keep)
    x, y = sd * normal(), sd * normal()
    while True:
        yield x
        x, y = cos * x - sin * y + kick * normal(), sin * x + cos * y + kick * normal()


def _answer(traits: Traits) -> Generator[float, float, None]:
    """Shortening of RR in ms, told the drive of the breath (about -1 to 1) step by step.

    A b s / (s^2 + b s + w^2), whose gain is A and phase 0 at the resonance rate.
    """
    omega = 2 * math.pi * traits.resonance / 60.0
    damping, gain_ms = omega / traits.q, traits.amplitude_ms
    answer_ms = integral = 0.0
    while True:
        drive = yield answer_ms
        push = damping * (gain_ms * drive - answer_ms) - omega * integral
        half_integral = integral + 0.5 * STEP_S * omega * answer_ms
        half_answer = answer_ms + 0.5 * STEP_S * push
        answer_ms += STEP_S * (damping * (gain_ms * drive - half_answer) - omega * half_integral)
        integral += STEP_S * omega * half_answer


def _begun(steps: Iterator[float]) -> Draw:
    """What tells the next step; the first one is taken."""
    next(steps)
    return steps.__next__


class Person:
    """Beats of a simulated person, made as time is asked for.

    Parameters
    ----------
    traits : Traits
    seed : int
        The same seed, traits and pacer give the same beats.
    """

    def __init__(self, traits: Traits, seed: int) -> None:
        self.traits = traits
        rng = random.Random(seed)
        normal = self._normal = _normals(rng).__next__
        sd = traits.noise_ms
        self._slow_ms = _begun(_wander(normal, sd * math.sqrt(0.4), 0.0, 20.0))
        self._mayer_ms = _begun(_wander(normal, sd * math.sqrt(0.3), MAYER_HZ, 30.0))
        self._white_ms = sd * math.sqrt(0.3)
        self._drift_phase = rng.uniform(0, 2 * math.pi)
        self._arousal = traits.arousal
        self._strain = 0.0
        self._time_s = 0.0
        self._free_phase = rng.random()
        self._sway = _begun(_wander(normal, 1.0, 0.0, 8.0))
        answer = _answer(traits)
        next(answer)
        self._answer_ms = answer.send
        self._volume = 0.5
        self._beat_phase = 0.0
        self._beat_noise_ms = self._white_ms * normal()

    @property
    def volume(self) -> float:
        """How full the lungs are, 0 to 1."""
        return self._volume

    def beats_until(self, until_s: float, lung_volume: LungVolume, demand: Demand = undemanding) -> list[float]:
        """Times of the beats after the last call and up to `until_s`, seconds from the start."""
        beats: list[float] = []
        phase = self._beat_phase
        while self._time_s + STEP_S <= until_s:
            advance = STEP_S * 1000.0 / self._rr_ms(lung_volume, demand(self._time_s))
            if phase + advance >= 1.0:
                beats.append(self._time_s + STEP_S * (1.0 - phase) / advance)
                phase += advance - 1.0
                self._beat_noise_ms = self._white_ms * self._normal()
            else:
                phase += advance
            self._time_s += STEP_S
        self._beat_phase = phase
        return beats

    def _rr_ms(self, lung_volume: LungVolume, demand: float) -> float:
        """The interval that the heart would keep from now on, after one step."""
        traits, time_s, arousal = self.traits, self._time_s, self._arousal
        wobble, following = self._sway(), traits.following
        asked = lung_volume(time_s - (traits.lag_s - BREATH_SMOOTHING_S + (1 - following) * wobble))
        excited = arousal - traits.arousal
        rate = traits.respiration * (1 + FREE_BREATH_SPREAD * wobble + 0.3 * excited)
        self._free_phase += rate / 60.0 * STEP_S
        free = 0.5 - 0.5 * FREE_BREATH_DEPTH * math.cos(2 * math.pi * self._free_phase)
        target, aim = (free, traits.arousal) if asked is None else (following * asked + (1 - following) * free, 0.0)
        self._arousal = arousal = arousal + (aim - arousal) * STEP_S / CALMING_S
        # a breath never jumps, not even when the pacer begins or ends
        self._volume = volume = self._volume + (target - self._volume) * (STEP_S / BREATH_SMOOTHING_S)
        strain = self._strain
        strain += (demand - strain) * STEP_S / (STRAINING_S if demand > strain else traits.recovery_s)
        self._strain = strain
        drift_bpm = traits.drift_bpm * math.sin(2 * math.pi * time_s / 400.0 + self._drift_phase)
        hr = traits.hr + drift_bpm + 8.0 * (arousal - traits.arousal) + traits.reactivity * strain
        answer_ms = self._answer_ms(2.0 * volume - 1.0)
        return max(300.0, 60000.0 / hr - answer_ms + (self._slow_ms() + self._mayer_ms() + self._beat_noise_ms))
