"""Heartbeats found in the strap's own electrocardiogram, as it comes.

After Pan and Tompkins (1985): a band around the QRS complex, its energy, thresholds that follow signal and noise, a
refractory time, and a search back where a beat is due. Their cascade of integer filters is replaced by symmetric ones,
which delay every frequency alike, so that the instant of R can be read from the trace to a part of a sample.

A complex is told 0.6 s after its R as a rule and 0.85 s at the latest (`LATENCY_S`), once the samples have come. Later
come only what the search back finds (1.66 usual intervals after the beat before) and the beats of the first 3 s.
"""

from collections import deque
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.ecg.complexes import (
    AFTER_S,
    BEFORE_S,
    R_WITHIN_S,
    Morphology,
    Outline,
    Polarity,
    Punctuality,
    QrsComplex,
    outline,
    outline_reach,
)
from biofeedback.analysis.ecg.trace import (
    HOP_S,
    Flaw,
    Marred,
    Trace,
)

Floats = NDArray[np.float64]

VERSION = "qrs-1"
LATENCY_S = 0.85
REFRACTORY_S = 0.2
"""No two beats are nearer (Pan and Tompkins 1985)."""
T_WAVE_S, T_WAVE_SHARE = 0.36, 0.5
"""So soon after a beat, what has less than this share of its energy is its T wave (Pan and Tompkins 1985)."""
THRESHOLD_SHARE = 0.4
"""Where between the levels of noise and signal a beat begins [D]."""
FOLLOW, FOLLOW_FOUND_BACK = 0.125, 0.5
"""How fast the levels follow (Pan and Tompkins 1985)."""
BURST = 2.0
"""A beat counts for the level of the signal with at most this multiple of it, so that a jolt does not deafen [D]."""
LONGEST_BURST_S = 10.0
"""Noise does not move the level of the signal, unless it goes on for longer [D]."""
SEARCH_BACK_AFTER, SEARCH_BACK_SHARE = 1.66, 0.5
"""A beat is looked for again, at this share of the threshold, once the time since the last one is so many usual
intervals (Pan and Tompkins 1985)."""
N_INTERVALS = 8
LEARN_S = 3.0
"""So long is listened before the first beat is told, and again when none came for so long [D]."""
NOISE_AT_FIRST = 0.1
FAINTEST_UV = 12.0
"""No beat has less energy than this in the band [D]."""
RATES_HZ = (50.0, 1000.0)


@dataclass(frozen=True, slots=True)
class EcgReading:
    """What some samples brought: the complexes found, and the stretches of the trace that cannot be trusted."""

    complexes: tuple[QrsComplex, ...] = ()
    marred: tuple[Marred, ...] = ()


