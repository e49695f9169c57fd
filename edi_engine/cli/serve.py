"""The workbench, served until Ctrl-C."""

from datetime import date

import click

from edi_engine.cli.context import DAY, Context, command_options, pass_context
from edi_engine.cli.output import say
from edi_engine.errors import ExitStatus, SettingsError
from edi_engine.jobs.database import open_database
from edi_engine.jobs.users import list_users
from edi_engine.web.serving import run_server

__all__ = ["serve"]

_BUSY_SECONDS = 5
"""A page that waits longer for the night's writer says so, and nothing is changed."""

_HERE = {"127.0.0.1", "localhost", "::1"}


@click.command(epilog="Example: edi-engine serve --port 8350")
@click.option("--host", metavar="ADDRESS", help="Where to listen (setting web.host).")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port (setting web.port).")
@click.option(
    "--as-of", type=DAY, metavar="DATE", help="Reckon from this day, for old data (default today)."
)
@command_options
@pass_context
def serve(context: Context, host: str | None, port: int | None, as_of: date | None) -> int:
    """Open the workbench for browsers."""
    web = context.settings.web
    host, port = host or web.host, port or web.port
    if host not in _HERE and not web.secure_cookies:
        raise SettingsError(
            "others could read what is sent, passwords too.",
            place="web.host",
            remedy="Put a proxy with HTTPS in front and set web.secure_cookies, or listen on"
            " 127.0.0.1.",
        )
    with open_database(context.settings, busy_timeout_seconds=_BUSY_SECONDS) as store:
        if not any(user.disabled_at is None for user in list_users(store)):
            say('Nobody can log in yet: "edi-engine users add NAME --role administrator" first.')
        run_server(
            store,
            context.settings,
            host=host,
            port=port,
            as_of=as_of,
            ready=lambda: say(f"The workbench is at http://{host}:{port}/ - Ctrl-C stops it."),
        )
    return ExitStatus.DONE
