"""Figures that follow the heart beat by beat."""

from collections import deque
from statistics import median

import numpy as np

from biofeedback.analysis import spectrum
from biofeedback.analysis.beats import Beat, Verdict
from biofeedback.analysis.indices import LiveIndices
from biofeedback.analysis.respiration import BreathFinder, HeartBreath

HR_WINDOW_S, N_HR_MIN = 10.0, 5
RMSSD_WINDOW_S, RMSSD_MIN_S, N_RMSSD_MIN = 60.0, 30.0, 20
BREATH_WINDOW_S, N_BREATHS_MIN = 60.0, 3
RHYTHM_EVERY_S = 1.0
"""The spectrum is taken anew with the first beat after so long: every 1 to 2 s (science B4)."""
LONGEST_HOLE_S = 5.0
"""No bridge is built over more time without a kept beat (science A3)."""
N_QUALITY = 64
ARTIFACT_SHARE_SPECTRAL, ARTIFACT_SHARE_ALL = 0.05, 0.10
ECTOPIC_PER_MIN_MAX = 3

TOO_MANY_ARTIFACTS = "The signal is not clear enough for this right now."
EXTRA_BEATS = "The beats are too irregular for this measure right now."

_N_GRID = int(spectrum.LIVE_S * spectrum.RATE_HZ)
_GRID_S = (np.arange(_N_GRID) - (_N_GRID - 1)) / spectrum.RATE_HZ
_CAPACITY = 1024


class LiveAnalysis:
    """Takes judged beats in order and tells the figures as they stand."""

    def __init__(self) -> None:
        self._axis_s = 0.0
        self._last: Beat | None = None
        self._knots = np.zeros((2, _CAPACITY))
        self._n = 0
        self._first = 0
        self._hr: deque[tuple[float, float]] = deque()
        self._hr_sum_ms = 0.0
        self._steps: deque[tuple[float, float]] = deque()
        self._verdicts: deque[bool] = deque(maxlen=N_QUALITY)
        self._ectopic_s: deque[float] = deque()
        self._wave: spectrum.Rhythm | None = None
        self._wave_s = 0.0
        self._finder = BreathFinder()
        self._breaths: deque[HeartBreath] = deque()

    def push(self, beat: Beat) -> LiveIndices:
        """Take the next judged beat."""
        last = self._last
        follows = last is not None and last.segment == beat.segment and last.ordinal + 1 == beat.ordinal
        if last is None or follows:
            self._axis_s += beat.rr_ms / 1000.0
        else:
            self._axis_s += max(beat.time_s - last.time_s, beat.rr_ms / 1000.0)
            self._finder.gap()
        self._verdicts.append(beat.kept)
        if beat.verdict is Verdict.ECTOPIC:
            self._ectopic_s.append(self._axis_s)
        if beat.kept:
            self._keep(beat, (beat.rr_ms - last.rr_ms) if last is not None and follows and last.kept else None)
        else:
            self._finder.gap()
        self._last = beat
        self._forget()
        return self._indices(beat.time_s)

    def _keep(self, beat: Beat, step_ms: float | None) -> None:
        now_s = self._axis_s
        if self._n == _CAPACITY:
            kept = self._n - self._first
            self._knots[:, :kept] = self._knots[:, self._first : self._n].copy()
            self._first, self._n = 0, kept
        self._knots[0, self._n], self._knots[1, self._n] = now_s, beat.rr_ms
        self._n += 1
        self._hr.append((now_s, beat.rr_ms))
        self._hr_sum_ms += beat.rr_ms
        if step_ms is not None:
            self._steps.append((now_s, step_ms * step_ms))
        breath = self._finder.push(now_s, beat.rr_ms)
        if breath is not None:
            self._breaths.append(breath)

    def _forget(self) -> None:
        now_s = self._axis_s
        while self._hr and self._hr[0][0] <= now_s - HR_WINDOW_S:
            self._hr_sum_ms -= self._hr.popleft()[1]
        while self._steps and self._steps[0][0] <= now_s - RMSSD_WINDOW_S:
            self._steps.popleft()
        while self._ectopic_s and self._ectopic_s[0] <= now_s - 60.0:
            self._ectopic_s.popleft()
        while self._breaths and self._breaths[0].end_s <= now_s - BREATH_WINDOW_S:
            self._breaths.popleft()
        begin_s = now_s - spectrum.LIVE_S
        while self._first + 1 < self._n and self._knots[0, self._first + 1] <= begin_s:
            self._first += 1

    def _indices(self, at_s: float) -> LiveIndices:
        artifact = 1.0 - sum(self._verdicts) / len(self._verdicts)
        hr_bpm = 60000.0 * len(self._hr) / self._hr_sum_ms if len(self._hr) >= N_HR_MIN else None
        # a premature beat and its pause are two intervals
        extra_beats = len(self._ectopic_s) > 2 * ECTOPIC_PER_MIN_MAX
        enough = len(self._verdicts) >= N_RMSSD_MIN
        if enough and (artifact > ARTIFACT_SHARE_ALL or extra_beats):
            withheld = EXTRA_BEATS if extra_beats else TOO_MANY_ARTIFACTS
            return LiveIndices(at_s, hr_bpm, artifact_percent=100.0 * artifact, withheld=withheld)
        if self._axis_s - self._wave_s >= RHYTHM_EVERY_S:
            self._wave, self._wave_s = self._rhythm(), self._axis_s
        wave = self._wave if artifact <= ARTIFACT_SHARE_SPECTRAL else None
        swing_bpm, respiration = self._breathing()
        return LiveIndices(
            at_s,
            hr_bpm,
            self._rmssd_ms(),
            swing_bpm,
            respiration,
            wave.smoothness if wave else None,
            wave.coherence_ratio if wave else None,
            wave.peak_hz if wave else None,
            100.0 * artifact,
            TOO_MANY_ARTIFACTS if artifact > ARTIFACT_SHARE_SPECTRAL else "",
        )

    def _breathing(self) -> tuple[float | None, float | None]:
        """Swing of the last three breaths and breaths a minute."""
        breaths = self._breaths
        if len(breaths) < N_BREATHS_MIN:
            return None, None
        swings = sorted((breaths[-1].swing_bpm, breaths[-2].swing_bpm, breaths[-3].swing_bpm))
        return swings[1], 60.0 / median([breath.length_s for breath in breaths])

    def _rmssd_ms(self) -> float | None:
        steps = self._steps
        if len(steps) < N_RMSSD_MIN or self._axis_s - steps[0][0] < RMSSD_MIN_S:
            return None
        return float((sum([square for _, square in steps]) / len(steps)) ** 0.5)

    def _rhythm(self) -> spectrum.Rhythm | None:
        time_s, rr_ms = self._knots[:, self._first : self._n]
        if len(time_s) < N_RMSSD_MIN or time_s[0] > time_s[-1] + _GRID_S[0]:
            return None
        if float((time_s[1:] - time_s[:-1]).max()) > LONGEST_HOLE_S:
            return None
        samples = spectrum.resample(time_s, rr_ms, _GRID_S + time_s[-1])
        return spectrum.rhythm(spectrum.spectrum(samples, spectrum.LIVE_NFFT, spectrum.LIVE_UP_TO_HZ))
