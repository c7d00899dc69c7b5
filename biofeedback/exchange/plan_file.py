"""A plan that a clinician gives: from the clinic home, as one file (docs/practice-file.md)."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from biofeedback.care.diary import About, line_document
from biofeedback.care.letterhead import read_letterhead
from biofeedback.care.plan import N_GOALS_MOST, Plan, plan_document, plan_of, read_plan, with_goals
from biofeedback.exchange.files import ExportError
from biofeedback.exchange.practice_file import Sender, sender_of, sender_told, told_in
from biofeedback.exchange.sealed import SealedError, damaged, opened_file, sealed_file
from biofeedback.exchange.signing import fingerprint, own_key
from biofeedback.storage.database import Store
from biofeedback.storage.of_people.journal import told
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.records import EntryKind
from protocols.ladder import same_words

KIND = "plan file"


@dataclass(frozen=True, slots=True)
class Given:
    """A plan that came.

    Attributes
    ----------
    plan : Plan
        As it stands now, with the goals of both.
    is_new : bool
        False where it was here already.
    beside : tuple of str
        Goals for which it has no room: they stand in the diary.
    older : bool
        Whether the plan before was given later.
    signed_by : str
        Fingerprint of the key that signed it.
    sender : Sender
    """

    plan: Plan
    is_new: bool
    beside: tuple[str, ...]
    older: bool
    signed_by: str
    sender: Sender

    @property
    def doubts(self) -> list[str]:
        """What whoever takes it in should look at."""
        older = "The plan that stood here was given later; it is kept among the earlier ones." if self.older else ""
        return [sentence for sentence in (sender_told(self.sender, self.signed_by), older) if sentence]


def write_plan(store: Store, person: str, path: Path, passphrase: str, *, force: bool = False) -> str:
    """Write the plan of a person as it stands.

    Returns
    -------
    str
        Fingerprint of the key that signed it.

    Raises
    ------
    ExportError
        If it cannot be written, or there is no plan.
    """
    store.permit(Act.EXPORT, person, "plan file")
    plan = read_plan(store, person)
    if plan is None:
        raise ExportError("There is no plan yet. Nothing was written: `biofeedback plan set four-weeks` begins one.")
    signer, head = own_key(store), read_letterhead(store)
    written_utc = datetime.now(UTC).isoformat(timespec="seconds")
    about = {"clinician": head.clinician or head.name, "on": date.today().isoformat(), "written_utc": written_utc}
    with sealed_file(path, KIND, passphrase, signer, about, force=force) as file:
        file.line({"plan": plan_document(replace(plan, given_by="", given_on=None))})
    return fingerprint(signer.public)


def read_given_plan(store: Store, person: str, path: Path, passphrase: str) -> Given:
    """Take in a plan: it stands in the place of the one before, which is kept; own goals stay in it.

    Raises
    ------
    SealedError
        If the file cannot be taken.
    StoreError
        If it cannot be written.
    """
    store.permit(Act.CHANGE, person, "plan file")
    with opened_file(path, KIND, passphrase) as file:
        lines = list(file.lines)
        plan = plan_of(lines[0]["plan"]) if len(lines) == 1 and isinstance(lines[0].get("plan"), dict) else None
        try:
            given_on = date.fromisoformat(told_in(file, "on"))
            plan = with_goals(plan, plan.goals) if plan else None
        except ValueError as error:
            raise damaged(path) from error
        if plan is None:
            raise SealedError(
                f"{path} holds a plan that this version cannot read. Nothing was changed: bring the program up to date."
            )
        before, sender = read_plan(store, person), sender_of(store, person, file.signed_by)
        goals = {same_words(goal): goal for goal in (*plan.goals, *(before.goals if before else ()))}
        own = {same_words(goal) for goal in before.goals} if before else set()
        first = sorted(goals.values(), key=lambda goal: same_words(goal) not in own)
        kept, beside = tuple(first[:N_GOALS_MOST]), tuple(first[N_GOALS_MOST:])
        plan = replace(with_goals(plan, kept), given_by=told_in(file, "clinician"), given_on=given_on)
        is_new = plan != before
        rows = [told(EntryKind.PLAN, plan_document(plan))]
        rows += [told(EntryKind.DIARY, line_document(f"Goal: {each}"), subject=About.NOTE.value) for each in beside]
        with store.transfer.taking(person) as taking:
            if is_new:
                taking.told(rows)
            taking.sender(file.signed_by, {"written_utc": told_in(file, "written_utc")})
    older = bool(before and before.given_on and before.given_on > given_on)
    return Given(plan, is_new, beside if is_new else (), older, fingerprint(file.signed_by), sender)
