"""A session as its RR intervals: a table with verdicts, phases and gaps, or the kept intervals alone."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from biofeedback.analysis.beats.beat import Beat
from biofeedback.exchange.files import ExportError, written_whole
from biofeedback.exchange.packets import head, metadata_of
from biofeedback.session.kept.archive import judge_session
from biofeedback.storage.database import Store
from biofeedback.storage.records import StoredPhase, TimelineEvent, TimelineKind
from devices.recordings.exported import GAP, RR_COLUMNS, RR_FIRST_LINE

Pause = tuple[float, float]


def write_rr(store: Store, session_id: str, path: Path, *, force: bool = False) -> str:
    """Write the intervals of a saved session as a table: a row an interval, and a row where a gap begins.

    Columns: ``time_s`` of the beat that ends the interval, seconds of the session; ``rr_ms`` as the strap told it;
    ``verdict``; ``phase``, empty in a pause. A row without ``rr_ms`` and with the verdict ``gap`` says that the beats
    around it do not follow each other. Numbers are the shortest decimals that read back as the same float.

    Returns
    -------
    str
        A word on what the file does not hold; empty for nothing.

    Raises
    ------
    StoreError
        If there is no such session.
    ExportError
        If the file cannot be written, or no beat came.
    """
    beats = judge_session(store, session_id).beats
    if not beats:
        raise _no_intervals(session_id, "came")
    rows = rr_rows(beats, store.phases(session_id), store.timeline_events(session_id))
    with written_whole(path, force=force) as file:
        file.write(head(RR_FIRST_LINE, metadata_of(store, session_id), ",".join(RR_COLUMNS)))
        file.writelines(f"{row}\n".encode() for row in rows)
    return ""


def rr_rows(beats: Sequence[Beat], phases: Sequence[StoredPhase], events: Sequence[TimelineEvent]) -> Iterator[str]:
    """The rows of the table."""
    pauses = _pauses(events)
    before = beats[0]
    for beat in beats:
        if beat.segment != before.segment:
            yield f"{before.time_s!r},,{GAP},{_phase_at(before.time_s, phases, pauses)}"
        before = beat
        yield f"{beat.time_s!r},{float(beat.rr_ms)!r},{beat.verdict},{_phase_at(beat.time_s, phases, pauses)}"


def write_plain_rr(store: Store, session_id: str, path: Path, *, force: bool = False) -> str:
    """Write the kept intervals of a saved session, one a line, in milliseconds and unrounded.

    Returns, raises
    ---------------
    As `write_rr`.
    """
    beats = judge_session(store, session_id).beats
    kept = [beat for beat in beats if beat.kept]
    if not kept:
        raise _no_intervals(session_id, "was kept")
    with written_whole(path, force=force) as file:
        file.writelines(f"{float(beat.rr_ms)!r}\n".encode() for beat in kept)
    n_joined = sum(b.segment != a.segment or b.ordinal != a.ordinal + 1 for a, b in pairwise(kept))
    lost = f"{len(beats) - len(kept)} beats are left out and {n_joined} places joined where some or more are missing. "
    simulated = "It does not say that the person was simulated. " if store.session(session_id).began.simulated else ""
    return f"{lost if n_joined or len(beats) > len(kept) else ''}{simulated}{INSTEAD if n_joined or simulated else ''}"


INSTEAD = "--format rr keeps all of that."


def _no_intervals(session_id: str, what: str) -> ExportError:
    return ExportError(
        f"No beat of session {session_id} {what}, so there are no intervals to write. "
        "The session stays as it is. Export its packets instead."
    )


def _pauses(events: Sequence[TimelineEvent]) -> list[Pause]:
    """From when to when practice time stood still."""
    pauses: list[Pause] = []
    for event in events:
        if event.kind is TimelineKind.PAUSED:
            pauses.append((event.at_s, float("inf")))
        elif event.kind is TimelineKind.RESUMED and pauses:
            pauses[-1] = pauses[-1][0], event.at_s
    return pauses


def _phase_at(at_s: float, phases: Sequence[StoredPhase], pauses: Sequence[Pause]) -> str:
    if any(begin_s <= at_s < end_s for begin_s, end_s in pauses):
        return ""
    return next((phase.name for phase in reversed(phases) if phase.start_s <= at_s), "")
