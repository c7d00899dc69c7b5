"""Dawn over water: the sun's halo grows with the breath; mist lifts and the light warms with the score."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap

from biofeedback.ui.scenes.land import Hour, Light, Range, lay_clouds, mirrored, mist_along, open_sky, raise_hills
from biofeedback.ui.scenes.landscape import Landscape
from biofeedback.ui.scenes.layers import (
    Array,
    clouds,
    colour,
    lay_over,
    mixed,
    painted,
    smoothstep,
    veil,
)

HORIZON, SUN_X, SUN_Y = 0.60, 0.5, 0.37
LIGHT = Light(SUN_X, SUN_Y, 1.5, (9.0, 2.5), 17)
HALO, HALO_LEAST, CORE = 0.235, 0.42, 0.042
"""Largest radius of the halo, its least as a share of that, and radius of the sun; of the scene's lesser side."""
MIST_PX_PER_S = (0.0045, -0.003)
"""Drift of the two veils of mist, in widths of the scene a second."""
N_GLINTS = 64
RANGES = (
    Range(0.150, 0.050, 1.3, 21, 0.50, 0.0),
    Range(0.110, 0.040, 1.9, 35, 0.52, 0.28),
    Range(0.072, 0.032, 2.4, 28, 0.55, 0.6),
    Range(0.034, 0.022, 3.1, 44, 0.62, 0.95),
)
MORNING_EDGES = ("#6f7d96", "#d58a70")
"""On a pale sky the halo is darker than the sky, or it would not be seen."""


_NIGHT = (
    Hour(
        sky=((0.0, "#0a1a22"), (0.45, "#15303a"), (0.8, "#2b4951"), (1.0, "#46636a")),
        far="#3f5c64", hill="#0d2028", glow="#6a8f92", halo="#b9d4d0", water="#0b1d25", mist=1.0,
    ),
    Hour(
        sky=((0.0, "#0d2334"), (0.4, "#29435f"), (0.75, "#72708c"), (1.0, "#b6938f")),
        far="#8d7c8c", hill="#14263a", glow="#dba58e", halo="#f0d3bd", water="#111f32", mist=0.45,
    ),
    Hour(
        sky=((0.0, "#163a60"), (0.35, "#4b6f98"), (0.7, "#c8a2a0"), (1.0, "#f8cf9a")),
        far="#b99398", hill="#22304e", glow="#ffcf8e", halo="#fff0d2", water="#1f2f4e", mist=0.08,
    ),
)  # fmt: skip
_MORNING = (
    Hour(
        sky=((0.0, "#a1aebb"), (0.45, "#b3bcc4"), (0.8, "#c7c8c9"), (1.0, "#d6d0ca")),
        far="#b4b8bf", hill="#6f7f8b", glow="#e9e2d8", halo="#fdfcf6", water="#a3afba", mist=1.0,
    ),
    Hour(
        sky=((0.0, "#aac6da"), (0.4, "#c3d5df"), (0.75, "#ead5c6"), (1.0, "#f3d9bd")),
        far="#c0b9bd", hill="#5b7590", glow="#fbe3c0", halo="#fffaf0", water="#afc6d8", mist=0.45,
    ),
    Hour(
        sky=((0.0, "#9ccaee"), (0.35, "#c9e2f3"), (0.7, "#fce6cb"), (1.0, "#ffe6bd")),
        far="#bcc6d4", hill="#476d90", glow="#fff0c8", halo="#ffffff", water="#aed2ec", mist=0.08,
    ),
)  # fmt: skip


