"""Course files: read, checked, and every fault told with its line."""

from collections.abc import Mapping

from protocols.courses.specification import DAYS, STAGES, Course, Practice, Week
from protocols.documents import DocumentError, check_format, finish, opened
from protocols.forms import LONGEST_MINUTES
from protocols.specification import Exercise
from protocols.tables import Reader, told

FORMAT = 1
N_WEEKS_MOST = 52


class CourseError(DocumentError):
    """A course is not to be had, or its file has faults."""

    kind = "a course"


def read_course(text: str, name: str, exercises: Mapping[str, Exercise]) -> Course:
    """Read a course from the text of its file; `name` stands in the messages.

    Parameters
    ----------
    text, name : str
    exercises : map
        Those at hand, by id.

    Raises
    ------
    CourseError
        With every fault found, each with its line.
    """
    reader = opened(text, name, CourseError)
    check_format(reader, FORMAT)
    course = Course(
        id=reader.ident("id"),
        title=reader.line("title"),
        about=reader.text("about"),
        version=reader.whole("version", 1, 1_000_000),
        weeks=read_weeks(reader),
        evidence=reader.texts("evidence"),
        source=text,
    )
    reader.done()
    for i, week in enumerate(course.weeks):
        for j, practice in enumerate(week.practices):
            _check_exercise(reader, f"weeks.{i}.practices.{j}", practice, exercises)
    finish(reader, name, CourseError)
    return course


def read_weeks(reader: Reader) -> tuple[Week, ...]:
    """The weeks of a course or of a plan; what is wrong is noted in the reader."""
    weeks = tuple(_week(each) for each in reader.tables("weeks"))
    if not reader.table.get("weeks"):
        reader.fault("weeks", "a course has at least one [[weeks]]")
    if len(weeks) > N_WEEKS_MOST:
        reader.fault("weeks", f"a course has at most {N_WEEKS_MOST} weeks")
    return weeks


def _week(reader: Reader) -> Week:
    week = Week(
        stage=reader.whole("stage", min(STAGES), max(STAGES)),
        about=reader.text("about"),
        practices=tuple(_practice(each) for each in reader.tables("practices")),
        lessons=_each_once(reader, "lessons"),
        questionnaires=_each_once(reader, "questionnaires"),
        checkin_days=reader.whole("checkin_days", 0, DAYS, DAYS),
    )
    reader.done()
    if week.practice_days > DAYS:
        reader.fault("practices", f"one practice a day is offered: {week.practice_days} days do not fit into a week")
    names = [each.exercise for each in week.practices]
    for j, name in enumerate(names):
        if name in names[:j]:
            reader.fault(f"practices.{j}.exercise", f"{told(name)} stands twice in a week")
    return week


def _practice(reader: Reader) -> Practice:
    practice = Practice(
        exercise=reader.ident("exercise"),
        minutes=reader.maybe_number("minutes", 0.5, LONGEST_MINUTES),
        days_a_week=reader.whole("days_a_week", 1, DAYS),
    )
    reader.done()
    return practice


def _each_once(reader: Reader, key: str) -> tuple[str, ...]:
    names = reader.texts(key)
    for i, name in enumerate(names):
        if name in names[:i]:
            reader.fault(f"{key}.{i}", f"{told(name)} stands twice")
    return tuple(dict.fromkeys(names))


def _check_exercise(reader: Reader, path: str, practice: Practice, exercises: Mapping[str, Exercise]) -> None:
    if not practice.exercise:
        return
    found = exercises.get(practice.exercise)
    if found is None:
        reader.fault(f"{path}.exercise", f"there is no exercise {told(practice.exercise)} here")
        return
    try:
        practice.of(found)
    except ValueError as error:
        reader.fault(f"{path}.minutes", str(error))
