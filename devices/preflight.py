"""Whether a strap is ready for a practice, step by step and in plain words: a pure state, told what the strap says."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from devices.known_straps import Sensor, strap_named
from devices.samples import (
    BatteryRead,
    Contact,
    HeartRateSample,
    LinkChanged,
    LinkState,
    MalformedPacket,
    Reading,
    RRSupport,
    StrapIdentified,
    arrived_s,
)

ENOUGH_BEATS, WATCHED_S = 10, 15.0
"""So many beats in a row, without a break of the link or the contact, are good enough to start."""
SHORTEST_MS, LONGEST_MS = 300.0, 2000.0
STEP_MOST = 0.30
"""An interval that differs by more from the one before it, or that no heart has, is not clear; one in ten may."""
UNCLEAR_SHARE = 0.10
SILENT_S = 5.0
PATIENCE_S = 10.0
"""After so long a step that does not come says what to do."""
LOW_PERCENT = 10


class Step(StrEnum):
    """What has to be so before a practice, in this order."""

    FOUND = "found"
    CONNECTED = "connected"
    ON_THE_SKIN = "on_the_skin"
    BEATS = "beats"
    INTERVALS = "intervals"
    GOOD_ENOUGH = "good_enough"


class Standing(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    FAILING = "failing"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Checked:
    """A step as it stands: `words` say what is so, `do` what to do; empty where nothing is to be done."""

    step: Step
    standing: Standing
    words: str
    do: str = ""

    @property
    def sentence(self) -> str:
        """What is so and what to do."""
        return f"{self.words} {self.do}".strip()


def at_hand(steps: Sequence[Checked]) -> Checked:
    """The one step that matters now: the first that is not done; the last where all are."""
    return next((each for each in steps if each.standing is not Standing.DONE), steps[-1])


WORDS = {
    Step.FOUND: ("The strap is found.", "Looking for the strap."),
    Step.CONNECTED: ("It is connected.", "Connecting."),
    Step.ON_THE_SKIN: ("It feels your skin.", "Does it feel your skin?"),
    Step.BEATS: ("Your pulse arrives.", "Waiting for your pulse."),
    Step.INTERVALS: ("Every single beat arrives.", "Waiting for single beats."),
    Step.GOOD_ENOUGH: (
        "The signal is clear. You can start.",
        "Listening for a moment: sit still, breathe as you like.",
    ),
}
UNKNOWN_SKIN = "This strap does not tell whether it feels your skin; your beats will show it."
DO = {
    Step.FOUND: "Wet the electrodes and put the strap on: most straps wake only on the skin. "
    "Take it off the phone or watch that may hold it, and come close to the computer.",
    Step.CONNECTED: "Close other programs that use the strap, take it off the phone, and stay close to the computer.",
    Step.ON_THE_SKIN: "Wet the electrodes well and pull the strap a little tighter, below the breast.",
    Step.BEATS: "Wet the electrodes, and turn the strap so that they lie flat on the skin.",
    Step.INTERVALS: "This device tells a heart rate only. Wear a strap that tells single beats.",
    Step.GOOD_ENOUGH: "Wet the electrodes, pull the strap a little tighter, and sit still for a moment.",
}


class Preflight:
    """Follows a strap from the search to a signal that is good enough. No clock of its own.

    Parameters
    ----------
    begun_s : float
        When it began, on the clock of the readings.
    """

    def __init__(self, begun_s: float) -> None:
        self._since_s = begun_s
        self._step = Step.FOUND
        self._link = LinkState.SEARCHING
        self._trouble = ""
        self._name = ""
        self._battery_percent: int | None = None
        self._contact: Contact | None = None
        self._rate_bpm: int | None = None
        self._without_rr = False
        self._last_s = begun_s
        self._beats: deque[tuple[float, bool]] = deque(maxlen=4 * ENOUGH_BEATS)
        self._previous_ms = 0.0
        self._beat_s: float | None = None

    @property
    def ready(self) -> bool:
        """Whether a practice can begin."""
        return self._reached() is None

    @property
    def rate_bpm(self) -> int | None:
        """The pulse that the strap told last."""
        return self._rate_bpm

    def beat_age_s(self, now_s: float) -> float | None:
        """How long ago the newest beat arrived; None where none has."""
        return None if self._beat_s is None else now_s - self._beat_s

    @property
    def notes(self) -> tuple[str, ...]:
        """What else is worth knowing before a practice: the battery, and what is known of such a strap."""
        low = self._battery_percent is not None and self._battery_percent <= LOW_PERCENT
        battery = f"Its battery is nearly empty ({self._battery_percent} %): have a new one at hand." if low else ""
        known = strap_named(self._name)
        # What the strap shows goes before what is known of its kind: where all is well only the kind of sensor matters
        say = known.say if known and (known.sensor is Sensor.LIGHT or not self.ready) else ""
        return tuple(filter(None, (battery, say)))

    def take(self, reading: Reading) -> None:
        """Take what the strap says, in order of arrival."""
        match reading:
            case LinkChanged():
                self._take_link(reading)
            case StrapIdentified(name=name):
                self._name = name
            case BatteryRead(percent=percent):
                self._battery_percent = percent
            case RRSupport(present=present):
                self._without_rr = not present
            case HeartRateSample():
                self._take_beats(reading)
            case MalformedPacket(packet=packet):
                self._last_s = packet.received_s
        self._move(arrived_s(reading))

    def steps(self, now_s: float) -> tuple[Checked, ...]:
        """Every step as it stands at a time of the readings' clock."""
        if now_s - self._last_s > SILENT_S and self._link is LinkState.CONNECTED:
            self._begin_anew()
        self._move(now_s)
        reached = self._reached()
        order = list(Step)
        checked = []
        for step in order:
            done, doing = WORDS[step]
            if reached is None or order.index(step) < order.index(reached):
                unsure = step is Step.ON_THE_SKIN and self._contact is Contact.UNSUPPORTED
                checked.append(Checked(step, Standing.DONE, UNKNOWN_SKIN if unsure else done))
            elif step is reached:
                checked.append(self._at_hand(step, doing, now_s))
            else:
                checked.append(Checked(step, Standing.LATER, doing))
        return tuple(checked)

    def _at_hand(self, step: Step, doing: str, now_s: float) -> Checked:
        now = Checked(step, Standing.NOW, doing)
        if step is Step.INTERVALS and self._without_rr:
            return replace(now, standing=Standing.FAILING, words="No single beats come from it.", do=DO[step])
        if step in (Step.FOUND, Step.CONNECTED) and self._trouble:
            return replace(now, standing=Standing.FAILING, words=self._trouble)
        if step is Step.ON_THE_SKIN and self._contact is Contact.LOST:
            return replace(now, standing=Standing.FAILING, words="It does not feel your skin.", do=DO[step])
        if now_s - self._since_s < (2 * WATCHED_S if step is Step.GOOD_ENOUGH else PATIENCE_S):
            return now
        return replace(now, standing=Standing.FAILING, do=DO[step])

    def _take_link(self, changed: LinkChanged) -> None:
        self._link = changed.state
        waits = changed.retry_in_s is not None or changed.state is LinkState.LOST
        if waits:
            self._trouble = changed.detail
        elif changed.state is LinkState.CONNECTED:
            self._trouble = ""
        if changed.state is not LinkState.CONNECTED:
            self._begin_anew()
        self._last_s = changed.at_s

    def _begin_anew(self) -> None:
        self._contact, self._rate_bpm = None, None
        self._beats.clear()

    def _take_beats(self, sample: HeartRateSample) -> None:
        self._link, self._last_s = LinkState.CONNECTED, sample.received_s
        self._contact, self._rate_bpm = sample.contact, sample.rate_bpm
        if sample.contact is Contact.LOST:
            self._beats.clear()
            return
        for rr_ms in sample.rr_ms:
            step = abs(rr_ms - self._previous_ms) / self._previous_ms if self._previous_ms else 0.0
            self._beat_s = sample.received_s
            self._beats.append((sample.received_s, SHORTEST_MS <= rr_ms <= LONGEST_MS and step <= STEP_MOST))
            self._previous_ms = rr_ms

    def _reached(self) -> Step | None:
        """The step that is at hand; None where all are done."""
        searching = self._link in (LinkState.SEARCHING, LinkState.LOST, LinkState.ENDED)
        lasting = [clear for at_s, clear in self._beats if at_s > self._last_s - WATCHED_S]
        enough = len(lasting) >= ENOUGH_BEATS and lasting.count(False) <= UNCLEAR_SHARE * len(lasting)
        undone = {
            Step.FOUND: searching,
            Step.CONNECTED: self._link is LinkState.CONNECTING,
            Step.ON_THE_SKIN: self._contact in (None, Contact.LOST),
            Step.BEATS: not self._rate_bpm and not self._beats,
            Step.INTERVALS: not self._beats,
            Step.GOOD_ENOUGH: not enough,
        }
        return next((step for step, is_undone in undone.items() if is_undone), None)

    def _move(self, now_s: float) -> None:
        step = self._reached() or Step.GOOD_ENOUGH
        if step is not self._step:
            self._step, self._since_s = step, now_s
