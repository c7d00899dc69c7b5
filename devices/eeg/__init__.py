"""Electroencephalograms in files, and of a simulated head."""

from pathlib import Path

from devices.eeg.edf import is_edf, read_edf
from devices.eeg.recording import EegRecording
from devices.eeg.tables import is_eeg_table, read_eeg_table
from devices.recordings.content import N_HEAD, decoded, unpacked
from devices.source import SourceError

__all__ = ["EegRecording", "read_eeg"]


def read_eeg(path: Path, content: bytes, rate_hz: float | None = None) -> EegRecording | None:
    """The electroencephalogram that a file holds; None where it is of another kind.

    Parameters
    ----------
    path : Path
        What the file is called in messages.
    content : bytes
        EDF, EDF+ or a table of electrodes, which may be packed with gzip.
    rate_hz : float, optional
        Samples a second, of a table that does not tell.

    Raises
    ------
    SourceError
        If it is one and cannot be read.
    """
    whole = unpacked(path, content)
    if is_edf(whole):
        if rate_hz is not None:
            raise SourceError(f"{path} tells itself how many samples a second it has. Leave --rate out.")
        return read_edf(path, whole)
    if not is_eeg_table(whole[:N_HEAD].decode("utf-8-sig", "replace")):
        return None
    return read_eeg_table(path, decoded(path, whole)[0], rate_hz)
