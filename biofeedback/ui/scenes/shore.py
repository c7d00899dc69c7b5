"""A shore: a wave runs up the sand and back with the breath; the sea calms and the light warms with the score."""

import math

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap

from biofeedback.ui.scenes.land import Hour, Light, Range, lay_clouds, mirrored, mist_along, open_sky, raise_hills
from biofeedback.ui.scenes.landscape import Landscape
from biofeedback.ui.scenes.layers import (
    Array,
    clouds,
    colour,
    lay_over,
    mixed,
    smoothstep,
    veil,
)

HORIZON, SAND, SUN_X = 0.40, 0.56, 0.62
LIGHT = Light(SUN_X, 0.36, 1.6, (7.0, 2.4), 41)
LEAST, MOST = 0.605, 0.80
"""Where the lower end of the wave is with empty and with full lungs, in heights of the scene."""
SHEET_Y, SHEET = 0.43, MOST - 0.43
"""Where the wave's layer begins, and its height when full; its edge lies near the lower end."""
CURVE = 0.022
RANGES = (Range(0.050, 0.022, 1.1, 91, 0.5, 0.2), Range(0.026, 0.016, 1.6, 97, 0.55, 0.7))
SWELL, SWELL_S, N_SWELLS = 0.05, 24.0, 3
"""Low swells far out: height of their layer, and seconds from the horizon to the shore."""

_NIGHT = (
    Hour(
        sky=((0.0, "#0a1922"), (0.5, "#14303a"), (0.85, "#2a4a52"), (1.0, "#40606a")),
        far="#355058", hill="#1a343c", glow="#557a80", halo="#a9c6c6", water="#0d252e", mist=0.9,
    ),
    Hour(
        sky=((0.0, "#0f2438"), (0.45, "#2c4766"), (0.8, "#75738e"), (1.0, "#b0938f")),
        far="#7d7484", hill="#3a4358", glow="#d8a78e", halo="#ecd2c0", water="#1c3252", mist=0.45,
    ),
    Hour(
        sky=((0.0, "#173a60"), (0.4, "#4d7096"), (0.75, "#c9a4a0"), (1.0, "#f6cf9c")),
        far="#b0929a", hill="#5f6078", glow="#ffd096", halo="#fff0d4", water="#2c4870", mist=0.1,
    ),
)  # fmt: skip
_MORNING = (
    Hour(
        sky=((0.0, "#a3b1bd"), (0.5, "#b5bec6"), (0.85, "#c9caca"), (1.0, "#d6d1cb")),
        far="#b9bec3", hill="#98a4ac", glow="#e9e2d8", halo="#f8f5ee", water="#9db0b8", mist=0.9,
    ),
    Hour(
        sky=((0.0, "#a9c8de"), (0.45, "#c4d8e2"), (0.8, "#ead7c9"), (1.0, "#f3dbc1")),
        far="#c3bdc3", hill="#8d9db0", glow="#fbe5c6", halo="#fffaf0", water="#95bcc6", mist=0.45,
    ),
    Hour(
        sky=((0.0, "#9fcdf0"), (0.4, "#cae4f4"), (0.75, "#fce8d0"), (1.0, "#ffe9c6")),
        far="#bfc8d6", hill="#7d9cb8", glow="#fff1cc", halo="#ffffff", water="#86c6d2", mist=0.1,
    ),
)  # fmt: skip
NIGHT_SANDS = ("#2a3336", "#4d4443", "#6e5a4c")
MORNING_SANDS = ("#bdb6aa", "#d8c7ae", "#ecd6b2")


class Shore(Landscape):
    """Score: the sea calms, the light warms. Breath: the edge of the wave comes up the sand and goes back."""

    NIGHT, MORNING, HELD, LEAST_GLOW = _NIGHT, _MORNING, 0.5, 0.15

    def draw_ground(self, i: int, width: int, height: int) -> Array:
        sand = (NIGHT_SANDS if self.tokens.dark else MORNING_SANDS)[i]
        return _ground(self.hours[i], sand, 1.0 - i / 2.0, width, height)

    def draw_moving(self, width: int, height: int) -> None:
        self._waves = [_wave(self.hours[i], width, height) for i in (0, 2)]
        self._swell = _swell(self.hours[1], width, max(4, round(SWELL * height)))

    def paint_moving(self, painter: QPainter, width: int, height: int) -> None:
        self._paint_swells(painter, width, height)
        # stretched, it is the smaller the farther it is
        box = QRectF(0.0, SHEET_Y * height, width, (LEAST + (MOST - LEAST) * self.form - SHEET_Y) * height)
        for wave, opacity in zip(self._waves, (1.0, self.light), strict=True):
            painter.setOpacity(self.glow * opacity)
            painter.drawPixmap(box, wave, QRectF(wave.rect()))

    def _paint_swells(self, painter: QPainter, width: int, height: int) -> None:
        """Low crests that come in and fade before they break."""
        for i in range(N_SWELLS):
            near = (self.moved_s / SWELL_S + i / N_SWELLS) % 1.0
            y = HORIZON + 0.01 + (SAND - 0.03 - HORIZON) * near**1.7
            painter.setOpacity((0.75 - 0.45 * self.light) * math.sin(math.pi * near) ** 2)
            painter.drawPixmap(round(-0.02 * width), round(y * height), self._swell)
        painter.setOpacity(1.0)


