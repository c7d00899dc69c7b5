"""Whether a strap is ready, from the command line; and what a session in the terminal says of its strap."""

import pytest

from biofeedback.cli.terminal import TerminalDisplay, instead_here
from biofeedback.session.events import Quality, SignalChanged, StrapAwaited, StrapSaid
from biofeedback.session.strap_care import EMPTY
from devices.preflight import Preflight
from devices.samples import BatteryRead, LinkChanged, LinkState, StrapOffered
from tests.cli.shell import Shell


def test_a_strap_that_is_ready(shell: Shell) -> None:
    said = shell("devices", "check", "sim:", "--speed", "0")
    assert said.status == 0
    assert said.out.splitlines()[-1].endswith("You can start.")
    document = shell("devices", "check", "sim:", "--speed", "0", "--json").document
    assert (document["ready"], document["simulated"], len(document["steps"])) == (True, True, 6)
    assert {step["standing"] for step in document["steps"]} == {"done"}


def test_a_strap_that_is_not_ready_in_time_says_what_to_do(shell: Shell) -> None:
    said = shell("devices", "check", "sim:", "--speed", "0", "--timeout", "4")
    assert said.status == 1
    assert said.out.splitlines()[-1].startswith("Not ready: ")
    said = shell("devices", "check", "sim:dropout?every_s=4&for_s=3", "--speed", "0", "--json")
    assert said.status == 1
    assert said.document["ready"] is False


def test_a_band_that_is_ready_alone_and_beside_a_strap(shell: Shell) -> None:
    said = shell("devices", "check", "sim:head?lost=0", "--speed", "0")
    assert said.status == 0
    assert "Every electrode sits well." in said.out
    document = shell("devices", "check", "sim:rest?eeg=1&lost=0", "--speed", "0", "--json").document
    assert (document["ready"], len(document["steps"])) == (True, 9)
    assert document["electrodes"]["C4"] == ""


def test_a_band_whose_electrodes_hum_says_which_and_what_to_do(shell: Shell) -> None:
    said = shell("devices", "check", "sim:head?mains_uv=200", "--speed", "0")
    assert said.status == 1
    assert "electrode loose: Fp1, Fp2" in said.out
    assert said.out.splitlines()[-1].startswith("Not ready: ")


def test_known_bands_are_listed_beside_the_straps(shell: Shell) -> None:
    document = shell("devices", "--json").document
    kinds = [row["kind"] for row in document]
    assert kinds == sorted(kinds, reverse=True)
    assert {"strap", "band"} == set(kinds)
    assert "SMR: no electrode lies at C3, Cz or C4" in shell("devices").out


@pytest.mark.parametrize(
    "arguments", [("none:",), ("eeg:muse", "--speed", "0"), ("sim:", "--speed", "inf"), ("ble:", "--speed", "0")]
)
def test_what_cannot_be_checked_is_wrong_usage(shell: Shell, arguments: tuple[str, ...]) -> None:
    said = shell("devices", "check", *arguments)
    assert said.status == 2
    assert said.sentence


def test_a_session_says_once_what_happens_to_its_strap(capsys: pytest.CaptureFixture[str]) -> None:
    display = TerminalDisplay()
    lost = LinkChanged(5.0, LinkState.LOST, "\x1b[31mThe strap\x07 is gone.", 1.0)
    for _ in range(3):
        display.take(SignalChanged(5.0, Quality.LOST, lost.detail))
        display.take(StrapSaid(5.0, lost))
    for percent in (60, 0, 0):
        display.take(StrapSaid(6.0, BatteryRead(6.0, percent)))
    for _ in range(2):
        display.take(StrapAwaited(11.0, Preflight(0.0).steps(11.0)))
        display.take(StrapSaid(12.0, StrapOffered(12.0, "HRM-Dual 4711", "AA:BB")))
    said = capsys.readouterr().err
    assert said.count("Wet the electrodes") == 1
    assert " ".join(said.split()).count(instead_here("HRM-Dual 4711", "AA:BB")) == 1
    assert said.count("is gone") == 1
    assert "\x1b" not in said
    assert "\x07" not in said
    assert " ".join(said.split()).count(EMPTY.format(percent=0)) == 1
