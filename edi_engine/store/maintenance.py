"""Looking after a database: its version, its soundness, a copy of it, and whether it is true.

`check_store` asks whether the database is whole; `verify_store` whether what it says is what the
files said. Both only read.
"""

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from edi_engine.errors import InputError, StoreError
from edi_engine.store.backends import PostgresBackend, SqliteBackend, backend_for
from edi_engine.store.journal_audit import journal_hash, journal_problems
from edi_engine.store.queries import Queries
from edi_engine.store.schema import SCHEMA_VERSION, migrate, schema_version

__all__ = ["backup_store", "check_store", "hash_journal", "upgrade_store", "verify_store"]

_TIMEOUT_SECONDS = 30
_PROBLEMS_PER_KIND_MAX = 20
"""How many rows with the same trouble are named; a broken disk can have millions."""

VerifyProgress = Callable[[str, int, int], None]


def upgrade_store(url: str) -> tuple[str | None, str]:
    """Run the migrations that are missing; the versions before (None for a new one) and after.

    Raises StoreError for a database that is newer than this program or not ours.
    """
    backend = backend_for(url, _TIMEOUT_SECONDS)
    with closing(backend), backend.transaction() as connection:
        before = schema_version(connection, backend.dialect)
    if before is not None and before > SCHEMA_VERSION:
        raise StoreError(
            f"The database has version {before}, this program knows {SCHEMA_VERSION}.",
            place=backend.place,
            remedy="Install the newer edi-engine that made it.",
        )
    if before != SCHEMA_VERSION:
        migrate(backend)
    return before, SCHEMA_VERSION


def check_store(url: str) -> list[str]:
    """What is wrong with the database itself, a sentence each; empty when it is sound."""
    backend = _existing(url)
    with closing(backend), backend.transaction() as connection:
        queries = Queries(connection, backend.dialect)
        found = schema_version(connection, backend.dialect)
        if found != SCHEMA_VERSION:
            return [f"The database has version {found or 'none'}, not {SCHEMA_VERSION}."]
        problems = list(_missing_columns(queries))
        if queries.is_sqlite:
            rows = queries.rows(f"PRAGMA integrity_check({_PROBLEMS_PER_KIND_MAX})")
            problems += [f"The file is damaged: {row[0]}." for row in rows if row[0] != "ok"]
    return problems


