"""What is worn in a practice: the strap, and the band on the head where the practice gets its answer from there."""

from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.ui.settings import Settings
from biofeedback.ui.words.head import NEEDS_BAND, NEEDS_STRAP, answers_from_head, answers_from_heart, lacking
from devices.schemes import JOINED, NO_STRAP
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.ui.window import Window

BANDS = ("sim:head", "eeg:", "lsl:")
"""Device URIs that begin so name a band."""


def names_band(device_uri: str) -> bool:
    """Whether a band is among the devices that are named; a recording does not tell before it is opened."""
    return any(each.startswith(BANDS) or _with_eeg(each) for each in device_uri.split(JOINED))


def _with_eeg(part: str) -> bool:
    return part.startswith("sim:") and "eeg=" in part


def has_strap(device_uri: str) -> bool:
    """Whether a strap is among the devices, or what may be one."""
    return any(each != NO_STRAP and not each.startswith(BANDS) for each in device_uri.split(JOINED))


def band_of(settings: Settings) -> str:
    """What to listen to for how the band sits; empty where none is chosen."""
    if settings.band_uri:
        return settings.band_uri
    return next((each for each in settings.device_uri.split(JOINED) if names_band(each)), "")


def worn_for(exercise: Exercise, settings: Settings, strap_uri: str | None = None) -> str:
    """The device URI of a practice, with the strap that is chosen or another one."""
    strap = settings.device_uri if strap_uri is None else strap_uri
    if not settings.band_uri or not answers_from_head(exercise) or names_band(strap):
        return strap
    return settings.band_uri if strap == NO_STRAP else f"{strap}{JOINED}{settings.band_uri}"


def missing_for(exercise: Exercise, settings: Settings) -> str:
    """What a practice needs and is not worn, in a sentence; empty where nothing is."""
    if not answers_from_head(exercise):
        return ""
    band = band_of(settings)
    if not band:
        return NEEDS_BAND
    if answers_from_heart(exercise) and not has_strap(settings.device_uri):
        return NEEDS_STRAP
    return lacking(exercise, settings.band_electrodes) if settings.band_electrodes else ""


class Worn:
    """Remembers what is chosen to be worn.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "Window") -> None:
        self._window = window

    def choose_strap(self, uri: str, name: str) -> None:
        window = self._window
        window.change_quietly(lambda settings: replace(settings, device_uri=uri, device_name=name))
        if uri == NO_STRAP:
            window.go("start")
        else:
            window.rooms.strap.show_chosen(uri, name, soon=True)

    def choose_band(self, uri: str, name: str) -> None:
        """Choose a band for the practices that need one; none for an empty URI."""
        from devices.known_bands import known_bands

        window, before = self._window, self._window.settings
        known = next((band.electrodes for band in known_bands() if band.device == uri.partition("?")[0]), ())
        electrodes = before.band_electrodes if uri == before.band_uri else known
        window.change_quietly(
            lambda settings: replace(settings, band_uri=uri, band_name=name, band_electrodes=electrodes)
        )
        window.rooms.strap.show_band(uri, name)

    def know_electrodes(self, electrodes: tuple[str, ...]) -> None:
        """Remember which electrodes the chosen band has."""
        self._window.change_quietly(lambda settings: replace(settings, band_electrodes=electrodes))
