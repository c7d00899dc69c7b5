"""The file format of Polar's programs (Polar HRM file format 1.4)."""

from dataclasses import replace
from pathlib import Path

from devices.recordings.intervals import read_intervals
from devices.recordings.understood import Understood
from devices.samples import Packet
from devices.source import SourceError


def is_hrm(path: Path, text: str) -> bool:
    """Whether a file is one, by its first line or its name."""
    return text.lstrip()[:8].lower() == "[params]" or path.name.lower().removesuffix(".gz").endswith(".hrm")


def read_hrm(path: Path, text: str, encoding: str) -> tuple[tuple[Packet, ...], Understood]:
    """The intervals in milliseconds of its section of data.

    Raises
    ------
    SourceError
        If it has none.
    """
    lines = text.split("\n")
    sections = {line.strip().lower(): number for number, line in enumerate(lines, 1) if line.startswith("[")}
    if "[hrdata]" not in sections:
        raise SourceError(f"{path}: a Polar HRM file has a section [HRData], this one has none.")
    interval = next((line.partition("=")[2].strip() for line in lines if line.lower().startswith("interval=")), "238")
    if interval not in ("238", "0"):
        raise SourceError(
            f"{path} holds heart rate every {interval} s, not beat by beat. Export the recording with RR intervals."
        )
    begin = sections["[hrdata]"]
    end = next((n for n, line in enumerate(lines[begin:], begin) if line.startswith("[")), len(lines))
    # Lines above the data are left blank, so that a fault is told with its line in the file
    packets, understood = read_intervals(path, "\n" * begin + "\n".join(lines[begin:end]), encoding)
    return packets, replace(understood, format="polar_hrm")
