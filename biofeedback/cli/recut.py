"""The commands that look through a saved session: marks set later, stretches left out of its figures."""

import re
from datetime import UTC, datetime
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

_MOMENT = "A second of the session: 312, 5:12, or 1:05:12."


def mark(
    session: SessionArgument,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help=_MOMENT, show_default=False)] = "",
    label: Annotated[str, typer.Option("--label", metavar="WORDS", help="What happened.", show_default=False)] = "",
    person: OfPersonOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set a mark in a saved session, or list what happened in it."""
    from biofeedback.reports.noted_words import noted_rows
    from biofeedback.reports.terminal import print_rows
    from biofeedback.session.kept.recut import mark as set_mark

    if bool(at) != bool(label):
        wrong_usage("Nothing was changed. A mark needs both --at and --label; without both, the marks are listed.")
    at_s = _second(at, "--at") if at else 0.0
    with read_store(data) as store:
        row = store.find(session, person)
        store.permit(Act.READ, row.person, row.session_id)  # what happened in it is listed in either case
        if at:
            store.permit(Act.CHANGE, row.person, row.session_id)
        if at:
            try:
                set_mark(store, row.session_id, at_s, label)
            except ValueError as error:
                wrong_usage(f"Nothing was changed: {error}.")
        markers, events = store.markers(row.session_id), store.timeline_events(row.session_id)
    if as_json:
        print_document(
            {
                "session_id": row.session_id,
                "markers": [{"at_s": each.at_s, "label": each.label} for each in markers],
                "changes": [{"at_s": each.at_s, "kind": each.kind.value, "detail": each.detail} for each in events],
            }
        )
    elif rows := noted_rows(markers, events):
        print_rows(("at", "what"), rows)
    else:
        print("There are no marks in it, and nothing was changed while it ran.")


def exclude(
    session: SessionArgument,
    begin: Annotated[str, typer.Option("--from", metavar="TIME", help=_MOMENT, show_default=False)] = "",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="Where the stretch ends.", show_default=False)] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why; needed.", show_default=False)] = "",
    undo: Annotated[
        int | None, typer.Option("--take-back", metavar="N", help="Count the Nth stretch again.", show_default=False)
    ] = None,
    person: OfPersonOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Leave a stretch out of the figures of a saved session; what was recorded, and the figures before, stay.

    Without --from and --to, what is left out is listed.
    """
    from biofeedback.reports.noted_words import excluded_sentences
    from biofeedback.reports.tables import print_session
    from biofeedback.session.kept import recut
    from biofeedback.session.kept.archive import show

    given = (bool(begin), bool(end), bool(reason))
    if any(given) and (not all(given) or undo is not None):
        wrong_usage("Nothing was changed. A stretch needs --from, --to and --reason; --take-back stands alone.")
    changes = any(given) or undo is not None
    from_s, to_s = (_second(begin, "--from"), _second(end, "--to")) if any(given) else (0.0, 0.0)
    now_utc = datetime.now(UTC).isoformat(timespec="seconds")
    with read_store(data) as store:
        row = store.find(session, person)
        store.permit(Act.READ, row.person, row.session_id)  # its figures are told in either case
        if changes:
            store.permit(Act.CHANGE, row.person, row.session_id)
        try:
            if undo is not None:
                document = recut.take_back(store, row.session_id, undo, now_utc)
            elif changes:
                document = recut.exclude(store, row.session_id, from_s, to_s, reason, now_utc)
            else:
                document = show(store, row.session_id)
        except ValueError as error:
            wrong_usage(f"Nothing was changed: {error}.")
    if as_json:
        print_document(document)
    elif changes:
        print_session(document)
        print("What was recorded and the figures before are kept.")
    else:
        for number, sentence in enumerate(excluded_sentences(document["excluded"]), 1):
            print(f"{number}. {sentence}")
        if not document["excluded"]:
            print("Nothing is left out of its figures.")


def _second(moment: str, option: str) -> float:
    """A second of the session as people write it."""
    text = moment.strip()
    if re.fullmatch(r"\d{1,7}(\.\d{1,6})?", text):
        return float(text)
    if not re.fullmatch(r"(\d{1,3}:)?\d{1,3}:[0-5]\d(\.\d{1,6})?", text):
        wrong_usage(f"{option} {moment}: write a second of the session as 312, 5:12 or 1:05:12.")
    total_s = 0.0
    for part in text.split(":"):
        total_s = 60.0 * total_s + float(part)
    return total_s