class Dawn(Landscape):
    """Score: mist lifts, light warms, ripples calm. Breath: the halo of the sun and its path over the water."""

    NIGHT, MORNING, HELD, LEAST_GLOW = _NIGHT, _MORNING, 0.85, 0.1

    def draw_ground(self, i: int, width: int, height: int) -> Array:
        return _ground(self.hours[i], 1.0 - i / 2.0, width, height)

    def draw_moving(self, width: int, height: int) -> None:
        hours = self.hours
        for ground, hour in zip(self.grounds, hours, strict=True):
            _grow_reeds(ground, hour)
        unit = min(width, height)
        edges = (hours[0].halo, hours[2].halo) if self.tokens.dark else MORNING_EDGES
        self._halos = [
            _halo(hours[2 * i], round(HALO * unit), edge, filled=not self.tokens.dark) for i, edge in enumerate(edges)
        ]
        self._cores = [_core(hours[i], max(3, round(CORE * unit))) for i in (0, 2)]
        self._mists = [_mist(hours[0], width, round(share * height), seed) for share, seed in ((0.22, 3), (0.3, 4))]
        self._glint = _glint(hours[2], max(8, unit // 12))

    def paint_moving(self, painter: QPainter, width: int, height: int) -> None:
        self._paint_glints(painter, width, height)
        self._paint_sun(painter, width, height)
        self._paint_mist(painter, width, height)

    def _paint_sun(self, painter: QPainter, width: int, height: int) -> None:
        unit = min(width, height)
        centre = QPointF(SUN_X * width, SUN_Y * height)
        radius = HALO * unit * (HALO_LEAST + (1.0 - HALO_LEAST) * self.form)
        for layers, reach, share in ((self._halos, radius, self.glow), (self._cores, CORE * unit, 1.0)):
            for layer, opacity in zip(layers, (1.0 - self.light, self.light), strict=True):
                painter.setOpacity(share * opacity)
                painter.drawPixmap(_around(centre, reach, reach), layer, QRectF(layer.rect()))
        painter.setOpacity(1.0)

    def _paint_glints(self, painter: QPainter, width: int, height: int) -> None:
        """The sun's path: it comes towards us with the breath; the calmer the water, the closer it is."""
        unit = min(width, height)
        source = QRectF(self._glint.rect())
        reach = 0.3 + 0.7 * self.form
        unrest = 1.0 - 0.8 * self.light
        for i in range(N_GLINTS):
            near = (i + 0.5) / N_GLINTS
            fade = min(1.0, max(0.0, (reach - near) / 0.25))
            if fade <= 0.0:
                break
            turn = self.moved_s * (0.5 + 0.5 * math.sin(12.9 * i)) + 2.4 * i
            y = height * (HORIZON + (0.835 - HORIZON) * near**1.6 + 0.002)
            sway = unrest * math.sin(turn) * (0.02 + 0.10 * near) * unit
            long = unit * (0.03 + 0.1 * near) * (0.75 + 0.25 * math.sin(0.7 * turn + i)) * (0.8 + 0.4 * self.form)
            painter.setOpacity(self.glow * fade * (1.0 - 0.6 * near) * (0.35 + 0.5 * self.light))
            painter.drawPixmap(
                _around(QPointF(SUN_X * width + sway, y), long, unit * (0.0022 + 0.007 * near)), self._glint, source
            )
        painter.setOpacity(1.0)

    def _paint_mist(self, painter: QPainter, width: int, height: int) -> None:
        thick = max(0.0, 1.0 - self.light / 0.9)
        if thick <= 0.0:
            return
        for mist, speed, above in zip(self._mists, MIST_PX_PER_S, (0.16, 0.1), strict=True):
            x = round(self.moved_s * speed * width) % width
            y = round((HORIZON - above - 0.05 * self.light) * height)
            painter.setOpacity(thick)
            painter.drawPixmap(x, y, mist)
            painter.drawPixmap(x - width, y, mist)
        painter.setOpacity(1.0)


def _around(centre: QPointF, across: float, down: float) -> QRectF:
    return QRectF(centre.x() - across, centre.y() - down, 2.0 * across, 2.0 * down)


def _ground(hour: Hour, unrest: float, width: int, height: int) -> Array:
    """Sky, hills and water, without what moves."""
    n_sky = round(HORIZON * height)
    air = _air(hour, width, n_sky, height)
    whole = np.concatenate((air, mirrored(hour, air, height - n_sky, unrest)), axis=1)
    # where water and land meet, mist hides the line
    away = np.arange(height, dtype=np.float32)[:, None] / height - HORIZON
    lay_over(whole, colour(hour.sky[-1][1]), mist_along(hour, away, (0.012, 0.05), (0.25, 0.6)))
    return whole


def _air(hour: Hour, width: int, n_sky: int, height: int) -> Array:
    y = np.arange(n_sky, dtype=np.float32)[:, None]
    sky = open_sky(hour, width, n_sky, n_sky)
    far, wisps = LIGHT.distance(n_sky, width, height), LIGHT.clouds(n_sky, width, height)
    clear = 1.0 - hour.mist
    wisps *= smoothstep(0.9, 0.4, y / n_sky) * smoothstep(-0.05, 0.3, y / n_sky)
    lay_clouds(sky, hour, wisps * (0.12 + 0.4 * clear * np.exp(-far / 0.45)))
    glow = (0.25 + 0.45 * clear) * np.exp(-far / 0.16) + (0.12 + 0.12 * clear) * np.exp(-far / 0.5)
    lay_over(sky, colour(hour.glow), np.clip(glow, 0.0, 1.0))
    raise_hills(sky, hour, RANGES, height, SUN_X)
    return sky


def _grow_reeds(ground: QPixmap, hour: Hour) -> None:
    """Reeds in the corners, near and dark, for depth."""
    unit, rng = min(ground.width(), ground.height()), np.random.default_rng(8)
    tone = mixed(colour(hour.hill), colour(hour.far), 0.35 * hour.mist)
    painter = QPainter(ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for side, n, tallest in ((0, 34, 0.36), (1, 17, 0.2)):
        for _ in range(n):
            inward = min(rng.gamma(1.6, 0.05), 0.19)
            tall = unit * tallest * rng.uniform(0.4, 1.0) * math.exp(-inward / 0.25)
            lean = unit * rng.normal(0.03, 0.05) * tall / (0.3 * unit)
            root = QPointF((inward * unit) if side == 0 else ground.width() - inward * unit, ground.height() + 2.0)
            tip = QPointF(root.x() + (lean if side == 0 else -lean), root.y() - tall)
            bend, thick = QPointF(root.x(), root.y() - 0.6 * tall), unit * rng.uniform(0.0016, 0.0034)
            blade = QPainterPath(QPointF(root.x() - thick, root.y()))
            blade.quadTo(QPointF(bend.x() - thick, bend.y()), tip)
            blade.quadTo(QPointF(bend.x() + thick, bend.y()), QPointF(root.x() + thick, root.y()))
            painter.setBrush(painted(tone, rng.uniform(0.55, 0.95)))
            painter.drawPath(blade)
    painter.end()


def _disc(radius: int) -> Array:
    """Distance from the middle of a square, 1 at its edge's middle."""
    at = (np.arange(2 * radius, dtype=np.float32) + 0.5) / radius - 1.0
    return np.sqrt(at[:, None] ** 2 + at[None, :] ** 2)


def _halo(hour: Hour, radius: int, edge: str, *, filled: bool) -> QPixmap:
    """A disc of light with an edge; `filled` with the colour of the edge where light could not be seen."""
    far = _disc(max(4, radius))
    inside, rim = smoothstep(0.93, 0.84, far), np.exp(-(((far - 0.88) / 0.028) ** 2))
    within = smoothstep(1.0, 0.95, far)
    glow = (0.45 * np.exp(-((far / 0.34) ** 2)) + (0.0 if filled else 0.22) * inside) * within
    edged = (0.36 * rim + (0.17 if filled else 0.0) * inside * smoothstep(0.1, 0.6, far)) * within
    whole = glow + edged * (1.0 - glow)
    tone = np.broadcast_to(colour(hour.halo), (3, *far.shape)).copy()
    lay_over(tone, colour(edge), edged / np.maximum(whole, 1e-6))
    return veil(whole, tone)


def _core(hour: Hour, radius: int) -> QPixmap:
    far = _disc(radius)
    return veil(smoothstep(1.0, 1.0 - 2.5 / radius, far) * 0.95, colour(hour.halo))


def _mist(hour: Hour, width: int, height: int, seed: int) -> QPixmap:
    y = (np.arange(height, dtype=np.float32) + 0.5)[:, None] / height
    body = smoothstep(0.25, 0.9, clouds(height, width, (3.0, 4.0), seed, 5))
    alpha = 0.75 * body * smoothstep(0.0, 0.55, y) * smoothstep(1.0, 0.3, y)
    return veil(alpha, mixed(colour(hour.sky[-1][1]), colour("#ffffff"), 0.12))


def _glint(hour: Hour, long: int) -> QPixmap:
    x = (np.arange(2 * long, dtype=np.float32) + 0.5)[None, :] / long - 1.0
    y = (np.arange(16, dtype=np.float32) + 0.5)[:, None] / 8.0 - 1.0
    alpha = 0.9 * np.clip(1.0 - x**2, 0.0, 1.0) ** 2 * np.clip(1.0 - y**2, 0.0, 1.0) ** 1.5
    return veil(alpha, colour(hour.halo))
