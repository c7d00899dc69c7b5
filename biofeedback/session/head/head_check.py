"""Whether a band on the head is ready for a practice, step by step and in plain words."""

from collections import Counter, deque
from dataclasses import dataclass
from enum import StrEnum

from biofeedback.analysis.eeg.live import LiveEeg, Verdicts
from biofeedback.analysis.eeg.verdicts import Reason
from devices.eeg.recording import names_a_place
from devices.preflight import PATIENCE_S, SILENT_S, Standing
from devices.samples import BandChanged, BandIdentified, EegDescription, EegFrame, LinkState, Reading

WATCHED = 30
"""So many tenths of a second tell how an electrode sits."""
OF_THE_PERSON = frozenset({Reason.BLINK, Reason.MUSCLE, Reason.MOVEMENT})
"""What says nothing against an electrode."""


class HeadStep(StrEnum):
    """What has to be so before a practice, in this order."""

    FOUND = "band_found"
    SENDS = "samples"
    ELECTRODES = "electrodes"


@dataclass(frozen=True, slots=True)
class HeadChecked:
    """A step as it stands: `words` say what is so, `do` what to do."""

    step: HeadStep
    standing: Standing
    words: str
    do: str = ""


WORDS = {
    HeadStep.FOUND: ("The band is connected.", "Looking for the band."),
    HeadStep.SENDS: ("Its samples arrive.", "Waiting for its samples."),
    HeadStep.ELECTRODES: ("Every electrode sits well.", "Listening to the electrodes: sit still, jaw and brow soft."),
}
DO = {
    HeadStep.FOUND: "Switch it on, put it on, and close the app that may hold it on a phone.",
    HeadStep.SENDS: "Switch it off and on again, and stay close to the computer.",
    HeadStep.ELECTRODES: "Push hair away from under it, wet the skin a little there, and wait half a minute.",
}


class HeadCheck:
    """Told what a band says, knows whether it is ready.

    Parameters
    ----------
    begun_s : float
        On the clock of the readings.

    Attributes
    ----------
    battery_percent : int or None
    description : EegDescription or None
    """

    def __init__(self, begun_s: float) -> None:
        self.battery_percent: int | None = None
        self.description: EegDescription | None = None
        self._state, self._trouble = LinkState.SEARCHING, ""
        self._live: LiveEeg | None = None
        self._verdicts = Verdicts(())
        self._lately: deque[list[Reason | None]] = deque(maxlen=WATCHED)
        self._step, self._since_s = HeadStep.FOUND, begun_s
        self._last_s: float | None = None
        self._refused = ""

    @property
    def ready(self) -> bool:
        """Whether a practice can begin."""
        return self._reached() is None

    @property
    def notes(self) -> list[str]:
        """What else is worth knowing before a practice."""
        percent = self.battery_percent
        told = [f"The battery of the band is at {percent} %."] if percent is not None else []
        nameless = [name for name in self.description.electrodes if not names_a_place(name)] if self.description else []
        if nameless:
            told.append(f"Not known where on the head, so that no practice is given on it: {', '.join(nameless)}.")
        return told

    def electrodes(self) -> dict[str, str]:
        """What keeps each electrode from being used; empty where nothing does."""
        names = self.description.electrodes if self.description else ()
        return {name: self._usual(index) for index, name in enumerate(names)} if self._lately else {}

    def take(self, reading: Reading) -> None:
        """Take what the band says, in order of arrival."""
        match reading:
            case BandChanged():
                self._state = reading.state
                waits = reading.retry_in_s is not None or reading.state in (LinkState.LOST, LinkState.ENDED)
                if waits or reading.state is LinkState.CONNECTED:
                    self._trouble = reading.detail if waits else ""
                if reading.state is not LinkState.CONNECTED:
                    self._begin(None)
                self._move(reading.at_s)
            case BandIdentified():
                self.battery_percent = reading.battery_percent
            case EegFrame():
                self._hear(reading)

    def steps(self, now_s: float) -> tuple[HeadChecked, ...]:
        """Every step as it stands at a time of the readings' clock."""
        if self._last_s is not None and now_s - self._last_s > SILENT_S:
            self._begin(None)
        self._move(now_s)
        reached, order = self._reached(), list(HeadStep)
        told = []
        for step in order:
            done, doing = WORDS[step]
            if reached is None or order.index(step) < order.index(reached):
                told.append(HeadChecked(step, Standing.DONE, done))
            elif step is reached:
                told.append(self._at_hand(step, doing, now_s))
            else:
                told.append(HeadChecked(step, Standing.LATER, doing))
        return tuple(told)

    def _at_hand(self, step: HeadStep, doing: str, now_s: float) -> HeadChecked:
        if self._refused and step is HeadStep.ELECTRODES:
            return HeadChecked(step, Standing.FAILING, self._refused, "Choose another band, or another rate.")
        if step is HeadStep.FOUND and self._trouble:
            return HeadChecked(step, Standing.FAILING, self._trouble)
        if now_s - self._since_s < PATIENCE_S:
            return HeadChecked(step, Standing.NOW, doing, DO[step])
        words = doing
        if step is HeadStep.ELECTRODES and self._lately:
            words = self._spoilt() or words
        return HeadChecked(step, Standing.FAILING, words, DO[step])

    def _hear(self, frame: EegFrame) -> None:
        if frame.description != self.description:
            self._begin(frame.description)
        self._state, self._last_s = LinkState.CONNECTED, frame.received_s
        if self._live is not None:
            for _, epoch in self._live.push(frame.first_sample, frame.microvolts, frame.movement_g):
                self._lately.append(self._verdicts.judge(epoch))
        self._move(frame.received_s)

    def _begin(self, description: EegDescription | None) -> None:
        self.description, self._live, self._last_s, self._refused = description, None, None, ""
        self._lately.clear()
        if description is None:
            return
        self._verdicts = Verdicts(description.electrodes)
        try:
            self._live = LiveEeg(len(description.electrodes), description.rate_hz)
        except ValueError as error:
            self._refused = f"This band cannot be followed: {error}."

    def _usual(self, index: int) -> str:
        reasons = [reasons[index] for reasons in self._lately]
        usual, _ = Counter(None if reason in OF_THE_PERSON else reason for reason in reasons).most_common(1)[0]
        return str(usual) if usual is not None else ""

    def _spoilt(self) -> str:
        """Which electrodes cannot be used and why; empty where all can be."""
        by_reason: dict[str, list[str]] = {}
        for name, why in self.electrodes().items():
            by_reason.setdefault(why, []).append(name)
        bad = [f"{why}: {', '.join(names)}" for why, names in by_reason.items() if why]
        return f"Not every electrode can be used ({'; '.join(bad)})." if bad else ""

    def _reached(self) -> HeadStep | None:
        """The step that is at hand; None where all are done."""
        if self._state is not LinkState.CONNECTED:
            return HeadStep.FOUND
        if self.description is None:
            return HeadStep.SENDS
        sound = len(self._lately) == WATCHED and not any(self.electrodes().values())
        return None if sound else HeadStep.ELECTRODES

    def _move(self, now_s: float) -> None:
        step = self._reached() or HeadStep.ELECTRODES
        if step is not self._step:
            self._step, self._since_s = step, now_s
