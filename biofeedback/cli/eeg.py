"""The analysis of an electroencephalogram: what `analyze` does with one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import print_document, tell, wrong_usage
from biofeedback.exchange.files import STANDARD_OUTPUT

if TYPE_CHECKING:
    from devices.eeg import EegRecording

ClosedOption = Annotated[
    list[str] | None, typer.Option("--closed", metavar="A-B", help="EEG: seconds of closed eyes; may be repeated.")
]
OpenOption = Annotated[
    list[str] | None, typer.Option("--open", metavar="A-B", help="EEG: seconds of open eyes; may be repeated.")
]
HertzOption = Annotated[float | None, typer.Option("--rate", help="EEG in a table: samples a second.")]
MainsOption = Annotated[float | None, typer.Option("--mains", help="EEG: 50 or 60 Hz; else as it is found.")]
SaveOption = Annotated[
    Path | None, typer.Option("--save", help="EEG: write the recording as EDF+, a simulated head too.")
]


@dataclass(frozen=True, slots=True)
class EegWishes:
    """What was asked for that only an electroencephalogram has."""

    closed: Sequence[str] = ()
    opened: Sequence[str] = ()
    rate_hz: float | None = None
    mains_hz: float | None = None
    save: Path | None = None
    force: bool = False

    @property
    def first(self) -> str:
        """The first option that was given; empty where there was none."""
        given = {
            "--closed": bool(self.closed),
            "--open": bool(self.opened),
            "--rate": self.rate_hz is not None,
            "--mains": self.mains_hz is not None,
            "--save": self.save is not None,
            "--force": self.force,
        }
        return next((name for name, is_given in given.items() if is_given), "")


def analyze_eeg(recording: "EegRecording", wishes: EegWishes, *, uncorrected: bool, as_json: bool) -> None:
    """Analyse a recording, print what it shows, and write it where that is wanted."""
    from biofeedback.analysis.eeg.figures import eeg_figures
    from biofeedback.reports.eeg import eeg_document, print_eeg

    closed = _stretches("--closed", wishes.closed, recording) or recording.stretches(closed=True)
    opened = _stretches("--open", wishes.opened, recording) or recording.stretches(closed=False)
    if any(a < d and c < b for a, b in closed for c, d in opened):
        wrong_usage("--closed and --open name the same seconds: the eyes are either the one or the other.")
    if wishes.mains_hz not in (None, 50.0, 60.0):
        wrong_usage(f"--mains {wishes.mains_hz:g}: must be 50 or 60.")
    try:
        figures = eeg_figures(
            recording.samples_uv,
            recording.rate_hz,
            recording.channels,
            closed,
            opened,
            wishes.mains_hz,
            recording.movement_g,
            uncorrected=uncorrected,
        )
    except ValueError as error:
        wrong_usage(f"{recording.path} cannot be analysed: {error}.")
    if wishes.save is not None:
        _save(recording, wishes.save, force=wishes.force)
    document = eeg_document(recording, figures, closed, opened)
    if not as_json:
        print_eeg(document)
        return
    document["method"] = document["method"] | {"uncorrected": str(uncorrected).lower()}
    print_document(document)


def _save(recording: "EegRecording", path: Path, *, force: bool) -> None:
    from biofeedback.exchange.files import written_whole
    from devices.eeg.edf_writing import edf_of

    if path == STANDARD_OUTPUT:
        wrong_usage("--save -: standard output has the figures. Name a file.")
    try:
        content = edf_of(recording)
    except ValueError as error:
        wrong_usage(f"--save: {error}. Nothing was written.")
    with written_whole(path, force=force) as file:
        file.write(content)
    tell(f"Wrote {path}.")


def _stretches(option: str, texts: Sequence[str], recording: "EegRecording") -> tuple[tuple[float, float], ...]:
    found = []
    for text in texts:
        try:
            from_s, to_s = (float(part) for part in text.split("-"))
        except ValueError:
            wrong_usage(f"{option} {text}: write two times in seconds, such as 11.5-30.8.")
        if not (math.isfinite(to_s) and 0.0 <= from_s < to_s <= recording.duration_s + 1.0):
            wrong_usage(f"{option} {text}: must lie within the {recording.duration_s:.1f} s of the recording, forward.")
        found.append((from_s, to_s))
    return tuple(sorted(found))
