"""What the band on the head told in a session, gathered so that it can be summed up at any time."""

from array import array
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.eeg.figures import MOST_LEFT_OUT
from biofeedback.analysis.eeg.live import step_s
from biofeedback.analysis.eeg.rhythms import BANDS
from biofeedback.analysis.eeg.verdicts import Reason
from biofeedback.session.head.brain import Brain
from biofeedback.session.head.moment import Moment
from biofeedback.session.scoring import NOT_ASKED
from biofeedback.session.summary import EegPhase, EegSummary, ScoreSummary
from devices.samples import EegFrame

Stretch = tuple[float, float]
N_APART = 10
"""The power of every tenth moment is kept: neighbours tell nearly the same."""
LEAST_S = 15.0
"""Of so many seconds powers are told. A choice: half a minute scatters by about a tenth."""
FEW = f"fewer than {LEAST_S:.0f} s can be used"
MUCH_LEFT_OUT = f"more than {100 * MOST_LEFT_OUT:.0f} % of it cannot be used"
NONE_CAME = "nothing came from a band on the head"
POWERS = "bands_uv2"
COURSE_S = 2.0
ENDS_S = 2.0
"""So much of a stretch may have no moment though the band was there: one is of the second before it, and comes late."""


class BrainAccount:
    """Gathers moments; those of stretches that were left out never come."""

    def __init__(self) -> None:
        self._begin((), 0.0)
        self._frame: EegFrame | None = None
        self.used: tuple[str, ...] = ()
        self.mains_hz: float | None = None
        self.n_lost = 0

    def _begin(self, electrodes: Sequence[str], since_s: float) -> None:
        self._since_s, self._n_samples = since_s, 0
        self._at_s, self._values, self._rewarded = array("d"), array("d"), bytearray()
        self._sound: list[NDArray[np.bool_]] = []
        self._powers: list[tuple[float, NDArray[np.float32]]] = []
        self._reasons: list[Counter[str]] = [Counter() for _ in electrodes]
        self._unscored: Counter[str] = Counter()

    def add(self, at_s: float, frame: EegFrame, moments: Sequence[Moment]) -> None:
        """Take a frame that arrived at `at_s` seconds of the session, and what it brought."""
        band = frame.description
        if self._frame is None or not band.measures_like(self._frame.description):
            # of two bands in one session the later one is told
            self._begin(band.electrodes, at_s - len(frame.counts) / band.rate_hz)
        self._frame = frame
        self._n_samples += len(frame.counts)
        for moment in moments:
            self._add(moment)

    def _add(self, moment: Moment) -> None:
        sound = np.array([reason is None for reason in moment.reasons])
        for counter, reason in zip(self._reasons, moment.reasons, strict=True):
            if reason is not None:
                counter[reason] += 1
        if len(self._at_s) % N_APART == 0:
            powers = np.where(sound, moment.band_uv2, np.nan).astype(np.float32)
            self._powers.append((moment.at_s, powers))
        self._at_s.append(moment.at_s)
        self._sound.append(sound)
        score = moment.score
        self._values.append(np.nan if score.value is None else score.value)
        self._rewarded.append(score.rewarded)
        if score.value is None and score.reason not in NOT_ASKED:
            self._unscored[score.reason] += 1

    def close(self, brain: Brain) -> None:
        """Take what only the whole session tells."""
        self.mains_hz, self.n_lost, self.used = brain.mains_hz, brain.n_lost, brain.used

    def summary(self, duration_s: float, stretches: Sequence[Stretch]) -> EegSummary | None:
        """The session as a whole, of which some stretches count; None where no band was there.

        While the band itself is away no sample has a number: what is missing then is told by the time.
        """
        if self._frame is None:
            return None
        band, n = self._frame.description, len(self._at_s)
        away_s = duration_s - self._since_s - (self._n_samples + self.n_lost) / band.rate_hz
        n_lost = self.n_lost + (round(away_s * band.rate_hz) if away_s > ENDS_S else 0)
        n_told = self._n_samples + n_lost
        worn = [(max(begin_s, self._since_s), end_s) for begin_s, end_s in stretches if end_s > self._since_s]
        n_silent = self._n_silent(worn, n) if n else 0
        reasons = [counter + Counter({Reason.LOST: n_silent}) for counter in self._reasons]
        n += n_silent
        return EegSummary(
            device=band.device,
            electrodes=band.electrodes,
            used=self.used,
            rate_hz=band.rate_hz,
            mains_hz=self.mains_hz,
            received_s=self._n_samples / band.rate_hz,
            lost_percent=100.0 * n_lost / n_told if n_told else None,
            kept_percent={
                name: 100.0 * (n - counter.total()) / n if n else None
                for name, counter in zip(band.electrodes, reasons, strict=True)
            },
            left_out_s={
                name: {str(reason): round(step_s(band.rate_hz) * count, 1) for reason, count in sorted(counter.items())}
                for name, counter in zip(band.electrodes, reasons, strict=True)
                if counter
            },
        )

    def _n_silent(self, stretches: Sequence[Stretch], n_there: int) -> int:
        """How many moments of some stretches never came, because the band was not heard."""
        if self._frame is None:
            return 0
        apart_s = step_s(self._frame.description.rate_hz)
        silent_s = sum(end_s - begin_s for begin_s, end_s in stretches) - n_there * apart_s
        return round(silent_s / apart_s) if silent_s > ENDS_S * len(stretches) else 0

    def phase(self, stretches: Sequence[Stretch]) -> EegPhase | None:
        """What some stretches, which are those of a phase, told; None where nothing came."""
        inside = _within(np.array(self._at_s), stretches)
        if self._frame is None or not inside.any():
            return None
        electrodes = self._frame.description.electrodes
        places = [electrodes.index(name) for name in self.used] or list(range(len(electrodes)))
        sound = np.array(self._sound)[inside][:, places].any(axis=1)
        n = int(inside.sum())
        kept = float(sound.sum()) / (n + self._n_silent(stretches, n))
        why = (
            FEW
            if sound.sum() * step_s(self._frame.description.rate_hz) < LEAST_S
            else MUCH_LEFT_OUT
            if kept < 1.0 - MOST_LEFT_OUT
            else ""
        )
        bands: dict[str, float | None] = dict.fromkeys(band.name for band in BANDS)
        if not why:
            moments_s = np.array([at_s for at_s, _ in self._powers])
            powers = np.array([each for _, each in self._powers])[_within(moments_s, stretches)][:, :, places]
            of_electrodes = np.array([np.nanmean(each, axis=1) for each in powers if np.isfinite(each).any()])
            middle = np.median(of_electrodes, axis=0)
            bands = {band.name: float(value) for band, value in zip(BANDS, middle, strict=True)}
        values = np.array(self._values)[inside]
        scored = np.isfinite(values)
        rewarded = np.frombuffer(self._rewarded, np.uint8)[inside]
        return EegPhase(
            kept_percent=100.0 * kept,
            bands_uv2=bands,
            rewarded_percent=100.0 * float(rewarded[scored].mean()) if scored.any() else None,
            withheld={POWERS: why} if why else {},
        )

    def score(self, stretches: Sequence[Stretch]) -> ScoreSummary:
        """The answers within stretches that give them."""
        at_s = np.array(self._at_s)
        inside = _within(at_s, stretches)
        values = np.array(self._values)[inside]
        scored = np.isfinite(values)
        if not scored.any():
            reason = self._unscored.most_common(1)[0][0] if self._unscored else NONE_CAME
            return ScoreSummary(None, 0.0 if len(values) else None, None, reason=reason)
        rewarded = np.frombuffer(self._rewarded, np.uint8)[inside][scored]
        told = float(scored.sum()) / (len(scored) + self._n_silent(stretches, len(scored)))
        return ScoreSummary(float(values[scored].mean()), 100.0 * told, 100.0 * float(rewarded.mean()))

    def course(self, stretches: Sequence[Stretch]) -> tuple[tuple[float, float], ...]:
        """The answer as it went on: the mean of each two seconds in which it was there."""
        at_s, values = np.array(self._at_s), np.array(self._values)
        known = np.isfinite(values) & _within(at_s, stretches)
        parts = (at_s[known] // COURSE_S).astype(np.int64)
        return tuple(
            ((part + 0.5) * COURSE_S, float(values[known][parts == part].mean())) for part in np.unique(parts).tolist()
        )


def _within(at_s: NDArray[np.float64], stretches: Sequence[Stretch]) -> NDArray[np.bool_]:
    inside = np.zeros(len(at_s), np.bool_)
    for begin_s, end_s in stretches:
        inside |= (at_s >= begin_s) & (at_s < end_s)
    return inside
