"""The command line: each command parses, makes one job call, and prints.

One module per group of commands; `main` gathers them. Source: design 5.
"""

from edi_engine.cli.main import main

__all__ = ["main"]
