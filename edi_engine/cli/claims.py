"""Claims written out again, asked about, and proven to have been filed in time."""

from datetime import date
from pathlib import Path

import click

from edi_engine.cli.context import Context, command_options, day_option, pass_context
from edi_engine.cli.output import print_json, print_table, say
from edi_engine.errors import ExitStatus
from edi_engine.jobs.corrected_claims import WrittenReport, read_change, write_correction
from edi_engine.jobs.inquiries import (
    InquiryReport,
    SilentClaims,
    silent_claims_to_ask,
    write_inquiries,
)
from edi_engine.jobs.show.files import findings_table
from edi_engine.jobs.timely_filing import proof_summary, write_filing_proof
from edi_engine.records.timely_filing import TimelyFilingProof

__all__ = ["claims"]


@click.group()
def claims() -> None:
    """Claims written out again for the system that sends them, and inquiries about them.
    docs/APPEALS.md tells more.

    Example: edi-engine claims correct 12 --set "line 2 modifiers=25" --out corrected.837
    """


@claims.command(
    "correct",
    epilog="Example: edi-engine claims correct 12"
    ' --set "line 2 modifiers=25,59" --set "diagnosis 2=E119" --out corrected.837',
)
@click.argument("claim", type=int)
@click.option(
    "--out", type=click.Path(), required=True, metavar="FILE", help="The 837 to write; a new file."
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="CHANGE",
    help='What to change, like "line 2 modifiers=25"; also procedure, units, charge, pointers and'
    ' place_of_service of a line, "diagnosis 2=E119", place_of_service and authorization.',
)
@click.option("--void", "is_void", is_flag=True, help="Take the claim back (frequency 8).")
@click.option(
    "--reference",
    default="",
    metavar="NUMBER",
    help="The payer claim control number (default: that of the matched payment).",
)
@day_option
@command_options
@pass_context
def correct(
    context: Context,
    *,
    claim: int,
    out: str,
    changes: tuple[str, ...],
    is_void: bool,
    reference: str,
    as_of: date,
) -> int:
    """Write an 837 that replaces a claim (frequency 7), or takes it back (8). Nothing is sent."""
    with context.store() as store:
        report = write_correction(
            store,
            claim,
            Path(out),
            changes=[read_change(text) for text in changes],
            is_void=is_void,
            reference=reference,
            submitter=context.settings.submitter,
            actor=context.actor,
            as_of=as_of,
        )
    if context.as_json:
        print_json(report)
    else:
        _say(report, out)
    return ExitStatus.NEEDS_A_PERSON if report.needs_a_person else ExitStatus.DONE


@claims.command("inquiry", epilog="Example: edi-engine claims inquiry --silent --output silent.276")
@click.argument("claim", type=int, nargs=-1, metavar="CLAIM...")
@click.option(
    "--silent", is_flag=True, help="Every claim that its payer is silent about by now, too."
)
@click.option(
    "--output",
    type=click.Path(),
    required=True,
    metavar="FILE",
    help="A new file, the 276.",
)
@click.option("--lines", "with_lines", is_flag=True, help="Ask about every service line too.")
@click.option(
    "--receiver",
    "receiver_id",
    default="",
    metavar="ID",
    help="Only claims that were sent to this receiver (ISA08).",
)
@day_option
@command_options
@pass_context
def inquiry(
    context: Context,
    *,
    claim: tuple[int, ...],
    silent: bool,
    output: str,
    with_lines: bool,
    receiver_id: str,
    as_of: date,
) -> int:
    """Write a 276 that asks payers what became of claims. Nothing is sent."""
    if not claim and not silent:
        raise click.UsageError("Name claims, or ask about those of --silent.")
    with context.store() as store:
        none = SilentClaims((), ())
        fallen_silent = silent_claims_to_ask(store, as_of) if silent else none
        if not claim and not fallen_silent.claim_ids:
            return _say_nobody_is_silent(context, fallen_silent)
        report = write_inquiries(
            store,
            [*claim, *fallen_silent.claim_ids],
            Path(output),
            with_lines=with_lines,
            receiver_id=receiver_id,
            left_out=fallen_silent.left_out,
            submitter=context.settings.submitter,
            actor=context.actor,
            as_of=as_of,
        )
    if context.as_json:
        print_json(report)
    else:
        _say_inquiry(report, output)
    return ExitStatus.NEEDS_A_PERSON if report.needs_a_person else ExitStatus.DONE


@claims.command("proof", epilog="Example: edi-engine claims proof 12 --output proof.zip")
@click.argument("claim", type=int)
@click.option(
    "--output", type=click.Path(), required=True, metavar="FILE", help="A new file, the zip."
)
@click.option(
    "--only-claim",
    is_flag=True,
    help="Of each set only the segments of this claim: no claim of anybody else is in the zip.",
)
@day_option
@command_options
@pass_context
def proof(context: Context, *, claim: int, output: str, only_claim: bool, as_of: date) -> int:
    """Write proof of timely filing: the 837, its acknowledgments, a cover page and digests."""
    with context.store() as store:
        found = write_filing_proof(
            store,
            claim,
            Path(output),
            only_claim=only_claim,
            policy=context.settings.reconcile_policy,
            as_of=as_of,
        )
    if context.as_json:
        print_json(proof_summary(found))
    else:
        _say_proof(found, output)
    return ExitStatus.DONE if found.is_complete else ExitStatus.NEEDS_A_PERSON


def _say_proof(found: TimelyFilingProof, output: str) -> None:
    say(f"{output}: proof of timely filing of claim {found.claim_id}.")
    say(*(f"  {sentence}" for sentence in proof_summary(found).sentences))


def _say_nobody_is_silent(context: Context, silent: SilentClaims) -> int:
    if context.as_json:
        print_json(silent)
    else:
        say("No claim is silent about which its own payer could be asked.")
        say(*(f"  Left out: claim {one.claim_id}: {one.reason}" for one in silent.left_out))
    return ExitStatus.NEEDS_A_PERSON if silent.left_out else ExitStatus.DONE


def _say_inquiry(report: InquiryReport, output: str) -> None:
    written = report.written
    claims_count, payers_count = len(written.claim_ids), report.payers_count
    say(
        f"{output}: inquiries about {claims_count} {'claim' if claims_count == 1 else 'claims'} to"
        f" {payers_count} {'payer' if payers_count == 1 else 'payers'},"
        f" interchange {written.interchange_control_number:09d}."
    )
    say(*(f"  Left out: claim {one.claim_id}: {one.reason}" for one in report.left_out))
    if report.undescribed_claim_ids:
        numbers = ", ".join(map(str, report.undescribed_claim_ids))
        say(f"  Without the patient's day of birth, which some payers want: claim {numbers}.")
    say("Nothing was sent: give the file to the system that sends your claims.")


def _say(report: WrittenReport, out: str) -> None:
    written = report.written
    say(
        f"Claim {written.claim_id} is written to {out} with frequency {written.frequency_code},"
        f" interchange {written.interchange_control_number:09d}."
    )
    say(*(f"  {change}" for change in written.changes))
    say("Nothing was sent: give the file to the system that sends your claims.")
    if report.findings:
        print_table(findings_table(report.findings))
