"""Looking after the database: upgrade, check, backup, verify."""

from pathlib import Path

import click

from edi_engine.cli.context import Context, command_options, pass_context
from edi_engine.cli.output import print_json, progress, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.database import (
    backup_database,
    check_database,
    hash_of_journal,
    upgrade_database,
    verify_database,
)

__all__ = ["database"]


@click.group("db")
def database() -> None:
    """Upgrade, check, back up or verify the database.

    Example: edi-engine db backup before-upgrade.db
    """


@database.command("upgrade", epilog="Example: edi-engine db upgrade")
@command_options
@pass_context
def upgrade(context: Context) -> int:
    """Bring the database to the version of this program; make it if there is none."""
    before, after = upgrade_database(context.settings)
    if context.as_json:
        print_json({"from": before, "to": after})
    elif before == after:
        say(f"The database has version {after} already.")
    else:
        say(f"The database went from version {before or 'none'} to {after}.")
    return ExitStatus.DONE


@database.command("check", epilog="Example: edi-engine db check")
@command_options
@pass_context
def check(context: Context) -> int:
    """Check the database file itself: quick, and nothing is changed."""
    return _told(context, check_database(context.settings), "The database is sound.")


@database.command("verify", epilog="Example: edi-engine db verify")
@command_options
@pass_context
def verify(context: Context) -> int:
    """Recompute digests, references, counters, sums and the journal. Takes a while.

    The journal's number is the same for the same files and decisions, in whatever order they came.
    """
    with progress(context) as bars:
        problems = verify_database(context.settings, progress=bars)
    number = "" if problems else hash_of_journal(context.settings)
    if context.as_json:
        print_json({"problems": problems, "journal": number})
    else:
        well = ("Everything stored agrees with the raw files.", f"Journal {number}")
        say(*(problems or well))
    return ExitStatus.SETTINGS_OR_STORE if problems else ExitStatus.DONE


@database.command("backup", epilog="Example: edi-engine db backup before.db")
@click.argument("path", metavar="FILE", type=click.Path())
@command_options
@pass_context
def backup(context: Context, path: str) -> int:
    """Copy the database into a new file, whole even while others write."""
    size_bytes = backup_database(context.settings, Path(path))
    if context.as_json:
        print_json({"path": path, "bytes": size_bytes})
    else:
        say(f"{path}: {size_bytes} bytes.")
    return ExitStatus.DONE


def _told(context: Context, problems: list[str], all_well: str) -> int:
    if context.as_json:
        print_json({"problems": problems})
    else:
        say(*(problems or [all_well]))
    return ExitStatus.SETTINGS_OR_STORE if problems else ExitStatus.DONE
