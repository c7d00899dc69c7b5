"""Everything of a person that can be followed over weeks, and its points: what was told, and what was measured."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from biofeedback.care.checkin import Day, read_days
from biofeedback.care.filled import read_filled
from biofeedback.care.profile import read_profile
from biofeedback.care.questions import QUESTIONS, Better, of_symptom
from biofeedback.storage.database import Store
from biofeedback.storage.folder import own_questionnaires
from biofeedback.storage.records import AFTER, BEFORE, Outcome
from protocols.ladder import Experience, same_words
from protocols.phases import Role
from protocols.questionnaires.library import load_shelf
from protocols.questionnaires.specification import Questionnaire, Scoring
from protocols.specification import Finding

IN_SESSIONS = ("pain", "tension", "fear", "distress")
"""Ratings of sessions that are followed."""
PRACTICE, LADDER = "practice", "ladder"
QUESTIONNAIRE = "questionnaire:"
"""Before the id of a questionnaire."""
ON_BODY = {"body_area": "area_percent", "body_places": "n_places"}
"""Of the drawings of where it hurts: names of measures, and what of an extent they are."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a day; `session_id` is the session that it comes from, None where it was told.

    `cut` says that somebody left a stretch out of the figures of that session.
    """

    on: str
    value: float
    session_id: str | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is followed.

    Attributes
    ----------
    name : str
        In files and commands.
    title : str
    unit : str
    better : Better or None
        None where neither end is better, or nobody knows.
    grows : bool
        Whether it counts what was done so far, and can only grow: then no day is usual, and none is compared.
    """

    name: str
    title: str
    unit: str
    better: Better | None = None
    grows: bool = False


def _phase_figure(key: str) -> Callable[[Outcome], float | None]:
    """A figure of the rest of a session; withheld where it is there."""

    def read(outcome: Outcome) -> float | None:
        for phase in outcome.document.get("phases", ()):
            if phase.get("role") == Role.BASELINE:
                return _number(phase.get("indices", {}).get(key))
        return None

    return read


def _rated(question: str, moment: str) -> Callable[[Outcome], float | None]:
    return lambda outcome: _number(outcome.ratings.get(moment, {}).get(question))


def _eased(question: str) -> Callable[[Outcome], float | None]:
    """How much lower after than before; above nought where it eased."""

    def read(outcome: Outcome) -> float | None:
        before, after = (_number(outcome.ratings.get(moment, {}).get(question)) for moment in (BEFORE, AFTER))
        return None if before is None or after is None else before - after

    return read


def _resonance(outcome: Outcome) -> float | None:
    result = _result(outcome, Finding.RESONANCE)
    return _number(result.get("resonance_per_min")) if result.get("clear") else None


def _transfer(outcome: Outcome) -> float | None:
    kept = _number(_result(outcome, Finding.TRANSFER).get("kept"))
    return None if kept is None else 100.0 * kept


def _recovery(outcome: Outcome) -> float | None:
    challenges = _result(outcome, Finding.RECOVERY).get("challenges") or [{}]
    return _number(challenges[0].get("time_s"))


FROM_SESSIONS: Mapping[str, tuple[Measure, Callable[[Outcome], float | None]]] = {
    measure.name: (measure, read)
    for measure, read in (
        *(
            (
                Measure(f"{each}_{moment}", f"{each.capitalize()} {moment} practice", "0-10", Better.LOW),
                _rated(each, moment),
            )
            for each in IN_SESSIONS
            for moment in (BEFORE, AFTER)
        ),
        *(
            (Measure(f"{each}_eased", f"{each.capitalize()} eased by", "0-10", Better.HIGH), _eased(each))
            for each in IN_SESSIONS
        ),
        (Measure("resting_hr", "Resting heart rate", "beats/min"), _phase_figure("mean_hr_bpm")),
        (Measure("resting_rmssd", "Resting RMSSD", "ms"), _phase_figure("rmssd_ms")),
        (Measure("resonance", "Resonance rate", "breaths/min"), _resonance),
        (Measure("transfer", "Kept without the guide", "%", Better.HIGH), _transfer),
        (Measure("recovery", "Heart settled after", "s", Better.LOW), _recovery),
    )
}


def measures_of(store: Store, person: str) -> dict[str, Measure]:
    """What can be followed of a person, by name."""
    told = [*QUESTIONS.values(), *(of_symptom(name) for name in read_profile(store, person).symptoms)]
    return (
        {each.name: Measure(each.name, each.title, "0-10", each.better) for each in told}
        | {PRACTICE: Measure(PRACTICE, "Practice", "min", None)}
        | {LADDER: Measure(LADDER, "Done safely on the ladder", "steps", Better.HIGH, grows=True)}
        | {name: measure for name, (measure, _) in FROM_SESSIONS.items()}
        | {f"{QUESTIONNAIRE}{each.id}": _of_questionnaire(each) for each in _questionnaires(store)}
        | {
            "body_area": Measure("body_area", "How much of the body", "% of the body", Better.LOW),
            "body_places": Measure("body_places", "Places on the body", "places", Better.LOW),
        }
    )


def points_of(store: Store, person: str, name: str, since: str = "", until: str = "9999") -> list[Point]:
    """The points of a measure, oldest first; simulated and replayed sessions are no part of them.

    Parameters
    ----------
    since, until : str
        First and last day, YYYY-MM-DD.

    Raises
    ------
    ValueError
        If there is no such measure.
    """
    if name not in (measures := measures_of(store, person)):
        raise ValueError(f"there is no measure {name!r}; there are {', '.join(measures)}")
    of_sessions = name in (PRACTICE, LADDER) or name in FROM_SESSIONS
    outcomes = own_outcomes(store, person) if of_sessions else []
    found = points_among(store, person, name, outcomes, [] if of_sessions else read_days(store, person, name=name))
    return [point for point in found if since <= point.on <= until]


