"""The command that puts two sessions of one person side by side."""

from typing import Annotated

import typer

from biofeedback.cli.options import (
    DataOption,
    JsonOption,
    OfPersonOption,
    SessionArgument,
    print_document,
    read_store,
    wrong_usage,
)
from biofeedback.storage.permits.acts import Act


def compare(
    session: SessionArgument,
    other: Annotated[
        str, typer.Argument(help="Another one; without, the session is compared with its original.", show_default=False)
    ] = "",
    person: OfPersonOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Two sessions of one person side by side, or one from which something was left out beside its original."""
    from biofeedback.reports import beside as told
    from biofeedback.reports.terminal import print_rows
    from biofeedback.session.kept.beside import read_beside

    with read_store(data) as store:
        rows = [store.find(each, person) for each in (session, other) if each]
        for row in rows:
            store.permit(Act.READ, row.person, row.session_id)
        try:
            beside = read_beside(store, *(row.session_id for row in rows))
        except ValueError as error:
            wrong_usage(f"Nothing is compared: {error}.")
    if as_json:
        print_document(told.as_json(beside))
        return
    names = told.named(beside)
    for line in (*names, *told.differing(beside)):
        print(line)
    for part in told.compared(beside):
        print(f"\n{part.title}")
        for line in part.differs:
            print(line)
        print_rows(told.HEADS, ((row.label, *(cell.text for cell in row.cells)) for row in part.rows))
        for line in part.missing:
            print(line)
