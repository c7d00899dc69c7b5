"""Rules for bad beats, ours and those of other programs, each with what it goes on to calculate with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.beats.shapes import LONGEST_MS, SHORTEST_MS
from biofeedback.analysis.beats.verdicts import Classifier

OURS = "ours"
OPENHRV_MS = (60000.0 / 220.0, 60000.0 / 30.0)
OPENHRV_BUFFER, OPENHRV_MEDIAN = [1000.0] * 60, 11
LAST_FIVE, LAST_FIVE_LEAST, N_WEIGHTED = 5, 3, 4
MOST_OFF = 0.20


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a rule makes of a series of intervals.

    Attributes
    ----------
    flagged : tuple of bool
        For each interval, whether it was taken for bad.
    beats : tuple of Beat
        What the program goes on with: what is left out is not kept, what is replaced is kept with its new interval.
    """

    flagged: tuple[bool, ...]
    beats: tuple[Beat, ...]


Rule = Callable[[Sequence[float]], Ruled]


def as_beats(rr_ms: Sequence[float]) -> list[Beat]:
    """Intervals as beats that wait for their verdict."""
    beats, time_s = [], 0.0
    for ordinal, interval_ms in enumerate(rr_ms):
        time_s += interval_ms / 1000.0
        beats.append(Beat(ordinal, time_s, interval_ms, 0))
    return beats


def untouched(rr_ms: Sequence[float]) -> Ruled:
    """No rule: every interval is kept."""
    beats = (replace(beat, verdict=Verdict.KEPT, nn_ms=beat.rr_ms) for beat in as_beats(rr_ms))
    return Ruled((False,) * len(rr_ms), tuple(beats))


def our_rule(rr_ms: Sequence[float]) -> Ruled:
    """The classifier of this program."""
    classifier = Classifier()
    judged = [done for beat in as_beats(rr_ms) for done in classifier.push(beat)] + classifier.flush()
    return Ruled(tuple(not beat.kept for beat in judged), tuple(judged))


def rule_of_20_percent(rr_ms: Sequence[float]) -> Ruled:
    """Malik's rule: more than 20 % off the interval before; left out (science A4.2)."""
    flagged = (False, *(abs(b - a) > MOST_OFF * a for a, b in pairwise(rr_ms)))
    beats = [
        replace(beat, verdict=Verdict.SHORT if bad else Verdict.KEPT, nn_ms=None if bad else beat.rr_ms)
        for beat, bad in zip(as_beats(rr_ms), flagged, strict=True)
    ]
    return Ruled(flagged, tuple(beats))


def kubios(rr_ms: Sequence[float]) -> Ruled:
    """neurokit2's Lipponen and Tarvainen: the whole series before and behind is known to it; beats are put right."""
    from biofeedback.analysis.figures.reference import kubios_correction  # neurokit2 takes seconds to import

    flagged, corrected_ms = kubios_correction(rr_ms)
    return Ruled(tuple(flagged), untouched(corrected_ms).beats)


def openhrv(rr_ms: Sequence[float]) -> Ruled:
    """OpenHRV (its model.py): what lies outside 30 to 220 beats a minute becomes the median of the last eleven.

    Its buffer begins with intervals of 1000 ms.
    """
    shown: list[float] = [*OPENHRV_BUFFER]
    flagged = []
    for interval_ms in rr_ms:
        flagged.append(not OPENHRV_MS[0] <= interval_ms <= OPENHRV_MS[1])
        shown.append(median(shown[-OPENHRV_MEDIAN:]) if flagged[-1] else interval_ms)
    return Ruled(tuple(flagged), untouched(shown[len(OPENHRV_BUFFER) :]).beats)


def hrv_biofeedback(rr_ms: Sequence[float]) -> Ruled:
    """HRVBioFeedback (its ArtifactDetector.kt): more than 20 % off the median of the last five, or outside 300 to 2000.

    What is flagged becomes a mean of the last four with weights 1, 4, 9, 16, and enters the next median.
    """
    shown: list[float] = []
    flagged = []
    for interval_ms in rr_ms:
        last = shown[-LAST_FIVE:]
        usual = median(last) if len(last) >= LAST_FIVE_LEAST else interval_ms
        bad = abs(interval_ms - usual) > MOST_OFF * usual or not SHORTEST_MS <= interval_ms <= LONGEST_MS
        flagged.append(bad)
        recent = shown[-N_WEIGHTED:]
        weights = [(i + 1.0) ** 2 for i in range(len(recent))]
        weighted = sum(w * x for w, x in zip(weights, recent, strict=True)) / sum(weights) if recent else interval_ms
        shown.append(weighted if bad else interval_ms)
    return Ruled(tuple(flagged), untouched(shown).beats)


RULES: dict[str, Rule] = {
    OURS: our_rule,
    "neurokit2 Kubios": kubios,
    "20 % rule": rule_of_20_percent,
    "OpenHRV": openhrv,
    "HRVBioFeedback": hrv_biofeedback,
}
