"""What Muse headbands (2016, Muse 2, Muse S) say and are told over Bluetooth, read and written.

The maker publishes none of it. Commands, characteristics and packets are those that muse-lsl (A. Barachant), muse-js
(U. Shaked) and BrainFlow found and agree about; the electrodes and their reference (Fpz) stand in the maker's
"Technical Specifications, Validation, and Research Use" (2016).

An electrode has a characteristic of its own. Each of its packets holds a number, which all electrodes share, and 12
samples of 12 bits; a packet of the accelerometer a number and three samples of three axes; one of the telemetry, every
ten seconds, the charge. Numbers are big-endian.
"""

import json
import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from devices.gatt import MalformedPacketError

_BASE = "273e{:04x}-4c4d-454d-96be-f03bac821358"
CONTROL, ACCELEROMETER, TELEMETRY = (_BASE.format(number) for number in (0x0001, 0x000A, 0x000B))
ELECTRODES = {"TP9": _BASE.format(3), "AF7": _BASE.format(4), "AF8": _BASE.format(5), "TP10": _BASE.format(6)}
ALL_IN_ONE = _BASE.format(0x0013), _BASE.format(0x0014)
"""Through which the Muse S Athena sends all it has (`devices.eeg.athena`); the second is not always there."""
REFERENCE = "Fpz"
RATE_HZ, UV_PER_COUNT, ZERO = 256.0, 0.48828125, 2048
"""12 bits over 2 mV; a packet counts from 0 upwards."""
G_PER_COUNT = 1.0 / 16384
"""16 bits over 4 g."""
N_SAMPLES, N_ACCELERATIONS, N_AXES = 12, 3, 3
NUMBERS = 1 << 16
"""Of packets; then they begin again."""

HALT, PRESET, STATUS, GO = "h", "p21", "s", "d"
"""Preset 21 streams the four electrodes and the accelerometer, on every one of these bands."""
LONGEST_REPLY = 4096

_EEG = struct.Struct(">H18s")
_ACCELEROMETER = struct.Struct(">H9h")
_TELEMETRY = struct.Struct(">HH")
_CHARGE_UNITS = 512.0


def encode_command(command: str) -> bytes:
    """A command for the control characteristic: its length, its letters, the end of a line."""
    return bytes([len(command) + 1]) + command.encode("ascii") + b"\n"


def decode_electrode(payload: bytes) -> tuple[int, NDArray[np.int32]]:
    """The number of a packet of one electrode and its samples, shape (12,), around zero.

    Raises
    ------
    MalformedPacketError
        If it has another size.
    """
    if len(payload) != _EEG.size:
        raise MalformedPacketError(f"a packet of an electrode has {_EEG.size} bytes", payload)
    number, packed = _EEG.unpack(payload)
    triples = np.frombuffer(packed, np.uint8).reshape(-1, 3).astype(np.int32)
    first = triples[:, 0] << 4 | triples[:, 1] >> 4
    second = (triples[:, 1] & 0x0F) << 8 | triples[:, 2]
    return number, np.column_stack([first, second]).ravel() - ZERO


def encode_electrode(number: int, counts: NDArray[np.integer]) -> bytes:
    """A packet of one electrode as the band sends it: 12 counts from -2048 to 2047."""
    pairs = (counts.astype(np.int32) + ZERO).reshape(-1, 2)
    packed = np.column_stack([pairs[:, 0] >> 4, (pairs[:, 0] & 0x0F) << 4 | pairs[:, 1] >> 8, pairs[:, 1] & 0xFF])
    return _EEG.pack(number % NUMBERS, packed.astype(np.uint8).tobytes())


def decode_accelerometer(payload: bytes) -> NDArray[np.int32]:
    """Three samples of three axes, shape (3, 3), oldest first.

    Raises
    ------
    MalformedPacketError
        If it has another size.
    """
    if len(payload) != _ACCELEROMETER.size:
        raise MalformedPacketError(f"a packet of the accelerometer has {_ACCELEROMETER.size} bytes", payload)
    return np.array(_ACCELEROMETER.unpack(payload)[1:], np.int32).reshape(N_ACCELERATIONS, N_AXES)


def encode_accelerometer(number: int, counts: NDArray[np.integer]) -> bytes:
    """A packet of the accelerometer as the band sends it."""
    return _ACCELEROMETER.pack(number % NUMBERS, *counts.ravel().tolist())


def decode_charge(payload: bytes) -> int:
    """The charge in percent that a packet of telemetry tells.

    Raises
    ------
    MalformedPacketError
        If it is cut short, or tells of more than there can be.
    """
    if len(payload) < _TELEMETRY.size:
        raise MalformedPacketError(f"a packet of telemetry has at least {_TELEMETRY.size} bytes", payload)
    percent = round(int.from_bytes(payload[2:4]) / _CHARGE_UNITS)
    if percent > 100:
        raise MalformedPacketError(f"a charge of {percent} %", payload)
    return percent


def encode_charge(number: int, percent: float) -> bytes:
    """A packet of telemetry as the band sends it, with what else stands there left at zero."""
    return _TELEMETRY.pack(number % NUMBERS, round(percent * _CHARGE_UNITS)) + bytes(16)


@dataclass(slots=True)
class Replies:
    """Puts the answers to commands together: JSON in pieces, each a length and so many letters, one after another."""

    _text: str = field(default="", init=False)

    def take(self, payload: bytes) -> list[dict[str, object]]:
        """The answers that end with this piece; one that cannot be read is passed over."""
        self._text += payload[1 : 1 + payload[0]].decode("ascii", "replace") if payload else ""
        *whole, rest = self._text.split("}")
        self._text = rest if len(rest) < LONGEST_REPLY else ""
        return [reply for text in whole if (reply := _answer(text + "}"))]


def _answer(text: str) -> dict[str, object]:
    try:
        told = json.loads(text.strip())
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
