"""Both windows at once: the breath of the person's, the instrument of the clinician's, and one of many opened."""

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np

from biofeedback.bench.measurement import Measurement, at_least, at_most

OFFICE_S, BAND_S = 120.0, 60.0
N_PEOPLE, N_SESSIONS, N_OPENED = 500, 5_000, 30
OPENED_S = 0.3
FRAME_MS = 16.0
"""What the thread that paints may work from one frame of the breath to the next; what is more is a busy machine."""


def office(recordings: Path | None) -> dict[str, Measurement]:
    """Both windows with a strap, and with a band on the head as well; and a person opened."""
    return opening() | _seen("office", OFFICE_S, "sim:") | _seen("office_with_a_band", BAND_S, "sim: + sim:head")


def _seen(name: str, seconds: float, device_uri: str) -> dict[str, Measurement]:
    """Frames of pacer and instrument, and the way of a beat to either screen."""
    from biofeedback.ui.measure import measure_office

    seen = measure_office(seconds, device_uri)
    pacer_ms = [1000.0 * (b - a) for a, b in pairwise(seen.pacer_s)]
    painting_ms = [1000.0 * each for each in seen.painting_s]
    office_ms, person_ms = ([1000.0 * each for each in s] for s in (seen.office_latency_s, seen.person_latency_s))
    span_s = seen.instrument_s[-1] - seen.instrument_s[0]
    return {
        f"{name}_pacer_interval_p50": at_most(float(np.quantile(pacer_ms, 0.5)), 17.0, "ms"),
        f"{name}_pacer_interval_p99": at_most(float(np.quantile(pacer_ms, 0.99)), 20.0, "ms"),
        f"{name}_painting_cpu_p99": at_most(float(np.quantile(painting_ms, 0.99)), FRAME_MS, "ms"),
        f"{name}_instrument_frame_rate": at_least((len(seen.instrument_s) - 1) / span_s, 25.0, "frames/s"),
        f"{name}_beat_to_pixel_p95": at_most(float(np.quantile(office_ms, 0.95)), 25.0, "ms"),
        f"{name}_beat_to_pixel_of_person_p95": at_most(float(np.quantile(person_ms, 0.95)), 25.0, "ms"),
    }


def opening() -> dict[str, Measurement]:
    """From Enter on a name to the painted sheet, in a clinic of 500 people, among them who practised most."""
    from biofeedback.bench.population import Clinic, make_clinic
    from biofeedback.storage.database import Store
    from biofeedback.ui.measure import measure_opening

    with tempfile.TemporaryDirectory() as folder:
        with Store.open(Path(folder)) as store:
            names = make_clinic(store, Clinic(N_PEOPLE, N_SESSIONS))
        taken_s = sorted(measure_opening(Path(folder), names[:: N_PEOPLE // N_OPENED][:N_OPENED]))
    return {
        "office_person_opened_p50": at_most(float(np.quantile(taken_s, 0.5)), OPENED_S, "s"),
        "office_person_opened_worst": at_most(taken_s[-1], OPENED_S, "s"),
    }
