"""The commands for people: a machine at home needs none of them, a clinic all."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    ForceOption,
    Group,
    JsonOption,
    changing_store,
    print_document,
    print_json,
    read_store,
    renew_backups,
    standard_output_alone,
    tell,
    told_erased,
    wrong_usage,
)

if TYPE_CHECKING:
    from biofeedback.care.profile import Profile

NameArgument = Annotated[str, typer.Argument(help="A name, or a code in place of one.", show_default=False)]
EMPTY = "Nobody has a name here yet. `biofeedback people add NAME` adds somebody."

people_app = typer.Typer(cls=Group, help="The people whose data these are.", invoke_without_command=True)


@people_app.callback()
def people(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Everybody with a name."""
    if context.invoked_subcommand is None:
        list_(data=data, as_json=as_json)


@people_app.command("list", cls=Command)
def list_(
    typed: Annotated[str, typer.Argument(help="Only those with this in their name.", show_default=False)] = "",
    archived: Annotated[bool, typer.Option("--archived", help="Those who were put aside, too.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everybody with a name."""
    from biofeedback.reports.terminal import print_rows

    with read_store(data) as store:
        rows = store.people.list(typed, archived=archived)
    if as_json:
        keys = ("person", "archived", "n_sessions", "last_utc")
        print_json([{key: getattr(row, key) for key in keys} for row in rows])
    elif rows:
        print_rows(
            ("person", "sessions", "last (UTC)", ""),
            (
                (row.person, str(row.n_sessions), (row.last_utc or "")[:10], "put aside" if row.archived else "")
                for row in rows
            ),
        )
    else:
        print("There is nobody with this in their name." if typed else EMPTY)


@people_app.command(cls=Command)
def show(name: NameArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """What is known of a person besides sessions and days."""
    from biofeedback.care.profile import read_profile

    with read_store(data) as store:
        person = store.person(name)
        _tell_profile(person, read_profile(store, person), as_json=as_json)


@people_app.command(cls=Command)
def add(name: NameArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Add somebody."""
    with changing_store(data) as store:
        _tell(store.people.add(name), "Added", as_json=as_json)


@people_app.command(cls=Command)
def change(
    name: NameArgument,
    notes: Annotated[str | None, typer.Option(help="Notes.", show_default=False)] = None,
    medication: Annotated[str | None, typer.Option(help="What is taken.", show_default=False)] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option(help="A caution that holds, such as heart; may be repeated, '' for none.", show_default=False),
    ] = None,
    offer: Annotated[
        list[str] | None,
        typer.Option(help="An exercise that is offered; may be repeated, '' for all.", show_default=False),
    ] = None,
    symptom: Annotated[
        list[str] | None,
        typer.Option(help="A symptom to follow besides pain; may be repeated, '' for none.", show_default=False),
    ] = None,
    nervous_system: Annotated[
        bool | None,
        typer.Option(
            "--confirmed/--not-confirmed",
            help="Whether a clinician confirmed that the nervous system keeps the symptoms going.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write down what is known of a person; what is not named stays."""
    from biofeedback.care.profile import keep_profile, read_profile
    from protocols.library import find_exercise

    lists = {
        key: tuple(filter(None, told))
        for key, told in (("conditions", condition), ("offered", offer), ("symptoms", symptom))
        if told is not None
    }
    for ident in lists.get("offered", ()):
        find_exercise(ident)
    told = {"notes": notes, "medication": medication, "nervous_system": nervous_system}
    changes: dict[str, Any] = lists | {key: value for key, value in told.items() if value is not None}
    with changing_store(data) as store:
        person = store.person(name)
        profile = keep_profile(store, person, replace(read_profile(store, person), **changes))
        _tell_profile(person, profile, as_json=as_json)


@people_app.command(cls=Command)
def strap(
    name: NameArgument,
    device: Annotated[str, typer.Argument(help="Such as ble:ADDRESS; '' takes it back.", show_default=False)],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give somebody a strap of their own, once: `biofeedback group start --people` uses it."""
    from biofeedback.care.straps import give_strap
    from devices.several import check_own
    from devices.uri import open_source

    with changing_store(data) as store:
        person = store.person(name)
        if device:
            check_own(device)
        uri = open_source(device).info.uri if device else ""
        others = give_strap(store, person, uri)
    if as_json:
        print_document({"person": person, "strap": uri, "also": list(others)})
        return
    print(f"{person} wears {uri}." if uri else f"{person} has no strap of their own any more.")
    if others:
        tell(f"The same one is given to {', '.join(others)}, too: they cannot be in one group.")


@people_app.command(cls=Command)
def rename(name: NameArgument, new: NameArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Give somebody another name; everything stays with them."""
    from biofeedback.ui.settings import move_person

    with changing_store(data) as store:
        old, person = store.person(name), store.people.rename(name, new)
        move_person(store.folder, old, person, store.protection.key)
        _tell(person, f"{old} is now called", as_json=as_json)


@people_app.command(cls=Command)
def archive(
    name: NameArgument,
    back: Annotated[bool, typer.Option("--back", help="Take them back.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put somebody aside: nothing is lost, and they are not offered."""
    with changing_store(data) as store:
        person = store.person(name)
        store.people.archive(person, archived=not back)
        _tell(person, "Back again" if back else "Put aside", as_json=as_json)


@people_app.command(cls=Command)
def merge(
    name: NameArgument,
    other: Annotated[str, typer.Argument(help="Who is the same person; this name goes.", show_default=False)],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make two entries of the same person one."""
    from biofeedback.care.who import join_people
    from biofeedback.ui.settings import move_person

    with changing_store(data) as store:
        gone = store.person(other)
        merged = join_people(store, name, gone)
        move_person(store.folder, gone, merged.person, store.protection.key)
    if as_json:
        print_document({"person": merged.person, "n_sessions": merged.n_sessions, "n_entries": merged.n_entries,
                        "n_beside": merged.n_beside})  # fmt: skip
        return
    print(f"{gone} is now {merged.person}: {merged.n_sessions} sessions and {merged.n_entries} entries came over.")
    if merged.n_beside:
        print(f"{merged.n_beside} answers that both gave for the same day stand in the diary of that day.")


@people_app.command(cls=Command)
def delete(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Really: there is no way back.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete somebody and everything that was recorded of them, for good."""
    from biofeedback.ui.settings import forget_person
    from biofeedback.ui.words.people import REMAINS

    with changing_store(data) as store:
        person = store.person(name)
        if not yes:
            wrong_usage(
                f"Nothing was deleted. With --yes, {person or 'whoever is at home'} and everything recorded of them is "
                "gone for good; `biofeedback people export` keeps a copy."
            )
        gone = store.people.delete(person)
        forget_person(store.folder, person, store.protection.key)
        renewed = renew_backups(store, gone.n_backups)
    who = person or "whoever is at home"
    counts = {"n_sessions": gone.n_sessions, "n_entries": gone.n_entries, "n_rungs": gone.n_rungs}
    if as_json:
        print_document({"person": person} | counts | {"remains": REMAINS, "backups_removed": gone.n_backups,
                        "erased": store.erased})  # fmt: skip
    else:
        counted = f"{gone.n_sessions} sessions, {gone.n_entries} entries"
        print(f"Deleted: {who}, {counted}. {REMAINS}{renewed}{told_erased(store)}")


@people_app.command(cls=Command)
def export(
    name: Annotated[str, typer.Argument(help="Whose; '' for whoever is at home.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The ZIP file to write.")],
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everything that is known of a person, as a file that can be read without this program."""
    from biofeedback.exchange.person import write_person

    standard_output_alone(out, as_json)
    with read_store(data) as store:
        person = store.person(name)
        n_sessions = write_person(store, person, out, force=force)
    if as_json:
        print_document({"person": person, "out": str(out), "n_sessions": n_sessions})
    else:
        tell(f"Wrote {out}: {n_sessions} sessions.")


def _tell(person: str, did: str, *, as_json: bool) -> None:
    if as_json:
        print_document({"person": person})
    else:
        print(f"{did}: {person}.")


def _tell_profile(person: str, profile: "Profile", *, as_json: bool) -> None:
    from biofeedback.care.profile import as_told
    from biofeedback.reports.terminal import print_line

    told = as_told(profile)
    if as_json:
        print_document({"person": person} | told)
        return
    print(person)
    for key, value in told.items():
        words = ", ".join(value) if isinstance(value, list) else "yes" if value is True else value
        print_line(f"{key.replace('_', ' ')}: {words or 'nothing written down'}")
