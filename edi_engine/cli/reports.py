"""Export and reports."""

import sys
from datetime import date
from pathlib import Path
from typing import TextIO

import click

from edi_engine.cli.context import DAY, Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_report, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.export import ExportFormat, export_dataset, export_to_file
from edi_engine.jobs.reports import PERIOD_REPORT_NAMES, REPORT_NAMES
from edi_engine.jobs.reports import aging as aging_report
from edi_engine.jobs.reports import report as make_report
from edi_engine.records.datasets import DATASETS
from edi_engine.records.reports import AgingClock

__all__ = ["aging", "export", "report"]


@click.command()
@click.argument("dataset", metavar="DATASET")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ExportFormat]),
    default="csv",
    show_default=True,
    help="Comma-separated values, or a JSON object a line.",
)
@click.option("--output", type=click.Path(), metavar="FILE", help="Write there, not to stdout.")
@command_options
@pass_context
def export(context: Context, dataset: str, form: str, output: str | None) -> int:
    """Write a dataset, one of those below; docs/EXPORTS.md describes their columns."""
    form = "jsonl" if context.as_json else form
    with context.store() as store:
        if output is None:
            export_dataset(store, dataset, _utf8_output(), form=ExportFormat(form))
            return ExitStatus.DONE
        rows_count = export_to_file(store, dataset, Path(output), form=ExportFormat(form))
    if context.as_json:
        print_json({"dataset": dataset, "rows": rows_count, "output": output})
    else:
        say(f"{output}: {rows_count} rows of {dataset}.")
    return ExitStatus.DONE


def _utf8_output() -> TextIO:
    """Standard output as UTF-8 with plain line feeds, whatever the platform would choose."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="\n")
    return sys.stdout


export.epilog = (
    f"Datasets: {', '.join(found.name for found in DATASETS)}. "
    "Example: edi-engine export claims --output claims.csv"
)


@click.command(epilog="Example: edi-engine report denials")
@click.argument("name", type=click.Choice(REPORT_NAMES))
@click.option(
    "--clock",
    type=click.Choice([clock.value for clock in AgingClock]),
    help="For aging: from when a balance is old (default responsibility).",
)
@click.option(
    "--from",
    "first_on",
    type=DAY,
    metavar="DATE",
    help="First day of service (default a year ago).",
)
@click.option("--to", "last_on", type=DAY, metavar="DATE", help="Last day of service.")
@day_option
@command_options
@pass_context
def report(
    context: Context,
    *,
    name: str,
    clock: str | None,
    first_on: date | None,
    last_on: date | None,
    as_of: date,
) -> int:
    """Print a report."""
    if clock is not None and name != "aging":
        raise click.UsageError("--clock goes with the aging report only.")
    if (first_on or last_on) and name not in PERIOD_REPORT_NAMES:
        raise click.UsageError(
            f"--from and --to go with these reports only: {', '.join(PERIOD_REPORT_NAMES)}."
        )
    if first_on is not None and first_on > (last_on or as_of):
        raise click.UsageError("--from is after the last day.")
    with context.store() as store:
        if name == "aging" and clock is not None:
            found = aging_report(store, as_of=as_of, clock=AgingClock(clock))
        else:
            found = make_report(store, name, as_of=as_of, first_on=first_on, last_on=last_on)
    print_report(found, as_json=context.as_json)
    return ExitStatus.DONE


@click.command(epilog="Example: edi-engine aging --clock service")
@click.option(
    "--clock",
    type=click.Choice([clock.value for clock in AgingClock]),
    default=AgingClock.RESPONSIBILITY.value,
    show_default=True,
    help="From when a balance is old.",
)
@day_option
@command_options
@pass_context
def aging(context: Context, clock: str, as_of: date) -> int:
    """Print what is owed by age: the same as report aging."""
    with context.store() as store:
        found = aging_report(store, as_of=as_of, clock=AgingClock(clock))
    print_report(found, as_json=context.as_json)
    return ExitStatus.DONE
