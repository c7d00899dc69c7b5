"""Settings and help: the look, the sound, the data, and what this program is not."""

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.theme import SCALES_PERCENT, THEMES
from biofeedback.ui.cautions import without
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.basics import button, hairline, label, scrolling
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.sound_rows import SoundRows
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import backups as backup_words
from biofeedback.ui.words import common as words
from biofeedback.ui.words import exercises as exercise_words
from biofeedback.ui.words import people as people_words
from biofeedback.ui.words import protection as protection_words
from biofeedback.ui.words.keys import ALL_KEYS
from protocols.safety import Caution

MOVEMENT_GAP_PX = 32


class SettingsPage(Page):
    """Change how the window looks and sounds.

    Parameters
    ----------
    changed : callable
        Called with the new settings.
    ways : Ways
    listen : callable
        Called with `on` when a sample of the sound is asked for, and when it is to end.
    office : callable
        Called when the clinician's window is wanted.
    """

    def __init__(
        self,
        settings: Settings,
        changed: Callable[[Settings], None],
        ways: Ways,
        listen: Callable[..., None],
        office: Callable[[], None],
    ) -> None:
        super().__init__()
        self._settings = settings
        self._changed, self._listen = changed, listen
        self._data = label("", "muted", wrap=True)
        self._where: tuple[str, str] | None = None
        self._again = button("", "choice", self._ask_again, exercise_words.ASK_AGAIN_MEANING)
        self._again.setCheckable(False)
        self._say_asked()
        self._looks: dict[str, Choices] = {}
        self.sound = SoundRows(settings, self._change, lambda: listen(on=True))
        top = top_bar(words.SETTINGS, ways)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(8)
        layout.addLayout(self._choices())
        layout.addWidget(hairline())
        by_ear = QHBoxLayout()
        by_ear.setSpacing(32)
        by_ear.addWidget(self.sound.line, 1)
        by_ear.addStretch()
        keys = button(ALL_KEYS, "choice", lambda: ways.keys())
        keys.setCheckable(False)
        by_ear.addWidget(button(backup_words.TITLE, "quiet", lambda: ways.go("backups")))
        by_ear.addWidget(button(protection_words.TITLE, "quiet", lambda: ways.go("protection")))
        by_ear.addWidget(keys)
        layout.addLayout(by_ear)
        kept = QHBoxLayout()
        kept.setSpacing(32)
        kept.addWidget(self._data, 1)
        kept.addStretch()
        kept.addLayout(self._beside_data(ways, office))
        layout.addLayout(kept)
        layout.addWidget(hairline())
        for text in (words.NOT_A_DEVICE, words.STOP_WHEN, words.SEE_A_DOCTOR):
            layout.addWidget(label(text, "figure", wrap=True))
        layout.addStretch()
        scroll = scrolling(body, words.SETTINGS)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        whole = QVBoxLayout(self)
        whole.setSpacing(12)
        whole.addLayout(top)
        whole.addWidget(scroll)

    def _beside_data(self, ways: Ways, office: Callable[[], None]) -> QVBoxLayout:
        """What there is to do with what is kept; no higher than the words about it."""
        people = QHBoxLayout()
        people.setSpacing(8)
        people.addStretch()
        for text, act in (
            (people_words.ABOUT_YOU, lambda: ways.go("profile")),
            (people_words.SEVERAL, lambda: ways.go("people")),
            (people_words.OFFICE, office),
        ):
            made = button(text, "quiet", act)
            made.setProperty("snug", True)
            people.addWidget(made)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._again, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(people)
        return column

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        themes: list[tuple[str, object]] = [("As the system", ""), *((name, name) for name in THEMES)]
        rows: tuple[tuple[str, str, list[tuple[str, object]]], ...] = (
            ("theme", "Colours", themes),
            ("scale_percent", "Size of text", [(f"{scale} %", scale) for scale in SCALES_PERCENT]),
        )
        for i, (name, title, options) in enumerate(rows):
            grid.addWidget(label(title), i, 0)
            grid.addWidget(self._offer(name, title, options), i, 1)
        pictures = QHBoxLayout()
        pictures.setSpacing(MOVEMENT_GAP_PX)
        pictures.addWidget(self._offer("picture", "Picture", words.PICTURES))
        # beside the pictures: they are what moves
        pictures.addWidget(self._offer("reduced_motion", "Movement", words.MOVEMENTS), 1)
        grid.addWidget(label("Picture"), len(rows), 0)
        grid.addLayout(pictures, len(rows), 1)
        for i, (title, row) in enumerate(self.sound.rows, len(rows) + 1):
            grid.addWidget(label(title), i, 0)
            grid.addWidget(row, i, 1)
        if find_spec("pylsl") is not None or self._settings.lsl_out:
            grid.addWidget(label(words.NETWORK), grid.rowCount(), 0)
            grid.addWidget(self._offer("lsl_out", words.NETWORK, words.SENDING), grid.rowCount() - 1, 1)
            grid.addWidget(label(words.SENDING_MEANS, "muted", wrap=True), grid.rowCount(), 1)
        return grid

    def _ask_again(self) -> None:
        """Let the safety questions be asked once more."""
        self._change(lambda settings: replace(settings, answers=without(settings.answers, tuple(Caution))))
        self._say_asked()

    def _say_asked(self) -> None:
        answered = not all(answer.written for answer in self._settings.answers)
        self._again.setEnabled(answered)
        self._again.setText(exercise_words.ASK_ALL_AGAIN if answered else exercise_words.WILL_BE_ASKED)

    def _offer(self, name: str, title: str, options: list[tuple[str, object]]) -> Choices:
        self._looks[name] = made = Choices(options, getattr(self._settings, name), title)
        made.when_chosen(lambda value: self._choose(name, value))
        return made

    def _choose(self, name: str, value: object) -> None:
        self._change(lambda settings: replace(settings, **{name: value}))  # type: ignore[arg-type]

    def _change(self, changing: Callable[[Settings], Settings]) -> None:
        self._settings = changing(self._settings)
        self.sound.show(self._settings)
        self._say_where()
        self._changed(self._settings)

    def enter(self) -> None:
        """Let the keyboard begin at the first choice."""
        self._looks["theme"].focus()

    def leave(self) -> None:
        """No sound plays on another page."""
        self._listen(on=False)

    def refresh(self, settings: Settings) -> None:
        """The settings were changed elsewhere."""
        self._settings = settings
        self._looks["picture"].choose(settings.picture)
        if "lsl_out" in self._looks:
            self._looks["lsl_out"].choose(settings.lsl_out)
        self._say_where()
        self._say_asked()
        self.sound.show(settings)

    def show_folder(self, folder: Path, how: str) -> None:
        """Say where the data live, and how they are protected."""
        self._where = str(folder), how
        self._say_where()

    def _say_where(self) -> None:
        if self._where:
            self._data.setText(protection_words.kept_where(*self._where, sent=self._settings.lsl_out))
