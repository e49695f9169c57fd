"""Proof of timely filing: what was sent and who took it, gathered from the store and written.

What is not there is said and never left out; what speaks against the claim (a rejection) is said
too. A set often holds claims of other patients: with `only_claim` each is cut down to the segments
of this one, and the digest of the whole stands beside it. docs/TIMELY_FILING.md
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from edi_engine.codes.acknowledgments import StatusMeaning, acknowledgment_verdict
from edi_engine.errors import EdiEngineError
from edi_engine.exports.timely_filing import proof_files, proof_zip, verdict_sentences
from edi_engine.jobs.filing_answers import (
    CLAIM_TAKEN,
    PAYER,
    FilingAnswers,
    meanings_of,
    plain,
)
from edi_engine.jobs.new_files import refuse_existing, write_new
from edi_engine.jobs.show.acknowledgments import answer_in_words
from edi_engine.jobs.stored_claims import billed_claim_of, raw_stream, whole_claim
from edi_engine.parsers.extracts import claim_spans
from edi_engine.records.acknowledgments import AnswerLevel, StoredAcknowledgment
from edi_engine.records.claims import Claim, ClaimKind
from edi_engine.records.common import Party
from edi_engine.records.deadlines import DeadlineKind
from edi_engine.records.matching import BilledClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.timely_filing import (
    Evidence,
    PieceKind,
    ProofPiece,
    TimelyFilingProof,
)
from edi_engine.store import Reader, Store
from edi_engine.worklist.deadlines import Deadline, DeadlineBook, DeadlineFacts

__all__ = [
    "ProofSummary",
    "filing_proof",
    "filing_proof_read",
    "proof_summary",
    "write_filing_proof",
]

_OF_SETTINGS = "the setting"


def write_filing_proof(
    store: Store,
    claim_id: int,
    path: Path,
    *,
    only_claim: bool = False,
    policy: ReconcilePolicy,
    as_of: date,
) -> TimelyFilingProof:
    """Write the proof as a zip; what it says.

    Raises InputError when there is no such claim and when the file is there already.
    """
    refuse_existing(path, option="--output")
    proof = filing_proof(store, claim_id, only_claim=only_claim, policy=policy, as_of=as_of)
    write_new(path, proof_zip(proof))
    return proof


def filing_proof(
    store: Store,
    claim_id: int,
    *,
    only_claim: bool = False,
    policy: ReconcilePolicy,
    as_of: date,
) -> TimelyFilingProof:
    """What proves that a claim was filed, and by when it had to be.

    Raises InputError when there is no such claim.
    """
    with store.reading() as reader:
        return filing_proof_read(
            reader, claim_id, only_claim=only_claim, policy=policy, as_of=as_of
        )


def filing_proof_read(
    reader: Reader,
    claim_id: int,
    *,
    only_claim: bool = False,
    policy: ReconcilePolicy,
    as_of: date,
) -> TimelyFilingProof:
    """As `filing_proof`, in an open snapshot."""
    billed = billed_claim_of(reader, claim_id)
    claim = whole_claim(reader, claim_id).claim
    answers = FilingAnswers(reader, claim_id)
    pieces = [_claim_piece(reader, claim_id, claim, only_claim=only_claim)]
    if answers.of_file is not None:
        pieces.append(_answer_piece(reader, answers.of_file, only_claim=False))
    if answers.of_claim is not None:
        pieces.append(_answer_piece(reader, answers.of_claim, only_claim=only_claim))
    evidence, filed_on = _filed(answers, pieces, claim)
    limit = _limit(billed, policy)
    patient = claim.patient or claim.subscriber or Party("QC")
    return TimelyFilingProof(
        claim_id=claim_id,
        made_on=as_of,
        payer_name=_name(claim.payer),
        payer_id=plain(claim.payer_id),
        provider_name=_name(claim.billing_provider),
        provider_npi=plain(claim.billing_npi),
        patient_name=_name(patient),
        member_id=plain((claim.subscriber or patient).identifier),
        patient_control_number=plain(claim.patient_control_number),
        payer_claim_control_number=plain(answers.payer_claim_control_number),
        charge_cents=claim.charge_cents,
        service_from=claim.service_from,
        service_to=claim.service_to,
        sent_on=claim.sent_on,
        pieces=tuple(pieces),
        evidence=evidence,
        filed_on=filed_on,
        limit_on=None if limit is None else limit.due_on,
        limit_reason=_limit_reason(limit),
        missing=(*_missing(answers, claim), *_withheld(pieces)),
        notes=tuple(_notes(answers, pieces, limit)),
    )


class ProofSummary(msgspec.Struct, frozen=True):
    """What a proof says, without bytes and without names. `sentences` are its verdict, what is
    missing and what else is to be known."""

    claim_id: int
    evidence: Evidence
    filed_on: date | None
    limit_on: date | None
    days_left: int | None
    payer_claim_control_number: str
    is_complete: bool
    files: tuple[str, ...]
    sentences: tuple[str, ...]


def proof_summary(proof: TimelyFilingProof) -> ProofSummary:
    """What a proof says, for a screen."""
    return ProofSummary(
        claim_id=proof.claim_id,
        evidence=proof.evidence,
        filed_on=proof.filed_on,
        limit_on=proof.limit_on,
        days_left=proof.days_left,
        payer_claim_control_number=proof.payer_claim_control_number,
        is_complete=proof.is_complete,
        files=proof_files(proof),
        sentences=(
            *verdict_sentences(proof),
            *(f"Missing: {sentence}" for sentence in proof.missing),
            *proof.notes,
        ),
    )


def _claim_piece(reader: Reader, claim_id: int, claim: Claim, *, only_claim: bool) -> ProofPiece:
    place = reader.claim_place(claim_id)
    if place is None:
        raise EdiEngineError(
            "the file of the claim is not in the database.",
            place=f"claim {claim_id}",
            remedy='Check the database: "edi-engine db check".',
        )
    return _piece(
        reader,
        PieceKind.CLAIM,
        place.set_id,
        place.byte_offset,
        happened_on=claim.sent_on or claim.source.created_on,
        only_claim=only_claim,
    )


def _answer_piece(reader: Reader, one: StoredAcknowledgment, *, only_claim: bool) -> ProofPiece:
    is_of_claim = one.level is AnswerLevel.CLAIM
    return _piece(
        reader,
        PieceKind.CLAIM_ACKNOWLEDGMENT if is_of_claim else PieceKind.FILE_ACKNOWLEDGMENT,
        one.set_id,
        one.byte_offset,
        happened_on=one.happened_on,
        says=plain(answer_in_words(one)),
        only_claim=only_claim,
    )


def _piece(
    reader: Reader,
    kind: PieceKind,
    set_id: int,
    byte_offset: int,
    *,
    happened_on: date | None,
    says: str = "",
    only_claim: bool,
) -> ProofPiece:
    found = reader.transaction_set(set_id)
    file = None if found is None else reader.file(found.file_id)
    if found is None or file is None:
        raise EdiEngineError(
            "a set is not in the database.",
            place=f"set {set_id}",
            remedy='Check the database: "edi-engine db check".',
        )
    numbers = reader.envelope_numbers(set_id)
    extract: bytes | None = None
    if only_claim:
        end = min(found.byte_offset + found.byte_length, file.size_bytes)
        spans = claim_spans(
            raw_stream(reader, found.file_id, end),
            set_byte_offset=found.byte_offset,
            claim_byte_offset=byte_offset,
        )
        extract = b"".join(
            reader.raw_segments(found.file_id, start, stop - start) for start, stop in spans
        )
    return ProofPiece(
        kind=kind,
        set_type=found.set_type,
        set_data=reader.raw_segments(found.file_id, found.byte_offset, found.byte_length),
        file_digest=file.digest,
        byte_offset=found.byte_offset,
        interchange_control_number=plain(numbers.interchange_control_number),
        group_control_number=plain(numbers.group_control_number),
        set_control_number=plain(found.set_control_number),
        happened_on=happened_on,
        says=says,
        extract=extract,
        other_claims_count=_others(reader, kind, found.claims_count, set_id),
    )


def _others(reader: Reader, kind: PieceKind, claims_count: int, set_id: int) -> int:
    """Claims in the set beside this one."""
    if kind is PieceKind.FILE_ACKNOWLEDGMENT:
        return 0
    if kind is PieceKind.CLAIM_ACKNOWLEDGMENT:
        answers = reader.acknowledgments_in_set(set_id)
        claims_count = sum(one.level is AnswerLevel.CLAIM for one in answers)
    return max(claims_count - 1, 0)


def _filed(
    answers: FilingAnswers, pieces: Sequence[ProofPiece], claim: Claim
) -> tuple[Evidence, date | None]:
    """Whose word the day rests on, and the day; a word without a day proves none."""
    of_claim, of_file = answers.of_claim, answers.of_file
    if of_claim is not None and of_claim.happened_on is not None:
        is_payer = of_claim.source_code == PAYER
        evidence = Evidence.PAYER if is_payer else Evidence.CLEARINGHOUSE
        return evidence, of_claim.happened_on
    if of_file is not None and of_file.happened_on is not None:
        return Evidence.FILE, of_file.happened_on
    return Evidence.NOBODY, claim.sent_on or pieces[0].happened_on


def _limit(claim: BilledClaim, policy: ReconcilePolicy) -> Deadline | None:
    is_stay = claim.kind is ClaimKind.INSTITUTIONAL and claim.admitted_on is not None
    facts = DeadlineFacts(
        payer_id=claim.payer_id,
        group_number=claim.group_number,
        filing_indicator=claim.filing_indicator,
        claim_type=claim.kind.value,
        first_service_on=claim.service_from,
        last_service_on=claim.service_to,
        discharged_on=claim.service_to if is_stay else None,
        sent_on=claim.sent_on,
    )
    return DeadlineBook(policy).deadline(DeadlineKind.FILING, facts)


def _withheld(pieces: Sequence[ProofPiece]) -> list[str]:
    """What would show claims of others, for nothing in the set tells them apart."""
    return [
        f"The {piece.set_type} has no levels (HL), so the segments of this claim cannot be cut"
        " out; only its digest is given."
        for piece in pieces
        if not piece.shown
    ]


def _is_of_settings(limit: Deadline) -> bool:
    """Whether the limit is what our settings say of every payer, or of this one."""
    return limit.rule.source.startswith(_OF_SETTINGS)


def _limit_reason(limit: Deadline | None) -> str:
    """How the limit is counted; that it is of our own settings is a note, no reason."""
    if limit is None:
        return "no rule gives one"
    reason = limit.reason
    if _is_of_settings(limit):
        reason = reason.removesuffix(f" ({limit.rule.source})")
    return plain(reason)


def _missing(answers: FilingAnswers, claim: Claim) -> list[str]:
    found = []
    if claim.sent_on is None:
        found.append("The claim's file does not say on which day it was sent (BHT04).")
    if answers.of_file is None:
        found.append("No 999, 997 or TA1 that accepts the file of the claim was received.")
    of_claim = answers.of_claim
    if of_claim is None:
        found.append("No 277CA that accepts the claim was received.")
        return found
    if of_claim.source_code != PAYER:
        found.append("The clearinghouse acknowledges the claim; no 277CA of the payer does.")
    elif not meanings_of(of_claim) & CLAIM_TAKEN:
        found.append("The payer says that it received the claim; none of its 277CA accepts it.")
    if of_claim.happened_on is None:
        found.append("The 277CA does not say on which day the claim was taken.")
    if not answers.payer_claim_control_number:
        found.append("No 277CA gives the payer's number of the claim (REF*1K).")
    return found


def _notes(
    answers: FilingAnswers, pieces: Sequence[ProofPiece], limit: Deadline | None
) -> list[str]:
    found = []
    if limit is not None and _is_of_settings(limit):
        found.append(
            f"The last day of filing is reckoned by {limit.rule.source};"
            " the contract with the payer may say another."
        )
    for one in (*answers.of_sets, *answers.of_claims):
        verdict = acknowledgment_verdict(one.code)
        is_rejected = verdict is not None and verdict.meaning is StatusMeaning.REJECTED
        if StatusMeaning.REJECTED in meanings_of(one) or is_rejected:
            on = "an unknown day" if one.happened_on is None else one.happened_on.isoformat()
            who = plain(one.source_name) or "The receiver"
            found.append(f"{who} rejected it on {on}: {plain(answer_in_words(one))}.")
    others = sum(piece.other_claims_count for piece in pieces if piece.extract is None)
    if others:
        found.append(
            "The sets enclosed hold claims of others too: show them to nobody who may not see them."
        )
    return found


def _name(party: Party | None) -> str:
    if party is None:
        return ""
    if party.entity_type == "2" or not (party.first_name or party.middle_name):
        return plain(party.last_name)
    return plain(" ".join((party.first_name, party.middle_name, party.last_name)))
