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
from edi_engine.jobs.reread import files_to_reread, reread_files, waiting_words

__all__ = ["database"]


@click.group("db")
def database() -> None:
    """Upgrade, check, back up or verify the database, or complete it from its kept files.

    Example: edi-engine db backup before-upgrade.db
    """


@database.command("upgrade", epilog="Example: edi-engine db upgrade")
@command_options
@pass_context
def upgrade(context: Context) -> int:
    """Bring the database to the version of this program; make it if there is none."""
    before, after = upgrade_database(context.settings)
    waiting = _to_reread(context)
    if context.as_json:
        print_json({"from": before, "to": after, "files_to_reread": waiting})
    elif before == after:
        say(f"The database has version {after} already.", *_told_to_reread(waiting))
    else:
        say(
            f"The database went from version {before or 'none'} to {after}.",
            *_told_to_reread(waiting),
        )
    return ExitStatus.DONE


@database.command("reread", epilog="Example: edi-engine db reread")
@command_options
@pass_context
def reread(context: Context) -> int:
    """Read files again that an older version took in, for what it did not keep.

    Plan, DRG and day of admission of claims; DRG, class of contract and repricer's numbers of
    claim payments; acknowledgments. From the bytes in the database: the files themselves are not
    needed. Safe to stop and to run again.
    """
    with context.store() as store, progress(context) as bars:
        report = reread_files(store, progress=bars)
    if context.as_json:
        print_json(report)
    elif not report.files_count:
        say("No file waits to be read again.")
    else:
        say(
            f"Files read again: {report.files_count:,}.",
            f"Added to {report.claims_count:,} claims and {report.claim_payments_count:,} claim"
            f" payments, and {report.acknowledgments_count:,} acknowledgments, which wait for the"
            " next reconciling: edi-engine reconcile",
        )
        if report.not_found_count:
            say(
                f"{report.not_found_count:,} claims and claim payments were read that do not stand"
                " in the database where they were read; they keep what they have."
            )
    return ExitStatus.NEEDS_A_PERSON if report.not_found_count else ExitStatus.DONE


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
    waiting = 0 if problems else _to_reread(context)
    if context.as_json:
        print_json({"problems": problems, "journal": number, "files_to_reread": waiting})
    else:
        well = ("Everything stored agrees with the raw files.", f"Journal {number}")
        say(*(problems or well), *_told_to_reread(waiting))
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


def _to_reread(context: Context) -> int:
    with context.store() as store:
        return files_to_reread(store)


def _told_to_reread(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (waiting_words(count),)


def _told(context: Context, problems: list[str], all_well: str) -> int:
    if context.as_json:
        print_json({"problems": problems})
    else:
        say(*(problems or [all_well]))
    return ExitStatus.SETTINGS_OR_STORE if problems else ExitStatus.DONE
