"""Commands that take files in: demo, ingest, reconcile, nightly."""

from datetime import date
from pathlib import Path

import click

from edi_engine.cli.context import (
    Context,
    archive_limits,
    command_options,
    day_option,
    pass_context,
)
from edi_engine.cli.output import print_json, print_table, progress, say
from edi_engine.errors import ExitStatus, InputError
from edi_engine.jobs.demo import DEMO_PASSWORD, DemoReport, DemoTruth
from edi_engine.jobs.demo import demo as run_demo
from edi_engine.jobs.ingest import FileOutcome, FileStatus, IngestReport, IngestSettings
from edi_engine.jobs.moving import move_into
from edi_engine.jobs.nightly import NightlyFolders, nightly_lines
from edi_engine.jobs.nightly import nightly as run_nightly
from edi_engine.jobs.reconcile import ReconcileReport
from edi_engine.jobs.rehearse import plans_table, rehearse
from edi_engine.jobs.runs import ingest_run, reconcile_run
from edi_engine.jobs.show import Table
from edi_engine.jobs.validate import guide_findings
from edi_engine.records.datasets import ColumnKind

__all__ = ["demo", "ingest", "nightly", "reconcile"]

_TEXT, _NUMBER = ColumnKind.TEXT, ColumnKind.NUMBER


@click.command(epilog="Example: edi-engine demo --dir demo")
@click.option(
    "--dir",
    "folder",
    default="demo",
    show_default=True,
    type=click.Path(),
    metavar="DIR",
    help="Where to make it.",
)
@click.option(
    "--claims",
    default=400,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="About how many claims.",
)
@click.option(
    "--seed", default=7, show_default=True, type=int, help="The same seed makes the same practice."
)
@command_options
@pass_context
def demo(context: Context, folder: str, claims: int, seed: int) -> int:
    """Make a month of an invented practice and run everything on it."""
    with progress(context) as bars:
        report = run_demo(Path(folder), seed=seed, claims_count=claims, progress=bars)
    if context.as_json:
        print_json(report)
        return _night_status(report.night.needs_a_person)
    ours = f"edi-engine --db {report.database}"
    say(
        f"An invented practice: {report.files_count} files and a fee schedule of "
        f"{report.fee_schedule_rows} rows in {report.folder}, as of {report.as_of.isoformat()}.",
        "",
        *report.lines,
        "",
        "Held against what really happened:",
        f"  {_told(report.payments, 'claim payments')}",
        f"  {_told(report.deposits, 'deposits')}",
        f"  {_told(report.unanswered, 'unanswered claims')}",
        "",
        "Go on with:",
        f"  {ours} worklist list",
        f"  {ours} worklist show 1",
        f"  {ours} show claim 1",
        f"  {ours} aging --as-of {report.as_of.isoformat()}",
        f"  {ours} report denials",
        f"  {ours} deposits list --open",
        f"  {ours} export reconciliation --format csv",
        f"  and read {report.night.reports}/run.txt",
        *_workbench_words(report, ours),
    )
    return _night_status(report.night.needs_a_person)


def _workbench_words(report: DemoReport, ours: str) -> tuple[str, ...]:
    if not report.logins:
        return ()
    logins = ", ".join(report.logins)
    return (
        "",
        "Or in a browser:",
        f"  {ours} serve --as-of {report.as_of.isoformat()}",
        f'  and log in as {logins}, password "{DEMO_PASSWORD}".',
    )


def _told(truth: DemoTruth, what: str) -> str:
    return (
        f"of {truth.whole_count} {what} {truth.right_count} are where they belong, "
        f"{truth.left_open_count} wait for a person, {truth.wrong_count} are wrong."
    )


@click.command(epilog="Example: edi-engine ingest inbox/ era_0105.835")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--validate", "with_guide", is_flag=True, help="Check against the guide too.")
@click.option(
    "--move-to", type=click.Path(), metavar="DIR", help="Move files there once they are taken in."
)
@command_options
@pass_context
def ingest(context: Context, paths: tuple[str, ...], with_guide: bool, move_to: str | None) -> int:
    """Take in files, folders, zip archives, or - for standard input.

    Files are 837 and 835, and CSVs of paper remittances. The same bytes again do nothing.
    """
    with context.store() as store, progress(context) as bars:
        settings = IngestSettings(
            limits=archive_limits(context),
            guide_check=guide_findings if with_guide else None,
            progress=bars,
            entered_by=context.actor_if_known,
        )
        report = ingest_run(store, paths, settings=settings)
    moved = _move_taken(report, Path(move_to)) if move_to is not None else {}
    if context.as_json:
        print_json({"files": report.outcomes, "totals": report.counts, "moved": moved})
    else:
        _print_outcomes(report)
        if any(found.status is not FileStatus.KNOWN for found in report.outcomes):
            say("", "Next: edi-engine reconcile")
    if report.outcomes and all(one.status is FileStatus.FAILED for one in report.outcomes):
        return ExitStatus.INPUT
    return ExitStatus.NEEDS_A_PERSON if report.needs_a_person else ExitStatus.DONE


