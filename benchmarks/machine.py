"""What it was measured on, in words that name no machine."""

import importlib.metadata
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["machine", "pin_to_one_core"]

_PACKAGES = ("edi-engine", "pyx12", "edi-835-parser", "oxedi", "polars", "msgspec")


def machine() -> str:
    """Date, processor, Python and versions, as one clause."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d} on one core of {os.cpu_count()} of an {_processor()}, "
        f"{platform.system()}, CPython {platform.python_version()}; {versions}"
    )


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
