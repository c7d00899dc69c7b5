"""What is worn in a practice: the strap, and the band on the head where the practice gets its answer from there."""

from biofeedback.ui.settings import Settings
from biofeedback.ui.words.head import NEEDS_BAND, NEEDS_STRAP, answers_from_head, answers_from_heart, lacking
from devices.schemes import JOINED, NO_STRAP
from protocols.specification import Exercise

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