def every_point(store: Store, person: str) -> list[tuple[Measure, list[Point]]]:
    """All measures with their points, read in one sweep; without those that are spoilt, which `points_of` tells."""
    outcomes, days = own_outcomes(store, person), read_days(store, person)
    found: list[tuple[Measure, list[Point]]] = []
    for name, measure in measures_of(store, person).items():
        with suppress(ValueError):  # a drawing that cannot be read takes nothing else with it
            found.append((measure, points_among(store, person, name, outcomes, days)))
    return found


def points_among(store: Store, person: str, name: str, outcomes: Sequence[Outcome], days: Sequence[Day]) -> list[Point]:
    """The points of a measure among the person's own sessions and days, where these were read already.

    Raises
    ------
    ValueError
        If a drawing that it is of cannot be read.
    """
    if name == PRACTICE:
        return practice_of(outcomes)
    if name == LADDER:
        return _climbed(store, person, {each.session_id for each in outcomes})
    if name in FROM_SESSIONS:
        return figures_of(outcomes, name)
    if name.startswith(QUESTIONNAIRE):
        return _scores(store, person, name.removeprefix(QUESTIONNAIRE))
    if name in ON_BODY:
        return _drawn(store, person, ON_BODY[name])
    return answers_of(days, name)


def own_outcomes(store: Store, person: str) -> list[Outcome]:
    """The sessions of a person that were neither simulated nor replayed from a recording, oldest first."""
    return [each for each in store.outcomes.of(person) if not each.replayed]


def figures_of(outcomes: Iterable[Outcome], name: str) -> list[Point]:
    """A measure of sessions, of those that have it."""
    read = FROM_SESSIONS[name][1]
    told = ((outcome, read(outcome)) for outcome in outcomes)
    return [
        Point(day_of(each).isoformat(), value, each.session_id, is_cut(each))
        for each, value in told
        if value is not None
    ]


def is_cut(outcome: Outcome) -> bool:
    """Whether somebody left a stretch out of the figures of a session."""
    return bool(outcome.document.get("excluded"))


def answers_of(days: Iterable[Day], name: str) -> list[Point]:
    """What was told of days, of those of which it was told."""
    return [Point(day.on, value) for day in days if (value := day.answers.get(name)) is not None]


def practice_of(outcomes: Iterable[Outcome]) -> list[Point]:
    """Minutes practised on each day with any; the session is the last one of the day."""
    minutes: dict[str, Point] = {}
    for outcome in outcomes:
        on = day_of(outcome).isoformat()
        before = minutes[on].value if on in minutes else 0.0
        minutes[on] = Point(on, before + outcome.duration_s / 60.0, outcome.session_id)
    return list(minutes.values())


def done_safely(was: Experience) -> bool:
    """Whether a step of the ladder was done, something was told of it, and nothing came stronger than expected."""
    pairs = ((was.expected_pain, was.pain), (was.expected_fear, was.fear))
    is_told = was.pain is not None or was.fear is not None
    worse = any(expected is not None and came is not None and came > expected for expected, came in pairs)
    return is_told and not (was.broken_off or was.imagined or worse)


def _climbed(store: Store, person: str, own: Collection[str]) -> list[Point]:
    """How many different steps were done safely so far, after each that was."""
    steps: set[str] = set()
    points = []
    for tried in store.ladders.tries(person):
        if tried.session_id in own and done_safely(tried.experience):
            steps.add(tried.experience.rung or same_words(tried.text))
            points.append(Point(tried.experience.on.isoformat(), float(len(steps)), tried.session_id))
    return points


def day_of(outcome: Outcome) -> date:
    """The day on which a session was, by the calendar of where the person is."""
    began = datetime.fromisoformat(outcome.started_utc)
    return (began if began.tzinfo else began.replace(tzinfo=UTC)).astimezone().date()


def _questionnaires(store: Store) -> list[Questionnaire]:
    """Those that have one score."""
    shelf = load_shelf(own_questionnaires(store.folder))
    return [each for each in shelf.questionnaires if each.scoring is not Scoring.EACH]


def _of_questionnaire(questionnaire: Questionnaire) -> Measure:
    return Measure(f"{QUESTIONNAIRE}{questionnaire.id}", questionnaire.title, "points", Better.LOW)


def _scores(store: Store, person: str, ident: str) -> list[Point]:
    """Scores of the questions as they are asked now: others cannot be compared with them."""
    questionnaire = next(each for each in _questionnaires(store) if each.id == ident)
    asked = [item.id for item in questionnaire.items]
    return [
        Point(each.on.isoformat(), each.scored.score)
        for each in read_filled(store, person, questionnaire)
        if each.scored.score is not None
        and each.scored.version == questionnaire.version
        and [key for key, _ in each.scored.answers] == asked
    ]


def _drawn(store: Store, person: str, figure: str) -> list[Point]:
    from biofeedback.care.body_map import extent  # a library that nothing else here needs
    from biofeedback.care.drawings import read_drawings

    drawings = read_drawings(store, person)
    return [Point(on, float(getattr(extent(marks), figure))) for on, marks in drawings.items()]


def _result(outcome: Outcome, kind: Finding) -> dict[str, Any]:
    result = outcome.document.get("result") or {}
    return result if result.get("kind") == kind else {}


def _number(found: object) -> float | None:
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
