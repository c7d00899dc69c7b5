"""Every word of the window, in one place.

The first window is made of these, so nothing slow is imported before it is asked for.
"""

from biofeedback.analysis.signal.band import Band
from biofeedback.sound.settings import Timbre
from protocols.breathing import Stage
from protocols.phases import Feedback

CUES = {
    Stage.INHALE: "in",
    Stage.TOP_UP: "a little more",
    Stage.HOLD_FULL: "rest",
    Stage.EXHALE: "out",
    Stage.HOLD_EMPTY: "rest",
}
FREE_BREATH = "easy"
LAST_MINUTE = "last minute"

FOLLOWING = "Your heart is following your breath."
SETTLED = "Your heart is as settled as when you rest."
ANSWERS = {
    Feedback.SMOOTHNESS: FOLLOWING,
    Feedback.CALM: SETTLED,
    Feedback.ALPHA: "The rhythm of resting eyes is there.",
    Feedback.SMR: "Still and awake.",
    Feedback.THETA_SMR: "Still and awake.",
    Feedback.HEART_AND_ALPHA: "Heart and head are both at rest.",
}
"""How the heart answers, from the mark on."""
RESTING = "Nothing to do here but rest."
LOW_BATTERY = "The strap's battery is nearly empty."
NO_ECG = "This strap shares its beats, not its ECG. For the practice nothing is missing."
ECG_COMES = "The ECG is on its way."
ECG_RESTS = "The ECG is resting. Your beats are still heard."
UNFORESEEN = "The program met an error of its own. You did nothing wrong, and what was recorded is kept."
SESSION_ENDED = "The window met an error of its own and had to end the session here. You did nothing wrong."
PICTURE_RESTS = "The picture cannot be painted just now; the circle takes its place. Your session goes on."
PART_RESTS = "A part of this page cannot be shown just now. All else goes on."
STILL_SAVING = "The session is ended and still being saved. You will find it in your history."
NOT_READ_BACK = "The session is kept, but it cannot be shown just now. You will find it in your history."
PAUSED = "Paused. Take the time you need."
GOING_ON = "Going on"
WAY_BACK = "F or Escape brings everything back."
READY, SOON = "As soon as your heartbeats arrive, we begin.", "We begin in a moment."

PICTURES: list[tuple[str, object]] = [
    ("Circle", "circle"),
    ("Dawn over water", "dawn"),
    ("Breathing tree", "tree"),
    ("Shore", "shore"),
    ("Dark, for closed eyes", "dark"),
]
MOVEMENTS: list[tuple[str, object]] = [("Moving", False), ("Still", True)]
COURSE = "Your course"
NETWORK = "Network"
SENDING: list[tuple[str, object]] = [("Nothing is sent", False), ("Send each session (LSL)", True)]
SENDING_MEANS = (
    "If you send, everybody in the same network can read heart, brain and course of each session as it goes on. "
    "It is for research and for other programs, and goes out unencrypted, without your name."
)
SENT, NOT_SENT = "Sent to the network", "Not sent to the network"
SOUND_TROUBLE = "Trouble with the sound"
SOUND, WITH_IT, VOLUME, HEADPHONES = "Sound", "Also play", "Volume", "Headphones"
TIMBRES: tuple[tuple[str, object], ...] = (
    ("Off", ""),
    ("Tones", Timbre.TONES),
    ("Breath", Timbre.BREATH),
    ("Waves", Timbre.WAVES),
    ("No breath sound", Timbre.NONE),
)
ACCOMPANYING = {"bed": "Soft background", "bells": "Bells", "spoken": "Spoken words"}
DELAYS: tuple[tuple[str, object], ...] = (
    ("None, or with a cable", 0),
    ("0.1 s late", 100),
    ("0.2 s late", 200),
    ("0.3 s late", 300),
)
LISTEN = "Listen"
BREATHE_WITH_IT = "Breathe in as the sound rises, and out as it sinks."
BY_EAR = (
    f"With closed eyes: {BREATHE_WITH_IT[0].lower()}{BREATHE_WITH_IT[1:]} "
    "A soft bell begins each part, a deeper one ends the practice."
)
NO_VOICE = "This computer has no voice for the words."

