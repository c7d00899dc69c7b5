"""What there is to know of one exercise: what it is for, and on request its advice, its cautions, its evidence."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.words import exercises as words
from biofeedback.ui.words import head as head_words
from protocols.safety import CHECKS, Caution
from protocols.specification import Exercise


class ExerciseAbout(QWidget):
    """Beside the list, about the exercise at which one is.

    Parameters
    ----------
    chosen, star, ask_again, go_profile : callable
        Called when it is chosen, when its star is given or taken, when the safety questions that stand in its way are
        to be asked again, and to go where what stands in its way is written down.
    """

    def __init__(
        self,
        chosen: Callable[[], None],
        star: Callable[[], None],
        ask_again: Callable[[], None],
        go_profile: Callable[[], None],
    ) -> None:
        super().__init__()
        self._title, self._purpose, self._long = (
            label("", "prompt", wrap=True),
            label("", wrap=True),
            label("", "muted"),
        )
        self._rests = QVBoxLayout()
        self._rests.setSpacing(8)
        self.choose = button(words.CHOOSE_THIS, "", chosen)
        self.again = button(words.ASK_AGAIN, "", ask_again, words.ASK_AGAIN_MEANING)
        self.profile = button(words.ABOUT_YOU, "", go_profile)
        self.star = with_icon(button(words.NO_FAVOURITE, "flush", star, words.STAR_KEY), "star")
        self.more = Drawer()
        self.more.show_words(words.KNOW_MORE)
        self.more.handle.setToolTip(words.MORE_KEY)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.again)
        row.addWidget(self.profile)
        row.addStretch()
        stars = QHBoxLayout()
        stars.addWidget(self.star)
        stars.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for part in (self._title, self._purpose, self._long):
            column.addWidget(part)
        column.addLayout(self._rests)
        column.addLayout(row)
        column.addLayout(stars)
        column.addWidget(self.more)
        column.addStretch()

    def show_exercise(
        self,
        exercise: Exercise,
        stopping: Sequence[Caution],
        written: Sequence[Caution],
        *,
        starred: bool,
        missing: str = "",
    ) -> None:
        """Tell of an exercise; `stopping` stand in its way, `written` are written down about the person.

        `missing` says what it needs and is not worn.
        """
        self._title.setText(exercise.title)
        self._purpose.setText(exercise.purpose)
        self._long.setText(words.lengths(exercise))
        clear(self._rests)
        if missing:
            self._rests.addWidget(label(missing, wrap=True))
        if stopping:
            self._rests.addWidget(label(f"{words.NOT_THIS_ONE}.", wrap=True))
        for caution in stopping:
            self._rests.addWidget(label(words.known(caution, written=caution in written), "muted", wrap=True))
            self._rests.addWidget(label(CHECKS[caution].advice, wrap=True))
        self.choose.setVisible(not stopping)
        self.again.setVisible(bool(set(stopping) - set(written)))
        self.profile.setVisible(bool(set(stopping) & set(written)))
        with_icon(self.star, "star-fill" if starred else "star")
        self.star.setText(words.STARRED if starred else words.NO_FAVOURITE)
        self.star.setAccessibleName(f"{self.star.text()}: {exercise.title}")
        self.more.hold(_told(exercise))

    def open(self, *, opened: bool = True) -> None:
        """Show all there is to know, or put it away."""
        self.more.open(opened=opened)


def _told(exercise: Exercise) -> QWidget:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    questions = [words.asked(check) for caution, check in CHECKS.items() if caution in exercise.cautions]
    for heading, texts in (
        ("", [exercise.advice] if exercise.advice else []),
        (words.ASKED_FIRST, questions),
        (words.HOW_WELL_KNOWN, exercise.evidence),
        (head_words.CANNOT_SEE, head_words.LIMITS if head_words.answers_from_head(exercise) else ()),
    ):
        if heading and texts:
            column.addWidget(label(heading, wrap=True))
        for text in texts:
            column.addWidget(label(text, "muted", wrap=True))
    return inside
