"""What a Muse headband says: packets, answers, and frames put together of them."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.eeg import muse
from devices.eeg.assembly import PATIENCE, Assembled, Assembly
from devices.eeg.movement import SILENT as SILENT_SAMPLES
from devices.eeg.movement import Movement
from devices.gatt import MalformedPacketError

SILENT = SILENT_SAMPLES // muse.N_SAMPLES
COUNTS = st.lists(st.integers(-2048, 2047), min_size=muse.N_SAMPLES, max_size=muse.N_SAMPLES)


def test_packets_of_a_headband_are_read_as_others_read_them() -> None:
    """Packets that were captured, and their numbers, as the tests of muse-js have them."""
    number, counts = muse.decode_electrode(bytes.fromhex("00015721c05249066af2314058998042fe2c779d"))
    told = [1394, 448, 1316, 2310, 1711, 561, 1029, 2201, 2052, 766, 711, 1949]
    assert (number, counts.tolist()) == (1, [n - 2048 for n in told])
    axes = muse.decode_accelerometer(bytes.fromhex("526d11e30d9d3c7312050d493c3511b70db23c8f"))
    assert axes.tolist() == [[4579, 3485, 15475], [4613, 3401, 15413], [4535, 3506, 15503]]
    assert np.sqrt((axes[0] ** 2).sum()) * muse.G_PER_COUNT == pytest.approx(1.0, abs=0.02)
    assert muse.decode_charge(bytes.fromhex("014ab5b807400f7f001b00000000000000000000")) == 91


@given(st.integers(0, 2**16 - 1), COUNTS)
def test_samples_come_back(number: int, counts: list[int]) -> None:
    payload = muse.encode_electrode(number, np.array(counts))
    assert len(payload) == 20
    again, decoded = muse.decode_electrode(payload)
    assert (again, decoded.tolist()) == (number, counts)


@given(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=9, max_size=9))
def test_accelerations_come_back(counts: list[int]) -> None:
    decoded = muse.decode_accelerometer(muse.encode_accelerometer(7, np.array(counts)))
    assert decoded.ravel().tolist() == counts


@given(st.binary(max_size=24))
def test_any_bytes_are_read_or_malformed(payload: bytes) -> None:
    for decode in (muse.decode_electrode, muse.decode_accelerometer, muse.decode_charge):
        try:
            decode(payload)
        except MalformedPacketError:
            continue
        assert len(payload) in (4, 20) or decode is muse.decode_charge


def test_the_charge_is_in_percent() -> None:
    assert muse.decode_charge(muse.encode_charge(3, 87)) == 87
    with pytest.raises(MalformedPacketError, match="101 %"):
        muse.decode_charge(muse.encode_charge(3, 101))


def test_commands_are_written_as_the_band_wants_them() -> None:
    assert muse.encode_command("h") == b"\x02h\n"
    assert muse.encode_command("p21") == b"\x04p21\n"


@given(st.lists(st.integers(1, 19), max_size=60))
def test_answers_are_whole_however_they_are_cut(sizes: list[int]) -> None:
    answers = [{"rc": 0}, {"hn": "Muse-1324", "bp": 82, "ps": 32, "rc": 0}, {"rc": 0}]
    text = "".join(json.dumps(answer) for answer in answers)
    replies, told = muse.Replies(), []
    begin = 0
    for size in [*sizes, *[19] * 10]:
        piece = text[begin : begin + size].encode()
        told += replies.take(bytes([len(piece)]) + piece + bytes(19 - len(piece)))
        begin += size
    assert told == answers


@given(st.lists(st.binary(max_size=20), max_size=40))
def test_no_answer_is_more_than_passed_over(pieces: list[bytes]) -> None:
    replies = muse.Replies()
    for piece in pieces:
        assert all(isinstance(reply, dict) for reply in replies.take(piece))
    replies.take(b"\x01}")
    for _ in range(250):
        assert replies.take(bytes([19]) + b"[" * 19) == []
    replies.take(b"\x01}")
    assert replies.take(b'\x08{"rc":0}') == [{"rc": 0}]


def sent(numbers: range, lost: set[tuple[int, int]], assembly: Assembly, moving: bool = False) -> list[Assembled]:
    """Frames of packets that arrive in their time, some of which are lost."""
    frames = []
    for n in numbers:
        if moving:
            assembly.movement.take(np.full((3, 3), n, np.int32))
        for electrode in (3, 2, 0, 1):
            if (n, electrode) not in lost:
                counts = np.arange(12) + 12 * n + 100 * electrode
                at_s = n * muse.N_SAMPLES / muse.RATE_HZ
                if whole := assembly.take(electrode, n % muse.NUMBERS, counts.astype(np.int32), at_s):
                    frames.append(whole)
    return frames


@given(st.integers(0, 2**16), st.sets(st.tuples(st.integers(0, 59), st.integers(0, 3)), max_size=60))
def test_frames_are_those_of_which_nothing_is_lost_and_their_numbers_tell_the_rest(
    first: int, lost: set[tuple[int, int]]
) -> None:
    frames = sent(range(first, first + 60), {(first + n, each) for n, each in lost}, Assembly(4))
    whole = [n for n in range(60) if not any((n, electrode) in lost for electrode in range(4))]
    assert [frame.first_sample // 12 for frame in frames] == [n - whole[0] for n in whole]
    for n, frame in zip(whole, frames, strict=True):
        assert frame.counts.tolist() == [[12 * (first + n) + i + 100 * each for each in range(4)] for i in range(12)]


def test_a_packet_that_comes_twice_counts_once() -> None:
    assembly = Assembly(4)
    counts = np.zeros(12, np.int32)
    frames = [
        whole
        for n in range(5)
        for _ in range(2)
        for electrode in range(4)
        if (whole := assembly.take(electrode, n, counts, n / 21))
    ]
    assert [frame.first_sample for frame in frames] == [0, 12, 24, 36, 48]


def test_numbers_that_begin_again_begin_the_stream_anew() -> None:
    assembly = Assembly(4)
    assert sent(range(40_000, 40_010), set(), assembly)[-1].first_sample == 108
    counts = np.zeros(12, np.int32)
    whole = [assembly.take(electrode, 7, counts, 40_011 * 12 / 256) for electrode in range(4)]
    assert whole[3] is not None
    assert whole[3].first_sample == 0


def test_a_long_silence_is_a_leap() -> None:
    assembly = Assembly(4)
    sent(range(10), set(), assembly)
    assert sent(range(1000, 1001), set(), assembly)[0].first_sample == 12_000


def test_movement_is_held_between_its_samples() -> None:
    frames = sent(range(4), set(), Assembly(4, Movement(is_asked=True)), moving=True)
    assert [frame.n_axes for frame in frames] == [3] * 4
    assert all((frame.counts[:, 4:] == n).all() for n, frame in enumerate(frames))


def test_an_accelerometer_that_never_comes_or_ends_is_not_made_up() -> None:
    assembly = Assembly(4, Movement(is_asked=True))
    frames = sent(range(2 * PATIENCE), set(), assembly)
    assert [frame.n_axes for frame in frames] == [0] * PATIENCE
    moving = sent(range(2 * PATIENCE, 3 * PATIENCE), set(), assembly, moving=True)
    assert (moving[0].first_sample, moving[0].n_axes) == (0, 3)
    ended = sent(range(3 * PATIENCE, 4 * PATIENCE + SILENT), set(), assembly)
    assert [frame.n_axes for frame in ended] == [3] * (SILENT - 1) + [0] * (PATIENCE + 1)
    anew = [after for before, after in pairwise(ended) if after.n_axes != before.n_axes]
    assert [frame.first_sample for frame in anew] == [0]
