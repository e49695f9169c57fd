"""The worklist: list, next, release, show, assign, note, touch, snooze, close, reopen."""

from datetime import date

import click

from edi_engine.cli.context import DAY, DOLLARS, Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_page, print_table, say
from edi_engine.cli.work_bulk import bulk, undo
from edi_engine.cli.work_calls import call, payers_table
from edi_engine.cli.work_promises import PROMISERS, promise
from edi_engine.errors import ExitStatus, InputError
from edi_engine.jobs.show import Table, show_work_item
from edi_engine.jobs.work_calls import work_by_payer
from edi_engine.jobs.work_entries import WorkEntry
from edi_engine.jobs.work_promises import PromiseGiven
from edi_engine.jobs.work_pull import next_item, peek_item, release_item
from edi_engine.jobs.worklist import (
    assign_item,
    close_item,
    give_up_item,
    list_work,
    note_item,
    reopen_item,
    snooze_item,
    touch_item,
)
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.promises import Promiser
from edi_engine.records.work import Channel, Queue, Resolution, WaitingFor, WorkStatus

__all__ = ["worklist"]

_QUEUES = [queue.value for queue in Queue]
_CHANNELS = [channel.value for channel in Channel]
_RESOLUTIONS = [resolution.value for resolution in Resolution]
_WAITING = [side.value for side in WaitingFor]
_STATUSES = [status.value for status in WorkStatus]


@click.group()
def worklist() -> None:
    """What to work on, most important first.

    Example: edi-engine worklist next
    """


worklist.add_command(bulk)
worklist.add_command(call)
worklist.add_command(promise)
worklist.add_command(undo)


