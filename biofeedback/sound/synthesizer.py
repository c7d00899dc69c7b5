"""The sound of an exercise, rendered in blocks: a pure function of what is to be heard at each frame."""

from collections.abc import Callable

import numpy as np

from biofeedback.sound import loops
from biofeedback.sound.course import Moment
from biofeedback.sound.layers import Bells, Glide, Mixture, Span, Tone, eased, product
from biofeedback.sound.loops import HOP, RATE_HZ, Samples
from biofeedback.sound.settings import Timbre, ceiling
from protocols.breathing import Breath, Stage

N_CHANNELS = 2

LEAD_S = 1.5
"""The pacer is faded in so long before its first breath, so that this breath is whole."""
LUNGS_PER_S = 4.0
"""The lung volume that is heard moves no faster than this: no real breath does, and a skipped phase is no shock."""
FADE_IN_S, PAUSE_FADE_S, LAYER_FADE_S = 3.0, 1.2, 1.5
BED_FADE_S = 4.0
LOUDER_PER_S, SOFTER_PER_S = 0.5, 8.0
CALM_PER_S, QUICK_CALM_PER_S = 0.1, 4.0
"""Calm comes and goes slowly; what the head answers is heard from end to end in a quarter of a second."""
CALM_AT_FIRST = 0.3
STEP_BACK = 0.4
"""Under spoken words the sound keeps this share."""

TONE_LEVEL, NOISE_LEVEL, BED_LEVEL, BELL_LEVEL = 0.2, 0.13, 0.045, 0.14
"""Of a full scale of 1 at full volume: they put the whole at about -20 dB in the mean, and its peaks under the knee."""
KNEE = 0.7
"""What exceeds this is bent softly below 1."""

LEAST_BREATH, LEAST_WAVE = 0.03, 0.10
"""Strength of breath and waves with empty lungs, as a share of that with full ones."""
BREATH_TILT_DB, WAVE_TILT_DB, BED_TILT_DB = (-7.0, -1.5), (-12.0, -3.0), (-12.0, -2.0)
"""From each loop to the next brighter one: with empty and with full lungs; for the bed, with no calm and with all."""
CALM_BEND = 0.6
"""Calm to this power moves the tilt of the bed, so that its brightness grows by like steps."""
INHALE_TILT_DB = 1.5
"""Breathing in sounds this much brighter than breathing out, as real breath does."""


