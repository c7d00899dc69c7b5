"""What the window remembers: each option declared once, kept in the data folder."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from biofeedback.sound.settings import LONGEST_DELAY_S, SoundSettings, Timbre
from biofeedback.ui.cautions import CautionAnswer
from devices.absent import NO_STRAP

FILE = "window.json"
VOLUME_STEP_PERCENT = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the person at this computer; an empty theme follows the system.

    `picked` maps exercise and choice to the option taken last, `answers` are those to the safety questions.
    """

    theme: str = ""
    welcomed: bool = False
    scale_percent: int = 100
    reduced_motion: bool = False
    picture: str = "circle"
    device_uri: str = NO_STRAP
    device_name: str = ""
    exercise: str = "paced-breathing"
    minutes: float = 5.0
    rate_per_min: float = 6.0
    picked: dict[str, str] = field(default_factory=dict)
    answers: tuple[CautionAnswer, ...] = ()
    sound: bool = True
    timbre: str = Timbre.TONES.value
    bed: bool = True
    bells: bool = True
    spoken: bool = True
    volume_percent: int = 70
    delay_ms: int = 0

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

    def louder(self, step_percent: int) -> "Settings":
        """So much louder, or softer."""
        return replace(self, volume_percent=min(max(self.volume_percent + step_percent, 0), 100))


def read_settings(folder: Path) -> Settings:
    """The settings kept in a folder; what is missing or of another kind keeps its default."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    settings = Settings()
    if not isinstance(found, dict):
        return settings
    for option in fields(Settings):
        value = found.get(option.name)
        default = getattr(settings, option.name)
        if isinstance(value, type(default)):
            settings = replace(settings, **{option.name: value})
    answers = found.get("answers")
    if isinstance(answers, list):
        settings = replace(settings, answers=tuple(filter(None, map(CautionAnswer.of, answers))))
    return settings


def keep_settings(folder: Path, settings: Settings) -> None:
    """Keep the settings; a folder that cannot be written costs only the memory of them."""
    try:
        (folder / FILE).write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
    except OSError:
        return
