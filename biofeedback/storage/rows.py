"""Records as rows of tables and back, to the same bits."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Row

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.storage.packed.blocks import encode_block
from biofeedback.storage.records import (
    NewSession,
    StoredLive,
    StoredMarker,
    StoredPhase,
    StoredReference,
    StoredResult,
    TimelineEvent,
    TimelineKind,
)
from devices.eeg.frames import EEG
from devices.samples import (
    BandChanged,
    BandIdentified,
    BatteryRead,
    LinkChanged,
    LinkState,
    Packet,
    PacketFormat,
    RRSupport,
    StrapIdentified,
    StrapNews,
    StreamsChanged,
)
from protocols.feedback import Score

Values = dict[str, Any]
"""A row: a value for each column."""

_NEWS_OF_KIND: dict[str, type[StrapNews]] = {
    "link": LinkChanged,
    "battery": BatteryRead,
    "strap": StrapIdentified,
    "rr_support": RRSupport,
    "streams": StreamsChanged,
    "band_link": BandChanged,
    "band": BandIdentified,
}
_DIGITS_MOST = 20
_KIND_OF_NEWS = {kind: name for name, kind in _NEWS_OF_KIND.items()}


def _number(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a number, not {value}")
    return float(value)


def _figure(value: float | None) -> float | None:
    # Numpy's own floats are strange to the driver
    return None if value is None else float(value)


def storable(text: str) -> str:
    """The text without what UTF-8 cannot hold."""
    # SQLite takes UTF-8 only, and a lone surrogate out of some text box has none
    return text.encode("utf-8", "replace").decode("utf-8")


def json_of(value: Any) -> str:
    """A document as it is stored."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def strict_json(text: str | bytes) -> Any:
    """What JSON of somebody else says.

    Raises
    ------
    ValueError
        If it is none, is nested without end, or has a number that is none, or that no computer counts to.
    """
    try:
        return json.loads(text, parse_constant=_finite, parse_float=_finite, parse_int=_countable)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _finite(text: str) -> float:
    return _number("a number", float(text))


def _countable(text: str) -> int:
    if len(text) > _DIGITS_MOST:
        raise ValueError(f"no number, {text:.20}")
    return int(text)


def document_of(text: str) -> dict[str, Any]:
    """The figures of a session; none where they are spoilt, so that the other sessions have theirs."""
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def session_values(new: NewSession) -> Values:
    """A session without its person."""
    values = asdict(new)
    del values["person"]
    values["settings"] = json_of(new.settings)
    values["simulated"] = int(new.simulated)
    values["started_clock_s"] = _number("started_clock_s", new.started_clock_s)
    for name in ("exercise", "exercise_title", "exercise_source", "device"):
        values[name] = storable(values[name])
    return values


def new_session_of(row: Row[Any]) -> NewSession:
    return NewSession(
        session_id=row.session_id,
        person=row.name or "",
        exercise=row.exercise,
        exercise_title=row.exercise_title,
        exercise_source=row.exercise_source,
        settings=json.loads(row.settings),
        device=row.device,
        simulated=bool(row.simulated),
        started_utc=row.started_utc,
        started_clock_s=row.started_clock_s,
    )


def packet_values(n: int, packet: Packet, started_clock_s: float) -> Values:
    return {
        "n": n,
        "received_s": _number("received_s", packet.received_s - started_clock_s),
        "format": packet.format.value,
        "payload": bytes(packet.payload),
    }


def packet_of(row: Row[Any]) -> Packet:
    return Packet(row.received_s, PacketFormat(row.format), row.payload)


def arrived(packet: Packet, started_clock_s: float) -> Packet:
    """The packet with its arrival in seconds of the session."""
    return replace(packet, received_s=_number("received_s", packet.received_s - started_clock_s))


def stream_values(n: int, started: Packet) -> Values:
    return {"n": n, "received_s": started.received_s, "payload": bytes(started.payload)}


def start_of(row: Row[Any]) -> Packet:
    of_band = row.payload[:1] == bytes([EEG])
    return Packet(row.received_s, PacketFormat.EEG_START if of_band else PacketFormat.PMD_START, row.payload)


def block_values(stream: int, n: int, packets: Sequence[Packet]) -> Values:
    """A block as far as it has come; coded only when it is written."""
    return {"stream": stream, "n": n, "packets": packets}


def coded_blocks(values: Sequence[Values]) -> list[Values]:
    """Blocks as they are written, each only in its latest state."""
    latest = {(row["stream"], row["n"]): row["packets"] for row in values}
    return [{"stream": stream, "n": n, "frames": encode_block(packets)} for (stream, n), packets in latest.items()]


def beat_values(beat: Beat) -> Values:
    return {
        "ordinal": int(beat.ordinal),
        "time_s": _number("time_s", beat.time_s),
        "rr_ms": _number("rr_ms", beat.rr_ms),
        "segment": int(beat.segment),
        "verdict": beat.verdict.value,
        "reason": beat.reason,
        "nn_ms": None if beat.nn_ms is None else _number("nn_ms", beat.nn_ms),
    }


