"""Remittances from paper: load a sheet, type one in, take one back."""

import shlex
from datetime import date
from pathlib import Path

import click

from edi_engine.cli.context import Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_table, say
from edi_engine.cli.remits_prompts import ask_for_remittance
from edi_engine.errors import ExitStatus, InputError
from edi_engine.jobs.ingest import FileStatus
from edi_engine.jobs.paper_remits import (
    LoadedSheet,
    Sheet,
    TypedRemittance,
    header_row,
    load_sheet,
    read_path,
    sheet_name,
    sheet_of_rows,
    understand,
)
from edi_engine.jobs.paper_remits import withdraw as withdraw_remittance
from edi_engine.jobs.show import Table
from edi_engine.jobs.show.files import findings_table
from edi_engine.money import format_cents
from edi_engine.records.datasets import ColumnKind

__all__ = ["remits"]

_TEXT, _NUMBER, _MONEY, _DAY, _FLAG = (
    ColumnKind.TEXT,
    ColumnKind.NUMBER,
    ColumnKind.MONEY,
    ColumnKind.DAY,
    ColumnKind.FLAG,
)


@click.group()
def remits() -> None:
    """Remittances that came on paper. docs/PAPER_REMITS.md has the columns of a sheet.

    Example: edi-engine remits load checks.csv
    """


@remits.command("template", epilog="Example: edi-engine remits template > checks.csv")
@command_options
@pass_context
def template(context: Context) -> int:
    """Print the first row of an empty sheet."""
    if context.as_json:
        print_json(header_row().split(","))
    else:
        say(header_row())
    return ExitStatus.DONE


@remits.command("load", epilog='Example: edi-engine remits load checks.csv --note "March 2"')
@click.argument("path", metavar="FILE.CSV", type=click.Path())
@click.option("--note", default="", metavar="TEXT", help="Kept with every remittance of the file.")
@command_options
@pass_context
def load(context: Context, path: str, note: str) -> int:
    """Load a sheet of remittances: all of it or, with any mistake in it, nothing.

    A remittance that does not add up is loaded with its findings, like an electronic one.
    """
    name = Path(path).name
    data = read_path(Path(path))
    return _load(context, data, understand(data, name), note)


@remits.command(
    "enter",
    epilog="Example: edi-engine remits enter --payer-name 'EXAMPLE PAYER' --payer-id EX001"
    " --check 00412 --date 2026-03-02 --amount 80.00 --row 'patient_control_number=EX-1"
    " status_code=1 claim_charge=100 claim_paid=80 adjustments=CO-45:20' --yes",
)
@click.option("--payer-id", default="", metavar="TEXT", help="The payer's number.")
@click.option("--payer-name", default="", metavar="TEXT", help="The payer's name.")
@click.option("--payee-npi", default="", metavar="NPI", help="Who was paid: ten digits.")
@click.option("--payee-tin", default="", metavar="TIN", help="Who was paid: nine digits.")
@click.option("--check", "trace_number", default="", metavar="TEXT", help="The check's number.")
@click.option("--method", default="CHK", show_default=True, help="CHK, ACH, FWT, BOP or NON.")
@click.option("--date", "payment_date", default="", metavar="DATE", help="The check's date.")
@click.option("--amount", "payment_amount", default="", metavar="MONEY", help="What was paid.")
@click.option("--note", default="", metavar="TEXT", help="Kept with the remittance.")
@click.option(
    "--row",
    "rows",
    multiple=True,
    metavar="'COLUMN=VALUE ...'",
    help="A row below the check: claim, line or provider adjustment. Without any, you are asked.",
)
@click.option(
    "--save", type=click.Path(), metavar="FILE.CSV", help="Write the sheet there before loading."
)
@click.option("--yes", is_flag=True, help="Load without asking.")
@command_options
@pass_context
def enter(
    context: Context, rows: tuple[str, ...], note: str, save: str | None, *, yes: bool, **head: str
) -> int:
    """Type in one remittance, check by check, claim by claim.

    Shows what was understood with its equations, and asks before it loads. With --json and without
    --yes it only shows.
    """
    if context.as_json and not rows:
        raise InputError(
            "nothing is asked where JSON is printed.", place="--json", remedy="Give --row."
        )
    cells = {name: text.strip() for name, text in (*head.items(), ("note", note)) if text.strip()}
    typed = [_row(text) for text in rows] if rows else ask_for_remittance(cells)
    first, *more = typed or [{}]
    data = sheet_of_rows([cells | first, *more])
    if save is not None:
        _save(Path(save), data)
    sheet = understand(data, sheet_name(cells.get("trace_number", "")))
    if not context.as_json:
        for remittance in sheet.remittances:
            _say_equations(remittance)
    if sheet.remittances and not yes:
        if context.as_json:
            print_json({"is_loaded": False, "understood": sheet})
            return ExitStatus.DONE
        if sheet.findings:
            print_table(findings_table(sheet.findings))
        if not click.confirm("Load it?"):
            say("Nothing was loaded.")
            return ExitStatus.DONE
    return _load(context, data, sheet, "")


