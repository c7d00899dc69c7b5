"""Sky and hills: what lies behind every scene."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from biofeedback.ui.scenes.layers import Array, Stop, clouds, colour, gradient, lay_over, mixed, ridge, smoothstep


@dataclass(frozen=True, slots=True)
class Hour:
    """A state of the light, from mist to clear.

    Attributes
    ----------
    sky : sequence of (place, colour)
        From the zenith to the horizon.
    far, hill : str
        Colour of the farthest and of the nearest hills.
    glow, halo : str
        Light around the sun, and the sun and its halo.
    water : str
        Colour of the water itself, where one looks down into it.
    mist : float
        0 to 1.
    """

    sky: tuple[Stop, ...]
    far: str
    hill: str
    glow: str
    halo: str
    water: str
    mist: float


@dataclass(frozen=True, slots=True)
class Range:
    """A range of hills.

    Attributes
    ----------
    height, rise : float
        Mean height, and how far hills rise above and fall below it, in heights of the scene.
    waves : float
        Hills across a scene of 16 to 10.
    seed : int
    roughness : float
        Of the line, 0 to 1.
    depth : float
        0 for the farthest, 1 for the nearest.
    """

    height: float
    rise: float
    waves: float
    seed: int
    roughness: float
    depth: float


@dataclass(frozen=True, slots=True)
class Light:
    """Where the light of a sky comes from, and the clouds in it.

    Attributes
    ----------
    x, y : float
        The light's place, in widths and heights of the scene.
    reach : float
        How much farther it reaches across than down.
    cells : (float, float)
        Rows of clouds, and clouds across a scene that is as wide as high.
    seed : int
    dense : (float, float)
        From where on a cloud is seen, and where it is whole.
    """

    x: float
    y: float
    reach: float
    cells: tuple[float, float]
    seed: int
    dense: tuple[float, float] = (0.42, 0.8)

    def distance(self, n_rows: int, width: int, height: int) -> Array:
        """Of each place from the light, in lesser sides of the scene; the first rows of it."""
        unit = min(width, height)
        y = np.arange(n_rows, dtype=np.float32)[:, None]
        x = np.arange(width, dtype=np.float32)[None, :]
        return np.sqrt(((x - self.x * width) / (self.reach * unit)) ** 2 + ((y - self.y * height) / unit) ** 2)

    def clouds(self, n_rows: int, width: int, height: int) -> Array:
        """How much of a cloud is at each place, 0 to 1."""
        rows, columns = self.cells
        return smoothstep(*self.dense, clouds(n_rows, width, (rows, max(3.0, columns * width / height)), self.seed, 5))


def open_sky(hour: Hour, width: int, n_rows: int, n_sky: int) -> Array:
    """The colours of the sky down to the horizon, and on below it."""
    down = np.minimum(np.arange(n_rows, dtype=np.float32) / n_sky, 1.0)
    return np.repeat(gradient(hour.sky, down), width, axis=2)


def lay_clouds(sky: Array, hour: Hour, share: Array) -> None:
    """Clouds that are lit by the light of the hour."""
    lay_over(sky, mixed(colour(hour.sky[-1][1]), colour(hour.halo), 0.5), share)


def mist_along(hour: Hour, away: Array, deep: tuple[float, float], thick: tuple[float, float]) -> Array:
    """How thick mist lies at a distance (heights of the scene) from a line: a little when clear, more when misty."""
    return np.exp(-np.abs(away) / (deep[0] + deep[1] * hour.mist)) * (thick[0] + thick[1] * hour.mist)


def raise_hills(sky: Array, hour: Hour, ranges: Sequence[Range], height: int, valley_x: float) -> None:
    """Lay ranges of hills over a sky that ends at the horizon: the farther the paler, mist in the valleys between.

    Parameters
    ----------
    height : int
        Of the whole scene, which heights of hills are shares of.
    valley_x : float
        Where the hills are half as high, 0 to 1.
    """
    _, n_sky, width = sky.shape
    n_above = max(0, n_sky - round(0.32 * height))
    low = sky[:, n_above:]
    y = np.arange(n_above, n_sky, dtype=np.float32)[:, None]
    places = np.arange(width, dtype=np.float32) / width
    haze, far, near = colour(hour.sky[-1][1]), colour(hour.far), colour(hour.hill)
    valley = 0.5 + 0.5 * smoothstep(0.02, 0.42, np.abs(places - valley_x))
    for hills in ranges:
        line = ridge(places, hills.seed, hills.waves * width / height / 1.6, hills.roughness)
        top = n_sky - height * valley * (hills.height + hills.rise * line)
        depth = hills.depth
        inside = np.clip(y - top + 0.5, 0.0, 1.0)
        tone = mixed(far, near, depth * (1.0 - 0.55 * hour.mist * (1.0 - 0.5 * depth)))
        down = np.clip((y - top) / (n_sky - top + 1.0), 0.0, 1.0)
        fog = (0.25 + 0.6 * hour.mist) * (1.0 - 0.4 * depth) * down**1.5
        hill = np.repeat(np.repeat(tone, len(y), axis=1), width, axis=2)
        lay_over(hill, haze, fog)
        lay_over(low, hill, inside)


def mirrored(hour: Hour, air: Array, n_water: int, unrest: float) -> Array:
    """What is above, seen in water: bent by ripples, darker and bluer where one looks down into it.

    Parameters
    ----------
    n_water : int
        Height of the water.
    unrest : float
        0 for a mirror, 1 for ripples.
    """
    _, n_sky, width = air.shape
    down = ((np.arange(n_water, dtype=np.float32) + 0.5) / n_water)[:, None]
    wave = _ripples(down, width)
    strength = 0.3 + 0.7 * unrest
    row = n_sky - 1 - 0.68 * n_sky * down - wave * strength * down * 0.035 * n_sky
    column = np.arange(width)[None, :] + wave * strength * down * 0.012 * width
    row = np.clip(row, 0.0, n_sky - 1.001).astype(np.float32)
    upper, across = row.astype(int), np.clip(column, 0, width - 1).astype(int)
    seen = air[:, upper, across]
    lay_over(seen, air[:, upper + 1, across], row - upper)
    lay_over(seen, colour(hour.water), 0.12 + 0.68 * smoothstep(0.0, 0.85, down))
    sheen = np.clip(wave, 0.0, 3.0) / 3.0 * (0.05 + 0.1 * unrest) * (1.0 - 0.7 * down)
    lay_over(seen, colour(hour.sky[-1][1]), sheen)
    return seen


def _ripples(down: Array, width: int) -> Array:
    """Waves as they look from the shore: long and low near us, close and flat far out."""
    x = np.arange(width, dtype=np.float32)[None, :] / width - 0.5
    far = 1.0 / (down + 0.06)
    wave = np.zeros((len(down), width), dtype=np.float32)
    rng = np.random.default_rng(5)
    for k in range(9):
        sideways, along = rng.normal(0.0, 3.5 + 1.2 * k), 9.0 + 7.0 * k
        wave += np.sin(2.0 * sideways * x * far + along * far + rng.uniform(0.0, 6.3)) / (1.0 + 0.35 * k)
    wave *= smoothstep(0.0, 0.12, down)
    return wave
