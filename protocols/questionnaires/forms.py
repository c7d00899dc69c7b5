"""Questionnaire files: read, checked, and every fault told with its line."""

from itertools import pairwise

from protocols.documents import DocumentError, check_format, finish, opened
from protocols.questionnaires.specification import (
    Answer,
    Band,
    Difference,
    Item,
    Questionnaire,
    Scoring,
    Subscale,
)
from protocols.tables import Reader, told

FORMAT = 1
LOWEST, HIGHEST = 0, 100
"""What an answer can count."""
LONGEST_YEAR_DAYS = 366
N_ANSWERS_MOST = 21


class QuestionnaireError(DocumentError):
    """A questionnaire is not to be had, or its file has faults."""

    kind = "a questionnaire"


def read_questionnaire(text: str, name: str) -> Questionnaire:
    """Read a questionnaire from the text of its file; `name` stands in the messages.

    Raises
    ------
    QuestionnaireError
        With every fault found, each with its line.
    """
    reader = opened(text, name, QuestionnaireError)
    questionnaire = _questionnaire(reader, text)
    finish(reader, name, QuestionnaireError)
    return questionnaire


def _questionnaire(reader: Reader, source: str) -> Questionnaire:
    check_format(reader, FORMAT)
    answers = _answers(reader)
    questionnaire = Questionnaire(
        id=reader.ident("id"),
        title=reader.line("title"),
        about=reader.text("about"),
        version=reader.whole("version", 1, 1_000_000),
        instruction=reader.text("instruction"),
        looks_back_days=reader.whole("looks_back_days", 0, LONGEST_YEAR_DAYS),
        every_days=reader.whole("every_days", 1, LONGEST_YEAR_DAYS),
        in_place_of=reader.texts("in_place_of"),
        answers=answers,
        items=tuple(_item(each, is_scale="scale" in reader.table) for each in reader.tables("items")),
        scoring=reader.choice("scoring", Scoring),
        bands=tuple(_band(each) for each in reader.tables("bands")),
        subscales=tuple(_subscale(each) for each in reader.tables("subscales")),
        difference=_difference(reader),
        after=reader.text("after"),
        validated=_validated(reader),
        notes=reader.texts("notes"),
        sources=reader.texts("sources"),
        licence=reader.text("licence"),
        source=source,
    )
    reader.done()
    if not reader.faults:
        _check(reader, questionnaire)
    return questionnaire


def _answers(reader: Reader) -> tuple[Answer, ...]:
    """The answers, each with words of its own, or a scale of numbers."""
    reader.seen.update(("answers", "scale"))
    if ("answers" in reader.table) == ("scale" in reader.table):
        reader.fault(
            "scale" if "scale" in reader.table else "",
            "the answers are either answers, each with value and text, or a scale, as in { from = 0, to = 10 }",
        )
        return ()
    if "scale" in reader.table:
        n_faults = len(reader.faults)
        inside = reader.inside("scale", reader.table["scale"])
        low, high = inside.whole("from", LOWEST, HIGHEST), inside.whole("to", LOWEST, HIGHEST)
        inside.done()
        if len(reader.faults) == n_faults and not 1 <= high - low < N_ANSWERS_MOST:
            inside.fault("to", f"to must be from 1 to {N_ANSWERS_MOST - 1} more than from")
        return tuple(Answer(value, str(value)) for value in range(low, high + 1))
    answers = tuple(_answer(each) for each in reader.tables("answers"))
    for i, (before, after) in enumerate(pairwise(answers), 1):
        if after.value <= before.value:
            reader.fault(
                f"answers.{i}", f"answers stand from the lowest value to the highest: {after.value} comes late"
            )
    if not 2 <= len(answers) <= N_ANSWERS_MOST:
        reader.fault("answers", f"there are from 2 to {N_ANSWERS_MOST} answers")
    return answers


def _answer(reader: Reader) -> Answer:
    answer = Answer(reader.whole("value", LOWEST, HIGHEST), reader.line("text"))
    reader.done()
    return answer


def _item(reader: Reader, *, is_scale: bool) -> Item:
    item = Item(
        reader.ident("id"),
        reader.text("text"),
        reader.line("lowest") if is_scale else "",
        reader.line("highest") if is_scale else "",
    )
    reader.done()
    return item


