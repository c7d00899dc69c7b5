"""The measurement of spoilt files in its quick form, with another seed; and what earlier runs found."""

from pathlib import Path

import pytest

from biofeedback.bench.fuzz import TooMuchWorkError, files, kinds, no_more_work, tried
from biofeedback.storage.protection.key_file import KEYS, read_key_file
from devices.recordings import recording_of
from devices.source import SourceError
from protocols.forms import ExerciseError, read_exercise


def test_spoilt_files_are_read_or_refused_in_words(tmp_path: Path) -> None:
    n_refused = 0
    for _, kind, content in files(1001, 0, 105, tmp_path):
        with no_more_work():
            n_refused += not tried(kind, content)
    assert 0 < n_refused < 105


def test_what_is_spoilt_was_sound(tmp_path: Path) -> None:
    for name, kind in kinds(tmp_path).items():
        assert any(tried(kind, content) for content in kind.sound), name


def test_work_without_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biofeedback.bench.fuzz.MOST_CALLS", 1000)

    def work() -> None:
        while True:
            len("")

    with pytest.raises(TooMuchWorkError), no_more_work():
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
