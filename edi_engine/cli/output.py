"""Printing: tables, pages, JSON and progress. rich is loaded only for a terminal."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TextIO

import click
import msgspec

from edi_engine.cli.context import Context
from edi_engine.jobs.report_forms import Report
from edi_engine.jobs.show import Page, Table, page_as_json, report_as_json, shown
from edi_engine.records.datasets import ColumnKind

__all__ = [
    "print_json",
    "print_page",
    "print_report",
    "print_table",
    "progress",
    "say",
    "utf8_output",
]

_RIGHT = frozenset({ColumnKind.MONEY, ColumnKind.NUMBER})
_CELL_WIDTH_MAX = 60
"""Longer texts are cut in a table; `--json` has them whole."""


def say(*lines: str) -> None:
    """Plain lines on standard output."""
    for line in lines:
        click.echo(line)


def utf8_output() -> TextIO:
    """Standard output as UTF-8 with plain line feeds, whatever the platform would choose."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="\n")
    return sys.stdout


def print_json(value: object) -> None:
    """A value as indented JSON on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_report(report: Report, *, as_json: bool) -> None:
    """A report as a table, or as a list of objects."""
    if as_json:
        print_json(report_as_json(report))
        return
    names = report.dataset.column_names
    kinds = [column.kind for column in report.dataset.columns]
    columns = tuple((name.replace("_", " "), kind) for name, kind in zip(names, kinds, strict=True))
    print_table(Table(report.dataset.meaning, columns, report.rows))


def print_page(page: Page, *, as_json: bool) -> None:
    """A page: facts that have a value, tables that have rows, raw segments with offsets."""
    if as_json:
        print_json(page_as_json(page))
        return
    say(page.title)
    told = [(fact.name, shown(fact.value, fact.kind)) for fact in page.facts]
    width = max((len(name) for name, text in told if text), default=0)
    for name, text in told:
        if text:
            say(f"  {name:<{width}}  {text}")
    for table in page.tables:
        if table.rows:
            say("")
            print_table(table, cut=False)
    if page.raw:
        say("", f"raw segments: {page.place}")
        for segment in page.raw:
            say(f"  {segment.segment_ordinal:>6} {segment.byte_offset:>10}  {segment.text}")


def print_table(table: Table, *, cut: bool = True) -> None:
    """A table with its title; by rich on a terminal, in plain columns elsewhere, long texts cut
    there unless told not to."""
    kinds = [kind for _, kind in table.columns]
    rows = [
        [shown(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in table.rows
    ]
    if not rows:
        say(f"{table.title}: none" if table.title else "none")
    elif sys.stdout.isatty():
        _print_rich(table, rows)
    else:
        _print_plain(table, [[_cut(cell) for cell in row] for row in rows] if cut else rows)
    if table.note:
        say(table.note)


def _print_plain(table: Table, rows: Sequence[Sequence[str]]) -> None:
    if table.title:
        say(table.title)
    heads = [name for name, _ in table.columns]
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [
        max(len(head), *(len(row[place]) for row in rows)) for place, head in enumerate(heads)
    ]
    kinds = [kind for _, kind in table.columns]
    for row in (heads, *rows):
        cells = (
            cell.rjust(width) if kind in _RIGHT else cell.ljust(width)
            for cell, width, kind in zip(row, widths, kinds, strict=True)
        )
        say(f"  {'  '.join(cells).rstrip()}")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _CELL_WIDTH_MAX else f"{text[: _CELL_WIDTH_MAX - 3]}..."


def _print_rich(table: Table, rows: Iterable[Sequence[str]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - costs time, and only a terminal needs it
    from rich.table import Table as RichTable  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = RichTable(title=table.title or None, title_justify="left")
    for name, kind in table.columns:
        drawn.add_column(name, justify="right" if kind in _RIGHT else "left")
    for row in rows:
        # Text, not markup: a file may hold square brackets.
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)


class _Bars(Protocol):
    def __call__(self, step: str, done: int, total: int) -> None: ...


@contextmanager
def progress(context: Context) -> Iterator[_Bars | None]:
    """A callback that draws a bar per step on standard error; None where nobody would see it."""
    if not context.shows_progress:
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - costs time, and only a terminal needs it
    from rich.progress import Progress, TaskID  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell
