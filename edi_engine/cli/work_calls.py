"""The worklist by payer: whom to call, and what about. `cli/work.py` takes the command in."""

from datetime import date

import click

from edi_engine.cli.context import Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_table, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.show import Table
from edi_engine.jobs.work_calls import CallGroup, CallItem, PayerWork, call_sheet
from edi_engine.records.datasets import ColumnKind

__all__ = ["call", "payers_table"]

_TEXT, _NUMBER, _MONEY, _DAY = (
    ColumnKind.TEXT,
    ColumnKind.NUMBER,
    ColumnKind.MONEY,
    ColumnKind.DAY,
)


@click.command("call", epilog="Example: edi-engine worklist call EX001")
@click.argument("payer", metavar="PAYER")
@day_option
@command_options
@pass_context
def call(context: Context, payer: str, as_of: date) -> int:
    """What to ask a payer about in one call, by cause.

    PAYER is its identifier. The cause that brings most comes first, with what the caller is asked
    for: member, service date, charge, control numbers.
    """
    with context.store() as store:
        groups = call_sheet(store, payer, as_of=as_of)
    if context.as_json:
        print_json(groups)
        return ExitStatus.DONE
    print_table(_groups_table(payer, groups))
    for group in groups:
        say("")
        print_table(_items_table(group))
    return ExitStatus.DONE


def payers_table(rows: list[PayerWork]) -> Table:
    """Payers with open items, for `list --by-payer`."""
    return Table(
        "",
        (
            ("payer", _TEXT),
            ("name", _TEXT),
            ("items", _NUMBER),
            ("at risk", _MONEY),
            ("expected", _MONEY),
            ("deadline", _DAY),
        ),
        tuple(
            (
                row.payer_id,
                row.payer_name,
                row.items_count,
                row.amount_cents,
                row.expected_cents,
                row.deadline,
            )
            for row in rows
        ),
    )


def _groups_table(payer: str, groups: list[CallGroup]) -> Table:
    return Table(
        f"Payer {payer}",
        (
            ("cause", _TEXT),
            ("items", _NUMBER),
            ("at risk", _MONEY),
            ("expected", _MONEY),
            ("deadline", _DAY),
        ),
        tuple(
            (
                group.cause.replace("_", " "),
                len(group.items),
                group.amount_cents,
                group.expected_cents,
                group.deadline,
            )
            for group in groups
        ),
    )


def _items_table(group: CallGroup) -> Table:
    return Table(
        group.cause.replace("_", " "),
        (
            ("item", _NUMBER),
            ("at risk", _MONEY),
            ("deadline", _DAY),
            ("patient", _TEXT),
            ("member", _TEXT),
            ("service", _DAY),
            ("charge", _MONEY),
            ("patient control number", _TEXT),
            ("payer claim control number", _TEXT),
            ("billing NPI", _TEXT),
            ("in hand", _TEXT),
        ),
        tuple(_item_row(one) for one in group.items),
    )


def _item_row(one: CallItem) -> tuple[object, ...]:
    item, subject, facts = one.entry.item, one.entry.subject, one.facts
    return (
        item.work_item_id,
        item.amount_at_risk_cents,
        item.deadline,
        ", ".join(filter(None, (subject.patient_last_name, subject.patient_first_name))),
        facts.subscriber_id if facts else "",
        subject.service_from,
        facts.charge_cents if facts else None,
        subject.patient_control_number,
        facts.payer_claim_control_number if facts else "",
        facts.billing_npi if facts else "",
        one.entry.lease.holder if one.entry.lease else "",
    )