def backup_store(url: str, path: Path) -> int:
    """Copy an SQLite database into a new file, consistent while others write; its length.

    The copy appears under its name only when it is whole. Raises InputError when the file exists
    already, StoreError for PostgreSQL, whose own tools do this.
    """
    backend = _existing(url)
    if isinstance(backend, PostgresBackend):
        raise StoreError(
            "A PostgreSQL database is backed up by its server's tools.",
            place=backend.place,
            remedy="Use pg_dump, or the backups of the server.",
        )
    if path.exists():
        raise InputError("The file exists already.", place=str(path), remedy="Choose another name.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    # Patient data: the copy is for its owner alone, as far as the folder allows.
    unfinished.touch(mode=0o600)
    backend.copy_to(unfinished)
    os.replace(unfinished, path)
    return path.stat().st_size


def verify_store(url: str, *, progress: VerifyProgress | None = None) -> list[str]:
    """Where what is stored disagrees with the raw files, a sentence each.

    Digests of all raw bytes are computed again, every reference is followed, identifiers are held
    against their counters, rows of each transaction set are added up and held against what the set
    held when it was read, and the identities of the journal are checked. `progress` is told the
    step, how much of it is done, and of how much.
    """
    backend = _existing(url)
    with closing(backend), backend.transaction() as connection:
        queries = Queries(connection, backend.dialect)
        if schema_version(connection, backend.dialect) != SCHEMA_VERSION:
            return [f"The database is not of version {SCHEMA_VERSION}."]
        return [
            *_wrong_digests(queries, progress),
            *_loose_references(queries),
            *_passed_counters(queries),
            *_wrong_sums(queries),
            *journal_problems(queries),
        ]


def hash_journal(url: str) -> str:
    """A number for everything that the journal holds in force; see `journal_hash`."""
    backend = _existing(url)
    with closing(backend), backend.transaction() as connection:
        return journal_hash(Queries(connection, backend.dialect))


def _existing(url: str) -> SqliteBackend | PostgresBackend:
    backend = backend_for(url, _TIMEOUT_SECONDS)
    if isinstance(backend, SqliteBackend) and not backend.path.exists():
        raise StoreError(
            "There is no such database.", place=backend.place, remedy="Name it with --db."
        )
    return backend


def _missing_columns(queries: Queries) -> Iterator[str]:
    from edi_engine.store.tables import metadata  # noqa: PLC0415 - loads SQLAlchemy

    for table in metadata.sorted_tables:
        wanted = tuple(column.name for column in table.columns)
        found = queries.columns(table.name)
        if found != wanted:
            yield f"The table {table.name} is missing or has other columns."


def _wrong_digests(queries: Queries, progress: VerifyProgress | None) -> Iterator[str]:
    files = queries.rows("SELECT file_id, name, digest, size_bytes, state FROM files ORDER BY 1")
    for done, (file_id, name, digest, size_bytes, state) in enumerate(files, 1):
        computed, length = _raw_digest(queries, file_id)
        kept = length > 0 or state != "archive"
        if kept and (computed, length) != (digest, size_bytes):
            yield f"The kept bytes of file {file_id} ({name}) are not those that were read."
        if progress is not None:
            progress("Files", done, len(files))


def _raw_digest(queries: Queries, file_id: int) -> tuple[str, int]:
    digest = hashlib.sha256()
    length = 0
    for (data,) in queries.stream(
        "SELECT data FROM raw_chunks WHERE file_id = ? ORDER BY chunk_ordinal",
        (file_id,),
        rows_per_fetch=8,
    ):
        try:
            chunk = zlib.decompress(data)
        except zlib.error:
            return "", -1
        digest.update(chunk)
        length += len(chunk)
    return digest.hexdigest(), length


def _loose_references(queries: Queries) -> Iterator[str]:
    """References to rows that are not there; PostgreSQL itself never allows one."""
    if not queries.is_sqlite:
        return
    rows = queries.rows(
        'SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT ?',
        (_PROBLEMS_PER_KIND_MAX,),
    )
    for table, row_number, parent in rows:
        yield f"Row {row_number} of {table} refers to a row of {parent} that is not there."


def _passed_counters(queries: Queries) -> Iterator[str]:
    for name, next_id in queries.rows("SELECT name, next_id FROM id_counters ORDER BY name"):
        (key, *_) = queries.columns(name)
        newest = queries.row(f"SELECT max({key}) FROM {name}")
        if newest is not None and (newest[0] or 0) >= next_id:
            yield f"The table {name} has identifiers beyond its counter."


def _wrong_sums(queries: Queries) -> Iterator[str]:
    for kind, sql in (("claims", _CLAIM_SUMS_SQL), ("remittance", _REMITTANCE_SUMS_SQL)):
        for set_id, file_id in queries.rows(sql, (_PROBLEMS_PER_KIND_MAX,)):
            yield (
                f"Rows of transaction set {set_id} of file {file_id} ({kind}) do not add up to "
                "what was read."
            )


_CLAIM_SUMS_SQL = """
SELECT s.set_id, s.file_id
FROM transaction_sets s
LEFT JOIN (
    SELECT set_id, COUNT(*) AS claims, SUM(charge_cents) AS charge,
        SUM(service_lines_count) AS lines FROM claims GROUP BY set_id
) c ON c.set_id = s.set_id
LEFT JOIN (
    SELECT c.set_id, COUNT(*) AS lines FROM service_lines l
    JOIN claims c ON c.claim_id = l.claim_id GROUP BY c.set_id
) l ON l.set_id = s.set_id
WHERE s.set_type = '837' AND s.state = 'read' AND (
    s.claims_count <> COALESCE(c.claims, 0) OR s.charge_cents <> COALESCE(c.charge, 0)
    OR s.lines_count <> COALESCE(c.lines, 0) OR s.lines_count <> COALESCE(l.lines, 0))
ORDER BY s.set_id LIMIT ?
"""

_REMITTANCE_SUMS_SQL = """
SELECT s.set_id, s.file_id
FROM transaction_sets s
LEFT JOIN (
    SELECT r.set_id, COUNT(*) AS payments, SUM(p.charge_cents) AS charge,
        SUM(p.paid_cents) AS paid, SUM(p.line_payments_count) AS lines
    FROM claim_payments p JOIN remittances r ON r.remittance_id = p.remittance_id
    GROUP BY r.set_id
) p ON p.set_id = s.set_id
LEFT JOIN (
    SELECT r.set_id, COUNT(*) AS lines FROM line_payments l
    JOIN claim_payments p ON p.claim_payment_id = l.claim_payment_id
    JOIN remittances r ON r.remittance_id = p.remittance_id GROUP BY r.set_id
) l ON l.set_id = s.set_id
LEFT JOIN (
    SELECT r.set_id, SUM(a.amount_cents) AS adjusted FROM adjustments a
    JOIN claim_payments p ON p.claim_payment_id = a.claim_payment_id
    JOIN remittances r ON r.remittance_id = p.remittance_id GROUP BY r.set_id
) a ON a.set_id = s.set_id
LEFT JOIN (
    SELECT r.set_id, SUM(b.amount_cents) AS adjusted FROM provider_adjustments b
    JOIN remittances r ON r.remittance_id = b.remittance_id GROUP BY r.set_id
) b ON b.set_id = s.set_id
WHERE s.set_type = '835' AND s.state = 'read' AND (
    s.claims_count <> COALESCE(p.payments, 0) OR s.charge_cents <> COALESCE(p.charge, 0)
    OR s.paid_cents <> COALESCE(p.paid, 0) OR s.lines_count <> COALESCE(p.lines, 0)
    OR s.lines_count <> COALESCE(l.lines, 0)
    OR s.adjustment_cents <> COALESCE(a.adjusted, 0)
    OR s.provider_adjustment_cents <> COALESCE(b.adjusted, 0))
ORDER BY s.set_id LIMIT ?
"""
