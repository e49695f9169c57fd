"""Locks on files: they end with the process that holds them, however it ends."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edi_engine.errors import LockHeldError, StoreError

try:
    import fcntl
except ImportError:  # Windows has no fcntl; msvcrt locks a byte of the file instead
    fcntl = None  # type: ignore[assignment]

__all__ = ["file_lock"]

_PAUSE_SECONDS = 0.005


@contextmanager
def file_lock(path: Path, held: LockHeldError, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a file for the block, or raise `held` when it is taken for so long.

    The file is made when it is missing, and stays: removing it would let two lock two files of one
    name. Raises StoreError when it cannot be made.
    """
    try:
        stream = path.open("a+b")
    except OSError as error:
        raise StoreError(
            f"The lock file cannot be made ({error.strerror}).",
            place=str(path),
            remedy="Make the folder of the database writable.",
        ) from error
    with stream:
        until = time.monotonic() + wait_seconds
        while not _is_locked_now(stream.fileno()):
            if time.monotonic() >= until:
                raise held
            time.sleep(_PAUSE_SECONDS)
        yield


def _is_locked_now(descriptor: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt  # noqa: PLC0415 - exists on Windows only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
