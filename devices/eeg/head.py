"""A simulated head: what its brain does is known, and what spoils the recording of it too."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
from scipy.signal import butter, sosfilt

from devices.eeg.recording import Annotation, EegRecording, Floats
from devices.source import SourceError, did_you_mean

SCHEME = "sim:head"
CHANNELS = ("Fp1", "Fp2", "C3", "Cz", "C4", "Pz", "O1", "O2")
PLACES = {
    "Fp1": (0.3, 0.1, 1.0),
    "Fp2": (0.3, 0.1, 0.95),
    "AF7": (0.3, 0.1, 0.8),
    "AF8": (0.3, 0.1, 0.8),
    "C3": (0.45, 0.9, 0.12),
    "Cz": (0.45, 0.8, 0.12),
    "C4": (0.45, 1.0, 0.12),
    "TP9": (0.6, 0.2, 0.08),
    "TP10": (0.6, 0.2, 0.08),
    "Pz": (0.8, 0.3, 0.06),
    "O1": (1.0, 0.1, 0.03),
    "O2": (0.95, 0.1, 0.03),
}
"""How strongly an electrode there sees alpha, SMR and the eyes."""
EYES = ("alternate", "open", "closed")
ALPHA_WIDTH_HZ, SMR_HZ, SMR_WIDTH_HZ = 0.7, 13.5, 0.5
OPEN_SHARE = 0.35
"""Alpha with open eyes as a share of that with closed ones (amplitude)."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a simulated head is like.

    Attributes
    ----------
    seed : int
    minutes : float
        Eyes open for the first half, closed for the second; and so on where it goes on.
    rate : float
        Samples a second.
    alpha_hz, alpha_uv, smr_uv : float
        Where alpha lies, and the root mean square of both rhythms where they are strongest.
    background_uv, exponent : float
        Root mean square of the background from 1 to 45 Hz, and how fast its density falls.
    blinks, muscles, moves : float
        A minute; blinks with open eyes alone.
    mains, mains_uv : float
        The mains, Hz and µV.
    loose, lost : float
        Seconds of `minutes` for which the last electrode is loose; stretches that are lost, a minute.
    eyes : str
        Open or closed throughout, in place of in turn.
    electrodes : tuple of str
        Where they lie, of `PLACES`.
    calming : float
        By what share of itself alpha grows, of a head that is heard live, while the breath follows a calm exercise.
    chunk : float
        Samples that come together live.
    every_s, for_s : float
        Live, the link is lost for `for_s` seconds after every `every_s` seconds.
    """

    seed: int = 1
    minutes: float = 4.0
    rate: float = 250.0
    alpha_hz: float = 10.0
    alpha_uv: float = 12.0
    smr_uv: float = 2.5
    background_uv: float = 9.0
    exponent: float = 1.0
    blinks: float = 10.0
    muscles: float = 2.0
    moves: float = 0.5
    mains: float = 50.0
    mains_uv: float = 4.0
    loose: float = 8.0
    lost: float = 0.5
    eyes: str = EYES[0]
    electrodes: tuple[str, ...] = CHANNELS
    calming: float = 0.5
    chunk: float = 10.0
    every_s: float = 0.0
    for_s: float = 0.0

    @property
    def weights(self) -> Floats:
        """How strongly each electrode sees alpha, SMR and the eyes, shape (3, n_channels)."""
        return np.array([PLACES[name] for name in self.electrodes]).T

    def closed(self, at_s: Floats) -> Floats:
        """How far the eyes are closed at these times; they take a second for it."""
        if self.eyes != EYES[0]:
            return np.full(len(at_s), float(self.eyes == "closed"))
        since_s = at_s % (self.minutes * 60.0)
        opening = np.where(at_s >= self.minutes * 60.0, 1.0 - since_s, 0.0)
        return np.asarray(np.clip(np.maximum(since_s - self.minutes * 30.0, opening), 0.0, 1.0))


LIMITS: Mapping[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1),
    "minutes": (0.5, 60),
    "rate": (125, 2000),
    "alpha_hz": (7, 13),
    "alpha_uv": (0, 60),
    "smr_uv": (0, 20),
    "background_uv": (1, 30),
    "exponent": (0, 3),
    "blinks": (0, 40),
    "muscles": (0, 20),
    "moves": (0, 10),
    "mains": (50, 60),
    "mains_uv": (0, 200),
    "loose": (0, 60),
    "lost": (0, 20),
    "calming": (0, 3),
    "chunk": (1, 250),
    "every_s": (0, 86400),
    "for_s": (0, 3600),
}
WHOLE = ("seed", "rate", "chunk")
KNOWN = (*LIMITS, "eyes", "electrodes")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that spoiled a stretch.

    Attributes
    ----------
    kind : str
        blink, muscle, movement, loose, or lost.
    from_s, to_s : float
    size_uv : array, shape (n_channels,)
        Greatest size at each electrode; infinite where samples are lost.
    """

    kind: str
    from_s: float
    to_s: float
    size_uv: Floats


