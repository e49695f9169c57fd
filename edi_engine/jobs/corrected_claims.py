"""A corrected claim or a void written out as an 837, for whoever sends it.

Nothing is sent, and nothing in the store changes but a note that it was written. Before the file
is kept it is read back by our own reader, which must give the record that was meant, and checked
against the guide.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from edi_engine.config import SubmitterSettings
from edi_engine.errors import EdiEngineError, InputError
from edi_engine.exports import (
    corrected_claim,
    read_change,
    voided_claim,
    write_claims,
)
from edi_engine.findings import Finding, Severity
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.new_files import refuse_existing, write_new
from edi_engine.jobs.stored_claims import WholeClaim, billed_claim_of, payments_from, whole_claim
from edi_engine.jobs.validate import guide_findings
from edi_engine.jobs.written_envelopes import envelope_of, next_control_number
from edi_engine.parsers import read_bytes
from edi_engine.records.claims import Claim
from edi_engine.records.corrections import ClaimChange, WrittenClaim
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import BilledClaim
from edi_engine.records.places import without_places
from edi_engine.store import Reader, Store

__all__ = [
    "MadeCorrection",
    "WrittenReport",
    "keep_correction",
    "payer_claim_control_number",
    "preview_correction",
    "read_change",
    "write_correction",
]

_REVERSAL = "22"
_REFERENCE_CHARACTERS_MAX = 50


class WrittenReport(msgspec.Struct, frozen=True):
    """What was written. `findings` are those of the written file, which the original may have too;
    its claim is what was meant in any case."""

    written: WrittenClaim
    findings: tuple[Finding, ...]

    @property
    def needs_a_person(self) -> bool:
        """Whether the file has mistakes for which it may be rejected."""
        return any(finding.severity is not Severity.INFO for finding in self.findings)


class MadeCorrection(msgspec.Struct, frozen=True):
    """A corrected claim as a file that nobody has kept yet."""

    written: WrittenClaim
    findings: tuple[Finding, ...]
    data: bytes


def write_correction(
    store: Store,
    claim_id: int,
    path: Path,
    *,
    changes: Sequence[ClaimChange] = (),
    is_void: bool = False,
    reference: str = "",
    submitter: SubmitterSettings | None = None,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> WrittenReport:
    """Write the claim with these changes (frequency 7), or taken back (frequency 8).

    `reference` is the payer claim control number, that of the matched payment when it is empty.
    Raises InputError when none is known, for changes that cannot be made, and when the file is
    there already: no file is overwritten.
    """
    refuse_existing(path)
    made = keep_correction(
        store,
        claim_id,
        changes=changes,
        is_void=is_void,
        reference=reference,
        submitter=submitter,
        actor=actor,
        as_of=as_of,
        now=now,
        keep=lambda data: write_new(path, data),
    )
    return WrittenReport(made.written, made.findings)


def keep_correction(
    store: Store,
    claim_id: int,
    *,
    changes: Sequence[ClaimChange] = (),
    is_void: bool = False,
    reference: str = "",
    submitter: SubmitterSettings | None = None,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
    keep: Callable[[bytes], None] | None = None,
) -> MadeCorrection:
    """As `write_correction`, for whoever takes the bytes; `keep` is given them before it is noted
    that they were written."""
    written_at = now()
    with store.reading() as reader:
        meant = _meant(
            reader, claim_id, changes=changes, is_void=is_void, reference=reference, as_of=as_of
        )
    with store.writing() as writer:
        made = _made(writer, meant, submitter, actor=actor, as_of=as_of, written_at=written_at)
        written_claim_id = writer.add_written_claim(made.written)
        if keep is not None:
            keep(made.data)
    written = msgspec.structs.replace(made.written, written_claim_id=written_claim_id)
    return msgspec.structs.replace(made, written=written)


def preview_correction(
    store: Store,
    claim_id: int,
    *,
    changes: Sequence[ClaimChange] = (),
    is_void: bool = False,
    reference: str = "",
    submitter: SubmitterSettings | None = None,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> MadeCorrection:
    """What `write_correction` would write now, under the control number that is next."""
    with store.reading() as reader:
        meant = _meant(
            reader, claim_id, changes=changes, is_void=is_void, reference=reference, as_of=as_of
        )
        return _made(reader, meant, submitter, actor=actor, as_of=as_of, written_at=now())


class _Meant(msgspec.Struct, frozen=True):
    """The claim to write, the changes in words, and the claim as it was billed."""

    claim_id: int
    claim: Claim
    said: tuple[str, ...]
    whole: WholeClaim


def _meant(
    reader: Reader,
    claim_id: int,
    *,
    changes: Sequence[ClaimChange],
    is_void: bool,
    reference: str,
    as_of: date,
) -> _Meant:
    if is_void and changes:
        raise InputError(
            "a void takes the claim back as it was billed.",
            place="--void",
            remedy="Leave out --set, or --void.",
        )
    billed = billed_claim_of(reader, claim_id)
    number = _checked(reference) or payer_claim_control_number(reader, billed)
    whole = whole_claim(reader, claim_id)
    if is_void:
        claim = voided_claim(whole.claim, original_reference=number, sent_on=as_of)
        return _Meant(claim_id, claim, (), whole)
    claim, said = corrected_claim(whole.claim, changes, original_reference=number, sent_on=as_of)
    return _Meant(claim_id, claim, said, whole)


def _made(
    reader: Reader,
    meant: _Meant,
    submitter: SubmitterSettings | None,
    *,
    actor: str,
    as_of: date,
    written_at: datetime,
) -> MadeCorrection:
    submitter = submitter or SubmitterSettings()
    control_number = next_control_number(reader, submitter)
    envelope = envelope_of(meant.whole, submitter, control_number, as_of, written_at)
    data = write_claims([meant.claim], envelope)
    written = WrittenClaim(
        written_claim_id=0,
        claim_id=meant.claim_id,
        written_at=written_at.isoformat(),
        actor=actor,
        frequency_code=meant.claim.frequency_code,
        original_reference=meant.claim.original_reference,
        interchange_control_number=control_number,
        digest=hashlib.sha256(data).hexdigest(),
        changes=meant.said,
    )
    return MadeCorrection(written, _checked_file(data, meant.claim), data)


def payer_claim_control_number(reader: Reader, claim: BilledClaim) -> str:
    """The payer's number for a claim: that of its newest matched payment from this very payer.

    Reversals and what is held do not count. Raises InputError when no payment says one, and when
    payments of the newest day say several.
    """
    found = [
        (payment.paid_on or date.min, payment.payer_claim_control_number.strip())
        for payment in payments_from(reader, claim, claim.payer_sequence)
        if payment.status_code != _REVERSAL
        and control_number_key(payment.payer_claim_control_number)
    ]
    newest = max((paid_on for paid_on, _ in found), default=None)
    numbers = {number for paid_on, number in found if paid_on == newest}
    if len(numbers) == 1:
        return numbers.pop()
    why = (
        f"{len(numbers)} payments of one day give it different payer claim control numbers"
        if numbers
        else "no matched payment gives it a payer claim control number"
    )
    raise InputError(
        f"{why}, and without it the payer cannot find the claim.",
        place=f"claim {claim.claim_id}",
        remedy="Name the payer's number with --reference, or send the claim anew as an original.",
    )


def _checked(reference: str) -> str:
    reference = reference.strip()
    if len(reference) > _REFERENCE_CHARACTERS_MAX or not (
        reference.isascii() and reference.isprintable()
    ):
        raise InputError(
            f"a payer claim control number has up to {_REFERENCE_CHARACTERS_MAX} plain characters.",
            place="--reference",
            remedy="Type it as the payer's remittance or portal shows it.",
        )
    return reference


def _checked_file(data: bytes, claim: Claim) -> tuple[Finding, ...]:
    """Everything that is wrong in the file; its claim must be the one that was meant."""
    name, digest = "corrected claim", hashlib.sha256(data).hexdigest()
    parsed = read_bytes(data, file_name=name, file_digest=digest)
    meant = msgspec.structs.replace(without_places(claim), claim_ordinal=1)
    if [without_places(one) for one in parsed.claims] != [meant]:
        raise EdiEngineError(
            "the claim cannot be written so that it reads the same again; no file was made.",
            place="corrected claim",
            remedy="Correct it in the billing system, and report this.",
        )
    return (*parsed.findings, *guide_findings(io.BytesIO(data), name, digest))
