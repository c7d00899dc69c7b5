"""What the verdicts find and what they throw away, and what that does to the figures, beside other programs' rules."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.figures.streaming import LiveAnalysis
from biofeedback.analysis.figures.stretch import figures
from biofeedback.bench.injection import (
    COMMON,
    SHIFTS,
    Ectopy,
    Fault,
    arrhythmia,
    clean_hearts,
    inject,
    inject_ectopy,
    inject_mixed,
    put_in,
    recorded_hearts,
    swings,
)
from biofeedback.bench.measurement import Measurement, at_least, at_most, for_comparison
from biofeedback.bench.rules import OURS, RULES, Rule, untouched
from biofeedback.bench.timing import timing

N_ROUNDS_MIN, N_HEARTS_ROUNDS = 4, 80
BURDENS = (0.05, 0.10, 0.17)
LEAST_PERCENT = {
    Fault.MISSED: 99.5,
    Fault.EXTRA: 99.5,
    Fault.ECTOPIC: 98.0,
    Fault.SHIFTED_10: 88.0,
    Fault.SHIFTED_15: 97.0,
    Fault.SHIFTED_20: 99.0,
}
MOST_ERROR_PERCENT = {
    ("mean_hr_bpm", 0.01): 0.5,
    ("mean_hr_bpm", 0.05): 0.5,
    ("rmssd_ms", 0.01): 5.0,
    ("rmssd_ms", 0.05): 5.0,
    ("sdnn_ms", 0.01): 3.0,
    ("sdnn_ms", 0.05): 5.0,
    ("lf_ms2", 0.01): 10.0,
    ("lf_ms2", 0.05): 15.0,
    ("hf_ms2", 0.01): 15.0,
}
"""Median error after injected faults (science F3)."""
RMSSD_90_PERCENT, RMSSD_CHANGE_PERCENT = 10.0, 2.0
"""Error of nine in ten at rest; change by the verdicts where there is no fault, in the median (science F3)."""
N_SERIES = 64
STEADY_SCORE = ("rr/dhyb_h10_slow.txt", "rr/physio1_nk_rr.txt")
LABELLED = Path("polar_h10_pvc") / "h10_rr_labelled.csv"

Hearts = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule did: faults found, of how many; clean intervals flagged, of how many."""

    n_found: int = 0
    n_faults: int = 0
    n_false: int = 0
    n_clean: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found(
            self.n_found + other.n_found,
            self.n_faults + other.n_faults,
            self.n_false + other.n_false,
            self.n_clean + other.n_clean,
        )

    @property
    def sensitivity_percent(self) -> float:
        return 100.0 * self.n_found / self.n_faults

    @property
    def false_percent(self) -> float:
        return 100.0 * self.n_false / self.n_clean


def verdicts(recordings: Path | None) -> dict[str, Measurement]:
    """All that is asked of the verdicts and of the time axis, of simulated hearts and of recordings where there are."""
    groups = {"simulated": clean_hearts()}
    recorded = recorded_hearts(recordings) if recordings else {}
    if recorded:
        groups["recorded"] = list(recorded.values())
    rows: dict[str, Measurement] = {}
    for group, hearts in groups.items():
        rows |= _faults(group, hearts) | _frequent_ectopy(group, hearts) | _errors(group, hearts)
    rows |= _clean_swings() | _score(clean_hearts()[:5] + [recorded[name] for name in STEADY_SCORE if name in recorded])
    if recordings and (recordings / LABELLED).exists():
        rows |= _labelled(recordings / LABELLED)
    return rows | timing()


def _row(name: str, measured: Measurement) -> Measurement:
    """The goal is ours alone."""
    return measured if name == OURS else for_comparison(measured.value, measured.unit)


