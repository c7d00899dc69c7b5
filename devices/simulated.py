"""A simulated strap: it notifies as a real one does, and what it sees of a simulated person is known to the bit."""

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from devices.gatt import decode_packet, encode_heart_rate
from devices.person import HeartBeat, Person, Traits
from devices.samples import (
    BatteryRead,
    Contact,
    LinkChanged,
    LinkState,
    Packet,
    PacketFormat,
    Reading,
    RRSupport,
    StrapIdentified,
    StreamsChanged,
)
from devices.source import Demand, LungVolume, Played, SourceError, SourceInfo, did_you_mean, undemanding

if TYPE_CHECKING:
    from devices.simulated_streams import SimulatedStreams

TICK_S = 1.0
STEP_S = 0.25
"""How often frames of other streams may be sent."""
LINK_DELAY_S = 0.03
LINK_JITTER_S = 0.06
PREMATURE = (0.20, 0.40)
IRREGULAR_SPREAD = 0.24


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong.

    Attributes
    ----------
    per_min : float
        Premature beats a minute, 20 to 40 % early, each followed by a compensatory pause.
    every_s, for_s : float
        The link is lost for `for_s` seconds after every `every_s` seconds.
    off_body : bool
        The strap leaves the skin at those times instead: it reports lost contact and no beats.
    irregular : bool
        Intervals without order, as in an irregular rhythm.
    """

    per_min: float = 0.0
    every_s: float = 0.0
    for_s: float = 0.0
    off_body: bool = False
    irregular: bool = False


@dataclass(frozen=True, slots=True)
class Extras:
    """What the strap sends beside the heart rate.

    Attributes
    ----------
    pmd : float
        1 for an electrocardiogram and an accelerometer.
    moves : float
        How often a minute the person moves about, as these two see it.
    eeg : float
        1 for a band on the person's head (`devices.eeg.simulated_band`), beside the strap.
    """

    pmd: float = 0.0
    moves: float = 0.0
    eeg: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A simulated person in a situation."""

    name: str
    title: str
    traits: Traits = field(default_factory=Traits)
    trouble: Trouble = field(default_factory=Trouble)
    extras: Extras = field(default_factory=Extras)


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("rest", "Simulated person"),
        Scenario(
            "calm",
            "Simulated person, calm",
            Traits(hr=58, amplitude_ms=70, respiration=11, arousal=0.05, noise_ms=15),
        ),
        Scenario(
            "anxious",
            "Simulated person, anxious",
            Traits(hr=84, amplitude_ms=25, respiration=19, arousal=0.9, noise_ms=8, following=0.8),
        ),
        Scenario("ectopic", "Simulated person with extra beats", trouble=Trouble(per_min=2)),
        Scenario("dropout", "Simulated person, link drops", trouble=Trouble(every_s=150, for_s=8)),
        Scenario("irregular", "Simulated person, irregular rhythm", trouble=Trouble(irregular=True)),
        Scenario("off_body", "Simulated person, loose strap", trouble=Trouble(every_s=90, for_s=15, off_body=True)),
        Scenario("low_hrv", "Simulated person, small variability", Traits(hr=74, amplitude_ms=8, noise_ms=4)),
    )
}


def scenario_from(name: str, parameters: dict[str, str]) -> tuple[Scenario, int]:
    """The scenario of that name ('' is rest) with its parameters overridden, and the seed.

    Raises
    ------
    SourceError
        If the scenario or a parameter is unknown, or a value is not a number in its range.
    """
    if (name or "rest") not in SCENARIOS:
        raise SourceError(
            f"There is no simulated person called '{name}'.{did_you_mean(name, SCENARIOS)} "
            f"Choose one of: {', '.join(SCENARIOS)}."
        )
    scenario = SCENARIOS[name or "rest"]
    traits, trouble, extras, seed = scenario.traits, scenario.trouble, scenario.extras, 1
    for key, text in parameters.items():
        value = _number(key, text)
        if key == "seed":
            if not value.is_integer():
                raise SourceError(f"seed={text}: must be a whole number.")
            seed = int(value)
        elif key in _TRAIT_LIMITS:
            traits = replace(traits, **{key: value})
        elif key in _TROUBLE_LIMITS:
            trouble = replace(trouble, **{key: value})  # type: ignore[arg-type]
        elif key in _EXTRAS_LIMITS:
            extras = replace(extras, **{key: value})
    if trouble.every_s and trouble.for_s >= trouble.every_s:
        raise SourceError(f"for_s ({trouble.for_s:g}) must be less than every_s ({trouble.every_s:g}).")
    return replace(scenario, traits=traits, trouble=trouble, extras=extras), seed


