"""The faults that straps, links and adapters have, played on an emulated strap: each with what is drawn from a seed."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bumble import att

from biofeedback.bench.emulated.radio import GOING, Radio
from biofeedback.bench.emulated.strap import MAKER, MODEL, Strap, StrapSettings
from devices.clock_loop import ClockLoop
from devices.gatt import encode_heart_rate
from devices.pmd_control import Measurement
from devices.samples import Contact

FAILED_TO_ESTABLISH = 0x3E
SUPERVISION_S = 4.0
"""So long after the last packet a link counts as lost (Polar H10: 4 to 6 s)."""
DOUBLED_S = 0.002
"""Between the two tellings of a system that listens twice."""
OWN = StrapSettings(advertising_ms=200.0)
ANOTHER_ADDRESS = StrapSettings(address="C4:43:1A:00:00:09", advertising_ms=200.0)
OTHER = StrapSettings(name="HRM-Dual 4711", address="C4:43:1A:00:00:0B", rssi_dbm=-70, advertising_ms=200.0)
SAME_MODEL = StrapSettings(name="Polar H10 B3B3B3B3", address="C4:43:1A:00:00:0C", rssi_dbm=-40, advertising_ms=200.0)
BOTH_STREAMS = (Measurement.ECG, Measurement.ACCELEROMETER)
BAD = (b"", b"\x16", b"\x01\x50", b"\x10\x48\x03", b"\xff" * 20, b"\x00\x48\x01", bytes(512))


class Heart:
    """Beats, no two intervals alike, and tells them once a second by a strap; beats that nobody hears are lost.

    Attributes
    ----------
    truth : dict of int to int
        The number of each interval that happened, by its length in 1/1024 s.
    replay : int
        So many intervals are told again with the next packet.
    muted, doubled : bool
        Whether the strap says nothing; says everything twice.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.truth: dict[int, int] = {}
        self.replay = 0
        self.muted = self.doubled = False
        self._told: list[int] = []
        self._ahead_s = 0.0
        self._phase = rng.uniform(0.0, math.tau)

    async def beat(self, strap: Strap) -> None:
        """Beat on this strap until cancelled."""
        while True:
            await asyncio.sleep(1.0)
            new = self._new(1.0)
            if self.muted or not strap.is_subscribed():
                continue
            again, self.replay = self._told[-self.replay :] if self.replay else [], 0
            self._told += new
            payload = encode_heart_rate(72, (*again, *new), Contact.GOOD)
            await strap.notify(payload)
            if self.doubled:
                await asyncio.sleep(DOUBLED_S)
                await strap.notify(payload)

    def _new(self, seconds: float) -> tuple[int, ...]:
        """The intervals that end within these seconds."""
        new = []
        self._ahead_s += seconds
        while self._ahead_s > 0.0:
            swing = 60.0 * math.sin(self._phase + 0.5 * len(self.truth))
            units = round(850.0 + swing + self._rng.gauss(0.0, 20.0))
            while units in self.truth:
                units += 1
            self.truth[units] = len(self.truth)
            self._ahead_s -= units / 1024.0
            new.append(units)
        return tuple(new)


