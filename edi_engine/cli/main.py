"""The top command, and the edge where every error becomes a sentence and an exit status.

Commands are loaded when they are called, so that `--help` and errors of usage come at once.
"""

import os
import sys
import traceback
from importlib import import_module
from typing import Any, NamedTuple

import click

from edi_engine.errors import EdiEngineError, ExitStatus

__all__ = ["main"]


class _Late(NamedTuple):
    """A command that is loaded when it is called: where it is, and a line for the help."""

    module: str
    name: str
    help: str


_COMMANDS = {
    "demo": _Late("intake", "demo", "Make an invented practice and run everything on it."),
    "ingest": _Late("intake", "ingest", "Take in files, folders, zip archives, or -."),
    "reconcile": _Late("intake", "reconcile", "Match, price and flag what is new."),
    "nightly": _Late("intake", "nightly", "The whole night's work, from inbox to reports."),
    "worklist": _Late("work", "worklist", "What to work on, most important first."),
    "show": _Late("show", "show", "Everything known about one thing, to the raw segments."),
    "decide": _Late("decide", "decide", "Say where a claim payment belongs."),
    "appeals": _Late("appeals", "appeals", "Appeals: what was asked of payers, and what came."),
    "claims": _Late("claims", "claims", "Write a claim corrected or taken back, or ask about it."),
    "payers": _Late("payers", "payers", "Who pays, and whose remittances may post."),
    "remits": _Late("remits", "remits", "Type in remittances from paper, or take one back."),
    "deposits": _Late("deposits", "deposits", "What the bank says arrived, and what it pays."),
    "contracts": _Late("contracts", "contracts", "What payers should allow."),
    "export": _Late("reports", "export", "Write a dataset as CSV, JSON Lines or XML."),
    "report": _Late("reports", "report", "Print a report."),
    "aging": _Late("reports", "aging", "Print what is owed by age."),
    "validate": _Late(
        "validate", "validate", "Check files: guide, money and codes; answer by a 999."
    ),
    "serve": _Late("serve", "serve", "Open the workbench for browsers."),
    "users": _Late("users", "users", "Who may use the workbench, and as what."),
    "db": _Late("database", "database", "Upgrade, check, back up or verify the database."),
}

_INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C stopped."""


class _Failure(click.ClickException):
    """An error of ours on its way out: its words to standard error, its status to the shell."""


class _SettingsFailure(_Failure):
    exit_code = int(ExitStatus.SETTINGS_OR_STORE)


class _LockFailure(_Failure):
    exit_code = int(ExitStatus.LOCK_HELD)


class _InputFailure(_Failure):
    exit_code = int(ExitStatus.INPUT)


_FAILURES: dict[ExitStatus, type[_Failure]] = {
    ExitStatus.INPUT: _InputFailure,
    ExitStatus.SETTINGS_OR_STORE: _SettingsFailure,
    ExitStatus.LOCK_HELD: _LockFailure,
}


class _Main(click.Group):
    """Loads commands late, and turns every error into words and a status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        late = _COMMANDS.get(cmd_name)
        if late is None:
            return None
        try:
            command = getattr(import_module(f"edi_engine.cli.{late.module}"), late.name)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("edi_engine"):
                raise
            raise _SettingsFailure(
                f"{cmd_name} needs the workbench, and {error.name} is not installed. Install it"
                ' with pip install "edi-engine[web]".'
            ) from error
        return command if isinstance(command, click.Command) else None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, late.help) for name, late in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and leave with its status; what it says goes to standard error."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit):
            raise
        except EdiEngineError as error:
            raise _FAILURES[error.exit_status](str(error)) from error
        except BrokenPipeError:
            # Who reads us has seen enough; Python would complain once more on closing stdout.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = ExitStatus.DONE
        except (KeyboardInterrupt, click.Abort):
            click.echo("Stopped. Run the same command again to go on.", err=True)
            status = _INTERRUPTED
        except Exception as error:
            raise _SettingsFailure(_mistake(error)) from error
        return ctx.exit(int(status or 0))


def _mistake(error: Exception) -> str:
    """A mistake of ours in one line: its kind and place, never its text, which may hold data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "edi_engine" in frame.filename] or frames
    place = f"{os.path.basename(ours[-1].filename)} line {ours[-1].lineno}" if ours else "?"
    return (
        f"this is a mistake of the program ({type(error).__name__} in {place}). "
        "What was committed before is safe. Please report this line."
    )


@click.group(
    cls=_Main,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done; 1 done, and something needs a person; 2 input or usage; "
    "3 settings or store; 4 another run holds the lock.",
)
@click.option("--db", metavar="URL", help="Database: a path, or postgresql://host/name.")
@click.option(
    "--settings", type=click.Path(), metavar="FILE", help="Settings file (default edi_engine.toml)."
)
@click.version_option(package_name="edi-engine")
@click.pass_context
def main(context: click.Context, db: str | None, settings: str | None) -> None:
    """Reads claims and remittances, accounts for every cent, and says what to work on next.

    \b
    edi-engine demo                       see it work on an invented practice
    edi-engine nightly --inbox inbox      the day's files, from inbox to worklist
    edi-engine worklist list              what to do, most important first
    """
    from edi_engine.cli.context import Given  # noqa: PLC0415

    context.obj = Given(database=db, settings_path=settings)
