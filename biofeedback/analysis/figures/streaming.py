"""Figures that follow the heart beat by beat."""

from collections import deque
from math import sqrt

import numpy as np

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.beats.shapes import LONGEST_MS
from biofeedback.analysis.beats.trust import ARTIFACT_SHARE_ALL, ONE_SIDED_LIVE, Trust, was_heard
from biofeedback.analysis.breath.breathing import LiveBreathing, PacerPlace
from biofeedback.analysis.figures.indices import HEART, LiveIndices
from biofeedback.analysis.signal import spectrum, uncertainty
from biofeedback.analysis.signal.band import Band
from biofeedback.analysis.signal.recent import Recent
from biofeedback.analysis.signal.stretches import LONGEST_HOLE_S

HR_WINDOW_S, N_HR_MIN = 10.0, 5
RMSSD_WINDOW_S, RMSSD_MIN_S, N_RMSSD_MIN = 60.0, 30.0, 20
RHYTHM_EVERY_S = 1.0
"""The spectrum is taken anew with the first beat after so long: every 1 to 2 s (science B4)."""
SPREAD_EVERY_S = 4.0
"""How sure RMSSD is changes as slowly as its minute (science B1: every 1 to 5 s)."""
PEAK_LEAST_SMOOTHNESS = 0.4
"""Below that no wave stands out whose pace could be told (science B5)."""
N_HR_BAND = 13
"""Heart rates of 10 s, one after the other, whose scatter tells how sure one is."""

_N_GRID = int(spectrum.LIVE_S * spectrum.RATE_HZ)
_GRID_S = (np.arange(_N_GRID) - (_N_GRID - 1)) / spectrum.RATE_HZ