@dataclass(slots=True)
class Scene:
    """What a fault is played on: `strap` is worn, `other` is in the same air.

    Attributes
    ----------
    asked : asyncio.Event
        The person was asked whether they wear another strap.
    say_yes : callable
        They do.
    others : list of Task
        Other people's hearts.
    """

    rng: random.Random
    radio: Radio
    strap: Strap
    other: Strap | None
    heart: Heart
    beating: "asyncio.Task[None]"
    asked: asyncio.Event
    say_yes: Callable[[], None]
    others: "list[asyncio.Task[None]]" = field(default_factory=list)

    def wear(self, strap: Strap) -> None:
        """The heart tells its beats by this strap from now on."""
        self.beating.cancel()
        self.beating = asyncio.create_task(self.heart.beat(strap))

    def beside(self, strap: Strap) -> None:
        """Another heart tells its beats by this strap."""
        self.others.append(asyncio.create_task(Heart(random.Random("beside")).beat(strap)))

    async def wait(self, least_s: float, most_s: float) -> None:
        """Some time passes."""
        await asyncio.sleep(self.rng.uniform(least_s, most_s))


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault.

    Attributes
    ----------
    play : callable
        Plays it on a scene; when it returns the strap can be had again.
    own, other : StrapSettings
        The strap that is worn, and one that is in the air beside it; None for none.
    other_waits : bool
        Whether the other one is switched off at first.
    mtu : int
    """

    play: Callable[[Scene], Awaitable[None]]
    own: StrapSettings = OWN
    other: StrapSettings | None = None
    other_waits: bool = False
    mtu: int = 517


async def _link_lost(scene: Scene) -> None:
    scene.strap.lose_link()


async def _told_again(scene: Scene) -> None:
    scene.heart.replay = scene.rng.randint(2, 4)
    scene.strap.lose_link()


async def _out_of_range(scene: Scene) -> None:
    away_s = scene.rng.uniform(1.0, 40.0)
    scene.strap.out_of_range()
    await asyncio.sleep(min(away_s, SUPERVISION_S))
    if away_s > SUPERVISION_S:
        scene.strap.lose_link()
        await asyncio.sleep(away_s - SUPERVISION_S)
    scene.strap.in_range()


async def _taken_off(scene: Scene) -> None:
    await scene.strap.switch_off()
    await scene.wait(3.0, 60.0)
    await scene.strap.switch_on()


async def _silent(scene: Scene) -> None:
    scene.heart.muted = True
    await scene.wait(3.0, 40.0)
    scene.heart.muted = False


async def _malformed(scene: Scene) -> None:
    for payload in scene.rng.choices(BAD, k=scene.rng.randint(3, 20)):
        await scene.strap.notify(payload)
        await scene.wait(0.0, 1.0)


async def _flooded(scene: Scene) -> None:
    n_rr = scene.rng.choice((20, 40, 100, 250))
    await scene.strap.notify(encode_heart_rate(72, [scene.rng.randint(600, 790) for _ in range(n_rr)], Contact.GOOD))


async def _refused(scene: Scene) -> None:
    scene.strap.refusal = FAILED_TO_ESTABLISH
    scene.strap.lose_link()
    await scene.wait(3.0, 90.0)
    scene.strap.refusal = 0


async def _dropped_in_discovery(scene: Scene) -> None:
    scene.strap.drop_after_s = scene.rng.uniform(0.02, 1.0)
    scene.strap.lose_link()
    await scene.wait(3.0, 60.0)
    scene.strap.drop_after_s = None


async def _adapter_off(scene: Scene) -> None:
    await scene.radio.switch_off(scene.rng.choice(GOING))
    await scene.wait(1.0, 60.0)
    scene.radio.switch_on()


async def _suspended(scene: Scene) -> None:
    loop = asyncio.get_running_loop()
    if isinstance(loop, ClockLoop):
        loop.clock.advance(scene.rng.uniform(20.0, 3600.0))
    scene.strap.lose_link()


async def _changed(scene: Scene) -> None:
    await scene.strap.switch_off()
    await scene.wait(1.0, 40.0)
    if scene.other:
        scene.wear(scene.other)
        await scene.other.switch_on()


async def _changed_with_a_yes(scene: Scene) -> None:
    await _changed(scene)
    await scene.asked.wait()
    await scene.wait(0.5, 10.0)
    scene.say_yes()


async def _neighbour(scene: Scene) -> None:
    """Somebody else puts on a strap while the own one is away; nobody says yes."""
    await scene.strap.switch_off()
    await scene.wait(1.0, 20.0)
    if scene.other:
        await scene.other.switch_on()
        scene.beside(scene.other)
    await scene.wait(5.0, 40.0)
    await scene.strap.switch_on()


async def _doubled(scene: Scene) -> None:
    scene.heart.doubled = True
    await scene.wait(5.0, 20.0)
    scene.heart.doubled = False


async def _contact_comes_and_goes(scene: Scene) -> None:
    heart, rng = scene.heart, scene.rng
    for _ in range(rng.randint(2, 6)):
        heart.muted = True
        for _ in range(rng.randint(1, 6)):
            noise = [rng.randint(300, 790) for _ in range(rng.randint(0, 2))]
            await scene.strap.notify(encode_heart_rate(0, noise, Contact.LOST))
            await asyncio.sleep(1.0)
        heart.muted = False
        await scene.wait(1.0, 6.0)


async def _reads_fail(scene: Scene) -> None:
    scene.strap.hanging.add(MODEL)
    scene.strap.att_error[MAKER] = att.ErrorCode.READ_NOT_PERMITTED
    scene.strap.battery_percent = 0
    scene.strap.lose_link()


FAULTS = {
    "link_lost": Fault(_link_lost),
    "link_lost_small_packets": Fault(_link_lost, StrapSettings(mtu=23, advertising_ms=200.0), mtu=23),
    "link_lost_two_straps": Fault(_link_lost, other=OTHER),
    "link_lost_told_again": Fault(_told_again),
    "link_lost_wants_pairing": Fault(
        _link_lost, StrapSettings(streams=BOTH_STREAMS, pairing="write", advertising_ms=200.0)
    ),
    "out_of_range": Fault(_out_of_range),
    "taken_off": Fault(_taken_off),
    "other_address": Fault(_changed, other=ANOTHER_ADDRESS, other_waits=True),
    "other_strap": Fault(_changed_with_a_yes, other=OTHER, other_waits=True),
    "neighbour": Fault(_neighbour, other=OTHER, other_waits=True),
    "neighbour_of_the_same_model": Fault(_neighbour, other=SAME_MODEL, other_waits=True),
    "silent": Fault(_silent),
    "suspended": Fault(_suspended),
    "refused": Fault(_refused),
    "dropped_in_discovery": Fault(_dropped_in_discovery),
    "adapter_off": Fault(_adapter_off),
    "reads_fail": Fault(_reads_fail),
    "malformed": Fault(_malformed),
    "flooded": Fault(_flooded),
    "doubled": Fault(_doubled),
    "contact_comes_and_goes": Fault(_contact_comes_and_goes),
}
"""Every kind by its name."""
