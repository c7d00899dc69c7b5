"""The electrocardiogram and the accelerometer of a simulated strap, drawn around known beats and a known breath.

Each wave of a beat is a bell curve, as in McSharry, Clifford, Tarassenko and Smith (2003), "A dynamical model for
generating synthetic electrocardiogram signals", IEEE Transactions on Biomedical Engineering 50(3). A premature beat is
ventricular: it has no P wave, its complex is wide, and its T wave points the other way. The clock of the strap runs as
that of a Polar H10 in a recording did: 130.16 samples a second where it names 130.
"""

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from devices.person import HeartBeat
from devices.pmd import (
    ECG_BITS,
    ECG_RATE_HZ,
    N_AXES,
    N_ECG_SAMPLES,
    FrameReader,
    encode_accelerometer,
    encode_ecg,
    start_packet,
)
from devices.pmd_control import Measurement
from devices.samples import Packet, StreamFrame

Floats = NDArray[np.float64]

ECG_STEP_NS = 7_682_816
ACCELEROMETER_RATE_HZ, ACCELEROMETER_BITS = 25, 16
ACCELEROMETER_STEP_NS = 39_950_643
N_ACCELEROMETER_SAMPLES = 36
CLOCK_NS = 599_616_000_000_000_000
"""The strap's clock at the start. A strap that was never set begins near 2019, counted from 2000."""
BEFORE_R_S, AFTER_R_S = 0.3, 0.8
"""Where the waves of a beat lie around its R."""

# Seconds from R, width in seconds, microvolts
NORMAL_WAVES = ((-0.17, 0.022, 110.0), (-0.028, 0.009, -90.0), (0.0, 0.011, 1050.0), (0.03, 0.010, -230.0))
NORMAL_T = (0.27, 0.055, 260.0)
WIDE_WAVES = ((0.0, 0.038, 1250.0), (0.095, 0.036, -420.0))
WIDE_T = (0.31, 0.065, -340.0)
NOISE_UV, WANDER_UV, BREATH_UV = 7.0, 60.0, 70.0
R_GROWS_BY = 0.08
"""By this share a complex grows from an empty to a full chest."""
OFF_BODY_UV = 400.0

REST_DEGREES, BREATH_DEGREES = 15.0, 1.4
"""How far the chest leans back, and how much further when it is full."""
REST_MG, NOISE_MG = 1000.0, 1.5
MOVE_S, MOVE_HZ, MOVE_MG, MOVE_UV = 2.0, 2.2, 260.0, 250.0


