"""The control point of Polar's measurement service (PMD): commands, answers, and what they mean.

Source: Polar Electro, Polar Measurement Data Specification for 3rd party (sections on the control point and its
settings), and the answer codes and setting types of the public polar-ble-sdk, which go beyond it.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from devices.gatt import MalformedPacketError

PMD_SERVICE = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
PMD_CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
PMD_DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

_FEATURES, _ANSWER, _STOPPED = 0x0F, 0xF0, 0x01


class Measurement(IntEnum):
    """The streams that are used, by their number."""

    ECG = 0
    ACCELEROMETER = 2


class Operation(IntEnum):
    """What the control point is asked for."""

    SETTINGS = 1
    START = 2
    STOP = 3


class Status(IntEnum):
    """How the strap answers."""

    SUCCESS = 0
    INVALID_OPERATION = 1
    INVALID_MEASUREMENT = 2
    NOT_SUPPORTED = 3
    INVALID_LENGTH = 4
    INVALID_PARAMETER = 5
    ALREADY_IN_STATE = 6
    INVALID_RESOLUTION = 7
    INVALID_RATE = 8
    INVALID_RANGE = 9
    INVALID_MTU = 10
    INVALID_CHANNELS = 11
    INVALID_STATE = 12
    IN_CHARGER = 13
    DISK_FULL = 14


_WORDS = {
    Status.SUCCESS: "it did",
    Status.INVALID_OPERATION: "it does not know the command",
    Status.INVALID_MEASUREMENT: "it does not know the measurement",
    Status.NOT_SUPPORTED: "it does not offer this",
    Status.INVALID_LENGTH: "the command has the wrong length",
    Status.INVALID_PARAMETER: "a setting is not possible",
    Status.ALREADY_IN_STATE: "the stream runs already",
    Status.INVALID_RESOLUTION: "the resolution is not possible",
    Status.INVALID_RATE: "the rate is not possible",
    Status.INVALID_RANGE: "the range is not possible",
    Status.INVALID_MTU: "the packets of this connection are too small",
    Status.INVALID_CHANNELS: "the number of channels is not possible",
    Status.INVALID_STATE: "it is not ready",
    Status.IN_CHARGER: "it is in the charger",
    Status.DISK_FULL: "its memory is full",
}


def words_of(status: int) -> str:
    """Why a strap did not do as it was asked, to follow "the strap says"."""
    return _WORDS[Status(status)] if status in _WORDS else f"error {status}"


class Setting(IntEnum):
    """What a stream can be set to. The factor is told by the strap, never asked for."""

    RATE_HZ = 0
    RESOLUTION_BITS = 1
    RANGE = 2
    RANGE_MILLI = 3
    CHANNELS = 4
    FACTOR = 5


_SIZES = {
    Setting.RATE_HZ: 2,
    Setting.RESOLUTION_BITS: 2,
    Setting.RANGE: 2,
    Setting.RANGE_MILLI: 4,
    Setting.CHANNELS: 1,
    Setting.FACTOR: 4,
}

Settings = Mapping[Setting, tuple[int, ...]]
"""For each setting what is offered, or the single value that holds. A factor is given by the bits of its float32."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the control point; a long one comes in parts, all but the last with `more`."""

    operation: int
    measurement: int
    status: int
    more: bool
    parameters: bytes


def decode_features(value: bytes) -> frozenset[Measurement]:
    """The streams that a strap offers, from the value of the control point when it is read.

    Raises
    ------
    MalformedPacketError
        If the value does not tell features.
    """
    if len(value) < 2 or value[0] != _FEATURES:
        raise MalformedPacketError("the features of a strap begin with 0f", value)
    return frozenset(kind for kind in Measurement if value[1] >> kind & 1)


def decode_answer(value: bytes) -> Answer | None:
    """An answer; None for the other values that the control point tells.

    Raises
    ------
    MalformedPacketError
        If the answer is cut short.
    """
    if not value or value[0] != _ANSWER:
        return None
    if len(value) < 4:
        raise MalformedPacketError("an answer has at least 4 bytes", value)
    return Answer(value[1], value[2], value[3], len(value) > 4 and value[4] != 0, value[5:])


def decode_stopped(value: bytes) -> frozenset[Measurement]:
    """The streams that the strap ended by itself; none where the value tells something else."""
    ended = value[1:] if value and value[0] == _STOPPED else b""
    return frozenset(kind for kind in Measurement if kind in ended)


