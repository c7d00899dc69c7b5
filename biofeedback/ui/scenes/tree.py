"""A tree that breathes: its crown swells and sinks with the breath; leaves fill it and light grows with the score."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from biofeedback.ui.scenes.growth import Branch, Leaf, grow
from biofeedback.ui.scenes.land import Hour, Light, Range, lay_clouds, mist_along, open_sky, raise_hills
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

TREE_X, FOOT_Y, TRUNK = 0.5, 0.825, 0.16
CROWN, CROWN_LEAST = 0.575, 0.74
"""Height of the full crown in lesser sides of the scene, as that of the trunk, and its least size beside it."""
BOX = (1.44, 1.06, 0.12)
"""Width of a crown's layer, its height above the fork and below, in heights of the crown."""
LEAF_SETS = (0.42, 0.72)
"""Leaves that are later than this belong to the second and third set; the first is always there."""
LEAF_ALPHA = 0.92
AURA = 0.46
BREEZE = ((0.010, 11.0), (0.006, 14.0))
"""How the crown stirs by itself, across and down: share of its size, and seconds."""
BREATH_LIGHT = 0.45
N_STEPS = 128
"""So finely is the light told in the crown."""

RANGES = (
    Range(0.165, 0.030, 1.2, 52, 0.48, 0.0),
    Range(0.130, 0.026, 1.7, 61, 0.52, 0.3),
    Range(0.100, 0.018, 2.2, 73, 0.55, 0.6),
)
LAND = 0.87
LIGHT = Light(TREE_X, 0.6, 1.7, (9.0, 2.2), 23, (0.45, 0.85))


@dataclass(frozen=True, slots=True)
class Leafage:
    """Colours of a tree: wood, leaves in shade and in light, and the light that comes over them."""

    wood: str
    shade: str
    bright: str
    warm: str


_NIGHT = (
    Hour(
        sky=((0.0, "#0a1b24"), (0.5, "#12303a"), (0.85, "#244a50"), (1.0, "#345a5c")),
        far="#2a4f54", hill="#0c2227", glow="#3f6c6c", halo="#7fb0a8", water="#0b1f25", mist=0.9,
    ),
    Hour(
        sky=((0.0, "#0f2739"), (0.5, "#2c4a66"), (0.85, "#7c7c92"), (1.0, "#b59c96")),
        far="#5f7480", hill="#112a33", glow="#d0b4a0", halo="#e0d0b8", water="#0e262d", mist=0.5,
    ),
    Hour(
        sky=((0.0, "#1a3f62"), (0.42, "#55769a"), (0.78, "#cbaea4"), (1.0, "#f4d6a8")),
        far="#a6979e", hill="#1c3844", glow="#ffdca4", halo="#fff0cc", water="#163236", mist=0.15,
    ),
)  # fmt: skip
_MORNING = (
    Hour(
        sky=((0.0, "#b0bec8"), (0.5, "#c2cbcf"), (0.85, "#d6d4cd"), (1.0, "#e2dace")),
        far="#b7c0c2", hill="#8fa49b", glow="#ebe3d6", halo="#f8f2e6", water="#a6b8ae", mist=0.9,
    ),
    Hour(
        sky=((0.0, "#b2cdd6"), (0.5, "#cbdcd9"), (0.85, "#e6e2cc"), (1.0, "#f0e4c4")),
        far="#b4c4bf", hill="#7f9f95", glow="#fbefcf", halo="#fff8e4", water="#a6bfae", mist=0.5,
    ),
    Hour(
        sky=((0.0, "#a9d6ec"), (0.45, "#cfe8ee"), (0.8, "#f7f0d4"), (1.0, "#ffefc2")),
        far="#b3cccb", hill="#74a596", glow="#fff6d6", halo="#fffdf2", water="#a9cfa9", mist=0.15,
    ),
)  # fmt: skip
NIGHT_LEAVES = Leafage("#0b1a1c", "#0f2f36", "#6fab98", "#f6e2a4")
MORNING_LEAVES = Leafage("#4f5c58", "#4f7f76", "#a9cba2", "#fff0b4")


