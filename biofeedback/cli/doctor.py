"""Checks of the machine: what works, and what to do about what does not."""

import asyncio
import importlib
import importlib.util
import math
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from pathlib import Path
from statistics import fmean

from biofeedback import __version__
from biofeedback.display import NO_SCREEN, has_display
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import FAULTS
from biofeedback.storage.folder import BACKUPS, is_vacant
from biofeedback.storage.keeping.restoring import replaced_data
from biofeedback.storage.keeping.rotation import own_backups
from biofeedback.storage.protection.key_file import PASSPHRASE, wants_word
from biofeedback.storage.protection.state import state_of
from biofeedback.storage.recording.rescue import awaits
from devices.clock import Clock
from devices.clock_loop import ClockLoop
from protocols.forms import ExerciseError
from protocols.library import load_library

LATE = timedelta(days=31)
"""A choice: whoever practises now and then has a backup of a month; older means that none could be made."""


class Level(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    NOTE = "note"
    """Something is missing that many people never need."""
    FAILURE = "failure"
    """No session can be kept or counted."""

    @property
    def mark(self) -> str:
        """Before a line in the terminal."""
        return {Level.GOOD: "ok  ", Level.NOTE: "note", Level.FAILURE: "NO  "}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, whether it passed, what was found, with what to do where it did not, and if it matters."""

    name: str
    ok: bool
    detail: str
    matters: bool

    @property
    def level(self) -> Level:
        return Level.GOOD if self.ok else Level.FAILURE if self.matters else Level.NOTE


def examine(folder: Path) -> list[Finding]:
    """All checks, in order, with the data in that folder. Without storage, figures and exercises nothing works."""
    checks: dict[str, tuple[bool, Callable[[], tuple[bool, str]]]] = {
        "program": (False, _program),
        "storage": (True, lambda: _storage(folder)),
        "rescued": (False, lambda: _rescued(folder)),
        "encryption": (False, lambda: _encryption(folder)),
        "backups": (False, lambda: _backups(folder)),
        "analysis": (True, _analysis),
        "exercises": (True, _exercises),
        "bluetooth": (False, _bluetooth),
        "display": (False, _display),
        "sound": (False, _sound),
        "reference": (False, _reference),
    }
    return [Finding(name, *check(), matters) for name, (matters, check) in checks.items()]


def _program() -> tuple[bool, str]:
    return True, f"biofeedback {__version__}, Python {platform.python_version()}, {platform.platform(terse=True)}."


def _analysis() -> tuple[bool, str]:
    """A minute or two of beats that follow a slow breath, whose RMSSD is known without the program."""
    try:
        from biofeedback.analysis.figures.stretch import figures
        from biofeedback.session.judging import judged_beats
        from devices.samples import Packet, PacketFormat
    except ImportError as error:
        return False, f"Figures cannot be computed: {error}. Install the program again."
    rr_ms = [850.0 + 40.0 * math.sin(math.tau * i / 12.0) for i in range(120)]
    packets = [
        Packet(at_s, PacketFormat.RR_TEXT, repr(each_ms).encode())
        for at_s, each_ms in zip(accumulate(each_ms / 1000.0 for each_ms in rr_ms), rr_ms, strict=True)
    ]
    found_ms = figures(judged_beats(packets)).rmssd_ms
    right_ms = math.sqrt(fmean((after - before) ** 2 for before, after in pairwise(rr_ms)))
    if found_ms is None or abs(found_ms - right_ms) > 0.01:
        return (
            False,
            f"A known series has an RMSSD of {found_ms} in place of {right_ms:.2f}. Install the program again.",
        )
    return True, "A known series of beats has the right figures."


def _exercises() -> tuple[bool, str]:
    try:
        return True, f"{len(load_library())} exercises come with the program."
    except (OSError, ExerciseError) as error:
        return False, f"The exercises cannot be read: {error}. Install the program again."


def _bluetooth() -> tuple[bool, str]:
    from devices.bluetooth import adapter_state

    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock())) as runner:
        state = runner.run(adapter_state())
    technical = f" For whoever looks after this computer: {state.technical}" if state.technical else ""
    return state.usable, f"{state.reason} {state.advice}{technical}".strip()


def _display() -> tuple[bool, str]:
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        packages = "libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0"
        advice = f" On Debian and Ubuntu: sudo apt install {packages}." if sys.platform.startswith("linux") else ""
        return False, f"The window's library cannot be loaded: {error}.{advice}"
    if not has_display():
        return False, NO_SCREEN
    return True, "A window can be shown."


def _sound() -> tuple[bool, str]:
    from biofeedback.sound.device import OutputError, output_name
    from biofeedback.sound.speech import find_speaker

    speaker = find_speaker()
    voice = f"Prompts can be spoken by {speaker.name}." if speaker else "There is no voice for spoken prompts."
    try:
        return True, f"Sound is played through {output_name()}. {voice}"
    except OutputError as error:
        return False, f"{error} {voice}"


def _storage(folder: Path) -> tuple[bool, str]:
    if is_vacant(folder):
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not os.access(there, os.W_OK):
            return False, f"{there} cannot be written, so {folder} cannot be made. Choose another folder with --data."
        return True, f"There are no data yet; the first session makes them in {folder}."
    try:
        if wants_word(folder) and not os.environ.get(PASSPHRASE):
            return True, f"{folder} is locked with a passphrase, and was not looked into."
        with Store.open(folder) as store:
            n_sessions = len(store.sessions())
            damage = store.damage()
    except StoreError as error:
        return False, str(error)
    if damage:
        return False, damage.sentence
    told = f"{folder} can be written; it holds {n_sessions} {'session' if n_sessions == 1 else 'sessions'}."
    if (folder / FAULTS).exists():
        told += f" Errors of the program are written in {folder / FAULTS}: send it to those who make the program."
    return True, told


def _backups(folder: Path) -> tuple[bool, str]:
    made = own_backups(folder)
    replaced = replaced_data(folder)
    beside = f" Data that a restored backup took the place of are in {replaced[0].parent}: " if replaced else ""
    beside += f"{', '.join(path.name for path in replaced)}. Remove them once all is well." if replaced else ""
    if not made:
        there = not is_vacant(folder)
        when = "The program makes one after a session, and when its window opens."
        return not there, f"There is none{' yet' if there else ', and no data yet'}. {when}{beside}"
    told = f"The newest of {len(made)} in {folder / BACKUPS} is of {made[0].made:%Y-%m-%d %H:%M} UTC."
    if is_late := datetime.now(UTC) - made[0].made > LATE:
        told += " That is long ago: open the window, or use `biofeedback backup --out FILE`."
    return not is_late, told + beside


def _rescued(folder: Path) -> tuple[bool, str]:
    """What could not be saved with the data and still waits; opening them took in what can be."""
    if (is_vacant(folder) and not awaits(folder)) or (wants_word(folder) and not os.environ.get(PASSPHRASE)):
        return True, "Nothing was looked for: there are no data, or they are locked."
    try:
        with Store.open(folder) as store:
            waiting = store.waiting
    except StoreError as error:
        return False, str(error)
    if not waiting:
        return True, "No rest of a session waits to be taken in."
    told = "; ".join(f"{path} {why}" for path, why in waiting.items())
    return False, f"The rest of a session lies beside your data: {told}. Keep the file; end what runs, and start again."


def _encryption(folder: Path) -> tuple[bool, str]:
    state = state_of(folder)
    what_to_do = " `biofeedback lock set-passphrase` encrypts them with a passphrase."
    return state.encrypted or state.keychain, state.detail + ("" if state.encrypted or state.keychain else what_to_do)


def _reference() -> tuple[bool, str]:
    try:
        found = importlib.util.find_spec("neurokit2")
    except ImportError:
        found = None
    if found is None:
        return False, "neurokit2 is missing: its figures are left out. Install the program again."
    return True, "neurokit2 is installed."