_TRAIT_LIMITS: dict[str, tuple[float, float]] = {
    "hr": (30, 180),
    "resonance": (3, 10),
    "amplitude_ms": (0, 300),
    "q": (0.5, 10),
    "noise_ms": (0, 200),
    "respiration": (3, 40),
    "following": (0, 1),
    "lag_s": (0, 5),
    "arousal": (0, 1),
    "drift_bpm": (0, 20),
    "reactivity": (0, 60),
    "recovery_s": (1, 600),
}
_TROUBLE_LIMITS: dict[str, tuple[float, float]] = {"per_min": (0, 30), "every_s": (0, 86400), "for_s": (0, 3600)}
_EXTRAS_LIMITS: dict[str, tuple[float, float]] = {"pmd": (0, 1), "moves": (0, 20), "eeg": (0, 1)}
_LIMITS = {**_TRAIT_LIMITS, **_TROUBLE_LIMITS, **_EXTRAS_LIMITS, "seed": (0, 2**53)}
KNOWN = frozenset(_LIMITS)


def _number(key: str, text: str) -> float:
    if key not in _LIMITS:
        raise SourceError(
            f"A simulated person has no '{key}'.{did_you_mean(key, _LIMITS)} Known: {', '.join(_LIMITS)}."
        )
    low, high = _LIMITS[key]
    try:
        value = float(text)
    except ValueError:
        raise SourceError(f"{key}={text}: not a number.") from None
    if not low <= value <= high:
        raise SourceError(f"{key}={text}: must be from {low:g} to {high:g}.")
    return value


class SimulatedStrap(Played):
    """A strap on a simulated person.

    Notifications come about once a second with 0 to 3 RR each, after the delay and jitter of a radio link; all is
    drawn from the seed, never from the time of day.

    Parameters
    ----------
    scenario : Scenario
    seed : int
    uri : str
    """

    def __init__(self, scenario: Scenario, seed: int = 1, uri: str = "sim:") -> None:
        self.info = SourceInfo(uri, scenario.title, simulated=True)
        self._scenario = scenario
        self._seed = seed
        self._lung_volume: LungVolume = lambda _: None
        self._demand: Demand = undemanding

    def follow(self, lung_volume: LungVolume, demand: Demand = undemanding) -> None:
        self._lung_volume, self._demand = lung_volume, demand

    async def readings(self) -> AsyncGenerator[Reading, None]:
        now = asyncio.get_running_loop().time
        started_s = self._started_s
        yield LinkChanged(started_s, LinkState.CONNECTED)
        yield StrapIdentified(started_s, self.info.name, self.info.uri, maker="This program", model="Simulated person")
        yield BatteryRead(started_s, 100)
        streams = _streams(self._scenario, self._seed)
        told_rr, linked, streaming = False, True, False
        for tick in _ticks(self._scenario, self._seed, self._breath_at, self._demand_at, streams):
            await asyncio.sleep(max(0.0, started_s + tick.at_s - now()))
            at_s = started_s + tick.at_s
            if tick.linked != linked:
                linked, streaming = tick.linked, False
                yield LinkChanged(
                    at_s,
                    LinkState.CONNECTED if linked else LinkState.LOST,
                    "The strap is back." if linked else "The link to the strap was lost. It will be tried again.",
                )
            if linked and tick.payload is not None:
                yield decode_packet(Packet(at_s, PacketFormat.HEART_RATE_MEASUREMENT, tick.payload))
                if not told_rr and tick.n_rr:
                    told_rr = True
                    yield RRSupport(at_s, present=True)
                if streams and not streaming:
                    streaming = True
                    streams.start(at_s)
                    yield StreamsChanged(at_s, ecg=True, accelerometer=True)
            if streams and streaming:
                for frame in tick.frames:
                    yield streams.read(Packet(at_s, PacketFormat.PMD_FRAME, frame))

    def _breath_at(self, since_s: float) -> float | None:
        return self._lung_volume(self._started_s + since_s)

    def _demand_at(self, since_s: float) -> float:
        return self._demand(self._started_s + since_s)


@dataclass(frozen=True, slots=True)
class _Tick:
    at_s: float
    linked: bool
    payload: bytes | None
    n_rr: int
    frames: tuple[bytes, ...]


