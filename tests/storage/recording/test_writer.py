"""When rows are saved, and what becomes of those that cannot be."""

import threading
from pathlib import Path

from biofeedback.storage import schema
from biofeedback.storage.engine import Trouble
from biofeedback.storage.faults import FAULTS, FaultLog
from biofeedback.storage.recording.writer import UNFORESEEN, Batch, Pace, Saved, Writer

TIMEOUT_S = 60.0
TROUBLE = Trouble("The disk is full", "Free some space")


class Shelf:
    """Takes batches as a disk does."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.told: list[Trouble | None] = []
        self.trouble: Trouble | None = None
        self.saved = threading.Event()

    def save(self, batch: Batch) -> Saved:
        if self.trouble is not None:
            return Saved(batch, self.trouble)
        self.batches.append([row["n"] for values in batch.values() for row in values])
        self.saved.set()
        return Saved()

    def writer(self, commit_every_s: float = 3600.0) -> Writer:
        return Writer("shelf", self.save, self.told.append, Pace(commit_every_s, 3600.0), FaultLog(None))


def put(writer: Writer, n: int, *, release: bool = False) -> bool:
    return writer.put(schema.markers, [{"n": n}], release=release)


def test_the_first_row_is_saved_at_once_and_the_next_ones_together() -> None:
    shelf = Shelf()
    writer = shelf.writer()
    put(writer, 0, release=True)
    assert shelf.saved.wait(TIMEOUT_S)
    for n in range(1, 4):
        put(writer, n)
    assert writer.flush()
    assert shelf.batches == [[0], [1, 2, 3]]
    writer.close()


def test_rows_are_held_until_the_writer_is_released() -> None:
    shelf = Shelf()
    writer = shelf.writer(0.0)
    put(writer, 0)
    assert not writer.flush()
    assert writer.n_unsaved == 1
    assert shelf.batches == []
    put(writer, 1, release=True)
    assert writer.flush()
    assert shelf.batches == [[0, 1]]
    assert not writer.drop()
    writer.close()


def test_rows_that_were_never_released_are_dropped() -> None:
    shelf = Shelf()
    writer = shelf.writer()
    put(writer, 0)
    assert writer.drop()
    put(writer, 1)
    writer.close()
    assert shelf.batches == []
    assert writer.n_unsaved == 0
    assert not put(writer, 2)


def test_rows_that_cannot_be_saved_stay_first_in_the_queue() -> None:
    shelf = Shelf()
    shelf.trouble = TROUBLE
    writer = shelf.writer()
    put(writer, 0, release=True)
    for n in range(1, 4):
        assert not writer.flush()
        put(writer, n)
    assert shelf.told == [TROUBLE]
    shelf.trouble = None
    assert writer.flush()
    assert shelf.batches == [[0, 1, 2, 3]]
    assert shelf.told == [TROUBLE, None]
    writer.close()


def test_closing_saves_what_is_left() -> None:
    shelf = Shelf()
    writer = shelf.writer()
    put(writer, 0, release=True)
    assert shelf.saved.wait(TIMEOUT_S)
    put(writer, 1)
    writer.close()
    assert shelf.batches == [[0], [1]]


def test_an_unforeseen_error_keeps_the_rows_and_the_thread(tmp_path: Path) -> None:
    shelf = Shelf()
    broken = [True]

    def break_down(batch: Batch) -> Saved:
        if broken:
            raise RuntimeError("a fault in the program")
        return shelf.save(batch)

    writer = Writer("broken", break_down, shelf.told.append, Pace(retry_every_s=3600.0), FaultLog(tmp_path))
    put(writer, 0, release=True)
    assert not writer.flush()
    assert put(writer, 1)
    assert writer.n_unsaved == 2
    broken.clear()
    assert writer.flush()
    assert shelf.batches == [[0, 1]]
    assert shelf.told == [UNFORESEEN, None]
    writer.close()
    assert (tmp_path / FAULTS).read_text().count("RuntimeError: a fault in the program") == 1


def test_a_listener_that_fails_does_not_stop_the_saving() -> None:
    shelf = Shelf()
    shelf.trouble = TROUBLE

    def fail(_: Trouble | None) -> None:
        raise RuntimeError("nobody listens")

    writer = Writer("shelf", shelf.save, fail, Pace(0.0, 3600.0), FaultLog(None))
    put(writer, 0, release=True)
    assert not writer.flush()
    shelf.trouble = None
    assert writer.flush()
    assert shelf.batches == [[0]]
    writer.close()
