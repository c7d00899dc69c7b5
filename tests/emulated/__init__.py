"""A Bluetooth bed without hardware: bleak's own scanner and client, a virtual radio, emulated straps.

@on_clock_loop
async def test_something() -> None:
    async with emulated_strap(StrapSettings(has_battery=False)) as (radio, strap):
        async with BluetoothStrap(settings=QUICK, backend=radio.backend) as source: ...
"""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, ParamSpec

from devices.clock import Clock
from devices.clock_loop import ClockLoop
from tests.emulated.air import Air
from tests.emulated.radio import Radio
from tests.emulated.strap import Strap, StrapSettings

__all__ = ["Air", "Radio", "Strap", "StrapSettings", "emulated_strap", "emulated_straps", "on_clock_loop", "until"]

TEST_LIMIT_S = 20.0
_P = ParamSpec("_P")


@contextlib.asynccontextmanager
async def emulated_straps(*settings: StrapSettings, mtu: int = 517) -> AsyncIterator[tuple[Radio, tuple[Strap, ...]]]:
    """A radio and straps in the same air, all switched on."""
    air = Air()
    radio = Radio(air, mtu)
    straps = tuple(Strap(air, each) for each in settings)
    try:
        await radio.start()
        for strap in straps:
            await strap.start()
        yield radio, straps
    finally:
        for strap in straps:
            await strap.close()
        await radio.close()


@contextlib.asynccontextmanager
async def emulated_strap(settings: StrapSettings | None = None, mtu: int = 517) -> AsyncIterator[tuple[Radio, Strap]]:
    """A radio and one strap in its air, both switched on."""
    async with emulated_straps(settings or StrapSettings(), mtu=mtu) as (radio, (strap,)):
        yield radio, strap


async def until(is_true: Callable[[], object], limit_s: float = 30.0) -> None:
    """Wait until something holds; TimeoutError where it does not in time."""
    async with asyncio.timeout(limit_s):
        while not is_true():  # noqa: ASYNC110 (what is waited for is the strap's state, which tells no event)
            await asyncio.sleep(0.002)


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
