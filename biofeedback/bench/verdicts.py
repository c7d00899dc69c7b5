"""What the verdicts find and what they throw away, beside the rules of other programs."""

from pathlib import Path

from biofeedback.bench.injection import RULES, Fault, clean_hearts, try_rule
from biofeedback.bench.measurement import Measurement

OURS = "ours"


def verdicts(recordings: Path | None) -> dict[str, Measurement]:
    """Faults found in simulated hearts, and clean beats thrown away, beside two fixed rules."""
    hearts = clean_hearts()
    figures = {}
    for name, rule in RULES.items():
        found = {fault: try_rule(rule, hearts, fault) for fault in Fault}
        for fault, least in ((Fault.MISSED, 99.5), (Fault.EXTRA, 99.5), (Fault.ECTOPIC, 98.0)):
            share = found[fault].sensitivity_percent
            goal = f"at least {least:g} %" if name == OURS else "for comparison"
            figures[f"{fault}_found, {name}"] = Measurement(share, "%", goal, share >= least or name != OURS)
        false = sum(f.n_false for f in found.values()) / sum(f.n_clean for f in found.values()) * 100.0
        goal = "at most 0.5 %" if name == OURS else "for comparison"
        figures[f"clean_beats_flagged, {name}"] = Measurement(false, "%", goal, false <= 0.5 or name != OURS)
    return figures