class Tree(Landscape):
    """Score: leaves fill the crown and light comes over it. Breath: the crown swells and sinks."""

    NIGHT, MORNING, HELD = _NIGHT, _MORNING, 0.6

    def draw_ground(self, i: int, width: int, height: int) -> Array:
        return _ground(self.hours[i], width, height)

    def draw_moving(self, width: int, height: int) -> None:
        leafage = NIGHT_LEAVES if self.tokens.dark else MORNING_LEAVES
        unit = min(width, height)
        self._trunk = _trunk(leafage, unit)
        self._aura = _aura(self.hours[2], round(AURA * unit))
        branches, leaves = grow(7)
        self._sets = _crown_sets(branches, leaves, leafage, CROWN * unit)
        self._warm = painted(colour(leafage.warm))
        self._warmth = _warmth(leafage, self._sets[0])
        self._crown = QPixmap(self._sets[0].size())
        self._told: tuple[int, int] | None = None

    def paint_moving(self, painter: QPainter, width: int, height: int) -> None:
        self._clothe()
        unit = min(width, height)
        x, foot, fork = TREE_X * width, FOOT_Y * height, FOOT_Y * height - TRUNK * unit
        painter.setOpacity((0.25 + 0.35 * self.light) * (0.3 + 0.7 * self.breath))
        reach = self._aura.width() / 2.0
        painter.drawPixmap(round(x - reach), round(fork - 0.48 * CROWN * unit - reach), self._aura)
        painter.setOpacity(1.0)
        painter.drawPixmap(
            round(x - self._trunk.width() / 2.0), round(foot + 0.006 * unit) - self._trunk.height(), self._trunk
        )
        # stretched, not turned: that is several times as fast
        size = CROWN * unit * (CROWN_LEAST + (1.0 - CROWN_LEAST) * self.form)
        across, down = (
            size * (1.0 + share * math.sin(2.0 * math.pi * self.moved_s / period_s)) for share, period_s in BREEZE
        )
        box = QRectF(x - 0.5 * BOX[0] * across, fork - BOX[1] * down, BOX[0] * across, (BOX[1] + BOX[2]) * down)
        painter.drawPixmap(box, self._crown, QRectF(self._crown.rect()))

    def _clothe(self) -> None:
        """Put the leaves of this light together; again only when the light has changed by a step."""
        # where the crown keeps its size, it is the light in it that goes with the breath
        told = round(self.light * N_STEPS), round(self.breath * N_STEPS) if self.reduced_motion else 0
        if told == self._told:
            return
        self._told = told
        light, glow = told[0] / N_STEPS, told[1] / N_STEPS
        self._crown.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._crown)
        for leaves, opacity in zip(self._sets, (1.0, min(1.0, 2.0 * light), 2.0 * light - 1.0), strict=True):
            if opacity > 0.0:
                painter.setOpacity(opacity)
                painter.drawPixmap(0, 0, leaves)
        painter.setOpacity(light)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
        painter.drawPixmap(0, 0, self._warmth)
        if glow > 0.0:
            painter.setOpacity(BREATH_LIGHT * glow)
            painter.fillRect(self._crown.rect(), self._warm)
        painter.end()


def _ground(hour: Hour, width: int, height: int) -> Array:
    """Sky, far hills and the meadow."""
    n_sky = round(LAND * height)
    y = np.arange(height, dtype=np.float32)[:, None]
    whole = open_sky(hour, width, height, n_sky)
    low, wisps = LIGHT.distance(height, width, height), LIGHT.clouds(height, width, height)
    clear = 1.0 - hour.mist
    wisps *= smoothstep(0.75, 0.3, y / height) * (0.1 + 0.35 * clear * np.exp(-low / 0.4))
    lay_clouds(whole, hour, wisps)
    lay_over(whole, colour(hour.glow), np.clip((0.2 + 0.5 * clear) * np.exp(-((low / 0.42) ** 1.5)), 0.0, 1.0))
    raise_hills(whole[:, :n_sky], hour, RANGES, height, TREE_X)
    _spread_meadow(whole, hour, width, height)
    return whole


def _spread_meadow(whole: Array, hour: Hour, width: int, height: int) -> None:
    """The rise on which the tree stands, mist at its edge, the tree's shadow."""
    unit = min(width, height)
    y = np.arange(height, dtype=np.float32)[:, None] / height
    x = np.arange(width, dtype=np.float32)[None, :] / width
    away = (x - TREE_X) * width / unit
    edge = 0.865 - 0.055 * np.exp(-((away / 0.62) ** 2)) + 0.006 * np.sin(5.0 * away + 1.0)
    inside = np.clip((y - edge) * height + 0.5, 0.0, 1.0)
    near = smoothstep(0.0, 0.16, y - edge)
    rim = mixed(colour(hour.hill), colour(hour.glow), 0.22 + 0.2 * (1.0 - hour.mist))
    meadow = np.repeat(np.repeat(rim, height, axis=1), width, axis=2)
    blades = clouds(height, width, (60.0, 40.0 * width / unit), 31, 2) - 0.5
    lay_over(meadow, colour(hour.water), np.clip(near + 0.12 * blades, 0.0, 1.0))
    shadow = np.exp(-((away / 0.26) ** 2) - ((y - FOOT_Y - 0.022) / 0.018) ** 2)
    lay_over(meadow, colour(hour.hill), 0.55 * shadow)
    lay_over(whole, meadow, inside)
    mist = mist_along(hour, y - edge, (0.008, 0.03), (0.15, 0.5)) * (1.0 - inside)
    lay_over(whole, colour(hour.sky[-1][1]), mist)


