"""Files that an older program took in, and what it had no column for.

Facts of files are written once; these were not, because there was no place for them. They are
read again from the kept bytes and added, and nothing that stands already is changed.
"""

from collections.abc import Sequence
from typing import NamedTuple

from edi_engine.records.claims import Claim
from edi_engine.records.remittances import ClaimPayment
from edi_engine.store import intake_rows as make
from edi_engine.store.queries import Queries, Row
from edi_engine.store.stored_sets import StoredSetReading
from edi_engine.store.writing_files import FileWriting

__all__ = ["FactsAdded", "RereadReading", "RereadWriting"]


class FactsAdded(NamedTuple):
    """Claims and claim payments that got facts now, and how many of those that were read do not
    stand in the database where they were read."""

    claim_ids: tuple[int, ...]
    claim_payment_ids: tuple[int, ...]
    not_found_count: int


class RereadReading(Queries):
    """The part of the reader that knows what is still to be read again."""

    def files_to_reread(self) -> list[int]:
        """Identifiers of the files, in order of ingest."""
        return [row[0] for row in self.rows("SELECT file_id FROM files_to_reread ORDER BY 1")]


class RereadWriting(FileWriting, StoredSetReading):
    """The part of the writer that adds what was read again."""

    def add_contract_facts(
        self, file_id: int, claims: Sequence[Claim], payments: Sequence[ClaimPayment]
    ) -> FactsAdded:
        """Add what claims and claim payments of a file say to contracts, where it is not there."""
        claim_ids = self.stored_claim_ids(file_id, claims)
        payment_ids = self.stored_claim_payment_ids(file_id, payments)
        of_claims = [
            row
            for claim, claim_id in zip(claims, claim_ids, strict=True)
            if claim_id and (row := make.claim_contract_facts_row(claim, claim_id)) is not None
        ]
        of_payments = [
            row
            for payment, payment_id in zip(payments, payment_ids, strict=True)
            if payment_id
            and (row := make.payment_contract_facts_row(payment, payment_id)) is not None
        ]
        return FactsAdded(
            self._add_missing("claim_contract_facts", "claim_id", of_claims),
            self._add_missing("payment_contract_facts", "claim_payment_id", of_payments),
            claim_ids.count(0) + payment_ids.count(0),
        )

    def mark_reread(self, file_id: int) -> None:
        """The file was read again."""
        self.run("DELETE FROM files_to_reread WHERE file_id = ?", (file_id,))

    def _add_missing(self, table: str, key: str, rows: Sequence[Row]) -> tuple[int, ...]:
        sql = f"SELECT {key} FROM {table} WHERE {key} IN ({{keys}})"
        there = {row[0] for row in self.rows_in(sql, [int(str(row[0])) for row in rows])}
        missing = [row for row in rows if row[0] not in there]
        self.insert(table, missing)
        return tuple([int(str(row[0])) for row in missing])
