"""Each thing that spoils a second is found under its own name, and clean seconds are left alone."""

import numpy as np
import pytest

from biofeedback.analysis.eeg.figures import epochs_of
from biofeedback.analysis.eeg.verdicts import N_SETTLE, Reason, baseline_of, judge
from devices.eeg.head import Head, simulate

QUIET = Head(minutes=1.0, blinks=0.0, muscles=0.0, moves=0.0, loose=0.0, lost=0.0)
RATE = 250
AT = slice(30 * RATE, 31 * RATE)
"""The second that a test spoils."""
_SIMULATED = simulate(QUIET).recording


def quiet() -> np.ndarray:
    return np.array(_SIMULATED.samples_uv)


def reasons(samples: np.ndarray, movement: np.ndarray | None = None) -> list[list[Reason | None]]:
    epochs = epochs_of(samples, float(RATE), 50.0, movement)
    return judge(epochs, baseline_of(epochs), _SIMULATED.channels)


def test_a_quiet_head_is_kept_but_for_the_first_seconds() -> None:
    told = reasons(quiet())
    assert all(one[:N_SETTLE] == [Reason.SETTLING] * N_SETTLE for one in told)
    left_out = sum(reason is not None for one in told for reason in one[N_SETTLE:])
    assert left_out <= 0.03 * 8 * 58


def flat(samples: np.ndarray) -> None:
    samples[4, AT] = samples[4, AT.start]


def clipped(samples: np.ndarray) -> None:
    samples[4, AT] = np.clip(samples[4, AT] + 60 * np.sin(np.arange(RATE) / 20.0), None, samples[4, AT].mean() + 40)


def lost(samples: np.ndarray) -> None:
    samples[:, AT.start + 10 : AT.start + 12] = np.nan


def muscle(samples: np.ndarray) -> None:
    samples[4, AT] += np.random.default_rng(3).normal(0.0, 15.0, RATE)


def blink(samples: np.ndarray) -> None:
    samples[0, AT.start + 50 : AT.start + 140] += 90.0 * np.sin(np.pi * np.arange(90) / 90.0) ** 2


def loose(samples: np.ndarray) -> None:
    samples[4, AT] += 200.0 * np.sin(2 * np.pi * 50.0 * np.arange(RATE) / RATE)


def bursting_mains(samples: np.ndarray) -> None:
    gate = np.sign(np.sin(2 * np.pi * 4.0 * np.arange(RATE) / RATE)) > 0
    samples[4, AT] += 26.0 * gate * np.sin(2 * np.pi * 50.0 * np.arange(RATE) / RATE)


@pytest.mark.parametrize(
    ("spoil", "channel", "reason"),
    [
        (flat, 4, Reason.FLAT),
        (clipped, 4, Reason.CLIPPED),
        (lost, 4, Reason.LOST),
        (muscle, 4, Reason.MUSCLE),
        (blink, 0, Reason.BLINK),
        (loose, 4, Reason.LOOSE),
    ],
)
def test_each_fault_has_its_own_reason(spoil, channel: int, reason: Reason) -> None:  # type: ignore[no-untyped-def]
    samples = quiet()
    spoil(samples)
    assert reasons(samples)[channel][30] is reason


def test_a_blink_over_the_eyes_counts_for_the_electrodes_behind_too() -> None:
    samples = quiet()
    blink(samples)
    assert all(one[30] is Reason.BLINK for one in reasons(samples))


def test_muscle_at_one_electrode_is_none_at_another() -> None:
    samples = quiet()
    muscle(samples)
    told = reasons(samples)
    assert [one[30] for one in told].count(Reason.MUSCLE) == 1


def test_movement_is_told_by_the_accelerometer() -> None:
    movement = np.ones(60 * RATE)
    movement[AT.start + 20 : AT.start + 60] = 1.3
    assert all(one[30] is Reason.MOVEMENT for one in reasons(quiet(), movement))
    assert all(one[30] is None for one in reasons(quiet(), np.ones(60 * RATE)))


def test_after_a_loss_the_filters_settle() -> None:
    samples = quiet()
    lost(samples)
    assert all(one[31:33] == [Reason.SETTLING] * 2 for one in reasons(samples))


def test_steady_mains_of_a_dry_electrode_are_no_fault() -> None:
    samples = quiet() + 400.0 * np.sin(2 * np.pi * 50.0 * np.arange(60 * RATE) / RATE)
    left_out = sum(reason is not None for one in reasons(samples) for reason in one[N_SETTLE + 1 :])
    assert left_out <= 0.03 * 8 * 57


def test_a_channel_that_is_dead_throughout_is_flat_and_spoils_no_other() -> None:
    samples = quiet()
    samples[6] = 0.0
    told = reasons(samples)
    assert set(told[6]) == {Reason.FLAT}
    assert told[5].count(None) >= 55
