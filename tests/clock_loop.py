"""Asynchronous tests on the program's own event loop."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec

from devices.clock import Clock
from devices.clock_loop import ClockLoop

TEST_LIMIT_S = 60.0
"""For what hangs; a busy machine is no fault of a strap."""
_P = ParamSpec("_P")


def on_clock_loop(test: Callable[_P, Awaitable[None]]) -> Callable[_P, None]:
    """Run an asynchronous test on the program's own loop; a task left running or an unhandled error fails it."""

    @functools.wraps(test)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock())) as runner:
            runner.run(_guarded(test(*args, **kwargs)))

    return run


async def _guarded(test: Awaitable[None]) -> None:
    unhandled: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unhandled.append(context))
    async with asyncio.timeout(TEST_LIMIT_S):
        await test
    for _ in range(20):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks left running: {left}"
    assert not unhandled, unhandled
