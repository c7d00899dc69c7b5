"""The electrocardiogram and the accelerometer of a strap over Bluetooth, and that they never harm the heart rate."""

from dataclasses import replace

import numpy as np
import pytest

from biofeedback.bench.emulated import StrapSettings, emulated_strap, until
from biofeedback.bench.emulated.pmd import CLOCK_NS, NEVER
from devices.bluetooth_settings import BluetoothSettings
from devices.bluetooth_streams import BREAKS_OFF, NO_ANSWER, WANTS_PAIRING
from devices.pmd import N_ECG_SAMPLES
from devices.pmd_control import Measurement, Operation, Status, encode_answer
from devices.samples import (
    AccelerometerFrame,
    BatteryRead,
    EcgFrame,
    HeartRateSample,
    LinkState,
    MalformedPacket,
    PacketFormat,
    Reading,
    StreamsChanged,
)
from tests.clock_loop import on_clock_loop
from tests.devices.listener import QUICK, Listener, listening, strap_at

ECG, ACCELEROMETER = Measurement.ECG, Measurement.ACCELEROMETER
H10 = StrapSettings(streams=(ECG, ACCELEROMETER))
STEADY = replace(QUICK, silent_s=2.0, reconnect_s=4.0)
"""A busy computer does not make the link look silent."""
PATIENT = replace(STEADY, stream_silent_s=60.0)


def told(heard: Listener) -> list[tuple[bool, bool]]:
    return [(news.ecg, news.accelerometer) for news in heard.of(StreamsChanged)]


def reasons(heard: Listener) -> list[str]:
    return [news.detail for news in heard.of(StreamsChanged) if news.detail]


def first(heard: Listener, kind: type[Reading]) -> int:
    return next(i for i, reading in enumerate(heard.readings) if isinstance(reading, kind))


@on_clock_loop
async def test_both_streams_come_after_the_first_heart_rate_with_the_bytes_that_were_sent() -> None:
    async with emulated_strap(H10) as (radio, strap), listening(strap_at(radio, settings=STEADY)) as heard:
        await until(lambda: heard.states()[-1:] == [LinkState.CONNECTED] and strap.is_subscribed(strap.battery))
        for percent in range(20, 30):
            await strap.notify_battery(percent)
            await until(lambda level=percent: heard.of(BatteryRead)[-1].percent == level)
        assert (strap.pmd.n_reads, strap.pmd.commands) == (0, [])
        strap.beat()
        await until(lambda: len(heard.of(EcgFrame)) > 3 and len(heard.of(AccelerometerFrame)) > 3)
    assert told(heard) == [(True, False), (True, True)]
    assert first(heard, HeartRateSample) < first(heard, StreamsChanged) < first(heard, EcgFrame)
    frame = heard.of(EcgFrame)[1]
    assert frame.strap_ns == CLOCK_NS + 2 * (N_ECG_SAMPLES * 10**9 // 130)
    assert frame.microvolts.tolist() == (37 * np.arange(N_ECG_SAMPLES) % 1500 - 300).tolist()
    assert (frame.rate_hz, frame.packet.format, len(frame.packet.payload)) == (130, PacketFormat.PMD_FRAME, 229)
    assert frame.started.format is PacketFormat.PMD_START
    assert frame.started is heard.of(EcgFrame)[0].started
    assert heard.of(AccelerometerFrame)[0].rate_hz == 25
    arrivals_s = [reading.received_s for reading in heard.readings if isinstance(reading, EcgFrame | HeartRateSample)]
    assert arrivals_s == sorted(arrivals_s)
    assert heard.of(MalformedPacket) == []


@on_clock_loop
async def test_closing_stops_both_streams_before_the_link() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: told(heard)[-1:] == [(True, True)])
        assert sorted(strap.pmd.stopped()) == [ECG, ACCELEROMETER]
        assert strap.pmd.running == {}


@on_clock_loop
async def test_a_strap_without_the_service_says_nothing_of_streams_and_loses_nothing() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: len(heard.samples) > 20)
    assert told(heard) == []
    assert heard.states().count(LinkState.CONNECTED) == 1


@on_clock_loop
async def test_a_strap_with_one_stream_gives_that_one() -> None:
    async with emulated_strap(replace(H10, streams=(ACCELEROMETER,))) as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: heard.of(AccelerometerFrame))
    assert told(heard) == [(False, True)]
    assert strap.pmd.started() == [ACCELEROMETER]


@on_clock_loop
async def test_a_stream_that_runs_already_is_stopped_and_started_anew() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.pmd.start(ECG)
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: heard.of(EcgFrame) and told(heard)[-1] == (True, True))
            assert strap.pmd.stopped() == [ECG]
            assert strap.pmd.started() == [ECG, ECG, ACCELEROMETER]
    assert reasons(heard) == []
    assert heard.of(EcgFrame)[0].strap_ns == CLOCK_NS + N_ECG_SAMPLES * 10**9 // 130, "no frame of the old stream"
    assert heard.of(MalformedPacket) == []


