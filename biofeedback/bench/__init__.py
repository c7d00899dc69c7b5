"""The program measured on the machine it runs on, against the goals it was built to."""

import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from biofeedback.bench.measurement import Measurement
from biofeedback.storage.protection.key_file import PASSPHRASE
from biofeedback.storage.protection.keychain import CHOICE, NONE

Measuring = Callable[..., dict[str, Measurement]]
"""Takes the folder of recordings of real people, where there is one; of those in `RUNS` also the number of runs."""

MEASUREMENTS = {
    "start": "biofeedback.bench.program:start",
    "first_breath": "biofeedback.bench.first_breath:first_breath",
    "beat_to_pixel": "biofeedback.bench.program:beat_to_pixel",
    "pacer": "biofeedback.bench.program:pacer",
    "analysis": "biofeedback.bench.program:analysis",
    "verdicts": "biofeedback.bench.verdicts:verdicts",
    "breathing": "biofeedback.bench.breathing:breathing",
    "resonance": "biofeedback.bench.resonance:resonance",
    "reference": "biofeedback.bench.reference:reference",
    "exercises": "biofeedback.bench.exercises:exercises",
    "relations": "biofeedback.bench.relations:measured",
    "eeg": "biofeedback.bench.eeg:eeg",
    "neurofeedback": "biofeedback.bench.neurofeedback:neurofeedback",
    "sound": "biofeedback.bench.sound:sound",
    "scenes": "biofeedback.bench.scenes:scenes",
    "clinic": "biofeedback.bench.clinic:clinic",
    "office": "biofeedback.bench.office:office",
    "encryption": "biofeedback.bench.encryption:encryption",
    "history": "biofeedback.bench.history:history",
    "faults": "biofeedback.bench.faults:faults",
    "kills": "biofeedback.bench.kills:kills",
    "fuzz": "biofeedback.bench.fuzz:fuzz",
    "group": "biofeedback.bench.group:group",
    "tiles": "biofeedback.bench.tiles:tiles",
    "session": "biofeedback.bench.program:session",
    "memory": "biofeedback.bench.program:memory",
}
"""Where each measurement lives; it is imported only when it is made."""

RUNS = {"faults": 200, "eeg": 24, "kills": 40, "fuzz": 20_000, "neurofeedback": 12}
"""Measurements that are made of as many runs as one likes, with their usual number."""

NEEDED = {"faults": "bumble"}
"""Packages that a measurement needs and the program does not."""


def measurable() -> list[str]:
    """The measurements that can be made with the packages that are here."""
    return [name for name in MEASUREMENTS if name not in NEEDED or find_spec(NEEDED[name])]


def measure(
    names: Iterable[str],
    recordings: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
    n_runs: int | None = None,
) -> dict[str, dict[str, Any]]:
    """Run measurements by name; each in a process of its own, so that none sees what another left behind.

    Parameters
    ----------
    names : iterable of str
        Of `MEASUREMENTS`.
    recordings : Path, optional
        A folder of recordings of real people with reference values; what needs it is left out without one.
    tell : callable, optional
        Takes a line before each measurement.
    n_runs : int, optional
        For those in `RUNS`, in place of their usual number.

    Raises
    ------
    MeasurementError
        Where one could not be made.
    """
    figures: dict[str, dict[str, Any]] = {}
    for name in names:
        tell(f"Measuring {name} ...")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            runs = (n_runs or RUNS[name],) if name in RUNS else ()
            found = pool.submit(_measure, MEASUREMENTS[name], recordings, *runs).result()
        figures |= {key: asdict(measurement) for key, measurement in found.items()}
    return figures


def _measure(where: str, recordings: Path | None, *n_runs: int) -> dict[str, Measurement]:
    # Data of a measurement leave no key in the keychain of the computer
    os.environ[CHOICE] = NONE
    os.environ.pop(PASSPHRASE, None)
    module, name = where.split(":")
    measuring: Measuring = getattr(import_module(module), name)
    return measuring(recordings, *n_runs)
