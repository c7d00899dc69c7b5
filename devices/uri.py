"""Device URIs: `sim:`, `replay:PATH`, `ble:ADDRESS` and `none:`, read in one place."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote

from devices.absent import NoStrap
from devices.schemes import NO_STRAP
from devices.simulated import SCENARIOS, SimulatedStrap, scenario_from
from devices.source import Source, SourceError, did_you_mean

SCHEMES = ("sim", "replay", "ble", "none")


def open_source(uri: str) -> Source:
    """The source that a device URI names; nothing is connected yet.

    Raises
    ------
    SourceError
        If the URI or what it names is not to be had.
    """
    if uri == NO_STRAP:
        return NoStrap()
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme not in SCHEMES:
        raise SourceError(
            f"'{uri}' is not a device.{_meant(uri)} Use sim:, replay:FILE, ble:ADDRESS (ble: alone for the nearest) or "
            "none:."
        )
    if scheme == "ble":
        from devices.bluetooth_strap import BluetoothStrap  # bleak is slow to import

        try:
            return BluetoothStrap(rest or None)
        except ValueError as error:
            raise SourceError(f"'{uri}' is not a device: {error}.") from error
    if scheme == "replay":
        from devices.recordings import read_recording  # numpy is slow to import
        from devices.replayed import ReplayedStrap

        return ReplayedStrap(read_recording(recording_path(uri, rest)))
    name, parameters = split_uri(uri, rest)
    scenario, seed = scenario_from(name, parameters)
    return SimulatedStrap(scenario, seed, uri)


def speed_of(uri: str) -> float | None:
    """The speed that a replay asks for in its URI; None where it asks for none.

    Raises
    ------
    SourceError
        If it is not a number of 0 or more.
    """
    scheme, _, rest = uri.partition(":")
    if scheme != "replay" or _is_file(rest):
        return None
    text = split_uri(uri, rest)[1].get("speed")
    if text is None:
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed < float("inf"):
        raise SourceError(f"speed={text}: must be a number of 0 or more (0: as fast as possible).")
    return speed


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
    unknown = set(parameters) - {"speed"}
    if unknown:
        name = sorted(unknown)[0]
        raise SourceError(f"'{uri}': a recording has no '{name}'.{did_you_mean(name, ['speed'])} Known: speed.")
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
