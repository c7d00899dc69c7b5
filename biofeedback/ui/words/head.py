"""The words around a band on the head: how its electrodes sit, what a practice needs of it, what it cannot see."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from biofeedback.reports.visible import visible
from protocols.neurofeedback import AIMS
from protocols.specification import Exercise


class Sitting(StrEnum):
    """How an electrode sits, in a word."""

    GOOD = "good"
    SETTLING = "settling"
    LOOSE = "loose"
    SILENT = "no signal"
    MAINS = "line noise"


SITTINGS = {
    "": Sitting.GOOD,
    "filters settling": Sitting.SETTLING,
    "electrode loose": Sitting.LOOSE,
    "clipped": Sitting.LOOSE,
    "flat": Sitting.SILENT,
    "samples missing": Sitting.SILENT,
    "line noise": Sitting.MAINS,
}
"""By the reason why an electrode cannot be used; any other is of the person, and says nothing against it."""
DO = {
    Sitting.SETTLING: "It takes a moment. Sit still, jaw and brow soft.",
    Sitting.LOOSE: "Push hair away from under it, press it gently to the skin, and wet the skin a little there.",
    Sitting.SILENT: "See that it lies on the skin, not on hair, and that its cable or cap is in place.",
    Sitting.MAINS: "Sit away from chargers, lamps and cables; a laptop hums less on its battery. Wet the skin there.",
}

TITLE, ON_THE_HEAD = "The band on your head", "A band on the head?"
NO_BAND, NO_BAND_CHOSEN = "No band", "No band on the head"
CHOOSE_BAND, CHOOSE_STRAP, ANOTHER_BAND = "Choose a band", "Choose a strap", "Another band"
SOMETHING_ELSE = "Something else"
BANDS = (("eeg:muse", "Muse headband, the nearest"), ("sim:head", "Simulated head"))
"""Bands that can be chosen without looking for them, by their device URIs."""
UNNAMED_BAND = "A headband without a name"
LOOK_IN_NETWORK, LOOKING_IN_NETWORK = "Look for streams in this network", "Looking in this network"
NONE_IN_NETWORK = "No other program sends a stream of EEG in this network."
USED_WITH = "It is listened to in the practices with a band on the head."
SEE_HOW, BEGIN, BEGIN_ANYWAY = "See how it sits", "Begin", "Begin all the same"
NEEDS_BAND = "This practice listens to a band on the head, and none is chosen yet."
NEEDS_STRAP = "This practice listens to the heart, too, and no strap is chosen yet."
NEEDS_PLACE = "This practice needs an electrode {}. This band has none there, so neither sound nor picture can answer."
OTHERS_ARE_HERE = "Everything else can be practised without it."
READY = "The band sits well. You can begin."
GOOD_ENOUGH = "That is good enough to begin. Answers come from the electrodes that sit well."
NOT_YET = "Some electrodes that this practice needs cannot be used yet."
LOOKING = "Looking for the band."
IS_SIMULATED = "This is a simulated head, not your own."
ELSEWHERE = "Not on the picture: {}."
LOW_BATTERY = "The band's battery is nearly empty ({} %)."
UNHEARD = "The band is not heard"
UNHEARD_LINE = "The band is not heard. It is being looked for."
LOOKED_FOR, SIMULATED, SITS = "Looking for the band", "Simulated head", "The band is heard"
BATTERY = "The band's battery is nearly empty"
CANNOT_SEE = "What a band cannot see"
LIMITS = (
    "An electrode sees what lies under it. A band on the forehead sees nothing of the middle of the head.",
    "Jaw, brow and eyes are much louder than the brain. While they move, the answer stands still.",
    "What it shows is not pain, not a mood and not a thought, and nobody can read an illness from it.",
    "It can bring a headache or tiredness, and sensitive skin may redden. Then stop: that was enough for today.",
)
"""Told with every practice that needs a band (docs/eeg.md)."""


def sitting_of(reason: str) -> Sitting:
    """How an electrode sits, by the reason why it cannot be used."""
    return SITTINGS.get(reason, Sitting.GOOD)


def fails(reason: str) -> bool:
    """Whether an electrode cannot be used for that reason until something is done about it."""
    return sitting_of(reason) not in (Sitting.GOOD, Sitting.SETTLING)


def by_sitting(electrodes: Iterable[tuple[str, Sitting]]) -> dict[Sitting, list[str]]:
    """The names of electrodes by how they sit, what needs care first."""
    told = list(electrodes)
    order = (Sitting.SILENT, Sitting.LOOSE, Sitting.MAINS, Sitting.SETTLING, Sitting.GOOD)
    grouped = {each: [name for name, sitting in told if sitting is each] for each in order}
    return {sitting: names for sitting, names in grouped.items() if names}


MOST_NAMED, MOST_LETTERS = 12, 16


def named(names: Sequence[str]) -> str:
    """Some electrodes by name; of many, how many there are."""
    shown = ", ".join(map(short, names[:MOST_NAMED]))
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"


def short(name: str) -> str:
    """The name of an electrode as it is shown: a band may tell anything."""
    told = visible(name).strip() or "?"
    return told if len(told) <= MOST_LETTERS else f"{told[: MOST_LETTERS - 1]}\u2026"


def stream(name: str) -> str:
    """A stream of another program, as it is offered."""
    return f"Stream: {name}"


def told_apart(name: str, names: Sequence[str], device_uri: str) -> str:
    """The name of a band, with the end of its address where another one is called the same."""
    shown = name or UNNAMED_BAND
    return shown if names.count(name) < 2 else f"{shown} ({device_uri[-5:]})"


def sits(sitting: Sitting, names: Sequence[str]) -> str:
    """Which electrodes sit so."""
    return f"{sitting.capitalize()}: {named(names)}"


def loose(names: Sequence[str]) -> str:
    """Electrodes that came loose in a session."""
    if len(names) > 3:
        return f"{len(names)} electrodes cannot be used now"
    shown = list(map(short, names))
    listed = ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]
    return f"{'Electrodes' if len(shown) > 1 else 'Electrode'} {listed} cannot be used now"


def answers_from_head(exercise: Exercise) -> bool:
    """Whether a practice needs a band."""
    return any(phase.feedback.of_head for phase in exercise.phases)


def answers_from_heart(exercise: Exercise) -> bool:
    """Whether a practice with a band needs a strap, too."""
    return any(phase.feedback.of_head and phase.feedback.of_heart for phase in exercise.phases)


def watched(exercise: Exercise, electrodes: Sequence[str]) -> tuple[str, ...]:
    """The electrodes of a band that a practice gets its answer from; all where it gets none from the head."""
    aims = [AIMS[phase.feedback] for phase in exercise.phases if phase.feedback.of_head]
    if not aims:
        return tuple(electrodes)
    return tuple(electrodes[place] for place in sorted({place for aim in aims for place in aim.places(electrodes)}))


def lacking(exercise: Exercise, electrodes: Sequence[str]) -> str:
    """Where a practice needs an electrode that a band does not have; empty where it has them."""
    for phase in exercise.phases:
        if phase.feedback.of_head and not AIMS[phase.feedback].places(electrodes):
            return NEEDS_PLACE.format(AIMS[phase.feedback].where)
    return ""