def try_rule(rule: Rule, hearts: Hearts, fault: Fault) -> Found:
    """Put faults into clean hearts, the more often the fewer they are, and count what a rule finds.

    The neighbours of a fault count neither as clean nor as found.
    """
    rng = random.Random(fault)
    total = Found()
    for heart in hearts:
        for _ in range(max(N_ROUNDS_MIN, N_HEARTS_ROUNDS // len(hearts))):
            faulty, places = inject(heart, fault, rng)
            flagged = {i for i, bad in enumerate(rule(faulty).flagged) if bad}
            near = {i + d for place in places for i in place for d in (-1, 0, 1)}
            n_found = sum(bool(place & flagged) for place in places)
            total += Found(n_found, len(places), len(flagged - near), len(faulty) - len(near))
    return total


def _faults(group: str, hearts: Hearts) -> dict[str, Measurement]:
    rows = {}
    for name, rule in RULES.items():
        for fault in (*COMMON, *SHIFTS):
            least = LEAST_PERCENT[fault]
            percent = try_rule(rule, hearts, fault).sensitivity_percent
            key = f"{fault}_found, {group}, {name}"
            rows[key] = _row(name, at_least(percent, least, "%"))
        percent = _flagged_percent(rule, hearts)
        rows[f"clean_beats_flagged, {group}, {name}"] = _row(name, at_most(percent, 0.5, "%"))
    return rows


def _flagged_percent(rule: Rule, hearts: Hearts) -> float:
    return 100.0 * sum(sum(rule(heart).flagged) for heart in hearts) / sum(len(heart) for heart in hearts)


def _frequent_ectopy(group: str, hearts: Hearts) -> dict[str, Measurement]:
    """Premature beats of 5 to 17 % of all: how many of them are flagged, and how many of the others."""
    rows = {}
    for name, rule in RULES.items():
        total = Found()
        for kind in Ectopy:
            found = _try_ectopy(rule, hearts, kind)
            total += found
            if name == OURS:
                rows[f"frequent_ectopy_found, {group}, {kind}"] = at_least(found.sensitivity_percent, 88.0, "%")
        key = f"frequent_ectopy_found, {group}, {name}"
        rows[key] = _row(name, at_least(total.sensitivity_percent, 88.0, "%"))
        rows[f"flagged_among_frequent_ectopy, {group}, {name}"] = for_comparison(total.false_percent, "%")
    return rows


def _try_ectopy(rule: Rule, hearts: Hearts, kind: Ectopy) -> Found:
    rng = random.Random(kind)
    total = Found()
    for burden in BURDENS:
        for heart in hearts:
            faulty, early, touched = inject_ectopy(heart, kind, burden, rng)
            flagged = {i for i, bad in enumerate(rule(faulty).flagged) if bad}
            n_found = sum(i in flagged for i in early)
            total += Found(n_found, len(early), len(flagged - touched), len(faulty) - len(touched))
    return total


def _errors(group: str, hearts: Hearts) -> dict[str, Measurement]:
    """Figures from what a rule leaves of hearts with 1 and 5 % of faults, against those of the clean hearts."""
    rows: dict[str, Measurement] = {}
    clean = [_figures(untouched(heart).beats) for heart in hearts]
    n_rounds = max(2, N_SERIES // len(hearts))
    for share in (0.01, 0.05):
        for name, rule in RULES.items():
            rng = random.Random(share)
            ruled = [rule(inject_mixed(heart, share, rng)).beats for heart in hearts for _ in range(n_rounds)]
            left = [_figures(beats) for beats in ruled]
            truth = [known for known in clean for _ in range(n_rounds)]
            errors = {key: _error_percent(truth, left, key) for key, at in MOST_ERROR_PERCENT if at == share}
            where = f"{group}, {100 * share:.0f} % of beats"
            if name != OURS:
                rmssd = float(np.median(errors["rmssd_ms"]))
                rows[f"rmssd_ms_error, {where}, {name}"] = for_comparison(rmssd, "%")
                continue
            for key, percents in errors.items():
                most = MOST_ERROR_PERCENT[key, share]
                rows[f"{key}_error, {where}"] = at_most(float(np.median(percents)), most, "%")
            nine_in_ten = float(np.quantile(errors["rmssd_ms"], 0.9))
            rows[f"rmssd_ms_error of nine in ten, {where}"] = at_most(nine_in_ten, RMSSD_90_PERCENT, "%")
            given = [figures(beats).rmssd_ms is not None for beats in ruled]
            rows[f"rmssd_ms_given, {where}"] = for_comparison(100.0 * sum(given) / len(given), "%")
    kept = [_figures(RULES[OURS](heart).beats) for heart in hearts]
    change = float(np.median(_error_percent(clean, kept, "rmssd_ms")))
    return rows | {f"rmssd_ms_change, {group}, no faults": at_most(change, RMSSD_CHANGE_PERCENT, "%")}


def _figures(beats: Iterable[Beat]) -> dict[str, float | None]:
    """The figures of the beats that were kept; here nothing is withheld for the faults themselves."""
    found = figures([beat for beat in beats if beat.kept], uncorrected=True)
    return {key: getattr(found, key) for key, _ in MOST_ERROR_PERCENT}


def _error_percent(
    truth: Sequence[dict[str, float | None]], left: Sequence[dict[str, float | None]], key: str
) -> list[float]:
    pairs = [(known[key], found[key]) for known, found in zip(truth, left, strict=True)]
    return [100.0 * abs(found / known - 1.0) for known, found in pairs if known and found is not None]


def _clean_swings() -> dict[str, Measurement]:
    rows = {}
    per_min = {6.0: arrhythmia(6.0), 15.0: arrhythmia(15.0)}
    slow = swings()
    for name, rule in RULES.items():
        percent = _flagged_percent(rule, slow)
        rows[f"clean_swings_to_40_bpm_flagged, {name}"] = _row(name, at_most(_flagged_percent(rule, slow), 0.0, "%"))
        for rate, hearts in per_min.items():
            percent = max(_flagged_percent(rule, [heart]) for heart in hearts)
            key = f"arrhythmia_to_400_ms_flagged, {rate:.0f} a minute, the worst, {name}"
            rows[key] = _row(name, at_most(percent, 0.5, "%"))
    return rows


def _score(hearts: Hearts) -> dict[str, Measurement]:
    """How far one premature beat a minute moves the smoothness of the last 64 s."""
    rows = {}
    for name, rule in RULES.items():
        rng = random.Random(7)
        moved: list[float] = []
        n_given, n_due = 0, 0
        for heart in hearts:
            clean = _smoothness(untouched(heart).beats)
            faulty = put_in(heart, [Fault.ECTOPIC], max(1, round(sum(heart) / 60000.0)), rng)[0]
            for was, now in zip(clean, _smoothness(rule(faulty).beats), strict=False):
                n_due += was is not None
                if was is not None and now is not None:
                    n_given += 1
                    moved.append(100.0 * abs(now / was - 1.0))
        key = f"score_moved_by_one_ectopic_pair_a_minute, {name}"
        rows[key] = _row(name, at_most(float(np.mean(moved)), 5.0, "%"))
        rows[f"{key}, 95 % of the time less than"] = for_comparison(float(np.quantile(moved, 0.95)), "%")
        if name == OURS:
            rows["score_given_with_one_ectopic_pair_a_minute"] = for_comparison(100.0 * n_given / n_due, "%")
    return rows


def _smoothness(beats: Iterable[Beat]) -> list[float | None]:
    live = LiveAnalysis()
    return [live.push(beat).smoothness for beat in beats]


def _labelled(path: Path) -> dict[str, Measurement]:
    """A person with premature beats in a third of all: intervals before or after one, and the others."""
    cells = [line.split(",") for line in path.read_text().splitlines()[1:]]
    labels = [int(label) for _, label in cells]
    rows = {}
    for name, rule in RULES.items():
        flagged = rule([float(rr_ms) for rr_ms, _ in cells]).flagged
        for label, key in ((1, "premature_intervals_flagged"), (0, "usual_intervals_flagged")):
            of = [bad for bad, known in zip(flagged, labels, strict=True) if known == label]
            rows[f"{key}, labelled recording, {name}"] = for_comparison(100.0 * sum(of) / len(of), "%")
    return rows
