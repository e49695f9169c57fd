"""Files that a person asked for. A file that is there already is never written over."""

from pathlib import Path

from edi_engine.errors import InputError

__all__ = ["refuse_existing", "write_new"]


def refuse_existing(path: Path, *, option: str = "--out") -> None:
    """Raises InputError when there is a file of that name: asked before any work is done.

    `option` is the one that named it.
    """
    if path.exists():
        raise InputError(
            "there is a file of that name already.",
            place=str(path),
            remedy=f"Name a new file with {option}.",
        )


def write_new(path: Path, data: bytes) -> None:
    """Write a new file. Raises InputError when it cannot be, or somebody made it meanwhile."""
    try:
        with path.open("xb") as stream:
            stream.write(data)
    except OSError as problem:
        raise InputError(
            f"the file cannot be written ({problem.strerror}).",
            place=str(path),
            remedy="Name a new file in a folder that may be written to.",
        ) from problem
