"""The commands for the course of a person: what today holds, the plan behind it, and the ready courses."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    Group,
    JsonOption,
    WhoseOption,
    at_home,
    changing_store,
    existing_data,
    print_document,
    print_json,
    read_store,
    tell,
    wrong_usage,
)
from biofeedback.storage.folder import own_courses, own_exercises, own_lessons, own_questionnaires
from protocols.courses.forms import CourseError
from protocols.courses.library import find_course, load_shelf, notes_on, read_course_file
from protocols.courses.specification import STAGES, Course, Practice, Week
from protocols.library import load_shelf as load_exercises
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.care.plan import Plan
    from biofeedback.care.today import Done, Today
    from biofeedback.storage.database import Store

plan_app = typer.Typer(cls=Group, help="The course: what today holds, and the plan.", invoke_without_command=True)

CourseArgument = Annotated[str, typer.Argument(help="Id of a course, or a course file.", show_default=False)]


@plan_app.callback()
def plan(
    context: typer.Context, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """What today holds and why, the weeks, and what was done."""
    if context.invoked_subcommand:
        return
    from biofeedback.care.plan import read_plan

    with read_store(data) as store:
        person = store.person(person)
        found = read_plan(store, person)
        if found is not None:
            _tell_plan(store, person, found, as_json)
            return
    if as_json:
        print_document({"person": person, "stage": None, "today": None, "weeks": [], "days": [], "done": None})
    else:
        print("There is no plan yet. `biofeedback plan set four-weeks` begins one; `plan courses` lists them.")


@plan_app.command(cls=Command)
def courses(data: DataOption = None, as_json: JsonOption = False) -> None:
    """The ready courses, and your own files."""
    existing_data(data)
    shelf = load_shelf(_exercises(data), own_courses(data))
    for fault in shelf.faults:
        tell(fault)
    if as_json:
        print_json([_listed(each) for each in shelf.courses])
        return
    from biofeedback.reports.terminal import print_rows

    print_rows(
        ("course", "title", "weeks", "what it is for"),
        ((each.id, each.title, str(len(each.weeks)), each.about) for each in shelf.courses),
    )


@plan_app.command(cls=Command)
def show(course: CourseArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """The file of a course, to be read, or copied and changed."""
    existing_data(data)
    found = find_course(course, _exercises(data), own_courses(data))
    if as_json:
        print_document(_listed(found) | {"file": found.source, "evidence": found.evidence})
    else:
        print(found.source, end="")


@plan_app.command(cls=Command)
def check(
    file: Annotated[Path, typer.Argument(help="The file.")], data: DataOption = None, as_json: JsonOption = False
) -> None:
    """The faults of a course file, each with its line."""
    existing_data(data)
    file = at_home(file)
    try:
        found = read_course_file(file, _exercises(data))
    except CourseError as error:
        if as_json and error.faults:
            faults = [{"line": fault.line, "reason": fault.reason} for fault in error.faults]
            print_document({"file": str(file), "ok": False, "faults": faults})
        raise
    notes = _notes(found, data)
    if as_json:
        about = {"id": found.id, "title": found.title, "notes": notes}
        print_document({"file": str(file), "ok": True, "faults": [], **about})
        return
    print(f"{file} is in order: {found.title}, {len(found.weeks)} weeks.")
    for note in notes:
        tell(note)


@plan_app.command("set", cls=Command)
def begin(
    course: CourseArgument, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Begin a course today; goals stay."""
    from biofeedback.care.plan import begin_course
    from biofeedback.care.profile import read_profile

    found = find_course(course, _exercises(data), own_courses(data))
    with changing_store(data) as store:
        person = store.person(person)
        kept = begin_course(store, person, found)
        for note in _notes(found, data, read_profile(store, person).conditions):
            tell(note)
        _tell_plan(store, person, kept, as_json)


