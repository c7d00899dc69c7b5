"""What a band on the head sent in a session, as EDF+ with what happened as annotations."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from biofeedback.exchange.files import ExportError, written_whole
from biofeedback.storage.history import History
from devices.eeg.edf_writing import edf_of
from devices.eeg.recording import MOST_SAMPLES, Annotation, EegRecording
from devices.samples import EegFrame
from devices.told import told_text

LOST = (
    "A sample is kept in 16 bits here, each electrode between its least and greatest; --format packets loses nothing."
)

N_STEPS = 65_535
COARSE_UV = 0.5
"""Of the size of the noise of an amplifier and an electrode. A choice."""


def write_edf(store: History, session_id: str, path: Path, *, force: bool = False) -> str:
    """Write the electroencephalogram of a saved session.

    Returns
    -------
    str
        What the file does not hold, for a person.

    Raises
    ------
    StoreError
        If there is no such session.
    ExportError
        If the file cannot be written, or the session has no electroencephalogram.
    """
    recording = read_recording(store, session_id)
    try:
        content = edf_of(recording)
    except ValueError as error:
        raise ExportError(f"Nothing was written: {error}. --format packets writes what the band sent.") from error
    with written_whole(path, force=force) as file:
        file.write(content)
    return LOST + _coarse(recording)


def _coarse(recording: EegRecording) -> str:
    """Where so large a value was recorded that the steps between others are coarse; empty where nowhere."""
    found = []
    for name, values in zip(recording.channels, recording.samples_uv, strict=True):
        known = values[np.isfinite(values)]
        step_uv = float(np.ptp(known)) / N_STEPS if len(known) else 0.0
        if step_uv > COARSE_UV:
            found.append(f"{told_text(name)} {step_uv:.1f} µV")
    return f" The steps are coarse, for very large values came, too: {', '.join(found)}." if found else ""


def read_recording(store: History, session_id: str) -> EegRecording:
    """The electroencephalogram of a saved session, from its first second on; of two bands that of the later one.

    Each stream lies where its soonest frame was not late. Parts of the session, marks and what was changed are told as
    annotations.

    Raises
    ------
    StoreError
        If there is no such session.
    ExportError
        If it has none.
    """
    frames = store.eeg_frames(session_id)
    if not frames:
        raise ExportError(
            f"Session {session_id} has no electroencephalogram: no band was on the head. Everything else of it is "
            "kept, and --format packets or rr writes that."
        )
    band, stored = frames[-1].description, store.session(session_id)
    of_band = [frame for frame in frames if frame.description.measures_like(band)]
    duration_s = max(stored.row.duration_s, of_band[-1].received_s)
    n = round(duration_s * band.rate_hz)
    if n * len(band.electrodes) > MOST_SAMPLES:
        raise ExportError(
            f"Session {session_id} holds more samples than such a file should. Nothing was written; --format packets "
            "writes what the band sent."
        )
    samples_uv = np.full((len(band.electrodes), n), np.nan)
    movement_g = np.full(n, np.nan)
    for stream in _streams(of_band):
        _lay(stream, band.rate_hz, samples_uv, movement_g)
    moved = np.isfinite(movement_g)
    if moved.any():
        movement_g = np.interp(np.arange(n), np.flatnonzero(moved), movement_g[moved])
    return EegRecording(
        Path(session_id),
        "a session",
        band.electrodes,
        band.rate_hz,
        samples_uv,
        movement_g if moved.any() else None,
        tuple(_annotations(store, session_id)),
        simulated=stored.row.simulated,
    )


def _streams(frames: Sequence[EegFrame]) -> Iterator[list[EegFrame]]:
    """Frames whose numbers go on: they begin anew with each start, and wherever they fall."""
    stream: list[EegFrame] = []
    for frame in frames:
        if stream and (frame.started is not stream[-1].started or frame.first_sample < stream[-1].first_sample):
            yield stream
            stream = []
        stream.append(frame)
    yield stream


def _lay(stream: Sequence[EegFrame], rate_hz: float, samples_uv: np.ndarray, movement_g: np.ndarray) -> None:
    """Put the samples of a stream where they belong; those of before the session began are left out."""
    begun_s = min(frame.received_s - (frame.first_sample + len(frame.counts)) / rate_hz for frame in stream)
    for frame in stream:
        first = round(begun_s * rate_hz) + frame.first_sample
        begin, end = max(first, 0), min(first + len(frame.counts), samples_uv.shape[1])
        if begin < end:
            samples_uv[:, begin:end] = frame.microvolts[:, begin - first : end - first]
            if frame.movement_g is not None:
                movement_g[begin:end] = frame.movement_g[begin - first : end - first]


def _annotations(store: History, session_id: str) -> list[Annotation]:
    phases = [
        Annotation(phase.start_s, phase.end_s - phase.start_s if phase.end_s is not None else None, phase.title)
        for phase in store.phases(session_id)
    ]
    marks = [Annotation(marker.at_s, None, marker.label) for marker in store.markers(session_id)]
    turns = [
        Annotation(event.at_s, None, f"{event.kind} {json.dumps(event.detail)}" if event.detail else event.kind)
        for event in store.timeline_events(session_id)
    ]
    return [*phases, *marks, *turns]
