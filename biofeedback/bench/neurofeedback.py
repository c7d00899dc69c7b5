"""How well answers from the head are given: how often, how late, at what cost, and what cannot earn one."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from biofeedback.analysis.eeg.epochs import Epoch
from biofeedback.analysis.eeg.live import LiveEeg
from biofeedback.analysis.eeg.rhythms import BANDS
from biofeedback.bench.measurement import Measurement, at_most, for_comparison
from biofeedback.session.brain import Brain
from biofeedback.session.lived import Lived, LivedPhase
from biofeedback.session.moment import Moment
from devices.eeg.frames import EegReader, counts_of, frame_packet, start_packet
from devices.eeg.head import CHANNELS, Head, Trouble
from devices.eeg.live_head import LiveHead
from devices.eeg.simulated_band import G_PER_COUNT, UV_PER_COUNT
from devices.samples import EegDescription
from protocols.phases import Feedback, Role

PROTOCOLS = {Feedback.ALPHA: "closed", Feedback.SMR: "open", Feedback.THETA_SMR: "open"}
"""What is measured, and how the eyes are."""
REST_S, PRACTICE_S = 150.0, 240.0
LEAST_PERCENT, MOST_PERCENT = 55.0, 70.0
MOST_LATE_MS, MOST_CORE_PERCENT = 250.0, 5.0
GROWS_BY = 2.0
"""An electrode that comes to conduct so much better over the practice."""
CHUNK = 12
"""Samples that a headband sends at once."""
N_IMPULSES = 200


@dataclass(frozen=True, slots=True)
class Played:
    """A head that rested and practised.

    Attributes
    ----------
    moments : list of Moment
        Of the practice.
    troubles : list of Trouble
        What truly spoiled the samples.
    cpu_s : float
        Of the analysis alone.
    """

    moments: list[Moment]
    troubles: list[Trouble]
    cpu_s: float

    @property
    def rewarded_percent(self) -> float:
        """Of the time in which there was an answer."""
        answered = [moment.score.rewarded for moment in self.moments if moment.score.value is not None]
        return 100.0 * float(np.mean(answered)) if answered else 0.0

    def during(self, kinds: Sequence[str]) -> tuple[int, int]:
        """How many moments lie in the midst of such trouble, and how many of them were rewarded."""
        inside = [
            moment
            for moment in self.moments
            if any(each.kind in kinds and each.from_s <= moment.at_s < each.to_s for each in self.troubles)
        ]
        return len(inside), sum(moment.score.rewarded for moment in inside)


def played(
    head: Head, feedback: Feedback, rest_s: float = REST_S, practice_s: float = PRACTICE_S, grows_by: float = 1.0
) -> Played:
    """Let a head rest and practise.

    Parameters
    ----------
    head : Head
    feedback : Feedback
    rest_s, practice_s : float
    grows_by : float
        So much larger the samples are at the end of the practice than at its beginning.
    """
    live, n = LiveHead(head), int(head.chunk)
    band = EegDescription("A head", head.electrodes, head.rate, UV_PER_COUNT, "", True, 1, G_PER_COUNT)
    lived = Lived()
    lived.begin(LivedPhase(0.0, Role.BASELINE, Feedback.NONE, paced=False))
    lived.begin(LivedPhase(rest_s, Role.PRACTICE, feedback, paced=False))
    brain, reader = Brain(lived), EegReader()
    reader.started(start_packet(0.0, band))
    moments: list[Moment] = []
    cpu_s = 0.0
    for first in range(0, round((rest_s + practice_s) * head.rate), n):
        end_s = (first + n) / head.rate
        heard = live.take(n)
        if heard.lost.any():
            continue
        larger = 1.0 + (grows_by - 1.0) * max(0.0, end_s - rest_s) / practice_s
        counts = np.column_stack(
            [counts_of(larger * heard.recorded_uv.T, UV_PER_COUNT), counts_of(heard.movement_g, G_PER_COUNT)]
        )
        began_s = time.process_time()
        moments += brain.hear(end_s, reader.frame(frame_packet(end_s, first, counts)))
        cpu_s += time.process_time() - began_s
    return Played([moment for moment in moments if moment.at_s >= rest_s], live.troubles, cpu_s)


def neurofeedback(_: Path | None, n_heads: int) -> dict[str, Measurement]:
    """Everything that is promised of answers from the head, of so many simulated heads a protocol."""
    rows: dict[str, Measurement] = {}
    for feedback, eyes in PROTOCOLS.items():
        heads = [_head(seed, eyes) for seed in range(1, n_heads + 1)]
        rows |= _rewards(feedback, [played(head, feedback) for head in heads])
        rows |= _drift(feedback, heads[: max(1, n_heads // 4)])
    return rows | _late() | _costs()


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
    )


def _rewards(feedback: Feedback, all_played: Sequence[Played]) -> dict[str, Measurement]:
    shares = np.array([each.rewarded_percent for each in all_played])
    n_inside, n_rewarded = np.sum([each.during(("blink", "muscle", "movement")) for each in all_played], axis=0)
    answered = [moment.score.value is not None for each in all_played for moment in each.moments]
    within = 100.0 * float(np.mean((shares >= LEAST_PERCENT) & (shares <= MOST_PERCENT)))
    name = f"neurofeedback_{feedback.value}"
    return {
        f"{name}_rewarded_mean, {len(shares)} heads": Measurement(
            float(shares.mean()),
            "%",
            f"{LEAST_PERCENT:g} to {MOST_PERCENT:g} %",
            LEAST_PERCENT <= float(shares.mean()) <= MOST_PERCENT,
        ),
        f"{name}_heads_rewarded_55_to_70": for_comparison(within, "%"),
        f"{name}_rewarded_least": for_comparison(float(shares.min()), "%"),
        f"{name}_rewarded_most": for_comparison(float(shares.max()), "%"),
        f"{name}_answered": for_comparison(100.0 * float(np.mean(answered)), "%"),
        f"{name}_rewarded_in_{n_inside}_moments_of_artefacts": at_most(
            100.0 * float(n_rewarded) / max(1, int(n_inside)), float(shares.mean()), "%"
        ),
    }


def _drift(feedback: Feedback, heads: Sequence[Head]) -> dict[str, Measurement]:
    """Whether an electrode that comes to conduct better is taken for success."""
    steady = np.mean([played(head, feedback).rewarded_percent for head in heads])
    grown = np.mean([played(head, feedback, grows_by=GROWS_BY).rewarded_percent for head in heads])
    return {f"neurofeedback_{feedback.value}_more_rewarded_by_drift": at_most(float(grown - steady), 5.0, "%")}


def _late() -> dict[str, Measurement]:
    """From a burst at the electrode to the moment that shows it most, with the packets of a headband."""
    rows = {}
    rate_hz, rng = 256.0, np.random.default_rng(1)
    for index, band in enumerate(BANDS):
        if band.name not in ("theta", "alpha", "smr", "high_beta"):
            continue
        live = LiveEeg(1, rate_hz)
        n_apart = round(3.0 * rate_hz)
        bursts = np.arange(N_IMPULSES) * n_apart + round(8.0 * rate_hz) + rng.integers(0, 64, N_IMPULSES)
        samples = 1e-3 * rng.standard_normal(bursts[-1] + 2 * n_apart)
        samples[bursts] += 100.0
        shown: list[tuple[float, Epoch]] = []
        for first in range(0, len(samples) - CHUNK, CHUNK):
            epochs = live.push(first, samples[None, first : first + CHUNK])
            shown += [((first + CHUNK) / rate_hz, epoch) for _, epoch in epochs]
        at_s = np.array([arrived_s for arrived_s, _ in shown])
        power = np.array([epoch.band_now_uv2[index, 0] for _, epoch in shown])
        late_ms = []
        for burst in bursts:
            lately = np.flatnonzero((at_s >= burst / rate_hz) & (at_s < burst / rate_hz + 1.0))
            late_ms.append(1000.0 * (at_s[lately[power[lately].argmax()]] - burst / rate_hz))
        rows[f"neurofeedback_late_p95, {band.name}"] = at_most(float(np.percentile(late_ms, 95)), MOST_LATE_MS, "ms")
    return rows


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
