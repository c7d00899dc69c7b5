"""Everything that the window asks for, done in the thread of devices and session."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biofeedback.sound.settings import SoundSettings
from biofeedback.storage.errors import StoreError
from biofeedback.ui.bridge import Bridge
from biofeedback.ui.chosen import Chosen, PersonGoneError
from biofeedback.ui.messages import (
    Answered,
    HistoryRead,
    LadderRead,
    PersonChosen,
    ScanFailed,
    SeenStrap,
    SessionLeft,
    SessionsDeleted,
    SoundTold,
    StoreFailed,
    StoreLocked,
    StoreOpened,
    StrapsSeen,
    SummaryRead,
    WorkFailed,
)
from biofeedback.ui.pulse import Pulse
from biofeedback.ui.settings import forget_person
from biofeedback.ui.words import common as words
from biofeedback.ui.words.history import deleted_tries
from biofeedback.ui.words.people import not_there, not_there_to_practise
from biofeedback.ui.words.protection import END_FIRST
from devices.absent import NoStrap
from devices.schemes import NO_STRAP
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.accompaniment import Accompaniment
    from biofeedback.session.events import Event
    from biofeedback.session.preparation import Plan
    from biofeedback.session.reference import ReferenceWorker
    from biofeedback.session.runner import SessionRunner
    from biofeedback.storage.database import Store
    from biofeedback.storage.ladders import Ladders
    from protocols.lessons.specification import Utterance

MARKER, UNWELL = "marked", "unwell"
AT_ONCE_S = 0.0
"""What is not to wait for a strap waits for nothing: what is being practised is ended, and no strap has to be there."""


class ThreadedWorkshop:
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
        self._bridge = bridge
        self._faults = bridge.faults
        self._folder = folder
        self._sound = sound
        self._chosen = Chosen(person)
        self._accompaniment: Accompaniment | None = None
        self._opened = asyncio.Event()
        self._asking = asyncio.Lock()
        self._trouble = ""
        self._store: Store | None = None
        self._reference: ReferenceWorker | None = None
        self._runner: SessionRunner | None = None
        self._running: asyncio.Task[Any] | None = None
        self._leaving = False
        self._scanning: asyncio.Task[None] | None = None
        self._pulse = Pulse(bridge.tell, bridge.faults)

    # From the GUI thread

    def open(self, word: str = "") -> None:
        """Open the data; with the passphrase or the recovery key where they are locked."""
        self._bridge.submit(partial(self._open, word))

    def set_passphrase(self, now: str, new: str, then: Callable[[str], None], refused: Callable[[str], None]) -> None:
        """Let the data open with another passphrase; `then` hears the recovery key, `refused` why it cannot be."""
        self._bridge.submit(partial(self._set_passphrase, now, new, then, refused))

    def start_session(self, exercise: Exercise, device_uri: str, ratings: Mapping[str, int], patience_s: float) -> None:
        """Begin with the first beat, or without one after so long; 0: at once, in place of what is being practised."""
        self._bridge.submit(partial(self._start, exercise, device_uri, dict(ratings), patience_s))

    def act(self, what: str) -> None:
        """Do "pause", "resume", "skip", "end", "unwell" or "mark" to the running session."""
        self._bridge.submit(partial(self._act, what))

    def fail(self, sentence: str) -> None:
        """End the running session, and keep it, because of an error in the window."""
        self._bridge.submit(lambda: self._runner.fail(sentence) if self._runner else None)

    def answer(self, question: str, value: int) -> None:
        """Answer a question of the part that is on."""
        self._bridge.submit(lambda: self._runner.answer(question, value) if self._runner else None)

    def mark(self, label: str) -> None:
        """Set a marker with words of its own."""
        self._bridge.submit(lambda: self._runner.mark(label) if self._runner else None)

    def scan(self, *, on: bool) -> None:
        self._bridge.submit(self._start_scan if on else self._stop_scan)

    def feel(self, device_uri: str) -> None:
        """Tell the pulse of a strap until a session begins or another is asked for; of none for an empty one."""
        self._bridge.submit(partial(self._feel, device_uri))

    def read_history(self) -> None:
        self._bridge.submit(self._tell_history)

    def delete_sessions(self, session_ids: Sequence[str]) -> None:
        """Delete sessions for good."""
        self._bridge.submit(partial(self._delete_sessions, tuple(session_ids)))

    def read_session(self, session_id: str) -> None:
        self._bridge.submit(partial(self._tell_session, session_id, fresh=False))

    def read_ladder(self) -> None:
        """Tell the ladder of who practises."""
        self.change_ladder(lambda ladders: None)

    def change_ladder(self, change: "Callable[[Ladders], object]") -> None:
        """Do something to the ladders, then tell how it is."""
        self._bridge.submit(partial(self._tell_ladder, change))

    def rate(self, session_id: str, question: str, value: int) -> None:
        self._bridge.submit(partial(self._rate, session_id, question, value))

    def ask(
        self,
        work: "Callable[[Store, str], Any]",
        then: Callable[[Any], None],
        refused: Callable[[str], None] | None = None,
    ) -> None:
        """Read or change the data of who practises, beside the window.

        Parameters
        ----------
        work : callable
            Called with the store and the name of who practises, in another thread.
        then : callable
            Called in the thread of the window with what the work gives.
        refused : callable, optional
            Called there with a sentence where it cannot be done; without it the window tells it on its start page.
        """
        self._bridge.submit(partial(self._ask, work, then, refused))

    def choose_person(self, person: str, because: str = "") -> None:
        """Let somebody else practise, who is in the data; a session that is on stays whose it is.

        `because` is what there is to say of it.
        """
        self._bridge.submit(partial(self._choose_person, person, because))

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

    async def _open(self, word: str = "") -> None:
        from biofeedback.care.who import read_who
        from biofeedback.storage.database import Store
        from biofeedback.storage.protection.key_file import wants_word
        from biofeedback.storage.protection.opening import LockedError

        chosen = self._chosen
        try:
            store = await asyncio.to_thread(Store.open, self._folder, lambda: word)
            who = await asyncio.to_thread(lambda: read_who(store, chosen.checked(store)))
            self._store = store
            self._bridge.tell(StoreOpened(self._folder, who, store.protection))
        except StoreError as error:
            lost = not wants_word(self._folder)
            if word or not lost or isinstance(error, LockedError):
                self._bridge.tell(StoreLocked(str(error) if word else "", lost))
                return
            self._trouble = str(error)
            self._bridge.tell(StoreFailed(self._trouble))
        self._opened.set()

    async def _set_passphrase(
        self, now: str, new: str, then: Callable[[str], None], refused: Callable[[str], None]
    ) -> None:
        from biofeedback.storage.protection.changing import set_passphrase

        async with self._asking:
            store = self._store
            if store is None or self._running is not None:
                self._bridge.tell(Answered(refused, END_FIRST))
                return
            # Plain data are written anew, for which nobody may have them open
            self._opened.clear()
            self._store = None
            await asyncio.to_thread(store.close)
            told, word = Answered(refused, ""), store.protection.key.recovery if store.protection.key else ""
            try:
                recovery = await asyncio.to_thread(set_passphrase, self._folder, new, lambda: now)
                told, word = Answered(then, recovery), new
            except (StoreError, ValueError) as error:
                told = Answered(refused, str(error))
            await self._open(word)
        self._bridge.tell(told)

    async def _start(self, exercise: Exercise, device_uri: str, ratings: dict[str, int], patience_s: float) -> None:
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
            await self._practise(self._store, Plan(exercise, device_uri, chosen.name, ratings, patience_s))
        finally:
            self._runner = self._running = None

    async def _practise(self, store: "Store", plan: "Plan") -> None:
        from biofeedback.session.runner import SessionRunner
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
        accompaniment = self._accompanied()

        def tell(event: "Event") -> None:
            self._bridge.tell(event)
            accompaniment.take(event)

        reference = None if plan.device_uri == NO_STRAP else self._reference_worker()
        runner = self._runner = SessionRunner(plan, source, store, tell, reference)
        async with accompaniment:
            summary = await runner.run()
        if summary is not None:
            self._bridge.tell(SummaryRead(summary, fresh=True))
        elif runner.ended is None or runner.ended.saved:
            self._bridge.tell(WorkFailed(words.NOT_READ_BACK))

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
        await self._pulse.end()
        if device_uri.startswith("ble:"):
            await self._stop_scan()  # not every adapter can search and connect at the same time
        if device_uri and self._running is None:
            self._pulse.begin(device_uri)

    async def _scan(self) -> None:
        from devices.bluetooth import Scanner
        from devices.source import SourceError

        try:
            async with Scanner() as scanner:
                async for straps in scanner.updates():
                    seen = tuple(SeenStrap(s.name, s.address, s.rssi_dbm) for s in straps)
                    self._bridge.tell(StrapsSeen(seen))
        except SourceError as error:
            self._bridge.tell(ScanFailed(str(error)))

    async def _tell_history(self) -> None:
        await self._opened.wait()
        await self._answer(lambda store, person: HistoryRead(tuple(store.sessions(person)), store.rated(person)))

    async def _delete_sessions(self, session_ids: Sequence[str]) -> None:
        def work(store: "Store", _: str) -> SessionsDeleted:
            try:
                activities = store.delete(session_ids).activities
            except StoreError as error:
                return SessionsDeleted(str(error))
            return SessionsDeleted(deleted_tries(activities) if activities else "")

        await self._answer(work)

    async def _tell_session(self, session_id: str, *, fresh: bool) -> None:
        from biofeedback.session.archive import read_pacer, read_summary

        await self._answer(
            lambda store, _: SummaryRead(read_summary(store, session_id), fresh, read_pacer(store, session_id))
        )

    async def _tell_ladder(self, change: "Callable[[Ladders], object]") -> None:
        from biofeedback.session.ladders import read_climb

        def work(store: "Store", person: str) -> LadderRead:
            change(store.ladders)
            return LadderRead(read_climb(store, person))

        await self._answer(work)

    async def _ask(
        self,
        work: "Callable[[Store, str], Any]",
        then: Callable[[Any], None],
        refused: Callable[[str], None] | None,
    ) -> None:
        chosen = self._chosen

        def done(store: "Store", person: str) -> Answered:
            try:
                return Answered(then, work(store, person))
            except (StoreError, ValueError) as error:
                if refused is None or chosen is not self._chosen:  # the page that asked is there no more
                    raise StoreError(str(error)) from error
                return Answered(refused, str(error))

        async with self._asking:  # in order: the answer given last is the one that stays
            await self._answer(done, chosen)

    async def _choose_person(self, person: str, because: str = "") -> None:
        from biofeedback.care.who import read_who

        store, before = self._store, self._chosen
        if store is None:
            return
        chosen = self._chosen = Chosen(person, known=bool(person))  # at once: what is asked from now on is of them
        try:
            who = await asyncio.to_thread(lambda: read_who(store, chosen.checked(store)))
        except PersonGoneError:
            await self._leave_person(chosen, not_there(chosen.name))
        except StoreError as error:
            if chosen is self._chosen:
                self._chosen = before
            self._bridge.tell(WorkFailed(str(error)))
        else:
            if chosen is self._chosen:
                self._bridge.tell(PersonChosen(who, because))

    async def _is_there(self, store: "Store", chosen: Chosen) -> bool:
        """Whether who practises was not deleted or renamed elsewhere; what cannot be read keeps nobody from it."""
        try:
            await asyncio.to_thread(chosen.checked, store)
        except PersonGoneError:
            return False
        except StoreError:
            return True
        return True

    async def _leave_person(self, gone: Chosen, sentence: str) -> None:
        """Nobody is chosen in place of somebody who is not there any more, and nothing of them is kept."""
        if gone is self._chosen:
            await self._choose_person("", sentence)
            key = self._store.protection.key if self._store is not None else None
            await asyncio.to_thread(forget_person, self._folder, gone.name, key)

    async def _rate(self, session_id: str, question: str, value: int) -> None:
        await self._answer(lambda store, _: store.add_rating(session_id, "after", question, value))

    async def _answer(self, work: "Callable[[Store, str], object]", of: Chosen | None = None) -> None:
        """Do slow work beside the loop and tell what it gives, or why it cannot be done.

        What was asked of one person is not told once another practises, but that it failed.
        """
        store, chosen = self._store, of or self._chosen
        if store is None:
            return
        try:
            message = await asyncio.to_thread(lambda: work(store, chosen.checked(store)))
        except PersonGoneError:
            await self._leave_person(chosen, not_there(chosen.name))
            return
        except StoreError as error:
            message = WorkFailed(str(error))
        if message is not None and (chosen is self._chosen or isinstance(message, WorkFailed)):
            self._bridge.tell(message)

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
