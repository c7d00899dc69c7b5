"""The measurement of spoilt files in its quick form, with another seed; and what earlier runs found."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import pytest

from biofeedback.bench import fuzz
from biofeedback.bench.hostile import Kind, hostile_file, kinds, tried
from biofeedback.storage.protection.key_file import KEYS, read_key_file
from devices.recordings import recording_of
from devices.source import SourceError
from protocols.forms import ExerciseError, read_exercise

MOST_CALLS = 60_000_000
"""Calls of functions that reading a file may take: 100,000 beats in 400 kB, analysed, take a third."""


class TooMuchWorkError(BaseException):
    """A file asks for more work than it can be worth; not to be caught by what reads it."""


@contextmanager
def no_more_work(most: int = MOST_CALLS) -> Iterator[None]:
    """Stop what takes more calls than any file is worth; it makes everything slower."""
    left = most

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


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Kind]]:
    with ExitStack() as open_here:
        yield kinds(tmp_path_factory.mktemp("kinds"), None, open_here)


def test_spoilt_files_are_read_or_refused_in_words(known: dict[str, Kind]) -> None:
    n_refused = 0
    for name, kind in known.items():
        for number in range(14):
            with no_more_work():
                n_refused += not tried(kind, hostile_file(known, name, 1001, number))
    assert 0 < n_refused < 14 * len(known)


def test_what_is_spoilt_was_sound(known: dict[str, Kind]) -> None:
    for name, kind in known.items():
        assert all(tried(kind, content) for content in kind.sound), name


def test_a_file_follows_from_its_number(known: dict[str, Kind]) -> None:
    assert hostile_file(known, "lesson", 0, 7) == hostile_file(known, "lesson", 0, 7)
    assert hostile_file(known, "lesson", 0, 7) != hostile_file(known, "lesson", 0, 8)


def test_what_fails_is_counted_and_told(known: dict[str, Kind], capsys: pytest.CaptureFixture[str]) -> None:
    def fail(content: bytes) -> None:
        raise ZeroDivisionError("by nothing")

    played, spoilt = fuzz.Played(), {"lesson": Kind(known["lesson"].sound, fail, 1)}
    for number in range(2):
        played.play(spoilt, "lesson", number)
    assert (played.n, played.n_read, played.failed) == (2, 0, {"ZeroDivisionError": 2})
    assert capsys.readouterr().err.count("by nothing") == 1


def test_of_few_files_nothing_is_told_of_memory() -> None:
    played = fuzz._in_a_process("lesson", 3, None)
    assert (played.growth_mb, played.kept_bytes) == (None, None)
    assert "too few to tell of memory" in played.told_memory()


def test_of_many_files_what_each_leaves_in_memory_is_told() -> None:
    played = fuzz._in_a_process("lesson", fuzz.N_LEAST, None)
    assert played.growth_mb is not None
    assert played.kept_bytes is not None
    assert abs(played.growth_mb) < 20.0
    assert "bytes a file kept" in played.told_memory()


def test_work_without_an_end_is_stopped() -> None:
    def work() -> None:
        while True:
            len("")

    with pytest.raises(TooMuchWorkError), no_more_work(1000):
        work()


def test_brackets_without_an_end_are_no_heading() -> None:
    with no_more_work():
        assert len(recording_of(Path("a recording"), b"[" * 60_000 + b"\n812\n").packets) == 1


def test_many_columns_that_look_like_intervals_cost_little() -> None:
    row = " ".join(str(800 + n % 90) for n in range(120))
    with no_more_work():
        assert recording_of(Path("a recording"), "\n".join([row] * 30).encode()).packets


def test_of_a_file_spoilt_as_a_whole_the_first_faults_are_told() -> None:
    text = "\n".join(f"[[phases]]\nname = {n}" for n in range(500))
    with pytest.raises(ExerciseError) as refused:
        read_exercise(text, "a file")
    assert len(str(refused.value)) < 20_000
    assert str(refused.value).endswith("more faults. Mend these first.")
    assert len(refused.value.faults) > 500


def test_a_file_of_keys_that_is_nested_or_far_too_long_is_none(tmp_path: Path) -> None:
    for text in ("[" * 100_000, '{"x": "' + 11_000_000 * "x" + '"}'):
        (tmp_path / KEYS).write_text(text)
        assert read_key_file(tmp_path) is None


def test_an_electrocardiogram_of_one_endless_line_is_refused_in_words() -> None:
    with pytest.raises(SourceError, match=r"too large|longer than"):
        recording_of(Path("a recording"), b"time,ecg,rr\n" + b"1," * 1_500_000)
    with pytest.raises(SourceError):
        recording_of(Path("a recording"), b"time,ecg\n1,1\n8,1\n15,1\n22,1\n" + b"30," * 1_000)


def test_times_that_are_no_numbers_are_told_by_their_line() -> None:
    rows = "\n".join(f"{n * 7.7:.1f},{n},{'' if n % 3 else 800}" for n in range(60))
    with pytest.raises(SourceError, match="line 2: 'inf' is not a number"):
        recording_of(Path("a recording"), f"time,ecg,rr\ninf,1,\ninf,2,\nnan,3,\n{rows}".encode())
