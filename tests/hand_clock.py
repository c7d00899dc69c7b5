"""A loop whose clock stands still until the work is done, and then jumps to the next timer."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from devices.clock import Clock
from devices.clock_loop import ClockLoop
from devices.samples import HeartRateSample, LinkChanged, Reading
from devices.source import LungVolume, Source

_T = TypeVar("_T")


def at_once(work: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end without waiting; a task left running or an unhandled error fails the test."""
    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock(0))) as runner:
        return runner.run(_guarded(work))


async def _guarded(work: Coroutine[Any, Any, _T]) -> _T:
    unhandled: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unhandled.append(context))
    result = await work
    for _ in range(20):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks left running: {left}"
    assert not unhandled, unhandled
    return result


def heard_from(source: Source, until_s: float = float("inf"), lung_volume: LungVolume | None = None) -> list[Reading]:
    """What a source says in its first seconds, or to its end."""

    async def listen() -> list[Reading]:
        heard: list[Reading] = []
        if lung_volume:
            source.follow(lung_volume)
        async with source as opened:
            readings = opened.readings()
            async for reading in readings:
                heard.append(reading)
                if isinstance(reading, HeartRateSample | LinkChanged) and asyncio.get_running_loop().time() > until_s:
                    break
            await readings.aclose()
        return heard

    return at_once(listen())


def samples_in(heard: list[Reading]) -> list[HeartRateSample]:
    return [reading for reading in heard if isinstance(reading, HeartRateSample)]
