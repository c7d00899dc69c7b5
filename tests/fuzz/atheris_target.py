"""The same promises under atheris, which looks for input that reaches new branches.

    pip install atheris
    python -m tests.fuzz.atheris_target CORPUS -max_total_time=600 -max_len=1024

CORPUS is a folder that keeps what reached something new; libFuzzer's other options work too. A failure leaves a file
`crash-...`, and the same command with that file in place of CORPUS repeats it. No part of the everyday tests.
"""

import importlib
import sys

WATCHED = ["devices.gatt", "biofeedback.analysis", "biofeedback.session.pipeline", "biofeedback.session.scoring"]


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

    atheris.Setup(sys.argv, play)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
