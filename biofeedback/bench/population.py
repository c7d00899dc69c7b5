"""A clinic that is made up from a seed: its people with years of sessions, check-ins, diary, questionnaires, plans.

``python -m biofeedback.bench.population DIR`` makes one to look at. The same seed and last day give the same clinic.
Figures and streams of a session are those of a few that are really practised, on a simulated strap, with a rest and a
result of the person's own.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from biofeedback.bench.program import run_session
from biofeedback.care.body_map import Mark, View, drawing_as_json
from biofeedback.care.diary import READY, About
from biofeedback.care.filled import as_stored
from biofeedback.care.plan import begin_course
from biofeedback.care.profile import Profile, keep_profile
from biofeedback.care.questionnaires import score
from biofeedback.storage.database import Store
from biofeedback.storage.moving.bulk import MadeEntry, MadePerson, MadeSession, write_in_bulk
from biofeedback.storage.records import AFTER, BEFORE, EntryKind
from protocols.courses.library import find_course
from protocols.lessons.library import lesson_ids
from protocols.library import find_exercise, load_library
from protocols.phases import Role
from protocols.questionnaires.library import find_questionnaire

STRAP = "ble:AA:BB:CC:DD:EE:FF"
PRACTISED = ("paced-breathing", "quiet-rest", "fading", "stress-profile", "resonance-finder-quick", "somatic-tracking")
"""Exercises of which one session each is practised: among them all that find something."""
FIRST = ("Ann", "Bea", "Çağla", "Dmitri", "Éva", "Fatima", "George", "Hồng", "İnci", "Jürgen", "Kofi", "Łucja", "Май")
LAST = ("Abel", "Brandt", "Castro", "Dûpont", "Eriksen", "Fárkas", "Groß", "Hoang", "Ivanov", "Jansen", "Kowalska")
CODED = 3
"""Every third person has a code in place of a name."""
WITHOUT_SESSIONS, PUT_ASIDE = 25, 20
"""Every so many people: one who never practised, one who was put aside."""
QUESTIONS = ("pain", "unpleasantness", "sleep", "stress", "mood")
QUESTIONNAIRES = (("peg", 10), ("gad-7", 3))
"""With their highest answer."""
MOST_DAYS = 5 * 365
TOLD = 0.8
"""Of days."""
WHOLE = 0.01
"""Of sessions, with all that was recorded."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """How large it is.

    Attributes
    ----------
    n_people : int
        With a name; whoever is at home is one more.
    n_sessions : int
        In all; a tenth of them of the first person.
    until : date
        The last day.
    seed : int
    practised : sequence of str
        Exercises of which a session is practised, for the others to be made after.
    """

    n_people: int = 200
    n_sessions: int = 20_000
    until: date = field(default_factory=date.today)
    seed: int = 1
    practised: Sequence[str] = PRACTISED

    def names(self) -> list[str]:
        """Whoever is at home last."""
        return [*map(_name, range(self.n_people)), ""]

    def shares(self) -> list[int]:
        """Sessions of each."""
        rng, most = Random(f"{self.seed} shares"), self.n_sessions // 10
        weights = [0.0] + [
            0.0 if n % WITHOUT_SESSIONS == WITHOUT_SESSIONS - 1 else rng.expovariate(1.0)
            for n in range(1, self.n_people + 1)
        ]
        whole = [int((self.n_sessions - most) * weight / (sum(weights) or 1.0)) for weight in weights]
        return [self.n_sessions - sum(whole[1:]), *whole[1:]]


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A session that was practised."""

    session_id: str
    document: dict[str, Any]


def make_clinic(store: Store, clinic: Clinic) -> list[str]:
    """Make the people of a clinic in an empty store.

    Returns
    -------
    list of str
        Their names, whoever has most sessions first; the last, of whoever is at home, is empty.
    """
    recorded = [_practised(store, name, clinic.seed) for name in clinic.practised]
    names, shares = clinic.names(), clinic.shares()
    lives = zip(names, shares, strict=True)
    write_in_bulk(store.folder, (_life(clinic, n, *life, recorded) for n, life in enumerate(lives)))
    store.delete(each.session_id for each in recorded)
    exercises = {each.id: each for each in load_library()}
    course = find_course("four-weeks", exercises)
    for n, name in enumerate(names):
        keep_profile(store, name, Profile(notes="Comes on Tuesdays.", symptoms=("fatigue",) if n % 2 else ()))
        begin_course(store, name, course, clinic.until - timedelta(days=n % 28))
        if name and n % PUT_ASIDE == PUT_ASIDE - 1:
            store.people.archive(name)
    return names


def _name(n: int) -> str:
    if n % CODED == CODED - 1:
        return f"P-{n:04d}"
    again = n // (len(FIRST) * len(LAST))  # no two of the lengths of these lists have a factor in common
    return f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]}" + (f" {again + 1}" if again else "")


def _practised(store: Store, name: str, seed: int) -> _Recorded:
    from biofeedback.session.preparation import Plan

    run_session(Plan(find_exercise(name), f"sim:rest?seed={seed}"), store)
    row = store.find("last")
    result = store.latest_result(row.session_id)
    return _Recorded(row.session_id, result.document if result else {})


