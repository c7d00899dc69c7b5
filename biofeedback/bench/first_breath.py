"""How long a person waits: from the start of the program, and from one press, to the first breath."""

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from biofeedback.bench.measurement import Measurement, MeasurementError, at_most

if TYPE_CHECKING:
    from biofeedback.app import Application

N_TIMES = 3
LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds from the start of the process, from the press, from a second press; and to the first answer."""

    start_s: float
    cold_s: float
    warm_s: float
    answer_s: float


def first_breath(recordings: Path | None) -> dict[str, Measurement]:
    """From start and press to first breath, without a strap, with one that answers at once, and in a hard minute."""
    without, strap, strong = (_median_of(each) for each in ("none:", "sim:", ""))
    return {
        "start_to_first_breath": at_most(without.start_s, 10.0, "s"),
        "start_to_first_breath_with_strap": at_most(strap.start_s, 20.0, "s"),
        "press_to_first_breath": at_most(without.cold_s, 10.0, "s"),
        "press_to_first_breath_with_strap": at_most(strap.cold_s, 20.0, "s"),
        "first_breath_to_first_answer": at_most(strap.answer_s, 25.0, "s"),
        "hard_minute_right_after_start": at_most(strong.cold_s, 1.0, "s"),
        "hard_minute_again": at_most(strong.warm_s, 1.0, "s"),
    }


def _median_of(device_uri: str) -> Waits:
    """Each time in a process of its own, which has loaded nothing."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        times = [pool.submit(_wait, device_uri).result() for _ in range(N_TIMES)]
    return Waits(
        *(median(getattr(each, name) for each in times) for name in ("start_s", "cold_s", "warm_s", "answer_s"))
    )


def _wait(device_uri: str) -> Waits:
    """Somebody who was here before starts the program and presses at once; an empty URI for the hard minute."""
    import psutil
    from PySide6.QtWidgets import QApplication

    from biofeedback.app import Application
    from biofeedback.ui.cautions import with_answers
    from biofeedback.ui.measure import PLATFORM
    from biofeedback.ui.settings import Settings, keep_settings
    from protocols.safety import CHECKS

    born_s = time.time() - psutil.Process().create_time()
    begun_s = time.monotonic()
    qt = QApplication(["biofeedback", *PLATFORM])
    with tempfile.TemporaryDirectory() as folder:
        answers = with_answers((), dict.fromkeys(CHECKS, False), date.today())
        settings = Settings(welcomed=True, answers=answers, sound=False)
        keep_settings(Path(folder), replace(settings, device_uri=device_uri or settings.device_uri))
        application = Application(Path(folder))
        application.window.show()
        _until(lambda: hasattr(application, "_reception"))
        cold_s = _press(application, strong=not device_uri)
        start_s = born_s + time.monotonic() - begun_s
        answer_s = _first_answer(application) if device_uri == "sim:" else 0.0
        application.workshop.act("end")
        _until(lambda: application.window.stack.currentWidget() is application.window.rooms.after)
        application.window.go("start")
        warm_s = _press(application, strong=not device_uri)
        application.close()
    qt.quit()
    return Waits(start_s, cold_s, warm_s, answer_s)


def _press(application: "Application", *, strong: bool) -> float:
    """Seconds from the press to the first breath, or to the first words where none is paced."""
    window = application.window
    pressed_s = time.monotonic()
    if strong:
        window.acts.begin_first_aid()
    else:
        window.start.primary.click()
    _until(lambda: window.model is not None and window.model.ended is None and window.model.planned is not None)
    if not strong:
        _until(lambda: window.model is not None and window.model.breath() is not None)
    return time.monotonic() - pressed_s


def _first_answer(application: "Application") -> float:
    begun_s = time.monotonic()
    model = application.window.model
    _until(lambda: model is not None and model.indices.first_swing is not None)
    return time.monotonic() - begun_s


def _until(condition: Callable[[], object]) -> None:
    from PySide6.QtCore import QCoreApplication

    limit_s = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > limit_s:
            raise MeasurementError("The practice did not begin, so nothing could be measured.")
        QCoreApplication.processEvents()
        time.sleep(0.001)
