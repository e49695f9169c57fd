"""Contexts of single commands, without running them."""

from typing import Any

import click

from edi_engine.cli import main

__all__ = ["context_of"]


def context_of(command: click.Command, **options: Any) -> click.Context:
    """As when it is called through `edi-engine`. Click keeps the help option of a command as the
    first context made it, so every context must name it alike."""
    names = main.context_settings["help_option_names"]
    return click.Context(command, help_option_names=names, **options)
