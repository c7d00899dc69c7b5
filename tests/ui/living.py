"""Days of a person, lived on a calendar that is turned by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from biofeedback.storage.database import Store
from protocols.library import find_exercise
from tests.storage.examples import new_session, packet


def practise(store: Store, on: date, exercise: str = "paced-breathing", minutes: float = 5.0, person: str = "") -> None:
    """A practice with a strap on a day at noon, as long as it says."""
    began = datetime.combine(on, time(12), tzinfo=UTC)
    new = new_session(f"{on}-{exercise}", person, began.isoformat(timespec="seconds"))
    title = find_exercise(exercise).title
    own = replace(new, exercise=exercise, exercise_title=title, device="ble:AA:BB", simulated=False)
    with store.recorder(own) as recorder:
        recorder.packet(packet(1.0, 900))
        ended = (began + timedelta(minutes=minutes)).isoformat(timespec="seconds")
        recorder.finish(ended, "done", None, "none", duration_s=60.0 * minutes)
