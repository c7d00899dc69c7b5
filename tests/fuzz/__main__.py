"""python -m tests.fuzz packets|frames|bands|beats --n 1000000 [--seed 0] [--only NUMBER]"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from random import Random

from devices.pmd import FrameReader
from devices.samples import Packet, PacketFormat, StreamFrame
from tests.fuzz.bands import fuzz_bands
from tests.fuzz.frames import check_control, check_frame, check_times, frame, start
from tests.fuzz.invariants import WatchedPipeline, check_packet
from tests.fuzz.payloads import payload_of
from tests.fuzz.streams import Step, stream

SIZE_EVERY = 500
FRAMES_A_READER = 40
MOST_TRIES = 1000
LONG_STREAMS = 100_000
"""One session of 20 may be this long, so that what grows without bound is seen to grow."""


def run_beats(steps: Iterable[Step]) -> WatchedPipeline:
    """Take a whole session; AssertionError or whatever else goes wrong."""
    watched = WatchedPipeline()
    for n, step in enumerate(steps):
        watched.take(step)
        if n % SIZE_EVERY == 0:
            watched.check_size()
    watched.finish()
    return watched


def shortest(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """Leave out what can be left out with the failure still there, in so many tries at most."""
    kept = list(steps)
    size, n_tries = max(1, len(kept) // 2), 0
    while True:
        at, before = 0, len(kept)
        while at < len(kept):
            fewer = kept[:at] + kept[at + size :]
            n_tries += 1
            if n_tries > MOST_TRIES:
                return kept
            if fails(fewer):
                kept = fewer
            else:
                at += size
        if size == 1 and len(kept) == before:
            return kept
        size = max(1, size // 2)


def fuzz_packets(seed: int, n_packets: int, say: Callable[[str], object]) -> int:
    """Decode so many payloads; the number that were well formed."""
    rng = Random(seed)
    n_decoded = 0
    for number in range(n_packets):
        form, payload = payload_of(rng)
        try:
            n_decoded += check_packet(Packet(float(number), form, payload)) is not None
        except Exception:
            say(f"payload {number} of seed {seed}: {form.name} {payload.hex()}")
            raise
    return n_decoded


def fuzz_frames(seed: int, n_packets: int, say: Callable[[str], object]) -> int:
    """Read so many packets of a strap's streams; the number of sound frames."""
    rng = Random(seed)
    reader, read = FrameReader(), list[StreamFrame]()
    n_read = 0
    for number in range(n_packets):
        is_start = rng.random() < 0.2
        form, payload = (PacketFormat.PMD_START, start(rng)) if is_start else (PacketFormat.PMD_FRAME, frame(rng))
        try:
            if found := check_frame(reader, Packet(float(number), form, payload)):
                read.append(found)
            check_control(payload)
            if number % FRAMES_A_READER == 0 and read:
                check_times(read)
                n_read += len(read)
                reader, read = FrameReader(), []
        except Exception:
            say(f"packet {number} of seed {seed}: {form.name} {payload.hex()}")
            raise
    return n_read + len(read)


def fuzz_beats(seed: int, n_packets: int, only: int | None, say: Callable[[str], object]) -> tuple[int, int, int]:
    """Play sessions of so many packets in all; how many sessions, packets and beats."""
    n_sessions = n_done = n_beats = 0
    while n_done < n_packets:
        number = n_sessions if only is None else only
        steps = list(stream(seed, number, LONG_STREAMS if number % 20 == 19 else 3000))
        taken: list[Step] = []
        try:
            n_beats += run_beats(_noted(steps, taken)).n_beats
        except Exception as error:
            say(f"session {number} of seed {seed}: repeat with --seed {seed} --only {number}")
            for step in shortest(taken, partial(_fails_as, type(error))):
                say(f"  {step}")
            raise
        n_sessions += 1
        n_done += len(steps)
        if only is not None:
            break
    return n_sessions, n_done, n_beats


def _noted(steps: Iterable[Step], taken: list[Step]) -> Iterator[Step]:
    for step in steps:
        taken.append(step)
        yield step


def _fails_as(kind: type[Exception], steps: Sequence[Step]) -> bool:
    try:
        run_beats(steps)
    except Exception as error:  # noqa: BLE001 (whatever goes wrong is looked at; another failure is not this one)
        return type(error) is kind
    return False


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Hostile input, made from a seed.")
    parser.add_argument("target", choices=("packets", "frames", "bands", "beats"))
    parser.add_argument("--n", type=int, default=1_000_000, help="packets (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="beats: this session only")
    asked = parser.parse_args(arguments)

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    began_s = time.perf_counter()
    if asked.target == "packets":
        say(f"{fuzz_packets(asked.seed, asked.n, say)} of {asked.n} payloads were well formed")
    elif asked.target == "frames":
        say(f"{fuzz_frames(asked.seed, asked.n, say)} of {asked.n} starts and frames were sound frames")
    elif asked.target == "bands":
        say(f"{fuzz_bands(asked.seed, asked.n, say)} frames came of {asked.n} notifications of headbands")
    else:
        n_sessions, n_packets, n_beats = fuzz_beats(asked.seed, asked.n, asked.only, say)
        say(f"{n_sessions} sessions, {n_packets} packets and events, {n_beats} intervals came")
    spent_s, most_mb = time.perf_counter() - began_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"nothing failed; {spent_s:.0f} s, {most_mb:.0f} MB at most")


if __name__ == "__main__":
    main()
