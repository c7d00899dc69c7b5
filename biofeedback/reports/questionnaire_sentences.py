"""What the answers to a questionnaire come to, in sentences for a clinician."""

from collections.abc import Iterator
from datetime import date

from biofeedback.care.questionnaires import Change, Scored
from biofeedback.reports.dates import told_day
from biofeedback.reports.lines import number
from protocols.questionnaires.specification import Questionnaire, Scoring


def score_sentences(questionnaire: Questionnaire, scored: Scored) -> Iterator[str]:
    """The score with its range and what the publication calls it, or why there is none; then its parts."""
    low, high = questionnaire.score_range
    span = f"on a scale from {low:g} to {high:g}"
    if scored.score is not None:
        severity = f": {scored.severity}" if scored.severity else ""
        yield f"{questionnaire.title} {number(scored.score)} {span}{severity}."
    else:
        yield f"{questionnaire.title}: no score. {scored.withheld}"
    if questionnaire.scoring is Scoring.EACH:
        for item, (_, answer) in zip(questionnaire.items, scored.answers, strict=True):
            yield f"{item.text} {'No answer.' if answer is None else f'{answer} {span}.'}"
    for part in scored.subscales:
        if part.score is None:
            yield f"{part.title}: no sum, an answer is missing."
        else:
            mark = (
                f" ({'at or above' if part.reached else 'below'} the mark of {part.mark})"
                if part.mark is not None
                else ""
            )
            yield f"{part.title} {part.score}{mark}."
    if not questionnaire.validated:
        yield "These questions are not validated."


def change_sentence(questionnaire: Questionnaire, change: Change, earlier_on: date | None = None) -> str:
    """How the score has changed, against the smallest change that matters; empty where there is no earlier one.

    The day of the earlier score is named where it is known: what stands beside it on a page may be of another day.
    """
    if change.change is None:
        return change.withheld
    then = f"on {told_day(earlier_on)}" if earlier_on else "before"
    moved = f"{number(abs(change.change))} {'more' if change.change > 0 else 'less'} than {then}"
    moved = moved if change.change else f"The same as {then}"
    if change.minimal_difference is None:
        return f"{moved}. {change.withheld}"
    size = "at least" if change.changed else "less than"
    return (
        f"{moved}: {size} the smallest change that matters, {change.minimal_difference:g} "
        f"({questionnaire.difference.source})."
    )
