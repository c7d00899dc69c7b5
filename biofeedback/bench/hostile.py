"""The kinds of files that the program reads: sound ones of each, and what reads them."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from biofeedback.analysis.figures.stretch import figures
from biofeedback.bench import spoilt
from biofeedback.bench.program import run_session
from biofeedback.exchange.practice_file import take_parts
from biofeedback.exchange.sealed import Opened
from biofeedback.session.judging import judge_recording
from biofeedback.session.preparation import Plan
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.protection.key_file import KEYS, read_key_file
from biofeedback.storage.rows import strict_json
from devices.eeg import read_eeg
from devices.recordings import recording_of
from devices.source import SourceError
from protocols.courses.forms import read_course
from protocols.documents import DocumentError
from protocols.forms import read_exercise
from protocols.lessons.forms import read_lesson
from protocols.library import find_exercise, load_library
from protocols.questionnaires.forms import read_questionnaire
from protocols.questionnaires.pattern import read_pattern

LONGEST_SENTENCE = 100_000
REAL_BYTES = 6_000
"""Of the beginning of a real recording: enough for what tells its form, and quickly read."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    sound : sequence of bytes
        Files that are as they should be.
    read : callable
        Takes the content of a file, and raises nothing but a refusal.
    share : int
        Of the files of a measurement; what takes long to read is played less often.
    """

    sound: Sequence[bytes]
    read: Callable[[bytes], object]
    share: int


def kinds(folder: Path, recordings: Path | None, open_here: ExitStack) -> dict[str, Kind]:
    """Every kind of file that the program reads.

    Parameters
    ----------
    folder : Path
        For those that are read from a disk or into a database.
    recordings : Path or None
        Of real people; the beginnings of these are spoilt too.
    open_here : ExitStack
        Closes what is opened for them.
    """
    exercises = {each.id: each for each in load_library()}
    questions = spoilt.sound_documents("questionnaires", ".toml")
    pattern = [each for each in questions if b"before_flags" in each]
    questionnaires = [each for each in questions if each not in pattern]
    store = open_here.enter_context(Store.open(folder / "data"))
    real = list(_real(recordings)) if recordings else []
    return {
        "exercise": Kind(spoilt.sound_documents("library", ".toml"), _of_text(read_exercise), 12),
        "questionnaire": Kind(questionnaires, _of_text(read_questionnaire), 12),
        "lesson": Kind(spoilt.sound_documents("lessons", ".md"), _of_text(read_lesson), 12),
        "course": Kind(
            spoilt.sound_documents("courses", ".toml"), _of_text(partial(read_course, exercises=exercises)), 12
        ),
        "pattern check": Kind(pattern, _of_text(read_pattern), 2),
        "keys": Kind(spoilt.sound_keys(), partial(_keys, folder), 6),
        "recording": Kind(spoilt.sound_recordings() + real, _analyzed, 1),
        "brainwaves": Kind(spoilt.sound_brainwaves(), _brainwaves, 3),
        "practice file": Kind(_practice(store), partial(_taken, store), 1),
    }


def tried(kind: Kind, content: bytes) -> bool:
    """Read a file; False where it is refused with a sentence.

    Raises
    ------
    Exception
        Whatever goes wrong.
    ValueError
        Where the refusal is no sentence.
    """
    try:
        kind.read(content)
    except (SourceError, DocumentError, StoreError) as error:
        said = str(error)
        if not said.strip() or len(said) > LONGEST_SENTENCE:
            raise ValueError(f"a refusal of {len(said)} characters") from error
        return False
    return True


def hostile_file(known: dict[str, Kind], name: str, seed: int, number: int) -> bytes:
    """A spoilt file of a kind; it follows from the seed and its number alone."""
    rng = Random(f"{name} {seed} {number}")
    other = rng.choice(list(known.values()))
    return spoilt.spoilt(rng.choice(known[name].sound), rng.choice(other.sound), rng)


def _real(recordings: Path) -> Iterator[bytes]:
    for path in sorted(recordings.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield (gzip.decompress(content) if path.suffix == ".gz" else content)[:REAL_BYTES]


def _practice(store: Store) -> list[bytes]:
    """What stands in a practice file: something told of a day, a step of a ladder, a short session."""
    run_session(Plan(find_exercise("paced-breathing").lasting(2.0), "sim:?seed=1"), store)
    session = store.transfer.session(store.sessions()[0].session_id)
    entry = {"kind": "checkin", "subject": "pain", "on": "2026-11-20", "told_utc": "2026-11-20T18:00:00+00:00"}
    told = [
        {"entry": entry | {"document": {"value": 4}}},
        {"rungs": [{"text": "walk", "distress": 4, "archived": False}]},
    ]
    return [json.dumps(each).encode() for each in (*told, {"session": session})]


def _analyzed(content: bytes) -> None:
    figures(judge_recording(recording_of(Path("a recording"), content)).beats)


def _brainwaves(content: bytes) -> None:
    read_eeg(Path("a recording"), content)


def _of_text(read: Callable[[str, str], object]) -> Callable[[bytes], object]:
    return lambda content: read(content.decode("utf-8", "replace"), "a file")


def _keys(folder: Path, content: bytes) -> None:
    (folder / KEYS).write_bytes(content)
    read_key_file(folder)


def _taken(store: Store, content: bytes) -> None:
    lines = (told if isinstance(told := strict_json(line), dict) else {} for line in content.splitlines())
    with store.transfer.taking("", really=False) as taking:
        take_parts(Path("a file"), Opened({}, "", lines), taking)
