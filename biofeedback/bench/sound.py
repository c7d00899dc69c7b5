"""The sound: what it costs, and how near it keeps to the breath on a device that drifts."""

import time
from pathlib import Path

from biofeedback.bench.measurement import Measurement, at_most

SECONDS = 120.0
PERIOD = 2880
DRIFT = 0.001
"""Ten times that of a poor sound card."""


def sound(recordings: Path | None) -> dict[str, Measurement]:
    """CPU time of the costliest timbre, the largest sample at half volume, and the error of the sound's clock."""
    cost_percent, over = 0.0, 0.0
    for percent, largest in _each_timbre():
        cost_percent, over = max(cost_percent, percent), max(over, largest)
    return {
        "sound_cost": at_most(cost_percent, 5.0, "% of a core"),
        "sound_largest_sample_at_half_volume": at_most(over, 0.25, "of full scale"),
        "sound_clock_error": at_most(_clock_error_ms(), 20.0, "ms"),
    }


def _each_timbre() -> list[tuple[float, float]]:
    import numpy as np

    from biofeedback.sound import loops
    from biofeedback.sound.rendering import render
    from biofeedback.sound.settings import SoundSettings, Timbre
    from protocols.library import find_exercise
    from protocols.timeline import Timeline

    timeline = Timeline.of(find_exercise("paced-breathing").lasting(SECONDS / 60.0))
    loops.noise()
    loops.bed()
    found = []
    for timbre in Timbre:
        begun = time.process_time()
        samples = render(timeline, SECONDS, SoundSettings(timbre, 0.5), lambda s: s / SECONDS)
        spent_s = time.process_time() - begun
        found.append((100.0 * spent_s / SECONDS, float(np.abs(samples).max())))
    return found


def _clock_error_ms() -> float:
    """Ten minutes of a device that is slow, every third request in time and the others late by 40 ms."""
    from biofeedback.sound.clock import SoundClock
    from biofeedback.sound.loops import RATE_HZ

    queue_s = 0.1
    clock = SoundClock(RATE_HZ, queue_s)
    worst_s = 0.0
    for i in range(round(600.0 * RATE_HZ / PERIOD)):
        heard_s = i * PERIOD / (RATE_HZ * (1.0 - DRIFT))
        clock.asked(heard_s - queue_s + (0.04 if i % 3 else 0.0), i * PERIOD)
        worst_s = max(worst_s, abs(clock.heard_s(i * PERIOD) - heard_s))
    return 1000.0 * worst_s
