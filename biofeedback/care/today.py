"""What today holds and why, the days of the week, and what of a plan was done. Nothing here counts what was missed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from biofeedback.care.diary import READY, About
from biofeedback.care.plan import Plan, in_force, read_history
from biofeedback.care.profile import Profile, read_profile
from biofeedback.storage.database import Store
from biofeedback.storage.folder import own_exercises, own_lessons, own_questionnaires
from biofeedback.storage.records import AFTER, Entry, EntryKind, SessionRow
from protocols.courses.library import FIRST_MINUTES, N_FIRST, is_slow
from protocols.courses.specification import DAYS, Practice, Week
from protocols.lessons.library import lesson_ids
from protocols.library import load_shelf
from protocols.questionnaires.library import load_shelf as load_questionnaires
from protocols.safety import CHECKS, Caution
from protocols.specification import Exercise

LEAST_S = 60.0
"""A session that is shorter was hardly a practice."""
STRONG = 8
"""From this rating on looking at pain is not for now: the limit is above 7 of 10 (Gordon & Ziv; science C7)."""
STRONG_DAYS = 7
"""An older rating says nothing of today."""
LOOKED_BACK_DAYS = max(STRONG_DAYS, DAYS)
"""So far back today looks for what was told, except for lessons."""
FELT = ("pain", "unpleasantness")
"""Ratings that count for it, besides the person's own symptoms."""
QUESTIONNAIRE_FIRST_DAYS = 2
"""On so many days of a week a questionnaire comes before the check-in."""
REST, FIRST_AID = Practice("quiet-rest", 5.0, 1), Practice("flare", None, 1)
OVER = READY[About.FLARE][-1]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person, and what is at hand.

    Attributes
    ----------
    sessions : sequence of SessionRow
    entries : sequence of Entry
        Of the journal: of the last week, and the lessons of all days.
    profile : Profile
    exercises : map from id to Exercise
    ratings : map from a session's id to a map from moment to a map from question to answer
        Of the sessions of the last week.
    lessons, questionnaires : collection of str
        Ids.
    zone : tzinfo or None
        Of the person's calendar; None for that of this machine.
    """

    sessions: Sequence[SessionRow] = ()
    entries: Sequence[Entry] = ()
    profile: Profile = field(default_factory=Profile)
    exercises: Mapping[str, Exercise] = field(default_factory=dict)
    ratings: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    lessons: Collection[str] = ()
    questionnaires: Collection[str] = ()
    zone: tzinfo | None = None

    def practised(self) -> Iterator[tuple[date, SessionRow]]:
        """The person's own sessions with their day; neither simulated people nor recordings count."""
        for row in self.sessions:
            if not (row.simulated or row.replayed) and row.duration_s >= LEAST_S:
                yield day_of(row, self.zone), row


@dataclass(frozen=True, slots=True)
class Offer:
    """A practice of today; `minutes` as the exercise then lasts."""

    exercise: str
    title: str
    minutes: float