def _ground(hour: Hour, sand: str, unrest: float, width: int, height: int) -> Array:
    """Sky, far land, sea and sand, without the wave."""
    n_sky = round(HORIZON * height)
    y = np.arange(n_sky, dtype=np.float32)[:, None]
    air = open_sky(hour, width, n_sky, n_sky)
    far, wisps = LIGHT.distance(n_sky, width, height), LIGHT.clouds(n_sky, width, height)
    clear = 1.0 - hour.mist
    wisps *= smoothstep(-0.05, 0.3, y / n_sky) * smoothstep(1.0, 0.6, y / n_sky)
    lay_clouds(air, hour, wisps * (0.14 + 0.4 * clear))
    glow = (0.3 + 0.45 * clear) * np.exp(-far / 0.2) + 0.2 * np.exp(-far / 0.6)
    lay_over(air, colour(hour.glow), np.clip(glow, 0.0, 1.0))
    raise_hills(air, hour, RANGES, height, SUN_X)
    whole = np.concatenate((air, mirrored(hour, air, height - n_sky, 0.4 + 0.6 * unrest)), axis=1)
    _spread_sand(whole, hour, sand, width, height)
    away = np.arange(height, dtype=np.float32)[:, None] / height - HORIZON
    lay_over(whole, colour(hour.sky[-1][1]), mist_along(hour, away, (0.01, 0.04), (0.2, 0.6)))
    return whole


def _edge(x: Array) -> Array:
    """The curve of the water's edge along the shore, about -1 to 1."""
    return np.asarray(
        0.9 * np.sin(2.0 * np.pi * (0.55 * x + 0.30))
        + 0.35 * np.sin(2.0 * np.pi * (1.35 * x + 0.1))
        + 0.12 * np.sin(2.0 * np.pi * (3.7 * x + 0.6))
    )


def _spread_sand(whole: Array, hour: Hour, sand: str, width: int, height: int) -> None:
    """Sand: wet and shining where waves have been, dry and grained near us."""
    y = np.arange(height, dtype=np.float32)[:, None] / height
    x = np.arange(width, dtype=np.float32)[None, :] / width
    dry = colour(sand)
    wet = mixed(mixed(dry, colour(hour.hill), 0.3), colour(hour.sky[-1][1]), 0.25)
    beach = np.repeat(np.repeat(wet, height, axis=1), width, axis=2)
    tide = MOST + CURVE * _edge(x) + 0.02
    sheen = np.exp(-(((x - SUN_X) / 0.3) ** 2)) * smoothstep(0.95, SAND, y)
    lay_over(beach, colour(hour.glow), 0.35 * sheen)
    lay_over(beach, dry, smoothstep(-0.05, 0.05, y - tide))
    grain = np.random.default_rng(9).random((height, width), dtype=np.float32) - 0.5
    dunes = clouds(height, width, (26.0, 5.0 * width / height), 19, 3) - 0.5
    lay_over(beach, colour("#000000"), np.clip(0.05 * grain + 0.10 * dunes, 0.0, 1.0))
    lay_over(beach, colour("#ffffff"), np.clip(-0.03 * grain - 0.07 * dunes, 0.0, 1.0))
    lay_over(whole, beach, smoothstep(SAND - 0.02, SAND + 0.05, y - CURVE * _edge(x)))


def _wave(hour: Hour, width: int, height: int) -> QPixmap:
    """A sheet of water: clear towards the sand, with foam at its edge and lace behind it."""
    n = round(SHEET * height)
    y = np.arange(n, dtype=np.float32)[:, None] / height
    x = np.arange(width, dtype=np.float32)[None, :] / width
    span = width / height
    small = clouds(n, width, (5.0, 14.0 * span), 13, 4) - 0.5
    edge = SHEET - 0.05 + CURVE * _edge(x) + 0.010 * small
    behind = edge - y
    inside = np.clip(behind * height + 0.5, 0.0, 1.0)
    body = inside * smoothstep(SHEET - 0.05, 0.16, behind) * (0.3 + 0.6 * smoothstep(0.0, 0.12, behind))
    cells = np.abs(clouds(n, width, (9.0, 16.0 * span), 29, 3) - 0.5)
    lace = smoothstep(0.055, 0.0, cells) * np.exp(-behind / 0.035) * inside
    rim = np.exp(-(((behind - 0.003) / 0.0045) ** 2)) + 0.5 * np.exp(-np.maximum(behind, 0.0) / 0.010) * inside
    foam = np.clip(0.9 * rim + 0.55 * lace, 0.0, 1.0) * np.clip(behind * height + 1.5, 0.0, 1.0)
    shade = 0.22 * np.exp(-np.maximum(-behind, 0.0) / 0.008) * (1.0 - inside)
    alpha = np.maximum(1.0 - (1.0 - foam) * (1.0 - body), shade)
    tone = np.repeat(np.repeat(colour(hour.water), n, axis=1), width, axis=2)
    lay_over(tone, mixed(colour(hour.sky[-1][1]), colour(hour.water), 0.35), 0.6 * smoothstep(0.0, 0.2, behind))
    lay_over(tone, mixed(colour(hour.halo), colour(hour.water), 0.1), foam)
    lay_over(tone, colour("#101820"), (1.0 - inside) * (1.0 - foam))
    return veil(alpha, tone)


def _swell(hour: Hour, width: int, height: int) -> QPixmap:
    wide = math.ceil(1.04 * width)
    y = (np.arange(height, dtype=np.float32) + 0.5)[:, None] / height
    x = np.arange(wide, dtype=np.float32)[None, :] / wide
    middle = 0.5 + 0.16 * np.sin(2.0 * np.pi * (1.3 * x + 0.2)) + 0.08 * np.sin(2.0 * np.pi * (3.1 * x + 0.7))
    along = smoothstep(0.3, 0.7, clouds(2, wide, (1.0, 6.0), 47, 2)[:1])
    crest = np.exp(-(((y - middle) / 0.10) ** 2)) * along
    return veil(0.30 * crest, colour(hour.halo))
