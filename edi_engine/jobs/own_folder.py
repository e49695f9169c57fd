"""A folder that one process at a time works in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edi_engine.errors import LockHeldError
from edi_engine.store.file_locks import file_lock

__all__ = ["own_folder"]


@contextmanager
def own_folder(folder: Path, *, work: str, setting: str) -> Iterator[None]:
    """Have a folder, made when it is missing and closed to other users, for the block.

    `work` says what is done there, `setting` which setting names it. Raises LockHeldError where
    another process has it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = LockHeldError(
        f"another workbench {work}.",
        place=str(folder),
        remedy=f"Stop it, or name another folder ({setting} in the settings).",
    )
    lock = folder / "lock"
    lock.touch(mode=0o600)
    with file_lock(lock, held):
        yield
