"""Claims that were written out again: that it was done, by whom, and what was changed."""

import msgspec

from edi_engine.records.corrections import WrittenClaim
from edi_engine.store.queries import Queries, json_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["WrittenClaimReading", "WrittenClaimWriting"]

_CHANGES = msgspec.json.Decoder(tuple[str, ...])


class WrittenClaimReading(Queries):
    """The part of the reader that knows claims written out again."""

    def written_claims(self, claim_id: int) -> list[WrittenClaim]:
        """Every time the claim was written out, oldest first."""
        rows = self.rows(
            "SELECT written_claim_id, claim_id, written_at, actor, frequency_code,"
            " original_reference, interchange_control_number, digest, changes"
            " FROM written_claims WHERE claim_id = ? ORDER BY written_claim_id",
            (claim_id,),
        )
        return [
            WrittenClaim(
                written_claim_id=row[0],
                claim_id=row[1],
                written_at=row[2],
                actor=row[3],
                frequency_code=row[4],
                original_reference=row[5],
                interchange_control_number=row[6],
                digest=row[7],
                changes=_CHANGES.decode(row[8]),
            )
            for row in rows
        ]

    def last_written_control_number(self) -> int:
        """The highest interchange control number that a file of ours has; 0 for none."""
        row = self.row(
            "SELECT max(found.number) FROM ("
            " SELECT max(interchange_control_number) AS number FROM written_claims UNION ALL"
            " SELECT max(interchange_control_number) AS number FROM written_inquiries) found"
        )
        return 0 if row is None or row[0] is None else int(row[0])


class WrittenClaimWriting(FileWriting):
    """The part of the writer that notes claims written out again."""

    def add_written_claim(self, written: WrittenClaim) -> int:
        """Note it; its number, whatever number it came with."""
        written_claim_id = self.next_ids("written_claims")
        self.insert(
            "written_claims",
            [
                (
                    written_claim_id,
                    written.claim_id,
                    written.written_at,
                    written.actor,
                    written.frequency_code,
                    written.original_reference,
                    written.interchange_control_number,
                    written.digest,
                    json_of(written.changes),
                )
            ],
        )
        return written_claim_id
