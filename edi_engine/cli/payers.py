"""Payers: whose remittances post by themselves, and who let the others."""

from datetime import date

import click

from edi_engine.cli.context import Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_table, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.payers import PayerStanding, list_payers, revoke_payer
from edi_engine.jobs.payers import release_payer as release_it
from edi_engine.jobs.show import Table
from edi_engine.records.datasets import ColumnKind

__all__ = ["payers"]


@click.group()
def payers() -> None:
    """Who pays, and whose remittances may post.

    A payer that no claim of ours names waits in suspense until somebody releases it.

    Example: edi-engine payers release EX999 --note "It took over EXAMPLE HEALTH."
    """


@payers.command("list", epilog="Example: edi-engine payers list --waiting")
@click.option("--waiting", is_flag=True, help="Only those whose remittances wait.")
@command_options
@pass_context
def list_(context: Context, waiting: bool) -> int:
    """List the payers of all remittances."""
    with context.store() as store:
        found = [one for one in list_payers(store) if not (waiting and one.is_known)]
    if context.as_json:
        print_json(found)
    else:
        print_table(_table(found))
    return ExitStatus.DONE


@payers.command("release", epilog='Example: edi-engine payers release EX999 --note "A new name."')
@click.argument("payer_id")
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def release(context: Context, payer_id: str, note: str, as_of: date) -> int:
    """Let a payer's remittances post, although no claim of ours names it."""
    with context.store() as store:
        found = release_it(
            store,
            payer_id,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            note=note,
        )
    return _told(context, found)


@payers.command("revoke", epilog="Example: edi-engine payers revoke EX999")
@click.argument("payer_id")
@day_option
@command_options
@pass_context
def revoke(context: Context, payer_id: str, as_of: date) -> int:
    """End a release; what was posted under it waits again."""
    with context.store() as store:
        found = revoke_payer(
            store,
            payer_id,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    return _told(context, found)


def _told(context: Context, found: PayerStanding) -> int:
    if context.as_json:
        print_json(found)
    else:
        may = "post" if found.is_known else "wait until it is released"
        say(f"Remittances of payer {found.payer_id} {may}.")
    return ExitStatus.DONE


def _table(found: list[PayerStanding]) -> Table:
    text = ColumnKind.TEXT
    return Table(
        "payers",
        (
            ("payer", text),
            ("name", text),
            ("remittances", text),
            ("released by", text),
            ("note", text),
        ),
        tuple(
            (
                one.payer_id,
                one.payer_name,
                "post" if one.is_known else "wait",
                one.release.released_by if one.release is not None else "",
                one.release.note if one.release is not None else "",
            )
            for one in found
        ),
    )
