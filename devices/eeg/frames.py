"""Frames of an electroencephalogram as a session keeps them: how a stream was started, and its samples, to the bit.

The start is the byte of the measurement and JSON: what the band is, its electrodes, its rate and what a count is worth.
The axes of an accelerometer may come behind the electrodes, as channels of their own that hold its last sample. A frame
has the header of the frames of a strap (`devices.pmd`): the number of the measurement, the number of its first sample
since the band was started (8 bytes) and the number of channels; and then whole numbers of 4 bytes, channel after
channel of each sample. Numbers are little-endian. A number of the first sample that leaps tells how many were lost.
"""

import json
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from devices.eeg.recording import distinct
from devices.gatt import MalformedPacketError
from devices.pmd import HEADER, whole_numbers
from devices.samples import EegDescription, EegFrame, Packet, PacketFormat
from devices.told import told_text

EEG = 0xEE
"""In place of the number of a measurement of a strap; Polar counts from 0."""
N_BYTES = 4
MOST_CHANNELS = 128
MOST_AXES = 3
RATES_HZ = (1.0, 100_000.0)
MOST_START_BYTES = 1 << 16
FINEST_UV = 0.001
"""What a count is worth of a source that gives numbers with a fraction: far below the noise of any amplifier."""


def start_packet(received_s: float, description: EegDescription) -> Packet:
    """How a stream was started, as a packet."""
    told = json.dumps(asdict(description), ensure_ascii=False)
    return Packet(received_s, PacketFormat.EEG_START, bytes([EEG]) + told.encode())


def frame_packet(received_s: float, first_sample: int, counts: NDArray[np.integer]) -> Packet:
    """Samples, shape (n_samples, n_channels), as a packet."""
    payload = HEADER.pack(EEG, first_sample, counts.shape[1]) + np.ascontiguousarray(counts, "<i4").tobytes()
    return Packet(received_s, PacketFormat.EEG_FRAME, payload)


def counts_of(microvolts: NDArray[np.floating], microvolts_per_count: float) -> NDArray[np.int32]:
    """The nearest whole counts; what is beyond four bytes stands at their end."""
    ends = np.iinfo(np.int32)
    return np.clip(np.round(microvolts / microvolts_per_count), ends.min, ends.max).astype(np.int32)


class EegReader:
    """Reads the packets of a band as they come."""

    def __init__(self) -> None:
        self._started: tuple[Packet, EegDescription] | None = None

    def started(self, packet: Packet) -> EegDescription:
        """Take note of how the stream was started, which the frames after it need.

        Raises
        ------
        MalformedPacketError
            If the payload does not tell it.
        """
        description = _described(packet.payload)
        self._started = packet, description
        return description

    def frame(self, packet: Packet) -> EegFrame:
        """Decode a frame.

        Raises
        ------
        MalformedPacketError
            If the payload does not follow its format, or its stream was not started.
        """
        payload = packet.payload
        if self._started is None:
            raise MalformedPacketError("a frame of a band that was not started", payload)
        if len(payload) <= HEADER.size:
            raise MalformedPacketError(f"a frame with samples has more than {HEADER.size} bytes", payload)
        started, description = self._started
        measurement, first_sample, n_channels = HEADER.unpack_from(payload)
        n_known = len(description.electrodes) + description.n_axes
        if measurement != EEG or n_channels != n_known:
            raise MalformedPacketError(f"a frame of {n_channels} channels, {n_known} of which are known", payload)
        counts = whole_numbers(payload, N_BYTES, n_channels)
        counts.flags.writeable = False
        return EegFrame(packet, started, description, first_sample, counts)


def _described(payload: bytes) -> EegDescription:
    """What the start of a stream tells; it may come from anywhere."""
    try:
        if payload[:1] != bytes([EEG]) or len(payload) > MOST_START_BYTES:
            raise ValueError("not of a band")
        told = json.loads(payload[1:])
        electrodes = told["electrodes"]
        if not isinstance(electrodes, list) or not 0 < len(electrodes) <= MOST_CHANNELS:
            raise ValueError("no electrodes, or too many")
        found = EegDescription(
            told_text(told["device"]),
            distinct([told_text(name) for name in electrodes]),
            float(told["rate_hz"]),
            float(told["microvolts_per_count"]),
            told_text(told["reference"]),
            bool(told["simulated"]),
            int(told.get("n_axes", 0)),
            float(told.get("g_per_count", 1.0)),
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise MalformedPacketError("the start of a band cannot be read", payload) from error
    whole = 0 <= found.n_axes <= MOST_AXES
    worth = found.microvolts_per_count, found.g_per_count
    if not (whole and RATES_HZ[0] <= found.rate_hz <= RATES_HZ[1] and all(0.0 < each <= 1e6 for each in worth)):
        raise MalformedPacketError("the start of a band tells what cannot be", payload)
    return found
