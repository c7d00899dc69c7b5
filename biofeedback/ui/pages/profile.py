"""What is known of who practises besides sessions and days: for whom the practice is shaped."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout

from biofeedback.care.profile import LONGEST_WORDS, Profile, followed_symptoms, keep_profile, read_profile
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.asked_card import asked_card
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import label
from biofeedback.ui.parts.everything import Everything
from biofeedback.ui.parts.followed import Followed
from biofeedback.ui.parts.halves import Halves
from biofeedback.ui.parts.offered import Offered
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import exercises as exercise_words
from biofeedback.ui.words import people as words
from protocols.safety import CHECKS
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.storage.database import Store

NOTES_PX = 120
"""Height of the notes at usual type."""


class ProfilePage(Page):
    """Each answer is kept as soon as it is given.

    Parameters
    ----------
    exercises : sequence of Exercise
        All that there are.
    ask : callable
        As `ThreadedWorkshop.ask`.
    changed : callable
        Called with the profile as it is kept.
    choose : callable
        Called with the name of who practises from now on, and what there is to say of it.
    ways : Ways
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        ask: Ask,
        changed: Callable[[Profile], None],
        choose: Callable[[str, str], None],
        ways: Ways,
    ) -> None:
        super().__init__()
        self._ask, self._changed = ask, changed
        self._told: set[str] = set()
        self._title, self._said = label("", "title", wrap=True), label("", wrap=True)
        self.medication, self.notes = QLineEdit(), QPlainTextEdit()
        self.medication.setPlaceholderText(words.MEDICATION_HINT)
        self.medication.setMaxLength(LONGEST_WORDS)
        self.medication.setAccessibleName(words.MEDICATION)
        self.medication.textEdited.connect(lambda text: self._keep("medication", lambda _: text))
        self.notes.setPlaceholderText(words.NOTES_HINT)
        self.notes.setTabChangesFocus(True)
        self.notes.setAccessibleName(words.NOTES)
        self.notes.textChanged.connect(self._keep_notes)
        self.followed = Followed(self._follow)
        self.conditions = {each: self._choices(check.question) for each, check in CHECKS.items()}
        for each, made in self.conditions.items():
            made.when_chosen(partial(self._keep_condition, each.value))
        self.confirmed = self._choices(words.CONFIRMED)
        self.confirmed.when_chosen(lambda value: self._keep("nervous_system", lambda _: value))
        self.offered = Offered(exercises, partial(self._keep, "offered"))
        self.everything = Everything(ask, lambda name, now, said: choose("", said), self._tell)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(self._title, ways))
        layout.addWidget(label(words.KEPT_AT_ONCE, "muted", wrap=True))
        self._halves = Halves(self._beside(), self._column(), (2, 3))
        self._halves.setAccessibleName(words.ABOUT_YOU)
        layout.addWidget(self._halves, 1)
        layout.addWidget(self._said)
        self._name("")
        self._tell("")

    def _column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(label(words.CONDITIONS, wrap=True))
        for each, choices in self.conditions.items():
            column.addWidget(asked_card(exercise_words.CONDITIONS[each], CHECKS[each].examples, choices))
        column.addWidget(asked_card(words.CONFIRMED, words.CONFIRMED_ABOUT, self.confirmed))
        column.addStretch()
        return column

    def _beside(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        for title, field in ((words.MEDICATION, self.medication), (words.NOTES, self.notes)):
            column.addWidget(label(title))
            column.addWidget(field)
        for widget in (self.followed, self.offered, self.everything):
            column.addWidget(widget)
        column.addStretch()
        return column

    def _choices(self, question: str) -> Choices:
        return Choices([(exercise_words.NO, False), (exercise_words.YES, True)], False, question)

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.notes.setFixedHeight(sizes.px(NOTES_PX))

    def enter(self) -> None:
        """Read what is known."""
        self._told = set()
        self._tell("")
        self._halves.verticalScrollBar().setValue(0)
        self.medication.setFocus()
        self._read()

    def _read(self) -> None:
        self._ask(
            lambda store, person: (person, read_profile(store, person)),
            lambda read: self.show_profile(*read),
            self._refused,
        )

    def show_profile(self, person: str, profile: Profile) -> None:
        """Show what is known; what was told in the meantime is newer."""
        self._name(person)
        if "medication" not in self._told:
            self.medication.setText(profile.medication.replace("\n", ", "))
        if "notes" not in self._told:
            self.notes.blockSignals(True)
            self.notes.setPlainText(profile.notes)
            self.notes.blockSignals(False)
        self.followed.show_symptoms(profile.symptoms)
        self.followed.show_words(words.follows(profile.symptoms))
        if "conditions" not in self._told:
            for each, choices in self.conditions.items():
                choices.choose(each.value in profile.conditions)
        if "nervous_system" not in self._told:
            self.confirmed.choose(profile.nervous_system)
        if "offered" not in self._told:
            self.offered.show_offered(profile.offered)

    def _name(self, person: str) -> None:
        self._title.setText(words.about(person))
        self.everything.show_person(person)

    # Keeping

    def _keep(self, field: str, change: Callable[[Any], object]) -> None:
        """Keep one answer, made of what is kept by now: what was changed elsewhere stays."""
        self._told.add(field)

        def work(store: "Store", person: str) -> Profile:
            profile = read_profile(store, person)
            changed: dict[str, Any] = {field: change(getattr(profile, field))}
            return keep_profile(store, person, replace(profile, **changed))

        self._ask(work, self._kept, self._refused)

    def _keep_notes(self) -> None:
        notes = self.notes.toPlainText()
        self._keep("notes", lambda _: notes)

    def _keep_condition(self, name: str, holds: object) -> None:
        def change(before: tuple[str, ...]) -> tuple[str, ...]:
            others = tuple(each for each in before if each != name)
            return (*others, name) if holds else others

        self._keep("conditions", change)

    def _kept(self, profile: Profile) -> None:
        self._tell("")
        self.offered.show_offered(profile.offered)
        self._changed(profile)

    def _follow(self, name: str, *, followed: bool) -> None:
        def done(symptoms: tuple[str, ...]) -> None:
            self._tell("")
            self.followed.show_symptoms(symptoms)
            self.followed.show_words(words.follows(symptoms))

        self._ask(lambda store, person: followed_symptoms(store, person, name, followed=followed), done, self._refused)

    def _refused(self, reason: str) -> None:
        self._tell(words.sentence(reason))
        self._told = set()
        self._read()

    def _tell(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        announce(self, sentence)
