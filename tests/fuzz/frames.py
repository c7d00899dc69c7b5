"""Streams of a Polar strap as they should not come: starts, frames and answers of the control point."""

from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from devices.gatt import MalformedPacketError
from devices.pmd import COMPRESSED, HEADER, FrameReader, sample_times_ns
from devices.pmd_control import (
    Measurement,
    Operation,
    Setting,
    choose_settings,
    decode_answer,
    decode_features,
    decode_settings,
    decode_start,
    decode_stopped,
    encode_answer,
    encode_command,
    encode_settings,
    encode_start,
)
from devices.samples import AccelerometerFrame, EcgFrame, Packet, PacketFormat, StreamFrame
from tests.fuzz.invariants import check_told
from tests.fuzz.payloads import mutated

CLOCKS_NS = (0, 1, 599616028236586218, 2**63 - 1, 2**63, 2**64 - 1)
FACTORS = ("3f800000", "397fda40", "00000001", "00000000", "80000000", "7f800000", "7fc00000", "bf800000", "7f7fffff")
"""Float32 in hexadecimal: usual ones, the smallest, zeros, infinite, not a number, negative, the largest."""
KINDS = ((0, 0), (2, 0), (2, 1), (2, 2), (2, COMPRESSED), (2, COMPRESSED | 1))
CONTROL: tuple[Callable[[bytes], object], ...] = (decode_features, decode_answer, decode_settings, decode_start)


def start(rng: Random) -> bytes:
    """A command to start a stream with its answer, as it should be or not quite."""
    measurement = rng.choice(tuple(Measurement))
    rate_hz, factor = rng.choice((130, 25, 1, 0, 0xFFFF)), int(rng.choice(FACTORS), 16)
    command = encode_command(Operation.START, measurement, {Setting.RATE_HZ: rate_hz, Setting.RESOLUTION_BITS: 14})
    told = rng.choice((b"", b"\0", encode_settings({Setting.FACTOR: (factor,)})))
    payload = encode_start(command, encode_answer(Operation.START, measurement, parameters=told))
    return mutated(rng, payload) if rng.random() < 0.2 else payload


def frame(rng: Random) -> bytes:
    """A frame with a sound head and any content, sometimes spoilt as a whole."""
    measurement, frame_type = rng.choice((*KINDS, *KINDS, (rng.randrange(4), rng.randrange(256))))
    head = HEADER.pack(measurement, rng.choice(CLOCKS_NS), frame_type)
    if frame_type & COMPRESSED:
        content = rng.randbytes(6)
        for _ in range(rng.randrange(5)):
            width, n_samples = rng.choice((*range(1, 33), 0, 33, 255)), rng.choice((0, 1, 2, 8, 60, 255))
            content += bytes((width, n_samples)) + rng.randbytes((3 * width * n_samples + 7) // 8)
    else:
        # as many bytes as make whole samples of every kind
        content = rng.choice((rng.randbytes(18), b"\0" * 18, b"\x7f" * 18, b"\x80" * 18, b"\xff" * 18))
        content *= rng.randrange(1, 14)
    return mutated(rng, head + content) if rng.random() < 0.1 else head + content


def check_frame(reader: FrameReader, packet: Packet) -> StreamFrame | None:
    """Read a packet of a stream; None where it starts a stream or is malformed."""
    try:
        if packet.format is PacketFormat.PMD_START:
            started = reader.started(packet)
            assert started == decode_start(packet.payload)
            assert started.rate_hz > 0
            return None
        read = reader.frame(packet)
    except MalformedPacketError as error:
        told = error
    else:
        _check_samples(read)
        return read
    assert told.payload in packet.payload, told
    check_told(told)
    return None


def _check_samples(read: StreamFrame) -> None:
    measurement, strap_ns, frame_type = HEADER.unpack_from(read.packet.payload)
    samples = read.microvolts if isinstance(read, EcgFrame) else read.milli_g
    assert len(samples) > 0
    assert not samples.flags.writeable
    assert np.isfinite(samples).all(), read.packet
    assert read.strap_ns == strap_ns
    content = read.packet.payload[HEADER.size :]
    match read:
        case EcgFrame():
            assert measurement == Measurement.ECG
            assert samples.shape == (len(content) // 3,)
            assert np.abs(samples).max() <= 2**23
        case AccelerometerFrame():
            assert measurement == Measurement.ACCELEROMETER
            assert samples.shape[1:] == (3,)
            if frame_type & COMPRESSED:
                assert len(samples) <= 1 + 8 * len(content)
            else:
                assert samples.size * (frame_type + 1) == len(content)


def check_times(frames: Sequence[StreamFrame]) -> None:
    """Every sample of frames that follow each other, however wild their clocks, has a time."""
    strap_ns = np.array([read.strap_ns % 2**63 for read in frames], np.int64)
    n_samples = np.array([len(read.microvolts if isinstance(read, EcgFrame) else read.milli_g) for read in frames])
    with np.errstate(all="raise"):
        times_ns = sample_times_ns(strap_ns, n_samples, frames[0].rate_hz)
    assert len(times_ns) == n_samples.sum()
    assert times_ns[np.cumsum(n_samples) - 1].tolist() == strap_ns.tolist()


def check_control(value: bytes) -> None:
    """Whatever the control point tells is understood or refused in words."""
    for decode in CONTROL:
        try:
            decode(value)
        except MalformedPacketError as error:
            told = error
        else:
            continue
        check_told(told)
    assert decode_stopped(value) <= set(Measurement)
    try:
        offered = decode_settings(value)
    except MalformedPacketError:
        return
    assert decode_settings(encode_settings(offered)) == offered
    for measurement in Measurement:
        chosen = choose_settings(measurement, offered)
        assert all(choice in offered[setting] for setting, choice in chosen.items())
        encode_command(Operation.START, measurement, chosen)