@pytest.mark.parametrize("operation", [Operation.SETTINGS, Operation.START])
@pytest.mark.parametrize("answer", [Status.INVALID_STATE, Status.INVALID_PARAMETER, 99, NEVER])
def test_an_error_of_the_control_point_is_tried_again(operation: Operation, answer: int) -> None:
    @on_clock_loop
    async def test() -> None:
        async with emulated_strap(H10) as (radio, strap):
            strap.pmd.statuses[operation, ECG] = [answer]
            strap.beat()
            async with listening(strap_at(radio, settings=STEADY)) as heard:
                await until(lambda: heard.of(EcgFrame) and heard.of(AccelerometerFrame))
        assert told(heard) == [(True, False), (True, True)]
        assert reasons(heard) == []

    test()


@pytest.mark.parametrize(
    ("answers", "n_starts"),
    [([Status.NOT_SUPPORTED] * 2, 1), ([Status.INVALID_STATE] * 6, 3), ([Status.IN_CHARGER] * 6, 3)],
)
def test_a_stream_that_is_refused_for_good_leaves_the_other(answers: list[int], n_starts: int) -> None:
    @on_clock_loop
    async def test() -> None:
        async with emulated_strap(H10) as (radio, strap):
            strap.pmd.statuses[Operation.START, ECG] = answers
            strap.beat()
            async with listening(strap_at(radio, settings=STEADY)) as heard:
                await until(lambda: heard.of(AccelerometerFrame))
                assert strap.pmd.started().count(ECG) == n_starts
                strap.lose_link()
                await until(lambda: strap.pmd.started().count(ACCELEROMETER) == 2 and told(heard)[-1] == (False, True))
        assert len(reasons(heard)) == 1
        assert reasons(heard)[0].startswith("The strap does not give its electrocardiogram: it ")
        assert strap.pmd.started().count(ECG) == 2 * n_starts
        assert heard.of(EcgFrame) == []

    test()


@on_clock_loop
async def test_packets_too_small_for_an_electrocardiogram_leave_the_heart_rate() -> None:
    async with emulated_strap(H10, mtu=100) as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: reasons(heard) and len(heard.samples) > 5)
    assert "the packets of this connection are too small" in reasons(heard)[0]


@on_clock_loop
async def test_a_strap_that_never_answers_keeps_its_heart_rate_and_is_told_of_once() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.pmd.statuses[Operation.SETTINGS, ECG] = [NEVER] * 99
        strap.beat()
        async with listening(strap_at(radio, settings=replace(STEADY, operation_s=0.3, stream_retry_s=()))) as heard:
            await until(lambda: reasons(heard))
            n_samples, n_commands = len(heard.samples), len(strap.pmd.commands)
            strap.lose_link()
            await until(lambda: strap.n_connections == 2 and len(heard.samples) > n_samples + 10)
            assert len(strap.pmd.commands) == n_commands
    assert reasons(heard) == [NO_ANSWER]
    assert told(heard) == [(False, False)]


@pytest.mark.parametrize("refuses", ["read", "write"])
def test_a_strap_that_wants_to_be_paired_is_paired_where_the_system_can(refuses: str) -> None:
    @on_clock_loop
    async def test() -> None:
        async with emulated_strap(replace(H10, pairing=refuses)) as (radio, strap):
            radio.can_pair = True
            strap.beat()
            async with listening(strap_at(radio, settings=STEADY)) as heard:
                await until(lambda: heard.of(EcgFrame) and heard.of(AccelerometerFrame))
        assert reasons(heard) == []

    test()


@pytest.mark.parametrize("refuses", ["read", "write"])
def test_where_pairing_is_not_to_be_had_that_is_said_once(refuses: str) -> None:
    @on_clock_loop
    async def test() -> None:
        async with emulated_strap(replace(H10, pairing=refuses)) as (radio, strap):
            strap.beat()
            async with listening(strap_at(radio, settings=STEADY)) as heard:
                await until(lambda: reasons(heard))
                strap.lose_link()
                n_samples = len(heard.samples)
                await until(lambda: strap.n_connections == 2 and len(heard.samples) > n_samples + 10)
        assert reasons(heard) == [WANTS_PAIRING]
        assert told(heard) == [(False, False)]
        assert heard.of(EcgFrame) == []

    test()


@on_clock_loop
async def test_after_a_lost_link_the_streams_start_again() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: told(heard)[-1:] == [(True, True)] and heard.of(EcgFrame))
            strap.lose_link()
            await until(lambda: told(heard)[-2:] == [(True, False), (True, True)] and len(told(heard)) == 4)
            n_frames = len(heard.of(EcgFrame))
            await until(lambda: len(heard.of(EcgFrame)) > n_frames + 3)
    one, other = {id(frame.started): frame.started for frame in heard.of(EcgFrame)}.values()
    assert one.payload == other.payload
    assert one.received_s < other.received_s


