"""Streams of the lab streaming layer as bands. The only module that imports pylsl, which is an extra."""

import contextlib
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from devices.eeg.frames import FINEST_UV, MOST_CHANNELS, RATES_HZ
from devices.eeg.polled import Feed, FeedError, PolledBand, Taken, steps_by_time
from devices.eeg.recording import distinct, electrode_of
from devices.samples import EegDescription
from devices.source import SourceError, SourceInfo
from devices.told import told_text

RESOLVE_S, OPEN_S, HELD_S = 1.0, 3.0, 30
MOST_TAKEN, MOST_FOUND = 4096, 1000
UNITS_UV = {
    **dict.fromkeys(("microvolts", "microvolt", "uv", "µv", "μv"), 1.0),
    **dict.fromkeys(("millivolts", "millivolt", "mv"), 1e3),
    **dict.fromkeys(("volts", "volt", "v"), 1e6),
}
NO_UNIT = "The stream does not tell its unit; microvolts are taken for it."
NO_PLACES = "The stream does not name its electrodes, so that nobody can tell what they lie over."
SENT_HERE = set[str]()
"""Streams that this process sends itself, by the number of their source: they are no band."""
_QUIET = "[log]\nlevel = -3\n"


def lsl_band(uri: str, name: str) -> PolledBand:
    """The stream of that name as a band; of no name, the first electroencephalogram that is found.

    Raises
    ------
    SourceError
        If pylsl, or its library, is not installed.
    """
    pylsl = library()
    shown = f"the stream '{told_text(name)}'" if name else "a stream of EEG"
    info = SourceInfo(uri, shown, simulated=False, strap=False)
    return PolledBand(info, lambda: LslFeed(pylsl, name, shown))


def names_in_reach() -> tuple[str, ...]:
    """Names of the streams of EEG that other programs send in this network, each once; asks for a second.

    One whose name holds what would command a terminal is left out: it could not be chosen by what is shown of it.

    Raises
    ------
    SourceError
        If pylsl, or its library, is not installed.
    """
    found = library().resolve_byprop("type", "EEG", MOST_FOUND, RESOLVE_S)
    names = {stream.name() for stream in found if stream.source_id() not in SENT_HERE}
    return tuple(sorted(name for name in names if name and name == told_text(name)))


def library() -> ModuleType:
    """pylsl, told not to write to the terminal.

    Raises
    ------
    SourceError
        If it, or its library, is not installed.
    """
    try:
        import pylsl
    except (ImportError, OSError, RuntimeError) as error:  # the package is there, and the library it stands on is not
        raise SourceError(
            "Streams of the lab streaming layer need pylsl with its library liblsl, which is not installed here. "
            "Install it with: pip install 'hrv-biofeedback[eeg]'"
        ) from error
    if not (os.environ.get("LSLAPICFG") or any(Path(each).is_file() for each in _CONFIGURATIONS)):
        pylsl.set_config_content(_QUIET)  # it writes to the terminal else, where a person reads
    module: ModuleType = pylsl
    return module


_CONFIGURATIONS = ("lsl_api.cfg", Path.home() / "lsl_api/lsl_api.cfg", "/etc/lsl_api/lsl_api.cfg")


class LslFeed(Feed):
    """An open stream.

    Parameters
    ----------
    pylsl : module
    name : str
    shown : str
        What it is called in sentences.

    Raises
    ------
    FeedError
        If it is not there, or is no electroencephalogram.
    """

    def __init__(self, pylsl: ModuleType, name: str, shown: str) -> None:
        self._pylsl = pylsl
        sought = ("name", name) if name else ("type", "EEG")
        found = pylsl.resolve_byprop(*sought, 1 + len(SENT_HERE), RESOLVE_S)
        found = [stream for stream in found if stream.source_id() not in SENT_HERE]
        if not found:
            raise FeedError(f"There is no sign of {shown}. Start the program that sends it, in the same network.")
        self._inlet = pylsl.StreamInlet(found[0], max_buflen=HELD_S, recover=False)
        try:
            self._describe(self._inlet.info(timeout=OPEN_S), shown)
            self._inlet.open_stream(timeout=OPEN_S)
        except (pylsl.util.LostError, pylsl.util.TimeoutError) as error:
            self.close()
            raise FeedError(f"It was not possible to open {shown}. See that the program that sends it runs.") from error
        except FeedError:
            self.close()
            raise
        self._last_s: float | None = None

    def _describe(self, stream: Any, shown: str) -> None:
        rate_hz, n = stream.nominal_srate(), stream.channel_count()
        if stream.channel_format() == self._pylsl.cf_string or not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
            raise FeedError(f"It is no electroencephalogram that {shown} sends: it has no samples at a steady rate.")
        labels = [told_text(label or "") for label in stream.get_channel_labels() or [""] * n]
        types = [(kind or "").strip().upper() for kind in stream.get_channel_types() or [""] * n]
        units = [(unit or "").strip().lower() for unit in stream.get_channel_units() or [""] * n]
        places = [electrode_of(label) for label in labels]
        chosen = [i for i in range(n) if places[i] and types[i] in ("", "EEG")]
        doubts = []
        if not chosen:
            chosen = [i for i in range(n) if types[i] == "EEG"] or (list(range(n)) if not any(types) else [])
            doubts.append(NO_PLACES)
        if not 0 < len(chosen) <= MOST_CHANNELS:
            raise FeedError(f"None of the channels that {shown} sends is an electroencephalogram.")
        unknown = sorted({units[i] for i in chosen} - {"", *UNITS_UV})
        if unknown:
            raise FeedError(f"The unit of {shown} is '{told_text(unknown[0])}', which is not read here.")
        if not all(units[i] for i in chosen):
            doubts.append(NO_UNIT)
        self._columns = np.array(chosen)
        self._to_uv = np.array([UNITS_UV.get(units[i], 1.0) for i in chosen])
        names = distinct([places[i] or labels[i] or f"Channel {i + 1}" for i in chosen])
        self.doubts = " ".join(doubts)
        self.description = EegDescription(told_text(stream.name()), names, float(rate_hz), FINEST_UV)

    def take(self) -> Taken:
        try:
            rows, at_s = self._inlet.pull_chunk(timeout=0.0, max_samples=MOST_TAKEN)
        except (self._pylsl.util.LostError, self._pylsl.util.InternalError) as error:
            raise FeedError("The stream has ended. See that the program that sends it runs.") from error
        samples = np.array(rows, float).reshape(len(at_s), -1)[:, self._columns] if at_s else np.zeros((0, 1))
        steps = steps_by_time(np.array(at_s, float), self._last_s, self.description.rate_hz)
        self._last_s = at_s[-1] if at_s else self._last_s
        return Taken(samples * self._to_uv, steps)

    def close(self) -> None:
        with contextlib.suppress(self._pylsl.util.LostError, self._pylsl.util.InternalError):
            self._inlet.close_stream()
        del self._inlet