def _trunk(leafage: Leafage, unit: int) -> QPixmap:
    """The trunk from its foot, at the middle of the lower edge, to where the crown begins, whatever its size."""
    thick, tall = 0.036 * CROWN * unit, (TRUNK + 0.006) * unit
    layer = QPixmap(math.ceil(5.0 * thick), math.ceil(tall))
    layer.fill(Qt.GlobalColor.transparent)
    painter = QPainter(layer)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(layer.width() / 2.0, layer.height())
    trunk = QPainterPath(QPointF(-2.1 * thick, 0.0))
    trunk.cubicTo(-1.0 * thick, -0.02 * unit, -0.8 * thick, -0.05 * unit, -0.62 * thick, -tall)
    trunk.lineTo(0.62 * thick, -tall)
    trunk.cubicTo(0.8 * thick, -0.05 * unit, 1.0 * thick, -0.02 * unit, 2.1 * thick, 0.0)
    painter.fillPath(trunk, painted(colour(leafage.wood)))
    painter.end()
    return layer


def _crown_sets(branches: Sequence[Branch], leaves: Sequence[Leaf], leafage: Leafage, crown_px: float) -> list[QPixmap]:
    """Wood with its first leaves, and two sets of more, each a layer with the fork at the same place."""
    made = []
    for low, high in ((-1.0, LEAF_SETS[0]), LEAF_SETS, (LEAF_SETS[1], 2.0)):
        layer = QPixmap(math.ceil(BOX[0] * crown_px), math.ceil((BOX[1] + BOX[2]) * crown_px))
        layer.fill(Qt.GlobalColor.transparent)
        painter = QPainter(layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0.5 * BOX[0] * crown_px, BOX[1] * crown_px)
        painter.scale(crown_px, -crown_px)
        for front in (False, True):
            if low < 0.0:
                _draw_wood(painter, [branch for branch in branches if branch.front is front], leafage)
            _draw_leaves(painter, [leaf for leaf in leaves if leaf.front is front and low < leaf.late <= high], leafage)
        painter.end()
        made.append(layer)
    return made


def _draw_wood(painter: QPainter, branches: list[Branch], leafage: Leafage) -> None:
    pen = QPen(painted(colour(leafage.wood)))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    for branch in branches:
        pen.setWidthF(branch.thickness)
        painter.setPen(pen)
        path = QPainterPath(QPointF(*branch.begin))
        path.quadTo(*branch.bend, *branch.end)
        painter.drawPath(path)


def _draw_leaves(painter: QPainter, leaves: list[Leaf], leafage: Leafage) -> None:
    lit = np.array([leaf.lit if leaf.front else 0.6 * leaf.lit for leaf in leaves], np.float32)
    tones = mixed(colour(leafage.shade), colour(leafage.bright), lit)[:, 0].T.tolist()
    blade = QPainterPath(QPointF(-1.0, 0.0))
    blade.quadTo(0.0, 0.75, 1.0, 0.0)
    blade.quadTo(0.0, -0.75, -1.0, 0.0)
    painter.setPen(Qt.PenStyle.NoPen)
    for leaf, (red, green, blue) in zip(leaves, tones, strict=True):
        painter.save()
        painter.translate(*leaf.at)
        painter.rotate(math.degrees(leaf.turn_rad))
        painter.scale(leaf.size, leaf.size)
        painter.setBrush(QColor.fromRgbF(red, green, blue, LEAF_ALPHA))
        painter.drawPath(blade)
        painter.restore()


def _warmth(leafage: Leafage, like: QPixmap) -> QPixmap:
    """Light that falls on a crown from above and from the left."""
    y = np.linspace(1.0, 0.0, like.height(), dtype=np.float32)[:, None]
    x = np.linspace(1.0, 0.0, like.width(), dtype=np.float32)[None, :]
    return veil(0.65 * smoothstep(0.3, 1.15, 0.72 * y + 0.42 * x), colour(leafage.warm))


def _aura(hour: Hour, radius: int) -> QPixmap:
    at = (np.arange(2 * max(4, radius), dtype=np.float32) + 0.5) / max(4, radius) - 1.0
    far = np.sqrt(at[:, None] ** 2 + at[None, :] ** 2)
    return veil(0.9 * smoothstep(1.0, 0.0, far), colour(hour.halo))
