"""The files that timings run on: `python -m benchmarks.files FOLDER MEGABYTES`."""

import sys
from pathlib import Path
from typing import BinaryIO, cast

from edi_engine.store import open_store
from edi_engine.synthetic import write_large_835

__all__ = ["write_remittance"]

_EMPTY_STORE = "empty.db"
"""Name of the migrated, empty store beside the files: a night's run finds one too."""


def write_remittance(path: Path, megabytes: int) -> None:
    """Write an 835 that every peer can read.

    edi-835-parser takes the payer's identifier for a number, so it is one here.
    """
    with path.open("wb") as file:
        write_large_835(cast("BinaryIO", _NumericPayer(file)), megabytes=megabytes)


class _NumericPayer:
    """Hands on what is written, with a number in place of the payer's identifier."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        return self._file.write(data.replace(b"EX001", b"99001"))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    open_store(str(folder / _EMPTY_STORE)).close()
    write_remittance(folder / f"{sys.argv[2]}mb.835", int(sys.argv[2]))
