"""Frames of a strap's electrocardiogram and accelerometer (Polar's measurement service, PMD), read and written.

Source: Polar Electro, Polar Measurement Data Specification for 3rd party (frame header, electrocardiogram type 0,
accelerometer type 1), and, for the other types and the compressed frames, what the public polar-ble-sdk reads.

A frame is the number of its measurement (1 byte), the strap's clock at the last sample (8 bytes, ns), the frame type
(1 byte, its highest bit set where the content is compressed), and the content:

- electrocardiogram type 0: 3 bytes a sample, signed, microvolts;
- accelerometer types 0, 1 and 2: x, y and z of 1, 2 or 3 bytes each, signed, thousandths of gravity;
- compressed accelerometer types 0 and 1: a first sample of 2 bytes an axis, then blocks, each with the width of a
  difference in bits, their number, and the differences to the sample before, packed from the lowest bit on. The
  answer to the start tells what a unit is worth: in gravity (type 0) or in thousandths of it (type 1).

Numbers are little-endian.
"""

import struct

import numpy as np
from numpy.typing import NDArray

from devices.gatt import MalformedPacketError
from devices.pmd_control import (
    Measurement,
    Operation,
    Setting,
    StreamStart,
    decode_start,
    encode_answer,
    encode_command,
    encode_start,
)
from devices.samples import AccelerometerFrame, EcgFrame, Packet, PacketFormat, StreamFrame

HEADER = struct.Struct("<BQB")
COMPRESSED = 0x80
N_AXES = 3
ECG_RATE_HZ = 130
ECG_BITS = 14
N_ECG_SAMPLES = 73
"""Samples in a frame of a Polar H10."""
MOST_BITS = 32
LOST_SHARE = 0.2
"""Two frames follow each other where their distance is within this share of what their samples take."""


def sample_layout(payload: bytes) -> tuple[int, int] | None:
    """Bytes of a number and numbers of a sample; None where the content is compressed or unknown.

    Parameters
    ----------
    payload : bytes
        A whole frame.
    """
    if len(payload) < HEADER.size:
        return None
    match payload[0], payload[HEADER.size - 1]:
        case Measurement.ECG, 0:
            return 3, 1
        case Measurement.ACCELEROMETER, (0 | 1 | 2) as frame_type:
            return frame_type + 1, N_AXES
        case _:
            return None


class FrameReader:
    """Reads the packets of a strap's streams as they come, in any mixture."""

    def __init__(self) -> None:
        self._started: dict[int, tuple[Packet, StreamStart]] = {}

    def started(self, packet: Packet) -> StreamStart:
        """Take note of how a stream was started, which the frames after it need.

        Raises
        ------
        MalformedPacketError
            If the payload does not tell it.
        """
        start = decode_start(packet.payload)
        self._started[start.measurement] = packet, start
        return start

    def frame(self, packet: Packet) -> StreamFrame:
        """Decode a frame.

        Raises
        ------
        MalformedPacketError
            If the payload does not follow its format, or its stream was not started.
        """
        payload = packet.payload
        if len(payload) <= HEADER.size:
            raise MalformedPacketError(f"a frame with samples has more than {HEADER.size} bytes", payload)
        measurement, strap_ns, frame_type = HEADER.unpack_from(payload)
        if measurement not in self._started:
            raise MalformedPacketError(f"a frame of stream {measurement}, which was not started", payload)
        started, start = self._started[measurement]
        if start.measurement is Measurement.ECG:
            return EcgFrame(packet, started, strap_ns, start.rate_hz, _ecg(payload))
        milli_g = _accelerometer(payload, frame_type, start.factor)
        return AccelerometerFrame(packet, started, strap_ns, start.rate_hz, milli_g)


def _ecg(payload: bytes) -> NDArray[np.int32]:
    layout = sample_layout(payload)
    if layout is None:
        raise MalformedPacketError("an electrocardiogram of unknown frame type", payload)
    microvolts = whole_numbers(payload, *layout)[:, 0]
    microvolts.flags.writeable = False
    return microvolts


def _accelerometer(payload: bytes, frame_type: int, factor: float | None) -> NDArray[np.float64]:
    layout = sample_layout(payload)
    if layout is not None:
        milli_g = whole_numbers(payload, *layout).astype(np.float64)
    elif frame_type == COMPRESSED and factor is not None:
        milli_g = _decompressed(payload) * (factor * 1000.0)
    elif frame_type == COMPRESSED | 1:
        milli_g = _decompressed(payload) * (1.0 if factor is None else factor)
    else:
        raise MalformedPacketError("an accelerometer of unknown frame type, or without its unit", payload)
    milli_g.flags.writeable = False
    return milli_g


