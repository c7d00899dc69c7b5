"""What a clinician wrote to a session: one comment each, that goes with the session where it is deleted."""

from biofeedback.storage.database import Store
from biofeedback.storage.names import tidy
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.records import EntryKind

LONGEST_COMMENT = 2000


def keep_comment(store: Store, session_id: str, words: str) -> None:
    """Keep the comment to a session in place of the one before; none for empty words.

    It is of whose the session is by now, with whomever that was begun.

    Raises
    ------
    ValueError
        If it is too long, or there is no such session any more.
    """
    if len(words) > LONGEST_COMMENT:
        raise ValueError(f"A comment has up to {LONGEST_COMMENT} signs, not {len(words)}. Nothing was changed.")
    kept = "\n".join(tidy(line) for line in words.splitlines()).strip()
    if not store.holds(session_id):
        if not kept:  # a session that never began has no comment to lose
            return
        raise ValueError("This session is not there any more, so the comment to it was not kept.")
    person = store.find(session_id).person
    before = store.journal.entries(person, EntryKind.COMMENT, session_id)
    if not kept and not before:
        return
    store.permit(Act.CHANGE, person, f"comment to {session_id}", noted=not before)
    if before and kept:
        store.journal.change(before[-1].number, {"words": kept})
    elif before:
        store.journal.remove(before[-1].number)
    elif kept:
        store.journal.add(person, EntryKind.COMMENT, {"words": kept}, subject=session_id)


def read_comments(store: Store, person: str) -> dict[str, str]:
    """The comments to a person's sessions, by their ids."""
    entries = store.journal.entries(person, EntryKind.COMMENT)
    return {entry.subject: str(entry.document.get("words", "")) for entry in entries}
