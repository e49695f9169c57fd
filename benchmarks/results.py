"""Where it was measured, in words that name no machine, and where the tables go."""

import compileall
import importlib.metadata
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["FOLDER", "compile_ourselves", "machine", "pin_to_one_core", "write_between"]

FOLDER = Path(__file__).parent

_PACKAGES = ("edi-engine", "pyx12", "edi-835-parser", "oxedi", "polars", "msgspec")


def machine() -> str:
    """Date, processor, Python and versions, as one clause."""
    versions = ", ".join(filter(None, map(_version, _PACKAGES)))
    cores = "one core" if len(_own_cores()) == 1 else f"{len(_own_cores())} cores"
    return (
        f"{datetime.now(UTC):%Y-%m-%d} on {cores} of {os.cpu_count()} of an {_processor()}, "
        f"{platform.system()}, CPython {platform.python_version()}; {versions}"
    )


def _version(package: str) -> str:
    """A package with its version, empty where it is not installed."""
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return ""


def _own_cores() -> set[int]:
    """The cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def pin_to_one_core() -> None:
    """Keep this process and its children on one core, as a nightly job on a small machine is."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def compile_ourselves() -> None:
    """Write the byte code of this tree, as installing does for the peers.

    Without it (PYTHONDONTWRITEBYTECODE) each process would compile all of ours: 0.1 s.
    """
    for folder in (FOLDER, FOLDER.parent / "edi_engine"):
        compileall.compile_dir(folder, quiet=1)


def write_between(path: Path, name: str, text: str) -> None:
    """Put a text between the marks `<!-- name -->` and `<!-- end of name -->` of a document."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise SystemExit(f"{path.name} has lost the marks {begin} and {end}")
    path.write_text(f"{before}{begin}\n{text}{end}{after}", encoding="utf-8")