@dataclass(frozen=True, slots=True)
class Today:
    """What today holds: a card.

    Attributes
    ----------
    on : date
    stage, week : int
    title, about : str
        Of the course, and of its week.
    because : tuple of str
        Why it is this, a sentence each.
    practice : Offer or None
    lesson, questionnaire : str or None
        Ids.
    checkin : bool
        Whether the check-in is offered.
    given_by : str
        Of a plan that was given: the clinician.
    given_on : date or None
    """

    on: date
    stage: int
    week: int
    title: str
    about: str
    because: tuple[str, ...]
    practice: Offer | None = None
    lesson: str | None = None
    questionnaire: str | None = None
    checkin: bool = False
    given_by: str = ""
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class DayPractised:
    """A day, with the minutes that were practised on it and the titles of what it was."""

    on: date
    minutes: float
    exercises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What of a plan was done in a stretch of days.

    Attributes
    ----------
    since, until : date
    days_practised, days_planned : int
        There may be more of the former: who practises besides the plan practises too.
    minutes : float
    lessons : int
    """

    since: date
    until: date
    days_practised: int
    days_planned: int
    minutes: float
    lessons: int


def know(store: Store, person: str, on: date, zone: tzinfo | None = None) -> Known:
    """What the store knows of a person, and what is at hand."""
    sessions = store.sessions(person)
    recent = [row for row in sessions if abs((on - day_of(row, zone)).days) < STRONG_DAYS]
    of_the_week = store.journal.entries(person, since=(on - timedelta(days=LOOKED_BACK_DAYS)).isoformat())
    return Known(
        sessions=sessions,
        entries=[
            *store.journal.entries(person, EntryKind.LESSON),
            *(entry for entry in of_the_week if entry.kind is not EntryKind.LESSON),
        ],
        profile=read_profile(store, person),
        exercises={each.id: each for each in load_shelf(own_exercises(store.folder)).exercises},
        ratings={row.session_id: store.ratings(row.session_id) for row in recent},
        lessons=lesson_ids(own_lessons(store.folder)),
        questionnaires=tuple(each.id for each in load_questionnaires(own_questionnaires(store.folder)).questionnaires),
        zone=zone,
    )


def day_of(row: SessionRow, zone: tzinfo | None = None) -> date:
    """The day on which a session began, by the person's calendar."""
    return datetime.fromisoformat(row.started_utc).astimezone(zone).date()


def today(plan: Plan, known: Known, on: date) -> Today:
    """What today holds and why: at most one practice, a lesson, and one thing to tell."""
    week, day_number = plan.week_on(on), (on - plan.begins(on)).days
    practised = [row for day, row in known.practised() if day == on]
    practice, because = _practice(plan, known, on, practised=bool(practised))
    checkin = _checkin_due(plan, known, on)
    questionnaire = _questionnaire_due(plan, known, on)
    if questionnaire and checkin and day_number < QUESTIONNAIRE_FIRST_DAYS:
        checkin = False
    return Today(
        on=on,
        stage=week.stage,
        week=plan.number_on(on),
        title=plan.title,
        about=week.about,
        because=because,
        practice=practice,
        lesson=_lesson(week, known, on),
        questionnaire=None if checkin else questionnaire,
        checkin=checkin,
        given_by=plan.given_by,
        given_on=plan.given_on,
    )


def week(plan: Plan | None, known: Known, on: date) -> tuple[DayPractised, ...]:
    """The seven days of the plan's week, or without a plan the last seven, with what was practised."""
    first = plan.begins(on) if plan else on - timedelta(days=DAYS - 1)
    by_day: dict[date, list[SessionRow]] = {}
    for day, row in known.practised():
        by_day.setdefault(day, []).append(row)
    return tuple(_day(first + timedelta(days=i), by_day.get(first + timedelta(days=i), [])) for i in range(DAYS))


def done(history: Sequence[Plan], known: Known, since: date, until: date) -> Done:
    """What was done from a day to another of what was planned; the last day counts once it was practised on."""
    practised = [(day, row) for day, row in known.practised() if since <= day <= until]
    days = {day for day, _ in practised}
    planned = 0.0
    first = max(since, min((plan.changed_on for plan in history if plan.changed_on), default=until))
    for i in range((until - first).days + 1):
        day = first + timedelta(days=i)
        plan = in_force(history, day)
        if plan and (day < until or day in days):
            planned += plan.week_on(day).practice_days / DAYS
    read = {each.subject for each in _told(known, EntryKind.LESSON) if since <= _date(each) <= until}
    minutes = sum(row.duration_s for _, row in practised) / 60.0
    return Done(since, until, len(days), round(planned), minutes, len(read))


def read_done(store: Store, person: str, since: date, until: date, zone: tzinfo | None = None) -> Done:
    """The same from the store."""
    known = Known(store.sessions(person), store.journal.entries(person, EntryKind.LESSON), zone=zone)
    return done(read_history(store, person), known, since, until)