def _streams(scenario: Scenario, seed: int) -> "SimulatedStreams | None":
    if not scenario.extras.pmd:
        return None
    from devices.simulated_streams import SimulatedStreams  # numpy is slow to import

    return SimulatedStreams(seed, scenario.extras.moves)


def _ticks(
    scenario: Scenario, seed: int, lung_volume: LungVolume, demand: Demand, streams: "SimulatedStreams | None"
) -> Iterator[_Tick]:
    """Notifications without end, with seconds from the start; frames of other streams come also between them."""
    trouble = scenario.trouble
    n_steps_a_tick = round(TICK_S / STEP_S) if streams else 1
    rng = random.Random(f"strap {seed}")
    person = Person(scenario.traits, seed)
    rhythm = _Rhythm(trouble, random.Random(f"rhythm {seed}"))
    pulse = _Pulse()
    delivered_s, n_step = 0.0, 0
    while True:
        n_step += 1
        is_tick = n_step % n_steps_a_tick == 0
        step_s = n_step * TICK_S / n_steps_a_tick + (rng.uniform(-0.01, 0.01) if is_tick else 0.0)
        troubled = bool(trouble.every_s) and step_s % (trouble.every_s + trouble.for_s) >= trouble.every_s
        touching = not (troubled and trouble.off_body)
        linked = not troubled or trouble.off_body
        beats = rhythm.shape(person.beats_until(step_s, lung_volume, demand))
        pulse.beats += [beat.at_s for beat in beats]
        known_s = rhythm.known_until(step_s)
        frames = tuple(streams.frames(beats, known_s, step_s, person.volume, touching=touching)) if streams else ()
        if is_tick:
            payload, n_rr = pulse.measurement(touching)
            delivered_s = max(delivered_s, step_s + LINK_DELAY_S + rng.expovariate(1 / LINK_JITTER_S))
            yield _Tick(delivered_s, linked, payload, n_rr, frames)
        elif frames:
            yield _Tick(max(delivered_s, step_s + LINK_DELAY_S), linked, None, 0, frames)


class _Pulse:
    """Turns beats into the payload of a notification."""

    def __init__(self) -> None:
        self.beats: list[float] = []
        self._last_units: int | None = None
        self._recent: list[int] = []

    def measurement(self, touching: bool) -> tuple[bytes, int]:
        """The payload for the beats since the last one, and how many intervals it holds."""
        rr: list[int] = []
        for beat_s in self.beats:
            units = round(beat_s * 1024)
            if self._last_units is not None and touching:
                rr.append(units - self._last_units)
            self._last_units = units
        self.beats = []
        self._recent = (self._recent + rr)[-5:]
        rate = round(60 * 1024 * len(self._recent) / sum(self._recent)) if self._recent and touching else 0
        return encode_heart_rate(rate, tuple(rr), Contact.GOOD if touching else Contact.LOST), len(rr)


class _Rhythm:
    """Turns the beats of a regular heart into those of a troubled one."""

    def __init__(self, trouble: Trouble, rng: random.Random) -> None:
        self._trouble = trouble
        self._rng = rng
        self._last: tuple[float, float] | None = None
        self._shaped_s = 0.0

    @property
    def _is_plain(self) -> bool:
        return not (self._trouble.per_min or self._trouble.irregular)

    def known_until(self, now_s: float) -> float:
        """Up to when no further beat can come."""
        return now_s if self._is_plain else self._shaped_s

    def shape(self, beats: list[float]) -> list[HeartBeat]:
        """The same beats, each moved where the rhythm calls for it; order is kept, one beat may wait."""
        if self._is_plain:
            return [HeartBeat(beat_s) for beat_s in beats]
        shaped: list[HeartBeat] = []
        for beat_s in beats:
            if self._last is not None:
                shaped.append(self._move(*self._last, beat_s))
                self._shaped_s = shaped[-1].at_s
            self._last = (self._last[1] if self._last else beat_s - 1.0, beat_s)
        return shaped

    def _move(self, before_s: float, beat_s: float, after_s: float) -> HeartBeat:
        """One beat between its regular neighbours."""
        if self._trouble.irregular:
            reach = IRREGULAR_SPREAD * min(beat_s - before_s, after_s - beat_s)
            return HeartBeat(beat_s + self._rng.uniform(-reach, reach))
        if self._rng.random() < self._trouble.per_min * (beat_s - before_s) / 60.0:
            return HeartBeat(beat_s - self._rng.uniform(*PREMATURE) * (beat_s - before_s), premature=True)
        return HeartBeat(beat_s)
