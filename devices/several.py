"""The straps of several people at once: each one's own, and none taken for another's."""

from collections.abc import Sequence
from pathlib import Path

from devices.schemes import NO_STRAP
from devices.source import Band, Source, SourceError
from devices.together import Together
from devices.uri import open_source, recording_path, split_uri


def open_straps(uris: Sequence[str]) -> list[Source]:
    """The sources of several people, in order; nothing is connected yet.

    Simulated people who would be the same one get a seed of their own.

    Raises
    ------
    ValueError
        If two people have the same strap or recording, or one has none that can be told from any other.
    SourceError
        If one of them is not to be had.
    """
    taken: set[str] = set()
    sources: list[Source] = []
    for uri in uris:
        check_own(uri)
        own = _of_its_own(uri, taken)
        taken.add(_same_for_all(own))
        sources.append(open_source(own))
    for source in sources:
        source.leave_to_others(other.info.uri for other in sources if other is not source)
    return sources


def check_own(uri: str) -> None:
    """Whether a device can be kept for one person.

    Raises
    ------
    ValueError
        If it is none, may be anybody's, or has a band on the head.
    SourceError
        If it is not to be had.
    """
    if uri == NO_STRAP:
        raise ValueError(f"everybody in a group wears a strap, and {NO_STRAP} is none")
    if uri == "ble:":
        raise ValueError(
            "the nearest strap, ble: alone, may be anybody's: name its address, as `biofeedback scan` tells it"
        )
    # Opening it says what is wrong with it, before it is looked at any closer
    if isinstance(open_source(uri), Band | Together):
        raise ValueError(f"everybody in a group wears a strap alone, and {uri} has a band on the head")


def are_one(uri: str, other: str) -> bool:
    """Whether two people with these would wear the same strap, however it is written.

    A simulated person without a seed gets one of its own in a group, and so is nobody's double.
    """
    try:
        same = _same_for_all(uri) == _same_for_all(other)
        return same and not (uri.startswith("sim:") and "seed" not in split_uri(uri, uri.partition(":")[2])[1])
    except SourceError:  # what no device is cannot be worn by two
        return uri == other


def _of_its_own(uri: str, taken: set[str]) -> str:
    """The same, with a seed of its own where a simulated person without one would be another's double."""
    if _same_for_all(uri) not in taken:
        return uri
    scheme, _, rest = uri.partition(":")
    parameters = split_uri(uri, rest)[1] if scheme == "sim" else {}
    if scheme != "sim" or "seed" in parameters:
        raise ValueError(f"two people cannot wear the same strap, and {uri} stands twice")
    seeds = (f"{uri}{'&' if parameters else '?'}seed={seed}" for seed in range(2, len(taken) + 3))
    return next(each for each in seeds if _same_for_all(each) not in taken)


def _same_for_all(uri: str) -> str:
    """What is the same for every spelling of one strap."""
    scheme, _, rest = uri.partition(":")
    if scheme == "ble":
        return uri.upper()
    if scheme == "replay":
        return str(Path(recording_path(uri, rest)).resolve())
    name, parameters = split_uri(uri, rest)
    return f"sim:{name or 'rest'}?{sorted(({'seed': '1'} | parameters).items())}"
