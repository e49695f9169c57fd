"""Appeals: file, list, show, answer, correct, next, letter."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from edi_engine.cli.context import (
    DAY,
    DOLLARS,
    Context,
    command_options,
    day_option,
    pass_context,
)
from edi_engine.cli.output import print_json, print_page, print_table, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.appeals import (
    AppealEntry,
    Filing,
    answer_appeal,
    correct_appeal,
    file_appeal,
    list_appeals,
    next_of_appeal,
)
from edi_engine.jobs.show import Table, show_appeal_page
from edi_engine.money import format_dollars
from edi_engine.records.appeals import AppealMethod, AppealOutcome
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.letters import LetterKind

__all__ = ["appeals"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_METHODS = [method.value for method in AppealMethod]
_OUTCOMES = [outcome.value for outcome in AppealOutcome if outcome is not AppealOutcome.PENDING]


@click.group()
def appeals() -> None:
    """What was asked of payers at which level, and what came of it. docs/APPEALS.md tells more.

    Example: edi-engine appeals list --overdue
    """


@appeals.command(
    "file",
    epilog="Example: edi-engine appeals file 12 --method portal --tracking-number ABC-77",
)
@click.argument("item", type=int, required=False)
@click.option("--claim", type=int, metavar="CLAIM", help="A claim, in place of its work item.")
@click.option("--level", type=click.IntRange(1), help="Its level (default: the one now due).")
@click.option("--method", type=click.Choice(_METHODS), required=True, help="How it was sent.")
@click.option("--tracking-number", default="", metavar="TEXT", help="What proves that it was sent.")
@click.option(
    "--amount", type=DOLLARS, metavar="DOLLARS", help="In dispute (default: what is at risk)."
)
@click.option("--on", "filed_on", type=DAY, metavar="DATE", help="When it was filed.")
@click.option("--due", type=DAY, metavar="DATE", help="When the answer is due.")
@click.option("--note", default="", metavar="TEXT", help="What should be remembered.")
@day_option
@command_options
@pass_context
def file(
    context: Context,
    *,
    item: int | None,
    claim: int | None,
    level: int | None,
    method: str,
    tracking_number: str,
    amount: int | None,
    filed_on: date | None,
    due: date | None,
    note: str,
    as_of: date,
) -> int:
    """Record that an appeal was filed for a work item."""
    if (item is None) == (claim is None):
        raise click.UsageError("Name a work item, or a claim with --claim.")

    def filing(at_risk_cents: int) -> Filing:
        return Filing(
            method=AppealMethod(method),
            filed_on=filed_on or as_of,
            disputed_cents=at_risk_cents if amount is None else amount,
            tracking_number=tracking_number,
            level=level,
            response_due_on=due,
            note=note,
        )

    with context.store() as store:
        entry = file_appeal(
            store,
            filing,
            work_item_id=item,
            claim_id=claim,
            policy=context.settings.appeals.policy,
            actor=context.actor,
            as_of=as_of,
        )
    return _done(context, entry)


@appeals.command("list", epilog="Example: edi-engine appeals list --overdue")
@click.option(
    "--outcome",
    type=click.Choice([outcome.value for outcome in AppealOutcome]),
    help="Appeals with this outcome only.",
)
@click.option("--payer", metavar="ID", help="Appeals to this payer.")
@click.option("--claim", type=int, metavar="CLAIM", help="Appeals about this claim.")
@click.option("--overdue", is_flag=True, help="Whose answer should have come.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0), help="0 for all.")
@day_option
@command_options
@pass_context
def list_(
    context: Context,
    *,
    outcome: str | None,
    payer: str | None,
    claim: int | None,
    overdue: bool,
    limit: int,
    as_of: date,
) -> int:
    """List appeals, the earliest due answer first."""
    with context.store() as store:
        entries = list_appeals(
            store,
            as_of=as_of,
            outcome=AppealOutcome(outcome) if outcome else None,
            payer_id=payer,
            claim_id=claim,
            is_overdue=overdue,
            limit=limit or None,
        )
    if context.as_json:
        print_json(entries)
        return ExitStatus.DONE
    print_table(_table(entries, as_of))
    if limit and len(entries) == limit:
        say(f"The first {limit}; more with --limit.")
    return ExitStatus.DONE


@appeals.command("show", epilog="Example: edi-engine appeals show 3")
@click.argument("appeal", type=int)
@command_options
@pass_context
def show(context: Context, appeal: int) -> int:
    """Show an appeal with its history and what it recovered."""
    with context.store() as store:
        page = show_appeal_page(store, appeal)
    print_page(page, as_json=context.as_json)
    return ExitStatus.DONE


@appeals.command(
    "answer",
    epilog="Example: edi-engine appeals answer 3 --outcome partly --overturned 120.50",
)
@click.argument("appeal", type=int)
@click.option("--outcome", type=click.Choice(_OUTCOMES), required=True, help="What came of it.")
@click.option("--on", "decided_on", type=DAY, metavar="DATE", help="When it was decided.")
@click.option(
    "--overturned",
    type=DOLLARS,
    default="0",
    metavar="DOLLARS",
    help="What the payer said that it will pay more.",
)
@click.option("--note", default="", metavar="TEXT", help="What the payer gave as its reason.")
@day_option
@command_options
@pass_context
def answer(
    context: Context,
    *,
    appeal: int,
    outcome: str,
    decided_on: date | None,
    overturned: int,
    note: str,
    as_of: date,
) -> int:
    """Record what came of an appeal; no_response when it is due and nothing came."""
    with context.store() as store:
        entry = answer_appeal(
            store,
            appeal,
            AppealOutcome(outcome),
            decided_on=decided_on or as_of,
            overturned_cents=overturned,
            note=note,
            policy=context.settings.appeals.policy,
            actor=context.actor,
            as_of=as_of,
        )
    return _done(context, entry)


@appeals.command(
    "correct",
    epilog="Example: edi-engine appeals correct 3 --tracking-number ABC-78"
    ' --reason "A typing mistake."',
)
@click.argument("appeal", type=int)
@click.option("--method", type=click.Choice(_METHODS), help="How it was sent.")
@click.option("--tracking-number", metavar="TEXT", help="What proves that it was sent.")
@click.option("--amount", type=DOLLARS, metavar="DOLLARS", help="In dispute.")
@click.option("--due", type=DAY, metavar="DATE", help="When the answer is due.")
@click.option("--outcome", type=click.Choice(_OUTCOMES), help="What came of it.")
@click.option("--on", "decided_on", type=DAY, metavar="DATE", help="When it was decided.")
@click.option("--overturned", type=DOLLARS, metavar="DOLLARS", help="What the payer will pay.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is put right.")
@day_option
@command_options
@pass_context
def correct(
    context: Context,
    *,
    appeal: int,
    method: str | None,
    tracking_number: str | None,
    amount: int | None,
    due: date | None,
    outcome: str | None,
    decided_on: date | None,
    overturned: int | None,
    reason: str,
    as_of: date,
) -> int:
    """Put right what was recorded wrongly; the history keeps both."""
    with context.store() as store:
        entry = correct_appeal(
            store,
            appeal,
            method=AppealMethod(method) if method else None,
            tracking_number=tracking_number,
            disputed_cents=amount,
            response_due_on=due,
            outcome=AppealOutcome(outcome) if outcome else None,
            decided_on=decided_on,
            overturned_cents=overturned,
            reason=reason,
            policy=context.settings.appeals.policy,
            actor=context.actor,
            as_of=as_of,
        )
    return _done(context, entry)


@appeals.command("next", epilog="Example: edi-engine appeals next 3")
@click.argument("appeal", type=int)
@command_options
@pass_context
def next_(context: Context, appeal: int) -> int:
    """Show the level after an appeal and its last day, or why there is none."""
    with context.store() as store:
        found = next_of_appeal(store, appeal, policy=context.settings.appeals.policy)
    if context.as_json:
        print_json(found)
    else:
        say(
            f"Level {found.level} ({found.name}) is open until {found.due_on.isoformat()},"
            f" {format_dollars(found.disputed_cents)} in dispute."
        )
    return ExitStatus.DONE


@appeals.command("letter", epilog="Example: edi-engine appeals letter 12 --out letter.pdf")
@click.argument("item", type=int)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in LetterKind]),
    metavar="KIND",
    help=f"What it is about (default: told from the item): {', '.join(LetterKind)}.",
)
@click.option(
    "--out", type=click.Path(), metavar="FILE", help="Write it: as PDF where the name ends in .pdf."
)
@day_option
@command_options
@pass_context
def letter(context: Context, *, item: int, kind: str | None, out: str | None, as_of: date) -> int:
    """Set the letter that appeals a work item, for a person to read, sign and send."""
    from edi_engine.jobs.letters import (  # noqa: PLC0415 - costs time, and only letters need it
        letter_templates,
        write_letter,
    )

    settings = context.settings.appeals
    with context.store() as store:
        made = write_letter(
            store,
            item,
            kind=LetterKind(kind) if kind else None,
            path=Path(out) if out else None,
            templates=letter_templates(settings.templates),
            policy=settings.policy,
            actor=context.actor if out else context.actor_if_known,
            as_of=as_of,
        )
    if context.as_json:
        print_json(made)
    elif out is None:
        click.echo(made.text, nl=False)
    else:
        say(f"The letter ({made.kind.value.replace('_', ' ')}) is written to {out}.")
        if made.replaced_count:
            say(
                f"{made.replaced_count} characters have no sign in the PDF's fonts and are printed"
                " plainly; a letter as text has them."
            )
    return ExitStatus.DONE


def _done(context: Context, entry: AppealEntry) -> int:
    if context.as_json:
        print_json(entry)
    else:
        said = " ".join(event.text for event in entry.events)
        say(f"Appeal {entry.appeal.appeal_id}: {said}")
    return ExitStatus.DONE


def _table(entries: list[AppealEntry], as_of: date) -> Table:
    text, number, money, day = (
        ColumnKind.TEXT,
        ColumnKind.NUMBER,
        ColumnKind.MONEY,
        ColumnKind.DAY,
    )
    return Table(
        "",
        (
            ("appeal", number),
            ("claim", number),
            ("item", number),
            ("patient", text),
            ("payer", text),
            ("level", text),
            ("in dispute", money),
            ("filed on", day),
            ("answer due on", day),
            ("outcome", text),
            ("overturned", money),
            ("recovered", money),
            ("next level until", day),
        ),
        tuple(
            (
                one.appeal.appeal_id,
                one.appeal.claim_id,
                one.appeal.work_item_id,
                ", ".join(
                    filter(None, (one.subject.patient_last_name, one.subject.patient_first_name))
                ),
                one.subject.payer_name,
                f"{one.appeal.level} {one.appeal.level_name}",
                one.appeal.disputed_cents,
                one.appeal.filed_on,
                one.appeal.response_due_on,
                "overdue" if one.appeal.is_overdue(as_of) else one.appeal.outcome.value,
                one.appeal.overturned_cents,
                one.recovered_cents,
                one.appeal.next_due_on,
            )
            for one in entries
        ),
    )
