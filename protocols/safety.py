"""What to ask before a practice: conditions under which it needs care, and signs that belong to a doctor first.

Rules after the cautions that the literature names for slow breathing, held breath, inward attention, emotion work and
movement (science D4, E1). Nothing here tells what somebody has.
"""

from dataclasses import dataclass
from enum import StrEnum

from protocols.breathing import BreathPattern

SLOW_BELOW_PER_MIN = 9.0
"""Breathing slower than this is slow breathing: people seldom breathe so at rest."""


class Caution(StrEnum):
    """What an exercise brings with it that not everybody should do."""

    HEART = "heart"
    SLOW_BREATHING = "slow-breathing"
    HOLDS = "holds"
    INWARD_ATTENTION = "inward-attention"
    EMOTIONS = "emotions"
    MOVEMENT = "movement"
    HEAD = "head"
    RED_FLAGS = "red-flags"


@dataclass(frozen=True, slots=True)
class Check:
    """A question with yes or no, and what is said to a yes.

    Attributes
    ----------
    question : str
    examples : tuple of str
        What a yes can mean, a line each.
    advice : str
        Said where the answer is yes.
    stops : bool
        Whether the practice is not begun then.
    """

    question: str
    examples: tuple[str, ...]
    advice: str
    stops: bool


CHECKS: dict[Caution, Check] = {
    Caution.RED_FLAGS: Check(
        "Is any of this new, or getting worse, and not yet looked at by a doctor?",
        (
            "pain in the chest, fainting, or breathlessness at rest",
            "a sudden very bad headache, weakness, numbness, trouble speaking or seeing",
            "trouble holding urine or stool, or numbness between the legs",
            "fever, weight loss without trying, or a history of cancer",
            "pain at night that no position eases, pain after a fall, or pain unlike your usual one",
            "thoughts of ending your life",
        ),
        "Please let a doctor look at this first: today if it is new or frightening. For chest pain, fainting, sudden "
        "weakness, or thoughts of ending your life, call your emergency number at once, such as 112 or 911, or a "
        "crisis line, such as 988 in the US. Quiet breathing at your own pace is still here for you.",
        stops=True,
    ),
    Caution.HEART: Check(
        "Do you have a pacemaker, atrial fibrillation, very frequent extra beats, or a transplanted heart?",
        (),
        "Then the figures of your heartbeat cannot tell what they usually tell, and the program will often hold them "
        "back. Breathe at your own pace, and speak with your doctor before training with the heart's rhythm.",
        stops=False,
    ),
    Caution.SLOW_BREATHING: Check(
        "Does one of these go for you?",
        (
            "a heart attack or stroke in the last months, or a heart illness that is not stable",
            "fainting, or very low blood pressure",
            "asthma or another lung illness that troubles you now",
            "pregnancy",
            "epilepsy, a severe illness of kidneys or metabolism, or an eating disorder",
            "panic attacks that come with watching the breath",
        ),
        "Speak with your doctor before you practise slow breathing. Until then choose a quicker, comfortable pace, sit "
        "or lie, keep it short, and stop when it is not pleasant.",
        stops=False,
    ),
    Caution.HOLDS: Check(
        "Does one of these go for you?",
        ("pregnancy", "heart or lung illness", "low blood pressure or fainting", "panic attacks", "epilepsy"),
        "Then please leave out exercises that hold the breath. Slow breathing without holds is gentler.",
        stops=True,
    ),
    Caution.INWARD_ATTENTION: Check(
        "Does turning towards the body bring up panic, memories of something terrible, or a feeling of not being real?",
        (),
        "Then keep your eyes open, keep it short, and look around the room whenever you like. Better still, do this "
        "with somebody who knows how to help. Something that looks outward may suit you better now.",
        stops=False,
    ),
    Caution.EMOTIONS: Check(
        "Are you going through a crisis, or has something happened that you cannot bear to think of?",
        (),
        "Then this is not the practice for today. Do it together with a therapist. In a crisis, call somebody you "
        "trust, your doctor or a crisis line.",
        stops=True,
    ),
    Caution.HEAD: Check(
        "Do you have epilepsy, or something implanted that works with current: a stimulator, a pacemaker, a pump?",
        (),
        "Then speak with your doctor before you practise with a band on the head. Everything else is here for you "
        "meanwhile.",
        stops=True,
    ),
    Caution.MOVEMENT: Check(
        "Has a doctor told you not to do this movement, or have you been injured or operated on in the last weeks?",
        (),
        "Then ask them first when and how to begin. You can practise it in your imagination until then.",
        stops=False,
    ),
}


def implied_by(pattern: BreathPattern) -> frozenset[Caution]:
    """What a way of breathing brings with it."""
    holds = {Caution.HOLDS} if pattern.hold_full or pattern.hold_empty else set()
    slow = {Caution.SLOW_BREATHING} if pattern.rate_per_min < SLOW_BELOW_PER_MIN else set()
    return frozenset(holds | slow)
