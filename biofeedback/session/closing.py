"""The end of a session: when and why it comes; summed up and saved, whatever goes wrong with the summing up."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from biofeedback.session.account import Account
from biofeedback.session.kept.archive import read_summary
from biofeedback.session.summary import SessionSummary
from biofeedback.session.summing import SUMMARY_VERSION, sum_up
from biofeedback.session.trials import blinded, with_trial
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.recording.recorder import Recorder
from biofeedback.storage.records import UNWELL, NewSession, StoredPhase, StoredReference

UNFORESEEN = "The program met an error of its own and had to end the session here. You did nothing wrong."
UNFORESEEN_AT_END = "The program met an error of its own while it added up the session. You did nothing wrong."


@dataclass(slots=True)
class End:
    """When and why a session ends.

    Attributes
    ----------
    faults : FaultLog
    at_clock_s : float or None
        None while it goes on.
    cause : str
        As in `Ended`.
    failed : bool
        Whether the cause is a failure.
    whole : bool
        False where an error that nobody foresaw cut the account short: no summary may be made of it.
    come : Event
    """

    faults: FaultLog
    at_clock_s: float | None = None
    cause: str = ""
    failed: bool = False
    whole: bool = True
    come: asyncio.Event = field(default_factory=asyncio.Event)

    def call(self, cause: str, clock_s: float) -> None:
        """End here; what was called first stays."""
        if self.at_clock_s is None:
            self.at_clock_s, self.cause = clock_s, cause
            self.come.set()

    def until(self, clock_s: float) -> float:
        """That moment, or the end where it came before."""
        return clock_s if self.at_clock_s is None else min(clock_s, self.at_clock_s)

    def fail(self, sentence: str, clock_s: float) -> None:
        """End here because of an error; who stopped because they did not feel well is told that instead."""
        self.call(sentence, clock_s)
        if self.cause != UNWELL and not self.failed:
            self.cause, self.failed = sentence, True

    @contextlib.contextmanager
    def on_error(self, where: str, sentence: str = UNFORESEEN) -> Iterator[None]:
        """End on any error in here that nobody foresaw, and let it no further."""
        with self.faults.contained(where) as caught:
            yield
        if caught.error is not None:
            self.whole = False
            self.fail(sentence, asyncio.get_running_loop().time())


class _WithEnd(Protocol):
    _end: End


_Owner = TypeVar("_Owner", bound=_WithEnd)
_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True)
class Closing:
    """A session that is over and not yet saved to its end."""

    store: Store
    new: NewSession
    recorder: Recorder
    duration_s: float

    def summed_up(
        self,
        account: Account,
        phases: Sequence[StoredPhase],
        answers: Mapping[str, dict[str, int]],
        references: Sequence[StoredReference],
        cause: str,
    ) -> SessionSummary:
        """The summary, and neurokit2's figures beside it in the record."""
        for stored in references:
            self.recorder.reference(stored)
        summary = sum_up(self.new, account, phases, self.duration_s, dict(answers), references, end_cause=cause)
        try:
            summary = with_trial(self.store, self.new, summary)
        except StoreError:  # whether the trial has ended is not known then
            summary = blinded(self.new, summary)
        # Better no figures than a session that cannot be saved with them
        json.dumps(summary.as_json(), allow_nan=False)
        return summary

    async def save(self, cause: str, summary: SessionSummary | None) -> bool:
        """Save what is left; False where no beat came.

        Raises
        ------
        StoreError
            If the disk does not take it to the end. It says where the rest was put.
        """
        document = summary.as_json() if summary else None
        ended_utc = datetime.now(UTC).isoformat(timespec="seconds")
        finish, recorder = self.recorder.finish, self.recorder
        saved = True
        try:
            saved = await asyncio.to_thread(
                finish, ended_utc, cause, document, SUMMARY_VERSION, duration_s=self.duration_s
            )
        except StoreError:
            await asyncio.to_thread(recorder.close)
            if recorder.parting:
                raise StoreError(recorder.parting) from None
        await asyncio.to_thread(recorder.close)
        return saved

    async def read_back(self) -> SessionSummary | None:
        """What can be told of it as it was saved; None where nothing can."""
        with self.store.faults.contained("reading a session back"), contextlib.suppress(StoreError):
            return await asyncio.to_thread(read_summary, self.store, self.new.session_id)
        return None


def step(method: Callable[Concatenate[_Owner, _P], None]) -> Callable[Concatenate[_Owner, _P], None]:
    """A step of a session: an error in it ends the session, and whoever asked for the step goes on."""

    @wraps(method)
    def contained(owner: _Owner, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        with owner._end.on_error(method.__name__):
            method(owner, *args, **kwargs)

    return contained
