"""What is read and changed of the data for the window, in the thread of devices and session."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biofeedback.storage.errors import StoreError
from biofeedback.storage.permits.acts import Act
from biofeedback.ui.bridge import Bridge
from biofeedback.ui.chosen import Chosen, PersonGoneError, first_chosen
from biofeedback.ui.messages import (
    Answered,
    DataDamaged,
    HistoryRead,
    LadderRead,
    PersonChosen,
    SessionsDeleted,
    StoreFailed,
    StoreLocked,
    StoreOpened,
    SummaryRead,
    WorkFailed,
)
from biofeedback.ui.settings import forget_person
from biofeedback.ui.words.common import UNFORESEEN
from biofeedback.ui.words.history import deleted_tries
from biofeedback.ui.words.people import not_there
from biofeedback.ui.words.protection import END_FIRST

if TYPE_CHECKING:
    from biofeedback.storage.database import Store
    from biofeedback.storage.of_people.ladders import Ladders

LOOK_AFTER_S = 15.0
"""The data are gone through, and a backup is made, once the window has long been there."""


class DataDesk:
    """Opens the data, and does what pages ask of them in the order in which they ask.

    Parameters
    ----------
    bridge : Bridge
    folder : Path
        Of the data.
    person : str
        Who practises; empty for whoever is at home.
    """

    def __init__(self, bridge: Bridge, folder: Path, person: str = "") -> None:
        self._bridge = bridge
        self._faults = bridge.faults
        self._folder = folder
        self._chosen = self._settled = Chosen(person)
        self._opened = asyncio.Event()
        self._asking = asyncio.Lock()
        self._trouble = ""
        self._store: Store | None = None

    @property
    def busy(self) -> bool:
        """Whether the data are in use, so that they cannot be written anew."""
        return False

    # From the GUI thread

    def open(self, word: str = "") -> None:
        """Open the data; with the passphrase or the recovery key where they are locked."""
        self._bridge.submit(partial(self._open, word))

    def lock(self) -> None:
        """Let go of the data, once what was told until now is kept."""
        self._bridge.submit(self._lock)

    def remove_passphrase(self, now: str, then: Callable[[object], None], refused: Callable[[str], None]) -> None:
        """Let the data open with the account of this computer again; `refused` hears why that cannot be."""
        self._bridge.submit(partial(self._remove_passphrase, now, then, refused))

    def set_passphrase(self, now: str, new: str, then: Callable[[str], None], refused: Callable[[str], None]) -> None:
        """Let the data open with another passphrase; `then` hears the recovery key, `refused` why it cannot be."""
        self._bridge.submit(partial(self._set_passphrase, now, new, then, refused))

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

    def ask_of_all(
        self, work: "Callable[[Store], Any]", then: Callable[[Any], None], refused: Callable[[str], None]
    ) -> None:
        """As `ask`, but of nobody alone: what came of it is told whoever is chosen by then; not once all is locked."""
        self._bridge.submit(partial(self._ask_of_all, work, then, refused))

    def choose_person(self, person: str, because: str = "") -> None:
        """Let somebody else practise, who is in the data; a session that is on stays whose it is.

        `because` is what there is to say of it.
        """
        self._bridge.submit(partial(self._choose_person, person, because))

    # In the bridge's thread

    async def _open(self, word: str = "") -> None:
        from biofeedback.care.who import read_who
        from biofeedback.storage.database import Store
        from biofeedback.storage.protection.key_file import wants_word
        from biofeedback.storage.protection.opening import LockedError

        try:
            store = await asyncio.to_thread(Store.open, self._folder, lambda: word)
            chosen = self._chosen = self._settled = await asyncio.to_thread(first_chosen, store, self._chosen)
            who = await asyncio.to_thread(lambda: read_who(store, chosen.checked(store)))
            self._store = store
            self._bridge.tell(StoreOpened(self._folder, who, store.protection))
            self._bridge.submit(partial(self._look_after, store))
        except StoreError as error:
            lost = not wants_word(self._folder)
            if word or not lost or isinstance(error, LockedError):
                self._bridge.tell(StoreLocked(str(error) if word else "", lost))
                return
            self._trouble = str(error)
            self._bridge.tell(StoreFailed(self._trouble))
        self._opened.set()

    async def _look_after(self, store: "Store") -> None:
        """Go through the data once, and tell only of what is wrong; then make a backup where one is due."""
        if store.loss:
            self._bridge.tell(DataDamaged(store.loss))
        await asyncio.sleep(LOOK_AFTER_S)
        if store is not self._store or self.busy:
            return
        damage = await asyncio.to_thread(store.damage)
        if damage:
            self._bridge.tell(DataDamaged(damage.sentence))
        else:
            await self._keep_backup()

    async def _keep_backup(self) -> None:
        store = self._store
        if store is not None and not self.busy:
            with contextlib.suppress(StoreError):  # `doctor` and the settings tell of the newest
                await asyncio.to_thread(store.keep_backup)

    async def _set_passphrase(
        self, now: str, new: str, then: Callable[[str], None], refused: Callable[[str], None]
    ) -> None:
        from biofeedback.storage.protection.changing import set_passphrase

        await self._change_lock(lambda: set_passphrase(self._folder, new, lambda: now), new, then, refused)

    async def _remove_passphrase(
        self, now: str, then: Callable[[object], None], refused: Callable[[str], None]
    ) -> None:
        from biofeedback.storage.protection.changing import remove_passphrase

        await self._change_lock(lambda: remove_passphrase(self._folder, lambda: now), "", then, refused)

    async def _change_lock(
        self, change: Callable[[], object], new: str, then: Callable[[Any], None], refused: Callable[[str], None]
    ) -> None:
        """Change how the data open: with a new passphrase, or where that is empty with the account."""
        from biofeedback.care.who import read_who

        async with self._asking:
            store = self._store
            if store is None or self.busy:
                self._bridge.tell(Answered(refused, END_FIRST))
                return
            is_plain = store.protection.key is None
            if is_plain:  # they are written anew, for which nobody may have them open
                self._opened.clear()
                self._store = None
                await asyncio.to_thread(store.close)
            try:
                told = Answered(then, await asyncio.to_thread(change))
            except (StoreError, ValueError) as error:
                told, new = Answered(refused, str(error)), ""
            else:
                store.protection = replace(store.protection, by="passphrase" if new else "keychain")
            if is_plain:
                await self._open(new)
            elif told.then is then:
                who = await asyncio.to_thread(lambda: read_who(store, self._chosen.checked(store)))
                self._bridge.tell(StoreOpened(self._folder, who, store.protection))
        self._bridge.tell(told)

    async def _lock(self) -> None:
        async with self._asking:
            store, self._store = self._store, None
            self._opened.clear()
            if store is not None:
                await asyncio.to_thread(store.close)

    async def _tell_history(self) -> None:
        await self._opened.wait()

        def work(store: "Store", person: str) -> HistoryRead:
            store.permit(Act.READ, person, noted=False)
            return HistoryRead(tuple(store.sessions(person)), store.rated(person))

        await self._answer(work)

    async def _delete_sessions(self, session_ids: Sequence[str]) -> None:
        def work(store: "Store", _: str) -> SessionsDeleted:
            try:
                activities = store.delete(session_ids).activities
            except StoreError as error:
                return SessionsDeleted(str(error))
            return SessionsDeleted(deleted_tries(activities) if activities else "")

        await self._answer(work)
        await self._keep_backup()  # those that held them too are gone

    async def _tell_session(self, session_id: str, *, fresh: bool) -> None:
        from biofeedback.session.kept.archive import read_pacer, read_summary

        def work(store: "Store", _: str) -> SummaryRead:
            store.permit(Act.READ, store.find(session_id).person, session_id)
            return SummaryRead(read_summary(store, session_id), fresh, read_pacer(store, session_id))

        await self._answer(work)

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

    async def _ask_of_all(
        self, work: "Callable[[Store], Any]", then: Callable[[Any], None], refused: Callable[[str], None]
    ) -> None:
        async with self._asking:
            store = self._store
            if store is None:
                return
            told = Answered(refused, UNFORESEEN)
            with self._faults.contained("work for the office"):
                try:
                    told = Answered(then, await asyncio.to_thread(work, store))
                except (StoreError, ValueError) as error:
                    told = Answered(refused, str(error))
        self._bridge.tell(told)

    async def _choose_person(self, person: str, because: str = "") -> None:
        from biofeedback.care.who import read_who

        store = self._store
        if store is None:
            return
        chosen = self._chosen = Chosen(person, known=bool(person))  # at once: what is asked from now on is of them
        try:
            who = await asyncio.to_thread(lambda: read_who(store, _opened_for(store, chosen)))
        except PersonGoneError:
            await self._leave_person(chosen, not_there(chosen.name))
        except StoreError as error:
            if chosen is self._chosen:
                self._chosen = self._settled
            self._bridge.tell(WorkFailed(str(error)))
        else:
            if chosen is self._chosen:
                self._settled = chosen
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


def _opened_for(store: "Store", chosen: Chosen) -> str:
    """The name of who is chosen, which is written down."""
    name = chosen.checked(store)
    store.permit(Act.CHOOSE, name)
    return name
