"""A real BlueZ with a virtual adapter, in whose air the emulated straps are; only in the machine of `machine/run`."""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator

from bumble import hci
from bumble.transport import open_transport
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from biofeedback.bench.emulated import Air, Strap, StrapSettings
from biofeedback.bench.emulated.air import CentralController

ADAPTER = "/org/bluez/hci0"
READY_S = 60.0


class BlueZ:
    """Bluetoothd, that can be killed and started again."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(["/run/bluetoothd"], stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """As it dies; nobody is told."""
        if self._process:
            self._process.kill()
            self._process.wait()


async def power(*, on: bool) -> None:
    """Switch the adapter, as in the settings of a desktop, as soon as BlueZ knows it."""
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    body = ["org.bluez.Adapter1", "Powered", Variant("b", on)]
    try:
        async with asyncio.timeout(READY_S):
            while True:
                properties = "org.freedesktop.DBus.Properties"
                answer = await bus.call(Message("org.bluez", ADAPTER, properties, "Set", signature="ssv", body=body))
                if answer and answer.message_type is MessageType.METHOD_RETURN:
                    return
                await asyncio.sleep(0.1)
    finally:
        bus.disconnect()


@contextlib.asynccontextmanager
async def bluez_with(*settings: StrapSettings) -> AsyncIterator[tuple[BlueZ, tuple[Strap, ...]]]:
    """BlueZ, its adapter on, and straps in the air, all advertising."""
    # All that takes long first: the kernel gives an adapter two seconds for an answer, on a clock that runs on
    air, bluez = Air(), BlueZ()
    straps = tuple(Strap(air, each) for each in settings)
    bluez.start()
    try:
        async with await open_transport("vhci") as transport:
            controller = CentralController(
                "bluez", air, host_source=transport.source, host_sink=transport.sink, public_address="F0:F1:F2:F3:F4:F5"
            )
            # Linux waits for an event that bumble does not send where these are offered (bumble issue 841)
            controller.le_features &= ~(hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)
            await power(on=True)
            for strap in straps:
                await strap.start()
            yield bluez, straps
            for strap in straps:
                await strap.close()
    finally:
        bluez.kill()
