"""What every command has in common: settings, database, actor, day, and how it prints."""

import getpass
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import update_wrapper
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from edi_engine.config import Progress, Settings, load_settings
from edi_engine.errors import InputError
from edi_engine.jobs.archives import ArchiveLimits
from edi_engine.jobs.clock import today
from edi_engine.jobs.database import Store, open_database
from edi_engine.money import parse_cents

__all__ = [
    "DAY",
    "DOLLARS",
    "NUMBERS",
    "Context",
    "Given",
    "archive_limits",
    "command_options",
    "day_option",
    "pass_context",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Given(msgspec.Struct):
    """Options as typed, before or after the command's name; the later wins."""

    database: str | None = None
    settings_path: str | None = None


class Context:
    """What a command works with; settings are read once, when first asked for."""

    def __init__(self, given: Given, *, as_json: bool) -> None:
        self._given = given
        self._settings: Settings | None = None
        self.as_json = as_json

    @property
    def settings(self) -> Settings:
        """The settings in force. Raises SettingsError."""
        if self._settings is None:
            path = self._given.settings_path
            self._settings = load_settings(
                Path(path) if path is not None else None,
                environment=os.environ,
                flags={"database": self._given.database},
            )
        return self._settings

    @contextmanager
    def store(self, *, upgrade: bool = True) -> Iterator[Store]:
        """The database, open for the block."""
        with open_database(self.settings, upgrade=upgrade) as store:
            yield store

    @property
    def actor(self) -> str:
        """Who decisions and notes are recorded for."""
        if self.settings.actor:
            return self.settings.actor
        try:
            return getpass.getuser()
        except (KeyError, OSError, ImportError):
            raise InputError(
                "it is not known who is working.",
                place="actor",
                remedy="Set EDI_ENGINE_ACTOR to your name, or actor in the settings.",
            ) from None

    @property
    def actor_if_known(self) -> str:
        """The actor, or empty where nobody needs to be named."""
        try:
            return self.actor
        except InputError:
            return ""

    @property
    def shows_progress(self) -> bool:
        """Whether bars may be drawn: on a terminal, unless the settings say otherwise."""
        if self.settings.progress is Progress.AUTO:
            return sys.stderr.isatty()
        return self.settings.progress is Progress.ALWAYS

    def start_logging(self) -> None:
        """Log lines to standard error where no bars are drawn; only warnings where they are."""
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_KeyValueFormatter())
        logger = logging.getLogger("edi_engine")
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING if self.shows_progress else logging.INFO)


class _KeyValueFormatter(logging.Formatter):
    """One line of key=value per record. Of an exception its kind and place, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="seconds")
        line = f"time={at} level={record.levelname.lower()} event={record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
            line += f" error={record.exc_info[0].__name__} at={where}"
        return line


def archive_limits(context: Context) -> ArchiveLimits:
    """How much an archive may hold, by the settings."""
    limits = context.settings.limits
    return ArchiveLimits(
        members_max=limits.archive_members_max,
        total_bytes_max=limits.archive_bytes_max,
        ratio_max=limits.archive_ratio_max,
    )


def command_options(function: _Command) -> _Command:
    """Give a command --json, and --db and --settings after its name too."""
    options = (
        click.option("--json", "as_json", is_flag=True, help="Print JSON in place of tables."),
        click.option("--db", metavar="URL", hidden=True),
        click.option("--settings", type=click.Path(), metavar="FILE", hidden=True),
    )
    for option in options:
        function = option(function)
    return function


def day_option(function: _Command) -> _Command:
    """Give a command --as-of, a date; today when it is not given."""
    return click.option(
        "--as-of",
        type=_Day(),
        default=lambda: today().isoformat(),
        metavar="DATE",
        help="The day to reckon from, YYYY-MM-DD (default today).",
    )(function)


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date. Write it as 2026-01-31.", param, ctx)


DAY = _Day()


class _Dollars(click.ParamType[int]):
    name = "dollars"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        cents = parse_cents(value)
        if cents is None:
            self.fail(f"{value!r} is no amount. Write dollars as 120.50.", param, ctx)
        return cents


DOLLARS = _Dollars()


class _Numbers(click.ParamType[tuple[int, int]]):
    name = "numbers"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        first, dash, last = value.partition("-")
        ends = (first, last if dash else first)
        if not all(end.isascii() and end.isdecimal() and len(end) <= _DIGITS_MAX for end in ends):
            self.fail(f"{value!r} is no number. Write 4, or 4-10.", param, ctx)
        if int(ends[0]) > int(ends[1]):
            self.fail(f"{value!r} goes backwards. Write the smaller number first.", param, ctx)
        return int(ends[0]), int(ends[1])


_DIGITS_MAX = 18
"""Digits of a number that every database can hold."""

NUMBERS = _Numbers()


def pass_context(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """Hand a command its Context in place of the common options it was given."""

    @click.pass_context
    def run(
        context: click.Context,
        /,
        *args: Any,
        as_json: bool,
        db: str | None,
        settings: str | None,
        **options: Any,
    ) -> int | None:
        given = context.find_object(Given) or Given()
        merged = Given(
            database=db if db is not None else given.database,
            settings_path=settings if settings is not None else given.settings_path,
        )
        ours = Context(merged, as_json=as_json)
        ours.start_logging()
        return function(ours, *args, **options)

    return update_wrapper(run, function)
