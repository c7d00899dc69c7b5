"""Whole numbers in few bytes: any come back, and those that change little take little."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.storage.packed.rice import pack, unpack

ANY = st.integers(-(2**63), 2**63 - 1)
RUNS = st.lists(st.one_of(ANY, st.integers(-20, 20), st.integers(-(2**23), 2**23)), max_size=200)


@given(RUNS, st.binary(max_size=9), st.binary(max_size=9))
def test_any_numbers_come_back_from_between_other_bytes(numbers: list[int], before: bytes, behind: bytes) -> None:
    coded = pack(np.array(numbers, np.int64))
    read, end = unpack(before + coded + behind, len(before), len(numbers))
    assert read.tolist() == numbers
    assert end == len(before) + len(coded)


@given(st.integers(1, 300), ANY, st.integers(-(2**40), 2**40))
def test_a_straight_line_takes_a_bit_a_number(n: int, begin: int, step: int) -> None:
    line = np.int64(begin) + np.arange(n) * np.int64(step)
    assert len(pack(line)) <= 1 + 16 + (n + 7) // 8


@given(st.integers(1, 2**62), st.integers(0, 2**32))
def test_no_numbers_take_much_more_than_they_are(spread: int, seed: int) -> None:
    numbers = np.random.default_rng(seed).integers(-spread, spread, 200)
    numbers[7] = -(2**63)
    assert len(pack(numbers)) <= 200 * (8 + 1)


def test_noise_takes_little_more_than_its_entropy() -> None:
    numbers = np.round(np.random.default_rng(1).normal(0, 30, 5000)).astype(np.int64)
    entropy_bits = 0.5 * np.log2(2 * np.pi * np.e * 30.0**2)
    assert 8 * len(pack(numbers)) / len(numbers) < entropy_bits + 0.4


@given(st.binary(max_size=40), st.integers(1, 60))
def test_any_bytes_are_numbers_or_a_value_error(coded: bytes, n: int) -> None:
    with suppress(ValueError):
        read, end = unpack(coded, 0, n)
        assert len(read) == n
        assert end <= len(coded)


@pytest.mark.parametrize("numbers", [[5], [5, 6, 9, -300, 2**40]])
def test_a_run_that_is_cut_short_is_seen(numbers: list[int]) -> None:
    coded = pack(np.array(numbers))
    for end in range(len(coded)):
        with pytest.raises(ValueError, match=r"run of numbers|buffer"):
            unpack(coded[:end], 0, len(numbers))