def _practice(plan: Plan, known: Known, on: date, *, practised: bool) -> tuple[Offer | None, tuple[str, ...]]:
    strong = _is_strong(known, on)
    if practised and not strong:
        return None, ("You have practised today. That is enough: rest is part of it.",)
    if strong:
        first = [REST, FIRST_AID] if practised else [FIRST_AID, REST]
        return _first(first, known, "It is strong just now, so the gentle thing comes first.")
    wanted = _wanted(plan, known, on)
    if not wanted:
        return None, ("What this week holds is done. Today is free.",)
    offer = _offer(wanted[0], known)
    if offer:
        return offer, _why(wanted[0], known, offer, plan.week_on(on))
    stage = plan.week_on(on).stage
    others = [each for week in plan.weeks if week.stage == stage for each in week.practices]
    return _first([*wanted[1:], *plan.week_on(on).practices, *others, REST], known, _why_not(wanted[0], known))


def _wanted(plan: Plan, known: Known, on: date) -> list[Practice]:
    """The practices that the week still has room for, first what was done least of what was meant."""
    first, week = plan.begins(on), plan.week_on(on)
    days: dict[str, set[date]] = {}
    for day, row in known.practised():
        if first <= day <= on:
            days.setdefault(row.exercise, set()).add(day)
    n_days = len(set().union(*days.values())) if days else 0
    if n_days >= week.practice_days:  # who walked their own way has practised too
        return []
    shares = {each: len(days.get(each.exercise, ())) / each.days_a_week for each in week.practices}
    return sorted((each for each, share in shares.items() if share < 1.0), key=shares.__getitem__)


def _first(practices: Sequence[Practice], known: Known, because: str) -> tuple[Offer | None, tuple[str, ...]]:
    """The first of several that may be offered, else one of those that the clinician chose for the person."""
    chosen = [Practice(ident, None, 1) for ident in known.profile.offered]
    offer = next((found for each in (*practices, *chosen) if (found := _offer(each, known))), None)
    return offer, (because,) if offer else (because, "Today is free.")


def _offer(practice: Practice, known: Known) -> Offer | None:
    """The practice as it is offered; None where it may not be, or is not at hand."""
    exercise = known.exercises.get(practice.exercise)
    if exercise is None or _cautions(exercise, known) or not _is_offered(exercise, known):
        return None
    try:
        exercise = practice.of(exercise)
        if is_slow(exercise) and _n_slow(known) < N_FIRST and exercise.stretches and exercise.minutes > FIRST_MINUTES:
            exercise = exercise.lasting(max(FIRST_MINUTES, exercise.least_minutes))
    except ValueError:  # an own exercise took the place of the one that the plan was made for
        return None
    return Offer(exercise.id, exercise.title, exercise.minutes)


def _why(practice: Practice, known: Known, offer: Offer, week: Week) -> tuple[str, ...]:
    is_kept_short = offer.minutes < practice.of(known.exercises[practice.exercise]).minutes
    short = (f"The first {N_FIRST} times of slow breathing are short, so that it stays soft.",) if is_kept_short else ()
    return (week.about, *short)


def _why_not(practice: Practice, known: Known) -> str:
    exercise = known.exercises.get(practice.exercise)
    if exercise is None:
        return f"The plan names {practice.exercise}, which is not here any more, so something else stands in its place."
    if Caution.RED_FLAGS in _cautions(exercise, known):
        return f"{CHECKS[Caution.RED_FLAGS].advice}"
    if _cautions(exercise, known):
        return f"{exercise.title} needs care, as is written down for you, so something gentler stands in its place."
    if not _is_offered(exercise, known):
        return f"{exercise.title} is not among what was chosen for you, so something else stands in its place."
    return f"{exercise.title} cannot have the length of the plan any more, so something else stands in its place."