def _band(reader: Reader) -> Band:
    band = Band(reader.number("from", LOWEST, HIGHEST * HIGHEST), reader.line("name"), reader.text("words"))
    reader.done()
    return band


def _subscale(reader: Reader) -> Subscale:
    reader.seen.add("mark")
    subscale = Subscale(
        reader.ident("id"),
        reader.line("title"),
        reader.texts("items"),
        reader.whole("mark", LOWEST, HIGHEST * HIGHEST) if "mark" in reader.table else None,
    )
    reader.done()
    return subscale


def _difference(reader: Reader) -> Difference:
    reader.seen.add("difference")
    if "difference" not in reader.table:
        reader.fault("", "difference is missing: the smallest change that matters, or why none is given")
        return Difference(None, "")
    inside = reader.inside("difference", reader.table["difference"])
    if "none" in inside.table:
        difference = Difference(None, inside.text("none"))
    else:
        difference = Difference(inside.number("points", 0.01, HIGHEST * HIGHEST), inside.text("source"))
    inside.done()
    return difference


def _validated(reader: Reader) -> bool:
    if "validated" not in reader.table:
        reader.fault("", "validated is missing: true where a publication has tested the score, else false")
    return reader.flag("validated")


def _check(reader: Reader, questionnaire: Questionnaire) -> None:
    """What can only be seen of the questionnaire as a whole."""
    if not questionnaire.items:
        reader.fault("items", "a questionnaire has at least one [[items]]")
        return
    for key, idents in (
        ("items", [item.id for item in questionnaire.items]),
        ("subscales", [subscale.id for subscale in questionnaire.subscales]),
    ):
        for i, ident in enumerate(idents):
            if ident in idents[:i]:
                reader.fault(f"{key}.{i}.id", f"two {key} have the id {told(ident)}")
    if questionnaire.id in questionnaire.in_place_of:
        reader.fault("in_place_of", "in_place_of names other questionnaires")
    if questionnaire.validated and not questionnaire.sources:
        reader.fault("validated", "what is validated has sources")
    _check_score(reader, questionnaire)
    _check_subscales(reader, questionnaire)


def _check_score(reader: Reader, questionnaire: Questionnaire) -> None:
    low, high = questionnaire.score_range
    if questionnaire.scoring is Scoring.EACH:
        for key in ("bands", "subscales"):
            if key in reader.table:
                reader.fault(key, f'{key} need a score: scoring must be "sum" or "mean"')
        if questionnaire.difference.points is not None:
            reader.fault("difference", 'points need a score: scoring must be "sum" or "mean"')
        return
    for i, band in enumerate(questionnaire.bands):
        if i == 0 and band.least != low:
            reader.fault("bands.0.from", f"the first band begins with the lowest score, {low:g}, not {band.least:g}")
        elif band.least > high:
            reader.fault(
                f"bands.{i}.from", f"the highest score is {high:g}; a band from {band.least:g} is never reached"
            )
        elif i and band.least <= questionnaire.bands[i - 1].least:
            reader.fault(f"bands.{i}.from", "bands stand from the lowest to the highest")
    points = questionnaire.difference.points
    if points is not None and points > high - low:
        reader.fault("difference.points", f"a score can change by {high - low:g} at most, never by {points:g}")


def _check_subscales(reader: Reader, questionnaire: Questionnaire) -> None:
    known = [item.id for item in questionnaire.items]
    for i, subscale in enumerate(questionnaire.subscales):
        if not subscale.items:
            reader.fault(f"subscales.{i}", "a subscale has items: ids of its questions")
        for k, ident in enumerate(subscale.items):
            if ident not in known:
                reader.fault(f"subscales.{i}.items.{k}", f"there is no item {told(ident)}; known: {', '.join(known)}")
            elif ident in subscale.items[:k]:
                reader.fault(f"subscales.{i}.items.{k}", f"{told(ident)} stands twice")
        highest = len(subscale.items) * max(questionnaire.values)
        if subscale.mark is not None and subscale.mark > highest:
            reader.fault(f"subscales.{i}.mark", f"its highest sum is {highest}; {subscale.mark} is never reached")
