"""The one comment of a clinician to a session, kept as it is typed."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit

from biofeedback.care.comments import keep_comment
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.words import office as words

KEEP_MS = 500


class CommentField(QPlainTextEdit):
    """Belongs to one session at a time, or to none.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    say : callable
        Called with why it could not be kept.
    """

    def __init__(self, ask: Ask, say: Callable[[str], None]) -> None:
        super().__init__()
        self._ask, self._say = ask, say
        self._session_id = ""
        self.setPlaceholderText(words.COMMENT_HINT)
        self.setAccessibleName(words.COMMENT)
        self.setTabChangesFocus(True)
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(KEEP_MS)
        self._keeping.timeout.connect(self.keep)
        self._changed = False
        self.textChanged.connect(self._note_change)
        self.hold("")

    def hold(self, session_id: str) -> None:
        """Be the comment to a session from here on; to none for an empty id."""
        self._session_id = ""
        self.clear()
        self._keeping.stop()
        self._changed = False
        self._session_id = session_id
        self.setEnabled(bool(session_id))

    def _note_change(self) -> None:
        self._changed = True
        self._keeping.start()

    def keep(self) -> None:
        """Keep what has been typed by now, where it is not kept yet."""
        self._keeping.stop()
        if not self._changed:
            return
        self._changed = False
        session_id, written = self._session_id, self.toPlainText()
        if session_id:
            self._ask(lambda store, _: keep_comment(store, session_id, written), lambda _: None, self._refused)

    def _refused(self, sentence: str) -> None:
        self._changed = True  # tried again with the next letter, or when the session ends
        self._say(sentence)
