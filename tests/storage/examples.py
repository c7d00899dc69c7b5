"""Sessions to record in tests."""

from biofeedback.analysis.beats import Beat, Verdict
from biofeedback.analysis.indices import LiveIndices
from biofeedback.storage.recorder import Recorder
from biofeedback.storage.records import NewSession, StoredPhase, StoredReference, TimelineEvent, TimelineKind
from devices.gatt import encode_heart_rate
from devices.samples import (
    BatteryRead,
    Contact,
    LinkChanged,
    LinkState,
    Packet,
    PacketFormat,
    RRSupport,
    StrapIdentified,
    StrapNews,
)
from protocols.feedback import Score

CLOCK_S = 1234.5
SESSION_ID = "20261121-0831-k3f9"

PHASES = (
    StoredPhase(0, "baseline", "Rest", "baseline", "none", None, 0.0, 60.0),
    StoredPhase(1, "practice", "Breathe", "practice", "smoothness", {"inhale_s": 4.5, "exhale_s": 5.5}, 60.0, None),
)
EVENTS = (
    TimelineEvent(0.0, TimelineKind.BEGAN, 0.0),
    TimelineEvent(70.25, TimelineKind.PAUSED, 70.25, {"by": "person"}),
    TimelineEvent(80.0, TimelineKind.REPACED, 70.25, {"pattern": {"inhale_s": 4.1}}),
)
NEWS: tuple[StrapNews, ...] = (
    LinkChanged(0.5, LinkState.CONNECTED),
    StrapIdentified(0.75, "Strap é", "AA:BB", maker="M", firmware="1.2"),
    BatteryRead(1.0, 87),
    RRSupport(2.0, True),
    LinkChanged(65.5, LinkState.LOST, "The strap is out of reach.", 2.5),
)
REFERENCE = StoredReference(60.0, 60.0, "neurokit2 0.2.13", {"HRV_RMSSD": 41.3 / 3})
LIVE = LiveIndices(61.5, 60.1, 30.2, None, 6.0, 0.5, 1.2, 0.1, 0.3, "")
WITHHELD = LiveIndices(1.5, withheld="too little data")
DOCUMENT = {"duration_s": 120.0, "n_beats": 3, "withheld": {"lf_hf": "too short"}}


def new_session(
    session_id: str = SESSION_ID, person: str = "Ann", started_utc: str = "2026-11-21T08:31:00Z"
) -> NewSession:
    return NewSession(
        session_id=session_id,
        person=person,
        exercise="resonance",
        exercise_title="Slow breathing",
        exercise_source='id = "resonance"\n',
        settings={"minutes": 2.0, "rate": 6.1},
        device="sim:rest?seed=7",
        simulated=True,
        started_utc=started_utc,
        started_clock_s=CLOCK_S,
    )


def packet(at_s: float, *rr_1024: int) -> Packet:
    """A notification that arrives so many seconds into the session."""
    payload = encode_heart_rate(60, rr_1024, Contact.GOOD)
    return Packet(CLOCK_S + at_s, PacketFormat.HEART_RATE_MEASUREMENT, payload)


def beat(ordinal: int) -> Beat:
    return Beat(ordinal, 0.9 * ordinal, 900.0 + ordinal / 3, 0, Verdict.KEPT, "", 900.0 + ordinal / 3)


def record_everything(recorder: Recorder) -> None:
    """One of each thing that can be recorded, the first beats late."""
    recorder.timeline_event(EVENTS[0])
    recorder.phase_began(PHASES[0])
    recorder.rating("before", "pain", 6)
    recorder.news(LinkChanged(CLOCK_S + 0.5, LinkState.CONNECTED))
    recorder.packet(packet(0.5))
    recorder.packet(Packet(CLOCK_S + 1.0, PacketFormat.HEART_RATE_MEASUREMENT, b"\x10"))
    recorder.packet(packet(1.5, 900, 901))
    recorder.beats([beat(0), Beat(1, 0.9, 1400.0, 1, Verdict.MISSED, "twice the one before", None)])
    recorder.live(WITHHELD, Score(None, None, "too little data"))
    recorder.live(LIVE, Score(0.5, 0.6))
    recorder.phase_ended(0, 60.0)
    recorder.phase_began(PHASES[1])
    recorder.reference(REFERENCE)
    recorder.timeline_event(EVENTS[1])
    recorder.timeline_event(EVENTS[2])
    recorder.marker(75.5, "coughed")
    recorder.rating("after", "pain", 4)
