"""The envelope of a file that is written about claims: who sends it to whom, under which number."""

from datetime import date, datetime

from edi_engine.config import SubmitterSettings
from edi_engine.errors import InputError
from edi_engine.exports import Envelope
from edi_engine.jobs.stored_claims import WholeClaim
from edi_engine.store import Reader

__all__ = ["envelope_of", "next_control_number"]

_CONTROL_NUMBER_MAX = 999_999_999
"""ISA13 has nine digits. Source: X12.5."""


def next_control_number(reader: Reader, submitter: SubmitterSettings) -> int:
    """The interchange control number of the next file: one more than that of the last."""
    return max(reader.last_written_control_number() + 1, submitter.first_control_number)


def envelope_of(
    whole: WholeClaim,
    submitter: SubmitterSettings,
    control_number: int,
    as_of: date,
    written_at: datetime,
) -> Envelope:
    """The settings where they say something, else the envelope that the claim came in."""
    if control_number > _CONTROL_NUMBER_MAX:
        raise InputError(
            "the nine digits of interchange control numbers are used up.",
            place="submitter.first_control_number",
            remedy="Ask the clearinghouse which numbers may be used again.",
        )
    original = whole.envelope
    sender_id = submitter.sender_id or original.sender_id
    receiver_id = submitter.receiver_id or original.receiver_id
    if not (sender_id and receiver_id):
        raise InputError(
            "the file of the claim does not say who sent it to whom.",
            place=f"{whole.claim.source.file_name or 'its file'} ISA",
            remedy="Set sender_id and receiver_id under [submitter] in the settings.",
        )
    return Envelope(
        sender_id=sender_id,
        receiver_id=receiver_id,
        written_on=as_of,
        written_at=f"{written_at:%H%M}",
        sender_qualifier=submitter.sender_qualifier or original.sender_qualifier or "ZZ",
        receiver_qualifier=submitter.receiver_qualifier or original.receiver_qualifier or "ZZ",
        interchange_control_number=control_number,
        group_control_number=control_number,
        usage_indicator=original.usage_indicator or "P",
        # Codes of the group go with the ids around it: other ids stand for themselves.
        group_sender_code="" if submitter.sender_id else original.group_sender_code,
        group_receiver_code="" if submitter.receiver_id else original.group_receiver_code,
        submitter=original.submitter,
        receiver=original.receiver,
    )
