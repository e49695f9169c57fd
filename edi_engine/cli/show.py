"""Show: everything known about one thing, down to the raw segments."""

from datetime import date
from pathlib import Path

import click

from edi_engine.cli.context import Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_page, say, utf8_output
from edi_engine.errors import ExitStatus, InputError
from edi_engine.jobs.remittance_advice import remittance_advice, write_remittance_advice
from edi_engine.jobs.show import (
    Page,
    show_claim,
    show_file,
    show_line,
    show_payment,
    show_remittance,
    show_set,
    show_work_item,
)

__all__ = ["show"]


@click.group()
def show() -> None:
    """Everything known about one thing, with its raw segments and byte offsets.

    Example: edi-engine show claim 12
    """


def _print(context: Context, page: Page) -> int:
    print_page(page, as_json=context.as_json)
    return ExitStatus.DONE


@show.command("file", epilog="Example: edi-engine show file 1")
@click.argument("number", metavar="ID", type=int)
@command_options
@pass_context
def file(context: Context, number: int) -> int:
    """A file: its transaction sets and findings."""
    with context.store() as store:
        return _print(context, show_file(store, number))


@show.command("set", epilog="Example: edi-engine show set 1")
@click.argument("number", metavar="ID", type=int)
@command_options
@pass_context
def set_(context: Context, number: int) -> int:
    """A transaction set: what it is, and what is wrong with it."""
    with context.store() as store:
        return _print(context, show_set(store, number))


@show.command("claim", epilog="Example: edi-engine show claim 12")
@click.argument("number", metavar="ID", type=int)
@command_options
@pass_context
def claim(context: Context, number: int) -> int:
    """A claim: what was billed, what each payer answered, what is owed."""
    clearinghouses = context.settings.reconcile_policy.clearinghouses
    with context.store() as store:
        return _print(context, show_claim(store, number, clearinghouses=clearinghouses))


@show.command("line", epilog="Example: edi-engine show line 12:3")
@click.argument("place", metavar="CLAIM:LINE")
@command_options
@pass_context
def line(context: Context, place: str) -> int:
    """A billed line and every line payment that answers it."""
    claim_text, colon, line_text = place.partition(":")
    if not (colon and claim_text.isdecimal() and line_text.isdecimal()):
        raise InputError(
            "this names no billed line.",
            place=place,
            remedy="Write claim and line, as in 12:3.",
        )
    with context.store() as store:
        return _print(context, show_line(store, int(claim_text), int(line_text)))


@show.command("remit", epilog="Example: edi-engine show remit 4 --html --output advice.html")
@click.argument("number", metavar="ID", type=int)
@click.option(
    "--html", "as_html", is_flag=True, help="A remittance advice to read and print, as HTML."
)
@click.option(
    "--output", type=click.Path(), metavar="FILE", help="With --html: a new file to write."
)
@command_options
@pass_context
def remit(context: Context, number: int, *, as_html: bool, output: str | None) -> int:
    """A remittance: what it pays, what is posted and what waits."""
    if output is not None and not as_html:
        raise click.UsageError("--output goes with --html only.")
    if as_html and context.as_json:
        raise click.UsageError("--html and --json are two forms: choose one.")
    with context.store() as store:
        if not as_html:
            return _print(context, show_remittance(store, number))
        if output is None:
            utf8_output().write(remittance_advice(store, number))
        else:
            write_remittance_advice(store, number, Path(output))
            say(f"{output}: remittance advice of remittance {number}.")
    return ExitStatus.DONE


@show.command("payment", epilog="Example: edi-engine show payment 7")
@click.argument("number", metavar="ID", type=int)
@command_options
@pass_context
def payment(context: Context, number: int) -> int:
    """A claim payment: its match, the evidence, and the runners-up field by field."""
    with context.store() as store:
        return _print(context, show_payment(store, number))


@show.command("item", epilog="Example: edi-engine show item 12")
@click.argument("number", metavar="ID", type=int)
@day_option
@command_options
@pass_context
def item(context: Context, number: int, as_of: date) -> int:
    """A work item with its history."""
    policy = context.settings.reconcile_policy
    with context.store() as store:
        return _print(context, show_work_item(store, number, as_of=as_of, policy=policy))
