"""The program's clock, and the event loop that runs on it."""

import asyncio
import math
import time

import pytest

from devices import clock as clock_module
from devices.clock import Clock
from devices.clock_loop import ClockLoop
from tests.hand_clock import at_once


def test_at_speed_0_a_night_passes_at_once_and_to_the_second() -> None:
    async def sleep() -> float:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for _ in range(8):
            await asyncio.sleep(3600)
        return loop.time() - began_s

    began_s = time.perf_counter()
    assert at_once(sleep()) == pytest.approx(8 * 3600, abs=1e-6)
    assert time.perf_counter() - began_s < 5.0


def test_at_speed_0_timers_fire_in_the_order_of_their_moments() -> None:
    async def fire() -> list[tuple[str, float]]:
        loop = asyncio.get_running_loop()
        fired: list[tuple[str, float]] = []

        async def after(seconds: float, name: str) -> None:
            await asyncio.sleep(seconds)
            fired.append((name, round(loop.time(), 6)))

        await asyncio.gather(after(3, "late"), after(1, "early"), after(2, "between"))
        return fired

    assert at_once(fire()) == [("early", 1.0), ("between", 2.0), ("late", 3.0)]


def test_at_speed_0_time_stands_still_while_there_is_work() -> None:
    async def work() -> float:
        loop = asyncio.get_running_loop()
        timer = asyncio.create_task(asyncio.sleep(5))
        for _ in range(100):
            await asyncio.sleep(0)
        spent_s = loop.time()
        await timer
        return spent_s

    assert at_once(work()) == 0.0


def test_a_time_out_ends_at_its_moment_of_the_clock() -> None:
    async def wait() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.sleep(10)
        return asyncio.get_running_loop().time()

    assert at_once(wait()) == pytest.approx(5.0, abs=1e-6)


def test_at_speed_0_the_answer_of_a_thread_is_waited_for() -> None:
    async def ask() -> tuple[int, float]:
        return await asyncio.to_thread(lambda: 7), asyncio.get_running_loop().time()

    assert at_once(ask()) == (7, 0.0)


def test_a_speed_multiplies_the_seconds_of_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    real_s = 100.0
    monkeypatch.setattr(clock_module.time, "perf_counter", lambda: real_s)
    slow, fast = Clock(), Clock(50.0)
    slow_s, fast_s = slow.now(), fast.now()
    real_s += 2.0
    assert slow.now() - slow_s == pytest.approx(2.0)
    assert fast.now() - fast_s == pytest.approx(100.0)


def test_a_fast_loop_waits_less() -> None:
    async def sleep() -> float:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await asyncio.sleep(60)
        return loop.time() - began_s

    began_s = time.perf_counter()
    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock(30_000))) as runner:
        assert runner.run(sleep()) >= 60 - 1e-3
    assert time.perf_counter() - began_s < 10.0


def test_a_clock_at_speed_0_moves_only_by_hand() -> None:
    clock = Clock(0)
    assert clock.now() == 0.0
    clock.advance(1.5)
    clock.advance(0.25)
    assert clock.now() == 1.75


@pytest.mark.parametrize("speed", [-1.0, -1e-9, math.nan, math.inf])
def test_a_speed_is_a_number_of_0_or_more(speed: float) -> None:
    with pytest.raises(ValueError, match=f"speed must be .*{speed}"):
        Clock(speed)
