"""A session sent to the network, as others hear it: read back by an inlet of the layer itself."""

import asyncio
import builtins
import contextlib
import math
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.outward import VERDICTS, Outward
from biofeedback.session.events import Anchor, AnchorMoved, BeatsCame, EegCame, Event, MarkerSet, Quality
from biofeedback.session.preparation import Plan
from biofeedback.session.runner import SessionRunner
from biofeedback.storage.database import Store
from biofeedback.storage.faults import FaultLog
from devices.samples import EegFrame
from devices.source import SourceError
from devices.uri import open_source
from protocols.feedback import Score
from tests.devices.eeg.outlet import needs_lsl
from tests.hand_clock import at_once
from tests.session.stage import SHORT

pytestmark = needs_lsl
WAIT_S = 5.0
NO_SCORE = Score(None, 1.0, "not asked for")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def name() -> str:
    return f"out-{uuid.uuid4().hex}"


class Inlet:
    """Reads a stream of this process from its first sample on."""

    def __init__(self, name: str) -> None:
        import pylsl

        (found,) = pylsl.resolve_byprop("name", name, 1, WAIT_S)
        self._inlet = pylsl.StreamInlet(found, recover=False)
        self.info: Any = self._inlet.info(timeout=WAIT_S)
        self._inlet.open_stream(timeout=WAIT_S)

    def take(self, n: int) -> tuple[list[list[Any]], list[float]]:
        """So many samples, and when they were."""
        rows, at_s = [], []
        for _ in range(n):
            row, stamp = self._inlet.pull_sample(timeout=WAIT_S)
            rows.append(row)
            at_s.append(stamp)
        return rows, at_s

    def rest(self) -> list[list[Any]]:
        """What else has come."""
        rows = []
        while (row := self._inlet.pull_sample(timeout=0.2)[0]) is not None:
            rows.append(row)
        return rows


def played(store: Store, uri: str, sent_as: str = "", to: Outward | None = None, person: str = "") -> list[Event]:
    """A session, as fast as the work allows, and what it told."""
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if to:
            to.take(event)

    async def work() -> None:
        source = open_source(uri)
        runner = SessionRunner(Plan(SHORT, uri, person, sent_as=sent_as), source, store, emit)
        asyncio.get_running_loop().call_at(30.0, lambda: runner.mark("Anna says that it hurts"))
        asyncio.get_running_loop().call_at(40.0, runner.pause)
        asyncio.get_running_loop().call_at(45.0, runner.resume)
        await runner.run()

    at_once(work())
    return events


def came(judged: Beat) -> BeatsCame:
    """A packet with which a beat has its verdict."""
    return BeatsCame(6.0, (), (judged,), None, NO_SCORE, Quality.GOOD, 96.0)  # type: ignore[arg-type]


@pytest.fixture
def outward(name: str, store: Store) -> Iterator[Outward]:
    with Outward(name, lambda: 100.0, store.faults) as made:
        yield made


def test_beats_and_course_are_heard_as_they_were_and_nothing_of_whose_they_are(name: str, store: Store) -> None:
    with Outward(name, lambda: 0.0, store.faults, simulated=True) as outward:
        heart, words = Inlet(f"{name} heart"), Inlet(f"{name} events")
        events = played(store, "sim:ectopic?per_min=6&seed=3", name, outward, "Anna Example")
        judged = [beat for event in events if isinstance(event, BeatsCame) for beat in event.judged]
        rows, at_s = heart.take(len(judged))
        said = [row[0] for row in words.rest()]
    assert [row[0] for row in rows] == [beat.rr_ms for beat in judged]
    assert [row[2] for row in rows] == [VERDICTS[beat.verdict] for beat in judged]
    assert {beat.verdict for beat in judged} > {Verdict.KEPT}
    for row, beat in zip(rows, judged, strict=True):
        assert math.isnan(row[1]) if beat.nn_ms is None else row[1] == beat.nn_ms
    assert np.allclose(np.diff(at_s), np.diff([beat.time_s for beat in judged]), atol=1.0)
    assert [each for each in said if not each.startswith("signal")] == [
        "part 1: settle", "part 2: baseline", "mark", "pause", "resume", "part 3: practice", "part 4: recovery", "end"
    ]  # fmt: skip
    (row,) = store.sessions()
    assert store.session(row.session_id).began.settings["sent_as"] == name
    assert f"sent to the network as {name}" in [mark.label for mark in store.markers(row.session_id)]
    told = heart.info.as_xml() + words.info.as_xml() + " ".join(said)
    assert "Anna" not in told
    assert "sim:" not in told
    assert {each.info.desc().child("source").child_value("simulated") for each in (heart, words)} == {"yes"}
    assert heart.info.source_id() != words.info.source_id()
    assert heart.info.get_channel_units()[:2] == ["milliseconds", "milliseconds"]
    assert heart.info.desc().child("verdicts").child_value("kept") == f"{VERDICTS[Verdict.KEPT]:g}"