class LiveAnalysis:
    """Takes judged beats in order and tells the figures as they stand."""

    def __init__(self) -> None:
        self._axis_s = 0.0
        self._unplaced = False
        self._last: Beat | None = None
        self._knots = Recent(2)
        self._kept_s = self._hole_s = 0.0
        self._hr: deque[tuple[float, float]] = deque()
        self._hr_sum_ms = 0.0
        self._heard: deque[tuple[float, float]] = deque()
        self._heard_sum_ms = 0.0
        self._steps_s: deque[float] = deque()
        self._steps_ms2: deque[float] = deque()
        self._trust = Trust()
        self._rates: deque[float] = deque(maxlen=N_HR_BAND)
        self._rate_s = 0.0
        self._rate_half: float | None = None
        self._wave: spectrum.Rhythm | None = None
        self._wave_bands: dict[str, Band] = {}
        self._spectrum: spectrum.Spectrum | None = None
        self._rmssd_spread: float | None = None
        self._wave_s = self._spread_s = 0.0
        self._breathing = LiveBreathing()

    @property
    def spectrum_now(self) -> spectrum.Spectrum | None:
        """That which smoothness and the pace of the wave are read from; None where they are withheld."""
        withheld = self._trust.all_withheld or self._trust.spectral_withheld
        return self._spectrum if self._wave is not None and not withheld else None

    def push(self, beat: Beat, place: PacerPlace | None = None, *, unplaced: bool = False) -> LiveIndices:
        """Take the next judged beat, and where the pacer was in the middle of its interval.

        `unplaced` says that beats cannot be placed in time closely enough to tell a lag (science A3).
        """
        self._unplaced = unplaced
        last = self._last
        follows = last is not None and last.segment == beat.segment and last.ordinal + 1 == beat.ordinal
        if last is None or (follows and beat.rr_ms <= LONGEST_MS):
            self._axis_s += beat.rr_ms / 1000.0
        elif follows:  # a spoilt value takes no more time than there was
            self._axis_s += min(beat.rr_ms / 1000.0, beat.time_s - last.time_s)
        else:
            self._axis_s += max(beat.time_s - last.time_s, beat.rr_ms / 1000.0)
        self._trust.push(beat, self._axis_s)
        if was_heard(beat):
            self._heard.append((self._axis_s, beat.rr_ms))
            self._heard_sum_ms += beat.rr_ms
        if beat.verdict is Verdict.KEPT:
            self._keep(beat, (beat.rr_ms - last.rr_ms) if last is not None and follows and last.kept else None)
            self._breathing.push(self._axis_s, beat.rr_ms, place)
        self._last = beat
        self._forget()
        return self._indices(beat.time_s)

    def _keep(self, beat: Beat, step_ms: float | None) -> None:
        now_s = self._axis_s
        if now_s - self._kept_s > LONGEST_HOLE_S:
            self._hole_s = now_s
        self._kept_s = now_s
        self._knots.push((now_s, beat.rr_ms))
        self._hr.append((now_s, beat.rr_ms))
        self._hr_sum_ms += beat.rr_ms
        if step_ms is not None:
            self._steps_s.append(now_s)
            self._steps_ms2.append(step_ms * step_ms)

    def _forget(self) -> None:
        now_s = self._axis_s
        while self._hr and self._hr[0][0] <= now_s - HR_WINDOW_S:
            self._hr_sum_ms -= self._hr.popleft()[1]
        while self._heard and self._heard[0][0] <= now_s - HR_WINDOW_S:
            self._heard_sum_ms -= self._heard.popleft()[1]
        while self._steps_s and self._steps_s[0] <= now_s - RMSSD_WINDOW_S:
            self._steps_s.popleft()
            self._steps_ms2.popleft()
        self._knots.forget(now_s - spectrum.LIVE_S)

    def _indices(self, at_s: float) -> LiveIndices:
        trust = self._trust
        artifact_percent = 100.0 * trust.artifact_share
        hr_bpm = self._hr_bpm()
        bands = self._rate_band(hr_bpm)
        if trust.all_withheld:
            return LiveIndices(
                at_s,
                hr_bpm,
                artifact_percent=artifact_percent,
                withheld=trust.all_withheld,
                irregular=trust.irregular,
                bands=bands,
            )
        rmssd_ms = self._rmssd_ms()
        if self._axis_s - self._wave_s >= RHYTHM_EVERY_S:
            self._wave_s = self._axis_s
            self._take_wave()
        if rmssd_ms is None:
            self._rmssd_spread = None
        elif self._rmssd_spread is None or self._axis_s - self._spread_s >= SPREAD_EVERY_S:
            self._spread_s = self._axis_s
            self._rmssd_spread = uncertainty.rmssd_spread(self._steps_ms2)
        if rmssd_ms is not None and self._rmssd_spread:
            bands["rmssd_ms"] = Band(rmssd_ms / self._rmssd_spread, rmssd_ms * self._rmssd_spread)
        wave = None if trust.spectral_withheld else self._wave
        if wave:
            bands |= self._wave_bands
        breathing = self._breathing
        bands |= self._breathing_bands()
        return LiveIndices(
            at_s,
            hr_bpm,
            rmssd_ms,
            breathing.swing_bpm,
            breathing.rate.per_min,
            wave.smoothness if wave else None,
            wave.coherence_ratio if wave else None,
            wave.peak_hz if wave and wave.smoothness >= PEAK_LEAST_SMOOTHNESS else None,
            artifact_percent,
            trust.spectral_withheld,
            synchrony=breathing.phase.plv,
            lag_deg=None if self._unplaced else breathing.phase.lag_deg,
            lag_s=None if self._unplaced else breathing.phase.lag_s,
            respiration_from=HEART if breathing.rate.per_min is not None else "",
            bands=bands,
            first_swing=None if trust.spectral_withheld else breathing.first_swing,
        )

    def _hr_bpm(self) -> float | None:
        """The heart rate of the kept beats; of all where those rejected are unlike the others, None where unclear."""
        trust = self._trust
        of_kept = 60000.0 * len(self._hr) / self._hr_sum_ms if len(self._hr) >= N_HR_MIN else None
        if not trust.irregular and trust.artifact_share <= ARTIFACT_SHARE_ALL:
            return of_kept
        of_heard = 60000.0 * len(self._heard) / self._heard_sum_ms if len(self._heard) >= N_HR_MIN else None
        if of_kept and of_heard and abs(of_kept / of_heard - 1.0) <= ONE_SIDED_LIVE:
            return of_kept
        return of_heard if trust.irregular else None

    def _breathing_bands(self) -> dict[str, Band]:
        breathing = self._breathing
        rate, phase = breathing.rate, breathing.phase
        bands = {}
        if breathing.swing_band:
            bands["swing_bpm"] = breathing.swing_band
        if rate.per_min is not None and rate.se_per_min is not None:
            bands["respiration_per_min"] = uncertainty.around(rate.per_min, rate.se_per_min)
        if phase.lag_deg is not None and phase.se_deg is not None and not self._unplaced:
            bands["lag_deg"] = uncertainty.around(phase.lag_deg, phase.se_deg)
        return bands

    def _rate_band(self, hr_bpm: float | None) -> dict[str, Band]:
        """The band of the heart rate, from the last ones that do not overlap."""
        if hr_bpm is None:
            return {}
        if self._axis_s - self._rate_s >= HR_WINDOW_S:
            self._rate_s = self._axis_s
            self._rates.append(hr_bpm)
            self._rate_half = uncertainty.scatter(self._rates)
        return {} if self._rate_half is None else {"hr_bpm": uncertainty.reaching(hr_bpm, self._rate_half)}

    def _rmssd_ms(self) -> float | None:
        n = len(self._steps_s)
        if n < N_RMSSD_MIN or self._axis_s - self._steps_s[0] < RMSSD_MIN_S:
            return None
        return sqrt(sum(self._steps_ms2) / n)

    def _take_wave(self) -> None:
        """The spectrum of the last 64 s, where they are whole."""
        self._wave, self._spectrum, self._wave_bands = None, None, {}
        time_s, rr_ms = self._knots.columns
        if len(time_s) < N_RMSSD_MIN:
            return
        first_s, last_s = time_s.item(0), time_s.item(-1)
        if first_s > _GRID_S.item(0) + last_s or self._hole_s > first_s:
            return
        of = self._spectrum = spectrum.live_spectrum(spectrum.resample(time_s, rr_ms, _GRID_S + last_s))
        self._wave = spectrum.rhythm(of)
        if self._wave:
            self._wave_bands = uncertainty.wave_bands(of, self._wave)
            if self._wave.smoothness < PEAK_LEAST_SMOOTHNESS:
                self._wave_bands.pop("peak_hz", None)
