"""Payers: whose remittances post by themselves, and what each is known to do."""

from datetime import date

import click

from edi_engine.cli.context import DAY, Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_page, print_table, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.payer_profiles import PayerProfileView, declare_quirk, show_profile
from edi_engine.jobs.payers import PayerStanding, list_payers, revoke_payer
from edi_engine.jobs.payers import release_payer as release_it
from edi_engine.jobs.show import Table, profile_page
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.payer_profiles import Quirk

__all__ = ["payers"]


@click.group()
def payers() -> None:
    """Who pays, whose remittances may post, and what payers are known to do.

    A payer that no claim of ours names waits in suspense until somebody releases it.
    Quirks are learned from evidence or declared; docs/PAYERS.md has the catalogue.

    Example: edi-engine payers release EX999 --note "It took over EXAMPLE HEALTH."
    """


@payers.command("list", epilog="Example: edi-engine payers list --waiting")
@click.option("--waiting", is_flag=True, help="Only those whose remittances wait.")
@day_option
@command_options
@pass_context
def list_(context: Context, waiting: bool, as_of: date) -> int:
    """List the payers of all remittances."""
    with context.store() as store:
        found = [one for one in list_payers(store, as_of=as_of) if not (waiting and one.is_known)]
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


@payers.command("show", epilog="Example: edi-engine payers show EX002")
@click.argument("payer_id")
@day_option
@command_options
@pass_context
def show(context: Context, payer_id: str, as_of: date) -> int:
    """What a payer is known to do: quirks, evidence, what was believed when, who said what."""
    with context.store() as store:
        found = show_profile(store, payer_id, policy=context.settings.reconcile_policy, as_of=as_of)
    return _profile_told(context, found)


_QUIRK = click.Choice([quirk.value for quirk in Quirk])


@payers.command(
    "declare",
    epilog="Example: edi-engine payers declare EX002 truncates_control_number --value 12",
)
@click.argument("payer_id")
@click.argument("quirk", type=_QUIRK, metavar="QUIRK")
@click.option("--value", type=int, default=0, metavar="N", help="Its number, if it has one.")
@click.option("--from", "effective_from", type=DAY, metavar="DATE", help="The first day.")
@click.option("--to", "effective_to", type=DAY, metavar="DATE", help="The last day.")
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def declare(
    context: Context,
    *,
    payer_id: str,
    quirk: str,
    value: int,
    effective_from: date | None,
    effective_to: date | None,
    note: str,
    as_of: date,
) -> int:
    """Say that a payer has a quirk; matching and posting may use it for payments of these days."""
    with context.store() as store:
        found = declare_quirk(
            store,
            payer_id,
            Quirk(quirk),
            value=value,
            effective_from=effective_from,
            effective_to=effective_to,
            actor=context.actor,
            note=note,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    return _profile_told(context, found)


@payers.command("deny", epilog="Example: edi-engine payers deny EX002 drops_modifiers")
@click.argument("payer_id")
@click.argument("quirk", type=_QUIRK, metavar="QUIRK")
@click.option("--from", "effective_from", type=DAY, metavar="DATE", help="The first day.")
@click.option("--to", "effective_to", type=DAY, metavar="DATE", help="The last day.")
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def deny(
    context: Context,
    *,
    payer_id: str,
    quirk: str,
    effective_from: date | None,
    effective_to: date | None,
    note: str,
    as_of: date,
) -> int:
    """Say that a payer has not, or no longer, a quirk, whatever was declared or learned."""
    with context.store() as store:
        found = declare_quirk(
            store,
            payer_id,
            Quirk(quirk),
            is_denied=True,
            effective_from=effective_from,
            effective_to=effective_to,
            actor=context.actor,
            note=note,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    return _profile_told(context, found)


def _profile_told(context: Context, found: PayerProfileView) -> int:
    if context.as_json:
        print_json(found)
    else:
        print_page(profile_page(found), as_json=False)
    return ExitStatus.DONE


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
            ("quirks", ColumnKind.NUMBER),
            ("released by", text),
            ("note", text),
        ),
        tuple(
            (
                one.payer_id,
                one.payer_name,
                "post" if one.is_known else "wait",
                one.quirks_count,
                one.release.released_by if one.release is not None else "",
                one.release.note if one.release is not None else "",
            )
            for one in found
        ),
    )