@remits.command(
    "withdraw", epilog='Example: edi-engine remits withdraw 12 --note "The amount was misread."'
)
@click.argument("remittance", type=int)
@click.option("--note", required=True, metavar="TEXT", help="What was wrong.")
@day_option
@command_options
@pass_context
def withdraw(context: Context, remittance: int, note: str, as_of: date) -> int:
    """Take back a remittance that was typed in wrongly. It is kept, and counts no more."""
    with context.store() as store:
        done = withdraw_remittance(
            store,
            remittance,
            note,
            actor=context.actor,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    if context.as_json:
        print_json(done)
    else:
        say(f"Remittance {remittance}: {done.remittance.held}")
        say("Type it in again as it should be: edi-engine remits enter, or load a corrected sheet.")
    return ExitStatus.DONE


def _row(text: str) -> dict[str, str]:
    """The cells of one --row. Raises InputError for words that are no COLUMN=VALUE."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InputError(
            "its quotes do not close.", place="--row", remedy="Put values with blanks in quotes."
        ) from error
    pairs = [word.partition("=") for word in words]
    if any(not separator or not name for name, separator, _ in pairs):
        raise InputError(
            "it is not COLUMN=VALUE, separated by blanks.",
            place="--row",
            remedy="Put values with blanks in quotes; docs/PAPER_REMITS.md has the columns.",
        )
    return {name.lower(): value for name, _, value in pairs}


def _save(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(
            f"the sheet cannot be written ({error.strerror}).",
            place=str(path),
            remedy="Name another file.",
        ) from error


def _load(context: Context, data: bytes, sheet: Sheet, note: str) -> int:
    """Load a sheet that can be read, or print all of its mistakes."""
    if sheet.mistakes:
        if context.as_json:
            print_json({"is_loaded": False, "understood": sheet})
        else:
            for mistake in sheet.mistakes:
                say(str(mistake.finding) + (f" [{mistake.cell}]" if mistake.cell else ""))
            say(f"{sheet.name}: nothing was loaded. Correct what is named and load it again.")
        return ExitStatus.INPUT
    with context.store() as store:
        loaded = load_sheet(store, data, sheet.name, actor=context.actor, note=note)
    if context.as_json:
        print_json({"is_loaded": True, "loaded": loaded, "understood": sheet})
    else:
        _print_loaded(loaded)
    return ExitStatus.NEEDS_A_PERSON if loaded.needs_a_person else ExitStatus.DONE


def _print_loaded(loaded: LoadedSheet) -> None:
    print_table(
        Table(
            "",
            (
                ("remittance", _NUMBER),
                ("payer", _TEXT),
                ("trace number", _TEXT),
                ("paid on", _DAY),
                ("amount", _MONEY),
                ("claim payments", _NUMBER),
                ("balanced", _FLAG),
                ("held", _TEXT),
            ),
            tuple(
                (
                    one.remittance_id,
                    one.payer_name or one.payer_id,
                    one.trace_number,
                    one.payment_date,
                    one.payment_amount_cents,
                    one.claim_payments_count,
                    one.balanced,
                    one.held,
                )
                for one in loaded.remittances
            ),
        )
    )
    if loaded.outcome.status is FileStatus.KNOWN:
        say("The very same sheet was loaded before; nothing was done.")
        return
    for finding in loaded.findings:
        say(str(finding))
    if loaded.findings:
        say(
            "",
            "Compare with the paper first. What was typed wrongly is taken back by",
            "edi-engine remits withdraw and typed in again.",
        )
    say("", "Next: edi-engine reconcile")


def _say_equations(remittance: TypedRemittance) -> None:
    """What was understood, each sum with both of its sides."""
    amount = remittance.payment_amount_cents
    day = remittance.payment_date.isoformat() if remittance.payment_date is not None else "no date"
    paid = format_cents(amount) if amount is not None else "no amount"
    say(
        f"Check {remittance.trace_number} of {remittance.payer}: "
        f"{paid} by {remittance.method}, {day}"
    )
    indent = {"payment": "  ", "claim": "    ", "line": "      "}
    for one in remittance.equations:
        left = f"{format_cents(one.charge_cents)} - {format_cents(one.adjustments_cents)}"
        right = format_cents(one.paid_cents) if one.paid_cents is not None else "no amount"
        off = one.difference_cents
        state = "" if off == 0 else " does not add up"
        state += f": off by {format_cents(off)}" if off else ""
        what = {"payment": "claims - provider adjustments = payment"}.get(
            one.level, "charge - adjustments = paid"
        )
        say(f"{indent[one.level]}{one.level} {one.name}: {left} = {right}  ({what}){state}")