class SimulatedStreams:
    """Frames as a strap sends them, made as soon as the beats in them are known.

    Parameters
    ----------
    seed : int
        The same seed, beats and breath give the same frames.
    moves_per_min : float
        How often the person moves about for two seconds.
    """

    def __init__(self, seed: int, moves_per_min: float) -> None:
        self._ecg_rng, self._tilt_rng, moves = (np.random.default_rng([seed, stream]) for stream in range(3))
        self._phases = self._ecg_rng.uniform(0.0, 2 * np.pi, 2)
        self._moves_rng, self._moves_per_min = moves, moves_per_min
        self._moves_s: deque[float] = deque()
        self._next_move_s = self._until_next_move_s()
        self._beats: deque[tuple[HeartBeat, float]] = deque()
        self._last_s: float | None = None
        self._volumes: deque[tuple[float, float]] = deque([(0.0, 0.5)])
        self._off_body: deque[tuple[float, bool]] = deque([(0.0, False)])
        self._n_ecg = self._n_tilt = 0
        self._reader = FrameReader()

    def start(self, at_s: float) -> None:
        """Somebody asks for the streams, anew where they ran before."""
        self._reader.started(start_packet(at_s, Measurement.ECG, ECG_RATE_HZ, ECG_BITS))
        bits = ACCELEROMETER_BITS
        self._reader.started(start_packet(at_s, Measurement.ACCELEROMETER, ACCELEROMETER_RATE_HZ, bits))

    def read(self, packet: Packet) -> StreamFrame:
        """A frame as whoever asked for it reads it."""
        return self._reader.frame(packet)

    def frames(
        self, beats: list[HeartBeat], known_s: float, now_s: float, volume: float, *, touching: bool
    ) -> Iterator[bytes]:
        """The frames that can be made now.

        Parameters
        ----------
        beats : list of HeartBeat
            Those since the last call.
        known_s : float
            All beats up to then are known.
        now_s, volume : float
            The moment, and how full the lungs are then, 0 to 1.
        touching : bool
            Whether the strap is on the skin.
        """
        for beat in beats:
            rr_s = beat.at_s - self._last_s if self._last_s is not None else 0.9
            self._beats.append((beat, min(1.5, max(0.4, rr_s))))
            self._last_s = beat.at_s
        self._volumes.append((now_s, volume))
        self._off_body.append((now_s, not touching))
        while self._next_move_s < now_s + MOVE_S:
            self._moves_s.append(self._next_move_s)
            self._next_move_s += MOVE_S + self._until_next_move_s()
        while (end_s := (self._n_ecg + N_ECG_SAMPLES) * ECG_STEP_NS / 1e9) + BEFORE_R_S <= min(known_s, now_s):
            yield self._ecg_frame()
            self._forget(end_s)
        while (self._n_tilt + N_ACCELEROMETER_SAMPLES) * ACCELEROMETER_STEP_NS / 1e9 <= now_s:
            yield self._tilt_frame()

    def _until_next_move_s(self) -> float:
        return float(self._moves_rng.exponential(60.0 / self._moves_per_min)) if self._moves_per_min else float("inf")

    def _forget(self, end_s: float) -> None:
        while self._beats and self._beats[0][0].at_s < end_s - AFTER_R_S:
            self._beats.popleft()
        # A frame of the accelerometer reaches further back
        for remembered in (self._volumes, self._off_body):
            while len(remembered) > 2 and remembered[1][0] < end_s - 4.0:
                remembered.popleft()
        while self._moves_s and self._moves_s[0] < end_s - 4.0 - MOVE_S:
            self._moves_s.popleft()

    def _ecg_frame(self) -> bytes:
        n = self._n_ecg + np.arange(1, N_ECG_SAMPLES + 1)
        self._n_ecg += N_ECG_SAMPLES
        time_s = n.astype(np.float64) * (ECG_STEP_NS / 1e9)
        volume = self._at(self._volumes, time_s)
        slow = np.sin(2 * np.pi * 0.05 * time_s + self._phases[0]) + 0.5 * np.sin(
            2 * np.pi * 0.11 * time_s + self._phases[1]
        )
        noise = self._ecg_rng.standard_normal(N_ECG_SAMPLES)
        microvolts = WANDER_UV * slow + BREATH_UV * (volume - 0.5) + (NOISE_UV + MOVE_UV * self._moving(time_s)) * noise
        off_body = self._at(self._off_body, time_s) > 0.5
        microvolts += np.where(off_body, OFF_BODY_UV * noise, (1.0 + R_GROWS_BY * (volume - 0.5)) * self._waves(time_s))
        return encode_ecg(CLOCK_NS + int(n[-1]) * ECG_STEP_NS, np.round(microvolts).astype(np.int64))

    def _waves(self, time_s: Floats) -> Floats:
        waves = np.zeros_like(time_s)
        for beat, rr_s in self._beats:
            if time_s[0] - AFTER_R_S <= beat.at_s <= time_s[-1] + BEFORE_R_S:
                shape, (t_s, t_wide_s, t_uv) = (WIDE_WAVES, WIDE_T) if beat.premature else (NORMAL_WAVES, NORMAL_T)
                # The T wave keeps to the length of the cycle (Bazett)
                stretch = rr_s**0.5
                for centre_s, wide_s, height_uv in (*shape, (t_s * stretch, t_wide_s * stretch, t_uv)):
                    waves += height_uv * np.exp(-0.5 * ((time_s - beat.at_s - centre_s) / wide_s) ** 2)
        return waves

    def _tilt_frame(self) -> bytes:
        n = self._n_tilt + np.arange(1, N_ACCELEROMETER_SAMPLES + 1)
        self._n_tilt += N_ACCELEROMETER_SAMPLES
        time_s = n.astype(np.float64) * (ACCELEROMETER_STEP_NS / 1e9)
        lean = np.radians(REST_DEGREES + BREATH_DEGREES * (self._at(self._volumes, time_s) - 0.5))
        rest = REST_MG * np.column_stack([np.zeros_like(lean), -np.cos(lean), np.sin(lean)])
        shake = MOVE_MG * self._moving(time_s) * np.sin(2 * np.pi * MOVE_HZ * time_s)
        noise = NOISE_MG * self._tilt_rng.standard_normal((N_ACCELEROMETER_SAMPLES, N_AXES))
        milli_g = rest + noise + shake[:, np.newaxis] * (1.0, 0.6, 0.4)
        return encode_accelerometer(CLOCK_NS + int(n[-1]) * ACCELEROMETER_STEP_NS, np.round(milli_g).astype(np.int64))

    def _moving(self, time_s: Floats) -> Floats:
        moving = np.zeros_like(time_s)
        for begin_s in self._moves_s:
            share = np.clip((time_s - begin_s) / MOVE_S, 0.0, 1.0)
            moving += np.sin(np.pi * share) ** 2
        return moving

    @staticmethod
    def _at(remembered: deque[tuple[float, float]] | deque[tuple[float, bool]], time_s: Floats) -> Floats:
        moments_s, values = zip(*remembered, strict=True)
        interpolated: Floats = np.interp(time_s, moments_s, np.asarray(values, float))
        return interpolated
