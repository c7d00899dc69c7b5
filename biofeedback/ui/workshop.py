"""Practice, straps and sound for the window, in the thread of devices and session, beside the data."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biofeedback.session.steering import Order
from biofeedback.sound.settings import SoundSettings
from biofeedback.ui.bridge import Bridge
from biofeedback.ui.giving_desk import GivingDesk
from biofeedback.ui.messages import (
    Answered,
    BandsSeen,
    ScanFailed,
    SeenBand,
    SeenStrap,
    SentTold,
    SessionLeft,
    SoundTold,
    StrapsSeen,
    StreamsSeen,
    SummaryRead,
    WorkFailed,
)
from biofeedback.ui.pulse import Pulse
from biofeedback.ui.words import common as words
from biofeedback.ui.words.people import not_there, not_there_to_practise
from devices.absent import NoStrap
from devices.schemes import NO_STRAP
from protocols.breathing import BreathPattern
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.accompaniment import Accompaniment
    from biofeedback.outward import Outward
    from biofeedback.session.events import Event
    from biofeedback.session.preparation import Plan
    from biofeedback.session.reference import ReferenceWorker
    from biofeedback.session.runner import SessionRunner
    from biofeedback.storage.database import Store
    from devices.source import Source
    from protocols.lessons.specification import Utterance

MUSE, STREAM = "eeg:muse", "lsl:"
MARKER, UNWELL = "marked", "unwell"
AT_ONCE_S = 0.0
"""What is not to wait for a strap waits for nothing: what is being practised is ended, and no strap has to be there."""


class ThreadedWorkshop(GivingDesk):
    """Takes calls from the GUI thread, works in the bridge's thread, answers through the bridge's signal.

    Parameters
    ----------
    bridge : Bridge
    folder : Path
        Of the data.
    sound : SoundSettings, optional
        None where no sound is wanted.
    person : str
        Who practises; empty for whoever is at home.
    """

    def __init__(self, bridge: Bridge, folder: Path, sound: SoundSettings | None = None, person: str = "") -> None:
        super().__init__(bridge, folder, person)
        self._sound = sound
        self._accompaniment: Accompaniment | None = None
        self._reference: ReferenceWorker | None = None
        self._runner: SessionRunner | None = None
        self._running: asyncio.Task[Any] | None = None
        self._leaving = False
        self._scanning: asyncio.Task[None] | None = None
        self._pulse = Pulse(bridge.tell, bridge.faults)

    @property
    def busy(self) -> bool:
        """Whether somebody practises, or is about to."""
        return self._running is not None

    # From the GUI thread

    def start_session(
        self,
        exercise: Exercise,
        device_uri: str,
        ratings: Mapping[str, int],
        patience_s: float,
        sent_as: str = "",
    ) -> None:
        """Begin with the first beat, or without one after so long; 0: at once, in place of what is being practised.

        `sent_as` is the name by which it is sent to the network; empty where it is not.
        """
        self._bridge.submit(partial(self._start, exercise, device_uri, dict(ratings), patience_s, sent_as))

    def start_unkept(self, exercise: Exercise) -> None:
        """Begin at once while the data are locked: without a strap, and nothing of it is kept."""
        self._bridge.submit(partial(self._start_unkept, exercise))

    def act(self, what: str) -> None:
        """Do "pause", "resume", "skip", "end", "unwell" or "mark" to the running session."""
        self._bridge.submit(partial(self._act, what))

    def fail(self, sentence: str) -> None:
        """End the running session, and keep it, because of an error in the window."""
        self._bridge.submit(lambda: self._runner.fail(sentence) if self._runner else None)

    def answer(self, question: str, value: int) -> None:
        """Answer a question of the part that is on."""
        self._bridge.submit(lambda: self._runner.answer(question, value) if self._runner else None)

    def mark(self, label: str, moment_s: float | None = None) -> None:
        """Set a marker with words of its own, now or at an earlier second of the session."""
        self._bridge.submit(lambda: self._runner.mark(label, moment_s) if self._runner else None)

    def steer(self, order: Order) -> None:
        """Change something of the running session; told by `Steered`."""
        self._bridge.submit(lambda: self._runner.steer(order) if self._runner else None)

    def repace(self, pattern: BreathPattern) -> None:
        """Another breath from now on, without a jump."""
        self._bridge.submit(lambda: self._runner.repace(pattern) if self._runner else None)

    def take_strap(self, address: str) -> None:
        """Go on with another strap that was offered, in place of the one before."""
        self._bridge.submit(lambda: self._runner.take_strap(address) if self._runner else None)

    def scan(self, *, on: bool) -> None:
        self._bridge.submit(self._start_scan if on else self._stop_scan)

    def look_for_streams(self) -> None:
        """Look in the network, once, for streams that other programs send; told by `StreamsSeen`."""
        self._bridge.submit(self._look_for_streams)

    def feel(self, device_uri: str) -> None:
        """Tell the pulse of a strap until a session begins or another is asked for; of none for an empty one."""
        self._bridge.submit(partial(self._feel, device_uri))

    def choose_sound(self, settings: SoundSettings | None) -> None:
        """Other settings of the sound; None: no sound."""
        self._bridge.submit(partial(self._choose_sound, settings))

    def listen(self, *, on: bool) -> None:
        """Play a sample of the sound, or end it."""
        self._bridge.submit(partial(self._listen, on=on))

    def read_aloud(self, said: "Sequence[Utterance]", ended: Callable[[bool], None]) -> None:
        """Read a text aloud until `listen(on=False)`; `ended` hears in the window's thread whether there is a voice."""
        self._bridge.submit(partial(self._read_aloud, said, ended))

    def close(self) -> None:
        """End what runs, keeping it, and the thread."""
        self._bridge.close(self._close)

    # In the bridge's thread

    async def _start(
        self, exercise: Exercise, device_uri: str, ratings: dict[str, int], patience_s: float, sent_as: str
    ) -> None:
        from biofeedback.session.preparation import Plan

        chosen = self._chosen
        await self._opened.wait()
        if self._store is None:
            self._bridge.tell(WorkFailed(f"{self._trouble} The session was not begun, for it could not be kept."))
            return
        while self._running is not None:
            if patience_s == AT_ONCE_S:
                self._leave()
                if self._runner is not None:
                    self._runner.end()
            elif not self._leaving:
                return
            await asyncio.wait([self._running])
        self._running, self._leaving = asyncio.current_task(), False
        try:
            if not await self._is_there(self._store, chosen):
                if patience_s != AT_ONCE_S:
                    sentence = not_there_to_practise(chosen.name)
                    self._bridge.tell(WorkFailed(sentence))
                    await self._leave_person(chosen, sentence)
                    return
                await self._leave_person(chosen, not_there(chosen.name))
                chosen = self._chosen
            plan = Plan(exercise, device_uri, chosen.name, ratings, patience_s, sent_as=sent_as)
            await self._practise(self._store, plan)
        finally:
            self._runner = self._running = self._rightful = None
        await self._keep_backup()

    async def _lock(self) -> None:
        if self._running is not None:  # what was practised is still being saved
            await asyncio.wait([self._running])
        await super()._lock()

    async def _start_unkept(self, exercise: Exercise) -> None:
        from biofeedback.session.preparation import Plan
        from biofeedback.storage.unkept import unkept_store

        if self._running is not None:
            return
        self._running, self._leaving = asyncio.current_task(), False
        try:
            with unkept_store() as store:
                await self._practise(store, Plan(exercise, NO_STRAP, patience_s=AT_ONCE_S))
        except OSError as error:
            self._bridge.tell(WorkFailed(f"It cannot begin ({error.strerror})."))
        finally:
            self._runner = self._running = None

    async def _practise(self, store: "Store", plan: "Plan") -> None:
        from devices.source import SourceError
        from devices.uri import open_source

        await self._stop_scan()
        await self._pulse.end()
        try:
            source = await asyncio.to_thread(open_source, plan.device_uri)
        except SourceError as error:
            if plan.patience_s != AT_ONCE_S:
                self._bridge.tell(WorkFailed(str(error)))
                return
            source = NoStrap()
        if self._leaving:
            return
        outward = self._sending(plan, simulated=source.info.simulated)
        with outward or contextlib.nullcontext():
            await self._play(store, plan if outward else replace(plan, sent_as=""), source, outward)

    async def _play(self, store: "Store", plan: "Plan", source: "Source", outward: "Outward | None") -> None:
        from biofeedback.session.runner import SessionRunner

        accompaniment = self._accompanied()

        def tell(event: "Event") -> None:
            self._bridge.tell(event)
            accompaniment.take(event)
            if outward:
                outward.take(event)

        reference = None if plan.device_uri == NO_STRAP else self._reference_worker()
        runner = self._runner = SessionRunner(plan, source, store, tell, reference)
        async with accompaniment:
            summary = await self._as_given(await runner.run())
        if summary is not None:
            self._bridge.tell(SummaryRead(summary, fresh=True))
        elif runner.ended is None or runner.ended.saved:
            self._bridge.tell(WorkFailed(words.NOT_READ_BACK))

    def _sending(self, plan: "Plan", *, simulated: bool) -> "Outward | None":
        """What sends the session to the network; where it cannot, that is told, and it is practised all the same."""
        sent = SentTold("")
        outward = None
        if plan.sent_as:
            from biofeedback.outward import Outward
            from devices.source import SourceError

            try:
                outward = Outward(plan.sent_as, self._bridge.clock.now, self._faults, simulated=simulated)
                sent = SentTold(words.SENT, outward.warning)
            except SourceError as error:
                sent = SentTold(words.NOT_SENT, str(error))
        self._bridge.tell(sent)
        return outward

    def _reference_worker(self) -> "ReferenceWorker | None":
        """Made with the first session; without it there are no figures by neurokit2, and all else is the same."""
        from biofeedback.session.reference import ReferenceWorker

        if self._reference is None:
            with self._faults.contained("starting neurokit2"):
                self._reference = ReferenceWorker(live=True)
        return self._reference

    def _leave(self) -> None:
        """What is being practised comes to its end."""
        self._leaving = True
        if self._accompaniment is not None:
            self._accompaniment.leave()

    def _act(self, what: str) -> None:
        if what in ("end", UNWELL):
            self._leave()
        runner = self._runner
        if runner is None:
            if self._leaving:
                self._bridge.tell(SessionLeft())
            return
        actions: dict[str, Callable[[], None]] = {
            "pause": runner.pause,
            "resume": runner.resume,
            "skip": runner.skip,
            "end": runner.end,
            UNWELL: runner.stop_unwell,
            "mark": partial(runner.mark, MARKER),
        }
        actions[what]()

    def _accompanied(self) -> "Accompaniment":
        from biofeedback.accompaniment import Accompaniment

        if self._accompaniment is None:
            clock, tell = self._bridge.clock, self._bridge.tell
            self._accompaniment = Accompaniment(
                clock, self._sound, lambda trouble: tell(SoundTold(trouble)), self._faults
            )
        return self._accompaniment

    async def _choose_sound(self, settings: SoundSettings | None) -> None:
        self._sound = settings
        if self._accompaniment is not None:
            await self._accompaniment.choose(settings)

    async def _listen(self, *, on: bool) -> None:
        if on or self._accompaniment is not None:
            await self._accompanied().listen(on=on, words=words.BREATHE_WITH_IT)

    async def _read_aloud(self, said: "Sequence[Utterance]", ended: Callable[[bool], None]) -> None:
        await self._accompanied().read_aloud(said, lambda spoken: self._bridge.tell(Answered(ended, spoken)))

    def _start_scan(self) -> None:
        if self._scanning is None:
            self._scanning = asyncio.create_task(self._scan())

    async def _stop_scan(self) -> None:
        scanning, self._scanning = self._scanning, None
        if scanning is not None:
            scanning.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await scanning

    async def _feel(self, device_uri: str) -> None:
        from devices.uri import is_real

        await self._pulse.end()
        if is_real(device_uri):
            await self._stop_scan()  # not every adapter can search and connect at the same time
        if device_uri and self._running is None:
            self._pulse.begin(device_uri)

    async def _scan(self) -> None:
        from devices.bluetooth import Scanner
        from devices.bluetooth_advice import Kind
        from devices.source import SourceError

        try:
            async with Scanner(kinds=tuple(Kind)) as scanner:
                async for found in scanner.updates():
                    straps = [each for each in found if each.kind is Kind.STRAP]
                    bands = [each for each in found if each.kind is Kind.BAND]
                    self._bridge.tell(StrapsSeen(tuple(SeenStrap(s.name, s.address, s.rssi_dbm) for s in straps)))
                    seen = (SeenBand(f"{MUSE}?address={b.address}", b.name, b.rssi_dbm) for b in bands)
                    self._bridge.tell(BandsSeen(tuple(seen)))
        except SourceError as error:
            self._bridge.tell(ScanFailed(str(error)))

    async def _look_for_streams(self) -> None:
        from devices.eeg.lsl import names_in_reach
        from devices.source import SourceError
        from devices.uri import parts_of

        try:
            names = await asyncio.to_thread(names_in_reach)
        except SourceError as error:
            self._bridge.tell(StreamsSeen((), str(error)))
            return
        seen = [SeenBand(uri, name) for name in names if parts_of(uri := f"{STREAM}{name}") == [uri]]
        self._bridge.tell(StreamsSeen(tuple(seen)))

    async def _close(self) -> None:
        """Without neurokit2's last word, which may take seconds; no step is left out because another failed."""
        with self._faults.contained("closing"):
            await self._stop_scan()
            await self._pulse.end()
        if self._reference is not None:
            with self._faults.contained("closing"):
                self._reference.close()
        if self._running is not None:
            self._leaving = True
            if self._runner is not None:
                self._runner.end()
            await asyncio.wait([self._running])
        if self._accompaniment is not None:
            await self._accompaniment.close()
        async with self._asking:  # what was told until now is kept
            store, self._store = self._store, None
        if store is not None:
            with self._faults.contained("closing"):
                await asyncio.to_thread(store.close)
