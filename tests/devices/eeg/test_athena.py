"""What a Muse S Athena says: parts of packets, and frames put together of them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.bench.emulated.athena import (
    N_PARTS,
    encode_charge,
    encode_eeg,
    encode_motion,
    encode_packet,
    encode_part,
)
from devices.eeg import athena
from devices.eeg.assembly import Assembled, AthenaAssembly
from devices.eeg.movement import Movement
from devices.gatt import MalformedPacketError

TAGS = st.sampled_from(sorted(athena.EEG))
COUNTS = st.lists(st.integers(-(2**13), 2**13 - 1), min_size=16, max_size=16)


def part_of(payload: bytes) -> athena.Part:
    (part,) = athena.parts_of(payload)
    return part


@given(TAGS, st.integers(0, 255), st.integers(0, 255), COUNTS)
def test_samples_come_back(tag: int, number: int, packet: int, counts: list[int]) -> None:
    sent = np.array(counts).reshape(-1, athena.EEG[tag])
    part = part_of(encode_packet(packet, [encode_eeg(tag, number, sent)]))
    assert (part.tag, part.number, part.packet) == (tag, number, packet)
    assert athena.decode_eeg(part).tolist() == sent[:, :4].tolist()


@given(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=9, max_size=9))
def test_accelerations_come_back(counts: list[int]) -> None:
    axes = np.array(counts).reshape(3, 3)
    assert athena.decode_motion(part_of(encode_packet(0, [encode_motion(3, axes)]))).tolist() == axes.tolist()


@pytest.mark.parametrize("tag", athena.CHARGES)
def test_the_charge_is_in_percent_in_both_firmwares(tag: int) -> None:
    assert athena.decode_charge(part_of(encode_packet(0, [encode_charge(58.27, tag)]))) == 58
    with pytest.raises(MalformedPacketError, match="101 %"):
        athena.decode_charge(part_of(encode_packet(0, [encode_charge(101, tag)])))


def test_the_first_part_of_a_packet_is_like_all_others_and_notifications_hold_several() -> None:
    parts = [encode_eeg(0x12, n, np.full((2, 8), n)) for n in (7, 8)]
    light = encode_part(0x36, 1, bytes(40))
    told = encode_packet(3, [parts[0], light]) + encode_packet(4, [light, parts[1], encode_part(0x53, 0, bytes(24))])
    assert [(part.packet, part.tag) for part in athena.parts_of(told)] == [
        (3, 0x12), (3, 0x36), (4, 0x36), (4, 0x12), (4, 0x53)
    ]  # fmt: skip


def test_what_is_cut_short_or_unknown_takes_only_itself_along() -> None:
    whole = encode_eeg(0x11, 1, np.zeros((4, 4), int))
    assert len(list(athena.parts_of(encode_packet(0, [whole, whole[:-1]])))) == 1
    unknown = encode_packet(0, [whole, encode_part(0xAB, 0, bytes(9)), whole])
    assert [part.tag for part in athena.parts_of(unknown + encode_packet(1, [whole]))] == [0x11, 0xAB, 0x11]
    assert not list(athena.parts_of(encode_packet(0, [whole])[:-1]))


@given(st.binary(max_size=300), st.lists(st.tuples(st.sampled_from([*athena.SIZES, 0x88, 7]), st.binary(max_size=60))))
def test_no_bytes_do_harm(anything: bytes, parts: list[tuple[int, bytes]]) -> None:
    assembly = AthenaAssembly()
    likely = encode_packet(0, [bytes([tag]) + data for tag, data in parts])[:255] if len(parts) < 4 else anything
    for payload in (anything, bytes([len(anything) % 256]) + anything, likely):
        for part in athena.parts_of(payload):
            if part.tag in athena.EEG:
                assembly.take(part, 0.0)
            elif part.tag == athena.MOTION:
                assert athena.decode_motion(part).shape == (3, 3)
            elif part.tag in athena.CHARGES:
                try:
                    assert 0 <= athena.decode_charge(part) <= 100
                except MalformedPacketError:
                    continue


def heard(
    packets: range, lost: set[int], assembly: AthenaAssembly, tag: int = 0x11, late_s: float = 0.0, moving: bool = False
) -> list[Assembled]:
    """Frames of packets that arrive in their time, some of which are lost; the counts tell which sample it is."""
    n_samples, frames = 16 // athena.EEG[tag], []
    for packet in packets:
        numbers = range(N_PARTS * packet, N_PARTS * (packet + 1))
        rows = [np.tile(np.arange(n_samples)[:, None] + n_samples * n, athena.EEG[tag]) % 8000 for n in numbers]
        told = encode_packet(packet, [encode_eeg(tag, n, each) for n, each in zip(numbers, rows, strict=True)])
        if packet in lost:
            continue
        if moving:
            assembly.movement.take(np.full((3, 3), packet, np.int32))
        at_s = N_PARTS * (packet + 1) * n_samples / 256 + late_s
        frames += [frame for part in athena.parts_of(told) if (frame := assembly.take(part, at_s))]
    return frames


@given(TAGS, st.integers(0, 300), st.sets(st.integers(0, 199), max_size=60), st.integers(0, 130), st.integers(0, 130))
def test_the_number_of_a_sample_tells_what_was_lost_before_it(
    tag: int, first: int, lost: set[int], gap: int, length: int
) -> None:
    """Also where so many are lost that the numbers begin again, once or more often."""
    lost |= set(range(gap, gap + length))
    frames = heard(range(first, first + 200), {first + n for n in lost}, AthenaAssembly(), tag)
    begun = frames[0].counts[0, 0] if frames else 0
    for frame in frames:
        assert frame.first_sample % 8000 == (frame.counts[0, 0] - begun) % 8000
    assert len(frames) == N_PARTS * len(set(range(200)) - lost)


@pytest.mark.parametrize("tag", sorted(athena.EEG))
@pytest.mark.parametrize("stalled_s", [0.5, 1.5, 3.0, 7.0])
def test_a_link_that_stalls_and_then_tells_all_has_lost_nothing(tag: int, stalled_s: float) -> None:
    assembly = AthenaAssembly()
    heard(range(10), set(), assembly, tag)
    late = heard(range(10, 40), set(), assembly, tag, stalled_s)
    one_lost = heard(range(40, 60), {45}, assembly, tag, stalled_s)
    per_packet = N_PARTS * 16 // athena.EEG[tag]
    assert late[0].first_sample == 10 * per_packet
    assert one_lost[-1].first_sample + len(one_lost[-1].counts) == 60 * per_packet


def test_what_is_told_twice_or_late_counts_once() -> None:
    assembly = AthenaAssembly()
    n = sum(len(heard(range(*each), set(), assembly)) for each in ((0, 5), (4, 5), (3, 5), (5, 7)))
    assert n == 7 * N_PARTS


def test_another_preset_begins_the_stream_anew() -> None:
    assembly = AthenaAssembly()
    heard(range(5), set(), assembly)
    assert heard(range(5, 7), set(), assembly, 0x12)[0].first_sample == 0


def test_movement_is_held_and_not_made_up() -> None:
    moving = heard(range(30), set(), AthenaAssembly(Movement(is_asked=True)), moving=True)
    assert {frame.n_axes for frame in moving} == {3}
    assert moving[0].counts[0].tolist() == [0, 0, 0, 0, 0, 0, 0]
    assert moving[-1].counts[:, 4:].tolist() == [[29, 29, 29]] * 4
    without = heard(range(30), set(), AthenaAssembly(Movement(is_asked=True)))
    assert {frame.n_axes for frame in without} == {0}
    assert without[0].first_sample == 0
    assert all(after.first_sample == before.first_sample + 4 for before, after in pairwise(without))
