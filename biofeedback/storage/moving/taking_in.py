"""What a person told elsewhere, put to what is here: the same is passed over, what differs is told, nothing is lost."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from biofeedback.storage import schema
from biofeedback.storage.of_people.ladders import checked_distress, checked_text
from biofeedback.storage.of_people.people import TAKEN_BACK
from biofeedback.storage.records import EntryKind
from biofeedback.storage.rows import document_of, storable
from protocols.ladder import N_RUNGS_MOST, same_words

ONE_A_DAY = (
    EntryKind.CHECKIN,
    EntryKind.QUESTIONNAIRE,
    EntryKind.BODY_MAP,
    EntryKind.PROFILE,
    EntryKind.LESSON,
)
"""Of these a day has one of each subject; of the others it may have many, told apart by when they were told."""
LONGEST_SUBJECT = 200

_Key = tuple[str, str, str]
"""Kind, subject and day."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two things of which only one can stand: what, and why the one here stays."""

    what: str
    why: str


OTHERWISE = "it is told otherwise here; what is here stays"


@dataclass(slots=True)
class _Here:
    """An entry that is here; `met` once one of the file was found to be the same, or another version of it."""

    told_utc: str
    document: dict[str, Any]
    met: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry of the file."""

    kind: EntryKind
    subject: str
    on: str
    told_utc: str
    document: dict[str, Any]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "_Told":
        """Check what a file tells.

        Raises
        ------
        ValueError
            If it is no entry.
        """
        try:
            kind, on, told_utc = EntryKind(told["kind"]), told["on"], told["told_utc"]
            subject, document = storable(told["subject"]), told["document"]
            is_day = date.fromisoformat(on).isoformat() == on
            has_offset = datetime.fromisoformat(told_utc).utcoffset() is not None
            json.dumps(document, allow_nan=False)
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"no entry ({type(error).__name__})") from error
        if (
            not (is_day and has_offset and isinstance(document, dict))
            or max(len(subject), len(told_utc)) > LONGEST_SUBJECT
        ):
            raise ValueError("no entry of a day")
        return cls(kind, subject, on, told_utc, document)

    @property
    def key(self) -> _Key:
        return self.kind.value, self.subject, self.on

    @property
    def one_a_day(self) -> bool:
        return self.kind in ONE_A_DAY or (self.kind is EntryKind.EVIDENCE and bool(self.subject))


@dataclass(slots=True)
class EntriesHere:
    """The entries of a person that are here; with `values`, what was told stands in what differs."""

    connection: Connection
    person: int | None
    values: bool
    _here: dict[_Key, list[_Here]] = field(init=False)

    def __post_init__(self) -> None:
        entries = schema.entries
        found = select(entries).where(entries.c.person.is_not_distinct_from(self.person)).order_by(entries.c.entry)
        self._here = defaultdict(list)
        for row in self.connection.execute(found):
            self._here[row.kind, row.subject, row.on_day].append(_Here(row.told_utc, document_of(row.document)))

    def take(self, told: Iterable[Mapping[str, Any]]) -> tuple[int, int, list[Conflict]]:
        """Put in what is new.

        Returns
        -------
        tuple
            How many are new, how many were here, and what differs.
        """
        every = [_Told.of(each) for each in told]
        plan_here = self._latest_plan()
        left = [each for each in every if not self._is_here(each)]
        conflicts: list[Conflict] = []
        new: list[_Told] = []
        for each in left:
            if (other := self._another_version(each)) is not None:
                conflicts.append(_conflict(each, other, values=self.values))
            else:
                new.append(each)
                self._here[each.key].append(_Here(each.told_utc, each.document, met=not each.one_a_day))
        self._put(new)
        plans = [each for each in new if each.kind is EntryKind.PLAN]
        if plans and plan_here is not None and plan_here.told_utc > max(each.told_utc for each in plans):
            self._put([plan_here])  # of plans the one that was put in last is in force
        return len(new), len(every) - len(left), conflicts

    def _is_here(self, told: _Told) -> bool:
        for here in self._here[told.key]:
            same = told.one_a_day or (here.told_utc == told.told_utc and not here.met)
            if same and here.document == told.document:
                here.met = True
                return True
        return False

    def _another_version(self, told: _Told) -> _Here | None:
        if told.kind is EntryKind.PLAN:  # each change of it is one more
            return None
        for here in self._here[told.key]:
            if told.one_a_day or (here.told_utc == told.told_utc and not here.met):
                here.met = True
                return here
        return None

    def _latest_plan(self) -> _Told | None:
        entries = schema.entries
        query = (
            select(entries)
            .where(entries.c.person.is_not_distinct_from(self.person), entries.c.kind == EntryKind.PLAN.value)
            .order_by(entries.c.entry.desc())
            .limit(1)
        )
        row = self.connection.execute(query).one_or_none()
        if row is None:
            return None
        return _Told(EntryKind.PLAN, row.subject, row.on_day, row.told_utc, document_of(row.document))

    def _put(self, told: Iterable[_Told]) -> None:
        values = [
            {
                "person": self.person,
                "kind": each.kind.value,
                "subject": each.subject,
                "on_day": each.on,
                "told_utc": each.told_utc,
                "document": storable(json.dumps(each.document, ensure_ascii=False, separators=(",", ":"))),
            }
            for each in told
        ]
        if values:
            self.connection.execute(insert(schema.entries), values)


def _conflict(told: _Told, here: _Here, *, values: bool) -> Conflict:
    # Of what somebody may write about, the subject tells what they wrote about
    subject = told.subject.partition("/")[0] if values or told.kind in ONE_A_DAY else ""
    about = " ".join(filter(None, (told.kind.value, subject)))
    what = about if told.kind is EntryKind.PROFILE else f"{about}, {told.on}"
    ours, theirs = _in_words(here.document), _in_words(told.document)
    if values and ours is not None and theirs is not None and ours != theirs:
        return Conflict(what, f"{ours} is told here and {theirs} in the file; what is here stays")
    return Conflict(what, OTHERWISE)


def _in_words(document: Mapping[str, Any]) -> str | None:
    """A number that was told, for a sentence; words of a person stay out of it."""
    if document == TAKEN_BACK:
        return "nothing any more"
    value = document.get("value", document.get("score"))
    return None if isinstance(value, bool) or not isinstance(value, int | float) else f"{value:g}"


def join_rungs(
    connection: Connection, person: int | None, told: Iterable[Mapping[str, Any]], *, shows: bool
) -> tuple[int, list[Conflict]]:
    """Put steps of a ladder to those that are here; off the ladder where it has no room for more."""
    rungs = schema.rungs
    found = connection.execute(select(rungs).where(rungs.c.person.is_not_distinct_from(person))).all()
    here = {same_words(row.text): row for row in found}
    n_on = sum(not row.archived for row in found)
    position = 1 + max((row.position for row in found), default=-1)
    n_new, conflicts = 0, []
    for text, distress, archived in _rungs(told):
        ours = here.get(same_words(text))
        if ours is None:
            off = archived or n_on >= N_RUNGS_MOST
            values = {"person": person, "position": position, "text": text, "distress": distress, "archived": int(off)}
            put = insert(rungs).values(values).returning(rungs)
            here[same_words(text)] = connection.execute(put).one()
            n_new, n_on, position = n_new + 1, n_on + (not off), position + 1
        elif ours.distress != distress and not (archived or ours.archived):
            why = f"its distress is {ours.distress} here and {distress} in the file; what is here stays"
            step = Conflict(f"step of the ladder, {ours.text}", why)
            conflicts.append(step if shows else Conflict("step of the ladder", OTHERWISE))
    return n_new, conflicts


def _rungs(told: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, int, bool]]:
    for each in told:
        try:
            yield checked_text(each["text"]), checked_distress(each["distress"]), bool(each["archived"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no step of a ladder ({type(error).__name__})") from error