@worklist.command("list", epilog="Example: edi-engine worklist list --queue denial --mine")
@click.option("--queue", type=click.Choice(_QUEUES), metavar="QUEUE", help=", ".join(_QUEUES))
@click.option(
    "--status", type=click.Choice(_STATUSES), multiple=True, help="Items of this status only."
)
@click.option("--assignee", metavar="NAME", help="Whose items; empty text for nobody's.")
@click.option("--mine", is_flag=True, help="My items.")
@click.option("--payer", metavar="ID", help="Items about this payer.")
@click.option("--by-payer", is_flag=True, help="Whom to call: payers in place of items.")
@click.option("--late", is_flag=True, help="Items whose clock ran out (worklist.clocks).")
@click.option("--waiting-for", type=click.Choice(_WAITING), help="Items that wait for these.")
@click.option("--resolution", type=click.Choice(_RESOLUTIONS), help="Items that ended so.")
@click.option("--sample", is_flag=True, help="A manager's sample of the items given up.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0), help="0 for all.")
@day_option
@command_options
@pass_context
def list_items(
    context: Context,
    *,
    queue: str | None,
    status: tuple[str, ...],
    assignee: str | None,
    mine: bool,
    payer: str | None,
    by_payer: bool,
    late: bool,
    waiting_for: str | None,
    resolution: str | None,
    sample: bool,
    limit: int,
    as_of: date,
) -> int:
    """List items that wait for somebody; --status for others."""
    if by_payer and (late or waiting_for or resolution):
        raise InputError(
            "payers have no clocks, and wait for nobody.",
            place="--by-payer",
            remedy="Leave out --late, --waiting-for and --resolution, or --by-payer.",
        )
    if by_payer:
        with context.store() as store:
            rows = work_by_payer(
                store,
                as_of=as_of,
                queue=Queue(queue) if queue else None,
                assignee=context.actor if mine else assignee,
            )
        if context.as_json:
            print_json(rows)
        else:
            print_table(payers_table(rows))
        return ExitStatus.DONE
    statuses = tuple(WorkStatus(name) for name in status)
    if sample:
        statuses = (WorkStatus.WONT_WORK,)
    elif not statuses and waiting_for:
        statuses = (WorkStatus.WAITING,)
    elif not statuses and resolution:
        statuses = (WorkStatus.RESOLVED, WorkStatus.CLOSED)
    policy = context.settings.reconcile_policy
    if late and not policy.worklist.clocks:
        raise InputError(
            "no queue has a clock, so nothing is late.",
            place="--late",
            remedy="Set one, as [worklist.clocks.denial] first_touch in the settings.",
        )
    with context.store() as store:
        entries = list_work(
            store,
            as_of=as_of,
            queue=Queue(queue) if queue else None,
            statuses=statuses,
            late_only=late,
            waiting_for=WaitingFor(waiting_for) if waiting_for else None,
            resolution=Resolution(resolution) if resolution else None,
            policy=policy,
            sample_percent=context.settings.worklist.sample_percent if sample else None,
            assignee=context.actor if mine else assignee,
            payer_id=payer,
            limit=limit or None,
        )
    if context.as_json:
        print_json(entries)
        return ExitStatus.DONE
    print_table(_table(entries))
    if limit and len(entries) == limit:
        say(f"The first {limit}; more with --limit.")
    return ExitStatus.DONE


@worklist.command("next", epilog="Example: edi-engine worklist next --queue denial")
@click.option("--take", is_flag=True, help="Assign it to me too, so that it stays mine.")
@click.option("--peek", is_flag=True, help="Only look; others may get it.")
@click.option("--queue", type=click.Choice(_QUEUES), metavar="QUEUE", help="Only of this queue.")
@day_option
@command_options
@pass_context
def next_(context: Context, take: bool, peek: bool, queue: str | None, as_of: date) -> int:
    """Pull the most important item that is mine or nobody's.

    It is in my hands for half an hour (setting worklist.lease_minutes), longer while I work on it:
    nobody else gets it. What I have in hand already comes first.
    """
    wanted = Queue(queue) if queue else None
    actor = context.actor
    with context.store() as store:
        if peek:
            entry = peek_item(store, actor=actor, as_of=as_of, queue=wanted)
        else:
            entry = next_item(
                store,
                actor=actor,
                as_of=as_of,
                take=take,
                queue=wanted,
                policy=context.settings.worklist.policy,
            )
        if entry is None:
            if context.as_json:
                print_json(None)
            else:
                say("Nothing waits for you.")
            return ExitStatus.DONE
        page = show_work_item(
            store,
            entry.item.work_item_id,
            as_of=as_of,
            policy=context.settings.reconcile_policy,
        )
    print_page(page, as_json=context.as_json)
    return ExitStatus.DONE


@worklist.command("release", epilog="Example: edi-engine worklist release 12")
@click.argument("item", type=int)
@command_options
@pass_context
def release(context: Context, item: int) -> int:
    """Let go of an item that I have in hand, so that others get it."""
    with context.store() as store:
        entry = release_item(store, item, actor=context.actor)
    if context.as_json:
        print_json(entry)
    else:
        say(f"Item {item} is in nobody's hands.")
    return ExitStatus.DONE


@worklist.command("show", epilog="Example: edi-engine worklist show 12")
@click.argument("item", type=int)
@day_option
@command_options
@pass_context
def show_item(context: Context, item: int, as_of: date) -> int:
    """Show an item: why, how urgent, what was done."""
    policy = context.settings.reconcile_policy
    with context.store() as store:
        page = show_work_item(store, item, as_of=as_of, policy=policy)
    print_page(page, as_json=context.as_json)
    return ExitStatus.DONE


@worklist.command("assign", epilog="Example: edi-engine worklist assign 12 kim")
@click.argument("item", type=int)
@click.argument("assignee", metavar="NAME")
@command_options
@pass_context
def assign(context: Context, item: int, assignee: str) -> int:
    """Give an item to somebody; '' gives it back to the queue."""
    with context.store() as store:
        entry = assign_item(store, item, assignee, actor=context.actor)
    return _done(context, entry)


@worklist.command(
    "note", epilog='Example: edi-engine worklist note 12 "Called the payer, reference 77."'
)
@click.argument("item", type=int)
@click.argument("text")
@command_options
@pass_context
def note(context: Context, item: int, text: str) -> int:
    """Write down what was said or found."""
    with context.store() as store:
        entry = note_item(
            store, item, text, actor=context.actor, policy=context.settings.worklist.policy
        )
    return _done(context, entry)


@worklist.command(
    "touch",
    epilog="Example: edi-engine worklist touch 12 --channel payer_call --reference 77"
    ' --outcome "Will be paid" --next 2026-04-01',
)
@click.argument("item", type=int)
@click.option(
    "--channel",
    type=click.Choice(_CHANNELS),
    required=True,
    metavar="CHANNEL",
    help=", ".join(_CHANNELS),
)
@click.option("--outcome", required=True, metavar="TEXT", help="What came of it.")
@click.option(
    "--next", "next_on", type=DAY, required=True, metavar="DATE", help="When to look again."
)
@click.option("--reference", default="", metavar="TEXT", help="Number the other side gave.")
@click.option("--with", "contact", default="", metavar="NAME", help="Whom it was with.")
@click.option("--note", "text", default="", metavar="TEXT", help="What else to know.")
@click.option("--waiting-for", type=click.Choice(_WAITING), help="Else told by the channel.")
@click.option("--promise", "promised", type=DOLLARS, metavar="DOLLARS", help="What was promised.")
@click.option("--promise-on", type=DAY, metavar="DATE", help="By when it was promised.")
@click.option("--promise-by", type=click.Choice(PROMISERS), help="Who promised.")
@day_option
@command_options
@pass_context
def touch(
    context: Context,
    *,
    item: int,
    channel: str,
    outcome: str,
    next_on: date,
    reference: str,
    contact: str,
    text: str,
    waiting_for: str | None,
    promised: int | None,
    promise_on: date | None,
    promise_by: str | None,
    as_of: date,
) -> int:
    """Write down what was done about an item, and when to look again.

    It is hidden until then; new evidence wakes it earlier. A payer_call needs --reference.
    --promise with --promise-on records a promise to pay with it, as "worklist promise" does alone.
    """
    if (promised is None) != (promise_on is None) or (promise_by and promised is None):
        raise InputError(
            "a promise is an amount and a day.",
            place="--promise",
            remedy="Give --promise and --promise-on together, or neither.",
        )
    given = None
    if promised is not None and promise_on is not None:
        given = PromiseGiven(promised, promise_on, Promiser(promise_by) if promise_by else None)
    with context.store() as store:
        entry = touch_item(
            store,
            item,
            Channel(channel),
            outcome,
            next_action_on=next_on,
            contact=contact,
            reference=reference,
            text=text,
            waiting_for=WaitingFor(waiting_for) if waiting_for else None,
            promised=given,
            actor=context.actor,
            as_of=as_of,
            policy=context.settings.reconcile_policy,
        )
    return _done(context, entry)


@worklist.command("snooze", epilog="Example: edi-engine worklist snooze 12 2026-04-01")
@click.argument("item", type=int)
@click.argument("until", type=DAY, metavar="DATE")
@click.option("--note", "text", default="", metavar="TEXT", help="Why, in a few words.")
@click.option(
    "--waiting-for",
    type=click.Choice(_WAITING),
    default=WaitingFor.INTERNAL.value,
    show_default=True,
    help="Whom it waits for.",
)
@day_option
@command_options
@pass_context
def snooze(
    context: Context, *, item: int, until: date, text: str, waiting_for: str, as_of: date
) -> int:
    """Hide an item until a day; new evidence wakes it earlier."""
    with context.store() as store:
        entry = snooze_item(
            store,
            item,
            until,
            actor=context.actor,
            as_of=as_of,
            text=text,
            waiting_for=WaitingFor(waiting_for),
        )
    return _done(context, entry)


@worklist.command("close", epilog='Example: edi-engine worklist close 12 --reason "Written off."')
@click.argument("item", type=int)
@click.option("--reason", required=True, metavar="TEXT", help="Why it is done.")
@click.option("--wont-work", is_flag=True, help="Give it up: fully worked, or not worth it.")
@click.option("--resolution", type=click.Choice(_RESOLUTIONS), help="How it ended.")
@day_option
@command_options
@pass_context
def close(
    context: Context,
    *,
    item: int,
    reason: str,
    wont_work: bool,
    resolution: str | None,
    as_of: date,
) -> int:
    """Say that an item is done; only new evidence brings it back."""
    if wont_work and resolution:
        raise InputError(
            "what is given up did not end otherwise.",
            place="--resolution",
            remedy="Leave out --wont-work or --resolution.",
        )
    actor = context.actor
    policy = context.settings.worklist.policy
    with context.store() as store:
        if wont_work:
            entry = give_up_item(store, item, reason, actor=actor, as_of=as_of, policy=policy)
        else:
            entry = close_item(
                store,
                item,
                reason,
                actor=actor,
                as_of=as_of,
                resolution=Resolution(resolution) if resolution else None,
            )
    return _done(context, entry)


@worklist.command("reopen", epilog="Example: edi-engine worklist reopen 12")
@click.argument("item", type=int)
@click.option("--note", "text", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def reopen(context: Context, item: int, text: str, as_of: date) -> int:
    """Take a closed item up again."""
    with context.store() as store:
        entry = reopen_item(store, item, actor=context.actor, as_of=as_of, text=text)
    return _done(context, entry)


def _done(context: Context, entry: WorkEntry) -> int:
    if context.as_json:
        print_json(entry)
    else:
        item = entry.item
        said = " ".join(event.text for event in entry.events)
        say(f"Item {item.work_item_id} is {item.status.value.replace('_', ' ')}. {said}".rstrip())
    return ExitStatus.DONE


def _table(entries: list[WorkEntry]) -> Table:
    text, number = ColumnKind.TEXT, ColumnKind.NUMBER
    # Most offices keep no clocks, and then the column would be empty.
    clocks = any(one.clock is not None for one in entries)
    return Table(
        "",
        (
            ("item", number),
            ("queue", text),
            ("at risk", ColumnKind.MONEY),
            ("priority", number),
            ("deadline", ColumnKind.DAY),
            ("patient", text),
            ("payer", text),
            ("status", text),
            ("assignee", text),
            ("in hand", text),
            *((("clock", text),) if clocks else ()),
            ("next action", text),
        ),
        tuple(
            (
                one.item.work_item_id,
                one.item.queue.value,
                one.item.amount_at_risk_cents,
                one.item.priority,
                one.item.deadline,
                ", ".join(
                    filter(None, (one.subject.patient_last_name, one.subject.patient_first_name))
                ),
                one.subject.payer_name,
                _status(one),
                one.item.assignee,
                "" if one.lease is None else one.lease.holder,
                *((one.clock.words if one.clock else "",) if clocks else ()),
                one.item.next_action,
            )
            for one in entries
        ),
    )


def _status(entry: WorkEntry) -> str:
    if entry.waiting_for is not None:
        return f"waiting for {entry.waiting_for.value}"
    if entry.resolution is not None:
        return f"{entry.item.status.value}: {entry.resolution.value}"
    return entry.item.status.value
