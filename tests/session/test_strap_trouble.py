"""Everything that goes wrong with a strap during a session."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

from biofeedback.analysis.beats.beat import Verdict
from biofeedback.session.events import (
    GapClosed,
    Quality,
    SignalChanged,
)
from biofeedback.session.kept.archive import read_summary
from biofeedback.session.runner import SILENT_WORDS, SessionRunner
from biofeedback.storage.database import Store
from devices.gatt import decode_packet, encode_heart_rate
from devices.samples import Contact, LinkChanged, LinkState, Packet, PacketFormat, Reading
from devices.simulated import SCENARIOS
from devices.source import SourceError
from protocols.breathing import BreathPattern
from tests.session.stage import SHORT, SLOW, ScriptedStrap, beating, malformed, play, same_again, sample


@pytest.mark.parametrize("name", SCENARIOS)
def test_whatever_happens_to_the_signal_the_session_ends_in_time_and_can_be_scored_again(
    name: str, store: Store
) -> None:
    trouble = {"dropout": "&every_s=70&for_s=7", "off_body": "&every_s=70&for_s=9", "ectopic": "&per_min=4"}
    acts = [
        (30.0, SessionRunner.pause),
        (41.5, SessionRunner.resume),
        (170.3, SessionRunner.pause),
        (200.0, SessionRunner.resume),
        (230.7, SessionRunner.pause),
        (239.2, SessionRunner.resume),
        (300.0, lambda runner: runner.repace(BreathPattern(5.1, 3, 0, 7, 1))),
        (380.0, SessionRunner.skip),
    ]
    played = play(store, f"sim:{name}?seed=5{trouble.get(name, '')}", SHORT, acts, {"pain": 6, "tension": 3})
    assert played.ended.cause == "done"
    assert len(played.whole.phases) == 4
    same_again(store, played)


def test_a_lost_link_is_a_gap_and_the_session_goes_on(store: Store) -> None:
    played = play(store, "sim:dropout?every_s=60&for_s=8&seed=2", SHORT)
    gaps = [gap for gap in played.whole.gaps if gap.cause == "the link was lost"]
    assert [gap.from_s for gap in gaps] == pytest.approx([59, 127, 195, 263, 331], abs=2.5)
    assert [gap.to_s - gap.from_s for gap in gaps] == pytest.approx([8] * 5, abs=2)
    assert [event.gap for event in played.of(GapClosed)] == gaps
    qualities = [event.quality for event in played.of(SignalChanged)]
    assert qualities.count(Quality.LOST) >= 5
    assert all(event.words for event in played.of(SignalChanged) if event.quality is Quality.LOST)
    for gap in gaps:
        assert not [
            beat for beat in played.whole.beats if gap.from_s < beat.time_s - beat.rr_ms / 1000 - 0.05 < gap.to_s - 0.1
        ]
    assert played.whole.duration_s == pytest.approx(360)
    same_again(store, played)


def test_a_link_that_was_lost_before_the_first_beat_is_no_gap(store: Store) -> None:
    script = [
        (3.0, LinkChanged(3.0, LinkState.LOST, "Lost.")),
        (6.0, LinkChanged(6.0, LinkState.CONNECTED)),
        *beating(500, from_s=10.0),
    ]
    played = play(store, ScriptedStrap(*script), SHORT)
    assert played.whole.gaps == ()
    assert {beat.segment for beat in played.whole.beats} == {0}
    same_again(store, played)


def test_lost_contact_is_a_gap_and_the_first_beats_after_it_are_not_trusted(store: Store) -> None:
    played = play(store, "sim:off_body?every_s=60&for_s=10&seed=2", SHORT)
    assert {gap.cause for gap in played.whole.gaps} == {"the strap lost contact"}
    assert len(played.whole.gaps) == 5
    assert Quality.NO_CONTACT in {event.quality for event in played.of(SignalChanged)}
    off = [beat.ordinal for beat in played.whole.beats if beat.verdict is Verdict.OFF_BODY]
    assert len(off) == 10
    firsts = {b.ordinal for a, b in pairwise(played.whole.beats) if b.segment != a.segment}
    assert {ordinal for ordinal in off if ordinal - 1 not in off} == firsts


def test_beats_that_come_without_contact_are_told_apart_and_make_one_gap_at_most(store: Store) -> None:
    script = beating(60)
    script += [(60.0 + i, sample(60.0 + i, 1000, contact=Contact.LOST)) for i in range(1, 21)]
    script += [(80.0 + i, sample(80.0 + i, 1000)) for i in range(1, 61)]
    played = play(store, ScriptedStrap(*script), SHORT)
    off = [beat for beat in played.whole.beats if beat.verdict is Verdict.OFF_BODY]
    assert len(off) == 22
    assert all(gap.to_s > gap.from_s for gap in played.whole.gaps)
    same_again(store, played)


def test_a_recording_that_ends_early_ends_the_session_and_is_kept(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("\n".join(["1000"] * 100))
    played = play(store, f"replay:{path}", SHORT)
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == ("recording ended", False, True)
    assert played.whole.n_beats == 100
    assert played.whole.duration_s == pytest.approx(100, abs=0.1)
    assert not played.whole.simulated
    same_again(store, played)


def test_a_strap_that_fails_ends_the_session_with_its_words_and_what_was_is_kept(store: Store) -> None:
    trouble = SourceError("The Bluetooth adapter is gone. Plug it in and start again.")
    played = play(store, ScriptedStrap(*beating(60), (60.5, trouble)), SHORT)
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == (str(trouble), True, True)
    assert played.whole.n_beats == 60
    assert store.session(played.whole.session_id).end_cause == str(trouble)
    same_again(store, played)


def test_a_strap_that_fails_at_once_leaves_nothing(store: Store) -> None:
    played = play(store, ScriptedStrap((0.5, SourceError("No adapter. Switch Bluetooth on."))), SHORT)
    assert played.summary is None
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == (
        "No adapter. Switch Bluetooth on.", True, False,
    )  # fmt: skip
    assert store.sessions() == []


def test_without_a_beat_nothing_is_saved(store: Store) -> None:
    script = [(float(i), sample(float(i))) for i in range(1, 100)]
    played = play(store, ScriptedStrap(*script), SHORT, [(80.0, SessionRunner.end)])
    assert played.summary is None
    assert not played.ended.saved
    assert store.sessions() == []


def test_malformed_packets_do_not_end_a_session_and_are_kept_as_they_came(store: Store) -> None:
    script = sorted([*beating(500), *[(20.3 + 7 * i, malformed(20.3 + 7 * i)) for i in range(40)]], key=lambda s: s[0])
    played = play(store, ScriptedStrap(*script), SHORT)
    assert played.ended.cause == "done"
    assert played.whole.n_beats == 360
    kept = [packet for packet in store.packets(played.whole.session_id) if packet.payload == b"\x10"]
    assert len(kept) == 40
    same_again(store, played)


def test_a_silent_strap_is_told_once_and_the_exercise_runs_to_its_end(store: Store) -> None:
    played = play(store, ScriptedStrap(*beating(100), (9000.0, None)), SHORT)
    assert [event.words for event in played.of(SignalChanged)] == [SILENT_WORDS]
    assert played.of(SignalChanged)[0].at_s == pytest.approx(105, abs=2.5)
    assert [phase.name for phase in played.whole.phases] == [phase.name for phase in SHORT]
    assert played.whole.duration_s == pytest.approx(360)
    same_again(store, played)


def test_a_strap_that_sends_milliseconds_is_doubted(store: Store) -> None:
    rng = random.Random(2)
    script, at_s = [], 0.0
    for _ in range(900):
        rr_ms = 1000 + 60 * rng.random()
        at_s += rr_ms / 1000
        script.append((at_s, _in_milliseconds(at_s, rr_ms)))
    played = play(store, ScriptedStrap(*script), SLOW)
    told = [event for event in played.of(SignalChanged) if "1024" in event.words]
    assert [event.words for event in told] == list(played.whole.doubts)
    assert told[0].at_s < 130
    assert played.whole.phases[-1].indices.mean_hr_bpm == pytest.approx(60000 / 1030, rel=0.005)
    document = read_summary(store, played.whole.session_id).as_json()
    assert document == played.whole.as_json()


def _in_milliseconds(at_s: float, rr_ms: float) -> Reading:
    payload = encode_heart_rate(round(60000 / rr_ms), [round(rr_ms)], Contact.GOOD)
    return decode_packet(Packet(at_s, PacketFormat.HEART_RATE_MEASUREMENT, payload))
