"""The worklist, many items at once: bulk and undo. `cli/work.py` takes them in."""

from datetime import date

import click

from edi_engine.cli.context import DAY, Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, say
from edi_engine.errors import ExitStatus, InputError
from edi_engine.jobs.work_bulk import Selection, do_bulk, preview_bulk, undo_bulk
from edi_engine.money import format_dollars
from edi_engine.records.work import Queue, Resolution, WaitingFor, WorkStatus
from edi_engine.records.work_batches import BulkAction, BulkKind

__all__ = ["bulk", "undo"]

_KINDS = [kind.value for kind in BulkKind]
_QUEUES = [queue.value for queue in Queue]
_STATUSES = [status.value for status in WorkStatus]


@click.command(
    "bulk",
    epilog="Example: edi-engine worklist bulk assign kim --queue denial --payer EX001",
)
@click.argument("kind", type=click.Choice(_KINDS), metavar="ACTION")
@click.argument("text")
@click.option("--until", type=DAY, metavar="DATE", help="The day of a snooze.")
@click.option("--queue", type=click.Choice(_QUEUES), metavar="QUEUE", help="Items of this queue.")
@click.option(
    "--status", type=click.Choice(_STATUSES), multiple=True, help="Items of this status only."
)
@click.option("--assignee", metavar="NAME", help="Whose items; empty text for nobody's.")
@click.option("--payer", metavar="ID", help="Items about this payer.")
@click.option(
    "--resolution",
    type=click.Choice([one.value for one in Resolution]),
    help="How closed items ended.",
)
@click.option(
    "--waiting-for",
    type=click.Choice([one.value for one in WaitingFor]),
    help="Whom snoozed items wait for (default internal).",
)
@click.option("--confirm", default="", metavar="TOKEN", help="Do it, as it was previewed.")
@day_option
@command_options
@pass_context
def bulk(
    context: Context,
    *,
    kind: str,
    text: str,
    until: date | None,
    queue: str | None,
    status: tuple[str, ...],
    assignee: str | None,
    payer: str | None,
    resolution: str | None,
    waiting_for: str | None,
    confirm: str,
    as_of: date,
) -> int:
    """Assign, snooze, close or note many items at once.

    ACTION is assign, snooze, close or note; TEXT the name, the reason or the note. Without
    --confirm nothing is changed: how many items and how much money are shown, with the token.
    """
    if (until is None) == (kind == BulkKind.SNOOZE):
        raise InputError(
            "a snooze needs the day, and nothing else has one.",
            place="--until",
            remedy="Give --until with snooze only.",
        )
    if (resolution and kind != BulkKind.CLOSE) or (waiting_for and kind != BulkKind.SNOOZE):
        raise InputError(
            "a resolution is of closed items, and only snoozed ones wait.",
            place="--resolution" if resolution else "--waiting-for",
            remedy="Give --resolution with close, and --waiting-for with snooze only.",
        )
    selection = Selection(
        queue=Queue(queue) if queue else None,
        statuses=tuple(WorkStatus(name) for name in status),
        assignee=assignee,
        payer_id=payer,
    )
    action = BulkAction(
        BulkKind(kind),
        text,
        until,
        Resolution(resolution) if resolution else None,
        WaitingFor(waiting_for) if waiting_for else None,
    )
    actor, policy = context.actor, context.settings.worklist.policy
    with context.store() as store:
        if confirm:
            done = do_bulk(
                store,
                selection,
                action,
                token=confirm,
                actor=actor,
                as_of=as_of,
                policy=policy,
            )
        else:
            done = preview_bulk(store, selection, action, actor=actor, as_of=as_of, policy=policy)
    if context.as_json:
        print_json(done)
        return ExitStatus.DONE
    count, amount = len(done.work_item_ids), format_dollars(done.amount_cents)
    held = f" {done.held_count} in other hands are left out." if done.held_count else ""
    if done.batch_id:
        say(
            f"Batch {done.batch_id}: {kind}, {count} items, {amount} at risk.{held}",
            f"To take it back: edi-engine worklist undo {done.batch_id}",
        )
    else:
        say(
            f"Would {kind} {count} items, {amount} at risk.{held} Nothing is changed yet.",
            f"To do it, the same again with --confirm {done.token}",
        )
    return ExitStatus.DONE


@click.command("undo", epilog="Example: edi-engine worklist undo 3")
@click.argument("batch", type=int)
@day_option
@command_options
@pass_context
def undo(context: Context, batch: int, as_of: date) -> int:
    """Undo a bulk action where items were not changed since."""
    with context.store() as store:
        undone = undo_bulk(store, batch, actor=context.actor, as_of=as_of)
    if context.as_json:
        print_json(undone)
        return ExitStatus.DONE
    say(f"Batch {batch} is undone on {len(undone.undone)} items.")
    if undone.changed_since:
        numbers = ", ".join(map(str, undone.changed_since))
        say(f"Changed since, and left as they are: {numbers}.")
    return ExitStatus.DONE
