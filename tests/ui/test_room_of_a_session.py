"""No words of a session, nor of the pages after it, are cut or lie over others.

Apart from the room of the other pages: while their window lasts, each look dresses all of it too.
"""

from dataclasses import replace
from itertools import chain

from biofeedback.app import Application
from protocols.library import find_exercise
from tests.ui.conftest import wait_until
from tests.ui.looking import LOOKS, look_like, settle, without_room
from tests.ui.using import begin, end


def test_a_session_and_the_pages_after_it_have_their_room(application: Application) -> None:
    window = application.window
    window.change_settings(replace(window.settings, reduced_motion=True))
    for ident in ("paced-breathing", "somatic-tracking"):
        begin(application, find_exercise(ident))
        application.workshop.act("pause")
        wait_until(lambda: window.model is not None and window.model.paused)
        window.rooms.session.refresh()
        found: list[str] = []
        for look in chain.from_iterable(LOOKS):
            look_like(application, look)
            found += without_room(f"{ident} {look}", window.rooms.session)
        end(application)
        wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
        for look in chain.from_iterable(LOOKS):
            look_like(application, look)
            for _ in range(2):  # the picture and the figures, each of them at times already there when looks change
                found += without_room(f"after {ident} {look}", window.rooms.after)
                window.rooms.after._show_figures()
                settle()
            window.rooms.after._show_figures()
        assert not found, "\n".join(found)
