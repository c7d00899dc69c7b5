"""Pictures as arrays, and arrays as pixmaps: soft gradients without steps, mist, ridges of hills.

A picture is an array of shape (3, height, width): planes of red, green and blue from 0 to 1. A colour is a picture of
one place, shape (3, 1, 1). Everything is of a seed: the same size gives the same picture.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPixmap

Array = npt.NDArray[np.floating[Any]]
Stop = tuple[float, str]
"""A place from 0 to 1 and its colour as #rrggbb."""
N_PLACES = 1_100_000
"""So many are drawn at most: haze and water need no more, and drawing them takes long."""


def colour(name: str) -> Array:
    """A colour from #rrggbb."""
    return np.array([int(name[i : i + 2], 16) / 255.0 for i in (1, 3, 5)], dtype=np.float32)[:, None, None]


def smoothstep(low: float, high: float, values: Array) -> Array:
    """0 up to `low`, 1 from `high` on, without a bend between."""
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), dtype=np.float32)


def gradient(stops: Sequence[Stop], places: Array) -> Array:
    """Colours at places from 0 to 1, a picture one place wide; rounded at the stops, where the eye would see a line."""
    fine = np.linspace(-0.25, 1.25, 601)
    at = [place for place, _ in stops]
    colours = np.stack([colour(name)[:, 0, 0] for _, name in stops])
    kernel = np.hanning(49)
    kernel /= kernel.sum()
    soft = [np.convolve(np.pad(np.interp(fine, at, c), 24, "edge"), kernel, "valid") for c in colours.T]
    return np.stack([np.interp(places, fine, c).astype(np.float32) for c in soft])[:, :, None]


def clouds(height: int, width: int, cells: tuple[float, float], seed: int, octaves: int = 4) -> Array:
    """Soft noise from 0 to 1 that goes on over its left and right edge; `cells` down and across."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width), dtype=np.float32)
    weight, weights = 1.0, 0.0
    rows, columns = cells
    for _ in range(octaves):
        n_rows, n_columns = max(2, round(rows)) + 1, max(2, round(columns))
        grid = rng.random((n_rows, n_columns)).astype(np.float32)
        total += weight * _spread(_spread(grid, height, wraps=False).T, width, wraps=True).T
        weights += weight
        weight, rows, columns = weight / 2.0, rows * 2.0, columns * 2.0
    return total / weights


def _spread(grid: Array, n: int, *, wraps: bool) -> Array:
    """Rows between the rows of a grid."""
    spans = len(grid) if wraps else len(grid) - 1
    at = np.linspace(0.0, spans, n, endpoint=False)
    low = at.astype(int)
    share = smoothstep(0.0, 1.0, (at - low).astype(np.float32))[:, None]
    return np.asarray(grid[low] * (1.0 - share) + grid[(low + 1) % len(grid)] * share)


def ridge(places: Array, seed: int, waves: float, roughness: float = 0.55, octaves: int = 6) -> Array:
    """The line of a range of hills over places from 0 to 1: about -1 to 1, `waves` hills across."""
    rng = np.random.default_rng(seed)
    line = np.zeros_like(places)
    weight = 1.0
    for _ in range(octaves):
        turn = 2.0 * np.pi * (waves * places + rng.random())
        line += weight * (np.sin(turn) + 0.5 * np.sin(1.7 * turn + 2.0 * np.pi * rng.random()))
        weight, waves = weight * roughness, waves * 2.13
    return np.asarray(line / 2.2, dtype=np.float32)


def mixed(one: Array, other: Array, share: float | Array) -> Array:
    """A colour between two, or one for each of several shares."""
    return one + (other - one) * share


def painted(tone: Array, alpha: float = 1.0) -> QColor:
    """A colour as Qt has it."""
    red, green, blue = tone[:, 0, 0].tolist()
    return QColor.fromRgbF(red, green, blue, alpha)


def lay_over(picture: Array, other: Array, share: Array) -> None:
    """Lay `other` over a picture, by a share of 0 to 1 for each place."""
    for plane, over in zip(picture, other, strict=True):
        plane += (over - plane) * share


def drawn(draw: Callable[[int, int], Array], width: int, height: int) -> QPixmap:
    """What a function draws for a width and a height; where it is large, drawn smaller and stretched."""
    share = min(1.0, math.sqrt(N_PLACES / (width * height)))
    small = opaque(draw(max(1, round(share * width)), max(1, round(share * height))))
    if share == 1.0:
        return small
    return small.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def opaque(picture: Array) -> QPixmap:
    """A picture as a pixmap, with noise of a step instead of steps."""
    _, height, width = picture.shape
    levels = np.full((height, width, 4), 255, dtype=np.uint8)
    noise = _noise(height, width)
    for i, plane in enumerate(picture):
        levels[..., 2 - i] = _stepped(plane, noise)
    return QPixmap.fromImage(QImage(levels.data, width, height, 4 * width, QImage.Format.Format_RGB32))


def veil(alpha: Array, picture: Array) -> QPixmap:
    """A picture or a colour to be seen through, with an alpha for each place."""
    height, width = alpha.shape
    levels = np.empty((height, width, 4), dtype=np.uint8)
    noise = np.where(alpha > 0.0, _noise(height, width), 0.0)
    levels[..., 3] = _stepped(alpha, noise)
    for i, plane in enumerate(picture):
        # Qt wants colours times alpha, none above it
        levels[..., 2 - i] = np.minimum(_stepped(alpha * plane, noise), levels[..., 3])
    image = QImage(levels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return QPixmap.fromImage(image)


def _noise(height: int, width: int) -> Array:
    """Noise of a triangle two steps wide: it spreads what lies between steps."""
    rng = np.random.default_rng(1)
    shape = height, width
    return rng.random(shape, dtype=np.float32) + rng.random(shape, dtype=np.float32) - 0.5


def _stepped(values: Array, noise: Array) -> npt.NDArray[np.uint8]:
    return np.asarray(np.clip(values * 255.0 + noise, 0.0, 255.0), dtype=np.uint8)
