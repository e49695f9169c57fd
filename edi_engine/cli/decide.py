"""Decisions: link, unlink, accept, reject, undo and list about claim payments; release and hold of
remittances."""

from datetime import date

import click

from edi_engine.cli.context import Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_table, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.decide import DecisionResult, list_decisions
from edi_engine.jobs.decide import accept as accept_payment
from edi_engine.jobs.decide import dismiss as dismiss_remittance
from edi_engine.jobs.decide import hold as hold_remittance
from edi_engine.jobs.decide import link as link_payment
from edi_engine.jobs.decide import reject as reject_payment
from edi_engine.jobs.decide import release as release_remittance
from edi_engine.jobs.decide import undo as undo_decision
from edi_engine.jobs.decide import unlink as unlink_payment
from edi_engine.jobs.show.payments import decisions_table
from edi_engine.money import format_cents
from edi_engine.records.stored import StoredRemittance

__all__ = ["decide"]


@click.group()
def decide() -> None:
    """Say where a claim payment belongs and whether it posts; it outranks every rule until undone.

    Example: edi-engine decide link 12 7 --note "name was misspelt"
    """


@decide.command(
    "link", epilog='Example: edi-engine decide link 12 7 --note "The name was misspelt."'
)
@click.argument("claim_payment", type=int)
@click.argument("claim", type=int)
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def link(context: Context, claim_payment: int, claim: int, note: str, as_of: date) -> int:
    """Put a claim payment on a claim."""
    with context.store() as store:
        result = link_payment(
            store,
            claim_payment,
            claim,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            note=note,
        )
    return _done(context, result)


@decide.command("unlink", epilog="Example: edi-engine decide unlink 12 7")
@click.argument("claim_payment", type=int)
@click.argument("claim", type=int, required=False)
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def unlink(context: Context, claim_payment: int, claim: int | None, note: str, as_of: date) -> int:
    """Keep a claim payment off a claim, or off every claim when none is named."""
    with context.store() as store:
        result = unlink_payment(
            store,
            claim_payment,
            claim,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            note=note,
        )
    return _done(context, result)


@decide.command(
    "accept", epilog='Example: edi-engine decide accept 12 --note "The payer confirmed it."'
)
@click.argument("claim_payment", type=int)
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def accept(context: Context, claim_payment: int, note: str, as_of: date) -> int:
    """Post a claim payment in spite of what the gate says."""
    with context.store() as store:
        result = accept_payment(
            store,
            claim_payment,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            note=note,
        )
    return _done(context, result)


@decide.command("reject", epilog='Example: edi-engine decide reject 12 --note "It is paid twice."')
@click.argument("claim_payment", type=int)
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def reject(context: Context, claim_payment: int, note: str, as_of: date) -> int:
    """Keep a claim payment in suspense, although it could post."""
    with context.store() as store:
        result = reject_payment(
            store,
            claim_payment,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            note=note,
        )
    return _done(context, result)


@decide.command("undo", epilog="Example: edi-engine decide undo 3")
@click.argument("decision", type=int)
@day_option
@command_options
@pass_context
def undo(context: Context, decision: int, as_of: date) -> int:
    """End a decision; the rules hold again."""
    with context.store() as store:
        result = undo_decision(
            store,
            decision,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    return _done(context, result)


@decide.command("list", epilog="Example: edi-engine decide list --standing")
@click.option("--standing", is_flag=True, help="Leave out those that were ended.")
@command_options
@pass_context
def list_(context: Context, standing: bool) -> int:
    """List decisions with who made and who ended them."""
    with context.store() as store:
        found = list_decisions(store, standing_only=standing)
    if context.as_json:
        print_json(found)
    else:
        print_table(decisions_table(found))
    return ExitStatus.DONE


@decide.command(
    "release", epilog='Example: edi-engine decide release 4 --note "The bank has it twice."'
)
@click.argument("remittance", type=int)
@click.option("--note", default="", metavar="TEXT", help="Why, in a few words.")
@day_option
@command_options
@pass_context
def release(context: Context, remittance: int, note: str, as_of: date) -> int:
    """Let a held remittance count: its money came twice, or it is no repetition."""
    with context.store() as store:
        found = release_remittance(
            store,
            remittance,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            note=note,
        )
    return _stands(context, found)


@decide.command(
    "hold", epilog='Example: edi-engine decide hold 4 --reason "The bank has no such payment."'
)
@click.argument("remittance", type=int)
@click.option("--reason", required=True, metavar="TEXT", help="Why it must not count.")
@day_option
@command_options
@pass_context
def hold(context: Context, remittance: int, reason: str, as_of: date) -> int:
    """Keep a remittance's payments from counting."""
    with context.store() as store:
        found = hold_remittance(
            store,
            remittance,
            reason,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    return _stands(context, found)


@decide.command(
    "dismiss", epilog='Example: edi-engine decide dismiss 4 --note "The bank has it once."'
)
@click.argument("remittance", type=int)
@click.option("--note", required=True, metavar="TEXT", help="How you know.")
@day_option
@command_options
@pass_context
def dismiss(context: Context, remittance: int, note: str, as_of: date) -> int:
    """Say that a held remittance is a repetition: its money never came. Release takes it back."""
    with context.store() as store:
        found = dismiss_remittance(
            store,
            remittance,
            note,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    return _stands(context, found)


def _stands(context: Context, found: StoredRemittance) -> int:
    if context.as_json:
        print_json(found)
        return ExitStatus.DONE
    state = f"held: {found.held}" if found.held else "not held"
    say(
        f"Remittance {found.remittance_id} is {state}.",
        f"Posted {format_cents(found.posted_cents)}, "
        f"in suspense {format_cents(found.suspense_cents)}.",
    )
    return ExitStatus.DONE


def _done(context: Context, result: DecisionResult) -> int:
    if context.as_json:
        print_json(result)
        return ExitStatus.DONE
    decision, match = result.decision.decision, result.match
    ended = " (ended)" if result.decision.revoked_at else ""
    say(f"Decision {decision.decision_id}: {decision.kind.value}{ended}.")
    if result.replaced:
        say(f"It ends decision {', '.join(map(str, result.replaced))}.")
    on_claim = f" to claim {match.claim_id}" if match.claim_id is not None else ""
    say(f"Claim payment {match.claim_payment_id} is {match.outcome.value}{on_claim}.")
    if result.posting is not None:
        plan = result.posting.plan
        waits = (
            f"waits in suspense ({plan.refusal}). {plan.reason}" if plan.refusal else "is posted."
        )
        say(f"{format_cents(plan.cash_cents)} {waits}")
    return ExitStatus.DONE
