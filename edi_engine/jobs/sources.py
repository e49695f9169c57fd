"""What the user named: files, folders, archives or standard input, one stream after the other."""

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.archives import Spool, shown_name, spooled

__all__ = ["STANDARD_INPUT", "NamedPath", "find_files", "opened"]

STANDARD_INPUT = "-"
_BLOCK_BYTES = 1 << 20


class NamedPath(msgspec.Struct, frozen=True):
    """A file to read and the name to show for it: its path below the folder the user named."""

    path: str
    name: str
    size_bytes: int


def find_files(paths: Sequence[str | Path | NamedPath]) -> list[NamedPath]:
    """Every file of the paths, folders walked in sorted order; hidden files in folders left out.

    One that comes with the name to show is taken as it is. A file named twice comes once. Raises
    InputError for a path that does not exist or is neither file nor folder, before anything is
    read.
    """
    found: list[NamedPath] = []
    for one in paths:
        if isinstance(one, NamedPath):
            found.append(one)
            continue
        given = str(one)
        if given == STANDARD_INPUT:
            found.append(NamedPath(STANDARD_INPUT, "standard input", 0))
            continue
        path = Path(given)
        if path.is_dir():
            found.extend(_walk(path))
        elif path.is_file():
            found.append(_named(path, path.name))
        else:
            raise InputError(
                "There is no such file or folder." if not path.exists() else "This is no file.",
                place=given,
                remedy="Name a file, a folder, a zip archive, or - for standard input.",
            )
    return list({named.path: named for named in found}.values())


def _walk(folder: Path) -> Iterator[NamedPath]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            # A queue or device that somebody put into the folder would never end.
            if not name.startswith(".") and (path.is_file() or not path.exists()):
                yield _named(path, path.relative_to(folder).as_posix())


def _named(path: Path, name: str) -> NamedPath:
    try:
        size_bytes = path.stat().st_size
    except OSError:
        size_bytes = 0  # opening it will say what is wrong
    return NamedPath(str(path), shown_name(name), size_bytes)


@contextmanager
def opened(named: NamedPath) -> Iterator[Spool]:
    """The file as a stream with its digest and length, at its beginning.

    Raises InputError when it cannot be read. Standard input is set aside first: it can be read
    only once, and its digest must be known before its content is.
    """
    if named.path == STANDARD_INPUT:
        with spooled(sys.stdin.buffer) as spool:
            yield spool
        return
    try:
        stream = open(named.path, "rb")  # noqa: SIM115 - closed below, but errors differ by phase
    except OSError as problem:
        raise _unreadable(named) from problem
    with stream:
        digest, size_bytes = _digest(stream, named)
        yield Spool(stream, digest, size_bytes)


def _digest(stream: BinaryIO, named: NamedPath) -> tuple[str, int]:
    digest = hashlib.sha256()
    size_bytes = 0
    try:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
            size_bytes += len(block)
        stream.seek(0)
    except OSError as problem:
        raise _unreadable(named) from problem
    return digest.hexdigest(), size_bytes


def _unreadable(named: NamedPath) -> InputError:
    return InputError(
        "The file cannot be read.",
        place=named.name,
        remedy="Check that it is there and may be read, then ingest it again.",
    )
