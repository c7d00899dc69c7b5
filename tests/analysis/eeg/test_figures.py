"""The figures of a recording: right beside what is known, or withheld with the reason."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt, welch

from biofeedback.analysis.eeg.figures import EegFigures, eeg_figures
from biofeedback.analysis.eeg.rhythms import BANDS
from devices.eeg import read_eeg
from devices.eeg.head import Head, simulate
from tests.recordings import recording

CLEAN = Head(minutes=4.0, blinks=0.0, muscles=0.0, moves=0.0, loose=0.0, lost=0.0)


def figures_of(head: Head) -> EegFigures:
    told = simulate(head).recording
    return eeg_figures(
        told.samples_uv,
        told.rate_hz,
        told.channels,
        told.stretches(closed=True),
        told.stretches(closed=False),
        movement_g=told.movement_g,
    )


def test_band_powers_are_those_of_the_brain_that_made_them() -> None:
    brain = simulate(CLEAN).brain_uv
    density = np.abs(np.fft.rfft(brain)) ** 2 * 2.0 / brain.shape[1] ** 2
    hz = np.fft.rfftfreq(brain.shape[1], 1.0 / CLEAN.rate)
    for index, one in enumerate(figures_of(CLEAN).channels):
        for band in BANDS:
            inside = (hz >= band.low_hz) & (hz < band.high_hz)
            assert one.bands[band.name].power_uv2 == pytest.approx(density[index, inside].sum(), rel=0.07), band.name


@pytest.mark.parametrize("alpha_hz", [8.2, 10.0, 12.1])
def test_the_own_alpha_is_found_beside_slope_and_smr(alpha_hz: float) -> None:
    channels = figures_of(Head(seed=5, alpha_hz=alpha_hz)).channels
    told = [one.peak.hz for one in channels if one.peak.hz is not None]
    assert len(told) >= 3
    assert np.median(told) == pytest.approx(alpha_hz, abs=0.2)


def test_without_alpha_none_is_told() -> None:
    channels = figures_of(Head(alpha_uv=0.0)).channels
    assert all(one.peak.hz is None and "individual_alpha_hz" in one.withheld for one in channels)
    assert all(one.alpha_ratio_low < 1.0 < one.alpha_ratio_high for one in channels)  # type: ignore[operator]


def test_alpha_rises_with_closed_eyes() -> None:
    for one in figures_of(Head(seed=2)).channels:
        assert one.alpha_ratio is not None
        assert one.alpha_ratio_low is not None
        assert 1.0 < one.alpha_ratio_low < one.alpha_ratio


def test_what_is_not_known_of_the_eyes_is_withheld() -> None:
    told = simulate(CLEAN).recording
    (one,) = eeg_figures(told.samples_uv[:1], told.rate_hz, ["Fp1"]).channels
    assert one.peak.hz is None
    assert one.alpha_ratio is None
    assert one.withheld["alpha_closed_open"] == "it is not known when the eyes were closed"
    assert one.bands["alpha"].power_uv2 > 0.0


def test_a_short_or_spoilt_recording_has_reasons_in_place_of_figures() -> None:
    told = simulate(CLEAN).recording
    (one,) = eeg_figures(told.samples_uv[:1, : 10 * 250], 250.0, ["Fp1"]).channels
    assert not one.bands
    assert one.slope is None
    assert "windows of 4 s" in one.withheld["bands"]
    with pytest.raises(ValueError, match="at least"):
        eeg_figures(told.samples_uv[:, :600], 250.0, told.channels)
    (none,) = eeg_figures(np.full((1, 5000), np.nan), 250.0, ["Fp1"]).channels
    assert not none.bands
    assert none.left_out == {"samples missing": 20}


STRETCHES = {
    "eeg/o1_a.csv.gz": ([(11.5, 30.8), (53.0, 80.8)], [(2.0, 11.5), (30.8, 53.0), (80.8, 91.0)]),
    "eeg/o1_b.csv.gz": ([(45.0, 78.0)], [(2.0, 45.0), (78.0, 83.0)]),
}


@pytest.mark.parametrize("name", STRETCHES)
@pytest.mark.parametrize("uncorrected", [False, True])
def test_recorded_alpha_answers_the_eyes_as_another_computation_says(name: str, uncorrected: bool) -> None:
    path = recording(name)
    told = read_eeg(path, path.read_bytes(), 250.0)
    assert told is not None
    closed, opened = STRETCHES[name]
    (one,) = eeg_figures(told.samples_uv, 250.0, told.channels, closed, opened, uncorrected=uncorrected).channels
    clean = sosfiltfilt(butter(2, (1.0, 45.0), "bandpass", fs=250.0, output="sos"), told.samples_uv[0])
    usable = [uncorrected or reason is None for reason in one.reasons]

    def median(stretches: list[tuple[float, float]]) -> float:
        powers = []
        for second in range(len(usable) - 1):
            inside = any(a <= second and second + 1 <= b for a, b in stretches) and any(
                a <= second + 1 and second + 2 <= b for a, b in stretches
            )
            if inside and usable[second] and usable[second + 1]:
                hz, density = welch(clean[second * 250 : (second + 2) * 250], 250.0, "hann", 500, nfft=4000)
                inside = (hz >= 8.0) & (hz <= 12.0)
                powers.append(np.trapezoid(density[inside], hz[inside]))
        return float(np.median(powers))

    assert one.alpha_ratio is not None
    assert one.alpha_ratio > 1.0
    assert one.alpha_ratio == pytest.approx(median(closed) / median(opened), rel=0.05)
