"""Names of sessions: short, sortable by time, and easy to type."""

import re
import secrets
from datetime import UTC, datetime

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""Without the characters that are read as one another: 0 o, 1 i l, u v."""

_SESSION_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")


def new_session_id(started_utc: str) -> str:
    """A fresh session id such as ``20261121-0831-k3f9``.

    Parameters
    ----------
    started_utc : str
        ISO 8601; a time with an offset is brought to UTC.

    Raises
    ------
    ValueError
        If it is no ISO 8601 time.
    """
    started = datetime.fromisoformat(started_utc)
    if started.tzinfo is not None:
        started = started.astimezone(UTC)
    return f"{started:%Y%m%d-%H%M}-" + "".join(secrets.choice(ALPHABET) for _ in range(4))


def checked_session_id(session_id: str) -> str:
    """The same id, for it names a file too.

    Raises
    ------
    ValueError
        If it holds anything but letters, digits, ``-`` and ``_``, or is longer than 64.
    """
    if not _SESSION_ID.fullmatch(session_id):
        raise ValueError(f"a session id is made of letters, digits, - and _, not {session_id!r}")
    return session_id
