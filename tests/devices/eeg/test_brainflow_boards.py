"""Boards that BrainFlow drives: its synthetic one, and what is said of those that are not there."""

import builtins
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.bench.emulated import until
from devices.eeg import polled
from devices.eeg.brainflow_boards import BOARDS
from devices.eeg.polled import MOST_LOST, steps_by_number, steps_by_time
from devices.samples import BandChanged, EegFrame
from devices.source import SourceError
from devices.uri import open_source
from tests.clock_loop import on_clock_loop
from tests.devices.eeg.outlet import needs_brainflow
from tests.devices.listener import listening


def test_steps_are_told_by_times_where_they_are_far_apart() -> None:
    assert steps_by_time(np.array([]), None, 250.0).tolist() == []
    assert steps_by_time(np.array([5.0, 5.004, 5.02, 5.012]), None, 250.0).tolist() == [1] * 4
    assert steps_by_time(np.array([6.0, 6.004]), 5.0, 250.0).tolist() == [250, 1]
    assert steps_by_time(np.array([4.0]), 5.0, 250.0).tolist() == [1]
    absurd = steps_by_time(np.array([1e300, np.inf, np.nan, -1e300]), 5.0, 250.0)
    assert ((absurd >= 1) & (absurd <= MOST_LOST)).all()


@given(st.lists(st.integers(1, 255), max_size=30), st.integers(0, 30), st.integers(0, 255))
def test_steps_are_told_by_numbers_that_begin_again(steps: list[int], cut: int, first: int) -> None:
    numbers = (first + np.cumsum([0, *steps])) % 256.0
    cut = min(cut, len(numbers))
    told = steps_by_number(numbers[:cut], None, 256).tolist()
    told += steps_by_number(numbers[cut:], numbers[cut - 1] if cut else None, 256).tolist()
    assert told == [1, *steps]


@needs_brainflow
@on_clock_loop
async def test_the_synthetic_board_streams() -> None:
    async with listening(open_source("eeg:synthetic")) as heard:
        await until(lambda: sum(len(frame.counts) for frame in heard.of(EegFrame)) > 250)
    told = heard.of(EegFrame)[0].description
    assert told.simulated
    assert (told.rate_hz, len(told.electrodes)) == (250.0, 16)
    assert "C4" in told.electrodes
    numbers = [
        n for frame in heard.of(EegFrame) for n in range(frame.first_sample, frame.first_sample + len(frame.counts))
    ]
    assert numbers == [*range(len(numbers))]
    microvolts = np.concatenate([frame.microvolts for frame in heard.of(EegFrame)], axis=1)
    assert (microvolts.std(axis=1) > 1.0).all()


@needs_brainflow
@on_clock_loop
async def test_a_board_whose_port_is_not_there_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polled, "RETRY_S", (0.01,))
    async with listening(open_source("eeg:cyton?port=/dev/ttyNONE&electrodes=C4,-,O1")) as heard:
        await until(lambda: sum(bool(news.retry_in_s) for news in heard.of(BandChanged)) > 1)
    assert any("OpenBCI Cyton does not answer" in news.detail for news in heard.of(BandChanged))


@needs_brainflow
def test_boards_are_those_that_the_library_knows() -> None:
    from brainflow.board_shim import BoardIds

    assert all(hasattr(BoardIds, board.number) for board in BOARDS.values())
    assert BOARDS["cyton"].uv_per_count == pytest.approx(0.02235, abs=1e-5)
    assert BOARDS["ganglion"].uv_per_count == pytest.approx(0.00187, abs=1e-5)


def test_without_the_library_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name.startswith("brainflow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(SourceError, match=r"pip install 'hrv-biofeedback\[eeg\]'"):
        open_source("eeg:synthetic")
