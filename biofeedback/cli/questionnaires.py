"""The commands for questionnaires."""

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
    day_of,
    existing_data,
    print_document,
    print_json,
    read_standard_input,
    read_store,
    tell,
    wrong_usage,
)
from biofeedback.exchange.files import STANDARD_OUTPUT
from biofeedback.storage.folder import own_questionnaires
from biofeedback.storage.permits.acts import Act
from protocols.documents import LONGEST_FILE, read_text
from protocols.questionnaires.forms import QuestionnaireError, read_questionnaire
from protocols.questionnaires.library import find_questionnaire, load_library, load_shelf
from protocols.questionnaires.pattern import PATTERN, PatternCheck, is_pattern, read_pattern
from protocols.questionnaires.specification import Questionnaire, Scoring
from protocols.tables import told

if TYPE_CHECKING:
    from biofeedback.care.questionnaires import Change, Scored

LONGEST_ANSWER = 6
"""Digits; more belong to no answer."""
NOTHING = "\u2013"
MATTERS = {True: "yes", False: "no", None: NOTHING}
LEFT_OUT = ("", "-")
"""What stands in place of an answer that was not given."""

QuestionnaireArgument = Annotated[str, typer.Argument(help="Id of a questionnaire, or a questionnaire file.")]
AnswersOption = Annotated[
    str, typer.Option(help="One number a question, as in 1,0,2; - for one left out.", show_default=False)
]

questionnaire_app = typer.Typer(
    cls=Group, help="Questionnaires: what they ask, how they are counted.", invoke_without_command=True
)