def whole_numbers(payload: bytes, n_bytes: int, n_channels: int) -> NDArray[np.int32]:
    """The numbers of a frame that is not compressed.

    Parameters
    ----------
    payload : bytes
        A whole frame.
    n_bytes, n_channels : int
        Its layout, from `sample_layout`.

    Returns
    -------
    ndarray of int32, shape (n_samples, n_channels)

    Raises
    ------
    MalformedPacketError
        If there is no sample, or the last one is cut short.
    """
    n_samples, left = divmod(len(payload) - HEADER.size, n_bytes * n_channels)
    if left or not n_samples:
        raise MalformedPacketError("the last sample is cut short", payload)
    content = np.frombuffer(payload, np.uint8, offset=HEADER.size).reshape(-1, n_bytes)
    # In the upper bytes of a wider number, for the sign to come right when it is shifted down
    wide = np.zeros((len(content), 4), np.uint8)
    wide[:, 4 - n_bytes :] = content
    return (wide.view("<i4")[:, 0] >> (8 * (4 - n_bytes))).astype(np.int32).reshape(n_samples, n_channels)


def _decompressed(payload: bytes) -> NDArray[np.float64]:
    at = HEADER.size + 2 * N_AXES
    if len(payload) < at:
        raise MalformedPacketError("the first sample is cut short", payload)
    parts = [np.array([struct.unpack_from(f"<{N_AXES}h", payload, HEADER.size)], np.int64)]
    while at < len(payload):
        if at + 2 > len(payload):
            raise MalformedPacketError("a block of differences has no length", payload)
        width, n_samples = payload[at], payload[at + 1]
        n_bits = width * n_samples * N_AXES
        begin, at = at + 2, at + 2 + (n_bits + 7) // 8
        if not 1 <= width <= MOST_BITS or at > len(payload):
            raise MalformedPacketError("a block of differences is cut short, or of impossible width", payload)
        bits = np.unpackbits(np.frombuffer(payload, np.uint8, at - begin, begin), count=n_bits, bitorder="little")
        weights = 1 << np.arange(width, dtype=np.int64)
        weights[-1] *= -1
        parts.append(bits.reshape(n_samples, N_AXES, width).astype(np.int64) @ weights)
    return np.cumsum(np.concatenate(parts), axis=0).astype(np.float64)


def sample_times_ns(strap_ns: NDArray[np.int64], n_samples: NDArray[np.int64], rate_hz: float) -> NDArray[np.int64]:
    """The strap's clock at every sample of consecutive frames.

    A frame tells the time of its last sample. The others lie evenly between that and the frame before; where a frame
    was lost, or none is before, they lie as far apart as usual in these frames.

    Parameters
    ----------
    strap_ns, n_samples : ndarray of int64, shape (n_frames,)
        Of each frame, its clock and the number of its samples, which is at least 1.
    rate_hz : float
        Samples a second as the strap names them.

    Returns
    -------
    ndarray of int64, shape (sum of n_samples,)
    """
    nominal_ns = 1e9 / rate_hz
    steps_ns = np.full(len(strap_ns), np.nan)
    steps_ns[1:] = np.diff(strap_ns) / n_samples[1:]
    follows = np.abs(steps_ns - nominal_ns) <= LOST_SHARE * nominal_ns
    steps_ns[~follows] = np.median(steps_ns[follows]) if follows.any() else nominal_ns
    n_after = np.concatenate([np.arange(n - 1, -1, -1) for n in n_samples]) if len(n_samples) else np.zeros(0)
    behind_ns: NDArray[np.int64] = np.round(n_after * np.repeat(steps_ns, n_samples)).astype(np.int64)
    return np.repeat(strap_ns, n_samples) - behind_ns


def encode_ecg(strap_ns: int, microvolts: NDArray[np.integer]) -> bytes:
    """A frame of type 0.

    Parameters
    ----------
    strap_ns : int
        The strap's clock at the last sample.
    microvolts : ndarray of int, shape (n_samples,)
        From -2**23 to 2**23 - 1.
    """
    numbers = np.ascontiguousarray(microvolts, "<i4").view(np.uint8).reshape(-1, 4)
    return HEADER.pack(Measurement.ECG, strap_ns, 0) + numbers[:, :3].tobytes()


def encode_accelerometer(strap_ns: int, milli_g: NDArray[np.integer]) -> bytes:
    """A frame of type 1.

    Parameters
    ----------
    strap_ns : int
        The strap's clock at the last sample.
    milli_g : ndarray of int, shape (n_samples, 3)
        From -2**15 to 2**15 - 1.
    """
    return HEADER.pack(Measurement.ACCELEROMETER, strap_ns, 1) + np.ascontiguousarray(milli_g, "<i2").tobytes()


def start_packet(received_s: float, measurement: Measurement, rate_hz: int, bits: int) -> Packet:
    """The start of a stream as a Polar H10 would have answered it, for sources that have no control point."""
    command = encode_command(Operation.START, measurement, {Setting.RATE_HZ: rate_hz, Setting.RESOLUTION_BITS: bits})
    answer = encode_answer(Operation.START, measurement, parameters=b"\0")
    return Packet(received_s, PacketFormat.PMD_START, encode_start(command, answer))
