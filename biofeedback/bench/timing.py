"""The time axis against straps whose beats are known (science F1)."""

import math
from dataclasses import dataclass

import numpy as np

from biofeedback.analysis.beats.axis import BeatAxis
from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.signal.spectrum import FloatArray
from biofeedback.bench.measurement import Measurement, at_least, at_most

RATES_BPM = (50.0, 57.0, 60.5, 66.0, 75.0, 90.0)
SKEW = 1e-4
DELAY_S, JITTER_S, STALL_S, STALLS = 0.03, 0.06, 0.8, 0.02
HOUR_S, SETTLED_S = 3600.0, 60.0
LOST_AT_S, FOUND_WITHIN_S = 100.0, 5.0
STEP_S = 0.01


@dataclass(frozen=True, slots=True)
class Notified:
    """A packet of intervals (ms), when it came, and which beat its last one ends."""

    arrival_s: float
    rr_ms: tuple[float, ...]
    last: int


def timing() -> dict[str, Measurement]:
    """Errors of beat times, false gaps, lost beats, and a heart in step with its packets."""
    spreads, false_gaps, stalled_gaps, n_uncertain = [], 0, 0, 0
    for seed, rate_bpm in enumerate(RATES_BPM):
        rng = np.random.default_rng(seed)
        truth = _heart(rate_bpm, HOUR_S, rng)
        axis = BeatAxis()
        beats = _placed(axis, _notified(truth, rng, skew=SKEW * (-1) ** seed))
        n_uncertain += axis.phase_uncertain
        late = [beat.time_s - truth[beat.ordinal + 1] for beat in beats if truth[beat.ordinal + 1] > SETTLED_S]
        spreads.append(1000.0 * float(np.std(late)))
        false_gaps = max(false_gaps, axis.segment)
        stalling = BeatAxis()
        _placed(stalling, _notified(truth, rng, stalls=STALLS))
        stalled_gaps = max(stalled_gaps, stalling.segment)
    locked, same = _in_step()
    return {
        "beat_time_spread": at_most(max(spreads), 30.0, "ms"),
        "false_gaps_in_an_hour": at_most(false_gaps, 1, "gaps"),
        "false_gaps_in_an_hour, 2 % of packets stall": at_most(stalled_gaps, 3, "gaps"),
        "lost_beats_found_in_5_s, two and more": at_least(_lost_found_percent(), 99.0, "%"),
        "phase_uncertain, heart in step with the packets": at_least(locked, 100.0, "%"),
        "phase_uncertain, any other heart": at_most(100.0 * n_uncertain / len(RATES_BPM), 0.0, "%"),
        "intervals_unchanged, heart in step with the packets": at_least(same, 100.0, "%"),
    }


def _heart(rate_bpm: float, duration_s: float, rng: np.random.Generator) -> FloatArray:
    """Times of beats of a heart that swings with the breath and wanders."""
    at_s = np.arange(0.0, duration_s, STEP_S)
    phases = rng.uniform(0.0, 2.0 * math.pi, 2)
    rate = rate_bpm + 4.0 * np.sin(0.2 * math.pi * at_s + phases[0]) + 2.0 * np.sin(0.05 * math.pi * at_s + phases[1])
    turns = np.concatenate(([0.0], np.cumsum(rate[:-1]) * STEP_S / 60.0))
    return np.asarray(np.interp(np.arange(int(turns[-1])), turns, at_s))


def _notified(
    truth: FloatArray,
    rng: np.random.Generator,
    *,
    skew: float = 0.0,
    stalls: float = 0.0,
    lost: range = range(0),
) -> list[Notified]:
    """What a strap tells once a second, some time later and in order."""
    packets: list[Notified] = []
    arrival_s, n = 0.0, 1
    for tick_s in np.arange(truth[0] + 1.0, truth[-1], 1.0).tolist():
        rr_ms = []
        while n < len(truth) and truth[n] <= tick_s:
            if n not in lost:
                rr_ms.append(round(float(truth[n] - truth[n - 1]) * (1.0 + skew) * 1024.0) * 1000.0 / 1024.0)
            n += 1
        delay_s = DELAY_S + rng.exponential(JITTER_S) + (rng.exponential(STALL_S) if rng.random() < stalls else 0.0)
        arrival_s = max(arrival_s, tick_s + delay_s)
        if rr_ms:
            packets.append(Notified(arrival_s, tuple(rr_ms), n - 1))
    return packets


def _placed(axis: BeatAxis, packets: list[Notified]) -> list[Beat]:
    return [beat for packet in packets for beat in axis.place(packet.arrival_s, packet.rr_ms)] + axis.flush()


def _lost_found_percent() -> float:
    """Of gaps of two to nine beats, how many are a new segment within 5 s of the first beat after them."""
    found, n = 0, 0
    for rate_bpm in RATES_BPM:
        for n_lost in (2, 3, 5, 9):
            for seed in range(8):
                rng = np.random.default_rng(seed)
                truth = _heart(rate_bpm, LOST_AT_S + 40.0, rng)
                first = int(np.searchsorted(truth, LOST_AT_S))
                axis, seen_s = BeatAxis(), math.inf
                for packet in _notified(truth, rng, lost=range(first, first + n_lost)):
                    axis.place(packet.arrival_s, packet.rr_ms)
                    if axis.segment:
                        seen_s = min(seen_s, packet.arrival_s)
                found += seen_s - truth[first + n_lost] <= FOUND_WITHIN_S and axis.segment == 1
                n += 1
    return 100.0 * found / n


def _in_step() -> tuple[float, float]:
    """A heart at 60.0 a minute with hardly any variation: how often the phase is called uncertain, and kept intervals.

    In percent of packets, and of intervals that come out as they went in.
    """
    rng = np.random.default_rng(0)
    truth = np.arange(0.0, HOUR_S)
    truth[1:] += 0.4 + rng.normal(0.0, 0.002, len(truth) - 1)
    axis, n_uncertain, same = BeatAxis(), 0, 0
    packets = _notified(truth, rng)
    given = [rr_ms for packet in packets for rr_ms in packet.rr_ms]
    told = []
    for packet in packets:
        told += axis.place(packet.arrival_s, packet.rr_ms)
        n_uncertain += axis.phase_uncertain
    told += axis.flush()
    same = sum(beat.rr_ms == rr_ms for beat, rr_ms in zip(told, given, strict=False))
    return 100.0 * n_uncertain / len(packets), 100.0 * same / len(given)
