"""What is followed from session to session, out of documents that are twenty times as long.

Only what is named here is made of a document, in a tenth of the time that all of it takes.
"""

from typing import Any

from msgspec import MsgspecError, Struct, to_builtins
from msgspec.json import Decoder

from biofeedback.storage.rows import document_of


class _Indices(Struct, frozen=True):
    mean_hr_bpm: Any = None
    rmssd_ms: Any = None


class _Phase(Struct, frozen=True):
    role: Any = None
    start_s: Any = None
    end_s: Any = None
    indices: _Indices = _Indices()


class _Challenge(Struct, frozen=True):
    time_s: Any = None


class _Result(Struct, frozen=True):
    kind: Any = None
    clear: Any = None
    resonance_per_min: Any = None
    kept: Any = None
    challenges: list[_Challenge] = []


class _Followed(Struct, frozen=True):
    phases: list[_Phase] = []
    result: _Result | None = None
    broken_off: Any = None
    excluded: list[Any] = []


_DECODER = Decoder(_Followed)


def followed_of(text: str) -> dict[str, Any]:
    """What is followed, in the shape of the document; all of it where it has another shape than documents have."""
    try:
        found: dict[str, Any] = to_builtins(_DECODER.decode(text))
    except MsgspecError:
        return document_of(text)
    return found