Spoil = Callable[["Head", np.random.Generator, Floats, float, Floats, Floats], Trouble]
"""Spoils samples at some times from a moment on: what is recorded, and how the head moves."""


@dataclass(frozen=True, slots=True)
class SimulatedHead:
    """A recording of a simulated head with its truth.

    Attributes
    ----------
    recording : EegRecording
    brain_uv : array, shape (n_channels, n)
        What the brain alone gave.
    troubles : tuple of Trouble
    """

    recording: EegRecording
    brain_uv: Floats
    troubles: tuple[Trouble, ...] = ()


def is_head(source: str) -> bool:
    """Whether a source is the simulated head."""
    return source.partition("?")[0] == SCHEME


def head_of(source: str) -> Head:
    """The head that a source names: `sim:head?seed=3&alpha_hz=9.4`.

    Raises
    ------
    SourceError
        If a value is unknown, no number, or out of its range.
    """
    query = source.partition("?")[2]
    try:
        pairs = parse_qsl(query, strict_parsing=True, keep_blank_values=True) if query else []
    except ValueError:
        raise SourceError(f"'{source}': parameters are written ?name=value&name=value.") from None
    if len(dict(pairs)) < len(pairs):
        raise SourceError(f"'{source}': a parameter stands twice.")
    return head_with(dict(pairs))


def head_with(parameters: Mapping[str, str]) -> Head:
    """The head with these values.

    Raises
    ------
    SourceError
        If a value is unknown, no number, or out of its range.
    """
    head = Head()
    for name, text in parameters.items():
        if name not in KNOWN:
            raise SourceError(
                f"A simulated head has no '{name}'.{did_you_mean(name, KNOWN)} Known: {', '.join(KNOWN)}."
            )
        value = _words(name, text) if name in ("eyes", "electrodes") else _number(name, text)
        head = replace(head, **{name: value})  # type: ignore[arg-type]
    if head.every_s and head.for_s >= head.every_s:
        raise SourceError(f"for_s ({head.for_s:g}) must be less than every_s ({head.every_s:g}).")
    return head


def _number(name: str, text: str) -> float:
    low, high = LIMITS[name]
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high or (name in WHOLE and value % 1) or (name == "mains" and value % 10):
        whole = "whole " if name in WHOLE else ""
        kind = "50 or 60" if name == "mains" else f"a {whole}number from {low:,.10g} to {high:,.10g}"
        raise SourceError(f"{name}={text}: must be {kind}.")
    return int(value) if name == "seed" else value


def _words(name: str, text: str) -> str | tuple[str, ...]:
    if name == "eyes":
        if text not in EYES:
            raise SourceError(f"eyes={text}: must be {', '.join(EYES[:-1])} or {EYES[-1]}.")
        return text
    known = {place.lower(): place for place in PLACES}
    names = [each.strip().lower() for each in text.split(",")]
    for each in names:
        if each not in known:
            raise SourceError(f"electrodes={text}: '{each}' is none of {', '.join(PLACES)}.")
    if len(set(names)) < len(names):
        raise SourceError(f"electrodes={text}: one of them stands twice.")
    return tuple(known[each] for each in names)