NOT_A_DEVICE = (
    "This is a practice tool, not a medical device. It does not diagnose or treat. "
    "Do not change medication or delay care because of what it shows."
)
SEE_A_DOCTOR = (
    "Please see a doctor about new pain, pain after an injury, fever, unexplained weight loss, pain that wakes you "
    "every night, palpitations with faintness, or anything that worries you. Get help at once for chest pain, "
    "sudden weakness or numbness, trouble speaking, fainting, loss of bladder or bowel control, or thoughts of ending "
    "your life: call your emergency number, such as 112 or 911, or a crisis line, such as 988 in the US."
)
STOP_WHEN = (
    "Stop and let your breath go its own way if you feel dizzy, tingly, short of breath or unwell. "
    "Never practise while driving or in water."
)
WEAR = (
    "Moisten the two electrode patches.",
    "Wear the strap just below the chest, snug, with the sensor in the middle.",
    "Disconnect it from phones and watches: a strap in use elsewhere cannot be seen.",
)
SIMULATED = "simulated"
LOOKED_FOR = "Looking for your strap"
YOUR_STRAP = "Your strap"
WITHOUT_STRAP, CHOOSE_STRAP = "Without a strap", "Choose a strap, or none"
SESSION, START = "Your practice", "Start"
BACK, HISTORY, SETTINGS = "Back", "History", "Settings"


WELCOME = "Welcome."
WELCOME_FOR = "For people who live with pain or other symptoms that do not go away."
WELCOME_HOW = (
    "It helps you to practise what calms a nervous system on alert: slow breathing, quiet rest, kind attention, and "
    "moving again, a little at a time. There is nothing to win and nothing to get wrong."
)
WELCOME_ASKS = (
    "Before and after, you can say how you are: a tap, only if you like. Before some practices a few safety questions "
    "are asked, once. Everything stays on this computer."
)
WELCOME_STRAP = (
    "With a heart-rate strap you see your heart answer. You can begin without one, and choose it whenever you like."
)
WELCOME_BEGIN, WELCOME_SOUND = "Let's begin", "Sound to breathe with"
SOUND_CHOICES: tuple[tuple[str, object], ...] = (("On", True), ("Off", False))


def with_band(strap: str, band: str) -> str:
    """What is worn: the strap, and the band where one is chosen."""
    return f"{strap}. On the head: {band}" if band else strap


def part_begins(title: str, line: str) -> str:
    """What is said aloud as a part begins."""
    return f"{title}. {line}".strip()


def simulated_person(title: str) -> str:
    """A simulated person's name, so that nobody takes it for their own heart."""
    return f"{title} (simulated)"


def greeting(hour: int) -> str:
    """A greeting by the time of day."""
    if 5 <= hour < 12:
        return "Good morning."
    if 12 <= hour < 18:
        return "Good afternoon."
    return "Good evening."


def minutes(value: float) -> str:
    """A length for people."""
    whole = max(1, round(value))
    return "1 minute" if whole == 1 else f"{whole} minutes"


def first_answer(swing_bpm: Band) -> str:
    """How far the heart went up and down with the breaths just now, before more can be told."""
    low, high = max(1, round(swing_bpm.low)), max(1, round(swing_bpm.high))
    about = f"about {high}" if low == high else f"{low} to {high}"
    return f"With these breaths your heart went up and down by {about} {'beat' if high == 1 else 'beats'} a minute."


def pace_of(number: int, of: int) -> str:
    """Which of several paces it is."""
    return f"pace {number} of {of}"


def minutes_left(seconds: float) -> str:
    """What is left, never counted in seconds."""
    if seconds < 60:
        return "less than a minute left"
    return f"{minutes(seconds / 60)} left"


def ecg_agreement(n_agreed: int, n_compared: int) -> str:
    """How many of the beats that could be compared the electrocardiogram agreed with."""
    return f"agrees with {n_agreed} of {n_compared} beats"


GONE_STEPS_S = (5, 10, 20, 30, 60)


def newest_beat(age_s: float | None) -> str:
    """The age of the newest beat, quietly."""
    if age_s is None:
        return ""
    return "newest beat just now" if age_s < 3 else f"newest beat {age_s:.0f} seconds ago"


def beats_gone(age_s: float | None) -> str:
    """Since when there was no beat, in steps that let the words rest; nothing where one came just now or none ever."""
    if age_s is None or age_s < GONE_STEPS_S[0]:
        return ""
    if age_s >= 120.0:
        return f"No beat for {age_s // 60:.0f} minutes."
    since_s = max(step_s for step_s in GONE_STEPS_S if step_s <= age_s)
    return f"No beat for {'a minute' if since_s == 60 else f'{since_s} seconds'}."


def strap_offered(name: str) -> str:
    """One's own strap is gone, and another has come into reach."""
    return f"Your strap is not heard. {name} is near: is it you who wears it?"


def use_instead(name: str) -> str:
    return f"Yes, use {name}"


def signal_bars(rssi_dbm: int | None) -> int:
    """Bars from 0 to 4; weaker than -90 dBm is none."""
    if rssi_dbm is None:
        return 0
    return sum(rssi_dbm >= limit for limit in (-90, -80, -70, -60))
