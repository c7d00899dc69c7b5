"""What a strap's electrocardiogram and accelerometer change in a session, and that its bytes tell it again."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, replace
from heapq import merge

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Verdict
from biofeedback.analysis.breath.movement import WHILE_MOVING
from biofeedback.reports.sentences import ecg_sentence
from biofeedback.session.body import Body
from biofeedback.session.events import EcgCame, MovementSeen
from biofeedback.session.judging import judged_beats
from biofeedback.session.kept.archive import judge_session, show
from biofeedback.session.kept.recut import exclude, take_back
from biofeedback.session.runner import SessionRunner
from biofeedback.storage.database import Store
from devices.pmd import ECG_BITS, FrameReader, encode_ecg, sample_times_ns, start_packet
from devices.pmd_control import Measurement
from devices.samples import EcgFrame, Packet, PacketFormat, StreamFrame
from devices.simulated_streams import CLOCK_NS, ECG_STEP_NS
from tests.session.stage import SHORT, Played, play, same_again

RATE_HZ = 130
AT_REST, ECTOPIC = "sim:rest?pmd=1&seed=3", "sim:ectopic?per_min=4&pmd=1&moves=4&seed=5"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Where sessions lie that several tests look at."""
    with Store.open(tmp_path_factory.mktemp("kept")) as opened:
        yield opened


@pytest.fixture(scope="module")
def at_rest(kept: Store) -> Played:
    return play(kept, AT_REST, SHORT)


@pytest.fixture(scope="module")
def ectopic(kept: Store) -> Played:
    return play(kept, ECTOPIC, SHORT)


def frames_of(clocks: list[tuple[int, int]], rate_hz: int = RATE_HZ) -> list[EcgFrame]:
    """Frames of a quiet electrocardiogram, each with its clock in ns and its number of samples."""
    reader = FrameReader()
    reader.started(start_packet(0.0, Measurement.ECG, rate_hz, ECG_BITS))
    frames = []
    for i, (strap_ns, n_samples) in enumerate(clocks):
        payload = encode_ecg(strap_ns, np.zeros(n_samples, np.int64))
        frame = reader.frame(Packet(float(i), PacketFormat.PMD_FRAME, payload))
        assert isinstance(frame, EcgFrame)
        frames.append(frame)
    return frames


def times_s(frames: list[EcgFrame]) -> list[np.ndarray]:
    body = Body()
    came = [body.hear(frame.received_s, frame) for frame in frames]
    return [piece.time_s for piece in came if isinstance(piece, EcgCame)]


@given(st.lists(st.tuples(st.integers(1, 90), st.floats(0.85, 1.15)), min_size=2, max_size=20))
def test_samples_lie_where_they_lie_when_all_frames_are_known(steps: list[tuple[int, float]]) -> None:
    clocks, clock_ns = [], CLOCK_NS
    for n_samples, pace in steps:
        clock_ns += round(n_samples * pace * 1e9 / RATE_HZ)
        clocks.append((clock_ns, n_samples))
    told = np.concatenate(times_s(frames_of(clocks))[1:]) - CLOCK_NS / 1e9
    strap_ns, counts = (np.array(column, np.int64) for column in zip(*clocks, strict=True))
    whole = (sample_times_ns(strap_ns, counts, RATE_HZ) - CLOCK_NS) / 1e9
    assert told == pytest.approx(whole[clocks[0][1] :], abs=1e-6)


def test_samples_after_a_lost_frame_keep_the_steps_that_they_had() -> None:
    clocks = [(CLOCK_NS + i * 73 * ECG_STEP_NS, 73) for i in (1, 2, 3, 5, 6)]
    before, after = times_s(frames_of(clocks))[2:4]
    assert np.diff(after) == pytest.approx(ECG_STEP_NS / 1e9, abs=1e-6)
    assert after[0] - before[-1] == pytest.approx(74 * ECG_STEP_NS / 1e9, abs=1e-6)


def test_a_clock_that_begins_anew_is_followed() -> None:
    clocks = [(CLOCK_NS + i * 73 * ECG_STEP_NS, 73) for i in (7, 8, 9, 1, 2)]
    for (strap_ns, _), told in zip(clocks, times_s(frames_of(clocks)), strict=True):
        assert told[-1] == strap_ns / 1e9
        assert np.diff(told) == pytest.approx(ECG_STEP_NS / 1e9, rel=0.01)


def test_a_rate_that_nobody_can_follow_is_passed_over() -> None:
    body = Body()
    assert [body.hear(frame.received_s, frame) for frame in frames_of([(10**9, 5)], 5)] == [None]


