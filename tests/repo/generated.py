"""Documents that are written from the code. `make docs` writes them; a test holds them current."""

from collections.abc import Callable

import click

from edi_engine.cli import main
from edi_engine.records.datasets import DATASETS
from tests.command_contexts import context_of
from tests.repo.api_document import api_document
from tests.repo.errors_document import errors_document
from tests.repo.payers_document import payers_document
from tests.repo.source import ROOT
from tests.repo.tour import readme
from tests.repo.validation_document import validation_document
from tests.repo.xml_document import xml_sections

__all__ = ["DOCUMENTS"]

_WIDTH = 96
"""Columns of the help text in the document, so that it is the same on every terminal."""

_COMMANDS_HEAD = """\
# Commands

Every command with its help, as `--help` after it prints it. Written by `make docs`.

Exit status: 0 done; 1 done, and something needs a person; 2 input or usage; 3 settings or store;
4 another run holds the lock.
"""


def commands_document() -> str:
    """The help of every command, in the order of their names."""
    return "\n".join([_COMMANDS_HEAD, *_sections(main, "edi-engine", None)])


def _sections(command: click.Command, path: str, parent: click.Context | None) -> list[str]:
    context = context_of(
        command,
        parent=parent,
        info_name=path.rpartition(" ")[2],
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
    )
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    sections = [f"## {path}\n\n```text\n{text}\n```\n"]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                sections += _sections(inner, f"{path} {name}", context)
    return sections


_EXPORTS_HEAD = """\
# Exports

What `edi-engine export DATASET` writes, as CSV with a header or JSON Lines, and claims and
remittances whole as [XML](#xml). Written by `make docs`.
Columns keep their names, order and meaning; new ones are added at the end.

Money is dollars with two places, days are ISO (2026-03-21), empty means none. In CSV, text that a
spreadsheet would take for a formula gets a `'` before it; JSON Lines has the values as they are.
"""


def exports_document() -> str:
    """The columns of every dataset, and the elements of the XML."""
    parts = [_EXPORTS_HEAD]
    for found in DATASETS:
        rows = [f"| `{one.name}` | {one.kind} | {one.meaning} |" for one in found.columns]
        table = "\n".join(["| column | kind | meaning |", "|---|---|---|", *rows])
        parts.append(f"## {found.name}\n\n{found.meaning}\n\n{table}\n")
    return "\n".join([*parts, *xml_sections()])


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/API.md": api_document,
    "docs/COMMANDS.md": commands_document,
    "docs/ERRORS.md": errors_document,
    "docs/EXPORTS.md": exports_document,
    "docs/PAYERS.md": payers_document,
    "docs/VALIDATION.md": validation_document,
    "README.md": readme,
}


if __name__ == "__main__":
    for name, make in DOCUMENTS.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
