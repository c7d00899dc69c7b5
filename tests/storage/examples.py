"""Sessions to record in tests."""

import numpy as np

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.storage.recording.recorder import Recorder
from biofeedback.storage.records import NewSession, StoredPhase, StoredReference, TimelineEvent, TimelineKind
from devices.gatt import encode_heart_rate
from devices.pmd import FrameReader, encode_accelerometer, encode_ecg, start_packet
from devices.pmd_control import Measurement
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
    StreamFrame,
    StreamsChanged,
)
from protocols.feedback import Score

CLOCK_S = 1234.5
STARTS = {
    Measurement.ECG: start_packet(CLOCK_S + 0.75, Measurement.ECG, 130, 14),
    Measurement.ACCELEROMETER: start_packet(CLOCK_S + 0.875, Measurement.ACCELEROMETER, 25, 16),
}
SESSION_ID = "20261121-0831-k3f9"

PHASES = (
    StoredPhase(0, "baseline", "Rest", "baseline", "none", None, 0.0, 60.0),
    StoredPhase(1, "practice", "Breathe", "practice", "smoothness", {"inhale_s": 4.5, "exhale_s": 5.5}, 60.0, None),
)
EVENTS = (
    TimelineEvent(0.0, TimelineKind.BEGAN, 0.0),
    TimelineEvent(70.25, TimelineKind.PAUSED, 70.25, {"by": "person"}),
    TimelineEvent(80.0, TimelineKind.REPACED, 70.25, {"rate_per_min": 6.1, "inhale": 4.0, "exhale": 6.0}),
)
NEWS: tuple[StrapNews, ...] = (
    LinkChanged(0.5, LinkState.CONNECTED),
    StrapIdentified(0.75, "Strap é", "AA:BB", maker="M", firmware="1.2"),
    BatteryRead(1.0, 87),
    RRSupport(2.0, True),
    StreamsChanged(2.5, True, False, "No accelerometer."),
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


def frame_of(payload: bytes, received_s: float, started: Packet) -> StreamFrame:
    """The frame of a payload, on the clock of the source."""
    reader = FrameReader()
    reader.started(started)
    return reader.frame(Packet(received_s, PacketFormat.PMD_FRAME, payload))


def ecg_frame(at_s: float, strap_ns: int, *microvolts: int) -> StreamFrame:
    """A frame that arrives so many seconds into the session."""
    return frame_of(encode_ecg(strap_ns, np.array(microvolts)), CLOCK_S + at_s, STARTS[Measurement.ECG])


def tilt_frame(at_s: float, strap_ns: int, *milli_g: tuple[int, int, int]) -> StreamFrame:
    """A frame that arrives so many seconds into the session."""
    payload = encode_accelerometer(strap_ns, np.array(milli_g))
    return frame_of(payload, CLOCK_S + at_s, STARTS[Measurement.ACCELEROMETER])


FRAMES = (
    ecg_frame(1.5, 10**9, 5, -7, 1200),
    tilt_frame(1.625, 9 * 10**8, (1, -999, 30), (2, -998, 31)),
    ecg_frame(2.0, 10**9 + 23_048_448, 1100, 4, 3),
)


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
    for frame in FRAMES:
        recorder.frame(frame)
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