def simulate(head: Head) -> SimulatedHead:
    """The recording of a head; the same for the same head."""
    rng = np.random.default_rng(head.seed)
    n = round(head.minutes * 60.0 * head.rate)
    at_s = np.arange(n) / head.rate
    half_s = head.minutes * 30.0
    brain = _brain(head, rng, at_s)
    recorded = brain.copy()
    movement = 1.0 + 0.004 * rng.standard_normal(n)
    troubles: list[Trouble] = []
    recorded += wandering(head, rng, brain.shape)
    recorded += rng.uniform(-2000.0, 2000.0, (len(brain), 1))
    recorded += hum(head, at_s) * rng.uniform(0.5, 1.0, (len(brain), 1))
    open_s = {"alternate": half_s, "open": 2.0 * half_s, "closed": 0.0}[head.eyes]
    for kind, per_min in per_minute(head):
        for begin_s in _moments(rng, per_min, open_s if kind is blink else 2.0 * half_s):
            troubles.append(kind(head, rng, at_s, begin_s, recorded, movement))
    if head.loose:
        troubles.append(_loosen(rng, at_s, head, recorded))
    lost = np.zeros(n, dtype=bool)
    for trouble in troubles:
        if trouble.kind == "lost":
            lost |= (at_s >= trouble.from_s) & (at_s < trouble.to_s)
    recorded[:, lost] = np.nan
    told: tuple[Annotation, ...] = (Annotation(0.0, 2.0 * half_s, f"eyes {head.eyes}"),)
    if head.eyes == EYES[0]:
        told = Annotation(0.0, half_s, "eyes open"), Annotation(half_s, half_s, "eyes closed")
    recording = EegRecording(
        Path("The simulated head"),
        "a simulated head",
        head.electrodes,
        head.rate,
        recorded,
        movement,
        told,
        simulated=True,
    )
    return SimulatedHead(recording, brain, tuple(troubles))


def _brain(head: Head, rng: np.random.Generator, at_s: Floats) -> Floats:
    """Background, alpha that rises within a second when the eyes close, and SMR."""
    background, alpha, smr = rhythms(head, rng, len(at_s))
    alpha_weights, smr_weights, _ = head.weights
    rise = OPEN_SHARE + (1.0 - OPEN_SHARE) * head.closed(at_s)
    return np.asarray(
        background + np.outer(alpha_weights, alpha * rise * head.alpha_uv) + np.outer(smr_weights, smr * head.smr_uv)
    )


def rhythms(head: Head, rng: np.random.Generator, n: int) -> tuple[Floats, Floats, Floats]:
    """The background of each electrode in µV, and alpha and SMR of root mean square 1."""
    hz = np.fft.rfftfreq(n, 1.0 / head.rate)

    def shaped(power: Floats, count: int) -> Floats:
        drawn = rng.standard_normal((count, len(hz))) + 1j * rng.standard_normal((count, len(hz)))
        made = np.fft.irfft(drawn * np.sqrt(power), n, axis=1)
        return np.asarray(made / np.sqrt(np.mean(made**2, axis=1, keepdims=True)))

    slope = np.where(hz >= 0.3, np.maximum(hz, 0.3) ** -head.exponent, 0.0)
    inside = (hz >= 1.0) & (hz <= 45.0)
    whole = math.sqrt(slope.sum() / slope[inside].sum())
    background = shaped(slope, len(head.electrodes)) * head.background_uv * whole
    alpha = shaped(np.exp(-0.5 * ((hz - head.alpha_hz) / ALPHA_WIDTH_HZ) ** 2), 1)
    smr = shaped(np.exp(-0.5 * ((hz - SMR_HZ) / SMR_WIDTH_HZ) ** 2), 1)
    return background, alpha[0], smr[0]


