"""What somebody wishes to practise, and with what, told on another page than the one it begins from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.ui.offers import GENTLE
from biofeedback.ui.words import exercises as words
from devices.schemes import NO_STRAP
from protocols.ladder import Rung
from protocols.specification import Activity, Exercise

if TYPE_CHECKING:
    from biofeedback.ui.window import Window


class Wishes:
    """Leads to it, and remembers what is worn.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "Window") -> None:
        self._window = window

    def choose(self, ident: str) -> None:
        """An exercise, by its id, on the start page's large card."""
        window = self._window
        window.go("start")
        if any(each.id == ident for each in window.whose.offered):
            window.start.choose(ident)
        else:
            window.say(words.NOT_OFFERED)

    def offer_gentle(self) -> None:
        """Somebody stopped because they felt unwell: the next offer is a rest without any breath to follow."""
        if any(each.id == GENTLE[0] for each in self._window.exercises):
            self._window.start.choose(GENTLE[0])

    def climb(self, rung: Rung) -> None:
        """Begin with a step of the ladder: what is on the card where that can be about it, else the first that can."""
        window, activity = self._window, Activity(rung.text, rung.name)
        fitting = next((each for each in window.whose.offered if each.takes_activity), None)
        if window.start.card.exercise.takes_activity:
            window.start.begin_about(activity)
        elif fitting is not None:
            window.begin(fitting.about(activity), {})
        else:
            window.say(words.NOT_OFFERED)

    def begin_asked(self, exercise: Exercise, ratings: Mapping[str, int]) -> None:
        """Begin what was asked about, where nothing is to be seen to before: a band on the head has to sit."""
        from biofeedback.ui.words.head import answers_from_head

        if answers_from_head(exercise):
            self._window.rooms.head.prepare(exercise, ratings)
            self._window.go("head")
        else:
            self.begin_worn(exercise, ratings)

    def begin_worn(self, exercise: Exercise, ratings: Mapping[str, int]) -> None:
        """Begin with what is worn for it."""
        from biofeedback.ui.worn import worn_for

        self._window.begin_with(exercise, worn_for(exercise, self._window.settings), ratings)

    # What is worn

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
