"""Moving a file into a folder: atomic, never over another file, safe to interrupt."""

import errno
import os
from pathlib import Path

__all__ = ["move_into"]

_COPY_BYTES = 1 << 20


def move_into(source: Path, folder: Path, name: str, *, digest: str) -> Path:
    """Move a file to `folder / name` and return where it is now. Raises OSError.

    A file of that name that is there already stays: the new one gets the beginning of its digest
    before its suffix, and a number if even that is taken. Between two file systems the bytes are
    copied, made durable and only then removed at the source.
    """
    target = _free(folder / name, digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != _OTHER_FILE_SYSTEM:
            raise
        _copy(source, target)
        source.unlink()
    return target


_OTHER_FILE_SYSTEM = errno.EXDEV


def _free(wanted: Path, digest: str) -> Path:
    if not wanted.exists():
        return wanted
    marked = wanted.with_name(f"{wanted.stem}.{digest[:12]}{wanted.suffix}")
    number = 1
    free = marked
    while free.exists():
        number += 1
        free = marked.with_name(f"{marked.stem}.{number}{marked.suffix}")
    return free


def _copy(source: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.partial")
    with source.open("rb") as reading, partial.open("wb") as writing:
        while block := reading.read(_COPY_BYTES):
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
    os.rename(partial, target)
