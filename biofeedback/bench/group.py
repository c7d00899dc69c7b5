"""Many people at once on one computer: how long a beat takes to its event, and whether one is lost before the disk."""

import asyncio
import random
import tempfile
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from biofeedback.bench.measurement import Measurement, MeasurementError, at_most, for_comparison
from biofeedback.session.events import BeatsCame, Event, SignalChanged
from biofeedback.session.several.group import Group, Member, MemberSummary
from biofeedback.storage.database import Store
from devices.clock import Clock
from devices.clock_loop import ClockLoop
from devices.gatt import decode_packet
from devices.samples import HeartRateSample, Packet, Reading
from devices.source import Demand, LungVolume, Source, undemanding
from devices.uri import open_source
from protocols.library import find_exercise

if TYPE_CHECKING:
    from biofeedback.bench.faulty import Heart

N_SIMULATED, N_LINKS, MINUTES = 64, 8, 3.0
LIMIT_MS = 100.0
N_AFTER_END = 2
"""So many packets may come after the end of a session, before its strap is let go."""


class Overheard(Source):
    """A source with all packets of beats that it gave."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.info = source.info
        self.packets: list[Packet] = []

    async def __aenter__(self) -> Self:
        await self._source.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._source.__aexit__(kind, error, trace)

    async def readings(self) -> AsyncGenerator[Reading, None]:
        async for reading in self._source.readings():
            if isinstance(reading, HeartRateSample):
                self.packets.append(reading.packet)
            yield reading

    def follow(self, lung_volume: LungVolume, demand: Demand = undemanding) -> None:
        self._source.follow(lung_volume, demand)


@dataclass(slots=True)
class Watch:
    """What a group told while it ran.

    Attributes
    ----------
    latencies_ms : list of float
        From the arrival of each packet to its event.
    troubles : set of str
        What was said of saving.
    """

    latencies_ms: list[float] = field(default_factory=list)
    troubles: set[str] = field(default_factory=set)

    def take(self, _: int, event: Event) -> None:
        if isinstance(event, BeatsCame):
            self.latencies_ms.append(1000.0 * (asyncio.get_running_loop().time() - event.arrived_clock_s))
        elif isinstance(event, SignalChanged) and "saving" in event.words:
            self.troubles.add(event.words)


async def play(sources: Sequence[Source], store: Store, minutes: float) -> tuple[Watch, list[MemberSummary]]:
    """Play a group to its end in real time, all in one database."""
    watch = Watch()
    members = [Member(f"P-{number}", source) for number, source in enumerate(sources)]
    exercise = find_exercise("paced-breathing").lasting(minutes)
    found = await Group(exercise, members, store, watch.take).run()
    return watch, found


def group(recordings: Path | None) -> dict[str, Measurement]:
    """Many simulated straps in step, then some over the emulated radio, each for some minutes in real time."""
    told = _on_loop(_simulated)
    return told | _on_loop(_over_radio) if find_spec("bumble") else told


def _on_loop(measure: Callable[[Store], Coroutine[Any, Any, dict[str, Measurement]]]) -> dict[str, Measurement]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "data") as store,
        asyncio.Runner(loop_factory=lambda: ClockLoop(Clock())) as runner,
    ):
        return runner.run(measure(store))


async def _simulated(store: Store) -> dict[str, Measurement]:
    overheard = [Overheard(open_source(f"sim:rest?seed={seed}")) for seed in range(1, N_SIMULATED + 1)]
    watch, found = await play(overheard, store, MINUTES)
    n_lost = sum(
        _n_missing(store, each.session_id, [packet.payload for packet in strap.packets])
        for each, strap in zip(found, overheard, strict=True)
    )
    return _told(f"{N_SIMULATED}_simulated", watch, n_lost)


async def _over_radio(store: Store) -> dict[str, Measurement]:
    from biofeedback.bench.emulated import StrapSettings, emulated_straps
    from biofeedback.bench.faulty import Heart
    from devices.bluetooth_strap import BluetoothStrap

    settings = [
        StrapSettings(name=f"Polar H10 0A1B2C{n:02X}", address=f"C4:43:1A:00:01:{n:02X}") for n in range(N_LINKS)
    ]
    async with emulated_straps(*settings) as (radio, straps):
        hearts = [Heart(random.Random(f"heart {n}")) for n in range(N_LINKS)]
        beating = [asyncio.create_task(heart.beat(strap)) for heart, strap in zip(hearts, straps, strict=True)]
        sources = [BluetoothStrap(each.address, backend=radio.backend) for each in settings]
        watch, found = await play(sources, store, MINUTES)
        for task in beating:
            task.cancel()
        await asyncio.wait(beating)
    n_lost = sum(n_skipped(store, each, heart) for each, heart in zip(found, hearts, strict=True))
    return _told(f"{N_LINKS}_links", watch, n_lost)


def _n_missing(store: Store, session_id: str, given: list[bytes]) -> int:
    """Packets that a strap gave, after the first that is kept, and that are not kept in their order."""
    kept = [packet.payload for packet in store.packets(session_id)] if session_id else []
    n = len(kept)
    ways = (len(given) - i - n for i in range(len(given) - n + 1) if n and given[i : i + n] == kept)
    return next((left for left in ways if left <= N_AFTER_END), len(given))


def n_skipped(store: Store, member: MemberSummary, heart: "Heart") -> int:
    """Beats of a heart between the first and the last that are kept, and that are not kept."""
    if not member.session_id:
        return len(heart.truth)
    kept = [
        heart.truth[round(rr_ms * 1.024)]
        for packet in store.packets(member.session_id)
        for rr_ms in decode_packet(packet).rr_ms
    ]
    return kept[-1] - kept[0] + 1 - len(kept)


def _told(name: str, watch: Watch, n_lost: int) -> dict[str, Measurement]:
    if not watch.latencies_ms:
        raise MeasurementError("No beat came, so nothing could be measured.")
    p50_ms, p95_ms, most_ms = np.percentile(watch.latencies_ms, [50, 95, 100])
    return {
        f"group_{name}_p50": for_comparison(float(p50_ms), "ms"),
        f"group_{name}_p95": at_most(float(p95_ms), LIMIT_MS, "ms"),
        f"group_{name}_most": for_comparison(float(most_ms), "ms"),
        f"group_{name}_lost": at_most(n_lost, 0, f"in {len(watch.latencies_ms)} packets"),
        f"group_{name}_troubles": at_most(len(watch.troubles), 0, "sentences"),
    }