@on_clock_loop
async def test_a_link_that_breaks_with_each_start_is_kept_for_the_heart_rate() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.pmd.on_start = strap.lose_link
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: reasons(heard))
            n_samples = len(heard.samples)
            await until(lambda: len(heard.samples) > n_samples + 20)
    assert strap.n_connections == 4
    assert reasons(heard) == [BREAKS_OFF]


@on_clock_loop
async def test_a_link_that_is_lost_often_but_not_at_the_start_keeps_its_streams() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=replace(STEADY, stream_silent_s=0.2))) as heard:
            for n_connections in range(1, 6):
                await until(lambda n=n_connections: told(heard) == [(True, False), (True, True)] * n)
                began_s = heard.of(StreamsChanged)[-1].at_s
                await until(lambda began_s=began_s: heard.of(EcgFrame)[-1].received_s > began_s + 0.5)
                strap.lose_link()
            await until(lambda: len(told(heard)) == 12)
    assert reasons(heard) == []


@on_clock_loop
async def test_one_break_at_the_start_does_not_cost_the_streams() -> None:
    async with emulated_strap(H10) as (radio, strap):

        def break_once() -> None:
            strap.pmd.on_start = None
            strap.lose_link()

        strap.pmd.on_start = break_once
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: heard.of(EcgFrame) and heard.of(AccelerometerFrame))
    assert strap.n_connections == 2


@on_clock_loop
async def test_a_stream_that_the_strap_ends_is_started_again() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=PATIENT)) as heard:
            await until(lambda: told(heard)[-1:] == [(True, True)] and heard.of(AccelerometerFrame))
            strap.pmd.end(ECG)
            await strap.pmd.tell(b"\x01\x00")
            await until(lambda: strap.pmd.started() == [ECG, ACCELEROMETER, ECG] and ECG in strap.pmd.running)
            n_frames = len(heard.of(EcgFrame))
            await until(lambda: len(heard.of(EcgFrame)) > n_frames)


@on_clock_loop
async def test_a_stream_that_falls_silent_is_started_again_and_one_that_stays_silent_is_let_go() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=replace(STEADY, stream_silent_s=0.1, operation_s=2.0))) as heard:
            await until(lambda: ACCELEROMETER in strap.pmd.running)
            strap.pmd.end(ACCELEROMETER)
            await until(lambda: strap.pmd.started().count(ACCELEROMETER) >= 2)
            strap.pmd.every_s = 3600.0
            await until(lambda: told(heard)[-1] == (False, False), 10.0)
            n_samples = len(heard.samples)
            await until(lambda: len(heard.samples) > n_samples + 10)
    assert {reason.split(".")[0] for reason in reasons(heard)} == {
        "The strap's electrocardiogram has ended",
        "The strap's accelerometer has ended",
    }


@on_clock_loop
async def test_a_malformed_frame_is_kept_and_told_and_the_stream_goes_on() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: heard.of(EcgFrame))
            for payload in (b"\x00", b"\x00" * 12, b"", b"\x05" * 20):
                await strap.pmd.send(payload)
            n_frames = len(heard.of(EcgFrame))
            await until(lambda: len(heard.of(EcgFrame)) > n_frames + 2 and len(heard.of(MalformedPacket)) == 2)
    assert [bad.packet.payload for bad in heard.of(MalformedPacket)] == [b"\x00", b"\x00" * 12]
    assert {bad.packet.format for bad in heard.of(MalformedPacket)} == {PacketFormat.PMD_FRAME}


@on_clock_loop
async def test_what_the_control_point_tells_unasked_is_no_answer() -> None:
    async with emulated_strap(H10) as (radio, strap):
        strap.pmd.unasked = [
            bytes.fromhex("0F05000000000000000000000000000000"),
            b"\xf0\x02",
            encode_answer(Operation.START, ACCELEROMETER, Status.NOT_SUPPORTED),
            b"\x01\x00\x02",
            b"\x07",
        ]
        strap.beat()
        async with listening(strap_at(radio, settings=STEADY)) as heard:
            await until(lambda: heard.of(EcgFrame) and heard.of(AccelerometerFrame))
    assert told(heard) == [(True, False), (True, True)]


@on_clock_loop
async def test_the_first_heart_rate_does_not_wait_for_the_streams() -> None:
    hanging = BluetoothSettings(operation_s=60.0, nearest_s=0.1, close_s=2.0, stream_stop_s=0.2)
    async with emulated_strap(H10) as (radio, strap):
        strap.pmd.statuses[Operation.SETTINGS, ECG] = [NEVER]
        strap.beat()
        async with listening(strap_at(radio, settings=hanging)) as heard:
            await until(lambda: len(heard.samples) > 20)
            assert strap.pmd.commands
    assert heard.of(EcgFrame) == []
