"""Inquiries that were written: when, by whom, about which claims."""

from edi_engine.records.inquiries import WrittenInquiry
from edi_engine.store.queries import Queries
from edi_engine.store.writing_files import FileWriting

__all__ = ["InquiryReading", "InquiryWriting"]


class InquiryReading(Queries):
    """The part of the reader that knows inquiries."""

    def inquiries_about(self, claim_id: int) -> list[WrittenInquiry]:
        """Every file that asked about the claim, oldest first, without its other claims."""
        rows = self.rows(
            "SELECT w.written_inquiry_id, w.written_at, w.actor, w.interchange_control_number,"
            " w.digest FROM written_inquiries w WHERE w.written_inquiry_id IN"
            " (SELECT written_inquiry_id FROM inquired_claims WHERE claim_id = ?)"
            " ORDER BY w.written_inquiry_id",
            (claim_id,),
        )
        return [
            WrittenInquiry(row[0], row[1], row[2], row[3], row[4], claim_ids=(claim_id,))
            for row in rows
        ]


class InquiryWriting(FileWriting):
    """The part of the writer that notes inquiries."""

    def add_written_inquiry(self, written: WrittenInquiry) -> int:
        """Note it; its number, whatever number it came with."""
        number = self.next_ids("written_inquiries")
        self.insert(
            "written_inquiries",
            [
                (
                    number,
                    written.written_at,
                    written.actor,
                    written.interchange_control_number,
                    written.digest,
                )
            ],
        )
        self.insert(
            "inquired_claims",
            [(number, ordinal, claim_id) for ordinal, claim_id in enumerate(written.claim_ids, 1)],
        )
        return number
