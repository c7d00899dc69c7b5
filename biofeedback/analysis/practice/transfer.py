"""Kept without help: how much of what a guide brought about was there once the guide was gone (science C4).

One part tells of the breath: the share of the minutes without the guide that kept its pace. Two tell of the heart: how
far smoothness and swing stayed above one's own rest, of what they had risen with the guide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.breath import reading
from biofeedback.analysis.breath.breathing import FOLLOWED_EVERY_S
from biofeedback.analysis.breath.breathing_rate import rate_by_minute
from biofeedback.analysis.breath.phase import FOLLOWING_PER_MIN
from biofeedback.analysis.figures.stretch import figures
from biofeedback.analysis.signal.stretches import stretches

TOLD_LEAST = 0.5
"""A pace is told where the heart shows the breath at least half of the time with the guide."""
FOLLOWED_LEAST = 0.5
"""Of the minutes with the guide, so many near its pace; else what came with it did not come from it [D]."""
SMOOTHNESS_RISE_LEAST = 0.1
"""Half of what practice aims at (science C4); a smaller rise is not told from chance [D]."""
SWING_RISE_LEAST = 1.25
"""Half of the rise that practice aims at, 1.5 times one's rest (science C4) [D]."""
N_PARTS_MIN = 2

NOT_SEEN = "The heart did not show the breath clearly enough."
NOTHING_TO_KEEP = "It was hardly larger with the guide than at rest, so there was nothing to keep."
TOO_LITTLE = "Too little of it could be told."
NOT_FOLLOWED = "The breath had a pace of its own with the guide too, so there is nothing to compare."


@dataclass(frozen=True, slots=True)
class Transfer:
    """What was kept without the guide.

    Attributes
    ----------
    kept : float or None
        0 to 1: the mean of the parts that can be told; None for fewer than two of them, and where the guide was not
        followed.
    pace : float or None
        Share of the overlapping minutes whose breathing rate was told, and within 0.5 a minute of the practised one.
    smoothness, swing : float or None
        (without - rest) / (with - rest), kept between 0 and 1. Without a rest, without / with.
    practice_smoothness, transfer_smoothness, baseline_smoothness : float or None
    practice_swing_bpm, transfer_swing_bpm, baseline_swing_bpm : float or None
    withheld : mapping of str to str
        Why `kept` or a part is None.
    """

    kept: float | None = None
    pace: float | None = None
    smoothness: float | None = None
    swing: float | None = None
    practice_smoothness: float | None = None
    transfer_smoothness: float | None = None
    baseline_smoothness: float | None = None
    practice_swing_bpm: float | None = None
    transfer_swing_bpm: float | None = None
    baseline_swing_bpm: float | None = None
    withheld: Mapping[str, str] = field(default_factory=dict)


def transfer_of(
    practice: Sequence[Beat], transfer: Sequence[Beat], practised_per_min: float, baseline: Sequence[Beat] = ()
) -> Transfer:
    """Compare a stretch without pacer and feedback to one with them.

    The swing is that of the breaths which the heart itself shows, in all three stretches: a pacer's breaths are known
    better than one's own, and the comparison is to be fair.

    Parameters
    ----------
    practice, transfer, baseline : sequence of Beat
        Judged beats, in order, with help, without it, and at rest.
    practised_per_min : float
        The pacer's rate, breaths a minute.
    """
    given, left, rest = figures(practice), figures(transfer), figures(baseline)
    withheld: dict[str, str] = {}
    guided, alone = _near(practice, practised_per_min), _near(transfer, practised_per_min)
    shown = [near for near in guided if near is not None]
    followed = fmean(shown) if shown and len(shown) >= TOLD_LEAST * len(guided) else None
    # a heart that shows the practised breath with the guide would show it without
    why = left.withheld.get("respiration_per_min", "")
    trusted = followed is not None and why in ("", reading.NOT_SEEN, reading.UNCLEAR)
    pace = fmean(near or False for near in alone) if trusted and alone else None
    withheld["pace"] = "" if pace is not None else why or NOT_SEEN
    parts = {"pace": pace}
    for name, key, least in (
        ("smoothness", "smoothness", (rest.smoothness or 0.0) + SMOOTHNESS_RISE_LEAST),
        ("swing", "swing_bpm", (rest.swing_bpm or 0.0) * SWING_RISE_LEAST),
    ):
        unknown = rest.withheld.get(key, "") if baseline else ""
        withheld[name] = given.withheld.get(key) or left.withheld.get(key) or unknown
        told = None if withheld[name] else _share(getattr(given, key), getattr(left, key), getattr(rest, key), least)
        parts[name] = told
        if parts[name] is None and not withheld[name]:
            withheld[name] = NOTHING_TO_KEEP
    known = [part for part in parts.values() if part is not None]
    kept = fmean(known) if len(known) >= N_PARTS_MIN else None
    withheld["kept"] = "" if kept is not None else TOO_LITTLE
    if followed is not None and followed < FOLLOWED_LEAST:
        kept, withheld["kept"] = None, NOT_FOLLOWED
    return Transfer(
        kept,
        practice_smoothness=given.smoothness,
        transfer_smoothness=left.smoothness,
        baseline_smoothness=rest.smoothness,
        practice_swing_bpm=given.swing_bpm,
        transfer_swing_bpm=left.swing_bpm,
        baseline_swing_bpm=rest.swing_bpm,
        withheld={name: reason for name, reason in withheld.items() if reason},
        **parts,
    )


def _near(beats: Sequence[Beat], per_min: float) -> list[bool | None]:
    """For overlapping minutes, whether each keeps the pace; None where no rate is told. Too few beats are no minute."""
    pairs = [(stretch.time_s, stretch.rr_ms) for stretch in stretches([beat for beat in beats if beat.kept])]
    return [
        None if minute.per_min is None else abs(minute.per_min - per_min) <= FOLLOWING_PER_MIN
        for minute in rate_by_minute(pairs, every_s=FOLLOWED_EVERY_S)
        if minute.reason != reading.TOO_SHORT
    ]


def _share(given: float | None, left: float | None, rest: float | None, least: float) -> float | None:
    """How much of a rise was left, 0 to 1; None where the rise was too small to tell."""
    if given is None or left is None or given < least or given <= 0.0:
        return None
    from_here = rest or 0.0
    return min(1.0, max(0.0, (left - from_here) / (given - from_here)))
