"""How fast and how small the program is: start, window, analysis, a session."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from biofeedback.bench.measurement import Measurement, MeasurementError, at_most
from biofeedback.display import has_display

if TYPE_CHECKING:
    from biofeedback.session.preparation import Plan
    from biofeedback.storage.database import Store

PACER_S = 300.0
N_BEATS_TO_PIXEL = 300
N_STARTS = 5
N_ANALYSES = 7
IDLE_S = 8.0


def analysis(recordings: Path | None) -> dict[str, Measurement]:
    """CPU time of the analysis of a beat, from the decoded packet to figures and score: the median of some runs."""
    from biofeedback.session.pipeline import Pipeline
    from devices.gatt import decode_packet
    from devices.samples import Packet, PacketFormat

    packets = [Packet(at_s, PacketFormat.RR_TEXT, text) for at_s, text in _simulated_intervals(n=3000)]
    samples = [decode_packet(packet) for packet in packets]
    spent_us = []
    for _ in range(N_ANALYSES):
        pipeline = Pipeline()
        for sample in samples[:300]:
            pipeline.take(sample.received_s, sample)
        begun = time.process_time()
        for sample in samples[300:]:
            pipeline.take(sample.received_s, sample)
        spent_us.append((time.process_time() - begun) / (len(samples) - 300) * 1e6)
    return {"analysis_per_beat": at_most(median(spent_us), 100.0, "\u00b5s")}


def _simulated_intervals(n: int) -> list[tuple[float, bytes]]:
    from devices.person import Person, Traits

    beats = Person(Traits(), seed=1).beats_until(n * 1.2, lambda t: None)[: n + 1]
    return [(b, repr(1000.0 * (b - a)).encode()) for a, b in pairwise(beats)]


def run_session(plan: "Plan", store: "Store", emit: Callable[[object], None] = lambda _: None) -> None:
    """A session as fast as possible."""
    from biofeedback.session.runner import SessionRunner
    from devices.clock import Clock
    from devices.clock_loop import ClockLoop
    from devices.uri import open_source

    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock(0))) as runner:
        runner.run(SessionRunner(plan, open_source(plan.device_uri), store, emit).run())


def _time_session(minutes: float, emit: Callable[[object], None]) -> float:
    """The wall time of a simulated session in seconds."""
    from biofeedback.session.preparation import Plan
    from biofeedback.storage.database import Store
    from protocols.library import find_exercise

    plan = Plan(find_exercise("paced-breathing").lasting(minutes), "sim:")
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        begun = time.perf_counter()
        run_session(plan, store, emit)
        return time.perf_counter() - begun


def session(recordings: Path | None) -> dict[str, Measurement]:
    """Wall time of a ten-minute session without neurokit2's figures."""
    return {"session_of_10_min": at_most(_time_session(10.0, lambda event: None), 5.0, "s")}


def memory(recordings: Path | None) -> dict[str, Measurement]:
    """Growth of memory over a session of eight hours, after its first ten minutes."""
    import psutil

    from biofeedback.session.events import BeatsCame

    process = psutil.Process()
    seen_mb: list[float] = []

    def watch(event: object) -> None:
        if isinstance(event, BeatsCame) and event.at_s > 600.0 * (1 + len(seen_mb)):
            seen_mb.append(process.memory_info().rss / 1e6)

    _time_session(480.0, watch)
    seen_mb.append(process.memory_info().rss / 1e6)
    return {"memory_growth_in_8_h": at_most(max(seen_mb) - seen_mb[0], 20.0, "MB")}


def start(recordings: Path | None) -> dict[str, Measurement]:
    """From the start of the process to the first painted window, and the memory of the idle window."""
    import psutil

    from biofeedback.app import TELL_FIRST_PAINT

    seconds, sizes = [], []
    for _ in range(N_STARTS):
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {"BIOFEEDBACK_DATA": folder, TELL_FIRST_PAINT: "1"}
            if not has_display():
                environment["QT_QPA_PLATFORM"] = "offscreen"
            begun = time.perf_counter()
            with subprocess.Popen(
                [sys.executable, "-m", "biofeedback"], env=environment, stdout=subprocess.PIPE, text=True
            ) as process:
                if process.stdout is None or not process.stdout.readline():
                    raise MeasurementError("The window did not come up, so nothing could be measured.")
                seconds.append(time.perf_counter() - begun)
                time.sleep(IDLE_S)
                sizes.append(psutil.Process(process.pid).memory_info().rss / 1e6)
                process.terminate()
    return {
        "start_to_first_window": at_most(sorted(seconds)[len(seconds) // 2], 1.0, "s"),
        "idle_window": at_most(max(sizes), 180.0, "MB"),
    }


def pacer(recordings: Path | None) -> dict[str, Measurement]:
    """Frame intervals of the pacer over five minutes of a session, neurokit2 at work."""
    from biofeedback.ui.measure import measure_pacer

    intervals_s = sorted(measure_pacer(PACER_S))
    rate = len(intervals_s) / sum(intervals_s)
    p99_ms = 1000.0 * intervals_s[int(0.99 * (len(intervals_s) - 1))]
    return {
        "pacer_frame_rate": Measurement(rate, "frames/s", "at least 59.5 frames/s", rate >= 59.5),
        "pacer_interval_p99": at_most(p99_ms, 20.0, "ms"),
    }


def beat_to_pixel(recordings: Path | None) -> dict[str, Measurement]:
    """From the sample handed to the session to the end of the paint that shows it."""
    from biofeedback.ui.measure import measure_beat_to_pixel

    latencies_s = sorted(measure_beat_to_pixel(N_BEATS_TO_PIXEL))
    return {"beat_to_pixel_p95": at_most(1000.0 * latencies_s[int(0.95 * (len(latencies_s) - 1))], 20.0, "ms")}
