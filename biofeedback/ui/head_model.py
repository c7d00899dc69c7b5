"""The band on the head as the window sees it: its electrodes, its latest seconds; knows no Qt."""

from collections import deque
from typing import TYPE_CHECKING

from biofeedback.session.events import EegCame
from biofeedback.session.strap_care import LOW_PERCENT
from biofeedback.ui.words import head as words
from devices.samples import BandChanged, BandIdentified, EegDescription, LinkState
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.session.head.moment import Moment

SHOWN_S, SPECTROGRAM_S = 6.0, 120.0
"""So much of the samples, and of the bands, is kept to be shown."""
SILENT_S = 3.0
"""A band that says nothing for so long is not heard."""
LATELY = 40
"""So many of the latest moments tell how an electrode is: two seconds."""


class HeadModel:
    """Keeps what came lately.

    Attributes
    ----------
    description : EegDescription or None
    pieces : deque of EegCame
        The latest seconds of samples.
    moments : deque of Moment
    n_came : int
        Changes whenever there is something new to show.
    state : LinkState or None
        Of the link to the band; None before it told any.
    detail : str
        What it said of itself, for a person.
    battery_percent : int or None
    """

    def __init__(self) -> None:
        self.description: EegDescription | None = None
        self.pieces: deque[EegCame] = deque()
        self.moments: deque[Moment] = deque(maxlen=round(20 * SPECTROGRAM_S))
        self.n_came = 0
        self.state: LinkState | None = None
        self.detail = ""
        self.battery_percent: int | None = None
        self._newest_clock_s: float | None = None

    def take(self, came: EegCame) -> None:
        """Take the next samples."""
        if came.frame.description != self.description:
            self.description = came.frame.description
            self.pieces.clear()
            self.moments.clear()
        self.pieces.append(came)
        while self.pieces[0].at_s < came.at_s - SHOWN_S:
            self.pieces.popleft()
        self.moments.extend(came.moments)
        self.detail = came.trouble or self.detail
        self._newest_clock_s = came.arrived_clock_s
        self.n_came += 1

    def hear(self, news: BandChanged | BandIdentified) -> None:
        """Take what the band tells of itself."""
        if isinstance(news, BandIdentified):
            self.battery_percent = news.battery_percent
        else:
            self.state, self.detail = news.state, news.detail
        self.n_came += 1

    def heard(self, now_s: float) -> bool:
        """Whether the band sends, at a time of the clock."""
        return self._newest_clock_s is not None and now_s - self._newest_clock_s < SILENT_S

    @property
    def trouble(self) -> str:
        """What the band said last of a link that is not there; empty where it said nothing."""
        return self.detail if self.state in (LinkState.LOST, LinkState.ENDED) else ""

    def electrodes(self) -> list[tuple[str, str]]:
        """Each electrode with what keeps it from being used most of the latest seconds; empty where nothing does."""
        if self.description is None:
            return []
        lately = list(self.moments)[-LATELY:]
        told = []
        for index, name in enumerate(self.description.electrodes):
            reasons = [moment.reasons[index] for moment in lately]
            usual = max(set(reasons), key=reasons.count) if reasons else None
            told.append((name, str(usual) if usual is not None else ""))
        return told

    def care(self, exercise: Exercise, now_s: float) -> str:
        """What an exercise needs done about the band at a time of the clock, in a few words; empty where nothing."""
        if not self.heard(now_s) or self.description is None:
            return words.UNHEARD if self.description else words.LOOKED_FOR
        watched = words.watched(exercise, self.description.electrodes)
        failing = [name for name, reason in self.electrodes() if name in watched and words.fails(reason)]
        low = self.battery_percent is not None and self.battery_percent <= LOW_PERCENT
        return words.loose(failing) if failing else words.BATTERY if low else ""
