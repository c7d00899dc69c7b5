"""What happened on the way through a session, in words: marks, what was changed, what was left out since."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from biofeedback.reports.visible import apart
from biofeedback.session.summary import Excluded
from biofeedback.storage.records import StoredMarker, TimelineEvent, TimelineKind


def told_second(at_s: float) -> str:
    """A second of the session, as in 05:12."""
    minutes, seconds = divmod(int(at_s), 60)
    return f"{minutes:02d}:{seconds:02d}"


def excluded_sentences(excluded: Iterable[Excluded | Mapping[str, Any]]) -> list[str]:
    """What is left out of the figures, a sentence each."""
    each = [asdict(one) if isinstance(one, Excluded) else one for one in excluded]
    return [
        f"Left out of all figures: {told_second(one['from_s'])} to {told_second(one['to_s'])} ({apart(one['reason'])})."
        for one in each
    ]


def noted_rows(markers: Iterable[StoredMarker], events: Iterable[TimelineEvent]) -> list[tuple[str, str]]:
    """Marks and changes in order of time: when, and what."""
    noted = [(marker.at_s, apart(marker.label)) for marker in markers]
    noted += [(event.at_s, told) for event in events if (told := event_words(event))]
    return [(told_second(at_s), told) for at_s, told in sorted(noted, key=lambda each: each[0])]


def event_words(event: TimelineEvent) -> str:
    """A change of the course, in a few words; empty for its beginning and its end."""
    detail = event.detail
    match event.kind:
        case TimelineKind.PAUSED | TimelineKind.RESUMED:
            return event.kind.value
        case TimelineKind.SKIPPED:
            return "on to the next part"
        case TimelineKind.REPACED:
            return f"breath at {detail['rate_per_min']:.1f} a minute"
        case TimelineKind.LENGTHENED:
            return f"this part {abs(detail['by_s']):.0f} s {'longer' if detail['by_s'] > 0 else 'shorter'}"
        case TimelineKind.GOAL:
            return "goal of the exercise's own" if detail["goal"] is None else f"goal {detail['goal']:.2f}"
        case TimelineKind.FEEDBACK:
            return f"feedback {'on' if detail['given'] else 'off'}"
        case TimelineKind.PROMPTED:
            return f"words: {apart(detail['words'])}"
        case TimelineKind.ASKED:
            return f"asked: {apart(detail['question'])}"
        case TimelineKind.SOUND:
            return f"sound at {100 * detail['volume']:.0f} %" if detail["on"] else "sound off"
        case _:
            return ""
