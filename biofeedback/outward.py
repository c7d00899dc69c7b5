"""What a session tells, sent to the network as streams of the lab streaming layer, where somebody asked for that.

Sent are beats with their verdicts, samples of a band as they came, and words about the course of the session. Nothing
tells whose they are: no name of a person, no address of a strap, no words that somebody wrote.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Self

import numpy as np

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.session.events import (
    AnchorMoved,
    BeatsCame,
    EegCame,
    Ended,
    Event,
    MarkerSet,
    PhaseBegan,
    SignalChanged,
)
from biofeedback.storage.faults import FaultLog
from devices.eeg.lsl_outlet import Channel, LslOutlet
from devices.samples import EegDescription
from devices.told import told_text

NO_NAME = "The streams need a name of letters or figures."
NOT_REAL_TIME = "Streams go at the speed of life only: leave --speed or --lsl-out out."
VERDICTS: dict[Verdict, float] = {verdict: i for i, verdict in enumerate(list(Verdict)[1:])}
"""Codes of those that are final."""
HEART = Channel("rr", "milliseconds", "RR"), Channel("nn", "milliseconds", "NN"), Channel("verdict", "", "code")


class Outward:
    """Sends what one session tells; all methods are for the thread of the loop that runs it.

    Entered around the session. What goes wrong on the way costs what was to be sent, never the session.

    Parameters
    ----------
    name : str
        What the names of the streams begin with.
    now : callable
        The clock of the session, in seconds.
    faults : FaultLog
    simulated : bool
        Whether it is a simulated person that is heard, which each stream tells.

    Raises
    ------
    ValueError
        If nothing is left of the name.
    SourceError
        If pylsl, or its library, is not installed.
    """

    def __init__(self, name: str, now: Callable[[], float], faults: FaultLog, *, simulated: bool = False) -> None:
        self.name = told_text(name)
        if not self.name:
            raise ValueError(NO_NAME)
        self._now, self._faults = now, faults
        self._started_s = now()
        self._running = True
        self._quality = ""
        codes = {verdict.value: f"{code:g}" for verdict, code in VERDICTS.items()}
        self._about = {"source": {"simulated": "yes" if simulated else "no"}}
        self._words = LslOutlet(f"{self.name} events", "Markers", [Channel("event")], text=True, about=self._about)
        self._heart = LslOutlet(f"{self.name} heart", "RR", HEART, about={**self._about, "verdicts": codes})
        self._head: tuple[EegDescription, LslOutlet] | None = None

    @property
    def warning(self) -> str:
        """What somebody has to know while it is on."""
        return f"Everybody in this network can read the signals of this session: they are sent as '{self.name}'."

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for outlet in (self._words, self._heart, *(self._head or ())[1:]):
            outlet.close()

    def take(self, event: Event) -> None:
        """Send what there is to send of an event."""
        with self._faults.contained("sending to the network"):
            match event:
                case BeatsCame():
                    for beat in event.judged:
                        self._send_beat(beat)
                case EegCame():
                    self._send_samples(event)
                case AnchorMoved():
                    self._turn(event)
                case PhaseBegan():
                    self._say(event.at_s, f"part {event.planned.index + 1}: {event.planned.phase.role}")
                case MarkerSet():
                    self._say(event.at_s, "mark")
                case SignalChanged() if event.quality != self._quality:
                    self._quality = event.quality
                    self._say(event.at_s, f"signal: {event.quality}")
                case Ended() if event.saved:
                    self._say(event.at_s, "end")
                case _:
                    pass

    def _send_beat(self, beat: Beat) -> None:
        """What is not used has no interval to calculate with: no number stands there."""
        nn_ms = np.nan if beat.nn_ms is None else beat.nn_ms
        self._heart.send((beat.rr_ms, nn_ms, VERDICTS[beat.verdict]), self._age_s(beat.time_s))

    def _send_samples(self, event: EegCame) -> None:
        described = event.frame.description
        if self._head is None or not self._head[0].measures_like(described):
            if self._head is not None:
                self._head[1].close()
            channels = [Channel(electrode, "microvolts", "EEG") for electrode in described.electrodes]
            reference = {"reference": {"label": described.reference}} if described.reference else {}
            about = {**self._about, **reference}
            self._head = described, LslOutlet(f"{self.name} EEG", "EEG", channels, described.rate_hz, about=about)
        self._head[1].send_samples(event.frame.microvolts.T, self._now() - event.arrived_clock_s)

    def _turn(self, event: AnchorMoved) -> None:
        self._started_s = event.anchor.clock_s - event.at_s
        if event.anchor.running is not self._running:
            self._running = event.anchor.running
            self._say(event.at_s, "resume" if self._running else "pause")

    def _say(self, at_s: float, words: str) -> None:
        self._words.send((words,), self._age_s(at_s))

    def _age_s(self, at_s: float) -> float:
        return self._now() - self._started_s - at_s