class QrsDetector:
    """Finds the heartbeats in an electrocardiogram as it comes.

    Parameters
    ----------
    rate_hz : float
        Nominal rate of the samples; 130 for a Polar H10. The instants of the samples may differ a little from it.

    Raises
    ------
    ValueError
        For a rate outside 50 to 1000 Hz.
    """

    def __init__(self, rate_hz: float) -> None:
        if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
            raise ValueError(f"an electrocardiogram of {rate_hz} Hz: {RATES_HZ[0]:g} to {RATES_HZ[1]:g} are possible")
        self._rate_hz = rate_hz
        self._n_hop = round(HOP_S * rate_hz)
        self._n_refractory = round(REFRACTORY_S * rate_hz)
        self._n_outline = outline_reach(rate_hz)
        self._polarity = Polarity()
        self._morphology = Morphology()
        self._punctuality = Punctuality()
        self._signal_uv = 0.0
        self._noise_uv = 0.0
        self._learning = True
        self._intervals: deque[float] = deque(maxlen=N_INTERVALS)
        self._end_s: float | None = None
        self._found: list[QrsComplex] = []
        self._marred: list[Marred] = []
        self._begin_segment()

    def _begin_segment(self) -> None:
        self._trace = Trace(self._rate_hz)
        self._pending: list[tuple[Floats, Floats]] = []
        self._n_pending = 0
        self._checked = 1
        self._heard: list[tuple[int, float]] = []
        self._learn_from = 0
        self._flawed_from: int | None = None
        self._last: tuple[int, float] | None = None
        self._last_s: float | None = None

    def push(self, time_s: Floats, ecg_uv: Floats) -> EcgReading:
        """Take the next samples.

        Parameters
        ----------
        time_s : ndarray, shape (n,)
            Instant of each sample, seconds of the strap's clock. A step that differs from the usual one by more than
            half of it is a gap: nothing is carried over it but what is known of the shape and size of the beats.
        ecg_uv : ndarray, shape (n,)
            Microvolts.

        Returns
        -------
        EcgReading
            The same ones however the samples are cut into pieces.

        Raises
        ------
        ValueError
            For arrays of different or wrong shape, and values that are not finite.
        """
        time_s, ecg_uv = np.asarray(time_s, float), np.asarray(ecg_uv, float)
        if time_s.ndim != 1 or time_s.shape != ecg_uv.shape:
            raise ValueError(f"instants of shape {time_s.shape} and samples of shape {ecg_uv.shape}")
        if not (np.isfinite(time_s).all() and np.isfinite(ecg_uv).all()):
            raise ValueError("an electrocardiogram with values that are not finite")
        begin = 0
        for end in [*self._breaks(time_s), len(time_s)]:
            if begin < end:
                self._pending.append((time_s[begin:end], ecg_uv[begin:end]))
                self._n_pending += end - begin
            self._work(to_the_end=end < len(time_s))
            if end < len(time_s):
                before_s = self._trace.end_s
                self._begin_segment()
                if before_s is not None and time_s[end] > before_s:
                    self._marred.append(Marred(before_s, float(time_s[end]), Flaw.GAP))
            begin = end
        if len(time_s):
            self._end_s = float(time_s[-1])
        return self._reading()

    def finish(self) -> EcgReading:
        """Work through what still waits; a complex within the last third of a second is not told."""
        self._work(to_the_end=True)
        self._begin_segment()
        self._end_s = None
        return self._reading()

    def _reading(self) -> EcgReading:
        reading = EcgReading(tuple(self._found), tuple(self._marred))
        self._found, self._marred = [], []
        return reading

    def _breaks(self, time_s: Floats) -> list[int]:
        if not len(time_s):
            return []
        before_s = time_s[0] - 1.0 / self._rate_hz if self._end_s is None else self._end_s
        steps = (time_s - np.concatenate([[before_s], time_s[:-1]])) * self._rate_hz
        return [int(i) for i in np.flatnonzero(np.abs(steps - 1.0) > 0.5)]

    def _work(self, *, to_the_end: bool) -> None:
        if not self._n_pending or (self._n_pending < self._n_hop and not to_the_end):
            return
        time_s = np.concatenate([piece[0] for piece in self._pending])
        ecg_uv = np.concatenate([piece[1] for piece in self._pending])
        done = 0
        while done < len(time_s) and (len(time_s) - done >= self._n_hop or to_the_end):
            step = slice(done, done + self._n_hop)
            flaw = self._trace.extend(time_s[step], ecg_uv[step], 0.0 if self._learning else self._signal_uv)
            if flaw is not None:
                self._marred.append(flaw)
            self._listen()
            done += self._n_hop
        self._pending = [(time_s[done:], ecg_uv[done:])] if done < len(time_s) else []
        self._n_pending = max(0, len(time_s) - done)

    def _listen(self) -> None:
        """Look through the energy that has come for its greatest values, and judge them."""
        trace = self._trace
        limit = min(trace.n_energy - self._n_refractory, trace.n_clean - self._n_outline)
        for at in trace.peaks(self._checked, limit, self._n_refractory):
            height_uv = trace.energy_at(at)
            if self._learning:
                self._heard.append((at, height_uv))
            else:
                self._judge(at, height_uv)
        self._checked = max(self._checked, limit)
        if not self._learning:
            self._search_back()
        if self._learning and self._checked - self._learn_from >= LEARN_S * self._rate_hz:
            self._learn()

    def _learn(self) -> None:
        """Take the level of the signal from the lesser of the two halves' greatest: a jolt is in one half only."""
        half = round(LEARN_S * self._rate_hz / 2.0)
        middle = self._learn_from + half
        early_uv = max((height for at, height in self._heard if at < middle), default=0.0)
        late_uv = max((height for at, height in self._heard if at >= middle), default=0.0)
        signal_uv = min(early_uv, late_uv)
        if signal_uv < FAINTEST_UV:
            self._learn_from = middle
            self._heard = [(at, height) for at, height in self._heard if at >= middle]
            return
        self._signal_uv, self._noise_uv = signal_uv, NOISE_AT_FIRST * signal_uv
        self._learning = False
        heard, self._heard = self._heard, []
        for at, height_uv in heard:
            if height_uv >= self._threshold_uv():
                self._polarity.push(self._trace.around(at, R_WITHIN_S))
        for at, height_uv in heard:
            self._judge(at, height_uv)

    def _threshold_uv(self) -> float:
        return max(FAINTEST_UV, self._noise_uv + THRESHOLD_SHARE * (self._signal_uv - self._noise_uv))

    def _judge(self, at: int, height_uv: float) -> None:
        if self._last is not None:
            since_s = (at - self._last[0]) / self._rate_hz
            if since_s < REFRACTORY_S:
                return
            if since_s < T_WAVE_S and height_uv < T_WAVE_SHARE * self._last[1]:
                return
        if height_uv >= self._threshold_uv():
            self._accept(at, height_uv, FOLLOW)
            return
        self._noise_uv += FOLLOW * (height_uv - self._noise_uv)
        self._heard.append((at, height_uv))

    def _search_back(self) -> None:
        last = -1 if self._last is None else self._last[0]
        since_s = (self._checked - max(last, self._learn_from)) / self._rate_hz
        if self._last is not None and self._intervals and self._heard:
            due_s = SEARCH_BACK_AFTER * median(self._intervals) / 1000.0
            at, height_uv = max(self._heard, key=lambda candidate: candidate[1])
            if since_s >= due_s and height_uv >= max(FAINTEST_UV, SEARCH_BACK_SHARE * self._threshold_uv()):
                later = [candidate for candidate in self._heard if candidate[0] > at]
                self._accept(at, height_uv, FOLLOW_FOUND_BACK)
                for candidate in later:
                    self._judge(*candidate)
                return
        if since_s >= LEARN_S:
            self._learning = True
            self._learn_from = self._checked - round(LEARN_S * self._rate_hz)

    def _accept(self, at: int, height_uv: float, follow: float) -> None:
        trace = self._trace
        flaw = trace.flaw_at(at, self._signal_uv)
        if flaw is not None:
            self._marred.append(flaw)
        if flaw is None:
            self._flawed_from = None
        elif self._flawed_from is None:
            self._flawed_from = at
        if self._flawed_from is None or at - self._flawed_from > LONGEST_BURST_S * self._rate_hz:
            self._signal_uv += follow * (min(height_uv, BURST * self._signal_uv) - self._signal_uv)
        self._heard = []
        self._last, before = (at, height_uv), self._last
        if flaw is None and self._polarity.push(trace.around(at, R_WITHIN_S)):
            self._morphology, self._last_s = Morphology(), None
        drawn = outline(trace.clean, at - trace.first, self._rate_hz, self._polarity.sign)
        last_s, self._last_s = self._last_s, None
        if drawn is not None:
            time_s = self._last_s = trace.time_at(trace.first + drawn.at)
            rr_ms = None
            if before is not None and last_s is not None and not trace.is_marred(before[0], at):
                rr_ms = (time_s - last_s) * 1000.0
                self._intervals.append(rr_ms)
            usable = not trace.is_marred(at - round(BEFORE_S * self._rate_hz), at + round(AFTER_S * self._rate_hz))
            self._found.append(self._describe(time_s, rr_ms, drawn, usable=usable))

    def _describe(self, time_s: float, rr_ms: float | None, drawn: Outline, *, usable: bool) -> QrsComplex:
        likeness = self._morphology.push(drawn) if usable else None
        early = None if rr_ms is None else self._punctuality.early(rr_ms)
        found = QrsComplex(time_s, rr_ms, drawn.amplitude_uv, drawn.width_ms, likeness, usable, early)
        if rr_ms is None:
            self._punctuality.gap()
        else:
            self._punctuality.push(rr_ms, found.usual)
        return found
