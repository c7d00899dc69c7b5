"""A group in the terminal: a line a person, and no window."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.cli.terminal import run_to_end
from biofeedback.reports.terminal import plain, plain_console
from biofeedback.session.events import Event
from biofeedback.session.reference import ReferenceWorker
from biofeedback.session.several.group import Group, Member, MemberSummary
from biofeedback.session.several.tile import UNHEARD, Tile
from biofeedback.storage.database import Store
from biofeedback.ui.words.signal import QUALITY
from devices.clock import Clock
from protocols.specification import Exercise

if TYPE_CHECKING:
    from rich.table import Table


def run_group(
    exercise: Exercise,
    members: Sequence[Member],
    called: Sequence[str],
    store: Store,
    speed: float,
    *,
    in_step: bool,
    quiet: bool = False,
) -> tuple[str, list[MemberSummary]]:
    """Run a group to its end; Ctrl+C ends it early and keeps it.

    Parameters
    ----------
    exercise : Exercise
    members : sequence of Member
    called : sequence of str
        What each is called on the screen, and in what is told of them afterwards.
    store : Store
    speed : float
        Seconds of the session per second; 0 as fast as possible.
    in_step : bool
    quiet : bool
        Nothing is shown.

    Returns
    -------
    str
        Id of the group.
    list of MemberSummary

    Raises
    ------
    ValueError
        As of `Group`.
    """
    clock = Clock(speed)
    display = GroupDisplay(called, in_step=in_step, quiet=quiet)
    worker = ReferenceWorker(live=False)
    try:
        group = Group(exercise, members, store, display.take, in_step=in_step, reference=worker)
        with display:
            found = run_to_end(group.run(), clock, group.end, store)
    finally:
        worker.close()
    return group.group_id, [replace(each, person=name) for each, name in zip(found, called, strict=True)]


class GroupDisplay:
    """Shows a group on standard error: a table on a terminal, a line for what changes otherwise."""

    def __init__(self, called: Sequence[str], *, in_step: bool, quiet: bool = False) -> None:
        from rich.live import Live  # the other commands have no need of it

        self._console = plain_console(stderr=True, quiet=quiet)
        self._tiles = [Tile(name) for name in called]
        self._in_step = in_step
        self._said: list[str] = []
        self._live = Live(get_renderable=self._table, console=self._console, transient=True)

    def __enter__(self) -> "GroupDisplay":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def take(self, number: int, event: Event) -> None:
        """Show what happened to a member."""
        before = self._tiles[number]
        tile = self._tiles[number] = before.after(event)
        if tile.phase != before.phase:
            self._say_phase(tile)
        heard, was_heard = tile.quality not in UNHEARD, before.quality not in UNHEARD
        if (heard, tile.quality if not heard else None) != (was_heard, before.quality if not was_heard else None):
            self._say(f"{tile.called}: {QUALITY[tile.quality]}")
        if tile.ended and tile.ended.failed:
            self._say(f"{tile.called}: {tile.ended.cause}")

    def _say_phase(self, tile: Tile) -> None:
        if not self._in_step:
            self._say(f"{tile.called}: {tile.phase}")
        elif self._said[-1:] != [tile.phase]:
            self._said.append(tile.phase)
            self._say(tile.phase)

    def _say(self, words: str) -> None:
        self._console.print(plain(words))

    def _table(self) -> "Table":
        from rich.table import Table

        table = Table(box=None, pad_edge=False, show_header=False)
        for tile in self._tiles:
            heart = "" if tile.hr_bpm is None else f"{tile.hr_bpm:.0f} beats a minute"
            state = "Ended" if tile.ended else QUALITY[tile.quality]
            table.add_row(*map(plain, (tile.called, heart, state, tile.phase)))
        return table