def _cautions(exercise: Exercise, known: Known) -> list[Caution]:
    return [each for each in Caution if each in exercise.cautions and each.value in known.profile.conditions]


def _is_offered(exercise: Exercise, known: Known) -> bool:
    return not known.profile.offered or exercise.id in known.profile.offered


def _n_slow(known: Known) -> int:
    ids = [row.exercise for _, row in known.practised()]
    return sum(ident in known.exercises and is_slow(known.exercises[ident]) for ident in ids)


def _is_strong(known: Known, on: date) -> bool:
    """Whether a flare was told today, or the last day that was rated has a strong rating."""
    flares = [e for e in _told(known, EntryKind.DIARY) if e.subject == About.FLARE and _date(e) == on]
    if flares and flares[-1].document.get("words") != OVER:
        return True
    rated = list(_ratings(known, on))
    last = max((day for day, _, _, _ in rated), default=None)
    latest: dict[str, float] = {}
    for _, _, name, value in sorted(each for each in rated if each[0] == last):
        latest[name] = value
    return any(value >= STRONG for value in latest.values())


def _ratings(known: Known, on: date) -> Iterator[tuple[date, str, str, float]]:
    """Day, time in UTC, name and value of what was rated in the last week."""
    names = (*FELT, *known.profile.symptoms)
    for entry in _told(known, EntryKind.CHECKIN):
        value = entry.document.get("value")
        if isinstance(value, int | float) and entry.subject in names and _is_recent(_date(entry), on):
            yield _date(entry), entry.told_utc, entry.subject, value
    for row in known.sessions:
        answers = known.ratings.get(row.session_id, {})
        if answers and not (row.simulated or row.replayed) and _is_recent(day := day_of(row, known.zone), on):
            ended = datetime.fromisoformat(row.started_utc) + timedelta(seconds=row.duration_s)
            last: dict[str, float] = {}
            for moment in sorted(answers, key=lambda moment: moment == AFTER):
                last |= answers[moment]
            for name in last.keys() & names:
                yield day, ended.isoformat(timespec="seconds"), name, last[name]


def _is_recent(day: date, on: date) -> bool:
    return 0 <= (on - day).days < STRONG_DAYS


def _lesson(week: Week, known: Known, on: date) -> str | None:
    """A lesson of the week that was not read yet; one a day, and none until a doctor has looked at what is new."""
    read = _told(known, EntryKind.LESSON)
    if Caution.RED_FLAGS.value in known.profile.conditions or any(_date(each) == on for each in read):
        return None
    known_already = {each.subject for each in read}
    return next((each for each in week.lessons if each in known.lessons and each not in known_already), None)


def _checkin_due(plan: Plan, known: Known, on: date) -> bool:
    days = {_date(e) for e in _told(known, EntryKind.CHECKIN) if plan.begins(on) <= _date(e) <= on}
    return on not in days and len(days) < plan.week_on(on).checkin_days


def _questionnaire_due(plan: Plan, known: Known, on: date) -> str | None:
    """One of the week that was filled neither in it nor in the seven days before today."""
    since = min(plan.begins(on), on - timedelta(days=DAYS - 1))
    filled = {e.subject for e in _told(known, EntryKind.QUESTIONNAIRE) if since <= _date(e) <= on}
    return next((q for q in plan.week_on(on).questionnaires if q in known.questionnaires and q not in filled), None)


def _told(known: Known, kind: EntryKind) -> list[Entry]:
    return [entry for entry in known.entries if entry.kind is kind]


def _date(entry: Entry) -> date:
    return date.fromisoformat(entry.on)


def _day(on: date, rows: Sequence[SessionRow]) -> DayPractised:
    titles = tuple(dict.fromkeys(row.exercise_title for row in sorted(rows, key=lambda row: row.started_utc)))
    return DayPractised(on, sum(row.duration_s for row in rows) / 60.0, titles)
