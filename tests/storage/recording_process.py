"""A process that records packets and frames until its standard input ends, and tells each one that it handed over.

Arguments: data folder, session id. It prints the seconds of the session of each packet.
"""

import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from biofeedback.storage.database import Store
from devices.pmd import encode_ecg
from devices.pmd_control import Measurement
from devices.samples import Packet, PacketFormat
from tests.storage.examples import STARTS, frame_of, new_session

BETWEEN_PACKETS_S = 0.005


def main(folder: Path, session_id: str) -> None:
    stop = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    payload = encode_ecg(0, 37 * np.arange(73) % 1500)
    started_s = time.perf_counter()
    new = replace(new_session(session_id), started_clock_s=started_s)
    with Store.open(folder) as store, store.recorder(new) as recorder:
        while not stop.wait(BETWEEN_PACKETS_S):
            received_s = time.perf_counter()
            recorder.packet(Packet(received_s, PacketFormat.RR_TEXT, b"900"))
            recorder.frame(frame_of(payload, received_s, STARTS[Measurement.ECG]))
            sys.stdout.write(f"{received_s - started_s!r}\n")
            sys.stdout.flush()
        recorder.finish("2026-11-21T08:33:00Z", "stopped", None, "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
