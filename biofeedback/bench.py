"""The program measured on the machine it runs on, against the goals it was built to."""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from biofeedback.display import has_display

PACER_S = 300.0
N_BEATS_TO_PIXEL = 300
N_STARTS = 5
IDLE_S = 8.0
OURS = "ours"


class MeasurementError(Exception):
    """A measurement could not be made. The message says why."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured value with its unit, the goal in words, and whether it holds."""

    value: float
    unit: str
    goal: str
    holds: bool


def at_most(value: float, limit: float, unit: str) -> Measurement:
    return Measurement(value, unit, f"at most {limit:g} {unit}", value <= limit)


def measure(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Run measurements by name; each in a process of its own, so that none sees what another left behind."""
    figures: dict[str, dict[str, Any]] = {}
    for name in names:
        print(f"Measuring {name} ...", file=sys.stderr)  # noqa: T201
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            figures |= {key: asdict(found) for key, found in pool.submit(_measure, name).result().items()}
    return figures


def _measure(name: str) -> dict[str, Measurement]:
    return MEASUREMENTS[name]()


def _analysis() -> dict[str, Measurement]:
    """CPU time of the analysis of a beat, from the decoded packet to figures and score."""
    from biofeedback.session.pipeline import Pipeline
    from devices.gatt import decode_packet
    from devices.samples import Packet, PacketFormat

    packets = [Packet(at_s, PacketFormat.RR_TEXT, text) for at_s, text in _simulated_intervals(n=3000)]
    samples = [decode_packet(packet) for packet in packets]
    pipeline = Pipeline()
    for sample in samples[:300]:
        pipeline.take(sample.received_s, sample)
    begun = time.process_time()
    for sample in samples[300:]:
        pipeline.take(sample.received_s, sample)
    spent_us = (time.process_time() - begun) / (len(samples) - 300) * 1e6
    return {"analysis_per_beat": at_most(spent_us, 100.0, "\u00b5s")}


def _simulated_intervals(n: int) -> list[tuple[float, bytes]]:
    from devices.person import Person, Traits

    beats = Person(Traits(), seed=1).beats_until(n * 1.2, lambda t: None)[: n + 1]
    return [(b, repr(1000.0 * (b - a)).encode()) for a, b in pairwise(beats)]


def _run_session(minutes: float, emit: Callable[[object], None]) -> float:
    """A simulated session as fast as possible; its wall time in seconds."""
    from biofeedback.session.runner import Plan, SessionRunner
    from biofeedback.storage.database import Store
    from devices.clock import Clock, ClockLoop
    from devices.uri import open_source
    from protocols.library import find_exercise

    plan = Plan(find_exercise("paced-breathing").lasting(minutes), "sim:")
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        begun = time.perf_counter()
        with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock(0))) as runner:
            runner.run(SessionRunner(plan, open_source(plan.device_uri), store, emit).run())
        return time.perf_counter() - begun


def _session() -> dict[str, Measurement]:
    """Wall time of a ten-minute session without neurokit2's figures."""
    return {"session_of_10_min": at_most(_run_session(10.0, lambda event: None), 5.0, "s")}


def _memory() -> dict[str, Measurement]:
    """Growth of memory over a session of eight hours, after its first ten minutes."""
    import psutil

    from biofeedback.session.events import BeatsCame

    process = psutil.Process()
    seen_mb: list[float] = []

    def watch(event: object) -> None:
        if isinstance(event, BeatsCame) and event.at_s > 600.0 * (1 + len(seen_mb)):
            seen_mb.append(process.memory_info().rss / 1e6)

    _run_session(480.0, watch)
    seen_mb.append(process.memory_info().rss / 1e6)
    return {"memory_growth_in_8_h": at_most(max(seen_mb) - seen_mb[0], 20.0, "MB")}


def _verdicts() -> dict[str, Measurement]:
    """Faults found in simulated hearts, and clean beats thrown away, beside two fixed rules."""
    from biofeedback.injection import RULES, Fault, clean_hearts, try_rule

    hearts = clean_hearts()
    figures = {}
    for name, rule in RULES.items():
        found = {fault: try_rule(rule, hearts, fault) for fault in Fault}
        for fault, least in ((Fault.MISSED, 99.5), (Fault.EXTRA, 99.5), (Fault.ECTOPIC, 98.0)):
            share = found[fault].sensitivity_percent
            goal = f"at least {least:g} %" if name == OURS else "for comparison"
            figures[f"{fault}_found, {name}"] = Measurement(share, "%", goal, share >= least or name != OURS)
        false = sum(f.n_false for f in found.values()) / sum(f.n_clean for f in found.values()) * 100.0
        goal = "at most 0.5 %" if name == OURS else "for comparison"
        figures[f"clean_beats_flagged, {name}"] = Measurement(false, "%", goal, false <= 0.5 or name != OURS)
    return figures


def _start() -> dict[str, Measurement]:
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
        "idle_window": at_most(max(sizes), 250.0, "MB"),
    }


def _pacer() -> dict[str, Measurement]:
    """Frame intervals of the pacer over five minutes of a session, neurokit2 at work."""
    from biofeedback.ui.measure import measure_pacer

    intervals_s = sorted(measure_pacer(PACER_S))
    rate = len(intervals_s) / sum(intervals_s)
    p99_ms = 1000.0 * intervals_s[int(0.99 * (len(intervals_s) - 1))]
    return {
        "pacer_frame_rate": Measurement(rate, "frames/s", "at least 59.5 frames/s", rate >= 59.5),
        "pacer_interval_p99": at_most(p99_ms, 20.0, "ms"),
    }


def _beat_to_pixel() -> dict[str, Measurement]:
    """From the sample handed to the session to the end of the paint that shows it."""
    from biofeedback.ui.measure import measure_beat_to_pixel

    latencies_s = sorted(measure_beat_to_pixel(N_BEATS_TO_PIXEL))
    return {"beat_to_pixel_p95": at_most(1000.0 * latencies_s[int(0.95 * (len(latencies_s) - 1))], 20.0, "ms")}


MEASUREMENTS: dict[str, Callable[[], dict[str, Measurement]]] = {
    "start": _start,
    "beat_to_pixel": _beat_to_pixel,
    "pacer": _pacer,
    "analysis": _analysis,
    "verdicts": _verdicts,
    "session": _session,
    "memory": _memory,
}