def beat_of(row: Row[Any]) -> Beat:
    return Beat(row.ordinal, row.time_s, row.rr_ms, row.segment, Verdict(row.verdict), row.reason, row.nn_ms)


def live_values(n: int, indices: LiveIndices, score: Score) -> Values:
    return {
        "n": n,
        "at_s": _number("at_s", indices.at_s),
        "hr_bpm": _figure(indices.hr_bpm),
        "rmssd_ms": _figure(indices.rmssd_ms),
        "swing_bpm": _figure(indices.swing_bpm),
        "respiration_per_min": _figure(indices.respiration_per_min),
        "smoothness": _figure(indices.smoothness),
        "coherence_ratio": _figure(indices.coherence_ratio),
        "peak_hz": _figure(indices.peak_hz),
        "artifact_percent": _figure(indices.artifact_percent),
        "withheld": indices.withheld,
        "score": _figure(score.value),
        "goal": _figure(score.goal),
        "reason": score.reason,
    }


def live_of(row: Row[Any]) -> StoredLive:
    return StoredLive(
        LiveIndices(
            at_s=row.at_s,
            hr_bpm=row.hr_bpm,
            rmssd_ms=row.rmssd_ms,
            swing_bpm=row.swing_bpm,
            respiration_per_min=row.respiration_per_min,
            smoothness=row.smoothness,
            coherence_ratio=row.coherence_ratio,
            peak_hz=row.peak_hz,
            artifact_percent=row.artifact_percent,
            withheld=row.withheld,
        ),
        Score(row.score, row.goal, row.reason),
    )


def phase_values(phase: StoredPhase) -> Values:
    return {
        "position": phase.index,
        "name": storable(phase.name),
        "title": storable(phase.title),
        "role": phase.role,
        "feedback": phase.feedback,
        "pacing": None if phase.pacing is None else json_of(phase.pacing),
        "start_s": _number("start_s", phase.start_s),
        "end_s": None if phase.end_s is None else _number("end_s", phase.end_s),
    }


def phase_of(row: Row[Any]) -> StoredPhase:
    return StoredPhase(
        index=row.position,
        name=row.name,
        title=row.title,
        role=row.role,
        feedback=row.feedback,
        pacing=None if row.pacing is None else json.loads(row.pacing),
        start_s=row.start_s,
        end_s=row.end_s,
    )


def timeline_values(n: int, event: TimelineEvent) -> Values:
    return {
        "n": n,
        "at_s": _number("at_s", event.at_s),
        "kind": TimelineKind(event.kind).value,
        "elapsed_s": _number("elapsed_s", event.elapsed_s),
        "detail": json_of(event.detail),
    }


def timeline_event_of(row: Row[Any]) -> TimelineEvent:
    return TimelineEvent(row.at_s, TimelineKind(row.kind), row.elapsed_s, json.loads(row.detail))


def marker_values(n: int, at_s: float, label: str) -> Values:
    return {"n": n, "at_s": _number("at_s", at_s), "label": storable(label)}


def marker_of(row: Row[Any]) -> StoredMarker:
    return StoredMarker(row.at_s, row.label)


def news_values(n: int, news: StrapNews, started_clock_s: float) -> Values:
    detail = asdict(news)
    del detail["at_s"]
    return {
        "n": n,
        "at_s": _number("at_s", news.at_s - started_clock_s),
        "kind": _KIND_OF_NEWS[type(news)],
        "detail": json_of(detail),
    }


def news_of(row: Row[Any]) -> StrapNews:
    news = _NEWS_OF_KIND[row.kind](at_s=row.at_s, **json.loads(row.detail))
    return replace(news, state=LinkState(news.state)) if isinstance(news, LinkChanged | BandChanged) else news


def reference_values(n: int, reference: StoredReference) -> Values:
    return {
        "n": n,
        "at_s": _number("at_s", reference.at_s),
        "window_s": _number("window_s", reference.window_s),
        "method": storable(reference.method),
        "figures": json_of(reference.figures),
    }


def reference_of(row: Row[Any]) -> StoredReference:
    return StoredReference(row.at_s, row.window_s, row.method, json.loads(row.figures))


def rating_values(when: str, question: str, value: int) -> Values:
    """A rating.

    Raises
    ------
    ValueError
        If the value is not a whole number from 0 to 10.
    """
    if not 0 <= value <= 10 or value != int(value):
        raise ValueError(f"a rating is a whole number from 0 to 10, not {value}")
    return {"moment": storable(str(when)), "question": storable(str(question)), "value": int(value)}


def result_values(n: int, result: StoredResult) -> Values:
    return {
        "n": n,
        "computed_utc": result.computed_utc,
        "method": storable(result.method),
        "document": json_of(result.document),
    }


def result_of(row: Row[Any]) -> StoredResult:
    return StoredResult(row.computed_utc, row.method, json.loads(row.document))
