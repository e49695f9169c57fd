"""The worklist: promises to pay. `cli/work.py` takes the command in."""

from datetime import date

import click

from edi_engine.cli.context import (
    DAY,
    DOLLARS,
    Context,
    command_options,
    day_option,
    pass_context,
)
from edi_engine.cli.output import print_json, say
from edi_engine.errors import ExitStatus, InputError
from edi_engine.jobs.show import promise_line
from edi_engine.jobs.work_promises import PromiseGiven, promise_on_item, receive_on_promise
from edi_engine.records.promises import Promiser

__all__ = ["PROMISERS", "promise"]

PROMISERS = [promiser.value for promiser in Promiser]


@click.command(
    "promise",
    epilog="Example: edi-engine worklist promise 12 --amount 250.00 --on 2026-04-01",
)
@click.argument("item", type=int)
@click.option("--amount", type=DOLLARS, metavar="DOLLARS", help="What was promised.")
@click.option("--on", "due_on", type=DAY, metavar="DATE", help="By when.")
@click.option("--by", "promised_by", type=click.Choice(PROMISERS), help="Who promised.")
@click.option(
    "--counted-from",
    type=DAY,
    metavar="DATE",
    help="Money of this day and later counts (default the day of --as-of).",
)
@click.option(
    "--came",
    type=DOLLARS,
    metavar="DOLLARS",
    help="In place of a promise: what the patient paid on it, --on that day.",
)
@click.option("--note", default="", metavar="TEXT", help="What else to know.")
@day_option
@command_options
@pass_context
def promise(
    context: Context,
    *,
    item: int,
    amount: int | None,
    due_on: date | None,
    promised_by: str | None,
    counted_from: date | None,
    came: int | None,
    note: str,
    as_of: date,
) -> int:
    """Record a promise to pay; the item waits until the day after its grace.

    Who promised is whoever owes what the item is about, unless --by says otherwise. Each night
    holds promises against the journal: kept, partly kept, or broken, and broken ones come back in
    the queue promise_broken. A promise is never changed: a new one takes its place. No file tells
    what patients pay, so --came writes that down; a negative amount takes it back.
    """
    if (amount is None) == (came is None) or due_on is None:
        raise InputError(
            "an amount and a day are needed.",
            place="--amount",
            remedy="Give --amount and --on for a promise, --came and --on for what a patient paid.",
        )
    if came is not None and (promised_by or counted_from):
        raise InputError(
            "money that came is of the promise that stands.",
            place="--came",
            remedy="Leave out --by and --counted-from.",
        )
    actor, policy = context.actor, context.settings.reconcile_policy
    with context.store() as store:
        if came is not None:
            standing = receive_on_promise(
                store, item, came, due_on, actor=actor, as_of=as_of, note=note, policy=policy
            )
        else:
            given = PromiseGiven(
                amount or 0,
                due_on,
                Promiser(promised_by) if promised_by else None,
                counted_from,
                note,
            )
            standing = promise_on_item(store, item, given, actor=actor, as_of=as_of, policy=policy)
    if context.as_json:
        print_json(standing)
    else:
        say(promise_line(standing))
    return ExitStatus.DONE