def test_the_head_is_heard_in_microvolts_with_its_electrodes_and_its_reference(name: str, outward: Outward) -> None:
    async def heard() -> list[EegFrame]:
        async with open_source("sim:head?seed=2") as source, contextlib.aclosing(source.readings()) as readings:
            every = (reading async for reading in readings if isinstance(reading, EegFrame))
            return [await anext(every) for _ in range(40)]

    frames = at_once(heard())
    described = replace(frames[0].description, reference="Fpz")
    frames = [replace(frame, description=described) for frame in frames]
    came = [EegCame(0.0, 99.0, frame, (), NO_SCORE) for frame in frames]
    outward.take(came[0])
    head = Inlet(f"{name} EEG")
    for event in came[1:]:
        outward.take(event)
    sent = np.concatenate([frame.microvolts.T for frame in frames[1:]])
    rows, _ = head.take(len(sent))
    assert np.array_equal(rows, sent)
    assert head.info.get_channel_labels() == list(described.electrodes)
    assert set(head.info.get_channel_units()) == {"microvolts"}
    assert head.info.desc().child("source").child_value("simulated") == "no"
    assert head.info.nominal_srate() == described.rate_hz
    assert head.info.desc().child("reference").child_value("label") == "Fpz"
    assert described.device not in head.info.as_xml()


def test_a_beat_without_an_interval_to_calculate_with_is_no_number(name: str, outward: Outward) -> None:
    heart = Inlet(f"{name} heart")
    outward.take(AnchorMoved(0.0, Anchor(90.0, 0.0, running=True)))
    outward.take(came(Beat(0, 5.0, 500.0, 0, Verdict.GAP, "a gap")))
    rows, (at_s,) = heart.take(1)
    assert rows[0][0] == 500.0
    assert math.isnan(rows[0][1])
    import pylsl

    assert pylsl.local_clock() - at_s == pytest.approx(5.0, abs=2.0)  # at second 5 of a session that began 10 s ago


def test_what_is_sent_here_is_no_band(name: str) -> None:
    """Where `lsl:` is to be heard and nobody else sends, the program does not answer itself."""
    from devices.eeg import lsl
    from devices.eeg.lsl_outlet import Channel, LslOutlet
    from devices.eeg.polled import FeedError

    outlet = LslOutlet(name, "EEG", [Channel("C4", "microvolts", "EEG")], 250.0)
    with pytest.raises(FeedError, match="There is no sign of"):
        lsl.LslFeed(lsl.library(), name, "it")
    outlet.close()
    assert not lsl.SENT_HERE


def test_two_of_one_name_are_told_apart(name: str, store: Store, outward: Outward) -> None:
    import pylsl

    with Outward(name, lambda: 0.0, store.faults):
        found = pylsl.resolve_byprop("name", f"{name} events", 2, WAIT_S)
        assert len({each.source_id() for each in found}) == 2
    outward.take(MarkerSet(0.0, "still there"))


@pytest.mark.parametrize("asked", ["", " \n ", "\x1b\x00"])
def test_a_name_of_which_nothing_is_left_is_refused(asked: str, store: Store) -> None:
    with pytest.raises(ValueError, match="need a name"):
        Outward(asked, lambda: 0.0, store.faults)


def test_a_name_with_what_would_command_a_terminal_is_made_harmless(name: str, store: Store) -> None:
    with Outward(f"{name} <&> \x1b[31m\n\u202eend", lambda: 0.0, store.faults) as outward:
        assert outward.name == f"{name} <&> [31m end"
        assert Inlet(f"{outward.name} heart").info.name() == f"{name} <&> [31m end heart"


def test_without_the_library_it_is_said(name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(wanted: str, *more: Any, **other: Any) -> Any:
        if wanted == "pylsl":
            raise ImportError(wanted)
        return real(wanted, *more, **other)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(SourceError, match="pip install"):
        Outward(name, lambda: 0.0, FaultLog(tmp_path))


def test_trouble_with_what_is_sent_is_no_trouble_of_the_session(name: str, outward: Outward, tmp_path: Path) -> None:
    heart = Inlet(f"{name} heart")
    for verdict in (Verdict.PENDING, Verdict.KEPT):  # the first has no code: an error that nobody foresaw
        outward.take(came(Beat(0, 5.0, 800.0, 0, verdict, nn_ms=800.0)))
    assert heart.take(1)[0] == [[800.0, 800.0, VERDICTS[Verdict.KEPT]]]
    assert "sending to the network" in (tmp_path / "data/biofeedback.faults.log").read_text()