@questionnaire_app.callback()
def questionnaire(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Questionnaires: what they ask, how they are counted."""
    if not context.invoked_subcommand:
        listed(data, as_json)


@questionnaire_app.command("list", cls=Command)
def listed(data: DataOption = None, as_json: JsonOption = False) -> None:
    """All questionnaires, and your own files."""
    existing_data(data)
    shelf = load_shelf(own_questionnaires(data))
    for fault in shelf.faults:
        tell(fault)
    if as_json:
        print_json([_listed(each) for each in shelf.questionnaires])
        return
    from biofeedback.reports.terminal import print_rows

    print_rows(
        ("questionnaire", "title", "questions", "every, days", "what it is about"),
        ((q.id, q.title, str(len(q.items)), str(q.every_days), q.about) for q in shelf.questionnaires),
    )


@questionnaire_app.command(cls=Command)
def show(questionnaire: QuestionnaireArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """The file of a questionnaire, or of the pattern check (pattern), to be read, or copied and changed."""
    existing_data(data)
    own = own_questionnaires(data)
    pattern = load_shelf(own).pattern
    found = pattern if questionnaire == pattern.id else find_questionnaire(questionnaire, own)
    if not as_json:
        print(found.source, end="")
    elif isinstance(found, PatternCheck):
        about = {"id": found.id, "title": found.title, "about": found.about}
        print_document(about | {"sources": found.sources, "file": found.source})
    else:
        print_document(_listed(found) | _told(found))


@questionnaire_app.command(cls=Command)
def check(
    file: Annotated[Path, typer.Argument(help="The file; - for standard input.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The faults of a questionnaire file, each with its line."""
    existing_data(data)
    file = at_home(file)
    try:
        found = _read(file)
    except QuestionnaireError as error:
        if as_json and error.faults:
            faults = [{"line": fault.line, "reason": fault.reason} for fault in error.faults]
            print_document({"file": str(file), "ok": False, "faults": faults})
        raise
    notes = _notes(found, file, own_questionnaires(data))
    if as_json:
        about = {"id": found.id, "title": found.title, "notes": notes}
        print_document({"file": str(file), "ok": True, "faults": [], **about})
        return
    print(f"{file} is in order: {found.title}, {_size(found)}.")
    for note in notes:
        tell(note)


@questionnaire_app.command(cls=Command)
def score(
    questionnaire: QuestionnaireArgument,
    answers: AnswersOption,
    earlier: Annotated[
        str | None, typer.Option(help="Answers of an earlier day, to compare with.", show_default=False)
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The score of some answers; nothing is saved."""
    from biofeedback.care.questionnaires import compare

    existing_data(data)
    found = find_questionnaire(questionnaire, own_questionnaires(data))
    now = _scored(found, "--answers", answers)
    change = compare(found, now, None if earlier is None else _scored(found, "--earlier", earlier))
    if as_json:
        print_document(_document(now, change, on=None))
        return
    _print_score(found, now, change)


@questionnaire_app.command(cls=Command)
def fill(
    questionnaire: QuestionnaireArgument,
    answers: AnswersOption,
    person: WhoseOption = "",
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Such as 2026-11-21; else today.", show_default=False)
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep the answers of a day, and tell their score."""
    from biofeedback.care.filled import keep_filled
    from biofeedback.care.questionnaires import compare

    found = find_questionnaire(questionnaire, own_questionnaires(data))
    given = _answers("--answers", answers)
    with changing_store(data) as store:
        person = store.person(person)
        filled = keep_filled(store, person, found, given, day_of("--on", on) or date.today())
        # The change tells the score of an earlier day
        change = filled.change if store.may(Act.READ, person) else compare(found, filled.scored, None)
    if as_json:
        print_document(_document(filled.scored, change, filled.on))
        return
    _print_score(found, filled.scored, change)


@questionnaire_app.command(cls=Command)
def history(
    questionnaire: QuestionnaireArgument, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """What was answered day by day, with the change since the day before it."""
    from biofeedback.care.filled import read_filled
    from biofeedback.reports.lines import number
    from biofeedback.reports.terminal import print_rows

    existing_data(data)
    found = find_questionnaire(questionnaire, own_questionnaires(data))
    with read_store(data) as store:
        person = store.person(person)
        store.permit(Act.READ, person, noted=False)
        filled = read_filled(store, person, found)
    if as_json:
        print_json([_document(each.scored, each.change, each.on) for each in filled])
        return
    if not filled:
        print(f"{found.title} was not filled yet. `biofeedback questionnaire fill {found.id} -h` tells how.")
        return
    print_rows(
        ("day", "score", "", "change", "matters"),
        (
            (
                each.on.isoformat(),
                NOTHING if each.scored.score is None else number(each.scored.score),
                each.scored.severity or _each_answer(found, each.scored) or each.scored.withheld,
                NOTHING if each.change.change is None else f"{each.change.change:+.3g}",
                MATTERS[each.change.changed],
            )
            for each in filled
        ),
    )


def _print_score(questionnaire: Questionnaire, scored: "Scored", change: "Change") -> None:
    from biofeedback.reports.questionnaire_sentences import change_sentence, score_sentences
    from biofeedback.reports.terminal import print_line

    changed = (
        change_sentence(questionnaire, change) if change.withheld != scored.withheld or not scored.withheld else ""
    )
    for line in (*score_sentences(questionnaire, scored), changed, f"For the person: {scored.words}"):
        if line:
            print_line(line)


def _each_answer(questionnaire: Questionnaire, scored: "Scored") -> str:
    """The answers of questions that stand for themselves; else empty."""
    if questionnaire.scoring is not Scoring.EACH:
        return ""
    return ", ".join(f"{key} {NOTHING if value is None else value}" for key, value in scored.answers)


def _document(scored: "Scored", change: "Change", on: date | None) -> dict[str, object]:
    """The keys that scripts rely on, of the answers of a day."""
    withheld = {"score": scored.withheld, "changed": change.withheld}
    return {
        "id": scored.questionnaire,
        "on": on.isoformat() if on else None,
        "score": scored.score,
        "severity": scored.severity,
        "change": change.change,
        "minimal_difference": change.minimal_difference,
        "changed": change.changed,
        "subscales": {
            each.id: {"score": each.score, "mark": each.mark, "reached": each.reached} for each in scored.subscales
        },
        "answers": dict(scored.answers),
        "n_missing": scored.n_missing,
        "words": scored.words,
        "withheld": {key: reason for key, reason in withheld.items() if reason},
    }


def _scored(questionnaire: Questionnaire, option: str, answers: str) -> "Scored":
    """What is answered on the command line, counted; leaves with a sentence where it cannot be."""
    from biofeedback.care.questionnaires import score

    given = _answers(option, answers)
    try:
        return score(questionnaire, given)
    except ValueError as error:
        wrong_usage(f"{option}: {error}.")


def _answers(option: str, answers: str) -> list[int | None]:
    try:
        return [_answer(word.strip()) for word in answers.split(",")]
    except ValueError as error:
        wrong_usage(f"{option}: {error}.")


def _answer(word: str) -> int | None:
    if word in LEFT_OUT:
        return None
    if not word.isascii() or not word.isdigit() or len(word) > LONGEST_ANSWER:
        raise ValueError(f"write one number a question, as in 1,0,2, and - for one left out, not {told(word)}")
    return int(word)


def _listed(questionnaire: Questionnaire) -> dict[str, object]:
    return {
        "id": questionnaire.id,
        "title": questionnaire.title,
        "about": questionnaire.about,
        "n_items": len(questionnaire.items),
        "looks_back_days": questionnaire.looks_back_days,
        "every_days": questionnaire.every_days,
        "scoring": questionnaire.scoring,
        "bands": {band.name: band.least for band in questionnaire.bands},
        "minimal_difference": questionnaire.difference.points,
        "validated": questionnaire.validated,
        "licence": questionnaire.licence,
    }


def _told(questionnaire: Questionnaire) -> dict[str, object]:
    """What is asked, and what a clinician should know."""
    return {
        "instruction": questionnaire.instruction,
        "answers": [{"value": each.value, "text": each.text} for each in questionnaire.answers],
        "items": [
            {"id": each.id, "text": each.text, "lowest": each.lowest, "highest": each.highest}
            for each in questionnaire.items
        ],
        "notes": questionnaire.notes,
        "sources": questionnaire.sources,
        "file": questionnaire.source,
    }


def _read(file: Path) -> Questionnaire | PatternCheck:
    if file == STANDARD_OUTPUT:
        name = "Standard input"
        try:
            text = read_standard_input(4 * LONGEST_FILE + 1).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise QuestionnaireError(f"{name} is not text in UTF-8.") from None
    else:
        name, text = str(file), read_text(file, QuestionnaireError)
    return read_pattern(text, name) if is_pattern(text, name) else read_questionnaire(text, name)


def _size(found: Questionnaire | PatternCheck) -> str:
    if isinstance(found, Questionnaire):
        return f"{len(found.items)} questions"
    return f"{len(found.red_flags)} warning signs, {len(found.signs)} patterns"


def _notes(found: Questionnaire | PatternCheck, file: Path, own: Path) -> list[str]:
    """What to know of a file that is in order."""
    is_there = own.resolve() == file.resolve().parent
    if isinstance(found, PatternCheck):
        if is_there and file.name == PATTERN:
            return ["It takes the place of the pattern check of the program."]
        return [f"Put it into {own} as {PATTERN} and it takes the place of the pattern check of the program."]
    notes = [] if is_there else [f"Put it into {own} and it stands in the list."]
    for other in load_library():
        if other.id == found.id and other.source != found.source:
            notes.append(f"It takes the place of the questionnaire '{other.title}', which has the same id.")
            if other.version == found.version:
                notes.append("Give it another version, so that its scores are not compared with those of the original.")
    return notes
