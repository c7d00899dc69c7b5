"""Questionnaires that a person filled, kept with their answers and the score that they had."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from biofeedback.care.checkin import EARLIEST, check_day
from biofeedback.care.questionnaires import Change, Scored, ScoredSubscale, compare, due, score
from biofeedback.storage.database import Store
from biofeedback.storage.records import Entry, EntryKind
from protocols.questionnaires.specification import Questionnaire


@dataclass(frozen=True, slots=True)
class Filled:
    """A questionnaire as it was filled on a day, and how it differs from the last score before.

    Attributes
    ----------
    on : date
    scored : Scored
        As it was counted on that day.
    change : Change
    earlier_on : date or None
        The day of the answers that it is compared with.
    """

    on: dt.date
    scored: Scored
    change: Change
    earlier_on: dt.date | None = None


def keep_filled(
    store: Store, person: str, questionnaire: Questionnaire, answers: Sequence[int | None], on: dt.date
) -> Filled:
    """Keep the answers of a day, in place of earlier ones of the same day.

    Raises
    ------
    ValueError
        If the answers cannot be given, or the day is not yet there. Nothing is kept then.
    """
    check_day(on)
    scored = score(questionnaire, answers)
    store.journal.put(person, EntryKind.QUESTIONNAIRE, as_stored(scored), on, questionnaire.id)
    return next(each for each in read_filled(store, person, questionnaire) if each.on == on)


def read_filled(
    store: Store, person: str, questionnaire: Questionnaire, since: dt.date = EARLIEST, until: dt.date = dt.date.max
) -> list[Filled]:
    """What a person answered, day by day; each is compared with the last one before it that has a score."""
    filled: list[Filled] = []
    earlier: Scored | None = None
    earlier_on: dt.date | None = None
    entries = store.journal.entries(person, EntryKind.QUESTIONNAIRE, questionnaire.id, until=until.isoformat())
    for entry in entries:
        if (scored := _scored(entry)) is None:
            continue
        on = dt.date.fromisoformat(entry.on)
        filled.append(Filled(on, scored, compare(questionnaire, scored, earlier), earlier_on))
        if scored.score is not None or earlier is None:
            earlier, earlier_on = scored, on
    return [each for each in filled if each.on >= since]


def due_on(store: Store, person: str, offered: Sequence[Questionnaire], on: dt.date) -> tuple[Questionnaire, ...]:
    """Which of the questionnaires that are offered to a person are due on a day."""
    days: dict[str, list[dt.date]] = {}
    for entry in store.journal.entries(person, EntryKind.QUESTIONNAIRE):
        days.setdefault(entry.subject, []).append(dt.date.fromisoformat(entry.on))
    return due(offered, days, on)


def as_stored(scored: Scored) -> dict[str, object]:
    """A score with its answers, as it is kept."""
    return asdict(scored) | {"answers": dict(scored.answers)}


def _scored(entry: Entry) -> Scored | None:
    """What was kept; None where it is spoilt: it counts as not told."""
    document = entry.document
    try:
        return Scored(
            questionnaire=entry.subject,
            version=int(document["version"]),
            score=None if document["score"] is None else float(document["score"]),
            severity=document["severity"] and str(document["severity"]),
            words=str(document["words"]),
            subscales=tuple(ScoredSubscale(**each) for each in document["subscales"]),
            answers=tuple(
                (str(key), None if value is None else int(value)) for key, value in document["answers"].items()
            ),
            n_missing=int(document["n_missing"]),
            withheld=str(document["withheld"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
