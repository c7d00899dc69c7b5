"""What the bench of electroencephalograms tells, of a few heads."""

from biofeedback.bench import eeg
from devices.eeg.head import Head


def test_heads_hold_what_is_promised() -> None:
    analysed = [eeg.analyse(Head(seed, minutes=3.0, alpha_hz=9.0 + seed)) for seed in (1, 2)]
    rows = eeg.found(analysed) | eeg.delays()
    assert [name for name, row in rows.items() if not row.holds] == []
    assert sum("left_out" in name for name in rows) == 3
    powers = eeg.powers(analysed)
    assert all(row.value < 12.0 for name, row in powers.items() if "p95" in name)
