"""The command that checks files without storing anything, answers them and shows them."""

from datetime import date
from pathlib import Path

import click
import msgspec

from edi_engine.cli.context import (
    Context,
    archive_limits,
    command_options,
    day_option,
    pass_context,
)
from edi_engine.cli.output import print_json, print_table, say
from edi_engine.errors import ExitStatus, InputError
from edi_engine.findings import Finding
from edi_engine.jobs.answering import AnsweredInterchange, acknowledge, write_answers
from edi_engine.jobs.archives import Spool
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.show.files import edits_table
from edi_engine.jobs.validate import CheckedFile, ValidatedFile, ValidateReport, validate_files
from edi_engine.jobs.validation_pages import PageWriter

__all__ = ["validate"]

_FINDINGS_SHOWN = 500
"""More are counted only; `--json` and `--html` have them."""


@click.command(
    epilog="Example: edi-engine validate claims.837 --ack-to answers --html findings.html"
)
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("--no-guide", is_flag=True, help="Leave out the guide check; money and codes only.")
@click.option("--ack", "with_answer", is_flag=True, help="Print the 999 (and TA1) that answers.")
@click.option(
    "--ack-to", type=click.Path(), metavar="FOLDER", help="Write the answers into that folder."
)
@click.option(
    "--control-number",
    type=click.IntRange(1, 999_999_999),
    metavar="NUMBER",
    help="Number of the first answer (default: that of the interchange it answers).",
)
@click.option(
    "--html",
    "page_path",
    type=click.Path(),
    metavar="FILE",
    help="Write a page that shows the files, findings marked. It holds patient data.",
)
@day_option
@command_options
@pass_context
def validate(
    context: Context,
    *,
    paths: tuple[str, ...],
    no_guide: bool,
    with_answer: bool,
    ack_to: str | None,
    control_number: int | None,
    page_path: str | None,
    as_of: date,
) -> int:
    """Check files, folders, zip archives, or - for standard input. Nothing is stored.

    The guide by pyx12 (dental claims by our own table), the money by our balancing, the codes by
    our tables: one list of findings, with places and what to do.
    """
    if no_guide and (with_answer or ack_to is not None):
        raise InputError(
            "an answer without the guide check would accept what was not looked at.",
            place="--no-guide",
            remedy="Leave out --no-guide.",
        )
    answers: list[AnsweredInterchange] = []
    page = PageWriter() if page_path is not None else None
    wants_answers = with_answer or ack_to is not None

    def each(checked: CheckedFile, spool: Spool) -> None:
        if wants_answers:
            number = None if control_number is None else control_number + len(answers)
            answers.extend(
                acknowledge(
                    checked,
                    digest=spool.digest,
                    as_of=as_of,
                    at=utc_now(),
                    control_number=number,
                )
            )
        if page is not None:
            page.take(checked, spool)

    report = validate_files(
        paths,
        limits=archive_limits(context),
        guide=not no_guide,
        whole=wants_answers,  # what was not looked at must not be accepted
        each=each,
    )
    if ack_to is not None:
        write_answers(answers, Path(ack_to))
    if page is not None and page_path is not None:
        page.write(Path(page_path))
    if context.as_json:
        print_json(
            {**msgspec.structs.asdict(report), "answers": answers} if wants_answers else (report)
        )
    elif with_answer and ack_to is None:
        # Standard output is the answer alone, so that it can be sent on as it is.
        click.echo("".join(one.text for one in answers), nl=False)
        _tell(report, err=True)
    else:
        _tell(report, err=False)
        _tell_edits(report)
    if wants_answers and not context.as_json:
        _tell_answers(answers, ack_to)
    if page is not None and page_path is not None:
        left_out = f" {page.left_out_count} files are not on it." if page.left_out_count else ""
        click.echo(f"Page: {page_path}. It holds patient data.{left_out}", err=True)
    refused = any("R" in one.verdicts or one.note.startswith("R") for one in answers)
    return ExitStatus.NEEDS_A_PERSON if report.needs_a_person or refused else ExitStatus.DONE


def _tell(report: ValidateReport, *, err: bool) -> None:
    for file in report.files:
        click.echo(_file_words(file), err=err)
        for check in file.checks:
            if not check.ran:
                click.echo(f"  not checked: {check.name}: {check.words}", err=err)
    for one in report.findings[:_FINDINGS_SHOWN]:
        click.echo(_finding_words(one), err=err)
    left_out = len(report.findings) - _FINDINGS_SHOWN
    if left_out > 0:
        click.echo(f"{left_out} more are not shown; --json has them all.", err=err)
    if not report.findings:
        click.echo("Nothing is wrong.", err=err)


def _file_words(file: ValidatedFile) -> str:
    ran = [f"{check.name} ({check.words})" for check in file.checks if check.ran]
    words = (
        f"{file.name}: {file.sets_count} sets, {file.claims_count} claims, "
        f"{file.claim_payments_count} claim payments"
    )
    return f"{words}; checked: {', '.join(ran)}" if ran else words


def _finding_words(one: Finding) -> str:
    return " ".join(str(one).split())


def _tell_edits(report: ValidateReport) -> None:
    edits = edits_table(report.findings)
    if edits.rows:
        say("")
        print_table(edits, cut=False)


def _tell_answers(answers: list[AnsweredInterchange], folder: str | None) -> None:
    """What was answered, on standard error beside the answer itself."""
    for one in answers:
        verdicts = ", ".join(f"{count} {_VERDICTS[key]}" for key, count in one.verdicts.items())
        note = f"TA1 {one.note}" if one.note else ""
        where = f" in {Path(folder) / one.name}" if folder is not None else ""
        told = "; ".join(word for word in (note, verdicts) if word)
        click.echo(f"Answered {one.file_name}{where}: {told}.", err=True)
    if not answers:
        click.echo("There is nothing to answer: no interchange that is not itself one.", err=True)


_VERDICTS = {"A": "accepted", "E": "accepted with errors", "R": "rejected"}
