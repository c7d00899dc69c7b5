"""The commands that read what was saved."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import (
    AnyPersonOption,
    Command,
    DataOption,
    Group,
    JsonOption,
    OfPersonOption,
    SessionArgument,
    print_document,
    print_json,
    read_store,
    renew_backups,
    told_erased,
    wrong_usage,
)
from biofeedback.storage.permits.acts import Act

if TYPE_CHECKING:
    from biofeedback.storage.records import SessionRow

sessions_app = typer.Typer(cls=Group, help="The history.", invoke_without_command=True)


@sessions_app.callback()
def sessions(
    context: typer.Context,
    person: AnyPersonOption = None,
    limit: Annotated[int | None, typer.Option(min=1, max=1_000_000, help="At most so many, the newest.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only from this day or time on, in UTC as listed: 2026-11-21.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The history."""
    if context.invoked_subcommand:
        return
    from biofeedback.reports.session_words import told_kind, told_length
    from biofeedback.reports.terminal import print_rows

    since_utc = _utc(since) if since is not None else ""
    with read_store(data) as store:
        rows = store.sessions(person if person is None else store.person(person), since_utc, limit)
    if as_json:
        keys = (
            "session_id", "started_utc", "exercise", "person", "device", "duration_s", "interrupted",
            "simulated", "replayed", "planned_s", "broken_off", "running", "damaged",
        )  # fmt: skip
        print_json([{key: getattr(row, key) for key in keys} for row in rows])
    elif rows:
        print_rows(
            ("session", "started (UTC)", "exercise", "person", "minutes", ""),
            (
                (
                    row.session_id,
                    row.started_utc[:16].replace("T", " "),
                    row.exercise,
                    row.person,
                    told_length(row.duration_s, row.planned_s),
                    ", ".join(told_kind(row)),
                )
                for row in rows
            ),
        )
    elif person or since:
        print("There are no such sessions.")
    else:
        print("There are no sessions yet. `biofeedback demo` makes one on a simulated strap.")


@sessions_app.command(cls=Command)
def delete(
    session: Annotated[str, typer.Argument(help="Id of a session, its beginning, or `last`.", show_default=False)] = "",
    simulated: Annotated[bool, typer.Option("--simulated", help="All simulated ones instead.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Really: there is no way back.")] = False,
    person: AnyPersonOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a session with everything that was recorded in it, or all simulated ones, for good."""
    if bool(session) == simulated:
        wrong_usage("Nothing was deleted. Name one session, or --simulated for all simulated ones.")
    with read_store(data) as store:
        if session:
            rows = [store.find(session, person)]
        else:
            whose = person if person is None else store.person(person)
            rows = [row for row in store.sessions(whose) if row.simulated and not row.running]
        if not yes:
            wrong_usage(f"Nothing was deleted. With --yes, {_named(rows)} will be gone for good.")
        deleted = store.delete(row.session_id for row in rows)
        renewed = renew_backups(store, deleted.n_backups)
    if as_json:
        print_document({"session_ids": deleted.session_ids, "activities": deleted.activities,
                        "backups_removed": deleted.n_backups, "erased": store.erased})  # fmt: skip
    else:
        tried = f" What was tried there of the ladder is gone, too: {'; '.join(deleted.activities)}."
        print(f"Deleted: {_named(rows)}.{tried if deleted.activities else ''}{renewed}{told_erased(store)}")


@sessions_app.command(cls=Command)
def move(
    session: SessionArgument,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Whose it is.", show_default=False)],
    person: AnyPersonOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a session that was begun with the wrong person to the right one, with the comment to it."""
    from biofeedback.session.kept.given import give

    with read_store(data) as store:
        row = store.find(session, person)
        name = store.person(to)
        before = give(store, row.session_id, name, datetime.now(UTC).isoformat(timespec="seconds"))
    if as_json:
        print_document({"session_id": row.session_id, "person": name, "before": before})
    else:
        whose = name or "whoever is at home"
        print(f"Moved: {_named([row])} is now of {whose}. Reports written before still name who it was.")


def _named(rows: "Sequence[SessionRow]") -> str:
    """Which sessions."""
    if len(rows) == 1:
        row = rows[0]
        whose = f" of {row.person}" if row.person else ""
        return f"session {row.session_id} ({row.exercise_title}, {row.started_utc[:16].replace('T', ' ')} UTC){whose}"
    return f"{len(rows)} sessions"


def _utc(moment: str) -> str:
    """The beginning of a day, or a time, as times are stored."""
    try:
        found = datetime.fromisoformat(moment.strip())
        return (found.astimezone(UTC) if found.tzinfo else found).isoformat(timespec="seconds")[:19]
    except (ValueError, OverflowError):
        wrong_usage(f"--since {moment}: write a day such as 2026-11-21, or a time such as 2026-11-21T08:30.")


def show(
    session: SessionArgument, person: OfPersonOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """One session as it was saved."""
    from biofeedback.reports.tables import print_session
    from biofeedback.reports.terminal import print_line
    from biofeedback.session.kept import archive

    with read_store(data) as store:
        row = store.find(session, person)
        store.permit(Act.READ, row.person, row.session_id)
        summary = archive.show(store, row.session_id)
    if as_json:
        print_document(summary)
        return
    print_session(summary)
    if not archive.is_current(summary):
        print_line(
            "These figures come from an earlier version of the program. "
            f"`biofeedback rescore {summary['session_id']}` computes them again and keeps these beside them."
        )


def rescore(
    session: SessionArgument, person: OfPersonOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """The same session computed again from its raw bytes."""
    from biofeedback.reports.tables import print_changes, print_session
    from biofeedback.reports.terminal import print_line
    from biofeedback.session.kept import archive

    with read_store(data) as store:
        row = store.find(session, person)
        session_id = row.session_id
        store.permit(Act.READ, row.person, session_id)
        rescored = archive.rescore(store, session_id, datetime.now(UTC).isoformat(timespec="seconds"))
    before = rescored.before
    if as_json:
        earlier = {"earlier": {"computed_utc": before.computed_utc} | before.document} if before else {}
        print_document(rescored.document | earlier)
        return
    print_session(rescored.document)
    if before:
        print_line(
            f"Figures by an earlier version of the program, of {before.computed_utc[:10]}, are kept beside these."
        )
        print_changes(before.document, rescored.document)
