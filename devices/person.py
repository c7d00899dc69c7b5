"""A simulated person: a heart that answers breathing, with known truth.

The RR interval is the sum of a resting interval, the answer of a second-order resonator to the breath (the
baroreflex, largest and in phase with inhalation at the resonance rate; Vaschillo and Lehrer as in Shaffer and Meehan
2020), slow and Mayer-wave fluctuations, drift, and arousal that slow breathing lets go. Beats come from integrating
the instantaneous rate, so that an interval is the time between two beats and not a sample of a curve.
"""

import math
import random
from dataclasses import dataclass

from devices.source import Demand, LungVolume, undemanding

STEP_S = 0.05
MAYER_HZ = 0.1
BREATH_SMOOTHING_S = 0.15
CALMING_S = 180.0
STRAINING_S = 15.0
FREE_BREATH_SPREAD = 0.08
FREE_BREATH_DEPTH = 0.6


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


class _Wander:
    """A random oscillation around a frequency (0 Hz: a slow wandering), of given standard deviation."""

    def __init__(self, rng: random.Random, sd: float, frequency_hz: float, memory_s: float) -> None:
        self._rng = rng
        keep = math.exp(-STEP_S / memory_s)
        turn = 2 * math.pi * frequency_hz * STEP_S
        self._cos, self._sin = keep * math.cos(turn), keep * math.sin(turn)
        self._kick = sd * math.sqrt(1 - keep * keep)
        self._x, self._y = rng.gauss(0, sd), rng.gauss(0, sd)

    def step(self) -> float:
        gauss, kick = self._rng.gauss, self._kick
        x, y = self._x, self._y
        self._x = self._cos * x - self._sin * y + kick * gauss(0, 1)
        self._y = self._sin * x + self._cos * y + kick * gauss(0, 1)
        return self._x


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
        rng = self._rng = random.Random(seed)
        sd = traits.noise_ms
        self._slow = _Wander(rng, sd * math.sqrt(0.4), 0.0, 20.0)
        self._mayer = _Wander(rng, sd * math.sqrt(0.3), MAYER_HZ, 30.0)
        self._white_ms = sd * math.sqrt(0.3)
        self._drift_phase = rng.uniform(0, 2 * math.pi)
        self._arousal = traits.arousal
        self._strain = 0.0
        self._time_s = 0.0
        self._free_phase = rng.random()
        self._free_rate = traits.respiration
        self._sway = _Wander(rng, 1.0, 0.0, 8.0)
        self._answer_ms = 0.0
        self._answer_integral = 0.0
        self._omega = 2 * math.pi * traits.resonance / 60.0
        self._damping = self._omega / traits.q
        self._volume = 0.5
        self._beat_phase = 0.0
        self._beat_noise_ms = rng.gauss(0, self._white_ms)

    @property
    def volume(self) -> float:
        """How full the lungs are, 0 to 1."""
        return self._volume

    def beats_until(self, until_s: float, lung_volume: LungVolume, demand: Demand = undemanding) -> list[float]:
        """Times of the beats after the last call and up to `until_s`, seconds from the start."""
        beats: list[float] = []
        while self._time_s + STEP_S <= until_s:
            rr_ms = self._rr_ms(lung_volume, demand(self._time_s))
            advance = STEP_S * 1000.0 / rr_ms
            if self._beat_phase + advance >= 1.0:
                beats.append(self._time_s + STEP_S * (1.0 - self._beat_phase) / advance)
                self._beat_phase += advance - 1.0
                self._beat_noise_ms = self._rng.gauss(0, self._white_ms)
            else:
                self._beat_phase += advance
            self._time_s += STEP_S
        return beats

    def _rr_ms(self, lung_volume: LungVolume, demand: float) -> float:
        traits = self.traits
        answer_ms = self._answer_to(self._breathe(lung_volume))
        drift_bpm = traits.drift_bpm * math.sin(2 * math.pi * self._time_s / 400.0 + self._drift_phase)
        self._strain += (demand - self._strain) * STEP_S / (STRAINING_S if demand > self._strain else traits.recovery_s)
        hr = traits.hr + drift_bpm + 8.0 * (self._arousal - traits.arousal) + traits.reactivity * self._strain
        fluctuation_ms = self._slow.step() + self._mayer.step() + self._beat_noise_ms
        return max(300.0, 60000.0 / hr - answer_ms + fluctuation_ms)

    def _breathe(self, lung_volume: LungVolume) -> float:
        """Drive of the breath, about -1 to 1, after one step."""
        traits = self.traits
        wobble = self._sway.step()
        delay_s = traits.lag_s - BREATH_SMOOTHING_S + (1 - traits.following) * wobble
        asked = lung_volume(self._time_s - delay_s)
        self._free_rate = traits.respiration * (
            1 + FREE_BREATH_SPREAD * wobble + 0.3 * (self._arousal - traits.arousal)
        )
        self._free_phase += self._free_rate / 60.0 * STEP_S
        free = 0.5 - 0.5 * FREE_BREATH_DEPTH * math.cos(2 * math.pi * self._free_phase)
        paced = asked is not None
        target = free if asked is None else traits.following * asked + (1 - traits.following) * free
        aim = 0.0 if paced else traits.arousal
        self._arousal += (aim - self._arousal) * STEP_S / CALMING_S
        # a breath never jumps, not even when the pacer begins or ends
        self._volume += (target - self._volume) * (STEP_S / BREATH_SMOOTHING_S)
        return 2.0 * self._volume - 1.0

    def _answer_to(self, drive: float) -> float:
        """Shortening of RR in ms: A b s / (s^2 + b s + w^2), whose gain is A and phase 0 at the resonance rate."""
        gain_ms, damping, omega = self.traits.amplitude_ms, self._damping, self._omega
        push = damping * (gain_ms * drive - self._answer_ms) - omega * self._answer_integral
        half_integral = self._answer_integral + 0.5 * STEP_S * omega * self._answer_ms
        half_answer = self._answer_ms + 0.5 * STEP_S * push
        self._answer_ms += STEP_S * (damping * (gain_ms * drive - half_answer) - omega * half_integral)
        self._answer_integral += STEP_S * omega * half_answer
        return self._answer_ms
