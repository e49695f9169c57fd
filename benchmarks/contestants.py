"""One task of one library on one file, as a whole process: `python -m benchmarks.contestants`.

Each prints what it counted, so that the driver can see that all did the same work. Imports are
inside, because a process pays for its own libraries only.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

__all__ = ["CONTESTANTS", "Counted"]


class Counted(NamedTuple):
    """What a contestant saw: claim payments and line payments."""

    claims: int
    lines: int


@contextmanager
def _empty_store(path: Path) -> Iterator[Path]:
    """A copy of the migrated, empty store that lies beside the file: a night finds one too."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        database = Path(folder) / "store.db"
        shutil.copy(path.parent / "empty.db", database)
        yield database


def _stored(database: Path) -> Counted:
    """What is in the store now."""
    import sqlite3

    with closing(sqlite3.connect(database)) as connection:
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM claim_payments), (SELECT count(*) FROM line_payments)"
        ).fetchone()
    return Counted(*counts)


def nothing(path: Path) -> Counted:
    """Start Python and read the bytes: what no contestant can save."""
    path.read_bytes()
    return Counted(0, 0)


def edi_engine_parse(path: Path) -> Counted:
    """File to typed records with places, findings and balancing."""
    from edi_engine.parsers import read_file

    claims = lines = 0
    with path.open("rb") as stream:
        for batch in read_file(stream, file_name=path.name, file_digest=""):
            claims += len(batch.claim_payments)
            lines += sum(len(payment.lines) for payment in batch.claim_payments)
    return Counted(claims, lines)


def pyx12_parse(path: Path) -> Counted:
    """The claim loops (2100) of pyx12's context reader, and the service loops in each."""
    import pyx12.error_handler
    import pyx12.params
    import pyx12.x12context

    claims = lines = 0
    with path.open(encoding="ascii") as stream:
        reader = pyx12.x12context.X12ContextReader(
            pyx12.params.params(), pyx12.error_handler.errh_null(), stream
        )
        for loop in reader.iter_segments("2100"):
            if loop.id == "2100":
                claims += 1
                lines += sum(1 for _ in loop.select("2110"))
    return Counted(claims, lines)


def edi_835_parser_parse(path: Path) -> Counted:
    """The transaction set object of edi-835-parser, with its claims and services."""
    import edi_835_parser

    claims = [claim for found in edi_835_parser.parse(str(path)) for claim in found.claims]
    return Counted(len(claims), sum(len(claim.services) for claim in claims))


def oxedi_parse(path: Path) -> Counted:
    """The typed columns of oxedi, left in Rust."""
    import oxedi

    tables = oxedi.parse_file(path).tables
    return Counted(len(tables["claims"]), len(tables["services"]))


def oxedi_rows(path: Path) -> Counted:
    """The columns of oxedi as Python rows, with its documented way out (polars)."""
    import oxedi

    tables = oxedi.parse_file(path).tables
    rows = {name: tables[name].to_polars().rows() for name in ("claims", "services", "adjustments")}
    return Counted(len(rows["claims"]), len(rows["services"]))


def edi_engine_ingest(path: Path) -> Counted:
    """File to committed normalized rows: findings, balancing, raw bytes kept, keys indexed."""
    from benchmarks.ingest import ingest_one

    with _empty_store(path) as database:
        ingest_one(path, database)
        return _stored(database)


def oxedi_ingest(path: Path) -> Counted:
    """oxedi, then the same rows into the same tables by executemany; no raw bytes, no findings."""
    from benchmarks.oxedi_rows import load

    with _empty_store(path) as database:
        load(path, database)
        return _stored(database)


CONTESTANTS: dict[str, Callable[[Path], Counted]] = {
    contestant.__name__: contestant
    for contestant in (
        nothing,
        edi_engine_parse,
        pyx12_parse,
        edi_835_parser_parse,
        oxedi_parse,
        oxedi_rows,
        edi_engine_ingest,
        oxedi_ingest,
    )
}


if __name__ == "__main__":
    print(json.dumps(CONTESTANTS[sys.argv[1]](Path(sys.argv[2]))))
