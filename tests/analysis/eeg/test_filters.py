"""Filters that carry their state give what scipy's public ones give, to the bit, however the input is cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import sosfilt, sosfilt_zi

from biofeedback.analysis.eeg.filters import Broad, Filter, broad_sections

N, RATE_HZ = 300, 256.0


@pytest.mark.parametrize("of_complex", [False, True])
@given(cuts=st.sets(st.integers(1, N - 1), max_size=20), seed=st.integers(0, 99), n_channels=st.integers(1, 4))
def test_sections_in_a_row_are_those_of_scipy(cuts: set[int], seed: int, n_channels: int, of_complex: bool) -> None:
    rng = np.random.default_rng(seed)
    samples = 1e3 * rng.normal(size=(n_channels, N)) + (1e3j * rng.normal(size=(n_channels, N)) if of_complex else 0.0)
    before = samples.copy()
    sections = broad_sections(RATE_HZ, 50.0)
    one = Filter(sections, n_channels, of_complex=of_complex)
    pieces = np.concatenate([one.push(piece) for piece in np.split(samples, sorted(cuts), axis=1)], axis=1)
    assert pieces.tobytes() == sosfilt(sections, samples, axis=-1).tobytes()
    assert samples.tobytes() == before.tobytes()


@given(levels=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=4))
def test_it_begins_at_the_level_of_the_first_samples(levels: list[float]) -> None:
    samples = np.array(levels)[:, None] + np.arange(50.0)
    sections = broad_sections(RATE_HZ, 60.0)
    state = sosfilt_zi(sections)[:, None, :] * samples[None, :, :1]
    expected, _ = sosfilt(sections, samples, axis=-1, zi=state)
    assert Broad(RATE_HZ, 60.0, len(levels)).push(samples).tobytes() == expected.tobytes()
