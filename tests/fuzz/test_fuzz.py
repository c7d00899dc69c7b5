"""Hostile packets and sessions, a few of each; `python -m tests.fuzz` plays as many as one likes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.beats.verdicts import Classifier
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.figures.streaming import LiveAnalysis
from devices.gatt import encode_heart_rate
from devices.pmd import FrameReader
from devices.samples import Contact, Packet, PacketFormat
from tests.fuzz.__main__ import main, run_beats, shortest
from tests.fuzz.bands import fuzz_bands
from tests.fuzz.frames import check_control, check_frame, check_times, frame, start
from tests.fuzz.invariants import MOST_PIECES, check_packet
from tests.fuzz.payloads import EDGES_1024, heart_rate, rr_text
from tests.fuzz.streams import Event, Happening, Step, stream, stream_of

SESSIONS = settings(max_examples=60, deadline=None)
RR_1024 = st.sampled_from(EDGES_1024) | st.integers(0, 0xFFFF) | st.integers(300, 2060)
WAITS_S = st.sampled_from([0.0, 5e-324, 1e-9, 0.25, 1.0, 1.5, 70.0, 1e6]) | st.floats(0.0, 3.0)
PAYLOADS = st.builds(
    lambda rr, contact: (PacketFormat.HEART_RATE_MEASUREMENT, encode_heart_rate(70, rr, contact)),
    st.lists(RR_1024, max_size=6),
    st.sampled_from(Contact),
) | st.builds(
    lambda rr: (PacketFormat.RR_TEXT, b" ".join(rr)),
    st.lists(st.floats(0.0, 600_000.0).map(lambda rr_ms: b"%.400f" % rr_ms), min_size=1, max_size=3),
)


@st.composite
def sessions(draw: st.DrawFn) -> list[Step]:
    """Packets, some of them many times over, and events between them."""
    steps: list[Step] = []
    at_s = 0.0
    for _ in range(draw(st.integers(0, 12))):
        wait_s, (form, payload) = draw(WAITS_S), draw(PAYLOADS)
        for _ in range(draw(st.sampled_from([1, 1, 2, 5, 40]))):
            at_s += wait_s
            steps.append(Packet(at_s, form, payload))
        if draw(st.booleans()):
            steps.append(Event(at_s, draw(st.sampled_from(Happening))))
    return steps


@settings(max_examples=300)
@given(st.sampled_from([PacketFormat.HEART_RATE_MEASUREMENT, PacketFormat.RR_TEXT]), st.binary(max_size=600))
def test_any_bytes_are_decoded_or_refused_in_words(form: PacketFormat, payload: bytes) -> None:
    check_packet(Packet(0.0, form, payload))


@settings(max_examples=300)
@given(st.randoms(use_true_random=False))
def test_spoilt_frames_and_texts_are_decoded_or_refused_in_words(rng: Random) -> None:
    check_packet(Packet(0.0, PacketFormat.HEART_RATE_MEASUREMENT, heart_rate(rng)))
    check_packet(Packet(0.0, PacketFormat.RR_TEXT, rr_text(rng)))


@settings(max_examples=300)
@given(st.randoms(use_true_random=False))
def test_spoilt_frames_of_streams_are_read_or_refused_in_words(rng: Random) -> None:
    reader = FrameReader()
    check_frame(reader, Packet(0.0, PacketFormat.PMD_START, start(rng)))
    if read := check_frame(reader, Packet(0.0, PacketFormat.PMD_FRAME, frame(rng))):
        check_times([read, read])


def test_notifications_of_headbands_become_frames_or_nothing() -> None:
    said: list[str] = []
    assert fuzz_bands(1, 12_000, said.append) > 1000
    assert not said


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_any_bytes_of_the_control_point_are_understood_or_refused_in_words(value: bytes) -> None:
    check_control(value)


@SESSIONS
@given(sessions())
def test_every_beat_of_a_hostile_session_is_judged_once_and_every_figure_is_sound(steps: list[Step]) -> None:
    run_beats(steps)


@pytest.mark.parametrize("number", range(12))
def test_sessions_of_the_long_run(number: int) -> None:
    only_padding = number == 4  # which is no beat
    assert (run_beats(list(stream(0, number, 1000))).n_judged == 0) == only_padding


@SESSIONS
@given(st.binary(max_size=400))
def test_a_session_of_any_bytes(data: bytes) -> None:
    run_beats(list(stream_of(data)))


def beats_of_a_session() -> list[Step]:
    payloads = [encode_heart_rate(60, (1000 + n % 7, 1010 + n % 11), Contact.GOOD) for n in range(60)]
    return [Packet(2.0 * n, PacketFormat.HEART_RATE_MEASUREMENT, payload) for n, payload in enumerate(payloads)]


def changed(work: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *given, **named: change(work(*given, **named))


def without_the_30th(judged: list[Beat]) -> list[Beat]:
    return [beat for beat in judged if beat.ordinal != 30]


def the_30th_again(judged: list[Beat]) -> list[Beat]:
    return [beat for beat in judged for _ in range(2 if beat.ordinal == 30 else 1)]


def at_once(judged: list[Beat]) -> list[Beat]:
    return [replace(beat, time_s=7.0) for beat in judged]


def with_no_number(indices: LiveIndices) -> LiveIndices:
    return replace(indices, rmssd_ms=float("nan"))


def with_too_many_percent(indices: LiveIndices) -> LiveIndices:
    return replace(indices, artifact_percent=100.1)


@pytest.mark.parametrize(
    ("stage", "change"),
    [
        (Classifier, without_the_30th),
        (Classifier, the_30th_again),
        (Classifier, at_once),
        (LiveAnalysis, with_no_number),
        (LiveAnalysis, with_too_many_percent),
    ],
)
def test_a_broken_promise_is_noticed(
    stage: type[Any], change: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_beats(beats_of_a_session())
    monkeypatch.setattr(stage, "push", changed(stage.push, change))
    with pytest.raises(AssertionError):
        run_beats(beats_of_a_session())


def test_a_pipeline_that_forgets_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    push = LiveAnalysis.push

    def hoard(self: Any, *given: Any, **named: Any) -> LiveIndices:
        self.kept = kept
        kept.extend(object() for _ in range(MOST_PIECES // 100))
        return push(self, *given, **named)

    monkeypatch.setattr(LiveAnalysis, "push", hoard)
    with pytest.raises(AssertionError, match="pieces after"):
        run_beats(beats_of_a_session())


def test_a_failure_is_told_with_the_shortest_session_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    push = LiveAnalysis.push

    def fail(self: Any, beat: Beat, *given: Any, **named: Any) -> LiveIndices:
        if beat.rr_ms < 100.0:
            raise ZeroDivisionError
        return push(self, beat, *given, **named)

    monkeypatch.setattr(LiveAnalysis, "push", fail)
    with pytest.raises(ZeroDivisionError):
        main(["beats", "--n", "3000"])
    first, *steps = capsys.readouterr().out.splitlines()
    assert "--seed 0 --only" in first
    assert 1 <= len(steps) <= 3


def test_what_does_not_matter_is_left_out() -> None:
    steps = beats_of_a_session()
    wanted = {steps[13], steps[40]}

    def fails(kept: Sequence[Step]) -> bool:
        return wanted <= set(kept)

    assert shortest(steps, fails) == [steps[13], steps[40]]


@pytest.mark.parametrize("target", ["packets", "frames", "beats"])
def test_a_run_ends_with_its_figures(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([target, "--n", "200", "--seed", "3"])
    assert "nothing failed" in capsys.readouterr().out
