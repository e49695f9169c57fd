"""Contracts: what payers should allow, and what a claim should bring."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from edi_engine.cli.context import DAY, Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_page, print_table, say
from edi_engine.errors import ExitStatus, InputError
from edi_engine.jobs.contracts import (
    CONTRACT_SUFFIXES,
    check_contract,
    end_contract,
    list_contracts,
    load_contract,
    load_fee_schedule,
)
from edi_engine.jobs.inference import infer as infer_usual
from edi_engine.jobs.pricing import price_stored_claim
from edi_engine.jobs.pricing import what_if as price_history
from edi_engine.jobs.show import Table
from edi_engine.jobs.show.files import findings_table
from edi_engine.jobs.show.prices import price_page, what_if_page
from edi_engine.records.contracts import Contract
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.inference import InferredRate
from edi_engine.records.stored import StoredContract

__all__ = ["contracts"]

_TEXT = ColumnKind.TEXT
_FILE = click.Path()


@click.group()
def contracts() -> None:
    """What payers should allow: contracts, or a plain fee schedule.

    docs/CONTRACTS.md has both forms. Claims of a payer without a contract are priced by the fee
    schedule.

    Example: edi-engine contracts load example-ppo.yaml
    """


@contracts.command("load", epilog="Example: edi-engine contracts load example-ppo.yaml")
@click.argument("path", metavar="FILE", type=_FILE)
@command_options
@pass_context
def load(context: Context, path: str) -> int:
    """Put a contract (.yaml) or a fee schedule (.csv) in force.

    All of the file or, with any mistake in it, nothing. A version of a contract takes the place of
    the same version loaded before, a fee schedule that of the one before.
    """
    is_contract = Path(path).suffix.lower() in CONTRACT_SUFFIXES
    with context.store() as store:
        report = (load_contract if is_contract else load_fee_schedule)(store, Path(path))
    if context.as_json:
        print_json(report)
    else:
        if report.findings:
            print_table(findings_table(report.findings))
        if report.is_loaded:
            say(
                f"{report.file_name}: {_count(report.rows_count, 'term' if is_contract else 'row')}"
                " in force.",
                f"{report.pending_claims_count} claims wait to be priced: edi-engine reconcile",
            )
        else:
            what = "lines" if is_contract else "rows"
            say(
                f"{report.file_name}: nothing was loaded. "
                f"Repair the {what} named and load it again."
            )
    if not report.is_loaded:
        return ExitStatus.INPUT
    return ExitStatus.NEEDS_A_PERSON if report.findings else ExitStatus.DONE


@contracts.command("check", epilog="Example: edi-engine contracts check example-ppo.yaml")
@click.argument("path", metavar="FILE.YAML", type=_FILE)
@command_options
@pass_context
def check(context: Context, path: str) -> int:
    """Read a contract and its schedules, and say what is wrong. No database is touched."""
    found = check_contract(Path(path))
    if context.as_json:
        print_json(found.findings)
    else:
        if found.findings:
            print_table(findings_table(found.findings))
        if found.contract is not None:
            say(f"{found.file_name}: {_told(found.contract)} It can be loaded.")
        else:
            say(f"{found.file_name}: it cannot be loaded. Repair the lines named.")
    if found.contract is None:
        return ExitStatus.INPUT
    return ExitStatus.NEEDS_A_PERSON if found.findings else ExitStatus.DONE


@contracts.command("list", epilog="Example: edi-engine contracts list --ended")
@click.option("--ended", is_flag=True, help="Also those that are no longer in force.")
@command_options
@pass_context
def list_(context: Context, ended: bool) -> int:
    """List the contracts in force."""
    with context.store() as store:
        found = list_contracts(store, ended=ended)
    if context.as_json:
        print_json(found)
    else:
        print_table(_table(found))
    return ExitStatus.DONE


@contracts.command("end", epilog="Example: edi-engine contracts end example-ppo 2026-1")
@click.argument("key")
@click.argument("version")
@command_options
@pass_context
def end(context: Context, key: str, version: str) -> int:
    """Take a version of a contract out of force; the file stays on record."""
    with context.store() as store:
        count = end_contract(store, key, version)
    if context.as_json:
        print_json({"key": key, "version": version, "pending_claims_count": count})
    else:
        say(
            f"{key} {version} is no longer in force.",
            f"{count} claims wait to be priced: edi-engine reconcile",
        )
    return ExitStatus.DONE


@contracts.command("price", epilog="Example: edi-engine contracts price 12")
@click.argument("claim_id", type=int, metavar="CLAIM")
@click.option(
    "--contract",
    "path",
    type=_FILE,
    metavar="FILE.YAML",
    help="Price by this file instead of the contracts in force.",
)
@command_options
@pass_context
def price(context: Context, claim_id: int, path: str | None) -> int:
    """What a claim should be allowed, with every step of the arithmetic and its clause."""
    tried = None if path is None else [_readable(Path(path))]
    with context.store() as store:
        found = price_stored_claim(store, claim_id, tried)
    print_page(price_page(found), as_json=context.as_json)
    return ExitStatus.DONE


@contracts.command("what-if", epilog="Example: edi-engine contracts what-if offer.yaml")
@click.argument("path", metavar="FILE.YAML", type=_FILE)
@click.option(
    "--payer",
    "payer_ids",
    multiple=True,
    metavar="ID",
    help="Claims of this payer instead of those that the contract names; may be repeated.",
)
@click.option("--from", "first_on", type=DAY, metavar="DATE", help="First day of service.")
@click.option("--to", "last_on", type=DAY, metavar="DATE", help="Last day of service.")
@command_options
@pass_context
def what_if(
    context: Context,
    *,
    path: str,
    payer_ids: tuple[str, ...],
    first_on: date | None,
    last_on: date | None,
) -> int:
    """Price the history as if this contract had been in force, whatever its dates. Changes
    nothing."""
    contract = _readable(Path(path))
    with context.store() as store:
        found = price_history(
            store, contract, payer_ids=payer_ids, first_on=first_on, last_on=last_on
        )
    if context.as_json:
        print_json(found)
    else:
        print_page(what_if_page(found), as_json=False)
    return ExitStatus.DONE


@contracts.command("infer", epilog="Example: edi-engine contracts infer")
@day_option
@command_options
@pass_context
def infer(context: Context, as_of: date) -> int:
    """Learn from a payer's own answers what it usually allows.

    Used for services that neither a contract nor the fee schedule prices: a year's answers, ten or
    more, four in five of them alike. What is inferred is labelled so, and proves nothing. It holds
    until it is inferred again.
    """
    with context.store() as store:
        found = infer_usual(store, as_of=as_of)
    if context.as_json:
        print_json(found)
    else:
        print_table(_inferred(found.rates))
        say(
            f"{_count(len(found.rates), 'rate')} inferred; {found.pending_claims_count} claims wait"
            " to be priced: edi-engine reconcile"
        )
    return ExitStatus.DONE


def _readable(path: Path) -> Contract:
    """The contract of a file. Raises InputError with its first mistake, when it has any."""
    found = check_contract(path)
    if found.contract is None:
        raise InputError(
            str(found.findings[0]),
            place=str(path),
            remedy=f'"edi-engine contracts check {path}" tells all that is wrong.',
        )
    return found.contract


def _told(contract: Contract) -> str:
    """A contract in one sentence."""
    until = "" if contract.effective_to is None else f" to {contract.effective_to.isoformat()}"
    rates = sum(len(each.rates) + len(each.weights) for each in contract.schedules)
    return (
        f"{contract.name}, version {contract.version}, from "
        f"{contract.effective_from.isoformat()}{until}: "
        f"{_count(len(contract.terms), 'term')}, {_count(rates, 'rate')}."
    )


def _inferred(rates: Iterable[InferredRate]) -> Table:
    return Table(
        "inferred rates",
        (
            ("payer", _TEXT),
            ("code", _TEXT),
            ("place", _TEXT),
            ("amount", ColumnKind.MONEY),
            ("alike", ColumnKind.NUMBER),
            ("of", ColumnKind.NUMBER),
            ("lowest", ColumnKind.MONEY),
            ("highest", ColumnKind.MONEY),
            ("from", ColumnKind.DAY),
            ("to", ColumnKind.DAY),
        ),
        tuple(
            (
                rate.service.payer_id,
                ":".join((rate.service.procedure_code, *rate.service.modifiers)),
                rate.service.place_of_service,
                rate.unit_cents,
                rate.same_count,
                rate.count,
                rate.lowest_cents,
                rate.highest_cents,
                rate.first_on,
                rate.last_on,
            )
            for rate in rates
        ),
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _table(found: list[StoredContract]) -> Table:
    return Table(
        "contracts",
        (
            ("key", _TEXT),
            ("version", _TEXT),
            ("name", _TEXT),
            ("file", _TEXT),
            ("loaded at", _TEXT),
            ("ended at", _TEXT),
        ),
        tuple(
            (one.key, one.version, one.name, one.file_name, one.loaded_at, one.ended_at or "")
            for one in found
        ),
    )
