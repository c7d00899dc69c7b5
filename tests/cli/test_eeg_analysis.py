"""`analyze` of an electroencephalogram: every figure or its reason, and one sentence for what cannot be."""

from pathlib import Path

import numpy as np
import pytest

from biofeedback.session.runner import SessionRunner
from biofeedback.storage.database import Store
from protocols.library import find_exercise
from tests.cli.shell import Shell, a_session
from tests.session.stage import play

HEAD = "sim:head?seed=3&minutes=2&loose=0"


def test_a_simulated_head_is_told_and_comes_back_from_its_file(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "head.edf"
    said = shell("analyze", HEAD, "--save", path, "--json")
    assert said.status == 0
    head = said.document
    assert (head["kind"], head["simulated"], head["rate_hz"], head["duration_s"]) == ("eeg", True, 250.0, 120.0)
    assert [one["name"] for one in head["channels"]] == ["Fp1", "Fp2", "C3", "Cz", "C4", "Pz", "O1", "O2"]
    o1 = head["channels"][6]
    assert o1["alpha_closed_open"] > 2.0
    assert o1["individual_alpha_hz"] == pytest.approx(10.0, abs=0.3)
    assert len(o1["verdicts"]) == len(o1["course_uv2"]["alpha"]) == o1["n_seconds"] == 120
    assert sum(band["relative"] for band in o1["bands"].values()) < 1.0
    again = shell("analyze", path, "--json").document
    assert again["simulated"] is True
    assert again["channels"][6]["verdicts"] == o1["verdicts"]
    for name, band in again["channels"][6]["bands"].items():
        assert band["power_uv2"] == pytest.approx(o1["bands"][name]["power_uv2"], rel=0.01)
    assert "is there already" in shell("analyze", HEAD, "--save", path).err
    assert shell("analyze", HEAD, "--save", path, "--force").status == 0


def test_what_is_missing_has_its_reason(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    rows = "\n".join(f"{i / 250},{value:.2f}" for i, value in enumerate(np.random.default_rng(1).normal(0, 10, 2500)))
    path.write_text(f"time_s,Cz\n{rows}")
    (channel,) = shell("analyze", path, "--json").document["channels"]
    missing = {
        key for key in ("aperiodic_exponent", "individual_alpha_hz", "alpha_closed_open") if channel[key] is None
    }
    assert missing | {"bands"} == set(channel["withheld"])
    assert channel["bands"]["alpha"]["power_uv2"] is None
    out = shell("analyze", path).out
    assert "No power of bands at Cz: fewer than" in out
    assert "it is not known when the eyes were closed" in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--closed", "10-20", "--open", "15-30"), "name the same seconds"),
        (("--closed", "20-10"), "must lie within the 120.0 s"),
        (("--closed", "nan-10"), "must lie within"),
        (("--open", "10-900"), "must lie within"),
        (("--open", "ten"), "write two times in seconds"),
        (("--mains", "55"), "must be 50 or 60"),
        (("--rate", "250"), "asked for another rate as sim:head?rate="),
        (("--save", "-"), "Name a file"),
    ],
)
def test_a_wrong_wish_is_one_sentence(shell: Shell, options: tuple[str, ...], sentence: str) -> None:
    said = shell("analyze", HEAD, *options)
    assert said.status == 2
    assert sentence in said.sentence


def test_heartbeats_know_nothing_of_eyes(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("\n".join(["900", "905"] * 60))
    said = shell("analyze", path, "--closed", "1-2")
    assert (said.status, "only an EEG recording has that" in said.sentence) == (2, True)
    assert "no 'alfa_hz'. Did you mean 'alpha_hz'" in shell("analyze", "sim:head?alfa_hz=9").sentence


def test_of_a_session_with_a_band_alone_it_is_told_what_the_head_showed(shell: Shell, tmp_path: Path) -> None:
    with Store.open(shell.data) as store:
        head = "sim:head?seed=3&loose=0&electrodes=Cz,O1&rate=128"
        session_id = play(store, head, find_exercise("alpha-rest"), [(90.0, SessionRunner.end)]).whole.session_id
    said = shell("analyze", session_id).out
    assert "of a simulated head" in said
    for heart in ("heart rate", "RMSSD", "beats"):
        assert heart not in said
    path = tmp_path / "a.edf"
    told = shell("analyze", session_id, "--save", path, "--json").document
    assert (told["kind"], [one["name"] for one in told["channels"]]) == ("eeg", ["Cz", "O1"])
    assert (told["open_s"][0][0], told["closed_s"][0][0]) == (0.0, 60.0), "its phases tell of the eyes"
    again = shell("analyze", path, "--json").document
    assert again["channels"][1]["verdicts"] == told["channels"][1]["verdicts"]
    refused = shell("analyze", session_id, "--rate", "250")
    assert (refused.status, "the rate of its band" in refused.sentence) == (2, True)


def test_of_a_session_without_a_band_nothing_of_the_head_can_be_asked(shell: Shell) -> None:
    session_id = a_session(shell)["session_id"]
    assert "only an EEG recording has that" in shell("analyze", session_id, "--open", "1-2").sentence
