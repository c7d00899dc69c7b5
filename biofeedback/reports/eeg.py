"""An electroencephalogram told: as a document, and in the terminal."""

from collections.abc import Mapping
from typing import Any

from biofeedback.analysis.eeg.figures import METHOD, MOST_LEFT_OUT, ChannelFigures, EegFigures, Stretch
from biofeedback.analysis.eeg.rhythms import BANDS
from biofeedback.reports.figures import figure
from biofeedback.reports.terminal import print_line, print_rows
from devices.eeg.recording import EegRecording


def eeg_document(
    recording: EegRecording, figures: EegFigures, closed: tuple[Stretch, ...], opened: tuple[Stretch, ...]
) -> dict[str, Any]:
    """Everything that is known of a recording, with units in the names."""
    doubts = list(recording.doubts)
    spoilt = [one.name for one in figures.channels if one.kept_percent < 100.0 * (1.0 - MOST_LEFT_OUT)]
    if spoilt:
        doubts.append(
            f"More than {MOST_LEFT_OUT:.0%} of the seconds were left out at {', '.join(spoilt)}: "
            "what is left may not stand for the whole."
        )
    return {
        "kind": "eeg",
        "format": recording.form,
        "simulated": recording.simulated,
        "rate_hz": recording.rate_hz,
        "duration_s": recording.duration_s,
        "mains_hz": figures.mains_hz,
        "closed_s": [list(stretch) for stretch in closed],
        "open_s": [list(stretch) for stretch in opened],
        "delay_ms": dict(figures.delay_ms),
        "channels": [_channel(one) for one in figures.channels],
        "annotations": [{"at_s": a.at_s, "for_s": a.for_s, "text": a.text} for a in recording.annotations],
        "doubts": doubts,
        "method": METHOD,
    }


def _channel(one: ChannelFigures) -> dict[str, Any]:
    return {
        "name": one.name,
        "n_seconds": len(one.reasons),
        "kept_percent": one.kept_percent,
        "left_out": one.left_out,
        "bands": {
            band.name: (
                {"power_uv2": told.power_uv2, "relative": told.relative, "error_share": told.error_share}
                if (told := one.bands.get(band.name))
                else {"power_uv2": None, "relative": None, "error_share": None}
            )
            for band in BANDS
        },
        "aperiodic_exponent": one.slope.exponent if one.slope else None,
        "individual_alpha_hz": one.peak.hz,
        "individual_alpha_error_hz": one.peak.error_hz,
        "alpha_closed_open": one.alpha_ratio,
        "alpha_closed_open_low": one.alpha_ratio_low,
        "alpha_closed_open_high": one.alpha_ratio_high,
        "verdicts": [None if reason is None else str(reason) for reason in one.reasons],
        "course_uv2": {name: list(course) for name, course in one.course_uv2.items()},
        "withheld": dict(one.withheld),
    }


def print_eeg(document: Mapping[str, Any]) -> None:
    """The figures of a recording, a row an electrode; then what was left out and withheld, and why."""
    channels = document["channels"]
    kind = ", of a simulated head" if document["simulated"] else ""
    print_line(
        f"Read as {document['format']}: {len(channels)} {'channel' if len(channels) == 1 else 'channels'}, "
        f"{document['rate_hz']:g} samples a second, {document['duration_s'] / 60.0:.1f} minutes{kind}. "
        f"Mains of {document['mains_hz']:g} Hz taken away."
    )
    names = [band.name for band in BANDS]
    heads = [f"{band.name.replace('_', ' ')} {band.low_hz:g} to {band.high_hz:g} Hz" for band in BANDS]
    print_line("\nPower of each band in µV², and its share of what lies between 1 and 45 Hz:")
    print_rows(
        ("electrode", *heads),
        [[one["name"], *(_power(one["bands"][name]) for name in names)] for one in channels],
    )
    print_line("")
    print_rows(
        ("electrode", "seconds kept", "own alpha, Hz", "alpha closed / open", "slope"),
        [
            [
                one["name"],
                f"{one['kept_percent']:.0f} %",
                figure(one["individual_alpha_hz"], 1),
                _ratio(one),
                figure(one["aperiodic_exponent"], 2),
            ]
            for one in channels
        ],
    )
    print_line("")
    for one in channels:
        if one["left_out"]:
            told = ", ".join(f"{reason} {n}" for reason, n in sorted(one["left_out"].items()))
            print_line(f"{one['name']}: seconds left out: {told}.")
    for name, reason, electrodes in _withheld(channels):
        print_line(f"No {name} at {electrodes}: {reason}.")
    for doubt in document["doubts"]:
        print_line(doubt)


def _power(band: Mapping[str, float | None]) -> str:
    power, relative = band["power_uv2"], band["relative"]
    return "-" if power is None or relative is None else f"{power:.1f} ({100.0 * relative:.0f} %)"


def _ratio(one: Mapping[str, Any]) -> str:
    if one["alpha_closed_open"] is None:
        return "-"
    return f"{one['alpha_closed_open']:.2f} ({one['alpha_closed_open_low']:.2f} to {one['alpha_closed_open_high']:.2f})"


_WORDS = {
    "bands": "power of bands",
    "aperiodic_exponent": "slope",
    "individual_alpha_hz": "own alpha",
    "alpha_closed_open": "alpha closed / open",
}


def _withheld(channels: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """What is withheld, why, and at which electrodes: each reason once."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in channels:
        for key, reason in one["withheld"].items():
            found.setdefault((_WORDS[key], reason), []).append(one["name"])
    return [(name, reason, ", ".join(electrodes)) for (name, reason), electrodes in found.items()]