def _life(clinic: Clinic, n: int, name: str, n_sessions: int, recorded: Sequence[_Recorded]) -> MadePerson:
    """Somebody who practises every day or every few days, and is asked of as many."""
    rng = Random(f"{clinic.seed} {n}")
    n_days = min(round(n_sessions * rng.uniform(0.6, 2.0)), MOST_DAYS)
    days = [clinic.until - timedelta(days=back) for back in range(n_days, -1, -1)] if n_days else []
    pain = _felt(rng, len(days))
    on = sorted(rng.randrange(len(days)) for _ in range(n_sessions))
    resting_bpm = rng.gauss(68.0, 7.0)
    began = [(days[day], time(7 + i % 14, rng.randrange(60)), pain[day]) for i, day in enumerate(on)]
    sessions = [
        _session(rng, f"{n:04d}-{i:04d}", datetime.combine(day, at, UTC), felt, resting_bpm, rng.choice(recorded))
        for i, (day, at, felt) in enumerate(sorted(began))
    ]
    return MadePerson(name, sessions, list(_entries(rng, days, pain)))


def _felt(rng: Random, n_days: int) -> list[float]:
    """Pain of each day, which goes on from the day before and becomes less."""
    felt, off = [], 0.0
    for i in range(n_days):
        off = 0.7 * off + rng.gauss(0.0, 1.0)
        felt.append(min(10.0, max(0.0, 6.5 - 3.0 * i / n_days + off)))
    return felt


def _session(rng: Random, ident: str, began: datetime, felt: float, resting_bpm: float, like: _Recorded) -> MadeSession:
    session_id, started_utc = f"{began:%Y%m%d-%H%M}-{ident}", began.isoformat(timespec="seconds")
    own = {"session_id": session_id, "simulated": False, "device": STRAP, "started_utc": started_utc}
    rest = {"mean_hr_bpm": resting_bpm + rng.gauss(0.0, 3.0), "rmssd_ms": max(5.0, rng.gauss(32.0, 8.0))}
    phases = [
        phase | {"indices": phase["indices"] | rest} if phase["role"] == Role.BASELINE else phase
        for phase in like.document["phases"]
    ]
    before = {"pain": round(felt), "tension": rng.randint(2, 8)}
    after = {question: min(10, max(0, value - rng.randint(-1, 3))) for question, value in before.items()}
    ratings = {BEFORE: before, AFTER: after} if rng.random() < TOLD else {}
    document = like.document | own | {"phases": phases, "result": _result(rng, like.document.get("result"))}
    return MadeSession(like.session_id, session_id, started_utc, STRAP, document, ratings, rng.random() < WHOLE)


def _result(rng: Random, found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a session found, for somebody else."""
    if found is None:
        return None
    other = {"resonance_per_min": rng.gauss(5.8, 0.4), "kept": rng.uniform(0.2, 1.0)}
    return {**found, **{key: value for key, value in other.items() if found.get(key) is not None}}


def _entries(rng: Random, days: Sequence[date], pain: Sequence[float]) -> Iterator[MadeEntry]:
    lessons = sorted(lesson_ids())
    for i, (day, felt) in enumerate(zip(days, pain, strict=True)):
        on = day.isoformat()
        if rng.random() < TOLD:
            for question in QUESTIONS:
                value = round(felt) if question == "pain" else rng.randint(1, 9)
                yield MadeEntry(EntryKind.CHECKIN, question, on, {"value": value})
        if rng.random() < 1.0 / 7.0:
            about = rng.choice([each for each in About if READY[each]])
            yield MadeEntry(EntryKind.DIARY, about.value, on, {"words": rng.choice(READY[about])})
        if i % 14 == 0:
            yield from (_filled(rng, name, most, on) for name, most in QUESTIONNAIRES)
        if i % 28 == 0:
            yield MadeEntry(EntryKind.BODY_MAP, "", on, {"marks": drawing_as_json(_drawn(rng))})
        if i < len(lessons):
            yield MadeEntry(EntryKind.LESSON, lessons[i], on, {})


def _filled(rng: Random, name: str, most: int, on: str) -> MadeEntry:
    questionnaire = find_questionnaire(name)
    answers = [rng.randint(0, most) for _ in questionnaire.items]
    return MadeEntry(EntryKind.QUESTIONNAIRE, name, on, as_stored(score(questionnaire, answers)))


def _drawn(rng: Random) -> list[Mark]:
    """Two strokes, on shoulders and back."""
    return [
        Mark(view, tuple((rng.uniform(-0.1, 0.1), y + i / 50) for i in range(12)), 0.03, rng.randint(2, 8))
        for view, y in ((View.FRONT, 0.2), (View.BACK, 0.25))
    ]


def main() -> None:
    """Make a clinic in a new folder."""
    parser = argparse.ArgumentParser(description=make_clinic.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--sessions", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with Store.open(options.folder) as store:
        if store.sessions(limit=1) or store.persons():
            parser.error(f"{options.folder} holds data already. Nothing was changed: name a new folder.")
        make_clinic(store, Clinic(options.people, options.sessions, seed=options.seed))


if __name__ == "__main__":
    main()
