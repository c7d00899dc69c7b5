"""A stream of the lab streaming layer that this process sends; and whether the extras are installed."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from importlib.util import find_spec
from typing import Any

import pytest

needs_lsl = pytest.mark.skipif(find_spec("pylsl") is None, reason="pylsl, an extra, is not installed")
needs_brainflow = pytest.mark.skipif(find_spec("brainflow") is None, reason="brainflow, an extra, is not installed")
RATE_HZ = 250.0


class Outlet:
    """Sends; every sample is its own number at each electrode, with a hundredth more at each next one.

    Parameters
    ----------
    labels, units, types : sequence of str
        What it tells of its channels; nothing where it is empty.
    """

    def __init__(
        self,
        labels: Sequence[str] = ("C4", "Pz", "AUX"),
        units: Sequence[str] = ("microvolts",) * 3,
        types: Sequence[str] = (),
        rate_hz: float = RATE_HZ,
        form: str = "float32",
        name: str = "",
    ) -> None:
        import pylsl

        from devices.eeg.lsl import lsl_band

        self.name = name or f"band-{uuid.uuid4().hex}"
        lsl_band("lsl:", "")  # the library is told once how to log, before anything else is asked of it
        self.n_channels = max(len(labels), len(units), len(types), 1)
        info = pylsl.StreamInfo(self.name, "EEG", self.n_channels, rate_hz, form, self.name)
        if labels or units or types:
            channels = info.desc().append_child("channels")
            for i in range(self.n_channels):
                channel = channels.append_child("channel")
                for key, values in (("label", labels), ("unit", units), ("type", types)):
                    if values:
                        channel.append_child_value(key, values[i])
        self._clock = pylsl.local_clock
        self._outlet: Any = pylsl.StreamOutlet(info)
        self._begun_s = self._clock()
        self.n = 0

    def send(self, n: int, lost: int = 0) -> None:
        """The next samples; so many before them are never sent."""
        self.n += lost
        for _ in range(n):
            row = [self.n + i / 100 for i in range(self.n_channels)]
            self._outlet.push_sample(row, self._begun_s + self.n / RATE_HZ)
            self.n += 1

    def close(self) -> None:
        """End the stream."""
        self._outlet = None

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens."""
        return self._outlet is not None and bool(self._outlet.have_consumers())


@contextlib.asynccontextmanager
async def sending(outlet: Outlet) -> AsyncIterator[Outlet]:
    """Send at the pace of a band, from when somebody listens on."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        while not outlet.is_heard:  # noqa: ASYNC110 (the library tells no event)
            await asyncio.sleep(0.005)
        begun_s = loop.time()
        while True:
            outlet.send(max(0, round((loop.time() - begun_s) * RATE_HZ) - outlet.n))
            await asyncio.sleep(0.02)

    task = asyncio.create_task(run())
    try:
        yield outlet
    finally:
        task.cancel()
        await asyncio.wait({task})
        outlet.close()
