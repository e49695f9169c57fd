"""Documents that are written from the code. `make docs` writes them; a test holds them current."""

from collections.abc import Callable

import click

from edi_engine.cli import main
from tests.repo.source import ROOT
from tests.repo.tour import readme

__all__ = ["DOCUMENTS"]

_WIDTH = 96
"""Columns of the help text in the document, so that it is the same on every terminal."""

_COMMANDS_HEAD = """\
# Commands

Every command with its help, as `edi-engine COMMAND --help` prints it. Written by `make docs`.

Exit status: 0 done; 1 done, and something needs a person; 2 input or usage; 3 settings or store;
4 another run holds the lock.
"""


def commands_document() -> str:
    """The help of every command, in the order of their names."""
    return "\n".join([_COMMANDS_HEAD, *_sections(main, "edi-engine", None)])


def _sections(command: click.Command, path: str, parent: click.Context | None) -> list[str]:
    context = click.Context(
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


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/COMMANDS.md": commands_document,
    "README.md": readme,
}


if __name__ == "__main__":
    for name, make in DOCUMENTS.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
