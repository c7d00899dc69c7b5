"""Frames of a strap's or a band's streams in blocks of bytes: compact, and each packet comes back to the bit.

A block is a header (version of this layout, measurement and frame type of all its frames, number of frames), the
arrivals as they are (8 bytes each), and runs of `biofeedback.storage.packed.rice`: the numbers of samples, the clocks,
and the samples, channel after channel through all frames. The content of compressed frames is kept as it is, behind
runs with its lengths and the clocks.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from biofeedback.storage.packed.rice import pack, unpack
from devices.eeg.frames import EEG, N_BYTES
from devices.pmd import HEADER, sample_layout, whole_numbers
from devices.samples import Packet, PacketFormat

MOST_FRAMES = 96
"""Frames in a block, a minute of an electrocardiogram: a database keeps larger pieces with less loss at their ends, and
the newest block is written anew with each frame."""

_VERSION = 1
_BLOCK = struct.Struct("<BBBH")


def kind_of(payload: bytes) -> tuple[int, int]:
    """Measurement and frame type; only frames of one kind share a block."""
    return payload[0], payload[HEADER.size - 1]


def encode_block(packets: Sequence[Packet]) -> bytes:
    """Code frames.

    Parameters
    ----------
    packets : sequence of Packet
        Frames of one kind that can be decoded, at least one and at most 65535.

    Returns
    -------
    bytes
    """
    payloads = [packet.payload for packet in packets]
    measurement, frame_type = kind_of(payloads[0])
    parts = [
        _BLOCK.pack(_VERSION, measurement, frame_type, len(packets)),
        np.array([packet.received_s for packet in packets], "<f8").tobytes(),
    ]
    clocks = _integers([HEADER.unpack_from(payload)[1] for payload in payloads])
    layout = _layout(payloads[0])
    if layout is None:
        parts += [pack(_integers([len(payload) for payload in payloads])), pack(clocks)]
        parts += [payload[HEADER.size :] for payload in payloads]
    else:
        frames = [whole_numbers(payload, *layout) for payload in payloads]
        parts += [pack(_integers([len(frame) for frame in frames])), pack(clocks)]
        parts += [pack(channel.astype(np.int64)) for channel in np.concatenate(frames).T]
    return b"".join(parts)


def decode_block(block: bytes) -> list[Packet]:
    """The frames of a block.

    Raises
    ------
    ValueError
        If the block is damaged, or written by a newer version.
    """
    if len(block) < _BLOCK.size:
        raise ValueError("a block of frames is cut short")
    version, measurement, frame_type, n_frames = _BLOCK.unpack_from(block)
    if version != _VERSION:
        raise ValueError(f"a block of frames of unknown version {version}")
    arrivals_s = np.frombuffer(block, "<f8", n_frames, _BLOCK.size).tolist()
    sizes, at = unpack(block, _BLOCK.size + 8 * n_frames, n_frames)
    clocks, at = unpack(block, at, n_frames)
    layout = _layout(HEADER.pack(measurement, 0, frame_type))
    if layout is None:
        ends = at + np.cumsum(sizes - HEADER.size)
        contents = [block[end - size + HEADER.size : end] for end, size in zip(ends, sizes, strict=True)]
    else:
        contents, at = _contents(block, at, sizes, *layout)
    format_ = PacketFormat.EEG_FRAME if measurement == EEG else PacketFormat.PMD_FRAME
    headers = [HEADER.pack(measurement, clock, frame_type) for clock in clocks.view(np.uint64).tolist()]
    return [
        Packet(received_s, format_, header + content)
        for received_s, header, content in zip(arrivals_s, headers, contents, strict=True)
    ]


def _layout(payload: bytes) -> tuple[int, int] | None:
    """Bytes of a number and numbers of a sample; None where the content is kept as it is."""
    return (N_BYTES, kind_of(payload)[1]) if payload[0] == EEG else sample_layout(payload)


def _contents(
    block: bytes, at: int, sizes: NDArray[np.int64], n_bytes: int, n_channels: int
) -> tuple[list[bytes], int]:
    n_samples = int(sizes.sum())
    samples = np.empty((n_samples, n_channels), "<i4")
    for channel in range(n_channels):
        samples[:, channel], at = unpack(block, at, n_samples)
    lowest = samples.view(np.uint8).reshape(n_samples, n_channels, 4)[:, :, :n_bytes]
    ends = np.cumsum(sizes).tolist()
    return [lowest[begin:end].tobytes() for begin, end in zip([0, *ends[:-1]], ends, strict=True)], at


def _integers(numbers: Sequence[int]) -> NDArray[np.int64]:
    return np.array(numbers, np.uint64).view(np.int64)
