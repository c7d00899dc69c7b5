"""The same promises under atheris, which looks for input that reaches new branches.

    pip install atheris
    python -m tests.fuzz.atheris_target CORPUS -max_total_time=600 -max_len=2048

CORPUS is a folder that keeps what reached something new, and begins with a few sessions made here; libFuzzer's other
options work too. A failure leaves a file `crash-...`, and the same command with that file in place of CORPUS repeats
it. No part of the everyday tests.
"""

import importlib
import struct
import sys
from collections.abc import Iterator
from math import sin
from pathlib import Path

WATCHED = ["devices.gatt", "biofeedback.analysis", "biofeedback.session.pipeline", "biofeedback.session.scoring"]


def seeds() -> Iterator[bytes]:
    """Sessions to begin with, in the bytes of `tests.fuzz.streams.stream_of`: each packet its head, size, payload."""
    for constant in (0, 53, 300, 853, 2048, 0xFFFF):
        # the highest two bits repeat a packet 64 times, the lowest four are a wait of about a second
        yield 8 * (b"\xc6\x04\x10\x48" + struct.pack("<H", constant))
    for swing in (15, 150, 500):
        breathing = (int(900 + swing * sin(0.6 * n)) for n in range(330))
        yield b"".join(b"\x06\x04\x16\x48" + struct.pack("<H", rr) for rr in breathing)
    yield 8 * b"\xe6\x0b812.5 798.5"


def main() -> None:
    """Hand over to libFuzzer, which ends the process."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=WATCHED, enable_loader_override=False):
        streams = importlib.import_module("tests.fuzz.streams")
        invariants = importlib.import_module("tests.fuzz.invariants")

    def play(data: bytes) -> None:
        watched = invariants.WatchedPipeline()
        for step in streams.stream_of(data):
            watched.take(step)
        watched.finish()

    for corpus in [Path(given) for given in sys.argv[1:] if Path(given).is_dir()][:1]:
        for number, seed in enumerate(seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, play)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
