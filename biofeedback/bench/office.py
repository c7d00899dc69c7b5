"""Both windows of one session at once: the breath of the person's, the instrument of the clinician's."""

from itertools import pairwise
from pathlib import Path

from biofeedback.bench.measurement import Measurement, at_least, at_most

OFFICE_S = 120.0


def office(recordings: Path | None) -> dict[str, Measurement]:
    """Frames of pacer and instrument over two minutes, and the way of a beat to the screen in either window."""
    from biofeedback.ui.measure import measure_office

    seen = measure_office(OFFICE_S)
    pacer_ms = sorted(1000.0 * (b - a) for a, b in pairwise(seen.pacer_s))
    span_s = seen.instrument_s[-1] - seen.instrument_s[0]
    return {
        "office_pacer_interval_p50": at_most(_quantile(pacer_ms, 0.5), 17.0, "ms"),
        "office_pacer_interval_p99": at_most(_quantile(pacer_ms, 0.99), 20.0, "ms"),
        "office_instrument_frame_rate": at_least((len(seen.instrument_s) - 1) / span_s, 25.0, "frames/s"),
        "office_beat_to_pixel_p95": at_most(1000.0 * _quantile(sorted(seen.office_latency_s), 0.95), 25.0, "ms"),
        "office_beat_to_pixel_of_person_p95": at_most(
            1000.0 * _quantile(sorted(seen.person_latency_s), 0.95), 25.0, "ms"
        ),
    }


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]
