"""Both windows at once: the breath of the person's, the instrument of the clinician's, and one of many opened."""

import tempfile
from itertools import pairwise
from pathlib import Path

from biofeedback.bench.measurement import Measurement, at_least, at_most

OFFICE_S = 120.0
N_PEOPLE, N_SESSIONS, N_OPENED = 500, 5_000, 30
OPENED_S = 0.3
FRAME_MS = 16.0
"""What the thread that paints may work from one frame of the breath to the next; what is more is a busy machine."""


def office(recordings: Path | None) -> dict[str, Measurement]:
    """Frames of pacer and instrument over two minutes, the way of a beat to either screen, and a person opened."""
    from biofeedback.ui.measure import measure_office

    seen = measure_office(OFFICE_S)
    pacer_ms = sorted(1000.0 * (b - a) for a, b in pairwise(seen.pacer_s))
    span_s = seen.instrument_s[-1] - seen.instrument_s[0]
    return opening() | {
        "office_pacer_interval_p50": at_most(_quantile(pacer_ms, 0.5), 17.0, "ms"),
        "office_pacer_interval_p99": at_most(_quantile(pacer_ms, 0.99), 20.0, "ms"),
        "office_painting_cpu_p99": at_most(1000.0 * _quantile(sorted(seen.painting_s), 0.99), FRAME_MS, "ms"),
        "office_instrument_frame_rate": at_least((len(seen.instrument_s) - 1) / span_s, 25.0, "frames/s"),
        "office_beat_to_pixel_p95": at_most(1000.0 * _quantile(sorted(seen.office_latency_s), 0.95), 25.0, "ms"),
        "office_beat_to_pixel_of_person_p95": at_most(
            1000.0 * _quantile(sorted(seen.person_latency_s), 0.95), 25.0, "ms"
        ),
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
        "office_person_opened_p50": at_most(_quantile(taken_s, 0.5), OPENED_S, "s"),
        "office_person_opened_worst": at_most(taken_s[-1], OPENED_S, "s"),
    }


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]
