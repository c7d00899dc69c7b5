"""The program neither listens nor calls: every process of it is watched for sockets of a network."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WATCH = """
import os, sys, traceback
ON_THIS_MACHINE = ("socket.bind", "socket.connect", "socket.sendto")
def heard(event, arguments):
    if not event.startswith(("socket.", "urllib.", "http.")) or event in ("socket.__new__", "socket.gethostname"):
        return
    if event in ON_THIS_MACHINE and arguments[0].family.name == "AF_UNIX":
        return  # the bus of the system, and the pipes of a process to its child
    # When it is imported (by neurokit2), urllib3 sees whether there is an IPv6, by a socket that never listens
    if "_has_ipv6" not in [frame.name for frame in traceback.extract_stack()]:
        with open(os.environ["HEARD"], "a") as file:
            file.write(f"{event} {arguments[1:]}\\n")
sys.addaudithook(heard)
"""
"""Hooks of a process: https://docs.python.org/3/library/audit_events.html"""

DRIVE = """
import sys
from biofeedback.__main__ import main
for words in sys.argv[1].split(";"):
    sys.argv = ["biofeedback", *words.split()]
    try:
        main()
    except SystemExit as left:
        assert left.code in (0, None), words
assert "pylsl" not in sys.modules  # its sockets are its own, which Python does not hear of
"""
COMMANDS = (
    "demo --headless --speed 0 --quiet;checkin --set pain=4;report last --out {room}/report.pdf --quiet;"
    "support-bundle --out {room}/bundle.zip --quiet"
)


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """An environment in which each Python that starts, children included, tells of its sockets."""
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    inherited = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    paths = os.pathsep.join((str(tmp_path), str(Path(__file__).parents[1])))
    return inherited | {"PYTHONPATH": paths, "HEARD": str(tmp_path / "heard"), "QT_QPA_PLATFORM": "offscreen"}


def test_no_command_listens_or_calls(tmp_path: Path, watched: dict[str, str]) -> None:
    environment = watched | {"BIOFEEDBACK_DATA": str(tmp_path / "data")}
    arguments = [sys.executable, "-c", DRIVE, COMMANDS.format(room=tmp_path)]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "heard").exists(), (tmp_path / "heard").read_text()


def test_the_watch_hears_a_listener_and_a_call(tmp_path: Path, watched: dict[str, str]) -> None:
    code = (
        "import socket; server = socket.socket(); server.bind(('127.0.0.1', 0)); server.listen(); "
        "socket.create_connection(server.getsockname()).close(); server.close()"
    )
    subprocess.run([sys.executable, "-c", code], env=watched, check=True)
    heard = (tmp_path / "heard").read_text()
    assert "socket.bind" in heard
    assert "socket.connect" in heard
