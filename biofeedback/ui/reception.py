"""Takes what the workshop tells and brings it to the page that shows it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from biofeedback.session.events import BeatsCame, Began, EegCame, Ended
from biofeedback.storage.protection.keys import DataKey
from biofeedback.ui.calls import Workshop
from biofeedback.ui.messages import (
    Answered,
    BandsSeen,
    DataDamaged,
    HeadFelt,
    HistoryRead,
    LadderRead,
    PersonChosen,
    PulseFelt,
    ScanFailed,
    SentTold,
    SessionGiven,
    SessionLeft,
    SessionsDeleted,
    SoundTold,
    StoreFailed,
    StoreLocked,
    StoreOpened,
    StrapChecked,
    StrapsSeen,
    StreamsSeen,
    SummaryRead,
    WorkFailed,
)
from biofeedback.ui.model import SessionModel
from biofeedback.ui.next_step import offer_next
from biofeedback.ui.window import Window
from biofeedback.ui.workshop import UNWELL


class Reception(QObject):
    """Lives in the GUI thread; the bridge's signal ends here.

    Attributes
    ----------
    ready : callable
        Called once the data are open.
    opened : callable
        Called with their key, before; None where they are not encrypted.
    """

    def __init__(self, window: Window, workshop: Workshop) -> None:
        super().__init__(window)
        self._window = window
        self._workshop = workshop
        self.ready: Callable[[], None] = lambda: None
        self.opened: Callable[[DataKey | None], None] = lambda _: None

    @Slot(object)
    def take(self, message: object) -> None:
        """Bring a message or an event to its page."""
        window = self._window
        match message:
            case StoreOpened():
                window.folder = message.folder
                if message.protection is not None:
                    window.protection = message.protection
                    self.opened(message.protection.key)
                if window.rooms.has("settings"):
                    window.rooms.tell_folder(window.rooms.settings)
                window.door.unlock(window.first)
                if message.who.name == window.whose.person:
                    window.whose.show(message.who)
                else:
                    window.whose.change(message.who, "")
                window.door.watch()
                window.ask_ahead()
                window.let_begin()
                self.ready()
            case StoreLocked():
                window.door.lock(message.sentence, lost=message.lost)
            case StoreFailed() | WorkFailed():
                window.start.show_trouble(message.sentence)
                if window.rooms.has("ladder"):
                    window.rooms.ladder.show_trouble(message.sentence)
                if window.on_session or window.shows("history"):
                    window.go("start")
                window.let_begin()
            case DataDamaged():
                if not window.in_session:
                    window.say(message.sentence)
            case SessionLeft():
                if window.on_session:
                    window.go("start")
            case StrapsSeen():
                window.rooms.strap.show_straps(message.straps)
            case BandsSeen():
                window.rooms.strap.bands.show_bands(message.bands)
            case StreamsSeen():
                window.rooms.strap.bands.show_streams(message.streams, message.trouble)
            case ScanFailed():
                window.rooms.strap.show_trouble(message.sentence)
            case PulseFelt() | StrapChecked():
                window.rooms.strap.show_pulse(message)
            case HeadFelt():
                window.rooms.head.show_felt(message)
            case SentTold():
                window.rooms.session.show_sent(message.short, message.sentence)
            case SoundTold():
                window.tell_sound_trouble(message.trouble)
            case LadderRead():
                window.rooms.ladder.show_climb(message.climb)
            case HistoryRead():
                window.rooms.history.show_rows(message.rows, message.rated)
            case SessionsDeleted():
                if not window.in_session:
                    window.say(message.sentence)
                if window.shows("history"):
                    self._workshop.read_history()
            case Answered():
                message.then(message.value)
            case PersonChosen():
                window.whose.change(message.who, message.because)
            case SessionGiven():
                self._show_given(message)
            case SummaryRead():
                self._show_summary(message)
            case _:
                self._take_event(message)

    def _show_given(self, given: SessionGiven) -> None:
        """Whose the session is practises from now on; what is asked after it goes on being asked."""
        window, summary = self._window, given.summary
        if given.who is None:
            return
        on_after = window.shows("after")
        window.whose.change(given.who, "")
        window.ahead = None  # of who was chosen by mistake
        if on_after:
            window.rooms.after.show_session(summary, fresh=True, asked=window.ratings_of(summary.exercise))
            window.go("after")

    def _show_summary(self, message: SummaryRead) -> None:
        window, model = self._window, self._window.model
        if window.unkept and message.fresh:
            return
        summary = message.summary
        window.whose.name(window.rooms.after, summary.person)
        if not message.fresh:
            window.rooms.after.show_session(summary, asked=window.ratings_of(summary.exercise), pacer=message.pacer)
            window.go("after")
        elif model is not None and model.session_id == summary.session_id:
            if model.ended is not None and model.ended.cause == UNWELL:
                window.rooms.after.show_session(summary, fresh=True)
                window.rooms.unwell.show_kept(kept=True)
                if summary.person == window.whose.person:
                    window.wishes.offer_gentle()
                return
            ratings = model.timeline.exercise.ratings if model.timeline else ()
            window.rooms.after.show_session(summary, fresh=True, asked=ratings)
            if summary.person == window.whose.person:
                offer_next(window.rooms.after, summary, window.ahead, self._workshop.ask, window.ways)
            reason = _reason(model.ended)
            window.rooms.session.when_free(lambda: self._go_after(reason))

    def _go_after(self, reason: str) -> None:
        self._window.go("after")
        self._window.say(reason)

    def _go_start(self, reason: str) -> None:
        self._window.go("start")
        self._window.say(reason)

    def _take_event(self, event: object) -> None:
        window, model = self._window, self._window.model
        if model is None or not _is_of(event, model, window.practised):
            return
        model.take(event)  # type: ignore[arg-type]
        if isinstance(event, BeatsCame):
            window.rooms.session.beats_came()
        elif isinstance(event, EegCame):
            window.rooms.session.head_came()
        elif isinstance(event, Ended) and window.unkept:
            if not window.shows("unwell"):
                window.go("start")
                window.door.tell_not_kept()
        elif isinstance(event, Ended):
            if not event.saved:
                window.start.show_trouble(_reason(event))
            if not event.saved and not window.shows("unwell"):
                window.rooms.session.when_free(lambda: self._go_start(_reason(event)))
        else:
            window.rooms.session.refresh()


def _is_of(event: object, model: SessionModel, practised: str) -> bool:
    """Whether an event is of the session that is shown, and not of one that it took the place of."""
    match event:
        case Began():
            return event.timeline.exercise.id == practised
        case Ended():
            return event.session_id == model.session_id
        case _:
            return bool(model.session_id)


def _reason(event: Ended | None) -> str:
    """What to say after a session that went wrong; nothing after one that was just left."""
    if event is not None and event.failed:
        kept = " What was recorded until then is kept." if event.saved else ""
        return f"{event.cause}{kept}"
    return ""
