"""Users of the workbench; the first administrator is made here."""

import click

from edi_engine.cli.context import Context, command_options, pass_context
from edi_engine.cli.output import print_json, print_table, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.show import Table, table_as_json
from edi_engine.jobs.tokens import (
    TOKEN_DAYS_DEFAULT,
    TOKEN_DAYS_MAX,
    end_token,
    list_tokens,
    make_token,
)
from edi_engine.jobs.users import (
    add_user,
    change_password,
    change_role,
    disable_user,
    enable_user,
    list_users,
)
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.users import Role, User

__all__ = ["users"]

_ROLES = [role.value for role in Role]
_TEXT, _NUMBER = ColumnKind.TEXT, ColumnKind.NUMBER

_password_option = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for when it is not given, so that it stands in no history.",
)


@click.group()
def users() -> None:
    """Who may use the workbench, and as what.

    Example: edi-engine users add dana --role administrator
    """


@users.command("list", epilog="Example: edi-engine users list")
@command_options
@pass_context
def list_(context: Context) -> int:
    """List everybody."""
    with context.store() as store:
        found = list_users(store)
    if context.as_json:
        print_json([_told(user) for user in found])
    else:
        print_table(_table(found))
    return ExitStatus.DONE


@users.command("add", epilog='Example: edi-engine users add dana --role biller --name "Dana L."')
@click.argument("login")
@click.option("--role", type=click.Choice(_ROLES), required=True, help=", ".join(_ROLES))
@click.option("--name", default="", metavar="TEXT", help="As others see it.")
@_password_option
@command_options
@pass_context
def add(context: Context, login: str, role: str, name: str, password: str) -> int:
    """Let somebody log in."""
    with context.store() as store:
        user = add_user(
            store, login, name=name, role=Role(role), password=password, actor=context.actor
        )
    return _said(context, user, f"{user.login} can log in as {user.role.value}.")


@users.command("role", epilog="Example: edi-engine users role dana manager")
@click.argument("login")
@click.argument("role", type=click.Choice(_ROLES))
@command_options
@pass_context
def role(context: Context, login: str, role: str) -> int:
    """Give somebody another role; whoever it is has to log in again."""
    with context.store() as store:
        user = change_role(store, login, Role(role), actor=context.actor)
    return _said(context, user, f"{user.login} is {user.role.value} now.")


@users.command("password", epilog="Example: edi-engine users password dana")
@click.argument("login")
@_password_option
@command_options
@pass_context
def password(context: Context, login: str, password: str) -> int:
    """Give somebody another password; whoever it is has to log in again."""
    with context.store() as store:
        user = change_password(store, login, password, actor=context.actor)
    return _said(context, user, f"{user.login} has another password.")


@users.command("disable", epilog="Example: edi-engine users disable dana")
@click.argument("login")
@command_options
@pass_context
def disable(context: Context, login: str) -> int:
    """Let somebody log in no more; what they did stays theirs."""
    with context.store() as store:
        user = disable_user(store, login, actor=context.actor)
    return _said(context, user, f"{user.login} is disabled.")


@users.command("enable", epilog="Example: edi-engine users enable dana")
@click.argument("login")
@command_options
@pass_context
def enable(context: Context, login: str) -> int:
    """Let somebody log in again."""
    with context.store() as store:
        user = enable_user(store, login, actor=context.actor)
    return _said(context, user, f"{user.login} may log in again.")


@users.command(
    "token", epilog="Example: edi-engine users token dana --name nightly-upload --days 30"
)
@click.argument("login")
@click.option("--name", required=True, metavar="TEXT", help="The program that will use it.")
@click.option(
    "--days",
    type=click.IntRange(1, TOKEN_DAYS_MAX),
    default=TOKEN_DAYS_DEFAULT,
    show_default=True,
    help="How long it lasts.",
)
@click.option("--reads-only", is_flag=True, help="It can change nothing.")
@command_options
@pass_context
def token(context: Context, login: str, name: str, days: int, reads_only: bool) -> int:
    """Let a program call the API in somebody's name; prints the token, this once."""
    with context.store() as store:
        made = make_token(
            store, login, name=name, days=days, reads_only=reads_only, actor=context.actor
        )
    if context.as_json:
        print_json(
            {"token_id": made.kept.token_id, "token": made.text, "ends_at": made.kept.ends_at}
        )
    else:
        say(made.text)
        words = f"Token {made.kept.token_id} ends on {made.kept.ends_at:%Y-%m-%d}."
        click.echo(f"{words} It is not shown again.", err=True)
    return ExitStatus.DONE


@users.command("tokens", epilog="Example: edi-engine users tokens")
@command_options
@pass_context
def tokens(context: Context) -> int:
    """List the tokens of everybody's programs."""
    with context.store() as store:
        found = list_tokens(store)
    names = ("login", "name", "may", "made", "ends", "last used")
    rows = tuple(
        (
            one.token.token_id,
            one.user.login,
            one.token.name,
            "read" if one.token.reads_only else "all its role may",
            f"{one.token.created_at:%Y-%m-%d}",
            f"{one.token.ends_at:%Y-%m-%d}",
            f"{one.token.seen_at:%Y-%m-%d %H:%M}" if one.token.seen_at else "never",
        )
        for one in found
    )
    table = Table("tokens", (("token", _NUMBER), *((name, _TEXT) for name in names)), rows)
    if context.as_json:
        print_json(table_as_json(table))
    else:
        print_table(table)
    return ExitStatus.DONE


@users.command("end-token", epilog="Example: edi-engine users end-token 3")
@click.argument("number", metavar="TOKEN", type=int)
@command_options
@pass_context
def end_token_(context: Context, number: int) -> int:
    """End a token: its program is let in no more."""
    with context.store() as store:
        ended = end_token(store, number, actor=context.actor)
    if context.as_json:
        print_json({"token_id": number, "login": ended.user.login, "name": ended.token.name})
    else:
        say(f"Token {number} of {ended.user.login} ({ended.token.name}) is ended.")
    return ExitStatus.DONE


def _said(context: Context, user: User, words: str) -> int:
    if context.as_json:
        print_json(_told(user))
    else:
        say(words)
    return ExitStatus.DONE


def _told(user: User) -> dict[str, object]:
    """What may be shown of a user: never the hash."""
    return {
        "login": user.login,
        "name": user.name,
        "role": user.role.value,
        "created_by": user.created_by,
        "created_at": user.created_at,
        "disabled_at": user.disabled_at,
    }


def _table(found: list[User]) -> Table:
    return Table(
        "users",
        (("login", _TEXT), ("name", _TEXT), ("role", _TEXT), ("since", _TEXT), ("disabled", _TEXT)),
        tuple(
            (user.login, user.name, user.role.value, user.created_at, user.disabled_at or "")
            for user in found
        ),
    )