def wandering(head: Head, rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """How electrodes drift on the skin, from where they are."""
    return np.asarray(np.cumsum(rng.standard_normal(shape), axis=1) * 0.3 / math.sqrt(head.rate) * 10.0)


def hum(head: Head, at_s: Floats) -> Floats:
    """The mains, as strongly as any electrode hears them."""
    swell = 1.0 + 0.1 * np.sin(2.0 * math.pi * at_s / 37.0)
    return np.asarray(math.sqrt(2.0) * head.mains_uv * swell * np.sin(2.0 * math.pi * head.mains * at_s))


def per_minute(head: Head) -> "tuple[tuple[Spoil, float], ...]":
    """What spoils a recording, and how often a minute."""
    return (blink, head.blinks), (_muscle, head.muscles), (_move, head.moves), (_lose, head.lost)


def _moments(rng: np.random.Generator, per_min: float, until_s: float) -> Floats:
    """When something happens: as often as that, never in the first four seconds."""
    return np.sort(rng.uniform(4.0, max(4.5, until_s - 4.0), rng.poisson(per_min * until_s / 60.0)))


def blink(head: Head, rng: np.random.Generator, at_s: Floats, begin_s: float, recorded: Floats, _: Floats) -> Trouble:
    """The lid turns the eye's field: a bump of a quarter to half a second."""
    width_s, size = rng.uniform(0.25, 0.45), rng.uniform(70.0, 180.0) * head.weights[2]
    phase = (at_s - begin_s) / width_s
    recorded += np.outer(size, np.where((phase > 0) & (phase < 1), np.sin(math.pi * np.clip(phase, 0, 1)) ** 2, 0.0))
    return Trouble("blink", begin_s, begin_s + width_s, size)


def _muscle(head: Head, rng: np.random.Generator, at_s: Floats, begin_s: float, recorded: Floats, _: Floats) -> Trouble:
    """A jaw that bites: noise from 20 Hz on, one to three seconds long, at all electrodes in part."""
    long_s, size = rng.uniform(1.0, 3.0), rng.uniform(8.0, 30.0) * rng.uniform(0.5, 1.0, len(recorded))
    part = (at_s >= begin_s) & (at_s < begin_s + long_s)
    noise = sosfilt(
        butter(2, 20.0, "high", fs=head.rate, output="sos"),
        rng.standard_normal((len(recorded), int(part.sum()))),
        axis=1,
    )
    recorded[:, part] += size[:, None] * noise
    return Trouble("muscle", begin_s, begin_s + long_s, size)


def _move(
    _: Head, rng: np.random.Generator, at_s: Floats, begin_s: float, recorded: Floats, movement: Floats
) -> Trouble:
    """The head turns: the electrodes sway slowly, and the accelerometer tells."""
    long_s, size = rng.uniform(1.0, 3.0), rng.uniform(30.0, 150.0) * rng.uniform(0.3, 1.0, len(recorded))
    phase = np.clip((at_s - begin_s) / long_s, 0.0, 1.0)
    wave = np.sin(2.0 * math.pi * phase) * np.sin(math.pi * phase)
    recorded += np.outer(size, wave)
    movement += rng.uniform(0.2, 0.5) * np.sin(6.0 * math.pi * phase) * np.sin(math.pi * phase)
    return Trouble("movement", begin_s, begin_s + long_s, size)


def _lose(
    _: Head, rng: np.random.Generator, at_s: Floats, begin_s: float, recorded: Floats, movement: Floats
) -> Trouble:
    """Packets that never came."""
    return Trouble("lost", begin_s, begin_s + float(rng.uniform(0.05, 1.0)), np.full(len(recorded), np.inf))


def _loosen(rng: np.random.Generator, at_s: Floats, head: Head, recorded: Floats) -> Trouble:
    begin_s = float(rng.uniform(0.55, 0.75)) * head.minutes * 60.0
    to_s = min(begin_s + head.loose, head.minutes * 60.0)
    part = (at_s >= begin_s) & (at_s < to_s)
    recorded[-1, part] = hanging(head, rng, at_s[part], float(np.median(recorded[-1])))
    return Trouble("loose", begin_s, to_s, of_last(len(recorded)))


def hanging(head: Head, rng: np.random.Generator, at_s: Floats, level_uv: float) -> Floats:
    """An electrode in the air: it hears the mains and its own wandering, and nothing of the head."""
    wander = np.cumsum(rng.standard_normal(len(at_s))) * 300.0 / math.sqrt(head.rate)
    return np.asarray(level_uv + wander + 150.0 * np.sin(2.0 * math.pi * head.mains * at_s))


def of_last(n_channels: int) -> Floats:
    """The size of what spoils the last electrode alone."""
    size = np.zeros(n_channels)
    size[-1] = np.inf
    return size
