"""Weeks of a person, made in the store without a strap: sessions with their figures, check-ins, questionnaires."""

import random
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from biofeedback.care.checkin import keep_day
from biofeedback.care.filled import keep_filled
from biofeedback.session.method import method
from biofeedback.storage.database import Store
from biofeedback.storage.records import AFTER, BEFORE
from protocols.questionnaires.library import find_questionnaire
from tests.storage.examples import new_session, packet

FIRST = date(2026, 6, 1)


def keep_session(
    store: Store,
    person: str,
    on: date,
    *,
    number: int = 0,
    title: str = "Paced breathing",
    cause: str = "done",
    ratings: tuple[int, int] | None = (6, 5),
    resting_bpm: float = 66.0,
    device: str = "AA:BB:CC:DD:EE:FF",
    activity: dict[str, Any] | None = None,
    head_alone: bool = False,
) -> str:
    """A session of ten minutes at noon, with its figures as they are saved."""
    began = datetime.combine(on, time(12)).astimezone().astimezone(UTC)
    session_id = f"{began:%Y%m%d-%H%M}-{number:04d}"
    new = new_session(session_id, person, began.isoformat(timespec="seconds"))
    new = replace(new, exercise_title=title, device=device, simulated=device.startswith("sim:"))
    document: dict[str, Any] = {
        "n_beats": 660,
        "artifact_percent": 2.0,
        "gaps": [],
        "doubts": [],
        "method": method(),
        "phases": [
            {
                "role": role,
                "start_s": 300.0 * n,
                "end_s": 300.0 * (n + 1),
                "indices": {"mean_hr_bpm": bpm, "rmssd_ms": 30.0},
            }
            for n, (role, bpm) in enumerate((("baseline", resting_bpm), ("practice", resting_bpm - 3.0)))
        ],
        "result": {"kind": "transfer", "kept": 0.5} | ({"activity": activity} if activity else {}),
    }
    if head_alone:
        document |= {"n_beats": 0, "artifact_percent": None, "eeg": {"device": "Muse"}, "result": None}
        for phase in document["phases"]:
            no_beats = {"withheld": {"mean_hr_bpm": "there are no beats that can be used"}}
            phase |= {"indices": no_beats, "eeg": {"withheld": {}}}
    ended_utc = (began + timedelta(minutes=10)).isoformat(timespec="seconds")
    with store.recorder(new) as recorder:
        recorder.packet(packet(1.0, 900))
        recorder.keep()
        recorder.finish(ended_utc, cause, document, "test", duration_s=600.0)
    if ratings:
        for moment, value in zip((BEFORE, AFTER), ratings, strict=True):
            store.add_rating(session_id, moment, "pain", value)
    return session_id


def step(text: str, fear: int | None = 2, **how: Any) -> dict[str, Any]:
    """What is saved of a step of the ladder; without anything said, it was done and less frightening than expected."""
    told = {"expected_pain": 5, "pain": 4, "expected_fear": 4, "fear": fear, "recovery_s": 90.0}
    return {"rung": text, "text": text, "broken_off": False, "imagined": False} | told | how


def live(store: Store, person: str, n_sessions: int, n_days: int, first: date = FIRST, seed: int = 1) -> None:
    """Weeks of somebody who practises, tells of most days, and fills questionnaires every fortnight."""
    rng = random.Random(seed)
    for i in range(n_sessions):
        on = first + timedelta(days=i * n_days // n_sessions)
        keep_session(store, person, on, number=i, resting_bpm=66.0 + rng.gauss(0, 3), ratings=(6, rng.randint(3, 6)))
    for i in range(n_days):
        if rng.random() < 0.8:
            pain = min(10, max(0, round(6 - 2 * i / n_days + rng.gauss(0, 1))))
            keep_day(store, person, first + timedelta(days=i), {"pain": pain, "sleep": rng.randint(3, 8), "stress": 4})
        if i % 14 == 0:
            for name, n, most in (("peg", 3, 10), ("gad-7", 7, 3)):
                answers = [rng.randint(0, most) for _ in range(n)]
                keep_filled(store, person, find_questionnaire(name), answers, first + timedelta(days=i))


if __name__ == "__main__":
    with Store.open(Path(sys.argv[1])) as made:
        live(made, "Ann", 100, 84)
