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

__all__ = ["attempts", "file_lock"]

_PAUSE_MILLISECONDS = 5


@contextmanager
def file_lock(path: Path, held: LockHeldError, *, wait_milliseconds: int = 0) -> Iterator[None]:
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
        for _ in attempts(wait_milliseconds):
            if _is_locked_now(stream.fileno()):
                break
        else:
            raise held
        yield


def attempts(wait_milliseconds: int) -> Iterator[None]:
    """One for each try at something that others hold: the first at once, the others after a pause,
    until so much time is over."""
    until = time.monotonic() + wait_milliseconds / 1000
    yield
    while time.monotonic() < until:
        time.sleep(_PAUSE_MILLISECONDS / 1000)
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
