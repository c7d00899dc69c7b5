"""What a person chooses of the sound."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_DELAY_S = 0.5


class Timbre(StrEnum):
    """What leads the breath."""

    TONES = "tones"
    BREATH = "breath"
    WAVES = "waves"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """Choices of the sound.

    Attributes
    ----------
    timbre : Timbre
        The sound that rises and falls with the breath.
    volume : float
        0 (silent) to 1.
    bed : bool
        A soft ground under it, whose brightness follows calm.
    bells : bool
        A soft bell where a phase begins and at the end.
    delay_s : float
        How much later than the computer's own speaker the sound is heard, as with wireless headphones; 0 to 0.5.
    spoken : bool
        Prompts are spoken, where the computer has a voice.

    Raises
    ------
    ValueError
        If a number is out of its limits.
    """

    timbre: Timbre = Timbre.TONES
    volume: float = 0.7
    bed: bool = True
    bells: bool = True
    delay_s: float = 0.0
    spoken: bool = True

    def __post_init__(self) -> None:
        if not 0.0 <= self.volume <= 1.0:
            raise ValueError(f"volume must be from 0 to 1, not {self.volume}")
        if not 0.0 <= self.delay_s <= LONGEST_DELAY_S:
            raise ValueError(f"delay_s must be from 0 to {LONGEST_DELAY_S}, not {self.delay_s}")

    @property
    def ceiling(self) -> float:
        """The sample that nothing exceeds, of a full scale of 1."""
        return ceiling(self.volume)


def ceiling(volume: float) -> float:
    """The largest sample at a volume: its square, so that the middle of a slider sounds about half as loud."""
    return volume * volume
