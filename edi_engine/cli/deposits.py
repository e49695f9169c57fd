"""Deposits: bank files in, which remittances they pay, and a person's word on it."""

from datetime import date

import click
import msgspec

from edi_engine.cli.context import Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_page, print_table, progress, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.deposits import (
    DepositDecided,
    DepositEntry,
    LoadedBankFile,
    columns_named,
    link_deposit,
    list_deposits,
    load_bank_files,
    show_deposit,
    undo_deposit_decision,
    unlink_deposit,
)
from edi_engine.jobs.ingest import FileStatus, IngestSettings
from edi_engine.jobs.show import Table
from edi_engine.records.datasets import ColumnKind

__all__ = ["deposits"]

_TEXT, _NUMBER, _MONEY, _DAY = (
    ColumnKind.TEXT,
    ColumnKind.NUMBER,
    ColumnKind.MONEY,
    ColumnKind.DAY,
)


@click.group()
def deposits() -> None:
    """What the bank says arrived, and which remittances it pays.

    Example: edi-engine deposits load bank.txt
    """


@deposits.command("load", epilog="Example: edi-engine deposits load bank.txt download.csv")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--column",
    "named",
    multiple=True,
    metavar="NAME=HEADER",
    help="What a CSV calls a column: date, amount, credit, debit, description, trace ...",
)
@command_options
@pass_context
def load(context: Context, paths: tuple[str, ...], named: tuple[str, ...]) -> int:
    """Take in bank files: NACHA with addenda, BAI2, or CSV.

    Which one a file is, its content tells. Other files are refused. The same bytes again do
    nothing, and a movement that an earlier file told of counts once.
    """
    settings = IngestSettings(bank_columns=columns_named(named) or None)
    with context.store() as store, progress(context) as bars:
        settings = msgspec.structs.replace(settings, progress=bars)
        report, loaded = load_bank_files(store, paths, settings=settings)
    if context.as_json:
        print_json(loaded)
    else:
        _print_loaded(loaded)
    if report.outcomes and all(one.status is FileStatus.FAILED for one in report.outcomes):
        return ExitStatus.INPUT
    return ExitStatus.NEEDS_A_PERSON if report.needs_a_person else ExitStatus.DONE


def _print_loaded(loaded: list[LoadedBankFile]) -> None:
    print_table(
        Table(
            "",
            (
                ("file", _TEXT),
                ("status", _TEXT),
                ("deposits", _NUMBER),
                ("known before", _NUMBER),
                ("findings", _NUMBER),
                ("what", _TEXT),
            ),
            tuple(
                (
                    one.outcome.name,
                    one.outcome.status.value,
                    one.deposits_count,
                    one.known_count,
                    one.outcome.counts.findings,
                    one.outcome.message
                    or ", ".join(f"{code} x{count}" for code, count in one.outcome.finding_counts),
                )
                for one in loaded
            ),
        )
    )
    if any(one.outcome.status is FileStatus.LOADED for one in loaded):
        say("", "Next: edi-engine reconcile")


@deposits.command("list", epilog="Example: edi-engine deposits list --open")
@click.option("--open", "open_only", is_flag=True, help="Only those somebody must still explain.")
@command_options
@pass_context
def list_(context: Context, open_only: bool) -> int:
    """List deposits with the remittances they pay."""
    with context.store() as store:
        found = list_deposits(store, open_only=open_only)
    if context.as_json:
        print_json(found)
    else:
        print_table(
            Table(
                "",
                (
                    ("deposit", _NUMBER),
                    ("received on", _DAY),
                    ("amount", _MONEY),
                    ("originator", _TEXT),
                    ("trace number", _TEXT),
                    ("status", _TEXT),
                    ("remittances", _TEXT),
                    ("difference", _MONEY),
                ),
                tuple(_listed(one) for one in found),
            )
        )
    return ExitStatus.DONE


def _listed(entry: DepositEntry) -> tuple[object, ...]:
    one, match = entry.stored.deposit, entry.match
    return (
        entry.stored.deposit_id,
        one.received_on,
        one.amount_cents,
        one.originator_name or one.originator_id,
        one.trace_number,
        match.status.value if match is not None else "",
        " ".join(str(key) for key in match.remittance_ids) if match is not None else "",
        match.difference_cents if match is not None else None,
    )


@deposits.command("show", epilog="Example: edi-engine deposits show 3")
@click.argument("number", metavar="ID", type=int)
@command_options
@pass_context
def show(context: Context, number: int) -> int:
    """A deposit: what the bank says, where it belongs, and why."""
    with context.store() as store:
        page = show_deposit(store, number)
    print_page(page, as_json=context.as_json)
    return ExitStatus.DONE


@deposits.command(
    "link", epilog='Example: edi-engine deposits link 3 7 --note "The payer said so."'
)
@click.argument("deposit", type=int)
@click.argument("remittance", type=int)
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def link(context: Context, deposit: int, remittance: int, note: str, as_of: date) -> int:
    """Put a deposit and a remittance together; further links add to it."""
    with context.store() as store:
        result = link_deposit(
            store,
            deposit,
            remittance,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            note=note,
        )
    return _decided(context, result)


@deposits.command("unlink", epilog="Example: edi-engine deposits unlink 3 7")
@click.argument("deposit", type=int)
@click.argument("remittance", type=int, required=False)
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def unlink(context: Context, deposit: int, remittance: int | None, note: str, as_of: date) -> int:
    """Keep a deposit and a remittance apart; without one, it is no remittance's at all."""
    with context.store() as store:
        result = unlink_deposit(
            store,
            deposit,
            remittance,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            note=note,
        )
    return _decided(context, result)


@deposits.command("undo", epilog="Example: edi-engine deposits undo 1")
@click.argument("decision", type=int)
@day_option
@command_options
@pass_context
def undo(context: Context, decision: int, as_of: date) -> int:
    """End a link or unlink; the rules hold again."""
    with context.store() as store:
        result = undo_deposit_decision(
            store,
            decision,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    return _decided(context, result)


def _decided(context: Context, result: DepositDecided) -> int:
    if context.as_json:
        print_json(result)
        return ExitStatus.DONE
    match = result.match
    say(f"Deposit decision {result.deposit_decision_id}.")
    if result.replaced:
        say(f"Ended: {', '.join(map(str, result.replaced))}.")
    pays = ", ".join(str(key) for key in match.remittance_ids)
    to = f" to remittance {pays}" if pays else ""
    say(f"Deposit {match.deposit_id} is {match.status.value}{to}. {match.reason}")
    return ExitStatus.DONE
