"""What is seen of one member of a group at a glance: small, and nothing that is not true just now."""

from dataclasses import dataclass, replace

from biofeedback.session.events import BeatsCame, Ended, Event, PhaseBegan, Quality, SignalChanged

UNHEARD = (Quality.WAITING, Quality.NO_CONTACT, Quality.LOST)
"""Where no heart is heard, no figure of a while ago stands."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A member of a group.

    Attributes
    ----------
    called : str
        Their name, or a code in place of it.
    hr_bpm : float or None
        None where the heart is not heard just now.
    quality : Quality
    phase : str
        The title of the phase; empty before the first.
    ended : Ended or None
    """

    called: str
    hr_bpm: float | None = None
    quality: Quality = Quality.WAITING
    phase: str = ""
    ended: Ended | None = None

    def after(self, event: Event) -> "Tile":
        """The tile once something happened."""
        match event:
            case BeatsCame(indices=indices, quality=quality):
                return self._heard(quality, indices.hr_bpm)
            case SignalChanged(quality=quality):
                return self._heard(quality, self.hr_bpm)
            case PhaseBegan(planned=planned):
                return replace(self, phase=planned.phase.title)
            case Ended():
                return replace(self, ended=event, hr_bpm=None)
            case _:
                return self

    def _heard(self, quality: Quality, hr_bpm: float | None) -> "Tile":
        return replace(self, quality=quality, hr_bpm=None if quality in UNHEARD else hr_bpm)
