"""The commands that read what was saved."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from biofeedback.cli.options import DataOption, JsonOption, opened_store, print_json


def sessions(
    person: Annotated[str | None, typer.Option(help="Only this person's.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The history."""
    from biofeedback.reports.terminal import print_rows

    with opened_store(data) as store:
        rows = store.sessions(person)
    if as_json:
        keys = ("session_id", "started_utc", "exercise", "person", "device", "duration_s", "interrupted")
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
                    f"{row.duration_s / 60:.1f}",
                    "running" if row.running else "interrupted" if row.interrupted else "",
                )
                for row in rows
            ),
        )
    else:
        print("There are no sessions yet. `biofeedback demo` makes one on a simulated strap.")


def show(session: str, data: DataOption = None, as_json: JsonOption = False) -> None:
    """One session as it was saved."""
    from biofeedback.reports.tables import print_session
    from biofeedback.reports.terminal import print_line
    from biofeedback.session import archive

    with opened_store(data) as store:
        summary = archive.show(store, session)
    if as_json:
        print_json(summary)
        return
    print_session(summary)
    if not archive.is_current(summary):
        print_line(
            "These figures come from an earlier version of the program. "
            f"`biofeedback rescore {summary['session_id']}` computes them again and keeps these beside them."
        )


def rescore(session: str, data: DataOption = None, as_json: JsonOption = False) -> None:
    """The same session computed again from its raw bytes."""
    from biofeedback.reports.tables import print_changes, print_session
    from biofeedback.reports.terminal import print_line
    from biofeedback.session import archive

    with opened_store(data) as store:
        rescored = archive.rescore(store, session, datetime.now(UTC).isoformat(timespec="seconds"))
    before = rescored.before
    if as_json:
        earlier = {"earlier": {"computed_utc": before.computed_utc} | before.document} if before else {}
        print_json(rescored.document | earlier)
        return
    print_session(rescored.document)
    if before:
        print_line(
            f"Figures by an earlier version of the program, of {before.computed_utc[:10]}, are kept beside these."
        )
        print_changes(before.document, rescored.document)