@plan_app.command(cls=Command)
def stage(
    number: Annotated[int, typer.Argument(help="1 to 5; they can be walked in any order.")],
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go to a stage of the map."""
    from biofeedback.care.plan import at_stage

    ready = load_shelf(_exercises(data), own_courses(data)).courses
    with changing_store(data) as store:
        person, before = _planned(store, person)
        _keep(store, person, at_stage(before, number, date.today(), ready), as_json)


@plan_app.command(cls=Command)
def week(
    number: Annotated[int | None, typer.Argument(help="Its number; without, that of today.")] = None,
    stay: Annotated[
        bool | None,
        typer.Option("--stay/--go-on", help="Whether this week goes on until told otherwise.", show_default=False),
    ] = None,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go to a week of the plan, or stay in one."""
    from biofeedback.care.plan import at_week, staying

    if number is None and stay is None:
        wrong_usage("Name a week, or say --stay or --go-on.")
    with changing_store(data) as store:
        person, plan = _planned(store, person)
        if number is not None:
            plan = at_week(plan, number, date.today())
        if stay is not None:
            plan = staying(plan, date.today(), stay)
        _keep(store, person, plan, as_json)


@plan_app.command(cls=Command)
def practice(
    exercise: Annotated[str, typer.Argument(help="Id of an exercise.")],
    days: Annotated[int, typer.Option(min=0, max=7, help="Days a week; 0 takes it out.", show_default=False)],
    minutes: Annotated[float | None, typer.Option(help="How long; else its own length.", show_default=False)] = None,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change what is practised in the week of today."""
    from biofeedback.care.plan import with_practices
    from protocols.library import find_exercise

    found = find_exercise(exercise, own_exercises(data))
    wanted = Practice(found.id, minutes, days)
    try:
        wanted.of(found)
    except ValueError as error:
        wrong_usage(f"--minutes: {error}.")
    if found.id not in _exercises(data):
        wrong_usage(f"{exercise} is not in the list of exercises: put its file among your own first.")
    with changing_store(data) as store:
        person, plan = _planned(store, person)
        others = tuple(each for each in plan.week_on(date.today()).practices if each.exercise != found.id)
        practices = (*others, wanted) if days else others
        _keep(store, person, with_practices(plan, practices, date.today()), as_json)


@plan_app.command(cls=Command)
def goal(
    words: Annotated[str, typer.Argument(help="In one's own words.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it out of the plan.")] = False,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a goal into the plan."""
    from biofeedback.care.plan import with_goals
    from protocols.ladder import same_words

    with changing_store(data) as store:
        person, plan = _planned(store, person)
        left = tuple(each for each in plan.goals if same_words(each) != same_words(words))
        if remove and left == plan.goals:
            wrong_usage(f"There is no such goal in the plan: {words}. Nothing was changed.")
        _keep(store, person, with_goals(plan, left if remove else (*plan.goals, words)), as_json)


def _exercises(data: Path | None) -> dict[str, Exercise]:
    return {each.id: each for each in load_exercises(own_exercises(data)).exercises}


def _notes(course: Course, data: Path | None, conditions: tuple[str, ...] = ()) -> list[str]:
    from protocols.lessons.library import lesson_ids
    from protocols.questionnaires.library import load_shelf as load_questionnaires

    asked = [each.id for each in load_questionnaires(own_questionnaires(data)).questionnaires]
    return list(notes_on(course, _exercises(data), lesson_ids(own_lessons(data)), asked, conditions))


def _planned(store: "Store", person: str) -> tuple[str, "Plan"]:
    from biofeedback.care.plan import read_plan

    person = store.person(person)
    found = read_plan(store, person)
    if found is None:
        wrong_usage("There is no plan yet. `biofeedback plan set four-weeks` begins one. Nothing was changed.")
    return person, found


def _keep(store: "Store", person: str, plan: "Plan", as_json: bool) -> None:
    from biofeedback.care.plan import keep_plan

    _tell_plan(store, person, keep_plan(store, person, plan), as_json)


def _tell_plan(store: "Store", person: str, plan: "Plan", as_json: bool) -> None:
    from biofeedback.care.plan import read_history
    from biofeedback.care.today import done, know, today
    from biofeedback.care.today import week as days_of

    on = date.today()
    known = know(store, person, on)
    card, days = today(plan, known, on), days_of(plan, known, on)
    was_done = done(read_history(store, person), known, plan.began_on, on)
    if as_json:
        about = {"person": person, "course": plan.course, "title": plan.title, "began_on": plan.began_on.isoformat()}
        weeks = [_week(each) | {"number": n, "now": n == card.week} for n, each in enumerate(plan.weeks, 1)]
        lived = [asdict(each) | {"on": each.on.isoformat()} for each in days]
        told = {"goals": plan.goals, "by_hand": plan.by_hand, "stays": plan.stays, "stage": card.stage}
        dates = {"since": was_done.since.isoformat(), "until": was_done.until.isoformat()}
        held = asdict(card) | {"on": card.on.isoformat()}
        held["given_on"] = card.given_on.isoformat() if card.given_on else None
        print_document(about | told | {"today": held, "weeks": weeks, "days": lived, "done": asdict(was_done) | dates})
        return
    _print_card(plan, card, was_done)
    lived_days = [each for each in days if each.minutes]
    if lived_days:
        from biofeedback.reports.terminal import print_rows

        print_rows(
            ("day", "minutes", "practised"),
            ((f"{d.on:%a} {d.on}", f"{d.minutes:.0f}", ", ".join(d.exercises)) for d in lived_days),
        )


def _print_card(plan: "Plan", card: "Today", was_done: "Done") -> None:
    from biofeedback.reports.terminal import print_line

    print_line(f"{plan.title}: week {card.week} of {len(plan.weeks)}, {STAGES[card.stage].title.lower()}")
    if plan.given_on:
        print_line(f"Given by {plan.given_by or 'the clinician'} on {plan.given_on}.")
    for goal in plan.goals:
        print_line(f"Goal: {goal}")
    for sentence in card.because:
        print_line(sentence)
    if card.practice:
        print_line(f"Today: {card.practice.title}, {card.practice.minutes:.3g} minutes ({card.practice.exercise})")
    for name, what in (("Lesson", card.lesson), ("Questionnaire", card.questionnaire)):
        if what:
            print_line(f"{name}: {what}")
    if card.checkin:
        print_line("And, if you like, how today is: biofeedback checkin")
    print_line(f"Practised on {was_done.days_practised} days since {was_done.since}, {was_done.minutes:.0f} minutes.")


def _listed(course: Course) -> dict[str, object]:
    weeks = [_week(each) for each in course.weeks]
    return {"id": course.id, "title": course.title, "about": course.about, "weeks": weeks}


def _week(week: Week) -> dict[str, object]:
    return {**asdict(week), "stage_title": STAGES[week.stage].title}
