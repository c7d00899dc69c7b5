"""The pattern check on the command line: warning signs first, a question at a time, to a page for a clinician."""

import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import (
    DataOption,
    ForceOption,
    JsonOption,
    WhoseOption,
    changing_store,
    fail,
    print_document,
    read_standard_input,
    read_store,
    standard_output_alone,
    tell,
    wrong_usage,
)
from biofeedback.exchange.files import STANDARD_OUTPUT
from biofeedback.storage.folder import own_questionnaires
from protocols.questionnaires.library import load_shelf
from protocols.questionnaires.pattern import PatternCheck
from protocols.tables import told

if TYPE_CHECKING:
    from biofeedback.care.pattern import Ask as Question
    from biofeedback.care.pattern import Page, Reply, Stop
    from biofeedback.storage.database import Store

    Replies = dict[str, Reply]

MOST_LETTERS = 20_000
HOW = "yes, no or unsure (y, n, u); q to go on another time: "
LATER = "`biofeedback questionnaire pattern --answers {}=no` answers it, or yes, or unsure. What was answered is kept."


def pattern(
    answers: Annotated[
        str | None,
        typer.Option(
            metavar="ID=REPLY,...",
            help='Such as chest=no,headache=unsure, or JSON such as {"chest": "no"}; - for JSON on standard input. '
            "Without, in a terminal, each question is asked.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The page for a clinician: .pdf or .html; - for standard output.", show_default=False),
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="From the first question again.")] = False,
    person: WhoseOption = "",
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The check for patterns of pain: warning signs first, then patterns, then a page for a clinician. No diagnosis."""
    from biofeedback.care.forms import read_replies, replied_on, reply
    from biofeedback.care.pattern import Page, next_step

    if out is not None:
        standard_output_alone(out, as_json)
        if out != STANDARD_OUTPUT and out.suffix.lower() not in (".pdf", ".html"):
            wrong_usage(f"--out {out}: the page ends in .pdf or .html.")
    check = load_shelf(own_questionnaires(data)).pattern
    given = {} if answers is None else _given(check, answers)
    asks = answers is None and not as_json and sys.stdin is not None and sys.stdin.isatty()
    on = dt.date.today()
    with changing_store(data) if given or anew or asks else read_store(data) as store:
        person = store.person(person)
        replies = {} if anew else read_replies(store, person, check, on)
        if anew:
            reply(store, person, check, replies, on)
        left = _taken(store, person, check, replies, given, on)
        if asks:
            _ask(store, person, check, replies, on)
        day = replied_on(store, person, check) or on
    step = next_step(check, replies, day)
    if left:
        tell(f"Not kept: {', '.join(left)}. Questions are answered in their order, warning signs first.")
    if as_json:
        about = {"id": check.id, "title": check.title, "person": person, "on": day.isoformat(), "replies": replies}
        print_document(
            about | _told(step) | {"not_kept": left, "out": str(out) if out and isinstance(step, Page) else None}
        )
    elif out != STANDARD_OUTPUT:
        _print(step)
    if out is not None:
        _write(step, out, force=force)


def _given(check: PatternCheck, answers: str) -> "Replies":
    """What is answered on the command line; leaves with a sentence where it cannot be understood."""
    from biofeedback.care.forms import idents_of
    from biofeedback.care.pattern import Reply

    text = read_standard_input(MOST_LETTERS).decode("utf-8-sig", "replace") if answers == "-" else answers
    if answers == "-" or text.lstrip().startswith("{"):
        try:
            pairs = json.loads(text, object_pairs_hook=lambda found: found)
        except (ValueError, RecursionError):
            pairs = None
        if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
            wrong_usage('--answers: write JSON such as {"chest": "no", "stroke": "unsure"}.')
    else:
        pairs = [(key.strip(), value.strip()) for key, _, value in (word.partition("=") for word in text.split(","))]
    words = {letters: each for each in Reply for letters in (each.value, each.value[0])}
    given: Replies = {}
    for key, value in pairs:
        if key not in idents_of(check):
            wrong_usage(f"--answers: there is no question {told(str(key))}. Nothing was changed.")
        if not isinstance(value, str) or value not in words:
            wrong_usage(f"--answers: {key} is answered with yes, no or unsure, not {told(str(value))}.")
        if given.get(key, words[value]) is not words[value]:
            wrong_usage(f"--answers: {key} is answered twice, and not alike. Nothing was changed.")
        given[key] = words[value]
    return given


def _taken(
    store: "Store", person: str, check: PatternCheck, replies: "Replies", given: "Mapping[str, Reply]", on: dt.date
) -> list[str]:
    """Take in what was given, in the order of the questions, and keep it; ids of what was not yet to be asked."""
    from biofeedback.care.forms import reply
    from biofeedback.care.pattern import Ask, next_step

    replies |= {key: value for key, value in given.items() if key in replies}
    while isinstance(step := next_step(check, replies, on), Ask) and step.question.id in given:
        replies[step.question.id] = given[step.question.id]
    left = [key for key in given if key not in replies]
    if len(left) < len(given):
        reply(store, person, check, replies, on)
    return left


def _ask(store: "Store", person: str, check: PatternCheck, replies: "Replies", on: dt.date) -> None:
    """Ask what is left, each answer kept at once."""
    from biofeedback.care.forms import reply
    from biofeedback.care.pattern import Ask, Reply, next_step
    from biofeedback.reports.terminal import print_line

    words = {letter: each for each in Reply for letter in (each.value, each.value[0])}
    while isinstance(step := next_step(check, replies, on), Ask):
        for line in filter(None, (step.before, step.question.question)):
            print_line(line)
        said = _said(lambda said: said in words or said in ("q", "quit"))
        if said not in words:
            return
        replies[step.question.id] = words[said]
        reply(store, person, check, replies, on)


def _said(is_answer: Callable[[str], bool]) -> str:
    """What is typed, once it can be understood; q where nothing more comes."""
    while True:
        try:
            said = input(HOW).strip().casefold()
        except (EOFError, UnicodeDecodeError):
            print()
            return "q"
        if is_answer(said):
            return said


def _told(step: "Question | Stop | Page") -> dict[str, object]:
    """The keys that scripts rely on: one of `next`, `stop` and `page` is there, the others are null."""
    from biofeedback.care.pattern import Ask, Stop

    found: dict[str, object] = {"next": None, "stop": None, "page": None}
    match step:
        case Ask():
            asked = step.question
            return found | {"next": {"id": asked.id, "question": asked.question, "before": step.before}}
        case Stop():
            return found | {"stop": asdict(step)}
        case _:
            return found | {"page": asdict(step)}


def _print(step: "Question | Stop | Page") -> None:
    from biofeedback.care.pattern import Ask, Stop
    from biofeedback.reports.terminal import print_line

    match step:
        case Ask():
            for line in filter(None, (step.before, step.question.question, LATER.format(step.question.id))):
                print_line(line)
        case Stop():
            print_line(step.words)
            for line in step.for_doctor:
                print_line(f"- {line}")
        case _:
            print_line(step.title)
            for section in step.sections:
                print_line(f"\n{section.heading}")
                for line in section.sentences:
                    print_line(f"- {line}")


def _write(step: "Question | Stop | Page", out: Path, *, force: bool) -> None:
    """Write the page; leaves with a sentence where there is none."""
    from biofeedback.care.pattern import Ask, Stop
    from biofeedback.reports.handout import write_handout

    match step:
        case Ask():
            fail("There are questions left, so there is no page yet. Nothing was written; what was answered is kept.")
        case Stop():
            fail("A doctor comes first, so there is no page. Nothing was written; what was answered is kept.")
        case _:
            write_handout(step, out, force=force)
            if out != STANDARD_OUTPUT:
                tell(f"Wrote {out}.")
