"""A session sent to the network by command: asked for by name, told, and refused where it cannot be."""

import sys
import uuid

import pytest

from biofeedback.cli.terminal import run_session
from biofeedback.session.preparation import Plan
from biofeedback.storage.database import Store
from protocols.library import find_exercise
from tests.cli.shell import Shell
from tests.devices.eeg.outlet import needs_lsl

RUN = ("run", "paced-breathing", "--device", "sim:", "--headless")


@needs_lsl
def test_the_terminal_says_that_everybody_can_read_it(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"out-{uuid.uuid4().hex}"
    plan = Plan(find_exercise("paced-breathing").lasting(2), "sim:rest?seed=3")
    with Store.open(shell.data) as store:
        run_session(plan, store, 0.0, reference=False)
        assert "network" not in capsys.readouterr().err
        sent = Plan(plan.exercise, plan.device_uri, sent_as=name)
        summary = run_session(sent, store, 0.0, reference=False)
        assert f"Everybody in this network can read the signals of this session: they are sent as '{name}'." in (
            " ".join(capsys.readouterr().err.split())
        )
        assert f"sent to the network as {name}" in [mark.label for mark in store.markers(summary.session_id)]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--lsl-out", "lab", "--speed", "0"), "Streams go at the speed of life only"),
        (("--lsl-out", ""), "The streams need a name"),
        (("--lsl-out", "\x07\n"), "The streams need a name"),
    ],
)
def test_what_cannot_be_sent_is_refused(shell: Shell, more: tuple[str, ...], sentence: str) -> None:
    said = shell(*RUN, *more)
    assert said.status == 2
    assert sentence in said.sentence


def test_without_the_library_it_is_said_and_nothing_is_begun(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    said = shell(*RUN, "--lsl-out", "lab")
    assert said.status == 1
    assert "pip install 'hrv-biofeedback[eeg]'" in said.sentence