class Synthesizer:
    """Renders what `listen` tells.

    The blocks may be cut in any way: sound is made in hops of 10 ms, and what a block leaves over begins the next.

    Parameters
    ----------
    listen : callable
        What is to be heard at a frame, counted from 0; asked once a hop, for the hop's last moment.
    """

    def __init__(self, listen: Callable[[int], Moment]) -> None:
        self._listen = listen
        self._frame = 0
        self._left = np.empty((0, N_CHANNELS), np.float32)
        self._elapsed_s: float | None = None
        self._tone, self._bells = Tone(), Bells()
        self._noise, self._bed = Mixture(loops.noise()), Mixture(loops.bed())
        self._lungs = Glide(0.0, LUNGS_PER_S, LUNGS_PER_S)
        self._goal, self._waiting = 0.0, False
        self._inhaling = Glide(0.0, 2.0, 2.0)
        self._calm = Glide(CALM_AT_FIRST, CALM_PER_S, CALM_PER_S)
        self._presence = {timbre: Glide(0.0, 1 / LAYER_FADE_S, 1 / LAYER_FADE_S) for timbre in Timbre}
        self._bed_presence = Glide(0.0, 1 / BED_FADE_S, 1 / BED_FADE_S)
        self._fade = Glide(0.0, 1 / FADE_IN_S, 1 / PAUSE_FADE_S)
        self._volume: Glide | None = None
        self._forward = Glide(1.0, 0.5, 2.0)

    @property
    def silent(self) -> bool:
        """True while all is faded out."""
        return self._fade.value == 0.0

    def render(self, n_frames: int) -> Samples:
        """The next frames.

        Parameters
        ----------
        n_frames : int

        Returns
        -------
        ndarray
            Shape (n_frames, 2), float32, none above the ceiling of the settings.
        """
        parts, n_ready = [self._left], len(self._left)
        while n_ready < n_frames:
            parts.append(self._hop())
            n_ready += HOP
        ready = np.concatenate(parts) if len(parts) > 1 else self._left
        self._left = ready[n_frames:]
        return ready[:n_frames]

    def _hop(self) -> Samples:
        moment = self._listen(self._frame + HOP)
        settings = moment.settings
        if self._volume is None:
            self._volume = Glide(settings.volume, LOUDER_PER_S, SOFTER_PER_S)
        loudest = self._volume.towards(settings.volume)
        sounding = moment.running and moment.fade_s is None
        fade = eased(self._fade.towards(float(sounding), 1 / moment.fade_s if moment.fade_s else None))
        forward = self._forward.towards(STEP_BACK if moment.speaking else 1.0)
        mix = np.zeros((N_CHANNELS, HOP), np.float32)
        self._add_pacer(mix, moment, forward)
        self._add_bed(mix, moment, forward)
        self._add_bells(mix, moment)
        self._frame += HOP
        mix *= fade.samples()
        return (_bent(mix) * Span(ceiling(loudest.start), ceiling(loudest.end)).samples()).T

    def _add_pacer(self, mix: Samples, moment: Moment, forward: Span) -> None:
        breath = _breath_at(moment, 0.0)
        coming = None if breath else _breath_at(moment, LEAD_S)
        if breath is not None:
            self._goal = breath.volume
        elif coming is not None and not self._waiting:
            # The lungs wait as they will be when the breath begins
            self._goal = coming.volume
        self._waiting = coming is not None
        lungs = self._lungs.towards(self._goal)
        inhaling = self._inhaling.towards(float(breath is not None and breath.stage in (Stage.INHALE, Stage.TOP_UP)))
        led = breath is not None or coming is not None
        for timbre, presence in self._presence.items():
            wanted = led and timbre is moment.settings.timbre
            if not wanted and presence.value == 0.0:
                continue
            level = product(eased(presence.towards(float(wanted))), forward)
            if level.silent:
                continue
            match timbre:
                case Timbre.TONES:
                    mix += self._tone.hop(lungs) * product(level, Span(TONE_LEVEL, TONE_LEVEL)).samples()
                case Timbre.BREATH:
                    tilt = _tilt(BREATH_TILT_DB, lungs)
                    tilt = Span(tilt.start + INHALE_TILT_DB * inhaling.start, tilt.end + INHALE_TILT_DB * inhaling.end)
                    mix += self._noise.hop(self._frame, tilt, product(level, _strength(LEAST_BREATH, lungs)))
                case Timbre.WAVES:
                    strength = product(level, _strength(LEAST_WAVE, lungs))
                    mix += self._noise.hop(self._frame, _tilt(WAVE_TILT_DB, lungs), strength)
                case Timbre.NONE:
                    pass

    def _add_bed(self, mix: Samples, moment: Moment, forward: Span) -> None:
        per_s = QUICK_CALM_PER_S if moment.scene.quick else CALM_PER_S
        calm = self._calm.towards(self._calm.value if moment.calm is None else moment.calm, per_s, per_s)
        wanted = moment.settings.bed and moment.elapsed_s < moment.scene.end_s
        level = product(eased(self._bed_presence.towards(float(wanted))), forward, Span(BED_LEVEL, BED_LEVEL))
        if not level.silent:
            bright = Span(calm.start**CALM_BEND, calm.end**CALM_BEND)
            mix += self._bed.hop(self._frame, _tilt(BED_TILT_DB, bright), level)

    def _add_bells(self, mix: Samples, moment: Moment) -> None:
        before_s = moment.elapsed_s - HOP / RATE_HZ if self._elapsed_s is None else self._elapsed_s
        self._elapsed_s = moment.elapsed_s
        if moment.settings.bells:
            for bell in moment.scene.bells:
                self._bells.strike(bell.at_s, bell.pitch_hz, Span(before_s, moment.elapsed_s), self._frame)
        ringing = self._bells.hop()
        if ringing is not None:
            mix += BELL_LEVEL * ringing


def _breath_at(moment: Moment, ahead_s: float) -> Breath | None:
    """The breath so long after the moment; None where it is free, and after the end."""
    at_s = moment.elapsed_s + ahead_s
    return moment.scene.breath_at(at_s) if at_s < moment.scene.end_s else None


def _tilt(limits_db: tuple[float, float], share: Span) -> Span:
    low, high = limits_db
    return Span(low + (high - low) * share.start, low + (high - low) * share.end)


def _strength(least: float, lungs: Span) -> Span:
    start, end = (NOISE_LEVEL * (least + (1.0 - least) * v) for v in (lungs.start, lungs.end))
    return Span(start, end)


def _bent(mix: Samples) -> Samples:
    """Samples above the knee bent softly below 1."""
    strength = np.abs(mix)
    if float(strength.max()) <= KNEE:
        return mix
    room = np.float32(1.0 - KNEE)
    bent = np.where(strength > KNEE, KNEE + room * np.tanh((strength - KNEE) / room), strength)
    return np.copysign(np.minimum(bent, np.float32(1.0)), mix).astype(np.float32)
