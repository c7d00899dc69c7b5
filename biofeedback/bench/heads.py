"""Simulated heads that rest and practise, heard as in a session, with what truly spoils them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.eeg.live import N_SETTLE_STEPS, STEP_S
from biofeedback.bench.tricks import Trick, Trickster
from biofeedback.session.head.brain import Brain
from biofeedback.session.head.moment import Moment
from biofeedback.session.lived import Lived, LivedPhase
from devices.eeg.frames import EegReader, counts_of, frame_packet, start_packet
from devices.eeg.head import Head, Trouble
from devices.eeg.live_head import LiveHead
from devices.eeg.recording import Floats
from devices.eeg.simulated_band import G_PER_COUNT, UV_PER_COUNT
from devices.samples import EegDescription
from protocols.phases import Feedback, Role

REST_S, PRACTICE_S = 150.0, 180.0
ARTEFACTS = ("blink", "muscle", "movement")
SECOND_S = 1.0
"""A moment is judged by the second before it."""
SEEN_BLINK_UV, SEEN_MUSCLE_S = 40.0, 0.5
"""A blink is one that moves some electrode so far; a second is one of muscle where it holds so much of it."""
ROUNDING_S = 1e-9
RING_S = 1.0
"""After something ends, a moment is not called clean for so long: filters ring on."""

Count = tuple[int, int]
"""How many moments, and how many of them are what is asked for."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How a part went, counted in moments.

    Attributes
    ----------
    answered : Count
        All; with an answer.
    rewarded : Count
        With an answer; rewarded.
    in_artefacts : Count
        In the midst of a blink, of muscle, of movement; rewarded.
    blinks, muscle : Count
        Whose second holds a whole blink, or half a second of muscle; without an answer.
    clean : Count
        Whose second nothing spoils; without an answer.
    clean_electrodes : Count
        The same of each electrode; that cannot be used.
    """

    answered: Count
    rewarded: Count
    in_artefacts: Count
    blinks: Count
    muscle: Count
    clean: Count
    clean_electrodes: Count


@dataclass(frozen=True, slots=True)
class Played:
    """A part of a practice.

    Attributes
    ----------
    moments : list of Moment
    troubles : list of Trouble
        What truly spoiled the samples, of the whole.
    """

    moments: list[Moment]
    troubles: list[Trouble]

    def tally(self) -> Tally:
        """Count it."""
        at_s = np.array([moment.at_s for moment in self.moments])
        answered = np.array([moment.score.value is not None for moment in self.moments])
        rewarded = np.array([moment.score.rewarded for moment in self.moments])
        usable = np.array([[reason is None for reason in moment.reasons] for moment in self.moments])
        seen = {kind: np.zeros(len(at_s), np.bool_) for kind in ("inside", "blink", "muscle")}
        clean = np.ones(len(at_s), np.bool_)
        for each in self.troubles:
            held_s = np.minimum(at_s, each.to_s) - np.maximum(at_s - SECOND_S, each.from_s)
            if each.kind in ARTEFACTS:
                seen["inside"] |= (each.from_s <= at_s) & (at_s < each.to_s)
            if each.kind == "blink" and each.size_uv.max() >= SEEN_BLINK_UV:
                seen["blink"] |= held_s >= each.to_s - each.from_s - ROUNDING_S
            elif each.kind == "muscle":
                seen["muscle"] |= held_s >= SEEN_MUSCLE_S
            rings_s = N_SETTLE_STEPS * STEP_S if each.kind == "lost" else RING_S
            clean &= (at_s < each.from_s) | (at_s > each.to_s + SECOND_S + rings_s)
        return Tally(
            answered=_count(np.ones_like(answered), answered),
            rewarded=_count(answered, rewarded),
            in_artefacts=_count(seen["inside"], rewarded),
            blinks=_count(seen["blink"], ~answered),
            muscle=_count(seen["muscle"], ~answered),
            clean=_count(clean, ~answered),
            clean_electrodes=_count(np.broadcast_to(clean[:, None], usable.shape), ~usable),
        )


def _count(of: NDArray[np.bool_], which: NDArray[np.bool_]) -> Count:
    return int(of.sum()), int((of & which).sum())


def percent(counts: Iterable[Count]) -> float:
    """The second of the first, of all together; 0 where there are none."""
    n, n_found = np.sum(list(counts), axis=0).tolist()
    return 100.0 * float(n_found) / max(1, int(n))


def played(
    head: Head,
    *feedbacks: Feedback,
    rest_s: float = REST_S,
    practice_s: float = PRACTICE_S,
    trick: Trick | None = None,
) -> list[Played]:
    """Let a head rest and practise, one part after the other, heard in frames of its `chunk` samples.

    Parameters
    ----------
    head : Head
    *feedbacks : Feedback
        What each part answers to.
    rest_s, practice_s : float
        Of the rest, and of each part.
    trick : Trick, optional
        Played while it practises.

    Returns
    -------
    list of Played
        Each part.
    """
    live = LiveHead(head)
    band = EegDescription("A head", head.electrodes, head.rate, UV_PER_COUNT, "", True, 1, G_PER_COUNT)
    begins_s = [rest_s + n * practice_s for n in range(len(feedbacks))]
    end_s = begins_s[-1] + practice_s
    lived = Lived()
    lived.begin(LivedPhase(0.0, Role.BASELINE, Feedback.NONE, paced=False))
    for begin_s, feedback in zip(begins_s, feedbacks, strict=True):
        lived.begin(LivedPhase(begin_s, Role.PRACTICE, feedback, paced=False))
    brain, reader = Brain(lived), EegReader()
    reader.started(start_packet(0.0, band))
    trickster = Trickster(trick, head, rest_s, end_s) if trick else None
    moments: list[Moment] = []
    for first, recorded_uv, movement_g in _frames(live, round(end_s * head.rate)):
        if trickster:
            recorded_uv = trickster.spoil(first, recorded_uv, rewarded=brain.score.rewarded)
        arrived_s = (first + len(movement_g)) / head.rate
        counts = np.column_stack([counts_of(recorded_uv.T, UV_PER_COUNT), counts_of(movement_g, G_PER_COUNT)])
        moments += brain.hear(arrived_s, reader.frame(frame_packet(arrived_s, first, counts)))
    troubles = live.troubles + (trickster.troubles if trickster else [])
    parts = [[each for each in moments if begin_s <= each.at_s < begin_s + practice_s] for begin_s in begins_s]
    return [Played(part, troubles) for part in parts]


def _frames(live: LiveHead, n_all: int) -> Iterator[tuple[int, Floats, Floats]]:
    """The number of the first sample, the samples and the movement of each frame; what is lost cuts a frame in two."""
    n_frame = int(live.head.chunk)
    for first in range(0, n_all, n_frame):
        heard = live.take(n_frame)
        cuts = np.flatnonzero(np.diff(~heard.lost, prepend=False, append=False))
        for begin, end in cuts.reshape(-1, 2).tolist():
            yield first + begin, heard.recorded_uv[:, begin:end], heard.movement_g[begin:end]