def encode_answer(operation: int, measurement: int, status: int = Status.SUCCESS, parameters: bytes = b"") -> bytes:
    """An answer as a strap gives it, in one part."""
    return bytes((_ANSWER, operation, measurement, status, 0)) + parameters


def encode_command(
    operation: Operation, measurement: Measurement, chosen: Mapping[Setting, int] | None = None
) -> bytes:
    """A command for the control point; settings only go with a start."""
    return bytes((operation, measurement)) + encode_settings({setting: (v,) for setting, v in (chosen or {}).items()})


def encode_settings(settings: Settings) -> bytes:
    """Settings as commands and answers carry them: each its type, the number of values, and the values."""
    return b"".join(
        bytes((setting, len(values))) + b"".join(value.to_bytes(_SIZES[setting], "little") for value in values)
        for setting, values in settings.items()
    )


def decode_settings(parameters: bytes) -> Settings:
    """Settings of an answer; a single byte holds none (a Polar H10 ends some answers with one).

    Raises
    ------
    MalformedPacketError
        If a setting is unknown, for its length is then too, or cut short.
    """
    settings, rest = _settings_until(parameters, None)
    if len(rest) > 1:
        raise MalformedPacketError("a setting is unknown or cut short", parameters)
    return settings


def choose_settings(measurement: Measurement, offered: Settings) -> dict[Setting, int]:
    """What to start a stream with, of what the strap offers.

    The electrocardiogram as fine as it can be had. The accelerometer as slow and in as small a range as it can be
    had, for breathing and posture change slowly and little, and every sample costs battery and room.
    """
    coarse = (Setting.RATE_HZ, Setting.RANGE, Setting.RANGE_MILLI) if measurement is Measurement.ACCELEROMETER else ()
    return {
        setting: min(values) if setting in coarse else max(values)
        for setting, values in offered.items()
        if values and setting is not Setting.FACTOR
    }


@dataclass(frozen=True, slots=True)
class StreamStart:
    """How a stream was started.

    Attributes
    ----------
    measurement : Measurement
    rate_hz : int
        Samples a second that were asked for.
    factor : float or None
        What one unit of a compressed frame is worth; None where the strap told none.
    """

    measurement: Measurement
    rate_hz: int
    factor: float | None


def encode_start(command: bytes, answer: bytes) -> bytes:
    """Command and answer as one payload of format ``pmd_start``."""
    return command + answer


def decode_start(payload: bytes) -> StreamStart:
    """How a stream was started, from the command and the answer behind it.

    Raises
    ------
    MalformedPacketError
        If it is no command to start a known stream, with its rate, and an answer that it was started.
    """
    if len(payload) < 2 or payload[0] != Operation.START or payload[1] not in (*Measurement,):
        raise MalformedPacketError("not a command to start a known stream", payload)
    asked, rest = _settings_until(payload[2:], _ANSWER)
    answer = decode_answer(rest)
    if answer is None or (answer.operation, answer.measurement) != (payload[0], payload[1]):
        raise MalformedPacketError("no answer to the start of the stream", payload)
    if answer.status != Status.SUCCESS:
        raise MalformedPacketError("the stream was not started", payload)
    rates = asked.get(Setting.RATE_HZ, ())
    if len(rates) != 1 or not rates[0]:
        raise MalformedPacketError("no rate of the stream", payload)
    told = decode_settings(answer.parameters).get(Setting.FACTOR, ())
    return StreamStart(Measurement(payload[1]), rates[0], _float_of(told[0], payload) if told else None)


def _float_of(bits: int, payload: bytes) -> float:
    factor: float = struct.unpack("<f", bits.to_bytes(4, "little"))[0]
    if not 0.0 < factor < 1e6:
        raise MalformedPacketError(f"a unit cannot be worth {factor}", payload)
    return factor


def _settings_until(parameters: bytes, end: int | None) -> tuple[dict[Setting, tuple[int, ...]], bytes]:
    """Settings up to a byte that begins none, or is not followed by all it promises; and what is left."""
    settings: dict[Setting, tuple[int, ...]] = {}
    at = 0
    while at + 2 <= len(parameters) and parameters[at] != end and parameters[at] in _SIZES:
        setting, n_values = Setting(parameters[at]), parameters[at + 1]
        size, begin = _SIZES[setting], at + 2
        after = begin + n_values * size
        if after > len(parameters):
            break
        settings[setting] = tuple(int.from_bytes(parameters[i : i + size], "little") for i in range(begin, after, size))
        at = after
    return settings, parameters[at:]
