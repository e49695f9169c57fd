"""Export and reports."""

from datetime import date
from pathlib import Path

import click

from edi_engine.cli.context import (
    DAY,
    NUMBERS,
    Context,
    command_options,
    day_option,
    pass_context,
)
from edi_engine.cli.output import print_json, print_report, say, utf8_output
from edi_engine.errors import ExitStatus
from edi_engine.jobs.export import (
    ExportFormat,
    NumberRange,
    export_dataset,
    export_schema,
    export_to_file,
)
from edi_engine.jobs.prevention import (
    OWNERS,
    OwnerPack,
    PreventionPack,
    RefusedCombination,
    prevention,
)
from edi_engine.jobs.reports import PERIOD_REPORT_NAMES, REPORT_NAMES, prevention_report
from edi_engine.jobs.reports import aging as aging_report
from edi_engine.jobs.reports import report as make_report
from edi_engine.money import format_dollars
from edi_engine.records.datasets import DATASETS
from edi_engine.records.projects import PreventionClock
from edi_engine.records.reports import AgingClock

__all__ = ["aging", "export", "report"]


_SCHEMA = "xsd"


@click.command()
@click.argument("dataset", metavar="DATASET")
@click.option(
    "--format",
    "form",
    type=click.Choice([*(form.value for form in ExportFormat), _SCHEMA]),
    default="csv",
    show_default=True,
    help="Comma-separated values, a JSON object a line, or claims and remittances whole as XML;"
    " xsd is the schema of the XML.",
)
@click.option(
    "--number",
    "ranges",
    type=NUMBERS,
    multiple=True,
    metavar="N[-M]",
    help="With xml: only the claim or remittance of this number, or those from N to M; repeatable.",
)
@click.option("--output", type=click.Path(), metavar="FILE", help="Write there, not to stdout.")
@command_options
@pass_context
def export(
    context: Context,
    *,
    dataset: str,
    form: str,
    ranges: tuple[NumberRange, ...],
    output: str | None,
) -> int:
    """Write a dataset, one of those below; docs/EXPORTS.md describes their columns."""
    if form == _SCHEMA:
        export_schema(utf8_output() if output is None else Path(output))
        return ExitStatus.DONE
    form = "jsonl" if context.as_json and form == "csv" else form
    chosen = ExportFormat(form)
    with context.store() as store:
        if output is None:
            export_dataset(store, dataset, utf8_output(), form=chosen, ranges=ranges)
            return ExitStatus.DONE
        count = export_to_file(store, dataset, Path(output), form=chosen, ranges=ranges)
    if context.as_json:
        print_json({"dataset": dataset, "rows": count, "output": output})
    elif chosen is ExportFormat.XML:
        say(f"{output}: {count} {dataset if count != 1 else dataset.removesuffix('s')}.")
    else:
        say(f"{output}: {count} rows of {dataset}.")
    return ExitStatus.DONE


export.epilog = (
    f"Datasets: {', '.join(found.name for found in DATASETS)}. "
    "Examples: edi-engine export claims --output claims.csv;"
    " edi-engine export remittances --format xml --number 4 --output remittance.xml"
)


_OF_A_TIME = sorted([*PERIOD_REPORT_NAMES, "prevention"])
_CLOCKS = {"aging": AgingClock, "prevention": PreventionClock}


@click.command(epilog="Example: edi-engine report prevention --owner registration")
@click.argument("name", type=click.Choice(REPORT_NAMES))
@click.option(
    "--clock",
    type=click.Choice([*(clock.value for clocks in _CLOCKS.values() for clock in clocks)]),
    help="For aging: from when a balance is old (default responsibility). For prevention: refusals"
    " seen first, or answered by the payer, in these days (default seen).",
)
@click.option(
    "--owner", type=click.Choice(OWNERS), help="For prevention: only what comes from this team."
)
@click.option(
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help="For prevention: so many of each team are printed (default 10; --json has all).",
)
@click.option(
    "--from",
    "first_on",
    type=DAY,
    metavar="DATE",
    help="For reports of a time: the first day, of service (default a year up to the last), for"
    " prevention of the refusal (default a week).",
)
@click.option(
    "--to",
    "last_on",
    type=DAY,
    metavar="DATE",
    help="For reports of a time: the last day (default --as-of).",
)
@day_option
@command_options
@pass_context
def report(
    context: Context,
    name: str,
    *,
    clock: str | None,
    first_on: date | None,
    last_on: date | None,
    owner: str | None,
    top: int | None,
    as_of: date,
) -> int:
    """Print a report."""
    if clock is not None and clock not in list(_CLOCKS.get(name, ())):
        names = [one for one, clocks in _CLOCKS.items() if clock in list(clocks)]
        raise click.UsageError(f"--clock {clock} goes with the {names[0]} report only.")
    for option, value in (("owner", owner), ("top", top)):
        if value is not None and name != "prevention":
            raise click.UsageError(f"--{option} goes with the prevention report only.")
    if (first_on or last_on) and name not in _OF_A_TIME:
        raise click.UsageError(
            f"--from and --to go with these reports only: {', '.join(_OF_A_TIME)}."
        )
    if first_on is not None and first_on > (last_on or as_of):
        raise click.UsageError("--from is after the last day.")
    with context.store() as store:
        if name == "prevention":
            pack = prevention(
                store,
                as_of=as_of,
                since=first_on,
                until=last_on,
                clock=PreventionClock(clock or PreventionClock.SEEN),
                owner=owner or "",
            )
            if not context.as_json:
                _say_pack(pack, top or _TOP)
                return ExitStatus.DONE
            found = prevention_report(pack)
        elif name == "aging" and clock is not None:
            found = aging_report(store, as_of=as_of, clock=AgingClock(clock))
        else:
            found = make_report(
                store,
                name,
                as_of=as_of,
                policy=context.settings.reconcile_policy,
                first_on=first_on,
                last_on=last_on,
            )
    print_report(found, as_json=context.as_json)
    return ExitStatus.DONE


_TOP = 10
"""What a team can look at in a week."""


def _say_pack(pack: PreventionPack, top: int) -> None:
    seen = "first seen" if pack.clock is PreventionClock.SEEN else "answered"
    say(f"Refusals {seen} from {pack.first_on} to {pack.last_on}, by whose work they come from.")
    for owner in pack.owners:
        say("", f"{owner.owner.capitalize()}: {_extent(owner)}")
        for place, one in enumerate(owner.combinations[:top], 1):
            code = f" (CARC {one.reason_code})" if one.reason_code else ""
            what = one.procedure_code or "the whole claim"
            provider = one.provider_npi or "unknown"
            say(f"  {place:>2}. {one.reason}{code}: {what}, provider {provider}")
            say(f"      {_extent(one)}")
            if one.field:
                where = f" (837 {one.place})" if one.place else ""
                say(f"      Look at: {one.field}{where}.")
            say(f"      {one.check}")
        rest = owner.combinations[top:]
        if rest:
            cents = sum(one.refused_cents for one in rest)
            say(f"      and {len(rest)} more, {format_dollars(cents, thousands=True)}.")
    if not pack.owners:
        say("", "Nothing was refused.")


def _extent(counted: OwnerPack | RefusedCombination) -> str:
    lines, claims = counted.lines_count, counted.claims_count
    return (
        f"{lines} {'refusal' if lines == 1 else 'refusals'} on"
        f" {claims} {'claim' if claims == 1 else 'claims'},"
        f" {format_dollars(counted.refused_cents, thousands=True)}"
    )


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
