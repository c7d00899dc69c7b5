"""Before the first beat: whose session it is, what earlier ones tell, and the exercise as it will be."""

import contextlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from biofeedback.session.kept.earlier import Earlier, read_earlier
from biofeedback.session.ladders import activity_settings, read_ladder
from biofeedback.session.trials import draw
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.moving.identity import new_session_id
from biofeedback.storage.names import tidy
from biofeedback.storage.records import NewSession
from devices.source import SourceInfo
from protocols.pacing_forms import SAFE_RATE_PER_MIN
from protocols.safety import Caution
from protocols.specification import Exercise


@dataclass(frozen=True, slots=True)
class OfGroup:
    """That a session is one of several at once; nothing tells who else was there.

    Attributes
    ----------
    group_id : str
    number : int
        Of the member, from 1 on.
    size : int
        How many there are.
    in_step : bool
        Whether all have one practice time. The exercise of the plan is then what it will be, for everybody.
    """

    group_id: str
    number: int
    size: int
    in_step: bool

    @property
    def session_id(self) -> str:
        return f"{self.group_id}-{self.number}"

    def as_settings(self) -> dict[str, Any]:
        return {"id": self.group_id, "size": self.size, "in_step": self.in_step}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session is to be: an exercise (already of the length, pace and activity wanted), and who does it.

    Practice begins with the first beat. Where none has come after `patience_s` it begins without, and a strap that
    appears joins in; None waits as long as it takes. `sent_as` is how the streams begin by which it is sent to the
    network; empty where it is not.
    """

    exercise: Exercise
    device_uri: str
    person: str = ""
    ratings: Mapping[str, int] = field(default_factory=dict)
    patience_s: float | None = None
    of_group: OfGroup | None = None
    sent_as: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A session that has not begun.

    Attributes
    ----------
    session_id : str
    person : str
        The name as it was first written.
    exercise : Exercise
        As it will be: lots drawn, at the person's own pace, its steps in order.
    earlier : Earlier
    trial : dict
        The place of the session in a personal trial; empty where it is in none.
    ladder : dict
        What is known of the person's ladder; empty where the session is about no activity.
    """

    session_id: str
    person: str
    exercise: Exercise
    earlier: Earlier
    trial: dict[str, Any]
    ladder: dict[str, Any]

    def begun(self, plan: Plan, info: SourceInfo, ago_s: float, started_clock_s: float) -> NewSession:
        """The session as it is stored, begun some seconds ago."""
        exercise = self.exercise
        return NewSession(
            session_id=self.session_id,
            person=self.person,
            exercise=exercise.id,
            exercise_title=exercise.title,
            exercise_source=exercise.source,
            settings={
                "version": exercise.version,
                "minutes": exercise.minutes,
                "pacing": asdict(exercise.pacing) if exercise.pacing else None,
                "picked": dict(exercise.picked),
                "finds": exercise.finds,
                "trial": self.trial,
                "moving": Caution.MOVEMENT in exercise.cautions,
                "earlier": self.earlier.as_settings(),
                "activity": activity_settings(exercise, self.ladder),
            }
            | ({"group": plan.of_group.as_settings()} if plan.of_group else {})
            | ({"sent_as": plan.sent_as} if plan.sent_as else {}),
            device=info.uri,
            simulated=info.simulated,
            started_utc=(datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat(timespec="seconds"),
            started_clock_s=started_clock_s,
        )


def prepare(store: Store, plan: Plan, info: SourceInfo) -> Prepared:
    """Look at what earlier sessions tell; where they cannot be read, whatever the reason, the session goes without."""
    group = plan.of_group
    session_id = group.session_id if group else new_session_id(datetime.now(UTC).isoformat(timespec="seconds"))
    in_step = group is not None and group.in_step
    exercise, earlier, trial, ladder = plan.exercise, Earlier(), dict[str, Any](), dict[str, Any]()
    person = tidy(plan.person)
    with store.faults.contained("reading earlier sessions"), contextlib.suppress(StoreError):
        person = store.find_person(person) or person
        earlier = read_earlier(store, person, info.uri, simulated=info.simulated)
        if not in_step:
            exercise, trial = draw(store, exercise, person, info.uri, simulated=info.simulated)
        if exercise.activity:
            ladder = read_ladder(store, person, simulated=info.simulated)
    if not in_step:
        own_rate = round(earlier.resonance_per_min or SAFE_RATE_PER_MIN, 1)
        exercise = exercise.at_resonance(own_rate).ordered(crc32(session_id.encode()))
    return Prepared(session_id, person, exercise, earlier, trial, ladder)
