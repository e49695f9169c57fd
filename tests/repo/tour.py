"""The README's tour, run as printed: each `$ edi-engine ...` of a console block, in order.

`| head -n N` is understood; log lines go where a reader of the README does not see them.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.repo.source import ROOT

__all__ = ["readme"]

_CONSOLE = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
_COLUMNS = "100"


def readme() -> str:
    """README.md with the output of every console block as it is now."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        return _CONSOLE.sub(lambda block: _run_block(block.group(), Path(folder)), text)


def _run_block(block: str, folder: Path) -> str:
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{_output(command[2:], folder)}" for command in commands)


def _output(command: str, folder: Path) -> str:
    words, _, cut = command.partition(" | head -n ")
    program, *arguments = shlex.split(words)
    if program != "edi-engine":
        raise ValueError(f"the tour runs edi-engine only, not {program}")
    done = subprocess.run(
        [sys.executable, "-m", "edi_engine", *arguments],
        cwd=folder,
        env={"PATH": "", "COLUMNS": _COLUMNS, "EDI_ENGINE_ACTOR": "you"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode > 1:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-2000:]}")
    lines = done.stdout.splitlines()
    if cut:
        lines = lines[: int(cut)]
    return "".join(f"{line.rstrip()}\n" for line in lines)
