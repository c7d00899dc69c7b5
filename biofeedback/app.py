"""The composition root: settings, window, then everything that may come after the first paint."""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from biofeedback.display import NO_SCREEN, has_display
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.folder import data_directory, own_exercises
from biofeedback.storage.protection.key_file import PASSPHRASE, wants_word
from biofeedback.storage.protection.keys import DataKey
from biofeedback.ui.mishaps import Mishaps
from biofeedback.ui.settings import Settings, keep_settings, read_settings
from biofeedback.ui.window import Window
from biofeedback.ui.words.common import UNFORESEEN
from devices.clock import Clock
from protocols.library import load_shelf
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.session.preparation import Plan
    from biofeedback.ui.bridge import Bridge
    from biofeedback.ui.office.window import OfficeWindow
    from biofeedback.ui.reception import Reception
    from biofeedback.ui.workshop import ThreadedWorkshop

TELL_FIRST_PAINT = "BIOFEEDBACK_TELL_FIRST_PAINT"
SIGNAL_MS = 300
REPORTS = "reports"
"""In the folder of the data."""


class Application:
    """The program with its window.

    Parameters
    ----------
    folder : Path
        Of the data.
    plan : Plan, optional
        A session to begin as soon as the window is up.
    speed : float
        Of the clock.
    sound : bool or None
        Sound on or off for this time; None as it is kept.
    with_office : bool
        Whether the clinician's window stands beside.
    """

    def __init__(
        self,
        folder: Path,
        plan: "Plan | None" = None,
        speed: float = 1.0,
        *,
        sound: bool | None = None,
        with_office: bool = False,
    ) -> None:
        self._plan, self._with_office = plan, with_office
        self.office: OfficeWindow | None = None
        self._folder = folder
        person = plan.person if plan else ""
        self._clock = Clock(speed)
        self.faults = FaultLog(folder)
        self.bridge: Bridge
        self.workshop: ThreadedWorkshop
        self._reception: Reception
        self._complete = False
        self._key: DataKey | None = None
        self._kept, self._asked_sound = read_settings(folder, person), sound
        settings = self._kept if sound is None else replace(self._kept, sound=sound)
        shelf = load_shelf(own_exercises(folder))
        # What the environment tells is tried first; without it nothing is shown before the passphrase is told
        locked = wants_word(folder) and not os.environ.get(PASSPHRASE)
        self.window = Window(
            shelf.exercises, settings, self._keep, self._recall, self._clock, shelf.faults, person, locked=locked
        )
        self.window.first_painted.connect(self._first_painted)
        self._mishaps = Mishaps(self.window, self.faults, lambda sentence: self.workshop.fail(sentence))
        self._mishaps.watch()

    def _keep(self, settings: Settings, person: str) -> None:
        """Keep the settings, but not what was asked for this time alone."""
        if settings.sound is self._asked_sound:
            settings = replace(settings, sound=self._kept.sound)
        keep_settings(self._folder, settings, person, self._key)

    def _recall(self, person: str) -> Settings:
        """What somebody has chosen."""
        return read_settings(self._folder, person, self._key)

    def _take_key(self, key: DataKey | None) -> None:
        """The data are open: what was chosen before is read with their key, and kept with it from here on."""
        self._key = key
        if key is not None:
            self._kept = self._recall(self.window.whose.person)
            sound = self._asked_sound
            self.window.take_settings(self._kept if sound is None else replace(self._kept, sound=sound))

    def _first_painted(self) -> None:
        if os.environ.get(TELL_FIRST_PAINT):
            sys.stdout.write("painted\n")
            sys.stdout.flush()
        self.complete()

    def complete(self) -> None:
        """All that the first paint did not need."""
        from biofeedback.ui.bridge import Bridge
        from biofeedback.ui.reception import Reception
        from biofeedback.ui.workshop import ThreadedWorkshop

        self._complete = True
        self.bridge = Bridge(self._clock, self.faults, lambda: self.window.in_session)
        self.workshop = ThreadedWorkshop(
            self.bridge, self._folder, self.window.settings.sound_settings, self.window.whose.person
        )
        self.bridge.start()
        self.window.complete(self.workshop)
        self._reception = Reception(self.window, self.workshop)
        self.bridge.happened.connect(self._reception.take)
        self._reception.ready = self._begin_plan
        self._reception.opened = self._take_key
        self.window.door.closed.connect(lambda: self._take_key(None))
        self.window.office_asked.connect(self._show_office)
        if self._with_office:
            self._make_office(both=True)
        if not self.window.door.locked:
            self.workshop.open()

    def _make_office(self, *, both: bool) -> None:
        """The second window hears what the first has taken.

        Parameters
        ----------
        both : bool
            Whether the two came together: then they go together.
        """
        from biofeedback.ui.office.window import OfficeWindow

        self.office = OfficeWindow(self.window, self.workshop, self._folder / REPORTS, both=both)
        self.bridge.happened.connect(self.office.take)
        self.office.show()

    def _show_office(self) -> None:
        """It was asked for from the person's window."""
        if self.office is None:
            self._make_office(both=False)
        else:
            self.office.come_forward()

    def _begin_plan(self) -> None:
        if self._plan is not None:
            plan, self._plan = self._plan, None
            self.begin(plan.exercise, plan.device_uri, plan.ratings, plan.sent_as)

    def begin(self, exercise: Exercise, device_uri: str, ratings: Mapping[str, int], sent_as: str = "") -> None:
        self.window.begin_with(exercise, device_uri, ratings, sent_as=sent_as)

    def close(self) -> None:
        """End what runs and keep it."""
        if self.office is not None:
            self.office.keep()
        if self._complete:
            self.workshop.close()
        self._mishaps.release()


def open_window(
    data: Path | None = None,
    plan: "Plan | None" = None,
    speed: float = 1.0,
    *,
    sound: bool | None = None,
    with_office: bool = False,
) -> int:
    """Show the window, or with the office both and stay until it is closed.

    Returns
    -------
    int
        Exit status.
    """
    if not has_display():
        sys.stderr.write(f"{NO_SCREEN}\n")
        return 1
    qt = QApplication.instance() or QApplication(["biofeedback"])
    if not isinstance(qt, QApplication):
        return 1
    qt.setApplicationName("biofeedback")
    folder, status = data_directory(data), 1
    with FaultLog(folder).contained("opening the window") as caught:
        application = Application(folder, plan, speed, sound=sound, with_office=with_office)
        application.window.show()
        listening = quit_on_signals(qt)
        status = qt.exec()
        listening.stop()
        application.close()
    if caught.error is not None:
        sys.stderr.write(f"{UNFORESEEN}\n")
    return status


def quit_on_signals(qt: QApplication) -> QTimer:
    """Let Ctrl+C and a polite kill end the program as its close button does."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: qt.quit())
    # Python hears signals between its own steps only, and an idle window takes none
    listening = QTimer(qt)
    listening.timeout.connect(lambda: None)
    listening.start(SIGNAL_MS)
    return listening
