"""What the window remembers: each option declared once, kept in the data folder."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from biofeedback.sound.settings import LONGEST_DELAY_S, SoundSettings, Timbre
from biofeedback.storage.names import folded
from biofeedback.storage.protection.kept import CHANGING, read_kept, write_kept
from biofeedback.storage.protection.keys import DataKey
from biofeedback.ui.cautions import CautionAnswer
from devices.schemes import NO_STRAP

PERSONS = "persons"
"""Under this stands, by folded name, what each person with a name has chosen; else it is that of whoever is at home."""
PERSONAL = (
    "exercise", "minutes", "rate_per_min", "picked", "favourites", "answers", "in_course", "settled_in", "lsl_out",
)  # fmt: skip
VOLUME_STEP_PERCENT = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the person at this computer; an empty theme follows the system.

    The band on the head is empty where none is chosen; `band_electrodes` are those that it was last heard with.
    `picked` maps exercise and choice to the option taken last, `favourites` are exercises by id, `answers` are
    those to the safety questions; what is written down about the person stands among them, and is not kept here.
    `in_course` tells whether there was a course, `settled_in` whether first steps were put away. `office` is how
    the office window is laid out. `lock_after_min` counts only where a passphrase is set; 0 is never. `lsl_out` sends
    what is practised to the network.
    """

    theme: str = ""
    welcomed: bool = False
    scale_percent: int = 100
    reduced_motion: bool = False
    picture: str = "circle"
    device_uri: str = NO_STRAP
    device_name: str = ""
    band_uri: str = ""
    band_name: str = ""
    band_electrodes: tuple[str, ...] = ()
    exercise: str = "paced-breathing"
    minutes: float = 5.0
    rate_per_min: float = 6.0
    picked: dict[str, str] = field(default_factory=dict)
    favourites: tuple[str, ...] = ()
    in_course: bool = False
    settled_in: bool = False
    answers: tuple[CautionAnswer, ...] = ()
    sound: bool = True
    timbre: str = Timbre.TONES.value
    bed: bool = True
    bells: bool = True
    spoken: bool = True
    volume_percent: int = 70
    delay_ms: int = 0
    office: dict[str, Any] = field(default_factory=dict)
    lock_after_min: int = 10
    lsl_out: bool = False

    @property
    def look(self) -> tuple[object, ...]:
        """What the painting depends on."""
        return self.theme, self.scale_percent, self.reduced_motion, self.picture

    @property
    def sound_settings(self) -> SoundSettings | None:
        """The sound that is chosen, numbers brought within their limits; None where it is off."""
        if not self.sound:
            return None
        timbre = Timbre(self.timbre) if self.timbre in tuple(Timbre) else Timbre.TONES
        volume = min(max(self.volume_percent / 100.0, 0.0), 1.0)
        delay_s = min(max(self.delay_ms / 1000.0, 0.0), LONGEST_DELAY_S)
        return SoundSettings(timbre, volume, self.bed, self.bells, delay_s, self.spoken)

    def starring(self, exercise: str) -> "Settings":
        """With a star for an exercise; without one where it has one."""
        kept = tuple(each for each in self.favourites if each != exercise)
        return replace(self, favourites=kept if exercise in self.favourites else (*kept, exercise))

    def of_another(self, theirs: "Settings") -> "Settings":
        """The same for somebody else: the look and the sound stay, all that is a person's own is theirs."""
        return replace(self, **{name: getattr(theirs, name) for name in PERSONAL})

    def louder(self, step_percent: int) -> "Settings":
        """So much louder, or softer."""
        return replace(self, volume_percent=min(max(self.volume_percent + step_percent, 0), 100))


def read_settings(folder: Path, person: str = "", key: DataKey | None = None) -> Settings:
    """The settings kept in a folder; what is missing or of another kind keeps its default.

    Practice and answers to the safety questions are each person's own, the rest is that of the computer. Where the data
    are encrypted, all but the look and the sound is read with their key only.
    """
    kept = read_kept(folder, key)
    found = kept if not person else {name: value for name, value in kept.items() if name not in PERSONAL}
    found = found | (_persons(kept).get(folded(person)) or {})
    settings = Settings()
    for option in fields(Settings):
        value = found.get(option.name)
        default = getattr(settings, option.name)
        if isinstance(value, type(default)):
            settings = replace(settings, **{option.name: value})
    settings = replace(settings, favourites=_names(found.get("favourites")))
    settings = replace(settings, band_electrodes=_names(found.get("band_electrodes")))
    return replace(settings, answers=_answers(found))


def _names(found: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in found if isinstance(each, str))) if isinstance(found, list) else ()


def _answers(found: dict[str, Any]) -> tuple[CautionAnswer, ...]:
    answers = found.get("answers")
    return tuple(filter(None, map(CautionAnswer.of, answers))) if isinstance(answers, list) else ()


def keep_settings(folder: Path, settings: Settings, person: str = "", key: DataKey | None = None) -> None:
    """Keep the settings; a folder that cannot be written costs only the memory of them."""
    answered = tuple(answer for answer in settings.answers if not answer.written)
    chosen = asdict(replace(settings, answers=answered))
    with CHANGING:
        kept = read_kept(folder, key)
        persons = _persons(kept)
        if person:
            persons[folded(person)] = {name: chosen.pop(name) for name in PERSONAL}
        write_kept(folder, kept | chosen | {PERSONS: persons}, key)


def move_person(folder: Path, person: str, other: str, key: DataKey | None = None) -> None:
    """What a person has chosen goes to another name; where that has choices of its own, only a yes to a caution."""

    def put(persons: dict[str, Any], own: dict[str, Any]) -> None:
        there = persons.setdefault(folded(other), own)
        if there is not own:
            mine, theirs = _answers(there), _answers(own)
            yes = {answer.caution: answer for answer in theirs if answer.yes}
            together = (*(answer for answer in mine if answer.yes or answer.caution not in yes), *yes.values())
            there["answers"] = [asdict(answer) for answer in together]

    _change_persons(folder, put, person, key)


def forget_person(folder: Path, person: str, key: DataKey | None = None) -> None:
    """Forget what a person has chosen; without a name, what whoever is at home has."""
    if person:
        _change_persons(folder, lambda persons, own: None, person, key)
        return
    with CHANGING:
        kept = {name: value for name, value in read_kept(folder, key).items() if name not in PERSONAL}
        write_kept(folder, kept, key)


def _change_persons(
    folder: Path, put: Callable[[dict[str, Any], dict[str, Any]], object], person: str, key: DataKey | None
) -> None:
    with CHANGING:
        kept = read_kept(folder, key)
        persons = _persons(kept)
        own = persons.pop(folded(person), None)
        if own is not None:
            put(persons, own)
            write_kept(folder, kept | {PERSONS: persons}, key)


def _persons(kept: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = kept.get(PERSONS)
    return {name: own for name, own in found.items() if isinstance(own, dict)} if isinstance(found, dict) else {}
