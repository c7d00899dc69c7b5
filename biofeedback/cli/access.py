"""The log of who opened the data and what became of them, and the users of a clinic."""

from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.lock import ask_once, new_passphrase
from biofeedback.cli.options import (
    Command,
    DataOption,
    Group,
    JsonOption,
    changing_store,
    fail,
    print_document,
    print_json,
    read_store,
    wrong_usage,
)
from biofeedback.storage.permits.acts import Act

if TYPE_CHECKING:
    from biofeedback.storage.database import Store
    from biofeedback.storage.permits.access_log import LogEntry
    from biofeedback.storage.permits.roles import Role, User

WHAT_IT_FINDS = (
    "This finds an entry that was changed, put in or removed, and an end that was cut off. It cannot find that "
    "somebody who can open the data made the whole log and the file beside it anew: against that, write the newest "
    "seal down elsewhere from time to time, and name it with --noted."
)
UserArgument = Annotated[str, typer.Argument(help="Name of a user.", show_default=False)]
ROLES = (
    "owner (everything), clinician (of those assigned: practises, reads, reports, exports), assistant (of those "
    "assigned: practises)."
)
RoleOption = Annotated[str, typer.Option(help=ROLES)]
RoleArgument = Annotated[str, typer.Argument(help=ROLES, show_default=False)]

users_app = typer.Typer(
    cls=Group, invoke_without_command=True, help="A clinic: users with passphrases of their own, and whose they see."
)


def access_log(
    verify: Annotated[bool, typer.Option("--verify", help="Look whether it was edited.")] = False,
    noted: Annotated[str, typer.Option(help="A seal that was written down: it has to be there.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who opened the data, and what was done with whose; with --verify, whether the log was edited."""
    from biofeedback.reports.terminal import print_line, print_rows

    with read_store(data) as store:
        store.permit(Act.USERS, detail="access log", noted=False)
        if not verify and not noted:
            _print_log(store.log.entries(), as_json=as_json)
            return
        verdict = store.log.verify(noted)
    if as_json:
        print_document({"ok": not verdict.faults, "n_entries": verdict.n_entries, "newest": verdict.newest,
                        "faults": verdict.faults, "finds": WHAT_IT_FINDS})  # fmt: skip
    elif verdict.faults:
        print_rows(("what is wrong",), ((fault,) for fault in verdict.faults))
    else:
        print_line(f"The seals of all {verdict.n_entries} entries hold. The newest: {verdict.newest or 'none yet'}")
        print_line(WHAT_IT_FINDS)
    if verdict.faults:
        fail("The log is not as it was written. The data were not changed by this look: ask who had access to them.")


def _print_log(entries: "list[LogEntry]", *, as_json: bool) -> None:
    from biofeedback.reports.terminal import print_rows

    if as_json:
        keys = ("n", "at_utc", "who", "act", "person", "alias", "detail")
        print_json([{key: getattr(entry, key) for key in keys} for entry in entries])
        return
    rows = (
        (str(e.n), e.at_utc[:19].replace("T", " "), e.who or "owner", e.act, e.person or e.alias, e.detail)
        for e in entries
    )
    print_rows(("", "time (UTC)", "who", "what", "whose", ""), rows)


@users_app.callback()
def users(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Everybody with a passphrase of their own."""
    if context.invoked_subcommand is None:
        list_(data, as_json)


@users_app.command("list", cls=Command)
def list_(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Everybody with a passphrase of their own."""
    from biofeedback.reports.terminal import print_rows

    with read_store(data) as store:
        store.permit(Act.USERS, noted=False)
        rows = [(user, _people_of(store, user)) for user in store.users.list()]
    if as_json:
        print_json([_document(user, people) for user, people in rows])
    elif rows:
        print_rows(
            ("user", "role", "sees"),
            ((u.name, u.role.value, "everybody" if people is None else ", ".join(people)) for u, people in rows),
        )
    else:
        print("There are no users: whoever opens these data may do everything.")


@users_app.command(cls=Command)
def add(
    name: UserArgument, role: RoleOption = "clinician", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Add a user; asks for your passphrase, then twice for theirs (or a line of standard input)."""
    from biofeedback.storage.protection.changing import add_user

    chosen = _role(role)
    try:
        with read_store(data, ask_once) as store:
            user = add_user(store, name, chosen, new_passphrase)
    except ValueError as error:
        wrong_usage(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was changed.")
    _tell(user, [], "Added", as_json=as_json)


@users_app.command(cls=Command)
def remove(name: UserArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Remove a user: their passphrase opens these data no more."""
    from biofeedback.storage.protection.changing import remove_user

    with read_store(data) as store:
        user = remove_user(store, name)
    _tell(user, [], "Removed", as_json=as_json)


@users_app.command("role", cls=Command)
def set_role(name: UserArgument, role: RoleArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Give a user another role."""
    chosen = _role(role)
    with read_store(data) as store:
        user = store.users.find(name)
        store.permit(Act.USERS, detail=f"role of {user.ident}: {chosen}")
        store.users.set_role(user, chosen)
        user = store.users.find(name)
        people = _people_of(store, user)
    _tell(user, people, "Changed", as_json=as_json)


@users_app.command(cls=Command)
def assign(
    name: UserArgument,
    person: Annotated[list[str], typer.Argument(help="Whose data; several may be named.", show_default=False)],
    off: Annotated[bool, typer.Option("--off", help="No longer.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a user see the data of people, or no longer."""
    with changing_store(data) as store:
        user = store.users.find(name)
        store.permit(Act.USERS)
        named = [store.person(each) for each in person]
        for each in named:
            store.permit(Act.USERS, each, f"{'taken from' if off else 'assigned to'} {user.ident}")
            store.users.assign(user, each, on=not off)
        user = store.users.find(name)
        people = _people_of(store, user)
    _tell(user, people, "Changed", as_json=as_json)


def _role(text: str) -> "Role":
    from biofeedback.storage.permits.roles import Role

    if text not in tuple(Role):
        wrong_usage(f"{text} is no role: choose {', '.join(Role)}. Nothing was changed.")
    return Role(text)


def _people_of(store: "Store", user: "User") -> list[str] | None:
    """Whose data a user sees, by name; None for everybody's."""
    return [name for name in store.persons() if user.sees(name)] if user.role != "owner" else None


def _document(user: "User", people: list[str] | None) -> dict[str, object]:
    return {"user": user.name, "role": user.role.value, "people": people}


def _tell(user: "User", people: list[str] | None, did: str, *, as_json: bool) -> None:
    if as_json:
        print_document(_document(user, people))
    else:
        seen = "everybody" if people is None else ", ".join(people) or "nobody yet"
        print(f"{did}: {user.name}, {user.role}. Sees {seen}.")
