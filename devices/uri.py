"""Device URIs: `sim:`, `replay:PATH`, `ble:ADDRESS`, `eeg:BOARD`, `lsl:NAME`, `none:`, and two of them together."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from devices.absent import NoStrap
from devices.schemes import JOINED, NO_STRAP
from devices.simulated import KNOWN as STRAP_KNOWN
from devices.simulated import SCENARIOS, SimulatedStrap, scenario_from
from devices.source import Band, Source, SourceError, did_you_mean
from devices.together import Together

SCHEMES = ("sim", "replay", "ble", "eeg", "lsl", "none")
REAL = frozenset({"ble", "eeg", "lsl"})
"""Kinds of devices that have their own time."""
_JOINED = re.compile(rf"{re.escape(JOINED)}(?=(?:{'|'.join(SCHEMES)}):)")


def open_source(uri: str) -> Source:
    """The source that a device URI names, or the strap and the band that two joined by ` + ` do.

    Nothing is connected yet.

    Raises
    ------
    SourceError
        If the URI or what it names is not to be had.
    """
    opened = [_opened(part) for part in parts_of(uri)]
    if len(opened) == 1:
        return opened[0]
    bands = [source for source in opened if isinstance(source, Band)]
    straps = [source for source in opened if not isinstance(source, Band | Together)]
    if (len(bands), len(straps), len(opened)) != (1, 1, 2):
        raise SourceError(f"'{uri}': together are one strap and one band on the head, as in 'sim: + sim:head'.")
    return Together(straps[0], bands[0])


def parts_of(uri: str) -> list[str]:
    """The device URIs that are joined in one."""
    scheme, _, rest = uri.partition(":")
    return [uri] if scheme == "replay" and _is_file(rest) else _JOINED.split(uri)


def is_real(uri: str) -> bool:
    """Whether a device among those that are named has its own time, which cannot be made to go faster."""
    return any(part.partition(":")[0] in REAL for part in parts_of(uri))


def _opened(uri: str) -> Source:
    if uri == NO_STRAP:
        return NoStrap()
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme not in SCHEMES:
        raise SourceError(
            f"'{uri}' is not a device.{_meant(uri)} Use sim:, replay:FILE, ble:ADDRESS (ble: alone for the nearest), "
            "eeg:muse, lsl:NAME or none:."
        )
    if scheme == "ble":
        from devices.bluetooth_strap import BluetoothStrap  # bleak is slow to import

        try:
            return BluetoothStrap(rest or None)
        except ValueError as error:
            raise SourceError(f"'{uri}' is not a device: {error}.") from error
    if scheme == "eeg":
        return _board(uri, rest)
    if scheme == "lsl":
        from devices.eeg.lsl import lsl_band  # an extra, and numpy is slow to import

        return lsl_band(uri, rest)
    return _replayed(uri, rest) if scheme == "replay" else _simulated(uri, rest)


def _board(uri: str, rest: str) -> Source:
    name, parameters = split_uri(uri, rest)
    if name != "muse":
        from devices.eeg.brainflow_boards import brainflow_band  # numpy is slow to import

        return brainflow_band(uri, name, parameters)
    from devices.eeg.muse_band import MuseBand  # bleak is slow to import

    for unknown in sorted(set(parameters) - {"address"}):
        raise SourceError(
            f"'{uri}': a headband has no '{unknown}'.{did_you_mean(unknown, ['address'])} Known: address."
        )
    try:
        return MuseBand(parameters.get("address"))
    except ValueError as error:
        raise SourceError(f"'{uri}' is not a device: {error}.") from error


def _replayed(uri: str, rest: str) -> Source:
    from devices.eeg import read_eeg  # numpy is slow to import
    from devices.eeg.replayed_band import ReplayedBand
    from devices.recordings import recording_of
    from devices.recordings.content import read_content
    from devices.replayed import ReplayedStrap

    path = recording_path(uri, rest)
    content = read_content(path)
    rate_hz = _told_rate(uri)
    recording = read_eeg(path, content, rate_hz)
    if recording is not None:
        return ReplayedBand(recording, f"replay:{path}{f'?rate={rate_hz:g}' if rate_hz else ''}")
    if rate_hz is not None:
        raise SourceError(f"'{uri}': only a table of an electroencephalogram has a 'rate'. Leave it out.")
    return ReplayedStrap(recording_of(path, content))


def _simulated(uri: str, rest: str) -> Source:
    name, parameters = split_uri(uri, rest)
    with_band = parameters.get("eeg", "0") != "0"
    if name != "head" and not with_band:
        return SimulatedStrap(*scenario_from(name, parameters), uri)
    from devices.eeg.head import KNOWN, head_with  # numpy is slow to import
    from devices.eeg.simulated_band import SimulatedBand

    if name == "head":
        return SimulatedBand(head_with(parameters), uri)
    of_head = {key: text for key, text in parameters.items() if key in KNOWN}
    of_strap = {key: text for key, text in parameters.items() if key not in KNOWN or key in STRAP_KNOWN}
    strap = SimulatedStrap(*scenario_from(name, of_strap), uri)
    return Together(strap, SimulatedBand(head_with(of_head)), uri)


def speed_of(uri: str) -> float | None:
    """The speed that a replay asks for in its URI; None where it asks for none.

    Raises
    ------
    SourceError
        If it is not a number of 0 or more, or two ask for different ones.
    """
    asked = {speed for part in parts_of(uri) if (speed := _asked(part, "speed")) is not None}
    if len(asked) > 1:
        raise SourceError(f"'{uri}': there is one clock, and two speeds are asked for.")
    return asked.pop() if asked else None


def _told_rate(uri: str) -> float | None:
    rate_hz = _asked(uri, "rate")
    if rate_hz == 0.0:
        raise SourceError(f"'{uri}': a recording has more than 0 samples a second.")
    return rate_hz


def _asked(uri: str, name: str) -> float | None:
    """A number that the URI of a recording asks for; None where it does not."""
    scheme, _, rest = uri.partition(":")
    if scheme != "replay" or _is_file(rest):
        return None
    text = split_uri(uri, rest)[1].get(name)
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        at_once = " (0: as fast as possible)" if name == "speed" else ""
        raise SourceError(f"{name}={text}: must be a number of 0 or more{at_once}.")
    return number


def _meant(uri: str) -> str:
    """What may be meant by what is no device: a kind with a slip, a simulated person or a file without its kind."""
    kind, _, rest = uri.partition(":")
    if kind in SCENARIOS:
        return f" Did you mean 'sim:{kind}'?"
    if not rest and _is_file(kind):
        return f" Did you mean 'replay:{kind}'?"
    return did_you_mean(kind, SCHEMES, "{}:" + rest.replace("{", "{{").replace("}", "}}"))


def split_uri(uri: str, rest: str) -> tuple[str, dict[str, str]]:
    """The name and the parameters of what stands behind the scheme."""
    path, _, query = rest.partition("?")
    try:
        pairs = parse_qsl(query, strict_parsing=True, keep_blank_values=True) if query else []
    except ValueError:
        raise SourceError(f"'{uri}': parameters are written ?name=value&name=value.") from None
    for i, (name, _) in enumerate(pairs):
        if name in dict(pairs[:i]):
            raise SourceError(f"'{uri}': {name} stands twice.")
    return path, dict(pairs)


def recording_path(uri: str, rest: str) -> Path:
    """The file as it is written, even where its name holds a question mark."""
    if _is_file(rest):
        return Path(rest)
    name, parameters = split_uri(uri, rest)
    unknown = set(parameters) - {"speed", "rate"}
    if unknown:
        name = sorted(unknown)[0]
        meant = did_you_mean(name, ["speed", "rate"])
        raise SourceError(f"'{uri}': a recording has no '{name}'.{meant} Known: speed; rate, of a table of electrodes.")
    path = Path(name if _is_file(name) else unquote(name))
    try:
        return path.expanduser()
    except RuntimeError:  # no such user: the file is then missed by the name that was given
        return path


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # such as a name too long for the system
        return False
