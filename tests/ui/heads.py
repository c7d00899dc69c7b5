"""A band on the head as the window hears of it, made by hand."""

from collections.abc import Mapping, Sequence

import numpy as np

from biofeedback.analysis.eeg.rhythms import BANDS
from biofeedback.analysis.eeg.verdicts import Reason
from biofeedback.session.events import EegCame
from biofeedback.session.head.moment import Moment
from biofeedback.ui.messages import HeadFelt
from devices.eeg.frames import EegReader, frame_packet, start_packet
from devices.samples import EegDescription
from protocols.feedback import Score

RATE_HZ, STEP_S = 250.0, 0.1


class HandMadeBand:
    """Sends a tenth of a second at a time.

    Parameters
    ----------
    electrodes : sequence of str
    """

    def __init__(self, electrodes: Sequence[str], *, simulated: bool = False) -> None:
        self.electrodes = tuple(electrodes)
        self._told = EegDescription("Band", self.electrodes, RATE_HZ, 0.1, "", simulated)
        self._reader = EegReader()
        self._reader.started(start_packet(0.0, self._told))
        self._first = 0

    def came(
        self, at_s: float, reasons: Mapping[str, Reason] | None = None, score: Score | None = None, clock_s: float = 0.0
    ) -> EegCame:
        """What came then; `reasons` by electrode, None where it can be used."""
        n = round(RATE_HZ * STEP_S)
        at = np.arange(self._first, self._first + n) / RATE_HZ
        counts = np.stack([100.0 * np.sin(2 * np.pi * (8 + k % 5) * at) for k in range(len(self.electrodes))], axis=1)
        frame = self._reader.frame(frame_packet(at_s, self._first, counts.astype(np.int32)))
        self._first += n
        score = score or Score(reason="not asked")
        why = tuple((reasons or {}).get(name) for name in self.electrodes)
        powers = np.ones((len(BANDS), len(self.electrodes)))
        return EegCame(at_s, clock_s or at_s, frame, (Moment(at_s, why, powers, score),), score)


def felt(device_uri: str, electrodes: Mapping[str, str], *, simulated: bool = True) -> HeadFelt:
    """What a band tells before a practice once all steps but the electrodes are done."""
    return HeadFelt(device_uri, (), tuple(electrodes.items()), simulated, None)
