"""The commands that read and write files: recordings, reports, exports."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from biofeedback.cli.options import DataOption, JsonOption, opened_store, print_json, wrong_usage


def analyze(
    source: Annotated[str, typer.Argument(help="A recording file, or the id of a saved session.")],
    uncorrected: Annotated[bool, typer.Option("--uncorrected", help="Keep every beat as it came.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A recording analysed offline."""
    from biofeedback.analysis.figures.definitions import DEFINITIONS
    from biofeedback.analysis.figures.stretch import METHOD, figures
    from biofeedback.reports.tables import print_indices
    from biofeedback.session.archive import saved_beats
    from biofeedback.session.method import VERSIONS
    from biofeedback.session.pipeline import recorded_beats
    from devices.recordings import read_recording

    path = _recording_path(source)
    if path:
        beats = recorded_beats(read_recording(path))
    else:
        with opened_store(data) as store:
            beats = saved_beats(store, source)
    indices = figures(beats, uncorrected=uncorrected).as_json()
    if not as_json:
        print_indices(indices)
        return
    listed = [{"time_s": b.time_s, "rr_ms": b.rr_ms, "verdict": b.verdict, "nn_ms": b.nn_ms} for b in beats]
    method = METHOD | {key: VERSIONS[key] for key in ("ecg", "movement")} | {"uncorrected": str(uncorrected).lower()}
    definitions = {key: asdict(definition) for key, definition in DEFINITIONS.items()}
    print_json(indices | {"beats": listed, "method": method, "definitions": definitions})


def _recording_path(source: str) -> Path | None:
    """The file that is meant; None where it is the id of a session."""
    path = Path(source.removeprefix("replay:"))
    try:
        path = path.expanduser()
        is_there = path.exists()
    except (OSError, RuntimeError):  # a name too long for a file, or a home folder that is none
        is_there = False
    return path if is_there or path.suffix or len(path.parts) > 1 else None


def report(
    session: str,
    out: Annotated[Path, typer.Option(help="The file to write: .pdf or .html.")],
    data: DataOption = None,
) -> None:
    """A report of one session."""
    from biofeedback.reports.writing import write_report
    from biofeedback.session.archive import read_summary

    if out.suffix.lower() not in (".pdf", ".html"):
        wrong_usage(f"--out {out}: a report ends in .pdf or .html.")
    with opened_store(data) as store:
        summary = read_summary(store, session)
    write_report(summary, out)
    print(f"Wrote {out}.", file=sys.stderr)


def export(
    session: str,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    form: Annotated[
        str, typer.Option("--format", help="packets (lossless, can be replayed), rr (text), ecg or acc (tables).")
    ] = "packets",
    data: DataOption = None,
) -> None:
    """A session as a file."""
    from biofeedback.exchange.packets import write_packets, write_rr
    from biofeedback.exchange.waveforms import write_accelerometer, write_ecg

    writers = {"packets": write_packets, "rr": write_rr, "ecg": write_ecg, "acc": write_accelerometer}
    if form not in writers:
        wrong_usage(f"--format {form}: choose packets, rr, ecg or acc.")
    with opened_store(data) as store:
        writers[form](store, store.find(session).session_id, out)
    print(f"Wrote {out}.", file=sys.stderr)
