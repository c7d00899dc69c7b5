"""A simulated head that is heard live: its rhythms and its trouble are as it was asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import welch

from devices.eeg.head import Head, head_of
from devices.eeg.live_head import BLOCK_S, Heard, LiveHead
from devices.eeg.recording import Floats
from devices.eeg.simulated_band import SimulatedBand
from devices.samples import BandChanged, EegFrame, LinkState
from devices.source import Source
from devices.uri import open_source
from tests.hand_clock import heard_from

QUIET = Head(blinks=0, muscles=0, moves=0, loose=0, lost=0, mains_uv=0)


def alpha_of(samples_uv: Floats, rate_hz: float, low_hz: float = 8.0, high_hz: float = 12.0) -> float:
    hz, density = welch(samples_uv, rate_hz, nperseg=round(4 * rate_hz))
    inside = (hz >= low_hz) & (hz <= high_hz)
    return float(density[inside].sum() * (hz[1] - hz[0]))


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6))
def test_it_is_the_same_however_it_is_asked_for(parts: list[int]) -> None:
    head = Head(muscles=20, moves=10, lost=20, minutes=0.5)
    whole = LiveHead(head).take(sum(parts))
    cut = LiveHead(head)
    heard = [cut.take(n) for n in parts]
    assert np.concatenate([part.recorded_uv for part in heard], axis=1).tolist() == whole.recorded_uv.tolist()
    assert np.concatenate([part.lost for part in heard]).tolist() == whole.lost.tolist()


def test_alpha_is_as_strong_as_was_asked_also_where_blocks_meet() -> None:
    head = Head(alpha_uv=30, background_uv=1, smr_uv=0, eyes="closed", seed=5)
    brain = LiveHead(head).take(round(40 * BLOCK_S * head.rate)).brain_uv[6]
    n = round(BLOCK_S * head.rate)
    power = brain[n:].reshape(-1, n) ** 2
    assert np.sqrt(power.mean()) == pytest.approx(30.0, rel=0.03)
    assert np.sqrt(power[:, : round(head.rate)].mean()) == pytest.approx(30.0, rel=0.15)


def test_alpha_rises_with_closed_eyes_and_with_calm() -> None:
    def power(head: Head, calm: float = 0.0) -> float:
        return alpha_of(LiveHead(head).take(round(120 * head.rate), calm).recorded_uv[6], head.rate)

    opened, closed = Head(eyes="open", lost=0), Head(eyes="closed", lost=0)
    assert power(closed) > 3 * power(opened)
    assert power(closed, 1.0) == pytest.approx(1.5**2 * power(closed), rel=0.15)


def test_eyes_open_and_close_in_turn_and_blinks_come_with_open_ones_alone() -> None:
    head = Head(minutes=1, blinks=40)
    live = LiveHead(head)
    live.take(round(600 * head.rate))
    blinks_s = np.array([trouble.from_s for trouble in live.troubles if trouble.kind == "blink"])
    assert len(blinks_s) > 100
    assert (blinks_s % 60 <= 30).all()
    assert (head.closed(blinks_s) == 0).all()
    assert blinks_s.max() > 540


def test_what_spoils_the_samples_is_where_it_is_told() -> None:
    head = Head(seed=4, muscles=4, moves=0, blinks=0, loose=0, lost=0, mains_uv=0)
    live = LiveHead(head)
    heard = live.take(round(300 * head.rate))
    quick = np.abs(np.diff(heard.recorded_uv[2] - heard.brain_uv[2], 2))
    bitten = np.zeros(len(quick), dtype=bool)
    for trouble in live.troubles:
        assert trouble.kind == "muscle"
        bitten[int(trouble.from_s * head.rate) - 2 : int(trouble.to_s * head.rate) + 2] = True
    assert quick[bitten].mean() > 10 * quick[~bitten].mean()


def test_a_loose_electrode_hears_nothing_of_the_head() -> None:
    head = Head(minutes=0.5, loose=5, alpha_uv=60, eyes="closed", lost=0)
    live = LiveHead(head)
    heard: Heard = live.take(round(30 * head.rate))
    (loose,) = [trouble for trouble in live.troubles if trouble.kind == "loose"]
    part = slice(round(loose.from_s * head.rate), round(loose.to_s * head.rate))
    outside = np.corrcoef(np.diff(heard.recorded_uv[-1, : part.start]), np.diff(heard.brain_uv[-1, : part.start]))[0, 1]
    inside = np.corrcoef(np.diff(heard.recorded_uv[-1, part]), np.diff(heard.brain_uv[-1, part]))[0, 1]
    assert outside > 0.7
    assert abs(inside) < 0.2


def frames_of(source: Source, until_s: float) -> list[EegFrame]:
    """What comes up to then; a strap beside it beats the time."""
    uri = f"{source.info.uri} + sim:rest"
    return [reading for reading in heard_from(open_source(uri), until_s) if isinstance(reading, EegFrame)]


def test_packets_that_are_lost_are_told_by_the_numbers_of_the_samples() -> None:
    band = open_source("sim:head?seed=2&lost=20&chunk=12&rate=256")
    assert isinstance(band, SimulatedBand)
    frames = frames_of(band, 120)
    there = np.zeros(frames[-1].first_sample + 12, dtype=bool)
    for frame in frames:
        there[frame.first_sample : frame.first_sample + len(frame.counts)] = True
    truly = LiveHead(band.head.head).take(len(there)).lost
    assert truly.any()
    assert not (there & truly).any()
    assert ((~there).reshape(-1, 12).all(axis=1) == truly.reshape(-1, 12).any(axis=1)).all()


def test_what_arrives_is_what_the_electrodes_saw() -> None:
    band = open_source("sim:head?seed=2&lost=0")
    assert isinstance(band, SimulatedBand)
    frames = frames_of(band, 20)
    arrived = np.concatenate([frame.microvolts for frame in frames], axis=1)
    truly = LiveHead(band.head.head).take(arrived.shape[1])
    assert np.abs(arrived - truly.recorded_uv).max() <= 0.5 * frames[0].description.microvolts_per_count + 1e-9
    moved = np.concatenate([frame.movement_g for frame in frames if frame.movement_g is not None])
    assert np.abs(moved - truly.movement_g).max() <= 0.0011


def test_a_lost_link_comes_back_with_a_stream_that_begins_anew() -> None:
    heard = heard_from(open_source("sim:head?every_s=10&for_s=3&lost=0 + sim:rest"), 30)
    states = [reading.state for reading in heard if isinstance(reading, BandChanged)]
    assert states == [LinkState.CONNECTED, *2 * [LinkState.LOST, LinkState.CONNECTED]]
    frames = [reading for reading in heard if isinstance(reading, EegFrame)]
    begun = [frame for frame in frames if frame.first_sample == 0]
    assert len(begun) == len({frame.started.received_s for frame in frames}) == 3
    gaps_s = np.diff([frame.received_s for frame in frames])
    assert np.sort(gaps_s)[-2:] == pytest.approx([3.0, 3.0], abs=0.2)


def test_a_breath_that_follows_calms_it() -> None:
    def power(*, paced: bool) -> float:
        source = open_source("sim:head?eyes=closed&lost=0&loose=0&moves=0&muscles=0&calming=3 + sim:rest")
        frames = [
            reading
            for reading in heard_from(source, 300, (lambda _: 0.5) if paced else None)
            if isinstance(reading, EegFrame)
        ]
        o1 = np.concatenate([frame.microvolts[6] for frame in frames])
        return alpha_of(o1[-15_000:], 250.0)

    assert power(paced=True) > 6 * power(paced=False)


def test_electrodes_are_those_that_were_asked_for() -> None:
    head = head_of("sim:head?electrodes=tp9,AF7,af8,TP10&rate=256")
    assert head.electrodes == ("TP9", "AF7", "AF8", "TP10")
    assert LiveHead(head).take(12).recorded_uv.shape == (4, 12)
