"""How well answers from the head are given: how often, how late, at what cost, and what cannot earn one."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from biofeedback.bench.head_latency import latencies
from biofeedback.bench.heads import Count, Tally, percent, played
from biofeedback.bench.measurement import Measurement, MeasurementError, at_least, at_most, for_comparison
from biofeedback.bench.tricks import Trick, When
from biofeedback.session.head.brain import Brain
from biofeedback.session.lived import Lived, LivedPhase
from devices.eeg.frames import EegReader, counts_of, frame_packet, start_packet
from devices.eeg.head import CHANNELS, Head
from devices.eeg.live_head import LiveHead
from devices.eeg.simulated_band import UV_PER_COUNT
from devices.samples import EegDescription
from protocols.phases import Feedback, Role

PRACTICES = {"closed": (Feedback.ALPHA,), "open": (Feedback.SMR, Feedback.THETA_SMR)}
"""How the eyes are, and what is answered, one after the other."""
LEAST_PERCENT, MOST_PERCENT = 55.0, 70.0
LEAST_BLINKS_PERCENT, LEAST_MUSCLE_PERCENT, MOST_CLEAN_PERCENT = 95.0, 90.0, 3.0
MOST_MORE_PERCENT = 5.0
MOST_CORE_PERCENT = 5.0
AT_ONCE, QUICKLY = 250.0, 25.0
"""Samples in a frame. Answers are the same however they are cut, and long frames cost a third; where somebody does
something because of an answer, it has to come at once."""
TRICKS = {
    "electrodes come to conduct twice as well": Trick(grows_by=2.0),
    "electrodes come to conduct half as well": Trick(grows_by=0.5),
    "electrodes wander by 30 µV a second": Trick(sways_uv=30.0),
    "a jaw of 1 µV throughout": Trick(jaw_uv=1.0),
    "a jaw of 2 µV throughout": Trick(jaw_uv=2.0),
    "a jaw of 4 µV throughout": Trick(jaw_uv=4.0),
    "a jaw of 15 µV while it is rewarded": Trick(jaw_uv=15.0, when=When.REWARDED),
    "a jaw of 15 µV while it is not": Trick(jaw_uv=15.0, when=When.UNREWARDED),
    "a blink as each reward begins": Trick(blinks=True),
}
SHOWN_S = 60.0
"""Of answers on the screen."""
N_A_TRICKED = 40
"""One of so many heads plays all tricks."""


def neurofeedback(_: Path | None, n_heads: int) -> dict[str, Measurement]:
    """Everything that is promised of answers from the head, of so many simulated heads."""
    from biofeedback.ui.measure import measure_head_to_pixel

    rows: dict[str, Measurement] = {}
    for eyes, feedbacks in PRACTICES.items():
        heads = [_head(seed, eyes) for seed in range(1, n_heads + 1)]
        by_head = [_tallies(head, feedbacks) for head in heads]
        for feedback, tallies in zip(feedbacks, zip(*by_head, strict=True), strict=True):
            rows |= _rewards(feedback, tallies)
        rows |= _verdicts(eyes, [each for of_head in by_head for each in of_head])
        rows |= _tricks(feedbacks, heads[: max(2, n_heads // N_A_TRICKED)], by_head)
    return rows | latencies([1000.0 * each for each in measure_head_to_pixel(SHOWN_S)]) | _costs()


def _tallies(head: Head, feedbacks: Sequence[Feedback], trick: Trick | None = None) -> list[Tally]:
    return [part.tally() for part in played(head, *feedbacks, trick=trick)]


def _head(seed: int, eyes: str) -> Head:
    rng = np.random.default_rng([seed, 3])
    return Head(
        seed,
        eyes=eyes,
        loose=0.0,
        alpha_hz=float(rng.uniform(8.5, 11.5)),
        alpha_uv=float(rng.uniform(4.0, 16.0)),
        smr_uv=float(rng.uniform(1.0, 4.0)),
        background_uv=float(rng.uniform(6.0, 12.0)),
        exponent=float(rng.uniform(0.7, 1.4)),
        muscles=float(rng.uniform(1.0, 6.0)),
        chunk=AT_ONCE,
    )


def _rewards(feedback: Feedback, tallies: Sequence[Tally]) -> dict[str, Measurement]:
    shares = np.array([percent([each.rewarded]) for each in tallies if each.rewarded[0]])
    if not len(shares):
        raise MeasurementError("No head was given an answer, so nothing could be measured.")
    mean = float(shares.mean())
    within = 100.0 * float(np.mean((shares >= LEAST_PERCENT) & (shares <= MOST_PERCENT)))
    name, goal = f"neurofeedback_{feedback.value}", f"{LEAST_PERCENT:g} to {MOST_PERCENT:g} %"
    n_inside = sum(each.in_artefacts[0] for each in tallies)
    return {
        f"{name}_rewarded_mean, {len(shares)} heads": Measurement(
            mean, "%", goal, LEAST_PERCENT <= mean <= MOST_PERCENT
        ),
        f"{name}_heads_rewarded_55_to_70": for_comparison(within, "%"),
        f"{name}_heads_without_an_answer": for_comparison(len(tallies) - len(shares), "heads"),
        f"{name}_rewarded_least": for_comparison(float(shares.min()), "%"),
        f"{name}_rewarded_most": for_comparison(float(shares.max()), "%"),
        f"{name}_answered": for_comparison(percent(each.answered for each in tallies), "%"),
        f"{name}_rewarded_in_{n_inside}_moments_of_artefacts": at_most(
            percent(each.in_artefacts for each in tallies), mean, "%"
        ),
    }


def _verdicts(eyes: str, tallies: Sequence[Tally]) -> dict[str, Measurement]:
    """Whether it waits where it should, and only there."""
    name = f"neurofeedback_eyes_{eyes}"
    blinks, muscle = [each.blinks for each in tallies], [each.muscle for each in tallies]
    electrodes, clean = [each.clean_electrodes for each in tallies], [each.clean for each in tallies]

    def of(counts: Sequence[Count]) -> int:
        return sum(n for n, _ in counts)

    rows = {
        f"{name}_waits, {of(muscle)} moments of muscle": at_least(percent(muscle), LEAST_MUSCLE_PERCENT, "%"),
        f"{name}_left_out, {of(electrodes)} clean moments of an electrode": at_most(
            percent(electrodes), MOST_CLEAN_PERCENT, "%"
        ),
        f"{name}_waits, {of(clean)} clean moments": for_comparison(percent(clean), "%"),
    }
    if of(blinks):
        rows[f"{name}_waits, {of(blinks)} moments of blinks"] = at_least(percent(blinks), LEAST_BLINKS_PERCENT, "%")
    return rows


def _tricks(
    feedbacks: Sequence[Feedback], heads: Sequence[Head], steady: Sequence[Sequence[Tally]]
) -> dict[str, Measurement]:
    """How much more is rewarded of the very same heads where something else than their brain changes."""
    rows = {}
    for told, trick in TRICKS.items():
        answers = trick.blinks or trick.when is not When.ALWAYS
        tricked = [_tallies(replace(head, chunk=QUICKLY) if answers else head, feedbacks, trick) for head in heads]
        for index, feedback in enumerate(feedbacks):
            name = f"neurofeedback_{feedback.value}"
            now, before = [of_head[index] for of_head in tricked], [of_head[index] for of_head in steady[: len(heads)]]
            usual = percent(each.rewarded for each in before)
            if not answers:
                more = percent(each.rewarded for each in now) - usual
                rows[f"{name}_more_rewarded, {told}"] = at_most(more, MOST_MORE_PERCENT, "%")
                continue
            # Who bites or blinks in answer chooses when there is an answer at all: what counts is all of the time
            more = percent(map(_of_all, now)) - percent(map(_of_all, before))
            rows[f"{name}_more_rewarded_of_all_time, {told}"] = at_most(more, MOST_MORE_PERCENT, "%")
            rows[f"{name}_rewarded_meanwhile, {told}"] = at_most(percent(each.in_artefacts for each in now), usual, "%")
    return rows


def _of_all(tally: Tally) -> Count:
    return tally.answered[0], tally.rewarded[1]


def _costs() -> dict[str, Measurement]:
    rows = {}
    for n_electrodes, rate_hz in ((8, 250.0), (64, 500.0)):
        percent = 100.0 * _cpu_share(n_electrodes, rate_hz)
        name = f"neurofeedback_of_a_core, {n_electrodes} electrodes at {rate_hz:g}"
        rows[name] = at_most(percent, MOST_CORE_PERCENT, "%") if n_electrodes == 8 else for_comparison(percent, "%")
    return rows


def _cpu_share(n_electrodes: int, rate_hz: float) -> float:
    """Of a core, of frames of a headband's size; from 64 electrodes on those of eight again and again."""
    names = tuple(CHANNELS[i % 8] if i < 8 else f"E{i}" for i in range(n_electrodes))
    band = EegDescription("A head", names, rate_hz, UV_PER_COUNT)
    live, n, for_s = LiveHead(Head(1, rate=rate_hz, eyes="open")), round(rate_hz / 20.0), 60.0
    lived = Lived()
    lived.begin(LivedPhase(0.0, Role.BASELINE, Feedback.NONE, paced=False))
    lived.begin(LivedPhase(for_s / 2.0, Role.PRACTICE, Feedback.SMR, paced=False))
    brain, reader = Brain(lived), EegReader()
    reader.started(start_packet(0.0, band))
    cpu_s = 0.0
    for first in range(0, round(for_s * rate_hz), n):
        counts = np.tile(counts_of(live.take(n).recorded_uv.T, UV_PER_COUNT), (1, n_electrodes // 8))
        packet = frame_packet((first + n) / rate_hz, first, counts)
        began_s = time.process_time()
        brain.hear((first + n) / rate_hz, reader.frame(packet))
        cpu_s += time.process_time() - began_s
    return cpu_s / for_s
