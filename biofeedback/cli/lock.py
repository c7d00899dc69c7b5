"""The commands about encryption: how the data open, and what a person changes about it."""

import os
import sys
from functools import cache
from typing import Annotated

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    Group,
    JsonOption,
    ask_hidden,
    ask_passphrase,
    existing_data,
    fail,
    print_document,
    read_store,
    tell,
    wrong_usage,
)
from biofeedback.storage.folder import data_directory, is_vacant
from biofeedback.storage.protection.key_file import PASSPHRASE

NOTHING_SAID = "No passphrase was told. Nothing was changed."

lock_app = typer.Typer(
    cls=Group, invoke_without_command=True, rich_markup_mode=None,
    help="Encryption: how the data open. Without a command: how it is now.",
)  # fmt: skip


@lock_app.callback(invoke_without_command=True)
def lock(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """How the data are protected, and what opens them."""
    if context.invoked_subcommand is None:
        status(data, as_json)


@lock_app.command(cls=Command)
def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Whether the data are encrypted, and what opens them; asks for no passphrase."""
    from biofeedback.storage.protection.state import state_of

    state = state_of(existing_data(data))
    if as_json:
        print_document({"encrypted": state.encrypted, "by": state.by or None, "keychain": state.keychain,
                        "detail": state.detail})  # fmt: skip
    else:
        print(state.detail)


@lock_app.command("set-passphrase", cls=Command)
def set_passphrase(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Sets or changes the passphrase: the data open with it only. The old one is refused from then on."""
    from biofeedback.storage.protection.changing import set_passphrase as set_for
    from biofeedback.storage.protection.key_file import wants_word

    folder = data_directory(data)
    if wants_word(folder):
        ask_once()
    try:
        paper = set_for(folder, new_passphrase(), ask_once)
    except ValueError as error:
        wrong_usage(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was changed.")
    if as_json:
        print_document({"encrypted": True, "by": "passphrase", "recovery_key": paper or None})
        return
    print("The data open with this passphrase only from now on.")
    if paper:
        _print_recovery(paper)
    else:
        tell("The recovery key that you wrote down is valid still.")


@lock_app.command("remove-passphrase", cls=Command)
def remove_passphrase(
    plain: Annotated[bool, typer.Option("--plain", help="Without a keychain: not encrypted.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lets the data open with your account on this computer, by its keychain."""
    from biofeedback.storage.protection.changing import remove_passphrase as remove_from

    folder = existing_data(data)
    remove_from(folder, ask_once, plain=plain)
    status(data, as_json)


@lock_app.command("recovery-key", cls=Command)
def recovery_key(
    new: Annotated[bool, typer.Option("--new", help="Make another one; the one of before is refused then.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Shows the recovery key, to be written down or printed: it opens the data where passphrase or computer is lost."""
    from biofeedback.storage.protection.changing import new_recovery_key
    from biofeedback.storage.protection.changing import recovery_key as read_key

    with read_store(data, ask_once):  # so that what can be encrypted is
        pass
    paper = (new_recovery_key if new else read_key)(existing_data(data), ask_once)
    if as_json:
        print_document({"recovery_key": paper})
        return
    if new:
        tell("The recovery key of before opens these data no more; backups that you made before still need it.")
    _print_recovery(paper)


@lock_app.command(cls=Command)
def forget(
    yes: Annotated[bool, typer.Option("--yes", help="Really: the recovery key is written down.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lets this computer forget the key, before it goes to somebody else: the recovery key opens the data then."""
    from biofeedback.storage.protection.changing import forget as forget_key
    from biofeedback.storage.protection.state import state_of

    folder = existing_data(data)
    if not yes and state_of(folder).by == "keychain":  # else there is nothing that could be lost
        wrong_usage(
            "Nothing was changed. With --yes, only the recovery key opens these data on this computer; "
            "`biofeedback lock recovery-key` shows it."
        )
    forgotten = forget_key(folder)
    if as_json:
        print_document({"forgotten": forgotten})
    else:
        print("This computer has forgotten the key." if forgotten else "This computer did not have the key.")


def unlock(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Opens data with the passphrase or the recovery key, and lets this computer remember the key where it can."""
    from biofeedback.storage.database import Store
    from biofeedback.storage.protection.state import state_of

    folder = existing_data(data)
    if is_vacant(folder):
        fail(f"There are no data in {folder} yet. Nothing was made.")
    with Store.open(folder, ask_passphrase) as store:
        by = store.protection.by
        sentence = store.protection.sentence
    if as_json:
        print_document({"opened": True, "encrypted": bool(by), "by": by or None, "keychain": state_of(folder).keychain})
    else:
        print(f"These data open. {sentence}")


def passphrase(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Sets or changes the passphrase; the same as `lock set-passphrase`."""
    set_passphrase(data, as_json)


def _print_recovery(paper: str) -> None:
    tell("Recovery key: write it down or print it, and keep it away from this computer. Who has it can read the data.")
    print(paper)


@cache
def ask_once() -> str:
    """What opens the data as they are; they may be opened more than once."""
    return ask_passphrase()


def new_passphrase() -> str:
    """From the terminal, twice and without echo; else a line of standard input, else of the environment."""
    if sys.stdin is not None and sys.stdin.isatty():
        new = ask_hidden("New passphrase: ")
        if new != ask_hidden("Once more: "):
            fail("The two are not the same. Nothing was changed.")
        return new or fail(NOTHING_SAID)
    line = sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""
    return line or os.environ.get(PASSPHRASE, "") or fail(NOTHING_SAID)
