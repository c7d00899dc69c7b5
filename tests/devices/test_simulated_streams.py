"""The electrocardiogram and the accelerometer of the simulated strap, against the beats and the breath they show."""

import math

import numpy as np
import pytest

from devices.person import Person, Traits
from devices.pmd import sample_times_ns
from devices.samples import (
    AccelerometerFrame,
    EcgFrame,
    HeartRateSample,
    LinkChanged,
    LinkState,
    Reading,
    StreamFrame,
    StreamsChanged,
)
from devices.simulated_streams import CLOCK_NS
from devices.source import SourceError
from devices.uri import open_source
from tests.hand_clock import heard_from, samples_in

Curve = tuple[np.ndarray, np.ndarray]


def in_order(frames: list[EcgFrame] | list[AccelerometerFrame]) -> np.ndarray:
    """The strap's clock at every sample, in seconds from its start."""
    counts = np.array([len(f.microvolts) if isinstance(f, EcgFrame) else len(f.milli_g) for f in frames])
    clocks_ns = np.array([frame.strap_ns for frame in frames])
    return (sample_times_ns(clocks_ns, counts, frames[0].rate_hz) - CLOCK_NS) / 1e9


def ecg_in(heard: list[Reading]) -> Curve:
    frames = [reading for reading in heard if isinstance(reading, EcgFrame)]
    return in_order(frames), np.concatenate([frame.microvolts for frame in frames])


def tilt_in(heard: list[Reading]) -> Curve:
    frames = [reading for reading in heard if isinstance(reading, AccelerometerFrame)]
    return in_order(frames), np.concatenate([frame.milli_g for frame in frames])


def width_s(curve: Curve, at_s: float) -> float:
    """How long the trace stays above half of its height around an R."""
    time_s, microvolts = curve
    near = np.abs(time_s - at_s) < 0.15
    return float(np.sum(microvolts[near] > microvolts[near].max() / 2) / 130)


@pytest.mark.parametrize("name", ["rest", "ectopic", "irregular", "dropout", "off_body"])
def test_the_same_heart_beats_with_and_without_its_electrocardiogram(name: str) -> None:
    without = samples_in(heard_from(open_source(f"sim:{name}?seed=4&per_min=6"), 300.0))
    with_it = samples_in(heard_from(open_source(f"sim:{name}?seed=4&per_min=6&pmd=1&moves=3"), 300.0))
    assert with_it == without


def test_the_same_uri_gives_the_same_bytes_and_another_seed_others() -> None:
    def bytes_of(seed: int) -> list[bytes]:
        heard = heard_from(open_source(f"sim:ectopic?seed={seed}&pmd=1&moves=2"), 60.0)
        return [reading.packet.payload for reading in heard if isinstance(reading, StreamFrame)]

    assert bytes_of(1) == bytes_of(1)
    assert bytes_of(1)[0] != bytes_of(2)[0]


def test_without_being_asked_it_sends_no_stream() -> None:
    heard = heard_from(open_source("sim:rest"), 30.0)
    assert not any(isinstance(reading, StreamFrame | StreamsChanged) for reading in heard)


def test_r_stands_at_every_beat() -> None:
    beats = np.array(Person(Traits(), 9).beats_until(120.0, lambda _: None))
    time_s, microvolts = ecg_in(heard_from(open_source("sim:rest?seed=9&pmd=1"), 130.0))
    peaks = [
        i
        for i in range(1, len(microvolts) - 1)
        if microvolts[i] > 600 and microvolts[i] == max(microvolts[max(0, i - 20) : i + 21])
    ]
    found_s = time_s[peaks]
    assert len(found_s) >= len(beats) - 1
    assert max(np.min(np.abs(found_s - beat_s)) for beat_s in beats if beat_s < 118.0) < 0.005


def test_a_frame_comes_every_half_second_with_the_true_rate_of_a_real_strap() -> None:
    heard = heard_from(open_source("sim:rest?pmd=1"), 120.0)
    frames = [reading for reading in heard if isinstance(reading, EcgFrame)]
    assert {len(frame.microvolts) for frame in frames} == {73}
    assert float(np.diff(ecg_in(heard)[0]).mean()) == pytest.approx(1 / 130.16, rel=1e-4)
    delays_s = np.array([frame.received_s - (frame.strap_ns - CLOCK_NS) / 1e9 for frame in frames])
    assert 0.3 < delays_s.min() < delays_s.max() < 1.0
    assert {len(r.milli_g) for r in heard if isinstance(r, AccelerometerFrame)} == {36}


