"""The pictures of a session: how long a frame takes to paint, and how long all that is drawn only once."""

import math
import time
from pathlib import Path

from biofeedback.bench.measurement import Measurement, at_most

SIZES = ((1280, 800, 8.0), (2560, 1440, 16.0))
"""Width, height and the longest that 95 in 100 frames may take, in milliseconds."""
FPS, N_FRAMES = 60, 600
DRAWN_S = 3.0
"""A picture is drawn anew when it is chosen and when its size has changed."""


def scenes(recordings: Path | None) -> dict[str, Measurement]:
    """Time to paint a frame while breath and light move, by the clock of the CPU (of all threads), into memory."""
    from PySide6.QtWidgets import QApplication

    from biofeedback.ui.measure import PLATFORM
    from biofeedback.ui.scenes.choice import SCENES

    qt = QApplication.instance() or QApplication(["biofeedback", *PLATFORM])
    figures: dict[str, Measurement] = {}
    for name in SCENES:
        for width, height, longest_ms in SIZES:
            drawn_s, frames_ms = _painted(name, width, height)
            key = f"scene_{name}_{width}x{height}"
            figures[f"{key}_p50"] = at_most(frames_ms[len(frames_ms) // 2], longest_ms, "ms")
            figures[f"{key}_p95"] = at_most(frames_ms[round(0.95 * len(frames_ms))], longest_ms, "ms")
            figures[f"{key}_drawn"] = at_most(drawn_s, DRAWN_S, "s")
    del qt
    return figures


def _painted(name: str, width: int, height: int) -> tuple[float, list[float]]:
    """Seconds of the first frame, and milliseconds of each after it in order of length."""
    from PySide6.QtWidgets import QApplication

    from biofeedback.theme import NIGHT_WATER, Sizes
    from biofeedback.ui.scenes.choice import SCENES
    from biofeedback.ui.scenes.scene import Frame

    scene = SCENES[name](NIGHT_WATER, Sizes())
    scene.resize(width, height)
    begun_s = time.process_time()
    scene.show()
    # without them nothing is painted, however often it is asked for
    QApplication.processEvents()
    drawn_s = time.process_time() - begun_s
    frames_ms = []
    for i in range(N_FRAMES):
        time_s = i / FPS
        breath = 0.5 - 0.5 * math.cos(2.0 * math.pi * 6.0 * time_s / 60.0)
        scene.feed(Frame(time_s, breath, float(i < N_FRAMES / 2), "in"))
        begun_s = time.process_time()
        scene.repaint()
        frames_ms.append(1000.0 * (time.process_time() - begun_s))
    scene.hide()
    scene.deleteLater()
    return drawn_s, sorted(frames_ms)
