"""What a strap sent beside its beats, as a table: its electrocardiogram, or its accelerometer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biofeedback.exchange.files import ExportError, written_whole
from biofeedback.storage.history import History
from biofeedback.storage.records import StoredAccelerometer, StoredEcg

ECG_COLUMNS = ("time_s", "ecg_uv")
ACCELEROMETER_COLUMNS = ("time_s", "x_mg", "y_mg", "z_mg")
N_ROWS = 10_000
"""Lines that are made in memory at a time."""


def write_ecg(store: History, session_id: str, path: Path, *, force: bool = False) -> int:
    """Write the electrocardiogram of a saved session: a line a sample, seconds of the session and microvolts.

    Returns
    -------
    int
        How many samples were written.

    Raises
    ------
    StoreError
        If there is no such session.
    ExportError
        If the file cannot be written, or the session has none.
    """
    ecg = store.ecg(session_id)
    if not len(ecg.microvolts):
        raise _missing(session_id, "electrocardiogram")
    return _write_table(path, ECG_COLUMNS, session_seconds(ecg), ecg.microvolts[:, np.newaxis], force=force)


def write_accelerometer(store: History, session_id: str, path: Path, *, force: bool = False) -> int:
    """Write the accelerometer of a saved session: a line a sample, seconds of the session and thousandths of gravity.

    Returns
    -------
    int
        How many samples were written.

    Raises
    ------
    StoreError
        If there is no such session.
    ExportError
        If the file cannot be written, or the session has none.
    """
    accelerometer = store.accelerometer(session_id)
    if not len(accelerometer.milli_g):
        raise _missing(session_id, "accelerometer")
    return _write_table(path, ACCELEROMETER_COLUMNS, session_seconds(accelerometer), accelerometer.milli_g, force=force)


def session_seconds(samples: StoredEcg | StoredAccelerometer) -> NDArray[np.float64]:
    """When each sample was taken, in seconds of the session.

    The strap's clock tells the distances. It is laid over the session's so that the frame that came soonest was not
    late: anew where the strap was asked anew, for it may have set its clock.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
    """
    time_s = np.zeros(len(samples.strap_ns))
    for number in np.unique(samples.stream):
        inside = samples.stream == number
        strap_ns = samples.strap_ns[inside]
        strap_s = (strap_ns - strap_ns[0]) / 1e9
        time_s[inside] = strap_s + np.min(samples.received_s[inside] - strap_s)
    return time_s


def _missing(session_id: str, what: str) -> ExportError:
    return ExportError(
        f"Session {session_id} has no {what}: the strap did not send one. Everything else of it is kept, and "
        "--format packets or rr writes that."
    )


def _write_table(
    path: Path, columns: Sequence[str], time_s: NDArray[np.float64], values: NDArray[Any], *, force: bool
) -> int:
    with written_whole(path, force=force) as file:
        file.write(f"{','.join(columns)}\n".encode())
        for begin in range(0, len(time_s), N_ROWS):
            rows = zip(time_s[begin : begin + N_ROWS].tolist(), values[begin : begin + N_ROWS].tolist(), strict=True)
            lines = (f"{at_s:.6f},{','.join(f'{value:.10g}' for value in row)}\n" for at_s, row in rows)
            file.write("".join(lines).encode())
    return len(time_s)
