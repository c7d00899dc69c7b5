"""Whole numbers that change little from one to the next, in few bytes and without loss.

The numbers are replaced by their differences (of order 1 or 2; of order 0: from their middle), those by numbers that
are not negative (zigzag), and those are written with a Rice code (Rice and Plaunt 1971, "Adaptive variable-length
coding for efficient compression of spacecraft television data"): the lowest bits as they are, and what is above them as
so many zeros with a one behind. Order and number of lowest bits are chosen for each run of numbers. All arithmetic is
modulo 2**64, so that any numbers of 64 bits come back.

A run is one byte (order in the highest two bits, number of lowest bits in the others), as many of the first numbers as
the order says (of order 0: the middle), 8 bytes each, the lowest bits of all others, and their counts of zeros, each of
the last two filled up to whole bytes.
"""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Naturals = NDArray[np.uint64]

MOST_ORDER = 2
MOST_LOW_BITS = 63
_ORDER_SHIFT = 6
_FIRST_BYTES = 8


def pack(numbers: Integers) -> bytes:
    """Code a run of numbers.

    Parameters
    ----------
    numbers : ndarray of int64, shape (n,)

    Returns
    -------
    bytes
        Nothing where there is no number.
    """
    if not len(numbers):
        return b""
    middle = np.sort(numbers)[len(numbers) // 2 : len(numbers) // 2 + 1]
    tried = [(0, middle, zigzag(numbers - middle))] + [
        (order, numbers[:order], zigzag(np.diff(numbers, order)))
        for order in range(1, min(MOST_ORDER, len(numbers) - 1) + 1)
    ]
    sized = [(*each, *_low_bits(each[2])) for each in tried]
    order, first, rest, low_bits, _ = min(sized, key=lambda each: each[4] + 8 * _FIRST_BYTES * len(each[1]))
    head = bytes((order << _ORDER_SHIFT | low_bits,)) + first.astype("<i8").tobytes()
    return head + _lowest(rest, low_bits) + _counts(rest, low_bits)


def unpack(coded: bytes, at: int, n: int) -> tuple[Integers, int]:
    """The numbers of a run, and where it ends.

    Parameters
    ----------
    coded : bytes
        Something that holds the run.
    at : int
        Where the run begins.
    n : int
        How many numbers it has.

    Returns
    -------
    tuple of (ndarray of int64, shape (n,); int)

    Raises
    ------
    ValueError
        If the run is cut short.
    """
    if not n:
        return np.zeros(0, np.int64), at
    if at >= len(coded):
        raise ValueError("a run of numbers is missing")
    order, low_bits = coded[at] >> _ORDER_SHIFT, coded[at] & MOST_LOW_BITS
    n_first, n_rest = max(1, order), n - order
    begin = at + 1 + _FIRST_BYTES * n_first
    middle = begin + (n_rest * low_bits + 7) // 8
    if n_rest < 0 or order > MOST_ORDER or middle > len(coded):
        raise ValueError("a run of numbers is cut short")
    first = np.frombuffer(coded, "<i8", n_first, at + 1).astype(np.int64)
    bits = np.unpackbits(np.frombuffer(coded, np.uint8, middle - begin, begin), count=n_rest * low_bits)
    weights = np.left_shift(np.uint64(1), np.arange(low_bits, dtype=np.uint64))
    rest: Naturals = bits.reshape(n_rest, low_bits).astype(np.uint64) @ weights
    ones = np.flatnonzero(np.unpackbits(np.frombuffer(coded, np.uint8, offset=middle)))[:n_rest]
    if len(ones) < n_rest:
        raise ValueError("a run of numbers is cut short")
    counts = np.diff(ones, prepend=-1) - 1
    rest |= counts.astype(np.uint64) << np.uint64(low_bits)
    end = middle + (int(ones[-1]) // 8 + 1 if n_rest else 0)
    differences = unzigzag(rest)
    return _summed(first, differences) if order else differences + first, end


def zigzag(numbers: Integers) -> Naturals:
    """Small numbers of either sign as small numbers without one."""
    return ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)


def unzigzag(naturals: Naturals) -> Integers:
    """The numbers that `zigzag` took."""
    return (naturals >> np.uint64(1)).view(np.int64) ^ -(naturals & np.uint64(1)).view(np.int64)


def _summed(first: Integers, rest: Integers) -> Integers:
    """Undo as many differences as there are first numbers."""
    for order in range(len(first), 0, -1):
        # The first difference of one order less
        begin = np.diff(first, order - 1)[:1]
        rest = np.concatenate([begin, rest]).cumsum()
    return rest


def _low_bits(rest: Naturals) -> tuple[int, float]:
    """How many lowest bits are best kept as they are, and about how many bits that takes in all."""
    mean = float(rest.astype(np.float64).mean()) if len(rest) else 0.0
    about = int(np.log2(mean)) if mean >= 1.0 else 0
    tried = range(max(0, about - 1), min(MOST_LOW_BITS, about + 1) + 1)
    sizes = [(float((rest >> np.uint64(low)).astype(np.float64).sum()) + len(rest) * (low + 1), low) for low in tried]
    size, low_bits = min(sizes)
    return low_bits, size


def _lowest(rest: Naturals, low_bits: int) -> bytes:
    shifts = np.arange(low_bits, dtype=np.uint64)
    return np.packbits((rest[:, np.newaxis] >> shifts & np.uint64(1)).astype(np.uint8)).tobytes()


def _counts(rest: Naturals, low_bits: int) -> bytes:
    counts = (rest >> np.uint64(low_bits)).astype(np.int64)
    ones = np.cumsum(counts + 1) - 1
    bits = np.zeros(int(ones[-1]) + 1 if len(ones) else 0, np.uint8)
    bits[ones] = 1
    return np.packbits(bits).tobytes()
