"""EDF files: what is written comes back, and what others spoil ends in one sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.eeg import read_eeg
from devices.eeg.edf_writing import edf_of
from devices.eeg.head import Head, simulate
from devices.eeg.recording import Annotation, EegRecording
from devices.source import SourceError

PATH = Path("head.edf")
HEAD = simulate(Head(minutes=0.5, rate=128.0, lost=6.0)).recording
WRITTEN = edf_of(HEAD)


def read(content: bytes) -> EegRecording:
    told = read_eeg(PATH, content)
    assert told is not None
    return told


def told_of(content: bytes) -> EegRecording | str:
    """The recording, or the sentence in place of it."""
    try:
        return read(content)
    except SourceError as error:
        return str(error)


def spoilt(at: int, text: bytes, content: bytes = WRITTEN) -> bytes:
    return content[:at] + text + content[at + len(text) :]


def test_a_written_recording_comes_back() -> None:
    told = read(WRITTEN)
    assert (told.channels, told.rate_hz, told.simulated) == (HEAD.channels, 128.0, True)
    assert told.annotations == HEAD.annotations
    assert np.array_equal(np.isnan(told.samples_uv).all(axis=0), np.isnan(HEAD.samples_uv).any(axis=0))
    ranges = np.nanmax(HEAD.samples_uv, axis=1) - np.nanmin(HEAD.samples_uv, axis=1)
    assert np.nanmax(np.abs(told.samples_uv - HEAD.samples_uv), axis=1) == pytest.approx(0.0, abs=ranges.max() / 65000)
    assert told.movement_g is not None
    assert HEAD.movement_g is not None
    assert np.abs(told.movement_g - HEAD.movement_g).max() < 1e-3
    assert edf_of(told) == WRITTEN


def test_a_file_that_ends_early_keeps_its_whole_records() -> None:
    told = read(WRITTEN[:-100])
    assert told.duration_s == 29.0
    assert "ends early: 29 of 30" in told.doubts[0]
    assert read(spoilt(236, b"-1      ")).duration_s == 30.0


def test_gaps_of_a_discontinuous_file_stay_gaps() -> None:
    content = spoilt(192, b"EDF+D")
    assert np.array_equal(read(content).samples_uv, HEAD_AS_READ, equal_nan=True)
    late = content.replace(b"+29\x14\x14\0", b"+39\x14\x14\0")
    told = read(late)
    assert told.duration_s == 40.0
    assert np.isnan(told.samples_uv[:, 29 * 128 : 39 * 128]).all()
    with pytest.raises(SourceError, match="overlap"):
        read(content.replace(b"+29\x14\x14\0", b"+20\x14\x14\0"))
    with pytest.raises(SourceError, match="an hour apart"):
        read(content.replace(b"+29\x14\x14\0\0\0\0\0\0\0", b"+99999999\x14\x14\0"))


HEAD_AS_READ = read(WRITTEN).samples_uv


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (spoilt(236, b"many    "), "the number of records is 'many'"),
        (spoilt(244, b"nan     "), "the length of a record is 'nan'"),
        (spoilt(244, b"0       "), "no whole record"),
        (spoilt(252, b"9999"), "the number of signals is '9999'"),
        (spoilt(252, b"-2  "), "the number of signals is '-2'"),
        (WRITTEN[:700], "ends within its header"),
        (WRITTEN[:2820], "no whole record"),
        (b"\xffBIOSEMI" + WRITTEN[8:], "24 bits"),
        (WRITTEN.replace(b"EEG ", b"ECG "), "no electroencephalogram"),
        (WRITTEN.replace(b"-32768", b"999999"), "a limit of 'EEG Fp1' is '999999'"),
    ],
)
def test_a_damaged_file_ends_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        read(content)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(8, 2815), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_change_of_the_header_brings_anything_but_a_recording_or_a_sentence(changes: list[tuple[int, int]]) -> None:
    content = bytearray(WRITTEN[: 2816 + 12 * 2544])
    for at, value in changes:
        content[at] = value
    told = told_of(bytes(content))
    assert isinstance(told, str) or told.samples_uv.shape[0] == len(told.channels) > 0


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=4000))
def test_whatever_follows_the_magic_is_refused_or_read(content: bytes) -> None:
    with pytest.raises(SourceError):
        read(b"0       " + content[:200])
    told_of(WRITTEN[:2816] + content)


def test_annotations_say_when_eyes_were_closed() -> None:
    told = replace(
        HEAD,
        annotations=(
            Annotation(2.0, None, "Eyes open"),
            Annotation(10.0, None, "eyes_closed"),
            Annotation(15.0, None, "a cough"),
            Annotation(20.0, 4.0, "EO"),
            Annotation(28.0, 60.0, "EC"),
        ),
    )
    assert told.stretches(closed=True) == ((10.0, 20.0), (28.0, 30.0))
    assert told.stretches(closed=False) == ((2.0, 10.0), (20.0, 24.0))


def test_labels_of_other_recorders_are_met() -> None:
    content = WRITTEN.replace(b"EEG Fp1         ", b"Fp1.            ").replace(
        b"EEG O2          ", b"O2-A1           "
    )
    assert read(content).channels[::7] == ("Fp1", "O2-A1")
    volts = WRITTEN.replace(b"uV      ", b"mV      ", 1)
    assert read(volts).samples_uv[0] == pytest.approx(1000.0 * HEAD_AS_READ[0], nan_ok=True)