def test_a_premature_beat_is_early_and_wide() -> None:
    heard = heard_from(open_source("sim:ectopic?seed=2&pmd=1&per_min=6&noise_ms=2"), 300.0)
    curve = ecg_in(heard)
    rr_s = np.array([rr for sample in samples_in(heard) for rr in sample.rr_ms]) / 1000
    first_s = next(beat for beat in Person(Traits(noise_ms=2), 2).beats_until(60, lambda _: None))
    beats_s = first_s + np.concatenate([[0.0], np.cumsum(rr_s)])
    usual_s = float(np.median(rr_s))
    early = [beats_s[i + 1] for i in range(len(rr_s) - 2) if rr_s[i] < 0.83 * usual_s and beats_s[i + 1] < 290.0]
    on_time = [beats_s[i + 1] for i in range(len(rr_s) - 2) if 0.95 < rr_s[i] / usual_s < 1.05 and beats_s[i + 1] < 290]
    assert len(early) > 10
    assert min(width_s(curve, at_s) for at_s in early) > 0.06
    # Of two premature beats in a row the second comes as late as usual
    assert np.quantile([width_s(curve, at_s) for at_s in on_time], 0.95) < 0.05


def test_the_chest_moves_with_the_breath() -> None:
    heard = heard_from(
        open_source("sim:rest?pmd=1&following=1&lag_s=0"), 120.0, lambda at_s: 0.5 - 0.5 * math.cos(at_s)
    )
    time_s, milli_g = tilt_in(heard)
    assert np.linalg.norm(milli_g, axis=1).mean() == pytest.approx(1000.0, abs=2.0)
    later = time_s > 10.0
    basis = np.column_stack([np.ones(later.sum()), np.cos(time_s[later]), np.sin(time_s[later])])
    _, in_phase_mg, off_phase_mg = np.linalg.lstsq(basis, milli_g[later, 2], rcond=None)[0]
    assert -14.0 < in_phase_mg < -8.0
    assert abs(off_phase_mg) < 4.0


def test_moving_about_shakes_both_streams() -> None:
    still, moving = (heard_from(open_source(f"sim:rest?seed=5&pmd=1&moves={n}"), 120.0) for n in (0, 6))
    assert np.abs(np.diff(tilt_in(still)[1][:, 0])).max() < 25
    assert np.abs(np.diff(tilt_in(moving)[1][:, 0])).max() > 60
    assert np.abs(np.diff(ecg_in(moving)[1])).max() > np.abs(np.diff(ecg_in(still)[1])).max()


def test_off_the_body_there_is_noise_and_no_beat() -> None:
    heard = heard_from(open_source("sim:off_body?pmd=1&every_s=30&for_s=10"), 60.0)
    time_s, microvolts = ecg_in(heard)
    off, on = microvolts[(time_s > 31) & (time_s < 39)], microvolts[(time_s > 10) & (time_s < 28)]
    assert np.median(np.abs(np.diff(off))) > 10 * np.median(np.abs(np.diff(on)))


def test_what_was_sent_while_the_link_was_lost_is_lost_and_the_streams_start_again() -> None:
    heard = heard_from(open_source("sim:dropout?pmd=1&every_s=30&for_s=10"), 60.0)
    lost = next(i for i, r in enumerate(heard) if isinstance(r, LinkChanged) and r.state is LinkState.LOST)
    back = next(i for i, r in enumerate(heard) if i > lost and isinstance(r, LinkChanged))
    assert back == lost + 1
    kinds = [type(reading) for reading in heard[back:]]
    assert kinds.index(HeartRateSample) < kinds.index(StreamsChanged) < kinds.index(EcgFrame)
    gap_s = np.diff(ecg_in(heard)[0]).max()
    assert 9.0 < gap_s < 13.0
    assert len({id(reading.started) for reading in heard if isinstance(reading, EcgFrame)}) == 2


@pytest.mark.parametrize("parameter", ["pmd=2", "moves=-1", "pmd=yes"])
def test_values_out_of_range_are_refused_by_name(parameter: str) -> None:
    with pytest.raises(SourceError, match=parameter):
        open_source(f"sim:rest?{parameter}")