@pytest.mark.parametrize(
    "uri",
    [
        "sim:rest?pmd=1&moves=4&seed=3",
        "sim:ectopic?per_min=4&pmd=1&seed=5",
        "sim:dropout?every_s=70&for_s=7&pmd=1&moves=2&seed=5",
        "sim:off_body?every_s=70&for_s=9&pmd=1&seed=5",
        "sim:irregular?pmd=1&seed=5",
    ],
)
def test_a_session_with_streams_is_scored_again_to_the_bit(uri: str, store: Store) -> None:
    acts = [
        (90.0, SessionRunner.pause),
        (121.5, SessionRunner.resume),
        (170.0, SessionRunner.skip),
    ]
    played = play(store, uri, SHORT, acts)
    assert played.whole.ecg is not None
    assert played.whole.movement is not None
    same_again(store, played)
    assert judge_session(store, played.whole.session_id).beats == list(played.whole.beats)


def test_the_summary_tells_how_far_the_electrocardiogram_agreed_and_the_breath_of_the_chest(at_rest: Played) -> None:
    summary = at_rest.whole
    document = summary.as_json()
    ecg = document["ecg"]
    assert set(ecg) == {
        "n_complexes", "n_compared", "n_agreed", "n_extra_beats", "median_difference_ms", "within_10_ms_percent",
        "usable_percent", "withheld",
    }  # fmt: skip
    assert summary.n_beats - 20 <= ecg["n_agreed"] == ecg["n_compared"] <= summary.n_beats
    assert abs(ecg["median_difference_ms"]) < 1
    assert ecg["usable_percent"] > 99
    breathe = next(phase for phase in document["phases"] if phase["name"] == "breathe")
    assert breathe["movement"]["breaths_per_min"] == pytest.approx(6.0, abs=0.2)
    assert document["movement"]["moving_percent"] == 0.0


def test_of_a_session_that_is_cut_nothing_is_told_that_counts_the_whole_electrocardiogram(store: Store) -> None:
    played = play(store, "sim:rest?pmd=1&seed=3", SHORT)
    assert played.whole.ecg is not None
    assert played.whole.ecg.n_compared
    session_id = played.whole.session_id
    cut = exclude(store, session_id, 100.0, 130.0, "the strap was loose", "2026-11-26T10:00:00")
    withheld = cut["ecg"].pop("withheld")
    assert set(cut["ecg"].values()) == {None}
    assert set(withheld) == set(cut["ecg"])
    assert "a stretch is left out" in ecg_sentence(show(store, session_id)["ecg"])
    take_back(store, session_id, 1, "2026-11-26T11:00:00")
    assert show(store, session_id)["ecg"] == asdict(played.whole.ecg)


def test_who_moves_is_seen_moving_and_doubtful_beats_say_so(store: Store) -> None:
    played = play(store, "sim:ectopic?per_min=3&pmd=1&moves=12&seed=7", SHORT)
    movement = played.whole.movement
    assert movement is not None
    assert 20 < movement.moving_percent < 60
    seen = [m for event in played.of(MovementSeen) for m in event.movements if m.level_mg is not None]
    assert movement.moving_percent == pytest.approx(100 * np.mean([m.moving for m in seen]), abs=1)
    for beat in played.whole.beats:
        if beat.reason.endswith(WHILE_MOVING):
            assert beat.verdict is not Verdict.KEPT


def test_an_extra_beat_is_known_by_its_electrocardiogram(ectopic: Played) -> None:
    summary = ectopic.whole
    assert summary.ecg is not None
    n_seen = sum(beat.verdict is Verdict.ECTOPIC for beat in summary.beats)
    assert 2 * summary.ecg.n_extra_beats == pytest.approx(n_seen, abs=4), "the interval before it and the one after"
    assert n_seen > 20


def test_without_streams_there_is_neither_and_nothing_else_changes(store: Store) -> None:
    summary = play(store, "sim:rest?seed=3", SHORT).whole
    document = summary.as_json()
    assert document["ecg"] is None
    assert document["movement"] is None
    assert all(phase["movement"] is None for phase in document["phases"])


def test_a_frame_and_a_packet_of_one_instant_may_come_in_either_order(ectopic: Played, kept: Store) -> None:
    session_id = ectopic.whole.session_id
    packets, frames = list(kept.packets(session_id)), kept.frames(session_id)
    arrivals_s = [packet.received_s for packet in packets]
    together: list[StreamFrame] = []
    for frame in frames:
        place = bisect_left(arrivals_s, frame.received_s)
        if place < len(packets):
            together.append(replace(frame, packet=replace(frame.packet, received_s=arrivals_s[place])))
    one = merge(packets, together, key=lambda came: came.received_s)
    other = merge(together, packets, key=lambda came: came.received_s)
    assert judged_beats(one) == judged_beats(other)
