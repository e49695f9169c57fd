"""The source as data: what the tests over the repository read."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = [
    "PACKAGE",
    "ROOT",
    "Imported",
    "Module",
    "code_blocks",
    "documents",
    "engine_modules",
    "imports_of",
    "nodes_of",
    "tracked_files",
]

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "edi_engine"

_NOT_OURS = {
    ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", ".venv-bench",
    "__pycache__", "build", "demo", "dist",
}  # fmt: skip


@dataclass(frozen=True)
class Module:
    """A module of the package. `room` is its first part: "parsers", "money", "" for the package."""

    path: Path
    name: str
    room: str
    text: str
    tree: ast.Module

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))


@dataclass(frozen=True)
class Imported:
    """One imported module, with the line that does it."""

    name: str
    line: int


@cache
def engine_modules() -> tuple[Module, ...]:
    """Every module of edi_engine, in order of its path; migrations are modules too."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        text = path.read_text(encoding="utf-8")
        room = parts[1] if len(parts) > 1 else ""
        found.append(Module(path, ".".join(parts), room, text, ast.parse(text)))
    return tuple(found)


@cache
def nodes_of(module: Module) -> tuple[ast.AST, ...]:
    """Every node of the module's tree."""
    return tuple(ast.walk(module.tree))


@cache
def imports_of(module: Module) -> tuple[Imported, ...]:
    """Every import, also those inside functions and under TYPE_CHECKING."""
    return tuple(_imports(module))


def _imports(module: Module) -> Iterator[Imported]:
    for node in nodes_of(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Imported(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if base == "edi_engine":
                # "from edi_engine import parsers" imports the room, not a name of the package.
                for alias in node.names:
                    yield Imported(f"edi_engine.{alias.name}", node.lineno)
            else:
                yield Imported("." * node.level + base, node.lineno)


@cache
def tracked_files() -> tuple[Path, ...]:
    """What git has or would take; without git (an unpacked archive) whatever is not hidden."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not _NOT_OURS & set(path.parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def documents() -> tuple[Path, ...]:
    """Every Markdown file of the project."""
    return tuple(path for path in tracked_files() if path.suffix == ".md")


_BLOCK = re.compile(r"^```([a-z]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def code_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Fenced blocks of a Markdown text: language and content."""
    for found in _BLOCK.finditer(text):
        yield found.group(1), found.group(2)
