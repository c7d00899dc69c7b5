"""Checks of the machine: what works, and what to do about what does not."""

import asyncio
import importlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from biofeedback.display import NO_SCREEN, has_display
from biofeedback.storage.database import Store, data_directory
from biofeedback.storage.records import StoreError
from devices.clock import Clock, ClockLoop


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, whether it passed, and what was found, with what to do where it did not."""

    name: str
    ok: bool
    detail: str


def examine(data: Path | None) -> list[Finding]:
    """All checks, in order."""
    checks: dict[str, Callable[[], tuple[bool, str]]] = {
        "bluetooth": _bluetooth,
        "display": _display,
        "sound": _sound,
        "storage": lambda: _storage(data),
        "reference": _reference,
    }
    return [Finding(name, *check()) for name, check in checks.items()]


def _bluetooth() -> tuple[bool, str]:
    from devices.bluetooth import adapter_state

    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock())) as runner:
        state = runner.run(adapter_state())
    return state.usable, f"{state.reason} {state.advice}".strip()


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


def _storage(data: Path | None) -> tuple[bool, str]:
    folder = data_directory(data)
    try:
        with Store.open(folder) as store:
            n_sessions = len(store.sessions())
    except StoreError as error:
        return False, str(error)
    return True, f"{folder} can be written; it holds {n_sessions} {'session' if n_sessions == 1 else 'sessions'}."


def _reference() -> tuple[bool, str]:
    try:
        found = importlib.util.find_spec("neurokit2")
    except ImportError:
        found = None
    if found is None:
        return False, "neurokit2 is missing: its figures are left out. Install the program again."
    return True, "neurokit2 is installed."
