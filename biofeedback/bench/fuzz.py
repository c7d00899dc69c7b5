"""Whether a hostile file does harm: files spoilt on purpose, given to everything that reads one.

Each is read, or refused with a sentence. All else is a failure: another error, a promise that does not hold, more work
than a file of its size can ask for, memory that grows.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from types import FrameType

from biofeedback.analysis.figures.stretch import figures
from biofeedback.bench import spoilt
from biofeedback.bench.measurement import Measurement, at_most, for_comparison
from biofeedback.session.judging import judge_recording
from biofeedback.storage.protection.key_file import KEYS, read_key_file
from devices.recordings import recording_of
from devices.source import SourceError
from protocols.courses.forms import read_course
from protocols.documents import DocumentError
from protocols.forms import read_exercise
from protocols.lessons.forms import read_lesson
from protocols.library import load_library
from protocols.questionnaires.forms import read_questionnaire
from protocols.questionnaires.pattern import read_pattern

MOST_CALLS = 60_000_000
"""Calls of functions that reading a file may take: 100,000 beats in 400 kB, analysed, take a third."""
LONGEST_SENTENCE = 100_000


class TooMuchWorkError(BaseException):
    """A file asks for more work than it can be worth; not to be caught by what reads it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: sound ones, and what reads them and raises nothing but a refusal."""

    sound: list[bytes]
    read: Callable[[bytes], object]


def kinds(folder: Path) -> dict[str, Kind]:
    """Every kind of file that the program reads; `folder` is for those that are read from a disk."""
    exercises = {each.id: each for each in load_library()}
    questionnaires = spoilt.sound_documents("questionnaires", ".toml")
    pattern = [each for each in questionnaires if b"before_flags" in each]
    return {
        "recording": Kind(spoilt.sound_recordings(), _analyzed),
        "exercise": Kind(spoilt.sound_documents("library", ".toml"), _of_text(read_exercise)),
        "questionnaire": Kind(questionnaires, _of_text(read_questionnaire)),
        "pattern check": Kind(pattern, _of_text(read_pattern)),
        "course": Kind(spoilt.sound_documents("courses", ".toml"), _of_text(partial(read_course, exercises=exercises))),
        "lesson": Kind(spoilt.sound_documents("lessons", ".md"), _of_text(read_lesson)),
        "keys": Kind(spoilt.sound_keys(), partial(_keys, folder)),
    }


def _analyzed(content: bytes) -> None:
    beats = judge_recording(recording_of(Path("a recording"), content)).beats
    figures(beats)


def _of_text(read: Callable[[str, str], object]) -> Callable[[bytes], object]:
    return lambda content: read(content.decode("utf-8", "replace"), "a file")


def _keys(folder: Path, content: bytes) -> None:
    (folder / KEYS).write_bytes(content)
    read_key_file(folder)


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
    except (SourceError, DocumentError) as error:
        said = str(error)
        if not said.strip() or len(said) > LONGEST_SENTENCE:
            raise ValueError(f"a refusal of {len(said)} characters") from error
        return False
    return True


@contextmanager
def no_more_work() -> Iterator[None]:
    """Stop what takes more calls than any file is worth; it makes everything slower."""
    left = MOST_CALLS

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            sys.setprofile(None)
            raise TooMuchWorkError

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


def files(seed: int, first: int, n_runs: int, folder: Path) -> Iterator[tuple[str, Kind, bytes]]:
    """Spoilt files of every kind in turn; each follows from the seed and its number alone."""
    known = list(kinds(folder).items())
    for number in range(first, first + n_runs):
        rng = Random(f"file {seed} {number}")
        name, kind = known[number % len(known)]
        yield name, kind, spoilt.spoilt(rng.choice(kind.sound), rng.choice(rng.choice(known)[1].sound), rng)


def fuzz(recordings: Path | None, n_runs: int) -> dict[str, Measurement]:
    """Read so many spoilt files: what failed, how many were sound after all, the most CPU of one, growth of memory."""
    import psutil

    process = psutil.Process()
    failed: dict[str, int] = {}
    n_read, slowest_s, settled_mb = 0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, kind, content) in enumerate(files(0, 0, n_runs, Path(folder))):
            begun_s = time.process_time()
            try:
                with no_more_work():
                    n_read += tried(kind, content)
            except (Exception, TooMuchWorkError) as error:  # noqa: BLE001 (whatever goes wrong is counted, and told)
                place = f"{name}: {type(error).__name__}"
                if place not in failed:
                    sys.stderr.write(f"file {number}, {place}: {str(error)[:200]}\n")
                failed[place] = failed.get(place, 0) + 1
            slowest_s = max(slowest_s, time.process_time() - begun_s)
            if number == n_runs // 4:
                settled_mb = process.memory_info().rss / 1e6
    return {
        "fuzz_failures": at_most(sum(failed.values()), 0, f"in {n_runs} files"),
        "fuzz_read": for_comparison(100.0 * n_read / n_runs, "%"),
        "fuzz_slowest_file": at_most(slowest_s, 10.0, "s of CPU"),
        "fuzz_memory_growth": at_most(process.memory_info().rss / 1e6 - settled_mb, 20.0, "MB"),
    }
