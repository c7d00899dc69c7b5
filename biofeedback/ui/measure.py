"""Measures the window itself: its frames, and the way of a beat to the screen."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from biofeedback.display import has_display
from biofeedback.session.events import BeatsCame
from biofeedback.storage.faults import FaultLog
from biofeedback.ui.bridge import Bridge
from biofeedback.ui.reception import Reception
from biofeedback.ui.settings import Settings
from biofeedback.ui.window import Window
from biofeedback.ui.workshop import ThreadedWorkshop
from devices.clock import Clock
from protocols.library import find_exercise, load_library
from protocols.phases import Role
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.ui.office.window import OfficeWindow

Painted = list[tuple[int, float]]
"""How many beats there were, or were to be seen, and when."""

PLATFORM = () if has_display() else ("-platform", "offscreen")
"""Without a screen, Qt paints into memory."""

WARM_UP_S = 10.0
"""Not measured: the session begins and neurokit2 loads."""
HEAD_REST_S, HEAD_URI = 45.0, "sim:head?eyes=open&blinks=2&muscles=0&loose=0&lost=0&chunk=12"
LONGEST_S, SETTLED_S, LOOK_EVERY_MS = 60.0, 0.5, 2


def measure_pacer(seconds: float) -> list[float]:
    """Intervals between frames of the breathing guide, in seconds, in a running simulated session."""
    frames: list[float] = []

    def read(window: Window) -> None:
        frames.extend(window.rooms.session.orb.frames_s)

    _run(WARM_UP_S + seconds, [], read)
    begun_s = frames[0] + WARM_UP_S
    return [b - a for a, b in pairwise(frames) if a >= begun_s]


def measure_beat_to_pixel(n: int) -> list[float]:
    """Seconds from a packet handed to the session to the end of the paint that shows its beats, for n packets."""
    arrived: list[tuple[int, float]] = []
    painted: list[tuple[int, float]] = []

    def read(window: Window) -> None:
        painted.extend(window.rooms.session.trace.painted)

    _run(WARM_UP_S + n * 1.0, arrived, read)
    return _latencies(arrived, painted)[-n:]


class _Paints(QObject):
    """Notes when a widget is painted, and what it could show then.

    Parameters
    ----------
    newest : callable
        When what is newest arrived; None where nothing has.
    """

    def __init__(self, newest: Callable[[], float | None]) -> None:
        super().__init__()
        self._newest = newest
        self.first_s: dict[float, float] = {}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        arrived_s = self._newest() if event.type() is QEvent.Type.Paint else None
        if arrived_s is not None:
            self.first_s.setdefault(arrived_s, perf_counter())
        return False


def measure_head_to_pixel(seconds: float) -> list[float]:
    """Seconds from a frame of a band handed to the session to the first paint of its answer, for so long a practice."""
    paints: list[_Paints] = []

    def newest(window: Window) -> float | None:
        model = window.model
        pieces = model.head.pieces if model and model.phase and model.phase.feedback.of_head else ()
        return pieces[-1].arrived_clock_s if pieces else None

    def beside(window: Window, *_: object) -> None:
        noted = _Paints(lambda: newest(window))
        window.rooms.session.score_line.installEventFilter(noted)
        paints.append(noted)

    _run(HEAD_REST_S + seconds, [], lambda _: None, beside, _short_practice(seconds), HEAD_URI)
    return [painted_s - arrived_s for arrived_s, painted_s in paints[0].first_s.items()]


def _short_practice(seconds: float) -> Exercise:
    """As much rest as thresholds need, and a practice that is answered by the picture."""
    exercise = find_exercise("still-and-awake")
    rest = next(phase for phase in exercise.phases if phase.role is Role.BASELINE)
    practice = next(phase for phase in exercise.phases if phase.feedback.of_head)
    phases = (
        replace(rest, minutes=HEAD_REST_S / 60.0, least_minutes=0.0),
        replace(practice, minutes=seconds / 60.0 + 1.0, least_minutes=0.0),
    )
    return replace(exercise, phases=phases, parts=phases)


def _latencies(arrived: Painted, painted: Painted) -> list[float]:
    """Seconds from each arrival to the end of the first paint that shows so many beats."""
    latencies = []
    for n_beats, arrived_s in arrived:
        shown = next((at_s for n_shown, at_s in painted if n_shown >= n_beats and at_s >= arrived_s), None)
        if shown is not None:
            latencies.append(shown - arrived_s)
    return latencies


@dataclass(frozen=True, slots=True)
class BothSeen:
    """What was seen of both windows, after the warm-up.

    Attributes
    ----------
    pacer_s, instrument_s : sequence of float
        When each frame was there, by the clock of the processor.
    painting_s : sequence of float
        Time of the processor that the thread which paints took between two frames of the breath.
    person_latency_s, office_latency_s : sequence of float
        From a packet to the end of the paint that shows its beats.
    """

    pacer_s: Sequence[float]
    instrument_s: Sequence[float]
    painting_s: Sequence[float]
    person_latency_s: Sequence[float]
    office_latency_s: Sequence[float]


def measure_office(seconds: float, device_uri: str = "sim:") -> BothSeen:
    """Frames and latencies in a running simulated session with both windows open."""
    arrived: Painted = []
    seen: list[BothSeen] = []
    offices: list[OfficeWindow] = []
    worked_s: list[float] = []

    def beside(window: Window, workshop: ThreadedWorkshop, bridge: Bridge, folder: Path) -> None:
        from biofeedback.ui.office.window import OfficeWindow

        office = OfficeWindow(window, workshop, folder)
        bridge.happened.connect(office.take)
        office.show()
        offices.append(office)
        window.rooms.session.orb.ticked.connect(lambda _: worked_s.append(thread_time()))

    def read(window: Window) -> None:
        session, instrument = window.rooms.session, offices[0].instrument
        frames = [at_s for at_s in session.orb.frames_s if at_s >= session.orb.frames_s[0] + WARM_UP_S]
        painted = [at_s for _, at_s in instrument.tachogram.painted if at_s >= frames[0]]
        counted = [each for each in arrived if each[1] >= frames[0]]
        person, office = (_latencies(counted, list(t.painted)) for t in (session.trace, instrument.tachogram))
        painting = [b - a for a, b in pairwise(worked_s[-len(frames) :])]
        seen.append(BothSeen(frames, painted, painting, person, office))

    _run(WARM_UP_S + seconds, arrived, read, beside, device_uri=device_uri)
    return seen[0]


def measure_opening(folder: Path, people: Sequence[str]) -> list[float]:
    """Seconds from Enter on somebody in the list of the office to the painted sheet, of each of some people."""
    from biofeedback.ui.office.window import OfficeWindow

    taken_s: list[float] = []
    with _opened(folder, lambda bridge: None) as (window, workshop, bridge, _):
        office = OfficeWindow(window, workshop, folder)
        bridge.happened.connect(office.take)
        office.show()
        workshop.open()
        _let(lambda: len(office.people.people.shown) > 1 and office.centre.currentWidget() is office.sheet)
        for person in people:
            office.next_person()
            _let(lambda: False, SETTLED_S)
            begun_s = perf_counter()
            office.open_person(person)
            _let(lambda person=person: office.sheet.shows(person))  # type: ignore[misc]
            office.sheet.repaint()
            taken_s.append(perf_counter() - begun_s)
        office.hide()
    return taken_s


def _let(condition: Callable[[], bool], longest_s: float = LONGEST_S) -> None:
    """Let Qt work until something holds."""
    loop, looking = QEventLoop(), QTimer()
    looking.timeout.connect(lambda: loop.quit() if condition() else None)
    looking.start(LOOK_EVERY_MS)
    QTimer.singleShot(round(1000 * longest_s), loop.quit)
    loop.exec()


@contextmanager
def _opened(
    folder: Path, prepare: Callable[[Bridge], None]
) -> Iterator[tuple[Window, ThreadedWorkshop, Bridge, Reception]]:
    """A window with the data of a folder, not opened yet."""
    qt = QApplication.instance() or QApplication(["biofeedback", *PLATFORM])
    clock = Clock()
    bridge = Bridge(clock, FaultLog(folder))
    prepare(bridge)
    workshop = ThreadedWorkshop(bridge, folder)
    window = Window(load_library(), Settings(), lambda *_: None, lambda _: Settings(), clock)
    window.show()
    bridge.start()
    window.complete(workshop)
    reception = Reception(window, workshop)
    bridge.happened.connect(reception.take)
    try:
        yield window, workshop, bridge, reception
    finally:
        workshop.close()
        window.close()
    del qt


def _run(
    seconds: float,
    arrived: Painted,
    read: Callable[[Window], None],
    beside: Callable[[Window, ThreadedWorkshop, Bridge, Path], None] = lambda *_: None,
    exercise: Exercise | None = None,
    device_uri: str = "sim:",
) -> None:
    n_beats = [0]

    def prepare(bridge: Bridge) -> None:
        tell = bridge.tell

        def note(message: object) -> None:
            if isinstance(message, BeatsCame):
                n_beats[0] += len(message.new)
                if message.new:
                    arrived.append((n_beats[0], message.arrived_clock_s))
            tell(message)

        bridge.tell = note  # type: ignore[method-assign]

    with tempfile.TemporaryDirectory() as folder, _opened(Path(folder), prepare) as opened:
        window, workshop, bridge, reception = opened
        practised = exercise or find_exercise("paced-breathing").lasting(2.0 * seconds / 60.0 + 2.0)
        reception.ready = lambda: window.begin_with(practised, device_uri, {})
        beside(window, workshop, bridge, Path(folder))
        workshop.open()
        loop = QEventLoop()
        QTimer.singleShot(int(1000 * (seconds + 2.0)), loop.quit)
        loop.exec()
        read(window)