def _move_taken(report: IngestReport, folder: Path) -> dict[str, str]:
    """Move what is in the store now; where each file went. Failed files stay where they are."""
    failed = {found.path for found in report.outcomes if found.status is FileStatus.FAILED}
    moved: dict[str, str] = {}
    for found in report.outcomes:
        source = Path(found.path)
        if found.path in failed or found.path in moved or found.path == "-":
            continue
        try:
            moved[found.path] = str(move_into(source, folder, source.name, digest=found.digest))
        except OSError as error:
            raise InputError(
                f"the file is taken in, but cannot be moved ({error.strerror}).",
                place=found.path,
                remedy="Make the folder of --move-to writable and run the same command again.",
            ) from error
    return moved


def _print_outcomes(report: IngestReport) -> None:
    print_table(
        Table(
            "",
            (
                ("file", _TEXT),
                ("status", _TEXT),
                ("sets", _NUMBER),
                ("claims", _NUMBER),
                ("claim payments", _NUMBER),
                ("findings", _NUMBER),
                ("errors", _NUMBER),
                ("what", _TEXT),
            ),
            tuple(_outcome_row(found) for found in report.outcomes),
        )
    )


def _outcome_row(found: FileOutcome) -> tuple[object, ...]:
    codes = ", ".join(
        code if count == 1 else f"{code} x{count}" for code, count in found.finding_counts
    )
    return (
        found.name,
        found.status.value,
        found.counts.sets,
        found.counts.claims,
        found.counts.claim_payments,
        found.counts.findings,
        found.counts.error_findings,
        found.message or codes,
    )


@click.command(epilog="Example: edi-engine reconcile")
@click.option("--all", "everything", is_flag=True, help="Conclude again about all that is stored.")
@click.option("--dry-run", is_flag=True, help="Show what would be posted; change nothing.")
@day_option
@command_options
@pass_context
def reconcile(context: Context, everything: bool, dry_run: bool, as_of: date) -> int:
    """Match, price, post and flag what is new, and refresh the worklist."""
    if dry_run:
        return _rehearse(context, everything=everything, as_of=as_of)
    with context.store() as store, progress(context) as bars:
        report = reconcile_run(
            store,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            everything=everything,
            batch=context.settings.limits.reconcile_batch,
            progress=bars,
        )
    if context.as_json:
        print_json(report)
    else:
        _print_reconciled(report)
    return _night_status(report.made_work)


def _rehearse(context: Context, *, everything: bool, as_of: date) -> int:
    with context.store() as store, progress(context) as bars:
        found = rehearse(
            store,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            everything=everything,
            batch=context.settings.limits.reconcile_batch,
            progress=bars,
        )
    if context.as_json:
        print_json(found)
    else:
        print_table(plans_table(found.postings))
        say("Nothing was changed. Post it with: edi-engine reconcile")
    return _night_status(any(one.plan.refusal for one in found.postings))


def _print_reconciled(report: ReconcileReport) -> None:
    outcomes = ", ".join(
        f"{count} {name.replace('_', ' ')}" for name, count in report.outcomes.items() if count
    )
    work = ", ".join(f"{count} {name}" for name, count in report.work.items())
    say(
        f"Claim payments: {report.claim_payments_count}" + (f" ({outcomes})" if outcomes else ""),
        f"Claims: {report.claims_count}",
        f"Remittances: {report.remittances_count}",
        f"Work items: {work or 'nothing new'}",
    )
    if report.payer_profiles_count:
        changed = report.payer_profiles_count
        say(f"Payer profiles changed: {changed}. Look with: edi-engine payers list")
    if report.made_work:
        say("", "Next: edi-engine worklist list")


@click.command(epilog="Example: edi-engine nightly --inbox inbox")
@click.option("--inbox", type=click.Path(), metavar="DIR", help="Folder of the day's files.")
@day_option
@command_options
@pass_context
def nightly(context: Context, inbox: str | None, as_of: date) -> int:
    """Take in the inbox, reconcile, refresh the worklist, write reports.

    Safe to stop and to run again.
    """
    folders = _folders(context, inbox)
    with context.store() as store, progress(context) as bars:
        report = run_nightly(
            store,
            folders,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
            ingest_settings=IngestSettings(
                limits=archive_limits(context), entered_by=context.actor_if_known
            ),
            batch=context.settings.limits.reconcile_batch,
            progress=bars,
        )
        if context.as_json:
            print_json(report)
        else:
            say(*nightly_lines(store, report), "", f"Reports: {report.reports}")
    return _night_status(report.needs_a_person)


def _folders(context: Context, inbox: str | None) -> NightlyFolders:
    settings = context.settings.nightly
    found = Path(inbox) if inbox is not None else settings.inbox
    if found is None:
        raise InputError(
            "it is not known where the day's files are.",
            place="--inbox",
            remedy="Name their folder with --inbox, or inbox under [nightly] in the settings.",
        )
    usual = NightlyFolders.beside(found)
    return NightlyFolders(
        inbox=found,
        done=settings.done or usual.done,
        quarantine=settings.quarantine or usual.quarantine,
        reports=settings.reports or usual.reports,
        settle_seconds=settings.settle_seconds,
    )


def _night_status(needs_a_person: bool) -> int:
    return ExitStatus.NEEDS_A_PERSON if needs_a_person else ExitStatus.DONE
